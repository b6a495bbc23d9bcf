/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helpers that the other tests lean on. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void test_random_numbers_repeat_and_stay_in_bounds(void **state) {
    (void)state;
    test_rng a = {42}, b = {42};
    bool seen[10] = {false};
    for (int i = 0; i < 1000; i++) {
        uint32_t n = test_rng_between(&a, 3, 12);
        assert_int_equal(n, test_rng_between(&b, 3, 12));
        assert_in_range(n, 3, 12);
        seen[n - 3] = true;
    }
    for (int i = 0; i < 10; i++)
        assert_true(seen[i]);
}

static void test_a_program_gets_its_input_and_gives_both_outputs(void **state) {
    (void)state;
    const char *argv[] = {"sh", "-c", "cat; echo \"$GREETING\" >&2; exit 3", NULL};
    const char *environment[] = {"GREETING=hello", NULL};
    size_t size = 300000; /* more than a pipe holds */
    char *input = malloc(size);
    assert_non_null(input);
    memset(input, 'x', size);
    test_run_options options = {.input = input, .input_size = size, .environment = environment};
    test_run run = test_run_program(argv, &options);
    assert_int_equal(run.status, 3);
    assert_int_equal(run.out_size, size);
    assert_memory_equal(run.out, input, size);
    assert_string_equal(run.err, "hello\n");
    test_run_free(&run);
    free(input);
}

static void test_a_program_that_hangs_is_ended(void **state) {
    (void)state;
    const char *argv[] = {"sleep", "100", NULL};
    test_run_options options = {.seconds = 1};
    test_run run = test_run_program(argv, &options);
    assert_true(run.timed_out);
    assert_int_equal(run.status, 128 + 9);
    test_run_free(&run);
}

static void test_a_temporary_folder_goes_with_all_that_is_in_it(void **state) {
    (void)state;
    char *folder = test_temp_dir();
    char *inner = test_format("%s/inner", folder);
    char *file = test_format("%s/file", inner);
    char *kept = test_format("%s", folder);
    assert_int_equal(mkdir(inner, 0700), 0);
    test_write_text(file, "text");
    size_t size;
    char *data = test_read_file(file, &size);
    assert_int_equal(size, 4);
    assert_string_equal(data, "text");
    assert_int_equal(chmod(inner, 0), 0);
    test_temp_remove(folder);
    assert_false(test_exists(kept));
    free(data);
    free(file);
    free(inner);
    free(kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_numbers_repeat_and_stay_in_bounds),
        cmocka_unit_test(test_a_program_gets_its_input_and_gives_both_outputs),
        cmocka_unit_test(test_a_program_that_hangs_is_ended),
        cmocka_unit_test(test_a_temporary_folder_goes_with_all_that_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
