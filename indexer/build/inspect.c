/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at an index as a whole: the list of its reports, its statistics, its soundness. */
#include <ofsearch/index.h>

#include <inttypes.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/build/places.h"

static ofs_status open_snapshot(const char *directory, ofsi_storage **storage, ofsi_snapshot **snapshot,
                                ofs_error *err) {
    *snapshot = NULL;
    ofs_status status = ofsi_storage_open_dir(directory, false, storage, err);
    return status == OFS_OK ? ofsi_snapshot_open(*storage, snapshot, err) : status;
}

static void close_snapshot(ofsi_storage *storage, ofsi_snapshot *snapshot) {
    ofsi_snapshot_close(snapshot);
    ofsi_storage_close(storage);
}

/* ---- list ---- */

ofs_status ofs_index_list(const char *directory, ofs_report_info_visit visit, void *context, ofs_error *err) {
    ofsi_storage *storage = NULL;
    ofsi_snapshot *snapshot;
    ofsi_arena arena = {.block_size = 4096};
    ofsi_place *places = NULL;
    size_t count = 0;
    ofs_status status = open_snapshot(directory, &storage, &snapshot, err);
    if (status == OFS_OK)
        status = ofsi_places_of(snapshot, &places, &count, err);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofs_report_info info;
        status = ofsi_place_info(&places[i], &arena, &info, err);
        if (status == OFS_OK)
            status = visit(context, &info, err);
        ofsi_arena_reset(&arena);
    }
    ofsi_free(places);
    ofsi_arena_free(&arena);
    close_snapshot(storage, snapshot);
    return status;
}

ofs_status ofs_index_failures(const char *directory, ofs_failure_visit visit, void *context, ofs_error *err) {
    ofsi_storage *storage = NULL;
    ofsi_arena arena = {0};
    ofsi_manifest manifest = {0};
    ofs_status status = ofsi_storage_open_dir(directory, false, &storage, err);
    if (status == OFS_OK)
        status = ofsi_manifest_read(storage, &arena, &manifest, err);
    for (uint32_t i = 0; i < manifest.failure_count && status == OFS_OK; i++)
        status = visit(context, manifest.failures[i].path.data, manifest.failures[i].reason.data, err);
    ofsi_arena_free(&arena);
    ofsi_storage_close(storage);
    return status;
}

/* ---- stats ---- */

static void add_component(ofs_index_stats *stats, const char *name, uint64_t bytes) {
    uint32_t i = 0;
    while (i < stats->component_count && strcmp(stats->components[i].name, name) != 0)
        i++;
    if (i == OFS_COMPONENTS_MAX)
        return;
    if (i == stats->component_count)
        stats->components[stats->component_count++] = (ofs_component){name, 0};
    stats->components[i].bytes += bytes;
}

static void add_segment(ofs_index_stats *stats, const ofsi_snapshot_segment *s) {
    const char *name;
    uint64_t bytes, parts = 0, size = ofsi_segment_file_size(s->segment);
    for (uint32_t i = 0; ofsi_segment_component(s->segment, i, &name, &bytes); i++) {
        add_component(stats, name, bytes);
        parts += bytes;
    }
    add_component(stats, "checksums and padding", size - parts);
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

ofs_status ofs_index_stat(const char *directory, ofs_index_stats *stats, ofs_error *err) {
    ofsi_storage *storage = NULL;
    ofsi_snapshot *snapshot;
    *stats = (ofs_index_stats){.engine = "native"};
    ofs_status status = open_snapshot(directory, &storage, &snapshot, err);
    if (status == OFS_OK) {
        stats->reports = snapshot->live_reports;
        stats->paragraphs = snapshot->live_docs;
        stats->words = snapshot->live_tokens;
        stats->generation = snapshot->manifest.generation;
        stats->failed_files = snapshot->manifest.failure_count;
        snprintf(stats->stemmer, sizeof stats->stemmer, "%s", snapshot->manifest.stemmer.data);
        for (uint32_t i = 0; i < snapshot->segment_count; i++)
            add_segment(stats, &snapshot->segments[i]);
        status = ofsi_storage_list(storage, add_size, stats, err);
    }
    close_snapshot(storage, snapshot);
    return status;
}

/* ---- check ---- */

static void note_damage(ofs_status status, const ofs_error *damage, ofs_status *worst, ofs_damage_visit visit,
                        void *context, ofs_error *err) {
    if (*worst == OFS_OK || (*worst == OFS_E_CORRUPT && status != OFS_E_CORRUPT)) {
        *worst = status;
        if (err)
            *err = *damage;
    }
    if (status == OFS_E_CORRUPT && visit)
        visit(context, damage);
}

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

ofs_status ofs_index_check(const char *directory, ofs_damage_visit visit, void *context, ofs_error *err) {
    ofsi_storage *storage = NULL;
    ofsi_snapshot *snapshot = NULL;
    ofsi_arena arena = {0};
    ofsi_manifest manifest = {0};
    ofs_error damage;
    ofs_status worst = OFS_OK;
    ofs_status status = ofsi_storage_open_dir(directory, false, &storage, &damage);
    if (status == OFS_OK)
        status = ofsi_manifest_read(storage, &arena, &manifest, &damage);
    if (status != OFS_OK)
        note_damage(status, &damage, &worst, visit, context, err);
    for (uint32_t i = 0; i < manifest.segment_count; i++) {
        status = check_segment(storage, &manifest.segments[i], &damage);
        if (status != OFS_OK)
            note_damage(status, &damage, &worst, visit, context, err);
    }
    /* What only the whole shows: counts of dead paragraphs. */
    if (worst == OFS_OK) {
        status = ofsi_snapshot_open(storage, &snapshot, &damage);
        if (status != OFS_OK)
            note_damage(status, &damage, &worst, visit, context, err);
    }
    ofsi_arena_free(&arena);
    close_snapshot(storage, snapshot);
    return worst;
}
