/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hits brought together by report, the report of the best hit first. */
#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/base/map.h"
#include "search/present/present.h"

ofs_status ofsi_group_hits(const ofs_results *results, ofs_hit *grouped, ofs_error *err) {
    ofsi_map reports = {0};
    ofs_status status = OFS_OK;
    size_t done = 0;
    for (size_t i = 0; i < results->hit_count && status == OFS_OK; i++)
        if (ofsi_map_intern(&reports, ofsi_span_of(results->hits[i].report->id), NULL) == OFSI_MAP_NONE)
            status = ofsi_fail_nomem(err);
    /* Counting sort by the report's number: how many hits it has, then where its hits begin. */
    size_t *starts = ofsi_calloc((size_t)reports.count + 1, sizeof *starts);
    if (!starts)
        status = ofsi_fail_nomem(err);
    for (size_t i = 0; i < results->hit_count && status == OFS_OK; i++)
        starts[ofsi_map_find(&reports, ofsi_span_of(results->hits[i].report->id))]++;
    for (uint32_t r = 0; r < reports.count && status == OFS_OK; r++) {
        size_t count = starts[r];
        starts[r] = done;
        done += count;
    }
    for (size_t i = 0; i < results->hit_count && status == OFS_OK; i++)
        grouped[starts[ofsi_map_find(&reports, ofsi_span_of(results->hits[i].report->id))]++] =
            results->hits[i];
    ofsi_free(starts);
    ofsi_map_free(&reports);
    return status;
}
