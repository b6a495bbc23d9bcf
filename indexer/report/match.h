/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Comparing lines of reports with the patterns of a profile: case, typographic quotes, dashes and blanks make
 * no difference. Used by the profile loader and every stage of the parser.
 */
#ifndef OFSI_REPORT_MATCH_H
#define OFSI_REPORT_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/span.h"

/*
 * A copy to compare with: ASCII letters in lower case, typographic quotes and dashes as ' " and -, runs of
 * blanks and tabs as one space, asterisks left out, no blank at either end. data NULL when out of memory.
 */
ofsi_span ofsi_fold_line(ofsi_arena *arena, ofsi_span text);

/* The whole folded text against a folded pattern in which `*` stands for any run of characters. */
bool ofsi_glob(ofsi_span pattern, ofsi_span text);

/* Whether the text begins with `prefix`, and whether `part` stands anywhere in it. */
bool ofsi_span_begins(ofsi_span text, ofsi_span prefix);
bool ofsi_span_contains(ofsi_span text, ofsi_span part);

/* Without blanks, tabs and newlines at either end. */
ofsi_span ofsi_span_trim(ofsi_span text);
/* Without the first `size` bytes (all of them when it is shorter). */
ofsi_span ofsi_span_after(ofsi_span text, size_t size);

/* Words parted by blanks; the span from word `first` (from 0) of `count` words as it stands in the text. */
uint32_t ofsi_word_count(ofsi_span text);
ofsi_span ofsi_words(ofsi_span text, uint32_t first, uint32_t count);

/* Whether the last sign, quotes and brackets aside, ends a sentence. */
bool ofsi_ends_sentence(ofsi_span text);
bool ofsi_begins_lower(ofsi_span text);
bool ofsi_begins_upper(ofsi_span text);
/* Whether it begins with one to three digits and a stop or a blank. */
bool ofsi_begins_number(ofsi_span text);

/* Without colons, dashes and blanks at its end. */
ofsi_span ofsi_without_colon(ofsi_span text);

/*
 * Bytes of the bullet and blanks that the text begins with, 0 when it has none. *nested: a mark that stands
 * for the second rank where another is used for the first. A dash counts when a blank follows; another sign
 * may be all there is, with its text on the next line.
 */
size_t ofsi_bullet(ofsi_span text, bool *nested);

static inline bool ofsi_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ofsi_is_lower(char c) { return c >= 'a' && c <= 'z'; }
static inline bool ofsi_is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool ofsi_is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

#endif
