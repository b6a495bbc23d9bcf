/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of a paragraph that shows best why it matched: the whole sentences, as many as there is room for, that hold the most of
 * the query's words, then the most places of them, then the first such; where sentences are too long for that, a run of
 * words that holds more. Used by the text and json printers.
 */
#ifndef OFSI_PRESENT_SNIPPET_H
#define OFSI_PRESENT_SNIPPET_H

#include <ofsearch/search.h>

/* Bytes [start, end) of the hit's text; whole words; cut_* tell whether text was left out on that side. */
typedef struct ofsi_snippet {
    uint32_t start, end;
    bool cut_before, cut_after;
} ofsi_snippet;

/* Of about `size` bytes at most (a paragraph that is not much longer is taken whole, as are sentences); UINT32_MAX: whole. */
ofsi_snippet ofsi_snippet_of(const ofs_hit *hit, uint32_t size);

/* Whether a sentence begins at byte `at` of the text: at its start, behind a newline, or behind . ! ? and a blank. */
bool ofsi_begins_sentence(const char *text, size_t size, size_t at);

#endif
