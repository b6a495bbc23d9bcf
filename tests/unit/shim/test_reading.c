/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a database tells: its counts, its lists, what is kept beside documents; alone, in memory, and several as one. */
#include "tests/unit/shim/shim_tools.h"

#include <stdio.h>

static const char *const first_texts[] = {"red fox red", "blue fox", "red hen", NULL};
static const char *const second_texts[] = {"green fox", "red red red red", NULL};

typedef struct places {
    char *folder, *first, *second;
    ofs_xapian_database *database; /* of first */
} places;

static int set_up(void **state) {
    places *p = calloc(1, sizeof *p);
    p->folder = test_temp_dir();
    p->first = test_format("%s/first", p->folder);
    p->second = test_format("%s/second", p->folder);
    make_database(p->first, first_texts);
    make_database(p->second, second_texts);
    p->database = open_database(p->first);
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    places *p = *state;
    ofs_xapian_database_free(p->database);
    test_temp_remove(p->folder);
    free(p->first);
    free(p->second);
    free(p);
    return 0;
}

static void test_the_version_is_that_of_libxapian(void **state) {
    (void)state;
    const char *version = ofs_xapian_version();
    assert_non_null(version);
    assert_memory_equal(version, "1.4.", 4);
}

static void test_info_counts_documents_and_lengths(void **state) {
    places *p = *state;
    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(p->database, &info, &err));
    assert_int_equal(info.databases, 1);
    assert_int_equal(info.doccount, 3);
    assert_int_equal(info.lastdocid, 3);
    assert_int_equal(info.total_length, 7);
    assert_true(info.average_length > 2.33 && info.average_length < 2.34);
    assert_true(info.doclength_lower_bound <= 2 && info.doclength_upper_bound >= 3);
    assert_true(info.has_positions);
}

static void test_frequencies_of_a_term(void **state) {
    places *p = *state;
    uint32_t n = 99;
    MUST(ofs_xapian_database_termfreq(p->database, text("red"), &n, &err));
    assert_int_equal(n, 2);
    MUST(ofs_xapian_database_collfreq(p->database, text("red"), &n, &err));
    assert_int_equal(n, 3);
    MUST(ofs_xapian_database_wdf_upper_bound(p->database, text("red"), &n, &err));
    assert_true(n >= 2);
    MUST(ofs_xapian_database_termfreq(p->database, text("none"), &n, &err));
    assert_int_equal(n, 0);
    MUST(ofs_xapian_database_termfreq(p->database, text(""), &n, &err));
    assert_int_equal(n, 3);
}

static void test_sizes_of_a_document(void **state) {
    places *p = *state;
    uint32_t n = 0;
    MUST(ofs_xapian_database_doclength(p->database, 1, &n, &err));
    assert_int_equal(n, 3);
    MUST(ofs_xapian_database_unique_terms(p->database, 1, &n, &err));
    assert_int_equal(n, 2);
    MUST_FAIL(ofs_xapian_database_doclength(p->database, 9, &n, &err), OFS_E_NOT_FOUND, "DocNotFoundError");
    assert_int_equal(n, 0);
    MUST_FAIL(ofs_xapian_database_unique_terms(p->database, 0, &n, &err), OFS_E_USAGE,
              "InvalidArgumentError");
}

static void test_terms_come_in_byte_order_with_their_frequency(void **state) {
    places *p = *state;
    notes all = {0}, some = {0}, none = {0};
    MUST(ofs_xapian_database_visit_terms(p->database, text(""), note_term, &all, &err));
    assert_string_equal(all.seen, "blue:1:0 fox:2:0 hen:1:0 red:2:0 ");
    MUST(ofs_xapian_database_visit_terms(p->database, text("h"), note_term, &some, &err));
    assert_string_equal(some.seen, "hen:1:0 ");
    MUST(ofs_xapian_database_visit_terms(p->database, text("z"), note_term, &none, &err));
    assert_string_equal(none.seen, "");
}

static void test_postings_from_a_document_on(void **state) {
    places *p = *state;
    notes all = {0}, some = {0}, none = {0}, every = {0};
    MUST(ofs_xapian_database_visit_postings(p->database, text("red"), 0, note_posting, &all, &err));
    assert_string_equal(all.seen, "1:2:3 3:1:2 ");
    MUST(ofs_xapian_database_visit_postings(p->database, text("red"), 2, note_posting, &some, &err));
    assert_string_equal(some.seen, "3:1:2 ");
    MUST(ofs_xapian_database_visit_postings(p->database, text("nothing"), 2, note_posting, &none, &err));
    assert_string_equal(none.seen, "");
    MUST(ofs_xapian_database_visit_postings(p->database, text(""), 1, note_posting, &every, &err));
    assert_string_equal(every.seen, "1:1:3 2:1:2 3:1:2 ");
}

static void test_terms_and_positions_of_a_document(void **state) {
    places *p = *state;
    notes terms = {0}, positions = {0}, none = {0};
    MUST(ofs_xapian_database_visit_document(p->database, 1, note_term, &terms, &err));
    assert_string_equal(terms.seen, "fox:2:1 red:2:2 ");
    MUST(ofs_xapian_database_visit_positions(p->database, 1, text("red"), note_position, &positions, &err));
    assert_string_equal(positions.seen, "1 3 ");
    MUST(ofs_xapian_database_visit_positions(p->database, 1, text("hen"), note_position, &none, &err));
    MUST(ofs_xapian_database_visit_positions(p->database, 77, text("hen"), note_position, &none, &err));
    assert_string_equal(none.seen, "");
    MUST_FAIL(ofs_xapian_database_visit_document(p->database, 77, note_term, &none, &err), OFS_E_NOT_FOUND,
              "77");
}

static void test_values_of_a_slot_and_their_bounds(void **state) {
    places *p = *state;
    notes all = {0}, some = {0};
    MUST(ofs_xapian_database_visit_values(p->database, 0, 0, note_value, &all, &err));
    assert_string_equal(all.seen, "0@1=red 0@2=blue 0@3=red ");
    MUST(ofs_xapian_database_visit_values(p->database, 0, 3, note_value, &some, &err));
    assert_string_equal(some.seen, "0@3=red ");

    ofs_xapian_string lower = {0}, upper = {0};
    uint32_t n = 0;
    MUST(ofs_xapian_database_valuefreq(p->database, 0, &n, &lower, &upper, &err));
    assert_int_equal(n, 3);
    assert_string_equal(lower.data, "blue");
    assert_string_equal(upper.data, "red");
    MUST(ofs_xapian_database_valuefreq(p->database, 7, &n, &lower, NULL, &err));
    assert_int_equal(n, 0);
    assert_int_equal(lower.size, 0);
    ofs_xapian_string_free(&lower);
    ofs_xapian_string_free(&upper);
}

static void test_a_stored_document_gives_data_values_and_terms(void **state) {
    places *p = *state;
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_database_document(p->database, 2, &document, &err));
    assert_int_equal(ofs_xapian_document_id(document), 2);
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_document_data(document, &out, &err));
    assert_string_equal(out.data, "blue fox");
    assert_int_equal(out.size, 8);
    MUST(ofs_xapian_document_value(document, 1, &out, &err));
    assert_string_equal(out.data, "0002");
    notes terms = {0}, positions = {0}, values = {0};
    MUST(ofs_xapian_document_visit_terms(document, note_term, &terms, &err));
    assert_string_equal(terms.seen, "blue:0:1 fox:0:1 ");
    MUST(ofs_xapian_document_visit_positions(document, text("fox"), note_position, &positions, &err));
    assert_string_equal(positions.seen, "2 ");
    MUST(ofs_xapian_document_visit_positions(document, text("gone"), note_position, &positions, &err));
    assert_string_equal(positions.seen, "2 ");
    MUST(ofs_xapian_document_visit_values(document, note_value, &values, &err));
    assert_string_equal(values.seen, "0@2=blue 1@2=0002 ");
    ofs_xapian_string_free(&out);
    ofs_xapian_document_free(document);
    MUST_FAIL(ofs_xapian_database_document(p->database, 4, &document, &err), OFS_E_NOT_FOUND, p->first);
    assert_null(document);
    MUST_FAIL(ofs_xapian_database_document(p->database, 0, &document, &err), OFS_E_USAGE,
              "InvalidArgumentError");
}

static void test_several_databases_are_one(void **state) {
    places *p = *state;
    ofs_xapian_database *both = NULL, *second = open_database(p->second);
    MUST(ofs_xapian_database_new(&both, &err));
    MUST(ofs_xapian_database_add(both, p->database, &err));
    MUST(ofs_xapian_database_add(both, second, &err));
    ofs_xapian_database_free(second);

    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(both, &info, &err));
    assert_int_equal(info.databases, 2);
    assert_int_equal(info.doccount, 5);
    assert_int_equal(info.total_length, 13);
    uint32_t n;
    MUST(ofs_xapian_database_termfreq(both, text("red"), &n, &err));
    assert_int_equal(n, 3);
    /* Document d of the i-th of n has the id (d - 1) * n + i + 1. */
    notes postings = {0}, terms = {0};
    MUST(ofs_xapian_database_visit_postings(both, text("red"), 0, note_posting, &postings, &err));
    assert_string_equal(postings.seen, "1:2:3 4:4:4 5:1:2 ");
    MUST(ofs_xapian_database_visit_terms(both, text("f"), note_term, &terms, &err));
    assert_string_equal(terms.seen, "fox:3:0 ");
    ofs_xapian_document *document = NULL;
    ofs_xapian_string data = {0};
    MUST(ofs_xapian_database_document(both, 4, &document, &err));
    MUST(ofs_xapian_document_data(document, &data, &err));
    assert_string_equal(data.data, "red red red red");
    assert_int_equal(ofs_xapian_document_id(document), 2);
    ofs_xapian_document_free(document);

    MUST(ofs_xapian_database_uuid(both, &data, &err));
    assert_int_equal(data.size, 36 + 1 + 36);
    assert_int_equal(data.data[36], ':');
    ofs_xapian_string_free(&data);
    MUST_FAIL(ofs_xapian_database_add(both, both, &err), OFS_E_USAGE, "itself");
    ofs_xapian_database_free(both);
}

static void test_a_database_of_none_is_empty(void **state) {
    (void)state;
    ofs_xapian_database *none = NULL;
    MUST(ofs_xapian_database_new(&none, &err));
    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(none, &info, &err));
    assert_int_equal(info.databases + info.doccount + info.lastdocid, 0);
    notes seen = {0};
    MUST(ofs_xapian_database_visit_terms(none, text(""), note_term, &seen, &err));
    MUST(ofs_xapian_database_visit_postings(none, text("x"), 2, note_posting, &seen, &err));
    MUST(ofs_xapian_database_visit_values(none, 0, 0, note_value, &seen, &err));
    MUST(ofs_xapian_database_visit_metadata(none, text(""), note_bytes, &seen, &err));
    MUST(ofs_xapian_database_visit_spellings(none, note_term, &seen, &err));
    assert_string_equal(seen.seen, "");
    ofs_xapian_document *document = NULL;
    MUST_FAIL(ofs_xapian_database_document(none, 1, &document, &err), OFS_E_USAGE, "InvalidOperationError");
    ofs_xapian_enquire *enquire = NULL;
    MUST_FAIL(ofs_xapian_enquire_new(none, &enquire, &err), OFS_E_USAGE, "InvalidArgumentError");
    assert_null(enquire);
    ofs_xapian_database_free(none);
}

static void test_a_stub_file_names_several(void **state) {
    places *p = *state;
    char *stub = test_format("%s/stub", p->folder);
    char *lines = test_format("auto %s\nauto %s\n", p->first, p->second);
    test_write_text(stub, lines);
    ofs_xapian_database *database = open_database(stub);
    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(database, &info, &err));
    assert_int_equal(info.databases, 2);
    assert_int_equal(info.doccount, 5);
    ofs_xapian_database_free(database);
    free(lines);
    free(stub);
}

static void test_reopen_sees_what_was_committed_since(void **state) {
    places *p = *state;
    bool changed = true;
    MUST(ofs_xapian_database_reopen(p->database, &changed, &err));
    assert_false(changed);
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(p->first, NULL, &writer, &err));
    add_document(writer, "new");
    uint32_t n;
    MUST(ofs_xapian_writer_commit(writer, &err));
    MUST(ofs_xapian_database_termfreq(p->database, text("new"), &n, &err));
    assert_int_equal(n, 0);
    MUST(ofs_xapian_database_reopen(p->database, &changed, &err));
    assert_true(changed);
    MUST(ofs_xapian_database_termfreq(p->database, text("new"), &n, &err));
    assert_int_equal(n, 1);
    MUST(ofs_xapian_database_reopen(p->database, NULL, &err));
    MUST(ofs_xapian_database_keep_alive(p->database, &err));
    ofs_xapian_writer_free(writer);
}

/* The terms of every document, until one cannot be read. */
static ofs_status read_all(const ofs_xapian_database *database, uint32_t count, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t docid = 1; status == OFS_OK && docid <= count; docid++) {
        notes seen = {0};
        status = ofs_xapian_database_visit_document(database, docid, note_term, &seen, err);
    }
    return status;
}

static void test_a_revision_that_is_gone_asks_to_be_reopened(void **state) {
    places *p = *state;
    enum { DOCUMENTS = 1000 };
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(p->first, &(ofs_xapian_writing){.no_sync = true}, &writer, &err));
    for (int d = 0; d < DOCUMENTS; d++)
        add_document(writer, "many words of a text that fills blocks with what it says");
    MUST(ofs_xapian_writer_commit(writer, &err));
    ofs_xapian_database *reader = open_database(p->first);
    ofs_xapian_document *document = make_document("something else that is written over every one of them");
    for (int round = 0; round < 3; round++) {
        for (uint32_t docid = 1; docid <= DOCUMENTS; docid++)
            MUST(ofs_xapian_writer_replace(writer, docid, document, &err));
        MUST(ofs_xapian_writer_commit(writer, &err));
    }
    MUST_FAIL(read_all(reader, DOCUMENTS, &err), OFS_E_MODIFIED, "DatabaseModifiedError");
    MUST_FAIL(read_all(reader, DOCUMENTS, &err), OFS_E_MODIFIED, p->first);
    bool changed = false;
    MUST(ofs_xapian_database_reopen(reader, &changed, &err));
    assert_true(changed);
    MUST(read_all(reader, DOCUMENTS, &err));
    ofs_xapian_document_free(document);
    ofs_xapian_database_free(reader);
    ofs_xapian_writer_free(writer);
}

static void test_metadata_by_key_and_prefix(void **state) {
    places *p = *state;
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_writer_open(p->first, NULL, &writer, &err));
    MUST(ofs_xapian_writer_set_metadata(writer, text("report\tb"), text("two"), &err));
    MUST(ofs_xapian_writer_set_metadata(writer, text("report\ta"), (ofs_xapian_bytes){"o\0ne", 4}, &err));
    MUST(ofs_xapian_writer_set_metadata(writer, text("other"), text("x"), &err));
    MUST_FAIL(ofs_xapian_writer_set_metadata(writer, text(""), text("x"), &err), OFS_E_USAGE,
              "InvalidArgument");
    MUST(ofs_xapian_writer_commit(writer, &err));
    MUST(ofs_xapian_database_reopen(p->database, NULL, &err));
    MUST(ofs_xapian_database_metadata(p->database, text("report\ta"), &out, &err));
    assert_int_equal(out.size, 4);
    assert_memory_equal(out.data, "o\0ne", 5);
    MUST(ofs_xapian_database_metadata(p->database, text("absent"), &out, &err));
    assert_int_equal(out.size, 0);
    notes keys = {0};
    MUST(ofs_xapian_database_visit_metadata(p->database, text("report\t"), note_bytes, &keys, &err));
    assert_string_equal(keys.seen, "report\ta report\tb ");
    MUST(ofs_xapian_writer_set_metadata(writer, text("other"), text(""), &err));
    MUST(ofs_xapian_writer_commit(writer, &err));
    MUST(ofs_xapian_database_reopen(p->database, NULL, &err));
    notes left = {0};
    MUST(ofs_xapian_database_visit_metadata(p->database, text("o"), note_bytes, &left, &err));
    assert_string_equal(left.seen, "");
    MUST_FAIL(ofs_xapian_database_metadata(p->database, text(""), &out, &err), OFS_E_USAGE,
              "InvalidArgument");
    ofs_xapian_string_free(&out);
    ofs_xapian_writer_free(writer);
}

static void test_spellings_and_synonyms(void **state) {
    places *p = *state;
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_database *database = NULL;
    ofs_xapian_string out = {0};
    MUST(ofs_xapian_writer_open(p->first, NULL, &writer, &err));
    MUST(ofs_xapian_writer_database(writer, &database, &err));
    MUST(ofs_xapian_writer_add_spelling(writer, text("children"), 3, &err));
    MUST(ofs_xapian_writer_add_spelling(writer, text("school"), 1, &err));
    MUST(ofs_xapian_database_suggest(database, text("chlidren"), 0, &out, &err));
    assert_string_equal(out.data, "children");
    MUST(ofs_xapian_database_suggest(database, text("something"), 1, &out, &err));
    assert_string_equal(out.data, "");
    MUST(ofs_xapian_writer_commit(writer, &err));
    notes words = {0};
    MUST(ofs_xapian_database_visit_spellings(database, note_term, &words, &err));
    assert_string_equal(words.seen, "children:3:0 school:1:0 ");
    MUST(ofs_xapian_writer_remove_spelling(writer, text("school"), 1, &err));
    MUST(ofs_xapian_database_suggest(database, text("schol"), 0, &out, &err));
    assert_string_equal(out.data, "");

    MUST(ofs_xapian_writer_add_synonym(writer, text("pupil"), text("student"), &err));
    MUST(ofs_xapian_writer_add_synonym(writer, text("pupil"), text("learner"), &err));
    MUST(ofs_xapian_writer_add_synonym(writer, text("head"), text("principal"), &err));
    notes synonyms = {0}, keys = {0}, left = {0};
    MUST(ofs_xapian_database_visit_synonyms(database, text("pupil"), note_bytes, &synonyms, &err));
    assert_string_equal(synonyms.seen, "learner student ");
    MUST(ofs_xapian_writer_commit(writer, &err));
    MUST(ofs_xapian_database_visit_synonym_keys(database, text(""), note_bytes, &keys, &err));
    assert_string_equal(keys.seen, "head pupil ");
    MUST(ofs_xapian_writer_remove_synonym(writer, text("pupil"), text("learner"), &err));
    MUST(ofs_xapian_writer_clear_synonyms(writer, text("head"), &err));
    MUST(ofs_xapian_database_visit_synonyms(database, text("pupil"), note_bytes, &left, &err));
    MUST(ofs_xapian_database_visit_synonyms(database, text("head"), note_bytes, &left, &err));
    assert_string_equal(left.seen, "student ");
    ofs_xapian_string_free(&out);
    ofs_xapian_database_free(database);
    ofs_xapian_writer_free(writer);
}

static void test_compaction_keeps_what_is_in_it(void **state) {
    places *p = *state;
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(p->first, NULL, &writer, &err));
    MUST(ofs_xapian_writer_delete(writer, 1, &err));
    MUST(ofs_xapian_writer_close(writer, &err));
    ofs_xapian_writer_free(writer);
    MUST(ofs_xapian_database_reopen(p->database, NULL, &err));

    static const struct {
        ofs_xapian_compaction options;
        const char *postings;
    } cases[] = {
        {{0}, "1:1:2 "},
        {{.keep_docids = true}, "2:1:2 "},
        {{.keep_docids = true, .single_file = true, .block_size = 4096}, "2:1:2 "},
        {{.standard = true}, "1:1:2 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *to = test_format("%s/compact%zu", p->folder, i);
        MUST(ofs_xapian_database_compact(p->database, to, i ? &cases[i].options : NULL, &err));
        ofs_xapian_database *compact = open_database(to);
        notes seen = {0};
        MUST(ofs_xapian_database_visit_postings(compact, text("fox"), 0, note_posting, &seen, &err));
        assert_string_equal(seen.seen, cases[i].postings);
        ofs_xapian_database_free(compact);
        free(to);
    }
    MUST_FAIL(ofs_xapian_database_compact(p->database, p->second, &(ofs_xapian_compaction){.block_size = 100},
                                          &err),
              OFS_E_USAGE, "block");
    MUST_FAIL(ofs_xapian_database_compact(p->database, p->first, NULL, &err), OFS_E_USAGE, "InvalidArgument");
}

static void test_a_sound_database_checks_out(void **state) {
    places *p = *state;
    size_t faults = 9;
    ofs_xapian_string report = {0};
    MUST(ofs_xapian_check(p->first, &faults, &report, &err));
    assert_int_equal(faults, 0);
    assert_non_null(strstr(report.data, "postlist"));
    MUST(ofs_xapian_check(p->first, &faults, NULL, &err));
    ofs_xapian_string_free(&report);
    MUST_FAIL(ofs_xapian_check("/nowhere/at/all", &faults, NULL, &err), OFS_E_IO, "/nowhere/at/all");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define READING(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        cmocka_unit_test(test_the_version_is_that_of_libxapian),
        READING(test_info_counts_documents_and_lengths),
        READING(test_frequencies_of_a_term),
        READING(test_sizes_of_a_document),
        READING(test_terms_come_in_byte_order_with_their_frequency),
        READING(test_postings_from_a_document_on),
        READING(test_terms_and_positions_of_a_document),
        READING(test_values_of_a_slot_and_their_bounds),
        READING(test_a_stored_document_gives_data_values_and_terms),
        READING(test_several_databases_are_one),
        cmocka_unit_test(test_a_database_of_none_is_empty),
        READING(test_a_stub_file_names_several),
        READING(test_reopen_sees_what_was_committed_since),
        READING(test_a_revision_that_is_gone_asks_to_be_reopened),
        READING(test_metadata_by_key_and_prefix),
        READING(test_spellings_and_synonyms),
        READING(test_compaction_keeps_what_is_in_it),
        READING(test_a_sound_database_checks_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
