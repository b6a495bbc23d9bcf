/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report and its paragraphs as the rows of a segment. Used by the inverter. */
#ifndef OFSI_BUILD_ROWS_H
#define OFSI_BUILD_ROWS_H

#include <ofsearch/report.h>

#include "indexer/base/buf.h"
#include "indexer/build/sink.h"
#include "indexer/format/segment.h"

/*
 * Appends the report under `id`, and its paragraphs, which have these lengths; *tokens grows by their sum. `scratch` is
 * kept from one report to the next.
 */
ofs_status ofsi_rows_write(ofsi_segment_writer *writer, const ofs_report *report, const char *id,
                           const ofsi_source *source, const uint32_t *lengths, ofsi_buf *scratch,
                           uint64_t *tokens, ofs_error *err);

#endif
