/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which section a heading stands in where type alone does not tell, and what is no heading though in bold. */
#include "tests/unit/report/parse_pages.h"

static void assert_place(const ofs_report *report, const char *begins, const char *path, const char *grade) {
    const ofs_paragraph *unit = unit_that_begins(report, begins);
    char text[512] = "(none)", none[] = "(none)";
    const char *label = NULL;
    if (unit->section != OFS_NO_SECTION) {
        const ofs_section *section = &report->sections[unit->section];
        path_text(section->path, section->depth, text, sizeof text);
        label = section->grade.label;
    }
    assert_string_equal(text, path);
    assert_string_equal(label ? label : none, grade ? grade : none);
}

static const char letter[] = "joint-targeted-area-2016";

static void a_heading_over_no_text_holds_those_in_its_type(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 71, 60, "Dear partnership", false, 0},
        {1, 71, 100, "Joint targeted area inspection of Ashcombe", true, 0},
        {1, 71, 140, "Headline findings", true, 0},
        {1, 71, 170, "Children are seen, and asked what they think of those", false, 0},
        {1, 71, 184.5F, "who come to see them.", false, 0},
        {1, 71, 210, "Main findings", true, 0},
        {1, 71, 240, "Leadership and management", true, 0},
        {1, 71, 270, "Leaders know what is done, and by whom it is", false, 0},
        {1, 71, 284.5F, "done, in each of the agencies.", false, 0},
        {1, 71, 310, "Practice with children at risk", true, 0},
        {1, 71, 340, "Practice is what it should be, as all who were asked", false, 0},
        {1, 71, 354.5F, "about it have said to us.", false, 0},
        {1, 71, 380, "Next steps", true, 0},
        {1, 71, 410, "The council should say in writing what it will do", false, 0},
        {1, 71, 424.5F, "about all of these findings.", false, 0},
    };
    ofs_report *report = PARSE_PLACED(lines, letter);
    assert_place(report, "Children are", "Headline findings", NULL);
    assert_place(report, "Leaders know", "Main findings > Leadership and management", NULL);
    assert_place(report, "Practice is", "Main findings > Practice with children at risk", NULL);
    assert_place(report, "The council", "Next steps", NULL);
    ofs_report_free(report);
}

static void a_greeting_in_bold_is_no_heading(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 71, 60, "Dear local partnership", true, 0},
        {1, 71, 100, "Joint targeted area inspection of Ashcombe", true, 0},
        {1, 71, 140, "This letter tells what we found when we were with you", false, 0},
        {1, 71, 154.5F, "for a week in the winter.", false, 0},
        {1, 71, 180, "Key strengths", true, 0},
        {1, 71, 210, "Those who lead are in the right place, and those who", false, 0},
        {1, 71, 224.5F, "are led know about it too.", false, 0},
    };
    ofs_report *report = PARSE_PLACED(lines, letter);
    assert_place(report, "This letter", "(none)", NULL);
    assert_int_equal(unit_that_begins(report, "This letter")->kind, OFS_KIND_STATEMENT);
    assert_int_equal(unit_that_begins(report, "Dear local")->kind, OFS_KIND_NOTE);
    assert_place(report, "Those who", "Key strengths", NULL);
    ofs_report_free(report);
}

static void what_a_school_is_judged_for_holds_its_parts(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 56, 40, "School report", false, 0},
        {1, 56, 60, "Brook School", false, 20},
        {2, 56, 100, "Inspection judgements", true, 14},
        {2, 56, 130, "Effectiveness of leadership and management\tRequires improvement", true, 0},
        {2, 56, 160, "Leaders have changed much of what they found when", false, 0},
        {2, 56, 174.5F, "they came to this school.", false, 0},
        {2, 56, 200, "Governance of the school", true, 0},
        {2, 56, 230, "Governors ask what they should, and they do not", false, 0},
        {2, 56, 244.5F, "stop before they are told.", false, 0},
        {2, 56, 270, "Safeguarding", true, 0},
        {2, 56, 300, "The arrangements for safeguarding are effective, as parents", false, 0},
        {2, 56, 314.5F, "told us as well.", false, 0},
        {2, 56, 340, "Outcomes for pupils\tGood", true, 0},
        {2, 56, 370, "Pupils read well, and write what they read down better than others of their age.",
         false, 0},
    };
    static const char lead[] = "Inspection judgements > Effectiveness of leadership and management";
    ofs_report *report = PARSE_PLACED(lines, "ofsted-school-2012");
    char *governance = test_format("%s > Governance of the school", lead);
    char *safeguarding = test_format("%s > Safeguarding", lead);
    assert_place(report, "Leaders have", lead, "Requires improvement");
    assert_place(report, "Governors ask", governance, "Requires improvement");
    assert_place(report, "The arrangements", safeguarding, "Requires improvement");
    assert_place(report, "Pupils read", "Inspection judgements > Outcomes for pupils", "Good");
    free(governance);
    free(safeguarding);
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heading_over_no_text_holds_those_in_its_type),
        cmocka_unit_test(a_greeting_in_bold_is_no_heading),
        cmocka_unit_test(what_a_school_is_judged_for_holds_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
