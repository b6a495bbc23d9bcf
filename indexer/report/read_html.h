/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of HTML, for the door (read.c) and for formats that hold HTML (read_epub.c). */
#ifndef OFSI_REPORT_READ_HTML_H
#define OFSI_REPORT_READ_HTML_H

#include "indexer/report/flow.h"

/* Errors: OFS_E_INPUT (no page, no words), OFS_E_LIMIT, OFS_E_IO, OFS_E_NOMEM. Thread-safe. */
ofs_status ofsi_read_html(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err);

/* Appends a page to a flow; `name` is for messages. Errors: as above. */
ofs_status ofsi_html_flow(ofsi_span bytes, const char *name, ofsi_flow *flow, ofs_error *err);

#endif
