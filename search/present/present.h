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
    OFSI_FORMAT_TREC,
    OFSI_FORMAT_CSV,
    OFSI_FORMAT_TSV,
    OFSI_FORMAT_XLSX,
    OFSI_FORMAT_MARKDOWN,
    OFSI_FORMAT_HTML
} ofsi_format;
enum { OFSI_FORMAT_COUNT = 9 };

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

/* What a search log says of a whole run; all borrowed. */
typedef struct ofsi_run_info {
    const char *program;      /* with its version */
    const char *index;        /* its folder */
    const char *const *asked; /* the options that decide what matches, "--grade good", ...; NULL-terminated */
    /* The queries of a batch that is one answer, name and query in turn; NULL-terminated; NULL: it is not. */
    const char *const *queries;
    int64_t searched;      /* seconds since 1970 */
    const char *directory; /* against which relative paths of reports stand, for links; NULL: no links */
} ofsi_run_info;

/* A workbook being filled (sheet.h). */
typedef struct ofsi_sheet ofsi_sheet;

typedef struct ofsi_present_options {
    ofsi_format format;
    bool color;                   /* escape sequences for a terminal */
    bool indent;                  /* json over several lines, for people */
    bool cite;                    /* text: a citation a hit */
    bool full;                    /* text: whole paragraphs instead of snippets */
    bool explain;                 /* the score term by term */
    bool facets_asked;            /* text: show the facets that were asked for instead of the usual two */
    bool batch;                   /* several queries in one output: each is named */
    uint32_t width;               /* columns of the terminal; 0: 80 */
    const char *name;             /* of the query: trec's first column, a batch's heading; never NULL */
    uint64_t offset;              /* hits passed over, for "11-20 of 1,342" */
    const ofsi_context *contexts; /* one a hit, or NULL */
    const ofsi_run_info *run;     /* for the heads of exports; NULL: they have none */
    const uint8_t *fields; /* numbers of the fields wanted (fields.h), in order; NULL: the usual ones */
    size_t field_count;
    bool excel;      /* csv, tsv: a byte order mark first */
    const char *log; /* csv, tsv: a last column "search" for a table that has none; NULL: no such column */
    const ofs_results *described; /* json: the search that a table is of, which is then told beside it */
    bool continued;               /* csv, tsv: the column names stand above already */
    bool links;                   /* text: OSC 8 links to the reports' pages */
    bool group;        /* hits under their report; results have a facet OFS_FACET_REPORT, the last */
    ofsi_sheet *sheet; /* xlsx: from ofsi_present_begin() */
} ofsi_present_options;

/*
 * Around all answers of one output, in this order: begin, the answers, end. Formats without a frame append nothing; xlsx
 * gathers the answers and appends the whole file at the end. After begin, end is called in any case: it gives back what
 * begin took.
 */
void ofsi_present_begin(ofsi_present_options *options, ofsi_buf *out);
void ofsi_present_end(ofsi_present_options *options, ofsi_buf *out);

/* One search's answer. On failure (memory) out->failed is set. */
void ofsi_present_results(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* Copies the hits into `grouped`, as many: those of a report together, reports by their first hit. OFS_E_NOMEM. */
ofs_status ofsi_group_hits(const ofs_results *results, ofs_hit *grouped, ofs_error *err);

/* The matching reports alone, with counts: results hold one facet, OFS_FACET_REPORT, with all values. */
void ofsi_present_reports(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* The facets alone, as a table. */
void ofsi_present_counts(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* The number of matches alone. */
void ofsi_present_count(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

/* Paragraphs of one report (from ofs_index_paragraphs) with title and headings: `show`. */
void ofsi_present_paragraphs(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                             ofsi_buf *out);

/* What is worth telling beside the answer: what words of the query stand for, and what was perhaps meant. For
 * stderr; plain text, empty when nothing. */
void ofsi_present_notes(const ofs_results *results, ofsi_buf *out);

/* What to say where nothing matched: how often each word occurs, and which to drop. For stderr; plain text. */
void ofsi_present_nothing(const ofs_results *results, ofsi_buf *out);

/* Why a shard is missing, without its name; borrowed from `missing`. */
const char *ofsi_missing_error(const ofs_missing *missing);
/* One line that names the shards which an answer is without (`count` of them, at least 1), and why. */
void ofsi_present_missing(const ofs_missing *missing, size_t count, ofsi_buf *out);

#endif
