/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values from columns and report rows. */
#include "search/exec/value.h"

#include "indexer/base/date.h"

static void put(ofsi_value *value, ofsi_span text) { ofsi_buf_append(&value->name, text.data, text.size); }

static void put_grade(ofsi_value *value, ofsi_span label, uint8_t level) {
    put(value, label);
    value->order = level ? level : UINT32_MAX;
}

static void put_section(ofsi_value *value, const ofsi_segment *segment, uint32_t doc) {
    uint32_t path[OFSI_SECTION_DEPTH_MAX];
    uint32_t depth =
        ofsi_segment_section_path(segment, ofsi_segment_section(segment, doc), path, OFSI_SECTION_DEPTH_MAX);
    for (uint32_t d = 0; d < depth && d < OFSI_SECTION_DEPTH_MAX; d++) {
        put(value, ofsi_segment_heading(segment, path[d]));
        ofsi_buf_byte(&value->name, 0);
    }
}

static void put_year(ofsi_value *value, const ofsi_report_row *row) {
    int year, month, day;
    int32_t date = row->published != OFSI_DATE_NONE ? row->published : row->inspected_to;
    if (date == OFSI_DATE_NONE)
        return;
    ofsi_date_to_civil(date, &year, &month, &day);
    ofsi_buf_printf(&value->name, "%04d", year);
    value->order = (uint32_t)year;
}

static void put_of_report(ofsi_value *value, const ofsi_segment *segment, uint32_t doc,
                          ofs_facet_field field) {
    ofsi_report_row row;
    ofsi_segment_report(segment, ofsi_segment_report_of(segment, doc), &row);
    switch (field) {
    case OFS_FACET_PROVIDER:
        put(value, row.provider_name.size ? row.provider_name : row.provider);
        break;
    case OFS_FACET_INSPECTORATE:
        put(value, row.inspectorate);
        break;
    case OFS_FACET_INSPECTION:
        put(value, row.inspection);
        break;
    case OFS_FACET_OVERALL:
        put_grade(value, row.overall, row.overall_level);
        break;
    case OFS_FACET_YEAR:
        put_year(value, &row);
        break;
    default:
        put(value, row.id);
        break;
    }
}

ofs_status ofsi_run_value(const ofsi_run *run, uint64_t doc, ofs_facet_field field, ofsi_value *value,
                          ofs_error *err) {
    uint32_t part = ofsi_run_part(run, doc), local = (uint32_t)(doc - run->bases[part]);
    ofsi_segment *segment = run->snapshot->segments[part].segment;
    uint8_t level = 0, levels;
    ofsi_buf_reset(&value->name);
    value->order = UINT32_MAX;
    ofs_status status = ofsi_segment_load_columns(segment, err);
    if (status != OFS_OK)
        return status;
    switch (field) {
    case OFS_FACET_GRADE: {
        ofsi_span label =
            ofsi_segment_grade_label(segment, ofsi_segment_grade(segment, local), &level, &levels);
        put_grade(value, label, level);
        break;
    }
    case OFS_FACET_SECTION:
        put_section(value, segment, local);
        break;
    case OFS_FACET_KIND:
        put(value, ofsi_span_of(ofs_kind_name((ofs_kind)ofsi_segment_kind(segment, local))));
        break;
    case OFS_FACET_ROLE:
        put(value, ofsi_segment_section_role(segment, ofsi_segment_section(segment, local)));
        break;
    default:
        put_of_report(value, segment, local, field);
        break;
    }
    return value->name.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* Postings of the term that are not dead; the dictionary's count where none is. */
static ofs_status count_live(const ofsi_snapshot_segment *part, const ofsi_term *term, uint64_t *live,
                             ofs_error *err) {
    ofsi_postings *cursor = NULL;
    *live = term->df;
    if (!part->dead_bits)
        return OFS_OK;
    ofs_status status = ofsi_postings_open(part->segment, term, &cursor, err);
    if (status != OFS_OK)
        return status;
    *live = 0;
    for (uint32_t doc = ofsi_postings_next(cursor); doc != OFSI_DOC_END; doc = ofsi_postings_next(cursor))
        *live += !ofsi_snapshot_is_dead(part, doc);
    status = ofsi_postings_status(cursor, err);
    ofsi_postings_close(cursor);
    return status;
}

ofs_status ofsi_run_frequency(const ofsi_run *run, ofsi_span term, uint64_t *paragraphs, ofs_error *err) {
    ofs_status status = OFS_OK;
    *paragraphs = 0;
    for (uint32_t i = 0; i < run->snapshot->segment_count && status == OFS_OK; i++) {
        const ofsi_snapshot_segment *part = &run->snapshot->segments[i];
        ofsi_term found;
        bool is_there = false;
        uint64_t live = 0;
        status = ofsi_segment_find_term(part->segment, term, &found, &is_there, err);
        if (status == OFS_OK && is_there)
            status = count_live(part, &found, &live, err);
        *paragraphs += live;
    }
    return status;
}
