/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question in whole sentences keeps what it asks about, and a query of nothing but small words is left whole. */
#include <string.h>

#include "search/query/function_words.h"
#include "tests/support/support.h"

static void expect(const char *query, bool any, const char *wanted) {
    ofsi_arena arena = {0};
    ofsi_query_options options = {.any = any, .plain = true};
    ofsi_node *root;
    ofs_error err;
    ofsi_buf out = {0};
    assert_int_equal(ofsi_query_parse(ofsi_span_of(query), &options, &arena, &root, &err), OFS_OK);
    ofsi_query_drop_function_words(root);
    ofsi_query_print(root, &out);
    ofsi_buf_byte(&out, 0);
    assert_string_equal(out.data, wanted);
    ofsi_buf_free(&out);
    ofsi_arena_free(&arena);
}

static void small_words_leave_a_question(void **state) {
    (void)state;
    expect("The return of children to the home", true, "return OR children OR home");
    expect("is the LADO in", true, "LADO");
}

static void a_query_of_small_words_stays(void **state) {
    (void)state;
    expect("to be or not to be", true, "to OR be OR or OR not OR to OR be");
}

static void words_that_all_must_hold_stay(void **state) {
    (void)state;
    expect("the children", false, "the children");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_words_leave_a_question),
        cmocka_unit_test(a_query_of_small_words_stays),
        cmocka_unit_test(words_that_all_must_hold_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
