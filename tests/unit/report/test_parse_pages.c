/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the place of a line on its page tells: running feet, numbers of pages, what goes on over a page's turn. */
#include "tests/unit/report/parse_pages.h"

static const char profile[] = "ofsted-ilacs-2018";

static void the_first_pages_foot_may_lack_its_number(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 71, 100, "Leaders know their service well, and they have", false, 0},
        {1, 71, 114.5F, "made good use of what they know to be", false, 0},
        {1, 71, 782, "Inspection of Merton services", true, 8},
        {1, 71, 792, "10 to 14 June 2024", true, 8},
        {2, 71, 100, "able to help children earlier.", false, 0},
        {2, 71, 140,
         "Workers stay for long, and children notice that they are the same ones who came last year.", false,
         0},
        {2, 71, 782, "Inspection of Merton services\t2", true, 8},
        {2, 71, 792, "10 to 14 June 2024", true, 8},
        {3, 71, 100,
         "Carers are supported by people they know, and by others who have cared for children before.", false,
         0},
        {3, 71, 782, "Inspection of Merton services\t3", true, 8},
        {3, 71, 792, "10 to 14 June 2024", true, 8},
        {4, 71, 100,
         "Care leavers have good homes and money, and know whom they can ask when they have neither.", false,
         0},
        {4, 71, 782, "Inspection of Merton services 4", true, 8},
        {4, 71, 792, "10 to 14 June 2024", true, 8},
    };
    ofs_report *report = PARSE_PLACED(lines, profile);
    assert_int_equal(report->paragraph_count, 4);
    assert_string_equal(
        report->paragraphs[0].text,
        "Leaders know their service well, and they have made good use of what they know to be "
        "able to help children earlier.");
    ofs_report_free(report);
}

static void type_too_small_to_read_is_left_out(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 71, 100, "Leaders know their service well.", false, 0},
        {1, 71, 140, "As", false, 1},
        {1, 71, 180, "Workers stay.", false, 0},
        {2, 71, 100, "Carers are supported.", false, 0},
    };
    ofs_report *report = PARSE_PLACED(lines, profile);
    assert_int_equal(report->paragraph_count, 3);
    ofs_report_free(report);
}

/* Sentence and page end together: the indent tells whether the bullet goes on. */
static void a_bullet_goes_on_over_the_page_where_its_text_hangs(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 71, 100, "Findings", true, 14},
        {1, 71, 140, "\xE2\x80\xA2 The threshold is known, and applied in the same", false, 0},
        {1, 86, 154.5F, "way by all agencies of the partnership.", false, 0},
        {1, 71, 190, "\xE2\x80\xA2 Workers are busy in all teams of the service.", false, 0},
        {2, 86, 100, "More of them will come in October.", false, 0},
        {2, 71, 140, "\xE2\x80\xA2 Plans are clear (outcome 3, national", false, 0},
        {2, 86, 154.5F, "framework)", false, 0},
        {3, 71, 100, "Ofsted will take this into account.", false, 0},
    };
    ofs_report *report = PARSE_PLACED(lines, "ofsted-visit-letter-2018");
    assert_string_equal(unit_that_begins(report, "Workers")->text,
                        "Workers are busy in all teams of the service. More of them will come in October.");
    assert_string_equal(unit_that_begins(report, "Plans")->text,
                        "Plans are clear (outcome 3, national framework)");
    assert_non_null(unit_that_begins(report, "Ofsted will"));
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_pages_foot_may_lack_its_number),
        cmocka_unit_test(type_too_small_to_read_is_left_out),
        cmocka_unit_test(a_bullet_goes_on_over_the_page_where_its_text_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
