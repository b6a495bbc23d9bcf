/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree copied, its texts written anew word by word. */
#include "search/exec/correct.h"

#include "indexer/base/alloc.h"

enum { MOST_WORDS = 64 };

typedef struct correcting {
    const ofsi_hints *hints;
    ofsi_tokens tokens;
    ofs_correction *items; /* owned */
    size_t count, capacity;
    uint32_t words; /* looked at */
    ofs_error *err;
} correcting;

/* `notes` may be NULL. */
static ofs_status count_word(correcting *c, ofsi_span text, uint64_t *paragraphs, uint64_t *notes) {
    ofsi_node *word = ofsi_node_new(c->hints->work, OFSI_NODE_WORD);
    if (!word)
        return ofsi_fail_nomem(c->err);
    word->text = text;
    ofs_status status = ofsi_hint_count(c->hints, word, paragraphs, c->err);
    if (status == OFS_OK && notes && *paragraphs == 0)
        status = ofsi_hint_notes(c->hints, word, notes, c->err);
    return status;
}

/* Takes the alternative down, with how often both are found; *kept tells whether it finds more than the word. */
static ofs_status keep_correction(correcting *c, ofsi_span word, ofsi_span instead, bool *kept) {
    ofs_correction found = {.word = ofsi_arena_strndup(c->hints->arena, word.data, word.size),
                            .instead = ofsi_arena_strndup(c->hints->arena, instead.data, instead.size)};
    *kept = false;
    if (!found.word || !found.instead || !ofsi_grow(&c->items, &c->capacity, c->count + 1, sizeof *c->items))
        return ofsi_fail_nomem(c->err);
    ofs_status status = count_word(c, word, &found.paragraphs, &found.notes);
    if (status == OFS_OK)
        status = count_word(c, instead, &found.instead_paragraphs, NULL);
    *kept = status == OFS_OK && found.instead_paragraphs > found.paragraphs;
    if (*kept)
        c->items[c->count++] = found;
    return status;
}

/* The text of a leaf into `out`, words replaced; *changed tells whether one was. */
static ofs_status write_text(correcting *c, ofsi_span text, ofsi_buf *out, bool *changed) {
    ofsi_engine *engine = c->hints->engine;
    ofsi_analyzer *analyzer = engine->analyzer(engine);
    ofs_status status = ofsi_analyze(analyzer, text, &c->tokens, c->err);
    uint32_t at = 0;
    *changed = false;
    for (size_t t = 0; t < c->tokens.count && status == OFS_OK; t++) {
        const ofsi_token *token = &c->tokens.items[t];
        ofsi_word word = *ofsi_analyzer_word(analyzer, token->word);
        ofsi_span instead = {NULL, 0}, written = {text.data + token->start, token->end - token->start};
        bool kept = false;
        if (token->span > 1 || c->words == MOST_WORDS)
            continue;
        c->words++;
        status = engine->correct(engine, &word, c->hints->work, &instead, c->err);
        if (status == OFS_OK && instead.size)
            status = keep_correction(c, written, instead, &kept);
        if (!kept)
            continue;
        ofsi_buf_append(out, text.data + at, token->start - at);
        ofsi_buf_append(out, instead.data, instead.size);
        at = token->end;
        *changed = true;
    }
    ofsi_buf_append(out, text.data + at, text.size - at);
    return status == OFS_OK && out->failed ? ofsi_fail_nomem(c->err) : status;
}

static ofs_status correct_leaf(correcting *c, ofsi_node *node) {
    ofsi_buf text = {0};
    bool changed;
    ofs_status status = write_text(c, node->text, &text, &changed);
    if (status == OFS_OK && changed) {
        char *copy = ofsi_arena_strndup(c->hints->work, text.data, text.size);
        node->text = (ofsi_span){copy, text.size};
        status = copy ? OFS_OK : ofsi_fail_nomem(c->err);
    }
    ofsi_buf_free(&text);
    return status;
}

static ofs_status correct_node(correcting *c, const ofsi_node *node, ofsi_node **out) {
    ofs_status status = OFS_OK;
    ofsi_node *copy = ofsi_node_new(c->hints->work, node->type);
    *out = copy;
    if (!copy)
        return ofsi_fail_nomem(c->err);
    *copy = *node;
    switch (node->type) {
    case OFSI_NODE_WORD:
    case OFSI_NODE_PHRASE:
    case OFSI_NODE_EXACT:
    case OFSI_NODE_SYNONYM:
        return correct_leaf(c, copy);
    case OFSI_NODE_AND:
    case OFSI_NODE_OR:
    case OFSI_NODE_NEAR:
        copy->children = ofsi_arena_calloc(c->hints->work, node->child_count, sizeof(ofsi_node *));
        if (!copy->children)
            return ofsi_fail_nomem(c->err);
        for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
            status = correct_node(c, node->children[i], &copy->children[i]);
        return status;
    default:
        return OFS_OK;
    }
}

static ofs_status write_results(correcting *c, const ofsi_node *root, ofs_results *results) {
    ofsi_buf text = {0};
    ofs_correction *copy = ofsi_arena_calloc(c->hints->arena, c->count, sizeof *copy);
    ofsi_query_print(root, &text);
    const char *query = text.failed ? NULL : ofsi_arena_strndup(c->hints->arena, text.data, text.size);
    ofsi_buf_free(&text);
    if (!copy || !query)
        return ofsi_fail_nomem(c->err);
    memcpy(copy, c->items, c->count * sizeof *copy);
    results->corrections = copy;
    results->correction_count = (uint32_t)c->count;
    results->did_you_mean = query;
    return OFS_OK;
}

ofs_status ofsi_correct(const ofsi_hints *hints, ofs_results *results, ofs_error *err) {
    correcting c = {.hints = hints, .err = err};
    ofsi_node *root = NULL;
    if (!hints->question->asked || !hints->engine->correct)
        return OFS_OK;
    ofs_status status = correct_node(&c, hints->question->asked, &root);
    if (status == OFS_OK && c.count)
        status = write_results(&c, root, results);
    ofsi_tokens_free(&c.tokens);
    ofsi_free(c.items);
    return status;
}
