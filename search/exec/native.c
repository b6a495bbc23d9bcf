/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our segments behind the engine's seam: opening a snapshot, finding reports, copying paragraphs out. */
#include <inttypes.h>

#include "indexer/base/alloc.h"
#include "search/exec/meanings_scan.h"
#include "search/exec/run.h"
#include "search/exec/spell.h"
#include "search/exec/value.h"

/* Inflated blocks of texts kept, of 24 KiB mostly: searches of a batch often meet in the same ones. */
enum { TEXT_BLOCKS = 256 };

typedef struct native {
    ofsi_engine engine;
    ofsi_storage *storage;
    ofsi_snapshot *snapshot;
    ofsi_run run;
    uint64_t *bases;
    ofsi_store_cache caches[TEXT_BLOCKS]; /* by block and segment */
    ofsi_long_forms long_forms;
} native;

/* Words kept by the analyzer from texts of hits; more is forgotten before the next search. */
enum { ANALYZER_BYTES = 64 << 20 };

static native *native_of(ofsi_engine *engine) { return (native *)engine; }

static ofsi_analyzer *native_analyzer(ofsi_engine *engine) {
    ofsi_analyzer *analyzer = native_of(engine)->run.analyzer;
    if (ofsi_analyzer_bytes(analyzer) > ANALYZER_BYTES)
        ofsi_analyzer_forget(analyzer);
    return analyzer;
}

static ofs_status native_search(ofsi_engine *engine, const ofsi_engine_request *request, ofsi_arena *arena,
                                ofsi_engine_answer *answer, ofs_error *err) {
    return ofsi_run_search(&native_of(engine)->run, request, arena, answer, err);
}

static ofs_status native_explain(ofsi_engine *engine, const ofsi_engine_request *request,
                                 const ofsi_explain *explain, ofsi_arena *arena, ofs_error *err) {
    return ofsi_run_explain(&native_of(engine)->run, request, explain, arena, err);
}

static void native_statistics(ofsi_engine *engine, uint64_t *paragraphs, uint64_t *reports,
                              uint64_t *failed_files) {
    const ofsi_snapshot *snapshot = native_of(engine)->snapshot;
    *paragraphs = snapshot->live_docs;
    *reports = snapshot->live_reports;
    *failed_files = snapshot->manifest.failure_count;
}

static ofs_status native_value(ofsi_engine *engine, uint64_t doc, ofs_facet_field field, ofsi_value *value,
                               ofs_error *err) {
    return ofsi_run_value(&native_of(engine)->run, doc, field, value, err);
}

static ofs_status native_frequency(ofsi_engine *engine, ofsi_span term, uint64_t *paragraphs,
                                   ofs_error *err) {
    return ofsi_run_frequency(&native_of(engine)->run, term, paragraphs, err);
}

static uint64_t native_generation(ofsi_engine *engine) {
    return native_of(engine)->snapshot->manifest.generation;
}

static ofs_status native_meanings_of(ofsi_engine *engine, ofsi_span short_stems, ofsi_arena *arena,
                                     ofsi_meanings *meanings, bool *prevail, ofs_error *err) {
    native *n = native_of(engine);
    const ofsi_definitions definitions = ofsi_snapshot_definitions(n->snapshot);
    ofs_status status =
        ofsi_meanings_of(&definitions, native_analyzer(engine), short_stems, arena, meanings, err);
    if (status == OFS_OK && prevail)
        status = ofsi_meanings_prevail(n->snapshot, short_stems, meanings, prevail, err);
    return status;
}

static ofs_status native_meanings_like(ofsi_engine *engine, ofsi_span long_stems, ofsi_arena *arena,
                                       ofsi_meanings *meanings, ofs_error *err) {
    native *n = native_of(engine);
    const ofsi_definitions definitions = ofsi_snapshot_definitions(n->snapshot);
    return ofsi_meanings_like(&definitions, native_analyzer(engine), &n->long_forms, long_stems, arena,
                              meanings, err);
}

static ofs_status native_correct(ofsi_engine *engine, const ofsi_word *word, ofsi_arena *arena,
                                 ofsi_span *instead, ofs_error *err) {
    return ofsi_spell(native_of(engine)->snapshot, native_of(engine)->run.analyzer, word, arena, instead,
                      err);
}

/* ---- paragraphs ---- */

static ofs_status fetch_report(ofsi_segment *segment, uint32_t part, uint32_t doc, ofsi_fetch *fetch,
                               ofs_hit *hit, ofs_error *err) {
    ofsi_report_row row;
    uint32_t report = ofsi_segment_report_of(segment, doc);
    uint64_t key = (uint64_t)part << 32 | report;
    ofsi_segment_report(segment, report, &row);
    if (!fetch->report || fetch->report_key != key) {
        fetch->report = ofsi_engine_copy_report(&row, fetch->arena);
        fetch->report_key = key;
    }
    hit->report = fetch->report;
    hit->place = doc - row.first_doc;
    return hit->report ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status fetch_section(ofsi_segment *segment, uint32_t doc, ofsi_arena *arena, ofs_hit *hit,
                                ofs_error *err) {
    uint32_t headings[OFSI_SECTION_DEPTH_MAX];
    uint32_t depth = ofsi_segment_section_path(segment, ofsi_segment_section(segment, doc), headings,
                                               OFSI_SECTION_DEPTH_MAX);
    depth = depth < OFSI_SECTION_DEPTH_MAX ? depth : OFSI_SECTION_DEPTH_MAX;
    const char **path = ofsi_arena_calloc(arena, (size_t)depth + 1, sizeof *path);
    if (!path)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < depth; i++) {
        ofsi_span heading = ofsi_segment_heading(segment, headings[i]);
        path[i] = ofsi_arena_strndup(arena, heading.data, heading.size);
        if (!path[i])
            return ofsi_fail_nomem(err);
    }
    ofsi_span role = ofsi_segment_section_role(segment, ofsi_segment_section(segment, doc));
    hit->role = role.size ? ofsi_arena_strndup(arena, role.data, role.size) : NULL;
    if (role.size && !hit->role)
        return ofsi_fail_nomem(err);
    hit->section = path;
    hit->section_depth = depth;
    return OFS_OK;
}

static ofs_status fetch_text(native *n, ofsi_segment *segment, uint32_t doc, const ofsi_fetch *fetch,
                             ofs_hit *hit, ofs_error *err) {
    ofsi_span text, timescale = {NULL, 0};
    bool failed = false;
    hit->text = "";
    if (fetch->no_text)
        return OFS_OK;
    uint32_t slot = ofsi_segment_text_block(segment, doc) + (uint32_t)((uintptr_t)segment / 64);
    ofs_status status =
        ofsi_segment_text(segment, doc, &n->caches[slot % TEXT_BLOCKS], &text, &timescale, err);
    if (status != OFS_OK)
        return status;
    hit->text = ofsi_arena_strndup(fetch->arena, text.data, text.size);
    hit->text_size = text.size;
    hit->timescale = ofsi_engine_copy(fetch->arena, timescale, &failed);
    return failed || !hit->text ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofs_status fetch_columns(ofsi_segment *segment, uint32_t doc, ofsi_arena *arena, ofs_hit *hit,
                                ofs_error *err) {
    bool failed = false;
    hit->number = ofsi_engine_copy(arena, ofsi_segment_number(segment, doc), &failed);
    ofsi_span label = ofsi_segment_grade_label(segment, ofsi_segment_grade(segment, doc), &hit->grade.level,
                                               &hit->grade.levels);
    hit->grade.label = ofsi_engine_copy(arena, label, &failed);
    hit->item = ofsi_segment_item(segment, doc);
    hit->page = ofsi_segment_page(segment, doc);
    hit->kind = (ofs_kind)ofsi_segment_kind(segment, doc);
    hit->length = ofsi_segment_length(segment, doc);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofs_status native_fetch(ofsi_engine *engine, uint64_t doc, ofsi_fetch *fetch, ofs_hit *hit,
                               ofs_error *err) {
    native *n = native_of(engine);
    if (doc >= n->bases[n->snapshot->segment_count])
        return ofsi_fail(err, OFS_E_NOT_FOUND, "no paragraph %" PRIu64 " in the index", doc);
    uint32_t part = ofsi_run_part(&n->run, doc), local = (uint32_t)(doc - n->bases[part]);
    ofsi_segment *segment = n->snapshot->segments[part].segment;
    ofs_status status = ofsi_segment_load_doc(segment, local, err);
    if (status == OFS_OK)
        status = fetch_report(segment, part, local, fetch, hit, err);
    if (status == OFS_OK)
        status = fetch_section(segment, local, fetch->arena, hit, err);
    if (status == OFS_OK)
        status = fetch_columns(segment, local, fetch->arena, hit, err);
    if (status == OFS_OK)
        status = fetch_text(n, segment, local, fetch, hit, err);
    return status;
}

/* ---- reports ---- */

static bool is_dead_report(const ofsi_snapshot_segment *part, uint32_t report) {
    uint32_t low = 0, high = part->info->dead_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (part->info->dead[middle] < report)
            low = middle + 1;
        else
            high = middle;
    }
    return low < part->info->dead_count && part->info->dead[low] == report;
}

/* The first report of the segment with an id not below `id`. */
static uint32_t find_id(const ofsi_segment *segment, ofsi_span id) {
    uint32_t low = 0, high = ofsi_segment_report_count(segment);
    while (low < high) {
        ofsi_report_row row;
        uint32_t middle = low + (high - low) / 2;
        ofsi_segment_report(segment, middle, &row);
        if (ofsi_span_compare(row.id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A live report of the part by id, or with `by_path` by path. */
static bool find_in_part(const ofsi_snapshot_segment *part, ofsi_span text, bool by_path,
                         ofsi_report_row *row) {
    uint32_t count = ofsi_segment_report_count(part->segment);
    for (uint32_t r = by_path ? 0 : find_id(part->segment, text); r < count; r++) {
        ofsi_segment_report(part->segment, r, row);
        bool same = ofsi_span_equal(by_path ? row->path : row->id, text);
        if (!same && !by_path)
            return false;
        if (same && !is_dead_report(part, r))
            return true;
    }
    return false;
}

static ofs_status native_find_report(ofsi_engine *engine, const char *id_or_path, uint64_t *first,
                                     uint32_t *count, ofs_error *err) {
    native *n = native_of(engine);
    ofsi_span text = ofsi_span_of(id_or_path);
    for (int by_path = 0; by_path < 2; by_path++)
        for (uint32_t i = 0; i < n->snapshot->segment_count; i++) {
            ofsi_report_row row;
            ofs_status status = ofsi_segment_load_columns(n->snapshot->segments[i].segment, err);
            if (status != OFS_OK)
                return status;
            if (!find_in_part(&n->snapshot->segments[i], text, by_path, &row))
                continue;
            *first = n->bases[i] + row.first_doc;
            *count = row.doc_count;
            return OFS_OK;
        }
    return ofsi_fail(err, OFS_E_NOT_FOUND, "no report %s in the index", id_or_path);
}

/* ---- opening and closing ---- */

static void native_close(ofsi_engine *engine) {
    native *n = native_of(engine);
    if (!n)
        return;
    for (int i = 0; i < TEXT_BLOCKS; i++)
        ofsi_store_cache_free(&n->caches[i]);
    ofsi_long_forms_free(&n->long_forms);
    ofsi_analyzer_close(n->run.analyzer);
    ofsi_snapshot_close(n->snapshot);
    ofsi_storage_close(n->storage);
    ofsi_free(n->bases);
    ofsi_free(n);
}

static ofs_status number_documents(native *n, ofs_error *err) {
    uint64_t next = 0;
    n->bases = ofsi_calloc((size_t)n->snapshot->segment_count + 1, sizeof *n->bases);
    if (!n->bases)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < n->snapshot->segment_count; i++) {
        n->bases[i] = next;
        next += ofsi_segment_doc_count(n->snapshot->segments[i].segment);
    }
    n->bases[n->snapshot->segment_count] = next;
    n->run.bases = n->bases;
    return OFS_OK;
}

ofs_status ofsi_engine_open_storage(ofsi_storage *storage, ofsi_engine **out, ofs_error *err) {
    static const ofsi_engine face = {.name = "native",
                                     .search = native_search,
                                     .fetch = native_fetch,
                                     .explain = native_explain,
                                     .find_report = native_find_report,
                                     .analyzer = native_analyzer,
                                     .statistics = native_statistics,
                                     .generation = native_generation,
                                     .value = native_value,
                                     .meanings_of = native_meanings_of,
                                     .meanings_like = native_meanings_like,
                                     .frequency = native_frequency,
                                     .correct = native_correct,
                                     .close = native_close};
    native *n = ofsi_calloc(1, sizeof *n);
    *out = NULL;
    if (!n) {
        ofsi_storage_close(storage);
        return ofsi_fail_nomem(err);
    }
    n->engine = face;
    n->storage = storage;
    ofs_status status = ofsi_snapshot_open(storage, &n->snapshot, err);
    if (status == OFS_OK) {
        n->run.snapshot = n->snapshot;
        status = ofsi_engine_analyzer(n->snapshot->manifest.stemmer, n->snapshot->manifest.fingerprint,
                                      &n->run.analyzer, err);
    }
    if (status == OFS_OK)
        status = number_documents(n, err);
    if (status != OFS_OK) {
        native_close(&n->engine);
        return status;
    }
    *out = &n->engine;
    return OFS_OK;
}
