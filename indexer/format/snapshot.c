/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader's view of one commit: the manifest with its segments opened and its dead paragraphs as bits. */
#include "indexer/base/alloc.h"
#include "indexer/format/manifest.h"

/* A commit may remove files between our reading of the manifest and our opening of them: begin again, this often. */
enum { TRIES = 20 };

static ofs_status mark_dead(ofsi_snapshot *snapshot, ofsi_snapshot_segment *s, ofs_error *err) {
    uint64_t docs = 0, tokens = 0;
    uint64_t *bits = ofsi_arena_calloc(&snapshot->arena, s->info->doc_count / 64 + 1, sizeof *bits);
    ofs_status status = bits ? OFS_OK : ofsi_fail_nomem(err);
    for (uint32_t i = 0; status == OFS_OK && i < s->info->dead_count; i++) {
        ofsi_report_row row;
        status = ofsi_segment_load_report(s->segment, s->info->dead[i], err);
        if (status != OFS_OK)
            break;
        ofsi_segment_report(s->segment, s->info->dead[i], &row);
        for (uint32_t d = row.first_doc; d < row.first_doc + row.doc_count; d++)
            bits[d / 64] |= UINT64_C(1) << d % 64;
        docs += row.doc_count;
        tokens += row.token_count;
    }
    if (status == OFS_OK && (docs != s->info->dead_docs || tokens != s->info->dead_tokens))
        status =
            ofsi_fail(err, OFS_E_CORRUPT, "%s/%s is damaged: its counts of removed paragraphs of %s differ",
                      ofsi_storage_path(snapshot->storage), OFSI_MANIFEST_NAME, s->info->name);
    s->dead_bits = bits;
    return status;
}

static ofs_status open_segment(ofsi_snapshot *snapshot, uint32_t i, ofs_error *err) {
    ofsi_snapshot_segment *s = &snapshot->segments[i];
    s->info = &snapshot->manifest.segments[i];
    ofs_status status = ofsi_segment_open(snapshot->storage, s->info->name, &s->segment, err);
    if (status != OFS_OK)
        return status;
    snapshot->segment_count = i + 1;
    if (ofsi_segment_doc_count(s->segment) != s->info->doc_count ||
        ofsi_segment_report_count(s->segment) != s->info->report_count ||
        ofsi_segment_token_count(s->segment) != s->info->token_count ||
        ofsi_segment_file_size(s->segment) != s->info->file_size)
        return ofsi_fail(err, OFS_E_CORRUPT, "%s/%s is damaged: it is not the file that the manifest names",
                         ofsi_storage_path(snapshot->storage), s->info->name);
    if (s->info->dead_count)
        status = mark_dead(snapshot, s, err);
    snapshot->live_docs += s->info->doc_count - s->info->dead_docs;
    snapshot->live_tokens += s->info->token_count - s->info->dead_tokens;
    snapshot->live_reports += s->info->report_count - s->info->dead_count;
    return status;
}

static void close_segments(ofsi_snapshot *snapshot) {
    for (uint32_t i = 0; i < snapshot->segment_count; i++)
        ofsi_segment_close(snapshot->segments[i].segment);
    snapshot->segment_count = 0;
}

static ofs_status open_once(ofsi_snapshot *snapshot, ofs_error *err) {
    ofs_status status = ofsi_manifest_read(snapshot->storage, &snapshot->arena, &snapshot->manifest, err);
    if (status != OFS_OK)
        return status;
    snapshot->live_docs = snapshot->live_tokens = 0;
    snapshot->live_reports = 0;
    snapshot->segments =
        ofsi_arena_calloc(&snapshot->arena, snapshot->manifest.segment_count, sizeof *snapshot->segments);
    if (!snapshot->segments)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < snapshot->manifest.segment_count && status == OFS_OK; i++)
        status = open_segment(snapshot, i, err);
    return status;
}

ofs_status ofsi_snapshot_open(ofsi_storage *storage, ofsi_snapshot **out, ofs_error *err) {
    *out = NULL;
    ofsi_snapshot *snapshot = ofsi_calloc(1, sizeof *snapshot);
    if (!snapshot)
        return ofsi_fail_nomem(err);
    snapshot->storage = storage;
    ofs_status status = OFS_E_NOT_FOUND;
    for (int i = 0; i < TRIES && status == OFS_E_NOT_FOUND; i++) {
        close_segments(snapshot);
        ofsi_arena_reset(&snapshot->arena);
        status = open_once(snapshot, err);
    }
    if (status == OFS_E_NOT_FOUND)
        status = ofsi_fail(err, OFS_E_CORRUPT, "the index %s has lost a file that its manifest names",
                           ofsi_storage_path(storage));
    if (status != OFS_OK) {
        ofsi_snapshot_close(snapshot);
        return status;
    }
    *out = snapshot;
    return OFS_OK;
}

void ofsi_snapshot_close(ofsi_snapshot *snapshot) {
    if (!snapshot)
        return;
    close_segments(snapshot);
    ofsi_arena_free(&snapshot->arena);
    ofsi_free(snapshot);
}
