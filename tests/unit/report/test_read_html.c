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

/* Nested as deep as it is long: no stack is used up. */
static void a_deep_page_is_read_or_refused(void **state) {
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
    assert_true(status == OFS_OK || status == OFS_E_INPUT);
    ofs_report_free(report);
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
        cmocka_unit_test(a_deep_page_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
