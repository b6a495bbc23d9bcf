/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pivots in every format (OUTPUT.md). Called by the ofsearch program. */
#ifndef OFSI_PRESENT_PIVOT_H
#define OFSI_PRESENT_PIVOT_H

#include "search/present/present.h"

typedef struct ofsi_pivot_names {
    const char *rows, *columns; /* "query", or a field's name */
    bool by_report;
    const char *query; /* what was asked: the query, or the batch's file */
} ofsi_pivot_names;

/* `results` say what was searched, for the head; they have no hits. */
void ofsi_present_pivot(const ofs_pivot_table *pivot, const ofsi_pivot_names *names,
                        const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

#endif
