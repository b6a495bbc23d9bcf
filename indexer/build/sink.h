/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The seam between reading reports and keeping them: the writer hands each report, with its final id, to a sink. The
 * native one is the inverter (inverter.c), Xapian's is xapian_sink.c.
 */
#ifndef OFSI_BUILD_SINK_H
#define OFSI_BUILD_SINK_H

#include <ofsearch/report.h>

#include "indexer/base/error.h"

/* What the writer knows of a report's file. */
typedef struct ofsi_source {
    uint64_t size;
    int64_t mtime_ns;
    uint64_t hash;
    uint64_t generation; /* of the commit it will be part of */
    uint32_t entry;      /* the writer's number for the report, given back with its segment */
} ofsi_source;

typedef struct ofsi_sink_methods ofsi_sink_methods;
typedef struct ofsi_report_sink {
    const ofsi_sink_methods *methods;
} ofsi_report_sink;

struct ofsi_sink_methods {
    /* Takes in a report under `id`. The report is the sink's from then on, also on failure. */
    ofs_status (*add)(ofsi_report_sink *sink, ofs_report *report, const char *id, const ofsi_source *source,
                      ofs_error *err);
    /* Writes out all that is still in memory. */
    ofs_status (*flush)(ofsi_report_sink *sink, ofs_error *err);
    void (*close)(ofsi_report_sink *sink);
};

#endif
