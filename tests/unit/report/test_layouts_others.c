/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layouts of other inspectorates and frameworks, each by a short invented report: recognised, with provider, number, days,
 * overall grade and the grades of sections, best level first whichever way the inspectorate counts.
 */
#include "tests/unit/report/parse_text.h"

typedef struct graded {
    const char *path, *label; /* label NULL: no grade */
} graded;

typedef struct sample {
    const char *text, *profile, *provider, *provider_id, *overall, *from, *published;
    graded sections[4];
    uint32_t judgements;
} sample;

static const char school19[] =
    "Inspection of Marlow Green Primary School\n"
    "Bridge Lane, Ashcombe, Northshire AB1 2CD\n"
    "\n"
    "Inspection dates:          4 and 5 October 2022\n"
    "\n"
    "Overall effectiveness               Good\n"
    "The quality of education            Good\n"
    "Behaviour and attitudes             Outstanding\n"
    "Personal development                Good\n"
    "Leadership and management           Good\n"
    "Early years provision               Requires improvement\n"
    "Previous inspection grade           Inadequate\n"
    "\n"
    "What is it like to attend this school?\n"
    "\n"
    "Pupils are happy here. They say that staff listen to them.\n"
    "\n"
    "What does the school do well and what does it need to do better?\n"
    "\n"
    "Leaders have planned a curriculum that builds on what pupils know. Teachers check\n"
    "what pupils remember.\n"
    "\n"
    "Safeguarding\n"
    "\n"
    "The arrangements for safeguarding are effective.\n"
    "\n"
    "What does the school need to do to improve?\n"
    "(Information for the school and appropriate authority)\n"
    "\n"
    "\xE2\x97\xBC"
    " In early years, the curriculum is not planned well enough. Leaders should plan it.\n"
    "\xE2\x97\xBC"
    " Attendance is too low. Leaders should raise it.\n"
    "\n"
    "How can I feed back my views?\n"
    "You can use a form.\n"
    "\n"
    "School details\n"
    "Unique reference number             123456\n"
    "Local authority                     Northshire\n"
    "Inspection number                   10226789\n"
    "\n"
    "Inspection team\n"
    "Jane Roe, lead inspector            His Majesty\xE2\x80\x99"
    "s Inspector\n"
    "John Poe                            Ofsted Inspector\n";

static const char card[] = "Marlow Green Primary School\n"
                           "\n"
                           "Report card\n"
                           "\n"
                           "Full inspection: 12 and 13 November 2025\n"
                           "\n"
                           "Unique reference number: 123456\n"
                           "\n"
                           "Safeguarding standards met\n"
                           "\n"
                           "The safeguarding standards are met.\n"
                           "\n"
                           "Inclusion\n"
                           "\n"
                           "Strong standard\n"
                           "\n"
                           "Leaders know each pupil well. They remove barriers early.\n"
                           "\n"
                           "Attendance and behaviour\n"
                           "\n"
                           "Needs attention\n"
                           "\n"
                           "Attendance is low for some pupils. Leaders are acting on it.\n"
                           "\n"
                           "Achievement\n"
                           "\n"
                           "Expected standard\n"
                           "\n"
                           "Pupils achieve well in most subjects.\n"
                           "\n"
                           "Next steps\n"
                           "\n"
                           "Leaders should raise attendance for those who are away too often.\n"
                           "\n"
                           "About this inspection\n"
                           "\n"
                           "Inspectors visited the school.\n";

static const char cqc[] =
    "Alderbank Care Limited\n"
    "\n"
    "Rose House\n"
    "\n"
    "Inspection report\n"
    "\n"
    "12 Mill Street                          Date of inspection visit:\n"
    "Ashcombe                                05 October 2015\n"
    "AB1 2CD\n"
    "                                        Date of publication:\n"
    "Tel: 01234 567890                       11 November 2015\n"
    "\n"
    "Ratings\n"
    "\n"
    "Overall rating for this service         Requires improvement\n"
    "\n"
    "Is the service safe?                    Inadequate\n"
    "Is the service effective?               Good\n"
    "Is the service caring?                  Good\n"
    "Is the service responsive?              Good\n"
    "Is the service well-led?                Requires improvement\n"
    "\n"
    "Overall summary\n"
    "\n"
    "This inspection took place on 5 October 2015. People told us they liked living there.\n"
    "\n"
    "The five questions we ask about services and what we found\n"
    "\n"
    "Is the service safe?\n"
    "Inadequate\n"
    "The service was not safe. Medicines were not managed well.\n"
    "\n"
    "Is the service caring?\n"
    "Good\n"
    "The service was caring. Staff knew people well.\n"
    "\n"
    "Detailed findings\n"
    "\n"
    "Is the service safe?\n"
    "\n"
    "Our findings about medicines were these. Records were not kept. People who went missing were\n"
    "not reported to the police.\n"
    "\n"
    "Background to this inspection\n"
    "We carried out this inspection under the Act.\n";

static const char cqcla[] = "Northshire County Council: local authority assessment\n"
                            "\n"
                            "Assessment published: 17 May 2024\n"
                            "\n"
                            "Overall summary\n"
                            "\n"
                            "Local authority rating: Good\n"
                            "\n"
                            "Theme 1: How Northshire County Council works with people\n"
                            "\n"
                            "Assessing needs\n"
                            "\n"
                            "Score: 2\n"
                            "2 - Evidence shows some shortfalls\n"
                            "\n"
                            "People waited too long for an assessment.\n"
                            "\n"
                            "Supporting people to live healthier lives\n"
                            "\n"
                            "Score: 3\n"
                            "3 - Evidence shows a good standard\n"
                            "\n"
                            "People had support early.\n";

static const char prison[] =
    "Report on an unannounced inspection of HMP Ashcombe by HM Chief Inspector of Prisons\n"
    "\n"
    "Inspection dates: 4-15 March 2024\n"
    "\n"
    "Summary\n"
    "\n"
    "At this inspection we found outcomes in four tests.\n"
    "\n"
    "Safety\n"
    "\n"
    "Outcomes for prisoners were not sufficiently good against this healthy prison test.\n"
    "\n"
    "Violence had risen since the last inspection. Few prisoners felt safe.\n"
    "\n"
    "Respect: reasonably good\n"
    "\n"
    "Living conditions had improved.\n"
    "\n"
    "Purposeful activity: poor\n"
    "\n"
    "Few prisoners were in work.\n"
    "\n"
    "Rehabilitation and release planning: good\n"
    "\n"
    "Release planning was strong.\n"
    "\n"
    "Priority concerns\n"
    "\n"
    "Violence was too high.\n";

static const char peel[] = "PEEL 2023\xE2\x80\x93"
                           "25\n"
                           "Police effectiveness, efficiency and legitimacy\n"
                           "An inspection of Northshire Police\n"
                           "\n"
                           "Published on: 12 March 2024\n"
                           "\n"
                           "Contents\n"
                           "\n"
                           "Overall summary                                    3\n"
                           "\n"
                           "Overall summary\n"
                           "\n"
                           "Our inspection assessed how good the force is.\n"
                           "\n"
                           "Responding to the public\n"
                           "\n"
                           "Requires improvement\n"
                           "\n"
                           "The force answers calls too slowly.\n"
                           "\n"
                           "Investigating crime\n"
                           "\n"
                           "Adequate\n"
                           "\n"
                           "Investigations are supervised.\n"
                           "\n"
                           "Areas for improvement\n"
                           "\n"
                           "The force should answer calls in time.\n";

static const char probation[] = "An inspection of youth justice services in Northshire\n"
                                "\n"
                                "HM Inspectorate of Probation, June 2023\n"
                                "\n"
                                "Ratings\n"
                                "\n"
                                "Overall rating      Requires improvement\n"
                                "\n"
                                "Executive summary\n"
                                "\n"
                                "The service has committed staff.\n"
                                "\n"
                                "1. Organisational delivery\n"
                                "\n"
                                "1.1. Governance and leadership\n"
                                "\n"
                                "Good\n"
                                "\n"
                                "The board knows its role.\n"
                                "\n"
                                "Recommendations\n"
                                "\n"
                                "The board should review its plan.\n";

static const char scot[] = "Rose House Care home service\n"
                           "\n"
                           "12 Mill Street, Ashcombe\n"
                           "\n"
                           "Telephone: 01234 567890\n"
                           "\n"
                           "Completed on: 12 March 2024\n"
                           "\n"
                           "Service provided by: Alderbank Care\n"
                           "\n"
                           "Service no: CS2003012345\n"
                           "\n"
                           "About the service\n"
                           "\n"
                           "Rose House is a care home. The Care Inspectorate inspects it.\n"
                           "\n"
                           "How well do we support people's wellbeing?     5 - Very good\n"
                           "\n"
                           "People were treated with warmth.\n"
                           "\n"
                           "How good is our leadership?     2 - Weak\n"
                           "\n"
                           "Leaders did not check the quality of care.\n";

static const char estyn[] = "A report on Ysgol Bryn Glas\n"
                            "\n"
                            "Date of inspection: March 2019\n"
                            "\n"
                            "by Estyn, Her Majesty's Inspectorate for Education and Training in Wales\n"
                            "\n"
                            "Summary\n"
                            "\n"
                            "Pupils make good progress.\n"
                            "\n"
                            "Inspection area                       Judgement\n"
                            "\n"
                            "Standards                             Good\n"
                            "Leadership and management             Adequate and needs improvement\n"
                            "\n"
                            "Standards: Good\n"
                            "\n"
                            "Most pupils read well.\n"
                            "\n"
                            "Leadership and management: Adequate and needs improvement\n"
                            "\n"
                            "Leaders have begun to plan.\n"
                            "\n"
                            "Recommendations\n"
                            "\n"
                            "R1 Improve attendance\n";

static const char hiqa[] = "Report of an inspection of a Designated Centre for Disabilities (Adults).\n"
                           "\n"
                           "Issued by the Chief Inspector, Health Information and Quality Authority\n"
                           "\n"
                           "Name of designated centre:     Rose House\n"
                           "Type of inspection:            Unannounced\n"
                           "Date of inspection:            12 March 2024\n"
                           "Centre ID:                     OSV-0001234\n"
                           "\n"
                           "What residents told us and what inspectors observed\n"
                           "\n"
                           "Residents liked their home.\n"
                           "\n"
                           "Capacity and capability\n"
                           "\n"
                           "Regulation 15: Staffing\n"
                           "\n"
                           "There were not enough staff at night.\n"
                           "\n"
                           "Judgment: Not compliant\n"
                           "\n"
                           "Regulation 23: Governance and management\n"
                           "\n"
                           "The provider had good oversight.\n"
                           "\n"
                           "Judgment: Substantially compliant\n";

static const sample samples[] = {
    {school19,
     "ofsted-school-2019",
     "Marlow Green Primary School",
     "123456",
     "Good",
     "2022-10-04",
     NULL,
     {{"What is it like to attend this school?", NULL}},
     6},
    {card,
     "ofsted-report-card-2025",
     "Marlow Green Primary School",
     "123456",
     NULL,
     "2025-11-12",
     NULL,
     {{"Inclusion", "Strong standard"},
      {"Attendance and behaviour", "Needs attention"},
      {"Achievement", "Expected standard"}},
     0},
    {cqc,
     "cqc-provider-2014",
     "Rose House",
     NULL,
     "Requires improvement",
     "2015-10-05",
     "2015-11-11",
     {{"The five questions we ask about services and what we found > Is the service safe?", "Inadequate"},
      {"Detailed findings > Is the service safe?", "Inadequate"}},
     6},
    {cqcla,
     "cqc-authority-2023",
     "Northshire County Council",
     NULL,
     "Good",
     NULL,
     "2024-05-17",
     {{"Theme 1: How Northshire County Council works with people > Assessing needs", "Requires improvement"}},
     0},
    {prison,
     "hmi-prisons-2009",
     "HMP Ashcombe",
     NULL,
     NULL,
     "2024-03-04",
     NULL,
     {{"Safety", "Not sufficiently good"}, {"Respect", "Reasonably good"}, {"Purposeful activity", "Poor"}},
     0},
    {peel,
     "hmicfrs-peel-2021",
     "Northshire Police",
     NULL,
     NULL,
     NULL,
     "2024-03-12",
     {{"Responding to the public", "Requires improvement"}, {"Investigating crime", "Adequate"}},
     0},
    {probation,
     "hmi-probation-2018",
     "Northshire",
     NULL,
     "Requires improvement",
     NULL,
     NULL,
     {{"1. Organisational delivery > 1.1. Governance and leadership", "Good"}},
     0},
    {scot,
     "care-inspectorate-2018",
     "Rose House",
     "CS2003012345",
     NULL,
     "2024-03-12",
     NULL,
     {{"How well do we support people's wellbeing?", "Very good"}, {"How good is our leadership?", "Weak"}},
     0},
    {estyn,
     "estyn-2017",
     "Ysgol Bryn Glas",
     NULL,
     NULL,
     NULL,
     NULL,
     {{"Leadership and management", "Adequate and needs improvement"}},
     2},
    {hiqa,
     "hiqa-2015",
     "Rose House",
     "OSV-0001234",
     NULL,
     "2024-03-12",
     NULL,
     {{"Capacity and capability > Regulation 15: Staffing", "Not compliant"}},
     0},
};

static const ofs_section *section_named(const ofs_report *report, const char *path) {
    char text[1024];
    for (uint32_t i = 0; i < report->section_count; i++)
        if (strcmp(path_text(report->sections[i].path, report->sections[i].depth, text, sizeof text), path) ==
            0)
            return &report->sections[i];
    test_die("there is no section %s", path);
}

static void check_sample(const sample *s) {
    print_message("%s\n", s->profile);
    ofs_report *report = parse_text(s->text, ".txt", NULL);
    assert_string_equal(report->profile, s->profile);
    assert_string_equal(report->provider, s->provider);
    assert_string_equal(report->provider_id ? report->provider_id : "-",
                        s->provider_id ? s->provider_id : "-");
    assert_string_equal(report->overall.label ? report->overall.label : "-", s->overall ? s->overall : "-");
    assert_date(report->inspected_from, s->from ? s->from : "none");
    assert_date(report->published, s->published ? s->published : "none");
    assert_int_equal(report->judgement_count, s->judgements);
    assert_non_null(report->inspection);
    for (const graded *g = s->sections; g < s->sections + 4 && g->path; g++) {
        const ofs_section *section = section_named(report, g->path);
        assert_string_equal(section->grade.label ? section->grade.label : "-", g->label ? g->label : "-");
    }
    ofs_report_free(report);
}

static void reports_of_other_inspectorates_are_read(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        check_sample(&samples[i]);
}

/* 1 is the best for us: HM Inspectorate of Prisons counts from 4, the Care Inspectorate from 6. */
static void levels_count_from_the_best(void **state) {
    (void)state;
    ofs_report *report = parse_text(prison, ".txt", NULL);
    assert_int_equal(section_named(report, "Respect")->grade.level, 2);
    assert_int_equal(section_named(report, "Purposeful activity")->grade.level, 4);
    ofs_report_free(report);
    report = parse_text(scot, ".txt", NULL);
    assert_int_equal(section_named(report, "How good is our leadership?")->grade.level, 5);
    assert_int_equal(section_named(report, "How good is our leadership?")->grade.levels, 6);
    ofs_report_free(report);
}

/* The finding stays text where a sentence gives the grade, and goes where a line of its own does. */
static void grade_sentences_stay_and_grade_lines_go(void **state) {
    (void)state;
    ofs_report *report = parse_text(prison, ".txt", NULL);
    bool stays = false;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        stays |= strncmp(report->paragraphs[i].text, "Outcomes for prisoners were", 27) == 0;
    assert_true(stays);
    ofs_report_free(report);
    report = parse_text(hiqa, ".txt", NULL);
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        assert_null(strstr(report->paragraphs[i].text, "Judgment"));
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reports_of_other_inspectorates_are_read),
                                       cmocka_unit_test(levels_count_from_the_best),
                                       cmocka_unit_test(grade_sentences_stay_and_grade_lines_go)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
