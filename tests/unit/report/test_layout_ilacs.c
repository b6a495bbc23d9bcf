/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inspections of local authority children's services: the wordings of cover, table and headings that such reports have. */
#include "tests/unit/report/parse_pages.h"

#define CHILDRENS "children\xE2\x80\x99s"
#define DASH      "\xE2\x80\x93"

/* A whole small report: cover, what stands behind each of the four graded headings. */
static ofs_report *parse_ilacs(const char *cover, const char *const grades[4]) {
    char *text = test_format(
        "%s\n\n"
        "Judgement                               Grade\n\n"
        " The impact of leaders on social work    Good\n practice with children and families\n\n"
        " The experiences and progress of         Requires improvement to\n"
        " children who need help and              be good\n protection\n\n"
        " The experiences and progress of         Outstanding\n children in care\n\n"
        " The experiences and progress of         Inadequate\n care leavers\n\n"
        "Children get help early. Leaders know what works.\n\n"
        "What needs to improve?\n\n"
        "\xE2\x97\xBC The quality of plans.\n\xE2\x97\xBC The stability of social workers.\n\n"
        "The experiences and progress of children who need help and protection%s\n"
        "1.   Children are seen quickly. Most of them are safe when the first visit\n     has been made.\n"
        "2.   Plans are clear.\n\n"
        "The experiences and progress of children in care%s\n"
        "3.   Children live in homes that suit them.\n\n"
        "The experiences and progress of care leavers%s\n"
        "4.   Advisers keep in touch.\n\n"
        "The impact of leaders on social work practice with children and families%s\n"
        "5.   Leaders listen.\n6.   Workers stay.\n\n"
        "The Office for Standards in Education, Children\xE2\x80\x99s Services and Skills inspects.\n",
        cover, grades[0], grades[1], grades[2], grades[3]);
    ofs_report *report = parse_text(text, ".txt", NULL);
    free(text);
    return report;
}

static const char *const plain_grades[] = {": requires improvement to be good", ": outstanding",
                                           ": inadequate", ": good"};

static void the_provider_is_what_the_cover_names(void **state) {
    (void)state;
    static const char days[] = "\n\nInspection dates: 9 to 20 June 2025\n\nLead inspector: Ann Example\n"
                               "                His Majesty\xE2\x80\x99s Inspector";
    static const struct {
        const char *cover, *title, *provider;
    } cases[] = {
        {"Inspection of Bournemouth, Christchurch and Poole local authority\n" CHILDRENS " services",
         "Inspection of Bournemouth, Christchurch and Poole local authority " CHILDRENS " services",
         "Bournemouth, Christchurch and Poole"},
        {"Royal Borough of Kensington and\nChelsea\nInspection of " CHILDRENS " social care services",
         "Inspection of " CHILDRENS " social care services", "Royal Borough of Kensington and Chelsea"},
        {"London Borough of Merton\n\nInspection of " CHILDRENS " social care services",
         "Inspection of " CHILDRENS " social care services", "London Borough of Merton"},
        {"Inspection of Buckinghamshire " CHILDRENS " social care services",
         "Inspection of Buckinghamshire " CHILDRENS " social care services", "Buckinghamshire"},
        {"Inspection of Kingston upon Hull local authority " CHILDRENS " services",
         "Inspection of Kingston upon Hull local authority " CHILDRENS " services", "Kingston upon Hull"},
        {"Inspection of Isles of Scilly local authority " CHILDRENS " services",
         "Inspection of Isles of Scilly local authority " CHILDRENS " services", "Isles of Scilly"},
        {"Inspection of the London Borough of Merton local authority " CHILDRENS " services",
         "Inspection of the London Borough of Merton local authority " CHILDRENS " services",
         "London Borough of Merton"},
        {"Inspection of Royal Borough of Windsor and\nMaidenhead local authority " CHILDRENS " services",
         "Inspection of Royal Borough of Windsor and Maidenhead local authority " CHILDRENS " services",
         "Royal Borough of Windsor and Maidenhead"},
        {"Inspection of Southend-on-\nSea local authority " CHILDRENS " services",
         "Inspection of Southend-on-Sea local authority " CHILDRENS " services", "Southend-on-Sea"},
        {"raising standards\nimproving lives\n\nInspection of local authority " CHILDRENS
         " services\n\nRochdale Metropolitan Borough Council",
         "Inspection of local authority " CHILDRENS " services", "Rochdale Metropolitan Borough Council"},
        {"fsted\nIsles of Scilly\nInspection of children's social care services",
         "Inspection of children's social care services", "Isles of Scilly"},
        {"Inspection of Hertfordshire local authority\xE2\x80\x99s " CHILDRENS " services",
         "Inspection of Hertfordshire local authority\xE2\x80\x99s " CHILDRENS " services", "Hertfordshire"},
        {"Inspection of Slough Borough Council and Slough Children First " CHILDRENS " services",
         "Inspection of Slough Borough Council and Slough Children First " CHILDRENS " services",
         "Slough Borough Council and Slough Children First"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *cover = test_format("%s%s", cases[i].cover, days);
        ofs_report *report = parse_ilacs(cover, plain_grades);
        free(cover);
        assert_string_equal(report->profile, "ofsted-ilacs-2018");
        assert_string_equal(report->title, cases[i].title);
        assert_string_equal(report->provider, cases[i].provider);
        assert_date(report->inspected_from, "2025-06-09");
        assert_date(report->inspected_to, "2025-06-20");
        assert_string_equal(report->lead_inspector, "Ann Example");
        assert_null(report->overall.label);
        assert_string_equal(report->paragraphs[0].text, "Children get help early. Leaders know what works.");
        ofs_report_free(report);
    }
}

static void days_and_lead_inspector_in_all_their_forms(void **state) {
    (void)state;
    static const struct {
        const char *labels, *from, *to, *lead;
    } cases[] = {
        {"Inspection date: 9 to 20 June 2025\nLead inspector: Ann Example HMI", "2025-06-09", "2025-06-20",
         "Ann Example"},
        {"Inspection dates: 29 November to\n10 December 2021\nLead inspector: Ann Example, Her "
         "Majesty\xE2\x80\x99s "
         "Inspector",
         "2021-11-29", "2021-12-10", "Ann Example"},
        {"Inspection dates: 4 to 8 October 2021 and 18 to 22 October 2021\nLead inspector:\nAnn Example",
         "2021-10-04", "2021-10-22", "Ann Example"},
        {"Inspection dates: 30 January" DASH "10 February 2023\nLead inspector: Ann Example SHMI",
         "2023-01-30", "2023-02-10", "Ann Example"},
        {"Inspection dates: 13 May 2019 to 17 May 2019 and\n20 May 2019 to 24 May 2019\n"
         "Lead Inspector: Ann Example, Senior His Majesty\xE2\x80\x99s Inspector",
         "2019-05-13", "2019-05-24", "Ann Example"},
        {"Inspection dates\n9 to 20 June 2025\nLead inspector\nAnn Example\nHis Majesty\xE2\x80\x99s "
         "Inspector",
         "2025-06-09", "2025-06-20", "Ann Example"},
        {"Inspection date(s): 9-20 June 2025\nLead inspector(s): Ann Example", "2025-06-09", "2025-06-20",
         "Ann Example"},
        {"Dates of inspection: Monday 9 June 2025 to Friday 20 June 2025\nLead inspector: Ann Example-Jones, "
         "HMI",
         "2025-06-09", "2025-06-20", "Ann Example-Jones"},
        {"Inspection dates: 16 December 2019 to 17 January 2020\n"
         "Lead inspectors: Ann Example and Bob Sample, Her Majesty\xE2\x80\x99s Inspectors",
         "2019-12-16", "2020-01-17", "Ann Example and Bob Sample"},
        {"Inspection dates: 9 to 13 and 16 to 20 June 2025\nLead inspector: Dr Ann O\xE2\x80\x99"
         "Example",
         "2025-06-09", "2025-06-20",
         "Dr Ann O\xE2\x80\x99"
         "Example"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *cover =
            test_format("Inspection of Merton local authority " CHILDRENS " services\n\n%s", cases[i].labels);
        ofs_report *report = parse_ilacs(cover, plain_grades);
        free(cover);
        assert_string_equal(report->provider, "Merton");
        assert_date(report->inspected_from, cases[i].from);
        assert_date(report->inspected_to, cases[i].to);
        assert_string_equal(report->lead_inspector, cases[i].lead);
        ofs_report_free(report);
    }
}

static void a_heading_gives_its_grade_in_many_ways(void **state) {
    (void)state;
    static const char *const cases[][4] = {
        {" is requires improvement to be good", " are outstanding", " are inadequate", " is good"},
        {": Requires improvement to be good", ": Outstanding", ": Inadequate", ": Good"},
        {" " DASH " requires improvement to be good", " " DASH " outstanding", " - inadequate", " is: good"},
        {" requires improvement to be good", " is outstanding", " is inadequate", " are good"},
        {" require improvement to be\ngood", ":\noutstanding", "\nis inadequate", "\n(good)"},
        {" (requires improvement to be good)", " (outstanding)", " (inadequate)", " (good)"},
        {"\nRequires improvement to be good\n", "\nOutstanding\n", "\nInadequate\n", "\nGood\n"},
        {". Requires improvement to be good", ", outstanding", "; inadequate", " good"},
        {" is judged to be requires improvement to be good", " is judged to be outstanding",
         " are judged to be inadequate", " are judged good"},
    };
    static const struct {
        const char *number, *path, *grade;
    } wanted[] = {
        {"1", "The experiences and progress of children who need help and protection",
         "Requires improvement"},
        {"3", "The experiences and progress of children in care", "Outstanding"},
        {"4", "The experiences and progress of care leavers", "Inadequate"},
        {"6", "The impact of leaders on social work practice with children and families", "Good"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ofs_report *report = parse_ilacs("Inspection of Merton local authority " CHILDRENS " services\n\n"
                                         "Inspection dates: 9 to 20 June 2025",
                                         cases[i]);
        for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++)
            assert_section(report, unit_of(report, wanted[w].number, OFS_KIND_PARAGRAPH), wanted[w].path,
                           wanted[w].grade);
        assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 2);
        assert_int_equal(report->judgement_count, 4);
        assert_int_equal(report->warning_count, 0);
        ofs_report_free(report);
    }
}

/* A wording of the grade that nobody knows must not cost the section: it is there, with the grade of the table. */
static void a_known_heading_with_words_of_its_own_behind_it_is_that_section(void **state) {
    (void)state;
    static const char *const grades[] = {": requires improvement to be good", ": this has got better",
                                         ": inadequate", ": good"};
    ofs_report *report = parse_ilacs("Inspection of Merton local authority " CHILDRENS " services\n\n"
                                     "Inspection dates: 9 to 20 June 2025",
                                     grades);
    assert_section(report, unit_of(report, "2", OFS_KIND_PARAGRAPH),
                   "The experiences and progress of children who need help and protection",
                   "Requires improvement");
    assert_section(report, unit_of(report, "3", OFS_KIND_PARAGRAPH),
                   "The experiences and progress of children in care", "Outstanding");
    ofs_report_free(report);
}

static void prose_that_begins_like_a_heading_is_none(void **state) {
    (void)state;
    static const char *const grades[] = {
        ": good", ": outstanding", ": inadequate",
        ": good\n5.   Leaders know their service.\n\n"
        "The experiences and progress of care leavers are outstanding. All of them\n"
        "have a home.\n\n6.   More.\n"};
    ofs_report *report = parse_ilacs("Inspection of Merton local authority " CHILDRENS " services\n\n"
                                     "Inspection dates: 9 to 20 June 2025",
                                     grades);
    assert_section(report, unit_of(report, "6", OFS_KIND_PARAGRAPH),
                   "The impact of leaders on social work practice with children and families", "Good");
    ofs_report_free(report);
}

/* pdftotext without -layout gives the cells of a row one after the other, -raw those of a line. */
static void a_grade_in_two_lines_is_one_grade_in_a_plain_text(void **state) {
    (void)state;
    static const char *const tables[] = {
        "Judgement\n\nGrade\n\nThe impact of leaders on social work practice with\nchildren and families\n\n"
        "Requires improvement\nto be good\n\nOverall effectiveness\n\nRequires\nimprovement\nto be good\n\n",
        "Judgement Grade\nThe impact of leaders on social work practice with\nchildren and families\n"
        "Requires improvement\nto be good\nOverall effectiveness\nRequires improvement to\nbe good\n",
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char *text =
            test_format("Somewhere Council\nInspection of " CHILDRENS " social care services\n"
                        "Inspection dates: 9 to 20 June 2025\n%s"
                        "Since the last inspection, services have become better for most children.\n",
                        tables[i]);
        ofs_report *report = parse_text(text, ".txt", NULL);
        free(text);
        assert_int_equal(report->judgement_count, 2);
        assert_string_equal(report->judgements[0].path[0],
                            "The impact of leaders on social work practice with children and families");
        assert_string_equal(report->judgements[1].path[0], "Overall effectiveness");
        assert_string_equal(report->judgements[1].grade.label, "Requires improvement");
        assert_int_equal(report->paragraph_count, 1);
        ofs_report_free(report);
    }
}

/* A PDF's cells: the grade beside the first line of its label, a middle one, the last, and over two of them. */
static void a_grade_may_stand_beside_any_line_of_its_label(void **state) {
    (void)state;
    static const placed lines[] = {
        {1, 71, 60, "Inspection of Merton local authority children's services", true, 18},
        {1, 71, 100, "Inspection dates: 9 to 20 June 2025", false, 0},
        {1, 71, 130, "Judgement\tGrade", true, 0},
        {1, 71, 160, "The impact of leaders on social work\tGood", false, 0},
        {1, 71, 174.5F, "practice with children and families", false, 0},
        {1, 71, 200, "The experiences and progress of", false, 0},
        {1, 71, 214.5F, "children who need help and\tOutstanding", false, 0},
        {1, 71, 229, "protection", false, 0},
        {1, 71, 255, "The experiences and progress of\tRequires improvement to", false, 0},
        {1, 71, 269.5F, "children in care\tbe good", false, 0},
        {1, 71, 295, "The experiences and progress of", false, 0},
        {1, 71, 309.5F, "care leavers\tInadequate", false, 0},
        {1, 71, 335, "Overall effectiveness\tRequires improvement to", false, 0},
        {1, 300, 349.5F, "be good", false, 0},
        {1, 71, 380, "Children in Merton get help early, and leaders know well what works for them.", false,
         0},
        {1, 71, 394.5F, "They have used it to make services better for most of the children in the area.",
         false, 0},
    };
    static const struct {
        const char *label, *grade;
    } wanted[] = {
        {"The impact of leaders on social work practice with children and families", "Good"},
        {"The experiences and progress of children who need help and protection", "Outstanding"},
        {"The experiences and progress of children in care", "Requires improvement"},
        {"The experiences and progress of care leavers", "Inadequate"},
        {"Overall effectiveness", "Requires improvement"},
    };
    ofs_report *report = PARSE_PLACED(lines, "ofsted-ilacs-2018");
    assert_int_equal(report->judgement_count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_string_equal(report->judgements[i].path[0], wanted[i].label);
        assert_string_equal(report->judgements[i].grade.label, wanted[i].grade);
    }
    assert_string_equal(report->overall.label, "Requires improvement");
    assert_int_equal(report->paragraph_count, 1);
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_provider_is_what_the_cover_names),
        cmocka_unit_test(days_and_lead_inspector_in_all_their_forms),
        cmocka_unit_test(a_heading_gives_its_grade_in_many_ways),
        cmocka_unit_test(a_known_heading_with_words_of_its_own_behind_it_is_that_section),
        cmocka_unit_test(prose_that_begins_like_a_heading_is_none),
        cmocka_unit_test(a_grade_in_two_lines_is_one_grade_in_a_plain_text),
        cmocka_unit_test(a_grade_may_stand_beside_any_line_of_its_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
