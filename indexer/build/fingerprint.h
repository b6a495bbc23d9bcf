/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hash of a file's content, for telling a changed file from a touched one. Used by the readers' threads. */
#ifndef OFSI_BUILD_FINGERPRINT_H
#define OFSI_BUILD_FINGERPRINT_H

#include "indexer/base/error.h"

/* XXH3-64 of the whole file, read in pieces. OFS_E_IO, OFS_E_NOMEM; the message does not name the file. */
ofs_status ofsi_hash_file(const char *path, uint64_t *hash, ofs_error *err);

#endif
