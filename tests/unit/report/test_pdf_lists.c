/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two lists side by side on a PDF page: the left one is read first, and nothing else is taken for such lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/report/pdf_layout.h"
#include "tests/support/support.h"

enum { MOST = 64, SIZE = 12 };

typedef struct page {
    ofsi_pdf_run runs[MOST];
    size_t count;
} page;

/* A run at x whose top is at y; the boxes of two lines of a text touch at 14.5 points; 6 points a character. */
static void put(page *p, float x, float y, const char *text) {
    size_t size = strlen(text);
    assert_true(p->count < MOST);
    p->runs[p->count] = (ofsi_pdf_run){.text = {text, size},
                                       .x0 = x,
                                       .y0 = y,
                                       .x1 = x + 6.0F * (float)size,
                                       .y1 = y + 14.5F,
                                       .size = SIZE,
                                       .letters = (uint32_t)size,
                                       .line = (uint32_t)p->count};
    p->count++;
}

static void put_bold(page *p, float x, float y, const char *text) {
    put(p, x, y, text);
    p->runs[p->count - 1].bold = p->runs[p->count - 1].letters;
}

static void assert_page(const page *p, const char *expected) {
    ofsi_arena arena = {0};
    ofsi_line_list lines = {0};
    char got[4096] = "";
    assert_true(ofsi_pdf_layout(p->runs, p->count, 1, &arena, &lines));
    for (size_t i = 0; i < lines.count; i++) {
        size_t used = strlen(got);
        (void)snprintf(got + used, sizeof got - used, "%s%s", used ? " | " : "", lines.items[i].text.data);
    }
    assert_string_equal(got, expected);
    free(lines.items);
    ofsi_arena_free(&arena);
}

#define PROSE "This inspection was carried out at the request of the Secretary of State."

/* The order of runs is that of a reader who goes by height alone. */
static void the_left_list_is_read_first(void **state) {
    (void)state;
    page p = {0};
    put_bold(&p, 56, 70, "Local area partnership details");
    put_bold(&p, 62, 100, "Local authority");
    put_bold(&p, 288, 101, "Integrated care board");
    put(&p, 62, 115, "Borough Council of");
    put(&p, 288, 115, "Health Board of the North");
    put(&p, 62, 129.5F, "Somewhere");
    put(&p, 62, 144.5F, "Director of Services");
    put(&p, 288, 144.5F, "Chief Executive");
    put_bold(&p, 62, 175, "Information about this inspection");
    put(&p, 62, 200, PROSE);
    assert_page(&p, "Local area partnership details | Local authority | Borough Council of | Somewhere | "
                    "Director of Services | Integrated care board | Health Board of the North | "
                    "Chief Executive | Information about this inspection | " PROSE);
}

static void a_longer_left_list_stays_whole(void **state) {
    (void)state;
    page p = {0};
    put_bold(&p, 62, 100, "Ofsted");
    put_bold(&p, 297, 100, "Care Quality Commission");
    put(&p, 62, 120, "Ann Arrow, lead inspector");
    put(&p, 297, 120, "Ben Barrow, inspector");
    put(&p, 62, 140, "Cleo Carrow, inspector");
    put(&p, 297, 140, "Dan Darrow, inspector");
    put(&p, 62, 160, "Eve Earrow, inspector");
    put(&p, 62, 600, "Running foot");
    put(&p, 440, 600, "and the page's end at the right");
    assert_page(&p, "Ofsted | Ann Arrow, lead inspector | Cleo Carrow, inspector | Eve Earrow, inspector | "
                    "Care Quality Commission | Ben Barrow, inspector | Dan Darrow, inspector | "
                    "Running foot\tand the page's end at the right");
}

static void a_table_of_judgements_stays_rows(void **state) {
    (void)state;
    page p = {0};
    put_bold(&p, 62, 100, "Judgement");
    put_bold(&p, 300, 100, "Grade");
    put(&p, 62, 120, "The experiences and progress of");
    put(&p, 62, 134.5F, "care leavers");
    put(&p, 300, 120, "Outstanding");
    put(&p, 62, 155, "The impact of leaders on practice");
    put(&p, 300, 155, "Requires improvement to be good");
    put(&p, 62, 175, "Overall effectiveness");
    put(&p, 300, 175, "Requires improvement to be good");
    put(&p, 62, 215, PROSE);
    assert_page(&p, "Judgement\tGrade | The experiences and progress of\tOutstanding | care leavers | "
                    "The impact of leaders on practice\tRequires improvement to be good | "
                    "Overall effectiveness\tRequires improvement to be good | " PROSE);
}

/* Two beside two, with room for a pen's stroke under the heads, and a head over two lines. */
static void signatures_are_read_one_after_the_other(void **state) {
    (void)state;
    page p = {0};
    put_bold(&p, 76, 100, "Ofsted");
    put_bold(&p, 308, 100, "Care Quality Commission");
    put(&p, 76, 190, "Ann Arrow");
    put(&p, 308, 191.5F, "Ben Barrow");
    put(&p, 76, 210, "Director, Social Care");
    put(&p, 308, 211.5F, "Deputy Chief Inspector");
    put_bold(&p, 76, 256, "Constabulary and Fire & Rescue");
    put_bold(&p, 308, 256, "Probation");
    put_bold(&p, 76, 271, "Services");
    put(&p, 76, 370, "Cleo Carrow");
    put(&p, 308, 372, "Dan Darrow");
    put(&p, 76, 390, "Her Majesty's Inspector");
    put(&p, 308, 392, "Assistant Chief Inspector");
    put(&p, 70, 500, PROSE);
    assert_page(&p, "Ofsted | Ann Arrow | Director, Social Care | Care Quality Commission | Ben Barrow | "
                    "Deputy Chief Inspector | Constabulary and Fire & Rescue | Services | Cleo Carrow | "
                    "Her Majesty's Inspector | Probation | Dan Darrow | Assistant Chief Inspector | " PROSE);
}

static void labels_in_bold_are_no_head(void **state) {
    (void)state;
    page p = {0};
    put_bold(&p, 62, 100, "Registered provider");
    put(&p, 300, 100, "Council of Somewhere");
    put_bold(&p, 62, 120, "Registered manager");
    put(&p, 300, 120, "Nobody at the moment");
    put_bold(&p, 62, 140, "Responsible person");
    put(&p, 300, 140, "Somebody by name");
    assert_page(&p, "Registered provider\tCouncil of Somewhere | Registered manager\tNobody at the moment | "
                    "Responsible person\tSomebody by name");
}

/* Thousands of runs at a few heights: neither slow nor lossy. */
static void a_page_full_of_runs_loses_none(void **state) {
    (void)state;
    enum { MANY = 20000 };
    ofsi_pdf_run *runs = calloc(MANY, sizeof *runs);
    ofsi_arena arena = {0};
    ofsi_line_list lines = {0};
    size_t letters = 0;
    assert_non_null(runs);
    for (uint32_t i = 0; i < MANY; i++) {
        float x = i % 2 ? 300 : 60, y = (float)(i % 97) * 3;
        runs[i] = (ofsi_pdf_run){.text = {"some words", 10},
                                 .x0 = x,
                                 .y0 = y,
                                 .x1 = x + 60,
                                 .y1 = y + (float)(i % 5) * 7,
                                 .size = SIZE,
                                 .letters = 9,
                                 .bold = i % 3 ? 9 : 0,
                                 .line = i};
    }
    assert_true(ofsi_pdf_layout(runs, MANY, 1, &arena, &lines));
    for (size_t i = 0; i < lines.count; i++)
        for (size_t c = 0; c < lines.items[i].text.size; c++)
            letters += lines.items[i].text.data[c] >= 'a';
    assert_int_equal(letters, MANY * 9);
    free(lines.items);
    free(runs);
    ofsi_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_left_list_is_read_first),
        cmocka_unit_test(a_longer_left_list_stays_whole),
        cmocka_unit_test(a_table_of_judgements_stays_rows),
        cmocka_unit_test(signatures_are_read_one_after_the_other),
        cmocka_unit_test(labels_in_bold_are_no_head),
        cmocka_unit_test(a_page_full_of_runs_loses_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
