/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening and reading an input file, with the errors every reader words alike. */
#ifndef OFSI_REPORT_INPUT_H
#define OFSI_REPORT_INPUT_H

#include "indexer/base/buf.h"
#include "indexer/base/error.h"

/*
 * Opens a regular file for reading; *fd is the caller's to close. Errors: OFS_E_INPUT (a folder, a device; empty),
 * OFS_E_IO (not there, no permission).
 */
ofs_status ofsi_input_open(const char *path, int *fd, ofs_error *err);

/* Appends a whole file of at most `most` bytes. Errors: as above, OFS_E_LIMIT, OFS_E_NOMEM. */
ofs_status ofsi_input_read(const char *path, size_t most, ofsi_buf *out, ofs_error *err);

/* The file's name without folder and last suffix: borrowed from path. */
ofsi_span ofsi_input_stem(const char *path);

#endif
