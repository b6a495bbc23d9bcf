/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The streaming merge: reports by id, then terms, then each term's postings by new document number. */
#include "indexer/build/merge.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/build/merge_term.h"

/* A live report on its way to its new place. */
typedef struct live_report {
    uint32_t input, report;
    ofsi_span id;
} live_report;

/* The pages of what is read are let go of every so many paragraphs: a few tens of MiB. */
enum { RELEASE_DOCS = 20000 };

typedef struct merge_plan {
    ofsi_merge_source *sources; /* owned */
    uint32_t source_count;
    live_report *live; /* owned; ascending by id */
    size_t live_count;
    uint64_t copied; /* paragraphs */
    ofsi_store_cache cache;
} merge_plan;

static int compare_live(const void *a, const void *b) {
    return ofsi_span_compare(((const live_report *)a)->id, ((const live_report *)b)->id);
}

static ofs_status open_sources(ofsi_merge_source *sources, const ofsi_merge_input *inputs, uint32_t count,
                               ofs_error *err) {
    for (uint32_t i = 0; i < count; i++) {
        ofsi_merge_source *s = &sources[i];
        uint32_t reports = ofsi_segment_report_count(inputs[i].segment);
        ofs_status status = ofsi_segment_load_columns(inputs[i].segment, err);
        if (status != OFS_OK)
            return status;
        s->segment = inputs[i].segment;
        s->has_dead = inputs[i].dead_count > 0;
        s->report_count = reports;
        s->first_docs = ofsi_reallocarray(NULL, (size_t)reports + 1, sizeof *s->first_docs);
        s->new_docs = ofsi_reallocarray(NULL, (size_t)reports + 1, sizeof *s->new_docs);
        if (!s->first_docs || !s->new_docs)
            return ofsi_fail_nomem(err);
        for (uint32_t r = 0; r < reports; r++) {
            ofsi_report_row row;
            ofsi_segment_report(s->segment, r, &row);
            s->first_docs[r] = row.first_doc;
            s->new_docs[r] = 0;
        }
        s->first_docs[reports] = ofsi_segment_doc_count(s->segment);
        for (uint32_t d = 0; d < inputs[i].dead_count; d++)
            s->new_docs[inputs[i].dead[d]] = OFSI_DOC_END;
    }
    return OFS_OK;
}

static ofs_status list_live(const ofsi_merge_source *sources, uint32_t count, live_report **live,
                            size_t *live_count, ofs_error *err) {
    size_t capacity = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t r = 0; r < sources[i].report_count; r++) {
            ofsi_report_row row;
            if (sources[i].new_docs[r] == OFSI_DOC_END)
                continue;
            if (!ofsi_grow(live, &capacity, *live_count + 1, sizeof **live))
                return ofsi_fail_nomem(err);
            ofsi_segment_report(sources[i].segment, r, &row);
            (*live)[(*live_count)++] = (live_report){i, r, row.id};
        }
    if (*live_count)
        qsort(*live, *live_count, sizeof **live, compare_live);
    return OFS_OK;
}

static ofs_status copy_doc(ofsi_segment *from, uint32_t doc, ofsi_store_cache *cache,
                           ofsi_segment_writer *writer, ofs_error *err) {
    uint32_t headings[OFSI_SECTION_DEPTH_MAX], section = ofsi_segment_section(from, doc);
    ofsi_span path[OFSI_SECTION_DEPTH_MAX];
    ofsi_doc_row row = {.path = path,
                        .kind = ofsi_segment_kind(from, doc),
                        .page = ofsi_segment_page(from, doc),
                        .item = ofsi_segment_item(from, doc),
                        .length = ofsi_segment_length(from, doc),
                        .number = ofsi_segment_number(from, doc),
                        .role = ofsi_segment_section_role(from, section)};
    row.depth = ofsi_segment_section_path(from, section, headings, OFSI_SECTION_DEPTH_MAX);
    for (uint32_t i = 0; i < row.depth; i++)
        path[i] = ofsi_segment_heading(from, headings[i]);
    row.grade = ofsi_segment_grade_label(from, ofsi_segment_grade(from, doc), &row.level, &row.levels);
    ofs_status status = ofsi_segment_text(from, doc, cache, &row.text, &row.timescale, err);
    return status == OFS_OK ? ofsi_segment_add_doc(writer, &row, err) : status;
}

static void release_all(const ofsi_merge_source *sources, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        ofsi_segment_release(sources[i].segment);
}

static ofs_status copy_report(merge_plan *plan, const live_report *live, ofsi_segment_writer *writer,
                              ofsi_manifest_segment *total, ofs_error *err) {
    ofsi_merge_source *s = &plan->sources[live->input];
    ofsi_report_row row;
    ofsi_segment_report(s->segment, live->report, &row);
    if (row.doc_count > (uint32_t)INT32_MAX - total->doc_count)
        return ofsi_fail(err, OFS_E_LIMIT, "a segment holds at most 2,147,483,647 paragraphs");
    s->new_docs[live->report] = total->doc_count;
    ofs_status status = ofsi_segment_add_report(writer, &row, err);
    for (uint32_t d = 0; d < row.doc_count && status == OFS_OK; d++) {
        status = copy_doc(s->segment, row.first_doc + d, &plan->cache, writer, err);
        if (++plan->copied % RELEASE_DOCS == 0)
            release_all(plan->sources, plan->source_count);
    }
    total->doc_count += row.doc_count;
    total->token_count += row.token_count;
    total->report_count++;
    return status;
}

/* The abbreviations that a source's live reports define; `numbers`: what its reports are called now. */
static ofs_status copy_definitions(ofsi_segment *from, const uint32_t *numbers, ofsi_segment_writer *writer,
                                   ofs_error *err) {
    uint32_t count, *reports = NULL;
    size_t capacity = 0;
    ofs_status status = ofsi_segment_definition_count(from, &count, err);
    for (uint32_t i = 0; i < count && status == OFS_OK; i++) {
        ofsi_definition_row row;
        status = ofsi_segment_definition(from, i, &row, err);
        if (status == OFS_OK && !ofsi_grow(&reports, &capacity, row.report_count, sizeof *reports))
            status = ofsi_fail_nomem(err);
        if (status == OFS_OK)
            status = ofsi_segment_definition_reports(from, &row, reports, err);
        for (uint32_t r = 0; status == OFS_OK && r < row.report_count; r++)
            if (numbers[reports[r]] != OFSI_DOC_END)
                status = ofsi_segment_define(writer, &row, numbers[reports[r]], err);
    }
    ofsi_free(reports);
    return status;
}

static ofs_status merge_definitions(const merge_plan *plan, ofsi_segment_writer *writer, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < plan->source_count && status == OFS_OK; i++) {
        const ofsi_merge_source *s = &plan->sources[i];
        uint32_t *numbers = ofsi_reallocarray(NULL, (size_t)s->report_count + 1, sizeof *numbers);
        if (!numbers)
            return ofsi_fail_nomem(err);
        for (uint32_t r = 0; r < s->report_count; r++)
            numbers[r] = OFSI_DOC_END;
        for (size_t l = 0; l < plan->live_count; l++)
            if (plan->live[l].input == i)
                numbers[plan->live[l].report] = (uint32_t)l;
        status = copy_definitions(s->segment, numbers, writer, err);
        ofsi_free(numbers);
    }
    return status;
}

static ofs_status merge_all(merge_plan *plan, ofsi_segment_writer *writer, ofsi_manifest_segment *row,
                            ofs_error *err) {
    ofs_status status = list_live(plan->sources, plan->source_count, &plan->live, &plan->live_count, err);
    for (size_t i = 0; i < plan->live_count && status == OFS_OK; i++)
        status = copy_report(plan, &plan->live[i], writer, row, err);
    if (status == OFS_OK)
        status = merge_definitions(plan, writer, err);
    return status == OFS_OK ? ofsi_merge_terms(plan->sources, plan->source_count, writer, err) : status;
}

static void free_plan(merge_plan *plan) {
    for (uint32_t i = 0; plan->sources && i < plan->source_count; i++) {
        ofsi_free(plan->sources[i].first_docs);
        ofsi_free(plan->sources[i].new_docs);
    }
    ofsi_free(plan->sources);
    ofsi_free(plan->live);
    ofsi_store_cache_free(&plan->cache);
}

ofs_status ofsi_merge(ofsi_storage *storage, const ofsi_merge_input *inputs, uint32_t count,
                      ofsi_manifest_segment *row, ofs_error *err) {
    ofsi_segment_writer *writer = NULL;
    uint32_t live = 0;
    for (uint32_t i = 0; i < count; i++)
        live += ofsi_segment_report_count(inputs[i].segment) - inputs[i].dead_count;
    if (live == 0)
        return OFS_OK;
    merge_plan plan = {.sources = ofsi_calloc(count, sizeof *plan.sources), .source_count = count};
    ofs_status status = plan.sources ? open_sources(plan.sources, inputs, count, err) : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = ofsi_segment_create(storage, row->name, &writer, err);
    if (status == OFS_OK)
        status = merge_all(&plan, writer, row, err);
    free_plan(&plan);
    if (status == OFS_OK)
        return ofsi_segment_finish(writer, &row->file_size, err);
    ofsi_segment_abandon(writer);
    return status;
}
