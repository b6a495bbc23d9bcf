/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --partial: saying which shards an answer is without, and seeing that all of an answer is of the same ones. */
#include <stdio.h>

#include "indexer/base/error.h"
#include "indexer/base/map.h"
#include "search/cli/cli.h"

/* A number for what was searched; 0 out of memory. */
static uint64_t number_of(const ofs_missing *missing, size_t count, uint64_t generation) {
    ofsi_buf text = {0};
    ofsi_buf_count(&text, generation);
    for (size_t i = 0; i < count; i++)
        ofsi_buf_append(&text, missing[i].shard, strlen(missing[i].shard) + 1);
    uint64_t number = text.failed ? 0 : ofsi_hash64(text.data, text.size) | 1;
    ofsi_buf_free(&text);
    return number;
}

ofs_status note_shards(session *s, uint64_t *shards, ofs_error *err) {
    const ofs_missing *missing;
    size_t count;
    *shards = 0;
    ofs_status status = ofs_index_missing(s->index, &missing, &count, err);
    if (status == OFS_OK)
        *shards = number_of(missing, count, ofs_index_generation(s->index));
    return status;
}

uint64_t shards_of(const ofs_results *results) {
    return number_of(results->missing, results->missing_count, results->index_generation);
}

ofs_status check_shards(session *s, uint64_t shards, ofs_error *err) {
    uint64_t now;
    ofs_status status = note_shards(s, &now, err);
    if (status == OFS_OK && now != shards)
        status = ofsi_fail(err, OFS_E_MODIFIED,
                           "the index changed, or shards of it came or went, while it was asked: ask again");
    return status;
}

void tell_missing(session *s, const ofs_missing *missing, size_t count) {
    ofsi_buf line = {0};
    uint64_t number = count ? number_of(missing, count, 0) : 0;
    if (number != s->told_missing && count) {
        ofsi_buf_text(&line, "ofsearch: ");
        ofsi_present_missing(missing, count, &line);
        fflush(stdout);
        if (!line.failed)
            fwrite(line.data, 1, line.size, stderr);
    }
    s->told_missing = number;
    ofsi_buf_free(&line);
}

void tell_missing_now(session *s, bool aloud) {
    const ofs_missing *missing;
    size_t count;
    ofs_error err;
    if (ofs_index_missing(s->index, &missing, &count, &err) == OFS_OK && count) {
        s->partial = true;
        if (aloud)
            tell_missing(s, missing, count);
    }
}
