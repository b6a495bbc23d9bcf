/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filters: what a paragraph's place, report, section and grade must be. Words of a value are compared as stems, so that
 * case, marks and endings do not matter:
 *
 *   section       all words of the value in one heading on the path
 *   title, inspectorate, inspection   all words of the value in it
 *   provider      all words of the value in the name as printed or in the one name for all that mean it; or the value is,
 *                 but for what a council is called by custom, one of the names that find the provider
 *   grade, overall   all words of the value in the label; a number or range: the level (1 is the best)
 *   role, kind    the whole name, case aside
 *   report        the whole id; with a final `*`, its beginning
 *   para          the number as printed; a range takes the first part of a number in several (2.1)
 *   published     the day within the span;   inspected  any day of the inspection within it
 *   generation    the number of the commit that added the report
 *   date          published, or where that is not known the inspection's last day
 *
 * What a report does not say passes no filter, and a value without a word (`section:"..."`) is passed by nothing.
 */
#ifndef OFSI_EXEC_FILTER_H
#define OFSI_EXEC_FILTER_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/arena.h"
#include "search/query/tree.h"

typedef struct ofsi_filter {
    const ofsi_node *node;
    uint32_t *stems; /* of the value's words: numbers of the analyzer */
    uint32_t stem_count;
    ofsi_span folded; /* role, kind: the value folded; provider: its key, a newline around it */
} ofsi_filter;

ofs_status ofsi_filter_make(const ofsi_node *node, ofsi_analyzer *analyzer, ofsi_arena *arena,
                            ofsi_filter **out, ofs_error *err);

/* True when all of the filter's words are among the words of `text`. `tokens` is work space. */
ofs_status ofsi_filter_words(const ofsi_filter *filter, ofsi_analyzer *analyzer, ofsi_tokens *tokens,
                             ofsi_span text, bool *passes, ofs_error *err);

/* A kind by its name as a filter has it; false when there is no such. */
bool ofsi_filter_kind(const ofsi_filter *filter, uint8_t *kind);

#endif
