/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How answers look: results to bytes in each output format. Called by the ofsearch program; knows nothing of postings,
 * files and streams: everything is appended to a buffer that the caller writes out. OUTPUT.md describes the formats.
 */
#ifndef OFSI_PRESENT_PRESENT_H
#define OFSI_PRESENT_PRESENT_H

#include <ofsearch/search.h>

#include "indexer/base/buf.h"

typedef enum ofsi_format {
    OFSI_FORMAT_TEXT,
    OFSI_FORMAT_JSON,
    OFSI_FORMAT_JSONL,
    OFSI_FORMAT_TREC
} ofsi_format;
enum { OFSI_FORMAT_COUNT = 4 };

/* "text", ...; static. */
const char *ofsi_format_name(ofsi_format format);
/* False when there is no such format. */
bool ofsi_format_find(const char *name, ofsi_format *format);
/* Whether the format is for export: then all hits are given unless a number was asked for. */
bool ofsi_format_exports_all(ofsi_format format);

/* The paragraphs around a hit, from ofs_index_paragraphs(). */
typedef struct ofsi_context {
    const ofs_hit *before;
    size_t before_count;
    const ofs_hit *after;
    size_t after_count;
} ofsi_context;

typedef struct ofsi_present_options {
    ofsi_format format;
    bool color;                   /* escape sequences for a terminal */
    bool indent;                  /* json over several lines, for people */
    bool cite;                    /* text: a citation a hit */
    bool explain;                 /* the score term by term */
    bool facets_asked;            /* text: show the facets that were asked for instead of the usual two */
    bool batch;                   /* several queries in one output: each is named */
    uint32_t width;               /* columns of the terminal; 0: 80 */
    const char *name;             /* of the query: trec's first column, a batch's heading; never NULL */
    uint64_t offset;              /* hits passed over, for "11-20 of 1,342" */
    const ofsi_context *contexts; /* one a hit, or NULL */
} ofsi_present_options;

/* One search's answer. On failure (memory) out->failed is set. */
void ofsi_present_results(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* The matching reports alone, with counts: results hold one facet, OFS_FACET_REPORT, with all values. */
void ofsi_present_reports(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* The number of matches alone. */
void ofsi_present_count(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* Paragraphs of one report (from ofs_index_paragraphs) with title and headings: `show`. */
void ofsi_present_paragraphs(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                             ofsi_buf *out);

/* What to say where nothing matched: how often each word occurs, and which to drop. For stderr; plain text. */
void ofsi_present_nothing(const ofs_results *results, ofsi_buf *out);

#endif
