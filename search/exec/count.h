/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All matches of a query whose rarest word is rare: its blocks lead, the other words narrow a block of candidates at a
 * time. Where no word is rare, or none must be there, windows of bits are cheaper (window.h). Called by run.c.
 */
#ifndef OFSI_EXEC_COUNT_H
#define OFSI_EXEC_COUNT_H

#include "search/exec/iter.h"
#include "search/exec/shape.h"

/* Takes matches, ascending. */
typedef void (*ofsi_docs_taker)(const uint32_t *docs, uint32_t count, void *context);

/* Whether the segment's matches of the shape are better led than looked for by windows. */
bool ofsi_count_leads(const ofsi_scan *scan, const ofsi_shape *shape);
/* Gives all matches to `take`, by up to 256; dead documents, and notes unless wanted, are none. */
ofs_status ofsi_count_visit(ofsi_scan *scan, const ofsi_shape *shape, ofsi_docs_taker take, void *context);

#endif
