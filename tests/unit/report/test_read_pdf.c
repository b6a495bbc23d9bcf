/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of PDFs and its worker processes: what a page gives, what is said of a file that is none, and what a
 * worker that crashes, hangs or lies costs. A worker belongs to a thread: each reading with a worker of its own choice
 * runs in a new thread.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ofsearch/report.h>

#include "indexer/report/lines.h"
#include "tests/support/support.h"
#include "tests/unit/report/mini_pdf.h"

enum { FILES_MOST = 260 };

typedef struct reading {
    const char *paths[FILES_MOST]; /* read one after the other in one thread */
    size_t count;
    ofs_read_options options;
    /* of the last file */
    ofsi_arena arena;
    ofsi_document document;
    ofs_status status;
    ofs_error err;
    size_t good; /* files read */
} reading;

static char *folder; /* of the test at hand */
static const char *real_worker;

static char *below(const char *name) { return test_format("%s/%s", folder, name); }

static void *read_files(void *context) {
    reading *r = context;
    for (size_t i = 0; i < r->count; i++) {
        ofsi_arena_free(&r->arena);
        r->status = ofsi_read_pdf(r->paths[i], &r->options, &r->arena, &r->document, &r->err);
        r->good += r->status == OFS_OK;
    }
    return NULL;
}

static void run(reading *r) {
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_files, r), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void end(reading *r) { ofsi_arena_free(&r->arena); }

static reading read_one(const char *path) {
    reading r = {.paths = {path}, .count = 1};
    run(&r);
    return r;
}

/* A worker that is a shell script; $REAL starts the real one. */
static void set_worker(const char *script) {
    char *path = below("worker.sh");
    char *text = test_format("#!/bin/sh\nREAL='%s'\n%s\n", real_worker, script);
    test_write_text(path, text);
    const char *const argv[] = {"chmod", "755", path, NULL};
    test_run made = test_run_program(argv, NULL);
    assert_int_equal(made.status, 0);
    test_run_free(&made);
    assert_int_equal(setenv("OFS_PDF_WORKER", path, 1), 0);
    free(text);
    free(path);
}

static int begin(void **state) {
    (void)state;
    folder = test_temp_dir();
    return setenv("OFS_PDF_WORKER", real_worker, 1);
}

/* Whatever a test did, its threads have taken their workers with them. */
static int finish(void **state) {
    (void)state;
    test_temp_remove(folder);
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1;
}

static void assert_refused(const char *path, const char *why) {
    reading r = {.paths = {path}, .count = 1, .options = {.pdf_seconds = 1}};
    run(&r);
    assert_int_equal(r.status, OFS_E_INPUT);
    if (!strstr(r.err.message, why))
        print_error("%s\n", r.err.message);
    assert_non_null(strstr(r.err.message, why));
    assert_non_null(strstr(r.err.message, path));
    assert_int_equal(r.document.line_count, 0);
    end(&r);
}

static void lines_have_text_place_and_look(void **state) {
    (void)state;
    char *path = below("report.pdf");
    mini_pdf(path, "A title",
             (const char *const[]){
                 "BT /F2 14 Tf 70 700 Td (Quality of provision) Tj ET\n"
                 "BT /F1 12 Tf 70 670 Td (12.) Tj 30 0 Td (The multi-) Tj 0 -14 Td (agency team) Tj ET\n"
                 "BT /F1 12 Tf 70 600 Td (Overall) Tj 200 0 Td (Good) Tj ET",
                 "BT /F3 10 Tf 70 700 Td (The Board) Tj /F1 6 Tf 5 Ts (1) Tj /F3 10 Tf 0 Ts ( met.) Tj ET\n"
                 "BT /F1 10 Tf 70 650 Td (31 March 2014.) Tj /F1 6 Tf 5 Ts (12) Tj ET",
                 "", NULL});
    reading r = read_one(path);
    assert_int_equal(r.status, OFS_OK);
    assert_true(r.document.is_pdf);
    assert_int_equal(r.document.page_count, 3);
    assert_string_equal(r.document.info_title, "A title");
    assert_int_equal(r.document.line_count, 6);
    const ofsi_line *lines = r.document.lines;
    assert_string_equal(lines[0].text.data, "Quality of provision");
    assert_true(lines[0].bold && !lines[0].italic && lines[0].page_start);
    assert_true(lines[0].size > 13.9F && lines[0].size < 14.1F);
    assert_true(lines[0].x0 > 69 && lines[0].x0 < 72 && lines[0].y0 > 120 && lines[0].y1 < 150);
    assert_string_equal(lines[1].text.data, "12. The multi-");
    assert_false(lines[1].bold);
    assert_string_equal(lines[2].text.data, "agency team");
    assert_string_equal(lines[3].text.data, "Overall\tGood");
    assert_int_equal(lines[3].page, 1);
    assert_string_equal(lines[4].text.data, "The Board met.");
    assert_true(lines[4].italic && lines[4].page_start);
    assert_int_equal(lines[4].page, 2);
    assert_string_equal(lines[5].text.data, "31 March 2014.");
    end(&r);
    free(path);
}

static void what_is_no_readable_pdf_is_named(void **state) {
    (void)state;
    char *path = below("report.pdf"), *bytes;
    size_t size;
    test_write_text(path, "");
    assert_refused(path, "is empty");
    test_write_text(path, "\n <!DOCTYPE html><html><body>404</body></html>");
    assert_refused(path, "is an HTML page, not a PDF");
    test_write_text(path, "just text");
    assert_refused(path, "is not a PDF");
    test_write_text(path, "%PDF-1.4\nnothing in it\nstartxref\n0\n%%EOF\n");
    assert_refused(path, "is a damaged PDF");
    mini_pdf(path, "", (const char *const[]){NULL});
    assert_refused(path, "has no pages");
    mini_pdf(path, "", (const char *const[]){"0 0 m 100 100 l S", NULL});
    assert_refused(path, "has no text layer");
    mini_pdf_saying(path, "Whole");
    bytes = test_read_file(path, &size);
    test_write_file(path, bytes, size - 60);
    assert_refused(path, "is cut short");
    free(bytes);
    reading r = read_one("/nowhere/report.pdf");
    assert_int_equal(r.status, OFS_E_IO);
    assert_refused(folder, "not a regular file");
    free(path);
}

static void random_bytes_behind_a_header_are_survived(void **state) {
    (void)state;
    enum { SIZE = 4096, ROUNDS = 40 };
    char *path = below("report.pdf"), *bytes;
    size_t size;
    test_rng rng = test_rng_start(7);
    mini_pdf_saying(path, "Some text that is long enough to be worth while");
    bytes = test_read_file(path, &size);
    reading r = {.options = {.pdf_seconds = 20}};
    char *names[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        char *copy = malloc(size);
        assert_non_null(copy);
        memcpy(copy, bytes, size);
        for (uint32_t n = test_rng_between(&rng, 1, 40); n > 0; n--)
            copy[test_rng_between(&rng, 9, (uint32_t)size - 30)] = (char)test_rng_below(&rng, 256);
        char *name = test_format("%d.pdf", (int)i);
        names[i] = below(name);
        test_write_file(names[i], copy, size);
        r.paths[r.count++] = names[i];
        free(name);
        free(copy);
    }
    r.paths[r.count++] = path;
    run(&r);
    assert_int_equal(r.status, OFS_OK); /* of the last, which is whole */
    end(&r);
    for (size_t i = 0; i < ROUNDS; i++)
        free(names[i]);
    free(bytes);
    free(path);
}

static void an_encrypted_pdf_is_named(void **state) {
    (void)state;
    char *path = below("plain.pdf"), *locked = below("locked.pdf"), *open = below("open.pdf");
    mini_pdf_saying(path, "Secret");
    const char *const lock[] = {"qpdf", "--encrypt", "secret", "secret", "256", "--", path, locked, NULL};
    const char *const protect[] = {"qpdf", "--encrypt", "", "owner", "256", "--", path, open, NULL};
    test_run made = test_run_program(lock, NULL);
    bool present = test_exists(locked);
    test_run_free(&made);
    if (present) {
        assert_refused(locked, "is encrypted and needs a password");
        made = test_run_program(protect, NULL);
        test_run_free(&made);
        reading r = read_one(open); /* what needs no password to be read is read */
        assert_int_equal(r.status, OFS_OK);
        assert_string_equal(r.document.lines[0].text.data, "Secret");
        end(&r);
    }
    free(open);
    free(locked);
    free(path);
    if (!present) {
        print_message("skipped: qpdf, which makes the encrypted file, is not on this machine\n");
        test_temp_remove(folder);
        folder = NULL;
        skip();
    }
}

static void a_worker_that_dies_is_one_clear_line(void **state) {
    (void)state;
    static const struct {
        const char *script, *message;
    } cases[] = {
        {"kill -SEGV $$", "crashed the PDF library (signal 11)"},
        {"kill -ABRT $$", "crashed the PDF library (signal 6)"},
        {"kill -KILL $$", "was killed (signal 9)"},
        {"kill -XCPU $$", "took longer than 1 seconds"},
        {"exit 3", "stopped the PDF library (exit status 3)"},
        {"exit 77", "needs more memory than the limit of 1024 MiB"},
        {"sleep 60", "took longer than 1 seconds"},
        {"printf 'nonsense nonsense' >&3; sleep 60", "a wrong answer"},
        {"printf '\\001\\000\\000\\000\\377\\377\\377\\377' >&3; sleep 60", "a wrong answer"},
        {"printf '\\003\\000\\000\\000\\000\\000\\000\\000' >&3; sleep 60", "a wrong answer"},
        {"printf '\\004\\000\\000\\000\\000\\000\\000\\000' >&3; sleep 60", "a wrong answer"},
        {"printf '\\004\\000\\000\\000\\002\\000\\000\\000\\002\\000more' >&3; sleep 60", "a wrong answer"},
        {"printf '\\004\\000\\000\\000\\002\\000\\000\\000\\002\\000' >&3; sleep 60", "is encrypted"},
    };
    char *path = below("report.pdf");
    mini_pdf_saying(path, "Text");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_worker(cases[i].script);
        assert_refused(path, cases[i].message);
    }
    free(path);
}

static void the_next_file_gets_a_new_worker(void **state) {
    (void)state;
    char *path = below("report.pdf"), *flag = below("flag");
    char *script = test_format("[ -e '%s' ] && exec \"$REAL\" \"$@\"\n: > '%s'\nkill -SEGV $$", flag, flag);
    mini_pdf_saying(path, "Text");
    set_worker(script);
    reading r = {.paths = {path, path}, .count = 2};
    run(&r);
    assert_int_equal(r.good, 1);
    assert_int_equal(r.status, OFS_OK);
    assert_string_equal(r.document.lines[0].text.data, "Text");
    end(&r);
    free(script);
    free(flag);
    free(path);
}

static void a_worker_serves_two_hundred_files(void **state) {
    (void)state;
    char *path = below("report.pdf"), *log = below("log");
    char *script = test_format("echo started >> '%s'\nexec \"$REAL\" \"$@\"", log);
    mini_pdf_saying(path, "Text");
    set_worker(script);
    reading r = {.count = 250};
    for (size_t i = 0; i < r.count; i++)
        r.paths[i] = path;
    run(&r);
    assert_int_equal(r.good, 250);
    size_t size;
    char *starts = test_read_file(log, &size);
    assert_string_equal(starts, "started\nstarted\n");
    end(&r);
    free(starts);
    free(script);
    free(log);
    free(path);
}

static void a_missing_worker_is_an_error_of_the_machine(void **state) {
    (void)state;
    char *path = below("report.pdf");
    mini_pdf_saying(path, "Text");
    assert_int_equal(setenv("OFS_PDF_WORKER", "/nowhere/worker", 1), 0);
    reading r = read_one(path);
    assert_int_equal(r.status, OFS_E_IO);
    assert_non_null(strstr(r.err.message, "/nowhere/worker"));
    free(path);
}

static void threads_have_workers_of_their_own(void **state) {
    (void)state;
    enum { THREADS = 4, FILES = 20 };
    char *path = below("report.pdf");
    mini_pdf_saying(path, "Text");
    static reading readings[THREADS];
    pthread_t threads[THREADS];
    for (size_t t = 0; t < THREADS; t++) {
        readings[t] = (reading){.count = FILES};
        for (size_t i = 0; i < FILES; i++)
            readings[t].paths[i] = path;
        assert_int_equal(pthread_create(&threads[t], NULL, read_files, &readings[t]), 0);
    }
    for (size_t t = 0; t < THREADS; t++) {
        assert_int_equal(pthread_join(threads[t], NULL), 0);
        assert_int_equal(readings[t].good, FILES);
        end(&readings[t]);
    }
    free(path);
}

static void the_memory_limit_holds(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("skipped: a sanitizer needs more addresses than any limit gives\n");
    test_temp_remove(folder);
    folder = NULL;
    skip();
#else
    char *path = below("report.pdf");
    mini_pdf_saying(path, "Text");
    reading r = {.paths = {path}, .count = 1, .options = {.pdf_memory = 20 << 20}};
    run(&r);
    assert_int_equal(r.status, OFS_E_INPUT);
    assert_non_null(strstr(r.err.message, "needs more memory than the limit of 20 MiB"));
    free(path);
#endif
}

int main(void) {
    char *program = test_program("ofs-pdf-worker");
    real_worker = program;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_have_text_place_and_look, begin, finish),
        cmocka_unit_test_setup_teardown(what_is_no_readable_pdf_is_named, begin, finish),
        cmocka_unit_test_setup_teardown(random_bytes_behind_a_header_are_survived, begin, finish),
        cmocka_unit_test_setup_teardown(an_encrypted_pdf_is_named, begin, finish),
        cmocka_unit_test_setup_teardown(a_worker_that_dies_is_one_clear_line, begin, finish),
        cmocka_unit_test_setup_teardown(the_next_file_gets_a_new_worker, begin, finish),
        cmocka_unit_test_setup_teardown(a_worker_serves_two_hundred_files, begin, finish),
        cmocka_unit_test_setup_teardown(a_missing_worker_is_an_error_of_the_machine, begin, finish),
        cmocka_unit_test_setup_teardown(threads_have_workers_of_their_own, begin, finish),
        cmocka_unit_test_setup_teardown(the_memory_limit_holds, begin, finish),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(program);
    return failed;
}
