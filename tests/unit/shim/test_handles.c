/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ownership: handles may be freed in any order and hold what they need; callbacks may stop and free, but not change. */
#include "tests/unit/shim/shim_tools.h"

static const char *const texts[] = {"red fox red", "blue fox", "red hen", NULL};

static int set_up(void **state) {
    char *folder = test_temp_dir();
    char *path = test_format("%s/database", folder);
    make_database(path, texts);
    free(path);
    *state = folder;
    return 0;
}

static int tear_down(void **state) {
    test_temp_remove(*state);
    return 0;
}

static ofs_xapian_database *open_in(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_database *database = open_database(path);
    free(path);
    return database;
}

static void test_results_outlive_all_they_came_from(void **state) {
    ofs_xapian_database *database = open_in(state);
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_counts *counts = NULL;
    ofs_xapian_query *query = combine(OFS_XAPIAN_OR, 0, query_term("red"), query_term("blue"));
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    MUST(ofs_xapian_counts_new(0, &counts, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, counts, &err));
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_VALUE, 0, false, &err));
    ofs_xapian_counts_free(counts);
    ofs_xapian_query_free(query);
    ofs_xapian_database_free(database);
    ofs_xapian_mset *mset = search_all(enquire);
    ofs_xapian_enquire_free(enquire);
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_mset_document(mset, 0, &document, &err));
    ofs_xapian_item item;
    MUST(ofs_xapian_mset_item(mset, 0, &item, &err));
    assert_true(same(item.sort_key, "blue"));
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_mset_snippet(mset, text("a red one"), NULL, &out, &err));
    assert_string_equal(out.data, "a <b>red</b> one");
    uint32_t n;
    MUST(ofs_xapian_mset_termfreq(mset, text("hen"), &n, &err));
    assert_int_equal(n, 1);
    ofs_xapian_mset_free(mset);
    MUST(ofs_xapian_document_data(document, &out, &err));
    assert_string_equal(out.data, "blue fox");
    ofs_xapian_string_free(&out);
    ofs_xapian_document_free(document);
}

static void test_a_counts_handle_outlives_the_search(void **state) {
    ofs_xapian_database *database = open_in(state);
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_counts *counts = NULL;
    ofs_xapian_query *query = query_term("red");
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    MUST(ofs_xapian_counts_new(0, &counts, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, counts, &err));
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    ofs_xapian_mset *mset = search_all(enquire);
    ofs_xapian_enquire_free(enquire);
    ofs_xapian_mset_free(mset);
    ofs_xapian_query_free(query);
    ofs_xapian_database_free(database);
    notes seen = {0};
    MUST(ofs_xapian_counts_visit(counts, note_count, &seen, &err));
    assert_string_equal(seen.seen, "red:2 ");
    ofs_xapian_counts_free(counts);
}

static void test_parts_of_a_group_may_go(void **state) {
    ofs_xapian_database *a = open_in(state), *b = open_in(state), *group = NULL;
    MUST(ofs_xapian_database_new(&group, &err));
    MUST(ofs_xapian_database_add(group, a, &err));
    MUST(ofs_xapian_database_add(group, b, &err));
    ofs_xapian_database_free(a);
    ofs_xapian_database_free(b);
    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(group, &info, &err));
    assert_int_equal(info.doccount, 6);
    ofs_xapian_database_free(group);
}

static void test_a_memory_database_lives_with_its_readers(void **state) {
    (void)state;
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_database *database = NULL;
    MUST(ofs_xapian_writer_open_memory(&writer, &err));
    add_document(writer, "kept");
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    ofs_xapian_writer_free(writer);
    uint32_t n;
    MUST(ofs_xapian_database_termfreq(database, text("kept"), &n, &err));
    assert_int_equal(n, 1);
    ofs_xapian_database_free(database);
}

static void test_closing_closes_for_every_handle(void **state) {
    ofs_xapian_database *database = open_in(state), *group = NULL;
    MUST(ofs_xapian_database_new(&group, &err));
    MUST(ofs_xapian_database_add(group, database, &err));
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_database_document(database, 1, &document, &err));
    MUST(ofs_xapian_database_close(database, &err));
    MUST(ofs_xapian_database_close(database, &err));
    MUST_FAIL(ofs_xapian_database_reopen(database, NULL, &err), OFS_E_USAGE, "closed");
    notes seen = {0};
    MUST_FAIL(ofs_xapian_document_visit_terms(document, note_term, &seen, &err), OFS_E_USAGE, "closed");
    MUST_FAIL(ofs_xapian_database_visit_postings(database, text("red"), 0, note_posting, &seen, &err),
              OFS_E_USAGE, "closed");
    ofs_xapian_document_free(document);
    ofs_xapian_database_free(group);
    ofs_xapian_database_free(database);
}

static void test_a_copied_document_is_not_the_stored_one(void **state) {
    (void)state;
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_database *database = NULL;
    MUST(ofs_xapian_writer_open_memory(&writer, &err));
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    ofs_xapian_document *document = make_document("first");
    MUST(ofs_xapian_writer_add(writer, document, NULL, &err));
    MUST(ofs_xapian_document_set_data(document, text("second"), &err));
    MUST(ofs_xapian_writer_add(writer, document, NULL, &err));
    ofs_xapian_document_free(document);
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_database_document(database, 1, &document, &err));
    MUST(ofs_xapian_document_data(document, &out, &err));
    assert_string_equal(out.data, "first");
    ofs_xapian_document_free(document);
    ofs_xapian_string_free(&out);
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(writer);
}

/* ---- callbacks ---- */

static void test_a_callback_stops_the_visit_with_its_status(void **state) {
    ofs_xapian_database *database = open_in(state);
    ofs_error err = {0};
    strcpy(err.message, "untouched");
    notes terms = {.answer = OFS_E_CANCELLED}, postings = terms, positions = terms, values = terms,
          document = terms;
    assert_int_equal(ofs_xapian_database_visit_terms(database, text(""), note_term, &terms, &err),
                     OFS_E_CANCELLED);
    assert_string_equal(terms.seen, "blue:1:0 ");
    assert_int_equal(
        ofs_xapian_database_visit_postings(database, text("red"), 0, note_posting, &postings, &err),
        OFS_E_CANCELLED);
    assert_string_equal(postings.seen, "1:2:3 ");
    assert_int_equal(
        ofs_xapian_database_visit_positions(database, 1, text("red"), note_position, &positions, &err),
        OFS_E_CANCELLED);
    assert_string_equal(positions.seen, "1 ");
    assert_int_equal(ofs_xapian_database_visit_values(database, 0, 0, note_value, &values, &err),
                     OFS_E_CANCELLED);
    assert_string_equal(values.seen, "0@1=red ");
    assert_int_equal(ofs_xapian_database_visit_document(database, 2, note_term, &document, &err),
                     OFS_E_CANCELLED);
    assert_string_equal(document.seen, "blue:1:1 ");
    assert_string_equal(err.message, "untouched");
    ofs_xapian_database_free(database);
}

static void free_database(notes *to) {
    ofs_xapian_database_free(to->handle);
    to->handle = NULL;
}

static void test_a_callback_may_free_the_handle(void **state) {
    notes seen = {.act = free_database, .handle = open_in(state)};
    MUST(ofs_xapian_database_visit_terms(seen.handle, text(""), note_term, &seen, &err));
    assert_string_equal(seen.seen, "blue:1:0 fox:2:0 hen:1:0 red:2:0 ");
}

static void free_document(notes *to) {
    ofs_xapian_document_free(to->handle);
    to->handle = NULL;
}

static void test_a_callback_may_free_the_document(void **state) {
    (void)state;
    notes seen = {.act = free_document, .handle = make_document("one two")};
    MUST(ofs_xapian_document_visit_terms(seen.handle, note_term, &seen, &err));
    assert_string_equal(seen.seen, "one:0:1 two:0:1 ");
}

static void free_counts(notes *to) {
    ofs_xapian_counts_free(to->handle);
    to->handle = NULL;
}

static void test_a_callback_may_free_the_counts(void **state) {
    ofs_xapian_database *database = open_in(state);
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_counts *counts = NULL;
    ofs_xapian_query *query = query_term("fox");
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    MUST(ofs_xapian_counts_new(0, &counts, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, counts, &err));
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    ofs_xapian_mset_free(search_all(enquire));
    ofs_xapian_enquire_free(enquire);
    notes seen = {.act = free_counts, .handle = counts};
    MUST(ofs_xapian_counts_visit(counts, note_count, &seen, &err));
    assert_string_equal(seen.seen, "blue:1 red:1 ");
    ofs_xapian_query_free(query);
    ofs_xapian_database_free(database);
}

static ofs_xapian_writer *other_writer;
static ofs_status refusals[6];

static void change_all(notes *to) {
    ofs_xapian_document *document = make_document("more");
    refusals[0] = ofs_xapian_writer_add(other_writer, document, NULL, NULL);
    refusals[1] = ofs_xapian_writer_commit(other_writer, NULL);
    refusals[2] = ofs_xapian_writer_close(other_writer, NULL);
    refusals[3] = ofs_xapian_database_reopen(to->handle, NULL, NULL);
    refusals[4] = ofs_xapian_database_close(to->handle, NULL);
    refusals[5] = ofs_xapian_database_add(to->handle, to->handle, NULL);
    ofs_xapian_document_free(document);
    /* Reading goes on. */
    uint32_t n = 0;
    if (ofs_xapian_database_termfreq(to->handle, text("red"), &n, NULL) != OFS_OK || n != 1)
        refusals[0] = OFS_OK;
}

static void test_a_callback_may_not_change_what_is_visited(void **state) {
    (void)state;
    ofs_xapian_database *database = NULL;
    MUST(ofs_xapian_writer_open_memory(&other_writer, &err));
    add_document(other_writer, "red");
    MUST(ofs_xapian_writer_database(other_writer, &database, &err));
    notes seen = {.act = change_all, .handle = database};
    MUST(ofs_xapian_database_visit_terms(database, text(""), note_term, &seen, &err));
    assert_string_equal(seen.seen, "red:1:0 ");
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        assert_int_equal(refusals[i], OFS_E_USAGE);
    /* Afterwards they may be called again. */
    add_document(other_writer, "blue");
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(other_writer);
}

static void change_document(notes *to) {
    refusals[0] = ofs_xapian_document_add_term(to->handle, text("new"), 1, NULL);
}

static void test_a_callback_may_not_change_the_document(void **state) {
    (void)state;
    ofs_xapian_document *document = make_document("one");
    notes seen = {.act = change_document, .handle = document};
    MUST(ofs_xapian_document_visit_terms(document, note_term, &seen, &err));
    assert_int_equal(refusals[0], OFS_E_USAGE);
    assert_string_equal(seen.seen, "one:0:1 ");
    MUST(ofs_xapian_document_add_term(document, text("new"), 1, &err));
    ofs_xapian_document_free(document);
}

static ofs_status visit_again(void *context, const ofs_xapian_term *term) {
    (void)term;
    notes *outer = context;
    notes inner = {0};
    ofs_status status =
        ofs_xapian_database_visit_postings(outer->handle, text("fox"), 0, note_posting, &inner, NULL);
    note(outer, "[%s]", inner.seen);
    return status;
}

static void test_visits_nest(void **state) {
    notes seen = {.handle = open_in(state)};
    MUST(ofs_xapian_database_visit_terms(seen.handle, text("h"), visit_again, &seen, &err));
    assert_string_equal(seen.seen, "[1:1:3 2:1:2 ]");
    ofs_xapian_database_free(seen.handle);
}

/* ---- NULL ---- */

static void test_null_is_refused(void **state) {
    ofs_xapian_database *database = open_in(state), *none = database;
    ofs_xapian_string out = {0};
    uint32_t n;
    bool flag;
    notes seen = {0};
    MUST_FAIL(ofs_xapian_database_open(NULL, &none, &err), OFS_E_USAGE, "NULL");
    assert_null(none);
    MUST_FAIL(ofs_xapian_database_open("x", NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_new(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_add(database, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_reopen(NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_keep_alive(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_close(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_info(database, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_uuid(NULL, &out, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_locked(NULL, &flag, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_termfreq(NULL, text("x"), &n, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_termfreq(database, (ofs_xapian_bytes){NULL, 2}, &n, &err), OFS_E_USAGE,
              "NULL");
    MUST_FAIL(ofs_xapian_database_visit_terms(database, text(""), NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_visit_terms(NULL, text(""), note_term, &seen, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_metadata(database, text("k"), NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_suggest(NULL, text("k"), 0, &out, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_compact(database, NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_check("x", NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_database_open_tcp(NULL, &none, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_writer_open(NULL, NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_writer_open_memory(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_writer_add(NULL, NULL, &n, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_writer_commit(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_document_new(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_document_set_data(NULL, text("x"), &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_document_data(NULL, &out, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_query_all(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_query_description(NULL, &out, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_enquire_new(NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_enquire_set_boolean(NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_enquire_search(NULL, NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_mset_matches(NULL, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_counts_new(0, NULL, &err), OFS_E_USAGE, "NULL");
    MUST_FAIL(ofs_xapian_counts_visit(NULL, note_count, &seen, &err), OFS_E_USAGE, "NULL");
    assert_int_equal(ofs_xapian_document_id(NULL), 0);
    /* Without an ofs_error the status is all there is. */
    assert_int_equal(ofs_xapian_database_doclength(database, 99, &n, NULL), OFS_E_NOT_FOUND);
    ofs_xapian_database_free(database);
    ofs_xapian_database_free(NULL);
    ofs_xapian_writer_free(NULL);
    ofs_xapian_document_free(NULL);
    ofs_xapian_enquire_free(NULL);
    ofs_xapian_mset_free(NULL);
    ofs_xapian_counts_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        WITH_FILES(test_results_outlive_all_they_came_from),
        WITH_FILES(test_a_counts_handle_outlives_the_search),
        WITH_FILES(test_parts_of_a_group_may_go),
        cmocka_unit_test(test_a_memory_database_lives_with_its_readers),
        WITH_FILES(test_closing_closes_for_every_handle),
        cmocka_unit_test(test_a_copied_document_is_not_the_stored_one),
        WITH_FILES(test_a_callback_stops_the_visit_with_its_status),
        WITH_FILES(test_a_callback_may_free_the_handle),
        cmocka_unit_test(test_a_callback_may_free_the_document),
        WITH_FILES(test_a_callback_may_free_the_counts),
        cmocka_unit_test(test_a_callback_may_not_change_what_is_visited),
        cmocka_unit_test(test_a_callback_may_not_change_the_document),
        WITH_FILES(test_visits_nest),
        WITH_FILES(test_null_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
