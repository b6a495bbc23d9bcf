/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree rebuilt from its leaves; a node that nothing stands for is taken as it is. */
#include "search/exec/widen.h"

#include "indexer/base/alloc.h"
#include "search/query/lexer.h"
#include "search/query/text.h"

/* Words side by side that are looked up as one; a long form has no more (abbreviation.h). */
enum { ROW_MOST = 15 };

typedef struct widening {
    ofsi_thesaurus *thesaurus;
    bool everywhere;
    ofs_error *err;
} widening;

static ofs_status widen(widening *w, const ofsi_node *node, ofsi_node **out);

static ofs_status join(widening *w, ofsi_node_type type, ofsi_node **nodes, uint32_t count, ofsi_node **out) {
    bool failed = false;
    *out = ofsi_node_join(w->thesaurus->arena, type, nodes, count, &failed);
    return failed || !*out ? ofsi_fail_nomem(w->err) : OFS_OK;
}

static ofsi_node *copy_node(widening *w, const ofsi_node *node) {
    ofsi_node *copy = ofsi_node_new(w->thesaurus->arena, node->type);
    if (copy)
        *copy = *node;
    return copy;
}

/* ---- leaves ---- */

/* A single word, or its words side by side in any form. */
static ofsi_node *make_alternative(widening *w, ofsi_span text, const ofsi_node *like) {
    ofsi_atoms scan;
    ofsi_atom atom, more;
    ofsi_query_token token;
    ofsi_node *node = ofsi_node_new(w->thesaurus->arena, OFSI_NODE_PHRASE);
    if (!node)
        return NULL;
    node->text = text;
    node->stemmed = true;
    node->weight = like->weight;
    node->start = like->start;
    node->end = like->end;
    ofsi_atoms_start(&scan, text, false);
    if (!ofsi_atoms_next(&scan, &atom) || ofsi_atoms_next(&scan, &more))
        return node;
    ofsi_span word = {text.data + atom.start, atom.end - atom.start};
    if (!ofsi_query_operator(word, &token)) {
        node->type = OFSI_NODE_WORD;
        node->text = word;
        node->stemmed = false;
    }
    return node;
}

/* `base` OR its alternatives, with the weight of `like`; `base` itself where there is none. */
static ofs_status add_alternatives(widening *w, ofsi_node *base, const ofsi_node *like,
                                   const ofsi_alternatives *found, ofsi_node **out) {
    *out = base;
    if (found->count == 0)
        return OFS_OK;
    ofsi_node **nodes = ofsi_arena_calloc(w->thesaurus->arena, found->count + 1, sizeof(ofsi_node *));
    if (!nodes)
        return ofsi_fail_nomem(w->err);
    nodes[0] = base;
    for (size_t i = 0; i < found->count; i++) {
        nodes[i + 1] = make_alternative(w, found->texts[i], like);
        if (!nodes[i + 1])
            return ofsi_fail_nomem(w->err);
    }
    return join(w, OFSI_NODE_OR, nodes, (uint32_t)found->count + 1, out);
}

static ofs_status widen_leaf(widening *w, const ofsi_node *node, ofsi_asked asked, ofsi_node **out) {
    ofsi_alternatives found = {0};
    ofsi_span stems;
    ofsi_node *base = copy_node(w, node);
    if (!base)
        return ofsi_fail_nomem(w->err);
    if (node->type == OFSI_NODE_SYNONYM) {
        base->type = node->quoted ? OFSI_NODE_PHRASE : OFSI_NODE_WORD;
        base->stemmed = node->quoted;
        base->quoted = false;
    }
    ofs_status status = ofsi_thesaurus_stems(w->thesaurus, node->text, &stems, w->err);
    if (status == OFS_OK && stems.size)
        status = ofsi_thesaurus_find(w->thesaurus, node->text, stems, asked, &found, w->err);
    if (status == OFS_OK)
        status = add_alternatives(w, base, node, &found, out);
    ofsi_alternatives_free(&found);
    return status;
}

/* ---- words side by side ---- */

/* Children [first, first + count) of a group, if they are words of one weight: their stems as one text. */
static ofs_status read_row(widening *w, const ofsi_node *group, uint32_t first, uint32_t count,
                           ofsi_span *stems) {
    ofsi_buf text = {0};
    *stems = (ofsi_span){"", 0};
    for (uint32_t i = first; i < first + count; i++) {
        const ofsi_node *word = group->children[i];
        if (word->type != OFSI_NODE_WORD || word->weight < group->children[first]->weight ||
            word->weight > group->children[first]->weight) {
            ofsi_buf_free(&text);
            return OFS_OK;
        }
        ofsi_buf_byte(&text, ' ');
        ofsi_buf_append(&text, word->text.data, word->text.size);
    }
    ofs_status status = text.failed ? ofsi_fail_nomem(w->err)
                                    : ofsi_thesaurus_stems(w->thesaurus, ofsi_buf_span(&text), stems, w->err);
    ofsi_buf_free(&text);
    return status;
}

/*
 * The longest row of words from `first` on that something stands for: *count of them, with it as one node; 0: none. In an
 * OR (--any) the words are alternatives already, and only the others are added.
 */
static ofs_status widen_row(widening *w, const ofsi_node *group, uint32_t first, uint32_t *count,
                            ofsi_node **out) {
    ofs_status status = OFS_OK;
    uint32_t left = group->child_count - first;
    ofsi_alternatives found = {0};
    for (uint32_t n = left < ROW_MOST ? left : ROW_MOST; n >= 2 && status == OFS_OK && found.count == 0;
         n--) {
        ofsi_span stems;
        status = read_row(w, group, first, n, &stems);
        if (status == OFS_OK && stems.size)
            status = ofsi_thesaurus_find(w->thesaurus, (ofsi_span){"", 0}, stems, OFSI_ASKED_IF_MEANT, &found,
                                         w->err);
        *count = n;
    }
    if (found.count == 0)
        *count = 0;
    ofsi_node *base = NULL;
    if (status == OFS_OK && found.count)
        status = join(w, group->type, group->children + first, *count, &base);
    if (status == OFS_OK && found.count)
        status = add_alternatives(w, base, group->children[first], &found, out);
    ofsi_alternatives_free(&found);
    return status;
}

static ofs_status widen_group(widening *w, const ofsi_node *group, ofsi_node **out) {
    ofsi_node **nodes = ofsi_arena_calloc(w->thesaurus->arena, group->child_count, sizeof(ofsi_node *));
    uint32_t kept = 0;
    ofs_status status = nodes ? OFS_OK : ofsi_fail_nomem(w->err);
    for (uint32_t i = 0, n; i < group->child_count && status == OFS_OK; i += n) {
        n = 0;
        if (w->everywhere)
            status = widen_row(w, group, i, &n, &nodes[kept]);
        if (status == OFS_OK && n == 0) {
            status = widen(w, group->children[i], &nodes[kept]);
            n = 1;
        }
        kept++;
    }
    return status == OFS_OK ? join(w, group->type, nodes, kept, out) : status;
}

/* NOT and NEAR keep what they have. */
static ofs_status widen_children(widening *w, const ofsi_node *node, ofsi_node **out) {
    ofsi_node *copy = copy_node(w, node);
    ofsi_node **children =
        copy ? ofsi_arena_calloc(w->thesaurus->arena, node->child_count, sizeof(ofsi_node *)) : NULL;
    ofs_status status = children ? OFS_OK : ofsi_fail_nomem(w->err);
    for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
        status = widen(w, node->children[i], &children[i]);
    if (status == OFS_OK)
        copy->children = children;
    *out = copy;
    return status;
}

static ofs_status widen(widening *w, const ofsi_node *node, ofsi_node **out) {
    switch (node->type) {
    case OFSI_NODE_SYNONYM:
        return widen_leaf(w, node, OFSI_ASKED_OUTRIGHT, out);
    case OFSI_NODE_WORD:
    case OFSI_NODE_PHRASE:
        if (w->everywhere)
            return widen_leaf(w, node, OFSI_ASKED_IF_MEANT, out);
        break;
    case OFSI_NODE_AND:
    case OFSI_NODE_OR:
        return widen_group(w, node, out);
    case OFSI_NODE_NOT:
    case OFSI_NODE_NEAR:
        return widen_children(w, node, out);
    default:
        break;
    }
    *out = copy_node(w, node);
    return *out ? OFS_OK : ofsi_fail_nomem(w->err);
}

/* ---- limits ---- */

static bool fits(const ofsi_node *node, uint32_t above, uint32_t *nodes) {
    above += node->child_count > 0;
    *nodes += node->child_count == 0 || node->type == OFSI_NODE_NEAR;
    bool good = above <= OFSI_QUERY_MAX_DEPTH && *nodes <= OFSI_QUERY_MAX_NODES;
    for (uint32_t i = 0; i < node->child_count && good; i++)
        good = fits(node->children[i], above, nodes);
    return good;
}

/* What is written back must be a query. */
static ofs_status check_limits(const ofsi_node *root, ofs_error *err) {
    ofsi_buf text = {0};
    uint32_t nodes = 0;
    bool good = fits(root, 0, &nodes);
    if (good)
        ofsi_query_print(root, &text);
    bool failed = text.failed;
    good = good && text.size <= OFSI_QUERY_MAX_BYTES;
    ofsi_buf_free(&text);
    if (failed)
        return ofsi_fail_nomem(err);
    return good ? OFS_OK
                : ofsi_fail(
                      err, OFS_E_LIMIT,
                      "with its synonyms the query has more than %d words, %d bytes or a depth of %d: ask "
                      "for fewer words at once",
                      (int)OFSI_QUERY_MAX_NODES, (int)OFSI_QUERY_MAX_BYTES, (int)OFSI_QUERY_MAX_DEPTH);
}

bool ofsi_holds_synonym(const ofsi_node *root) {
    if (!root)
        return false;
    if (root->type == OFSI_NODE_SYNONYM)
        return true;
    for (uint32_t i = 0; i < root->child_count; i++)
        if (ofsi_holds_synonym(root->children[i]))
            return true;
    return false;
}

ofs_status ofsi_widen(ofsi_thesaurus *thesaurus, bool everywhere, ofsi_node **root, ofs_error *err) {
    widening w = {thesaurus, everywhere, err};
    ofsi_node *widened = NULL;
    if (!*root)
        return OFS_OK;
    ofs_status status = widen(&w, *root, &widened);
    if (status == OFS_OK)
        status = check_limits(widened, err);
    if (status == OFS_OK)
        *root = widened;
    return status;
}
