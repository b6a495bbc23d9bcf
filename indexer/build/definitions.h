/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The abbreviations that a paragraph defines, as rows. Used by the sinks. */
#ifndef OFSI_BUILD_DEFINITIONS_H
#define OFSI_BUILD_DEFINITIONS_H

#include "indexer/analysis/analyzer.h"
#include "indexer/format/segment.h"

/* Gets each; borrowed for the call. */
typedef ofs_status (*ofsi_define)(void *context, const ofsi_definition_row *row, ofs_error *err);

/* Those of a text, in its order, perhaps the same one again; `tokens` is work space. */
ofs_status ofsi_define_from_text(ofsi_span text, ofsi_analyzer *analyzer, ofsi_tokens *tokens,
                                 ofsi_define define, void *context, ofs_error *err);

#endif
