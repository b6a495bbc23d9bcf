/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headings to section paths, the grades that belong to them, and the report's table of judgements. */
#include "tests/unit/report/parse_text.h"

static const char layout[] = "ofsted-safeguarding-2009";

static const ofs_section *section_at(const ofs_report *report, uint32_t i, const char *path) {
    char text[1024];
    assert_true(i < report->section_count);
    assert_string_equal(path_text(report->sections[i].path, report->sections[i].depth, text, sizeof text),
                        path);
    return &report->sections[i];
}

static void the_same_name_in_two_areas_is_two_sections(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Safeguarding services\n\nOverall effectiveness\n\nGrade 1 (Outstanding)\n\n1. One.\n\n"
                   "Services for looked after children\n\nOverall effectiveness\n\nGrade 4 (inadequate)\n\n"
                   "2. Two.\n\nHow good are outcomes for looked after children and care leavers?\n\n"
                   "Being healthy\n\nGrade 2 (good)\n\n3. Three.\n\nQuality of provision\n\n4. Four.\n",
                   ".txt", layout);
    assert_int_equal(section_at(report, 0, "Safeguarding services > Overall effectiveness")->grade.level, 1);
    assert_int_equal(
        section_at(report, 1, "Services for looked after children > Overall effectiveness")->grade.level, 4);
    section_at(report, 2,
               "Services for looked after children > How good are outcomes for looked after children and "
               "care leavers? > "
               "Being healthy");
    const ofs_section *last =
        section_at(report, 3, "Services for looked after children > Quality of provision");
    assert_null(last->grade.label);
    assert_int_equal(last->grade.level, 0);
    assert_int_equal(report->section_count, 4);
    ofs_report_free(report);
}

static void a_grade_may_be_glued_to_its_heading(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Overall effectiveness\nGrade 2 (Good)\n1. One.\n\n"
                   "Capacity for improvement**Grade 1 (Outstanding)**\n\n2. Two.\n\n3. Three.\n",
                   ".txt", layout);
    assert_string_equal(section_at(report, 1, "Capacity for improvement")->grade.label, "Outstanding");
    assert_string_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->text, "Two.");
    ofs_report_free(report);
}

/* The profile's pattern is "Governance of the *", which all that follows would fit. */
static void a_heading_takes_no_text_below_it(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Inspection judgements\n\nGovernance of the school\n\xE2\x96\xAA Governors "
                   "visit often and\nwrite down\nwhat they see.\n\nSafeguarding\n\nOne.\n\n"
                   "Governance of the sixth\nform\nThe governors there\nvisit too.\n",
                   ".txt", "ofsted-school-2012");
    assert_int_equal(report->paragraph_count, 3);
    assert_string_equal(report->paragraphs[0].text, "Governors visit often and write down what they see.");
    assert_section(report, &report->paragraphs[0], "Inspection judgements > Governance of the school", NULL);
    assert_string_equal(report->paragraphs[2].text, "The governors there visit too.");
    assert_section(report, &report->paragraphs[2], "Inspection judgements > Governance of the sixth form",
                   NULL);
    ofs_report_free(report);
}

/* As pdftotext prints a box of two columns: the cell's lines stand between those of the heading. */
static void a_grade_may_stand_between_the_lines_of_its_heading(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "The local authority\n\nThe experiences and progress of\nRequires\n"
        "children who need help and protection improvement\n\nSummary\n\nOne.\n\n"
        "The experiences and progress of\nGood\nchildren looked after and achieving\npermanence\n\n"
        "Summary\n\nTwo.\n\nThe graded judgement for adoption performance is that it is\n"
        "outstanding\n1. Three.\n2. Four.\n3. Five.\n",
        ".txt", "ofsted-single-inspection-2013");
    assert_section(
        report, &report->paragraphs[0],
        "The local authority > The experiences and progress of children who need help and protection > "
        "Summary",
        "Requires improvement");
    assert_section(
        report, &report->paragraphs[1],
        "The local authority > The experiences and progress of children looked after and achieving "
        "permanence > Summary",
        "Good");
    assert_section(
        report, unit_of(report, "1", OFS_KIND_PARAGRAPH),
        "The local authority > The experiences and progress of children looked after and achieving "
        "permanence > Adoption performance",
        "Outstanding");
    ofs_report_free(report);
}

/* Two reports in one file; and what was not judged has no grade, not that of what stands around it. */
static void a_second_report_and_what_was_not_judged(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "The local authority\n\nRecommendations\n\n1. Recruit more staff.\n2. Train them.\n3. Keep them.\n\n"
        "The experiences and progress of children looked after and achieving permanence: good\n\n4. "
        "Four.\n5. Five.\n"
        "6. Six.\n\nThe graded judgement for adoption performance is not judged\n\n7. Seven.\n8. Eight.\n\n"
        "The local safeguarding children board\n\nThe Local Safeguarding Children Board is inadequate\n\n"
        "Recommendations\n\n1. Meet more often.\n2. Write down what was said.\n3. Publish it.\n\n"
        "Inspection findings \xE2\x80\x93 the local safeguarding children board\n\n4. It did not meet.\n"
        "5. Nobody wrote down why.\n",
        ".txt", "ofsted-single-inspection-2013");
    assert_section(
        report, unit_of(report, "7", OFS_KIND_PARAGRAPH),
        "The local authority > The experiences and progress of children looked after and achieving "
        "permanence > Adoption performance",
        NULL);
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 6);
    assert_int_equal(count_kind(report, OFS_KIND_PARAGRAPH), 7);
    assert_section(report, &report->paragraphs[report->paragraph_count - 1],
                   "The Local Safeguarding Children Board (LSCB) > Inspection findings", "Inadequate");
    assert_warned(report, "begin again");
    ofs_report_free(report);
}

static void the_sentence_above_a_table_is_no_row(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Ashcombe Borough Council\nInspection of services for children in need of help and "
                   "protection, children "
                   "looked after and care leavers\nInspection date: 4 May 2016 to 6 May 2016\n"
                   "Children\xE2\x80\x99s services in Ashcombe are good\n1. Children who need help and "
                   "protection Requires "
                   "improvement\n2. Children looked after and achieving permanence Good\n"
                   "3. Leadership, management and governance Good\nExecutive summary\nAll is well.\n",
                   ".txt", NULL);
    assert_int_equal(report->judgement_count, 4);
    assert_string_equal(report->judgements[0].path[0], "Children\xE2\x80\x99s services in Ashcombe");
    assert_string_equal(report->judgements[1].path[0], "Children who need help and protection");
    assert_string_equal(report->judgements[1].grade.label, "Requires improvement");
    assert_string_equal(report->overall.label, "Good");
    ofs_report_free(report);
}

/* A list of recommendations is parted by the names of sections that follow further down. */
static void a_list_may_name_sections_to_come(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("The local authority\n\nAreas for improvement\n\nMissing children\n\n1. Find them.\n\n"
                   "Leadership, management and governance\n\n2. Lead.\n\nCare leavers\n\n3. Care.\n\n"
                   "Leadership, management and governance\n\nSummary\n\nAll is well.\n\n4. Four.\n",
                   ".txt", "ofsted-single-inspection-2013");
    assert_section(report, unit_of(report, "2", OFS_KIND_RECOMMENDATION),
                   "The local authority > Areas for improvement > Leadership, management and governance",
                   NULL);
    assert_section(report, unit_of(report, "3", OFS_KIND_RECOMMENDATION),
                   "The local authority > Areas for improvement > Care leavers", NULL);
    assert_section(report, unit_of(report, "4", OFS_KIND_PARAGRAPH),
                   "The local authority > Leadership, management and governance", NULL);
    ofs_report_free(report);
}

/* A summary of a graded section may have no other end than the first number of the findings. */
static void numbers_end_what_has_none(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("The local authority\n\nLeadership, management and governance: good\n\nSummary\n\n"
                   "Leaders know their services.\n\nThey listen.\n\n1. One.\n\n2. Two.\n\n3. Three.\n",
                   ".txt", "ofsted-single-inspection-2013");
    static const char path[] = "The local authority > Leadership, management and governance";
    assert_section(report, unit_of(report, "1", OFS_KIND_PARAGRAPH), path, "Good");
    assert_section(report, unit_of(report, "3", OFS_KIND_PARAGRAPH), path, "Good");
    assert_string_equal(report->sections[unit_of(report, "1", OFS_KIND_PARAGRAPH)->section].role, "findings");
    assert_string_equal(report->sections[report->paragraphs[0].section].role, "summary");
    ofs_report_free(report);
}

static void contents_are_a_note_and_known_by(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Review of homes\n\nContents\n\nOur view of the council and of all its\npartners\t2\n"
                   "Housing ........ 3\n\nOur view of the council and of all its\npartners\n"
                   "1. One.\n2. Two.\nHousing\n3. Three.\n",
                   ".txt", "generic");
    section_at(report, 0, "Our view of the council and of all its partners");
    section_at(report, 1, "Housing");
    assert_int_equal(report->section_count, 2);
    assert_int_equal(report->paragraph_count, 4);
    /* Kept as a note of no section, so that a word of theirs can be found and none is ranked. */
    assert_int_equal(report->paragraphs[0].kind, OFS_KIND_NOTE);
    assert_int_equal(report->paragraphs[0].section, OFS_NO_SECTION);
    assert_string_equal(report->paragraphs[0].text,
                        "Contents\nOur view of the council and of all its\npartners 2\n"
                        "Housing ........ 3");
    ofs_report_free(report);
}

static void a_heading_in_mid_sentence_is_none(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Overall effectiveness\n\n1. The inspectors judged the\nQuality of provision\nto be weak.\n\n"
        "2. Two.\n\n3. Three.\n",
        ".txt", layout);
    assert_int_equal(report->section_count, 1);
    assert_string_equal(unit_of(report, "1", OFS_KIND_PARAGRAPH)->text,
                        "The inspectors judged the Quality of provision to be weak.");
    ofs_report_free(report);
}

static void markdown_headings_have_their_rank(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("# Review of homes\n\n## Care\n\nWords **in bold** here.\n\n### Food\n\nMore words.\n\n"
                   "## Staff\n\nLast words.\n",
                   ".md", "generic");
    assert_string_equal(report->title, "Review of homes");
    section_at(report, 0, "Care");
    section_at(report, 1, "Care > Food");
    section_at(report, 2, "Staff");
    assert_string_equal(report->paragraphs[0].text, "Words in bold here.");
    ofs_report_free(report);
}

static const char ilacs[] =
    "Inspection of Somewhere local authority\nchildren\xE2\x80\x99s services\nInspection dates: 9 to 20 June "
    "2025\n\n"
    "Lead inspector: A Person, His Majesty\xE2\x80\x99s Inspector\n\n Judgement                    Grade\n\n"
    " The impact of leaders on social work    Requires improvement to\n practice with children and families  "
    "   be good\n\n"
    " The experiences and progress of children who need help and protection    Inadequate\n\n"
    " Overall effectiveness    Inadequate\n\nChildren wait too long.\n\nWhat needs to improve?\n\n"
    "\xE2\x97\xBC The response to risk.\n\n\xE2\x97\xBC Plans.\n\n"
    "The experiences and progress of children who need help and\nprotection is inadequate\n1.    One.\n\n2.  "
    "  Two.\n\n"
    "The impact of leaders on social work practice with children and\nfamilies: %s\n3.    Three.\n";

static void grades_behind_headings_and_cells_over_two_lines(void **state) {
    (void)state;
    char *text = test_format(ilacs, "requires improvement to be good");
    ofs_report *report = parse_text(text, ".txt", NULL);
    assert_string_equal(report->profile, "ofsted-ilacs-2018");
    assert_string_equal(report->title,
                        "Inspection of Somewhere local authority children\xE2\x80\x99s services");
    assert_string_equal(report->provider, "Somewhere");
    assert_string_equal(report->lead_inspector, "A Person");
    assert_int_equal(report->judgement_count, 3);
    assert_string_equal(report->judgements[0].path[0],
                        "The impact of leaders on social work practice with children and families");
    assert_string_equal(report->judgements[0].grade.label, "Requires improvement");
    assert_int_equal(report->judgements[0].grade.level, 3);
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 2);
    assert_section(report, unit_of(report, "2", OFS_KIND_PARAGRAPH),
                   "The experiences and progress of children who need help and protection", "Inadequate");
    assert_section(report, unit_of(report, "3", OFS_KIND_PARAGRAPH),
                   "The impact of leaders on social work practice with children and families",
                   "Requires improvement");
    assert_int_equal(report->warning_count, 0);
    ofs_report_free(report);
    free(text);
}

static void table_and_heading_that_disagree_are_both_kept_and_told(void **state) {
    (void)state;
    char *text = test_format(ilacs, "good");
    ofs_report *report = parse_text(text, ".txt", NULL);
    assert_string_equal(report->judgements[0].grade.label, "Requires improvement");
    assert_section(report, unit_of(report, "3", OFS_KIND_PARAGRAPH),
                   "The impact of leaders on social work practice with children and families", "Good");
    assert_warned(report, "is graded Good, and Requires improvement in the report's table");
    ofs_report_free(report);
    free(text);
}

static void prose_that_looks_like_a_graded_heading_is_prose(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Overall effectiveness\n\nGrade 2 (Good)\n\n1. Services in the City\nare outstanding.\n\n"
                   "2. Overall effectiveness: Inadequate, it said in 2009.\n\n3. Three.\n",
                   ".txt", layout);
    assert_int_equal(report->section_count, 1);
    assert_string_equal(report->sections[0].grade.label, "Good");
    assert_int_equal(report->judgement_count, 0);
    ofs_report_free(report);
}

static void the_closing_table_keeps_rows_that_no_section_has(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Overall effectiveness\n\n1. One.\n\n2. Two.\n\n3. Three.\n\nRecord of main findings:\n\n"
        "Safeguarding services\t\nOverall effectiveness\tOutstanding\n"
        "Equality and diversity\tNot judged\nServices for looked after children\t\n"
        "How good are outcomes for looked after children and care leavers?\n"
        "Being healthy\tGood\nThe contribution of health agencies to\tGood\nkeeping everyone well\n"
        "Leadership and\n\nmanagement\n\nInadequate\n",
        ".txt", layout);
    char path[256];
    static const struct {
        const char *path, *grade;
    } rows[] = {
        {"Safeguarding services > Overall effectiveness", "Outstanding"},
        {"Safeguarding services > Equality and diversity", NULL},
        {"Services for looked after children > How good are outcomes for looked after children and care "
         "leavers? > "
         "Being healthy",
         "Good"},
        {"Services for looked after children > How good are outcomes for looked after children and care "
         "leavers? > The "
         "contribution of health agencies to keeping everyone well",
         "Good"},
        {"Services for looked after children > Leadership and management", "Inadequate"},
    };
    assert_int_equal(report->judgement_count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        const ofs_judgement *j = &report->judgements[i];
        assert_string_equal(path_text(j->path, j->depth, path, sizeof path), rows[i].path);
        assert_string_equal(j->grade.label ? j->grade.label : "-", rows[i].grade ? rows[i].grade : "-");
    }
    assert_int_equal(report->paragraph_count, 3);
    ofs_report_free(report);
}

static void the_previous_inspections_grade_is_not_this_ones(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "School report\nHill Primary School\nInspection dates\t8\xE2\x80\x93"
        "9 November 2016\nOverall effectiveness\tGood\n"
        "Outcomes for pupils\tOutstanding\nOverall effectiveness at previous inspection\tInadequate\n\n"
        "Summary of key findings for parents and pupils\n\nThis is a good school\n\n"
        "\xE2\x80\xA2 Pupils learn.\n",
        ".txt", NULL);
    assert_string_equal(report->profile, "ofsted-school-2012");
    assert_string_equal(report->provider, "Hill Primary School");
    assert_int_equal(report->judgement_count, 2);
    assert_date(report->inspected_to, "2016-11-09");
    ofs_report_free(report);
}

static void markdown_tables_are_rows(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("# Hill Primary School\n\nSchool report\n\n| | |\n|---|---|\n"
                   "| Inspection dates | 8 to 9 November 2016 |\n| Overall effectiveness | Good |\n"
                   "| Overall effectiveness at previous inspection | Inadequate |\n\n"
                   "## Inspection judgements\n\n### Outcomes for pupils are outstanding\n\n- Pupils learn.\n",
                   ".md", NULL);
    assert_string_equal(report->profile, "ofsted-school-2012");
    assert_string_equal(report->provider, "Hill Primary School");
    assert_date(report->inspected_from, "2016-11-08");
    assert_int_equal(report->judgement_count, 1);
    assert_int_equal(report->paragraph_count, 1);
    assert_section(report, &report->paragraphs[0], "Inspection judgements > Outcomes for pupils",
                   "Outstanding");
    ofs_report_free(report);
}

static void a_childrens_home_stays_unnamed(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("SC000123\nRegistered provider: A local authority\nFull inspection\n"
                   "Inspected under the social care common inspection framework\n\n"
                   "Inspection dates: 7 to 8 September 2021\n\n"
                   "Overall experiences and progress of children and young people, taking into account\n"
                   "\tinadequate\n\nHow well children and young people are helped and protected\n\tgood\n\n"
                   "Date of last inspection: 3 December 2019\n\nRecent inspection history\n\n"
                   "03/12/2019\tFull\tGood\n\nInspection judgements\n\n"
                   "How well children and young people are helped and protected: good\n\nThey are safe.\n",
                   ".txt", NULL);
    assert_string_equal(report->profile, "ofsted-childrens-home-2017");
    assert_string_equal(report->title, "SC000123");
    assert_null(report->provider);
    assert_date(report->inspected_to, "2021-09-08");
    assert_int_equal(report->judgement_count, 2);
    assert_string_equal(report->judgements[0].grade.label, "Inadequate");
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_name_in_two_areas_is_two_sections),
        cmocka_unit_test(a_heading_takes_no_text_below_it),
        cmocka_unit_test(a_grade_may_be_glued_to_its_heading),
        cmocka_unit_test(numbers_end_what_has_none),
        cmocka_unit_test(a_grade_may_stand_between_the_lines_of_its_heading),
        cmocka_unit_test(the_sentence_above_a_table_is_no_row),
        cmocka_unit_test(a_second_report_and_what_was_not_judged),
        cmocka_unit_test(a_list_may_name_sections_to_come),
        cmocka_unit_test(contents_are_a_note_and_known_by),
        cmocka_unit_test(a_heading_in_mid_sentence_is_none),
        cmocka_unit_test(markdown_headings_have_their_rank),
        cmocka_unit_test(grades_behind_headings_and_cells_over_two_lines),
        cmocka_unit_test(table_and_heading_that_disagree_are_both_kept_and_told),
        cmocka_unit_test(prose_that_looks_like_a_graded_heading_is_prose),
        cmocka_unit_test(the_closing_table_keeps_rows_that_no_section_has),
        cmocka_unit_test(markdown_tables_are_rows),
        cmocka_unit_test(a_childrens_home_stays_unnamed),
        cmocka_unit_test(the_previous_inspections_grade_is_not_this_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
