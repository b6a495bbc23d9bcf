/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report's row as the public struct, whatever the engine that keeps it. Used by what looks at an index as a whole. */
#ifndef OFSI_BUILD_REPORT_INFO_H
#define OFSI_BUILD_REPORT_INFO_H

#include <ofsearch/index.h>

#include "indexer/base/arena.h"
#include "indexer/format/segment.h"

/* What ofs_index_list() tells of a report, with strings in `arena`. */
ofs_status ofsi_info_of_row(const ofsi_report_row *row, ofsi_arena *arena, ofs_report_info *info,
                            ofs_error *err);
/* A copy in the arena; NULL when the text is empty, or with *failed set when there is no memory. */
const char *ofsi_text_or_null(ofsi_arena *arena, ofsi_span text, bool *failed);

#endif
