/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All matches of a query whose rarest word is rare: its blocks lead, the other words narrow a block of candidates at a
 * time. Where no word is rare, or none must be there, windows of bits are cheaper (window.h). Where the best are wanted
 * too, they are found among the matches of a block while it is at hand. Called by run.c.
 */
#ifndef OFSI_EXEC_COUNT_H
#define OFSI_EXEC_COUNT_H

#include "search/exec/rank.h"

/* Takes matches, docs[kept[0 .. count)], ascending. */
typedef void (*ofsi_docs_taker)(const uint32_t *docs, const uint16_t *kept, uint32_t count, void *context);

/* Whether the segment's matches of the shape are better led than looked for by windows. */
bool ofsi_count_leads(const ofsi_scan *scan, const ofsi_shape *shape);
/*
 * Gives all matches to `take`, by up to 256, and to the ranker unless that is NULL; dead documents, and notes unless wanted,
 * are none. The ranker's cursors are moved.
 */
ofs_status ofsi_count_visit(ofsi_scan *scan, const ofsi_shape *shape, ofsi_ranker *ranker,
                            ofsi_docs_taker take, void *context);

#endif
