/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of values are encoded so that all fields share one table: no value is the empty string; a value is its text; a
 * section's path is its headings, each with a NUL behind it, which no heading holds.
 */
#include "search/exec/facets.h"

#include <stdio.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/date.h"
#include "indexer/format/codec.h"

static bool wants_reports(const ofsi_facets *facets) {
    return facets->wanted[OFS_FACET_PROVIDER] || facets->wanted[OFS_FACET_INSPECTORATE] ||
           facets->wanted[OFS_FACET_YEAR] || facets->wanted[OFS_FACET_REPORT] ||
           facets->wanted[OFS_FACET_OVERALL] || facets->wanted[OFS_FACET_INSPECTION];
}

void ofsi_facets_start(ofsi_facets *facets, const ofsi_engine_request *request) {
    *facets = (ofsi_facets){.requests = request->facets, .request_count = request->facet_count};
    for (size_t i = 0; i < request->facet_count; i++)
        facets->wanted[request->facets[i].field] = true;
    facets->by_report = request->totals == OFS_TOTALS_ALL || wants_reports(facets);
}

ofs_status ofsi_facets_begin(ofsi_facets *facets, ofsi_segment *segment, ofs_error *err) {
    facets->segment = segment;
    facets->report = facets->report_end = 0;
    memset(facets->kinds, 0, sizeof facets->kinds);
    if (facets->by_report)
        facets->reports =
            ofsi_calloc((size_t)ofsi_segment_report_count(segment) + 1, sizeof *facets->reports);
    bool by_section = facets->wanted[OFS_FACET_SECTION] || facets->wanted[OFS_FACET_ROLE];
    if (by_section)
        facets->sections =
            ofsi_calloc((size_t)ofsi_segment_section_count(segment) + 1, sizeof *facets->sections);
    if (facets->wanted[OFS_FACET_GRADE])
        facets->grades = ofsi_calloc((size_t)ofsi_segment_grade_count(segment) + 1, sizeof *facets->grades);
    if ((facets->by_report && !facets->reports) || (by_section && !facets->sections) ||
        (facets->wanted[OFS_FACET_GRADE] && !facets->grades))
        return ofsi_fail_nomem(err);
    return OFS_OK;
}

/* Goes on to the report that holds the document. */
static void find_report(ofsi_facets *facets, uint32_t doc) {
    uint32_t first;
    if (doc < facets->report_end)
        return;
    facets->report = ofsi_segment_report_of(facets->segment, doc);
    ofsi_segment_report_docs(facets->segment, facets->report, &first, &facets->report_end);
}

void ofsi_facets_count(ofsi_facets *facets, uint32_t doc) {
    const ofsi_segment *segment = facets->segment;
    facets->total++;
    if (facets->by_report) {
        find_report(facets, doc);
        facets->report_total += facets->reports[facets->report]++ == 0;
    }
    if (facets->sections)
        facets->sections[ofsi_segment_section(segment, doc)]++;
    if (facets->grades)
        facets->grades[ofsi_segment_grade(segment, doc)]++;
    if (facets->wanted[OFS_FACET_KIND])
        facets->kinds[ofsi_segment_kind(segment, doc) % OFS_KIND_COUNT]++;
}

static void count_reports(ofsi_facets *facets, const ofsi_bits *bits) {
    for (uint32_t w = 0; w < bits->word_count; w++)
        for (uint64_t left = bits->words[w]; left; left &= left - 1) {
            find_report(facets, bits->first + w * 64 + (uint32_t)__builtin_ctzll(left));
            facets->report_total += facets->reports[facets->report]++ == 0;
        }
}

void ofsi_facets_count_bits(ofsi_facets *facets, const ofsi_bits *bits) {
    facets->total += ofsi_count_bits((const uint8_t *)bits->words, bits->word_count * 64);
    if (facets->by_report)
        count_reports(facets, bits);
    if (facets->sections)
        ofsi_segment_tally_sections(facets->segment, bits, facets->sections);
    if (facets->grades)
        ofsi_segment_tally_grades(facets->segment, bits, facets->grades);
    if (facets->wanted[OFS_FACET_KIND])
        ofsi_segment_tally_kinds(facets->segment, bits, facets->kinds);
}

/* ---- from numbers to values ---- */

ofs_status ofsi_facets_add(ofsi_facets *facets, ofs_facet_field field, ofsi_span name, uint64_t count,
                           ofs_error *err) {
    ofsi_facet_counts *counts = &facets->fields[field];
    bool added;
    if (count == 0)
        return OFS_OK;
    uint32_t number = ofsi_map_intern(&counts->names, name, &added);
    if (number == OFSI_MAP_NONE ||
        !ofsi_grow(&counts->counts, &counts->capacity, (size_t)number + 1, sizeof *counts->counts))
        return ofsi_fail_nomem(err);
    counts->counts[number] = count + (added ? 0 : counts->counts[number]);
    return OFS_OK;
}

static ofs_status add_sections(ofsi_facets *facets, ofs_error *err) {
    ofsi_buf name = {0};
    ofs_status status = OFS_OK;
    uint32_t count = ofsi_segment_section_count(facets->segment);
    for (uint32_t s = 0; s < count && status == OFS_OK; s++) {
        uint32_t path[OFSI_SECTION_DEPTH_MAX];
        if (!facets->sections[s])
            continue;
        uint32_t depth = ofsi_segment_section_path(facets->segment, s, path, OFSI_SECTION_DEPTH_MAX);
        ofsi_buf_reset(&name);
        for (uint32_t d = 0; d < depth && d < OFSI_SECTION_DEPTH_MAX; d++) {
            ofsi_span heading = ofsi_segment_heading(facets->segment, path[d]);
            ofsi_buf_append(&name, heading.data, heading.size);
            ofsi_buf_byte(&name, 0);
        }
        status = name.failed ? ofsi_fail_nomem(err)
                             : ofsi_facets_add(facets, OFS_FACET_SECTION, ofsi_buf_span(&name),
                                               facets->sections[s], err);
    }
    ofsi_buf_free(&name);
    return status;
}

static ofs_status add_roles(ofsi_facets *facets, ofs_error *err) {
    ofs_status status = OFS_OK;
    uint32_t count = ofsi_segment_section_count(facets->segment);
    for (uint32_t s = 0; s < count && status == OFS_OK; s++)
        status = ofsi_facets_add(facets, OFS_FACET_ROLE, ofsi_segment_section_role(facets->segment, s),
                                 facets->sections[s], err);
    return status;
}

static ofs_status add_grades(ofsi_facets *facets, ofs_error *err) {
    ofs_status status = OFS_OK;
    uint32_t count = ofsi_segment_grade_count(facets->segment);
    for (uint32_t g = 0; g < count && status == OFS_OK; g++) {
        uint8_t level, levels;
        status = ofsi_facets_add(facets, OFS_FACET_GRADE,
                                 ofsi_segment_grade_label(facets->segment, g, &level, &levels),
                                 facets->grades[g], err);
    }
    return status;
}

static ofs_status add_kinds(ofsi_facets *facets, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (int k = 0; k < OFS_KIND_COUNT && status == OFS_OK; k++)
        status = ofsi_facets_add(facets, OFS_FACET_KIND, ofsi_span_of(ofs_kind_name((ofs_kind)k)),
                                 facets->kinds[k], err);
    return status;
}

static ofsi_span year_of(const ofsi_report_row *row, char text[16]) {
    int year, month, day;
    int32_t date = row->published != OFSI_DATE_NONE ? row->published : row->inspected_to;
    if (date == OFSI_DATE_NONE)
        return (ofsi_span){NULL, 0};
    ofsi_date_to_civil(date, &year, &month, &day);
    int size = snprintf(text, 16, "%04d", year);
    return (ofsi_span){text, size > 0 ? (size_t)size : 0};
}

static ofs_status add_report(ofsi_facets *facets, uint32_t report, ofs_error *err) {
    ofsi_report_row row;
    char year[16];
    ofs_status status = OFS_OK;
    ofsi_segment_report(facets->segment, report, &row);
    const struct {
        ofs_facet_field field;
        ofsi_span name;
    } values[] = {{OFS_FACET_PROVIDER, row.provider_name.size ? row.provider_name : row.provider},
                  {OFS_FACET_INSPECTORATE, row.inspectorate},
                  {OFS_FACET_YEAR, year_of(&row, year)},
                  {OFS_FACET_OVERALL, row.overall},
                  {OFS_FACET_INSPECTION, row.inspection},
                  {OFS_FACET_REPORT, row.id}};
    for (size_t i = 0; i < sizeof values / sizeof values[0] && status == OFS_OK; i++)
        if (facets->wanted[values[i].field])
            status = ofsi_facets_add(facets, values[i].field, values[i].name, facets->reports[report], err);
    return status;
}

static void drop_segment(ofsi_facets *facets) {
    ofsi_free(facets->sections);
    ofsi_free(facets->grades);
    ofsi_free(facets->reports);
    facets->sections = facets->grades = facets->reports = NULL;
}

ofs_status ofsi_facets_end(ofsi_facets *facets, ofs_error *err) {
    ofs_status status = OFS_OK;
    uint32_t reports = wants_reports(facets) ? ofsi_segment_report_count(facets->segment) : 0;
    if (facets->wanted[OFS_FACET_SECTION])
        status = add_sections(facets, err);
    if (status == OFS_OK && facets->wanted[OFS_FACET_ROLE])
        status = add_roles(facets, err);
    if (status == OFS_OK && facets->grades)
        status = add_grades(facets, err);
    if (status == OFS_OK && facets->wanted[OFS_FACET_KIND])
        status = add_kinds(facets, err);
    for (uint32_t r = 0; r < reports && status == OFS_OK; r++)
        if (facets->reports[r])
            status = add_report(facets, r, err);
    drop_segment(facets);
    return status;
}

void ofsi_facets_free(ofsi_facets *facets) {
    drop_segment(facets);
    for (int f = 0; f < OFS_FACET_FIELD_COUNT; f++) {
        ofsi_map_free(&facets->fields[f].names);
        ofsi_free(facets->fields[f].counts);
    }
    *facets = (ofsi_facets){0};
}

/* ---- the answer ---- */

typedef struct entry {
    ofsi_span name;
    uint64_t count;
} entry;

/* Most frequent first; ties in byte order of the name (a path's headings one by one, a NUL sorts first), none last. */
static int by_count(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if ((x->name.size == 0) != (y->name.size == 0))
        return x->name.size == 0 ? 1 : -1;
    return ofsi_span_compare(x->name, y->name);
}

static ofs_status make_path(ofs_facet_field field, ofsi_span name, ofsi_arena *arena, ofs_facet_value *value,
                            ofs_error *err) {
    if (name.size == 0)
        return OFS_OK;
    char *text = ofsi_arena_strndup(arena, name.data, name.size);
    uint32_t depth = field == OFS_FACET_SECTION ? 0 : 1;
    for (size_t i = 0; i < name.size && field == OFS_FACET_SECTION; i++)
        depth += name.data[i] == '\0';
    const char **path = ofsi_arena_calloc(arena, depth, sizeof *path);
    if (!text || !path)
        return ofsi_fail_nomem(err);
    for (uint32_t d = 0; d < depth; d++) {
        path[d] = text;
        text += strlen(text) + 1;
    }
    value->path = path;
    value->depth = depth;
    return OFS_OK;
}

static ofs_status finish_facet(const ofsi_facets *facets, const ofs_facet_request *request, ofsi_arena *arena,
                               ofs_facet *facet, ofs_error *err) {
    const ofsi_facet_counts *counts = &facets->fields[request->field];
    ofs_status status = OFS_OK;
    uint32_t n = counts->names.count;
    *facet = (ofs_facet){.field = request->field, .distinct = n};
    entry *entries = ofsi_calloc(n, sizeof *entries);
    if (!entries)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < n; i++)
        entries[i] = (entry){counts->names.keys[i], counts->counts[i]};
    if (n)
        qsort(entries, n, sizeof *entries, by_count);
    facet->value_count = request->limit && request->limit < n ? request->limit : n;
    ofs_facet_value *values = ofsi_arena_calloc(arena, (size_t)facet->value_count + 1, sizeof *values);
    if (!values)
        status = ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < facet->value_count && status == OFS_OK; i++) {
        values[i].count = entries[i].count;
        status = make_path(request->field, entries[i].name, arena, &values[i], err);
    }
    facet->values = values;
    ofsi_free(entries);
    return status;
}

ofs_status ofsi_facets_finish(const ofsi_facets *facets, ofsi_arena *arena, ofs_facet **out, ofs_error *err) {
    ofs_status status = OFS_OK;
    *out = ofsi_arena_calloc(arena, facets->request_count + 1, sizeof **out);
    if (!*out)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < facets->request_count && status == OFS_OK; i++)
        status = finish_facet(facets, &facets->requests[i], arena, &(*out)[i], err);
    return status;
}
