/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report and its paragraphs as rows: what is kept of them, whatever the engine; and into a segment. Used by the sinks. */
#ifndef OFSI_BUILD_ROWS_H
#define OFSI_BUILD_ROWS_H

#include <ofsearch/report.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/buf.h"
#include "indexer/build/sink.h"
#include "indexer/format/segment.h"

/* The row of a report under `id`; `keys` holds its provider's keys as long as the row is used. OFS_E_NOMEM. */
ofs_status ofsi_row_of_report(const ofs_report *report, const char *id, const ofsi_source *source,
                              ofsi_buf *keys, ofsi_report_row *row, ofs_error *err);
/* The row of its paragraph number i, which has this length; `path` has room for OFSI_SECTION_DEPTH_MAX and is the row's. */
void ofsi_row_of_paragraph(const ofs_report *report, uint32_t i, uint32_t length, ofsi_span *path,
                           ofsi_doc_row *row);

/* Where rows go, and what is needed on the way. Zero what is not named; one thread. */
typedef struct ofsi_rows {
    ofsi_analyzer *analyzer;     /* borrowed */
    ofsi_segment_writer *writer; /* owned while a segment is being written, else NULL */
    uint32_t report_count;       /* in the segment so far */
    uint64_t token_count;
    ofsi_buf keys;
    ofsi_tokens tokens;
} ofsi_rows;

/* Appends the report under `id`, its paragraphs, which have these lengths, and the abbreviations that they define. */
ofs_status ofsi_rows_write(ofsi_rows *rows, const ofs_report *report, const char *id,
                           const ofsi_source *source, const uint32_t *lengths, ofs_error *err);
/* Gives up the segment, if one is open, and frees all. */
void ofsi_rows_free(ofsi_rows *rows);

#endif
