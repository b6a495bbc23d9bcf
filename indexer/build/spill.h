/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams of lanes set aside in a file when memory is used up, so that a segment may be larger than the budget: at the end
 * its terms are gathered from the spills, one behind the other, and what is in memory then. Where each stream is stands in
 * the file too: a spill holds next to no memory, however many there are. Used by the inverter and by terms.c.
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
/* Where one thread is in a spill. */
typedef struct ofsi_spill_reader {
    const ofsi_spill *spill;
    size_t next; /* stream */
} ofsi_spill_reader;

/* Goes to the streams of `stem` or, if it has none, to those behind it in the order of stems. By any thread. */
void ofsi_spill_seek(const ofsi_spill *spill, const ofsi_analyzer *analyzer, uint32_t stem,
                     ofsi_spill_reader *reader);
/* As ofsi_lane_read(). From there on every stem that has a stream is asked for, in order, and of each its lanes in order. */
bool ofsi_spill_read(ofsi_spill_reader *reader, uint32_t lane, uint32_t stem, ofsi_lane_cursor *cursor);
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
