/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing: ways of opening, the lock, documents put in, replaced and deleted, transactions. */
#include "tests/unit/shim/shim_tools.h"

static int set_up(void **state) {
    *state = test_temp_dir();
    return 0;
}

static int tear_down(void **state) {
    test_temp_remove(*state);
    return 0;
}

static ofs_xapian_writer *open_memory(void) {
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open_memory(&writer, &err));
    return writer;
}

static uint32_t count_documents(const ofs_xapian_writer *writer) {
    ofs_xapian_database *database = NULL;
    ofs_xapian_info info;
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    MUST(ofs_xapian_database_info(database, &info, &err));
    ofs_xapian_database_free(database);
    return info.doccount;
}

static void test_modes_of_opening(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_writer *writer = NULL;
    MUST_FAIL(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.mode = OFS_XAPIAN_OPEN}, &writer, &err),
              OFS_E_NO_INDEX, path);
    assert_null(writer);
    MUST(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.mode = OFS_XAPIAN_CREATE}, &writer, &err));
    add_document(writer, "one");
    MUST(ofs_xapian_writer_close(writer, &err));
    ofs_xapian_writer_free(writer);
    MUST_FAIL(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.mode = OFS_XAPIAN_CREATE}, &writer, &err),
              OFS_E_IO, "DatabaseCreateError");
    MUST(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.mode = OFS_XAPIAN_OPEN}, &writer, &err));
    assert_int_equal(count_documents(writer), 1);
    ofs_xapian_writer_free(writer);
    MUST(ofs_xapian_writer_open(path, NULL, &writer, &err));
    assert_int_equal(count_documents(writer), 1);
    ofs_xapian_writer_free(writer);
    MUST(ofs_xapian_writer_open(
        path, &(ofs_xapian_writing){.mode = OFS_XAPIAN_OVERWRITE, .no_sync = true, .block_size = 2048},
        &writer, &err));
    assert_int_equal(count_documents(writer), 0);
    ofs_xapian_writer_free(writer);
    MUST_FAIL(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.block_size = 3000}, &writer, &err),
              OFS_E_USAGE, "2048");
    MUST_FAIL(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.mode = (ofs_xapian_mode)77}, &writer, &err),
              OFS_E_USAGE, "mode");
    char *below = test_format("%s/absent/database", (char *)*state);
    MUST_FAIL(ofs_xapian_writer_open(below, NULL, &writer, &err), OFS_E_IO, below);
    free(below);
    free(path);
}

static void test_one_writer_at_a_time(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_writer *writer = NULL, *other = NULL;
    MUST(ofs_xapian_writer_open(path, NULL, &writer, &err));
    MUST_FAIL(ofs_xapian_writer_open(path, NULL, &other, &err), OFS_E_LOCKED, path);
    assert_null(other);
    ofs_xapian_database *reader = open_database(path);
    bool locked = false;
    MUST(ofs_xapian_database_locked(reader, &locked, &err));
    assert_true(locked);
    MUST(ofs_xapian_writer_close(writer, &err));
    MUST(ofs_xapian_database_locked(reader, &locked, &err));
    assert_false(locked);
    MUST(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.wait_for_lock = true}, &other, &err));
    ofs_xapian_writer_free(other);
    ofs_xapian_writer_free(writer);
    ofs_xapian_database_free(reader);
    free(path);
}

static void test_documents_are_replaced_and_deleted(void **state) {
    (void)state;
    ofs_xapian_writer *writer = open_memory();
    assert_int_equal(add_document(writer, "a id1"), 1);
    assert_int_equal(add_document(writer, "b id2"), 2);
    assert_int_equal(add_document(writer, "c id2"), 3);
    ofs_xapian_document *document = make_document("new id2");
    uint32_t docid = 0;
    MUST(ofs_xapian_writer_replace_term(writer, text("id2"), document, &docid, &err));
    assert_int_equal(docid, 2);
    assert_int_equal(count_documents(writer), 2);
    MUST(ofs_xapian_writer_replace_term(writer, text("id9"), document, &docid, &err));
    assert_int_equal(docid, 4);
    MUST(ofs_xapian_writer_replace(writer, 9, document, &err));
    MUST(ofs_xapian_writer_replace(writer, 1, document, &err));
    MUST_FAIL(ofs_xapian_writer_replace(writer, 0, document, &err), OFS_E_USAGE, "InvalidArgument");
    MUST_FAIL(ofs_xapian_writer_replace_term(writer, text(""), document, NULL, &err), OFS_E_USAGE,
              "InvalidArgument");
    ofs_xapian_document_free(document);
    assert_int_equal(count_documents(writer), 4);
    MUST(ofs_xapian_writer_delete(writer, 9, &err));
    MUST_FAIL(ofs_xapian_writer_delete(writer, 9, &err), OFS_E_NOT_FOUND, "DocNotFoundError");
    MUST(ofs_xapian_writer_delete_term(writer, text("id2"), &err));
    MUST(ofs_xapian_writer_delete_term(writer, text("id2"), &err));
    assert_int_equal(count_documents(writer), 0);
    ofs_xapian_writer_free(writer);
}

static void test_a_term_of_245_bytes_is_the_longest(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(path, NULL, &writer, &err));
    char long_term[300];
    memset(long_term, 'x', sizeof long_term);
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_document_new(&document, &err));
    MUST(ofs_xapian_document_add_term(document, (ofs_xapian_bytes){long_term, OFS_XAPIAN_TERM_MAX}, 1, &err));
    MUST(ofs_xapian_writer_add(writer, document, NULL, &err));
    /* A NUL counts twice. */
    long_term[0] = '\0';
    MUST(ofs_xapian_document_add_term(document, (ofs_xapian_bytes){long_term, OFS_XAPIAN_TERM_MAX - 1}, 1,
                                      &err));
    MUST(ofs_xapian_writer_add(writer, document, NULL, &err));
    long_term[0] = 'y';
    MUST(ofs_xapian_document_add_term(document, (ofs_xapian_bytes){long_term, OFS_XAPIAN_TERM_MAX + 1}, 1,
                                      &err));
    MUST_FAIL(ofs_xapian_writer_add(writer, document, NULL, &err), OFS_E_USAGE, "too long");
    ofs_xapian_document_free(document);
    ofs_xapian_writer_free(writer);
    free(path);
}

static void test_a_document_is_changed_in_place(void **state) {
    (void)state;
    ofs_xapian_document *document = make_document("one two one");
    ofs_xapian_string out = {0};
    assert_int_equal(ofs_xapian_document_id(document), 0);
    MUST(ofs_xapian_document_add_term(document, text("flag"), 0, &err));
    MUST(ofs_xapian_document_add_term(document, text("two"), 5, &err));
    notes terms = {0}, values = {0}, left = {0};
    MUST(ofs_xapian_document_visit_terms(document, note_term, &terms, &err));
    assert_string_equal(terms.seen, "flag:0:0 one:0:2 two:0:6 ");
    MUST(ofs_xapian_document_remove_term(document, text("one"), &err));
    MUST_FAIL(ofs_xapian_document_remove_term(document, text("one"), &err), OFS_E_USAGE, "InvalidArgument");
    MUST_FAIL(ofs_xapian_document_add_term(document, text(""), 1, &err), OFS_E_USAGE, "InvalidArgument");
    MUST_FAIL(ofs_xapian_document_add_posting(document, text(""), 1, 1, &err), OFS_E_USAGE,
              "InvalidArgument");
    MUST(ofs_xapian_document_set_value(document, 5, (ofs_xapian_bytes){"a\0b", 3}, &err));
    MUST(ofs_xapian_document_value(document, 5, &out, &err));
    assert_int_equal(out.size, 3);
    assert_memory_equal(out.data, "a\0b", 4);
    MUST(ofs_xapian_document_set_value(document, 5, text(""), &err));
    MUST(ofs_xapian_document_visit_values(document, note_value, &values, &err));
    assert_string_equal(values.seen, "0@0=one 1@0=0003 ");
    MUST(ofs_xapian_document_clear_values(document, &err));
    MUST(ofs_xapian_document_clear_terms(document, &err));
    MUST(ofs_xapian_document_visit_values(document, note_value, &left, &err));
    MUST(ofs_xapian_document_visit_terms(document, note_term, &left, &err));
    assert_string_equal(left.seen, "");
    MUST_FAIL(ofs_xapian_document_set_value(document, OFS_XAPIAN_NO_SLOT, text("x"), &err), OFS_E_USAGE,
              "slot");
    MUST(ofs_xapian_document_set_data(document, text(""), &err));
    MUST(ofs_xapian_document_data(document, &out, &err));
    assert_int_equal(out.size, 0);
    assert_string_equal(out.data, "");
    ofs_xapian_string_free(&out);
    assert_null(out.data);
    ofs_xapian_document_free(document);
}

static void test_a_string_is_used_again(void **state) {
    (void)state;
    ofs_xapian_document *document = make_document("a longer text than the next");
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_document_data(document, &out, &err));
    char *data = out.data;
    size_t capacity = out.capacity;
    MUST(ofs_xapian_document_set_data(document, text("short"), &err));
    MUST(ofs_xapian_document_data(document, &out, &err));
    assert_string_equal(out.data, "short");
    assert_ptr_equal(out.data, data);
    assert_int_equal(out.capacity, capacity);
    ofs_xapian_string_free(&out);
    ofs_xapian_string_free(&out);
    ofs_xapian_string_free(NULL);
    ofs_xapian_document_free(document);
}

static uint32_t committed_count(const char *path) {
    ofs_xapian_database *database = open_database(path);
    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(database, &info, &err));
    ofs_xapian_database_free(database);
    return info.doccount;
}

static void test_a_transaction_is_all_or_nothing(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(path, NULL, &writer, &err));
    add_document(writer, "before");
    MUST(ofs_xapian_writer_begin_transaction(writer, true, &err));
    assert_int_equal(committed_count(path), 1);
    add_document(writer, "inside");
    add_document(writer, "inside");
    assert_int_equal(committed_count(path), 1);
    MUST_FAIL(ofs_xapian_writer_begin_transaction(writer, true, &err), OFS_E_USAGE, "InvalidOperation");
    MUST_FAIL(ofs_xapian_writer_commit(writer, &err), OFS_E_USAGE, "InvalidOperation");
    MUST(ofs_xapian_writer_cancel_transaction(writer, &err));
    assert_int_equal(count_documents(writer), 1);
    MUST(ofs_xapian_writer_begin_transaction(writer, true, &err));
    add_document(writer, "inside");
    MUST(ofs_xapian_writer_commit_transaction(writer, &err));
    assert_int_equal(committed_count(path), 2);
    MUST(ofs_xapian_writer_begin_transaction(writer, false, &err));
    add_document(writer, "inside");
    MUST(ofs_xapian_writer_commit_transaction(writer, &err));
    assert_int_equal(committed_count(path), 2);
    MUST(ofs_xapian_writer_commit(writer, &err));
    assert_int_equal(committed_count(path), 3);
    MUST_FAIL(ofs_xapian_writer_commit_transaction(writer, &err), OFS_E_USAGE, "InvalidOperation");
    MUST_FAIL(ofs_xapian_writer_cancel_transaction(writer, &err), OFS_E_USAGE, "InvalidOperation");
    /* Closing in the middle of one takes it back. */
    MUST(ofs_xapian_writer_begin_transaction(writer, true, &err));
    add_document(writer, "inside");
    MUST(ofs_xapian_writer_close(writer, &err));
    assert_int_equal(committed_count(path), 3);
    ofs_xapian_writer_free(writer);
    free(path);
}

static void test_freeing_commits(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(path, NULL, &writer, &err));
    add_document(writer, "one");
    ofs_xapian_writer_free(writer);
    assert_int_equal(committed_count(path), 1);
    free(path);
}

static void test_without_termlists_documents_stay(void **state) {
    char *path = test_format("%s/database", (char *)*state);
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.no_termlist = true}, &writer, &err));
    add_document(writer, "one");
    MUST(ofs_xapian_writer_commit(writer, &err));
    MUST_FAIL(ofs_xapian_writer_delete(writer, 1, &err), OFS_E_UNSUPPORTED, "FeatureUnavailableError");
    ofs_xapian_writer_free(writer);
    free(path);
}

static void test_what_memory_has_not_got(void **state) {
    (void)state;
    ofs_xapian_writer *writer = open_memory();
    ofs_xapian_database *database = NULL;
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    notes seen = {0};
    MUST(ofs_xapian_writer_set_metadata(writer, text("key"), text("value"), &err));
    MUST_FAIL(ofs_xapian_database_visit_metadata(database, text(""), note_bytes, &seen, &err),
              OFS_E_UNSUPPORTED, "UnimplementedError");
    MUST_FAIL(ofs_xapian_writer_begin_transaction(writer, true, &err), OFS_E_UNSUPPORTED,
              "UnimplementedError");
    ofs_xapian_string uuid = {0};
    MUST(ofs_xapian_database_uuid(database, &uuid, &err));
    assert_int_equal(uuid.size, 0);
    ofs_xapian_string_free(&uuid);
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(writer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        IN_FOLDER(test_modes_of_opening),
        IN_FOLDER(test_one_writer_at_a_time),
        cmocka_unit_test(test_documents_are_replaced_and_deleted),
        IN_FOLDER(test_a_term_of_245_bytes_is_the_longest),
        cmocka_unit_test(test_a_document_is_changed_in_place),
        cmocka_unit_test(test_a_string_is_used_again),
        IN_FOLDER(test_a_transaction_is_all_or_nothing),
        IN_FOLDER(test_freeing_commits),
        IN_FOLDER(test_without_termlists_documents_stay),
        cmocka_unit_test(test_what_memory_has_not_got),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
