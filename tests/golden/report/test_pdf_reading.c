/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real PDFs as lines: all are read but the one that is a web page, and the lines that matter stand as printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ofsearch/report.h>

#include "indexer/report/lines.h"
#include "tests/support/support.h"

typedef struct tally {
    size_t files, refused;
    uint64_t pages, lines;
} tally;

static void read_file(void *context, const char *path) {
    tally *t = context;
    size_t size = strlen(path);
    if (size < 4 || strcmp(path + size - 4, ".pdf") != 0)
        return;
    ofs_read_options options = {0};
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_error err;
    ofs_status status = ofsi_read_pdf(path, &options, &arena, &document, &err);
    t->files++;
    if (status != OFS_OK) {
        t->refused++;
        assert_int_equal(status, OFS_E_INPUT);
        assert_non_null(strstr(path, "badhtml_"));
        assert_non_null(strstr(err.message, "is an HTML page, not a PDF"));
    } else {
        assert_int_equal(document.replaced, 0);
        assert_true(document.page_count > 0);
        assert_true(document.line_count > 10 * document.page_count);
    }
    t->pages += document.page_count;
    t->lines += document.line_count;
    ofsi_arena_free(&arena);
}

static void every_real_pdf_is_read(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    tally t = {0};
    test_each_file(corpus, read_file, &t);
    print_message("%zu files, %zu refused, %llu pages, %llu lines\n", t.files, t.refused,
                  (unsigned long long)t.pages, (unsigned long long)t.lines);
    assert_int_equal(t.files, 119);
    assert_int_equal(t.refused, 1);
    assert_int_equal(t.pages, 1980);
}

typedef struct expected {
    uint32_t page;
    bool bold;
    float size;
    const char *text;
} expected;

/* The lines stand in this order, others between them. */
static void assert_holds(const char *name, const expected *lines, size_t count) {
    TEST_NEEDS(corpus, test_corpus);
    char *path = test_format("%s/reports/%s", corpus, name);
    ofs_read_options options = {0};
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_error err = {0};
    ofs_status status = ofsi_read_pdf(path, &options, &arena, &document, &err);
    if (status != OFS_OK)
        fail_msg("%s", err.message);
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        while (at < document.line_count && strcmp(document.lines[at].text.data, lines[i].text) != 0)
            at++;
        if (at == document.line_count)
            fail_msg("%s: no line \"%s\" behind the one before it", name, lines[i].text);
        assert_int_equal(document.lines[at].page, lines[i].page);
        assert_int_equal(document.lines[at].bold, lines[i].bold);
        assert_true(document.lines[at].size > lines[i].size - 0.2F &&
                    document.lines[at].size < lines[i].size + 0.2F);
    }
    ofsi_arena_free(&arena);
    free(path);
}

static void rows_of_judgements_are_lines(void **state) {
    (void)state;
    static const expected norfolk[] = {
        {1, false, 26, "Norfolk County Council"},
        {1, true, 14, "Inspection date: 6 July 2015 \xE2\x80\x93 30 July 2015"},
        {1, true, 12, "1. Children who need help and protection\tRequires improvement"},
        {1, true, 12, "2. Children looked after and achieving\tInadequate"},
        {1, true, 12, "permanence"},
        {1, false, 12, "2.1 Adoption performance\tRequires improvement"},
    };
    static const expected bury[] = {
        {1, true, 11, "Judgement\tGrade"},
        {1, false, 11, "The experiences and progress of children in\tRequires improvement to be good"},
        {1, false, 11, "care and care leavers"},
    };
    assert_holds("sif_norfolk_2015-10-20_5fb739.pdf", norfolk, sizeof norfolk / sizeof norfolk[0]);
    assert_holds("ilacs_bury_2021-12-17_7a1156.pdf", bury, sizeof bury / sizeof bury[0]);
}

static void columns_and_bullets_stay_in_reading_order(void **state) {
    (void)state;
    static const expected school[] = {
        {1, true, 10, "Overall effectiveness\tGood"},
        {1, false, 10, "\xE2\x80\xA2 Strong and purposeful leadership combined"},
        {1, false, 10, "with well-focused support from leaders of the"},
        {1, false, 10, "reasoning when solving problems."},
        {1, false, 10, "\xE2\x80\xA2 Teaching assistants make an effective"},
        {1, false, 10, "contribution to pupils\xE2\x80\x99 learning."},
    };
    assert_holds("school_rough_hay_primary_2016-11.pdf", school, sizeof school / sizeof school[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_real_pdf_is_read),
        cmocka_unit_test(rows_of_judgements_are_lines),
        cmocka_unit_test(columns_and_bullets_stay_in_reading_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
