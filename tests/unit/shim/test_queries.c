/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every operator matches what it says; queries are values that outlive their parts. */
#include "tests/unit/shim/shim_tools.h"

/* Ids:                          1          2             3              4              5 */
static const char *const texts[] = {"red fox", "red hen sly fox", "blue fox sly red", "grey hen grey", "reed",
                                    NULL};

static ofs_xapian_writer *writer;
static ofs_xapian_database *database;
static ofs_xapian_enquire *enquire;

static int set_up(void **state) {
    (void)state;
    MUST(ofs_xapian_writer_open_memory(&writer, &err));
    for (size_t i = 0; texts[i]; i++)
        add_document(writer, texts[i]);
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    MUST(ofs_xapian_enquire_set_boolean(enquire, &err));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    ofs_xapian_enquire_free(enquire);
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(writer);
    return 0;
}

/* Frees the query. */
static void expect(ofs_xapian_query *query, const char *ids) {
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    ofs_xapian_query_free(query);
    ofs_xapian_mset *mset = search_all(enquire);
    char *found = list_ids(mset);
    assert_string_equal(found, ids);
    free(found);
    ofs_xapian_mset_free(mset);
}

static ofs_xapian_query *t(const char *term) { return query_term(term); }

static void test_boolean_operators(void **state) {
    (void)state;
    expect(t("red"), "1 2 3 ");
    expect(t("absent"), "");
    expect(combine(OFS_XAPIAN_AND, 0, t("red"), t("sly")), "2 3 ");
    expect(combine(OFS_XAPIAN_OR, 0, t("hen"), t("blue")), "2 3 4 ");
    expect(combine(OFS_XAPIAN_AND_NOT, 0, t("red"), t("sly")), "1 ");
    expect(combine(OFS_XAPIAN_XOR, 0, t("red"), t("hen")), "1 3 4 ");
    expect(combine(OFS_XAPIAN_AND_MAYBE, 0, t("sly"), t("hen")), "2 3 ");
    expect(combine(OFS_XAPIAN_FILTER, 0, t("fox"), t("hen")), "2 ");
    expect(combine(OFS_XAPIAN_SYNONYM, 0, t("hen"), t("blue")), "2 3 4 ");
    expect(combine(OFS_XAPIAN_MAX, 0, t("hen"), t("blue")), "2 3 4 ");
    expect(combine(OFS_XAPIAN_ELITE_SET, 5, t("hen"), t("blue")), "2 3 4 ");
    expect(combine(OFS_XAPIAN_AND, 0, t("red"), NULL), "1 2 3 ");
}

static void test_positional_operators(void **state) {
    (void)state;
    expect(combine(OFS_XAPIAN_PHRASE, 0, t("red"), t("fox")), "1 ");
    expect(combine(OFS_XAPIAN_PHRASE, 4, t("red"), t("fox")), "1 2 ");
    expect(combine(OFS_XAPIAN_NEAR, 3, t("red"), t("fox")), "1 3 ");
    expect(combine(OFS_XAPIAN_NEAR, 4, t("red"), t("fox")), "1 2 3 ");
    expect(combine(OFS_XAPIAN_PHRASE, 2, t("sly"), combine(OFS_XAPIAN_OR, 0, t("fox"), t("red"))), "2 3 ");
    ofs_xapian_query *all = NULL, *phrase = NULL, *both = combine(OFS_XAPIAN_AND, 0, t("a"), t("b")),
                     *c = t("c");
    const ofs_xapian_query *parts[] = {both, c};
    MUST_FAIL(ofs_xapian_query_combine(OFS_XAPIAN_PHRASE, parts, 2, 0, &phrase, &err), OFS_E_UNSUPPORTED,
              "UnimplementedError");
    assert_null(phrase);
    ofs_xapian_query_free(both);
    ofs_xapian_query_free(c);
    ofs_xapian_query_free(all);
}

static void test_everything_and_nothing(void **state) {
    (void)state;
    ofs_xapian_query *query = NULL;
    MUST(ofs_xapian_query_all(&query, &err));
    expect(query, "1 2 3 4 5 ");
    MUST(ofs_xapian_query_nothing(&query, &err));
    expect(query, "");
    MUST(ofs_xapian_query_combine(OFS_XAPIAN_OR, NULL, 0, 0, &query, &err));
    expect(query, "");
    MUST(ofs_xapian_query_term(text(""), 0, &query, &err));
    expect(query, "1 2 3 4 5 ");
    ofs_xapian_query *nothing = NULL;
    MUST(ofs_xapian_query_nothing(&nothing, &err));
    expect(combine(OFS_XAPIAN_AND_MAYBE, 0, nothing, t("red")), "");
    MUST(ofs_xapian_query_nothing(&nothing, &err));
    expect(combine(OFS_XAPIAN_OR, 0, nothing, t("blue")), "3 ");
}

static void test_values_by_range(void **state) {
    (void)state;
    ofs_xapian_query *query = NULL;
    MUST(ofs_xapian_query_value_range(1, text("0002"), text("0003"), &query, &err));
    expect(query, "1 4 ");
    MUST(ofs_xapian_query_value_ge(1, text("0004"), &query, &err));
    expect(query, "2 3 ");
    MUST(ofs_xapian_query_value_le(1, text("0001"), &query, &err));
    expect(query, "5 ");
    MUST(ofs_xapian_query_value_range(1, text("9"), text("1"), &query, &err));
    expect(query, "");
}

static void test_wildcards_and_their_limit(void **state) {
    (void)state;
    MUST(ofs_xapian_enquire_set_boolean(enquire, &err));
    ofs_xapian_query *query = NULL;
    MUST(ofs_xapian_query_wildcard(&(ofs_xapian_wildcard){.prefix = text("re")}, &query, &err));
    expect(query, "1 2 3 5 ");
    MUST(ofs_xapian_query_wildcard(
        &(ofs_xapian_wildcard){.prefix = text("re"), .limit = 1, .expansion = OFS_XAPIAN_EXPAND_FIRST},
        &query, &err));
    expect(query, "1 2 3 ");
    MUST(ofs_xapian_query_wildcard(&(ofs_xapian_wildcard){.prefix = text("re"),
                                                          .limit = 1,
                                                          .expansion = OFS_XAPIAN_EXPAND_MOST_FREQUENT,
                                                          .op = OFS_XAPIAN_OR},
                                   &query, &err));
    expect(query, "1 2 3 ");
    MUST(ofs_xapian_query_wildcard(
        &(ofs_xapian_wildcard){.prefix = text("re"), .limit = 1, .op = OFS_XAPIAN_MAX}, &query, &err));
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    ofs_xapian_query_free(query);
    ofs_xapian_mset *mset = NULL;
    MUST_FAIL(ofs_xapian_enquire_search(enquire, &(ofs_xapian_page){0, 10, 0}, &mset, &err), OFS_E_LIMIT,
              "WildcardError");
    assert_null(mset);
    MUST_FAIL(ofs_xapian_query_wildcard(&(ofs_xapian_wildcard){.prefix = text("re"), .op = OFS_XAPIAN_NEAR},
                                        &query, &err),
              OFS_E_USAGE, "wildcard");
    MUST_FAIL(
        ofs_xapian_query_wildcard(
            &(ofs_xapian_wildcard){.prefix = text("re"), .expansion = (ofs_xapian_expansion)9}, &query, &err),
        OFS_E_USAGE, "expansion");
}

static void test_weights_are_scaled(void **state) {
    (void)state;
    ofs_xapian_query *red = t("red"), *scaled = NULL;
    MUST(ofs_xapian_query_scale(red, 3.0, &scaled, &err));
    double weights[2];
    const ofs_xapian_query *const queries[] = {red, scaled};
    MUST(ofs_xapian_enquire_set_bm25(enquire, NULL, &err));
    for (int i = 0; i < 2; i++) {
        MUST(ofs_xapian_enquire_set_query(enquire, queries[i], 0, &err));
        ofs_xapian_mset *mset = search_all(enquire);
        ofs_xapian_item item;
        MUST(ofs_xapian_mset_item(mset, 0, &item, &err));
        weights[i] = item.weight;
        ofs_xapian_mset_free(mset);
    }
    assert_true(weights[0] > 0);
    assert_true(weights[1] > weights[0] * 2.999999 && weights[1] < weights[0] * 3.000001);
    ofs_xapian_query *none = NULL;
    MUST_FAIL(ofs_xapian_query_scale(red, -1, &none, &err), OFS_E_USAGE, "InvalidArgument");
    MUST_FAIL(ofs_xapian_query_scale(red, 0.0 / 0.0, &none, &err), OFS_E_USAGE, "number");
    ofs_xapian_query_free(red);
    ofs_xapian_query_free(scaled);
}

static void test_a_query_is_text_and_bytes(void **state) {
    (void)state;
    ofs_xapian_query *query = combine(OFS_XAPIAN_PHRASE, 4, t("red"), t("fox")), *back = NULL;
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_query_description(query, &out, &err));
    assert_string_equal(out.data, "Query((red PHRASE 4 fox))");
    MUST(ofs_xapian_query_serialise(query, &out, &err));
    MUST(ofs_xapian_query_unserialise((ofs_xapian_bytes){out.data, out.size}, &back, &err));
    MUST(ofs_xapian_query_description(back, &out, &err));
    assert_string_equal(out.data, "Query((red PHRASE 4 fox))");
    ofs_xapian_query_free(query);
    expect(back, "1 2 ");
    MUST_FAIL(ofs_xapian_query_unserialise(text("\x03no query"), &back, &err), OFS_E_CORRUPT,
              "SerialisationError");
    assert_null(back);
    ofs_xapian_string_free(&out);
}

static void test_length_counts_terms(void **state) {
    (void)state;
    ofs_xapian_query *twice = NULL;
    MUST(ofs_xapian_query_term(text("red"), 2, &twice, &err));
    ofs_xapian_query *query = combine(OFS_XAPIAN_OR, 0, twice, t("fox"));
    assert_int_equal(ofs_xapian_query_length(query), 3);
    assert_int_equal(ofs_xapian_query_length(NULL), 0);
    ofs_xapian_query_free(query);
}

static void test_wrong_parts_are_refused(void **state) {
    (void)state;
    ofs_xapian_query *query = NULL, *red = t("red");
    const ofs_xapian_query *parts[] = {red, NULL};
    MUST_FAIL(ofs_xapian_query_combine(OFS_XAPIAN_AND, parts, 2, 0, &query, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_query_combine((ofs_xapian_op)99, parts, 1, 0, &query, &err), OFS_E_USAGE,
              "operator");
    MUST_FAIL(ofs_xapian_query_term((ofs_xapian_bytes){NULL, 3}, 0, &query, &err), OFS_E_USAGE, "NULL");
    assert_null(query);
    ofs_xapian_query_free(red);
    ofs_xapian_query_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boolean_operators),         cmocka_unit_test(test_positional_operators),
        cmocka_unit_test(test_everything_and_nothing),    cmocka_unit_test(test_values_by_range),
        cmocka_unit_test(test_weights_are_scaled),        cmocka_unit_test(test_a_query_is_text_and_bytes),
        cmocka_unit_test(test_length_counts_terms),       cmocka_unit_test(test_wrong_parts_are_refused),
        cmocka_unit_test(test_wildcards_and_their_limit),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
