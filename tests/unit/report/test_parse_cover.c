/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The title block: titles and names over several lines, labels with and without a colon, and what is not
 * said.
 */
#include "tests/unit/report/parse_text.h"

static void a_title_block_in_full(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Inspection of safeguarding and looked after\nchildren services\n\nRoyal Borough of Kensington and\n"
        "Chelsea\n\nInspection dates:   14 January \xE2\x80\x93\n5 February 2014\n\n"
        "Reporting inspector Gary Lamb HMI\n\nAge group:   All\n\nPublished:\n12 July 2013\n\n"
        "About this inspection\n\n1. One.\n\n2. Two.\n\n3. Three.\n",
        ".txt", NULL);
    assert_string_equal(report->profile, "ofsted-safeguarding-2009");
    assert_string_equal(report->title, "Inspection of safeguarding and looked after children services");
    assert_string_equal(report->provider, "Royal Borough of Kensington and Chelsea");
    assert_string_equal(report->inspectorate, "Ofsted");
    assert_date(report->inspected_from, "2014-01-14");
    assert_date(report->inspected_to, "2014-02-05");
    assert_date(report->published, "2013-07-12");
    assert_string_equal(report->lead_inspector, "Gary Lamb");
    assert_null(report->provider_id);
    assert_int_equal(report->paragraph_count, 3);
    ofs_report_free(report);
}

static void the_authority_may_stand_above_the_title(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "City of Somewhere\nCouncil\nInspection of services for children in need of help and\nprotection, "
        "children looked after and care leavers\nand\nReview of the effectiveness of the Local Safeguarding\n"
        "Children Board1\nInspection date: 25 November 2013 \xE2\x80\x93 18 December 2013\n"
        "Report published: 11 March 2016\n\nChildren\xE2\x80\x99s services in Somewhere are good\n\n"
        "Executive summary\n\nServices are good.\n",
        ".txt", NULL);
    assert_string_equal(report->profile, "ofsted-single-inspection-2013");
    assert_string_equal(report->provider, "City of Somewhere Council");
    assert_string_equal(
        report->title,
        "Inspection of services for children in need of help and protection, children looked after and care "
        "leavers and Review of the effectiveness of the Local Safeguarding Children Board");
    assert_date(report->published, "2016-03-11");
    assert_int_equal(report->judgement_count, 1);
    assert_string_equal(report->judgements[0].grade.label, "Good");
    ofs_report_free(report);
}

static void what_the_text_does_not_say_is_not_set(void **state) {
    (void)state;
    ofs_report *report = parse_text("1. One.\n\n2. Two on 4 May.\n\n3. Three in 2013.\n", ".txt", NULL);
    assert_string_equal(report->profile, "generic");
    assert_null(report->title);
    assert_null(report->provider);
    assert_null(report->inspectorate);
    assert_null(report->lead_inspector);
    assert_date(report->published, "none");
    assert_date(report->inspected_from, "none");
    assert_int_equal(report->pages, 0);
    ofs_report_free(report);
}

static void a_date_that_cannot_be_read_is_told(void **state) {
    (void)state;
    ofs_report *report = parse_text("A review\n\nPublished: some day\n\nWords.\n", ".txt", NULL);
    assert_date(report->published, "none");
    assert_warned(report, "The date in \"some day\" could not be read.");
    ofs_report_free(report);
}

static void former_inspections_dates_are_not_this_ones(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Area SEND inspection of Telford and Wrekin Local Area\nPartnership\n\n"
        "Dates of previous inspection: 22 to 24 January 2020\nInspection dates: 24 to 28 June 2024\n\n"
        "Inspection outcome\n\nExperiences are inconsistent.\n",
        ".txt", NULL);
    assert_string_equal(report->provider, "Telford and Wrekin");
    assert_date(report->inspected_from, "2024-06-24");
    assert_int_equal(report->paragraph_count, 1);
    assert_null(report->sections[0].grade.label);
    ofs_report_free(report);
}

static void a_name_in_prose_serves_where_the_title_has_none(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "5 December 2023\n\nDear Tim,\n\nFocused visit to children\xE2\x80\x99s services\n\n"
        "This letter summarises the findings of the focused visit to Camden children\xE2\x80\x99s\n"
        "services on 31 October and 1 November 2023. It was short.\n",
        ".txt", NULL);
    assert_string_equal(report->provider, "Camden");
    assert_date(report->inspected_from, "2023-10-31");
    assert_date(report->inspected_to, "2023-11-01");
    ofs_report_free(report);
}

/* As printed, whatever line ends and columns lie between; what is no number is none. */
static void a_provider_may_have_a_number(void **state) {
    (void)state;
    static const struct {
        const char *lines, *id;
    } cases[] = {{"Unique reference number: SC023456", "SC023456"},
                 {"Unique reference number\n\n139305", "139305"},
                 {"Unique reference number          139305\n\nLocal authority          Walsall", "139305"},
                 {"URN 1-2345678", "1-2345678"},
                 {"Unique reference number: not yet given", NULL},
                 {"Unique reference numbers are printed here: 12", NULL},
                 {"Unique reference number:", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text =
            test_format("School report\n\nA Primary School\n\nThis is a good school\n\nPupils do well.\n\n"
                        "School details\n\n%s\n",
                        cases[i].lines);
        ofs_report *report = parse_text(text, ".txt", "ofsted-school-2012");
        if (cases[i].id)
            assert_string_equal(report->provider_id ? report->provider_id : "(none)", cases[i].id);
        else
            assert_null(report->provider_id);
        ofs_report_free(report);
        free(text);
    }
}

static void json_and_outline_say_the_same(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Inspection of looked after children services\n\nKent County Council\n\n"
                   "Published: 23 August 2013\n\nOverall effectiveness\n\nGrade 3 (Adequate)\n\n"
                   "1. One \"quoted\".\n\n2. Two.\n\n3. Three.\n",
                   ".txt", NULL);
    char *json = NULL, *outline = NULL;
    ofs_error err = {0};
    assert_int_equal(ofs_report_json(report, false, &json, &err), OFS_OK);
    assert_non_null(
        strstr(json, "\"provider\":\"Kent County Council\",\"provider_id\":null,\"inspectorate\":\"Ofsted\","
                     "\"inspected_from\":null,\"inspected_to\":null,\"published\":\"2013-08-23\""));
    assert_non_null(
        strstr(json, "{\"path\":[\"Overall effectiveness\"],\"grade\":{\"label\":\"Adequate\",\"level\":3,"
                     "\"levels\":4}"));
    assert_non_null(
        strstr(json, "{\"number\":\"1\",\"item\":null,\"page\":null,\"section\":0,\"kind\":\"paragraph\","
                     "\"text\":\"One \\\"quoted\\\".\"}"));
    assert_null(strchr(json, '\n'));
    assert_int_equal(ofs_report_outline(report, &outline, &err), OFS_OK);
    assert_non_null(strstr(outline, "Kent County Council"));
    assert_non_null(strstr(outline, "Overall effectiveness  [Adequate 3/4]  no. 1-3  (3 paragraphs)"));
    ofs_free(json);
    ofs_free(outline);
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_title_block_in_full),
        cmocka_unit_test(the_authority_may_stand_above_the_title),
        cmocka_unit_test(what_the_text_does_not_say_is_not_set),
        cmocka_unit_test(a_date_that_cannot_be_read_is_told),
        cmocka_unit_test(former_inspections_dates_are_not_this_ones),
        cmocka_unit_test(a_name_in_prose_serves_where_the_title_has_none),
        cmocka_unit_test(a_provider_may_have_a_number),
        cmocka_unit_test(json_and_outline_say_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
