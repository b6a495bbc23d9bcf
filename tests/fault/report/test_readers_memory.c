/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation of a reader fails in turn: always OFS_E_NOMEM, never a crash, a leak or half a document. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/report/jsonl.h"
#include "indexer/report/lines.h"
#include "tests/support/support.h"
#include "tests/unit/report/make_zip.h"
#include "tests/unit/report/mini_pdf.h"

enum { ALLOCATIONS_MOST = 5000 };

typedef ofs_status (*read_once)(const char *path, ofs_error *err);

static ofs_status read_text(const char *path, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_status status = ofsi_read_text(path, &arena, &document, err);
    assert_int_equal(document.line_count > 0, status == OFS_OK);
    ofsi_arena_free(&arena);
    return status;
}

static ofs_status read_pdf(const char *path, ofs_error *err) {
    ofs_read_options options = {0};
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_status status = ofsi_read_pdf(path, &options, &arena, &document, err);
    assert_int_equal(document.line_count > 0, status == OFS_OK);
    ofsi_arena_free(&arena);
    return status;
}

static ofs_status take(void *context, ofs_report *report, ofs_error *err) {
    (void)context;
    (void)err;
    ofs_report_free(report);
    return OFS_OK;
}

static ofs_status read_jsonl(const char *path, ofs_error *err) {
    return ofsi_read_jsonl(path, take, NULL, err);
}

static void fail_each(const char *path, read_once read) {
    size_t n = 1;
    for (;; n++) {
        ofs_error err = {0};
        assert_true(n < ALLOCATIONS_MOST);
        ofsi_alloc_fail_after(n);
        ofs_status status = read(path, &err);
        ofsi_alloc_fail_after(0);
        if (status == OFS_OK)
            break;
        assert_int_equal(status, OFS_E_NOMEM);
        assert_string_equal(err.message, "out of memory");
    }
    assert_true(n > 3);
}

static void a_text_is_all_or_nothing(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *path = test_format("%s/a.txt", folder);
    test_write_text(path, "caf\xE9 one\n\n\ttwo   three\fpage two\n");
    fail_each(path, read_text);
    free(path);
    test_temp_remove(folder);
}

static ofs_status read_any(const char *path, ofs_error *err) {
    return ofs_report_read(path, NULL, take, NULL, err);
}

/* libxml2 and libarchive have memory of their own; what is ours is refused in turn. */
static void flowing_formats_are_all_or_nothing(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *page = test_format("%s/a.html", folder),
         *word = test_format("%s/a.docx", folder), *open = test_format("%s/a.odt", folder);
    test_write_text(page, "<h1>Review</h1><table><tr><td>a<td>b</table><ol><li>One.<li>Two.</ol>");
    const zip_part word_parts[] = {
        {"word/document.xml",
         "<w:document xmlns:w='w'><w:body><w:p><w:pPr><w:pStyle "
         "w:val='H'/></w:pPr><w:r><w:t>Review</w:t></w:r></w:p><w:p>"
         "<w:pPr><w:numPr><w:numId "
         "w:val='1'/></w:numPr></w:pPr><w:r><w:t>One.</w:t></w:r></w:p></w:body></w:document>"},
        {"word/styles.xml",
         "<w:styles xmlns:w='w'><w:style w:styleId='H'><w:name w:val='heading 1'/></w:style></w:styles>"},
        {"word/numbering.xml",
         "<w:numbering xmlns:w='w'><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num></w:numbering>"},
        {NULL, NULL}};
    const zip_part open_parts[] = {{"content.xml",
                                    "<c xmlns:t='t' xmlns:o='o'><o:automatic-styles><t:list-style "
                                    "t:name='L'/></o:automatic-styles><o:body>"
                                    "<o:text><t:h>Review</t:h><t:list "
                                    "t:style-name='L'><t:list-item><t:p>One.</t:p></t:list-item></t:list>"
                                    "</o:text></o:body></c>"},
                                   {NULL, NULL}};
    assert_true(make_zip(word, word_parts) && make_zip(open, open_parts));
    fail_each(page, read_any);
    fail_each(word, read_any);
    fail_each(open, read_any);
    free(page);
    free(word);
    free(open);
    test_temp_remove(folder);
}

static void a_pdf_is_all_or_nothing(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *path = test_format("%s/a.pdf", folder);
    mini_pdf(path, "Title", (const char *const[]){"BT /F1 12 Tf 70 700 Td (12. Text) Tj ET", "", NULL});
    fail_each(path, read_pdf);
    free(path);
    test_temp_remove(folder);
}

static void a_jsonl_is_all_or_nothing(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *path = test_format("%s/a.jsonl", folder);
    test_write_text(
        path,
        "{\"report\":\"a\",\"title\":\"T\",\"section\":[\"A\",\"B\"],\"grade\":\"odd\",\"paragraph\":\"1\","
        "\"text\":\"one\"}\nbad\n{\"report\":\"b\",\"text\":\"caf\xE9\",\"page\":\"x\"}\n{\"text\":\"own\"}"
        "\n");
    fail_each(path, read_jsonl);
    free(path);
    test_temp_remove(folder);
}

int main(void) {
    char *worker = test_program("ofs-pdf-worker");
    setenv("OFS_PDF_WORKER", worker, 1);
    free(worker);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_all_or_nothing),
        cmocka_unit_test(a_pdf_is_all_or_nothing),
        cmocka_unit_test(flowing_formats_are_all_or_nothing),
        cmocka_unit_test(a_jsonl_is_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
