/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of every text, tried on random ones. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/breaker.h"
#include "indexer/analysis/plain.h"
#include "indexer/base/utf8.h"

enum { ROUNDS = 4000, MOST_BYTES = 700 };

static const char *const morsels[] = {
    "a",          "B",
    "child",      "multi",
    "7",          "16",
    "'",          ".",
    ",",          "-",
    "_",          " ",
    "\n",         "/",
    "@",          "\u2019",
    "\u2011",     "\u00AD",
    "\u200B",     "\u00E9",
    "e\u0301",    "\u0301",
    "\u6771",     "\u00BD",
    "\uFB01",     "\uFDFA",
    "\xFF",       "\xE2\x80",
    "\uFF13",     "\uFF0E",
    "\U0001F600", "\u0130",
    "\u00DF",     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
};

static size_t random_text(test_rng *rng, char *text) {
    size_t size = 0, kind = test_rng_below(rng, 3);
    uint32_t wanted = test_rng_below(rng, MOST_BYTES - 80);
    while (size < wanted) {
        if (kind == 0) {
            text[size++] = (char)test_rng_below(rng, 256);
        } else if (kind == 1) { /* word characters mostly, ASCII alone */
            static const char letters[] = "abcdeXYZ0123456789''.,_--- ";
            text[size++] = letters[test_rng_below(rng, sizeof letters - 1)];
        } else {
            const char *morsel = morsels[test_rng_below(rng, sizeof morsels / sizeof *morsels)];
            memcpy(text + size, morsel, strlen(morsel));
            size += strlen(morsel);
        }
    }
    return size;
}

static void tokens_lie_in_order_inside_the_text(void **state) {
    (void)state;
    test_rng rng = test_rng_start(20240501);
    ofsi_analyzer *analyzer;
    assert_int_equal(ofsi_analyzer_open("english", &analyzer, NULL), OFS_OK);
    ofsi_tokens tokens = {0};
    for (int round = 0; round < ROUNDS; round++) {
        char text[MOST_BYTES];
        size_t size = random_text(&rng, text);
        assert_int_equal(ofsi_analyze(analyzer, (ofsi_span){text, size}, &tokens, NULL), OFS_OK);
        uint32_t next = 0, end = 0;
        for (size_t i = 0; i < tokens.count; i++) {
            const ofsi_token *token = &tokens.items[i];
            assert_true(token->start < token->end && token->end <= size);
            const ofsi_word *word = ofsi_analyzer_word(analyzer, token->word);
            const ofsi_span forms[] = {word->surface, word->folded, word->stem};
            for (size_t f = 0; f < 3; f++) {
                assert_in_range(forms[f].size, 1, OFSI_TERM_MAX);
                assert_int_equal(ofsi_utf8_valid_prefix(forms[f].data, forms[f].size), forms[f].size);
            }
            if (token->span == 1) {
                assert_int_equal(token->position, next++);
                assert_true(token->start >= end);
                end = token->end;
            } else {
                assert_in_range(token->span, 2, 4);
                assert_int_equal(token->position, next - 1);
                assert_int_equal(token->start, tokens.items[i - 1].start);
                assert_int_equal(tokens.items[i - 1].span, 1);
                assert_int_equal(token->end, tokens.items[i + token->span - 1].end);
            }
        }
        assert_int_equal(next, tokens.length);
    }
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(analyzer);
}

static void assert_same_piece(const ofsi_piece *a, const ofsi_piece *b) {
    assert_int_equal(a->start, b->start);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->joint, b->joint);
    assert_int_equal(a->letters, b->letters);
    assert_int_equal(a->single, b->single);
}

static void the_fast_paths_agree_with_the_general_one(void **state) {
    (void)state;
    test_rng rng = test_rng_start(20240502);
    uint32_t plain = 0;
    for (int round = 0; round < ROUNDS * 2; round++) {
        char text[MOST_BYTES];
        size_t size = random_text(&rng, text);
        /* Exactly as much memory as there is text, so that a sanitizer sees a read beyond it. */
        char *copy = malloc(size ? size : 1);
        assert_non_null(copy);
        memcpy(copy, text, size);
        ofsi_breaker fast = {.text = {copy, size}}, faster = fast;
        ofsi_breaker general = {.text = {text, size}, .general = true};
        ofsi_piece a, b, c;
        bool more;
        do {
            bool is_plain = ofsi_break_plain(&faster, &c);
            more = ofsi_break_next(&fast, &a);
            assert_int_equal(is_plain || ofsi_break_next(&faster, &c), more);
            assert_int_equal(ofsi_break_next(&general, &b), more);
            if (!more)
                break;
            assert_same_piece(&a, &b);
            assert_same_piece(&c, &b);
            plain += is_plain;
        } while (more);
        free(copy);
    }
    assert_true(plain > ROUNDS);
}

/* The surface form of a word is one word, the same one: what is shown can be asked for. */
static void surfaces_are_words(void **state) {
    (void)state;
    test_rng rng = test_rng_start(20240503);
    ofsi_analyzer *analyzer;
    assert_int_equal(ofsi_analyzer_open("english", &analyzer, NULL), OFS_OK);
    ofsi_tokens tokens = {0}, again = {0};
    for (int round = 0; round < ROUNDS / 4; round++) {
        char text[MOST_BYTES];
        size_t size = 0;
        while (size < MOST_BYTES / 2) {
            static const char *const plain[] = {"child",  "O'",     "Brien",  "16",     ".",      "5",
                                                "_",      " ",      "\u2019", "s",      "\u00E9", "e\u0301",
                                                "\uFB01", "\uFF13", "\u0130", "\u00DF", ", "};
            const char *morsel = plain[test_rng_below(&rng, sizeof plain / sizeof *plain)];
            memcpy(text + size, morsel, strlen(morsel));
            size += strlen(morsel);
        }
        assert_int_equal(ofsi_analyze(analyzer, (ofsi_span){text, size}, &tokens, NULL), OFS_OK);
        for (size_t i = 0; i < tokens.count; i++) {
            ofsi_span surface = ofsi_analyzer_word(analyzer, tokens.items[i].word)->surface;
            assert_int_equal(ofsi_analyze(analyzer, surface, &again, NULL), OFS_OK);
            assert_int_equal(again.count, 1);
            assert_int_equal(again.items[0].word, tokens.items[i].word);
        }
    }
    ofsi_tokens_free(&tokens);
    ofsi_tokens_free(&again);
    ofsi_analyzer_close(analyzer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_lie_in_order_inside_the_text),
        cmocka_unit_test(the_fast_paths_agree_with_the_general_one),
        cmocka_unit_test(surfaces_are_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
