/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of plain texts: encodings, pages, columns, and what it refuses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/report/lines.h"
#include "tests/support/support.h"

typedef struct reading {
    char *folder;
    ofsi_arena arena;
    ofsi_document document;
    ofs_error err;
    ofs_status status;
} reading;

static reading read_named(const char *name, const void *bytes, size_t size) {
    reading r = {.folder = test_temp_dir()};
    char *path = test_format("%s/%s", r.folder, name);
    test_write_file(path, bytes, size);
    r.status = ofsi_read_text(path, &r.arena, &r.document, &r.err);
    free(path);
    return r;
}

static reading read_bytes(const void *bytes, size_t size) { return read_named("report.txt", bytes, size); }

static reading read_string(const char *text) { return read_bytes(text, strlen(text)); }

static void end(reading *r) {
    ofsi_arena_free(&r->arena);
    test_temp_remove(r->folder);
}

static void assert_line(const reading *r, uint32_t index, const char *text) {
    assert_int_equal(r->status, OFS_OK);
    assert_true(index < r->document.line_count);
    assert_string_equal(r->document.lines[index].text.data, text);
    assert_int_equal(r->document.lines[index].text.size, strlen(text));
}

static void lines_end_in_any_way(void **state) {
    (void)state;
    reading r = read_string("one\ntwo\r\nthree\rfour");
    assert_int_equal(r.document.line_count, 4);
    assert_line(&r, 0, "one");
    assert_line(&r, 1, "two");
    assert_line(&r, 2, "three");
    assert_line(&r, 3, "four");
    assert_int_equal(r.document.page_count, 0);
    assert_int_equal(r.document.lines[3].page, 0);
    assert_int_equal(r.document.lines[1].blank_before, 0);
    assert_false(r.document.is_pdf);
    assert_false(r.document.is_markdown);
    end(&r);
}

static void blank_lines_and_indents_are_counted(void **state) {
    (void)state;
    reading r = read_string("\n  \none\n\n\n   two words  \n\tthree\n  \tfour\n");
    assert_int_equal(r.document.line_count, 4);
    assert_int_equal(r.document.lines[0].blank_before, 2);
    assert_int_equal(r.document.lines[1].blank_before, 2);
    assert_int_equal(r.document.lines[1].indent, 3);
    assert_line(&r, 1, "two words");
    assert_int_equal(r.document.lines[2].indent, 8);
    assert_int_equal(r.document.lines[3].indent, 8);
    end(&r);
}

static void form_feeds_are_pages(void **state) {
    (void)state;
    reading r = read_string("one\n\ftwo\n\nthree\f\n\nfour\n\f");
    assert_int_equal(r.document.page_count, 3);
    assert_int_equal(r.document.line_count, 4);
    assert_int_equal(r.document.lines[0].page, 1);
    assert_true(r.document.lines[0].page_start);
    assert_int_equal(r.document.lines[1].page, 2);
    assert_true(r.document.lines[1].page_start);
    assert_int_equal(r.document.lines[2].page, 2);
    assert_false(r.document.lines[2].page_start);
    assert_int_equal(r.document.lines[3].page, 3);
    assert_int_equal(r.document.lines[3].blank_before, 2);
    end(&r);
    r = read_string("cover\n\f\f12. Text\n");
    assert_int_equal(r.document.page_count, 3);
    assert_int_equal(r.document.lines[1].page, 3);
    end(&r);
}

static void wide_gaps_are_tabs(void **state) {
    (void)state;
    reading r = read_string("Overall effectiveness      Good\na  b\tc   d\n");
    assert_line(&r, 0, "Overall effectiveness\tGood");
    assert_line(&r, 1, "a b\tc\td");
    end(&r);
}

static void windows_bytes_are_recovered_one_by_one(void **state) {
    (void)state;
    reading r = read_string("children\x92s \xC3\xA9 caf\xE9 \x81 \xC2\x96 end \x80");
    assert_line(&r, 0,
                "children\xE2\x80\x99s \xC3\xA9 caf\xC3\xA9 \xEF\xBF\xBD \xE2\x80\x93 end \xE2\x82\xAC");
    assert_int_equal(r.document.recovered, 4);
    assert_int_equal(r.document.replaced, 1);
    end(&r);
}

static void marks_of_encodings_are_understood(void **state) {
    (void)state;
    reading r = read_string("\xEF\xBB\xBFTitle");
    assert_line(&r, 0, "Title");
    end(&r);
    r = read_bytes("\xFF\xFEH\0i\0\x19\x20\x3D\xD8\x00\xDE\n\0x\0", 16);
    assert_line(&r, 0, "Hi\xE2\x80\x99\xF0\x9F\x98\x80");
    assert_line(&r, 1, "x");
    end(&r);
    r = read_bytes("\xFE\xFF\0A\xD8\x3D\0B\0", 9);
    assert_line(&r, 0,
                "A\xEF\xBF\xBD"
                "B\xEF\xBF\xBD");
    assert_int_equal(r.document.replaced, 2);
    end(&r);
}

static void characters_are_put_right(void **state) {
    (void)state;
    reading r = read_string("\xEF\xAC\x81nd\xC2\xA0it \xC2\xADsoft\xC2\xADly a\xCC\xB6 \xEF\x82\xB7 x "
                            "\xEF\x80\xAD y\x01\x7F z\xE2\x80\x8B");
    assert_line(&r, 0, "find it softly a \xE2\x80\xA2 x \xE2\x80\x93 y z");
    end(&r);
}

static void markdown_is_known_by_its_name(void **state) {
    (void)state;
    reading r = read_named("Report.MD", "# Title\n", 8);
    assert_true(r.document.is_markdown);
    assert_line(&r, 0, "# Title");
    end(&r);
}

static void assert_refused(reading r, const char *why) {
    assert_int_equal(r.status, OFS_E_INPUT);
    assert_non_null(strstr(r.err.message, "report.txt"));
    assert_non_null(strstr(r.err.message, why));
    assert_int_equal(r.document.line_count, 0);
    end(&r);
}

static void what_is_no_text_is_refused(void **state) {
    (void)state;
    assert_refused(read_string(""), "is empty");
    assert_refused(read_string(" \n\t\f\n"), "is empty");
    assert_refused(read_bytes("a\0b\0c\0d\0", 8), "binary");
    assert_refused(read_string("PK\x03\x04 zipped"), "binary");
    assert_refused(read_string("%PDF-1.4\n"), "binary");
}

static void a_stray_control_is_no_binary(void **state) {
    (void)state;
    char text[1000];
    memset(text, 'a', sizeof text);
    text[500] = '\0';
    reading r = read_bytes(text, sizeof text);
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.document.lines[0].text.size, sizeof text - 1);
    end(&r);
}

static void what_cannot_be_opened_is_named(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *pipe = test_format("%s/pipe.txt", folder);
    char *none = test_format("%s/none.txt", folder);
    ofsi_arena arena = {0};
    ofsi_document document;
    ofs_error err;
    assert_int_equal(ofsi_read_text(none, &arena, &document, &err), OFS_E_IO);
    assert_non_null(strstr(err.message, none));
    assert_int_equal(ofsi_read_text(folder, &arena, &document, &err), OFS_E_INPUT);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(ofsi_read_text(pipe, &arena, &document, &err), OFS_E_INPUT);
    assert_non_null(strstr(err.message, "not a regular file"));
    if (geteuid() != 0) {
        test_write_text(none, "text");
        assert_int_equal(chmod(none, 0), 0);
        assert_int_equal(ofsi_read_text(none, &arena, &document, &err), OFS_E_IO);
        assert_non_null(strstr(err.message, "ermission"));
    }
    free(pipe);
    free(none);
    test_temp_remove(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_any_way),
        cmocka_unit_test(blank_lines_and_indents_are_counted),
        cmocka_unit_test(form_feeds_are_pages),
        cmocka_unit_test(wide_gaps_are_tabs),
        cmocka_unit_test(windows_bytes_are_recovered_one_by_one),
        cmocka_unit_test(marks_of_encodings_are_understood),
        cmocka_unit_test(characters_are_put_right),
        cmocka_unit_test(markdown_is_known_by_its_name),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(a_stray_control_is_no_binary),
        cmocka_unit_test(what_cannot_be_opened_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
