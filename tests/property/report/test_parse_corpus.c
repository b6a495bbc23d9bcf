/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds for every real report and every sample: numbers ascend, pages never go back, no unit is empty, section numbers
 * are valid, texts have no control characters, and the words of the units are words of the file, in its
 * order.
 */
#include "tests/property/report/read_file.h"
#include "tests/unit/report/parse_text.h"

typedef struct corpus_tally {
    uint32_t files, refused, units;
    uint32_t least_kept; /* per cent of the letters that are in units: the cover is most of a short sample */
    bool nameless;       /* a children's home is not named in its report */
} corpus_tally;

static void pages_and_numbers_ascend(const ofs_report *report) {
    uint32_t page = 0;
    long number = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        /* A footnote stands on the page it is printed on, behind the paragraph it interrupts. */
        if (p->kind != OFS_KIND_NOTE) {
            assert_true(p->page >= page);
            page = p->page;
        }
        assert_true(p->page <= report->pages);
        assert_true((p->page == 0) == (report->pages == 0));
        if (p->number) {
            long n = strtol(p->number, NULL, 10);
            assert_true(n >= number || n == 1);
            number = n;
        }
    }
}

static void units_are_sound(const ofs_report *report) {
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        assert_true(p->section == OFS_NO_SECTION || p->section < report->section_count);
        assert_true(p->text_size > 0 && strlen(p->text) == p->text_size);
        assert_true(p->kind != OFS_KIND_RECOMMENDATION || p->section != OFS_NO_SECTION);
        assert_true(p->text[0] != ' ' && p->text[p->text_size - 1] != ' ' &&
                    p->text[p->text_size - 1] != '\n');
        for (size_t b = 0; b < p->text_size; b++)
            assert_true((unsigned char)p->text[b] >= 0x20 || p->text[b] == '\n');
    }
    for (uint32_t i = 0; i < report->section_count; i++) {
        const ofs_section *s = &report->sections[i];
        assert_true(s->depth > 0);
        for (uint32_t d = 0; d < s->depth; d++)
            assert_true(s->path[d][0] != '\0');
        assert_true((s->grade.label != NULL) == (s->grade.level > 0));
        assert_true(s->grade.level <= s->grade.levels);
    }
}

/* Letters and digits alone, so that blanks, hyphens and bullets of the joining do not matter. */
static size_t plain(const char *text, size_t size, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out[used++] = c;
    }
    return used;
}

/* The document's letters and digits in one piece; its size in *size. The caller's. */
static char *plain_document(const ofsi_document *document, size_t *size) {
    size_t total = 1;
    for (uint32_t i = 0; i < document->line_count; i++)
        total += document->lines[i].text.size;
    char *all = malloc(total);
    assert_non_null(all);
    *size = 0;
    for (uint32_t i = 0; i < document->line_count; i++)
        *size += plain(document->lines[i].text.data, document->lines[i].text.size, all + *size);
    return all;
}

/*
 * Each unit but a note begins in the file behind the beginning of the one before; little of the file is in no
 * unit.
 */
static void words_keep_their_order(const ofs_report *report, const ofsi_document *document,
                                   uint32_t least_kept) {
    enum { START = 24, CELL_START = 12 };
    size_t size, at = 0, kept = 0;
    char *all = plain_document(document, &size);
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        char *words = malloc(p->text_size + 1);
        assert_non_null(words);
        size_t count = plain(p->text, p->text_size, words);
        kept += count;
        const char *found = NULL;
        if (p->kind != OFS_KIND_NOTE && count) {
            found = memmem(all + at, size - at, words, count < START ? count : START);
            /* A table is read by its cells, of which a file may hold one column before the other. */
            if (!found && p->kind == OFS_KIND_RECOMMENDATION)
                found = memmem(all, size, words, count < CELL_START ? count : CELL_START);
            if (!found)
                test_die("%s: the unit \"%.60s\" is not where it should be", report->path, p->text);
            at = (size_t)(found - all) < at ? at : (size_t)(found - all) + 1;
        }
        free(words);
    }
    if (kept * 100 < size * least_kept)
        test_die("%s: of %zu letters only %zu are in units", report->path, size, kept);
    assert_true(kept <= size);
    free(all);
}

static void check_file(void *context, const char *path) {
    corpus_tally *tally = context;
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_error err = {0};
    ofs_report *report = NULL;
    if (!is_report_file(path))
        return;
    ofs_status status = read_file(path, &arena, &document, &err);
    tally->files++;
    if (status != OFS_OK) {
        assert_int_equal(status, OFS_E_INPUT);
        tally->refused++;
        ofsi_arena_free(&arena);
        return;
    }
    if (ofsi_parse_document(&document, path, NULL, &report, &err) != OFS_OK)
        test_die("%s: %s", path, err.message);
    pages_and_numbers_ascend(report);
    units_are_sound(report);
    words_keep_their_order(report, &document, tally->least_kept);
    assert_non_null(report->title);
    assert_true(report->provider || tally->nameless);
    assert_true(report->inspected_from != OFS_NO_DATE);
    assert_true(report->inspected_from <= report->inspected_to);
    assert_true(report->published == OFS_NO_DATE || report->published > report->inspected_to);
    tally->units += report->paragraph_count;
    ofs_report_free(report);
    ofsi_arena_free(&arena);
}

static void every_real_report_is_sound(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    corpus_tally tally = {.least_kept = 85};
    test_each_file(corpus, check_file, &tally);
    print_message("%u files, %u refused, %u units\n", tally.files, tally.refused, tally.units);
    assert_true(tally.files >= 100);
    assert_true(tally.refused <= 1);
    assert_true(tally.units > 60 * tally.files / 2);
}

static void every_sample_is_sound(void **state) {
    (void)state;
    char *samples = test_format("%s/corpus", test_source());
    corpus_tally tally = {.least_kept = 65, .nameless = true};
    test_each_file(samples, check_file, &tally);
    free(samples);
    assert_true(tally.files >= 20);
    assert_int_equal(tally.refused, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_sample_is_sound),
                                       cmocka_unit_test(every_real_report_is_sound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
