/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of fields, and hits as rows. */
#include "search/present/fields.h"

#include <inttypes.h>

#include "indexer/base/date.h"
#include "search/present/citation.h"
#include "search/present/head.h"
#include "search/present/printers.h"
#include "search/present/snippet.h"

static void append_known(ofsi_buf *out, const char *text) {
    if (text)
        ofsi_buf_text(out, text);
}

static void append_positive(ofsi_buf *out, uint32_t number) {
    if (number)
        ofsi_buf_printf(out, "%u", number);
}

static void append_date(ofsi_buf *out, ofs_date date) {
    char text[11];
    ofsi_date_format(date, text);
    ofsi_buf_text(out, text);
}

void ofsi_append_ref(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_buf_text(out, hit->report->id);
    if (!hit->number) {
        ofsi_buf_text(out, "#@");
        ofsi_buf_count(out, hit->place);
        return;
    }
    ofsi_buf_byte(out, '#');
    ofsi_buf_text(out, hit->number);
    if (hit->item) {
        ofsi_buf_byte(out, '.');
        ofsi_buf_count(out, hit->item);
    }
}

/* ---- one function a field ---- */

static void rank(ofsi_buf *out, const ofs_hit *hit) { ofsi_buf_printf(out, "%" PRIu64, hit->rank); }
static void score(ofsi_buf *out, const ofs_hit *hit) { ofsi_buf_printf(out, "%.6f", hit->score); }
static void report(ofsi_buf *out, const ofs_hit *hit) { ofsi_buf_text(out, hit->report->id); }
static void path(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->path); }
static void title(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->title); }
static void provider(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->provider); }
static void provider_name(ofsi_buf *out, const ofs_hit *hit) {
    append_known(out, hit->report->provider_name);
}
static void provider_id(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->provider_id); }
static void inspectorate(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->inspectorate); }
static void inspection(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->inspection); }
static void overall(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->report->overall.label); }
static void inspected_from(ofsi_buf *out, const ofs_hit *hit) {
    append_date(out, hit->report->inspected_from);
}
static void inspected_to(ofsi_buf *out, const ofs_hit *hit) { append_date(out, hit->report->inspected_to); }
static void published(ofsi_buf *out, const ofs_hit *hit) { append_date(out, hit->report->published); }
static void grade(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->grade.label); }
static void level(ofsi_buf *out, const ofs_hit *hit) { append_positive(out, hit->grade.level); }
static void role(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->role); }
static void kind(ofsi_buf *out, const ofs_hit *hit) { ofsi_buf_text(out, ofs_kind_name(hit->kind)); }
static void paragraph(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->number); }
static void item(ofsi_buf *out, const ofs_hit *hit) { append_positive(out, hit->item); }
static void page(ofsi_buf *out, const ofs_hit *hit) { append_positive(out, hit->page); }
static void timescale(ofsi_buf *out, const ofs_hit *hit) { append_known(out, hit->timescale); }
static void text(ofsi_buf *out, const ofs_hit *hit) { ofsi_buf_append(out, hit->text, hit->text_size); }

static void year(ofsi_buf *out, const ofs_hit *hit) {
    int number = ofsi_report_year(hit->report);
    if (number)
        ofsi_buf_printf(out, "%d", number);
}

static void section(ofsi_buf *out, const ofs_hit *hit) {
    for (uint32_t i = 0; i < hit->section_depth; i++)
        ofsi_buf_printf(out, "%s%s", i ? " › " : "", hit->section[i]);
}

static void snippet(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_snippet cut = ofsi_snippet_of(hit, OFSI_SNIPPET_SIZE);
    (void)ofsi_snippet_append(out, hit, &cut, NULL);
}

static void like(ofsi_buf *out, const ofs_hit *hit) {
    for (uint32_t i = 0; i < hit->folded_count; i++) {
        ofsi_buf_text(out, i ? " " : "");
        ofsi_append_ref(out, &hit->folded[i]);
    }
}

static const ofsi_hit_field fields[] = {
    {"query", false, false, NULL}, /* the name in a batch */
    {"rank", true, true, rank},
    {"score", true, false, score},
    {"ref", false, true, ofsi_append_ref},
    {"provider", false, true, provider},
    {"year", true, true, year},
    {"grade", false, true, grade},
    {"section", false, true, section},
    {"paragraph", false, true, paragraph},
    {"item", true, true, item},
    {"page", true, true, page},
    {"text", false, true, text},
    {"citation", false, true, ofsi_append_citation},
    {"inspectorate", false, true, inspectorate},
    {"inspection", false, true, inspection},
    {"title", false, true, title},
    {"overall", false, true, overall},
    {"published", false, true, published},
    {"inspected_from", false, true, inspected_from},
    {"inspected_to", false, true, inspected_to},
    {"role", false, true, role},
    {"kind", false, true, kind},
    {"timescale", false, true, timescale},
    {"report", false, true, report},
    {"path", false, true, path},
    {"level", true, false, level},
    {"snippet", false, false, snippet},
    {"provider_name", false, false, provider_name},
    {"provider_id", false, false, provider_id},
    {"like", false, false, like},
    {"search", false, true, NULL}, /* the search log, on one line; a workbook has a sheet for it */
};

bool ofsi_fields_need_text(const uint8_t *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const ofsi_hit_field *field = &fields[numbers[i]];
        if (field->append == text || field->append == snippet || field->append == timescale)
            return true;
    }
    return false;
}

static bool is_log(const ofsi_hit_field *field) { return !field->append && field != &fields[0]; }

bool ofsi_fields_have_log(const uint8_t *numbers, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (is_log(&fields[numbers[i]]))
            return true;
    return false;
}

size_t ofsi_hit_field_count(void) { return sizeof fields / sizeof fields[0]; }

const ofsi_hit_field *ofsi_hit_field_at(size_t number) { return &fields[number]; }

bool ofsi_hit_field_find(ofsi_span name, uint8_t *number) {
    for (size_t i = 0; i < ofsi_hit_field_count(); i++)
        if (ofsi_span_equal(name, ofsi_span_of(fields[i].name))) {
            *number = (uint8_t)i;
            return true;
        }
    return false;
}

void ofsi_hit_value(const ofsi_hit_field *field, const ofs_hit *hit, const ofs_results *results,
                    const ofsi_present_options *options, ofsi_buf *value) {
    ofsi_buf_reset(value);
    if (field->append)
        field->append(value, hit);
    else if (field == &fields[0])
        ofsi_buf_text(value, options->batch ? options->name : results->query);
    else
        ofsi_append_head_line(value, results, options);
}

/* The numbers of the fields to print, into `numbers` of ofsi_hit_field_count() at the least. */
static size_t choose_fields(const ofsi_present_options *options, uint8_t *numbers) {
    size_t count = 0;
    if (options->fields) {
        memcpy(numbers, options->fields, options->field_count);
        return options->field_count;
    }
    for (size_t i = 0; i < ofsi_hit_field_count(); i++)
        if (fields[i].append ? fields[i].is_usual
                             : (i == 0 ? options->batch : options->format != OFSI_FORMAT_XLSX))
            numbers[count++] = (uint8_t)i;
    return count;
}

void ofsi_hits_fill(ofsi_table *table, const ofs_results *results, const ofsi_present_options *options) {
    uint8_t numbers[sizeof fields / sizeof fields[0]];
    size_t count = choose_fields(options, numbers);
    ofsi_buf value = {0}, log = {0};
    table->title = "Hits";
    for (size_t f = 0; f < count; f++)
        ofsi_table_column(table, fields[numbers[f]].name, fields[numbers[f]].is_number);
    ofsi_append_head_line(&log, results, options);
    for (size_t i = 0; i < results->hit_count && !table->failed; i++)
        for (size_t f = 0; f < count; f++) {
            const ofsi_hit_field *field = &fields[numbers[f]];
            bool same = is_log(field); /* for every hit */
            if (!same)
                ofsi_hit_value(field, &results->hits[i], results, options, &value);
            ofsi_table_text(table, ofsi_buf_span(same ? &log : &value));
        }
    table->failed = table->failed || value.failed || log.failed;
    ofsi_buf_free(&value);
    ofsi_buf_free(&log);
}
