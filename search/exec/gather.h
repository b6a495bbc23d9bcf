/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of many terms at once, with summed counts. Used by expand.c. */
#ifndef OFSI_EXEC_GATHER_H
#define OFSI_EXEC_GATHER_H

#include "search/exec/expand.h"

/* Fills docs, tfs and doc_count of the expansion from its terms, or `only`. */
ofs_status ofsi_gather(const ofsi_snapshot_segment *part, ofsi_arena *arena, ofsi_expansion *expansion,
                       ofs_error *err);

#endif
