/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Flowing formats (HTML, word processors, e-books) to the line model: a reader says what begins and ends and gives the
 * words; here they become the lines of a Markdown text, which the parser knows: `#` before headings, bullets, rows of tables
 * with tabs, empty lines between paragraphs, form feeds between pages. Used by read_html.c, read_docx.c, read_odt.c.
 */
#ifndef OFSI_REPORT_FLOW_H
#define OFSI_REPORT_FLOW_H

#include "indexer/base/buf.h"
#include "indexer/report/clean.h"
#include "indexer/report/lines.h"

enum { OFSI_FLOW_CELLS = 64, OFSI_FLOW_PREFIX = 96 };

/* What is known of a line beside its words. */
typedef struct ofsi_flow_mark {
    uint32_t line;
    bool note, bold;
} ofsi_flow_mark;

typedef struct ofsi_flow {
    ofsi_buf text;                 /* the document so far */
    ofsi_buf block;                /* the open paragraph; line breaks are newlines */
    ofsi_buf line;                 /* scratch */
    char prefix[OFSI_FLOW_PREFIX]; /* of the open paragraph: "## ", "12. ", a bullet */
    bool gap;                      /* the next paragraph stands free */
    bool paged;                    /* a page break was met */
    ofsi_buf row;                  /* cells of the open row, NUL between them */
    uint32_t cells, row_depth; /* row_depth: rows open in one another, of which only the outermost is one */
    size_t cell_sizes[OFSI_FLOW_CELLS];
    uint32_t row_pages; /* pages that ended in the open row */
    bool note;          /* the open paragraph is a footnote */
    bool bold;          /* the words that come are in bold type */
    size_t letters,
        bold_count;        /* bytes of the open paragraph that are no blanks; those of them in bold type */
    uint32_t lines;        /* written so far */
    ofsi_flow_mark *marks; /* of those with something to say; heap */
    size_t mark_count, mark_capacity;
    ofsi_clean_counts counts;
} ofsi_flow;

/* A flow of all zeros is empty and ready. */

/* Ends the open paragraph and begins another, which has `prefix` before its first line. */
void ofsi_flow_begin(ofsi_flow *flow, const char *prefix);
/* The same for a footnote, which the parser puts behind the paragraph that it interrupts. */
void ofsi_flow_begin_note(ofsi_flow *flow);
/* Words of the open paragraph, as bytes that should be UTF-8; blanks of any kind are one space. */
void ofsi_flow_words(ofsi_flow *flow, ofsi_span words);
/* Whether the words that come are in bold type. A paragraph that is bold as a whole may be a heading. */
void ofsi_flow_bold(ofsi_flow *flow, bool bold);
/* A line break inside the paragraph; a tab. */
void ofsi_flow_break(ofsi_flow *flow);
void ofsi_flow_tab(ofsi_flow *flow);
/* Ends the open paragraph, if it has words. `gap`: what follows stands free of it. */
void ofsi_flow_end(ofsi_flow *flow, bool gap);
/* A page ends here; inside a row of a table, behind the row. */
void ofsi_flow_page(ofsi_flow *flow);
/*
 * Rows of a table. Short cells are one line, parted by tabs; where one is as long as a paragraph the row only serves the
 * layout, and its cells are paragraphs. A row inside a cell is part of the cell's text.
 */
void ofsi_flow_row_begin(ofsi_flow *flow);
void ofsi_flow_cell_end(ofsi_flow *flow);
void ofsi_flow_row_end(ofsi_flow *flow);
/*
 * The document of all that was given; the flow is freed, also on failure. Errors: OFS_E_INPUT when there was nothing but
 * blanks, OFS_E_NOMEM.
 */
ofs_status ofsi_flow_finish(ofsi_flow *flow, const char *path, ofsi_arena *arena, ofsi_document *document,
                            ofs_error *err);
void ofsi_flow_free(ofsi_flow *flow);

#endif
