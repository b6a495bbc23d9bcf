/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofindex stats` and `ofindex check`: an index as a whole. */
#include <inttypes.h>
#include <stdio.h>

#include "indexer/cli/cli.h"

static json_t *stats_object(const args *a, const ofs_index_stats *s) {
    json_t *components = json_object();
    for (uint32_t i = 0; i < s->component_count; i++)
        if (json_object_set_new(components, s->components[i].name,
                                json_integer((json_int_t)s->components[i].bytes)) != 0) {
            json_decref(components);
            return NULL;
        }
    return json_pack("{so ss ss sI sI sI sI sI sI sI sI sI so}", "index", json_text(a->index), "engine",
                     s->engine, "stemmer", s->stemmer, "reports", (json_int_t)s->reports, "paragraphs",
                     (json_int_t)s->paragraphs, "words", (json_int_t)s->words, "terms", (json_int_t)s->terms,
                     "dead_paragraphs", (json_int_t)s->dead_paragraphs, "failed_files",
                     (json_int_t)s->failed_files, "generation", (json_int_t)s->generation, "segments",
                     (json_int_t)s->segments, "bytes", (json_int_t)s->bytes, "components", components);
}

static void append_line(ofsi_buf *out, const char *name, uint64_t count) {
    ofsi_buf number = {0};
    append_count(&number, count);
    ofsi_buf_byte(&number, 0);
    ofsi_buf_printf(out, "%-24s %16s", name, number.failed ? "?" : number.data);
    ofsi_buf_free(&number);
}

static void append_stats(ofsi_buf *out, const ofs_index_stats *s) {
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {{"reports", s->reports},
                {"paragraphs", s->paragraphs},
                {"words", s->words},
                {"terms", s->terms},
                {"removed paragraphs", s->dead_paragraphs},
                {"unreadable files", s->failed_files},
                {"commits", s->generation},
                {"segments", s->segments},
                {"bytes", s->bytes}};
    ofsi_buf_printf(out, "%-24s %16s\n%-24s %16s\n", "engine", s->engine, "stemmer", s->stemmer);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        append_line(out, rows[i].name, rows[i].count);
        ofsi_buf_byte(out, '\n');
    }
    for (uint32_t i = 0; i < s->component_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "  %s", s->components[i].name);
        append_line(out, name, s->components[i].bytes);
        ofsi_buf_printf(out, " %5.1f %%\n",
                        s->bytes ? 100.0 * (double)s->components[i].bytes / (double)s->bytes : 0.0);
    }
}

int run_stats(const args *a) {
    ofs_index_stats stats;
    ofs_error err;
    ofsi_buf out = {0};
    if (ofs_index_stat(a->index, &stats, &err) != OFS_OK)
        return complain(&err);
    if (a->json)
        return print_json(stats_object(a, &stats));
    append_stats(&out, &stats);
    return print_buf(&out);
}

static void on_damage(void *context, const ofs_error *damage) {
    json_t *array = context;
    if (array)
        json_array_append_new(array, json_text(damage->message));
    else
        say("%s", damage->message);
}

static int print_sound(const args *a) {
    ofs_index_stats stats;
    ofs_error err;
    ofsi_buf out = {0};
    if (ofs_index_stat(a->index, &stats, &err) != OFS_OK)
        return complain(&err);
    ofsi_buf_text(&out, "sound: ");
    append_count(&out, stats.reports);
    ofsi_buf_text(&out, stats.reports == 1 ? " report, " : " reports, ");
    append_count(&out, stats.paragraphs);
    ofsi_buf_text(&out, stats.paragraphs == 1 ? " paragraph\n" : " paragraphs\n");
    return print_buf(&out);
}

int run_check(const args *a) {
    ofs_error err;
    json_t *damages = a->json ? json_array() : NULL;
    ofs_status status = ofs_index_check(a->index, on_damage, damages, &err);
    if (status != OFS_OK && status != OFS_E_CORRUPT) {
        json_decref(damages);
        return complain(&err);
    }
    if (a->json) {
        int printed = print_json(json_pack("{sb so}", "sound", status == OFS_OK, "damage", damages));
        return printed != EXIT_DONE ? printed : status == OFS_OK ? EXIT_DONE : EXIT_SOME;
    }
    if (status == OFS_OK)
        return a->quiet ? EXIT_DONE : print_sound(a);
    return EXIT_SOME;
}
