/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofindex stats` and `ofindex check`: an index as a whole. */
#include <inttypes.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "indexer/base/error.h"
#include "indexer/base/map.h"
#include "indexer/cli/cli.h"

/* What is counted of the reports beside their number. */
typedef struct census {
    ofsi_map profiles;
    uint64_t *by_profile;
    size_t capacity;
    uint64_t ungraded, low, warned;
} census;

static ofs_status count_report(void *context, const ofs_report_info *info, ofs_error *err) {
    census *c = context;
    bool added;
    uint32_t profile =
        ofsi_map_intern(&c->profiles, ofsi_span_of(info->profile ? info->profile : "-"), &added);
    if (profile == OFSI_MAP_NONE ||
        !ofsi_grow(&c->by_profile, &c->capacity, (size_t)profile + 1, sizeof *c->by_profile))
        return ofsi_fail_nomem(err);
    c->by_profile[profile] = added ? 1 : c->by_profile[profile] + 1;
    c->ungraded += is_ungraded(info);
    c->low += info->confidence == OFS_CONFIDENCE_LOW;
    c->warned += info->warnings > 0;
    return OFS_OK;
}

static void free_census(census *c) {
    ofsi_map_free(&c->profiles);
    ofsi_free(c->by_profile);
}

/* Numbers of the profiles, most reports first, ties by name; the caller's. NULL when out of memory. */
static uint32_t *order_profiles(const census *c) {
    uint32_t *order = ofsi_calloc((size_t)c->profiles.count + 1, sizeof *order);
    for (uint32_t i = 0; order && i < c->profiles.count; i++) {
        uint32_t at = i;
        for (; at > 0; at--) {
            uint32_t other = order[at - 1];
            bool stays = c->by_profile[other] > c->by_profile[i] ||
                         (c->by_profile[other] == c->by_profile[i] &&
                          ofsi_span_compare(c->profiles.keys[other], c->profiles.keys[i]) < 0);
            if (stays)
                break;
            order[at] = other;
        }
        order[at] = i;
    }
    return order;
}

static json_t *profiles_object(const census *c) {
    json_t *object = json_object();
    uint32_t *order = order_profiles(c);
    bool good = object && order;
    for (uint32_t i = 0; good && i < c->profiles.count; i++) {
        ofsi_buf name = {0};
        ofsi_append_clean(&name, c->profiles.keys[order[i]].data, c->profiles.keys[order[i]].size);
        good = !name.failed && json_object_setn_new(object, name.data ? name.data : "", name.size,
                                                    json_integer((json_int_t)c->by_profile[order[i]])) == 0;
        ofsi_buf_free(&name);
    }
    ofsi_free(order);
    if (good)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *stats_object(const args *a, const ofs_index_stats *s, const census *c) {
    json_t *components = json_object();
    for (uint32_t i = 0; i < s->component_count; i++)
        if (json_object_set_new(components, s->components[i].name,
                                json_integer((json_int_t)s->components[i].bytes)) != 0) {
            json_decref(components);
            return NULL;
        }
    return json_pack("{so ss ss sI sI sI sI sI sI sI sI sI so so sI sI sI}", "index", json_text(a->index),
                     "engine", s->engine, "stemmer", s->stemmer, "reports", (json_int_t)s->reports,
                     "paragraphs", (json_int_t)s->paragraphs, "words", (json_int_t)s->words, "terms",
                     (json_int_t)s->terms, "dead_paragraphs", (json_int_t)s->dead_paragraphs, "failed_files",
                     (json_int_t)s->failed_files, "generation", (json_int_t)s->generation, "segments",
                     (json_int_t)s->segments, "bytes", (json_int_t)s->bytes, "components", components,
                     "profiles", profiles_object(c), "ungraded", (json_int_t)c->ungraded, "low_confidence",
                     (json_int_t)c->low, "with_warnings", (json_int_t)c->warned);
}

static void append_line(ofsi_buf *out, const char *name, uint64_t count) {
    ofsi_buf number = {0};
    append_count(&number, count);
    ofsi_buf_byte(&number, 0);
    ofsi_buf_printf(out, "%-32s %14s", name, number.failed ? "?" : number.data);
    ofsi_buf_free(&number);
}

static void append_census(ofsi_buf *out, const census *c) {
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {
        {"without a grade", c->ungraded}, {"of low confidence", c->low}, {"with warnings", c->warned}};
    uint32_t *order = order_profiles(c);
    out->failed |= !order;
    for (uint32_t i = 0; order && i < c->profiles.count; i++) {
        ofsi_buf name = {0};
        ofsi_buf_text(&name, "  ");
        ofsi_append_clean(&name, c->profiles.keys[order[i]].data, c->profiles.keys[order[i]].size);
        ofsi_buf_byte(&name, 0);
        append_line(out, name.failed ? "?" : name.data, c->by_profile[order[i]]);
        ofsi_buf_byte(out, '\n');
        ofsi_buf_free(&name);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        append_line(out, rows[i].name, rows[i].count);
        ofsi_buf_byte(out, '\n');
    }
    ofsi_free(order);
}

static void append_stats(ofsi_buf *out, const ofs_index_stats *s, const census *c) {
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
    ofsi_buf_printf(out, "%-32s %14s\n%-32s %14s\n", "engine", s->engine, "stemmer", s->stemmer);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        append_line(out, rows[i].name, rows[i].count);
        ofsi_buf_byte(out, '\n');
        if (i == 0)
            append_census(out, c);
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
    census c = {0};
    if (ofs_index_stat(a->index, &stats, &err) != OFS_OK ||
        ofs_index_list(a->index, count_report, &c, &err) != OFS_OK) {
        free_census(&c);
        return complain(&err);
    }
    if (!a->json)
        append_stats(&out, &stats, &c);
    int status = a->json ? print_json(stats_object(a, &stats, &c)) : print_buf(&out);
    free_census(&c);
    return status;
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
