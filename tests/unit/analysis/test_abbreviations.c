/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which definitions of abbreviations are found in a text, and which parentheses are none. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/analysis/abbreviation.h"
#include "indexer/base/buf.h"

/* "SHORT=long form; ..." of all definitions of the text. */
static char *write_all(ofsi_span text) {
    ofsi_buf out = {0};
    ofsi_definition found;
    for (size_t at = 0; ofsi_definition_next(text, &at, &found);) {
        assert_true(found.short_form.size <= OFSI_SHORT_FORM_MAX);
        assert_true(found.long_form.size <= OFSI_LONG_FORM_MAX);
        ofsi_buf_printf(&out, "%s%.*s=%.*s", out.size ? "; " : "", (int)found.short_form.size,
                        found.short_form.data, (int)found.long_form.size, found.long_form.data);
    }
    ofsi_buf_byte(&out, 0);
    assert_false(out.failed);
    return out.data;
}

static void check(const char *text, const char *expected) {
    char *got = write_all(ofsi_span_of(text));
    if (strcmp(got, expected) != 0)
        test_die("%s\n  gives    %s\n  expected %s", text, got, expected);
    free(got);
}

static void the_short_form_stands_in_parentheses(void **state) {
    (void)state;
    check("The Local Authority Designated Officer (LADO) is known.",
          "LADO=Local Authority Designated Officer");
    check("a multi-agency safeguarding hub (MASH) and independent reviewing officers (IROs)",
          "MASH=multi-agency safeguarding hub; IROs=independent reviewing officers");
    check("the Children and Family Court Advisory and Support Service (Cafcass)",
          "Cafcass=Children and Family Court Advisory and Support Service");
    check("young people not in education, employment or training (NEET)",
          "NEET=not in education, employment or training");
    check("special educational needs and/or disabilities (SEND)",
          "SEND=special educational needs and/or disabilities");
    check("the \u2018public law outline\u2019 (\u2018PLO\u2019)", "PLO=public law outline");
    check("the Care Quality Commission (CQC, the regulator)", "CQC=Care Quality Commission");
    check("Child  Death\nOverview Panel (CDOP)", "CDOP=Child  Death\nOverview Panel");
}

static void the_long_form_stands_in_parentheses(void **state) {
    (void)state;
    check("The LADO (Local Authority Designated Officer) is known.",
          "LADO=Local Authority Designated Officer");
    check("the MASH (the multi-agency safeguarding hub)", "MASH=multi-agency safeguarding hub");
    check("the NHS (a number of hospitals that said so)", "");
}

static void a_long_form_does_not_begin_with_a_joining_word(void **state) {
    (void)state;
    check("the assessed and supported year in employment (ASYE)",
          "ASYE=assessed and supported year in employment");
    check("accident and emergency (A&E)", "A&E=accident and emergency");
    check("and emergency (A&E)", "");
}

static void other_parentheses_define_nothing(void **state) {
    (void)state;
    check("governance of the board (Good)", "");
    check("the quality of care (see paragraph 25)", "");
    check("a board (2012)", "");
    check("Care. Quality. Commission (CQC)", "");
    check("the CQC (CQC)", "");
    check("(CQC)", "");
    check("Care Quality Commission (CQC", "");
    check("Care Quality Commission ()", "");
    check("((((CQC))))", "");
    check("the commission (QQC)", "");
    check("Children are waiting for specialist mental health services (core CAMHS)", "");
}

/* Every text ends, and what is found lies in it. */
static void any_bytes_will_do(void **state) {
    (void)state;
    static const char *const parts[] = {"(",    ")", " ",  "CQC", "care ", "Quality", "\xE2\x80\x98",
                                        "\xFF", ",", ". ", "-",   "A&E",   "and ",    "\n",
                                        "c",    "Q"};
    test_rng rng = test_rng_start(77);
    for (int round = 0; round < 20000; round++) {
        char text[400] = "";
        uint32_t n = test_rng_below(&rng, 60);
        for (uint32_t i = 0; i < n; i++)
            strcat(text, parts[test_rng_below(&rng, sizeof parts / sizeof parts[0])]);
        free(write_all(ofsi_span_of(text)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_short_form_stands_in_parentheses),
        cmocka_unit_test(the_long_form_stands_in_parentheses),
        cmocka_unit_test(a_long_form_does_not_begin_with_a_joining_word),
        cmocka_unit_test(other_parentheses_define_nothing),
        cmocka_unit_test(any_bytes_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
