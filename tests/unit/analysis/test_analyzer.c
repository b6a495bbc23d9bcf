/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analyzer as a keeper of words: numbers, stems, forgetting, stemmers, fingerprints, lack of memory. */
#include "tests/support/support.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/alloc.h"

static ofsi_analyzer *open_analyzer(const char *stemmer) {
    ofsi_analyzer *analyzer = NULL;
    ofs_error err;
    assert_int_equal(ofsi_analyzer_open(stemmer, &analyzer, &err), OFS_OK);
    return analyzer;
}

static void equal_words_share_a_number_and_forms_share_a_stem(void **state) {
    (void)state;
    ofsi_analyzer *analyzer = open_analyzer("english");
    ofsi_tokens tokens = {0};
    assert_int_equal(
        ofsi_analyze(analyzer, ofsi_span_of("Child child\u2019s child's CHILD child"), &tokens, NULL),
        OFS_OK);
    assert_int_equal(tokens.count, 5);
    assert_int_equal(ofsi_analyzer_word_count(analyzer), 4);
    assert_int_equal(ofsi_analyzer_stem_count(analyzer), 1);
    static const uint32_t words[] = {0, 1, 1, 2, 3};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tokens.items[i].word, words[i]);
        assert_int_equal(ofsi_analyzer_word(analyzer, words[i])->stem_id, 0);
    }
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(analyzer);
}

static void words_keep_their_addresses(void **state) {
    (void)state;
    ofsi_analyzer *analyzer = open_analyzer("english");
    ofsi_tokens tokens = {0};
    assert_int_equal(ofsi_analyze(analyzer, ofsi_span_of("Inspections"), &tokens, NULL), OFS_OK);
    const ofsi_word *word = ofsi_analyzer_word(analyzer, 0);
    for (unsigned i = 0; i < 20000; i++) {
        char *text = test_format("w%u", i);
        assert_int_equal(ofsi_analyze(analyzer, ofsi_span_of(text), &tokens, NULL), OFS_OK);
        assert_int_equal(tokens.items[0].word, i + 1);
        free(text);
    }
    assert_ptr_equal(word, ofsi_analyzer_word(analyzer, 0));
    assert_true(ofsi_span_equal(word->surface, ofsi_span_of("Inspections")));
    assert_true(ofsi_span_equal(word->folded, ofsi_span_of("inspections")));
    assert_true(ofsi_span_equal(word->stem, ofsi_span_of("inspect")));
    assert_true(ofsi_analyzer_bytes(analyzer) > 20000 * sizeof(ofsi_word));

    ofsi_analyzer_forget(analyzer);
    assert_int_equal(ofsi_analyzer_word_count(analyzer), 0);
    assert_int_equal(ofsi_analyzer_stem_count(analyzer), 0);
    assert_int_equal(ofsi_analyze(analyzer, ofsi_span_of("again caf\u00E9s"), &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.items[0].word, 0);
    assert_int_equal(tokens.items[1].word, 1);
    assert_true(ofsi_span_equal(ofsi_analyzer_word(analyzer, 1)->stem, ofsi_span_of("cafe")));
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(analyzer);
}

static void stemmers_are_chosen_by_name(void **state) {
    (void)state;
    static const struct {
        const char *stemmer, *stem;
    } cases[] = {{"english", "fair"}, {"porter", "fairli"}, {"none", "fairly"}};
    ofsi_tokens tokens = {0};
    for (size_t i = 0; i < 3; i++) {
        ofsi_analyzer *analyzer = open_analyzer(cases[i].stemmer);
        assert_int_equal(ofsi_analyze(analyzer, ofsi_span_of("Fairly"), &tokens, NULL), OFS_OK);
        ofsi_span stem = ofsi_analyzer_word(analyzer, 0)->stem;
        assert_true(ofsi_span_equal(stem, ofsi_span_of(cases[i].stem)));
        assert_string_equal(ofsi_analyzer_stemmer(analyzer), cases[i].stemmer);
        ofsi_analyzer_close(analyzer);
    }
    ofsi_tokens_free(&tokens);
    ofsi_analyzer *analyzer = NULL;
    ofs_error err;
    assert_int_equal(ofsi_analyzer_open("klingon", &analyzer, &err), OFS_E_USAGE);
    assert_null(analyzer);
    assert_non_null(strstr(err.message, "klingon"));
}

static void fingerprints_name_rules_unicode_and_stemmer(void **state) {
    (void)state;
    ofsi_analyzer *a = open_analyzer("english"), *b = open_analyzer("english"), *c = open_analyzer("none");
    assert_string_equal(ofsi_analyzer_fingerprint(a), ofsi_analyzer_fingerprint(b));
    assert_string_not_equal(ofsi_analyzer_fingerprint(a), ofsi_analyzer_fingerprint(c));
    assert_non_null(strstr(ofsi_analyzer_fingerprint(a), "Unicode 1"));
    assert_non_null(strstr(ofsi_analyzer_fingerprint(a), "stemmer english "));
    ofsi_analyzer_close(a);
    ofsi_analyzer_close(b);
    ofsi_analyzer_close(c);
}

static void fold_is_case_marks_and_compatibility(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"MASH", "mash"}, {"\u00C9t\u00E9", "ete"}, {"Guy\u2019S", "guy's"}, {"\uFB01", "fi"}, {"", ""},
        {"\xFF", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[OFSI_TERM_MAX * 4];
        size_t size = ofsi_fold(ofsi_span_of(cases[i][0]), out, sizeof out);
        assert_true(ofsi_span_equal((ofsi_span){out, size}, ofsi_span_of(cases[i][1])));
    }
    /* Too long an input is folded as far as there is room. */
    char text[5000], out[OFSI_TERM_MAX * 4];
    memset(text, 'A', sizeof text);
    assert_int_equal(ofsi_fold((ofsi_span){text, sizeof text}, out, sizeof out), sizeof out);
    for (size_t i = 0; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "\uFDFA", 3);
    assert_in_range(ofsi_fold((ofsi_span){text, sizeof text}, out, sizeof out), 1, sizeof out);
}

static void lack_of_memory_is_reported_and_survived(void **state) {
    (void)state;
    static const char text[] = "Children's caf\u00E9s, multi-agency U.K. work: 2011/12";
    size_t failures = 0;
    for (size_t n = 1;; n++) {
        ofsi_analyzer *analyzer = NULL;
        ofsi_tokens tokens = {0};
        ofsi_alloc_fail_after(n);
        ofs_status status = ofsi_analyzer_open("english", &analyzer, NULL);
        if (status == OFS_OK)
            status = ofsi_analyze(analyzer, ofsi_span_of(text), &tokens, NULL);
        ofsi_alloc_fail_after(0);
        failures += status == OFS_E_NOMEM;
        if (analyzer) {
            assert_int_equal(ofsi_analyze(analyzer, ofsi_span_of(text), &tokens, NULL), OFS_OK);
            assert_int_equal(tokens.length, 9);
            assert_int_equal(tokens.count, 11);
            ofsi_span last = ofsi_analyzer_word(analyzer, tokens.items[10].word)->surface;
            assert_true(ofsi_span_equal(last, ofsi_span_of("12")));
        }
        ofsi_tokens_free(&tokens);
        ofsi_analyzer_close(analyzer);
        if (status == OFS_OK)
            break;
        assert_int_equal(status, OFS_E_NOMEM);
    }
    assert_true(failures > 10);
}

enum { THREADS = 4, TEXTS = 400 };

/* A text whose words other threads have too, some of them not ASCII, some joined. */
static char *shared_text(test_rng *rng) {
    uint32_t a = test_rng_below(rng, 3000), b = test_rng_below(rng, 3000);
    return test_format("Word%x word%xs a-word%x longerwordthansixteen%x caf\u00E9%x %u's", a, b, b, a, b, a);
}

static void *analyze_texts(void *context) {
    ofsi_analyzer *analyzer = context;
    ofsi_tokens tokens = {0};
    test_rng rng = {(uint64_t)(uintptr_t)&tokens};
    ofsi_tokens_keep_words(&tokens);
    for (int i = 0; i < TEXTS; i++) {
        char *text = shared_text(&rng);
        bool good = ofsi_analyze(analyzer, ofsi_span_of(text), &tokens, NULL) == OFS_OK;
        for (size_t t = 0; good && t < tokens.count; t++) {
            const ofsi_token *token = &tokens.items[t];
            const ofsi_word *word = ofsi_analyzer_word(analyzer, token->word);
            good = word->stem_id == token->stem_id && word->form == token->form &&
                   (token->span > 1 ||
                    (word->surface.size == token->end - token->start &&
                     memcmp(word->surface.data, text + token->start, word->surface.size) == 0));
        }
        free(text);
        if (!good)
            return analyzer;
    }
    ofsi_tokens_free(&tokens);
    return NULL;
}

static void threads_share_words(void **state) {
    (void)state;
    ofsi_analyzer *analyzer = open_analyzer("english");
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, analyze_texts, analyzer), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    /* Each word has one number, which its surface finds again. */
    ofsi_tokens tokens = {0};
    uint32_t words = ofsi_analyzer_word_count(analyzer);
    for (uint32_t w = 0; w < words; w++) {
        const ofsi_word *word = ofsi_analyzer_word(analyzer, w);
        assert_true(ofsi_span_equal(word->stem, ofsi_analyzer_stem(analyzer, word->stem_id)));
        assert_int_equal(ofsi_analyze(analyzer, word->surface, &tokens, NULL), OFS_OK);
        assert_int_equal(tokens.count, 1);
        assert_int_equal(tokens.items[0].word, w);
    }
    assert_int_equal(ofsi_analyzer_word_count(analyzer), words);
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(analyzer);
}

/* What is kept at hand is of the analyzer, and of the time, that it was met with. */
static void words_at_hand_are_those_of_the_analyzer(void **state) {
    (void)state;
    ofsi_analyzer *one = open_analyzer("english"), *other = open_analyzer("none");
    ofsi_tokens tokens = {0};
    ofsi_tokens_keep_words(&tokens);
    assert_int_equal(ofsi_analyze(one, ofsi_span_of("first children"), &tokens, NULL), OFS_OK);
    assert_int_equal(ofsi_analyze(other, ofsi_span_of("children"), &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.items[0].word, 0);
    assert_true(
        ofsi_span_equal(ofsi_analyzer_stem(other, tokens.items[0].stem_id), ofsi_span_of("children")));
    assert_int_equal(ofsi_analyze(one, ofsi_span_of("children"), &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.items[0].word, 1);
    ofsi_analyzer_forget(one);
    assert_int_equal(ofsi_analyze(one, ofsi_span_of("children"), &tokens, NULL), OFS_OK);
    assert_int_equal(tokens.items[0].word, 0);
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(one);
    ofsi_analyzer_close(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_words_share_a_number_and_forms_share_a_stem),
        cmocka_unit_test(words_keep_their_addresses),
        cmocka_unit_test(stemmers_are_chosen_by_name),
        cmocka_unit_test(fingerprints_name_rules_unicode_and_stemmer),
        cmocka_unit_test(fold_is_case_marks_and_compatibility),
        cmocka_unit_test(lack_of_memory_is_reported_and_survived),
        cmocka_unit_test(threads_share_words),
        cmocka_unit_test(words_at_hand_are_those_of_the_analyzer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
