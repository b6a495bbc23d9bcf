/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parser, by recursive descent over the lexer's tokens:
 *
 *   alternatives = row { OR row }
 *   row          = conjunction { conjunction }     words side by side
 *   conjunction  = negation { AND negation }
 *   negation     = NOT negation | proximity
 *   proximity    = operand { NEAR operand }
 *   operand      = node | ( alternatives )
 *
 * A function returns NULL for nothing, or for a failure that `status` keeps.
 */
#include "search/query/lexer.h"
#include "search/query/text.h"
#include "search/query/weight.h"

enum { MOST_NESTED = 4 * OFSI_QUERY_MAX_DEPTH };

typedef struct parser {
    ofsi_span text;
    const ofsi_query_token *token; /* the next one */
    ofsi_arena *arena;
    bool any;
    bool values; /* inside field:( ) */
    uint32_t depth;
    ofs_status status;
    ofs_error *err;
} parser;

/* Nodes gathered before they are joined. */
typedef struct list {
    ofsi_node **items;
    uint32_t count, capacity;
} list;

static ofsi_node *parse_alternatives(parser *p);

static ofsi_node *fail_nomem(parser *p) {
    if (p->status == OFS_OK)
        p->status = ofsi_fail_nomem(p->err);
    return NULL;
}

/* The message has one %.*s, for the token as the query has it. */
#define FAIL(p, at, format)                                                                                  \
    ((p)->status = ofsi_fail_at((p)->err, OFS_E_QUERY, (at)->start, (int64_t)(at)->end - (at)->start,        \
                                format, (int)((at)->end - (at)->start), (p)->text.data + (at)->start))

static bool append(parser *p, list *l, ofsi_node *node) {
    if (l->count == l->capacity) {
        uint32_t capacity = l->capacity ? l->capacity * 2 : 4;
        ofsi_node **items = ofsi_arena_calloc(p->arena, capacity, sizeof(ofsi_node *));
        if (!items)
            return fail_nomem(p) != NULL;
        if (l->count)
            memcpy(items, l->items, l->count * sizeof(ofsi_node *));
        l->items = items;
        l->capacity = capacity;
    }
    l->items[l->count++] = node;
    return true;
}

static ofsi_node *join(parser *p, ofsi_node_type type, const list *l) {
    if (p->status)
        return NULL;
    bool failed = false;
    ofsi_node *node = ofsi_node_join(p->arena, type, l->items, l->count, &failed);
    return failed ? fail_nomem(p) : node;
}

static bool starts_operand(const ofsi_query_token *token) {
    return token->type == OFSI_TOKEN_NODE || token->type == OFSI_TOKEN_OPEN || token->type == OFSI_TOKEN_NOT;
}

/* Passes over the operator; false when nothing stands to its right. */
static bool take_operator(parser *p) {
    const ofsi_query_token *op = p->token++;
    if (!starts_operand(p->token))
        FAIL(p, op, "%.*s has nothing to its right; in small letters or in quotation marks it is a word");
    return p->status == OFS_OK;
}

/* The operand of `op`, which must be something. */
static ofsi_node *require(parser *p, ofsi_node *node, const ofsi_query_token *op) {
    if (!node && p->status == OFS_OK)
        FAIL(p, op, "%.*s stands beside parentheses with nothing in them");
    return p->status ? NULL : node;
}

/* ---- operands ---- */

/* Gives the weight of a group to its words. */
static bool weigh(ofsi_node *node, double weight) {
    bool ok = true;
    for (uint32_t i = 0; i < node->child_count; i++)
        ok = weigh(node->children[i], weight) && ok;
    if (node->child_count || node->type == OFSI_NODE_FIELD)
        return ok;
    uint64_t millionths = ofsi_weight_product(node->weight, weight);
    node->weight = ofsi_weight_value(millionths);
    return ofsi_weight_allowed(millionths);
}

static bool fail_depth(parser *p, uint32_t start, uint32_t end) {
    p->status =
        ofsi_fail_at(p->err, OFS_E_LIMIT, start, (int64_t)end - start,
                     "parentheses and operators may be %d deep at the most", (int)OFSI_QUERY_MAX_DEPTH);
    return false;
}

/* Bounds the recursion. A tree written back has more parentheses than it is deep, so this is not the limit itself. */
static bool enter(parser *p, const ofsi_query_token *at) {
    return ++p->depth <= MOST_NESTED || fail_depth(p, at->start, at->end);
}

/* Operators above each other in the tree, which are the same when it is written back, are what is limited. */
static bool check_depth(parser *p, const ofsi_node *node, uint32_t above) {
    if (node->child_count && ++above > OFSI_QUERY_MAX_DEPTH)
        return fail_depth(p, node->start, node->end);
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!check_depth(p, node->children[i], above))
            return false;
    return true;
}

static ofsi_node *parse_group(parser *p) {
    const ofsi_query_token *open = p->token++;
    if (!enter(p, open))
        return NULL;
    bool before = p->values;
    p->values = open->values;
    ofsi_node *node = parse_alternatives(p);
    p->values = before;
    p->depth--;
    if (p->status)
        return NULL;
    if (p->token->type != OFSI_TOKEN_CLOSE) {
        FAIL(p, open, "this %.*s is not closed: close it or leave it away");
        return NULL;
    }
    const ofsi_query_token *close = p->token++;
    if (node && !weigh(node, close->weight)) {
        FAIL(p, close, "the weights before this %.*s come to 0 or to more than 1000 when multiplied");
        return NULL;
    }
    return node;
}

static ofsi_node *parse_operand(parser *p) {
    if (p->token->type == OFSI_TOKEN_OPEN)
        return parse_group(p);
    return (p->token++)->node;
}

/* ---- NEAR ---- */

static bool may_be_near(const ofsi_node *node) {
    if (node->type == OFSI_NODE_OR) {
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!may_be_near(node->children[i]))
                return false;
        return true;
    }
    return node->child_count == 0 && node->type != OFSI_NODE_FIELD;
}

/* Appends the operand that begins at `first`, if it is of a kind that NEAR takes. */
static bool append_near(parser *p, list *l, ofsi_node *node, const ofsi_query_token *first,
                        const ofsi_query_token *op) {
    if (!require(p, node, op))
        return false;
    if (!may_be_near(node)) {
        ofsi_query_token whole = *first;
        whole.end = p->token[-1].end;
        FAIL(p, &whole, "NEAR and BEFORE stand between words, phrases or (a OR b), not %.*s");
        return false;
    }
    return append(p, l, node);
}

static ofsi_node *parse_proximity(parser *p) {
    const ofsi_query_token *first = p->token, *op;
    uint32_t start = first->start;
    ofsi_node *node = parse_operand(p);
    if (p->status || p->token->type != OFSI_TOKEN_NEAR)
        return node;
    list operands = {0};
    op = p->token;
    if (!append_near(p, &operands, node, first, op))
        return NULL;
    while (p->token->type == OFSI_TOKEN_NEAR) {
        const ofsi_query_token *next = p->token;
        if (next->distance != op->distance || next->ordered != op->ordered) {
            FAIL(p, next, "%.*s follows another distance or order: write a NEAR/5 b AND b BEFORE/3 c");
            return NULL;
        }
        if (!take_operator(p))
            return NULL;
        first = p->token;
        if (first->type == OFSI_TOKEN_NOT) {
            FAIL(p, next, "%.*s cannot have NOT to its right");
            return NULL;
        }
        node = parse_operand(p);
        if (p->status || !append_near(p, &operands, node, first, next))
            return NULL;
    }
    ofsi_node *near = ofsi_node_new(p->arena, OFSI_NODE_NEAR);
    if (!near)
        return fail_nomem(p);
    near->children = operands.items;
    near->child_count = operands.count;
    near->distance = op->distance;
    near->ordered = op->ordered;
    near->start = start;
    near->end = p->token[-1].end;
    return near;
}

/* ---- NOT, AND, side by side, OR ---- */

static bool is_glued(const ofsi_query_token *token) { return token->type == OFSI_TOKEN_NODE && token->glued; }

static ofsi_node *parse_negation(parser *p) {
    if (p->token->type != OFSI_TOKEN_NOT)
        return parse_proximity(p);
    const ofsi_query_token *op = p->token;
    if (!take_operator(p) || !enter(p, op))
        return NULL;
    list operands = {0};
    ofsi_node *first = require(p, parse_negation(p), op);
    p->depth--;
    if (p->status || !append(p, &operands, first))
        return NULL;
    /* -schools,colleges: what is written as one is one to NOT. */
    while (p->status == OFS_OK && is_glued(p->token))
        append(p, &operands, parse_proximity(p));
    ofsi_node *child = join(p, p->any || p->values ? OFSI_NODE_OR : OFSI_NODE_AND, &operands);
    if (!child)
        return NULL;
    ofsi_node *node = ofsi_node_new(p->arena, OFSI_NODE_NOT);
    ofsi_node **children = ofsi_arena_calloc(p->arena, 1, sizeof(ofsi_node *));
    if (!node || !children)
        return fail_nomem(p);
    children[0] = child;
    node->children = children;
    node->child_count = 1;
    node->start = op->start;
    node->end = child->end;
    return node;
}

static ofsi_node *parse_conjunction(parser *p) {
    ofsi_node *first = parse_negation(p);
    if (p->status || p->token->type != OFSI_TOKEN_AND)
        return first;
    list operands = {0};
    const ofsi_query_token *op = p->token;
    append(p, &operands, require(p, first, op));
    while (p->status == OFS_OK && p->token->type == OFSI_TOKEN_AND) {
        op = p->token;
        if (take_operator(p))
            append(p, &operands, require(p, parse_negation(p), op));
    }
    return join(p, OFSI_NODE_AND, &operands);
}

/* Holds no word to search for, only conditions: always required, even where words are alternatives. */
static bool is_condition(const ofsi_node *node) {
    if (node->type == OFSI_NODE_FIELD || node->type == OFSI_NODE_NOT)
        return true;
    if (node->type != OFSI_NODE_AND && node->type != OFSI_NODE_OR)
        return false;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!is_condition(node->children[i]))
            return false;
    return true;
}

/* One of the words, or values, and all of the conditions. */
static ofsi_node *join_any(parser *p, const list *all) {
    list words = {0}, required = {0};
    for (uint32_t i = 0; i < all->count && p->status == OFS_OK; i++) {
        ofsi_node *item = all->items[i];
        bool condition = item && (p->values ? item->type == OFSI_NODE_NOT : is_condition(item));
        append(p, condition ? &required : &words, item);
    }
    append(p, &required, join(p, OFSI_NODE_OR, &words));
    /* The words first, as they were most likely written. */
    for (uint32_t i = required.count; p->status == OFS_OK && i > 1; i--) {
        ofsi_node *moved = required.items[i - 1];
        required.items[i - 1] = required.items[i - 2];
        required.items[i - 2] = moved;
    }
    return join(p, OFSI_NODE_AND, &required);
}

static ofsi_node *parse_row(parser *p) {
    list items = {0};
    while (p->status == OFS_OK && starts_operand(p->token))
        append(p, &items, parse_conjunction(p));
    if (p->status)
        return NULL;
    const ofsi_query_token *next = p->token;
    if (next->type == OFSI_TOKEN_AND || next->type == OFSI_TOKEN_NEAR ||
        (next->type == OFSI_TOKEN_OR && items.count == 0)) {
        FAIL(p, next, "%.*s has nothing to its left; in small letters or in quotation marks it is a word");
        return NULL;
    }
    return p->any || p->values ? join_any(p, &items) : join(p, OFSI_NODE_AND, &items);
}

static ofsi_node *parse_alternatives(parser *p) {
    ofsi_node *first = parse_row(p);
    if (p->status || p->token->type != OFSI_TOKEN_OR)
        return first;
    list rows = {0};
    append(p, &rows, require(p, first, p->token));
    while (p->status == OFS_OK && p->token->type == OFSI_TOKEN_OR) {
        const ofsi_query_token *op = p->token;
        if (take_operator(p))
            append(p, &rows, require(p, parse_row(p), op));
    }
    return join(p, OFSI_NODE_OR, &rows);
}

/* An operator at the start of the query or of a group is refused by parse_row(), a `)` too many here. */
static ofsi_node *parse_all(parser *p) {
    ofsi_node *root = parse_alternatives(p);
    if (p->status == OFS_OK && p->token->type == OFSI_TOKEN_CLOSE)
        FAIL(p, p->token, "this %.*s closes nothing: open it or leave it away");
    if (p->status == OFS_OK && root)
        check_depth(p, root, 0);
    return p->status ? NULL : root;
}

ofs_status ofsi_query_parse(ofsi_span query, const ofsi_query_options *options, ofsi_arena *arena,
                            ofsi_node **root, ofs_error *err) {
    static const ofsi_query_options defaults;
    *root = NULL;
    if (!options)
        options = &defaults;
    if (query.size > OFSI_QUERY_MAX_BYTES)
        return ofsi_fail_at(err, OFS_E_LIMIT, OFSI_QUERY_MAX_BYTES, 0,
                            "a query has %d bytes at the most, this one %zu", (int)OFSI_QUERY_MAX_BYTES,
                            query.size);
    const char *clean = ofsi_clean_query(query, arena);
    if (!clean)
        return ofsi_fail_nomem(err);
    ofsi_query_tokens tokens = {0};
    parser p = {.text = {clean, query.size}, .arena = arena, .any = options->any, .err = err};
    ofs_status status = ofsi_query_lex(p.text, options->plain, arena, &tokens, err);
    if (status)
        return status;
    p.token = tokens.items;
    *root = parse_all(&p);
    return p.status;
}
