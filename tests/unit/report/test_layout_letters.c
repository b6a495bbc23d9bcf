/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters after visits to children's services: head, subject, greeting, first sentence, lists, farewell. */
#include "tests/unit/report/parse_text.h"

#define CHILDRENS "children\xE2\x80\x99s"

/* A whole small letter. */
static ofs_report *parse_letter(const char *day, const char *greeting, const char *subject,
                                const char *first) {
    char *text = test_format(
        "Ofsted\nPiccadilly Gate     T 0300 123 1231\nStore Street        Textphone 0161 618 8524\n"
        "Manchester          enquiries@ofsted.gov.uk\nM1 2WD              www.gov.uk/ofsted\n\n"
        "%s\n\nAnn Example\nDirector of Children\xE2\x80\x99s Services\nTown Hall\n27 High Street\nSO1 "
        "1SO\n\n"
        "%s\n\n%s\n\n%s\n\n"
        "Inspectors looked at the arrangements for children in need.\n\n"
        "Headline findings\n\nLeaders have sustained a culture of improvement.\n\n"
        "What needs to improve in this area of social work practice?\n\n"
        "\xE2\x97\xBC The quality of plans.\n\xE2\x97\xBC The stability of social workers\n\n"
        "Main findings\n\nThe hub responds quickly. Most children are safe.\n\n"
        "In all, 27 children were seen in 2018, and\n2019 was no better. Of these,\n14. were seen alone.\n\n"
        "Ofsted will take the findings from this visit into account.\n\n"
        "Yours sincerely\n\nBob Sample\nHis Majesty\xE2\x80\x99s Inspector\n",
        day, greeting, subject, first);
    ofs_report *report = parse_text(text, ".txt", NULL);
    free(text);
    return report;
}

static void visits_are_known_by_subject_and_first_sentence(void **state) {
    (void)state;
    static const struct {
        const char *subject, *first, *inspection, *provider, *from, *to;
    } cases[] = {
        {"Focused visit to Bournemouth, Christchurch and Poole local authority\n" CHILDRENS " services",
         "This letter summarises the findings of the focused visit to Bournemouth, Christchurch\nand "
         "Poole " CHILDRENS " services on 7 and 8 October 2025. His Majesty\xE2\x80\x99s Inspectors for "
         "this\nvisit were Bob Sample and "
         "Cat Other.",
         "Focused visit", "Bournemouth, Christchurch and Poole", "2025-10-07", "2025-10-08"},
        {"Monitoring visit of Tower Hamlets local authority " CHILDRENS " services",
         "This letter summarises the findings of the monitoring visit to the London Borough of\nTower "
         "Hamlets "
         "on 12 and 13 February 2019. This was the third monitoring visit since\nthe local authority was "
         "judged "
         "inadequate in April 2017.",
         "Monitoring visit", "Tower Hamlets", "2019-02-12", "2019-02-13"},
        {"Monitoring visit to Kingston upon Hull City Council " CHILDRENS " services",
         "This letter summarises the findings of the monitoring visit on 12 February 2019. It was\nthe first "
         "monitoring visit since the local authority was judged inadequate on 3 April 2018.",
         "Monitoring visit", "Kingston upon Hull City Council", "2019-02-12", "2019-02-12"},
        {"Focused visit to the Royal Borough of Kingston upon Thames " CHILDRENS " services",
         "This letter summarises the findings of a focused visit from 30 October to 1 November 2018.",
         "Focused visit", "Royal Borough of Kingston upon Thames", "2018-10-30", "2018-11-01"},
        {"Focused visit to Isles of Scilly " CHILDRENS " social care services",
         "This letter summarises the findings of a focused visit between 9 and 11 March 2021.",
         "Focused visit", "Isles of Scilly", "2021-03-09", "2021-03-11"},
        {"Focused visit to Stoke-on-\nTrent local authority " CHILDRENS " services",
         "This letter summarises the findings of a focused visit on 28 February and 1 March 2023.",
         "Focused visit", "Stoke-on-Trent", "2023-02-28", "2023-03-01"},
        {"Focused visit to " CHILDRENS " services",
         "This letter summarises the findings of the focused visit to the London Borough "
         "of\nMerton " CHILDRENS " services on 31 October and 1 November 2023.",
         "Focused visit", "London Borough of Merton", "2023-10-31", "2023-11-01"},
        {"Ofsted focused visit to Somewhere local authority " CHILDRENS " services",
         "Following the focused visit on 14 and 15 May 2019, I write to summarise the findings.",
         "Focused visit", "Somewhere", "2019-05-14", "2019-05-15"},
        {"First monitoring visit to Somewhere " CHILDRENS " services",
         "The first monitoring visit, on Tuesday 14 and Wednesday 15 May 2019, looked at plans.",
         "Monitoring visit", "Somewhere", "2019-05-14", "2019-05-15"},
        {"Assurance visit to Somewhere local authority " CHILDRENS " services",
         "This letter summarises the findings of the assurance visit to Somewhere on 7 and 8\nOctober 2020.",
         "Assurance visit", "Somewhere", "2020-10-07", "2020-10-08"},
        {"Monitoring visit of inadequate services in St Somewhere",
         "This letter summarises the findings of the monitoring visit to St. Somewhere " CHILDRENS
         "\nservices on 14 and 15 May 2019.",
         "Monitoring visit", "St. Somewhere", "2019-05-14", "2019-05-15"},
        {"Focused visit to Somewhere local authority " CHILDRENS " services",
         "The last inspection was on 3 May 2018. This is what we found. It took place on 14 and\n15 May "
         "2019.",
         "Focused visit", "Somewhere", "2019-05-14", "2019-05-15"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ofs_report *report =
            parse_letter("6 March 2024", "Dear Ms Example", cases[i].subject, cases[i].first);
        assert_string_equal(report->profile, "ofsted-visit-letter-2018");
        assert_string_equal(report->inspection, cases[i].inspection);
        assert_string_equal(report->provider, cases[i].provider);
        assert_date(report->inspected_from, cases[i].from);
        assert_date(report->inspected_to, cases[i].to);
        assert_date(report->published, "2024-03-06");
        /* Who signs a letter need not have led the visit. */
        assert_null(report->lead_inspector);
        ofs_report_free(report);
    }
}

static void a_letter_is_notes_but_for_what_it_says(void **state) {
    (void)state;
    static const struct {
        ofs_kind kind;
        const char *text;
    } wanted[] = {
        {OFS_KIND_NOTE, "Ofsted Piccadilly Gate"},
        {OFS_KIND_NOTE, "Ann Example Director of"},
        {OFS_KIND_NOTE, "Dear Ms Example"},
        {OFS_KIND_STATEMENT, "This letter summarises"},
        {OFS_KIND_STATEMENT, "Inspectors looked at"},
        {OFS_KIND_STATEMENT, "Leaders have sustained"},
        {OFS_KIND_RECOMMENDATION, "The quality of plans."},
        {OFS_KIND_RECOMMENDATION, "The stability of social workers"},
        {OFS_KIND_STATEMENT, "The hub responds quickly."},
        {OFS_KIND_STATEMENT,
         "In all, 27 children were seen in 2018, and 2019 was no better. Of these, 14. were"},
        {OFS_KIND_STATEMENT, "Ofsted will take"},
        {OFS_KIND_NOTE, "Yours sincerely"},
        {OFS_KIND_NOTE, "Bob Sample His Majesty"},
    };
    ofs_report *report =
        parse_letter("6 March 2024", "Dear Ms Example",
                     "Focused visit to Somewhere local authority " CHILDRENS " services",
                     "This letter summarises the findings of the focused visit on 14 May 2019.");
    assert_int_equal(report->paragraph_count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(report->paragraphs[i].kind, wanted[i].kind);
        assert_memory_equal(report->paragraphs[i].text, wanted[i].text, strlen(wanted[i].text));
        assert_null(report->paragraphs[i].number);
    }
    assert_int_equal(report->paragraphs[7].item, 2);
    ofs_report_free(report);
}

static void a_letter_may_greet_nobody(void **state) {
    (void)state;
    ofs_report *report =
        parse_letter("6 March 2024", "", "Focused visit to Somewhere " CHILDRENS " services",
                     "This letter summarises the findings of the focused visit on 14 and 15 May 2019.");
    assert_date(report->published, "2024-03-06");
    assert_date(report->inspected_from, "2019-05-14");
    assert_int_equal(report->paragraphs[1].kind, OFS_KIND_NOTE);
    assert_int_equal(report->paragraphs[2].kind, OFS_KIND_STATEMENT);
    assert_memory_equal(report->paragraphs[2].text, "This letter", 11);
    ofs_report_free(report);
}

/* The wrapped line would be a title of an inspection report, but for its small letter. */
static void prose_is_no_title_of_another_layout(void **state) {
    (void)state;
    ofs_report *report = parse_letter(
        "6 March 2024", "Dear Ms Example", "Focused visit to Somewhere " CHILDRENS " services",
        "This letter summarises the findings of the focused visit on 14 and 15 May 2019, after the\n"
        "inspection of local authority " CHILDRENS " services\nthe year before.");
    assert_string_equal(report->profile, "ofsted-visit-letter-2018");
    assert_string_equal(report->title, "Focused visit to Somewhere " CHILDRENS " services");
    ofs_report_free(report);
}

static void the_signature_tells_the_lead_inspector_where_it_says_so(void **state) {
    (void)state;
    ofs_report *report = parse_text("6 March 2024\n\nDear Ms Example\n\nFocused visit to Somewhere " CHILDRENS
                                    " services\n\nThe focused visit was on 14 and 15 May 2019.\n\n"
                                    "Findings\n\nThe hub responds quickly.\n\nYours sincerely\n\n"
                                    "Bob Sample (Lead Inspector)\nHer Majesty\xE2\x80\x99s Inspector\n",
                                    ".txt", NULL);
    assert_string_equal(report->lead_inspector, "Bob Sample");
    ofs_report_free(report);
}

/* pdftotext -raw: no empty lines, a bullet without a stop before a heading, a page's number before another. */
static void headings_without_room_around_them(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Ofsted\n6 March 2024\nDear Ms Example\nFocused visit to Somewhere " CHILDRENS " services\n"
        "This letter summarises the findings of the focused visit on 14 May 2019, and what it\n"
        "means for the children of the county and those who work with them.\n"
        "Headline findings\nLeaders have sustained a culture of improvement, and know their services well "
        "as\n"
        "they have looked at them with care. This is what all who work there say about them.\n1\n"
        "www.gov.uk/ofsted\n\f2\nWhat needs to improve in this area of social work practice?\n"
        "\xE2\x97\xBC The quality of plans. (Outcome 3, national framework)\n"
        "\xE2\x97\xBC The stability of social workers. (Outcome 2, national framework)\n"
        "Main findings\nThe hub responds quickly. Most of the children whose records were seen are safe, "
        "and\n"
        "know whom they can ask.\n3\n\fWorkers stay.\nYours sincerely\nBob Sample\n",
        ".txt", NULL);
    assert_int_equal(report->section_count, 3);
    assert_string_equal(report->sections[1].path[0],
                        "What needs to improve in this area of social work practice?");
    assert_string_equal(report->sections[2].path[0], "Main findings");
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 2);
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_are_known_by_subject_and_first_sentence),
        cmocka_unit_test(a_letter_is_notes_but_for_what_it_says),
        cmocka_unit_test(a_letter_may_greet_nobody),
        cmocka_unit_test(prose_is_no_title_of_another_layout),
        cmocka_unit_test(headings_without_room_around_them),
        cmocka_unit_test(the_signature_tells_the_lead_inspector_where_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
