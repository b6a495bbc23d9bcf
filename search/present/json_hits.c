/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hits, reports and paragraphs as JSON objects (OUTPUT.md has the keys). */
#include "search/present/json_hits.h"

#include "indexer/base/date.h"
#include "indexer/base/json_out.h"
#include "search/present/citation.h"
#include "search/present/fields.h"
#include "search/present/printers.h"
#include "search/present/snippet.h"

static void put_text(ofsi_buf *out, const char *key, const char *text) {
    ofsi_json_key(out, key);
    ofsi_json_text(out, text);
}

static void put_count(ofsi_buf *out, const char *key, uint64_t value) {
    ofsi_json_key(out, key);
    ofsi_buf_count(out, value);
}

/* 0: null. */
static void put_number(ofsi_buf *out, const char *key, uint32_t value) {
    ofsi_json_key(out, key);
    if (value)
        ofsi_buf_count(out, value);
    else
        ofsi_json_text(out, NULL);
}

static void put_real(ofsi_buf *out, const char *key, double value) {
    ofsi_json_key(out, key);
    ofsi_json_real(out, value);
}

static void put_date(ofsi_buf *out, const char *key, ofs_date date) {
    char text[11];
    ofsi_date_format(date, text);
    put_text(out, key, *text ? text : NULL);
}

static void put_grade(ofsi_buf *out, const char *key, ofs_grade grade) {
    ofsi_json_key(out, key);
    if (!grade.label) {
        ofsi_json_text(out, NULL);
        return;
    }
    ofsi_buf_byte(out, '{');
    put_text(out, "label", grade.label);
    put_number(out, "level", grade.level);
    put_number(out, "levels", grade.levels);
    ofsi_buf_byte(out, '}');
}

/* A text made by `append`. */
static void put_made(ofsi_buf *out, const char *key, void (*append)(ofsi_buf *out, const ofs_hit *hit),
                     const ofs_hit *hit) {
    ofsi_buf text = {0};
    append(&text, hit);
    if (key)
        ofsi_json_key(out, key);
    ofsi_json_string(out, ofsi_buf_span(&text));
    out->failed = out->failed || text.failed;
    ofsi_buf_free(&text);
}

void ofsi_json_report(ofsi_buf *out, const ofs_report_ref *report) {
    ofsi_buf_byte(out, '{');
    put_text(out, "id", report->id);
    put_text(out, "title", report->title);
    put_text(out, "provider", report->provider);
    put_text(out, "inspectorate", report->inspectorate);
    put_date(out, "inspected_from", report->inspected_from);
    put_date(out, "inspected_to", report->inspected_to);
    put_date(out, "published", report->published);
    put_text(out, "path", report->path);
    put_text(out, "provider_name", report->provider_name);
    put_text(out, "provider_id", report->provider_id);
    put_text(out, "inspection", report->inspection);
    put_grade(out, "overall", report->overall);
    ofsi_buf_byte(out, '}');
}

/* The keys every paragraph has, found or shown, within an open object. */
static void put_paragraph(ofsi_buf *out, const ofs_hit *hit, bool with_report) {
    if (with_report) {
        ofsi_json_key(out, "report");
        ofsi_json_report(out, hit->report);
    }
    put_text(out, "paragraph", hit->number);
    put_number(out, "item", hit->item);
    put_number(out, "page", hit->page);
    put_text(out, "kind", ofs_kind_name(hit->kind));
    ofsi_json_key(out, "section");
    ofsi_buf_byte(out, '[');
    for (uint32_t i = 0; i < hit->section_depth; i++) {
        ofsi_json_comma(out);
        ofsi_json_text(out, hit->section[i]);
    }
    ofsi_buf_byte(out, ']');
    put_grade(out, "grade", hit->grade);
    put_text(out, "role", hit->role);
    if (hit->timescale)
        put_text(out, "timescale", hit->timescale);
    ofsi_json_key(out, "text");
    ofsi_json_string(out, (ofsi_span){hit->text, hit->text_size});
}

void ofsi_json_paragraph(ofsi_buf *out, const ofs_hit *hit, bool with_report) {
    ofsi_buf_byte(out, '{');
    put_paragraph(out, hit, with_report);
    put_made(out, "citation", ofsi_append_citation, hit);
    put_made(out, "ref", ofsi_append_ref, hit);
    ofsi_buf_byte(out, '}');
}

static void append_snippet(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_snippet snippet = ofsi_snippet_of(hit, OFSI_SNIPPET_SIZE);
    (void)ofsi_snippet_append(out, hit, &snippet, NULL);
}

static void put_highlights(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_json_key(out, "highlights");
    ofsi_buf_byte(out, '[');
    for (uint32_t i = 0; i < hit->highlight_count; i++) {
        ofsi_json_comma(out);
        ofsi_buf_byte(out, '[');
        ofsi_buf_count(out, hit->highlights[i].start);
        ofsi_buf_byte(out, ',');
        ofsi_buf_count(out, hit->highlights[i].end);
        ofsi_buf_byte(out, ']');
    }
    ofsi_buf_byte(out, ']');
}

static void put_like(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_json_key(out, "like");
    ofsi_buf_byte(out, '[');
    for (uint32_t i = 0; i < hit->folded_count; i++) {
        ofsi_json_comma(out);
        put_made(out, NULL, ofsi_append_ref, &hit->folded[i]);
    }
    ofsi_buf_byte(out, ']');
}

static void put_explanation(ofsi_buf *out, const ofs_hit *hit) {
    put_count(out, "length", hit->length);
    ofsi_json_key(out, "explain");
    ofsi_buf_byte(out, '[');
    for (uint32_t i = 0; i < hit->term_count; i++) {
        const ofs_term_score *term = &hit->terms[i];
        ofsi_json_comma(out);
        ofsi_buf_byte(out, '{');
        put_text(out, "term", term->term);
        put_real(out, "weight", term->weight);
        put_real(out, "idf", term->idf);
        put_count(out, "df", term->df);
        put_count(out, "tf", term->tf);
        put_real(out, "score", term->score);
        ofsi_buf_byte(out, '}');
    }
    ofsi_buf_byte(out, ']');
}

static void put_context(ofsi_buf *out, const char *key, const ofs_hit *hits, size_t count) {
    ofsi_json_key(out, key);
    ofsi_buf_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        ofsi_json_comma(out);
        ofsi_buf_byte(out, '{');
        put_text(out, "paragraph", hits[i].number);
        put_number(out, "item", hits[i].item);
        put_number(out, "page", hits[i].page);
        ofsi_json_key(out, "text");
        ofsi_json_string(out, (ofsi_span){hits[i].text, hits[i].text_size});
        ofsi_buf_byte(out, '}');
    }
    ofsi_buf_byte(out, ']');
}

/* With --fields: those alone, flat. A number stands as written. */
static void put_fields(ofsi_buf *out, const ofs_hit *hit, const ofs_results *results,
                       const ofsi_present_options *options) {
    ofsi_buf value = {0};
    for (size_t i = 0; i < options->field_count; i++) {
        const ofsi_hit_field *field = ofsi_hit_field_at(options->fields[i]);
        ofsi_hit_value(field, hit, results, options, &value);
        ofsi_json_key(out, field->name);
        if (value.size == 0)
            ofsi_json_text(out, NULL);
        else if (field->is_number)
            ofsi_buf_append(out, value.data, value.size);
        else
            ofsi_json_string(out, ofsi_buf_span(&value));
    }
    out->failed = out->failed || value.failed;
    ofsi_buf_free(&value);
}

static void put_hit(ofsi_buf *out, const ofs_results *results, size_t number,
                    const ofsi_present_options *options) {
    const ofs_hit *hit = &results->hits[number];
    const ofsi_context *context = options->contexts ? &options->contexts[number] : NULL;
    put_count(out, "rank", hit->rank);
    put_real(out, "score", hit->score);
    put_made(out, "ref", ofsi_append_ref, hit);
    put_paragraph(out, hit, true);
    put_made(out, "snippet", append_snippet, hit);
    put_highlights(out, hit);
    put_made(out, "citation", ofsi_append_citation, hit);
    if (results->distinct)
        put_like(out, hit);
    if (options->explain)
        put_explanation(out, hit);
    if (context) {
        put_context(out, "before", context->before, context->before_count);
        put_context(out, "after", context->after, context->after_count);
    }
}

void ofsi_json_hit(ofsi_buf *out, const ofs_results *results, size_t number,
                   const ofsi_present_options *options) {
    ofsi_buf_byte(out, '{');
    if (options->fields)
        put_fields(out, &results->hits[number], results, options);
    else
        put_hit(out, results, number, options);
    bool named = false; /* by a field */
    for (size_t i = 0; options->fields && i < options->field_count; i++)
        named = named || strcmp(ofsi_hit_field_at(options->fields[i])->name, "query") == 0;
    if (options->batch && options->format == OFSI_FORMAT_JSONL && !named)
        put_text(out, "query", options->name);
    ofsi_buf_byte(out, '}');
}
