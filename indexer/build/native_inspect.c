/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of a native index's reports, its statistics, its soundness. */
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/build/inspect.h"
#include "indexer/build/places.h"

/* ---- list ---- */

static ofs_status list_reports(const ofsi_inspected *index, ofsi_arena *arena, ofs_report_info_visit visit,
                               void *context, ofs_error *err) {
    ofsi_snapshot *snapshot;
    ofsi_place *places = NULL;
    size_t count = 0;
    ofs_status status = ofsi_snapshot_open(index->storage, &snapshot, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_places_of(snapshot, &places, &count, err);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofs_report_info info;
        status = ofsi_place_info(&places[i], arena, &info, err);
        if (status == OFS_OK)
            status = visit(context, &info, err);
        ofsi_arena_reset(arena);
    }
    ofsi_free(places);
    ofsi_snapshot_close(snapshot);
    return status;
}

static ofs_status list_failures(const ofsi_inspected *index, ofsi_arena *arena, ofs_failure_visit visit,
                                void *context, ofs_error *err) {
    ofsi_manifest manifest = {0};
    ofs_status status = ofsi_manifest_read(index->storage, arena, &manifest, err);
    for (uint32_t i = 0; i < manifest.failure_count && status == OFS_OK; i++)
        status = visit(context, manifest.failures[i].path.data, manifest.failures[i].reason.data, err);
    return status;
}

/* ---- stats ---- */

static void add_segment(ofs_index_stats *stats, const ofsi_snapshot_segment *s) {
    const char *name;
    uint64_t bytes, parts = 0, size = ofsi_segment_file_size(s->segment);
    for (uint32_t i = 0; ofsi_segment_component(s->segment, i, &name, &bytes); i++) {
        ofsi_add_component(stats, name, bytes);
        parts += bytes;
    }
    ofsi_add_component(stats, "checksums and padding", size - parts);
    stats->terms += ofsi_segment_term_count(s->segment);
    stats->dead_paragraphs += s->info->dead_docs;
    stats->segments++;
}

static ofs_status add_size(void *context, const char *name, uint64_t size, ofs_error *err) {
    ofs_index_stats *stats = context;
    (void)name;
    (void)err;
    stats->bytes += size;
    return OFS_OK;
}

static ofs_status count_index(const ofsi_inspected *index, ofs_index_stats *stats, ofs_error *err) {
    ofsi_snapshot *snapshot;
    ofs_status status = ofsi_snapshot_open(index->storage, &snapshot, err);
    if (status != OFS_OK)
        return status;
    stats->reports = snapshot->live_reports;
    stats->paragraphs = snapshot->live_docs;
    stats->words = snapshot->live_tokens;
    stats->generation = snapshot->manifest.generation;
    stats->failed_files = snapshot->manifest.failure_count;
    snprintf(stats->stemmer, sizeof stats->stemmer, "%s", snapshot->manifest.stemmer.data);
    for (uint32_t i = 0; i < snapshot->segment_count; i++)
        add_segment(stats, &snapshot->segments[i]);
    status = ofsi_storage_list(index->storage, add_size, stats, err);
    ofsi_snapshot_close(snapshot);
    return status;
}

/* ---- check ---- */

static ofs_status check_segment(ofsi_storage *storage, const ofsi_manifest_segment *info, ofs_error *err) {
    ofsi_segment *segment = NULL;
    ofs_status status = ofsi_segment_open(storage, info->name, &segment, err);
    if (status == OFS_E_NOT_FOUND)
        return ofsi_fail(err, OFS_E_CORRUPT, "the index %s has lost the file %s that its manifest names",
                         ofsi_storage_path(storage), info->name);
    if (status == OFS_OK && (ofsi_segment_doc_count(segment) != info->doc_count ||
                             ofsi_segment_report_count(segment) != info->report_count ||
                             ofsi_segment_token_count(segment) != info->token_count ||
                             ofsi_segment_file_size(segment) != info->file_size))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s/%s is damaged: it is not the file that the manifest names",
                           ofsi_storage_path(storage), info->name);
    if (status == OFS_OK)
        status = ofsi_segment_check(segment, err);
    ofsi_segment_close(segment);
    return status;
}

static void check_index(const ofsi_inspected *index, ofsi_findings *findings) {
    ofsi_snapshot *snapshot = NULL;
    ofsi_arena arena = {0};
    ofsi_manifest manifest = {0};
    ofs_error damage;
    ofsi_note_finding(findings, ofsi_manifest_read(index->storage, &arena, &manifest, &damage), &damage);
    for (uint32_t i = 0; i < manifest.segment_count; i++)
        ofsi_note_finding(findings, check_segment(index->storage, &manifest.segments[i], &damage), &damage);
    /* What only the whole shows: counts of dead paragraphs. */
    if (findings->worst == OFS_OK) {
        ofsi_note_finding(findings, ofsi_snapshot_open(index->storage, &snapshot, &damage), &damage);
        ofsi_snapshot_close(snapshot);
    }
    ofsi_arena_free(&arena);
}

const ofsi_inspector ofsi_native_inspector = {"native",          list_reports, list_failures,
                                              ofsi_native_visit, count_index,  check_index};
