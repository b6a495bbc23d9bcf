/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing of a segment by the inverter: reports in the order of their ids, then the terms. */
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/build/inverter_impl.h"

void ofsi_held_free(ofsi_held *h) {
    if (!h)
        return;
    ofs_report_free(h->report);
    ofsi_free(h->id);
    ofsi_free(h->lengths);
    ofsi_free(h);
}

void ofsi_worker_weigh(ofsi_worker *w) {
    w->bytes = ofsi_lane_bytes(w->lane);
    w->chunks = w->lane->chunks.reserved;
}

ofs_status ofsi_inverter_create(ofsi_inverter *v, ofs_error *err) {
    ofs_status status = v->options.name(v->options.context, v->name, err);
    return status == OFS_OK ? ofsi_segment_create(v->options.storage, v->name, &v->rows.writer, err) : status;
}

ofs_status ofsi_inverter_write_report(ofsi_inverter *v, const ofsi_held *h, ofs_error *err) {
    return ofsi_rows_write(&v->rows, h->report, h->id, &h->source, h->lengths, err);
}

static int compare_held(const void *a, const void *b) {
    return ofsi_span_compare(ofsi_span_of((*(ofsi_held *const *)a)->id),
                             ofsi_span_of((*(ofsi_held *const *)b)->id));
}

/* Reports by id, and with it the new numbers of their paragraphs. */
static void order_reports(ofsi_inverter *v, ofsi_held **order, uint32_t *new_docs) {
    uint32_t next = 0;
    qsort(order, v->report_count, sizeof *order, compare_held);
    for (size_t i = 0; i < v->report_count; i++) {
        v->entries[i] = order[i]->source.entry;
        for (uint32_t d = 0; d < order[i]->report->paragraph_count; d++)
            new_docs[order[i]->first_doc + d] = next++;
    }
}

/* The reports that were held to a new segment. */
static ofs_status write_held(ofsi_inverter *v, uint32_t **new_docs, ofs_error *err) {
    ofsi_held **order = ofsi_reallocarray(NULL, v->report_count, sizeof *order);
    ofs_status status = order ? ofsi_inverter_create(v, err) : ofsi_fail_nomem(err);
    size_t n = 0;
    for (ofsi_held *h = v->first; h && order; h = h->next)
        order[n++] = h;
    if (status == OFS_OK && !v->ordered) {
        *new_docs = ofsi_reallocarray(NULL, (size_t)v->doc_count, sizeof **new_docs);
        if (*new_docs)
            order_reports(v, order, *new_docs);
        else
            status = ofsi_fail_nomem(err);
    }
    for (size_t i = 0; i < n && status == OFS_OK; i++)
        status = ofsi_inverter_write_report(v, order[i], err);
    ofsi_free(order);
    return status;
}

static ofs_status write_terms(ofsi_inverter *v, const uint32_t *new_docs, ofs_error *err) {
    ofsi_terms_options options = {.analyzer = v->options.analyzer,
                                  .lanes = v->lanes,
                                  .lane_count = v->worker_count,
                                  .spills = v->spills,
                                  .spill_count = v->spill_count,
                                  .new_docs = new_docs,
                                  .writer = v->rows.writer,
                                  .threads = v->worker_count,
                                  .memory = v->options.memory / 16};
    ofsi_terms *terms;
    ofsi_analyzer_trim(v->options.analyzer);
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
static void drop_reports(ofsi_inverter *v) {
    while (v->first) {
        ofsi_held *h = v->first;
        v->first = h->next;
        ofsi_held_free(h);
    }
    v->last = &v->first;
    v->to_take = NULL;
    v->untaken = v->waiting = 0;
}

void ofsi_inverter_drop(ofsi_inverter *v) {
    drop_reports(v);
    while (v->spill_count)
        ofsi_spill_close(v->spills[--v->spill_count]);
}

/* Words stay interned, so that each is stemmed once, until they alone take a quarter of the budget. With the lock. */
static void start_batch(ofsi_inverter *v) {
    ofsi_inverter_drop(v);
    for (uint32_t i = 0; i < v->worker_count; i++) {
        ofsi_lane_reset(&v->lanes[i]);
        ofsi_worker_weigh(&v->workers[i]);
    }
    v->written = 0;
    v->ordered = true;
    v->streaming = false;
    v->report_count = 0;
    v->doc_count = 0;
    v->rows.report_count = 0;
    v->rows.token_count = 0;
    if (ofsi_analyzer_bytes(v->options.analyzer) > v->options.memory / 4) {
        ofsi_analyzer_forget(v->options.analyzer);
        ofsi_analyzer_trim(v->options.analyzer);
    }
}

/* What the segment has in its terms is not needed while its tables are written. */
static void empty_lanes(ofsi_inverter *v) {
    pthread_mutex_lock(&v->lock);
    while (v->spill_count)
        ofsi_spill_close(v->spills[--v->spill_count]);
    for (uint32_t i = 0; i < v->worker_count; i++)
        ofsi_lane_reset(&v->lanes[i]);
    pthread_mutex_unlock(&v->lock);
}

ofs_status ofsi_inverter_write(ofsi_inverter *v, ofs_error *err) {
    uint32_t *new_docs = NULL;
    ofs_status status = v->streaming ? OFS_OK : write_held(v, &new_docs, err);
    pthread_mutex_lock(&v->lock);
    drop_reports(v);
    pthread_mutex_unlock(&v->lock);
    if (status == OFS_OK)
        status = write_terms(v, new_docs, err);
    ofsi_free(new_docs);
    if (status != OFS_OK)
        return status;
    empty_lanes(v);
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
