/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts by asking the engine: once for each word alone, and once for the query without it. */
#include "search/exec/hints.h"

/* Words beyond these are not asked for: each costs two searches. */
enum { MOST_WORDS = 64 };

/* The parts of the query that all must hold; `words` of them are neither NOT nor filter. */
typedef struct parts {
    ofsi_node **nodes;
    uint32_t count, words;
} parts;

static bool is_word(const ofsi_node *node) {
    return node->type != OFSI_NODE_NOT && node->type != OFSI_NODE_FIELD;
}

static ofs_status split_query(const ofsi_hints *hints, parts *p, ofs_error *err) {
    ofsi_node *root = hints->question->words;
    bool group = root->type == OFSI_NODE_AND;
    p->count = group ? root->child_count : 1;
    p->nodes = ofsi_arena_calloc(hints->work, p->count, sizeof(ofsi_node *));
    if (!p->nodes)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < p->count; i++) {
        p->nodes[i] = group ? root->children[i] : root;
        p->words += is_word(p->nodes[i]);
    }
    return OFS_OK;
}

ofs_status ofsi_hint_count(const ofsi_hints *hints, const ofsi_node *root, uint64_t *total, ofs_error *err) {
    const ofsi_engine_request request = {.root = root, .k1 = 1.2, .b = 0.75, .totals = OFS_TOTALS_PARAGRAPHS};
    ofsi_engine_answer answer;
    ofs_status status = hints->engine->search(hints->engine, &request, hints->work, &answer, err);
    *total = status == OFS_OK ? answer.total : 0;
    return status;
}

ofs_status ofsi_hint_notes(const ofsi_hints *hints, ofsi_node *root, uint64_t *total, ofs_error *err) {
    bool failed = false;
    ofsi_node *both[2] = {root, NULL};
    *total = 0;
    ofs_status status = ofsi_query_filter(OFSI_FIELD_KIND, ofsi_span_of("note"), hints->work, &both[1], err);
    if (status != OFS_OK)
        return status;
    ofsi_node *notes = ofsi_node_join(hints->work, OFSI_NODE_AND, both, 2, &failed);
    return failed ? ofsi_fail_nomem(err) : ofsi_hint_count(hints, notes, total, err);
}

/* The parts but one, with `filters` (may be NULL); NULL when nothing is left. */
static ofs_status leave_out(const ofsi_hints *hints, const parts *p, uint32_t out, ofsi_node *filters,
                            ofsi_node **rest, ofs_error *err) {
    bool failed = false;
    ofsi_node **kept = ofsi_arena_calloc(hints->work, (size_t)p->count + 1, sizeof(ofsi_node *));
    if (!kept)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < p->count; i++)
        kept[i] = i == out ? NULL : p->nodes[i];
    kept[p->count] = filters;
    *rest = ofsi_node_join(hints->work, OFSI_NODE_AND, kept, p->count + 1, &failed);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofs_status print_node(const ofsi_node *node, ofsi_arena *arena, const char **text, ofs_error *err) {
    ofsi_buf buf = {0};
    ofsi_query_print(node, &buf);
    *text = buf.failed ? NULL : ofsi_arena_strndup(arena, buf.data, buf.size);
    ofsi_buf_free(&buf);
    return *text ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status hint_word(const ofsi_hints *hints, const parts *p, uint32_t i, ofs_word_count *word,
                            ofs_error *err) {
    ofsi_node *rest = NULL;
    ofs_status status = print_node(p->nodes[i], hints->arena, &word->word, err);
    if (status == OFS_OK)
        status = ofsi_hint_count(hints, p->nodes[i], &word->paragraphs, err);
    if (status == OFS_OK && word->paragraphs == 0)
        status = ofsi_hint_notes(hints, p->nodes[i], &word->notes, err);
    if (status == OFS_OK)
        status = leave_out(hints, p, i, hints->question->filters, &rest, err);
    if (status == OFS_OK && rest)
        status = ofsi_hint_count(hints, rest, &word->without, err);
    return status;
}

static ofs_status suggest(const ofsi_hints *hints, const parts *p, uint32_t drop, ofs_results *results,
                          ofs_error *err) {
    ofsi_node *rest = NULL;
    ofs_status status = leave_out(hints, p, drop, NULL, &rest, err);
    if (status == OFS_OK && rest)
        status = print_node(rest, hints->arena, &results->suggestion, err);
    return status;
}

ofs_status ofsi_hint(const ofsi_hints *hints, ofs_results *results, ofs_error *err) {
    parts p = {0};
    if (!hints->question->words)
        return OFS_OK;
    ofs_status status = split_query(hints, &p, err);
    if (status != OFS_OK || p.words == 0)
        return status;
    ofs_word_count *words = ofsi_arena_calloc(hints->arena, p.words, sizeof *words);
    if (!words)
        return ofsi_fail_nomem(err);
    results->words = words;
    uint64_t most = 0;
    uint32_t drop = 0;
    for (uint32_t i = 0; i < p.count && results->word_count < MOST_WORDS && status == OFS_OK; i++) {
        if (!is_word(p.nodes[i]))
            continue;
        ofs_word_count *word = &words[results->word_count++];
        status = hint_word(hints, &p, i, word, err);
        if (word->without > most) {
            most = word->without;
            drop = i;
        }
    }
    if (status == OFS_OK && most && p.words > 1)
        status = suggest(hints, &p, drop, results, err);
    return status;
}
