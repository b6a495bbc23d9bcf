/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands in a Xapian database is what the analyzer and the native index say: every stem, form and position of every
 * paragraph, lengths, data; and after any changes the same reports and paragraphs as in a native index, in one database or
 * in several.
 */
#include <ofsearch/index.h>

#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/base/xapian_late.h"
#include "indexer/format/xapian_schema.h"
#include "tests/support/reports.h"
#include "tests/support/support.h"

enum { REPORTS = 24 };

typedef struct fixture {
    const ofsi_xapian *x;
    char *folder;
    char *paths[REPORTS + 1];
    test_rng rng;
} fixture;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

/* Words too long for a term, a joined word with the stem of its first part, no word at all, names too long for a term. */
static void write_odd_report(const char *path) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    static const char *const texts[] = {
        "The boy-s of the U.K. and the multi-agency co-op-er-ative.", "... \\u2014 !",
        "\\u00c9t\\u00e9 \\u01c5 \\ufb01sh CHILDREN Children\\u2019s 2011/12 a-b-c-d-e"};
    for (int i = 0; i < 4; i++) {
        fprintf(file, "{\"report\":\"");
        for (int k = 0; k < 300; k++)
            fputc('a' + k % 26, file);
        fprintf(file, "\",\"title\":\"");
        for (int k = 0; k < 100; k++)
            fprintf(file, "title%d ", k);
        fprintf(file, "\",\"section\":[\"Same\",\"Same\",\"Other\"],\"paragraph\":\"%d.1\",\"text\":\"", i);
        if (i < 3)
            fputs(texts[i], file);
        for (int k = 0; i == 3 && k < 1000; k++)
            fputc(k < 500 ? 'x' : 'Y', file);
        fputs("\"}\n", file);
    }
    assert_int_equal(fclose(file), 0);
}

static int make_reports(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ofs_error err;
    f->rng = test_rng_start(50);
    f->folder = test_temp_dir();
    for (uint32_t i = 0; i < REPORTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "%c%u", (char)('a' + (i * 7 + 3) % 26), i);
        f->paths[i] = test_format("%s/%02u.jsonl", f->folder, i);
        test_write_report(f->paths[i], id, 30, &f->rng);
    }
    f->paths[REPORTS] = test_format("%s/odd.jsonl", f->folder);
    write_odd_report(f->paths[REPORTS]);
    if (ofsi_xapian_load(&f->x, &err) != OFS_OK)
        print_message("%s\n", err.message);
    *state = f;
    return 0;
}

static int drop_reports(void **state) {
    fixture *f = *state;
    for (uint32_t i = 0; i <= REPORTS; i++)
        free(f->paths[i]);
    test_temp_remove(f->folder);
    free(f);
    return 0;
}

static const fixture *fixture_with_xapian(void **state) {
    const fixture *f = *state;
    if (!f->x)
        skip();
    return f;
}

static ofs_writer *open_writer(const char *directory, const char *engine, uint32_t shards) {
    ofs_writer *writer;
    ofs_error err;
    const ofs_writer_options options = {.threads = 2, .engine = engine, .shards = shards, .prune = true};
    check(ofs_writer_open(directory, &options, &writer, &err), &err);
    return writer;
}

static void add(const char *directory, const char *engine, uint32_t shards, const char *const *paths,
                size_t count) {
    ofs_error err;
    ofs_writer *writer = open_writer(directory, engine, shards);
    check(ofs_writer_add(writer, paths, count, NULL, &err), &err);
    check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
}

/* ---- documents against the analyzer ---- */

typedef struct expected {
    ofsi_map terms;
    uint32_t wdfs[4096];
    ofsi_map positions; /* term, NUL, position in digits */
    uint64_t length;
    const ofsi_xapian *x;
    const ofs_xapian_database *database;
    uint32_t docid, terms_met, positions_met;
    ofs_xapian_bytes term;
} expected;

static void expect(expected *e, const char *prefix, ofsi_span value, uint32_t position, uint32_t wdf) {
    ofsi_buf term = {0};
    bool added;
    ofsi_xapian_term(prefix, value, &term);
    uint32_t n = ofsi_map_intern(&e->terms, ofsi_buf_span(&term), &added);
    assert_true(n < 4096);
    e->wdfs[n] = wdf + (added ? 0 : e->wdfs[n]);
    e->length += wdf;
    ofsi_buf_printf(&term, "%c%u", 0, position);
    ofsi_map_intern(&e->positions, ofsi_buf_span(&term), NULL);
    ofsi_buf_free(&term);
}

static ofs_status meet_position(void *context, uint32_t position) {
    expected *e = context;
    ofsi_buf key = {0};
    ofsi_buf_append(&key, e->term.data, e->term.size);
    ofsi_buf_printf(&key, "%c%u", 0, position);
    assert_true(ofsi_map_find(&e->positions, ofsi_buf_span(&key)) != OFSI_MAP_NONE);
    ofsi_buf_free(&key);
    e->positions_met++;
    return OFS_OK;
}

/* Filters and the filler have no positions; words have those of the analyzer and no others. */
static ofs_status meet_term(void *context, const ofs_xapian_term *term) {
    expected *e = context;
    ofs_error err;
    bool is_word = strchr("SFC", term->name.data[0]) != NULL;
    uint32_t before = e->positions_met;
    e->term = term->name;
    check(e->x->database_visit_positions(e->database, e->docid, term->name, meet_position, e, &err), &err);
    if (!is_word) {
        assert_true(e->positions_met == before && (term->wdf == 0 || term->name.data[0] == 'L'));
        return OFS_OK;
    }
    uint32_t n = ofsi_map_find(&e->terms, (ofsi_span){term->name.data, term->name.size});
    assert_true(n != OFSI_MAP_NONE && e->wdfs[n] == term->wdf);
    e->terms_met++;
    return OFS_OK;
}

static void compare_words(expected *e, ofsi_analyzer *analyzer, const ofsi_xapian_doc *doc) {
    ofsi_tokens tokens = {0};
    ofs_error err;
    uint32_t doclength;
    check(ofsi_analyze(analyzer, doc->row.text, &tokens, &err), &err);
    for (size_t i = 0; i < tokens.count; i++) {
        const ofsi_word *word = ofsi_analyzer_word(analyzer, tokens.items[i].word);
        expect(e, "S", word->stem, tokens.items[i].position + 1, 1);
        expect(e, "F", word->folded, tokens.items[i].position + 1, 1);
        if (ofsi_has_capital(word->surface))
            expect(e, "C", word->surface, tokens.items[i].position + 1, 1);
    }
    check(e->x->database_visit_document(e->database, e->docid, meet_term, e, &err), &err);
    assert_int_equal(e->terms_met, e->terms.count);
    assert_int_equal(e->positions_met, e->positions.count);
    assert_int_equal(doc->row.length, tokens.length);
    check(e->x->database_doclength(e->database, e->docid, &doclength, &err), &err);
    assert_int_equal(doclength, 5 * tokens.length);
    assert_true(e->length <= doclength);
    ofsi_tokens_free(&tokens);
}

static void compare_document(const ofsi_xapian *x, const ofs_xapian_database *database,
                             ofsi_analyzer *analyzer, uint32_t docid) {
    ofs_xapian_document *document;
    ofs_xapian_string data = {0}, value = {0};
    ofsi_xapian_doc doc;
    ofsi_buf key = {0};
    ofs_error err;
    expected e = {.x = x, .database = database, .docid = docid};
    check(x->database_document(database, docid, &document, &err), &err);
    check(x->document_data(document, &data, &err), &err);
    check(ofsi_xapian_doc_read((ofsi_span){data.data, data.size}, "the database", &doc, &err), &err);
    compare_words(&e, analyzer, &doc);
    check(x->document_value(document, OFSI_XAPIAN_SLOT_ORDER, &value, &err), &err);
    ofsi_xapian_order_key(&key, doc.report.id, doc.place);
    assert_true(ofsi_span_equal((ofsi_span){value.data, value.size}, ofsi_buf_span(&key)));
    x->document_free(document);
    x->string_free(&data);
    x->string_free(&value);
    ofsi_buf_free(&key);
    ofsi_map_free(&e.terms);
    ofsi_map_free(&e.positions);
}

static void words_are_those_of_the_analyzer(void **state) {
    const fixture *f = fixture_with_xapian(state);
    char *directory = test_format("%s/words", f->folder);
    ofs_xapian_database *database;
    ofs_xapian_info info;
    ofsi_analyzer *analyzer;
    ofs_error err;
    add(directory, "xapian", 0, (const char *const *)f->paths, REPORTS + 1);
    check(f->x->database_open(directory, &database, &err), &err);
    check(f->x->database_info(database, &info, &err), &err);
    check(ofsi_analyzer_open("english", &analyzer, &err), &err);
    assert_true(info.doccount > REPORTS && info.lastdocid == info.doccount);
    for (uint32_t docid = 1; docid <= info.lastdocid; docid++)
        compare_document(f->x, database, analyzer, docid);
    ofsi_analyzer_close(analyzer);
    f->x->database_free(database);
    free(directory);
}

/* ---- the index against a native one ---- */

static ofs_status print_paragraph(void *context, const ofs_listed_paragraph *p, ofs_error *err) {
    ofsi_buf *out = context;
    const ofs_paragraph *q = p->paragraph;
    (void)err;
    ofsi_buf_printf(out, "%s %s %s %u %u\n", p->report->id, p->report->path,
                    p->report->provider ? p->report->provider : "-", p->report->paragraphs, p->place);
    for (uint32_t d = 0; p->section && d < p->section->depth; d++)
        ofsi_buf_printf(out, " > %s", p->section->path[d]);
    if (p->section && p->section->grade.label)
        ofsi_buf_printf(out, " [%s]", p->section->grade.label);
    if (q)
        ofsi_buf_printf(out, "%s %u %u %d %s\n", q->number ? q->number : "-", q->item, q->page, (int)q->kind,
                        q->text);
    return OFS_OK;
}

static ofs_status print_failure(void *context, const char *path, const char *reason, ofs_error *err) {
    (void)err;
    ofsi_buf_printf(context, "%s %s\n", path, reason);
    return OFS_OK;
}

static void assert_same(const char *one, const char *other) {
    ofsi_buf a = {0}, b = {0};
    ofs_index_stats s, t;
    ofs_error err;
    check(ofs_index_visit(one, print_paragraph, &a, &err), &err);
    check(ofs_index_visit(other, print_paragraph, &b, &err), &err);
    check(ofs_index_failures(one, print_failure, &a, &err), &err);
    check(ofs_index_failures(other, print_failure, &b, &err), &err);
    assert_false(a.failed || b.failed);
    assert_true(ofsi_span_equal(ofsi_buf_span(&a), ofsi_buf_span(&b)));
    check(ofs_index_stat(one, &s, &err), &err);
    check(ofs_index_stat(other, &t, &err), &err);
    assert_true(s.reports == t.reports && s.paragraphs == t.paragraphs && s.words == t.words &&
                s.failed_files == t.failed_files && s.generation == t.generation);
    check(ofs_index_check(other, NULL, NULL, &err), &err);
    ofsi_buf_free(&a);
    ofsi_buf_free(&b);
}

/* A file that gives two reports, perhaps with the id of one that the index has of it, before it turns out to be broken. */
static void write_broken(const char *path, const char *id) {
    char *text =
        test_format("{\"report\":\"%s\",\"text\":\"Given before\"}\n{\"report\":\"next\",\"text\":\"it "
                    "broke\"}\n{\"text\":",
                    id);
    test_write_text(path, text);
    free(text);
}

/* Files come, change, break and go; reports are removed; now and then the index is compacted. */
static void change_files(fixture *f) {
    for (int i = 0; i < 6; i++) {
        uint32_t n = test_rng_below(&f->rng, REPORTS);
        char id[16];
        /* Now and then the id of another file's report, which then gets another. */
        snprintf(id, sizeof id, "%c%u", (char)('a' + n % 26), test_rng_chance(&f->rng, 30) ? n / 2 : n);
        uint32_t what = test_rng_below(&f->rng, 10);
        if (what < 2)
            (void)remove(f->paths[n]);
        else if (what < 4)
            write_broken(f->paths[n], id);
        else
            test_write_report(f->paths[n], id, 30, &f->rng);
    }
}

static void change_indexes(fixture *f, char *const *directories, size_t count) {
    const char *folder = f->folder;
    bool removes = test_rng_chance(&f->rng, 40), compacts = test_rng_chance(&f->rng, 30);
    uint32_t removed = test_rng_below(&f->rng, REPORTS);
    for (size_t i = 0; i < count; i++) {
        ofs_error err;
        ofs_writer *writer = open_writer(directories[i], NULL, 0);
        check(ofs_writer_add(writer, &folder, 1, NULL, &err), &err);
        if (removes && ofs_writer_remove(writer, f->paths[removed], NULL, &err) == OFS_E_CORRUPT)
            test_die("%s", err.message);
        if (compacts)
            check(ofs_writer_compact(writer, &err), &err);
        check(ofs_writer_commit(writer, &err), &err);
        ofs_writer_close(writer);
    }
}

static void any_changes_leave_what_a_native_index_has(void **state) {
    fixture *f = *state;
    (void)fixture_with_xapian(state);
    char *indexes = test_temp_dir();
    char *directories[] = {test_format("%s/native", indexes), test_format("%s/one", indexes),
                           test_format("%s/three", indexes)};
    const char *folder = f->folder;
    add(directories[0], "native", 0, &folder, 1);
    add(directories[1], "xapian", 0, &folder, 1);
    add(directories[2], "xapian", 3, &folder, 1);
    for (int round = 0; round < 12; round++) {
        assert_same(directories[0], directories[1]);
        assert_same(directories[0], directories[2]);
        change_files(f);
        change_indexes(f, directories, 3);
    }
    for (int i = 0; i < 3; i++)
        free(directories[i]);
    test_temp_remove(indexes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_the_analyzer),
        cmocka_unit_test(any_changes_leave_what_a_native_index_has),
    };
    return cmocka_run_group_tests(tests, make_reports, drop_reports);
}
