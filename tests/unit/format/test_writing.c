/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the segment writer refuses, and what it leaves behind when it is given up. */
#include "tests/support/support.h"

#include "tests/unit/format/segment_tools.h"

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static ofs_status count_file(void *context, const char *name, uint64_t size, ofs_error *err) {
    (void)name;
    (void)size;
    (void)err;
    ++*(int *)context;
    return OFS_OK;
}

static int count_files(ofsi_storage *storage) {
    int count = 0;
    ofs_error err;
    check(ofsi_storage_list(storage, count_file, &count, &err), &err);
    return count;
}

static void order_and_range_are_the_callers_duty(void **state) {
    (void)state;
    ofsi_storage *storage;
    ofsi_segment_writer *w;
    ofs_error err;
    const ofsi_span form = ofsi_span_of("b");
    const uint64_t count = 2;
    const uint32_t rising[] = {1, 2}, falling[] = {2, 1}, codes[] = {0, 0};
    char long_term[247];
    memset(long_term, 'b', sizeof long_term - 1);
    long_term[246] = '\0';
    check(ofsi_storage_open_memory(&storage, &err), &err);
    check(ofsi_segment_create(storage, "w.seg", &w, &err), &err);
    ofsi_doc_row doc = {.text = ofsi_span_of("text"), .length = 5};
    ofsi_report_row row = {.id = ofsi_span_of("b")};
    assert_int_equal(ofsi_segment_add_doc(w, &doc, &err), OFS_E_USAGE); /* no report yet */
    check(ofsi_segment_add_report(w, &row, &err), &err);
    doc.kind = 4;
    assert_int_equal(ofsi_segment_add_doc(w, &doc, &err), OFS_E_USAGE);
    doc.kind = 0;
    check(ofsi_segment_add_doc(w, &doc, &err), &err);
    assert_int_equal(ofsi_segment_add_report(w, &row, &err), OFS_E_USAGE); /* the same id */
    assert_int_equal(ofsi_segment_begin_term(w, ofsi_span_of(""), &form, &count, 1, &err), OFS_E_USAGE);
    assert_int_equal(ofsi_segment_begin_term(w, ofsi_span_of(long_term), &form, &count, 1, &err),
                     OFS_E_USAGE);
    check(ofsi_segment_begin_term(w, ofsi_span_of("b"), &form, &count, 1, &err), &err);
    assert_int_equal(ofsi_segment_end_term(w, &err), OFS_E_USAGE);                         /* no posting */
    assert_int_equal(ofsi_segment_add_posting(w, 1, 1, rising, codes, &err), OFS_E_USAGE); /* no such doc */
    assert_int_equal(ofsi_segment_add_posting(w, 0, 0, rising, codes, &err), OFS_E_USAGE);
    assert_int_equal(ofsi_segment_add_posting(w, 0, 2, falling, codes, &err), OFS_E_USAGE);
    check(ofsi_segment_add_posting(w, 0, 2, rising, codes, &err), &err);
    assert_int_equal(ofsi_segment_add_posting(w, 0, 2, rising, codes, &err), OFS_E_USAGE); /* again */
    check(ofsi_segment_end_term(w, &err), &err);
    assert_int_equal(ofsi_segment_begin_term(w, ofsi_span_of("a"), &form, &count, 1, &err), OFS_E_USAGE);
    assert_int_equal(ofsi_segment_add_report(w, &row, &err), OFS_E_USAGE); /* behind the terms */
    ofsi_segment_abandon(w);
    assert_int_equal(count_files(storage), 0);
    ofsi_storage_close(storage);
}

static void limits_are_named(void **state) {
    (void)state;
    ofsi_storage *storage;
    ofsi_segment_writer *w;
    ofs_error err;
    ofsi_span path[OFSI_SECTION_DEPTH_MAX + 1];
    for (int i = 0; i <= OFSI_SECTION_DEPTH_MAX; i++)
        path[i] = ofsi_span_of("Heading");
    check(ofsi_storage_open_memory(&storage, &err), &err);
    check(ofsi_segment_create(storage, "w.seg", &w, &err), &err);
    check(ofsi_segment_add_report(w, &(ofsi_report_row){.id = ofsi_span_of("a")}, &err), &err);
    ofsi_doc_row doc = {.path = path, .depth = OFSI_SECTION_DEPTH_MAX + 1, .text = ofsi_span_of("x")};
    assert_int_equal(ofsi_segment_add_doc(w, &doc, &err), OFS_E_LIMIT);
    assert_non_null(strstr(err.message, "16"));
    ofsi_segment_abandon(w);
    ofsi_storage_close(storage);
}

static void a_segment_may_be_empty(void **state) {
    (void)state;
    ofsi_storage *storage;
    ofsi_segment_writer *w;
    ofsi_segment *segment;
    ofs_error err;
    uint64_t size;
    tool_walk walk = {0, 10, 10};
    check(ofsi_storage_open_memory(&storage, &err), &err);
    check(ofsi_segment_create(storage, "e.seg", &w, &err), &err);
    check(ofsi_segment_finish(w, &size, &err), &err);
    check(ofsi_segment_create(storage, "r.seg", &w, &err), &err);
    check(ofsi_segment_add_report(w, &(ofsi_report_row){.id = ofsi_span_of("no paragraphs")}, &err), &err);
    check(ofsi_segment_finish(w, &size, &err), &err);
    for (int i = 0; i < 2; i++) {
        check(ofsi_segment_open(storage, i ? "r.seg" : "e.seg", &segment, &err), &err);
        assert_int_equal(ofsi_segment_doc_count(segment), 0);
        assert_int_equal(ofsi_segment_report_count(segment), i);
        check(ofsi_segment_check(segment, &err), &err);
        check(tool_walk_segment(segment, &walk, &err), &err);
        ofsi_segment_close(segment);
    }
    assert_int_equal(count_files(storage), 2);
    ofsi_storage_close(storage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(order_and_range_are_the_callers_duty),
                                       cmocka_unit_test(limits_are_named),
                                       cmocka_unit_test(a_segment_may_be_empty)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
