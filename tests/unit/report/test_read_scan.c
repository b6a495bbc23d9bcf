/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scan is named as one; with --ocr its pages go through two programs, whose failures, silences and absence are told. The
 * programs here are scripts that stand for them.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/report/mini_pdf.h"
#include "tests/unit/report/parse_text.h"

typedef struct setting {
    char *folder, *pdf, *draw, *read;
} setting;

static void write_script(const char *path, const char *text) {
    test_write_text(path, text);
    assert_int_equal(chmod(path, 0755), 0);
}

/* A PDF of two pages without a letter, a program that draws, and one that reads as told. */
static setting set_up(const char *reads) {
    setting s = {.folder = test_temp_dir()};
    s.pdf = test_format("%s/scan.pdf", s.folder);
    s.draw = test_format("%s/draw", s.folder);
    s.read = test_format("%s/read", s.folder);
    mini_pdf(s.pdf, "Scan", (const char *const[]){"0 0 10 10 re f", "0 0 10 10 re f", NULL});
    write_script(s.draw, "#!/bin/sh\necho image of \"$5\"\n");
    write_script(s.read, reads);
    setenv("OFS_PDFTOPPM", s.draw, 1);
    setenv("OFS_TESSERACT", s.read, 1);
    return s;
}

static void tear_down(setting *s) {
    unsetenv("OFS_PDFTOPPM");
    unsetenv("OFS_TESSERACT");
    test_temp_remove(s->folder);
    free(s->pdf);
    free(s->draw);
    free(s->read);
}

static void refuse(const setting *s, const ofs_read_options *options, const char *reason) {
    ofs_error err = {0};
    ofs_report *report = NULL;
    assert_int_equal(ofs_report_read(s->pdf, options, keep_report, &report, &err), OFS_E_INPUT);
    if (!strstr(err.message, reason) || !strstr(err.message, s->pdf))
        test_die("\"%s\" does not say \"%s\"", err.message, reason);
}

static void a_scan_is_named_as_one(void **state) {
    (void)state;
    setting s = set_up("#!/bin/sh\n");
    refuse(&s, NULL, "is a scan: it has no text layer (2 pages); --ocr");
    tear_down(&s);
}

static void a_scan_is_read_page_by_page(void **state) {
    (void)state;
    setting s = set_up(
        "#!/bin/sh\nread a b page\n[ \"$4\" = cym ] || exit 1\n"
        "if [ \"$page\" = 1 ]; then printf 'Inspection of Ashcombe local authority children\xE2\x80\x99s "
        "services\\n\\nInspection dates: 4 to 8 March 2024\\n\\n1. First.\\n\\n\\f'\n"
        "else printf '2. Second.\\n\\n3. Third.\\n\\f'; fi\n");
    ofs_read_options options = {.ocr = true, .ocr_language = "cym"};
    ofs_error err = {0};
    ofs_report *report = NULL;
    if (ofs_report_read(s.pdf, &options, keep_report, &report, &err) != OFS_OK)
        test_die("%s", err.message);
    assert_string_equal(report->provider, "Ashcombe");
    assert_int_equal(report->pages, 2);
    assert_int_equal(unit_of(report, "1", OFS_KIND_PARAGRAPH)->page, 1);
    assert_int_equal(unit_of(report, "3", OFS_KIND_PARAGRAPH)->page, 2);
    assert_warned(report, "recognised");
    ofs_report_free(report);
    tear_down(&s);
}

static void what_goes_wrong_is_told(void **state) {
    (void)state;
    ofs_read_options options = {.ocr = true, .pdf_seconds = 2};
    setting s = set_up("#!/bin/sh\ncat >/dev/null\nexit 1\n");
    refuse(&s, &options, "failed on page 1 of 2");
    write_script(s.read, "#!/bin/sh\nexec sleep 60\n");
    refuse(&s, &options, "failed on page 1 of 2");
    write_script(s.read, "#!/bin/sh\ncat >/dev/null\n");
    refuse(&s, &options, "empty");
    setenv("OFS_TESSERACT", "/nowhere/tesseract", 1);
    refuse(&s, &options, "tesseract-ocr");
    tear_down(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_scan_is_named_as_one),
                                       cmocka_unit_test(a_scan_is_read_page_by_page),
                                       cmocka_unit_test(what_goes_wrong_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
