/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights, order, totals, facets and snippets of a search. */
#include "tests/unit/shim/shim_tools.h"

#include <math.h>

/* Ids:                          1          2              3          4                  5 */
static const char *const texts[] = {"red fox", "red red red", "blue fox", "blue red sky sea", "grey", NULL};

static ofs_xapian_writer *writer;
static ofs_xapian_database *database;

static int set_up_all(void **state) {
    (void)state;
    MUST(ofs_xapian_writer_open_memory(&writer, &err));
    for (size_t i = 0; texts[i]; i++)
        add_document(writer, texts[i]);
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    return 0;
}

static int tear_down_all(void **state) {
    (void)state;
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(writer);
    return 0;
}

static void ask(ofs_xapian_enquire *enquire, ofs_xapian_query *query) {
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    ofs_xapian_query_free(query);
}

static int set_up(void **state) {
    ofs_xapian_enquire *enquire = NULL;
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    ask(enquire, query_term("red"));
    *state = enquire;
    return 0;
}

static int tear_down(void **state) {
    ofs_xapian_enquire_free(*state);
    return 0;
}

static void expect(ofs_xapian_enquire *enquire, const char *ids) {
    ofs_xapian_mset *mset = search_all(enquire);
    char *found = list_ids(mset);
    assert_string_equal(found, ids);
    free(found);
    ofs_xapian_mset_free(mset);
}

static ofs_xapian_item item_of(const ofs_xapian_mset *mset, uint32_t index) {
    ofs_xapian_item item;
    MUST(ofs_xapian_mset_item(mset, index, &item, &err));
    return item;
}

static void test_weights_are_those_of_bm25(void **state) {
    ofs_xapian_enquire *enquire = *state;
    const double k1 = 1.2, b = 0.75, n = 3, all = 5, average = 12.0 / 5;
    MUST(ofs_xapian_enquire_set_bm25(enquire, &(ofs_xapian_bm25){.k1 = k1, .b = b}, &err));
    ofs_xapian_mset *mset = search_all(enquire);
    /* As libxapian has it below 2: (x + 2) / 2 where it is less. */
    double odds = (all - n + 0.5) / (n + 0.5);
    if (odds < 2)
        odds = odds * 0.5 + 1;
    static const struct {
        uint32_t docid;
        double wdf, length;
    } expected[] = {{2, 3, 3}, {1, 1, 2}, {4, 1, 4}};
    for (uint32_t i = 0; i < 3; i++) {
        ofs_xapian_item item = item_of(mset, i);
        double norm = 1 - b + b * expected[i].length / average;
        double weight = log(odds) * (k1 + 1) * expected[i].wdf / (expected[i].wdf + k1 * norm);
        assert_int_equal(item.docid, expected[i].docid);
        assert_int_equal(item.rank, i);
        assert_true(fabs(item.weight - weight) < 1e-12);
    }
    assert_int_equal(item_of(mset, 0).percent, 100);
    ofs_xapian_matches matches;
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    assert_true(matches.max_attained == item_of(mset, 0).weight &&
                matches.max_possible >= matches.max_attained);
    ofs_xapian_item item;
    MUST_FAIL(ofs_xapian_mset_item(mset, 3, &item, &err), OFS_E_USAGE, "no such result");
    ofs_xapian_mset_free(mset);
    MUST_FAIL(ofs_xapian_enquire_set_bm25(enquire, &(ofs_xapian_bm25){.k1 = NAN}, &err), OFS_E_USAGE, "BM25");
    MUST(ofs_xapian_enquire_set_bm25(enquire, NULL, &err));
}

static void test_statistics_of_a_term_come_with_the_results(void **state) {
    ofs_xapian_enquire *enquire = *state;
    ofs_xapian_mset *mset = search_all(enquire);
    uint32_t n = 0;
    double weight = 0;
    MUST(ofs_xapian_mset_termfreq(mset, text("red"), &n, &err));
    assert_int_equal(n, 3);
    MUST(ofs_xapian_mset_termfreq(mset, text("fox"), &n, &err));
    assert_int_equal(n, 2);
    MUST(ofs_xapian_mset_termweight(mset, text("red"), &weight, &err));
    assert_true(weight > 0);
    MUST_FAIL(ofs_xapian_mset_termweight(mset, text("fox"), &weight, &err), OFS_E_USAGE, "fox");
    assert_true(weight == 0);
    ofs_xapian_mset_free(mset);
}

static void test_boolean_weights_are_nought(void **state) {
    ofs_xapian_enquire *enquire = *state;
    MUST(ofs_xapian_enquire_set_boolean(enquire, &err));
    ofs_xapian_mset *mset = search_all(enquire);
    assert_true(item_of(mset, 0).weight == 0);
    ofs_xapian_mset_free(mset);
    expect(enquire, "1 2 4 ");
    MUST(ofs_xapian_enquire_set_docid_order(enquire, OFS_XAPIAN_DESCENDING, &err));
    expect(enquire, "4 2 1 ");
    MUST(ofs_xapian_enquire_set_docid_order(enquire, OFS_XAPIAN_DONT_CARE, &err));
    MUST_FAIL(ofs_xapian_enquire_set_docid_order(enquire, (ofs_xapian_docid_order)9, &err), OFS_E_USAGE,
              "order");
}

static void test_pages_and_bounds(void **state) {
    ofs_xapian_enquire *enquire = *state;
    ofs_xapian_mset *mset = NULL;
    MUST(ofs_xapian_enquire_search(enquire, &(ofs_xapian_page){1, 1, UINT32_MAX}, &mset, &err));
    ofs_xapian_matches matches;
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    assert_int_equal(matches.size, 1);
    assert_int_equal(matches.first, 1);
    assert_int_equal(matches.lower_bound, 3);
    assert_int_equal(matches.estimated, 3);
    assert_int_equal(matches.upper_bound, 3);
    assert_int_equal(matches.uncollapsed_estimated, 3);
    assert_int_equal(item_of(mset, 0).rank, 1);
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_mset_document(mset, 0, &document, &err));
    assert_int_equal(ofs_xapian_document_id(document), item_of(mset, 0).docid);
    ofs_xapian_document_free(document);
    MUST_FAIL(ofs_xapian_mset_document(mset, 1, &document, &err), OFS_E_USAGE, "no such result");
    ofs_xapian_mset_free(mset);

    MUST(ofs_xapian_enquire_search(enquire, &(ofs_xapian_page){0, 0, UINT32_MAX}, &mset, &err));
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    assert_int_equal(matches.size, 0);
    assert_int_equal(matches.estimated, 3);
    ofs_xapian_mset_free(mset);
    MUST(ofs_xapian_enquire_search(enquire, &(ofs_xapian_page){UINT32_MAX, UINT32_MAX, UINT32_MAX}, &mset,
                                   &err));
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    assert_int_equal(matches.size, 0);
    ofs_xapian_mset_free(mset);
}

static void test_no_query_matches_nothing(void **state) {
    (void)state;
    ofs_xapian_enquire *enquire = NULL;
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    expect(enquire, "");
    ofs_xapian_enquire_free(enquire);
}

static void test_results_are_sorted_by_values(void **state) {
    ofs_xapian_enquire *enquire = *state;
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_VALUE, 1, false, &err));
    expect(enquire, "1 2 4 ");
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_VALUE, 1, true, &err));
    expect(enquire, "4 2 1 ");
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_VALUE_THEN_RELEVANCE, 0, false, &err));
    ofs_xapian_mset *mset = search_all(enquire);
    assert_true(same(item_of(mset, 0).sort_key, "blue"));
    assert_true(same(item_of(mset, 1).sort_key, "red"));
    ofs_xapian_mset_free(mset);
    expect(enquire, "4 2 1 ");
    ask(enquire, query_term("grey"));
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_RELEVANCE_THEN_VALUE, 1, true, &err));
    expect(enquire, "5 ");
    ofs_xapian_query *all = NULL;
    MUST(ofs_xapian_query_all(&all, &err));
    ask(enquire, all);
    expect(enquire, "4 2 1 3 5 ");
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_RELEVANCE, 0, false, &err));
    expect(enquire, "1 2 3 4 5 ");
    MUST_FAIL(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_VALUE, OFS_XAPIAN_NO_SLOT, false, &err),
              OFS_E_USAGE, "slot");
    MUST_FAIL(ofs_xapian_enquire_set_sort(enquire, (ofs_xapian_sort)9, 1, false, &err), OFS_E_USAGE, "sort");
}

static void test_results_with_the_same_value_collapse(void **state) {
    ofs_xapian_enquire *enquire = *state;
    MUST(ofs_xapian_enquire_set_collapse(enquire, 0, 1, &err));
    ofs_xapian_mset *mset = search_all(enquire);
    ofs_xapian_matches matches;
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    assert_int_equal(matches.size, 2);
    assert_int_equal(matches.estimated, 2);
    assert_int_equal(matches.uncollapsed_estimated, 3);
    ofs_xapian_item first = item_of(mset, 0);
    assert_int_equal(first.docid, 2);
    assert_true(same(first.collapse_key, "red"));
    assert_int_equal(first.collapse_count, 1);
    ofs_xapian_mset_free(mset);
    MUST(ofs_xapian_enquire_set_collapse(enquire, OFS_XAPIAN_NO_SLOT, 0, &err));
    expect(enquire, "2 1 4 ");
}

static void test_a_cutoff_leaves_the_weak_out(void **state) {
    ofs_xapian_enquire *enquire = *state;
    MUST(ofs_xapian_enquire_set_cutoff(enquire, 100, 0, &err));
    expect(enquire, "2 ");
    MUST(ofs_xapian_enquire_set_cutoff(enquire, 0, 1000, &err));
    expect(enquire, "");
    MUST_FAIL(ofs_xapian_enquire_set_cutoff(enquire, 101, 0, &err), OFS_E_USAGE, "percent");
    MUST_FAIL(ofs_xapian_enquire_set_cutoff(enquire, 0, NAN, &err), OFS_E_USAGE, "cutoff");
}

static void test_a_time_limit_does_not_lose_the_page(void **state) {
    ofs_xapian_enquire *enquire = *state;
    MUST(ofs_xapian_enquire_set_time_limit(enquire, 10, &err));
    expect(enquire, "2 1 4 ");
    MUST(ofs_xapian_enquire_set_time_limit(enquire, 0, &err));
    MUST_FAIL(ofs_xapian_enquire_set_time_limit(enquire, -1, &err), OFS_E_USAGE, "limit");
}

static void test_counts_of_values_among_the_matches(void **state) {
    ofs_xapian_enquire *enquire = *state;
    ofs_xapian_counts *first_word = NULL, *length = NULL, *absent = NULL;
    MUST(ofs_xapian_counts_new(0, &first_word, &err));
    MUST(ofs_xapian_counts_new(1, &length, &err));
    MUST(ofs_xapian_counts_new(9, &absent, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, first_word, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, length, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, absent, &err));
    expect(enquire, "2 1 4 ");
    notes words = {0}, lengths = {0}, none = {0}, top = {0};
    MUST(ofs_xapian_counts_visit(first_word, note_count, &words, &err));
    assert_string_equal(words.seen, "blue:1 red:2 ");
    MUST(ofs_xapian_counts_visit(length, note_count, &lengths, &err));
    assert_string_equal(lengths.seen, "0002:1 0003:1 0004:1 ");
    MUST(ofs_xapian_counts_visit(absent, note_count, &none, &err));
    assert_string_equal(none.seen, "");
    MUST(ofs_xapian_counts_visit_top(first_word, 1, note_count, &top, &err));
    assert_string_equal(top.seen, "red:2 ");
    uint64_t total = 0;
    MUST(ofs_xapian_counts_total(absent, &total, &err));
    assert_int_equal(total, 3);
    /* The next search adds; one after clearing does not. */
    expect(enquire, "2 1 4 ");
    MUST(ofs_xapian_enquire_clear_counts(enquire, &err));
    expect(enquire, "2 1 4 ");
    MUST(ofs_xapian_counts_total(absent, &total, &err));
    assert_int_equal(total, 6);
    ofs_xapian_counts_free(first_word);
    ofs_xapian_counts_free(length);
    ofs_xapian_counts_free(absent);
    MUST_FAIL(ofs_xapian_counts_new(OFS_XAPIAN_NO_SLOT, &absent, &err), OFS_E_USAGE, "slot");
}

static void test_matching_terms_of_a_document(void **state) {
    ofs_xapian_enquire *enquire = *state;
    ask(enquire, combine(OFS_XAPIAN_OR, 0, query_term("sky"),
                         combine(OFS_XAPIAN_OR, 0, query_term("fox"), query_term("red"))));
    notes seen = {0}, none = {0};
    MUST(ofs_xapian_enquire_visit_matching_terms(enquire, 4, note_bytes, &seen, &err));
    assert_non_null(strstr(seen.seen, "sky "));
    assert_non_null(strstr(seen.seen, "red "));
    assert_int_equal(strlen(seen.seen), 8);
    MUST_FAIL(ofs_xapian_enquire_visit_matching_terms(enquire, 99, note_bytes, &none, &err), OFS_E_NOT_FOUND,
              "99");
}

static void test_snippets_mark_the_query(void **state) {
    ofs_xapian_enquire *enquire = *state;
    ofs_xapian_mset *mset = search_all(enquire);
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_mset_snippet(mset, text("A red fox & a hen"), NULL, &out, &err));
    assert_string_equal(out.data, "A <b>red</b> fox &amp; a hen");
    ofs_xapian_snippet options = {.start = "[", .end = "]", .omit = "~", .quick = true, .length = 12};
    MUST(ofs_xapian_mset_snippet(mset,
                                 text("Many words come before what is red and after it as well, of course"),
                                 &options, &out, &err));
    assert_non_null(strstr(out.data, "[red]"));
    assert_non_null(strstr(out.data, "~"));
    options.empty_without_match = true;
    MUST(ofs_xapian_mset_snippet(mset, text("nothing here"), &options, &out, &err));
    assert_int_equal(out.size, 0);
    ask(enquire, query_term("Zwalk"));
    ofs_xapian_mset_free(mset);
    mset = search_all(enquire);
    options = (ofs_xapian_snippet){.stemmer = "english"};
    MUST(ofs_xapian_mset_snippet(mset, text("She walked on"), &options, &out, &err));
    assert_string_equal(out.data, "She <b>walked</b> on");
    options.stemmer = "klingon";
    MUST_FAIL(ofs_xapian_mset_snippet(mset, text("x"), &options, &out, &err), OFS_E_USAGE, "klingon");
    ofs_xapian_string_free(&out);
    ofs_xapian_mset_free(mset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define SEARCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        SEARCH(test_weights_are_those_of_bm25),
        SEARCH(test_statistics_of_a_term_come_with_the_results),
        SEARCH(test_boolean_weights_are_nought),
        SEARCH(test_pages_and_bounds),
        SEARCH(test_no_query_matches_nothing),
        SEARCH(test_results_are_sorted_by_values),
        SEARCH(test_results_with_the_same_value_collapse),
        SEARCH(test_a_cutoff_leaves_the_weak_out),
        SEARCH(test_a_time_limit_does_not_lose_the_page),
        SEARCH(test_counts_of_values_among_the_matches),
        SEARCH(test_matching_terms_of_a_document),
        SEARCH(test_snippets_mark_the_query),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
