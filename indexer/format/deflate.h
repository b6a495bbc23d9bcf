/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole blocks to zlib streams (RFC 1950) and back: by libdeflate where the build has it, which takes half the time, else
 * by zlib. Either reads what the other wrote. Used by the paragraph store.
 */
#ifndef OFSI_FORMAT_DEFLATE_H
#define OFSI_FORMAT_DEFLATE_H

#include "indexer/base/buf.h"
#include "indexer/base/error.h"

typedef struct ofsi_deflater ofsi_deflater;

/* NULL when out of memory. */
ofsi_deflater *ofsi_deflater_open(void);
void ofsi_deflater_close(ofsi_deflater *deflater);
/* Replaces *out by `block`, packed. Errors: OFS_E_NOMEM. */
ofs_status ofsi_deflate(ofsi_deflater *deflater, ofsi_span block, ofsi_buf *out, ofs_error *err);
/*
 * OFS_E_CORRUPT, without a message, unless the bytes of `packed` are one stream that unpacks to exactly `size` bytes, which
 * go to `to`. OFS_E_NOMEM.
 */
ofs_status ofsi_inflate(ofsi_span packed, char *to, size_t size, ofs_error *err);

#endif
