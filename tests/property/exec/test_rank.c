/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of many blocks: what pruning, counting by leads, windows of bits and bulk give is what looking at every match
 * gives, which test_search.c holds against the oracle. Words are as frequent as Zipf has them, so that some fill bitmaps
 * and some are rare; words are burst, lengths vary, texts repeat, so that scores tie.
 */
#include <ofsearch/search.h>

#include "tests/property/exec/corpus.h"

/* MANY reports have more paragraphs than a window of bits. */
enum { REPORTS = 250, MANY = 560, PARAGRAPHS = 60, WORDS = 400, QUERIES = 500, FEW_QUERIES = 40 };

static char *directory;
static bool with_notes; /* some paragraphs are notes, which most queries leave out */

static uint32_t zipf(test_rng *rng) {
    uint32_t n = test_rng_below(rng, WORDS) + 1;
    return test_rng_below(rng, test_rng_below(rng, n) + 1);
}

static void word_of(uint32_t number, char *out, size_t size) {
    snprintf(out, size, "w%c%c", 'a' + (int)(number / 20), 'a' + (int)(number % 20));
}

static void add_paragraph(corpus *c, test_rng *rng) {
    char text[8192] = "", word[16];
    uint32_t length = test_rng_chance(rng, 3) ? 300 : 1 + test_rng_below(rng, 2 + test_rng_below(rng, 60));
    uint32_t last = 0;
    if (c->para_count && test_rng_chance(rng, 5)) {
        corpus_add_para(c, c->paras[test_rng_below(rng, c->para_count)].text);
    } else {
        for (uint32_t i = 0; i < length; i++) {
            last = i && test_rng_chance(rng, 20) ? last : zipf(rng);
            word_of(last, word, sizeof word);
            snprintf(text + strlen(text), sizeof text - strlen(text), " %s", word);
        }
        corpus_add_para(c, text);
    }
    static const char *const grades[] = {NULL, "Good", "Outstanding", "Inadequate"};
    corpus_para *p = &c->paras[c->para_count - 1];
    p->level = (uint8_t)test_rng_below(rng, 4);
    p->grade = grades[p->level];
    p->levels = p->grade ? 4 : 0;
    p->depth = 1;
    p->path[0] = test_rng_chance(rng, 50) ? "Care" : "Leadership";
    p->kind = (uint8_t)(with_notes && test_rng_chance(rng, 4) ? OFS_KIND_NOTE : OFS_KIND_PARAGRAPH);
}

static void make_index(test_rng *rng, uint32_t reports, uint32_t segments, bool dead) {
    corpus c;
    ofsi_storage *storage = NULL;
    ofs_error err;
    char id[32];
    directory = test_temp_dir();
    corpus_start(&c, "english");
    c.segment_count = segments;
    for (uint32_t r = 0; r < reports; r++) {
        snprintf(id, sizeof id, "r%04u", r);
        corpus_report *report = corpus_add_report(&c, id);
        report->segment = test_rng_below(rng, segments);
        report->dead = dead && test_rng_chance(rng, 10);
        for (uint32_t p = 0; p < PARAGRAPHS; p++)
            add_paragraph(&c, rng);
    }
    corpus_check(ofsi_storage_open_dir(directory, true, &storage, &err), &err);
    corpus_write(&c, storage);
    ofsi_storage_close(storage);
    corpus_free(&c);
}

/* ---- random queries ---- */

static void add_text(char *query, size_t size, const char *text) {
    snprintf(query + strlen(query), size - strlen(query), "%s", text);
}

static void add_word(char *query, size_t size, test_rng *rng) {
    char word[16];
    word_of(zipf(rng), word, sizeof word);
    add_text(query, size, word);
    if (test_rng_chance(rng, 10))
        add_text(query, size, test_rng_chance(rng, 50) ? "^2" : "^0.5");
}

static void add_leaf(char *query, size_t size, test_rng *rng) {
    uint32_t kind = test_rng_below(rng, 100);
    if (kind < 70) {
        add_word(query, size, rng);
    } else if (kind < 85) {
        char word[16];
        add_text(query, size, test_rng_chance(rng, 50) ? "~\"" : "\"");
        for (uint32_t i = 0, n = test_rng_between(rng, 2, 3); i < n; i++) {
            word_of(zipf(rng), word, sizeof word);
            add_text(query, size, i ? " " : "");
            add_text(query, size, word);
        }
        add_text(query, size, "\"");
    } else if (kind < 92) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "w%c*", 'a' + (int)test_rng_below(rng, 20));
        add_text(query, size, prefix);
    } else {
        add_word(query, size, rng);
        add_text(query, size, test_rng_chance(rng, 50) ? " NEAR/4 " : " BEFORE/6 ");
        add_word(query, size, rng);
    }
}

/* Words of which all, or any, are to be there; some to be missing; filters. */
static void random_query(char *query, size_t size, test_rng *rng) {
    uint32_t words = test_rng_chance(rng, 15) ? test_rng_between(rng, 6, 14) : test_rng_between(rng, 1, 4);
    const char *between = test_rng_chance(rng, 50) ? " " : " OR ";
    query[0] = '\0';
    add_text(query, size, "(");
    for (uint32_t i = 0; i < words; i++) {
        add_text(query, size, i ? between : "");
        add_leaf(query, size, rng);
    }
    add_text(query, size, ")");
    if (test_rng_chance(rng, 15)) {
        add_text(query, size, " (");
        add_leaf(query, size, rng);
        add_text(query, size, " OR ");
        add_leaf(query, size, rng);
        add_text(query, size, ")");
    }
    if (test_rng_chance(rng, 20)) {
        add_text(query, size, " -");
        add_word(query, size, rng);
    }
    if (test_rng_chance(rng, 20))
        add_text(query, size, test_rng_chance(rng, 50) ? " grade:good" : " grade:2..3");
    if (test_rng_chance(rng, 10))
        add_text(query, size, test_rng_chance(rng, 50) ? " section:care" : " report:r00*");
    if (test_rng_chance(rng, 5))
        add_text(query, size, " kind:note");
}

/* ---- one query ---- */

static ofs_results *ask(ofs_index *index, const ofs_search_request *request) {
    ofs_results *results = NULL;
    ofs_error err;
    if (ofs_search(index, request, &results, &err) != OFS_OK)
        test_die("%s: %s", request->query, err.message);
    return results;
}

static void check_same(const ofs_results *all, const ofs_results *some, const ofs_search_request *request) {
    size_t count = all->hit_count < request->limit ? all->hit_count : (size_t)request->limit;
    if (some->hit_count != count)
        test_die("%s: %zu hits, not %zu", request->query, some->hit_count, count);
    for (size_t i = 0; i < count; i++)
        if (some->hits[i].doc != all->hits[i].doc || some->hits[i].score != all->hits[i].score)
            test_die("%s: hit %zu of %zu is %u (%.17g), not %u (%.17g)", request->query, i, count,
                     (unsigned)some->hits[i].doc, some->hits[i].score, (unsigned)all->hits[i].doc,
                     all->hits[i].score);
}

static uint64_t facet_sum(const ofs_facet *facet) {
    uint64_t sum = 0;
    for (uint32_t v = 0; v < facet->value_count; v++)
        sum += facet->values[v].count;
    return sum;
}

/* The same counts as when every match is scored. */
static void check_counts(const ofs_results *all, const ofs_results *some, const char *query) {
    if (some->total != all->total || some->report_total != all->report_total)
        test_die("%s: %u in %u, not %u in %u", query, (unsigned)some->total, (unsigned)some->report_total,
                 (unsigned)all->total, (unsigned)all->report_total);
    for (size_t f = 0; f < all->facet_count; f++) {
        const ofs_facet *a = &all->facets[f], *b = &some->facets[f];
        assert_int_equal(facet_sum(b), all->total);
        assert_int_equal(a->value_count, b->value_count);
        for (uint32_t v = 0; v < a->value_count; v++) {
            assert_int_equal(a->values[v].count, b->values[v].count);
            assert_int_equal(a->values[v].depth, b->values[v].depth);
            if (a->values[v].path)
                assert_string_equal(a->values[v].path[0], b->values[v].path[0]);
        }
    }
}

static bool check_query(ofs_index *index, const char *query, test_rng *rng) {
    static const ofs_facet_request facets[] = {
        {.field = OFS_FACET_GRADE}, {.field = OFS_FACET_SECTION}, {.field = OFS_FACET_REPORT}};
    ofs_search_request request = {
        .query = query, .limit = OFS_ALL, .bare = true, .facets = facets, .facet_count = 3};
    if (test_rng_chance(rng, 20)) {
        request.k1_set = request.b_set = true;
        request.k1 = test_rng_chance(rng, 30) ? 0.0 : 2.0;
        request.b = test_rng_chance(rng, 30) ? 0.0 : 1.0;
    }
    ofs_results *all = ask(index, &request); /* scores every match */
    static const uint64_t limits[] = {1, 10, 10, 100};
    request.limit = limits[test_rng_below(rng, 4)];
    ofs_results *counted =
        ask(index, &request); /* ranks and counts: where a word must be there, in one pass */
    check_same(all, counted, &request);
    check_counts(all, counted, query);
    request.totals = OFS_TOTALS_NONE;
    request.facet_count = 0;
    ofs_results *ranked = ask(index, &request);
    check_same(all, ranked, &request);
    request.totals = OFS_TOTALS_PARAGRAPHS;
    ofs_results *totalled = ask(index, &request);
    check_same(all, totalled, &request);
    assert_true(totalled->total == all->total);
    bool found = all->total > 300;
    ofs_results_free(totalled);
    ofs_results_free(ranked);
    ofs_results_free(counted);
    ofs_results_free(all);
    return found;
}

static void check_collection(uint64_t seed, uint32_t reports, uint32_t segments, bool dead) {
    test_rng rng = test_rng_start(seed);
    ofs_index *index = NULL;
    ofs_error err;
    uint32_t many = 0, queries = reports == REPORTS ? QUERIES : FEW_QUERIES;
    with_notes = reports == REPORTS;
    make_index(&rng, reports, segments, dead);
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    for (uint32_t q = 0; q < queries; q++) {
        char query[1024];
        random_query(query, sizeof query, &rng);
        many += check_query(index, query, &rng);
    }
    assert_true(many > queries / 10); /* lists of blocks were worked through */
    ofs_index_close(index);
    test_temp_remove(directory);
}

static uint32_t rounds(void) {
    const char *text = getenv("OFS_TEST_ROUNDS");
    return text ? (uint32_t)strtoul(text, NULL, 10) : 1;
}

static void one_segment(void **state) {
    (void)state;
    for (uint32_t i = 0; i < rounds(); i++)
        check_collection(31 + 2 * i, REPORTS, 1, false);
}

static void segments_with_dead_reports(void **state) {
    (void)state;
    for (uint32_t i = 0; i < rounds(); i++)
        check_collection(32 + 2 * i, REPORTS, 3, true);
}

static void many_windows(void **state) {
    (void)state;
    for (uint32_t i = 0; i < rounds(); i++)
        check_collection(331 + 2 * i, MANY, 1, i % 2 == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_segment),
        cmocka_unit_test(segments_with_dead_reports),
        cmocka_unit_test(many_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
