/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native sink: a queue of reports, threads that invert them, and the segment that they become. */
#include "indexer/build/inverter.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/build/rows.h"
#include "indexer/build/terms.h"

enum {
    MOST_THREADS = 64,
    BACKLOG = 256 << 10, /* bytes of text that wait before another thread begins */
    LEAST_MEMORY = 8 << 20,
    MOST_SPILLS = 256,
    DOC_BYTES = 16 /* about what a segment's writer holds for each paragraph */
};

/* A report that is not in the segment yet. */
typedef struct held {
    struct held *next;
    ofs_report *report;
    char *id;
    ofsi_source source;
    uint32_t first_doc; /* as reports came */
    uint32_t *lengths;  /* of its paragraphs, when it is done */
    uint64_t bytes;     /* about what it takes */
    bool done;          /* it is inverted */
} held;

typedef struct inverter inverter;

typedef struct worker {
    inverter *owner;
    uint32_t number;
    ofsi_lane *lane;
    pthread_t thread;
    bool started;
    uint64_t bytes; /* of the lane, when it was last looked at */
    uint64_t round; /* of writing terms that it has taken part in */
} worker;

struct inverter {
    ofsi_report_sink base;
    ofsi_inverter_options options;
    uint64_t most_waiting; /* bytes of reports, part of options.memory */
    worker *workers;
    ofsi_lane *lanes;
    uint32_t worker_count;
    bool threaded;

    pthread_mutex_t lock; /* over all that follows; `rows` are used by who set `draining` */
    pthread_cond_t work, rest;
    held *first, **last;       /* reports not in the segment yet, as they came */
    held *to_take;             /* the first of them that nobody has begun */
    uint64_t untaken, waiting; /* bytes of those from to_take on, and of all */
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
    ofsi_spill *spills[MOST_SPILLS];
    uint32_t spill_count;
    ofsi_buf last_id;
    uint32_t *entries; /* of the reports, as they came */
    size_t report_count, entries_capacity;
    uint64_t doc_count;
};

/* ---- reports ---- */

static void free_held(held *h) {
    if (!h)
        return;
    ofs_report_free(h->report);
    ofsi_free(h->id);
    ofsi_free(h->lengths);
    ofsi_free(h);
}

static uint64_t weigh_report(const ofs_report *report) {
    uint64_t bytes = sizeof(held) + 1024;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        bytes += sizeof report->paragraphs[i] + sizeof(uint32_t) + report->paragraphs[i].text_size;
    return bytes + bytes / 4; /* texts stand in blocks that double */
}

/* The report is the result's, or freed. */
static held *hold_report(ofs_report *report, const char *id, const ofsi_source *source) {
    held *h = ofsi_calloc(1, sizeof *h);
    if (!h) {
        ofs_report_free(report);
        return NULL;
    }
    h->report = report;
    h->source = *source;
    h->bytes = weigh_report(report);
    h->id = ofsi_strdup(id);
    h->lengths = ofsi_reallocarray(NULL, report->paragraph_count, sizeof *h->lengths);
    if (h->id && h->lengths)
        return h;
    free_held(h);
    return NULL;
}

/* ---- inverting ---- */

static void fail(inverter *v, ofs_status status, const ofs_error *error) {
    if (status == OFS_OK || v->status != OFS_OK)
        return;
    v->status = status;
    v->error = *error;
}

static ofs_status failure(const inverter *v, ofs_error *err) {
    if (v->status != OFS_OK && err)
        *err = v->error;
    return v->status;
}

static ofs_status invert(worker *w, const held *h, ofs_error *err) {
    const ofs_report *report = h->report;
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < report->paragraph_count && status == OFS_OK; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        status = ofsi_lane_add(w->lane, w->owner->options.analyzer, h->first_doc + i,
                               (ofsi_span){p->text, p->text_size}, &h->lengths[i], err);
    }
    return status;
}

static ofs_status write_report(inverter *v, const held *h, ofs_error *err) {
    return ofsi_rows_write(&v->rows, h->report, h->id, &h->source, h->lengths, err);
}

/* Writes the reports that are done and have none before them that is not. With the lock, let go of meanwhile. */
static void drain(inverter *v) {
    if (!v->streaming || v->draining)
        return;
    v->draining = true;
    while (v->first && v->first->done && v->status == OFS_OK) {
        held *h = v->first;
        ofs_error error;
        pthread_mutex_unlock(&v->lock);
        ofs_status status = write_report(v, h, &error);
        pthread_mutex_lock(&v->lock);
        v->first = h->next;
        if (!v->first)
            v->last = &v->first;
        v->waiting -= h->bytes;
        fail(v, status, &error);
        free_held(h);
        pthread_cond_broadcast(&v->rest);
    }
    v->draining = false;
}

/* Inverts the next report. With the lock, let go of meanwhile. */
static void do_report(worker *w) {
    inverter *v = w->owner;
    held *h = v->to_take;
    ofs_error error;
    ofs_status status = OFS_OK;
    v->to_take = h->next;
    v->untaken -= h->bytes;
    v->busy++;
    bool healthy = v->status == OFS_OK;
    pthread_mutex_unlock(&v->lock);
    if (healthy)
        status = invert(w, h, &error);
    pthread_mutex_lock(&v->lock);
    w->bytes = ofsi_lane_bytes(w->lane);
    fail(v, status, &error);
    h->done = true;
    drain(v);
    v->busy--;
    pthread_cond_broadcast(&v->rest);
}

/* ---- threads ---- */

static void do_terms(worker *w) {
    inverter *v = w->owner;
    w->round = v->round;
    pthread_mutex_unlock(&v->lock);
    ofsi_terms_work(v->terms);
    pthread_mutex_lock(&v->lock);
    v->writing--;
    pthread_cond_broadcast(&v->rest);
}

static void *run_worker(void *context) {
    worker *w = context;
    inverter *v = w->owner;
    pthread_mutex_lock(&v->lock);
    for (;;) {
        bool behind = v->hurry || v->untaken > w->number * (uint64_t)BACKLOG;
        if (v->stopping)
            break;
        if (v->to_take && behind)
            do_report(w);
        else if (v->terms && w->round != v->round)
            do_terms(w);
        else
            pthread_cond_wait(&v->work, &v->lock);
    }
    pthread_mutex_unlock(&v->lock);
    return NULL;
}

/* ---- taking in ---- */

static uint64_t bytes_of_lanes(const inverter *v) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < v->worker_count; i++)
        bytes += v->workers[i].bytes;
    return bytes;
}

static uint64_t bytes_held(const inverter *v) {
    return bytes_of_lanes(v) + v->waiting + ofsi_analyzer_bytes(v->options.analyzer) +
           v->doc_count * DOC_BYTES + v->report_count * sizeof *v->entries;
}

static ofs_status create_segment(inverter *v, ofs_error *err) {
    ofs_status status = v->options.name(v->options.context, v->name, err);
    return status == OFS_OK ? ofsi_segment_create(v->options.storage, v->name, &v->rows.writer, err) : status;
}

/* Puts the report at the end of the queue. With the lock. */
static ofs_status enqueue(inverter *v, held *h, ofs_error *err) {
    ofsi_span id = ofsi_span_of(h->id);
    if (v->report_count && ofsi_span_compare(ofsi_buf_span(&v->last_id), id) >= 0)
        v->ordered = false;
    ofsi_buf_reset(&v->last_id);
    ofsi_buf_append(&v->last_id, id.data, id.size);
    if (v->last_id.failed ||
        !ofsi_grow(&v->entries, &v->entries_capacity, v->report_count + 1, sizeof *v->entries))
        return ofsi_fail_nomem(err);
    v->entries[v->report_count++] = h->source.entry;
    h->first_doc = (uint32_t)v->doc_count;
    v->doc_count += h->report->paragraph_count;
    *v->last = h;
    v->last = &h->next;
    if (!v->to_take)
        v->to_take = h;
    v->untaken += h->bytes;
    v->waiting += h->bytes;
    pthread_cond_broadcast(&v->work);
    return OFS_OK;
}

/* Whether the report begins another segment, as it cannot go into this one. With the lock. */
static bool must_flush(const inverter *v, const held *h) {
    bool before = v->report_count && ofsi_span_compare(ofsi_buf_span(&v->last_id), ofsi_span_of(h->id)) >= 0;
    return v->report_count &&
           ((v->streaming && before) || v->doc_count + h->report->paragraph_count > INT32_MAX);
}

/* Waits until there is room for the report. With the lock, let go of meanwhile. */
static ofs_status wait_for_room(inverter *v, const held *h, ofs_error *err) {
    if (!v->streaming && v->ordered && v->waiting + h->bytes > v->most_waiting) {
        ofs_status status = create_segment(v, err);
        if (status != OFS_OK)
            return status;
        v->streaming = true;
        if (!v->to_take && !v->busy)
            drain(v); /* else who has a report does so when it is done */
    }
    while (v->threaded && v->status == OFS_OK &&
           (v->streaming ? v->first && v->waiting + h->bytes > v->most_waiting
                         : v->to_take && v->untaken + h->bytes > v->most_waiting))
        pthread_cond_wait(&v->rest, &v->lock);
    return failure(v, err);
}

/* Waits until all reports are inverted, and written if they stream. */
static ofs_status settle(inverter *v, ofs_error *err) {
    pthread_mutex_lock(&v->lock);
    v->hurry = true;
    pthread_cond_broadcast(&v->work);
    while (v->threaded && v->status == OFS_OK && (v->to_take || v->busy))
        pthread_cond_wait(&v->rest, &v->lock);
    drain(v);
    v->hurry = false;
    ofs_status status = failure(v, err);
    pthread_mutex_unlock(&v->lock);
    return status;
}

/* Sets the postings so far aside. */
static ofs_status spill(inverter *v, ofs_error *err) {
    char name[OFSI_SPILL_NAME_SIZE];
    ofs_status status = settle(v, err);
    if (status != OFS_OK)
        return status;
    snprintf(name, sizeof name, "%s.%u.spill.tmp", v->name, v->spill_count);
    status = ofsi_spill_write(v->options.storage, name, v->options.analyzer, v->lanes, v->worker_count,
                              &v->spills[v->spill_count], err);
    v->spill_count += status == OFS_OK;
    for (uint32_t i = 0; i < v->worker_count; i++)
        v->workers[i].bytes = ofsi_lane_bytes(&v->lanes[i]);
    return status;
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err);

/*
 * Before a report is taken in: the segment is ended where it must be. When memory is used up, postings are set aside, as
 * long as they are what takes it and the segment's reports stream; else the segment is ended too.
 */
static ofs_status make_room(inverter *v, const held *h, ofs_error *err) {
    pthread_mutex_lock(&v->lock);
    bool ends = must_flush(v, h), full = v->report_count && bytes_held(v) >= v->options.memory;
    bool may_spill =
        v->streaming && v->spill_count < MOST_SPILLS && bytes_of_lanes(v) >= v->options.memory / 4;
    pthread_mutex_unlock(&v->lock);
    if (ends || (full && !may_spill))
        return flush(&v->base, err);
    return full ? spill(v, err) : OFS_OK;
}

static ofs_status add_report(ofsi_report_sink *base, ofs_report *report, const char *id,
                             const ofsi_source *source, ofs_error *err) {
    inverter *v = (inverter *)base;
    held *h = hold_report(report, id, source);
    if (!h)
        return ofsi_fail_nomem(err);
    ofs_status status = make_room(v, h, err);
    pthread_mutex_lock(&v->lock);
    if (status == OFS_OK)
        status = wait_for_room(v, h, err);
    if (status == OFS_OK)
        status = enqueue(v, h, err);
    if (status != OFS_OK)
        free_held(h);
    else if (!v->threaded)
        do_report(&v->workers[0]);
    if (status == OFS_OK)
        status = failure(v, err);
    pthread_mutex_unlock(&v->lock);
    return status;
}

/* ---- writing out; the threads rest, but for the terms ---- */

static int compare_held(const void *a, const void *b) {
    return ofsi_span_compare(ofsi_span_of((*(held *const *)a)->id), ofsi_span_of((*(held *const *)b)->id));
}

/* Reports by id, and with it the new numbers of their paragraphs. */
static void order_reports(inverter *v, held **order, uint32_t *new_docs) {
    uint32_t next = 0;
    qsort(order, v->report_count, sizeof *order, compare_held);
    for (size_t i = 0; i < v->report_count; i++) {
        v->entries[i] = order[i]->source.entry;
        for (uint32_t d = 0; d < order[i]->report->paragraph_count; d++)
            new_docs[order[i]->first_doc + d] = next++;
    }
}

/* The reports that were held to a new segment. */
static ofs_status write_held(inverter *v, uint32_t **new_docs, ofs_error *err) {
    held **order = ofsi_reallocarray(NULL, v->report_count, sizeof *order);
    ofs_status status = order ? create_segment(v, err) : ofsi_fail_nomem(err);
    size_t n = 0;
    for (held *h = v->first; h && order; h = h->next)
        order[n++] = h;
    if (status == OFS_OK && !v->ordered) {
        *new_docs = ofsi_reallocarray(NULL, (size_t)v->doc_count, sizeof **new_docs);
        if (*new_docs)
            order_reports(v, order, *new_docs);
        else
            status = ofsi_fail_nomem(err);
    }
    for (size_t i = 0; i < n && status == OFS_OK; i++)
        status = write_report(v, order[i], err);
    ofsi_free(order);
    return status;
}

static ofs_status write_terms(inverter *v, const uint32_t *new_docs, ofs_error *err) {
    ofsi_terms_options options = {.analyzer = v->options.analyzer,
                                  .lanes = v->lanes,
                                  .lane_count = v->worker_count,
                                  .spills = v->spills,
                                  .spill_count = v->spill_count,
                                  .new_docs = new_docs,
                                  .writer = v->rows.writer,
                                  .threads = v->worker_count};
    ofsi_terms *terms;
    ofs_status status = ofsi_terms_open(&options, &terms, err);
    if (status != OFS_OK)
        return status;
    if (!v->threaded) {
        ofsi_terms_work(terms);
        return ofsi_terms_close(terms, err);
    }
    pthread_mutex_lock(&v->lock);
    v->terms = terms;
    v->round++;
    v->writing = v->worker_count;
    pthread_cond_broadcast(&v->work);
    while (v->writing)
        pthread_cond_wait(&v->rest, &v->lock);
    v->terms = NULL;
    pthread_mutex_unlock(&v->lock);
    return ofsi_terms_close(terms, err);
}

/* With the lock, as a thread that rests may wake at any time and look for work. */
static void drop_held(inverter *v) {
    while (v->first) {
        held *h = v->first;
        v->first = h->next;
        free_held(h);
    }
    v->last = &v->first;
    v->to_take = NULL;
    v->untaken = v->waiting = 0;
}

static void drop_spills(inverter *v) {
    while (v->spill_count)
        ofsi_spill_close(v->spills[--v->spill_count]);
}

/* Words stay interned, so that each is stemmed once, until they alone take a quarter of the budget. With the lock. */
static void start_batch(inverter *v) {
    drop_held(v);
    drop_spills(v);
    for (uint32_t i = 0; i < v->worker_count; i++) {
        ofsi_lane_reset(&v->lanes[i]);
        v->workers[i].bytes = ofsi_lane_bytes(&v->lanes[i]);
    }
    v->ordered = true;
    v->streaming = false;
    v->report_count = 0;
    v->doc_count = 0;
    v->rows.report_count = 0;
    v->rows.token_count = 0;
    if (ofsi_analyzer_bytes(v->options.analyzer) > v->options.memory / 4)
        ofsi_analyzer_forget(v->options.analyzer);
}

static ofs_status write_segment(inverter *v, ofs_error *err) {
    uint32_t *new_docs = NULL;
    ofs_status status = v->streaming ? OFS_OK : write_held(v, &new_docs, err);
    pthread_mutex_lock(&v->lock);
    drop_held(v);
    pthread_mutex_unlock(&v->lock);
    if (status == OFS_OK)
        status = write_terms(v, new_docs, err);
    ofsi_free(new_docs);
    if (status != OFS_OK)
        return status;
    ofsi_segment_writer *writer = v->rows.writer;
    v->rows.writer = NULL;
    ofsi_manifest_segment row = {.doc_count = (uint32_t)v->doc_count,
                                 .report_count = (uint32_t)v->report_count,
                                 .token_count = v->rows.token_count};
    memcpy(row.name, v->name, sizeof row.name);
    status = ofsi_segment_finish(writer, &row.file_size, err);
    if (status != OFS_OK)
        return status;
    pthread_mutex_lock(&v->lock);
    start_batch(v);
    pthread_mutex_unlock(&v->lock);
    return v->options.take(v->options.context, &row, v->entries, err);
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err) {
    inverter *v = (inverter *)base;
    ofs_error error = {0};
    ofs_status status = settle(v, err);
    if (status != OFS_OK || v->report_count == 0)
        return status;
    status = write_segment(v, &error);
    if (status != OFS_OK) {
        pthread_mutex_lock(&v->lock);
        fail(v, status, &error);
        pthread_mutex_unlock(&v->lock);
        if (err)
            *err = error;
    }
    return status;
}

/* ---- opening and closing ---- */

static void close_inverter(ofsi_report_sink *base) {
    inverter *v = (inverter *)base;
    if (!v)
        return;
    pthread_mutex_lock(&v->lock);
    v->stopping = true;
    pthread_cond_broadcast(&v->work);
    pthread_mutex_unlock(&v->lock);
    for (uint32_t i = 0; i < v->worker_count; i++) {
        if (v->workers[i].started)
            pthread_join(v->workers[i].thread, NULL);
        ofsi_lane_free(&v->lanes[i]);
    }
    drop_held(v);
    drop_spills(v);
    ofsi_rows_free(&v->rows);
    pthread_mutex_destroy(&v->lock);
    pthread_cond_destroy(&v->work);
    pthread_cond_destroy(&v->rest);
    ofsi_buf_free(&v->last_id);
    ofsi_free(v->entries);
    ofsi_free(v->workers);
    ofsi_free(v->lanes);
    ofsi_free(v);
}

static const ofsi_sink_methods methods = {add_report, flush, close_inverter};

static ofs_status start_worker(inverter *v, uint32_t number, ofs_error *err) {
    worker *w = &v->workers[number];
    *w = (worker){.owner = v, .number = number, .lane = &v->lanes[number]};
    if (v->threaded && pthread_create(&w->thread, NULL, run_worker, w) != 0)
        return ofsi_fail(err, OFS_E_NOMEM, "the system gives no further thread");
    w->started = v->threaded;
    return OFS_OK;
}

ofs_status ofsi_inverter_open(const ofsi_inverter_options *options, ofsi_report_sink **out, ofs_error *err) {
    *out = NULL;
    inverter *v = ofsi_calloc(1, sizeof *v);
    if (!v)
        return ofsi_fail_nomem(err);
    uint64_t most = options->memory / LEAST_MEMORY;
    uint32_t workers = options->threads < MOST_THREADS ? options->threads : MOST_THREADS;
    workers = workers < most ? workers : (uint32_t)most;
    workers = workers ? workers : 1;
    v->base.methods = &methods;
    v->options = *options;
    v->rows.analyzer = options->analyzer;
    v->most_waiting = options->memory / 16;
    v->threaded = workers > 1;
    v->last = &v->first;
    v->ordered = true;
    pthread_mutex_init(&v->lock, NULL);
    pthread_cond_init(&v->work, NULL);
    pthread_cond_init(&v->rest, NULL);
    v->workers = ofsi_calloc(workers, sizeof *v->workers);
    v->lanes = ofsi_calloc(workers, sizeof *v->lanes);
    ofs_status status = v->workers && v->lanes ? OFS_OK : ofsi_fail_nomem(err);
    for (; v->worker_count < workers && status == OFS_OK; v->worker_count++)
        status = start_worker(v, v->worker_count, err);
    if (status != OFS_OK) {
        close_inverter(&v->base);
        return status;
    }
    *out = &v->base;
    return OFS_OK;
}
