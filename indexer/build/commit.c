/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging by policy, compaction, and the commit that makes it all visible at once. */
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/build/merge.h"
#include "indexer/build/policy.h"
#include "indexer/build/writer_impl.h"

/* ---- merging ---- */

/* Takes the chosen segments off the list; their files go at the next sweep, after the commit. */
static void drop_chosen(ofs_writer *w, const bool *chosen) {
    size_t kept = 0;
    for (size_t i = 0; i < w->segment_count; i++) {
        if (!chosen[i]) {
            w->segments[kept++] = w->segments[i];
            continue;
        }
        ofsi_segment_close(w->segments[i].segment);
        ofsi_free(w->segments[i].row.dead);
    }
    w->segment_count = kept;
}

static ofs_status merge_chosen(ofs_writer *w, const bool *chosen, uint32_t count, ofs_error *err) {
    ofsi_manifest_segment row = {0};
    uint32_t n = 0;
    ofsi_merge_input *inputs = ofsi_calloc(count, sizeof *inputs);
    if (!inputs)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < w->segment_count; i++)
        if (chosen[i])
            inputs[n++] = (ofsi_merge_input){w->segments[i].segment, w->segments[i].row.dead,
                                             w->segments[i].row.dead_count};
    ofs_status status = ofsi_writer_name(w, row.name, err);
    if (status == OFS_OK)
        status = ofsi_merge(w->storage, inputs, n, &row, err);
    ofsi_free(inputs);
    if (status != OFS_OK)
        return status;
    drop_chosen(w, chosen);
    w->changed = true;
    /* A segment whose reports have no paragraphs is kept: they are still reports of the index. */
    if (row.report_count)
        status = ofsi_writer_take(w, &row, err);
    return status == OFS_OK ? ofsi_writer_reload(w, err) : status;
}

ofs_status ofsi_writer_merge_by_policy(ofs_writer *w, ofs_error *err) {
    for (;;) {
        bool *chosen = ofsi_calloc(w->segment_count, sizeof *chosen);
        ofsi_manifest_segment *rows = ofsi_calloc(w->segment_count, sizeof *rows);
        ofs_status status = chosen && rows ? OFS_OK : ofsi_fail_nomem(err);
        for (size_t i = 0; status == OFS_OK && i < w->segment_count; i++)
            rows[i] = w->segments[i].row;
        uint32_t n = status == OFS_OK ? ofsi_policy_choose(rows, (uint32_t)w->segment_count, chosen) : 0;
        if (n)
            status = merge_chosen(w, chosen, n, err);
        ofsi_free(chosen);
        ofsi_free(rows);
        if (status != OFS_OK || n == 0)
            return status;
    }
}

ofs_status ofs_writer_compact(ofs_writer *w, ofs_error *err) {
    ofs_status status = ofsi_writer_usable(w, err);
    if (status != OFS_OK || w->segment_count == 0 ||
        (w->segment_count == 1 && w->segments[0].row.dead_count == 0))
        return status;
    bool *chosen = ofsi_calloc(w->segment_count, sizeof *chosen);
    if (!chosen)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < w->segment_count; i++)
        chosen[i] = true;
    status = merge_chosen(w, chosen, (uint32_t)w->segment_count, err);
    ofsi_free(chosen);
    w->broken = status != OFS_OK;
    return status;
}

/* ---- sweeping ---- */

typedef struct doomed {
    const ofs_writer *writer;
    ofsi_arena *arena;
    const char **names;
    size_t count, capacity;
} doomed;

static bool has_suffix(const char *name, const char *suffix) {
    size_t n = strlen(name), s = strlen(suffix);
    return n >= s && strcmp(name + n - s, suffix) == 0;
}

/* Only names of our own making are ever removed. */
static bool is_ours(const char *name) {
    return strcmp(name, OFSI_MANIFEST_NAME ".tmp") == 0 ||
           (strncmp(name, "s-", 2) == 0 &&
            (has_suffix(name, ".seg") || (strstr(name, ".seg.") && has_suffix(name, ".tmp"))));
}

static ofs_status note_doomed(void *context, const char *name, uint64_t size, ofs_error *err) {
    doomed *d = context;
    (void)size;
    if (!is_ours(name))
        return OFS_OK;
    for (size_t i = 0; i < d->writer->segment_count; i++)
        if (strcmp(d->writer->segments[i].row.name, name) == 0)
            return OFS_OK;
    char *copy = ofsi_arena_strndup(d->arena, name, strlen(name));
    if (!copy || !ofsi_grow(&d->names, &d->capacity, d->count + 1, sizeof *d->names))
        return ofsi_fail_nomem(err);
    d->names[d->count++] = copy;
    return OFS_OK;
}

ofs_status ofsi_writer_sweep(ofs_writer *w, ofs_error *err) {
    ofsi_arena arena = {.block_size = 1024};
    doomed d = {.writer = w, .arena = &arena};
    ofs_status status = ofsi_storage_list(w->storage, note_doomed, &d, err);
    for (size_t i = 0; i < d.count && status == OFS_OK; i++)
        status = ofsi_storage_remove(w->storage, d.names[i], err);
    ofsi_free(d.names);
    ofsi_arena_free(&arena);
    return status;
}

/* ---- commit ---- */

static int compare_failures(const void *a, const void *b) {
    return ofsi_span_compare(((const ofsi_manifest_failure *)a)->path,
                             ((const ofsi_manifest_failure *)b)->path);
}

static ofs_status write_manifest(ofs_writer *w, ofs_error *err) {
    ofsi_manifest m = {
        .generation = w->generation + 1,
        .next_segment = w->next_segment,
        .stemmer = ofsi_span_of(ofsi_analyzer_stemmer(w->analyzer)),
        .fingerprint = ofsi_span_of(ofsi_analyzer_fingerprint(w->analyzer)),
        .segment_count = (uint32_t)w->segment_count,
        .failures = w->failures,
        .failure_count = (uint32_t)w->failure_count,
    };
    m.segments = ofsi_calloc(w->segment_count, sizeof *m.segments);
    if (!m.segments)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < w->segment_count; i++)
        m.segments[i] = w->segments[i].row;
    if (w->failure_count)
        qsort(w->failures, w->failure_count, sizeof *w->failures, compare_failures);
    ofs_status status = ofsi_manifest_write(w->storage, &m, err);
    ofsi_free(m.segments);
    return status;
}

ofs_status ofs_writer_commit(ofs_writer *w, ofs_error *err) {
    ofs_status status = ofsi_writer_usable(w, err);
    /* An index is made by its first commit, even one without reports. */
    if (status != OFS_OK || (!w->changed && w->generation))
        return status;
    status = ofsi_writer_merge_by_policy(w, err);
    if (status == OFS_OK)
        status = ofsi_storage_sync_dir(w->storage, err);
    if (status == OFS_OK)
        status = write_manifest(w, err);
    if (status != OFS_OK) {
        w->broken = true;
        return status;
    }
    w->generation++;
    w->changed = false;
    /* The commit stands; files that cannot be removed now are removed when a writer opens the index next. */
    (void)ofsi_writer_sweep(w, NULL);
    return OFS_OK;
}
