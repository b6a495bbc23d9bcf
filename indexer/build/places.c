/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collecting live reports. */
#include "indexer/build/places.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"

static int compare_places(const void *a, const void *b) {
    return ofsi_span_compare(((const ofsi_place *)a)->id, ((const ofsi_place *)b)->id);
}

static ofs_status collect(ofsi_snapshot *snapshot, ofsi_place *places, size_t *count, ofs_error *err) {
    for (uint32_t s = 0; s < snapshot->segment_count; s++) {
        const ofsi_snapshot_segment *segment = &snapshot->segments[s];
        ofs_status status = ofsi_segment_load_columns(segment->segment, err);
        if (status != OFS_OK)
            return status;
        for (uint32_t r = 0, dead = 0; r < segment->info->report_count; r++) {
            ofsi_report_row row;
            if (dead < segment->info->dead_count && segment->info->dead[dead] == r) {
                dead++;
                continue;
            }
            ofsi_segment_report(segment->segment, r, &row);
            places[(*count)++] = (ofsi_place){row.id, segment->segment, s, r};
        }
    }
    return OFS_OK;
}

ofs_status ofsi_places_of(ofsi_snapshot *snapshot, ofsi_place **out, size_t *count, ofs_error *err) {
    *count = 0;
    *out = ofsi_calloc(snapshot->live_reports, sizeof **out);
    if (!*out)
        return ofsi_fail_nomem(err);
    ofs_status status = collect(snapshot, *out, count, err);
    if (status == OFS_OK && *count)
        qsort(*out, *count, sizeof **out, compare_places);
    return status;
}

ofs_status ofsi_place_info(const ofsi_place *p, ofsi_arena *arena, ofs_report_info *info, ofs_error *err) {
    ofsi_report_row row;
    ofsi_segment_report(p->segment, p->report, &row);
    return ofsi_info_of_row(&row, arena, info, err);
}
