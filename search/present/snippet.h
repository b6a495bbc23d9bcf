/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of a paragraph that shows best why it matched: the whole sentences, as many as there is room for, that hold the most of
 * the query's words, then the most places of them, then the first such; where sentences are too long for that, a run of
 * words that holds more. Where no such passage holds all words, several shorter ones that hold more. Used by the printers.
 */
#ifndef OFSI_PRESENT_SNIPPET_H
#define OFSI_PRESENT_SNIPPET_H

#include <ofsearch/search.h>

#include "indexer/base/buf.h"

enum { OFSI_SNIPPET_PASSAGES = 4 };

/* Bytes [start, end) of a hit's text; whole words. */
typedef struct ofsi_passage {
    uint32_t start, end;
} ofsi_passage;

/* Passages in the order of the text, something between any two; cut_* tell whether text was left out on that side. */
typedef struct ofsi_snippet {
    ofsi_passage passages[OFSI_SNIPPET_PASSAGES];
    uint32_t count; /* 1 at least */
    bool cut_before, cut_after;
} ofsi_snippet;

/* Of about `size` bytes at most (a paragraph that is not much longer is taken whole, as are sentences); UINT32_MAX: whole. */
ofsi_snippet ofsi_snippet_of(const ofs_hit *hit, uint32_t size);

/*
 * Appends it, with an ellipsis wherever text was left out. `moved` (may be NULL; room for all of the hit's highlights) gets those
 * that are shown, as offsets into the buffer. Returns how many there are.
 */
uint32_t ofsi_snippet_append(ofsi_buf *out, const ofs_hit *hit, const ofsi_snippet *snippet,
                             ofs_highlight *moved);

/* Whether a sentence begins at byte `at` of the text: at its start, behind a newline, or behind . ! ? and a blank. */
bool ofsi_begins_sentence(const char *text, size_t size, size_t at);

#endif
