/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page is read as its reader sees it: headings, numbered lists, tables; without what stands around it. */
#include "tests/unit/report/parse_text.h"

static const char cover[] =
    "<h1>Inspection of Ashcombe local authority children\xE2\x80\x99s services</h1>"
    "<p><b>Inspection dates:</b> 4 to 15 March 2024<br>Lead inspector: Jane Roe, HMI</p>";

static ofs_report *parse_page(const char *body) {
    char *page = test_format("<!DOCTYPE html><title>Not this</title><body>%s", body);
    ofs_report *report = parse_text(page, ".html", NULL);
    free(page);
    return report;
}

static void a_report_as_a_page_is_a_report(void **state) {
    (void)state;
    char *body = test_format(
        "<nav>Navigation</nav><main>%s<table><tr><th>Judgement<th>Grade<tr><td><p>The experiences and "
        "progress of "
        "children in "
        "care</p><td>Good<tr><td>Overall effectiveness<td>Requires improvement to be good</table>"
        "<h2>What needs to improve?</h2><ul><li>The timeliness of <em>visits</em>.<li>Plans.<ul><li>for "
        "all</ul></ul>"
        "<h2>The experiences and progress of children in care: good</h2>"
        "<ol><li><p>Children do&nbsp;well.</p><li>Homes\n are stable.</ol><ol start=3><li>Third.</ol>"
        "<script>document.write('no')</script></main><footer>Crown copyright</footer>",
        cover);
    ofs_report *report = parse_page(body);
    assert_string_equal(report->profile, "ofsted-ilacs-2018");
    assert_string_equal(report->provider, "Ashcombe");
    assert_string_equal(report->lead_inspector, "Jane Roe");
    assert_date(report->inspected_from, "2024-03-04");
    assert_int_equal(report->judgement_count, 2);
    assert_string_equal(report->judgements[1].grade.label, "Requires improvement");
    assert_int_equal(count_kind(report, OFS_KIND_RECOMMENDATION), 2);
    assert_string_equal(unit_of(report, "1", OFS_KIND_PARAGRAPH)->text, "Children do well.");
    assert_string_equal(unit_of(report, "2", OFS_KIND_PARAGRAPH)->text, "Homes are stable.");
    const ofs_paragraph *third = unit_of(report, "3", OFS_KIND_PARAGRAPH);
    assert_string_equal(third->text, "Third.");
    assert_section(report, third, "The experiences and progress of children in care", "Good");
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        assert_null(strstr(report->paragraphs[i].text, "Navigation"));
        assert_null(strstr(report->paragraphs[i].text, "Crown"));
        assert_null(strstr(report->paragraphs[i].text, "document.write"));
    }
    assert_int_equal(report->pages, 0);
    ofs_report_free(report);
    free(body);
}

/* Latin-1 without a word about it, and with one; UTF-8 that says it is something else. */
static void letters_come_through_in_any_encoding(void **state) {
    (void)state;
    static const char *const pages[] = {
        "<body><h1>Caf\xE9 society</h1><p>It cost \x80 5 \x96 no more than that, said the owner of it.</p>",
        "<meta charset=iso-8859-1><body><h1>Caf\xE9 society</h1><p>It cost &euro; 5 &ndash; no more than "
        "that, said the "
        "owner of it.</p>",
        "<meta charset=latin1><body><h1>Caf\xC3\xA9 society</h1><p>It cost \xE2\x82\xAC 5 \xE2\x80\x93 no "
        "more than that, "
        "said the owner of it.</p>"};
    for (size_t i = 0; i < 3; i++) {
        ofs_report *report = parse_text(pages[i], ".htm", "generic");
        assert_string_equal(report->title, "Caf\xC3\xA9 society");
        assert_string_equal(report->paragraphs[report->paragraph_count - 1].text,
                            "It cost \xE2\x82\xAC 5 \xE2\x80\x93 no more than that, said the owner of it.");
        ofs_report_free(report);
    }
}

/* A table that only places things is no table. */
static void prose_in_a_table_is_prose(void **state) {
    (void)state;
    ofs_report *report =
        parse_page("<h1>Review of homes</h1><table><tr><td><p>The first paragraph has much to say about the "
                   "homes, and takes its time "
                   "to say it, so that nobody would hold it for a short cell of a table of figures, which it "
                   "is not, however it is "
                   "placed on the page by its author.</p><td><p>The second stands beside it.</p></table>");
    assert_int_equal(count_kind(report, OFS_KIND_STATEMENT), 2);
    ofs_report_free(report);
}

static void what_is_no_page_is_refused(void **state) {
    (void)state;
    static const char *const pages[] = {"   \n ", "<html><body><script>1</script></body></html>", "<!-- -->"};
    char *folder = test_temp_dir(), *path = test_format("%s/a.html", folder);
    for (size_t i = 0; i < 3; i++) {
        ofs_error err = {0};
        ofs_report *report = NULL;
        test_write_text(path, pages[i]);
        assert_int_equal(ofs_report_read(path, NULL, keep_report, &report, &err), OFS_E_INPUT);
        assert_non_null(strstr(err.message, "a.html"));
    }
    free(path);
    test_temp_remove(folder);
}

static void assert_text_has(const ofs_report *report, const char *text) {
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        if (strstr(report->paragraphs[i].text, text))
            return;
    test_die("no text has \"%s\"", text);
}

/* A page in a form, its title in a header; a main part that is empty; no heading but the title. */
static void the_text_is_found_wherever_it_stands(void **state) {
    (void)state;
    ofs_report *report = parse_text("<body><form><header><h1>Review of homes</h1></header><p>Some words of "
                                    "the review.</p><form><p>Rate us</p></form></form></body>",
                                    ".html", "generic");
    assert_string_equal(report->title, "Review of homes");
    assert_text_has(report, "Some words of the review.");
    ofs_report_free(report);
    report = parse_text("<title>Review of homes</title><body><main></main><p>Some words of it.</p></body>",
                        ".html", "generic");
    assert_string_equal(report->title, "Review of homes");
    assert_text_has(report, "Some words of it.");
    ofs_report_free(report);
    report = parse_text("<body><h1>Review</h1><main><h1>Review of homes</h1><p>Some words of it.</p><aside>"
                        "See also</aside><form>Tell us</form></main></body>",
                        ".html", "generic");
    assert_string_equal(report->title, "Review of homes");
    assert_int_equal(report->paragraph_count, 1);
    ofs_report_free(report);
}

/* A paragraph that is bold as a whole is a heading; one with some bold words is none. */
static void bold_lines_are_headings(void **state) {
    (void)state;
    ofs_report *report = parse_text(
        "<h1>Review of homes</h1><p><strong>How children live</strong></p><p><b>Most</b> live well, and say "
        "so.</p><p><span style='font-weight: bold'>What comes next</span></p><p>There is a plan for it.</p>",
        ".html", "generic");
    assert_int_equal(report->section_count, 2);
    assert_section(report, &report->paragraphs[0], "How children live", NULL);
    assert_section(report, &report->paragraphs[1], "What comes next", NULL);
    ofs_report_free(report);
}

/* In the encoding that the page says, in UTF-16, and in one that the page cannot be in. */
static void other_encodings_are_converted(void **state) {
    (void)state;
    static const char greek[] = "<meta charset='iso-8859-7'><h1>Review \xE1\xE2</h1><p>Some words of it.</p>";
    static const char wrong[] = "<meta charset='utf-16le'><h1>Caf\xE9 review</h1><p>Some words of it.</p>";
    static const char wide[] = "\xFF\xFE<\0h\0\x31\0>\0C\0a\0f\0\xE9\0<\0/\0h\0\x31\0>\0<\0p\0>\0I\0t\0.\0";
    ofs_report *report = parse_text(greek, ".html", "generic");
    assert_string_equal(report->title, "Review \xCE\xB1\xCE\xB2");
    ofs_report_free(report);
    report = parse_text(wrong, ".html", "generic");
    assert_string_equal(report->title, "Caf\xC3\xA9 review");
    assert_text_has(report, "Some words of it.");
    ofs_report_free(report);
    char *folder = test_temp_dir(), *path = test_format("%s/a.html", folder);
    test_write_file(path, wide, sizeof wide - 1);
    report = read_report(path, "generic");
    assert_string_equal(report->title, "Caf\xC3\xA9");
    ofs_report_free(report);
    /* A NUL among the words ends nothing. */
    static const char nul[] = "<h1>Review of homes</h1><p>Some\0 words</p><p>and more of them.</p>";
    test_write_file(path, nul, sizeof nul - 1);
    report = read_report(path, "generic");
    assert_text_has(report, "and more of them.");
    ofs_report_free(report);
    free(path);
    test_temp_remove(folder);
}

static void assert_limit(const char *page, const char *reason) {
    char *folder = test_temp_dir(), *path = test_format("%s/a.html", folder);
    ofs_error err = {0};
    ofs_report *report = NULL;
    test_write_text(path, page);
    assert_int_equal(ofs_report_read(path, NULL, keep_report, &report, &err), OFS_E_LIMIT);
    if (!strstr(err.message, path) || !strstr(err.message, reason))
        test_die("\"%s\" does not say \"%s\"", err.message, reason);
    free(path);
    test_temp_remove(folder);
}

/* What would keep the parser for minutes, or have it drop words without a word about it. */
static void what_costs_too_much_is_refused(void **state) {
    (void)state;
    enum { MANY = 30000, DEEP = 300 };
    char *page = malloc(MANY * 8 + 100), *at = page;
    assert_non_null(page);
    at += sprintf(at, "<p ");
    for (int i = 0; i < MANY; i++)
        at += sprintf(at, "a%d ", i);
    (void)sprintf(at, ">Words.</p>");
    assert_limit(page, "attributes");
    at = page;
    for (int i = 0; i < DEEP; i++)
        at += sprintf(at, "<div>");
    (void)sprintf(at, "<p>Words at the bottom.</p>");
    assert_limit(page, "256 elements in one another");
    free(page);
}

/* Nested as deep as it is long: no stack is used up. */
static void a_deep_page_is_refused(void **state) {
    (void)state;
    enum { DEEP = 50000 };
    char *page = malloc(DEEP * 5 + 100), *at = page;
    assert_non_null(page);
    for (int i = 0; i < DEEP; i++, at += 5)
        memcpy(at, "<div>", 5);
    strcpy(at, "<p>Words at the bottom of it all, and enough of them.</p>");
    char *folder = test_temp_dir(), *path = test_format("%s/a.html", folder);
    ofs_error err = {0};
    ofs_report *report = NULL;
    test_write_text(path, page);
    ofs_status status = ofs_report_read(path, NULL, keep_report, &report, &err);
    assert_int_equal(status, OFS_E_LIMIT);
    free(path);
    test_temp_remove(folder);
    free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_as_a_page_is_a_report),
        cmocka_unit_test(letters_come_through_in_any_encoding),
        cmocka_unit_test(prose_in_a_table_is_prose),
        cmocka_unit_test(what_is_no_page_is_refused),
        cmocka_unit_test(the_text_is_found_wherever_it_stands),
        cmocka_unit_test(bold_lines_are_headings),
        cmocka_unit_test(other_encodings_are_converted),
        cmocka_unit_test(what_costs_too_much_is_refused),
        cmocka_unit_test(a_deep_page_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
