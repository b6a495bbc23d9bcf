/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofindex add`: files into the index, with warnings, progress and a last line that says what was done. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/cli/cli.h"
#include "indexer/cli/progress.h"

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
    (void)number;
    interrupted = 1;
}

typedef struct adding {
    const args *args;
    progress_bar bar;
} adding;

static ofs_status on_progress(void *context, const ofs_progress *p) {
    static const char *const outcomes[] = {"added", "replaced", "unchanged"};
    adding *a = context;
    if (p->path && p->message) {
        progress_clear(&a->bar);
        say("%s: %s", p->path, p->message);
    } else if (p->path && a->args->verbose && p->outcome <= OFS_FILE_UNCHANGED) {
        progress_clear(&a->bar);
        say("%s: %s", p->path, outcomes[p->outcome]);
    }
    progress_draw(&a->bar, p);
    return interrupted ? OFS_E_CANCELLED : OFS_OK;
}

/* ---- paths ---- */

typedef struct paths {
    char **items; /* owned strings */
    size_t count, capacity;
} paths;

static ofs_status add_path(paths *p, const char *text, size_t size, ofs_error *err) {
    char *copy = ofsi_strndup(text, size);
    if (!copy || !ofsi_grow(&p->items, &p->capacity, p->count + 1, sizeof *p->items)) {
        ofsi_free(copy);
        return ofsi_fail_nomem(err);
    }
    p->items[p->count++] = copy;
    return OFS_OK;
}

static ofs_status read_list(paths *p, const char *name, char end, ofs_error *err) {
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "r");
    char *line = NULL;
    size_t capacity = 0;
    ofs_status status = OFS_OK;
    if (!file)
        return ofsi_fail_errno(err, errno, "cannot open", name);
    for (ssize_t n; status == OFS_OK && (n = getdelim(&line, &capacity, end, file)) != -1;) {
        if (n > 0 && line[n - 1] == end)
            n--;
        if (memchr(line, '\0', (size_t)n))
            status =
                ofsi_fail(err, OFS_E_USAGE, "%s: a path with a NUL byte; -0 is for paths that end so", name);
        else if (n > 0)
            status = add_path(p, line, (size_t)n, err);
    }
    if (status == OFS_OK && ferror(file))
        status = ofsi_fail_errno(err, errno, "cannot read", name);
    free(line);
    if (!is_stdin)
        fclose(file);
    return status;
}

static void free_paths(paths *p) {
    for (size_t i = 0; i < p->count; i++)
        ofsi_free(p->items[i]);
    ofsi_free(p->items);
}

static ofs_status gather_paths(const args *a, paths *p, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (int i = 0; i < a->operand_count && status == OFS_OK; i++)
        status = add_path(p, a->operands[i], strlen(a->operands[i]), err);
    if (status == OFS_OK && a->files_from)
        status = read_list(p, a->files_from, a->null_ends ? '\0' : '\n', err);
    return status;
}

/* ---- the run ---- */

static void append_counted(ofsi_buf *out, uint64_t count, const char *one, const char *many) {
    append_count(out, count);
    ofsi_buf_printf(out, " %s", count == 1 ? one : many);
}

static void say_result(const adding *a, const ofs_run *run) {
    ofsi_buf out = {0};
    if (run->files_added + run->files_replaced) {
        ofsi_buf_text(&out, "indexed ");
        append_counted(&out, run->reports, "report", "reports");
        ofsi_buf_text(&out, ", ");
        append_counted(&out, run->paragraphs, "paragraph", "paragraphs");
        ofsi_buf_printf(&out, " in %.1f s", progress_clock() - a->bar.started);
        if (run->files_unchanged) {
            ofsi_buf_text(&out, "; ");
            append_counted(&out, run->files_unchanged, "file unchanged", "files unchanged");
        }
    } else if (run->files_unchanged && !run->files_pruned) {
        ofsi_buf_text(&out, "nothing changed (");
        append_counted(&out, run->files_unchanged, "file)", "files)");
    } else {
        ofsi_buf_text(&out, run->files_pruned ? "nothing added" : "found no report to index");
    }
    if (run->files_pruned) {
        ofsi_buf_text(&out, "; ");
        append_counted(&out, run->files_pruned, "file pruned", "files pruned");
    }
    if (run->files_partial) {
        ofsi_buf_text(&out, "; ");
        append_counted(&out, run->files_partial, "file was read only in part",
                       "files were read only in part");
    }
    if (run->files_failed) {
        ofsi_buf_text(&out, "; ");
        append_counted(&out, run->files_failed, "file could not be read", "files could not be read");
    }
    ofsi_buf_byte(&out, 0);
    if (!out.failed)
        say("%s", out.data);
    ofsi_buf_free(&out);
}

static void catch_signals(void) {
    /* The second one ends the program at once: a slow file may keep the first waiting. */
    struct sigaction handling = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&handling.sa_mask);
    sigaction(SIGINT, &handling, NULL);
    sigaction(SIGTERM, &handling, NULL);
}

static ofs_status index_paths(adding *a, const paths *p, ofs_run *run, ofs_error *err) {
    const args *asked = a->args;
    ofs_writer *writer = NULL;
    ofs_writer_options options = {
        .threads = (uint32_t)asked->threads,
        .memory = asked->memory,
        .stemmer = asked->stemmer,
        .engine = asked->engine,
        .shards = (uint32_t)asked->shards,
        .read = {.profile = asked->profile,
                 .aliases = asked->aliases,
                 .ocr = asked->ocr,
                 .ocr_language = asked->ocr_language},
        .prune = asked->prune,
        .progress = on_progress,
        .progress_context = a,
    };
    ofs_status status = ofs_writer_open(asked->index, &options, &writer, err);
    if (status == OFS_OK)
        status = ofs_writer_add(writer, (const char *const *)p->items, p->count, run, err);
    if (status == OFS_OK && interrupted)
        status = ofsi_fail(err, OFS_E_CANCELLED, "the run was stopped");
    if (status == OFS_OK)
        status = ofs_writer_commit(writer, err);
    ofs_writer_close(writer);
    return status;
}

static int finish(adding *a, ofs_status status, const ofs_run *run, const ofs_error *err) {
    progress_clear(&a->bar);
    if (status == OFS_E_CANCELLED) {
        say("interrupted; the index is as it was");
        return EXIT_INTERRUPTED;
    }
    if (status != OFS_OK)
        return complain(err);
    if (!a->args->quiet)
        say_result(a, run);
    return run->files_failed || run->files_partial ? EXIT_SOME : EXIT_DONE;
}

int run_add(const args *asked) {
    adding a = {.args = asked, .bar = {.started = progress_clock()}};
    paths p = {0};
    ofs_run run = {0};
    ofs_error err;
    if (asked->operand_count == 0 && !asked->files_from) {
        say("no file or folder was named; 'ofindex --help' tells what it can do");
        return EXIT_USAGE;
    }
    a.bar.shown = asked->progress == OFSI_WHEN_ALWAYS ||
                  (asked->progress == OFSI_WHEN_AUTO && !asked->quiet && isatty(STDERR_FILENO));
    catch_signals();
    ofs_status status = gather_paths(asked, &p, &err);
    if (status == OFS_OK)
        status = index_paths(&a, &p, &run, &err);
    free_paths(&p);
    return finish(&a, status, &run, &err);
}
