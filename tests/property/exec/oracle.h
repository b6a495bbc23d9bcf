/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a query matches and scores, found by going through every paragraph's words with the tree in hand. Nothing of
 * search/exec is used: the rules of its plan.h and filter.h are written out here a second time, without an index.
 */
#ifndef OFS_TESTS_EXEC_ORACLE_H
#define OFS_TESTS_EXEC_ORACLE_H

#include <math.h>
#include <strings.h>

#include "search/query/tree.h"
#include "tests/property/exec/corpus.h"

typedef struct oracle_runs {
    uint32_t starts[4096], ends[4096];
    uint32_t count;
} oracle_runs;

static inline void oracle_push(oracle_runs *runs, uint32_t start, uint32_t end) {
    for (uint32_t i = 0; i < runs->count; i++)
        if (runs->starts[i] == start && runs->ends[i] == end)
            return;
    assert_true(runs->count < 4096);
    runs->starts[runs->count] = start;
    runs->ends[runs->count++] = end;
}

static inline ofsi_tokens oracle_tokens(const corpus *c, ofsi_span text) {
    ofsi_tokens tokens = {0};
    ofs_error err;
    corpus_check(ofsi_analyze(c->analyzer, text, &tokens, &err), &err);
    return tokens;
}

/* ---- patterns ---- */

static inline bool oracle_glob(ofsi_span p, ofsi_span w) {
    if (p.size == 0)
        return w.size == 0;
    ofsi_span rest = {p.data + 1, p.size - 1};
    if (*p.data == '*') {
        for (size_t i = 0; i <= w.size; i++)
            if (oracle_glob(rest, (ofsi_span){w.data + i, w.size - i}))
                return true;
        return false;
    }
    if (w.size == 0)
        return false;
    size_t n = 1;
    while (*p.data == '?' && n < w.size && ((unsigned char)w.data[n] & 0xC0) == 0x80)
        n++;
    return (*p.data == '?' || *p.data == *w.data) && oracle_glob(rest, (ofsi_span){w.data + n, w.size - n});
}

static inline uint32_t oracle_edits(ofsi_span a,
                                    ofsi_span b) { /* of folded words, which the tests keep in ASCII */
    uint32_t rows[64][64];
    assert_true(a.size < 64 && b.size < 64);
    for (uint32_t i = 0; i <= a.size; i++)
        for (uint32_t j = 0; j <= b.size; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = i + j;
                continue;
            }
            uint32_t best = rows[i - 1][j - 1] + (a.data[i - 1] != b.data[j - 1]);
            best = rows[i - 1][j] + 1 < best ? rows[i - 1][j] + 1 : best;
            rows[i][j] = rows[i][j - 1] + 1 < best ? rows[i][j - 1] + 1 : best;
        }
    return rows[a.size][b.size];
}

static inline bool oracle_is_pattern(const ofsi_node *node) {
    return node->type == OFSI_NODE_PREFIX || node->type == OFSI_NODE_WILDCARD ||
           node->type == OFSI_NODE_FUZZY;
}

static inline bool oracle_fits(const ofsi_node *node, ofsi_span folded) {
    char text[512];
    size_t size = ofsi_fold(node->text, text, sizeof text);
    ofsi_span pattern = {text, size};
    if (node->type == OFSI_NODE_PREFIX)
        return folded.size >= size && memcmp(folded.data, text, size) == 0;
    if (node->type == OFSI_NODE_WILDCARD)
        return oracle_glob(pattern, folded);
    return oracle_edits(pattern, folded) <= node->distance;
}

/* ---- places ---- */

static inline bool oracle_same(ofsi_span a, ofsi_span b) {
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static inline bool oracle_has_capital(ofsi_span text) { /* of the words that the tests use */
    for (size_t i = 0; i < text.size; i++)
        if ((text.data[i] >= 'A' && text.data[i] <= 'Z') || memcmp(text.data + i, "\u00C9", 2) == 0)
            return true;
    return false;
}

static inline bool oracle_word_fits(const ofsi_node *node, const ofsi_word *wanted, const ofsi_word *word) {
    if (node->type == OFSI_NODE_WORD || (node->type == OFSI_NODE_PHRASE && node->stemmed))
        return oracle_same(wanted->stem, word->stem);
    if (node->type == OFSI_NODE_EXACT && oracle_has_capital(wanted->surface))
        return oracle_same(wanted->surface, word->surface);
    return oracle_same(wanted->folded, word->folded);
}

/* Tries every way through the words of the query from position `at` of it, at position `place` of the text. */
static inline void oracle_walk(const corpus *c, const ofsi_node *node, const ofsi_tokens *query, uint32_t at,
                               const corpus_para *p, uint32_t start, uint32_t place, oracle_runs *out) {
    bool any_form = node->type == OFSI_NODE_WORD || (node->type == OFSI_NODE_PHRASE && node->stemmed);
    if (at == query->length) {
        oracle_push(out, start, place);
        return;
    }
    for (size_t q = 0; q < query->count; q++) {
        const ofsi_token *token = &query->items[q];
        if (token->position != at || (token->span > 1 && !any_form))
            continue;
        const ofsi_word *wanted = ofsi_analyzer_word(c->analyzer, token->word);
        for (size_t t = 0; t < p->token_count; t++)
            if (p->tokens[t].position == place && oracle_word_fits(node, wanted, p->tokens[t].word))
                oracle_walk(c, node, query, at + token->span, p, start, place + 1, out);
    }
}

static inline bool oracle_vanishes(const corpus *c, const ofsi_node *node) {
    if (oracle_is_pattern(node)) {
        for (size_t i = 0; i < node->text.size; i++)
            if (node->text.data[i] != '*' && node->text.data[i] != '?')
                return false;
        return true;
    }
    if (node->type == OFSI_NODE_WORD || node->type == OFSI_NODE_PHRASE || node->type == OFSI_NODE_EXACT) {
        ofsi_tokens tokens = oracle_tokens(c, node->text);
        uint32_t length = tokens.length;
        ofsi_tokens_free(&tokens);
        return length == 0;
    }
    if (node->type == OFSI_NODE_FIELD)
        return false;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!oracle_vanishes(c, node->children[i]))
            return false;
    return true;
}

static inline void oracle_places(const corpus *c, const ofsi_node *node, const corpus_para *p,
                                 oracle_runs *out);

static inline bool oracle_is_near(const ofsi_node *node, const oracle_runs *a, uint32_t i,
                                  const oracle_runs *b, uint32_t j) {
    int64_t gap = (int64_t)b->starts[j] - ((int64_t)a->ends[i] - 1);
    return gap >= 1 && gap <= (int64_t)node->distance;
}

/* Every chain of the members from `member` on, whose last stands at run `last` of the one before. */
static inline void oracle_chain(const ofsi_node *node, oracle_runs *const *members, uint32_t count,
                                uint32_t member, uint32_t last, uint32_t start, uint32_t end,
                                oracle_runs *out) {
    if (member == count) {
        oracle_push(out, start, end);
        return;
    }
    const oracle_runs *now = members[member];
    for (uint32_t j = 0; j < now->count; j++) {
        bool fits = member == 0 || oracle_is_near(node, members[member - 1], last, now, j) ||
                    (!node->ordered && oracle_is_near(node, now, j, members[member - 1], last));
        if (!fits)
            continue;
        uint32_t s = member && start < now->starts[j] ? start : now->starts[j];
        uint32_t e = member && end > now->ends[j] ? end : now->ends[j];
        oracle_chain(node, members, count, member + 1, j, s, e, out);
    }
}

static inline void oracle_near(const corpus *c, const ofsi_node *node, const corpus_para *p,
                               oracle_runs *out) {
    oracle_runs *members[8], *all = calloc(1, sizeof *all);
    uint32_t count = 0;
    assert_non_null(all);
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (oracle_vanishes(c, node->children[i]))
            continue;
        members[count] = calloc(1, sizeof *members[count]);
        assert_non_null(members[count]);
        oracle_places(c, node->children[i], p, members[count++]);
    }
    if (count == 1) {
        for (uint32_t i = 0; i < members[0]->count; i++)
            oracle_push(out, members[0]->starts[i], members[0]->ends[i]);
    } else {
        oracle_chain(node, members, count, 0, 0, 0, 0, all);
        for (uint32_t i = 0; i < all->count; i++) {
            bool holds_another = false;
            for (uint32_t k = 0; k < all->count; k++)
                holds_another = holds_another ||
                                (k != i && all->starts[k] >= all->starts[i] && all->ends[k] <= all->ends[i]);
            if (!holds_another)
                oracle_push(out, all->starts[i], all->ends[i]);
        }
    }
    for (uint32_t i = 0; i < count; i++)
        free(members[i]);
    free(all);
}

static inline void oracle_places(const corpus *c, const ofsi_node *node, const corpus_para *p,
                                 oracle_runs *out) {
    if (node->type == OFSI_NODE_OR) {
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!oracle_vanishes(c, node->children[i]))
                oracle_places(c, node->children[i], p, out);
    } else if (node->type == OFSI_NODE_NEAR) {
        oracle_near(c, node, p, out);
    } else if (oracle_is_pattern(node)) {
        for (size_t t = 0; t < p->token_count; t++)
            if (oracle_fits(node, p->tokens[t].word->folded))
                oracle_push(out, p->tokens[t].position, p->tokens[t].position + 1);
    } else {
        ofsi_tokens query = oracle_tokens(c, node->text);
        for (uint32_t place = 0; place < p->length && query.length; place++)
            oracle_walk(c, node, &query, 0, p, place, place, out);
        ofsi_tokens_free(&query);
    }
}

/* ---- filters ---- */

static inline bool oracle_holds_words(const corpus *c, const ofsi_node *node, const char *text) {
    if (!text)
        return false;
    ofsi_tokens wanted = oracle_tokens(c, node->text), got = oracle_tokens(c, ofsi_span_of(text));
    bool all = wanted.count > 0;
    for (size_t w = 0; w < wanted.count; w++) {
        bool found = wanted.items[w].span > 1;
        for (size_t g = 0; g < got.count; g++)
            found = found || oracle_same(ofsi_analyzer_word(c->analyzer, wanted.items[w].word)->stem,
                                         ofsi_analyzer_word(c->analyzer, got.items[g].word)->stem);
        all = all && found;
    }
    ofsi_tokens_free(&wanted);
    ofsi_tokens_free(&got);
    return all;
}

static inline bool oracle_in_span(const ofsi_node *node, int32_t first, int32_t last) {
    return first != OFSI_DATE_NONE && first <= node->to && last >= node->from;
}

static inline bool oracle_number(const ofsi_node *node, const char *number) {
    if (!node->has_numbers)
        return oracle_same(node->text, ofsi_span_of(number));
    char *end;
    long value = strtol(number, &end, 10);
    return end != number && (*end == '\0' || node->is_range) && value >= node->from && value <= node->to;
}

/* The values that random filters have, and the keys they mean. */
static inline bool oracle_has_key(const ofsi_node *node, const char *keys) {
    static const char *const meant[][2] = {
        {"Old-Town Council", "\nold town\n"}, {"LB of Lambeth", "\nlambeth\n"}, {"borough", "\nborough\n"}};
    for (int i = 0; i < 3; i++)
        if (keys && oracle_same(node->text, ofsi_span_of(meant[i][0])) && strstr(keys, meant[i][1]))
            return true;
    return false;
}

static inline bool oracle_filter(const corpus *c, const ofsi_node *node, const corpus_para *p) {
    const corpus_report *r = &c->reports[p->report];
    bool passes = false;
    switch (node->field) {
    case OFSI_FIELD_GRADE:
        return node->has_numbers ? p->grade && p->level >= node->from && p->level <= node->to
                                 : oracle_holds_words(c, node, p->grade);
    case OFSI_FIELD_SECTION:
        for (uint32_t d = 0; d < p->depth; d++)
            passes = passes || oracle_holds_words(c, node, p->path[d]);
        return passes;
    case OFSI_FIELD_PROVIDER:
        return oracle_holds_words(c, node, r->provider) || oracle_holds_words(c, node, r->provider_name) ||
               oracle_has_key(node, r->provider_keys);
    case OFSI_FIELD_TITLE:
        return oracle_holds_words(c, node, r->title);
    case OFSI_FIELD_INSPECTORATE:
        return oracle_holds_words(c, node, r->inspectorate);
    case OFSI_FIELD_INSPECTION:
        return oracle_holds_words(c, node, r->inspection);
    case OFSI_FIELD_OVERALL:
        return node->has_numbers
                   ? r->overall && r->overall_level >= node->from && r->overall_level <= node->to
                   : oracle_holds_words(c, node, r->overall);
    case OFSI_FIELD_GENERATION:
        return (int64_t)r->generation >= node->from && (int64_t)r->generation <= node->to;
    case OFSI_FIELD_KIND:
        return oracle_same(node->text, ofsi_span_of(ofs_kind_name((ofs_kind)p->kind)));
    case OFSI_FIELD_PARA:
        return p->number[0] && oracle_number(node, p->number);
    case OFSI_FIELD_REPORT:
        if (!node->quoted && node->text.data[node->text.size - 1] == '*')
            return strncmp(r->id, node->text.data, node->text.size - 1) == 0;
        return oracle_same(node->text, ofsi_span_of(r->id));
    case OFSI_FIELD_PUBLISHED:
        return oracle_in_span(node, r->published, r->published);
    case OFSI_FIELD_INSPECTED:
        return r->from != OFSI_DATE_NONE
                   ? oracle_in_span(node, r->from, r->to != OFSI_DATE_NONE ? r->to : r->from)
                   : oracle_in_span(node, r->to, r->to);
    case OFSI_FIELD_DATE:
        return r->published != OFSI_DATE_NONE ? oracle_in_span(node, r->published, r->published)
                                              : oracle_in_span(node, r->to, r->to);
    case OFSI_FIELD_ROLE:
        return p->role && node->text.size == strlen(p->role) &&
               strncasecmp(node->text.data, p->role, node->text.size) == 0;
    }
    return false;
}

/* ---- matches ---- */

static inline bool oracle_holds(const corpus *c, const ofsi_node *node, const corpus_para *p) {
    switch (node->type) {
    case OFSI_NODE_AND:
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!oracle_vanishes(c, node->children[i]) && !oracle_holds(c, node->children[i], p))
                return false;
        return true;
    case OFSI_NODE_OR:
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!oracle_vanishes(c, node->children[i]) && oracle_holds(c, node->children[i], p))
                return true;
        return false;
    case OFSI_NODE_NOT:
        return !oracle_holds(c, node->children[0], p);
    case OFSI_NODE_FIELD:
        return oracle_filter(c, node, p);
    default: {
        oracle_runs *runs = calloc(1, sizeof *runs);
        assert_non_null(runs);
        oracle_places(c, node, p, runs);
        bool holds = runs->count > 0;
        free(runs);
        return holds;
    }
    }
}

static inline bool oracle_wants_notes(const ofsi_node *node, bool negated) {
    if (node->type == OFSI_NODE_FIELD)
        return !negated && node->field == OFSI_FIELD_KIND && oracle_same(node->text, ofsi_span_of("note"));
    for (uint32_t i = 0; i < node->child_count; i++)
        if (oracle_wants_notes(node->children[i], negated != (node->type == OFSI_NODE_NOT)))
            return true;
    return false;
}

/* root NULL: every paragraph. */
static inline bool oracle_matches(const corpus *c, const ofsi_node *root, const corpus_para *p) {
    if (c->reports[p->report].dead ||
        (p->kind == OFS_KIND_NOTE && !(root && oracle_wants_notes(root, false))))
        return false;
    return !root || (!oracle_vanishes(c, root) && oracle_holds(c, root, p));
}

/* ---- scores ---- */

typedef struct oracle_addend {
    const ofsi_node *pattern; /* or */
    ofsi_span stem;
    double weight, idf;
} oracle_addend;

typedef struct oracle_scores {
    oracle_addend addends[256];
    uint32_t count;
    double k1, b, average;
    uint64_t live;
} oracle_scores;

static inline uint32_t oracle_tf(const oracle_addend *a, const corpus_para *p) {
    uint32_t tf = 0;
    for (size_t t = 0; t < p->token_count; t++)
        tf += a->pattern ? oracle_fits(a->pattern, p->tokens[t].word->folded)
                         : oracle_same(a->stem, p->tokens[t].word->stem);
    return tf;
}

static inline void oracle_add(const corpus *c, oracle_scores *scores, oracle_addend addend) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < c->para_count; i++)
        n += !c->reports[c->paras[i].report].dead && oracle_tf(&addend, &c->paras[i]) > 0;
    addend.idf = log(1.0 + ((double)scores->live - (double)n + 0.5) / ((double)n + 0.5));
    assert_true(scores->count < 256);
    scores->addends[scores->count++] = addend;
}

static inline void oracle_leaves(const corpus *c, const ofsi_node *node, double weight,
                                 oracle_scores *scores) {
    weight *= node->weight;
    if (node->type == OFSI_NODE_NOT || node->type == OFSI_NODE_FIELD || oracle_vanishes(c, node))
        return;
    if (oracle_is_pattern(node)) {
        oracle_add(c, scores, (oracle_addend){.pattern = node, .weight = weight});
        return;
    }
    for (uint32_t i = 0; i < node->child_count; i++)
        oracle_leaves(c, node->children[i], weight, scores);
    if (node->child_count)
        return;
    ofsi_tokens tokens = oracle_tokens(c, node->text);
    bool any_form = node->type == OFSI_NODE_WORD || (node->type == OFSI_NODE_PHRASE && node->stemmed);
    for (size_t i = 0; i < tokens.count; i++)
        if (tokens.items[i].span == 1 || any_form)
            oracle_add(c, scores,
                       (oracle_addend){.stem = ofsi_analyzer_word(c->analyzer, tokens.items[i].word)->stem,
                                       .weight = weight});
    ofsi_tokens_free(&tokens);
}

static inline void oracle_start(const corpus *c, const ofsi_node *root, double k1, double b,
                                oracle_scores *scores) {
    uint64_t words = 0;
    *scores = (oracle_scores){.k1 = k1, .b = b};
    for (uint32_t i = 0; i < c->para_count; i++) {
        if (c->reports[c->paras[i].report].dead)
            continue;
        scores->live++;
        words += c->paras[i].length;
    }
    scores->average = words ? (double)words / (double)scores->live : 1.0;
    if (root)
        oracle_leaves(c, root, 1.0, scores);
}

static inline double oracle_score(const oracle_scores *scores, const corpus_para *p) {
    double sum = 0.0;
    for (uint32_t i = 0; i < scores->count; i++) {
        const oracle_addend *a = &scores->addends[i];
        uint32_t tf = oracle_tf(a, p);
        double norm = scores->k1 * (1.0 - scores->b + scores->b * (double)p->length / scores->average);
        if (tf)
            sum += a->weight * (a->idf * (double)tf / ((double)tf + norm));
    }
    return sum;
}

#endif
