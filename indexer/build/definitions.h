/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The abbreviations that a paragraph defines, into the segment that is being written. Used by the inverter's flush. */
#ifndef OFSI_BUILD_DEFINITIONS_H
#define OFSI_BUILD_DEFINITIONS_H

#include "indexer/analysis/analyzer.h"
#include "indexer/format/segment.h"

/* Of report number `report` of the segment; `tokens` is work space. */
ofs_status ofsi_define_from_text(ofsi_segment_writer *writer, uint32_t report, ofsi_span text,
                                 ofsi_analyzer *analyzer, ofsi_tokens *tokens, ofs_error *err);

#endif
