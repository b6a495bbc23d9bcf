/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports to a segment, in memory: the native sink. Used by the writer. */
#ifndef OFSI_BUILD_INVERTER_H
#define OFSI_BUILD_INVERTER_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/storage.h"
#include "indexer/build/sink.h"
#include "indexer/format/manifest.h"

/* Called at a flush: gives the next segment's name. */
typedef ofs_status (*ofsi_name_segment)(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err);
/*
 * Called when a segment is complete and synced; `row` has counts and name, `entries` what the writer calls each of its
 * reports, both borrowed for the call.
 */
typedef ofs_status (*ofsi_take_segment)(void *context, const ofsi_manifest_segment *row,
                                        const uint32_t *entries, ofs_error *err);

typedef struct ofsi_inverter_options {
    ofsi_storage *storage;   /* borrowed */
    ofsi_analyzer *analyzer; /* borrowed */
    uint64_t memory;         /* bytes that may be held before a flush */
    ofsi_name_segment name;
    ofsi_take_segment take;
    void *context;
} ofsi_inverter_options;

ofs_status ofsi_inverter_open(const ofsi_inverter_options *options, ofsi_report_sink **out, ofs_error *err);

#endif
