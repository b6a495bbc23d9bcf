/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders for tests, and the folders that the environment names. */
#include "tests/support/support.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void test_die(const char *format, ...) {
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    fail_msg("%s", message);
    abort();
}

char *test_format(const char *format, ...) {
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0)
        test_die("out of memory");
    return text;
}

char *test_temp_dir(void) {
    const char *base = getenv("TMPDIR");
    char *path = test_format("%s/ofsearch-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        test_die("cannot make %s: %s", path, strerror(errno));
    return path;
}

static int compare_names(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static FTS *open_tree(const char *directory) {
    char *root = test_format("%s", directory);
    char *const roots[] = {root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, compare_names);
    free(root);
    if (!tree)
        test_die("cannot list %s: %s", directory, strerror(errno));
    return tree;
}

void test_temp_remove(char *directory) {
    if (!directory)
        return;
    FTS *tree = open_tree(directory);
    for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree)) {
        if (entry->fts_info == FTS_D)
            chmod(entry->fts_accpath, 0700); /* a test may have taken the permission away */
        else if (entry->fts_info != FTS_DC)
            remove(entry->fts_accpath);
    }
    fts_close(tree);
    free(directory);
}

void test_each_file(const char *directory, test_visit_file visit, void *context) {
    FTS *tree = open_tree(directory);
    for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree))
        if (entry->fts_info == FTS_F)
            visit(context, entry->fts_path);
    fts_close(tree);
}

char *test_read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file)
        test_die("cannot open %s: %s", path, strerror(errno));
    char *data = NULL;
    size_t used = 0, capacity = 0;
    for (;;) {
        if (capacity - used < 65536) {
            capacity = capacity ? capacity * 2 : 131072;
            data = realloc(data, capacity);
            if (!data)
                test_die("out of memory reading %s", path);
        }
        size_t got = fread(data + used, 1, capacity - used - 1, file);
        if (got == 0)
            break;
        used += got;
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        test_die("cannot read %s", path);
    data[used] = '\0';
    if (size)
        *size = used;
    return data;
}

void test_write_file(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file)
        test_die("cannot create %s: %s", path, strerror(errno));
    bool ok = size == 0 || fwrite(data, 1, size, file) == size;
    if (fclose(file) != 0 || !ok)
        test_die("cannot write %s", path);
}

void test_write_text(const char *path, const char *text) { test_write_file(path, text, strlen(text)); }

void test_copy_file(const char *from, const char *to) {
    size_t size;
    char *data = test_read_file(from, &size);
    test_write_file(to, data, size);
    free(data);
}

bool test_exists(const char *path) { return access(path, F_OK) == 0; }

static const char *find_folder(const char *variable) {
    const char *path = getenv(variable);
    struct stat info;
    return path && stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? path : NULL;
}

const char *test_corpus(void) { return find_folder("OFS_TEST_CORPUS"); }
const char *test_ir(void) { return find_folder("OFS_TEST_IR"); }
const char *test_queries(void) { return find_folder("OFS_TEST_QUERIES"); }

const char *test_source(void) {
    const char *path = find_folder("OFS_TEST_SOURCE");
    if (!path)
        test_die("OFS_TEST_SOURCE is not set: run the tests by ctest");
    return path;
}

char *test_program(const char *name) {
    const char *folder = find_folder("OFS_TEST_BIN");
    if (!folder)
        test_die("OFS_TEST_BIN is not set: run the tests by ctest");
    return test_format("%s/%s", folder, name);
}
