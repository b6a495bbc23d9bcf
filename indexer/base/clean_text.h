/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that others wrote, made fit for a terminal and measured there. Used by both programs and the text printer.
 */
#ifndef OFSI_BASE_CLEAN_TEXT_H
#define OFSI_BASE_CLEAN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/base/buf.h"

/* Columns a character takes: 0, 1 or 2. */
uint32_t ofsi_char_width(uint32_t code);
/* Columns of a text. */
uint32_t ofsi_text_width(const char *text);

/* Appends text without control characters (C0, DEL, C1; newlines and tabs become blanks) and bidi overrides. */
void ofsi_append_clean(ofsi_buf *out, const char *text, size_t size);

#endif
