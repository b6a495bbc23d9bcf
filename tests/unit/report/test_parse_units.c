/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paragraphs put together again: page breaks, hyphens, bullets, recommendations, notes, furniture. */
#include "tests/unit/report/parse_text.h"

static const char layout[] = "ofsted-safeguarding-2009";

static void a_page_break_does_not_cut_a_paragraph(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Overall effectiveness\n\nGrade 2 (Good)\n\n1. Where court intervention\n\nto protect "
                   "children is needed it works.\n\n2. Two.\n\n3. Three.\n",
                   ".txt", layout);
    const ofs_paragraph *first = unit_of(report, "1", OFS_KIND_PARAGRAPH);
    assert_string_equal(first->text, "Where court intervention to protect children is needed it works.");
    assert_section(report, first, "Overall effectiveness", "Good");
    ofs_report_free(report);
}

static void running_heads_and_page_numbers_vanish_in_mid_sentence(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Overall effectiveness\n\n1. The council\n\nSome Council inspection report   1\n"
                   "\fSome Council inspection report   2\n\nknows this.\n\n2. Two goes\n\n3\n"
                   "\fSome Council inspection report   3\n\non.\n\n3. Three.\n\n4\n",
                   ".txt", layout);
    assert_string_equal(unit_of(report, "1", OFS_KIND_PARAGRAPH)->text, "The council knows this.");
    assert_string_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->text, "Two goes on.");
    assert_int_equal(unit_of(report, "1", OFS_KIND_PARAGRAPH)->page, 1);
    assert_int_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->page, 2);
    assert_int_equal(report->pages, 3);
    ofs_report_free(report);
}

static void hyphens_at_line_ends(void **state) {
    (void)state;
    ofs_report *report = parse_text("1. The multi-agency hub and the multi-\nagency panel meet.\n\n"
                                    "2. The partnership helps; its partner-\nship board as well.\n\n"
                                    "3. A re-\ncommissioned service of 16-\n17 year olds, pre-\nBirth too.\n",
                                    ".txt", "generic");
    assert_string_equal(report->paragraphs[0].text, "The multi-agency hub and the multi-agency panel meet.");
    assert_string_equal(report->paragraphs[1].text, "The partnership helps; its partnership board as well.");
    assert_string_equal(report->paragraphs[2].text,
                        "A re-commissioned service of 16-17 year olds, pre-Birth too.");
    ofs_report_free(report);
}

static void bullets_stay_in_their_paragraph(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("1. The evidence included:\n - one thing\n - another that\nwraps\n\n2. Then\n"
                   "\xE2\x80\xA2 a bullet\n\xE2\x80\x93 a smaller one\n\xE2\x80\xA2\n\nits text below\n\n"
                   "3. The end.\n",
                   ".txt", layout);
    assert_string_equal(unit_of(report, "1", OFS_KIND_PARAGRAPH)->text,
                        "The evidence included:\n\xE2\x80\xA2 one thing\n\xE2\x80\xA2 another that wraps");
    assert_string_equal(
        unit_of(report, "2", OFS_KIND_PARAGRAPH)->text,
        "Then\n\xE2\x80\xA2 a bullet\n\xE2\x80\x93 a smaller one\n\xE2\x80\xA2 its text below");
    ofs_report_free(report);
}

static void recommendations_are_units_with_their_timescale(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Capacity for improvement\n\nGrade 2 (Good)\n\n1. One.\n\n2. Two.\n\n"
                   "3. To improve, the local authority should take the following action.\n\n"
                   "Within three months:\n\n- review this\n- improve that\n\nWithin six months:\n\n"
                   "- establish a process\n\nthat lasts\n\nQuality of provision\n\nGrade 3 (Adequate)\n\n"
                   "4. Four.\n",
                   ".txt", layout);
    assert_int_equal(count_kind(report, OFS_KIND_PARAGRAPH), 4);
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 3);
    assert_string_equal(unit_of(report, "3", OFS_KIND_PARAGRAPH)->text,
                        "To improve, the local authority should take the following action.");
    const ofs_paragraph *first = unit_of(report, "3", OFS_KIND_RECOMMENDATION);
    assert_int_equal(first->item, 1);
    assert_string_equal(first->text, "review this");
    assert_string_equal(first->timescale, "Within three months");
    assert_int_equal(first[2].item, 3);
    assert_string_equal(first[2].text, "establish a process that lasts");
    assert_string_equal(first[2].timescale, "Within six months");
    assert_section(report, first, "Capacity for improvement", "Good");
    const ofs_paragraph *last = unit_of(report, "4", OFS_KIND_PARAGRAPH);
    assert_null(last->timescale);
    assert_int_equal(last->item, 0);
    assert_section(report, last, "Quality of provision", "Adequate");
    ofs_report_free(report);
}

/* The words of a timescale are common in prose. */
static void a_timescale_in_prose_is_prose(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "Quality of provision\n\n1. Of the referrals nine in ten were concluded\nwithin three months. "
        "Records "
        "are clear.\n\n2. Children are spoken to in most cases\nwithin three days, and what they say\nis "
        "heard. All of this was done\nwithin six weeks:\n- for babies\n- for others\n\n"
        "3. Help comes\n\fwithin two days\n- or on the same day.\n\n4. Calls are answered\nimmediately\n\n"
        "5. Plans are made for the day, and\nWithin Reach, a charity for the days\nafter, helps.\n",
        ".txt", layout);
    assert_int_equal(report->paragraph_count, 5);
    assert_string_equal(
        unit_of(report, "1", OFS_KIND_PARAGRAPH)->text,
        "Of the referrals nine in ten were concluded within three months. Records are clear.");
    assert_string_equal(
        unit_of(report, "2", OFS_KIND_PARAGRAPH)->text,
        "Children are spoken to in most cases within three days, and what they say is heard. "
        "All of this was done within six weeks:\n\xE2\x80\xA2 for babies\n\xE2\x80\xA2 for others");
    assert_string_equal(unit_of(report, "3", OFS_KIND_PARAGRAPH)->text,
                        "Help comes within two days\n\xE2\x80\xA2 or on the same day.");
    assert_string_equal(unit_of(report, "4", OFS_KIND_PARAGRAPH)->text, "Calls are answered immediately");
    ofs_report_free(report);
}

static void a_timescale_over_no_recommendation_is_text(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Quality of provision\n\n1. One.\n\nWithin three months:\n\nmuch had changed.\n\n"
                   "Within six months:\n\n2. Two.\n\nImmediately:\n\nPartnership working\n\n3. Three.\n",
                   ".txt", layout);
    static const char *const texts[] = {
        "One.",  "Within three months:", "much had changed.", "Within six months:", "Two.", "Immediately:",
        "Three."};
    assert_int_equal(report->paragraph_count, sizeof texts / sizeof texts[0]);
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        assert_string_equal(report->paragraphs[i].text, texts[i]);
        assert_null(report->paragraphs[i].timescale);
        assert_section(report, &report->paragraphs[i], i < 6 ? "Quality of provision" : "Partnership working",
                       NULL);
    }
    ofs_report_free(report);
}

static void numbered_recommendations_have_the_timescale_above_them(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Areas for improvement\n\nImmediately:\n\n1. Review this.\n\n2. End that.\n\n"
                   "Within six months:\n\n3. Improve it.\n\nPartnership working\n\n4. Four.\n",
                   ".txt", layout);
    assert_int_equal(report->paragraph_count, 4);
    assert_string_equal(unit_of(report, "1", OFS_KIND_RECOMMENDATION)->timescale, "Immediately");
    assert_string_equal(unit_of(report, "2", OFS_KIND_RECOMMENDATION)->timescale, "Immediately");
    assert_string_equal(unit_of(report, "3", OFS_KIND_RECOMMENDATION)->timescale, "Within six months");
    assert_null(unit_of(report, "4", OFS_KIND_PARAGRAPH)->timescale);
    ofs_report_free(report);
}

static void the_last_recommendation_keeps_its_timescale(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Areas for improvement\n\n1. The council should take the following action.\n\n"
                   "Within three months:\n- review this.\n- end that.\n\nThe council agreed.\n\n"
                   "2. Two.\n\n3. Three.\n",
                   ".txt", layout);
    assert_string_equal(report->paragraphs[1].timescale, "Within three months");
    assert_string_equal(report->paragraphs[2].text, "end that.");
    assert_string_equal(report->paragraphs[2].timescale, "Within three months");
    assert_string_equal(report->paragraphs[3].text, "The council agreed.");
    ofs_report_free(report);
}

static void a_legend_is_a_note_and_no_finding(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("The inspection judgements and what they mean\n\n1. One.\n\n2. Two.\n\n"
                   "3. All judgements use a scale.\n\nOutstanding (Grade 1)\tA fine service\n"
                   "Inadequate (Grade 4)\n\nA service that\nfails\n\nService information\n\n4. Four.\n",
                   ".txt", layout);
    assert_int_equal(count_kind(report, OFS_KIND_NOTE), 2);
    assert_string_equal(unit_of(report, "3", OFS_KIND_PARAGRAPH)->text, "All judgements use a scale.");
    for (uint32_t i = 0; i < report->section_count; i++)
        assert_null(report->sections[i].grade.label);
    assert_string_equal(report->paragraphs[3].text, "Outstanding (Grade 1) A fine service");
    assert_string_equal(report->paragraphs[4].text, "Inadequate (Grade 4) A service that fails");
    assert_int_equal(report->judgement_count, 0);
    ofs_report_free(report);
}

static void footnotes_are_notes_behind_the_paragraph_they_interrupt(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("1. One.\n\n2. The board meets\n\n1\n This is a footnote.\n\nHead   1\n\fHead   2\n\n"
                   "each month.\n\n3. Three.\n\nHead   3\n\fHead   4\n4. Four.\n",
                   ".txt", "generic");
    assert_string_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->text, "The board meets each month.");
    assert_int_equal(count_kind(report, OFS_KIND_NOTE), 1);
    assert_string_equal(report->paragraphs[2].text, "1 This is a footnote.");
    assert_int_equal(report->paragraphs[2].page, 1);
    ofs_report_free(report);
}

static void a_letter_is_statements_between_greeting_and_farewell(void **state) {
    (void)state;
    ofs_report *report = parse_text("16 August 2018\n\nA Person\nDirector\n\nDear Person\n\nFocused visit to "
                                    "Somewhere local authority children\xE2\x80\x99s "
                                    "services\n\nThis letter summarises the findings of a focused visit "
                                    "to\nSomewhere on 24 and 25 July 2018. It "
                                    "was short.\n\nOverview\n\nChildren are seen.\n\nWhat needs to improve "
                                    "in this area of social work practice\n\n"
                                    "\xE2\x80\xA2 the recording of\nvisits\n\n\xE2\x80\xA2 "
                                    "plans\n\nFindings\n\nSecond statement.\n\nYours sincerely\n\nA Writer\n",
                                    ".txt", NULL);
    assert_string_equal(report->profile, "ofsted-visit-letter-2018");
    assert_string_equal(report->provider, "Somewhere");
    assert_date(report->published, "2018-08-16");
    assert_date(report->inspected_from, "2018-07-24");
    assert_date(report->inspected_to, "2018-07-25");
    assert_int_equal(report->section_count, 3);
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 2);
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        assert_null(p->number);
        if (p->kind == OFS_KIND_RECOMMENDATION && p->item == 1)
            assert_string_equal(p->text, "the recording of visits");
        if (strstr(p->text, "A Writer") || strstr(p->text, "Director"))
            assert_int_equal(p->kind, OFS_KIND_NOTE);
    }
    ofs_report_free(report);
}

static void an_unwrapped_text_has_a_paragraph_a_line(void **state) {
    (void)state;
    char text[4096], line[300];
    memset(line, 'a', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    (void)snprintf(text, sizeof text, "First %s.\nSecond %s.\nThird %s\n\ngoes on %s.\n", line, line, line,
                   line);
    ofs_report *report = parse_text(text, ".txt", "generic");
    assert_int_equal(report->paragraph_count, 3);
    assert_memory_equal(report->paragraphs[1].text, "Second", 6);
    assert_non_null(strstr(report->paragraphs[2].text, "a goes on a"));
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_break_does_not_cut_a_paragraph),
        cmocka_unit_test(running_heads_and_page_numbers_vanish_in_mid_sentence),
        cmocka_unit_test(hyphens_at_line_ends),
        cmocka_unit_test(bullets_stay_in_their_paragraph),
        cmocka_unit_test(recommendations_are_units_with_their_timescale),
        cmocka_unit_test(a_timescale_in_prose_is_prose),
        cmocka_unit_test(a_timescale_over_no_recommendation_is_text),
        cmocka_unit_test(numbered_recommendations_have_the_timescale_above_them),
        cmocka_unit_test(the_last_recommendation_keeps_its_timescale),
        cmocka_unit_test(a_legend_is_a_note_and_no_finding),
        cmocka_unit_test(footnotes_are_notes_behind_the_paragraph_they_interrupt),
        cmocka_unit_test(a_letter_is_statements_between_greeting_and_farewell),
        cmocka_unit_test(an_unwrapped_text_has_a_paragraph_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
