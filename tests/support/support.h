/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests share: a seeded random source, folders that vanish, whole files, running a program, and where the real
 * reports and the built programs are. Whatever goes wrong in here fails the running test, so nothing returns a status.
 * It stands on libc and cmocka alone, never on the code under test.
 */
#ifndef OFS_TESTS_SUPPORT_H
#define OFS_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Fails the running test. (cmocka does not say that its own fail_msg never comes back.) */
_Noreturn void test_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- random numbers: the same seed gives the same numbers everywhere ---- */

typedef struct test_rng {
    uint64_t state;
} test_rng;

/* $OFS_TEST_SEED where it is set, else `fallback`; printed, so that a failure can be repeated. */
test_rng test_rng_start(uint64_t fallback);
uint64_t test_rng_next(test_rng *rng);
/* 0 <= result < bound; bound > 0. */
uint32_t test_rng_below(test_rng *rng, uint32_t bound);
/* first <= result <= last. */
uint32_t test_rng_between(test_rng *rng, uint32_t first, uint32_t last);
/* True in `percent` of 100 calls. */
bool test_rng_chance(test_rng *rng, uint32_t percent);

/* ---- files; strings returned are the caller's, given back with free() ---- */

char *test_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A new empty folder below $TMPDIR or /tmp. */
char *test_temp_dir(void);
/* Removes the folder with all that is in it, and frees the string. NULL is allowed. */
void test_temp_remove(char *directory);
/* The whole file with a NUL behind it; size may be NULL. */
char *test_read_file(const char *path, size_t *size);
void test_write_file(const char *path, const void *data, size_t size);
void test_write_text(const char *path, const char *text);
void test_copy_file(const char *from, const char *to);
bool test_exists(const char *path);

/* Called with each regular file below a folder, in byte order of the paths. */
typedef void (*test_visit_file)(void *context, const char *path);
void test_each_file(const char *directory, test_visit_file visit, void *context);

/* ---- programs ---- */

typedef struct test_run {
    int status; /* exit status, or 128 + signal */
    bool timed_out;
    char *out, *err; /* NUL-terminated */
    size_t out_size, err_size;
} test_run;

typedef struct test_run_options {
    const char *input;              /* for its stdin; NULL: empty */
    size_t input_size;              /* 0: strlen(input) */
    const char *directory;          /* to run in; NULL: here */
    const char *const *environment; /* "NAME=value" set, "NAME" unset; NULL-terminated; NULL: as here */
    unsigned seconds;               /* then it is killed; 0: 120 */
} test_run_options;

/* Runs argv (NULL-terminated; argv[0] found by PATH) and waits for it. options may be NULL. */
test_run test_run_program(const char *const *argv, const test_run_options *options);
void test_run_free(test_run *run);
/* The path of a program of ours in the build tree. */
char *test_program(const char *name);

/* ---- places ---- */

/* The root of the sources. */
const char *test_source(void);
/* The folder of the real reports, of the collections with judgements, of the query lists; NULL where absent. */
const char *test_corpus(void);
const char *test_ir(void);
const char *test_queries(void);

/* Ends the test as skipped where the folder is not there, and says so. */
#define TEST_NEEDS(variable, get)                                                                            \
    const char *variable = get();                                                                            \
    do {                                                                                                     \
        if (!variable) {                                                                                     \
            print_message("skipped: " #get "() has no folder on this machine\n");                            \
            skip();                                                                                          \
        }                                                                                                    \
    } while (0)

#endif
