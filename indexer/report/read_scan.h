/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading scanned PDFs by optical character recognition. Called by read_pdf.c when it was asked for. */
#ifndef OFSI_REPORT_READ_SCAN_H
#define OFSI_REPORT_READ_SCAN_H

#include <ofsearch/report.h>

#include "indexer/report/lines.h"

/*
 * The text of a PDF of `pages` images: each page goes through pdftoppm and tesseract, programs of their own, under limits of
 * time and memory. options->ocr_language is tesseract's name of the language, NULL for "eng". Errors: OFS_E_INPUT with the
 * reason (a program is not installed, failed, took too long; no words), OFS_E_NOMEM. Thread-safe.
 */
ofs_status ofsi_read_scan(const char *path, uint32_t pages, const ofs_read_options *options,
                          ofsi_document *document, ofs_error *err);

#endif
