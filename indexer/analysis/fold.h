/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forms of one word: its surface in NFKC, its folded form (ofsi_fold in analyzer.h). No memory is allocated.
 * Used by analyzer.c and breaker.c.
 */
#ifndef OFSI_ANALYSIS_FOLD_H
#define OFSI_ANALYSIS_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/base/span.h"

/* An upper bound of the bytes that a character has in a text, in NFKC and folded. */
size_t ofsi_fold_cost(uint32_t code);

/*
 * The surface form of a word as the breaker cut it: at most OFSI_TERM_MAX bytes in `out`, which has that room. The
 * size; 0 when nothing is left of it.
 */
size_t ofsi_fold_surface(ofsi_span raw, char *out);

/* The longest beginning of `text` that has at most `most` bytes and whole characters. */
size_t ofsi_fold_cut(ofsi_span text, size_t most);

#endif
