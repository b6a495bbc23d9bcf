/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filter in one segment. What belongs to a report is asked once for each report and gives ranges of documents; what
 * belongs to a section, heading or grade is asked once for each of those and gives a table that a column looks up.
 */
#include "indexer/base/alloc.h"
#include "indexer/base/date.h"
#include "search/exec/iter.h"

static ofsi_iter *fail_with(ofsi_scan *scan, ofs_status status) {
    ofsi_scan_fail(scan, status);
    return NULL;
}

static ofsi_iter *fail_nomem(ofsi_scan *scan) {
    return fail_with(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
}

/* ---- reports ---- */

/* What is asked of one report; words keep the last text and its answer, for the next report often has the same. */
typedef struct report_question {
    const ofsi_filter *filter;
    ofsi_tokens tokens;
    ofsi_span asked[2]; /* the first text of a report, and the second */
    bool answer[2];
} report_question;

static bool is_within(const ofsi_node *node, int32_t date) {
    return date != OFSI_DATE_NONE && date >= node->from && date <= node->to;
}

static bool overlaps(const ofsi_node *node, const ofsi_report_row *row) {
    int32_t from = row->inspected_from != OFSI_DATE_NONE ? row->inspected_from : row->inspected_to;
    int32_t to = row->inspected_to != OFSI_DATE_NONE ? row->inspected_to : row->inspected_from;
    return from != OFSI_DATE_NONE && from <= node->to && to >= node->from;
}

static bool is_report(const ofsi_node *node, ofsi_span id) {
    ofsi_span text = node->text;
    if (node->quoted || text.size == 0 || text.data[text.size - 1] != '*')
        return ofsi_span_equal(text, id);
    text.size--;
    return id.size >= text.size && (text.size == 0 || memcmp(id.data, text.data, text.size) == 0);
}

static ofs_status ask_nth(ofsi_scan *scan, report_question *q, int n, ofsi_span text, bool *passes) {
    ofs_status status = OFS_OK;
    if (!q->asked[n].data || !ofsi_span_equal(q->asked[n], text)) {
        status = ofsi_filter_words(q->filter, scan->analyzer, &q->tokens, text, &q->answer[n], scan->err);
        q->asked[n] = text;
    }
    *passes = q->answer[n];
    return status;
}

static ofs_status ask_words(ofsi_scan *scan, report_question *q, ofsi_span text, bool *passes) {
    return ask_nth(scan, q, 0, text, passes);
}

static ofs_status ask_provider(ofsi_scan *scan, report_question *q, const ofsi_report_row *row,
                               bool *passes) {
    ofsi_span key = q->filter->folded, keys = row->provider_keys;
    *passes = key.size && keys.size && memmem(keys.data, keys.size, key.data, key.size) != NULL;
    ofs_status status = *passes ? OFS_OK : ask_nth(scan, q, 0, row->provider, passes);
    if (status == OFS_OK && !*passes)
        status = ask_nth(scan, q, 1, row->provider_name, passes);
    return status;
}

static ofs_status ask_report(ofsi_scan *scan, report_question *q, const ofsi_report_row *row, bool *passes) {
    const ofsi_node *node = q->filter->node;
    switch (node->field) {
    case OFSI_FIELD_PROVIDER:
        return ask_provider(scan, q, row, passes);
    case OFSI_FIELD_TITLE:
        return ask_words(scan, q, row->title, passes);
    case OFSI_FIELD_INSPECTORATE:
        return ask_words(scan, q, row->inspectorate, passes);
    case OFSI_FIELD_INSPECTION:
        return ask_words(scan, q, row->inspection, passes);
    case OFSI_FIELD_OVERALL:
        if (!node->has_numbers)
            return ask_words(scan, q, row->overall, passes);
        *passes = row->overall_level && row->overall_level >= node->from && row->overall_level <= node->to;
        return OFS_OK;
    case OFSI_FIELD_PUBLISHED:
        *passes = is_within(node, row->published);
        return OFS_OK;
    case OFSI_FIELD_INSPECTED:
        *passes = overlaps(node, row);
        return OFS_OK;
    case OFSI_FIELD_DATE:
        *passes = is_within(node, row->published != OFSI_DATE_NONE ? row->published : row->inspected_to);
        return OFS_OK;
    case OFSI_FIELD_GENERATION:
        *passes = row->generation <= INT64_MAX && (int64_t)row->generation >= node->from &&
                  (int64_t)row->generation <= node->to;
        return OFS_OK;
    default:
        *passes = is_report(node, row->id);
        return OFS_OK;
    }
}

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
    report_question q = {.filter = filter};
    range_list ranges = {0};
    ofsi_iter *iter = NULL;
    ofs_status status = OFS_OK;
    uint32_t reports = ofsi_segment_report_count(scan->segment);
    for (uint32_t r = 0; r < reports && status == OFS_OK; r++) {
        ofsi_report_row row;
        bool passes = false;
        ofsi_segment_report(scan->segment, r, &row);
        status = ask_report(scan, &q, &row, &passes);
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
    ofsi_tokens_free(&q.tokens);
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
    for (uint32_t s = 0; s < count; s++) {
        char folded[OFSI_TERM_MAX * 4];
        ofsi_span role = ofsi_segment_section_role(scan->segment, s);
        size_t size = role.size && role.size <= OFSI_TERM_MAX ? ofsi_fold(role, folded, sizeof folded) : 0;
        if (size)
            role = (ofsi_span){folded, size};
        sections[s] = role.size && ofsi_span_equal(role, filter->folded);
    }
    return OFS_OK;
}

static ofs_status mark_grades(ofsi_scan *scan, const ofsi_filter *filter, uint8_t *grades) {
    const ofsi_node *node = filter->node;
    ofsi_tokens tokens = {0};
    ofs_status status = OFS_OK;
    uint32_t count = ofsi_segment_grade_count(scan->segment);
    for (uint32_t g = 1; g < count && status == OFS_OK; g++) { /* entry 0 is no grade */
        uint8_t level, levels;
        bool passes = false;
        ofsi_span label = ofsi_segment_grade_label(scan->segment, g, &level, &levels);
        if (node->has_numbers)
            passes = level && level >= node->from && level <= node->to;
        else
            status = ofsi_filter_words(filter, scan->analyzer, &tokens, label, &passes, scan->err);
        grades[g] = passes;
    }
    ofsi_tokens_free(&tokens);
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

/* The whole number that `text` begins with, as far as its first part goes; false when it begins with no digit. */
static bool read_first_part(ofsi_span text, int64_t *value, bool *whole) {
    size_t i = 0;
    *value = 0;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        if (*value > INT32_MAX)
            return false;
        *value = *value * 10 + (text.data[i] - '0');
    }
    *whole = i == text.size;
    return i > 0;
}

static bool passes_number(const ofsi_segment *segment, uint32_t doc, const void *context) {
    const ofsi_node *node = context;
    ofsi_span number = ofsi_segment_number(segment, doc);
    int64_t value;
    bool whole;
    if (!node->has_numbers)
        return number.size && ofsi_span_equal(number, node->text);
    return read_first_part(number, &value, &whole) && (whole || node->is_range) && value >= node->from &&
           value <= node->to;
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
        return ofsi_iter_column(scan, passes_number, filter->node);
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
