/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keywords in context: a line for each place where the query's words stand. Called by the ofsearch program. */
#ifndef OFSI_PRESENT_KWIC_H
#define OFSI_PRESENT_KWIC_H

#include "search/present/present.h"

typedef enum ofsi_kwic_order { OFSI_KWIC_RANK, OFSI_KWIC_LEFT, OFSI_KWIC_RIGHT } ofsi_kwic_order;

/*
 * By rank and place; or by the words to the left, the nearest first; or by those to the right; case and marks aside. Text
 * is aligned at the keyword; the other formats are a table: left, keyword, right, ref, provider, year, citation.
 */
void ofsi_present_kwic(const ofs_results *results, ofsi_kwic_order order, const ofsi_present_options *options,
                       ofsi_buf *out);

#endif
