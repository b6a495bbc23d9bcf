/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The printers behind present.h, one a format. Only present's own files include this. */
#ifndef OFSI_PRESENT_PRINTERS_H
#define OFSI_PRESENT_PRINTERS_H

#include "search/present/present.h"

/* Bytes a snippet aims at. */
enum { OFSI_SNIPPET_SIZE = 320 };

void ofsi_print_text(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_json(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_jsonl(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_trec(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

void ofsi_print_reports_json(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_count_json(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_paragraphs_json(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                                ofsi_buf *out);
void ofsi_print_paragraphs_text(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                                ofsi_buf *out);

void ofsi_print_delimited(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_xlsx(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_markdown(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_html(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_html_begin(ofsi_buf *out);
void ofsi_html_end(ofsi_buf *out);

/* A facet as a chart in SVG (chart.c): bars, for years columns. */
void ofsi_append_chart(ofsi_buf *out, const ofs_facet *facet);

/* The name in a batch, else the query, else "Paragraphs". */
void ofsi_append_title(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options);

/* A text that others wrote, escaped as the format wants it: for headings. */
void ofsi_append_heading_text(ofsi_buf *out, ofsi_span text, const ofsi_present_options *options);

/* "1,342" */
void ofsi_append_count(ofsi_buf *out, uint64_t count);

/* "in 3 paragraphs", "in no paragraph", "in 1 note alone (kind:note finds it)": where a word is (notes.c). */
void ofsi_append_where(ofsi_buf *out, uint64_t paragraphs, uint64_t notes);

#endif
