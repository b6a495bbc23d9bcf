/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addends with the names that they have in the query. */
#include "search/exec/addends.h"

ofs_status ofsi_explain_addends(const ofsi_plan *plan, const ofsi_addend *addends, ofsi_arena *arena,
                                ofs_hit *hit, ofs_error *err) {
    ofs_term_score *terms = ofsi_arena_calloc(arena, (size_t)plan->score_count + 1, sizeof *terms);
    if (!terms)
        return ofsi_fail_nomem(err);
    hit->terms = terms;
    hit->term_count = 0;
    for (uint32_t i = 0; i < plan->score_count; i++) {
        const ofsi_plan_score *score = &plan->scores[i];
        ofsi_span shown =
            score->is_pattern ? plan->patterns[score->number].shown : plan->terms.keys[score->number];
        if (addends[i].tf == 0)
            continue;
        ofs_term_score *term = &terms[hit->term_count++];
        *term = (ofs_term_score){.weight = score->weight,
                                 .idf = addends[i].idf,
                                 .df = addends[i].df,
                                 .tf = addends[i].tf,
                                 .score = score->weight * addends[i].part};
        term->term = ofsi_arena_strndup(arena, shown.data, shown.size);
        if (!term->term)
            return ofsi_fail_nomem(err);
    }
    return OFS_OK;
}
