/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An open index: opening and closing it, and asking again when what was open is gone. Every public function that asks an index
 * stands between ofsi_index_begin() and ofsi_index_end().
 */
#include "search/exec/index.h"

#include <time.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"

/* How often a question is begun anew before it is given up, and how long its commit is waited for. */
enum { MOST_TRIES = 10, PAUSE_MS = 50 };

ofs_status ofs_index_open_with(const char *place, const ofs_open_options *options, ofs_index **out,
                               ofs_error *err) {
    static const ofs_open_options usual = {0};
    ofsi_error_clear(err);
    *out = NULL;
    ofs_index *index = ofsi_calloc(1, sizeof *index);
    if (!index)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_engine_open(place, options ? options : &usual, &index->engine, err);
    if (status != OFS_OK) {
        ofsi_free(index);
        return status;
    }
    *out = index;
    return OFS_OK;
}

ofs_status ofs_index_open(const char *place, ofs_index **out, ofs_error *err) {
    return ofs_index_open_with(place, NULL, out, err);
}

void ofs_index_close(ofs_index *index) {
    if (!index)
        return;
    index->engine->close(index->engine);
    ofsi_arena_free(&index->arena);
    ofsi_free(index);
}

uint64_t ofs_index_generation(const ofs_index *index) { return index->engine->generation(index->engine); }

ofs_status ofsi_index_missing(ofs_index *index, ofsi_arena *arena, const ofs_missing **out, size_t *count,
                              ofs_error *err) {
    *out = NULL;
    *count = 0;
    return index->engine->missing ? index->engine->missing(index->engine, arena, out, count, err) : OFS_OK;
}

ofs_status ofs_index_missing(ofs_index *index, const ofs_missing **out, size_t *count, ofs_error *err) {
    ofsi_arena_reset(&index->arena);
    return ofsi_index_missing(index, &index->arena, out, count, err);
}

/* ---- asking ---- */

ofs_status ofsi_index_begin(ofs_index *index, ofsi_attempt *attempt, ofs_error *err) {
    *attempt = (ofsi_attempt){.index = index};
    if (index->depth++ > 0 || !index->engine->ready)
        return OFS_OK;
    return index->engine->ready(index->engine, err);
}

static bool may_recover(ofs_status status) {
    return status == OFS_E_MODIFIED || status == OFS_E_CORRUPT || status == OFS_E_NETWORK ||
           status == OFS_E_TIMEOUT;
}

bool ofsi_index_again(ofsi_attempt *attempt, ofs_status *status, ofs_error *err) {
    ofsi_engine *engine = attempt->index->engine;
    if (attempt->index->depth > 1 || !engine->recover)
        return false;
    while (may_recover(*status) && attempt->tries++ < MOST_TRIES) {
        *status = engine->recover(engine, *status, err);
        if (*status == OFS_OK)
            return true;
        if (*status != OFS_E_MODIFIED)
            return false;
        const struct timespec pause = {0, PAUSE_MS * 1000000L};
        nanosleep(&pause, NULL);
    }
    return false;
}

void ofsi_index_end(ofsi_attempt *attempt) { attempt->index->depth--; }
