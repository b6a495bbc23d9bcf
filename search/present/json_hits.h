/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hits, reports and paragraphs as JSON objects, written straight into a buffer. Used by json.c. */
#ifndef OFSI_PRESENT_JSON_HITS_H
#define OFSI_PRESENT_JSON_HITS_H

#include "search/present/present.h"

/* Hit `number` of the results; in a batch of jsonl with its query's name. */
void ofsi_json_hit(ofsi_buf *out, const ofs_results *results, size_t number,
                   const ofsi_present_options *options);
void ofsi_json_report(ofsi_buf *out, const ofs_report_ref *report);
/* A paragraph as `show` prints it. */
void ofsi_json_paragraph(ofsi_buf *out, const ofs_hit *hit, bool with_report);

#endif
