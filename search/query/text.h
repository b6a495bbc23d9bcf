/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the characters of a query are: blanks, quotation marks, words and what stands between them. Words are
 * those of the analyzer. Used by the lexer and for values of filters.
 */
#ifndef OFSI_QUERY_TEXT_H
#define OFSI_QUERY_TEXT_H

#include <stdbool.h>

#include "indexer/analysis/breaker.h"
#include "indexer/base/arena.h"

/*
 * A copy of the text, byte for byte in place, with blanks for bytes that are not UTF-8 and for control
 * characters. NULL when out of memory.
 */
char *ofsi_clean_query(ofsi_span text, ofsi_arena *arena);

/* Bytes of the character at `at` when it is a blank, a double quotation mark; 0 when it is none. */
size_t ofsi_blank_size(ofsi_span text, size_t at);
size_t ofsi_quote_size(ofsi_span text, size_t at);

/* From the first to the last word of the text; false when it holds none. */
bool ofsi_trim_words(ofsi_span text, ofsi_span *trimmed);
/* Some word of the text has a letter. */
bool ofsi_has_letter(ofsi_span text);
/*
 * The text holds a word and may stand behind `field:` as it is: no blank, quotation mark, parenthesis or ^ in
 * it.
 */
bool ofsi_is_bare(ofsi_span text);

/* A word of the analyzer, or what * and ? tie together, at text[start .. end). */
typedef struct ofsi_atom {
    size_t start, end;
    bool wild; /* holds * or ? */
    bool
        linked; /* only a hyphen, a dot, a slash or the like lies between it and the one before, or nothing */
} ofsi_atom;

/* Goes through the atoms of a text. Filled by ofsi_atoms_start(). */
typedef struct ofsi_atoms {
    ofsi_breaker breaker;
    ofsi_piece next;
    bool more;  /* next is filled */
    bool wild;  /* * and ? count */
    size_t end; /* of the last atom given */
    bool begun;
} ofsi_atoms;

void ofsi_atoms_start(ofsi_atoms *atoms, ofsi_span text, bool wild);
bool ofsi_atoms_next(ofsi_atoms *atoms, ofsi_atom *atom);

#endif
