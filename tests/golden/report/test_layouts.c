/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real PDFs of seven layouts: metadata, numbers without a gap, and paragraphs, sections, grades and pages as
 * they stand on the printed pages.
 */
#include "tests/unit/report/parse_text.h"

typedef struct place {
    const char *number;
    uint32_t page;
    const char *path, *grade; /* grade NULL: none */
    const char *begins;
} place;

typedef struct expected {
    const char *file, *profile, *provider, *from, *to, *published, *lead;
    uint32_t pages, last; /* last: the highest paragraph number, 0: unnumbered */
    uint32_t judgements;
    const char *overall; /* grade of the row or sentence that gives the overall judgement; NULL: none */
    const place *places; /* ended by a NULL number */
} expected;

#define HELP "The experiences and progress of children who need help and protection"
#define CARE "The experiences and progress of children looked after and achieving permanence"
#define LEAD "The impact of leaders on social work practice with children and families"

static const place kent[] = {
    {"4", 5, "Service information", NULL, "Kent is a shire county"},
    {"14", 6, "Capacity to improve", "Good", "The appointment of a new Corporate Director"},
    {"22", 8, "Capacity to improve > Areas for improvement", NULL, "In order to improve the quality"},
    {"24", 10, "Outcomes for looked after children and young people", "Adequate", "A new service provider"},
    {"72", 20, "Leadership and management", "Adequate", "The views of children and young people"},
    {0}};
static const place sandwell[] = {
    {"30", 12, "Outcomes for looked after children and young people", "Adequate",
     "Sandwell looked after children"},
    {"85", 23, "Leadership and management", "Inadequate", "A strength of the new approach"},
    {0}};
static const place gateshead[] = {
    {"9", 10, "The local authority > " HELP " > Inspection findings", "Good",
     "Gateshead has appropriately prioritised"},
    {"88", 29, "The local authority > Leadership, management and governance > Inspection findings", "Good",
     "Children and young people are at the heart"},
    {"132", 40, "The Local Safeguarding Children Board (LSCB) > Inspection findings", "Requires improvement",
     "The LSCB annual report is overly descriptive."},
    {0}};
static const place norfolk[] = {{"20", 11, "The local authority > " HELP " > Inspection findings",
                                 "Requires improvement", "Since the last inspection, leaders and managers"},
                                {"84", 27, "The local authority > " CARE " > Adoption performance",
                                 "Requires improvement", "A history of poor planning"},
                                {"166", 44,
                                 "The Local Safeguarding Children Board (LSCB) > Inspection findings",
                                 "Requires improvement", "The Board\xE2\x80\x99s business plan"},
                                {0}};
static const place cheshire[] = {{"18", 11, "The local authority > " HELP " > Inspection findings",
                                  "Requires improvement", "When children and families need early help"},
                                 {"48", 20, "The local authority > " CARE " > Inspection findings",
                                  "Requires improvement", "At the time of the inspection there were 387"},
                                 {"177", 47,
                                  "The Local Safeguarding Children Board (LSCB) > Inspection findings",
                                  "Requires improvement", "The Prevent agenda"},
                                 {0}};
static const place birmingham[] = {
    {"18", 12, "The local authority > " HELP " > Inspection findings", "Inadequate",
     "Multi-agency thresholds"},
    {"75", 24, "The local authority > " CARE " > Inspection findings", "Requires improvement",
     "The Children in Care Council"},
    {"124", 38, "The local authority > Leadership, management and governance > Inspection findings",
     "Inadequate", "Work to counter the risks"},
    {0}};
static const place lincolnshire[] = {{"4", 10, "The local authority > " HELP " > Inspection findings", "Good",
                                      "Thresholds are understood well"},
                                     {0}};
static const place bury[] = {{"1", 2, HELP, "Inadequate", "Children in need of help and protection"},
                             {"14", 5, HELP, "Inadequate", "Children at risk of exploitation are seen"},
                             {"38", 8, LEAD, "Inadequate", "During the last year, the changes"},
                             {"52", 10, LEAD, "Inadequate", "The quality of supervision"},
                             {0}};
static const place dorset[] = {{"24", 5, "The experiences and progress of children in care", "Outstanding",
                                "Managers have a clear focus"},
                               {"59", 11, LEAD, "Outstanding", "Practitioners have been resolute"},
                               {0}};
static const place none[] = {{0}};

static const expected reports[] = {
    {"lac_kent_2013-08-23_28b871", "ofsted-safeguarding-2009", "Kent County Council", "2013-07-15",
     "2013-07-19", "2013-08-23", "Helen Cawston", 21, 72, 5, "Adequate", kent},
    {"lac_sandwell_2013-08-02_f0f605", "ofsted-safeguarding-2009", "Sandwell Metropolitan Borough Council",
     "2013-06-24", "2013-06-28", "2013-08-02", "Christopher Sands", 24, 85, 5, "Inadequate", sandwell},
    {"sif_gateshead_2016-03-11_0cbafa", "ofsted-single-inspection-2013", "Gateshead Borough Council",
     "2015-10-27", "2015-11-19", "2016-03-11", "Tracey Metcalfe", 42, 132, 7, "Good", gateshead},
    {"sif_norfolk_2015-10-20_5fb739", "ofsted-single-inspection-2013", "Norfolk County Council", "2015-07-06",
     "2015-07-30", "2015-10-19", "Helen Cawston", 46, 166, 7, "Inadequate", norfolk},
    {"sif_cheshire_east_2015-09-15_457d38", "ofsted-single-inspection-2013",
     "Cheshire East Unitary Authority", "2015-07-06", "2015-07-30", "2015-09-15", "Sarah Urding", 49, 177, 7,
     "Requires improvement", cheshire},
    {"sif_hillingdon_2014-02-11_a09ee9", "ofsted-single-inspection-2013", "London Borough of Hillingdon",
     "2013-11-25", "2013-12-18", "none", "Ian Young", 28, 0, 7, "Requires improvement", none},
    {"sif_north_lincolnshire_2017-09-04_ab8bd0", "ofsted-single-inspection-2013", "North Lincolnshire",
     "2017-06-20", "2017-07-13", "2017-09-04", "Graham Reiter", 35, 97, 7, "Outstanding", lincolnshire},
    {"sifre_birmingham_2016-11-25_86947f", "ofsted-single-inspection-2013", "Birmingham", "2016-09-12",
     "2016-10-06", "2016-11-25", "Peter McEntee", 40, 124, 6, "Inadequate", birmingham},
    {"ilacs_bury_2021-12-17_7a1156", "ofsted-ilacs-2018", "Bury", "2021-10-25", "2021-11-05", "none",
     "Lorna Schlechte", 11, 52, 4, "Inadequate", bury},
    {"ilacs_dorset_2025-05-09_6843bb", "ofsted-ilacs-2018", "Dorset", "2025-03-17", "2025-03-21", "none",
     "Sarah Canto", 12, 59, 5, "Outstanding", dorset},
    {"ilacs_cornwall_2019-11-05_0ce0e6", "ofsted-ilacs-2018", "Cornwall Council", "2019-10-14", "2019-10-18",
     "none", "Emmy Tomsett", 11, 47, 4, "Outstanding", none},
    {"ilacs_essex_2019-01-07_16757e", "ofsted-ilacs-2018", "Essex County Council", "2018-11-19", "2018-11-23",
     "none", "Tara Geere", 11, 47, 4, "Outstanding", none},
    {"fv_newcastle_upon_tyne_2018-08-16_110fd9", "ofsted-visit-letter-2018", "Newcastle", "2018-07-24",
     "2018-07-25", "2018-08-16", NULL, 4, 0, 0, NULL, none},
    {"jtai_barnsley_2022-07-18_5e1679", "joint-targeted-area-2016", "Barnsley", "2022-05-23", "2022-05-27",
     "2022-07-18", NULL, 6, 0, 0, NULL, none},
    {"jtai_south_tyneside_2016-04-05_7d7f10", "joint-targeted-area-2016",
     "South Tyneside Metropolitan Borough", "2016-02-22", "2016-02-26", "2016-04-05", NULL, 10, 0, 0, NULL,
     none},
    {"send_durham_2024-09-03_1cf69d", "area-send-2023", "Durham", "2024-06-24", "2024-06-28", "none",
     "David Mills", 8, 0, 1, "Inconsistent experiences and outcomes", none},
    {"school_rough_hay_primary_2016-11", "ofsted-school-2012", "Rough Hay Primary School", "2016-11-08",
     "2016-11-09", "none", "Bogusia Matusiak-Varley", 13, 0, 6, "Good", none},
};

/* Every number from 1 (or the recommendations') to the last, once and in order. */
static void numbers_are_complete(const ofs_report *report, uint32_t last) {
    uint32_t next = 1;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        if (!p->number || p->item)
            continue;
        char number[8];
        (void)snprintf(number, sizeof number, "%u", next++);
        assert_string_equal(p->number, number);
    }
    assert_int_equal(next, last + 1);
}

static bool is_overall(const ofs_judgement *row) {
    const char *label = row->path[row->depth - 1];
    return strncmp(label, "Overall effectiveness", 21) == 0 || strstr(label, "overall judgement") ||
           strcmp(label, "Inspection outcome") == 0 || strstr(label, "\xE2\x80\x99s services in") ||
           strstr(label, "'s services in");
}

static void check(const expected *wanted, const char *corpus) {
    char *path = test_format("%s/reports/%s.pdf", corpus, wanted->file);
    print_message("%s\n", wanted->file);
    ofs_report *report = read_report(path, NULL);
    assert_string_equal(report->profile, wanted->profile);
    assert_string_equal(report->provider, wanted->provider);
    assert_date(report->inspected_from, wanted->from);
    assert_date(report->inspected_to, wanted->to);
    assert_date(report->published, wanted->published);
    assert_string_equal(report->lead_inspector ? report->lead_inspector : "-",
                        wanted->lead ? wanted->lead : "-");
    assert_int_equal(report->pages, wanted->pages);
    numbers_are_complete(report, wanted->last);
    assert_int_equal(report->judgement_count, wanted->judgements);
    const char *overall = NULL;
    for (uint32_t i = 0; i < report->judgement_count && !overall; i++)
        if (is_overall(&report->judgements[i]))
            overall = report->judgements[i].grade.label;
    assert_string_equal(overall ? overall : "-", wanted->overall ? wanted->overall : "-");
    assert_string_equal(report->overall.label ? report->overall.label : "-",
                        wanted->overall ? wanted->overall : "-");
    for (const place *p = wanted->places; p->number; p++) {
        const ofs_paragraph *unit = unit_of(report, p->number, OFS_KIND_PARAGRAPH);
        assert_int_equal(unit->page, p->page);
        assert_section(report, unit, p->path, p->grade);
        assert_true(strncmp(unit->text, p->begins, strlen(p->begins)) == 0);
    }
    assert_int_equal(report->warning_count, 0);
    assert_int_equal(report->confidence, OFS_CONFIDENCE_HIGH);
    ofs_report_free(report);
    free(path);
}

static void real_reports_read_as_printed(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
        check(&reports[i], corpus);
}

static void kent_has_its_recommendations_and_no_running_head(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    char *path = test_format("%s/reports/lac_kent_2013-08-23_28b871.pdf", corpus);
    ofs_report *report = read_report(path, NULL);
    static const uint32_t items_of[] = {3, 6, 3};
    static const char *const timescales[] = {"Immediately", "Within three months", "Within six months"};
    uint32_t found[3] = {0};
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        assert_null(strstr(p->text, "Kent County Council Inspection of looked after"));
        for (int t = 0; t < 3; t++)
            found[t] += p->timescale && strcmp(p->timescale, timescales[t]) == 0;
    }
    for (int t = 0; t < 3; t++)
        assert_int_equal(found[t], items_of[t]);
    /* A year at a line's start, a page break and a hyphen at a line's end. */
    assert_non_null(
        strstr(unit_of(report, "4", OFS_KIND_PARAGRAPH)->text, "between 2010 and 2026. Within the county"));
    assert_non_null(
        strstr(unit_of(report, "14", OFS_KIND_PARAGRAPH)->text, "agenda forward. However, the council also"));
    assert_non_null(
        strstr(unit_of(report, "70", OFS_KIND_PARAGRAPH)->text, "have been re-commissioned to improve"));
    ofs_report_free(report);
    free(path);
}

static void letters_and_schools_have_their_sections(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    char *path = test_format("%s/reports/fv_newcastle_upon_tyne_2018-08-16_110fd9.pdf", corpus);
    ofs_report *report = read_report(path, NULL);
    assert_int_equal(report->section_count, 3);
    assert_string_equal(report->sections[0].path[0], "Overview");
    assert_string_equal(report->sections[1].path[0],
                        "What needs to improve in this area of social work practice");
    assert_string_equal(report->sections[2].path[0], "Findings");
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 6);
    ofs_report_free(report);
    free(path);

    path = test_format("%s/reports/school_rough_hay_primary_2016-11.pdf", corpus);
    report = read_report(path, NULL);
    uint32_t graded = 0;
    for (uint32_t i = 0; i < report->section_count; i++)
        graded += report->sections[i].grade.label && strcmp(report->sections[i].grade.label, "Good") == 0;
    /* Five judgements, and the four sections that stand in two of them. */
    assert_int_equal(graded, 9);
    assert_string_equal(report->provider_id, "139305");
    ofs_report_free(report);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_reports_read_as_printed),
        cmocka_unit_test(kent_has_its_recommendations_and_no_running_head),
        cmocka_unit_test(letters_and_schools_have_their_sections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
