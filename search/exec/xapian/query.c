/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plans as Xapian's queries.
 *
 * Scores. Xapian's BM25 is ours but for its idf and a constant factor, so each leaf is scaled by what is between them, exactly
 * the same in every shard, as the statistics are those of all. What matches is apart from what scores, as every leaf under no
 * NOT scores whichever branch matched: AND_MAYBE(match scaled to 0, OR of leaves). Where every leaf must be there, or any
 * will do, and each is a word, one tree does both. A pattern of several forms scores as a SYNONYM of them; Xapian would guess
 * its frequency, differently in each shard, but with the term of every document among its parts it is that of all.
 *
 * Order. NEAR of two is PHRASE either way round: Xapian's NEAR may pass over words that stand at one position.
 */
#include <math.h>

#include "indexer/base/alloc.h"
#include "search/exec/xapian/engine.h"

/* Ways through a phrase with joins; one with more is looked at match by match. */
enum { PATHS_MOST = 64 };

/* ---- what Xapian can say ---- */

/* Ways from place `at` of the phrase to its end, counted up to PATHS_MOST + 1. */
static uint32_t count_paths(const ofsi_plan_node *node, uint32_t at) {
    uint32_t paths = 0;
    if (at == node->length)
        return 1;
    for (uint32_t i = 0; i < node->edge_count && paths <= PATHS_MOST; i++)
        if (node->edges[i].from == at)
            paths += count_paths(node, node->edges[i].to);
    return paths;
}

static bool has_few_paths(const ofsi_plan_node *node) {
    return node->edge_count == node->length ||
           (node->length <= PATHS_MOST && count_paths(node, 0) <= PATHS_MOST);
}

/* One word, or alternatives of words: what may stand below PHRASE. */
static bool is_word(const ofsi_plan_node *node) {
    if (node->type == OFSI_PLAN_PHRASE)
        return node->edge_count == 1;
    if (node->type != OFSI_PLAN_OR)
        return node->type == OFSI_PLAN_TERM || node->type == OFSI_PLAN_PATTERN;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!is_word(node->children[i]))
            return false;
    return true;
}

bool ofsi_xnode_is_exact(const ofsi_plan_node *node, bool careful) {
    switch (node->type) {
    case OFSI_PLAN_PHRASE:
        return has_few_paths(node);
    case OFSI_PLAN_NEAR:
        return node->child_count == 2 && is_word(node->children[0]) && is_word(node->children[1]);
    case OFSI_PLAN_NOT:
        return !careful && ofsi_xnode_is_exact(node->children[0], careful);
    default:
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!ofsi_xnode_is_exact(node->children[i], careful))
                return false;
        return true;
    }
}

bool ofsi_xmaker_is_exact(const ofsi_xmaker *m) {
    const ofsi_plan *plan = m->weighed->plan;
    return !plan->root || (ofsi_xnode_is_exact(plan->root, m->careful) && (plan->notes || !m->careful));
}

/* ---- what matches ---- */

/* Work space of as many queries as a node has parts. */
static ofsi_xquery *make_room(ofsi_xmaker *m, size_t count) {
    ofsi_xquery *room = m->status == OFS_OK ? ofsi_calloc(count + 1, sizeof *room) : NULL;
    if (!room)
        ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
    return room;
}

/* A word; below PHRASE, with `placed`, where terms are asked for their positions, it is the term itself. */
static ofsi_xquery make_word(ofsi_xmaker *m, ofsi_span term, bool placed) {
    return placed ? ofsi_xmaker_bytes(m, term) : ofsi_xmaker_leaf(m, term);
}

static ofsi_xquery make_edge(ofsi_xmaker *m, const ofsi_plan_edge *edge, bool placed) {
    const char *prefix = edge->rule == OFSI_FORM_FOLDED ? OFSI_XAPIAN_FORM : OFSI_XAPIAN_CAPITALS;
    ofsi_buf term = {0};
    if (edge->rule == OFSI_FORM_ANY)
        return make_word(m, m->weighed->terms[edge->term].terms[0], placed);
    ofsi_xapian_term(prefix, edge->form, &term);
    ofsi_xquery word = term.failed ? ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err))
                                   : make_word(m, ofsi_buf_span(&term), placed);
    ofsi_buf_free(&term);
    return word;
}

/* Words side by side; what weighs something is not to be felt. */
static ofsi_xquery make_way(ofsi_xmaker *m, const ofsi_plan_edge *const *steps, uint32_t count) {
    if (count == 1)
        return make_edge(m, steps[0], false);
    ofsi_xquery *words = make_room(m, count), way = NULL;
    for (uint32_t i = 0; words && i < count; i++)
        words[i] = make_edge(m, steps[i], true);
    if (words)
        way = ofsi_xmaker_combine(m, OFS_XAPIAN_PHRASE, words, count, 0);
    ofsi_free(words);
    return m->careful ? ofsi_xmaker_scale(m, way, OFSI_XTINY) : way;
}

/* The ways through a phrase: the edges of the one at hand, and those that are made. */
typedef struct paths {
    const ofsi_plan_node *node;
    const ofsi_plan_edge **steps; /* as many as the phrase is long */
    uint32_t step_count;
    ofsi_xquery ways[PATHS_MOST];
    uint32_t way_count;
} paths;

static void follow_paths(ofsi_xmaker *m, paths *p, uint32_t at) {
    if (at == p->node->length) {
        p->ways[p->way_count++] = make_way(m, p->steps, p->step_count);
        return;
    }
    for (uint32_t i = 0; i < p->node->edge_count; i++) {
        if (p->node->edges[i].from != at)
            continue;
        p->steps[p->step_count++] = &p->node->edges[i];
        follow_paths(m, p, p->node->edges[i].to);
        p->step_count--;
    }
}

static ofsi_xquery make_ways(ofsi_xmaker *m, const ofsi_plan_node *node) {
    paths p = {.node = node, .steps = ofsi_calloc((size_t)node->length + 1, sizeof(const ofsi_plan_edge *))};
    if (!p.steps)
        return ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
    follow_paths(m, &p, 0);
    ofsi_free(p.steps);
    return ofsi_xmaker_combine(m, OFS_XAPIAN_OR, p.ways, p.way_count, 0);
}

/* Any of the edges that begin the phrase and any that end it: more than the phrase, and little to say. */
static ofsi_xquery make_ends(ofsi_xmaker *m, const ofsi_plan_node *node) {
    ofsi_xquery *some = make_room(m, node->edge_count), ends[2] = {NULL, NULL};
    for (int end = 0; some && end < 2; end++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < node->edge_count; i++)
            if (end ? node->edges[i].to == node->length : node->edges[i].from == 0)
                some[count++] = make_edge(m, &node->edges[i], false);
        ends[end] = ofsi_xmaker_combine(m, OFS_XAPIAN_OR, some, count, 0);
    }
    ofsi_free(some);
    return ofsi_xmaker_combine(m, OFS_XAPIAN_AND, ends, 2, 0);
}

static ofsi_xquery make_phrase(ofsi_xmaker *m, const ofsi_plan_node *node, bool below) {
    return has_few_paths(node) ? make_ways(m, node) : below ? ofsi_xmaker_nothing(m) : make_ends(m, node);
}

static ofsi_xquery make_pattern(ofsi_xmaker *m, const ofsi_xleaf *leaf, bool placed) {
    ofsi_xquery *forms = make_room(m, leaf->term_count);
    for (uint32_t i = 0; forms && i < leaf->term_count; i++)
        forms[i] = make_word(m, leaf->terms[i], placed);
    ofsi_xquery any = forms ? ofsi_xmaker_combine(m, OFS_XAPIAN_OR, forms, leaf->term_count, 0) : NULL;
    ofsi_free(forms);
    return any;
}

/* All that must be there, and none of what may not. Without the second, `nots` is nothing. */
static ofsi_xquery take_away(ofsi_xmaker *m, ofsi_xquery *members, size_t count, ofsi_xquery *nots,
                             size_t not_count) {
    ofsi_xquery all = count ? ofsi_xmaker_combine(m, OFS_XAPIAN_AND, members, count, 0) : ofsi_xmaker_all(m);
    if (not_count == 0)
        return all;
    return ofsi_xmaker_minus(m, all, ofsi_xmaker_combine(m, OFS_XAPIAN_OR, nots, not_count, 0));
}

static ofsi_xquery make_group(ofsi_xmaker *m, const ofsi_plan_node *node, bool below) {
    ofsi_xquery *parts = make_room(m, (size_t)node->child_count * 2), *nots = NULL, group = NULL;
    uint32_t in = 0, out = 0;
    nots = parts ? parts + node->child_count : NULL;
    for (uint32_t i = 0; parts && i < node->child_count; i++) {
        const ofsi_plan_node *child = node->children[i];
        if (node->type == OFSI_PLAN_AND && child->type == OFSI_PLAN_NOT)
            nots[out++] = ofsi_xmaker_node(m, child->children[0], !below);
        else
            parts[in++] = ofsi_xmaker_node(m, child, below);
    }
    if (parts && m->status == OFS_OK)
        group = node->type == OFSI_PLAN_OR ? ofsi_xmaker_combine(m, OFS_XAPIAN_OR, parts, in, 0)
                                           : take_away(m, parts, in, nots, out);
    ofsi_free(parts);
    return group;
}

/* A member of NEAR that is a word, or alternatives of words. */
static ofsi_xquery make_member(ofsi_xmaker *m, const ofsi_plan_node *node) {
    if (node->type == OFSI_PLAN_TERM)
        return make_word(m, m->weighed->terms[node->number].terms[0], true);
    if (node->type == OFSI_PLAN_PATTERN)
        return make_pattern(m, &m->weighed->patterns[node->number], true);
    if (node->type == OFSI_PLAN_PHRASE)
        return make_edge(m, &node->edges[0], true);
    ofsi_xquery *members = make_room(m, node->child_count), any = NULL;
    for (uint32_t i = 0; members && i < node->child_count; i++)
        members[i] = make_member(m, node->children[i]);
    if (members)
        any = ofsi_xmaker_combine(m, OFS_XAPIAN_OR, members, node->child_count, 0);
    ofsi_free(members);
    return any;
}

static ofsi_xquery make_near(ofsi_xmaker *m, const ofsi_plan_node *node, bool below) {
    if (!ofsi_xnode_is_exact(node, m->careful))
        return below ? ofsi_xmaker_nothing(m) : make_group(m, node, below);
    const ofsi_xquery a = make_member(m, node->children[0]), b = make_member(m, node->children[1]);
    const ofsi_xquery forth[2] = {a, b}, back[2] = {b, a};
    ofsi_xquery near = ofsi_xmaker_combine(m, OFS_XAPIAN_PHRASE, forth, 2, node->distance + 1);
    if (!node->ordered)
        near = ofsi_xmaker_pair(m, OFS_XAPIAN_OR, near,
                                ofsi_xmaker_combine(m, OFS_XAPIAN_PHRASE, back, 2, node->distance + 1));
    return m->careful ? ofsi_xmaker_scale(m, near, OFSI_XTINY) : near;
}

ofsi_xquery ofsi_xmaker_node(ofsi_xmaker *m, const ofsi_plan_node *node, bool below) {
    if (m->status != OFS_OK)
        return NULL;
    switch (node->type) {
    case OFSI_PLAN_ALL:
        return ofsi_xmaker_all(m);
    case OFSI_PLAN_TERM:
        return make_word(m, m->weighed->terms[node->number].terms[0], false);
    case OFSI_PLAN_PHRASE:
        return make_phrase(m, node, below);
    case OFSI_PLAN_PATTERN:
        return make_pattern(m, &m->weighed->patterns[node->number], false);
    case OFSI_PLAN_FILTER:
        return ofsi_xmaker_filter(m, node->filter);
    case OFSI_PLAN_AND:
    case OFSI_PLAN_OR:
        return make_group(m, node, below);
    case OFSI_PLAN_NOT:
        return ofsi_xmaker_minus(m, ofsi_xmaker_all(m), ofsi_xmaker_node(m, node->children[0], !below));
    case OFSI_PLAN_NEAR:
        return make_near(m, node, below);
    case OFSI_PLAN_NOTHING:
        break;
    }
    return ofsi_xmaker_nothing(m);
}

/* ---- what scores ---- */

/* A leaf with the sum of its weights. */
typedef struct weighted {
    const ofsi_xleaf *leaf;
    bool is_pattern;
    uint32_t number;
    double weight;
} weighted;

static uint32_t gather_leaves(const ofsi_xweighed *weighed, weighted *leaves) {
    const ofsi_plan *plan = weighed->plan;
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->score_count; i++) {
        const ofsi_plan_score *score = &plan->scores[i];
        uint32_t at = 0;
        while (at < count &&
               (leaves[at].is_pattern != score->is_pattern || leaves[at].number != score->number))
            at++;
        if (at == count)
            leaves[count++] = (weighted){score->is_pattern ? &weighed->patterns[score->number]
                                                           : &weighed->terms[score->number],
                                         score->is_pattern, score->number, 0.0};
        leaves[at].weight += score->weight;
    }
    return count;
}

uint32_t ofsi_xplan_leaf_count(const ofsi_plan *plan) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->score_count; i++) {
        uint32_t before = 0;
        while (before < i && (plan->scores[before].is_pattern != plan->scores[i].is_pattern ||
                              plan->scores[before].number != plan->scores[i].number))
            before++;
        count += before == i;
    }
    return count;
}

/* What Xapian makes of a term's frequency, before k1 + 1. */
static double xapian_idf(uint64_t documents, uint64_t df) {
    double odds = ((double)(documents - df) + 0.5) / ((double)df + 0.5);
    return log(odds < 2 ? odds * 0.5 + 1 : odds);
}

/* The leaf with our weight; of a pattern of several forms it matches everything. */
static ofsi_xquery make_scoring(ofsi_xmaker *m, const weighted *w) {
    const ofsi_xleaf *leaf = w->leaf;
    uint64_t documents = m->e->documents;
    double ours = leaf->idf * w->weight / (m->k1 + 1);
    if (leaf->term_count == 1)
        return ofsi_xmaker_scale(m, ofsi_xmaker_bytes(m, leaf->terms[0]),
                                 ours / xapian_idf(documents, leaf->df));
    ofsi_xquery *forms = make_room(m, (size_t)leaf->term_count + 1);
    for (uint32_t i = 0; forms && i < leaf->term_count; i++)
        forms[i] = ofsi_xmaker_bytes(m, leaf->terms[i]);
    if (!forms)
        return NULL;
    forms[leaf->term_count] = ofsi_xmaker_bytes(m, ofsi_span_of(OFSI_XAPIAN_EVERY));
    ofsi_xquery any = ofsi_xmaker_combine(m, OFS_XAPIAN_SYNONYM, forms, (size_t)leaf->term_count + 1, 0);
    ofsi_free(forms);
    return ofsi_xmaker_scale(m, any, ours / xapian_idf(documents, documents));
}

/* ---- the whole ---- */

/* How far one tree can match and score. */
typedef enum shape { SHAPE_APART, SHAPE_ALL, SHAPE_ANY } shape;

static bool holds_stem(const ofsi_plan_node *node, const weighted *w) {
    if (node->type == OFSI_PLAN_TERM)
        return !w->is_pattern && node->number == w->number;
    if (node->type != OFSI_PLAN_PHRASE || node->edge_count != node->length)
        return false;
    for (uint32_t i = 0; i < node->edge_count; i++)
        if (!w->is_pattern && node->edges[i].term == w->number)
            return true;
    return false;
}

static shape shape_of(const ofsi_plan_node *root, const weighted *leaves, uint32_t count) {
    bool all = root->type == OFSI_PLAN_AND || root->child_count == 0, any = root->type == OFSI_PLAN_OR;
    for (uint32_t i = 0; i < root->child_count; i++)
        any = any && root->children[i]->type == OFSI_PLAN_TERM;
    for (uint32_t l = 0; l < count && all; l++) {
        bool found = root->child_count == 0 && holds_stem(root, &leaves[l]);
        for (uint32_t i = 0; i < root->child_count && !found; i++)
            found = holds_stem(root->children[i], &leaves[l]);
        all = found;
    }
    return all ? SHAPE_ALL : any ? SHAPE_ANY : SHAPE_APART;
}

/* What the root asks beside its words, which the scores ask for already; NULL: nothing. */
static ofsi_xquery make_rest(ofsi_xmaker *m, const ofsi_plan_node *root, ofsi_xquery match) {
    ofsi_plan_node rest = *root;
    if (root->child_count == 0)
        return root->type == OFSI_PLAN_TERM ? NULL : match;
    rest.children = ofsi_calloc(root->child_count, sizeof(ofsi_plan_node *));
    if (!rest.children)
        return ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
    rest.child_count = 0;
    for (uint32_t i = 0; i < root->child_count; i++)
        if (root->children[i]->type != OFSI_PLAN_TERM)
            rest.children[rest.child_count++] = root->children[i];
    ofsi_xquery query = rest.child_count ? make_group(m, &rest, false) : NULL;
    ofsi_free(rest.children);
    return query;
}

/* Scores of leaves that are in the index at all. */
static ofsi_xquery *make_scores(ofsi_xmaker *m, weighted *leaves, uint32_t leaf_count, uint32_t *count) {
    ofsi_xquery *scores = make_room(m, leaf_count);
    *count = 0;
    for (uint32_t i = 0; scores && i < leaf_count; i++)
        if (leaves[i].leaf->df && leaves[i].weight > 0)
            scores[(*count)++] = make_scoring(m, &leaves[i]);
    return scores;
}

static ofsi_xquery join_scores(ofsi_xmaker *m, const ofsi_plan_node *root, ofsi_xquery match,
                               weighted *leaves, uint32_t leaf_count) {
    uint32_t count;
    ofsi_xquery *scores = make_scores(m, leaves, leaf_count, &count), joined = NULL;
    shape s = scores && !m->careful ? shape_of(root, leaves, leaf_count) : SHAPE_APART;
    if (!m->careful)
        match = ofsi_xmaker_scale(m, match, 0);
    if (scores && count == 0) {
        joined = match;
    } else if (scores && s == SHAPE_ANY) {
        joined = ofsi_xmaker_combine(m, OFS_XAPIAN_OR, scores, count, 0);
    } else if (scores && s == SHAPE_ALL && count == leaf_count) {
        ofsi_xquery rest = make_rest(m, root, match);
        joined = ofsi_xmaker_combine(m, OFS_XAPIAN_AND, scores, count, 0);
        if (rest)
            joined = ofsi_xmaker_pair(m, OFS_XAPIAN_FILTER, joined, rest);
    } else if (scores) {
        joined = ofsi_xmaker_pair(m, OFS_XAPIAN_AND_MAYBE, match,
                                  ofsi_xmaker_combine(m, OFS_XAPIAN_OR, scores, count, 0));
    }
    ofsi_free(scores);
    return joined;
}

static ofsi_xquery make_root(ofsi_xmaker *m, bool scores) {
    const ofsi_plan *plan = m->weighed->plan;
    ofsi_xquery query = plan->root ? ofsi_xmaker_node(m, plan->root, false) : ofsi_xmaker_nothing(m);
    if (scores && plan->root && m->status == OFS_OK) {
        weighted *leaves = ofsi_calloc((size_t)plan->score_count + 1, sizeof *leaves);
        if (!leaves)
            return ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
        query = join_scores(m, plan->root, query, leaves, gather_leaves(m->weighed, leaves));
        ofsi_free(leaves);
    }
    if (plan->notes)
        return query;
    return ofsi_xmaker_minus(
        m, query, ofsi_xmaker_term(m, OFSI_XAPIAN_KIND, ofsi_span_of(ofs_kind_name(OFS_KIND_NOTE))));
}

ofsi_xquery ofsi_xmaker_root(ofsi_xmaker *m, bool scores) {
    ofsi_xquery query = make_root(m, scores);
    if (m->needs_care && !m->careful) {
        m->careful = true;
        query = make_root(m, scores);
    }
    return query;
}
