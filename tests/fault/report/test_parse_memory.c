/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each allocation of the parser and its printers fails in turn: always OFS_E_NOMEM, never a crash or a leak.
 */
#include "indexer/base/alloc.h"
#include "tests/unit/report/parse_text.h"

enum { ALLOCATIONS_MOST = 20000 };

static const char text[] =
    "Inspection of safeguarding and looked after children services\n\nSome Council\n\nInspection dates: 8 to "
    "12 July 2013\n\n"
    "Contents\n\nOverall effectiveness 1\n\nOverall effectiveness\n\nGrade 2 (Good)\n\n1. One-\nand "
    "two.\n\n2. Two:\n- a\n- b\n\n"
    "4. The council should take the following action.\n\nImmediately:\n\n- act\n\n"
    "Record of main findings\n\nOverall effectiveness\tGood\nCapacity for\timprovement\n";

static ofs_status read_and_print(const char *path, ofs_error *err) {
    ofs_report *report = NULL;
    char *json = NULL, *outline = NULL;
    ofs_status status = ofs_report_read(path, NULL, keep_report, &report, err);
    if (status == OFS_OK)
        status = ofs_report_json(report, true, &json, err);
    if (status == OFS_OK)
        status = ofs_report_outline(report, &outline, err);
    assert_true(status != OFS_OK || (json && outline));
    ofs_free(json);
    ofs_free(outline);
    ofs_report_free(report);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    char *directory = test_temp_dir();
    char *path = test_format("%s/report.txt", directory);
    test_write_text(path, text);
    size_t n = 1;
    for (;; n++) {
        ofs_error err = {0};
        assert_true(n < ALLOCATIONS_MOST);
        ofsi_alloc_fail_after(n);
        ofs_status status = read_and_print(path, &err);
        ofsi_alloc_fail_after(0);
        if (status == OFS_OK)
            break;
        assert_int_equal(status, OFS_E_NOMEM);
        assert_string_equal(err.message, "out of memory");
    }
    print_message("%zu allocations\n", n);
    assert_true(n > 10);
    free(path);
    test_temp_remove(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
