/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of streams, in the order in which they will be read, and where each of them is. */
#include "indexer/build/spill.h"

#include <stdio.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"

typedef struct place {
    uint64_t at;
    uint64_t size;
} place;

/* Of one lane, by stem. */
typedef struct spilled_lane {
    place *places;
    size_t count;
} spilled_lane;

struct ofsi_spill {
    ofsi_storage *storage;
    char name[OFSI_SPILL_NAME_SIZE];
    bool written; /* the file is there */
    ofsi_blob *blob;
    spilled_lane *lanes;
    uint32_t lane_count;
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

static ofs_status write_stream(ofsi_output *output, const ofsi_lane *lane, uint32_t stem, place *to,
                               ofs_error *err) {
    ofsi_lane_cursor c;
    ofs_status status = OFS_OK;
    to->at = ofsi_output_offset(output);
    if (!ofsi_lane_enter(lane, stem, &c))
        return OFS_OK;
    do
        status = ofsi_output_write(output, c.at, (size_t)(c.end - c.at), err);
    while (status == OFS_OK && ofsi_lane_cursor_next_chunk(&c));
    to->size = ofsi_output_offset(output) - to->at;
    return status;
}

static bool make_places(ofsi_spill *spill, const ofsi_lane *lanes, uint32_t lane_count) {
    spill->lanes = ofsi_calloc(lane_count, sizeof *spill->lanes);
    spill->lane_count = spill->lanes ? lane_count : 0;
    for (uint32_t i = 0; i < spill->lane_count; i++) {
        spill->lanes[i].count = lanes[i].stem_count;
        spill->lanes[i].places = ofsi_calloc(lanes[i].stem_count, sizeof(place));
        if (!spill->lanes[i].places)
            return false;
    }
    return spill->lanes != NULL;
}

static ofs_status write_streams(ofsi_spill *spill, const ofsi_analyzer *analyzer, const ofsi_lane *lanes,
                                ofs_error *err) {
    ofsi_output *output = NULL;
    uint32_t stems = ofsi_analyzer_stem_count(analyzer);
    ofsi_ordered_stem *order = ofsi_reallocarray(NULL, stems, sizeof *order);
    ofs_status status =
        order ? ofsi_storage_create(spill->storage, spill->name, &output, err) : ofsi_fail_nomem(err);
    spill->written = status == OFS_OK;
    for (uint32_t s = 0; order && s < stems; s++)
        order[s].stem = s;
    if (status == OFS_OK)
        ofsi_order_stems(analyzer, order, stems);
    for (uint32_t i = 0; i < stems && status == OFS_OK; i++)
        for (uint32_t l = 0; l < spill->lane_count && status == OFS_OK; l++)
            if (order[i].stem < spill->lanes[l].count)
                status = write_stream(output, &lanes[l], order[i].stem,
                                      &spill->lanes[l].places[order[i].stem], err);
    ofsi_free(order);
    if (status == OFS_OK)
        status = ofsi_output_close(output, false, err);
    else
        ofsi_output_abandon(output);
    return status == OFS_OK ? ofsi_storage_read(spill->storage, spill->name, &spill->blob, err) : status;
}

ofs_status ofsi_spill_write(ofsi_storage *storage, const char *name, const ofsi_analyzer *analyzer,
                            ofsi_lane *lanes, uint32_t lane_count, ofsi_spill **out, ofs_error *err) {
    *out = NULL;
    ofsi_spill *spill = ofsi_calloc(1, sizeof *spill);
    if (!spill)
        return ofsi_fail_nomem(err);
    spill->storage = storage;
    snprintf(spill->name, sizeof spill->name, "%s", name);
    ofs_status status = make_places(spill, lanes, lane_count) ? write_streams(spill, analyzer, lanes, err)
                                                              : ofsi_fail_nomem(err);
    if (status != OFS_OK) {
        ofsi_spill_close(spill);
        return status;
    }
    for (uint32_t l = 0; l < lane_count; l++)
        ofsi_lane_empty(&lanes[l]);
    *out = spill;
    return OFS_OK;
}

bool ofsi_spill_read(const ofsi_spill *spill, uint32_t lane, uint32_t stem, ofsi_lane_cursor *cursor) {
    const spilled_lane *l = &spill->lanes[lane];
    *cursor = (ofsi_lane_cursor){0};
    if (stem >= l->count || l->places[stem].size == 0)
        return false;
    const uint8_t *data = (const uint8_t *)ofsi_blob_data(spill->blob).data + l->places[stem].at;
    cursor->at = data;
    cursor->end = cursor->stop = data + l->places[stem].size;
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
    for (uint32_t i = 0; i < spill->lane_count; i++)
        ofsi_free(spill->lanes[i].places);
    ofsi_free(spill->lanes);
    ofsi_free(spill);
}
