/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The native engine against the oracle: random collections, in one segment and in several, some reports dead; random
 * trees of every operator; matches, scores, order, totals, facets, explanations.
 */
#include <strings.h>

#include "search/exec/engine.h"
#include "tests/property/exec/oracle.h"

static uint32_t rounds(void) {
    const char *text = getenv("OFS_TEST_ROUNDS");
    return text ? (uint32_t)strtoul(text, NULL, 10) : 1;
}

/* ---- random trees ---- */

typedef struct maker {
    test_rng *rng;
    const corpus *c;
    ofsi_arena *arena;
} maker;

static ofsi_node *new_node(maker *m, ofsi_node_type type) {
    ofsi_node *node = ofsi_node_new(m->arena, type);
    assert_non_null(node);
    if (test_rng_chance(m->rng, 15) && type != OFSI_NODE_FIELD)
        node->weight = (double)test_rng_between(m->rng, 1, 8) / 2.0;
    return node;
}

static ofsi_span keep(maker *m, const char *text) {
    char *copy = ofsi_arena_strndup(m->arena, text, strlen(text));
    assert_non_null(copy);
    return ofsi_span_of(copy);
}

/* Some words: as some paragraph has them side by side, or at random. */
static ofsi_span some_words(maker *m, uint32_t most) {
    char text[256] = "";
    uint32_t n = test_rng_between(m->rng, 1, most);
    const corpus_para *p = &m->c->paras[test_rng_below(m->rng, m->c->para_count)];
    if (p->length > n && test_rng_chance(m->rng, 60)) {
        uint32_t first = test_rng_below(m->rng, p->length - n);
        for (size_t t = 0; t < p->token_count; t++)
            if (p->tokens[t].position >= first && p->tokens[t].position < first + n &&
                (p->tokens[t].span == 1 || test_rng_chance(m->rng, 20)))
                snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", *text ? " " : "",
                         (int)p->tokens[t].word->surface.size, p->tokens[t].word->surface.data);
    }
    for (uint32_t i = 0; i < n && !*text; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? " " : "",
                 corpus_word(m->rng));
    return keep(m, text);
}

static const char *plain_word(maker *m) {
    static const char *const words[] = {"safeguarding", "children",  "organisations", "dying",
                                        "agencies",     "missing",   "happily",       "relational",
                                        "skies",        "carefully", "lying",         "mashing",
                                        "women",        "women's",   "people's",      "personal"};
    return words[test_rng_below(m->rng, sizeof words / sizeof words[0])];
}

static ofsi_node *random_pattern(maker *m) {
    char text[64];
    snprintf(text, sizeof text, "%s", plain_word(m));
    size_t n = strlen(text), at = test_rng_below(m->rng, (uint32_t)n);
    if (test_rng_chance(m->rng, 40)) {
        ofsi_node *node = new_node(m, OFSI_NODE_PREFIX);
        text[test_rng_between(m->rng, 1, (uint32_t)n)] = '\0';
        node->text = keep(m, text);
        return node;
    }
    if (test_rng_chance(m->rng, 50)) {
        ofsi_node *node = new_node(m, OFSI_NODE_WILDCARD);
        text[at] = "*?"[test_rng_below(m->rng, 2)];
        if (test_rng_chance(m->rng, 40))
            text[test_rng_below(m->rng, (uint32_t)n)] = '*';
        node->text = keep(m, text);
        return node;
    }
    ofsi_node *node = new_node(m, OFSI_NODE_FUZZY);
    node->distance = test_rng_between(m->rng, 1, 2);
    text[at] = 'x';
    node->text = keep(m, text);
    return node;
}

static ofsi_node *random_leaf(maker *m) {
    uint32_t kind = test_rng_below(m->rng, 100);
    if (kind < 2) {
        ofsi_node *node = new_node(m, OFSI_NODE_WORD);
        node->text = keep(m, "-!-"); /* vanishes */
        return node;
    }
    if (kind < 20)
        return random_pattern(m);
    ofsi_node *node = new_node(m, kind < 60   ? OFSI_NODE_WORD
                                  : kind < 80 ? OFSI_NODE_PHRASE
                                              : OFSI_NODE_EXACT);
    node->stemmed = node->type == OFSI_NODE_PHRASE && test_rng_chance(m->rng, 50);
    node->quoted = node->type == OFSI_NODE_EXACT;
    node->text = node->type == OFSI_NODE_WORD ? keep(m, corpus_word(m->rng)) : some_words(m, 3);
    return node;
}

static ofsi_node *random_filter(maker *m) {
    static const struct {
        ofsi_field field;
        const char *value;
    } filters[] = {{OFSI_FIELD_GRADE, "good"},
                   {OFSI_FIELD_GRADE, "requires improvement"},
                   {OFSI_FIELD_GRADE, "4"},
                   {OFSI_FIELD_GRADE, "2..3"},
                   {OFSI_FIELD_SECTION, "quality of provision"},
                   {OFSI_FIELD_SECTION, "safeguards"},
                   {OFSI_FIELD_PROVIDER, "borough"},
                   {OFSI_FIELD_PROVIDER, "Lambeth London"},
                   {OFSI_FIELD_PROVIDER, "St Thomas'"},
                   {OFSI_FIELD_PROVIDER, "Old-Town Council"},
                   {OFSI_FIELD_PROVIDER, "LB of Lambeth"},
                   {OFSI_FIELD_TITLE, "childrens home"},
                   {OFSI_FIELD_TITLE, "children's"},
                   {OFSI_FIELD_KIND, "recommendation"},
                   {OFSI_FIELD_KIND, "note"},
                   {OFSI_FIELD_KIND, "paragraph"},
                   {OFSI_FIELD_PARA, "3"},
                   {OFSI_FIELD_PARA, "2..5"},
                   {OFSI_FIELD_PARA, "2.1"},
                   {OFSI_FIELD_REPORT, "a0*"},
                   {OFSI_FIELD_REPORT, "b020"},
                   {OFSI_FIELD_INSPECTORATE, "ofsted"},
                   {OFSI_FIELD_PUBLISHED, "2012"},
                   {OFSI_FIELD_PUBLISHED, "2011-06..2013"},
                   {OFSI_FIELD_INSPECTED, "2012-03..2012-08"},
                   {OFSI_FIELD_DATE, "..2011"},
                   {OFSI_FIELD_DATE, "2010-05-01..2013-02"},
                   {OFSI_FIELD_INSPECTION, "focused visits"},
                   {OFSI_FIELD_OVERALL, "2.."},
                   {OFSI_FIELD_OVERALL, "good"},
                   {OFSI_FIELD_GENERATION, "3.."},
                   {OFSI_FIELD_GENERATION, "2..4"},
                   {OFSI_FIELD_ROLE, "summary"}};
    uint32_t i = test_rng_below(m->rng, sizeof filters / sizeof filters[0]);
    ofsi_node *node = NULL;
    ofs_error err;
    corpus_check(ofsi_query_filter(filters[i].field, ofsi_span_of(filters[i].value), m->arena, &node, &err),
                 &err);
    return node;
}

static ofsi_node *random_near(maker *m, uint32_t depth);

static ofsi_node *random_member(maker *m, uint32_t depth) {
    if (depth && test_rng_chance(m->rng, 20))
        return random_near(m, depth - 1);
    if (!test_rng_chance(m->rng, 30))
        return random_leaf(m);
    ofsi_node *node = new_node(m, OFSI_NODE_OR);
    node->child_count = test_rng_between(m->rng, 2, 3);
    node->children = ofsi_arena_calloc(m->arena, node->child_count, sizeof(ofsi_node *));
    for (uint32_t i = 0; i < node->child_count; i++)
        node->children[i] = random_leaf(m);
    return node;
}

static ofsi_node *random_near(maker *m, uint32_t depth) {
    ofsi_node *node = new_node(m, OFSI_NODE_NEAR);
    node->distance = test_rng_between(m->rng, 1, 8);
    node->ordered = test_rng_chance(m->rng, 40);
    node->child_count = test_rng_between(m->rng, 2, 3);
    node->children = ofsi_arena_calloc(m->arena, node->child_count, sizeof(ofsi_node *));
    for (uint32_t i = 0; i < node->child_count; i++)
        node->children[i] = random_member(m, depth);
    return node;
}

static ofsi_node *random_tree(maker *m, uint32_t depth) {
    uint32_t kind = test_rng_below(m->rng, 100);
    if (depth == 0 || kind < 25)
        return test_rng_chance(m->rng, 20) ? random_filter(m) : random_leaf(m);
    if (kind < 37)
        return random_near(m, 1);
    ofsi_node *node = new_node(m, kind < 50 ? OFSI_NODE_NOT : kind < 78 ? OFSI_NODE_AND : OFSI_NODE_OR);
    node->child_count = node->type == OFSI_NODE_NOT ? 1 : test_rng_between(m->rng, 2, 4);
    node->children = ofsi_arena_calloc(m->arena, node->child_count, sizeof(ofsi_node *));
    for (uint32_t i = 0; i < node->child_count; i++)
        node->children[i] = random_tree(m, depth - 1);
    return node;
}

/* ---- one query ---- */

typedef struct expected {
    const corpus *c;
    double *scores;  /* by paragraph */
    uint32_t *order; /* matches in the order wanted */
    uint32_t count;
    ofs_sort sort;
    uint32_t matched; /* queries with a match: they must not be few */
} expected;

static const expected *sorting; /* for qsort */

static int by_rank(const void *a, const void *b) {
    const corpus *c = sorting->c;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const corpus_report *r = &c->reports[c->paras[x].report], *s = &c->reports[c->paras[y].report];
    if (sorting->sort == OFS_SORT_SCORE && sorting->scores[x] != sorting->scores[y])
        return sorting->scores[x] > sorting->scores[y] ? -1 : 1;
    if (sorting->sort == OFS_SORT_DATE) {
        int32_t d = r->published != OFSI_DATE_NONE ? r->published : r->to;
        int32_t e = s->published != OFSI_DATE_NONE ? s->published : s->to;
        if (d != e) /* no date is the least number: last */
            return d > e ? -1 : 1;
    }
    int order = strcmp(r->id, s->id);
    return order ? order : (x > y) - (x < y);
}

static char *tree_text(const ofsi_node *root) {
    ofsi_buf buf = {0};
    if (root)
        ofsi_query_print(root, &buf);
    char *text = test_format("%.*s", (int)buf.size, buf.data ? buf.data : "");
    ofsi_buf_free(&buf);
    return text;
}

static void check_facet(const expected *want, const ofs_facet *facet, const char *query) {
    uint64_t sum = 0;
    for (uint32_t v = 0; v < facet->value_count; v++) {
        const ofs_facet_value *value = &facet->values[v];
        uint64_t count = 0;
        for (uint32_t i = 0; i < want->count; i++) {
            const corpus_para *p = &want->c->paras[want->order[i]];
            const corpus_report *r = &want->c->reports[p->report];
            int32_t date = r->published != OFSI_DATE_NONE ? r->published : r->to;
            int year = 0, month, day;
            char digits[16] = "";
            if (date != OFSI_DATE_NONE) {
                ofsi_date_to_civil(date, &year, &month, &day);
                snprintf(digits, sizeof digits, "%d", year);
            }
            const char *got = facet->field == OFS_FACET_GRADE ? p->grade
                              : facet->field == OFS_FACET_PROVIDER
                                  ? (r->provider_name ? r->provider_name : r->provider)
                              : facet->field == OFS_FACET_INSPECTORATE ? r->inspectorate
                              : facet->field == OFS_FACET_INSPECTION   ? r->inspection
                              : facet->field == OFS_FACET_OVERALL      ? r->overall
                              : facet->field == OFS_FACET_ROLE         ? p->role
                              : facet->field == OFS_FACET_YEAR         ? (*digits ? digits : NULL)
                              : facet->field == OFS_FACET_KIND         ? ofs_kind_name((ofs_kind)p->kind)
                                                                       : r->id;
            bool same = got && value->path && strcmp(got, value->path[0]) == 0;
            same = same || (!got && !value->path);
            if (facet->field == OFS_FACET_SECTION) {
                same = value->depth == p->depth && (p->depth == 0) == !value->path;
                for (uint32_t d = 0; d < p->depth && same; d++)
                    same = strcmp(p->path[d], value->path[d]) == 0;
            }
            count += same;
        }
        if (count != value->count)
            test_die("%s: facet %d value %s: %u, not %u", query, (int)facet->field,
                     value->path ? value->path[0] : "(none)", (unsigned)value->count, (unsigned)count);
        if (v && facet->values[v - 1].count < value->count)
            test_die("%s: facet %d is not by frequency", query, (int)facet->field);
        sum += value->count;
    }
    assert_int_equal(sum, want->count);
    assert_int_equal(facet->distinct, facet->value_count);
}

static void check_hits(ofsi_engine *engine, const expected *want, const ofsi_engine_request *request,
                       const ofsi_engine_answer *answer, const char *query) {
    ofsi_arena arena = {0};
    ofsi_fetch fetch = {.arena = &arena};
    ofs_error err;
    size_t count = request->top < want->count ? (size_t)request->top : want->count;
    if (answer->ranked_count != count)
        test_die("%s: %zu hits, not %zu", query, answer->ranked_count, count);
    ofs_hit *hits = ofsi_arena_calloc(&arena, count + 1, sizeof *hits);
    for (size_t i = 0; i < count; i++) {
        const corpus_para *p = &want->c->paras[want->order[i]];
        double score = want->scores[want->order[i]];
        corpus_check(engine->fetch(engine, answer->ranked[i].doc, &fetch, &hits[i], &err), &err);
        if (strcmp(hits[i].report->id, want->c->reports[p->report].id) != 0 || hits[i].place != p->place)
            test_die("%s: hit %zu is %s#%u (%.17g), not %s#%u (%.17g)", query, i, hits[i].report->id,
                     hits[i].place, answer->ranked[i].score, want->c->reports[p->report].id, p->place, score);
        if (fabs(answer->ranked[i].score - score) > 1e-9 * fabs(score))
            test_die("%s: hit %zu scores %.17g, not %.17g", query, i, answer->ranked[i].score, score);
        assert_string_equal(hits[i].text, p->text);
        assert_int_equal(hits[i].section_depth, p->depth);
        assert_int_equal(hits[i].length, p->length);
    }
    const ofsi_explain explain = {answer->ranked, hits, count < 5 ? count : 5};
    corpus_check(engine->explain(engine, request, &explain, &arena, &err), &err);
    for (size_t i = 0; i < explain.count; i++) {
        double sum = 0.0;
        for (uint32_t t = 0; t < hits[i].term_count; t++)
            sum += hits[i].terms[t].score;
        assert_true(sum == answer->ranked[i].score); /* the same additions */
    }
    ofsi_arena_free(&arena);
}

static void check_query(ofsi_engine *engine, expected *want, const ofsi_node *root, test_rng *rng) {
    static const ofs_facet_request facets[] = {
        {.field = OFS_FACET_GRADE, .limit = 0},      {.field = OFS_FACET_SECTION, .limit = 0},
        {.field = OFS_FACET_PROVIDER, .limit = 0},   {.field = OFS_FACET_INSPECTORATE, .limit = 0},
        {.field = OFS_FACET_YEAR, .limit = 0},       {.field = OFS_FACET_KIND, .limit = 0},
        {.field = OFS_FACET_REPORT, .limit = 0},     {.field = OFS_FACET_OVERALL, .limit = 0},
        {.field = OFS_FACET_INSPECTION, .limit = 0}, {.field = OFS_FACET_ROLE, .limit = 0}};
    ofsi_arena arena = {0};
    ofsi_engine_answer answer;
    oracle_scores scores;
    ofs_error err;
    char *query = tree_text(root);
    ofsi_engine_request request = {.root = root,
                                   .k1 = test_rng_chance(rng, 10) ? 0.0 : 1.2,
                                   .b = test_rng_chance(rng, 20) ? 0.0 : 0.75,
                                   .top = test_rng_chance(rng, 50) ? OFS_ALL : test_rng_below(rng, 20),
                                   .sort = (ofs_sort)(test_rng_chance(rng, 70) ? 0 : test_rng_below(rng, 3)),
                                   .totals = (ofs_totals)test_rng_below(rng, 3),
                                   .facets = facets,
                                   .facet_count =
                                       test_rng_chance(rng, 30) ? sizeof facets / sizeof *facets : 0};
    const corpus *c = want->c;
    bool reports[1024] = {false};
    uint32_t report_total = 0;
    oracle_start(c, root, request.k1, request.b, &scores);
    want->count = 0;
    want->sort = request.sort;
    for (uint32_t i = 0; i < c->para_count; i++) {
        if (!oracle_matches(c, root, &c->paras[i]))
            continue;
        want->order[want->count++] = i;
        want->scores[i] = oracle_score(&scores, &c->paras[i]);
        report_total += !reports[c->paras[i].report];
        reports[c->paras[i].report] = true;
    }
    want->matched += want->count > 0;
    sorting = want;
    qsort(want->order, want->count, sizeof *want->order, by_rank);
    ofs_status status = engine->search(engine, &request, &arena, &answer, &err);
    if (status != OFS_OK)
        test_die("%s: %s", query, err.message);
    if (request.totals == OFS_TOTALS_NONE && request.facet_count == 0) {
        assert_true(answer.total <= want->count && answer.total >= answer.ranked_count);
        assert_int_equal(answer.total == 0 && request.top > 0, want->count == 0 && request.top > 0);
    } else if (answer.total != want->count ||
               (request.totals == OFS_TOTALS_ALL && answer.report_total != report_total)) {
        test_die("%s: %u matches in %u reports, not %u in %u", query, (unsigned)answer.total,
                 (unsigned)answer.report_total, want->count, report_total);
    }
    check_hits(engine, want, &request, &answer, query);
    for (size_t f = 0; f < request.facet_count; f++)
        check_facet(want, &answer.facets[f], query);
    free(query);
    ofsi_arena_free(&arena);
}

/* ---- collections ---- */

static void check_collection(test_rng *rng, const char *stemmer, uint32_t segments, uint32_t queries) {
    corpus c;
    ofsi_storage *storage = NULL;
    ofsi_engine *engine = NULL;
    ofs_error err;
    corpus_start(&c, stemmer);
    corpus_random(&c, rng, 60, segments);
    corpus_check(ofsi_storage_open_memory(&storage, &err), &err);
    corpus_write(&c, storage);
    corpus_check(ofsi_engine_open_storage(storage, &engine, &err), &err);
    expected want = {.c = &c,
                     .scores = calloc(c.para_count + 1, sizeof *want.scores),
                     .order = calloc(c.para_count + 1, sizeof *want.order)};
    check_query(engine, &want, NULL, rng);
    for (uint32_t q = 0; q < queries; q++) {
        ofsi_arena arena = {0};
        maker m = {rng, &c, &arena};
        check_query(engine, &want, random_tree(&m, test_rng_below(rng, 4)), rng);
        ofsi_arena_free(&arena);
    }
    assert_true(want.matched > queries / 3);
    free(want.scores);
    free(want.order);
    engine->close(engine);
    corpus_free(&c);
}

static void one_segment(void **state) {
    (void)state;
    test_rng rng = test_rng_start(21);
    for (uint32_t i = 0; i < 2 * rounds(); i++)
        check_collection(&rng, "english", 1, 400);
}

static void several_segments(void **state) {
    (void)state;
    test_rng rng = test_rng_start(22);
    for (uint32_t i = 0; i < 2 * rounds(); i++)
        check_collection(&rng, "english", 5, 400);
}

static void other_stemmers(void **state) {
    (void)state;
    test_rng rng = test_rng_start(23);
    for (uint32_t i = 0; i < rounds(); i++) {
        check_collection(&rng, "none", 2, 200);
        check_collection(&rng, "german", 2, 200);
        check_collection(&rng, "porter", 2, 200);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_segment),
        cmocka_unit_test(several_segments),
        cmocka_unit_test(other_stemmers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
