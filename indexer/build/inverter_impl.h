/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inverter from inside: what its two files share. inverter.c owns the queue and the threads, inverter_write.c what
 * becomes of reports and postings when the segment is written.
 */
#ifndef OFSI_BUILD_INVERTER_IMPL_H
#define OFSI_BUILD_INVERTER_IMPL_H

#include <pthread.h>

#include "indexer/build/inverter.h"
#include "indexer/build/rows.h"
#include "indexer/build/terms.h"

enum { OFSI_SPILLS_MOST = 256 };

/* A report that is not in the segment yet. */
typedef struct ofsi_held {
    struct ofsi_held *next;
    ofs_report *report;
    char *id;
    ofsi_source source;
    uint32_t first_doc; /* as reports came */
    uint32_t *lengths;  /* of its paragraphs, when it is done */
    uint64_t bytes;     /* about what it takes */
    bool done;          /* it is inverted */
} ofsi_held;

typedef struct ofsi_inverter ofsi_inverter;

typedef struct ofsi_worker {
    ofsi_inverter *owner;
    uint32_t number;
    ofsi_lane *lane;
    pthread_t thread;
    bool started;
    uint64_t bytes, chunks; /* of the lane, and of them its streams, when it was last looked at */
    uint64_t round;         /* of writing terms that it has taken part in */
} ofsi_worker;

struct ofsi_inverter {
    ofsi_report_sink base;
    ofsi_inverter_options options;
    uint64_t most_waiting; /* bytes of reports, part of options.memory */
    ofsi_worker *workers;
    ofsi_lane *lanes;
    uint32_t worker_count;
    bool threaded;

    pthread_mutex_t lock; /* over all that follows; `rows` are used by who set `draining` */
    pthread_cond_t work, rest;
    ofsi_held *first, **last;  /* reports not in the segment yet, as they came */
    ofsi_held *to_take;        /* the first of them that nobody has begun */
    uint64_t untaken, waiting; /* bytes of those from to_take on, and of all */
    uint64_t written;          /* bytes of what the segment's writer holds of those before */
    uint32_t busy;
    bool draining, hurry, stopping;
    ofs_status status; /* first failure of a thread */
    ofs_error error;
    ofsi_terms *terms; /* to be written */
    uint64_t round;
    uint32_t writing; /* threads at that */

    /* The segment that is being made. */
    bool ordered;   /* ids have ascended */
    bool streaming; /* `rows` take reports as they are done */
    ofsi_rows rows;
    char name[OFSI_SEGMENT_NAME_SIZE];
    ofsi_spill *spills[OFSI_SPILLS_MOST];
    uint32_t spill_count;
    ofsi_buf last_id;
    uint32_t *entries; /* of the reports, as they came */
    size_t report_count, entries_capacity;
    uint64_t doc_count;
};

void ofsi_worker_weigh(ofsi_worker *worker);
/* Opens the segment that reports go to. */
ofs_status ofsi_inverter_create(ofsi_inverter *v, ofs_error *err);
/* Appends a report that is inverted. */
ofs_status ofsi_inverter_write_report(ofsi_inverter *v, const ofsi_held *h, ofs_error *err);
/* With all reports inverted and the threads at rest: ends the segment, hands it over and begins anew. */
ofs_status ofsi_inverter_write(ofsi_inverter *v, ofs_error *err);
/* Gives up reports and what is set aside. With the lock. */
void ofsi_inverter_drop(ofsi_inverter *v);
void ofsi_held_free(ofsi_held *h);

#endif
