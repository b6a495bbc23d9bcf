/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native sink: a queue of reports, and threads that invert them. */
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/build/inverter_impl.h"

enum {
    MOST_THREADS = 64,
    BACKLOG = 256 << 10, /* bytes of text that wait before another thread begins */
    LEAST_MEMORY = 8 << 20,
};

/* ---- reports ---- */

static uint64_t weigh_report(const ofs_report *report) {
    uint64_t bytes = sizeof(ofsi_held) + 1024;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        bytes += sizeof report->paragraphs[i] + sizeof(uint32_t) + report->paragraphs[i].text_size;
    return bytes + bytes / 4; /* texts stand in blocks that double */
}

/* The report is the result's, or freed. */
static ofsi_held *hold_report(ofs_report *report, const char *id, const ofsi_source *source) {
    ofsi_held *h = ofsi_calloc(1, sizeof *h);
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
    ofsi_held_free(h);
    return NULL;
}

/* ---- inverting ---- */

static void fail(ofsi_inverter *v, ofs_status status, const ofs_error *error) {
    if (status == OFS_OK || v->status != OFS_OK)
        return;
    v->status = status;
    v->error = *error;
}

static ofs_status failure(const ofsi_inverter *v, ofs_error *err) {
    if (v->status != OFS_OK && err)
        *err = v->error;
    return v->status;
}

static ofs_status invert(ofsi_worker *w, const ofsi_held *h, ofs_error *err) {
    const ofs_report *report = h->report;
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < report->paragraph_count && status == OFS_OK; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        status = ofsi_lane_add(w->lane, w->owner->options.analyzer, h->first_doc + i,
                               (ofsi_span){p->text, p->text_size}, &h->lengths[i], err);
    }
    return status;
}

/* Writes the reports that are done and have none before them that is not. With the lock, let go of meanwhile. */
static void drain(ofsi_inverter *v) {
    if (!v->streaming || v->draining)
        return;
    v->draining = true;
    while (v->first && v->first->done && v->status == OFS_OK) {
        ofsi_held *h = v->first;
        ofs_error error;
        pthread_mutex_unlock(&v->lock);
        ofs_status status = ofsi_inverter_write_report(v, h, &error);
        uint64_t written = ofsi_segment_writer_bytes(v->rows.writer);
        pthread_mutex_lock(&v->lock);
        v->written = written;
        v->first = h->next;
        if (!v->first)
            v->last = &v->first;
        v->waiting -= h->bytes;
        fail(v, status, &error);
        ofsi_held_free(h);
        pthread_cond_broadcast(&v->rest);
    }
    v->draining = false;
}

/* Inverts the next report. With the lock, let go of meanwhile. */
static void do_report(ofsi_worker *w) {
    ofsi_inverter *v = w->owner;
    ofsi_held *h = v->to_take;
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
    ofsi_worker_weigh(w);
    fail(v, status, &error);
    h->done = true;
    drain(v);
    v->busy--;
    pthread_cond_broadcast(&v->rest);
}

/* ---- threads ---- */

static void do_terms(ofsi_worker *w) {
    ofsi_inverter *v = w->owner;
    w->round = v->round;
    pthread_mutex_unlock(&v->lock);
    ofsi_terms_work(v->terms);
    pthread_mutex_lock(&v->lock);
    v->writing--;
    pthread_cond_broadcast(&v->rest);
}

static void *run_worker(void *context) {
    ofsi_worker *w = context;
    ofsi_inverter *v = w->owner;
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

static uint64_t bytes_of_lanes(const ofsi_inverter *v) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < v->worker_count; i++)
        bytes += v->workers[i].bytes;
    return bytes;
}

/* What a writer knows of its reports it knows of those of the whole index: no more than a quarter is left to that. */
static uint64_t bytes_of_others(const ofsi_inverter *v) {
    uint64_t bytes = v->options.other ? v->options.other(v->options.context) : 0;
    return bytes < v->options.memory / 4 ? bytes : v->options.memory / 4;
}

static uint64_t bytes_held(const ofsi_inverter *v) {
    return bytes_of_lanes(v) + v->waiting + v->written + ofsi_analyzer_bytes(v->options.analyzer) +
           v->entries_capacity * sizeof *v->entries + bytes_of_others(v);
}

/* What setting postings aside gives back. */
static uint64_t bytes_of_chunks(const ofsi_inverter *v) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < v->worker_count; i++)
        bytes += v->workers[i].chunks;
    return bytes;
}

/* Puts the report at the end of the queue. With the lock. */
static ofs_status enqueue(ofsi_inverter *v, ofsi_held *h, ofs_error *err) {
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
static bool must_flush(const ofsi_inverter *v, const ofsi_held *h) {
    bool before = v->report_count && ofsi_span_compare(ofsi_buf_span(&v->last_id), ofsi_span_of(h->id)) >= 0;
    return v->report_count &&
           ((v->streaming && before) || v->doc_count + h->report->paragraph_count > INT32_MAX);
}

/* Waits until there is room for the report. With the lock, let go of meanwhile. */
static ofs_status wait_for_room(ofsi_inverter *v, const ofsi_held *h, ofs_error *err) {
    if (!v->streaming && v->ordered && v->waiting + h->bytes > v->most_waiting) {
        ofs_status status = ofsi_inverter_create(v, err);
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
static ofs_status settle(ofsi_inverter *v, ofs_error *err) {
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

/* Sets the postings so far aside, with all reports inverted and the threads at rest. */
static ofs_status spill(ofsi_inverter *v, ofs_error *err) {
    char name[OFSI_SPILL_NAME_SIZE];
    snprintf(name, sizeof name, "%s.%u.spill.tmp", v->name, v->spill_count);
    ofs_status status = ofsi_spill_write(v->options.storage, name, v->options.analyzer, v->lanes,
                                         v->worker_count, &v->spills[v->spill_count], err);
    v->spill_count += status == OFS_OK;
    for (uint32_t i = 0; i < v->worker_count; i++)
        ofsi_worker_weigh(&v->workers[i]);
    return status;
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err);

static bool is_full(ofsi_inverter *v) {
    pthread_mutex_lock(&v->lock);
    bool full = v->report_count && bytes_held(v) >= v->options.memory;
    pthread_mutex_unlock(&v->lock);
    return full;
}

/* Whether it is worth it: a sixteenth of the budget at the least is then free for postings, the next time too. */
static bool may_spill(ofsi_inverter *v) {
    pthread_mutex_lock(&v->lock);
    bool may = v->streaming && v->spill_count < OFSI_SPILLS_MOST &&
               bytes_held(v) - bytes_of_chunks(v) <= v->options.memory - v->options.memory / 16;
    pthread_mutex_unlock(&v->lock);
    return may;
}

/*
 * Before a report is taken in: the segment is ended where it must be. When memory is used up, postings are set aside, as
 * long as they are what takes it and the segment's reports stream; else the segment is ended too.
 */
static ofs_status make_room(ofsi_inverter *v, const ofsi_held *h, ofs_error *err) {
    pthread_mutex_lock(&v->lock);
    bool ends = must_flush(v, h);
    pthread_mutex_unlock(&v->lock);
    if (ends)
        return flush(&v->base, err);
    if (!is_full(v))
        return OFS_OK;
    ofs_status status = settle(v, err);
    if (status != OFS_OK)
        return status;
    ofsi_analyzer_trim(v->options.analyzer); /* that may be enough */
    if (!is_full(v))
        return OFS_OK;
    return may_spill(v) ? spill(v, err) : flush(&v->base, err);
}

static ofs_status add_report(ofsi_report_sink *base, ofs_report *report, const char *id,
                             const ofsi_source *source, ofs_error *err) {
    ofsi_inverter *v = (ofsi_inverter *)base;
    ofsi_held *h = hold_report(report, id, source);
    if (!h)
        return ofsi_fail_nomem(err);
    ofs_status status = make_room(v, h, err);
    pthread_mutex_lock(&v->lock);
    if (status == OFS_OK)
        status = wait_for_room(v, h, err);
    if (status == OFS_OK)
        status = enqueue(v, h, err);
    if (status != OFS_OK)
        ofsi_held_free(h);
    else if (!v->threaded)
        do_report(&v->workers[0]);
    if (status == OFS_OK)
        status = failure(v, err);
    pthread_mutex_unlock(&v->lock);
    return status;
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err) {
    ofsi_inverter *v = (ofsi_inverter *)base;
    ofs_error error = {0};
    ofs_status status = settle(v, err);
    if (status != OFS_OK || v->report_count == 0)
        return status;
    status = ofsi_inverter_write(v, &error);
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
    ofsi_inverter *v = (ofsi_inverter *)base;
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
    ofsi_inverter_drop(v);
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

static ofs_status start_worker(ofsi_inverter *v, uint32_t number, ofs_error *err) {
    ofsi_worker *w = &v->workers[number];
    *w = (ofsi_worker){.owner = v, .number = number, .lane = &v->lanes[number]};
    if (v->threaded && pthread_create(&w->thread, NULL, run_worker, w) != 0)
        return ofsi_fail(err, OFS_E_NOMEM, "the system gives no further thread");
    w->started = v->threaded;
    return OFS_OK;
}

ofs_status ofsi_inverter_open(const ofsi_inverter_options *options, ofsi_report_sink **out, ofs_error *err) {
    *out = NULL;
    ofsi_inverter *v = ofsi_calloc(1, sizeof *v);
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
