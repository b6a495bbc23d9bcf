/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leaves of the query as it was written, each looked up once. */
#include "search/exec/notes.h"

#include "indexer/base/alloc.h"
#include "search/exec/thesaurus.h"

enum { MOST_WORDS = 64 };

typedef struct noting {
    const ofsi_hints *hints;
    ofsi_thesaurus thesaurus; /* for its stems */
    ofsi_span seen[MOST_WORDS];
    uint32_t seen_count;
    ofs_abbreviation *items; /* owned */
    size_t count, capacity;
    ofs_error *err;
} noting;

static bool is_seen(noting *n, ofsi_span stems) {
    for (uint32_t i = 0; i < n->seen_count; i++)
        if (ofsi_span_equal(n->seen[i], stems))
            return true;
    if (n->seen_count == MOST_WORDS)
        return true;
    n->seen[n->seen_count++] = stems;
    return false;
}

static ofs_status add_meaning(noting *n, ofsi_span word, const ofsi_meaning *meaning) {
    if (!ofsi_grow(&n->items, &n->capacity, n->count + 1, sizeof *n->items))
        return ofsi_fail_nomem(n->err);
    ofs_abbreviation *item = &n->items[n->count++];
    *item = (ofs_abbreviation){
        .word = ofsi_arena_strndup(n->hints->arena, word.data, word.size),
        .stands_for = ofsi_arena_strndup(n->hints->arena, meaning->long_form.data, meaning->long_form.size),
        .reports = meaning->reports};
    return item->word && item->stands_for ? OFS_OK : ofsi_fail_nomem(n->err);
}

static ofs_status note_leaf(noting *n, const ofsi_node *node) {
    ofsi_meanings meanings = {0};
    ofsi_span stems;
    bool outright = node->type == OFSI_NODE_SYNONYM;
    ofs_status status = ofsi_thesaurus_stems(&n->thesaurus, node->text, &stems, n->err);
    if (status != OFS_OK || stems.size == 0 || is_seen(n, stems))
        return status;
    status = ofsi_thesaurus_meant(&n->thesaurus, node->text,
                                  outright ? OFSI_ASKED_OUTRIGHT : OFSI_ASKED_IF_MEANT, &meanings, n->err);
    for (uint32_t i = 0; i < meanings.count && status == OFS_OK; i++) {
        status = add_meaning(n, node->text, &meanings.items[i]);
        if (status == OFS_OK)
            n->items[n->count - 1].widened =
                outright || (n->hints->everywhere && node->type != OFSI_NODE_EXACT);
    }
    return status;
}

static ofs_status note_words(noting *n, const ofsi_node *node) {
    ofs_status status = OFS_OK;
    switch (node->type) {
    case OFSI_NODE_WORD:
    case OFSI_NODE_PHRASE:
    case OFSI_NODE_EXACT:
    case OFSI_NODE_SYNONYM:
        return note_leaf(n, node);
    case OFSI_NODE_AND:
    case OFSI_NODE_OR:
    case OFSI_NODE_NEAR:
        for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
            status = note_words(n, node->children[i]);
        return status;
    default:
        return OFS_OK;
    }
}

ofs_status ofsi_note_abbreviations(const ofsi_hints *hints, ofs_results *results, ofs_error *err) {
    noting n = {.hints = hints, .thesaurus = {.engine = hints->engine, .arena = hints->work}, .err = err};
    if (!hints->question->asked || !hints->engine->meanings_of)
        return OFS_OK;
    ofs_status status = note_words(&n, hints->question->asked);
    ofs_abbreviation *copy =
        status == OFS_OK ? ofsi_arena_calloc(hints->arena, n.count + 1, sizeof *copy) : NULL;
    if (status == OFS_OK && !copy)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && n.count)
        memcpy(copy, n.items, n.count * sizeof *copy);
    results->abbreviations = status == OFS_OK ? copy : NULL;
    results->abbreviation_count = status == OFS_OK ? (uint32_t)n.count : 0;
    ofsi_thesaurus_free(&n.thesaurus);
    ofsi_free(n.items);
    return status;
}
