/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports to segments: the native sink. Each thread inverts reports into a lane of its own; whatever the number of
 * threads, there is one segment at a time, and its bytes are the same. As long as reports come in the order of their ids,
 * they stream: as soon as a report is inverted and all before it are written, its paragraphs go into the segment's store.
 * Otherwise they are held until the segment is written. Used by the writer.
 */
#ifndef OFSI_BUILD_INVERTER_H
#define OFSI_BUILD_INVERTER_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/storage.h"
#include "indexer/build/sink.h"
#include "indexer/format/manifest.h"

/* Gives the next segment's name. Called, as the next one, by who calls the sink. */
typedef ofs_status (*ofsi_name_segment)(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err);
/*
 * Called when a segment is complete and synced; `row` has counts and name, `entries` what the writer calls each of its
 * reports, both borrowed for the call.
 */
typedef ofs_status (*ofsi_take_segment)(void *context, const ofsi_manifest_segment *row,
                                        const uint32_t *entries, ofs_error *err);

/* Bytes that who calls the sink holds of the same budget. Called by it, when a report is added. */
typedef uint64_t (*ofsi_other_bytes)(void *context);

typedef struct ofsi_inverter_options {
    ofsi_storage *storage;   /* borrowed */
    ofsi_analyzer *analyzer; /* borrowed */
    uint64_t memory;         /* bytes that may be held before a flush */
    uint32_t threads;        /* 1: all is done by who calls the sink */
    ofsi_name_segment name;
    ofsi_take_segment take;
    ofsi_other_bytes other; /* NULL: there is nothing else */
    void *context;
} ofsi_inverter_options;

/* Errors of a thread come from the next call of the sink. */
ofs_status ofsi_inverter_open(const ofsi_inverter_options *options, ofsi_report_sink **out, ofs_error *err);

#endif
