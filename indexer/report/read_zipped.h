/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readers of what is kept in ZIP archives: Word documents, OpenDocument texts, e-books. For the door (read.c). */
#ifndef OFSI_REPORT_READ_ZIPPED_H
#define OFSI_REPORT_READ_ZIPPED_H

#include "indexer/report/lines.h"

/* Errors of all: OFS_E_INPUT with file and reason, OFS_E_LIMIT, OFS_E_IO, OFS_E_NOMEM. Thread-safe. */
ofs_status ofsi_read_docx(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err);
ofs_status ofsi_read_odt(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err);
ofs_status ofsi_read_epub(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err);

#endif
