/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nothing of a report is lost, doubled or moved: over all real reports and the samples, the words of the lines that became
 * text are the words of the units, each once and in the order of the pages (a footnote or a table of contents behind the
 * paragraph it interrupts), and those of each timescale are a recommendation's or text; no heading or timescale is cut out of
 * a sentence or takes a bullet in; and what was left out as furniture is printed again and again, or a page number, or named by the profile, or in type that
 * nobody can read.
 */
#include "indexer/report/parse.h"
#include "tests/property/report/read_file.h"
#include "tests/unit/report/parse_text.h"

/* Letters and digits alone, so that blanks, hyphens and bullets of the joining do not matter. */
typedef struct stream {
    char *data;
    size_t size, at;
} stream;

typedef struct account {
    const char *path;
    const ofsi_document *document; /* as it was read */
    stream body, aside;            /* lines of text; footnotes and contents */
    stream timescales;
    uint32_t lines, left_out;
} account;

static size_t plain(ofsi_span text, char *out) {
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out[used++] = c;
    }
    return used;
}

static void add_words(stream *to, ofsi_span text) {
    to->data = realloc(to->data, to->size + text.size + 1);
    assert_non_null(to->data);
    to->size += plain(text, to->data + to->size);
}

/* How many lines of the file have these letters, digits aside. */
static uint32_t count_alike(const ofsi_parse *parse, uint32_t line) {
    uint32_t count = 0;
    ofsi_span text = parse->marks[line].text;
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        ofsi_span other = parse->marks[i].text;
        size_t a = 0, b = 0;
        for (;;) {
            while (a < text.size && (text.data[a] < 'A' || text.data[a] > 'z'))
                a++;
            while (b < other.size && (other.data[b] < 'A' || other.data[b] > 'z'))
                b++;
            if (a == text.size || b == other.size || text.data[a] != other.data[b])
                break;
            a++;
            b++;
        }
        count += a == text.size && b == other.size;
    }
    return count;
}

static bool is_page_number(ofsi_span folded) {
    char letters[512];
    size_t size = folded.size < sizeof letters ? plain(folded, letters) : sizeof letters;
    for (size_t i = 0; i < size; i++)
        if (letters[i] < '0' || letters[i] > '9')
            return size < 12 && strncmp(letters, "page", 4) == 0;
    return true;
}

static bool is_hidden(const ofsi_line *line) { return line->size > 0 && line->size < 2; }

static void check_furniture(account *a, const ofsi_parse *parse, uint32_t line) {
    const ofsi_mark *mark = &parse->marks[line];
    a->left_out++;
    if (!is_page_number(mark->folded) && !ofsi_patterns_fit(&parse->profile.leave_out, mark->folded) &&
        count_alike(parse, line) < 2 && !is_hidden(&parse->document->lines[line]))
        test_die("%s: page %u: \"%.*s\" was left out, and stands there once", a->path,
                 parse->document->lines[line].page, (int)mark->text.size, mark->text.data);
}

static void count_letters(const ofsi_document *document, size_t counts[256]) {
    for (uint32_t i = 0; i < document->line_count; i++)
        for (size_t b = 0; b < document->lines[i].text.size; b++)
            counts[(unsigned char)document->lines[i].text.data[b]]++;
}

/* Lines of tables are put in another order, and cut: nothing but blanks and tabs may come or go. */
static void check_letters(const account *a, const ofsi_parse *parse) {
    size_t read[256] = {0}, parsed[256] = {0};
    count_letters(a->document, read);
    count_letters(parse->document, parsed);
    for (int b = 33; b < 256; b++)
        if (read[b] != parsed[b])
            test_die("%s: %zu times \"%c\" were read, %zu were parsed", a->path, read[b], b, parsed[b]);
}

/* What leaves the text for a field of its own is a line for itself: it neither goes on from the sentence above nor into one below. */
static void check_place(const account *a, const ofsi_parse *parse, uint32_t line) {
    const ofsi_mark *mark = &parse->marks[line];
    uint32_t above = ofsi_previous_line(parse, line), below = ofsi_next_line(parse, line);
    bool dash, bullet = ofsi_bullet(mark->text, &dash) > 0;
    if (mark->use == OFSI_USE_HEADING && !mark->hashes && bullet)
        test_die("%s: page %u: the bullet \"%.*s\" is in the heading \"%s\"", a->path,
                 parse->document->lines[line].page, (int)mark->text.size, mark->text.data,
                 parse->headings[mark->heading].text);
    if (mark->use != OFSI_USE_TIMESCALE)
        return;
    if (above != UINT32_MAX && parse->marks[above].use == OFSI_USE_BODY && ofsi_begins_lower(mark->text) &&
        !ofsi_ends_sentence(parse->marks[above].text))
        test_die("%s: page %u: the timescale \"%.*s\" goes on from \"%.*s\"", a->path,
                 parse->document->lines[line].page, (int)mark->text.size, mark->text.data,
                 (int)parse->marks[above].text.size, parse->marks[above].text.data);
    if (below != UINT32_MAX && parse->marks[below].use == OFSI_USE_BODY &&
        ofsi_begins_lower(parse->marks[below].text) && ofsi_bullet(parse->marks[below].text, &dash) == 0)
        test_die("%s: page %u: the timescale \"%.*s\" goes on in \"%.*s\"", a->path,
                 parse->document->lines[line].page, (int)mark->text.size, mark->text.data,
                 (int)parse->marks[below].text.size, parse->marks[below].text.data);
}

static void see_lines(void *context, const ofsi_parse *parse) {
    account *a = context;
    check_letters(a, parse);
    a->lines = parse->document->line_count;
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        const ofsi_mark *mark = &parse->marks[i];
        bool dash;
        check_place(a, parse, i);
        size_t skip = mark->number ? mark->skip : ofsi_bullet(mark->text, &dash);
        if (mark->use == OFSI_USE_BODY)
            add_words(&a->body, ofsi_span_after(mark->text, skip));
        else if (mark->use == OFSI_USE_LEGEND)
            add_words(&a->body, mark->text);
        else if (mark->use == OFSI_USE_FOOTNOTE || mark->use == OFSI_USE_CONTENTS)
            add_words(&a->aside, mark->text);
        else if (mark->use == OFSI_USE_TIMESCALE)
            add_words(&a->timescales, mark->text);
        else if (mark->use == OFSI_USE_FURNITURE)
            check_furniture(a, parse, i);
    }
}

/* Takes the letters of a unit from a stream, if they stand there next. */
static bool take(stream *from, const char *letters, size_t size) {
    if (size > from->size - from->at || memcmp(from->data + from->at, letters, size) != 0)
        return false;
    from->at += size;
    return true;
}

/* A timescale is that of the recommendations below it. */
static void check_timescale(account *a, const ofs_paragraph *p, const ofs_paragraph *above) {
    ofsi_span text = ofsi_span_of(p->timescale);
    char *letters = malloc(text.size + 1);
    assert_non_null(letters);
    size_t size = plain(text, letters);
    bool same = above && above->timescale && strcmp(above->timescale, p->timescale) == 0;
    if (!take(&a->timescales, letters, size) && !same)
        test_die("%s: page %u: the timescale \"%s\" is not the next one", a->path, p->page, p->timescale);
    free(letters);
}

static void check_units(account *a, const ofs_report *report) {
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        char *letters = malloc(p->text_size + 1);
        assert_non_null(letters);
        size_t size = plain((ofsi_span){p->text, p->text_size}, letters);
        bool found = take(&a->body, letters, size) ||
                     (p->kind == OFS_KIND_NOTE && take(&a->aside, letters, size)) ||
                     (!p->timescale && take(&a->timescales, letters, size));
        if (p->timescale)
            check_timescale(a, p, i ? p - 1 : NULL);
        if (!found)
            test_die("%s: page %u: the next words are not those of \"%.60s\" but \"%.*s\"", a->path, p->page,
                     p->text, 60, a->body.data + a->body.at);
        free(letters);
    }
    if (a->body.at != a->body.size)
        test_die("%s: %zu letters of text are in no unit: \"%.60s\"", a->path, a->body.size - a->body.at,
                 a->body.data + a->body.at);
    if (a->aside.at != a->aside.size)
        test_die("%s: %zu letters of notes are in no unit", a->path, a->aside.size - a->aside.at);
    if (a->timescales.at != a->timescales.size)
        test_die("%s: %zu letters of timescales are in no unit", a->path,
                 a->timescales.size - a->timescales.at);
}

static void check_file(void *context, const char *path) {
    uint32_t *files = context;
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_error err = {0};
    ofs_report *report = NULL;
    account a = {.path = path};
    if (is_report_file(path) && read_file(path, &arena, &document, &err) == OFS_OK) {
        /* Room for the first byte, so that an empty stream has a place too. */
        add_words(&a.body, (ofsi_span){"", 0});
        add_words(&a.aside, (ofsi_span){"", 0});
        add_words(&a.timescales, (ofsi_span){"", 0});
        a.document = &document;
        ofsi_parse_input input = {.document = &document, .path = path, .watch = see_lines, .context = &a};
        if (ofsi_parse_watched(&input, &report, &err) != OFS_OK)
            test_die("%s: %s", path, err.message);
        check_units(&a, report);
        if (a.left_out * 4 > a.lines)
            test_die("%s: %u of %u lines were left out", path, a.left_out, a.lines);
        ofs_report_free(report);
        (*files)++;
    }
    free(a.body.data);
    free(a.aside.data);
    free(a.timescales.data);
    ofsi_arena_free(&arena);
}

static void every_word_of_the_samples_is_in_one_unit_and_in_order(void **state) {
    (void)state;
    char *samples = test_format("%s/corpus", test_source());
    uint32_t files = 0;
    test_each_file(samples, check_file, &files);
    free(samples);
    assert_true(files >= 20);
}

static void every_word_is_in_one_unit_and_in_order(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    uint32_t files = 0;
    test_each_file(corpus, check_file, &files);
    print_message("%u files\n", files);
    assert_true(files >= 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_the_samples_is_in_one_unit_and_in_order),
        cmocka_unit_test(every_word_is_in_one_unit_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
