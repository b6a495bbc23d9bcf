/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON written straight into a buffer: for hits and exported paragraphs, of which there may be millions. Compact; the caller keeps to
 * the grammar.
 * Used by the printers of both programs; answers that are small are built with jansson.
 */
#ifndef OFSI_BASE_JSON_OUT_H
#define OFSI_BASE_JSON_OUT_H

#include <stdint.h>

#include "indexer/base/buf.h"

/* A comma where one is due; then the key, or in an array the value alone. */
void ofsi_json_key(ofsi_buf *out, const char *key);
void ofsi_json_comma(ofsi_buf *out);
/* What is not UTF-8 becomes U+FFFD. */
void ofsi_json_string(ofsi_buf *out, ofsi_span text);
/* NULL: null. */
void ofsi_json_text(ofsi_buf *out, const char *text);
/* 12 significant digits. */
void ofsi_json_real(ofsi_buf *out, double value);

#endif
