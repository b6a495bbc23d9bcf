/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of things that look like the language and are none, and that nothing is said of others. */
#include "tests/support/support.h"

#include <string.h>

#include "search/query/advice.h"

static void check(const char *query, const char *expected) {
    ofsi_arena arena = {0};
    ofsi_advice advice;
    ofs_error err;
    assert_int_equal(ofsi_query_advise(ofsi_span_of(query), &arena, &advice, &err), OFS_OK);
    if (advice.count != (expected != NULL))
        test_die("%s: %u lines of advice: %s", query, advice.count, advice.count ? advice.lines[0] : "");
    if (expected && strstr(advice.lines[0], expected) != advice.lines[0])
        test_die("%s: %s", query, advice.lines[0]);
    ofsi_arena_free(&arena);
}

static void operators_of_other_languages(void **state) {
    (void)state;
    check("children && missing", "&& is passed over");
    check("children || missing", "| is passed over: alternatives are written a OR b");
    check("!missing care", "! is passed over: without the word is written -missing");
    check("missing near/5 care",
          "near/5 is read as words: at most 5 words on is written a NEAR/5 b, or a BEFORE/5 b");
    check("missing w/3 care", "w/3 is read as words: at most 3 words on is written a NEAR/3 b");
    check("missing (NEAR5 care)", "NEAR5 is read as words");
    check("missing NEAR/5/6 care", "NEAR/5/6 is read as words");
    check("missing adj4 care", "adj4 is read as words");
    check("missing NEAR:5 care", "NEAR:5 is read as words");
}

static void fields_that_are_none(void **state) {
    (void)state;
    check("year:2012 missing", "year:2012 is read as words: there is no field year; did you mean date:2012?");
    check("-sect:leadership",
          "sect:leadership is read as words: there is no field sect; did you mean section:leadership?");
    check("grades:4", "grades:4 is read as words: there is no field grades; did you mean grade:4?");
    check("Council:\"Kent and more\"",
          "Council: is read as words: there is no field Council; did you mean provider:?");
    check("foo:bar",
          "foo:bar is read as words: there is no field foo; fields are grade, section, provider, ");
}

static void what_is_nearly_the_language(void **state) {
    (void)state;
    check("late grade: inadequate",
          "grade: is read as words: a filter is a field, a colon and its value without a "
          "blank, grade:inadequate");
    check("Overall=inadequate",
          "Overall=inadequate is read as words: a filter is a field, a colon and its value "
          "without a blank, overall:inadequate");
    check("missing NEAR/x care",
          "NEAR/x is read as words: a distance is a number, a NEAR/5 b or a BEFORE/5 b");
    check("missing BEFORE/ care", "BEFORE/ is read as words: a distance is a number");
    check("missing^x care", "missing^x is read as words: a weight is a number, word^2");
    check("missing^2,5", "missing^2,5 is read as words: a weight is a number");
    check("\"missing care\"^high", "^high is read as words: a weight is a number");
    check("(missing care)^x", "^x is read as words: a weight is a number");
}

static void nothing_is_said_of_plain_text(void **state) {
    (void)state;
    static const char *const queries[] = {"missing near care",
                                          "near",
                                          "W5 N1 within before",
                                          "missing NEAR/5 care",
                                          "a BEFORE b",
                                          "grade:4 Section:care",
                                          "https://www.example.org/a:b",
                                          "10:30 at 2:1",
                                          "Note: this",
                                          "\"year:2012 && near/5\"",
                                          "\u201Cfoo:bar\u201D",
                                          "care! what?!",
                                          "1/2 and w/o",
                                          "near/0 near/2000",
                                          "missing^2 care^0.5",
                                          "Section: grade:",
                                          "grade:",
                                          "grade: (4)",
                                          "a=b",
                                          "=missing",
                                          "10^x 2^n",
                                          "\"a b\"^2 (c)^3",
                                          "missing^",
                                          ""};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        check(queries[i], NULL);
}

static void any_bytes_will_do(void **state) {
    (void)state;
    static const char *const parts[] = {
        "near", "/",  "5",   ":",      "\"", "(", " ", "foo",   "\xC3\xA9", "\xFF",
        "!",    "||", "w/9", "grade:", "-",  "=", "^", "NEAR/", "grade="};
    test_rng rng = test_rng_start(88);
    for (int round = 0; round < 20000; round++) {
        char text[200] = "";
        ofsi_arena arena = {0};
        ofsi_advice advice;
        ofs_error err;
        for (uint32_t n = test_rng_below(&rng, 25); n > 0; n--)
            strcat(text, parts[test_rng_below(&rng, sizeof parts / sizeof parts[0])]);
        assert_int_equal(ofsi_query_advise(ofsi_span_of(text), &arena, &advice, &err), OFS_OK);
        assert_true(advice.count <= OFSI_ADVICE_MAX);
        ofsi_arena_free(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_of_other_languages),
        cmocka_unit_test(fields_that_are_none),
        cmocka_unit_test(what_is_nearly_the_language),
        cmocka_unit_test(nothing_is_said_of_plain_text),
        cmocka_unit_test(any_bytes_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
