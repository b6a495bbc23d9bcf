/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of segments are sorted by their terms; reports that are dead are left out here. */
#include "search/exec/meanings_scan.h"

#include "indexer/base/alloc.h"

/* The first row of the segment whose term is not below `term`. */
static ofs_status find_term(ofsi_segment *segment, uint32_t count, ofsi_span term, uint32_t *first,
                            ofs_error *err) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        ofsi_definition_row definition;
        ofs_status status = ofsi_segment_definition(segment, middle, &definition, err);
        if (status != OFS_OK)
            return status;
        if (ofsi_span_compare(definition.term, term) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    return OFS_OK;
}

static bool is_dead(const ofsi_manifest_segment *info, uint32_t report) {
    uint32_t low = 0, high = info->dead_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (info->dead[middle] < report)
            low = middle + 1;
        else
            high = middle;
    }
    return low < info->dead_count && info->dead[low] == report;
}

/* Numbers of reports, as the segment has them and as they are given on. */
typedef struct report_list {
    uint32_t *numbers;
    uint64_t *live;
    size_t number_capacity, live_capacity;
} report_list;

static ofs_status take_row(const ofsi_snapshot *snapshot, uint32_t part, const ofsi_definition_row *row,
                           report_list *list, ofsi_definition_taker take, void *context, ofs_error *err) {
    ofsi_definition_found found = {row->term, row->short_form, row->long_form, NULL, 0};
    if (!list)
        return take(context, &found);
    if (!ofsi_grow(&list->numbers, &list->number_capacity, row->report_count, sizeof *list->numbers) ||
        !ofsi_grow(&list->live, &list->live_capacity, row->report_count, sizeof *list->live))
        return ofsi_fail_nomem(err);
    ofs_status status =
        ofsi_segment_definition_reports(snapshot->segments[part].segment, row, list->numbers, err);
    if (status != OFS_OK)
        return status;
    for (uint32_t i = 0; i < row->report_count; i++)
        if (!is_dead(snapshot->segments[part].info, list->numbers[i]))
            list->live[found.report_count++] = (uint64_t)part << 32 | list->numbers[i];
    found.reports = list->live;
    return take(context, &found);
}

/* Rows of a segment: all, without reports, where there is no list for them; else those of `term`. */
static ofs_status visit_part(const ofsi_snapshot *snapshot, uint32_t part, ofsi_span term, report_list *list,
                             ofsi_definition_taker take, void *context, ofs_error *err) {
    ofsi_segment *segment = snapshot->segments[part].segment;
    uint32_t count, i = 0;
    ofs_status status = ofsi_segment_definition_count(segment, &count, err);
    if (status == OFS_OK && count && list)
        status = find_term(segment, count, term, &i, err);
    for (; i < count && status == OFS_OK; i++) {
        ofsi_definition_row row;
        status = ofsi_segment_definition(segment, i, &row, err);
        if (status != OFS_OK || (list && !ofsi_span_equal(row.term, term)))
            break;
        status = take_row(snapshot, part, &row, list, take, context, err);
    }
    return status;
}

static ofs_status visit_of(void *index, ofsi_span term, ofsi_definition_taker take, void *context,
                           ofs_error *err) {
    const ofsi_snapshot *snapshot = index;
    report_list list = {0};
    ofs_status status = OFS_OK;
    for (uint32_t p = 0; p < snapshot->segment_count && status == OFS_OK; p++)
        status = visit_part(snapshot, p, term, &list, take, context, err);
    ofsi_free(list.numbers);
    ofsi_free(list.live);
    return status;
}

static ofs_status visit_all(void *index, ofsi_definition_taker take, void *context, ofs_error *err) {
    const ofsi_snapshot *snapshot = index;
    ofs_status status = OFS_OK;
    for (uint32_t p = 0; p < snapshot->segment_count && status == OFS_OK; p++)
        status = visit_part(snapshot, p, (ofsi_span){NULL, 0}, NULL, take, context, err);
    return status;
}

ofsi_definitions ofsi_snapshot_definitions(ofsi_snapshot *snapshot) {
    return (ofsi_definitions){snapshot, visit_of, visit_all};
}

ofs_status ofsi_meanings_prevail(const ofsi_snapshot *snapshot, ofsi_span stem, const ofsi_meanings *meanings,
                                 bool *prevail, ofs_error *err) {
    uint64_t all = 0, short_forms = 0;
    ofs_status status = OFS_OK;
    for (uint32_t p = 0; p < snapshot->segment_count && status == OFS_OK; p++) {
        ofsi_arena arena = {0};
        ofsi_term term;
        bool found;
        const ofsi_span *forms;
        const uint64_t *counts;
        status = ofsi_segment_find_term(snapshot->segments[p].segment, stem, &term, &found, err);
        if (status == OFS_OK && found)
            status = ofsi_segment_term_forms(snapshot->segments[p].segment, stem, &term, &arena, &forms,
                                             &counts, err);
        for (uint32_t f = 0; status == OFS_OK && found && f < term.form_count; f++) {
            all += counts[f];
            short_forms += ofsi_meanings_has_form(meanings, forms[f]) ? counts[f] : 0;
        }
        ofsi_arena_free(&arena);
    }
    *prevail = short_forms && short_forms >= all - short_forms;
    return status;
}
