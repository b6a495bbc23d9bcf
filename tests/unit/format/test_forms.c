/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Surface forms: every spelling comes back byte for byte, through a segment. */
#include "tests/support/support.h"

#include "tests/unit/format/segment_tools.h"

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static void write_forms(ofsi_storage *storage, const char *term, const char *const *forms, uint32_t count) {
    ofsi_segment_writer *w;
    ofs_error err;
    uint64_t size;
    ofsi_span spans[16];
    uint64_t counts[16];
    assert_true(count <= 16);
    check(ofsi_segment_create(storage, "forms.seg", &w, &err), &err);
    check(tool_add_docs(w, count, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        spans[i] = ofsi_span_of(forms[i]);
        counts[i] = 1;
    }
    check(ofsi_segment_begin_term(w, ofsi_span_of(term), spans, counts, count, &err), &err);
    for (uint32_t d = 0; d < count; d++)
        check(ofsi_segment_add_posting(w, d, 1, &(uint32_t){d % 7}, &d, &err), &err);
    check(ofsi_segment_end_term(w, &err), &err);
    check(ofsi_segment_finish(w, &size, &err), &err);
}

static void round_trip(const char *term, const char *const *forms, uint32_t count) {
    ofsi_storage *storage;
    ofsi_segment *segment;
    ofsi_term found;
    ofs_error err;
    ofsi_arena arena = {0};
    const ofsi_span *back;
    const uint64_t *counts;
    bool is_found;
    check(ofsi_storage_open_memory(&storage, &err), &err);
    write_forms(storage, term, forms, count);
    check(ofsi_segment_open(storage, "forms.seg", &segment, &err), &err);
    check(ofsi_segment_check(segment, &err), &err);
    check(ofsi_segment_find_term(segment, ofsi_span_of(term), &found, &is_found, &err), &err);
    assert_true(is_found);
    assert_int_equal(found.form_count, count);
    check(ofsi_segment_term_forms(segment, ofsi_span_of(term), &found, &arena, &back, &counts, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(ofsi_span_equal(back[i], ofsi_span_of(forms[i])));
        assert_true(counts[i] == 1);
    }
    assert_int_equal(found.forms_size == 0, count == 1 && strcmp(forms[0], term) == 0);
    ofsi_arena_free(&arena);
    ofsi_segment_close(segment);
    ofsi_storage_close(storage);
}

static void every_spelling_comes_back(void **state) {
    (void)state;
    static const char *const child[] = {"CHILD",   "Child",    "Children", "child",  "children",
                                        "cHiLd",   "childREN", "CHILDren", "C",      "c",
                                        "Kindern", "x",        "CHILD's",  "1child", "CHILD-1"};
    static const char *const cafe[] = {"CAF\xC3\x89", "Caf\xC3\xA9", "cafe", "caf\xC3\xA9s"};
    static const char *const number[] = {"2012"}, *const letter[] = {"A"}, *const mixed[] = {"McDonald's"};
    round_trip("child", child, 15);
    round_trip("cafe", cafe, 4);
    round_trip("2012", number, 1);
    round_trip("a", letter, 1);
    round_trip("mcdonald", mixed, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_spelling_comes_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
