/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams of lanes set aside in a file when memory is used up, so that a segment may be larger than the budget: at the end
 * its terms are gathered from the spills, one behind the other, and what is in memory then. Used by the inverter and by
 * terms.c.
 */
#ifndef OFSI_BUILD_SPILL_H
#define OFSI_BUILD_SPILL_H

#include "indexer/base/storage.h"
#include "indexer/build/lane.h"

enum { OFSI_SPILL_NAME_SIZE = 64 };

typedef struct ofsi_spill ofsi_spill;

/*
 * Writes the streams of all lanes to a file `name` and takes them out of the lanes, in which the counts of words stay. No
 * thread may use lanes or analyzer meanwhile.
 */
ofs_status ofsi_spill_write(ofsi_storage *storage, const char *name, const ofsi_analyzer *analyzer,
                            ofsi_lane *lanes, uint32_t lane_count, ofsi_spill **out, ofs_error *err);
/* As ofsi_lane_read(). By any thread. */
bool ofsi_spill_read(const ofsi_spill *spill, uint32_t lane, uint32_t stem, ofsi_lane_cursor *cursor);
/* Lets go of the pages read so far. By any thread. */
void ofsi_spill_release(const ofsi_spill *spill);
/* Removes the file too. NULL is allowed. */
void ofsi_spill_close(ofsi_spill *spill);

/* A stem on its way to its place in the order of bytes. */
typedef struct ofsi_ordered_stem {
    uint64_t head; /* first eight bytes, as a number that orders as they do */
    uint32_t stem;
} ofsi_ordered_stem;

/* Orders stems by their text; heads are filled in. */
void ofsi_order_stems(const ofsi_analyzer *analyzer, ofsi_ordered_stem *stems, size_t count);

#endif
