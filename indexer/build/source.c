/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window of slots over the files: a thread takes the next file as soon as its slot is free, and fills the slot's queue;
 * the consumer empties the slots in order. Both the window and the queues are bounded, so memory is too.
 */
#include "indexer/build/source.h"

#include <pthread.h>

#include "indexer/base/alloc.h"
#include "indexer/build/fingerprint.h"

enum { QUEUE = 64, SLOTS_A_THREAD = 4, THREADS_MAX = 256 };

typedef struct file_slot {
    ofs_report *queue[QUEUE];
    size_t head, count; /* of the queue */
    bool finished;      /* the file's end stands in `end` */
    ofsi_event_type end;
    ofsi_source source;
    ofs_error error;
} file_slot;

struct ofsi_reading {
    ofsi_source_options options;
    pthread_mutex_t mutex;
    pthread_cond_t filled;  /* for the consumer */
    pthread_cond_t emptied; /* for the threads */
    file_slot *slots;
    size_t slot_count;
    size_t next_file; /* to be taken by a thread */
    size_t front;     /* file that the consumer is at */
    bool stopping;
    pthread_t *threads;
    uint32_t thread_count;
};

/* What a visit needs: where its reports go. */
typedef struct visiting {
    ofsi_reading *reading;
    file_slot *slot;
} visiting;

static ofs_status queue_report(void *context, ofs_report *report, ofs_error *err) {
    const visiting *v = context;
    ofsi_reading *r = v->reading;
    pthread_mutex_lock(&r->mutex);
    while (v->slot->count == QUEUE && !r->stopping)
        pthread_cond_wait(&r->emptied, &r->mutex);
    bool stopping = r->stopping;
    if (!stopping)
        v->slot->queue[(v->slot->head + v->slot->count++) % QUEUE] = report;
    pthread_cond_signal(&r->filled);
    pthread_mutex_unlock(&r->mutex);
    if (!stopping)
        return OFS_OK;
    ofs_report_free(report);
    return ofsi_fail(err, OFS_E_CANCELLED, "the run was stopped");
}

/* Whether the file is as the index has it: by size and time, else by content. Fills slot->source. */
static ofs_status examine(ofsi_reading *r, const ofsi_file *file, file_slot *slot, bool *unchanged) {
    const ofsi_known_file *known = r->options.find_known(r->options.context, file->path);
    slot->source = (ofsi_source){.size = file->size, .mtime_ns = file->mtime_ns};
    *unchanged = known && known->size == file->size && known->mtime_ns == file->mtime_ns;
    if (*unchanged)
        return OFS_OK;
    ofs_status status = ofsi_hash_file(file->path, &slot->source.hash, &slot->error);
    *unchanged = status == OFS_OK && known && known->size == file->size && known->hash == slot->source.hash;
    return status;
}

static ofsi_event_type read_file(ofsi_reading *r, size_t index, file_slot *slot) {
    const ofsi_file *file = &r->options.files[index];
    visiting v = {r, slot};
    bool unchanged;
    if (file->trouble) {
        ofsi_fail(&slot->error, OFS_E_IO, "%s", file->trouble);
        return OFSI_EVENT_FAILED;
    }
    if (examine(r, file, slot, &unchanged) != OFS_OK)
        return OFSI_EVENT_FAILED;
    if (unchanged)
        return OFSI_EVENT_UNCHANGED;
    ofs_status status = ofs_report_read(file->path, r->options.read, queue_report, &v, &slot->error);
    return status == OFS_OK ? OFSI_EVENT_DONE : OFSI_EVENT_FAILED;
}

/* Waits until the next file's slot is free; false when there is none or the run stops. */
static bool take_file(ofsi_reading *r, size_t *index) {
    pthread_mutex_lock(&r->mutex);
    while (!r->stopping && r->next_file < r->options.file_count && r->next_file >= r->front + r->slot_count)
        pthread_cond_wait(&r->emptied, &r->mutex);
    bool taken = !r->stopping && r->next_file < r->options.file_count;
    if (taken)
        *index = r->next_file++;
    pthread_mutex_unlock(&r->mutex);
    return taken;
}

static void *run_thread(void *context) {
    ofsi_reading *r = context;
    size_t index;
    while (take_file(r, &index)) {
        file_slot *slot = &r->slots[index % r->slot_count];
        ofsi_event_type end = read_file(r, index, slot);
        pthread_mutex_lock(&r->mutex);
        slot->end = end;
        slot->finished = true;
        pthread_cond_signal(&r->filled);
        pthread_mutex_unlock(&r->mutex);
    }
    return NULL;
}

ofs_status ofsi_reading_start(const ofsi_source_options *options, ofsi_reading **out, ofs_error *err) {
    *out = NULL;
    ofsi_reading *r = ofsi_calloc(1, sizeof *r);
    if (!r)
        return ofsi_fail_nomem(err);
    r->options = *options;
    uint32_t threads = options->threads < THREADS_MAX ? options->threads : THREADS_MAX;
    if (threads > options->file_count)
        threads = options->file_count ? (uint32_t)options->file_count : 1;
    r->slot_count = (size_t)threads * SLOTS_A_THREAD;
    r->slots = ofsi_calloc(r->slot_count, sizeof *r->slots);
    r->threads = ofsi_calloc(threads, sizeof *r->threads);
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->filled, NULL);
    pthread_cond_init(&r->emptied, NULL);
    ofs_status status = r->slots && r->threads ? OFS_OK : ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < threads && status == OFS_OK; i++) {
        int reason = pthread_create(&r->threads[i], NULL, run_thread, r);
        if (reason == 0)
            r->thread_count++;
        else if (i == 0)
            status = ofsi_fail_errno(err, reason, "cannot start", "a thread");
        else
            break; /* fewer threads do the same work */
    }
    if (status != OFS_OK) {
        ofsi_reading_stop(r);
        return status;
    }
    *out = r;
    return OFS_OK;
}

void ofsi_reading_next(ofsi_reading *r, ofsi_event *event) {
    *event = (ofsi_event){.type = OFSI_EVENT_END, .file = r->front};
    if (r->front == r->options.file_count)
        return;
    file_slot *slot = &r->slots[r->front % r->slot_count];
    pthread_mutex_lock(&r->mutex);
    while (slot->count == 0 && !slot->finished)
        pthread_cond_wait(&r->filled, &r->mutex);
    event->source = slot->source;
    if (slot->count) {
        event->type = OFSI_EVENT_REPORT;
        event->report = slot->queue[slot->head];
        slot->head = (slot->head + 1) % QUEUE;
        slot->count--;
    } else {
        event->type = slot->end;
        event->error = slot->error;
        *slot = (file_slot){0};
        r->front++;
    }
    pthread_cond_broadcast(&r->emptied);
    pthread_mutex_unlock(&r->mutex);
}

void ofsi_reading_stop(ofsi_reading *r) {
    if (!r)
        return;
    pthread_mutex_lock(&r->mutex);
    r->stopping = true;
    pthread_cond_broadcast(&r->emptied);
    pthread_mutex_unlock(&r->mutex);
    for (uint32_t i = 0; i < r->thread_count; i++)
        pthread_join(r->threads[i], NULL);
    for (size_t i = 0; r->slots && i < r->slot_count; i++)
        for (size_t q = 0; q < r->slots[i].count; q++)
            ofs_report_free(r->slots[i].queue[(r->slots[i].head + q) % QUEUE]);
    pthread_mutex_destroy(&r->mutex);
    pthread_cond_destroy(&r->filled);
    pthread_cond_destroy(&r->emptied);
    ofsi_free(r->slots);
    ofsi_free(r->threads);
    ofsi_free(r);
}
