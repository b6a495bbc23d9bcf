/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a pattern stands for in one segment: the terms of which a form fits, and the live documents with how often
 * words that fit occur in them. A pattern fits forms (folded), not stems: `safeguarding*` must find a word whose stem is
 * "safeguard", and must not find "safeguards".
 *
 * Which terms are looked at depends on the stemmer. With none, a term is its own form. The English ones ("english",
 * "porter") make of a word a beginning of it, or a beginning and one letter more, which is e, i or l; but for dying, lying,
 * tying and skies, and the irregular words (irregular.h). So the terms are those that a word that fits may begin with
 * (trail.h), the last letter e, i or l aside, and those of such words; the scan of the sorted terms is sent from each
 * beginning that leads nowhere to the next that does not. Of any other stemmer nothing is assumed: the whole dictionary is
 * read.
 */
#ifndef OFSI_EXEC_EXPAND_H
#define OFSI_EXEC_EXPAND_H

#include "indexer/base/map.h"
#include "indexer/format/manifest.h"
#include "search/exec/pattern.h"

/* Different stems that a pattern may stand for in an index; more is OFS_E_LIMIT. */
enum { OFSI_EXPANSION_MAX = 10000 };
/* OFS_E_LIMIT of a pattern that stands for more. */
ofs_status ofsi_fail_expansion(const ofsi_pattern *pattern, ofs_error *err);

/* A term with forms that fit. */
typedef struct ofsi_expanded_term {
    ofsi_term term;
    const uint8_t *accept; /* by form code: 1 when it fits; NULL: all fit */
} ofsi_expanded_term;

typedef struct ofsi_expansion {
    ofsi_expanded_term *terms;
    uint32_t term_count;
    uint32_t *docs; /* live, ascending */
    uint32_t *tfs;  /* words that fit in each, at least 1 */
    uint32_t doc_count;
    /* Set where the documents and words are those of one term, none of them dead: then docs and tfs are NULL. */
    const ofsi_term *only;
} ofsi_expansion;

typedef struct ofsi_expander {
    const ofsi_pattern *pattern;
    const char *stemmer;
    ofsi_map *stems; /* met in the segments so far: counted against the limit */
    ofsi_arena *arena;
} ofsi_expander;

ofs_status ofsi_expand(const ofsi_expander *expander, const ofsi_snapshot_segment *part, ofsi_expansion *out,
                       ofs_error *err);

#endif
