/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native engine's side of the writer: the list of segments, the reports in them, which of them are dead. */
#include "indexer/base/alloc.h"
#include "indexer/build/inverter.h"
#include "indexer/build/native_impl.h"

/* ---- segments ---- */

/* Part by part: what has been verified need not stay in memory. */
static ofs_status load_columns(ofsi_segment *segment, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (unsigned part = 1; part & OFSI_PART_ALL && status == OFS_OK; part <<= 1) {
        status = ofsi_segment_load(segment, part, err);
        ofsi_segment_release(segment);
    }
    return status;
}

ofs_status ofsi_native_take(ofs_writer *w, const ofsi_manifest_segment *row, ofs_error *err) {
    ofsi_native *n = w->native;
    ofsi_segment *segment = NULL;
    ofs_status status = ofsi_segment_open(w->storage, row->name, &segment, err);
    if (status == OFS_E_NOT_FOUND)
        status = ofsi_fail(err, OFS_E_CORRUPT, "the index %s has lost the file %s that its manifest names",
                           ofsi_storage_path(w->storage), row->name);
    if (status == OFS_OK)
        status = load_columns(segment, err);
    if (status == OFS_OK && (ofsi_segment_doc_count(segment) != row->doc_count ||
                             ofsi_segment_report_count(segment) != row->report_count))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s/%s is damaged: it is not the file that the manifest names",
                           ofsi_storage_path(w->storage), row->name);
    if (status == OFS_OK &&
        !ofsi_grow(&n->segments, &n->segment_capacity, n->segment_count + 1, sizeof *n->segments))
        status = ofsi_fail_nomem(err);
    if (status != OFS_OK) {
        ofsi_segment_close(segment);
        return status;
    }
    n->segments[n->segment_count++] = (ofsi_writer_segment){*row, row->dead_count, segment};
    return OFS_OK;
}

ofs_status ofsi_native_name(ofs_writer *w, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    static const char digits[] = "0123456789abcdef";
    uint64_t number = w->native->next_segment++;
    if (number > UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT,
                         "the index has used up its 4,294,967,295 segment numbers; build it anew");
    memcpy(name, "s-00000000.seg", 15);
    for (int i = 9; i >= 2; i--, number >>= 4)
        name[i] = digits[number & 15];
    return OFS_OK;
}

static ofs_status name_segment(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    return ofsi_native_name(context, name, err);
}

static uint64_t bytes_of_catalog(void *context) {
    const ofs_writer *w = context;
    return ofsi_catalog_bytes(&w->catalog);
}

/* The sink wrote a segment of these entries of the catalog, in this order. */
static ofs_status take_flushed(void *context, const ofsi_manifest_segment *row, const uint32_t *entries,
                               ofs_error *err) {
    ofs_writer *w = context;
    ofs_status status = ofsi_native_take(w, row, err);
    for (uint32_t i = 0; status == OFS_OK && i < row->report_count; i++) {
        w->catalog.entries[entries[i]].segment = (uint32_t)w->native->segment_count - 1;
        w->catalog.entries[entries[i]].report = i;
    }
    return status;
}

ofs_status ofsi_native_reload(ofs_writer *w, ofs_error *err) {
    const ofsi_native *n = w->native;
    ofs_status status = OFS_OK;
    ofsi_catalog_free(&w->catalog);
    for (uint32_t s = 0; s < n->segment_count && status == OFS_OK; s++) {
        const ofsi_manifest_segment *info = &n->segments[s].row;
        for (uint32_t r = 0, dead = 0; r < info->report_count && status == OFS_OK; r++) {
            ofsi_report_row row;
            uint32_t entry;
            if (dead < info->dead_count && info->dead[dead] == r) {
                dead++;
                continue;
            }
            ofsi_segment_report(n->segments[s].segment, r, &row);
            ofsi_known_file file = {row.file_size, row.file_mtime_ns, row.file_hash};
            status = ofsi_catalog_add(&w->catalog, row.id, row.path, &file, &entry, err);
            if (status == OFS_OK) {
                w->catalog.entries[entry].segment = s;
                w->catalog.entries[entry].report = r;
            }
        }
        ofsi_segment_release(n->segments[s].segment);
    }
    return status;
}

/* ---- dead reports ---- */

static ofs_status kill_report(ofs_writer *w, uint32_t entry, ofs_error *err) {
    const ofsi_entry *e = &w->catalog.entries[entry];
    ofsi_writer_segment *s = &w->native->segments[e->segment];
    ofsi_report_row row;
    if (!ofsi_grow(&s->row.dead, &s->dead_capacity, s->row.dead_count + (size_t)1, sizeof *s->row.dead))
        return ofsi_fail_nomem(err);
    uint32_t at = s->row.dead_count;
    while (at > 0 && s->row.dead[at - 1] > e->report)
        at--;
    memmove(&s->row.dead[at + 1], &s->row.dead[at], (s->row.dead_count - at) * sizeof *s->row.dead);
    s->row.dead[at] = e->report;
    s->row.dead_count++;
    ofsi_segment_report(s->segment, e->report, &row);
    s->row.dead_docs += row.doc_count;
    s->row.dead_tokens += row.token_count;
    return OFS_OK;
}

/* ---- opening and closing ---- */

static ofs_status check_features(const ofs_writer *w, const ofsi_manifest *m, ofs_error *err) {
    if (m->unknown_feature.size == 0)
        return OFS_OK;
    return ofsi_fail(err, OFS_E_UNSUPPORTED,
                     "writing to the index %s needs '%s', which this version has not got; searching it works",
                     ofsi_storage_path(w->storage), m->unknown_feature.data);
}

static ofs_status load_manifest(ofs_writer *w, const ofsi_manifest *m, ofs_error *err) {
    ofs_status status = check_features(w, m, err);
    if (status == OFS_OK)
        status = ofsi_writer_take_analyzer(w, m->stemmer, m->fingerprint, err);
    w->generation = m->generation;
    w->native->next_segment = m->next_segment;
    for (uint32_t i = 0; i < m->segment_count && status == OFS_OK; i++) {
        ofsi_manifest_segment row = m->segments[i];
        row.dead = ofsi_reallocarray(NULL, row.dead_count, sizeof *row.dead);
        if (!row.dead)
            return ofsi_fail_nomem(err);
        if (row.dead_count)
            memcpy(row.dead, m->segments[i].dead, row.dead_count * sizeof *row.dead);
        status = ofsi_native_take(w, &row, err);
        if (status != OFS_OK)
            ofsi_free(row.dead);
    }
    if (status == OFS_OK)
        status = ofsi_writer_take_failures(w, m->failures, m->failure_count, err);
    return status == OFS_OK ? ofsi_native_reload(w, err) : status;
}

static ofs_status open_native(ofs_writer *w, ofs_error *err) {
    ofsi_manifest manifest;
    w->native = ofsi_calloc(1, sizeof *w->native);
    if (!w->native)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_manifest_read(w->storage, &w->arena, &manifest, err);
    if (status == OFS_E_NO_INDEX)
        status = ofsi_writer_new_analyzer(w, err);
    else if (status == OFS_OK)
        status = load_manifest(w, &manifest, err);
    if (status == OFS_OK)
        status = ofsi_native_sweep(w, err);
    if (status != OFS_OK)
        return status;
    /* An eighth is left for what a flush needs beside the postings. */
    ofsi_inverter_options options = {w->storage,
                                     w->analyzer,
                                     w->options.memory - w->options.memory / 8,
                                     w->options.threads,
                                     name_segment,
                                     take_flushed,
                                     bytes_of_catalog,
                                     w};
    return ofsi_inverter_open(&options, &w->sink, err);
}

static void close_native(ofs_writer *w) {
    ofsi_native *n = w->native;
    if (!n)
        return;
    for (size_t i = 0; i < n->segment_count; i++) {
        ofsi_segment_close(n->segments[i].segment);
        ofsi_free(n->segments[i].row.dead);
    }
    ofsi_free(n->segments);
    ofsi_free(n);
}

const ofsi_writer_engine ofsi_writer_native = {
    "native", open_native, kill_report, ofsi_native_compact, ofsi_native_commit, close_native};
