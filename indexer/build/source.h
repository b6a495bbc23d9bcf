/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files to reports, by several threads, handed out in the order of the files whatever thread was faster. Called by the
 * writer. A file's reports stream: a large .jsonl is never held whole.
 */
#ifndef OFSI_BUILD_SOURCE_H
#define OFSI_BUILD_SOURCE_H

#include <ofsearch/report.h>

#include "indexer/build/sink.h"
#include "indexer/build/walk.h"

/* What the index has of a file already. */
typedef struct ofsi_known_file {
    uint64_t size;
    int64_t mtime_ns;
    uint64_t hash;
} ofsi_known_file;

/* NULL when the index has nothing of that path. Called from several threads at once. */
typedef const ofsi_known_file *(*ofsi_find_known)(void *context, const char *path);

typedef struct ofsi_source_options {
    const ofsi_file *files; /* borrowed */
    size_t file_count;
    uint32_t threads;             /* at least 1 */
    const ofs_read_options *read; /* borrowed */
    ofsi_find_known find_known;
    void *context;
} ofsi_source_options;

typedef enum ofsi_event_type {
    OFSI_EVENT_REPORT,    /* `report` is the taker's */
    OFSI_EVENT_DONE,      /* the file was read to its end */
    OFSI_EVENT_UNCHANGED, /* and not read */
    OFSI_EVENT_FAILED,    /* `error` says why; reports given before it belong to a file that broke */
    OFSI_EVENT_END        /* no more files */
} ofsi_event_type;

typedef struct ofsi_event {
    ofsi_event_type type;
    size_t file; /* index in files */
    ofs_report *report;
    ofsi_source source; /* of the file; generation 0 */
    ofs_error error;
} ofsi_event;

typedef struct ofsi_reading ofsi_reading;

ofs_status ofsi_reading_start(const ofsi_source_options *options, ofsi_reading **out, ofs_error *err);
/* The next event, waiting for it. One thread. */
void ofsi_reading_next(ofsi_reading *reading, ofsi_event *event);
/* Stops the threads and gives back what was not taken. NULL is allowed. */
void ofsi_reading_stop(ofsi_reading *reading);

#endif
