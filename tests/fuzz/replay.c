/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands in for libFuzzer's driver where a fuzz target is built as a plain test: runs the target once with each file
 * of the folders named, and with no bytes at all.
 */
#include "tests/fuzz/fuzz.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return 1;
    }
    long end = ftell(file);
    rewind(file);
    size_t size = end > 0 ? (size_t)end : 0;
    /* Exactly as long as the file, so that a sanitizer sees a read behind its end. */
    uint8_t *data = malloc(size ? size : 1);
    int failed = !data || fread(data, 1, size, file) != size;
    fclose(file);
    if (failed)
        perror(path);
    else
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    return failed;
}

static int compare_names(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

int main(int argc, char **argv) {
    int failures = 0;
    size_t files = 0;
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    FTS *tree = argc > 1 ? fts_open(argv + 1, FTS_LOGICAL | FTS_NOCHDIR, compare_names) : NULL;
    if (!tree) {
        fprintf(stderr, "usage: %s SEEDS...\n", argv[0]);
        return 2;
    }
    for (FTSENT *entry = fts_read(tree); entry; entry = fts_read(tree)) {
        if (entry->fts_info == FTS_F) {
            failures += replay_file(entry->fts_path);
            files++;
        }
    }
    fts_close(tree);
    printf("%zu seeds\n", files);
    if (files == 0)
        fprintf(stderr, "no seeds in %s\n", argv[1]);
    return failures || files == 0;
}
