/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text format: hits for a reader at a terminal, the facets under them, and whole reports. */
#include <inttypes.h>

#include "indexer/base/alloc.h"
#include "search/present/citation.h"
#include "search/present/counts.h"
#include "search/present/fields.h"
#include "search/present/markup.h"
#include "search/present/printers.h"
#include "search/present/snippet.h"
#include "search/present/terminal.h"

enum { TEXT_INDENT = 3 };

static uint32_t width_of(const ofsi_present_options *options) { return options->width ? options->width : 80; }

static void append_text(ofsi_buf *out, const char *text) { ofsi_append_clean(out, text, strlen(text)); }

static void append_path(ofsi_buf *out, const char *const *path, uint32_t depth) {
    for (uint32_t i = 0; i < depth; i++) {
        if (i)
            ofsi_buf_text(out, " › ");
        append_text(out, path[i]);
    }
}

/* "para 25", "para 20, recommendation 3", "recommendation 2"; nothing when unnumbered. */
static void append_place(ofsi_buf *out, const ofs_hit *hit) {
    if (hit->number) {
        ofsi_buf_text(out, " · para ");
        append_text(out, hit->number);
    }
    if (hit->item)
        ofsi_buf_printf(out, "%s %u", hit->number ? ", recommendation" : " · recommendation", hit->item);
    else if (!hit->number && hit->kind != OFS_KIND_STATEMENT)
        ofsi_buf_printf(out, " · %s", ofs_kind_name(hit->kind));
    if (hit->page)
        ofsi_buf_printf(out, " · page %u", hit->page);
}

static void append_grade(ofsi_buf *out, ofs_grade grade) {
    ofsi_buf_text(out, " · ");
    if (grade.label)
        append_text(out, grade.label);
    else
        ofsi_buf_text(out, "ungraded");
}

/* What `show` and `similar` take. */
static void append_ref(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    ofsi_buf ref = {0};
    ofsi_append_ref(&ref, hit);
    ofsi_buf_text(out, "  ");
    ofsi_look_begin(out, OFSI_LOOK_DIM, options->color);
    ofsi_append_clean(out, ref.data, ref.size);
    ofsi_look_end(out, OFSI_LOOK_DIM, options->color);
    out->failed = out->failed || ref.failed;
    ofsi_buf_free(&ref);
}

/* OSC 8: the terminal opens the report, at its page, when the heading is clicked. Nothing without links. */
static void begin_link(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    const char *path = hit->report->path;
    if (!options->links || !path)
        return;
    ofsi_buf_text(out, "\033]8;;");
    if (path[0] != '/' && options->run && options->run->directory) {
        ofsi_buf_text(out, "file://");
        ofsi_append_url_path(out, ofsi_span_of(options->run->directory));
        ofsi_buf_byte(out, '/');
    }
    ofsi_append_link(out, hit);
    ofsi_buf_text(out, "\033\\");
}

static void end_link(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    if (options->links && hit->report->path)
        ofsi_buf_text(out, "\033]8;;\033\\");
}

static void append_heading(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    const ofs_report_ref *report = hit->report;
    int year = ofsi_report_year(report);
    ofsi_buf_printf(out, "%" PRIu64 ". ", hit->rank);
    begin_link(out, hit, options);
    ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
    append_text(out, report->provider ? report->provider : report->title ? report->title : report->id);
    ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
    end_link(out, hit, options);
    if (year)
        ofsi_buf_printf(out, " (%d)", year);
    append_grade(out, hit->grade);
    append_place(out, hit);
    append_ref(out, hit, options);
    ofsi_buf_byte(out, '\n');
    if (hit->section_depth) {
        for (int i = 0; i < TEXT_INDENT; i++)
            ofsi_buf_byte(out, ' ');
        ofsi_look_begin(out, OFSI_LOOK_DIM, options->color);
        append_path(out, hit->section, hit->section_depth);
        ofsi_look_end(out, OFSI_LOOK_DIM, options->color);
        ofsi_buf_byte(out, '\n');
    }
}

/* The snippet, with the hit's highlights where they stand in it. */
static void append_snippet(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    ofsi_snippet snippet = ofsi_snippet_of(hit, options->full ? UINT32_MAX : OFSI_SNIPPET_SIZE);
    ofsi_buf text = {0};
    ofs_highlight *moved = ofsi_reallocarray(NULL, hit->highlight_count, sizeof *moved);
    uint32_t count = ofsi_snippet_append(&text, hit, &snippet, moved);
    ofsi_wrap wrap = {width_of(options), TEXT_INDENT, options->color, OFSI_LOOK_PLAIN};
    ofsi_append_wrapped(out, ofsi_buf_span(&text), moved, count, &wrap);
    if (text.failed || !moved)
        out->failed = true;
    ofsi_free(moved);
    ofsi_buf_free(&text);
}

static void append_context(ofsi_buf *out, const char *where, const ofs_hit *hits, size_t count,
                           const ofsi_present_options *options) {
    ofsi_wrap wrap = {width_of(options), TEXT_INDENT + 3, options->color, OFSI_LOOK_DIM};
    for (size_t i = 0; i < count; i++) {
        ofsi_buf text = {0};
        ofsi_buf_printf(&text, "%s: ", where);
        if (hits[i].number)
            ofsi_buf_printf(&text, "%s%s ", hits[i].number, hits[i].item ? "," : ".");
        if (hits[i].item)
            ofsi_buf_printf(&text, "recommendation %u. ", hits[i].item);
        ofsi_buf_append(&text, hits[i].text, hits[i].text_size);
        ofsi_append_wrapped(out, ofsi_buf_span(&text), NULL, 0, &wrap);
        out->failed = out->failed || text.failed;
        ofsi_buf_free(&text);
    }
}

static void append_explanation(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_buf_printf(out, "   score %.6f, %u words\n", hit->score, hit->length);
    for (uint32_t i = 0; i < hit->term_count; i++) {
        const ofs_term_score *term = &hit->terms[i];
        ofsi_buf_text(out, "     ");
        append_text(out, term->term);
        ofsi_buf_printf(out, ": %.6f = weight %g, idf %.6f (in %" PRIu64 " paragraphs), tf %u\n", term->score,
                        term->weight, term->idf, term->df, term->tf);
    }
}

static void append_citation_line(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    ofsi_buf text = {0};
    ofsi_append_citation(&text, hit);
    ofsi_wrap wrap = {width_of(options), TEXT_INDENT, options->color, OFSI_LOOK_DIM};
    ofsi_append_wrapped(out, ofsi_buf_span(&text), NULL, 0, &wrap);
    out->failed = out->failed || text.failed;
    ofsi_buf_free(&text);
}

/* "and 3 paragraphs like it: a#1, b#2, ..." */
static void append_folded(ofsi_buf *out, const ofs_hit *hit, const ofsi_present_options *options) {
    ofsi_buf text = {0};
    if (!hit->folded_count)
        return;
    ofsi_buf_printf(&text, "and %u %s like it: ", hit->folded_count,
                    hit->folded_count == 1 ? "paragraph" : "paragraphs");
    for (uint32_t i = 0; i < hit->folded_count; i++) {
        ofsi_buf_text(&text, i ? ", " : "");
        ofsi_append_ref(&text, &hit->folded[i]);
    }
    ofsi_wrap wrap = {width_of(options), TEXT_INDENT, options->color, OFSI_LOOK_DIM};
    ofsi_append_wrapped(out, ofsi_buf_span(&text), NULL, 0, &wrap);
    out->failed = out->failed || text.failed;
    ofsi_buf_free(&text);
}

static void append_hit(ofsi_buf *out, const ofs_hit *hit, const ofsi_context *context,
                       const ofsi_present_options *options) {
    append_heading(out, hit, options);
    if (context)
        append_context(out, "before", context->before, context->before_count, options);
    append_snippet(out, hit, options);
    if (context)
        append_context(out, "after", context->after, context->after_count, options);
    append_folded(out, hit, options);
    if (options->cite)
        append_citation_line(out, hit, options);
    if (options->explain)
        append_explanation(out, hit);
    ofsi_buf_byte(out, '\n');
}

static void append_totals(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options) {
    uint64_t most = results->distinct ? results->distinct : results->total;
    if (results->hit_count && results->hit_count < most) {
        if (options->offset) {
            ofsi_append_count(out, options->offset + 1);
            ofsi_buf_byte(out, '-');
            ofsi_append_count(out, options->offset + results->hit_count);
        } else {
            ofsi_append_count(out, results->hit_count);
        }
        ofsi_buf_text(out, " of ");
    }
    if (results->distinct && results->distinct < results->total) {
        ofsi_append_count(out, results->distinct);
        ofsi_buf_text(out, " different of ");
    }
    ofsi_append_count(out, results->total);
    ofsi_buf_text(out, results->total == 1 ? " paragraph in " : " paragraphs in ");
    ofsi_append_count(out, results->report_total);
    if (results->base_reports) {
        ofsi_buf_text(out, " of ");
        ofsi_append_count(out, results->base_reports);
        ofsi_buf_text(out, results->base_reports == 1 ? " report\n" : " reports\n");
    } else {
        ofsi_buf_text(out, results->report_total == 1 ? " report\n" : " reports\n");
    }
}

/* The report over its hits, from hit number `first` on, with how many of its paragraphs match. */
static void append_report(ofsi_buf *out, const ofs_results *results, size_t first,
                          const ofsi_present_options *options) {
    const ofs_report_ref *report = results->hits[first].report;
    const ofs_facet *counts = &results->facets[results->facet_count - 1];
    uint64_t count = 0;
    for (uint32_t v = 0; v < counts->value_count && !count; v++)
        if (counts->values[v].path && strcmp(counts->values[v].path[0], report->id) == 0)
            count = counts->values[v].count;
    ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
    append_text(out, report->title ? report->title : report->id);
    ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
    if (report->provider && (!report->title || !strstr(report->title, report->provider))) {
        ofsi_buf_text(out, " · ");
        append_text(out, report->provider);
    }
    if (report->overall.label) {
        ofsi_buf_text(out, " · ");
        append_text(out, report->overall.label);
    }
    ofsi_buf_printf(out, " · %" PRIu64 " %s\n\n", count, count == 1 ? "paragraph" : "paragraphs");
}

void ofsi_print_text(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    if (options->batch) {
        ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
        ofsi_buf_text(out, "== ");
        append_text(out, options->name);
        ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
        ofsi_buf_text(out, "\n\n");
    }
    if (results->missing_count) {
        ofsi_present_missing(results->missing, results->missing_count, out);
        ofsi_buf_byte(out, '\n');
    }
    for (size_t i = 0; i < results->hit_count; i++) {
        if (options->group &&
            (i == 0 || strcmp(results->hits[i - 1].report->id, results->hits[i].report->id) != 0))
            append_report(out, results, i, options);
        append_hit(out, &results->hits[i], options->contexts ? &options->contexts[i] : NULL, options);
    }
    if (results->total == 0 && !options->batch)
        return;
    append_totals(out, results, options);
    for (size_t f = 0; f < ofsi_shown_facets(results, options) && results->total; f++)
        ofsi_append_facet_text(out, &results->facets[f], options);
    if (options->batch)
        ofsi_buf_byte(out, '\n');
}

/* Headings of `now` that differ from those of `before` are printed, outermost first. */
static void append_new_headings(ofsi_buf *out, const ofs_hit *before, const ofs_hit *now,
                                const ofsi_present_options *options) {
    uint32_t same = 0;
    while (before && same < before->section_depth && same < now->section_depth &&
           strcmp(before->section[same], now->section[same]) == 0)
        same++;
    if (before && same == now->section_depth && same == before->section_depth)
        return;
    for (uint32_t d = same; d < now->section_depth; d++) {
        ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
        for (uint32_t i = 0; i <= d; i++)
            ofsi_buf_byte(out, '#');
        ofsi_buf_byte(out, ' ');
        append_text(out, now->section[d]);
        ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
        if (d + 1 == now->section_depth && now->grade.label)
            append_grade(out, now->grade);
        ofsi_buf_text(out, "\n\n");
    }
}

void ofsi_print_paragraphs_text(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                                ofsi_buf *out) {
    ofsi_wrap wrap = {width_of(options), 0, options->color, OFSI_LOOK_PLAIN};
    uint32_t page = 0;
    if (count) {
        ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
        const ofs_report_ref *report = hits[0].report;
        append_text(out, report->title ? report->title : report->id);
        ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
        ofsi_buf_byte(out, '\n');
        if (report->provider) {
            append_text(out, report->provider);
            ofsi_buf_byte(out, '\n');
        }
        ofsi_buf_byte(out, '\n');
    }
    for (size_t i = 0; i < count; i++) {
        append_new_headings(out, i ? &hits[i - 1] : NULL, &hits[i], options);
        ofsi_buf text = {0};
        if (hits[i].page && hits[i].page != page)
            ofsi_buf_printf(&text, "[page %u] ", page = hits[i].page);
        if (hits[i].item)
            ofsi_buf_printf(&text, "(%u) ", hits[i].item);
        else if (hits[i].number)
            ofsi_buf_printf(&text, "%s. ", hits[i].number);
        if (hits[i].timescale)
            ofsi_buf_printf(&text, "%s: ", hits[i].timescale);
        ofsi_buf_append(&text, hits[i].text, hits[i].text_size);
        ofsi_append_wrapped(out, ofsi_buf_span(&text), NULL, 0, &wrap);
        if (options->cite)
            append_citation_line(out, &hits[i], options);
        ofsi_buf_byte(out, '\n');
        out->failed = out->failed || text.failed;
        ofsi_buf_free(&text);
    }
}
