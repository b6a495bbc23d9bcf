/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the forms that are near a word was meant. */
#include "indexer/base/alloc.h"
#include "search/exec/spell.h"

ofs_status ofsi_spelling_offer(ofsi_spelling *spelling, ofsi_span folded, uint32_t edits, ofsi_span surface,
                               uint64_t count, uint64_t paragraphs, ofs_error *err) {
    bool added = false;
    uint32_t number = ofsi_map_intern(&spelling->forms, folded, &added);
    if (number == OFSI_MAP_NONE || !ofsi_grow(&spelling->candidates, &spelling->capacity, (size_t)number + 1,
                                              sizeof *spelling->candidates))
        return ofsi_fail_nomem(err);
    ofsi_spell_candidate *c = &spelling->candidates[number];
    if (added)
        *c = (ofsi_spell_candidate){.edits = edits};
    c->paragraphs += paragraphs;
    if (count > c->count) {
        char *copy = ofsi_arena_strndup(spelling->arena, surface.data, surface.size);
        if (!copy)
            return ofsi_fail_nomem(err);
        c->surface = (ofsi_span){copy, surface.size};
        c->count = count;
    }
    return OFS_OK;
}

static bool is_better(const ofsi_spelling *spelling, uint32_t a, uint32_t b) {
    const ofsi_spell_candidate *x = &spelling->candidates[a], *y = &spelling->candidates[b];
    if (x->edits != y->edits)
        return x->edits < y->edits;
    if (x->paragraphs != y->paragraphs)
        return x->paragraphs > y->paragraphs;
    return ofsi_span_compare(spelling->forms.keys[a], spelling->forms.keys[b]) < 0;
}

void ofsi_spelling_choose(const ofsi_spelling *spelling, uint64_t own, ofsi_span *alternative) {
    uint32_t best = OFSI_MAP_NONE;
    *alternative = (ofsi_span){NULL, 0};
    for (uint32_t i = 0; i < spelling->forms.count; i++)
        if (best == OFSI_MAP_NONE || is_better(spelling, i, best))
            best = i;
    if (best == OFSI_MAP_NONE)
        return;
    const ofsi_spell_candidate *c = &spelling->candidates[best];
    if (own == 0 || (c->edits == 1 && c->paragraphs >= own * OFSI_SPELL_TIMES))
        *alternative = c->surface;
}

void ofsi_spelling_free(ofsi_spelling *spelling) {
    ofsi_map_free(&spelling->forms);
    ofsi_free(spelling->candidates);
}
