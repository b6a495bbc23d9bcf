/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sets of documents by window: where all matches are wanted and no score, operators work on bits, 64 documents at a time
 * (as Lucene's and Tantivy's disjunctions do by windows of 4,096). An iterator keeps those of a window's documents that
 * match it; a conjunction so narrows the window member by member, the cheapest first.
 */
#ifndef OFSI_EXEC_WINDOW_H
#define OFSI_EXEC_WINDOW_H

#include "search/exec/iter.h"

enum { OFSI_WINDOW = 32768, OFSI_WINDOW_WORDS = OFSI_WINDOW / 64 };

/* Documents [first, end), first a multiple of 64; bits behind end are 0. */
struct ofsi_window {
    uint32_t first, end;
    uint32_t most; /* about how many documents are left, guessed from the lists that narrowed it */
    uint64_t words[OFSI_WINDOW_WORDS];
};

static inline uint32_t ofsi_window_word_count(const ofsi_window *w) { return (w->end - w->first + 63) / 64; }

/* Whether none is left. */
bool ofsi_window_is_empty(const ofsi_window *w);

/* Clears the documents that do not match, whatever the iterator can. */
void ofsi_window_keep(ofsi_window *w, ofsi_iter *iter);
/* The same where each document is to be asked for by itself. */
void ofsi_window_keep_each(ofsi_window *w, ofsi_iter *iter);
/* What is left of keep() behind narrow(). */
void ofsi_window_confirm(ofsi_window *w, ofsi_iter *iter);
/* Clears the documents that are not set in `words`. */
void ofsi_window_and(ofsi_window *w, const uint64_t *words);
/* Clears those that are. */
void ofsi_window_and_not(ofsi_window *w, const uint64_t *words);
/* A document that is not behind the first match >= target. */
uint32_t ofsi_window_next(ofsi_iter *iter, uint32_t target);

/* Takes the matches of a window. */
typedef void (*ofsi_window_taker)(const ofsi_window *w, void *context);
/* Calls `take` for windows that hold all matches of the plan, ascending; dead documents, and notes unless wanted, are none. */
ofs_status ofsi_window_visit(ofsi_scan *scan, ofsi_iter *iter, ofsi_window_taker take, void *context);

#endif
