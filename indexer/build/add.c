/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding files: takes reports as the reading threads give them, settles their ids, hands them to the sink. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/build/writer_impl.h"

/* One call of ofs_writer_add(). */
typedef struct adding {
    ofs_writer *writer;
    ofsi_files files;
    ofs_progress progress;
    ofs_run run;
    uint32_t *fresh; /* entries that the current file has given so far */
    size_t fresh_count, fresh_capacity;
    uint32_t path; /* of the current file in the catalog before it was read; OFSI_NOWHERE: new to the index */
    uint32_t old_count; /* of the catalog's entries when the file was begun: those before are old */
} adding;

static ofs_status report_progress(adding *a, const char *path, ofs_file_outcome outcome, const char *message,
                                  ofs_error *err) {
    const ofs_writer_options *options = &a->writer->options;
    if (!options->progress)
        return OFS_OK;
    a->progress.path = path;
    a->progress.outcome = outcome;
    a->progress.message = message;
    ofs_status status = options->progress(options->progress_context, &a->progress);
    return status == OFS_OK ? OFS_OK : ofsi_fail(err, status, "the run was stopped");
}

/* ---- ids ---- */

/* A live report of another file, or of this reading of this file, has the id. */
static bool is_taken(const adding *a, ofsi_span id) {
    const ofsi_catalog *c = &a->writer->catalog;
    uint32_t entry = ofsi_catalog_find_id(c, id);
    return entry != OFSI_NOWHERE && !(entry < a->old_count && c->entries[entry].path == a->path);
}

/* The report's id, with `~2`, `~3`, ... behind it when it is taken. In `out`, which the caller frees. */
static ofs_status settle_id(const adding *a, const char *wanted, ofsi_buf *out, ofs_error *err) {
    for (uint64_t n = 1;; n++) {
        ofsi_buf_reset(out);
        ofsi_buf_text(out, wanted);
        if (n > 1)
            ofsi_buf_printf(out, "~%llu", (unsigned long long)n);
        if (out->failed)
            return ofsi_fail_nomem(err);
        if (!is_taken(a, ofsi_buf_span(out)))
            break;
    }
    ofsi_buf_byte(out, 0);
    return out->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* ---- reports of a file ---- */

static ofs_status remember(adding *a, const char *id, const char *path, ofsi_source *source, ofs_error *err) {
    ofs_writer *w = a->writer;
    ofsi_known_file file = {source->size, source->mtime_ns, source->hash};
    if (!ofsi_grow(&a->fresh, &a->fresh_capacity, a->fresh_count + 1, sizeof *a->fresh))
        return ofsi_fail_nomem(err);
    ofs_status status =
        ofsi_catalog_add(&w->catalog, ofsi_span_of(id), ofsi_span_of(path), &file, &source->entry, err);
    if (status != OFS_OK)
        return status;
    a->fresh[a->fresh_count++] = source->entry;
    return OFS_OK;
}

static ofs_status warn_of_report(adding *a, const char *path, const ofs_report *report, const char *id,
                                 ofs_error *err) {
    ofs_error text;
    ofs_status status = OFS_OK;
    if (strcmp(id, report->id) != 0) {
        ofsi_fail(&text, OFS_OK, "another report has the id '%s' already; this one is '%s'", report->id, id);
        status = report_progress(a, path, OFS_FILE_WARNED, text.message, err);
    }
    if (status == OFS_OK && report->paragraph_count == 0)
        status = report_progress(a, path, OFS_FILE_WARNED, "no paragraphs were found in it", err);
    if (status == OFS_OK && report->left_out)
        status = report_progress(a, path, OFS_FILE_WARNED, report->left_out, err);
    return status;
}

static void count_report(adding *a, const ofs_report *report) {
    a->run.reports++;
    a->run.files_partial += report->left_out != NULL;
    a->run.paragraphs += report->paragraph_count;
    a->progress.paragraphs += report->paragraph_count;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        a->run.text_bytes += report->paragraphs[i].text_size;
}

static ofs_status take_report(adding *a, ofsi_event *event, ofs_error *err) {
    ofs_writer *w = a->writer;
    const char *path = a->files.items[event->file].path;
    ofsi_buf id = {0};
    ofsi_source source = event->source;
    source.generation = w->generation + 1;
    ofs_status status = settle_id(a, event->report->id, &id, err);
    if (status == OFS_OK)
        status = warn_of_report(a, path, event->report, id.data, err);
    if (status == OFS_OK)
        status = remember(a, id.data, path, &source, err);
    if (status == OFS_OK) {
        ofs_report *report = event->report;
        event->report = NULL;
        count_report(a, report);
        status = w->sink->methods->add(w->sink, report, id.data, &source, err);
    }
    w->changed = true;
    ofsi_buf_free(&id);
    return status;
}

static void begin_file(adding *a, size_t file) {
    const ofsi_catalog *c = &a->writer->catalog;
    a->fresh_count = 0;
    a->old_count = (uint32_t)c->count;
    a->path = ofsi_catalog_find_path(c, ofsi_span_of(a->files.items[file].path));
}

/* The file was read to its end: its old reports go. */
static ofs_status finish_file(adding *a, const ofsi_file *file, const ofsi_event *event, ofs_error *err) {
    ofs_writer *w = a->writer;
    bool replaced = false;
    ofs_status status = OFS_OK;
    uint32_t e = a->path == OFSI_NOWHERE ? OFSI_NOWHERE : w->catalog.by_path[a->path].first;
    for (; status == OFS_OK && e != OFSI_NOWHERE && e < a->old_count; e = w->catalog.entries[e].next)
        if (w->catalog.entries[e].live) {
            status = ofsi_writer_kill(w, e, err);
            replaced = true;
        }
    if (status != OFS_OK)
        return status;
    ofsi_writer_forget_failure(w, file->path);
    *(replaced ? &a->run.files_replaced : &a->run.files_added) += 1;
    a->run.source_bytes += event->source.size;
    a->progress.bytes += event->source.size;
    a->progress.files_done++;
    return report_progress(a, file->path, replaced ? OFS_FILE_REPLACED : OFS_FILE_ADDED, NULL, err);
}

/* Readers name the file in their messages; the line that shows one names it too. */
static const char *reason_of(const ofsi_file *file, const ofs_error *error) {
    size_t size = strlen(file->path);
    const char *message = error->message;
    if (strncmp(message, file->path, size) != 0)
        return message;
    message += size;
    return message + strspn(message, ": ");
}

/* The file broke: what it gave is taken back, what the index had of it stays. */
static ofs_status fail_file(adding *a, const ofsi_file *file, const ofsi_event *event, ofs_error *err) {
    ofs_writer *w = a->writer;
    ofs_status status = OFS_OK;
    if (event->error.status == OFS_E_NOMEM)
        return ofsi_fail_nomem(err);
    if (a->fresh_count)
        status = w->sink->methods->flush(w->sink, err);
    for (size_t i = 0; i < a->fresh_count && status == OFS_OK; i++)
        status = ofsi_writer_kill(w, a->fresh[i], err);
    uint32_t e = a->path == OFSI_NOWHERE ? OFSI_NOWHERE : w->catalog.by_path[a->path].first;
    for (; status == OFS_OK && e != OFSI_NOWHERE && e < a->old_count; e = w->catalog.entries[e].next)
        if (w->catalog.entries[e].live)
            w->catalog.by_id[w->catalog.entries[e].id] = e;
    /* A name of nothing is a slip of whoever gave it, not a report that the index lacks. */
    if (status == OFS_OK && ofsi_is_absent(file->path))
        ofsi_writer_forget_failure(w, file->path);
    else if (status == OFS_OK)
        status = ofsi_writer_record_failure(w, file->path, reason_of(file, &event->error), err);
    if (status != OFS_OK)
        return status;
    a->run.files_failed++;
    a->progress.files_done++;
    return report_progress(a, file->path, OFS_FILE_FAILED, reason_of(file, &event->error), err);
}

static ofs_status take_event(adding *a, ofsi_event *event, ofs_error *err) {
    const ofsi_file *file = &a->files.items[event->file];
    ofs_status status;
    switch (event->type) {
    case OFSI_EVENT_REPORT:
        status = take_report(a, event, err);
        ofs_report_free(event->report);
        return status == OFS_OK ? report_progress(a, NULL, OFS_FILE_ADDED, NULL, err) : status;
    case OFSI_EVENT_DONE:
        return finish_file(a, file, event, err);
    case OFSI_EVENT_UNCHANGED:
        ofsi_writer_forget_failure(a->writer, file->path);
        a->run.files_unchanged++;
        a->progress.files_done++;
        return report_progress(a, file->path, OFS_FILE_UNCHANGED, NULL, err);
    default:
        return fail_file(a, file, event, err);
    }
}

/* ---- the run ---- */

/* A copy of what the index knew when the run began, as the threads look at it while the catalog grows. */
typedef struct known_files {
    const ofsi_file *files;
    ofsi_known_file *known; /* by file */
    bool *is_known;
} known_files;

typedef struct find_context {
    known_files *table;
    size_t count;
} find_context;

static const ofsi_known_file *find_known(void *context, const char *path) {
    const find_context *f = context;
    size_t low = 0, high = f->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(f->table->files[middle].path, path);
        if (order == 0)
            return f->table->is_known[middle] ? &f->table->known[middle] : NULL;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static ofs_status collect_known(adding *a, known_files *table, ofs_error *err) {
    const ofsi_catalog *c = &a->writer->catalog;
    table->files = a->files.items;
    table->known = ofsi_calloc(a->files.count, sizeof *table->known);
    table->is_known = ofsi_calloc(a->files.count, sizeof *table->is_known);
    if (!table->known || !table->is_known)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < a->files.count; i++) {
        uint32_t path = ofsi_catalog_find_path(c, ofsi_span_of(a->files.items[i].path));
        if (path == OFSI_NOWHERE || !ofsi_catalog_path_is_live(c, path))
            continue;
        table->known[i] = c->by_path[path].file;
        table->is_known[i] = true;
    }
    return OFS_OK;
}

static ofs_status read_files(adding *a, ofs_error *err) {
    known_files table = {0};
    find_context find = {&table, a->files.count};
    ofsi_source_options options = {a->files.items,           a->files.count, a->writer->options.threads,
                                   &a->writer->options.read, find_known,     &find};
    ofsi_reading *reading = NULL;
    ofs_status status = collect_known(a, &table, err);
    if (status == OFS_OK)
        status = ofsi_reading_start(&options, &reading, err);
    ofsi_event event = {.type = OFSI_EVENT_DONE, .file = 0};
    for (size_t begun = 0; status == OFS_OK && begun <= a->files.count;) {
        ofsi_reading_next(reading, &event);
        if (event.type == OFSI_EVENT_END)
            break;
        if (event.file == begun) {
            begin_file(a, begun);
            begun++;
        }
        status = take_event(a, &event, err);
    }
    ofsi_reading_stop(reading);
    ofsi_free(table.known);
    ofsi_free(table.is_known);
    return status;
}

/* ---- pruning ---- */

static bool is_gone(const char *path) {
    struct stat info;
    return stat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static ofs_status prune(adding *a, const char *const *roots, size_t root_count, ofs_error *err) {
    ofs_writer *w = a->writer;
    ofs_status status = OFS_OK;
    for (uint32_t p = 0; p < w->catalog.paths.count && status == OFS_OK; p++) {
        const char *path = w->catalog.paths.keys[p].data;
        bool below = false;
        for (size_t i = 0; i < root_count; i++)
            below = below || ofsi_is_below(path, roots[i]);
        if (!below || !ofsi_catalog_path_is_live(&w->catalog, p) || !is_gone(path))
            continue;
        for (uint32_t e = w->catalog.by_path[p].first; status == OFS_OK && e != OFSI_NOWHERE;
             e = w->catalog.entries[e].next)
            if (w->catalog.entries[e].live)
                status = ofsi_writer_kill(w, e, err);
        ofsi_writer_forget_failure(w, path);
        a->run.files_pruned++;
    }
    return status;
}

/* What the paths given no longer hold: failures always, reports when asked. */
static ofs_status settle_gone(adding *a, const char *const *paths, size_t count, ofs_error *err) {
    const char **roots = ofsi_arena_calloc(&a->files.arena, count, sizeof *roots);
    if (!roots)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        roots[i] = ofsi_normal_path(&a->files.arena, paths[i]);
        if (!roots[i])
            return ofsi_fail_nomem(err);
    }
    ofsi_writer_review_failures(a->writer, &a->files, roots, count);
    return a->writer->options.prune ? prune(a, roots, count, err) : OFS_OK;
}

/* The index has reports of this file, or of files below this folder. */
static bool has_below(const ofsi_catalog *c, const char *path) {
    if (ofsi_catalog_find_path(c, ofsi_span_of(path)) != OFSI_NOWHERE)
        return true;
    for (uint32_t p = 0; p < c->paths.count; p++)
        if (ofsi_is_below(c->paths.keys[p].data, path) && ofsi_catalog_path_is_live(c, p))
            return true;
    return false;
}

/* With --prune a named path that is gone is no failure: it is what is to be pruned. */
static void drop_gone(adding *a) {
    size_t kept = 0;
    for (size_t i = 0; i < a->files.count; i++) {
        const ofsi_file *file = &a->files.items[i];
        if (file->trouble && is_gone(file->path) && has_below(&a->writer->catalog, file->path))
            continue;
        a->files.items[kept++] = *file;
    }
    a->files.count = kept;
}

static void add_run(ofs_run *run, const ofs_run *more) {
    if (!run)
        return;
    run->files_added += more->files_added;
    run->files_replaced += more->files_replaced;
    run->files_unchanged += more->files_unchanged;
    run->files_failed += more->files_failed;
    run->files_pruned += more->files_pruned;
    run->reports += more->reports;
    run->paragraphs += more->paragraphs;
    run->source_bytes += more->source_bytes;
    run->text_bytes += more->text_bytes;
    run->files_partial += more->files_partial;
}

ofs_status ofs_writer_add(ofs_writer *w, const char *const *paths, size_t path_count, ofs_run *run,
                          ofs_error *err) {
    adding a = {.writer = w, .path = OFSI_NOWHERE};
    ofs_status status = ofsi_writer_usable(w, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_walk(paths, path_count, &a.files, err);
    if (status == OFS_OK && w->options.prune)
        drop_gone(&a);
    a.progress.files_total = a.files.count;
    a.progress.walked = true;
    if (status == OFS_OK)
        status = report_progress(&a, NULL, OFS_FILE_ADDED, NULL, err);
    if (status == OFS_OK)
        status = read_files(&a, err);
    if (status == OFS_OK)
        status = w->sink->methods->flush(w->sink, err);
    if (status == OFS_OK)
        status = settle_gone(&a, paths, path_count, err);
    add_run(run, &a.run);
    ofsi_files_free(&a.files);
    ofsi_free(a.fresh);
    w->broken = status != OFS_OK;
    return status;
}
