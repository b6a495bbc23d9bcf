/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is no database, and what is a damaged one: a status and a message that names it, never a crash. */
#include "tests/unit/shim/shim_tools.h"

#include <sys/stat.h>
#include <unistd.h>

static char *folder, *path;

static int set_up(void **state) {
    (void)state;
    folder = test_temp_dir();
    path = test_format("%s/database", folder);
    ofs_xapian_writer *writer = NULL;
    MUST(ofs_xapian_writer_open(path, &(ofs_xapian_writing){.no_sync = true, .block_size = 2048}, &writer,
                                &err));
    test_rng rng = {7};
    for (int d = 0; d < 300; d++) {
        char words[200] = "";
        for (int w = 0; w < 12; w++)
            snprintf(words + strlen(words), sizeof words - strlen(words), "w%u ", test_rng_below(&rng, 400));
        words[strlen(words) - 1] = '\0';
        add_document(writer, words);
    }
    MUST(ofs_xapian_writer_set_metadata(writer, text("key"), text("value"), &err));
    MUST(ofs_xapian_writer_close(writer, &err));
    ofs_xapian_writer_free(writer);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    test_temp_remove(folder);
    free(path);
    return 0;
}

static void test_nothing_there(void **state) {
    (void)state;
    ofs_xapian_database *database = NULL;
    char *absent = test_format("%s/absent", folder);
    MUST_FAIL(ofs_xapian_database_open(absent, &database, &err), OFS_E_NO_INDEX, absent);
    assert_null(database);
    char *empty = test_format("%s/empty", folder);
    assert_int_equal(mkdir(empty, 0700), 0);
    MUST_FAIL(ofs_xapian_database_open(empty, &database, &err), OFS_E_NO_INDEX, empty);
    MUST_FAIL(ofs_xapian_database_open("", &database, &err), OFS_E_NO_INDEX, "DatabaseNotFoundError");
    free(absent);
    free(empty);
}

static void test_a_file_that_is_no_database(void **state) {
    (void)state;
    ofs_xapian_database *database = NULL;
    char *file = test_format("%s/file", folder);
    test_write_text(file, "this is a report\nand no database\n");
    MUST_FAIL(ofs_xapian_database_open(file, &database, &err), OFS_E_NO_INDEX, file);
    assert_null(database);
    MUST_FAIL(ofs_xapian_database_open("/dev/null", &database, &err), OFS_E_NO_INDEX, "/dev/null");
    free(file);
}

static void test_a_folder_that_may_not_be_read(void **state) {
    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: root may read everything\n");
        skip();
    }
    char *inner = test_format("%s/closed", folder);
    char *inside = test_format("%s/database", inner);
    ofs_xapian_database *database = NULL;
    assert_int_equal(mkdir(inner, 0), 0);
    MUST_FAIL(ofs_xapian_database_open(inside, &database, &err), OFS_E_IO, inside);
    free(inner);
    free(inside);
}

/* Everything that can be read of it, as far as it goes. */
static ofs_status read_everything(ofs_error *err) {
    ofs_xapian_database *database = NULL;
    ofs_status status = ofs_xapian_database_open(path, &database, err);
    ofs_xapian_string out = {0};
    if (status != OFS_OK)
        return status;
    notes seen = {0};
    status = ofs_xapian_database_visit_terms(database, text(""), note_term, &seen, err);
    for (uint32_t docid = 1; status == OFS_OK && docid <= 300; docid++) {
        ofs_xapian_document *document = NULL;
        status = ofs_xapian_database_visit_document(database, docid, note_term, &(notes){0}, err);
        if (status == OFS_OK)
            status = ofs_xapian_database_document(database, docid, &document, err);
        if (status == OFS_OK)
            status = ofs_xapian_document_data(document, &out, err);
        if (status == OFS_OK)
            status = ofs_xapian_document_value(document, 0, &out, err);
        ofs_xapian_document_free(document);
    }
    if (status == OFS_OK)
        status = ofs_xapian_database_visit_postings(database, text("w7"), 0, note_posting, &seen, err);
    if (status == OFS_OK)
        status = ofs_xapian_database_metadata(database, text("key"), &out, err);
    ofs_xapian_string_free(&out);
    ofs_xapian_database_free(database);
    return status;
}

static const char *const files[] = {"iamglass", "postlist.glass", "docdata.glass", "termlist.glass",
                                    "position.glass"};

static void test_a_cut_file_is_noticed(void **state) {
    (void)state;
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        char *file = test_format("%s/%s", path, files[f]);
        size_t size;
        char *data = test_read_file(file, &size);
        ofs_error err = {0};
        test_write_file(file, data, size / 2);
        ofs_status status = read_everything(&err);
        print_message("%s cut: %d %s\n", files[f], status, err.message);
        /* Positions are read by a phrase alone. */
        if (strcmp(files[f], "position.glass") != 0) {
            assert_true(status == OFS_E_CORRUPT || status == OFS_E_NO_INDEX);
            assert_non_null(strstr(err.message, path));
        }
        test_write_file(file, "", 0);
        memset(&err, 0, sizeof err);
        status = read_everything(&err);
        if (f < 4)
            assert_int_not_equal(status, OFS_OK);
        test_write_file(file, data, size);
        free(data);
        free(file);
    }
    ofs_error err = {0};
    assert_int_equal(read_everything(&err), OFS_OK);
}

static void test_a_version_file_of_another_kind(void **state) {
    (void)state;
    char *file = test_format("%s/iamglass", path);
    size_t size;
    char *data = test_read_file(file, &size);
    ofs_xapian_database *database = NULL;
    data[0] ^= 1;
    test_write_file(file, data, size);
    MUST_FAIL(ofs_xapian_database_open(path, &database, &err), OFS_E_CORRUPT, path);
    data[0] ^= 1;
    /* Behind the magic comes the format's version. */
    data[15] = '\x7f';
    test_write_file(file, data, size);
    MUST_FAIL(ofs_xapian_database_open(path, &database, &err), OFS_E_UNSUPPORTED, path);
    free(data);
    free(file);
}

/* What a disk gives back when it has lost a block. (libxapian has no checksums: of other damage it may not know.) */
static void test_lost_blocks_are_noticed(void **state) {
    (void)state;
    enum { BLOCK = 2048 };
    for (size_t f = 1; f < 4; f++) {
        char *file = test_format("%s/%s", path, files[f]);
        size_t size;
        char *data = test_read_file(file, &size), *broken = test_read_file(file, NULL);
        memset(broken, 0, size);
        test_write_file(file, broken, size);
        MUST_FAIL(read_everything(&err), OFS_E_CORRUPT, path);
        for (size_t at = 0; at + BLOCK <= size; at += BLOCK) {
            memcpy(broken, data, size);
            memset(broken + at, 0, BLOCK);
            test_write_file(file, broken, size);
            ofs_error err = {0};
            ofs_status status = read_everything(&err);
            if (status != OFS_OK && status != OFS_E_CORRUPT && status != OFS_E_MODIFIED)
                test_die("%s, block %zu: %d %s", files[f], at / BLOCK, (int)status, err.message);
        }
        test_write_file(file, data, size);
        free(data);
        free(broken);
        free(file);
    }
    MUST(read_everything(&err));
}

static void test_check_counts_the_faults(void **state) {
    (void)state;
    char *file = test_format("%s/postlist.glass", path);
    size_t size, faults = 0;
    char *data = test_read_file(file, &size);
    memset(data + 2048 + 40, 0xAA, 600);
    test_write_file(file, data, size);
    ofs_xapian_string report = {0};
    ofs_error err = {0};
    ofs_status status = ofs_xapian_check(path, &faults, &report, &err);
    assert_true(status != OFS_OK || faults > 0);
    ofs_xapian_string_free(&report);
    free(data);
    free(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define DAMAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        DAMAGE(test_nothing_there),
        DAMAGE(test_a_file_that_is_no_database),
        DAMAGE(test_a_folder_that_may_not_be_read),
        DAMAGE(test_a_cut_file_is_noticed),
        DAMAGE(test_a_version_file_of_another_kind),
        DAMAGE(test_lost_blocks_are_noticed),
        DAMAGE(test_check_counts_the_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
