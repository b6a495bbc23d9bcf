/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line model: what every reader of a paged document (pdf, text) hands to the parser. A document is pages of lines
 * in reading order, with what is known of each line's place and look. Filled by the readers, read by the parser.
 */
#ifndef OFSI_REPORT_LINES_H
#define OFSI_REPORT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/error.h"

/* Role of a line by the document's own structure tags; OFSI_ROLE_NONE where there are none. */
typedef enum ofsi_role {
    OFSI_ROLE_NONE = 0,
    OFSI_ROLE_HEADING, /* Title, H, H1..H6: level in ofsi_line.level, 0 = H or Title */
    OFSI_ROLE_TEXT,    /* P, Span, Div and the like */
    OFSI_ROLE_LIST,    /* LI, LBody, Lbl */
    OFSI_ROLE_CELL,    /* TD, TH: table, row and column in the line */
    OFSI_ROLE_TOC,     /* TOC, TOCI */
    OFSI_ROLE_NOTE,    /* Note: footnotes */
    OFSI_ROLE_CAPTION,
    OFSI_ROLE_ARTIFACT /* running heads, page numbers */
} ofsi_role;

typedef struct ofsi_line {
    /*
     * UTF-8, one line, no newline, no blank at either end, never empty. A single tab stands where columns of a row part:
     * pdf: a gap wider than 3 em on one baseline; text: a tab or three and more blanks. All other blanks are one space.
     */
    ofsi_span text;
    uint32_t page;         /* from 1; 0 in a file without pages */
    uint32_t indent;       /* text: columns of leading blanks (tab = 8). pdf: 0 */
    uint32_t blank_before; /* text: empty lines just before it on its page. pdf: 0 */
    float x0, y0, x1, y1;  /* pdf: box in points from the top left of the page; text: all 0 */
    float size;            /* pdf: font size in points most of its characters have; text: 0 */
    bool bold;             /* pdf: most of its letters are in a bold face */
    bool italic;
    bool page_start; /* first line of its page */
    ofsi_role role;
    uint8_t level; /* OFSI_ROLE_HEADING: 1..6, 0 unknown */
    /* number of the structure element (paragraph, heading, cell) it stands in, from 1; 0 unknown */
    uint32_t block;
    uint32_t table, row, column; /* OFSI_ROLE_CELL: table from 1 in the document; row and column from 0 */
} ofsi_line;

typedef struct ofsi_document {
    ofsi_arena *arena; /* borrowed: all lines and texts live there */
    ofsi_line *lines;
    uint32_t line_count;
    uint32_t page_count; /* 0: the file has no pages (a text without form feeds has none) */
    bool is_pdf;
    bool is_markdown;       /* `#` headings, `**bold**` are marks */
    const char *info_title; /* the PDF's Title entry, or NULL */
    bool recognised;        /* the text was read from images of pages */
    uint32_t replaced;      /* characters of the file that no encoding explained */
    uint32_t recovered;     /* Windows-1252 characters that were put right */
} ofsi_document;

/* A file's bytes as text lines; form feeds are page breaks. Errors: OFS_E_INPUT (empty, binary), OFS_E_IO, OFS_E_NOMEM. */
ofs_status ofsi_read_text(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err);

typedef struct ofs_read_options ofs_read_options;
/*
 * A PDF by a worker process. Marks of footnotes glued to a word are left out, hyphens at line ends kept; roles are
 * NONE (pdf-worker/extract.c says why). A table's value stands behind the first line of its label, parted by a tab.
 * Errors: OFS_E_INPUT with the reason (not a PDF, encrypted, no text layer, crashed, ...), OFS_E_IO, OFS_E_NOMEM.
 */
ofs_status ofsi_read_pdf(const char *path, const ofs_read_options *options, ofsi_arena *arena,
                         ofsi_document *document, ofs_error *err);

/*
 * The parser: a document to a report. `profile` is a name or a file, NULL to recognise. The report is owned by the
 * caller (ofs_report_free); nothing in it points into the document. report->path and ->id are set from `path`.
 */
typedef struct ofs_report ofs_report;
ofs_status ofsi_parse_document(const ofsi_document *document, const char *path, const char *profile,
                               ofs_report **out, ofs_error *err);

/* Whether `profile` names a built-in profile, or a file that is one: OFS_E_NOT_FOUND with the known names, OFS_E_INPUT. */
ofs_status ofsi_check_profile(const char *profile, ofs_error *err);

/*
 * An empty report with its own arena (*arena borrowed, dies with the report): for whoever fills one. All strings of
 * the report must come from that arena. NULL when out of memory.
 */
ofs_report *ofsi_report_new(ofsi_arena **arena);
/* That arena again. */
ofsi_arena *ofsi_report_arena(ofs_report *report);

#endif
