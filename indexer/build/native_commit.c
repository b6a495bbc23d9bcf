/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native engine's merging by policy, compaction, and the commit that makes it all visible at once. */
#include "indexer/base/alloc.h"
#include "indexer/build/merge.h"
#include "indexer/build/native_impl.h"
#include "indexer/build/policy.h"

/* ---- merging ---- */

/* Takes the chosen segments off the list; their files go at the next sweep, after the commit. */
static void drop_chosen(ofs_writer *w, const bool *chosen) {
    size_t kept = 0;
    for (size_t i = 0; i < w->native->segment_count; i++) {
        if (!chosen[i]) {
            w->native->segments[kept++] = w->native->segments[i];
            continue;
        }
        ofsi_segment_close(w->native->segments[i].segment);
        ofsi_free(w->native->segments[i].row.dead);
    }
    w->native->segment_count = kept;
}

static ofs_status merge_chosen(ofs_writer *w, const bool *chosen, uint32_t count, ofs_error *err) {
    ofsi_manifest_segment row = {0};
    uint32_t n = 0;
    ofsi_merge_input *inputs = ofsi_calloc(count, sizeof *inputs);
    if (!inputs)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < w->native->segment_count; i++)
        if (chosen[i])
            inputs[n++] = (ofsi_merge_input){w->native->segments[i].segment, w->native->segments[i].row.dead,
                                             w->native->segments[i].row.dead_count};
    ofs_status status = ofsi_native_name(w, row.name, err);
    if (status == OFS_OK)
        status = ofsi_merge(w->storage, inputs, n, &row, err);
    ofsi_free(inputs);
    if (status != OFS_OK)
        return status;
    drop_chosen(w, chosen);
    w->changed = true;
    /* A segment whose reports have no paragraphs is kept: they are still reports of the index. */
    if (row.report_count)
        status = ofsi_native_take(w, &row, err);
    return status == OFS_OK ? ofsi_native_reload(w, err) : status;
}

static ofs_status merge_by_policy(ofs_writer *w, ofs_error *err) {
    for (;;) {
        bool *chosen = ofsi_calloc(w->native->segment_count, sizeof *chosen);
        ofsi_manifest_segment *rows = ofsi_calloc(w->native->segment_count, sizeof *rows);
        ofs_status status = chosen && rows ? OFS_OK : ofsi_fail_nomem(err);
        for (size_t i = 0; status == OFS_OK && i < w->native->segment_count; i++)
            rows[i] = w->native->segments[i].row;
        uint32_t n =
            status == OFS_OK ? ofsi_policy_choose(rows, (uint32_t)w->native->segment_count, chosen) : 0;
        if (n)
            status = merge_chosen(w, chosen, n, err);
        ofsi_free(chosen);
        ofsi_free(rows);
        if (status != OFS_OK || n == 0)
            return status;
    }
}

ofs_status ofsi_native_compact(ofs_writer *w, ofs_error *err) {
    const ofsi_native *n = w->native;
    if (n->segment_count == 0 || (n->segment_count == 1 && n->segments[0].row.dead_count == 0))
        return OFS_OK;
    bool *chosen = ofsi_calloc(n->segment_count, sizeof *chosen);
    if (!chosen)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < n->segment_count; i++)
        chosen[i] = true;
    ofs_status status = merge_chosen(w, chosen, (uint32_t)n->segment_count, err);
    ofsi_free(chosen);
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
    for (size_t i = 0; i < d->writer->native->segment_count; i++)
        if (strcmp(d->writer->native->segments[i].row.name, name) == 0)
            return OFS_OK;
    char *copy = ofsi_arena_strndup(d->arena, name, strlen(name));
    if (!copy || !ofsi_grow(&d->names, &d->capacity, d->count + 1, sizeof *d->names))
        return ofsi_fail_nomem(err);
    d->names[d->count++] = copy;
    return OFS_OK;
}

ofs_status ofsi_native_sweep(ofs_writer *w, ofs_error *err) {
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

static ofs_status write_manifest(ofs_writer *w, ofs_error *err) {
    ofsi_manifest m = {
        .generation = w->generation + 1,
        .next_segment = w->native->next_segment,
        .stemmer = ofsi_span_of(ofsi_analyzer_stemmer(w->analyzer)),
        .fingerprint = ofsi_span_of(ofsi_analyzer_fingerprint(w->analyzer)),
        .segment_count = (uint32_t)w->native->segment_count,
        .failures = w->failures,
        .failure_count = (uint32_t)w->failure_count,
    };
    m.segments = ofsi_calloc(w->native->segment_count, sizeof *m.segments);
    if (!m.segments)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < w->native->segment_count; i++)
        m.segments[i] = w->native->segments[i].row;
    ofs_status status = ofsi_manifest_write(w->storage, &m, err);
    ofsi_free(m.segments);
    return status;
}

ofs_status ofsi_native_commit(ofs_writer *w, ofs_error *err) {
    ofs_status status = merge_by_policy(w, err);
    if (status == OFS_OK)
        status = ofsi_storage_sync_dir(w->storage, err);
    if (status == OFS_OK)
        status = write_manifest(w, err);
    if (status != OFS_OK)
        return status;
    /* The commit stands; files that cannot be removed now are removed when a writer opens the index next. */
    (void)ofsi_native_sweep(w, NULL);
    return OFS_OK;
}
