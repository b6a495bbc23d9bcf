/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer of a PDF worker, decoded. */
#ifndef OFSI_REPORT_PDF_ANSWER_H
#define OFSI_REPORT_PDF_ANSWER_H

#include "indexer/base/span.h"
#include "indexer/report/lines.h"

/*
 * Fills a document whose arena is set; one without a text layer has pages and no lines. `path` is for messages. Errors: OFS_E_INPUT (what the worker said of the file;
 * an answer that is none), OFS_E_LIMIT, OFS_E_NOMEM.
 */
ofs_status ofsi_pdf_decode(const char *path, ofsi_span answer, ofsi_document *document, ofs_error *err);

#endif
