/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Abbreviations that a text defines: "Local Authority Designated Officer (LADO)", "LADO (Local Authority Designated
 * Officer)". Found by the algorithm of A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation
 * definitions in biomedical text", Pacific Symposium on Biocomputing 8 (2003), pages 451-462. Called when a segment is
 * flushed, for each paragraph.
 *
 * A short form has 2 to 10 characters in at most two words and begins with a letter or digit. Its long form is the shortest
 * run of words next to it, of the same sentence and of at most min(n + 5, 2 n) words for n letters, that holds the short
 * form's letters in order, the first of them at the start of a word. Beyond the paper, because reports put much else in
 * parentheses: a short form has a capital letter, half of its capitals (of a name with one capital, "Cafcass", all letters
 * but one) begin words of the long form, which does not itself begin with "and", "of" and the like.
 */
#ifndef OFSI_ANALYSIS_ABBREVIATION_H
#define OFSI_ANALYSIS_ABBREVIATION_H

#include <stdbool.h>

#include "indexer/base/span.h"

/* Bytes of a short and of a long form at most: beyond them nothing is taken for a definition. */
enum { OFSI_SHORT_FORM_MAX = 10, OFSI_LONG_FORM_MAX = 200 };

/* A definition of a text; both borrow from it, and a long form may hold blanks of every kind. */
typedef struct ofsi_definition {
    ofsi_span short_form, long_form;
} ofsi_definition;

/* A short form without the s of its plural: "SCR" of "SCRs". Stemmers do not know such plurals. */
ofsi_span ofsi_short_form_base(ofsi_span short_form);

/* Finds the next definition behind *at (0 at first); false at the end. */
bool ofsi_definition_next(ofsi_span text, size_t *at, ofsi_definition *definition);

#endif
