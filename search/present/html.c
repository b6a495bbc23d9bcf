/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The html format: one file that needs no other, fit for print. Everything from a report or a query is escaped. Each hit is
 * an article whose data-ref names the paragraph, by which `ofsearch verify` finds it again.
 */
#include <inttypes.h>

#include "search/present/citation.h"
#include "search/present/counts.h"
#include "search/present/fields.h"
#include "search/present/head.h"
#include "search/present/markup.h"
#include "search/present/printers.h"

static const char frame[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<title>Search results</title>\n<style>\n"
    ":root { color-scheme: light dark; }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }\n"
    "dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; font-size: 0.9rem; }\n"
    "dd { margin: 0; overflow-wrap: anywhere; }\n"
    "article { margin: 1.5rem 0; break-inside: avoid; }\n"
    "article h3 { margin: 0; font-size: 1rem; }\n"
    ".path, .cite, .more { color: GrayText; font-size: 0.9rem; margin: 0; }\n"
    "blockquote { margin: 0.4rem 0; padding-left: 0.8rem; border-left: 3px solid #5b8db8; }\n"
    "mark { background: #ffe08a; color: #1a1a1a; }\n"
    "table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: 0.15rem 0.6rem; text-align: "
    "left; "
    "border-bottom: 1px solid #8886; } .n { text-align: right; }\n"
    "figure { margin: 1rem 0; } figcaption { font-weight: bold; } svg { max-width: 100%; height: auto; }\n"
    "svg text { font: 12px system-ui, sans-serif; fill: CanvasText; } svg rect { fill: #5b8db8; }\n"
    "@media print { body { max-width: none; margin: 0; } a { color: inherit; text-decoration: none; } }\n"
    "</style>\n</head>\n<body>\n";

void ofsi_html_begin(ofsi_buf *out) { ofsi_buf_text(out, frame); }
void ofsi_html_end(ofsi_buf *out) { ofsi_buf_text(out, "</body>\n</html>\n"); }

static void append_text(ofsi_buf *out, const char *text) { ofsi_append_html(out, ofsi_span_of(text)); }

static void append_marked(ofsi_buf *out, const ofs_hit *hit) {
    uint32_t from = 0;
    for (uint32_t i = 0; i < hit->highlight_count; i++) {
        const ofs_highlight *mark = &hit->highlights[i];
        ofsi_append_html(out, (ofsi_span){hit->text + from, mark->start - from});
        ofsi_buf_text(out, "<mark>");
        ofsi_append_html(out, (ofsi_span){hit->text + mark->start, mark->end - mark->start});
        ofsi_buf_text(out, "</mark>");
        from = mark->end;
    }
    ofsi_append_html(out, (ofsi_span){hit->text + from, hit->text_size - from});
}

static void append_heading(ofsi_buf *out, const ofs_hit *hit) {
    const ofs_report_ref *report = hit->report;
    int year = ofsi_report_year(report);
    ofsi_buf_text(out, "<h3>");
    if (hit->rank)
        ofsi_buf_printf(out, "%" PRIu64 ". ", hit->rank);
    append_text(out, report->provider ? report->provider : report->title ? report->title : report->id);
    if (year)
        ofsi_buf_printf(out, " (%d)", year);
    ofsi_buf_text(out, " · ");
    append_text(out, hit->grade.label ? hit->grade.label : "ungraded");
    ofsi_buf_text(out, "</h3>\n");
    if (hit->section_depth) {
        ofsi_buf_text(out, "<p class=\"path\">");
        for (uint32_t i = 0; i < hit->section_depth; i++) {
            ofsi_buf_text(out, i ? " › " : "");
            append_text(out, hit->section[i]);
        }
        ofsi_buf_text(out, "</p>\n");
    }
}

static void append_citation(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_buf text = {0}, link = {0};
    ofsi_append_citation(&text, hit);
    ofsi_append_link(&link, hit);
    ofsi_buf_text(out, "<p class=\"cite\"><a href=\"");
    ofsi_append_html(out, ofsi_buf_span(&link));
    ofsi_buf_text(out, "\"><cite>");
    ofsi_append_html(out, ofsi_buf_span(&text));
    ofsi_buf_text(out, "</cite></a>");
    if (hit->folded_count)
        ofsi_buf_printf(out, " (and %u %s like it)", hit->folded_count,
                        hit->folded_count == 1 ? "paragraph" : "paragraphs");
    ofsi_buf_text(out, "</p>\n");
    out->failed = out->failed || text.failed || link.failed;
    ofsi_buf_free(&text);
    ofsi_buf_free(&link);
}

static void append_context(ofsi_buf *out, const char *where, const ofs_hit *hits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ofsi_buf_printf(out, "<p><i>%s:</i> ", where);
        ofsi_append_html(out, (ofsi_span){hits[i].text, hits[i].text_size});
        ofsi_buf_text(out, "</p>\n");
    }
}

static void append_hit(ofsi_buf *out, const ofs_hit *hit, const ofsi_context *context) {
    ofsi_buf ref = {0};
    ofsi_append_ref(&ref, hit);
    ofsi_buf_text(out, "<article data-ref=\"");
    ofsi_append_html(out, ofsi_buf_span(&ref));
    ofsi_buf_text(out, "\">\n");
    append_heading(out, hit);
    if (context)
        append_context(out, "before", context->before, context->before_count);
    ofsi_buf_text(out, "<blockquote>");
    append_marked(out, hit);
    ofsi_buf_text(out, "</blockquote>\n");
    if (context)
        append_context(out, "after", context->after, context->after_count);
    append_citation(out, hit);
    ofsi_buf_text(out, "</article>\n");
    out->failed = out->failed || ref.failed;
    ofsi_buf_free(&ref);
}

static void append_head(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options) {
    ofsi_table head = {0};
    ofsi_head_fill(&head, results, options);
    ofsi_buf_text(out, head.cell_count ? "<dl>\n" : "");
    for (size_t i = 0; i + 1 < head.cell_count; i += 2) {
        ofsi_buf_text(out, "<dt>");
        ofsi_append_html(out, head.cells[i]);
        ofsi_buf_text(out, "</dt><dd>");
        ofsi_append_html(out, head.cells[i + 1]);
        ofsi_buf_text(out, "</dd>\n");
    }
    ofsi_buf_text(out, head.cell_count ? "</dl>\n" : "");
    out->failed = out->failed || head.failed;
    ofsi_table_free(&head);
}

void ofsi_print_html(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_buf title = {0};
    ofsi_append_title(&title, results, options);
    ofsi_buf_text(out, "<section>\n<h1>");
    ofsi_append_html(out, ofsi_buf_span(&title));
    ofsi_buf_text(out, "</h1>\n");
    out->failed = out->failed || title.failed;
    ofsi_buf_free(&title);
    append_head(out, results, options);
    for (size_t f = 0; f < ofsi_shown_facets(results, options); f++)
        ofsi_append_chart(out, &results->facets[f]);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ofs_hit *hit = &results->hits[i];
        if (options->group && (i == 0 || strcmp(results->hits[i - 1].report->id, hit->report->id) != 0)) {
            ofsi_buf_text(out, "<h2>");
            append_text(out, hit->report->title ? hit->report->title : hit->report->id);
            ofsi_buf_text(out, "</h2>\n");
        }
        append_hit(out, hit, options->contexts ? &options->contexts[i] : NULL);
    }
    ofsi_buf_text(out, "</section>\n");
}
