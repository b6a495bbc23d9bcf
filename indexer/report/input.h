/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening and reading an input file, with the errors every reader words alike. */
#ifndef OFSI_REPORT_INPUT_H
#define OFSI_REPORT_INPUT_H

#include <stdbool.h>

#include "indexer/base/buf.h"
#include "indexer/base/error.h"

/*
 * Opens a regular file for reading; *fd is the caller's to close. Errors: OFS_E_INPUT (a folder, a device; empty),
 * OFS_E_IO (not there, no permission).
 */
ofs_status ofsi_input_open(const char *path, int *fd, ofs_error *err);

/* Appends a whole file of at most `most` bytes. Errors: as above, OFS_E_LIMIT, OFS_E_NOMEM. */
ofs_status ofsi_input_read(const char *path, size_t most, ofsi_buf *out, ofs_error *err);

/*
 * Clean text as lines and pages (form feeds end pages); `path` is for messages. Errors: OFS_E_INPUT when there is nothing
 * but blanks, OFS_E_NOMEM.
 */
typedef struct ofsi_document ofsi_document;
typedef struct ofsi_arena ofsi_arena;
ofs_status ofsi_cut_text(const char *path, ofsi_span text, ofsi_arena *arena, ofsi_document *document,
                         ofs_error *err);

/* Whether a file that begins so is a page of HTML. */
bool ofsi_input_is_html(ofsi_span head);

/* The file's name without folder and last suffix: borrowed from path. */
ofsi_span ofsi_input_stem(const char *path);

#endif
