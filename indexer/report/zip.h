/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a ZIP archive, by name: what word processors and e-books are kept in. Used by their readers. */
#ifndef OFSI_REPORT_ZIP_H
#define OFSI_REPORT_ZIP_H

#include "indexer/base/buf.h"
#include "indexer/base/error.h"

typedef struct ofsi_zip_member {
    const char *name; /* as in the archive; compared byte for byte */
    ofsi_buf bytes;   /* filled when it is there; the caller's to free */
    bool found;
} ofsi_zip_member;

/*
 * Reads the members that are asked for. A member that is not there is no error. Errors: OFS_E_INPUT (no archive, with
 * what it is; damaged, encrypted), OFS_E_LIMIT (a member unpacks to more than 64 MiB, all to more than 192 MiB or to more
 * than 200 times the file), OFS_E_IO, OFS_E_NOMEM. Thread-safe.
 */
ofs_status ofsi_zip_read(const char *path, ofsi_zip_member *members, size_t count, ofs_error *err);
void ofsi_zip_free(ofsi_zip_member *members, size_t count);

#endif
