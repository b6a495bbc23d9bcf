/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growable byte buffer for writing. Failure is sticky: after the first failed growth every append does nothing and
 * `failed` stays set, so that a long encoding is checked once, at its end.
 */
#ifndef OFSI_BASE_BUF_H
#define OFSI_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/base/span.h"

typedef struct ofsi_buf {
    char *data; /* owned; NULL when nothing was written */
    size_t size;
    size_t capacity;
    bool failed;
} ofsi_buf;

/* A buffer of all zeros is empty and ready. */

void ofsi_buf_append(ofsi_buf *buf, const void *bytes, size_t size);
void ofsi_buf_byte(ofsi_buf *buf, uint8_t byte);
void ofsi_buf_text(ofsi_buf *buf, const char *text);
/* The number in decimal digits. */
void ofsi_buf_count(ofsi_buf *buf, uint64_t number);
void ofsi_buf_printf(ofsi_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Little-endian integers. */
void ofsi_buf_u16(ofsi_buf *buf, uint16_t value);
void ofsi_buf_u32(ofsi_buf *buf, uint32_t value);
void ofsi_buf_u64(ofsi_buf *buf, uint64_t value);
/* LEB128: seven bits a byte, least significant first, at most 10 bytes. */
void ofsi_buf_varint(ofsi_buf *buf, uint64_t value);
/* varint size, then the bytes. */
void ofsi_buf_string(ofsi_buf *buf, ofsi_span text);
/* `size` bytes to be filled by the caller, zeroed; NULL (and failed) when out of memory. Valid until the next append. */
void *ofsi_buf_extend(ofsi_buf *buf, size_t size);
/* Zero bytes up to a multiple of `alignment` (a power of two). */
void ofsi_buf_align(ofsi_buf *buf, size_t alignment);
/* Empties it and keeps the memory; clears `failed`. */
void ofsi_buf_reset(ofsi_buf *buf);
void ofsi_buf_free(ofsi_buf *buf);

static inline ofsi_span ofsi_buf_span(const ofsi_buf *buf) { return (ofsi_span){buf->data, buf->size}; }

#endif
