/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run on Xapian databases that is killed at any time leaves the last commit, sound, though libxapian has written parts of
 * the next one; and a commit that is cut off between several databases is told, and made whole by the next run.
 */
#include <ofsearch/index.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "indexer/base/xapian_late.h"
#include "tests/support/reports.h"
#include "tests/support/support.h"

enum { REPORTS = 8 };

typedef struct fixture {
    bool has_xapian;
    char *folder, *index;
    char *paths[REPORTS];
    test_rng rng;
} fixture;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static void write_reports(fixture *f) {
    for (uint32_t i = 0; i < REPORTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "report-%u", i);
        test_write_report(f->paths[i], id, 40, &f->rng);
    }
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    const ofsi_xapian *x;
    ofs_error err;
    f->rng = test_rng_start(51);
    f->has_xapian = ofsi_xapian_load(&x, &err) == OFS_OK;
    f->folder = test_temp_dir();
    f->index = test_format("%s/index", f->folder);
    for (uint32_t i = 0; i < REPORTS; i++)
        f->paths[i] = test_format("%s/%u.jsonl", f->folder, i);
    write_reports(f);
    /* libxapian writes after so few documents, over and over in one run. */
    (void)setenv("XAPIAN_FLUSH_THRESHOLD", "16", 1);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    for (uint32_t i = 0; i < REPORTS; i++)
        free(f->paths[i]);
    free(f->index);
    test_temp_remove(f->folder);
    free(f);
    return 0;
}

static fixture *fixture_with_xapian(void **state) {
    fixture *f = *state;
    if (!f->has_xapian)
        skip();
    return f;
}

/* ---- runs ---- */

typedef struct death {
    uint64_t files; /* so many are done when it comes; UINT64_MAX: never */
} death;

static ofs_status die_after(void *context, const ofs_progress *progress) {
    const death *d = context;
    if (progress->files_done >= d->files)
        (void)kill(getpid(), SIGKILL);
    return OFS_OK;
}

/* Adds all files and commits; killed on the way when so many files are done. */
static ofs_status run(const fixture *f, uint32_t shards, death d, ofs_error *err) {
    ofs_writer *writer;
    ofs_writer_options options = {
        .threads = 1, .engine = "xapian", .shards = shards, .progress = die_after, .progress_context = &d};
    ofs_status status = ofs_writer_open(f->index, &options, &writer, err);
    if (status == OFS_OK)
        status = ofs_writer_add(writer, (const char *const *)f->paths, REPORTS, NULL, err);
    if (status == OFS_OK)
        status = ofs_writer_commit(writer, err);
    ofs_writer_close(writer);
    return status;
}

static void run_and_die(const fixture *f, uint32_t shards, uint64_t files) {
    int result;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        ofs_error err;
        (void)run(f, shards, (death){files}, &err);
        _exit(1);
    }
    assert_true(waitpid(child, &result, 0) == child && WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL);
}

static ofs_status print_paragraph(void *context, const ofs_listed_paragraph *p, ofs_error *err) {
    char **text = context;
    (void)err;
    char *longer =
        test_format("%s%s %u %s\n", *text, p->report->id, p->place, p->paragraph ? p->paragraph->text : "");
    free(*text);
    *text = longer;
    return OFS_OK;
}

/* All that the index has, checked on the way. */
static char *contents(const fixture *f) {
    ofs_error err;
    char *text = test_format("%s", "");
    check(ofs_index_check(f->index, NULL, NULL, &err), &err);
    check(ofs_index_visit(f->index, print_paragraph, &text, &err), &err);
    return text;
}

static void remove_index(const fixture *f) {
    const char *arguments[] = {"rm", "-rf", f->index, NULL};
    test_run done = test_run_program(arguments, NULL);
    test_run_free(&done);
}

static void a_killed_run_leaves_the_last_commit(void **state) {
    fixture *f = fixture_with_xapian(state);
    for (uint32_t shards = 0; shards <= 3; shards += 3) {
        ofs_error err;
        check(run(f, shards, (death){UINT64_MAX}, &err), &err);
        char *before = contents(f);
        for (uint64_t files = 1; files <= REPORTS; files++) {
            write_reports(f);
            run_and_die(f, shards, files);
            char *after = contents(f);
            assert_string_equal(before, after);
            free(after);
        }
        check(run(f, shards, (death){UINT64_MAX}, &err), &err);
        char *then = contents(f);
        assert_string_not_equal(before, then);
        free(before);
        free(then);
        remove_index(f);
    }
}

static void a_first_run_that_is_killed_leaves_no_index(void **state) {
    fixture *f = fixture_with_xapian(state);
    ofs_error err;
    ofs_index_stats stats;
    for (uint32_t shards = 0; shards <= 3; shards += 3) {
        run_and_die(f, shards, 4);
        assert_int_equal(ofs_index_stat(f->index, &stats, &err), OFS_E_NO_INDEX);
        check(run(f, shards, (death){UINT64_MAX}, &err), &err);
        check(ofs_index_stat(f->index, &stats, &err), &err);
        assert_int_equal(stats.reports, REPORTS);
        assert_int_equal(stats.generation, 1);
        remove_index(f);
    }
}

/* ---- commits over several databases ---- */

static void copy_database(const fixture *f, const char *from, const char *to) {
    char *a = test_format("%s/%s/.", f->index, from), *b = test_format("%s/%s", f->index, to);
    const char *arguments[] = {"cp", "-r", a, b, NULL};
    test_run done = test_run_program(arguments, NULL);
    assert_int_equal(done.status, 0);
    test_run_free(&done);
    free(a);
    free(b);
}

static void a_commit_cut_off_between_databases_is_told_and_made_whole(void **state) {
    fixture *f = fixture_with_xapian(state);
    ofs_error err;
    ofs_index_stats stats;
    check(run(f, 3, (death){UINT64_MAX}, &err), &err);
    copy_database(f, "shard-1", "kept");
    write_reports(f);
    check(run(f, 3, (death){UINT64_MAX}, &err), &err);
    char *whole = contents(f);
    copy_database(f, "kept", "shard-1"); /* as if the second commit had come to the first database alone */
    assert_int_equal(ofs_index_stat(f->index, &stats, &err), OFS_E_CORRUPT);
    assert_non_null(strstr(err.message, "not of one commit"));
    assert_int_equal(ofs_index_check(f->index, NULL, NULL, &err), OFS_E_CORRUPT);
    check(run(f, 3, (death){UINT64_MAX}, &err), &err);
    char *again = contents(f);
    assert_string_equal(whole, again);
    free(whole);
    free(again);
    remove_index(f);
}

/* A file of reports that fall to all databases, in its n-th version. */
static void write_one_file(const fixture *f, uint32_t version) {
    FILE *file = fopen(f->paths[0], "w");
    assert_non_null(file);
    for (uint32_t i = 0; i < 24; i++)
        fprintf(file, "{\"report\":\"one-%u\",\"text\":\"version %u\"}\n", i, version);
    assert_int_equal(fclose(file), 0);
}

/* What a commit that was cut off has left is also made whole when the next run does not meet the file. */
static void a_file_of_a_commit_cut_off_is_read_again_later(void **state) {
    fixture *f = fixture_with_xapian(state);
    ofs_error err;
    ofs_writer *writer;
    for (uint32_t lost = 0; lost < 3; lost++) {
        char *shard = test_format("shard-%u", lost);
        write_one_file(f, 1);
        check(run(f, 3, (death){UINT64_MAX}, &err), &err);
        copy_database(f, shard, "kept");
        write_one_file(f, 22);
        check(run(f, 3, (death){UINT64_MAX}, &err), &err);
        char *whole = contents(f);
        copy_database(f, "kept", shard);
        check(ofs_writer_open(f->index, NULL, &writer, &err), &err);
        check(ofs_writer_remove(writer, "report-1", NULL, &err), &err);
        check(ofs_writer_commit(writer, &err), &err);
        ofs_writer_close(writer);
        free(contents(f)); /* it can be read */
        check(run(f, 3, (death){UINT64_MAX}, &err), &err);
        char *again = contents(f);
        assert_string_equal(whole, again);
        free(whole);
        free(again);
        free(shard);
        remove_index(f);
        write_reports(f);
    }
}

/* Killed behind the last database and before the index file: the commit is there, and only has to be said. */
static void a_commit_that_only_lacks_its_index_file_counts(void **state) {
    fixture *f = fixture_with_xapian(state);
    ofs_error err;
    ofs_index_stats stats;
    check(run(f, 3, (death){UINT64_MAX}, &err), &err);
    char *path = test_format("%s/shards", f->index);
    char *text = test_read_file(path, NULL);
    write_reports(f);
    check(run(f, 3, (death){UINT64_MAX}, &err), &err);
    char *whole = contents(f);
    test_write_text(path, text);
    assert_int_equal(ofs_index_stat(f->index, &stats, &err), OFS_E_CORRUPT);
    check(run(f, 0, (death){UINT64_MAX}, &err), &err);
    char *again = contents(f);
    assert_string_equal(whole, again);
    free(whole);
    free(again);
    free(text);
    free(path);
    remove_index(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_run_leaves_the_last_commit),
        cmocka_unit_test(a_first_run_that_is_killed_leaves_no_index),
        cmocka_unit_test(a_commit_cut_off_between_databases_is_told_and_made_whole),
        cmocka_unit_test(a_file_of_a_commit_cut_off_is_read_again_later),
        cmocka_unit_test(a_commit_that_only_lacks_its_index_file_counts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
