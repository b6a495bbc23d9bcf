/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports over several inverters: one queue, and a thread for each of them. */
#include "indexer/build/parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"

enum {
    MOST_WORKERS = 64,
    BACKLOG = 256 << 10, /* bytes of text that wait before another worker begins */
    LEAST_MEMORY = 8 << 20
};

typedef struct job {
    struct job *next;
    ofs_report *report;
    char *id;
    ofsi_source source;
    uint64_t bytes; /* about what the report holds */
} job;

/* A segment that a worker has written, until the caller's thread takes it. */
typedef struct finished {
    struct finished *next;
    ofsi_manifest_segment row;
    uint32_t *entries;
} finished;

typedef struct parallel parallel;

typedef struct worker {
    parallel *owner;
    uint32_t number;
    pthread_t thread;
    bool started;
    ofsi_analyzer *analyzer; /* its own, but for the first worker's */
    ofsi_report_sink *sink;
    uint64_t flushed; /* the last round of flushing it has done */
} worker;

struct parallel {
    ofsi_report_sink base;
    ofsi_inverter_options options;
    pthread_mutex_t lock, naming;
    pthread_cond_t work, rest; /* something to do; something was done */
    job *first, **last;
    uint64_t waiting; /* bytes in the queue */
    uint64_t most_waiting;
    uint32_t busy;
    uint64_t round; /* of flushing that is wanted */
    bool stopping;
    finished *done, **done_last;
    ofs_status status; /* first failure of a worker */
    ofs_error error;
    worker *workers;
    uint32_t worker_count;
};

/* ---- what the workers' sinks call ---- */

static ofs_status name_segment(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    parallel *p = ((worker *)context)->owner;
    pthread_mutex_lock(&p->naming);
    ofs_status status = p->options.name(p->options.context, name, err);
    pthread_mutex_unlock(&p->naming);
    return status;
}

static ofs_status keep_segment(void *context, const ofsi_manifest_segment *row, const uint32_t *entries,
                               ofs_error *err) {
    parallel *p = ((worker *)context)->owner;
    finished *f = ofsi_calloc(1, sizeof *f);
    if (f)
        f->entries = ofsi_reallocarray(NULL, row->report_count, sizeof *f->entries);
    if (!f || !f->entries) {
        ofsi_free(f);
        return ofsi_fail_nomem(err);
    }
    memcpy(f->entries, entries, row->report_count * sizeof *entries);
    f->row = *row;
    pthread_mutex_lock(&p->lock);
    *p->done_last = f;
    p->done_last = &f->next;
    pthread_mutex_unlock(&p->lock);
    return OFS_OK;
}

/* ---- a worker ---- */

static void free_job(job *j) {
    ofs_report_free(j->report);
    ofsi_free(j->id);
    ofsi_free(j);
}

static job *take_job(parallel *p) {
    job *j = p->first;
    p->first = j->next;
    if (!p->first)
        p->last = &p->first;
    p->waiting -= j->bytes;
    return j;
}

/* Does a job without the lock; the first failure is kept. */
static void do_job(worker *w, job *j) {
    parallel *p = w->owner;
    ofs_error error = {0};
    bool healthy = p->status == OFS_OK;
    p->busy++;
    pthread_mutex_unlock(&p->lock);
    ofs_status status = OFS_OK;
    if (j && healthy) {
        status = w->sink->methods->add(w->sink, j->report, j->id, &j->source, &error);
        j->report = NULL;
    } else if (healthy) {
        status = w->sink->methods->flush(w->sink, &error);
    }
    if (j)
        free_job(j);
    pthread_mutex_lock(&p->lock);
    if (status != OFS_OK && p->status == OFS_OK) {
        p->status = status;
        p->error = error;
    }
    p->busy--;
    pthread_cond_broadcast(&p->rest);
}

static void *run_worker(void *context) {
    worker *w = context;
    parallel *p = w->owner;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        bool behind = p->waiting > w->number * (uint64_t)BACKLOG || p->round > w->flushed;
        if (p->first && behind && !p->stopping) {
            do_job(w, take_job(p));
        } else if (!p->first && p->round > w->flushed) {
            uint64_t round = p->round;
            do_job(w, NULL);
            w->flushed = round;
            pthread_cond_broadcast(&p->rest);
        } else if (p->stopping) {
            break;
        } else {
            pthread_cond_wait(&p->work, &p->lock);
        }
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- the sink ---- */

/* Hands over the segments that are ready. Called with the lock, which it lets go of meanwhile. */
static ofs_status deliver(parallel *p, ofs_error *err) {
    ofs_status status = OFS_OK;
    while (p->done && status == OFS_OK) {
        finished *f = p->done;
        p->done = f->next;
        if (!p->done)
            p->done_last = &p->done;
        pthread_mutex_unlock(&p->lock);
        status = p->options.take(p->options.context, &f->row, f->entries, err);
        ofsi_free(f->entries);
        ofsi_free(f);
        pthread_mutex_lock(&p->lock);
    }
    if (status == OFS_OK && p->status != OFS_OK) {
        status = p->status;
        if (err)
            *err = p->error;
    }
    return status;
}

static uint64_t weigh_report(const ofs_report *report) {
    uint64_t bytes = 256;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        bytes += sizeof report->paragraphs[i] + report->paragraphs[i].text_size;
    return bytes;
}

static ofs_status add(ofsi_report_sink *base, ofs_report *report, const char *id, const ofsi_source *source,
                      ofs_error *err) {
    parallel *p = (parallel *)base;
    job *j = ofsi_calloc(1, sizeof *j);
    size_t size = strlen(id) + 1;
    char *copy = ofsi_malloc(size);
    if (!j || !copy) {
        ofsi_free(j);
        ofsi_free(copy);
        ofs_report_free(report);
        return ofsi_fail_nomem(err);
    }
    memcpy(copy, id, size);
    *j = (job){.report = report, .id = copy, .source = *source, .bytes = weigh_report(report)};
    pthread_mutex_lock(&p->lock);
    ofs_status status = deliver(p, err);
    while (status == OFS_OK && p->first && p->waiting + j->bytes > p->most_waiting) {
        pthread_cond_wait(&p->rest, &p->lock);
        status = deliver(p, err);
    }
    if (status == OFS_OK) {
        *p->last = j;
        p->last = &j->next;
        p->waiting += j->bytes;
        pthread_cond_broadcast(&p->work);
    }
    pthread_mutex_unlock(&p->lock);
    if (status != OFS_OK)
        free_job(j);
    return status;
}

static bool all_flushed(const parallel *p) {
    for (uint32_t i = 0; i < p->worker_count; i++)
        if (p->workers[i].flushed != p->round)
            return false;
    return true;
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err) {
    parallel *p = (parallel *)base;
    pthread_mutex_lock(&p->lock);
    p->round++;
    pthread_cond_broadcast(&p->work);
    while (p->first || p->busy || !all_flushed(p))
        pthread_cond_wait(&p->rest, &p->lock);
    ofs_status status = deliver(p, err);
    pthread_mutex_unlock(&p->lock);
    return status;
}

static void stop_workers(parallel *p) {
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (uint32_t i = 0; i < p->worker_count; i++) {
        worker *w = &p->workers[i];
        if (w->started)
            pthread_join(w->thread, NULL);
        if (w->sink)
            w->sink->methods->close(w->sink);
        if (i > 0)
            ofsi_analyzer_close(w->analyzer);
    }
}

static void close_parallel(ofsi_report_sink *base) {
    parallel *p = (parallel *)base;
    if (!p)
        return;
    stop_workers(p);
    while (p->first)
        free_job(take_job(p));
    while (p->done) {
        finished *f = p->done;
        p->done = f->next;
        ofsi_free(f->entries);
        ofsi_free(f);
    }
    pthread_mutex_destroy(&p->lock);
    pthread_mutex_destroy(&p->naming);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->rest);
    ofsi_free(p->workers);
    ofsi_free(p);
}

static const ofsi_sink_methods methods = {add, flush, close_parallel};

static ofs_status start_worker(parallel *p, uint32_t number, ofs_error *err) {
    worker *w = &p->workers[number];
    *w = (worker){.owner = p, .number = number, .analyzer = p->options.analyzer};
    ofs_status status = OFS_OK;
    if (number > 0) {
        w->analyzer = NULL;
        status = ofsi_analyzer_open(ofsi_analyzer_stemmer(p->options.analyzer), &w->analyzer, err);
    }
    ofsi_inverter_options options = p->options;
    options.analyzer = w->analyzer;
    options.memory = p->options.memory / p->worker_count;
    options.name = name_segment;
    options.take = keep_segment;
    options.context = w;
    if (status == OFS_OK)
        status = ofsi_inverter_open(&options, &w->sink, err);
    if (status == OFS_OK && pthread_create(&w->thread, NULL, run_worker, w) != 0)
        status = ofsi_fail(err, OFS_E_NOMEM, "the system gives no further thread");
    w->started = status == OFS_OK;
    return status;
}

ofs_status ofsi_parallel_open(const ofsi_inverter_options *options, uint32_t workers, ofsi_report_sink **out,
                              ofs_error *err) {
    *out = NULL;
    parallel *p = ofsi_calloc(1, sizeof *p);
    if (workers > MOST_WORKERS)
        workers = MOST_WORKERS;
    if (workers > options->memory / LEAST_MEMORY)
        workers = options->memory < LEAST_MEMORY ? 1 : (uint32_t)(options->memory / LEAST_MEMORY);
    if (p)
        p->workers = ofsi_calloc(workers, sizeof *p->workers);
    if (!p || !p->workers) {
        ofsi_free(p);
        return ofsi_fail_nomem(err);
    }
    p->base.methods = &methods;
    p->options = *options;
    /* What waits is part of the budget. */
    p->most_waiting = options->memory / 16;
    p->options.memory -= p->most_waiting;
    p->last = &p->first;
    p->done_last = &p->done;
    p->worker_count = workers;
    pthread_mutex_init(&p->lock, NULL);
    pthread_mutex_init(&p->naming, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->rest, NULL);
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < workers && status == OFS_OK; i++)
        status = start_worker(p, i, err);
    if (status != OFS_OK) {
        close_parallel(&p->base);
        return status;
    }
    *out = &p->base;
    return OFS_OK;
}
