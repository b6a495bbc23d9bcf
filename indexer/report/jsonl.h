/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of paragraphs that another program has cut up, one JSON object a line. Called by ofs_report_read(). */
#ifndef OFSI_REPORT_JSONL_H
#define OFSI_REPORT_JSONL_H

#include <ofsearch/report.h>

#include "indexer/base/arena.h"
#include "indexer/base/span.h"

enum {
    OFSI_JSONL_LINE_MOST = 16 * 1024 * 1024
}; /* bytes of one line; a longer one is passed over with a warning */

/* Gives each report to `visit` as soon as its last line is read. Errors: as ofs_report_read(). */
ofs_status ofsi_read_jsonl(const char *path, ofs_report_visit visit, void *context, ofs_error *err);

typedef struct ofsi_json_builder ofsi_json_builder;

/* Gathers the lines of one report after the other. NULL when out of memory. */
ofsi_json_builder *ofsi_json_builder_new(const char *path, ofs_report_visit visit, void *context);
void ofsi_json_builder_free(ofsi_json_builder *builder);
/* One line, `number` from 1. A line that is not valid becomes a warning. Errors: OFS_E_NOMEM, what visit returned. */
ofs_status ofsi_json_builder_line(ofsi_json_builder *builder, uint64_t number, ofsi_span line,
                                  ofs_error *err);
/* A line that could not even be read, and why. */
ofs_status ofsi_json_builder_warn(ofsi_json_builder *builder, uint64_t number, const char *reason,
                                  ofs_error *err);
/*
 * Gives the last report, which says what is left out of the file. Errors: OFS_E_INPUT when no line was valid, OFS_E_NOMEM, what
 * visit returned.
 */
ofs_status ofsi_json_builder_end(ofsi_json_builder *builder, ofs_error *err);

#endif
