/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The live reports of a snapshot in order of their ids, whichever segment holds each, and a segment's row of one as the public
 * struct. Used by what looks at a native index as a whole: native_inspect.c, native_paragraphs.c.
 */
#ifndef OFSI_BUILD_PLACES_H
#define OFSI_BUILD_PLACES_H

#include "indexer/build/report_info.h"
#include "indexer/format/manifest.h"

/* Where a report is; the id is borrowed from the segment. */
typedef struct ofsi_place {
    ofsi_span id;
    ofsi_segment *segment;
    uint32_t number; /* of the segment in the snapshot */
    uint32_t report; /* in the segment */
} ofsi_place;

/* All live reports, ascending by id, with their columns loaded. *out is given back with ofsi_free(), also on failure. */
ofs_status ofsi_places_of(ofsi_snapshot *snapshot, ofsi_place **out, size_t *count, ofs_error *err);
/* What ofs_index_list() tells of it, with strings in `arena`. */
ofs_status ofsi_place_info(const ofsi_place *place, ofsi_arena *arena, ofs_report_info *info, ofs_error *err);

#endif
