/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search log that stands in the head of every export: what was asked, how it was understood, of which index, how much
 * was searched and how many files had failed.
 */
#ifndef OFSI_PRESENT_HEAD_H
#define OFSI_PRESENT_HEAD_H

#include "search/present/table.h"

/* Fills an empty table of two columns, "what" and "value". Without options->run it stays empty. */
void ofsi_head_fill(ofsi_table *table, const ofs_results *results, const ofsi_present_options *options);

/* The same on one line: "Query: ...; Searched: ...". */
void ofsi_append_head_line(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options);

/*
 * A table with its search log: in csv and tsv a last column, in xlsx a sheet of its own, in markdown and html above it under
 * the query as a heading. Other formats have the table alone.
 */
void ofsi_present_logged(const ofsi_table *table, const ofs_results *results,
                         const ofsi_present_options *options, ofsi_buf *out);

#endif
