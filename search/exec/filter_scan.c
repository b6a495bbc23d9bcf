/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter in one segment. What belongs to a report is asked once for each report and gives ranges of documents; what
 * belongs to a section, heading or grade is asked once for each of those and gives a table that a column looks up.
 */
#include "indexer/base/alloc.h"
#include "search/exec/filter_ask.h"
#include "search/exec/iter.h"

static ofsi_iter *fail_with(ofsi_scan *scan, ofs_status status) {
    ofsi_scan_fail(scan, status);
    return NULL;
}

static ofsi_iter *fail_nomem(ofsi_scan *scan) {
    return fail_with(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
}

/* ---- reports ---- */

typedef struct range_list {
    ofsi_range *items;
    size_t count, capacity;
} range_list;

static bool push_range(range_list *list, uint32_t first, uint32_t end) {
    if (list->count && list->items[list->count - 1].end == first) {
        list->items[list->count - 1].end = end;
        return true;
    }
    if (!ofsi_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items))
        return false;
    list->items[list->count++] = (ofsi_range){first, end};
    return true;
}

static ofsi_iter *filter_reports(ofsi_scan *scan, const ofsi_filter *filter) {
    ofsi_asking asking = {.filter = filter, .analyzer = scan->analyzer, .err = scan->err};
    range_list ranges = {0};
    ofsi_iter *iter = NULL;
    ofs_status status = OFS_OK;
    uint32_t reports = ofsi_segment_report_count(scan->segment);
    for (uint32_t r = 0; r < reports && status == OFS_OK; r++) {
        ofsi_report_row row;
        bool passes = false;
        ofsi_segment_report(scan->segment, r, &row);
        status = ofsi_ask_report(&asking, &row, &passes);
        if (status == OFS_OK && passes && row.doc_count &&
            !push_range(&ranges, row.first_doc, row.first_doc + row.doc_count))
            status = ofsi_fail_nomem(scan->err);
    }
    if (status == OFS_OK) {
        ofsi_range *kept = ofsi_arena_calloc(&scan->arena, ranges.count + 1, sizeof *kept);
        if (kept && ranges.count)
            memcpy(kept, ranges.items, ranges.count * sizeof *kept);
        iter = kept ? ofsi_iter_ranges(scan, kept, ranges.count) : fail_nomem(scan);
    } else {
        ofsi_scan_fail(scan, status);
    }
    ofsi_asking_free(&asking);
    ofsi_free(ranges.items);
    return iter;
}

/* ---- tables by a column's value ---- */

static bool passes_section(const ofsi_segment *segment, uint32_t doc, const void *context) {
    return ((const uint8_t *)context)[ofsi_segment_section(segment, doc)];
}

static bool passes_grade(const ofsi_segment *segment, uint32_t doc, const void *context) {
    return ((const uint8_t *)context)[ofsi_segment_grade(segment, doc)];
}

static bool passes_kind(const ofsi_segment *segment, uint32_t doc, const void *context) {
    return ofsi_segment_kind(segment, doc) == *(const uint8_t *)context;
}

/* Sections with a heading that passes. */
static ofs_status mark_sections(ofsi_scan *scan, const ofsi_filter *filter, uint8_t *sections) {
    uint32_t headings = ofsi_segment_heading_count(scan->segment);
    uint32_t count = ofsi_segment_section_count(scan->segment);
    ofsi_tokens tokens = {0};
    ofs_status status = OFS_OK;
    bool *passes = ofsi_arena_calloc(&scan->arena, (size_t)headings + 1, sizeof *passes);
    if (!passes)
        return ofsi_fail_nomem(scan->err);
    for (uint32_t h = 0; h < headings && status == OFS_OK; h++)
        status = ofsi_filter_words(filter, scan->analyzer, &tokens, ofsi_segment_heading(scan->segment, h),
                                   &passes[h], scan->err);
    for (uint32_t s = 0; s < count && status == OFS_OK; s++) {
        uint32_t path[OFSI_SECTION_DEPTH_MAX];
        uint32_t depth = ofsi_segment_section_path(scan->segment, s, path, OFSI_SECTION_DEPTH_MAX);
        for (uint32_t d = 0; d < depth && d < OFSI_SECTION_DEPTH_MAX; d++)
            sections[s] |= passes[path[d]];
    }
    ofsi_tokens_free(&tokens);
    return status;
}

static ofs_status mark_roles(ofsi_scan *scan, const ofsi_filter *filter, uint8_t *sections) {
    uint32_t count = ofsi_segment_section_count(scan->segment);
    for (uint32_t s = 0; s < count; s++)
        sections[s] = ofsi_filter_role(filter, ofsi_segment_section_role(scan->segment, s));
    return OFS_OK;
}

static ofs_status mark_grades(ofsi_scan *scan, const ofsi_filter *filter, uint8_t *grades) {
    ofsi_asking asking = {.filter = filter, .analyzer = scan->analyzer, .err = scan->err};
    ofs_status status = OFS_OK;
    uint32_t count = ofsi_segment_grade_count(scan->segment);
    for (uint32_t g = 1; g < count && status == OFS_OK; g++) { /* entry 0 is no grade */
        uint8_t level, levels;
        bool passes = false;
        ofsi_span label = ofsi_segment_grade_label(scan->segment, g, &level, &levels);
        status = ofsi_ask_grade(&asking, label, level, &passes);
        grades[g] = passes;
    }
    ofsi_asking_free(&asking);
    return status;
}

typedef ofs_status (*marker)(ofsi_scan *scan, const ofsi_filter *filter, uint8_t *table);

static ofsi_iter *filter_table(ofsi_scan *scan, const ofsi_filter *filter, marker mark, bool sections) {
    uint32_t size =
        sections ? ofsi_segment_section_count(scan->segment) : ofsi_segment_grade_count(scan->segment);
    uint8_t *table = ofsi_arena_calloc(&scan->arena, (size_t)size + 1, 1);
    if (!table)
        return fail_nomem(scan);
    ofs_status status = mark(scan, filter, table);
    if (status != OFS_OK)
        return fail_with(scan, status);
    if (!memchr(table, 1, size))
        return ofsi_iter_nothing(scan);
    return sections ? ofsi_iter_table(scan, passes_section, ofsi_segment_keep_sections, table)
                    : ofsi_iter_table(scan, passes_grade, ofsi_segment_keep_grades, table);
}

/* ---- printed numbers ---- */

static bool passes_number(const ofsi_segment *segment, uint32_t doc, const void *context) {
    return ofsi_filter_number(context, ofsi_segment_number(segment, doc));
}

ofsi_iter *ofsi_iter_filter(ofsi_scan *scan, const ofsi_filter *filter) {
    uint8_t kind;
    switch (filter->node->field) {
    case OFSI_FIELD_SECTION:
        return filter_table(scan, filter, mark_sections, true);
    case OFSI_FIELD_ROLE:
        return filter_table(scan, filter, mark_roles, true);
    case OFSI_FIELD_GRADE:
        return filter_table(scan, filter, mark_grades, false);
    case OFSI_FIELD_PARA:
        return ofsi_iter_column(scan, passes_number, filter);
    case OFSI_FIELD_KIND: {
        if (!ofsi_filter_kind(filter, &kind))
            return ofsi_iter_nothing(scan);
        uint8_t *wanted = ofsi_arena_bytes(&scan->arena, 1);
        if (!wanted)
            return fail_nomem(scan);
        *wanted = kind;
        return ofsi_iter_column(scan, passes_kind, wanted);
    }
    default:
        return filter_reports(scan, filter);
    }
}
