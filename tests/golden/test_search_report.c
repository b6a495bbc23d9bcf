/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A real report, parsed, indexed and searched: the answers that a reader of it can check by eye, and every word and
 * pair of words of it against the oracle that reads each paragraph.
 */
#include <ofsearch/search.h>

#include "search/exec/engine.h"
#include "tests/property/exec/oracle.h"

static const char report_file[] = "reports/lambeth-safeguarding-looked-after-2012.txt";

static ofs_report *report;
static corpus real;
static char *directory;

static ofs_status keep_report(void *context, ofs_report *read, ofs_error *err) {
    (void)context;
    (void)err;
    report = read;
    return OFS_OK;
}

static void add_paragraph(const ofs_paragraph *paragraph) {
    corpus_para *p = corpus_add_para(&real, paragraph->text);
    snprintf(p->number, sizeof p->number, "%s", paragraph->number ? paragraph->number : "");
    p->item = paragraph->item;
    p->page = paragraph->page;
    p->kind = (uint8_t)paragraph->kind;
    if (paragraph->section == OFS_NO_SECTION)
        return;
    const ofs_section *section = &report->sections[paragraph->section];
    p->depth = section->depth < CORPUS_DEPTH ? section->depth : CORPUS_DEPTH;
    for (uint32_t d = 0; d < p->depth; d++)
        p->path[d] = section->path[d];
    p->role = section->role;
    p->grade = section->grade.label;
    p->level = section->grade.level;
    p->levels = section->grade.levels;
}

static int read_report(void **state) {
    (void)state;
    ofsi_storage *storage = NULL;
    ofs_error err;
    if (!test_corpus())
        return 0;
    char *path = test_format("%s/%s", test_corpus(), report_file);
    if (test_exists(path)) {
        corpus_check(ofs_report_read(path, NULL, keep_report, NULL, &err), &err);
        corpus_start(&real, "english");
        corpus_report *r = corpus_add_report(&real, report->id);
        r->title = report->title;
        r->provider = report->provider;
        r->inspectorate = report->inspectorate;
        r->from = report->inspected_from;
        r->to = report->inspected_to;
        r->published = report->published;
        for (uint32_t i = 0; i < report->paragraph_count; i++)
            add_paragraph(&report->paragraphs[i]);
        directory = test_temp_dir();
        corpus_check(ofsi_storage_open_dir(directory, true, &storage, &err), &err);
        corpus_write(&real, storage);
        ofsi_storage_close(storage);
    }
    free(path);
    return 0;
}

static int drop_report(void **state) {
    (void)state;
    if (report)
        corpus_free(&real);
    ofs_report_free(report);
    test_temp_remove(directory);
    return 0;
}

static void need_report(void) {
    if (!report) {
        print_message("skipped: %s is not on this machine\n", report_file);
        skip();
    }
}

static ofs_results *ask(ofs_search_request request) {
    ofs_index *index = NULL;
    ofs_results *results = NULL;
    ofs_error err;
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    corpus_check(ofs_search(index, &request, &results, &err), &err);
    ofs_index_close(index);
    return results;
}

static void missing_children(void **state) {
    (void)state;
    need_report();
    static const char *const numbers[] = {"20", "25", "87", "125"};
    const ofs_facet_request facets[] = {{.field = OFS_FACET_GRADE, .limit = 0},
                                        {.field = OFS_FACET_SECTION, .limit = 0}};
    ofs_results *results = ask((ofs_search_request){.query = "missing children",
                                                    .limit = OFS_ALL,
                                                    .sort = OFS_SORT_REPORT,
                                                    .facets = facets,
                                                    .facet_count = 2});
    assert_int_equal(results->total, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(results->hits[i].number, numbers[i]);
    const ofs_facet *grade = &results->facets[0];
    assert_int_equal(grade->value_count, 2);
    assert_string_equal(grade->values[0].path[0], "Outstanding");
    assert_int_equal(grade->values[0].count, 3);
    assert_string_equal(grade->values[1].path[0], "Good");
    assert_int_equal(grade->values[1].count, 1);
    ofs_results_free(results);
}

/* The query's matches and scores, and that every hit's highlights are words of it. */
static void check_query(ofs_index *index, const char *query) {
    ofsi_arena arena = {0};
    ofsi_node *root = NULL;
    ofs_results *results = NULL;
    oracle_scores scores;
    ofs_error err;
    uint64_t total = 0;
    const ofsi_query_options options = {0};
    const ofs_search_request request = {.query = query, .limit = OFS_ALL};
    corpus_check(ofsi_query_parse(ofsi_span_of(query), &options, &arena, &root, &err), &err);
    corpus_check(ofs_search(index, &request, &results, &err), &err);
    for (uint32_t i = 0; i < real.para_count; i++)
        total += root && oracle_matches(&real, root, &real.paras[i]);
    if (results->total != total || results->hit_count != total)
        test_die("%s: %u matches, not %u", query, (unsigned)results->total, (unsigned)total);
    oracle_start(&real, root, 1.2, 0.75, &scores);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ofs_hit *hit = &results->hits[i];
        double score = oracle_score(&scores, &real.paras[hit->place]);
        assert_true(oracle_matches(&real, root, &real.paras[hit->place]));
        if (fabs(hit->score - score) > 1e-9 * score)
            test_die("%s: %s scores %.17g, not %.17g", query, hit->number, hit->score, score);
        assert_true(i == 0 || hit->score <= results->hits[i - 1].score);
        assert_true(hit->highlight_count > 0);
        for (uint32_t h = 0; h < hit->highlight_count; h++)
            assert_true(hit->highlights[h].start < hit->highlights[h].end &&
                        hit->highlights[h].end <= hit->text_size &&
                        (h == 0 || hit->highlights[h].start > hit->highlights[h - 1].end));
    }
    ofs_results_free(results);
    ofsi_arena_free(&arena);
}

/* Two words put together in one of eight ways. */
static char *make_query(uint32_t way, ofsi_span a, ofsi_span b) {
    static const struct {
        const char *before, *between, *behind;
    } ways[] = {{"", " ", ""},        {"\"", " ", "\""},      {"~\"", " ", "\""}, {"=", " OR ", ""},
                {"", " NEAR/3 ", ""}, {"", " BEFORE/2 ", ""}, {"", "* -", ""},    {"", " OR =", "*"}};
    return test_format("%s%.*s%s%.*s%s", ways[way].before, (int)a.size, a.data, ways[way].between,
                       (int)b.size, b.data, ways[way].behind);
}

static void every_few_words_in_every_way(void **state) {
    (void)state;
    need_report();
    test_rng rng = test_rng_start(51);
    ofs_index *index = NULL;
    ofs_error err;
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    for (int round = 0; round < 600; round++) {
        const corpus_para *p = &real.paras[test_rng_below(&rng, real.para_count)];
        if (p->token_count < 4)
            continue;
        size_t t = test_rng_below(&rng, (uint32_t)p->token_count - 3);
        ofsi_span a = p->tokens[t].word->surface,
                  b = p->tokens[t + test_rng_between(&rng, 1, 2)].word->surface;
        char *query = make_query(test_rng_below(&rng, 8), a, b);
        check_query(index, query);
        free(query);
    }
    ofs_index_close(index);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_children),
        cmocka_unit_test(every_few_words_in_every_way),
    };
    return cmocka_run_group_tests(tests, read_report, drop_report);
}
