/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 decoding and validation (RFC 3629: no overlong forms, surrogates, or code points above U+10FFFF). */
#ifndef OFSI_BASE_UTF8_H
#define OFSI_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/base/span.h"

/*
 * Decodes the character at text[0 .. size), size > 0. Gives its length in bytes, or 0 when the bytes there are not
 * UTF-8 (then one byte should be passed over).
 */
size_t ofsi_utf8_decode(const char *text, size_t size, uint32_t *code);
/* Encodes a valid code point, 1 to 4 bytes. */
size_t ofsi_utf8_encode(uint32_t code, char out[4]);
/* The number of leading bytes that are valid UTF-8 (== size when all are). */
size_t ofsi_utf8_valid_prefix(const char *text, size_t size);

static inline bool ofsi_utf8_is_continuation(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

#endif
