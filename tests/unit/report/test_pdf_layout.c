/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of a PDF page to lines: rows, columns, labels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/report/pdf_layout.h"
#include "tests/support/support.h"

enum { ROW = 14, SIZE = 12 };

/* A run of `text` at x, its box on the row that begins `y` points from the top; 6 points a character. */
static ofsi_pdf_run at(float x, float y, const char *text) {
    size_t size = strlen(text);
    return (ofsi_pdf_run){.text = {text, size},
                          .x0 = x,
                          .y0 = y,
                          .x1 = x + 6.0F * (float)size,
                          .y1 = y + ROW,
                          .size = SIZE,
                          .letters = (uint32_t)size};
}

/* Poppler's line numbers: each run on one of its own. */
static void assert_lines(ofsi_pdf_run *runs, size_t count, const char *const *expected) {
    ofsi_arena arena = {0};
    ofsi_line_list lines = {0};
    for (size_t i = 0; i < count; i++)
        runs[i].line = (uint32_t)i;
    assert_true(ofsi_pdf_layout(runs, count, 7, &arena, &lines));
    size_t n = 0;
    for (; expected[n]; n++) {
        assert_true(n < lines.count);
        assert_string_equal(lines.items[n].text.data, expected[n]);
        assert_int_equal(lines.items[n].page, 7);
        assert_int_equal(lines.items[n].page_start, n == 0);
    }
    assert_int_equal(lines.count, n);
    free(lines.items);
    ofsi_arena_free(&arena);
}
#define ASSERT_LINES(runs, ...)                                                                              \
    assert_lines(runs, sizeof(runs) / sizeof(runs)[0], (const char *const[]){__VA_ARGS__, NULL})

static void a_label_and_its_value_are_one_line(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(60, 100, "Overall effectiveness"), at(300, 100, "Good"),
                           at(60, 130, "Outcomes for pupils"), at(300, 131, "Requires improvement")};
    ASSERT_LINES(runs, "Overall effectiveness\tGood", "Outcomes for pupils\tRequires improvement");
}

static void a_value_finds_the_row_beside_it_behind_a_wrapped_label(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(60, 100, "The experiences and"),
                           at(60, 114, "progress of"),
                           at(60, 128, "care leavers"),
                           at(300, 100, "Good"),
                           at(60, 160, "Overall"),
                           at(60, 174, "effectiveness"),
                           at(300, 167, "Outstanding")};
    ASSERT_LINES(runs, "The experiences and\tGood", "progress of", "care leavers", "Overall\tOutstanding",
                 "effectiveness");
}

static void a_narrow_gap_before_a_known_column_is_a_tab(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(60, 100, "Label"), at(306, 100, "Grade"),
                           at(60, 120, "The experiences and progress of childre"), at(306, 120, "Good")};
    ASSERT_LINES(runs, "Label\tGrade", "The experiences and progress of childre\tGood");
    ofsi_pdf_run alone[] = {at(60, 100, "Published:"), at(136, 100, "2012")};
    ASSERT_LINES(alone, "Published: 2012");
}

static void a_number_stands_in_front_of_its_text(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {
        at(60, 100, "12."),
        at(120, 100, "The council has improved the timeliness of its assessments since then."),
        at(120, 114, "It knows its weaknesses."), at(120, 140, "\xE2\x80\xA2"), at(170, 140, "a bullet")};
    ASSERT_LINES(runs, "12. The council has improved the timeliness of its assessments since then.",
                 "It knows its weaknesses.", "\xE2\x80\xA2 a bullet");
    ofsi_pdf_run late[] = {at(120, 100, "The text came first."), at(90, 100, "13.")};
    ASSERT_LINES(late, "13. The text came first.");
}

/* Poppler may read a number, the rest of the paragraph above, and only then the number's text. */
static void a_number_goes_to_its_text_when_that_comes_later(void **state) {
    (void)state;
    static const char text[] = "Children in care have plans that are clear, and most know what they say.";
    ofsi_pdf_run runs[] = {at(72, 100, "16."),         at(108, 100, text),
                           at(72, 170, "17."),         at(108, 114, "Second line"),
                           at(108, 128, "Third line"), at(108, 142, "Fourth line"),
                           at(108, 156, "Fifth line"), at(108, 170, text)};
    char wanted[2][128];
    (void)snprintf(wanted[0], sizeof wanted[0], "16. %s", text);
    (void)snprintf(wanted[1], sizeof wanted[1], "17. %s", text);
    ASSERT_LINES(runs, wanted[0], "Second line", "Third line", "Fourth line", "Fifth line", wanted[1]);
}

static void the_mark_of_a_footnote_read_last_goes_before_its_first_line(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(78, 700, "This footnote says what the framework"),
                           at(71, 714, "is, and where it"), at(71, 728, "can be had."), at(71, 700, "1"),
                           at(518, 742, "2")};
    runs[3].y1 = 708;
    ASSERT_LINES(runs, "1 This footnote says what the framework", "is, and where it", "can be had.", "2");
}

static void a_page_number_drawn_first_comes_last(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(300, 800, "26"), at(71, 100, "The text of the page"),
                           at(71, 114, "goes on here."), at(71, 128, "7")};
    ASSERT_LINES(runs, "The text of the page", "goes on here.", "7", "26");
}

static void columns_of_prose_stay_apart(void **state) {
    (void)state;
    static const char left[] = "with well-focused support from the leaders of the";
    static const char right[] = "school is good. Their attitudes to learning are so";
    ofsi_pdf_run runs[] = {at(10, 100, left), at(10, 114, left), at(320, 100, right), at(320, 114, right)};
    ASSERT_LINES(runs, left, left, right, right);
}

static void contents_get_their_page_numbers(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(60, 100, "Summary"),     at(60, 114, "Findings"), at(60, 128, "Leadership"),
                           at(60, 142, "Information"), at(60, 156, "Annex"),    at(400, 100, "2"),
                           at(400, 114, "4"),          at(400, 128, "11"),      at(400, 156, "120")};
    ASSERT_LINES(runs, "Summary\t2", "Findings\t4", "Leadership\t11", "Information", "Annex\t120");
}

static void the_look_of_a_line_is_that_of_most_of_it(void **state) {
    (void)state;
    ofsi_pdf_run runs[] = {at(60, 100, "Inspection dates:"), at(180, 100, "8"), at(60, 120, "plain")};
    runs[0].bold = 16;
    runs[1].size = 8;
    runs[2].italic = 5;
    ofsi_arena arena = {0};
    ofsi_line_list lines = {0};
    assert_true(ofsi_pdf_layout(runs, 3, 1, &arena, &lines));
    assert_int_equal(lines.count, 2);
    assert_true(lines.items[0].bold);
    assert_false(lines.items[0].italic);
    assert_true(lines.items[0].size > 11 && lines.items[0].size < 13);
    assert_true(lines.items[0].x0 > 59 && lines.items[0].x1 < 187);
    assert_true(lines.items[1].italic);
    assert_false(lines.items[1].bold);
    free(lines.items);
    ofsi_arena_free(&arena);
}

static void boxes_without_size_do_no_harm(void **state) {
    (void)state;
    ofsi_pdf_run runs[200];
    for (size_t i = 0; i < 200; i++) {
        runs[i] = (ofsi_pdf_run){.text = {"1", 1}, .x0 = 1e6F, .x1 = 1e6F, .line = (uint32_t)i};
        if (i % 3 == 0)
            runs[i].x0 = runs[i].x1 = -1e6F;
    }
    ofsi_arena arena = {0};
    ofsi_line_list lines = {0};
    assert_true(ofsi_pdf_layout(runs, 200, 1, &arena, &lines));
    size_t ones = 0;
    for (size_t i = 0; i < lines.count; i++)
        for (size_t c = 0; c < lines.items[i].text.size; c++)
            ones += lines.items[i].text.data[c] == '1';
    assert_int_equal(ones, 200);
    free(lines.items);
    ofsi_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_and_its_value_are_one_line),
        cmocka_unit_test(a_value_finds_the_row_beside_it_behind_a_wrapped_label),
        cmocka_unit_test(a_narrow_gap_before_a_known_column_is_a_tab),
        cmocka_unit_test(a_number_stands_in_front_of_its_text),
        cmocka_unit_test(a_number_goes_to_its_text_when_that_comes_later),
        cmocka_unit_test(the_mark_of_a_footnote_read_last_goes_before_its_first_line),
        cmocka_unit_test(a_page_number_drawn_first_comes_last),
        cmocka_unit_test(columns_of_prose_stay_apart),
        cmocka_unit_test(contents_get_their_page_numbers),
        cmocka_unit_test(the_look_of_a_line_is_that_of_most_of_it),
        cmocka_unit_test(boxes_without_size_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
