/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is true of a report as a whole: its kind of inspection and its overall grade, or that it has none. */
#include "tests/unit/report/parse_text.h"

static void assert_overall(const ofs_report *report, const char *label, uint8_t level) {
    assert_string_equal(report->overall.label ? report->overall.label : "(none)", label ? label : "(none)");
    assert_int_equal(report->overall.level, level);
}

/* Two areas, each with its overall grade. */
static ofs_report *two_areas(const char *first, const char *second) {
    char *text =
        test_format("Inspection of safeguarding and looked after children services\n\nAshcombe\n\n"
                    "Safeguarding services\n\nOverall effectiveness   Grade %s\n\n1. One.\n\n2. Two.\n\n"
                    "Services for looked after children\n\nOverall effectiveness   Grade %s\n\n3. Three.\n\n"
                    "Record of main findings:\n\nSafeguarding services\nOverall effectiveness   %s\n"
                    "Services for looked after children\nOverall effectiveness   %s\n",
                    first, second, first, second);
    ofs_report *report = parse_text(text, ".txt", NULL);
    free(text);
    return report;
}

static void two_overall_grades_are_one_where_they_agree(void **state) {
    (void)state;
    ofs_report *same = two_areas("2 (good)", "2 (good)"), *differ = two_areas("2 (good)", "4 (inadequate)");
    assert_int_equal(same->judgement_count, 2);
    assert_overall(same, "Good", 2);
    assert_string_equal(same->inspection, "Safeguarding and looked after children inspection");
    assert_int_equal(differ->judgement_count, 2);
    assert_overall(differ, NULL, 0);
    ofs_report_free(same);
    ofs_report_free(differ);
}

/* The former inspection's grade is in the same table, and other rows have grades of their own. */
static void only_the_row_of_the_whole_counts(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("School report\n\nBrook School\n\nOverall effectiveness   Requires improvement\n"
                   "Effectiveness of leadership and management   Good\n"
                   "Overall effectiveness at previous inspection   Outstanding\n\n"
                   "Summary of key findings for parents and pupils\n\nPupils do well.\n",
                   ".txt", NULL);
    assert_string_equal(report->inspection, "School inspection");
    assert_overall(report, "Requires improvement", 3);
    assert_true(report->has_scale);
    ofs_report_free(report);
    report = parse_text("School report\n\nBrook School\n\nEffectiveness of leadership and management   Good\n"
                        "Overall effectiveness at previous inspection   Outstanding\n\n"
                        "Summary of key findings for parents and pupils\n\nPupils do well.\n",
                        ".txt", NULL);
    assert_overall(report, NULL, 0);
    ofs_report_free(report);
}

/* The board is reviewed beside the council, and its grade may stand in no table. */
static void the_board_has_a_judgement_of_its_own(void **state) {
    (void)state;
    static const char front[] =
        "Ashcombe Borough Council\n\n"
        "Inspection of services for children in need of help and protection, children "
        "looked after and care leavers\n\n"
        "Children\xE2\x80\x99s services in Ashcombe are good\n\n"
        "1. Children who need help and protection   Good\n"
        "2. Children looked after and achieving permanence   Good\n"
        "3. Leadership, management and governance   Good\n";
    static const char more[] = "\nExecutive summary\n\nLeaders know their services well.\n";
    static const char board[] = "\nThe Local Safeguarding Children Board (LSCB)\n\n"
                                "The Local Safeguarding Children Board requires improvement\n\n"
                                "Executive summary\n\nThe board meets.\n";
    char *own = test_format("%s%s%s", front, more, board);
    char *row = test_format("%sThe effectiveness of the Local Safeguarding Children Board (LSCB) requires "
                            "improvement\n%s%s",
                            front, more, board);
    ofs_report *by_heading = parse_text(own, ".txt", NULL), *by_row = parse_text(row, ".txt", NULL);
    assert_int_equal(by_heading->judgement_count, 5);
    const ofs_judgement *last = &by_heading->judgements[4];
    assert_string_equal(last->path[last->depth - 1], "The Local Safeguarding Children Board (LSCB)");
    assert_string_equal(last->grade.label, "Requires improvement");
    assert_overall(by_heading, "Good", 2);
    assert_int_equal(by_row->judgement_count, 5);
    assert_overall(by_row, "Good", 2);
    ofs_report_free(by_heading);
    ofs_report_free(by_row);
    free(own);
    free(row);
}

/* An outcome in a sentence grades the report and none of its sections, and its words stay text. */
static void an_outcome_in_a_sentence_is_the_overall_judgement(void **state) {
    (void)state;
    static const struct {
        const char *sentence, *label;
        uint8_t level;
    } cases[] = {
        {"The arrangements typically lead to positive experiences\nand outcomes for children. Partners act.",
         "Typically positive experiences and outcomes", 1},
        {"The arrangements lead to inconsistent experiences and\noutcomes for children. Partners must act.",
         "Inconsistent experiences and outcomes", 2},
        {"There are widespread and/or systemic failings leading to\nsignificant concerns.",
         "Widespread and/or systemic failings", 3},
        {"The outcome is told elsewhere.", NULL, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = test_format("Area SEND inspection of Ashcombe Local Area Partnership\n\n"
                                 "Inspection dates: 9 to 13 June 2025\n\nInspection outcome\n\n%s\n\n"
                                 "What is the area partnership doing that is effective?\n\n"
                                 "There are no widespread and/or systemic failings in what it does.\n",
                                 cases[i].sentence);
        ofs_report *report = parse_text(text, ".txt", NULL);
        assert_overall(report, cases[i].label, cases[i].level);
        assert_int_equal(report->judgement_count, cases[i].label != NULL);
        assert_false(report->has_scale);
        assert_null(report->sections[0].grade.label);
        assert_int_equal(report->confidence, cases[i].label ? OFS_CONFIDENCE_HIGH : OFS_CONFIDENCE_MEDIUM);
        assert_memory_equal(report->paragraphs[0].text, cases[i].sentence, 20);
        ofs_report_free(report);
        free(text);
    }
}

static void the_title_tells_the_kind_of_visit(void **state) {
    (void)state;
    static const struct {
        const char *title, *kind;
    } cases[] = {
        {"Focused visit to Ashcombe children's services", "Focused visit"},
        {"Monitoring visit of Ashcombe children's services", "Monitoring visit"},
        {"Re-inspection of services for children in need of help and protection, children looked after and "
         "care leavers",
         "Re-inspection"},
        {"Inspection of services for children in need of help and protection, children looked after and care "
         "leavers",
         "Single inspection"},
        {"Inspection of Ashcombe local authority children's services", "ILACS inspection"},
        {"Joint targeted area inspection of Ashcombe", "Joint targeted area inspection"},
        {"Area SEND inspection of Ashcombe local area partnership", "Area SEND inspection"},
        {"An account of a year", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = test_format("%s\n\nServices are there.\n", cases[i].title);
        ofs_report *report = parse_text(text, ".txt", NULL);
        assert_string_equal(report->inspection ? report->inspection : "(none)",
                            cases[i].kind ? cases[i].kind : "(none)");
        assert_overall(report, NULL, 0);
        ofs_report_free(report);
        free(text);
    }
}

static bool has_reason(const ofs_report *report, const char *part) {
    for (uint32_t i = 0; i < report->reason_count; i++)
        if (strstr(report->reasons[i], part))
            return true;
    return false;
}

/* What a whole report has, and what it still is when parts of it are missing. */
static void confidence_falls_with_what_is_missing(void **state) {
    (void)state;
    static const char title[] = "Inspection of Ashcombe local authority children's services\n\n";
    static const char days[] = "Inspection dates: 9 to 20 June 2025\n\n";
    static const char table[] =
        "Judgement   Grade\nThe impact of leaders on social work practice   Good\n"
        "The experiences and progress of children who need help and protection   Good\n"
        "Overall effectiveness   Good\n\n";
    static const char text[] =
        "The impact of leaders on social work practice with children and families: good\n\n1. One is "
        "told.\n\n"
        "The experiences and progress of children who need help and protection: good\n\n"
        "2. Two is told.\n\n3. Three is told.\n";
    static const struct {
        const char *days, *table, *text;
        ofs_confidence wanted;
        const char *reason;
    } cases[] = {{days, table, text, OFS_CONFIDENCE_HIGH, "Its title is like"},
                 {days, table, text, OFS_CONFIDENCE_HIGH, "numbered from 1 to 3"},
                 {"", table, text, OFS_CONFIDENCE_MEDIUM, "The days of the inspection were not found."},
                 {days, "", text, OFS_CONFIDENCE_MEDIUM, "Its table of judgements was not found."},
                 {"Inspection dates: 9 to 20 June 2015\n\n", table, text, OFS_CONFIDENCE_MEDIUM,
                  "of a year in which there were no such"},
                 {"Inspection dates: 9 January to 20 December 2025\n\n", table, text, OFS_CONFIDENCE_MEDIUM,
                  "far apart"},
                 {"Inspection dates: 9 to 20 June 2025\n\nPublished: 1 June 2025\n\n", table, text,
                  OFS_CONFIDENCE_MEDIUM, "published before the inspection ended"},
                 {days, table,
                  "The impact of leaders on social work practice with children and families: good\n\n1. One "
                  "is told.\n\n"
                  "2. Two is told.\n\n3. Three is told.\n",
                  OFS_CONFIDENCE_MEDIUM, "1 of 2 judgements"},
                 {days, "", "Some words.\n", OFS_CONFIDENCE_LOW, "None of the headings"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *all = test_format("%s%s%s%s", title, cases[i].days, cases[i].table, cases[i].text);
        ofs_report *report = parse_text(all, ".txt", NULL);
        if (report->confidence != cases[i].wanted || !has_reason(report, cases[i].reason))
            test_die("case %zu: %s: %s", i, ofs_confidence_name(report->confidence), report->reasons[0]);
        ofs_report_free(report);
        free(all);
    }
    ofs_report *report = parse_text("A review\n\nWords of it.\n", ".txt", NULL);
    assert_int_equal(report->confidence, OFS_CONFIDENCE_LOW);
    assert_true(has_reason(report, "without a known layout"));
    ofs_report_free(report);
    report = parse_text("{\"text\":\"Words.\"}\n", ".jsonl", NULL);
    assert_int_equal(report->confidence, OFS_CONFIDENCE_UNKNOWN);
    assert_null(ofs_confidence_name(report->confidence));
    ofs_report_free(report);
}

static const char *role_of(const ofs_report *report, const char *heading) {
    for (uint32_t i = 0; i < report->section_count; i++)
        if (strcmp(report->sections[i].path[report->sections[i].depth - 1], heading) == 0)
            return report->sections[i].role ? report->sections[i].role : "(none)";
    test_die("there is no section %s", heading);
}

static void the_nearest_role_around_a_section_is_its_role(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Inspection of services for children in need of help and protection, children looked after and care "
        "leavers\n\nExecutive summary\n\nServices are good.\n\nThe local authority\n\n"
        "Information about this local authority area\n\nThe area is small.\n\n"
        "Recommendations\n\n1. Write plans.\n\n"
        "The experiences and progress of children who need help and protection\n\n"
        "2. Children are seen.\n\nInspection findings\n\n3. Plans are made.\n\n",
        ".txt", NULL);
    assert_string_equal(role_of(report, "Executive summary"), "summary");
    assert_string_equal(role_of(report, "Recommendations"), "recommendations");
    assert_string_equal(role_of(report, "Information about this local authority area"), "background");
    assert_string_equal(role_of(report, "Inspection findings"), "findings");
    ofs_report_free(report);
    report = parse_text("# Joint targeted area inspection of Ashcombe\n\n## Headline "
                        "findings\n\nGood.\n\n### In the north\n\n"
                        "Better.\n\n## Key strengths\n\n- Talks.\n\n## An appendix\n\nWords.\n",
                        ".md", NULL);
    assert_string_equal(role_of(report, "Headline findings"), "summary");
    assert_string_equal(role_of(report, "In the north"), "summary");
    assert_string_equal(role_of(report, "Key strengths"), "strengths");
    assert_string_equal(role_of(report, "An appendix"), "(none)");
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_overall_grades_are_one_where_they_agree),
        cmocka_unit_test(only_the_row_of_the_whole_counts),
        cmocka_unit_test(the_board_has_a_judgement_of_its_own),
        cmocka_unit_test(an_outcome_in_a_sentence_is_the_overall_judgement),
        cmocka_unit_test(the_title_tells_the_kind_of_visit),
        cmocka_unit_test(confidence_falls_with_what_is_missing),
        cmocka_unit_test(the_nearest_role_around_a_section_is_its_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
