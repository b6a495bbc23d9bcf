/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents that no inspector wrote: long, deep, repetitive or nonsense. Each is read to a sound report, in
 * time that grows with its size (the test has a limit of its own that a quadratic step on so many lines would
 * pass).
 */
#include "tests/unit/report/parse_text.h"

enum { LINES = 100000 };

/* `count` times the line, then the tail. */
static char *repeat(const char *line, size_t count, const char *head) {
    size_t size = strlen(line), start = strlen(head);
    char *text = malloc(start + size * count + 1);
    assert_non_null(text);
    memcpy(text, head, start);
    for (size_t i = 0; i < count; i++)
        memcpy(text + start + i * size, line, size);
    text[start + size * count] = '\0';
    return text;
}

static void read_soundly(const char *text, const char *suffix, const char *profile) {
    ofs_report *report = parse_text(text, suffix, profile);
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        assert_true(report->paragraphs[i].text_size > 0);
        assert_true(report->paragraphs[i].section == OFS_NO_SECTION ||
                    report->paragraphs[i].section < report->section_count);
    }
    for (uint32_t i = 0; i < report->section_count; i++)
        assert_true(report->sections[i].depth >= 1 && report->sections[i].depth <= 8);
    assert_true(report->warning_count <= 201);
    ofs_report_free(report);
}

static void one_line_again_and_again(void **state) {
    (void)state;
    static const char *const lines[] = {"Contents\n",
                                        "1. One\n",
                                        "word-\n",
                                        "\xE2\x80\xA2 a\n",
                                        "Overall effectiveness\n\n",
                                        "\f7\n",
                                        "A B\n\n",
                                        "Good\tRequires\n",
                                        "Within a year:\n",
                                        "12\n",
                                        "Inspection dates:\n",
                                        "Dear all\n",
                                        "7\nFoo\n\f\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char *text = repeat(lines[i], LINES, "");
        read_soundly(text, ".txt", "ofsted-safeguarding-2009");
        free(text);
    }
}

static void long_lists_and_tables(void **state) {
    (void)state;
    char *text = repeat("\xE2\x80\xA2 an item of it\n", LINES, "1. One.\n2. Two.\n3. Three:\n");
    read_soundly(text, ".txt", "ofsted-safeguarding-2009");
    free(text);
    text = repeat("Quality of provision\n", LINES, "Record of main findings\n");
    read_soundly(text, ".txt", "ofsted-safeguarding-2009");
    free(text);
    text = repeat("Contents\nA heading of it 4\nAnother one 5\n", LINES / 3, "");
    read_soundly(text, ".txt", "ofsted-safeguarding-2009");
    free(text);
}

static void a_line_of_megabytes(void **state) {
    (void)state;
    char *text = repeat("12 January and ", 200000, "");
    read_soundly(text, ".txt", NULL);
    free(text);
    text = repeat("a", 5000000, "Inspection dates: ");
    read_soundly(text, ".txt", NULL);
    free(text);
}

static void headings_without_end(void **state) {
    (void)state;
    char *text = repeat("# H\n## H\n### H\n#### H\n##### H\n###### H\n####### H\n", 5000, "");
    read_soundly(text, ".md", "generic");
    free(text);
}

static void random_lines(void **state) {
    (void)state;
    static const char *const words[] = {"the",
                                        "children",
                                        "Good",
                                        "Grade 1 (Outstanding)",
                                        "Contents",
                                        "12.",
                                        "999.",
                                        "2014.",
                                        "Overall effectiveness",
                                        "\xE2\x80\xA2",
                                        "-",
                                        "missing",
                                        "\f",
                                        "Within three months:",
                                        "\n\n",
                                        "\xE2\x80\x93",
                                        "Published:",
                                        "29 May 2012",
                                        "Record of main findings",
                                        "**"};
    test_rng rng = test_rng_start(20260101);
    for (int round = 0; round < 30; round++) {
        char *text = malloc(LINES);
        assert_non_null(text);
        size_t used = 0;
        while (used + 64 < LINES / 4) {
            const char *word = words[test_rng_below(&rng, sizeof words / sizeof words[0])];
            used += (size_t)snprintf(text + used, 64, "%s%s", word, test_rng_chance(&rng, 25) ? "\n" : " ");
        }
        read_soundly(text, round % 5 ? ".txt" : ".md", round % 3 ? "ofsted-safeguarding-2009" : NULL);
        free(text);
    }
}

static void huge_numbers_are_no_paragraphs(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("4294967296. Text.\n\n4294967297. Text.\n\n99999999999999999999999. Text.\n\n0. No.\n",
                   ".txt", "generic");
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        assert_null(report->paragraphs[i].number);
    ofs_report_free(report);
}

static void warnings_have_a_limit(void **state) {
    (void)state;
    char *text = malloc(LINES);
    assert_non_null(text);
    size_t used = 0;
    for (int n = 1; n <= 996; n += 3)
        used += (size_t)snprintf(text + used, LINES - used, "%d. Text.\n\n%d. Text.\n\n", n, n + 1);
    ofs_report *report = parse_text(text, ".txt", "generic");
    assert_int_equal(report->warning_count, 201);
    assert_warned(report, "more doubts about this report than the 200 listed here");
    ofs_report_free(report);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_again_and_again),
        cmocka_unit_test(long_lists_and_tables),
        cmocka_unit_test(a_line_of_megabytes),
        cmocka_unit_test(headings_without_end),
        cmocka_unit_test(random_lines),
        cmocka_unit_test(huge_numbers_are_no_paragraphs),
        cmocka_unit_test(warnings_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
