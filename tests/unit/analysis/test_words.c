/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the analyzer makes of texts, written as one line: each token's surface form, `+` before a join, and
 * behind it
 * `/folded` and `:stem` where they differ from the form before.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/irregular.h"
#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"

static ofsi_analyzer *english;

static int open_english(void **state) {
    (void)state;
    return ofsi_analyzer_open("english", &english, NULL) != OFS_OK;
}

static int close_english(void **state) {
    (void)state;
    ofsi_analyzer_close(english);
    return 0;
}

enum { SURFACE, ALL_FORMS };

static char *write_tokens(ofsi_span text, int forms) {
    ofsi_tokens tokens = {0};
    ofsi_buf out = {0};
    ofs_error err;
    assert_int_equal(ofsi_analyze(english, text, &tokens, &err), OFS_OK);
    for (size_t i = 0; i < tokens.count; i++) {
        const ofsi_word *word = ofsi_analyzer_word(english, tokens.items[i].word);
        ofsi_buf_text(&out, i ? " " : "");
        ofsi_buf_text(&out, tokens.items[i].span > 1 ? "+" : "");
        ofsi_buf_append(&out, word->surface.data, word->surface.size);
        if (forms == SURFACE)
            continue;
        if (!ofsi_span_equal(word->surface, word->folded))
            ofsi_buf_printf(&out, "/%.*s", (int)word->folded.size, word->folded.data);
        if (!ofsi_span_equal(word->folded, word->stem))
            ofsi_buf_printf(&out, ":%.*s", (int)word->stem.size, word->stem.data);
    }
    ofsi_buf_byte(&out, 0);
    ofsi_tokens_free(&tokens);
    assert_false(out.failed);
    return out.data;
}

static void check(const char *text, int forms, const char *expected) {
    char *got = write_tokens(ofsi_span_of(text), forms);
    if (strcmp(got, expected) != 0)
        fail_msg("%s\n  gives    %s\n  expected %s", text, got, expected);
    ofsi_free(got);
}

static void hyphens_part_words_and_give_a_join(void **state) {
    (void)state;
    check("multi-agency work", SURFACE, "multi +multiagency agency work");
    check("multi agency work", SURFACE, "multi agency work");
    check("multiagency work", SURFACE, "multiagency work");
    check("multi\u2010agency", SURFACE, "multi +multiagency agency");
    check("multi\u2011agency", SURFACE, "multi +multiagency agency");
    check("multi\u2013agency", SURFACE, "multi agency");
    check("multi--agency, multi - agency, multi-\nagency", SURFACE, "multi agency multi agency multi agency");
    check("-multi-agency-", SURFACE, "multi +multiagency agency");
    check("a mother-in-law's child", SURFACE, "a mother +motherinlaw's in law's child");
    check("one-two-three-four", SURFACE, "one +onetwothreefour two three four");
    check("one-two-three-four-five", SURFACE, "one two three four five");
    check("post-16-provision, covid-19", SURFACE, "post 16 provision covid 19");
    check("16-17 year-olds", SURFACE, "16 17 year +yearolds olds");
}

static void initials_give_a_join(void **state) {
    (void)state;
    check("the U.K. and e.g. this", SURFACE, "the U +UK K and e +eg g this");
    check("U.K", SURFACE, "U +UK K");
    check("J.K.Rowling", SURFACE, "J +JK K Rowling");
    check("U.S-based", SURFACE, "U +US S based");
    check("a.b.c.d.e", SURFACE, "a b c d e");
    check("end.Start", SURFACE, "end Start");
    check("\u00C9.U.", SURFACE, "\u00C9 +\u00C9U U");
}

static void apostrophes_belong_to_words(void **state) {
    (void)state;
    check("Guy's and St Thomas' Trust", ALL_FORMS,
          "Guy's/guy's:guy and St/st Thomas/thomas:thoma Trust/trust");
    check("Guy\u2019s Guy\u2018s Guy\u02BCs Guy\uFF07s Guy\u2032s", SURFACE, "Guy's Guy's Guy's Guy's Guy's");
    check("children's children\u2019s children", ALL_FORMS,
          "children's:child children's:child children:child");
    check("\u2018quoted\u2019 \u201Cwords\u201D 'and' \"others\"", SURFACE, "quoted words and others");
    check("O'Brien's 1990's '90s rock'n'roll", SURFACE, "O'Brien's 1990 s 90s rock'n'roll");
    check("it''s", SURFACE, "it s");
}

static void numbers_keep_points_and_commas(void **state) {
    (void)state;
    check("\u00A31.5m, \u00A3104,000; 2.1 of 3", SURFACE, "1.5m 104,000 2.1 of 3");
    check("2011/12 on 29.05.2012.", SURFACE, "2011 12 on 29.05.2012");
    check("1,2 1, 2 a.1 1.a 1..2", SURFACE, "1,2 1 2 a 1 1 a 1 2");
    check("3rd Key Stage 4b", SURFACE, "3rd Key Stage 4b");
    check("\uFF11\uFF12\uFF0E\uFF15", SURFACE, "12.5");
}

static void addresses_fall_into_parts(void **state) {
    (void)state;
    check("enquiries@ofsted.gov.uk", SURFACE, "enquiries ofsted gov uk");
    check("https://www.ofsted.gov.uk/a_b?x=1#y", SURFACE, "https www ofsted gov uk a_b x 1 y");
}

static void underscores_join(void **state) {
    (void)state;
    check("snake_case_2 _emphasis_ ____ a__b _", SURFACE, "snake_case_2 emphasis a b");
}

static void folding_and_stemming(void **state) {
    (void)state;
    check("Caf\u00E9 cafe\u0301 CAFE", ALL_FORMS, "Caf\u00E9/cafe caf\u00E9/cafe CAFE/cafe");
    check("o\uFB03ces \uFB01nd", ALL_FORMS, "offices:offic find");
    check("Stra\u00DFe \u1E9E", ALL_FORMS, "Stra\u00DFe/strasse:strass \u1E9E/ss");
    check("\u0130stanbul T\u0177", ALL_FORMS, "\u0130stanbul/istanbul T\u0177/ty");
    check("\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3", ALL_FORMS,
          "\u03A3\u038A\u03A3\u03A5\u03A6\u039F\u03A3/\u03C3\u03B9\u03C3\u03C5\u03C6\u03BF\u03C3");
    check("Safeguarding missing agencies", ALL_FORMS,
          "Safeguarding/safeguarding:safeguard missing:miss agencies:agenc");
    check("\uFF2D\uFF21\uFF33\uFF28 \u2163 m\u00B2", ALL_FORMS, "MASH/mash IV/iv m2");
}

static void irregular_plurals_meet_their_words(void **state) {
    (void)state;
    check("child Children's childrens", ALL_FORMS, "child Children's/children's:child childrens:child");
    check("women woman's men mens", ALL_FORMS, "women:woman woman's:woman men:man mens:man");
    check("people person's persons personal", ALL_FORMS,
          "people:person person's:person persons:person personal:person");
    check("midwives midwife feet criteria", ALL_FORMS,
          "midwives:midwif midwife:midwif feet:foot criteria:criterion");
    /* These are other words, too. */
    check("life lives leaf leaves basis bases", ALL_FORMS,
          "life lives:live leaf leaves:leav basis:basi bases:base");
    check("analysis analyses analysed", ALL_FORMS, "analysis:analysi analyses:analys analysed:analys");
}

static void irregular_words_are_a_sorted_table(void **state) {
    (void)state;
    size_t count;
    const ofsi_irregular *table = ofsi_irregular_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (i)
            assert_true(strcmp(table[i - 1].word, table[i].word) < 0);
        assert_string_equal(ofsi_irregular_find(ofsi_span_of(table[i].word)).data, table[i].as);
        /* A word that others are led to leads nowhere itself. */
        ofsi_span as = ofsi_span_of(table[i].as);
        assert_ptr_equal(ofsi_irregular_find(as).data, as.data);
    }
}

static void other_languages_have_other_words(void **state) {
    (void)state;
    static const char *const stemmers[] = {"none", "german", "porter"};
    static const char *const stems[] = {"women", "wom", "woman"};
    for (int i = 0; i < 3; i++) {
        ofsi_analyzer *analyzer;
        ofsi_tokens tokens = {0};
        assert_int_equal(ofsi_analyzer_open(stemmers[i], &analyzer, NULL), OFS_OK);
        assert_int_equal(ofsi_analyze(analyzer, ofsi_span_of("women"), &tokens, NULL), OFS_OK);
        ofsi_span stem = ofsi_analyzer_word(analyzer, tokens.items[0].word)->stem;
        assert_true(ofsi_span_equal(stem, ofsi_span_of(stems[i])));
        ofsi_tokens_free(&tokens);
        ofsi_analyzer_close(analyzer);
    }
}

static void invisible_characters_are_passed_over_inside_words(void **state) {
    (void)state;
    check("safe\u00ADguard chil\u200Bdren\u200D \uFEFFone\u2060", SURFACE, "safeguard children one");
    check("Guy\u200B\u2019\u200Bs 1\u200B.\u200B5", SURFACE, "Guy's 1.5");
    ofsi_tokens tokens = {0};
    assert_int_equal(ofsi_analyze(english, ofsi_span_of("a\u00ADb\u00AD c"), &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.items[0].start, 0);
    assert_int_equal(tokens.items[0].end, 4);
    assert_int_equal(tokens.items[1].start, 7);
    ofsi_tokens_free(&tokens);
}

static void other_scripts_and_symbols(void **state) {
    (void)state;
    check("\u6771\u4EAC\u90FDabc\u3042\u3044", SURFACE, "\u6771 \u4EAC \u90FD abc \u3042 \u3044");
    check("\u304B\u3099", SURFACE, "\u304C");
    check("\u30C6\u30B9\u30C8", SURFACE, "\u30C6\u30B9\u30C8");
    check("good \U0001F600 \U0001F468\u200D\U0001F469 1\uFE0F\u20E3 child\U0001F476", SURFACE,
          "good 1\u20E3 child");
    check("1\u00BD hours, \u00BD", SURFACE, "1 1\u20442 hours 1\u20442");
    check("\u2474 \u2488 \u0301\u0301 x\u0301", SURFACE, "1 1 x\u0301");
    check("\uF0B7 bullet \u2022 point", SURFACE, "bullet point");
    check("", SURFACE, "");
    check(" \t\n.,'-_\u2019", SURFACE, "");
}

static void bytes_that_are_not_utf8_part_words(void **state) {
    (void)state;
    check("chil\xFF"
          "dren caf\xE9 and \xE2\x80",
          SURFACE, "chil dren caf and");
    check("\xC0\x80 \xED\xA0\x80 \xF5 ok", SURFACE, "ok");
    char *got = write_tokens((ofsi_span){"a\0b", 3}, SURFACE);
    assert_string_equal(got, "a b");
    ofsi_free(got);
}

static void long_runs_are_cut_at_characters(void **state) {
    (void)state;
    char text[2000];
    ofsi_tokens tokens = {0};
    memset(text, 'x', sizeof text);
    text[600] = '-';
    assert_int_equal(ofsi_analyze(english, (ofsi_span){text, 604}, &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.length, 4);
    assert_int_equal(tokens.count, 4);
    assert_int_equal(tokens.items[1].start, OFSI_TERM_MAX);
    assert_int_equal(tokens.items[2].end, 600);
    /* Two bytes each, three when folded into letter and mark. */
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\u00E9", 2);
    assert_int_equal(ofsi_analyze(english, (ofsi_span){text, sizeof text}, &tokens, NULL), OFS_OK);
    for (size_t i = 0; i < tokens.count; i++) {
        const ofsi_word *word = ofsi_analyzer_word(english, tokens.items[i].word);
        assert_in_range(word->surface.size, 2, OFSI_TERM_MAX);
        assert_in_range(word->folded.size, 1, OFSI_TERM_MAX);
        assert_int_equal(tokens.items[i].start, i ? tokens.items[i - 1].end : 0);
        assert_int_equal(tokens.items[i].start % 2, 0);
    }
    assert_int_equal(tokens.items[tokens.count - 1].end, sizeof text);
    /* One character that becomes 18. */
    for (size_t i = 0; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "\uFDFA", 3);
    assert_int_equal(ofsi_analyze(english, (ofsi_span){text, 300}, &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.items[tokens.count - 1].end, 300);
    ofsi_tokens_free(&tokens);
}

static void positions_and_places(void **state) {
    (void)state;
    ofsi_tokens tokens = {0};
    assert_int_equal(ofsi_analyze(english, ofsi_span_of("The multi-agency team."), &tokens, NULL), OFS_OK);
    static const ofsi_token expected[] = {{.position = 0, .start = 0, .end = 3, .span = 1},
                                          {.position = 1, .start = 4, .end = 9, .span = 1},
                                          {.position = 1, .start = 4, .end = 16, .span = 2},
                                          {.position = 2, .start = 10, .end = 16, .span = 1},
                                          {.position = 3, .start = 17, .end = 21, .span = 1}};
    assert_int_equal(tokens.count, 5);
    assert_int_equal(tokens.length, 4);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tokens.items[i].position, expected[i].position);
        assert_int_equal(tokens.items[i].start, expected[i].start);
        assert_int_equal(tokens.items[i].end, expected[i].end);
        assert_int_equal(tokens.items[i].span, expected[i].span);
    }
    ofsi_tokens_free(&tokens);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hyphens_part_words_and_give_a_join),
        cmocka_unit_test(initials_give_a_join),
        cmocka_unit_test(apostrophes_belong_to_words),
        cmocka_unit_test(numbers_keep_points_and_commas),
        cmocka_unit_test(addresses_fall_into_parts),
        cmocka_unit_test(underscores_join),
        cmocka_unit_test(folding_and_stemming),
        cmocka_unit_test(irregular_plurals_meet_their_words),
        cmocka_unit_test(irregular_words_are_a_sorted_table),
        cmocka_unit_test(other_languages_have_other_words),
        cmocka_unit_test(invisible_characters_are_passed_over_inside_words),
        cmocka_unit_test(other_scripts_and_symbols),
        cmocka_unit_test(bytes_that_are_not_utf8_part_words),
        cmocka_unit_test(long_runs_are_cut_at_characters),
        cmocka_unit_test(positions_and_places),
    };
    return cmocka_run_group_tests(tests, open_english, close_english);
}
