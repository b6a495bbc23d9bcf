/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document's data and the rows of metadata: what is written is read; whatever is damaged is told, and nothing crashes. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/format/xapian_schema.h"

static const ofsi_span headings[] = {{"Findings", 8}, {"", 0}, {"Leadership", 10}};

static ofsi_report_row make_report(void) {
    return (ofsi_report_row){.id = ofsi_span_of("a~2"),
                             .path = ofsi_span_of("reports/a.txt"),
                             .profile = ofsi_span_of("ofsted"),
                             .title = ofsi_span_of("A report"),
                             .provider = ofsi_span_of("LB of Lambeth"),
                             .lead_inspector = ofsi_span_of("J. Smith"),
                             .provider_name = ofsi_span_of("Lambeth"),
                             .provider_keys = ofsi_span_of("\nlambeth\n"),
                             .overall = ofsi_span_of("Good"),
                             .overall_level = 2,
                             .overall_levels = 4,
                             .confidence = 3,
                             .has_scale = true,
                             .graded_sections = 5,
                             .inspected_from = -3,
                             .inspected_to = 15000,
                             .published = INT32_MIN,
                             .pages = 12,
                             .warning_count = 1,
                             .file_size = UINT64_MAX,
                             .file_mtime_ns = -5,
                             .file_hash = UINT64_C(0xFEDCBA9876543210),
                             .generation = 9,
                             .first_doc = 77,
                             .doc_count = 3,
                             .token_count = 1000};
}

static const ofsi_doc_row paragraph = {.path = headings,
                                       .depth = 3,
                                       .role = {"summary", 7},
                                       .grade = {"Good", 4},
                                       .level = 2,
                                       .levels = 4,
                                       .kind = 1,
                                       .page = 3,
                                       .item = 4,
                                       .length = 100,
                                       .number = {"2.1", 3},
                                       .timescale = {"At once", 7},
                                       .text = {"Two words\nand a NUL: \0.", 23}};

static void assert_same_report(const ofsi_report_row *a, const ofsi_report_row *b) {
    assert_true(ofsi_span_equal(a->id, b->id) && ofsi_span_equal(a->path, b->path));
    assert_true(ofsi_span_equal(a->profile, b->profile) && ofsi_span_equal(a->title, b->title));
    assert_true(ofsi_span_equal(a->provider, b->provider) &&
                ofsi_span_equal(a->provider_name, b->provider_name));
    assert_true(ofsi_span_equal(a->overall, b->overall) && a->overall_level == b->overall_level &&
                a->overall_levels == b->overall_levels);
    assert_true(a->inspected_from == b->inspected_from && a->inspected_to == b->inspected_to &&
                a->published == b->published);
    assert_true(a->provider_id.size == 0 && b->provider_id.size == 0 && b->inspectorate.size == 0);
}

static void a_paragraph_is_read_as_it_was_written(void **state) {
    (void)state;
    ofsi_report_row report = make_report();
    ofsi_buf data = {0};
    ofsi_xapian_doc doc;
    ofs_error err;
    ofsi_xapian_doc_write(&report, &paragraph, 70000, &data);
    if (ofsi_xapian_doc_read(ofsi_buf_span(&data), "x", &doc, &err) != OFS_OK)
        test_die("%s", err.message);
    assert_same_report(&report, &doc.report);
    assert_int_equal(doc.row.depth, 3);
    for (int i = 0; i < 3; i++)
        assert_true(ofsi_span_equal(doc.row.path[i], headings[i]));
    assert_true(ofsi_span_equal(doc.row.role, paragraph.role) &&
                ofsi_span_equal(doc.row.grade, paragraph.grade));
    assert_true(ofsi_span_equal(doc.row.number, paragraph.number) &&
                ofsi_span_equal(doc.row.timescale, paragraph.timescale));
    assert_true(ofsi_span_equal(doc.row.text, paragraph.text));
    assert_true(doc.row.level == 2 && doc.row.levels == 4 && doc.row.kind == 1 && doc.row.page == 3 &&
                doc.row.item == 4 && doc.row.length == 100 && doc.place == 70000);
    ofsi_buf_free(&data);
}

/* The bytes on a heap block of their own, so that a reader that goes too far is caught. */
static ofs_status read_copy(const char *data, size_t size, ofs_error *err) {
    ofsi_xapian_doc doc;
    char *copy = ofsi_strndup(data, size);
    ofs_status status = ofsi_xapian_doc_read((ofsi_span){copy, size}, "x", &doc, err);
    ofsi_free(copy);
    return status;
}

static void a_paragraph_cut_short_is_damaged(void **state) {
    (void)state;
    ofsi_report_row report = make_report();
    ofsi_buf data = {0};
    ofs_error err;
    ofsi_xapian_doc_write(&report, &paragraph, 1, &data);
    for (size_t size = 0; size < data.size; size++)
        assert_int_equal(read_copy(data.data, size, &err), OFS_E_CORRUPT);
    ofsi_buf_byte(&data, 0);
    assert_int_equal(read_copy(data.data, data.size, &err), OFS_E_CORRUPT);
    data.data[0] = 2;
    assert_int_equal(read_copy(data.data, data.size, &err), OFS_E_UNSUPPORTED);
    ofsi_buf_free(&data);
}

static void damage_never_leads_out_of_the_data(void **state) {
    (void)state;
    test_rng rng = test_rng_start(13);
    ofsi_report_row report = make_report(), back;
    ofsi_buf data = {0}, row = {0};
    ofs_error err;
    ofsi_xapian_doc_write(&report, &paragraph, 1, &data);
    ofsi_xapian_report_write(&report, &row);
    for (int i = 0; i < 20000; i++) {
        size_t at = test_rng_below(&rng, (uint32_t)data.size),
               in_row = test_rng_below(&rng, (uint32_t)row.size);
        char kept = data.data[at], kept_in_row = row.data[in_row];
        data.data[at] = (char)test_rng_below(&rng, 256);
        row.data[in_row] = (char)test_rng_below(&rng, 256);
        (void)read_copy(data.data, data.size, &err);
        (void)ofsi_xapian_report_read(ofsi_buf_span(&row), "x", &back, &err);
        data.data[at] = kept;
        row.data[in_row] = kept_in_row;
    }
    ofsi_buf_free(&data);
    ofsi_buf_free(&row);
}

static void a_report_is_read_as_it_was_written(void **state) {
    (void)state;
    ofsi_report_row report = make_report(), back;
    ofsi_buf data = {0};
    ofs_error err;
    ofsi_xapian_report_write(&report, &data);
    if (ofsi_xapian_report_read(ofsi_buf_span(&data), "x", &back, &err) != OFS_OK)
        test_die("%s", err.message);
    assert_same_report(&report, &back);
    assert_true(ofsi_span_equal(back.lead_inspector, report.lead_inspector) &&
                ofsi_span_equal(back.provider_keys, report.provider_keys));
    assert_true(back.confidence == 3 && back.has_scale && back.graded_sections == 5 && back.pages == 12 &&
                back.warning_count == 1);
    assert_true(back.file_size == UINT64_MAX && back.file_mtime_ns == -5 &&
                back.file_hash == report.file_hash);
    assert_true(back.generation == 9 && back.first_doc == 77 && back.doc_count == 3 &&
                back.token_count == 1000);
    for (size_t size = 0; size < data.size; size++)
        assert_int_equal(ofsi_xapian_report_read((ofsi_span){data.data, size}, "x", &back, &err),
                         OFS_E_CORRUPT);
    ofsi_buf_reset(&data);
    report.first_doc = 0; /* paragraphs, and no place for them */
    ofsi_xapian_report_write(&report, &data);
    assert_int_equal(ofsi_xapian_report_read(ofsi_buf_span(&data), "x", &back, &err), OFS_E_CORRUPT);
    ofsi_buf_free(&data);
}

static void failures_are_read_as_they_were_written(void **state) {
    (void)state;
    ofsi_manifest_failure failures[] = {{{"a/broken.pdf", 12}, {"it is no PDF", 12}}, {{"b", 1}, {"", 0}}},
                          *back;
    ofsi_arena arena = {0};
    ofsi_buf data = {0};
    uint32_t count;
    ofs_error err;
    ofsi_xapian_failures_write(failures, 2, &data);
    assert_int_equal(ofsi_xapian_failures_read(ofsi_buf_span(&data), "x", &arena, &back, &count, &err),
                     OFS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(back[0].path.data, "a/broken.pdf");
    assert_string_equal(back[0].reason.data, "it is no PDF");
    assert_string_equal(back[1].path.data, "b");
    assert_string_equal(back[1].reason.data, "");
    for (size_t size = 1; size < data.size; size++)
        assert_int_equal(
            ofsi_xapian_failures_read((ofsi_span){data.data, size}, "x", &arena, &back, &count, &err),
            OFS_E_CORRUPT);
    assert_int_equal(ofsi_xapian_failures_read((ofsi_span){NULL, 0}, "x", &arena, &back, &count, &err),
                     OFS_OK);
    assert_int_equal(count, 0);
    ofsi_buf_free(&data);
    ofsi_arena_free(&arena);
}

static void abbreviations_are_read_as_they_were_written(void **state) {
    (void)state;
    const ofsi_definition_row rows[] = {
        {.term = {"dsl", 3}, .short_form = {"DSL", 3}, .long_form = {"lead", 4}},
        {.term = {"lado", 4}, .short_form = {"LADO", 4}, .long_form = {"officer", 7}}};
    ofsi_definition_row row;
    ofsi_cursor cursor;
    ofsi_buf data = {0};
    bool more;
    ofs_error err;
    ofsi_xapian_definitions_write(rows, 2, &data);
    assert_int_equal(ofsi_xapian_definitions_open(ofsi_buf_span(&data), "x", &cursor, &err), OFS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ofsi_xapian_definitions_next(&cursor, "x", &row, &more, &err), OFS_OK);
        assert_true(more && ofsi_span_equal(row.term, rows[i].term) &&
                    ofsi_span_equal(row.short_form, rows[i].short_form) &&
                    ofsi_span_equal(row.long_form, rows[i].long_form));
    }
    assert_int_equal(ofsi_xapian_definitions_next(&cursor, "x", &row, &more, &err), OFS_OK);
    assert_false(more);
    cursor = ofsi_cursor_of(data.data + 1, data.size - 2);
    assert_int_equal(ofsi_xapian_definitions_next(&cursor, "x", &row, &more, &err), OFS_OK);
    assert_int_equal(ofsi_xapian_definitions_next(&cursor, "x", &row, &more, &err), OFS_E_CORRUPT);
    assert_false(more);
    assert_int_equal(ofsi_xapian_definitions_open((ofsi_span){NULL, 0}, "x", &cursor, &err), OFS_OK);
    assert_int_equal(ofsi_xapian_definitions_next(&cursor, "x", &row, &more, &err), OFS_OK);
    assert_false(more);
    ofsi_buf_free(&data);
}

static void the_head_tells_who_may_use_the_database(void **state) {
    (void)state;
    ofsi_buf head = {0};
    ofs_error err;
    ofsi_xapian_head_write(&head);
    assert_int_equal(ofsi_xapian_head_check(ofsi_buf_span(&head), "x", true, &err), OFS_OK);
    assert_int_equal(ofsi_xapian_head_check(ofsi_span_of(""), "x", false, &err), OFS_E_NO_INDEX);
    assert_int_equal(ofsi_xapian_head_check(ofsi_span_of("notmuch"), "x", false, &err), OFS_E_CORRUPT);
    assert_int_equal(ofsi_xapian_head_check(ofsi_span_of("ofsearch 2\n"), "x", false, &err),
                     OFS_E_UNSUPPORTED);
    ofsi_buf_text(&head, "writers margins-7\n");
    assert_int_equal(ofsi_xapian_head_check(ofsi_buf_span(&head), "x", false, &err), OFS_OK);
    assert_int_equal(ofsi_xapian_head_check(ofsi_buf_span(&head), "x", true, &err), OFS_E_UNSUPPORTED);
    assert_string_equal(err.message, "writing to x needs 'margins-7', which this version has not got");
    ofsi_buf_text(&head, "needed margins-8\n");
    assert_int_equal(ofsi_xapian_head_check(ofsi_buf_span(&head), "x", false, &err), OFS_E_UNSUPPORTED);
    assert_string_equal(err.message, "x needs 'margins-8', which this version has not got");
    ofsi_buf_text(&head, "need");
    head.size = strlen("ofsearch 1\nneed");
    assert_int_equal(ofsi_xapian_head_check(ofsi_buf_span(&head), "x", false, &err), OFS_E_CORRUPT);
    ofsi_buf_free(&head);
}

static void a_shard_knows_its_place(void **state) {
    (void)state;
    ofsi_buf text = {0};
    uint32_t number, count;
    uint64_t value;
    ofsi_xapian_shard_write(2, 4, &text);
    assert_true(ofsi_xapian_shard_read(ofsi_buf_span(&text), &number, &count) && number == 2 && count == 4);
    static const char *const bad[] = {"",     "2",   "4 4", "5 4",           " 4",    "2 ",
                                      "2 4 ", "a b", "0 0", "1 99999999999", "0 257", "0 4294967295"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(ofsi_xapian_shard_read(ofsi_span_of(bad[i]), &number, &count));
    assert_true(ofsi_xapian_read_count(ofsi_span_of("18446744073709551615"), &value) && value == UINT64_MAX);
    assert_false(ofsi_xapian_read_count(ofsi_span_of("18446744073709551616"), &value));
    assert_false(ofsi_xapian_read_count(ofsi_span_of("-1"), &value));
    ofsi_buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paragraph_is_read_as_it_was_written),
        cmocka_unit_test(a_paragraph_cut_short_is_damaged),
        cmocka_unit_test(damage_never_leads_out_of_the_data),
        cmocka_unit_test(a_report_is_read_as_it_was_written),
        cmocka_unit_test(failures_are_read_as_they_were_written),
        cmocka_unit_test(abbreviations_are_read_as_they_were_written),
        cmocka_unit_test(the_head_tells_who_may_use_the_database),
        cmocka_unit_test(a_shard_knows_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
