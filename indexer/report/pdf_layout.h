/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PDF's runs of characters to the lines of the line model: what stands on one baseline is one line, columns of prose
 * stay apart, cells of a row are parted by a tab. Called by read_pdf.c for each page.
 */
#ifndef OFSI_REPORT_PDF_LAYOUT_H
#define OFSI_REPORT_PDF_LAYOUT_H

#include "indexer/report/lines.h"

typedef struct ofsi_pdf_run {
    ofsi_span text; /* clean: no control, no blank at either end, not empty */
    float x0, y0, x1, y1;
    float size;
    uint32_t letters, bold, italic; /* letters in all, in a bold face, in an italic one */
    uint32_t line;                  /* number of the line poppler put it in */
} ofsi_pdf_run;

typedef struct ofsi_line_list {
    ofsi_line *items; /* heap */
    size_t count, capacity;
} ofsi_line_list;

/*
 * Appends the lines of one page. Runs are in poppler's reading order; `count` is at most UINT32_MAX. Texts are copied
 * to the arena. False when out of memory.
 */
bool ofsi_pdf_layout(const ofsi_pdf_run *runs, size_t count, uint32_t page, ofsi_arena *arena,
                     ofsi_line_list *lines);

#endif
