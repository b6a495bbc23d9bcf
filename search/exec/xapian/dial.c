/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases opened and asked what they are, servers side by side. */
#include "search/exec/xapian/dial.h"

#include <pthread.h>
#include <time.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/format/xapian_schema.h"

/* What the caller waits longer than libxapian does, whose message tells more. */
enum { GRACE_MS = 300 };

/* Servers that are being dialled. It belongs to the caller and to each thread, and the last one frees it. */
typedef struct exchange {
    const ofsi_xapian *x;
    uint32_t timeout_ms;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    size_t users, waiting; /* under the mutex */
    size_t count;
    struct line {
        struct exchange *exchange;
        ofsi_xdial dial;
        bool done; /* under the mutex; what is before it is its thread's until then */
    } lines[];
} exchange;

uint64_t ofsi_xclock_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void ofsi_xdial_free(const ofsi_xapian *x, ofsi_xdial *dial) {
    x->database_free(dial->database);
    dial->database = NULL;
    for (int i = 0; i < OFSI_XASKED_COUNT; i++)
        x->string_free(&dial->answers[i]);
    x->string_free(&dial->uuid);
}

/* ---- one database ---- */

static ofs_status ask(const ofsi_xapian *x, ofsi_xdial *dial) {
    static const char *const keys[OFSI_XASKED_COUNT] = {[OFSI_XASKED_HEAD] = OFSI_XAPIAN_KEY_HEAD,
                                                        [OFSI_XASKED_STEMMER] = OFSI_XAPIAN_KEY_STEMMER,
                                                        [OFSI_XASKED_FINGERPRINT] =
                                                            OFSI_XAPIAN_KEY_FINGERPRINT,
                                                        [OFSI_XASKED_GENERATION] = OFSI_XAPIAN_KEY_GENERATION,
                                                        [OFSI_XASKED_REPORTS] = OFSI_XAPIAN_KEY_REPORTS,
                                                        [OFSI_XASKED_FAILURES] = OFSI_XAPIAN_KEY_FAILURES,
                                                        [OFSI_XASKED_SHARD] = OFSI_XAPIAN_KEY_SHARD,
                                                        [OFSI_XASKED_ARCHIVE] = OFSI_XAPIAN_KEY_ARCHIVE};
    ofs_status status = x->database_uuid(dial->database, &dial->uuid, &dial->why);
    for (int i = 0; i < OFSI_XASKED_COUNT && status == OFS_OK; i++)
        status = x->database_metadata(dial->database, (ofs_xapian_bytes){keys[i], strlen(keys[i])},
                                      &dial->answers[i], &dial->why);
    return status;
}

static void open_one(const ofsi_xapian *x, ofsi_xdial *dial, uint32_t timeout_ms) {
    const ofs_xapian_tcp server = {dial->host, dial->port, timeout_ms, timeout_ms};
    uint64_t began = ofsi_xclock_ms();
    dial->status = dial->path ? x->database_open(dial->path, &dial->database, &dial->why)
                              : x->database_open_tcp(&server, &dial->database, &dial->why);
    if (dial->status == OFS_OK)
        dial->status = ask(x, dial);
    dial->took_ms = (uint32_t)(ofsi_xclock_ms() - began);
}

/* ---- servers ---- */

/* Of the last one to leave. */
static void free_exchange(exchange *e) {
    for (size_t i = 0; i < e->count; i++) {
        ofsi_xdial_free(e->x, &e->lines[i].dial);
        ofsi_free((void *)(uintptr_t)e->lines[i].dial.host);
    }
    pthread_cond_destroy(&e->answered);
    pthread_mutex_destroy(&e->mutex);
    ofsi_free(e);
}

static void leave(exchange *e) {
    pthread_mutex_lock(&e->mutex);
    size_t left = --e->users;
    pthread_mutex_unlock(&e->mutex);
    if (left == 0)
        free_exchange(e);
}

static void *run_line(void *context) {
    struct line *line = context;
    exchange *e = line->exchange;
    open_one(e->x, &line->dial, e->timeout_ms);
    pthread_mutex_lock(&e->mutex);
    line->done = true;
    e->waiting--;
    pthread_cond_signal(&e->answered);
    pthread_mutex_unlock(&e->mutex);
    leave(e);
    return NULL;
}

/* The condition waits by the clock that only goes forward. */
static bool start_locks(exchange *e) {
    pthread_condattr_t attributes;
    if (pthread_mutex_init(&e->mutex, NULL) != 0)
        return false;
    bool made = pthread_condattr_init(&attributes) == 0;
    if (made) {
        made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
               pthread_cond_init(&e->answered, &attributes) == 0;
        pthread_condattr_destroy(&attributes);
    }
    if (!made)
        pthread_mutex_destroy(&e->mutex);
    return made;
}

static ofs_status make_exchange(const ofsi_xapian *x, const ofsi_xdial *dials, size_t count,
                                uint32_t timeout_ms, exchange **out, ofs_error *err) {
    exchange *e = ofsi_calloc(1, sizeof *e + count * sizeof e->lines[0]); /* count: 256 at most */
    *out = NULL;
    if (!e)
        return ofsi_fail_nomem(err);
    if (!start_locks(e)) {
        ofsi_free(e);
        return ofsi_fail_nomem(err);
    }
    e->x = x;
    e->timeout_ms = timeout_ms;
    e->users = 1;
    for (size_t i = 0; i < count; i++) {
        if (dials[i].path)
            continue;
        struct line *line = &e->lines[e->count++];
        line->exchange = e;
        line->dial.port = dials[i].port;
        line->dial.host = ofsi_strdup(dials[i].host);
        if (!line->dial.host) {
            free_exchange(e);
            return ofsi_fail_nomem(err);
        }
    }
    *out = e;
    return OFS_OK;
}

/* A line without a thread has failed at once. */
static void start_line(exchange *e, struct line *line) {
    pthread_t thread;
    pthread_mutex_lock(&e->mutex);
    e->users++;
    e->waiting++;
    pthread_mutex_unlock(&e->mutex);
    int reason = pthread_create(&thread, NULL, run_line, line);
    if (reason == 0) {
        pthread_detach(thread);
        return;
    }
    line->dial.status =
        ofsi_fail_errno(&line->dial.why, reason, "cannot start a thread for", line->dial.host);
    pthread_mutex_lock(&e->mutex);
    line->done = true;
    e->users--;
    e->waiting--;
    pthread_mutex_unlock(&e->mutex);
}

static void wait_for_lines(exchange *e) {
    struct timespec end;
    uint64_t limit = ofsi_xclock_ms() + e->timeout_ms + GRACE_MS;
    end.tv_sec = (time_t)(limit / 1000);
    end.tv_nsec = (long)(limit % 1000) * 1000000;
    pthread_mutex_lock(&e->mutex);
    while (e->waiting > 0 && pthread_cond_timedwait(&e->answered, &e->mutex, &end) == 0) {
    }
    pthread_mutex_unlock(&e->mutex);
}

/* What the line has found becomes the caller's; of one that has not come back, that it has not. */
static void take_line(exchange *e, struct line *line, ofsi_xdial *dial) {
    pthread_mutex_lock(&e->mutex);
    bool done = line->done;
    pthread_mutex_unlock(&e->mutex);
    if (!done) {
        dial->took_ms = e->timeout_ms;
        dial->status = ofsi_fail(&dial->why, OFS_E_TIMEOUT, "NetworkTimeoutError: it cannot be reached");
        return;
    }
    const char *host = dial->host;
    *dial = line->dial;
    dial->host = host;
    host = line->dial.host;
    line->dial = (ofsi_xdial){.host = host};
}

ofs_status ofsi_xdial_all(const ofsi_xapian *x, ofsi_xdial *dials, size_t count, uint32_t timeout_ms,
                          ofs_error *err) {
    exchange *e = NULL;
    size_t next = 0;
    ofs_status status = make_exchange(x, dials, count, timeout_ms, &e, err);
    if (status != OFS_OK)
        return status;
    for (size_t i = 0; i < e->count; i++)
        start_line(e, &e->lines[i]);
    for (size_t i = 0; i < count; i++)
        if (dials[i].path)
            open_one(x, &dials[i], timeout_ms);
    wait_for_lines(e);
    for (size_t i = 0; i < count; i++)
        if (!dials[i].path)
            take_line(e, &e->lines[next++], &dials[i]);
    leave(e);
    return OFS_OK;
}
