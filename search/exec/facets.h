/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting every match by what columns say of it. A segment's matches are counted by number (section, grade, kind,
 * report) and the counts then added to those of the segments before by value. Called by run.c; the Xapian engine, which counts
 * by value at once, has its counts made into facets here too.
 */
#ifndef OFSI_EXEC_FACETS_H
#define OFSI_EXEC_FACETS_H

#include <ofsearch/search.h>

#include "indexer/base/arena.h"
#include "indexer/base/map.h"
#include "indexer/format/manifest.h"
#include "search/exec/engine.h"

/* Counts by value: the value's encoded name (facets.c) gives its number in `names`. */
typedef struct ofsi_facet_counts {
    ofsi_map names;
    uint64_t *counts;
    size_t capacity;
} ofsi_facet_counts;

typedef struct ofsi_facets {
    const ofs_facet_request *requests;
    size_t request_count;
    ofsi_facet_counts fields[OFS_FACET_FIELD_COUNT];
    bool wanted[OFS_FACET_FIELD_COUNT];
    bool by_report; /* report_total, or a field that belongs to reports, is wanted */
    uint64_t total, report_total;
    ofsi_segment *segment;
    uint32_t *sections, *grades,
        *reports; /* of the segment; sections (for roles too) and grades only where wanted */
    uint32_t kinds[OFS_KIND_COUNT];
    uint32_t report, report_end; /* of the match before, and where its documents end */
} ofsi_facets;

void ofsi_facets_start(ofsi_facets *facets, const ofsi_engine_request *request);
ofs_status ofsi_facets_begin(ofsi_facets *facets, ofsi_segment *segment, ofs_error *err);
/* The next match, ascending. */
void ofsi_facets_count(ofsi_facets *facets, uint32_t doc);
/* The next matches, as bits. */
void ofsi_facets_count_bits(ofsi_facets *facets, const ofsi_bits *bits);
ofs_status ofsi_facets_end(ofsi_facets *facets, ofs_error *err);
/* Adds to the count of a value by its encoded name (facets.c), for who counts elsewhere. 0 makes no value. */
ofs_status ofsi_facets_add(ofsi_facets *facets, ofs_facet_field field, ofsi_span name, uint64_t count,
                           ofs_error *err);
/* The facets asked for, in `arena`. */
ofs_status ofsi_facets_finish(const ofsi_facets *facets, ofsi_arena *arena, ofs_facet **out, ofs_error *err);
void ofsi_facets_free(ofsi_facets *facets);

#endif
