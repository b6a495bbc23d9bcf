/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at an index as a whole: the list of its reports, its statistics, its soundness, by the engine it was made with. */
#include "indexer/build/inspect.h"

#include <stdio.h>
#include <string.h>

#include "indexer/base/error.h"
#include "indexer/build/xapian_reader.h"

static ofs_status open_index(const char *directory, ofsi_inspected *index, const ofsi_inspector **inspector,
                             ofs_error *err) {
    *index = (ofsi_inspected){.directory = directory};
    ofs_status status = ofsi_storage_open_dir(directory, false, &index->storage, err);
    if (status == OFS_OK)
        status = ofsi_recognize(index->storage, &index->kind, err);
    if (status == OFS_OK && index->kind == OFSI_INDEX_NONE)
        status = ofsi_recognize_remains(index->storage, directory, err);
    bool is_xapian = index->kind == OFSI_INDEX_XAPIAN || index->kind == OFSI_INDEX_SHARDS;
    *inspector = is_xapian ? &ofsi_xapian_inspector : &ofsi_native_inspector;
    return status;
}

ofs_status ofs_index_whole(const char *directory, ofs_error *err) {
    ofsi_inspected index;
    const ofsi_inspector *inspector;
    ofs_status status = open_index(directory, &index, &inspector, err);
    if (status == OFS_OK && index.kind == OFSI_INDEX_XAPIAN)
        status = ofsi_xapian_whole(&index, err);
    ofsi_storage_close(index.storage);
    return status;
}

/* ---- list ---- */

ofs_status ofs_index_list(const char *directory, ofs_report_info_visit visit, void *context, ofs_error *err) {
    ofsi_inspected index;
    const ofsi_inspector *inspector;
    ofsi_arena arena = {.block_size = 4096};
    ofs_status status = open_index(directory, &index, &inspector, err);
    if (status == OFS_OK)
        status = inspector->list(&index, &arena, visit, context, err);
    ofsi_arena_free(&arena);
    ofsi_storage_close(index.storage);
    return status;
}

ofs_status ofs_index_failures(const char *directory, ofs_failure_visit visit, void *context, ofs_error *err) {
    ofsi_inspected index;
    const ofsi_inspector *inspector;
    ofsi_arena arena = {0};
    ofs_status status = open_index(directory, &index, &inspector, err);
    if (status == OFS_OK)
        status = inspector->failures(&index, &arena, visit, context, err);
    ofsi_arena_free(&arena);
    ofsi_storage_close(index.storage);
    return status;
}

ofs_status ofs_index_visit(const char *directory, ofs_paragraph_visit visit, void *context, ofs_error *err) {
    ofsi_inspected index;
    const ofsi_inspector *inspector;
    ofs_status status = open_index(directory, &index, &inspector, err);
    if (status == OFS_OK)
        status = inspector->visit(&index, visit, context, err);
    ofsi_storage_close(index.storage);
    return status;
}

/* ---- stats ---- */

void ofsi_add_component(ofs_index_stats *stats, const char *name, uint64_t bytes) {
    uint32_t i = 0;
    while (i < stats->component_count && strcmp(stats->components[i].name, name) != 0)
        i++;
    if (i == OFS_COMPONENTS_MAX)
        return;
    if (i == stats->component_count)
        stats->components[stats->component_count++] = (ofs_component){name, 0};
    stats->components[i].bytes += bytes;
}

ofs_status ofs_index_stat(const char *directory, ofs_index_stats *stats, ofs_error *err) {
    ofsi_inspected index;
    const ofsi_inspector *inspector;
    *stats = (ofs_index_stats){0};
    ofs_status status = open_index(directory, &index, &inspector, err);
    snprintf(stats->engine, sizeof stats->engine, "%s", inspector->engine);
    if (status == OFS_OK)
        status = inspector->stat(&index, stats, err);
    ofsi_storage_close(index.storage);
    return status;
}

/* ---- check ---- */

void ofsi_note_finding(ofsi_findings *f, ofs_status status, const ofs_error *damage) {
    if (status == OFS_OK)
        return;
    if (f->worst == OFS_OK || (f->worst == OFS_E_CORRUPT && status != OFS_E_CORRUPT)) {
        f->worst = status;
        if (f->err)
            *f->err = *damage;
    }
    bool added = true; /* also where there is no memory to remember it */
    if (status == OFS_E_CORRUPT)
        (void)ofsi_map_intern(&f->told, ofsi_span_of(damage->message), &added);
    if (status == OFS_E_CORRUPT && f->visit && added)
        f->visit(f->context, damage);
}

ofs_status ofs_index_check(const char *directory, ofs_damage_visit visit, void *context, ofs_error *err) {
    ofsi_inspected index;
    const ofsi_inspector *inspector;
    ofsi_findings findings = {.err = err, .visit = visit, .context = context};
    ofs_error trouble;
    ofs_status status = open_index(directory, &index, &inspector, &trouble);
    ofsi_note_finding(&findings, status, &trouble);
    if (status == OFS_OK)
        inspector->check(&index, &findings);
    ofsi_map_free(&findings.told);
    ofsi_storage_close(index.storage);
    return findings.worst;
}
