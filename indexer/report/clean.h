/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is put right in characters before the parser sees them: controls and invisible marks dropped, blanks and
 * bullets made plain, bytes of Windows-1252 recovered. Used by every reader, so that all inputs look alike.
 */
#ifndef OFSI_REPORT_CLEAN_H
#define OFSI_REPORT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/base/buf.h"
#include "indexer/base/span.h"

#define OFSI_REPLACEMENT 0xFFFDu

/* Counts of what was not UTF-8. */
typedef struct ofsi_clean_counts {
    uint32_t recovered; /* bytes taken as Windows-1252 */
    uint32_t replaced;  /* characters that became U+FFFD, or were that already */
} ofsi_clean_counts;

/*
 * Appends one code point, put right: nothing, itself, or up to three letters for a ligature. \t \n \r \f are kept,
 * a vertical tab and U+2028, U+2029 are newlines; other controls are dropped.
 */
void ofsi_clean_code(ofsi_buf *out, uint32_t code);

/*
 * Appends bytes that should be UTF-8, put right. Each byte that is not is read as Windows-1252; U+0080..U+009F
 * written in UTF-8 are such bytes in disguise and recovered alike. Growth failure: out->failed.
 */
void ofsi_clean_bytes(ofsi_buf *out, ofsi_span bytes, ofsi_clean_counts *counts);

/* The code point of a Windows-1252 byte over 0x7F; OFSI_REPLACEMENT for the five that mean nothing. */
uint32_t ofsi_windows_1252(uint8_t byte);

/*
 * Appends clean text as one line: runs of blanks become one space, or one tab where the run holds a tab or at least
 * three spaces (`columns` false: always a space); newlines and form feeds count as spaces; none at either end.
 */
void ofsi_clean_line(ofsi_buf *out, ofsi_span text, bool columns);

#endif
