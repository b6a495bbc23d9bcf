/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facets: as a table, as bars for a terminal, sections as the tree that their paths make. Used by the printers. */
#ifndef OFSI_PRESENT_COUNTS_H
#define OFSI_PRESENT_COUNTS_H

#include "search/present/table.h"

/* The facets to show: without the one that grouping needs. */
size_t ofsi_shown_facets(const ofs_results *results, const ofsi_present_options *options);

/* Fills an empty table: field, value, paragraphs, of; in a batch the query's name before them. */
void ofsi_counts_fill(ofsi_table *counts, const ofs_results *results, const ofsi_present_options *options);

/* "Good", "ungraded", "A › B": a value as people read it. */
void ofsi_append_value(ofsi_buf *out, const ofs_facet *facet, const ofs_facet_value *value);

/* A facet's values in the order they are shown: years as they follow each other, others as given. `arena` holds them. */
const ofs_facet_value *ofsi_values_in_order(const ofs_facet *facet, ofsi_arena *arena);

/* Bars under the facet's name; for years with a sparkline. */
void ofsi_append_facet_text(ofsi_buf *out, const ofs_facet *facet, const ofsi_present_options *options);

/* A node of the tree that section paths make. */
typedef struct ofsi_section_node {
    const char *heading;
    uint64_t count;       /* paragraphs right under it */
    uint64_t total;       /* those of the sections within it too */
    uint64_t of;          /* as total, of the paragraphs that pass the filters */
    uint32_t first, next; /* child and sibling, most frequent first; 0: none */
    uint32_t depth;       /* from 1 */
} ofsi_section_node;

/* Nodes in `arena`, [0] the root, which stands for "no section" too (count); NULL when out of memory. */
const ofsi_section_node *ofsi_section_tree(const ofs_facet *facet, ofsi_arena *arena);

#endif
