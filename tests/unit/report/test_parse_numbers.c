/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which lines begin a numbered paragraph: years and wrapped numbers, missing, doubled and repeated ones. */
#include "tests/unit/report/parse_text.h"

static ofs_report *parse(const char *text) { return parse_text(text, ".txt", "generic"); }

static void assert_numbers(const ofs_report *report, const char *wanted) {
    char numbers[256] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        if (report->paragraphs[i].number && used < sizeof numbers)
            used += (size_t)snprintf(numbers + used, sizeof numbers - used, "%s%s", used ? " " : "",
                                     report->paragraphs[i].number);
    assert_string_equal(numbers, wanted);
}

static void years_at_the_start_of_a_line_are_no_numbers(void **state) {
    (void)state;
    ofs_report *report =
        parse("1. The county grew between 2010 and\n2026. Within the county boundary are towns.\n\n"
              "2. It grew again in\n2014. It then stood still.\n\n3. The end.\n");
    assert_numbers(report, "1 2 3");
    assert_string_equal(report->paragraphs[0].text,
                        "The county grew between 2010 and 2026. Within the county boundary are towns.");
    assert_int_equal(report->warning_count, 0);
    ofs_report_free(report);
}

static void a_wrapped_number_is_no_number_even_when_it_would_be_the_next(void **state) {
    (void)state;
    ofs_report *report = parse("12. Reviews of\n13. The proportion was not known.\n\n13. Plans are good.\n\n"
                               "14. Fewer than\n18.\n\n15. All is well.\n\n16. The end.\n");
    assert_numbers(report, "12 13 14 15 16");
    assert_string_equal(unit_of(report, "12", OFS_KIND_PARAGRAPH)->text,
                        "Reviews of 13. The proportion was not known.");
    ofs_report_free(report);
}

static void a_missing_number_is_kept_missing_and_told(void **state) {
    (void)state;
    ofs_report *report = parse("1. One.\n\n2. Two.\n\n3. Three.\n\n5. Five.\n\n6. Six.\n\n7. Seven.\n");
    assert_numbers(report, "1 2 3 5 6 7");
    assert_warned(report, "There is no paragraph with the number 4.");
    ofs_report_free(report);
}

static void a_number_printed_twice_is_kept_and_told(void **state) {
    (void)state;
    ofs_report *report = parse("1. One.\n\n2. Two.\n\n3. Three.\n\n3. Again.\n\n4. Four.\n\n5. Five.\n");
    assert_numbers(report, "1 2 3 3 4 5");
    assert_warned(report, "The paragraph number 3 is printed twice.");
    ofs_report_free(report);
}

static void a_number_may_lack_its_stop_or_stand_alone_or_glued(void **state) {
    (void)state;
    ofs_report *report =
        parse("1.The first.\n2 The second.\n3.\n\nThe third.\n4. The fourth.\n\f5. The fifth.\n");
    assert_numbers(report, "1 2 3 4 5");
    assert_string_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->text, "The second.");
    assert_string_equal(unit_of(report, "3", OFS_KIND_PARAGRAPH)->text, "The third.");
    assert_int_equal(unit_of(report, "5", OFS_KIND_PARAGRAPH)->page, 2);
    ofs_report_free(report);
}

static void a_page_number_between_a_number_and_its_text_is_passed_over(void **state) {
    (void)state;
    ofs_report *report =
        parse("1. One.\n\n2. Two.\n\n3.\n\n7\n\n\fThe third is here.\n\n4. Four.\n\n8\n\f5. Five.\n");
    assert_numbers(report, "1 2 3 4 5");
    assert_string_equal(unit_of(report, "3", OFS_KIND_PARAGRAPH)->text, "The third is here.");
    ofs_report_free(report);
}

static void a_list_inside_a_paragraph_does_not_begin_the_numbers_anew(void **state) {
    (void)state;
    ofs_report *report =
        parse("1. One.\n\n2. The reasons are:\n1. money,\n2. time,\n3. people.\n\n3. Three.\n\n4. Four.\n\n"
              "5. Five.\n\n6. Six.\n");
    assert_numbers(report, "1 2 3 4 5 6");
    ofs_report_free(report);
}

static void two_reports_in_one_file_begin_anew(void **state) {
    (void)state;
    char text[2048];
    size_t used = 0;
    for (int report = 0; report < 2; report++)
        for (int n = 1; n <= 8; n++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%d. Paragraph of report %d.\n\n", n,
                                     report);
    ofs_report *report = parse(text);
    assert_numbers(report, "1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8");
    assert_warned(report, "begin again with 1 after 8");
    ofs_report_free(report);
}

static void three_digits_change_nothing(void **state) {
    (void)state;
    char text[8192];
    size_t used = 0;
    for (int n = 1; n <= 130; n++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%d.%sOf %d and\n   more.\n\n", n,
                                 n < 100 ? "     " : " ", n);
    ofs_report *report = parse(text);
    assert_int_equal(count_kind(report, OFS_KIND_PARAGRAPH), 130);
    assert_string_equal(unit_of(report, "130", OFS_KIND_PARAGRAPH)->text, "Of 130 and more.");
    ofs_report_free(report);
}

static void prose_with_few_numbers_is_not_numbered(void **state) {
    (void)state;
    ofs_report *report =
        parse("There were two visits.\n\n12. Park Road was one.\n\nThe other was elsewhere.\n");
    assert_numbers(report, "");
    assert_int_equal(count_kind(report, OFS_KIND_STATEMENT), 3);
    ofs_report_free(report);
}

/* Progress and joint area reviews: no layout of their own is known, continuation lines begin at the edge as numbers do. */
static void numbers_hold_without_indent_or_layout(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Ashcombe: progress review\n\nReference no: 12345\nPublished: 3 March 2009\n\n"
                   "Introduction\n\n1. This review looks at what the council has done since its review in\n"
                   "2007. It was carried out in two days.\n"
                   "2. Inspectors met young people, staff and partners in four places and read\n"
                   "40 case files.\n\nMain findings\n\n"
                   "3. Progress has been good. The number of children who wait has fallen by half.\n"
                   "4. The council has not yet agreed a plan for its\n"
                   "15. school places with the diocese.\n5. Leaders listen.\n",
                   ".txt", NULL);
    assert_string_equal(report->profile, "generic");
    assert_string_equal(report->title, "Ashcombe: progress review");
    assert_date(report->published, "2009-03-03");
    assert_int_equal(count_kind(report, OFS_KIND_PARAGRAPH), 5);
    assert_string_equal(
        unit_of(report, "1", OFS_KIND_PARAGRAPH)->text,
        "This review looks at what the council has done since its review in 2007. It was carried out "
        "in two days.");
    assert_string_equal(
        unit_of(report, "2", OFS_KIND_PARAGRAPH)->text,
        "Inspectors met young people, staff and partners in four places and read 40 case files.");
    assert_section(report, unit_of(report, "4", OFS_KIND_PARAGRAPH), "Main findings", NULL);
    assert_string_equal(unit_of(report, "4", OFS_KIND_PARAGRAPH)->text,
                        "The council has not yet agreed a plan for its 15. school places with the diocese.");
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_hold_without_indent_or_layout),
        cmocka_unit_test(years_at_the_start_of_a_line_are_no_numbers),
        cmocka_unit_test(a_wrapped_number_is_no_number_even_when_it_would_be_the_next),
        cmocka_unit_test(a_missing_number_is_kept_missing_and_told),
        cmocka_unit_test(a_number_printed_twice_is_kept_and_told),
        cmocka_unit_test(a_number_may_lack_its_stop_or_stand_alone_or_glued),
        cmocka_unit_test(a_page_number_between_a_number_and_its_text_is_passed_over),
        cmocka_unit_test(a_list_inside_a_paragraph_does_not_begin_the_numbers_anew),
        cmocka_unit_test(two_reports_in_one_file_begin_anew),
        cmocka_unit_test(three_digits_change_nothing),
        cmocka_unit_test(prose_with_few_numbers_is_not_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
