/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same report from its PDF and from the texts that pdftotext makes of it in three ways: metadata, numbers
 * and judgements agree, and for the safeguarding reports sections, grades and recommendations as well.
 */
#include "tests/unit/report/parse_text.h"

/* The report of the PDF as converted with `mode` (NULL: none). */
static ofs_report *read_converted(const char *pdf, const char *mode, const char *directory) {
    char *text = test_format("%s/report.txt", directory);
    const char *with[] = {"pdftotext", mode, pdf, text, NULL}, *without[] = {"pdftotext", pdf, text, NULL};
    test_run run = test_run_program(mode ? with : without, NULL);
    if (run.status != 0)
        test_die("pdftotext %s %s: %s", mode ? mode : "", pdf, run.err);
    test_run_free(&run);
    ofs_report *report = read_report(text, NULL);
    free(text);
    return report;
}

static bool have_pdftotext(void) {
    const char *argv[] = {"sh", "-c", "command -v pdftotext", NULL};
    test_run run = test_run_program(argv, NULL);
    bool have = run.status == 0;
    test_run_free(&run);
    return have;
}

static void same_numbers(const ofs_report *a, const ofs_report *b) {
    uint32_t j = 0;
    for (uint32_t i = 0; i < a->paragraph_count; i++) {
        if (!a->paragraphs[i].number || a->paragraphs[i].item)
            continue;
        while (j < b->paragraph_count && (!b->paragraphs[j].number || b->paragraphs[j].item))
            j++;
        assert_true(j < b->paragraph_count);
        assert_string_equal(a->paragraphs[i].number, b->paragraphs[j].number);
        assert_int_equal(a->paragraphs[i].kind, b->paragraphs[j].kind);
        assert_int_equal(a->paragraphs[i].page, b->paragraphs[j].page);
        j++;
    }
}

static void same_judgements(const ofs_report *a, const ofs_report *b) {
    assert_int_equal(a->judgement_count, b->judgement_count);
    for (uint32_t i = 0; i < a->judgement_count; i++) {
        const ofs_judgement *x = &a->judgements[i], *y = &b->judgements[i];
        assert_int_equal(x->depth, y->depth);
        assert_string_equal(x->path[x->depth - 1], y->path[y->depth - 1]);
        assert_int_equal(x->grade.level, y->grade.level);
    }
}

static void same_sections(const ofs_report *a, const ofs_report *b) {
    char x[1024], y[1024];
    assert_int_equal(a->section_count, b->section_count);
    for (uint32_t i = 0; i < a->section_count; i++) {
        assert_string_equal(path_text(a->sections[i].path, a->sections[i].depth, x, sizeof x),
                            path_text(b->sections[i].path, b->sections[i].depth, y, sizeof y));
        assert_int_equal(a->sections[i].grade.level, b->sections[i].grade.level);
    }
    assert_int_equal(count_kind(a, OFS_KIND_PARAGRAPH), count_kind(b, OFS_KIND_PARAGRAPH));
    assert_int_equal(count_kind(a, OFS_KIND_RECOMMENDATION), count_kind(b, OFS_KIND_RECOMMENDATION));
    for (uint32_t i = 0, j = 0; i < a->paragraph_count; i++) {
        if (!a->paragraphs[i].timescale)
            continue;
        while (!b->paragraphs[j].timescale)
            j++;
        assert_string_equal(a->paragraphs[i].timescale, b->paragraphs[j].timescale);
        assert_int_equal(a->paragraphs[i].item, b->paragraphs[j].item);
        j++;
    }
}

static void texts_agree_with_their_pdf(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    if (!have_pdftotext()) {
        print_message("skipped: pdftotext is not on this machine\n");
        skip();
    }
    static const struct {
        const char *file;
        bool sections;
    } files[] = {
        {"lac_kent_2013-08-23_28b871", true},           {"lac_sandwell_2013-08-02_f0f605", true},
        {"ilacs_bury_2021-12-17_7a1156", true},         {"ilacs_cornwall_2019-11-05_0ce0e6", true},
        {"ilacs_dorset_2025-05-09_6843bb", true},       {"ilacs_essex_2019-01-07_16757e", true},
        {"sif_cheshire_east_2015-09-15_457d38", false}, {"sif_gateshead_2016-03-11_0cbafa", false},
        {"sif_norfolk_2015-10-20_5fb739", false},       {"sif_north_lincolnshire_2017-09-04_ab8bd0", false},
        {"sifre_birmingham_2016-11-25_86947f", false},
    };
    static const char *const modes[] = {NULL, "-layout", "-raw"};
    char *directory = test_temp_dir();
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        char *pdf = test_format("%s/reports/%s.pdf", corpus, files[f].file);
        ofs_report *report = read_report(pdf, NULL);
        for (size_t m = 0; m < 3; m++) {
            print_message("%s %s\n", files[f].file, modes[m] ? modes[m] : "");
            ofs_report *text = read_converted(pdf, modes[m], directory);
            assert_string_equal(report->profile, text->profile);
            assert_string_equal(report->provider, text->provider);
            assert_int_equal(report->inspected_from, text->inspected_from);
            assert_int_equal(report->inspected_to, text->inspected_to);
            assert_int_equal(report->published, text->published);
            assert_int_equal(report->pages, text->pages);
            same_numbers(report, text);
            same_judgements(report, text);
            if (files[f].sections)
                same_sections(report, text);
            ofs_report_free(text);
        }
        ofs_report_free(report);
        free(pdf);
    }
    test_temp_remove(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_agree_with_their_pdf)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
