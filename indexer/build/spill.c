/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of streams, in the order in which they will be read, and behind them, in that order, where each of them is. */
#include "indexer/build/spill.h"

#include <stdio.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"

/* A row of the table behind the streams. The last one is of no stream: it says where they end. */
typedef struct place {
    uint64_t at;
    uint32_t stem, lane;
} place;

struct ofsi_spill {
    ofsi_storage *storage;
    char name[OFSI_SPILL_NAME_SIZE];
    bool written; /* the file is there */
    ofsi_blob *blob;
    uint64_t table; /* where it begins in the file */
    size_t stream_count;
};

static int compare_stems(const void *a, const void *b, void *analyzer) {
    const ofsi_ordered_stem *x = a, *y = b;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    return ofsi_span_compare(ofsi_analyzer_stem(analyzer, x->stem), ofsi_analyzer_stem(analyzer, y->stem));
}

void ofsi_order_stems(const ofsi_analyzer *analyzer, ofsi_ordered_stem *stems, size_t count) {
    for (size_t s = 0; s < count; s++) {
        ofsi_span text = ofsi_analyzer_stem(analyzer, stems[s].stem);
        stems[s].head = 0;
        for (size_t i = 0; i < 8; i++)
            stems[s].head = stems[s].head << 8 | (i < text.size ? (uint8_t)text.data[i] : 0);
    }
    if (count)
        qsort_r(stems, count, sizeof *stems, compare_stems, (void *)(uintptr_t)analyzer);
}

/* ---- writing ---- */

/* What is to be written, and in which order. */
typedef struct spilling {
    const ofsi_lane *lanes;
    uint32_t lane_count;
    ofsi_ordered_stem *order;
    uint32_t stem_count;
} spilling;

static ofs_status write_streams(const spilling *s, ofsi_output *output, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < s->stem_count; i++)
        for (uint32_t l = 0; l < s->lane_count; l++) {
            ofsi_lane_cursor c;
            bool more = ofsi_lane_enter(&s->lanes[l], s->order[i].stem, &c);
            for (; more && status == OFS_OK; more = ofsi_lane_cursor_next_chunk(&c))
                status = ofsi_output_write(output, c.at, (size_t)(c.end - c.at), err);
            if (status != OFS_OK)
                return status;
        }
    return OFS_OK;
}

/* Streams are passed over once more for their sizes, so that the table never stands in memory. */
static ofs_status write_table(const spilling *s, ofsi_spill *spill, ofsi_output *output, ofs_error *err) {
    place at = {0};
    ofs_status status = OFS_OK;
    spill->table = ofsi_output_offset(output);
    for (uint32_t i = 0; i < s->stem_count; i++)
        for (uint32_t l = 0; l < s->lane_count && status == OFS_OK; l++) {
            ofsi_lane_cursor c;
            bool more = ofsi_lane_enter(&s->lanes[l], s->order[i].stem, &c);
            if (!more)
                continue;
            at.stem = s->order[i].stem;
            at.lane = l;
            status = ofsi_output_write(output, &at, sizeof at, err);
            spill->stream_count++;
            for (; more; more = ofsi_lane_cursor_next_chunk(&c))
                at.at += (uint64_t)(c.end - c.at);
        }
    return status == OFS_OK ? ofsi_output_write(output, &at, sizeof at, err) : status;
}

static ofs_status write_file(const spilling *s, ofsi_spill *spill, ofs_error *err) {
    ofsi_output *output = NULL;
    ofs_status status = ofsi_storage_create(spill->storage, spill->name, &output, err);
    if (status != OFS_OK)
        return status;
    spill->written = true;
    status = write_streams(s, output, err);
    if (status == OFS_OK)
        status = write_table(s, spill, output, err);
    if (status == OFS_OK)
        status = ofsi_output_close(output, false, err);
    else
        ofsi_output_abandon(output);
    return status == OFS_OK ? ofsi_storage_read(spill->storage, spill->name, &spill->blob, err) : status;
}

static ofs_status spill_lanes(spilling *s, ofsi_spill *spill, const ofsi_analyzer *analyzer, ofs_error *err) {
    s->stem_count = ofsi_analyzer_stem_count(analyzer);
    s->order = ofsi_reallocarray(NULL, s->stem_count, sizeof *s->order);
    if (!s->order)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < s->stem_count; i++)
        s->order[i].stem = i;
    ofsi_order_stems(analyzer, s->order, s->stem_count);
    ofs_status status = write_file(s, spill, err);
    ofsi_free(s->order);
    return status;
}

ofs_status ofsi_spill_write(ofsi_storage *storage, const char *name, const ofsi_analyzer *analyzer,
                            ofsi_lane *lanes, uint32_t lane_count, ofsi_spill **out, ofs_error *err) {
    *out = NULL;
    ofsi_spill *spill = ofsi_calloc(1, sizeof *spill);
    if (!spill)
        return ofsi_fail_nomem(err);
    spill->storage = storage;
    snprintf(spill->name, sizeof spill->name, "%s", name);
    spilling s = {.lanes = lanes, .lane_count = lane_count};
    ofs_status status = spill_lanes(&s, spill, analyzer, err);
    if (status != OFS_OK) {
        ofsi_spill_close(spill);
        return status;
    }
    for (uint32_t l = 0; l < lane_count; l++)
        ofsi_lane_empty(&lanes[l]);
    *out = spill;
    return OFS_OK;
}

/* ---- reading ---- */

static place place_at(const ofsi_spill *spill, size_t stream) {
    place at;
    memcpy(&at, ofsi_blob_data(spill->blob).data + spill->table + stream * sizeof at, sizeof at);
    return at;
}

void ofsi_spill_seek(const ofsi_spill *spill, const ofsi_analyzer *analyzer, uint32_t stem,
                     ofsi_spill_reader *reader) {
    ofsi_span text = ofsi_analyzer_stem(analyzer, stem);
    size_t low = 0, high = spill->stream_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ofsi_span_compare(ofsi_analyzer_stem(analyzer, place_at(spill, middle).stem), text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *reader = (ofsi_spill_reader){spill, low};
}

bool ofsi_spill_read(ofsi_spill_reader *reader, uint32_t lane, uint32_t stem, ofsi_lane_cursor *cursor) {
    const ofsi_spill *spill = reader->spill;
    *cursor = (ofsi_lane_cursor){0};
    if (reader->next == spill->stream_count)
        return false;
    place at = place_at(spill, reader->next);
    if (at.stem != stem || at.lane != lane)
        return false;
    const uint8_t *data = (const uint8_t *)ofsi_blob_data(spill->blob).data;
    cursor->at = data + at.at;
    cursor->end = cursor->stop = data + place_at(spill, ++reader->next).at;
    ofsi_lane_cursor_begin(cursor);
    return true;
}

void ofsi_spill_release(const ofsi_spill *spill) { ofsi_blob_release(spill->blob); }

void ofsi_spill_close(ofsi_spill *spill) {
    if (!spill)
        return;
    ofsi_blob_close(spill->blob);
    if (spill->written)
        (void)ofsi_storage_remove(spill->storage, spill->name, NULL);
    ofsi_free(spill);
}
