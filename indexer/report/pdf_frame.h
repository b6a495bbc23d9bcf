/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What passes between the reader of PDFs and its worker process over a socket. Both sides include this; the parent
 * takes every answer as hostile, as the worker may have been taken over by the file it read.
 *
 * Request: OFSI_PDF_REQUEST_SIZE bytes: u32 magic, u32 seconds of processor time; with the open file as SCM_RIGHTS.
 * Answer: frames, each u32 kind, u32 size, `size` bytes; the last is END or FAIL. Integers are little-endian, floats
 * IEEE 754 singles as u32.
 *   BEGIN  varint pages; string title (empty: none)
 *   PAGE   varint page, from 1; varint runs; each run:
 *            varint poppler's line, 5 floats x0 y0 x1 y1 size, varint letters, bold letters, italic letters; string text
 *   END    nothing
 *   FAIL   u8 ofsi_pdf_failure; varint detail
 */
#ifndef OFSI_REPORT_PDF_FRAME_H
#define OFSI_REPORT_PDF_FRAME_H

#define OFSI_PDF_MAGIC 0x3151464Fu /* "OFQ1": changes with the format */

enum {
    OFSI_PDF_SOCKET = 3, /* the worker's descriptor for both directions */
    OFSI_PDF_REQUEST_SIZE = 8,
    OFSI_PDF_HEADER_SIZE = 8,
    OFSI_PDF_FRAME_MOST = 32 * 1024 * 1024,
    OFSI_PDF_PAGES_MOST = 20000,
    OFSI_PDF_EXIT_NOMEM = 77 /* exit status of a worker that ran into its memory limit */
};

typedef enum ofsi_pdf_frame_kind {
    OFSI_PDF_BEGIN = 1,
    OFSI_PDF_PAGE,
    OFSI_PDF_END,
    OFSI_PDF_FAIL
} ofsi_pdf_frame_kind;

typedef enum ofsi_pdf_failure {
    OFSI_PDF_DAMAGED = 1, /* detail: 0 */
    OFSI_PDF_ENCRYPTED,
    OFSI_PDF_NO_PAGES,
    OFSI_PDF_TOO_MANY_PAGES, /* detail: pages */
    OFSI_PDF_BAD_PAGE,       /* detail: the page that cannot be read */
    OFSI_PDF_TOO_LARGE,      /* detail: the page with more text than a frame holds */
    OFSI_PDF_NO_MEMORY
} ofsi_pdf_failure;

#endif
