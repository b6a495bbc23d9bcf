/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What expand.h says of the English stemmers, and patterns rest on: a stem is a beginning of its word, or one and a last
 * letter e, i or l; but for dying, lying, tying, skies and the irregular words, of which the word is a beginning. Checked over
 * words built of every ending that these stemmers know, and over the words of the real collections.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/irregular.h"

static const char *const stemmers[] = {"english", "porter"};
enum { STEMMER_COUNT = 2 };

static ofsi_analyzer *analyzers[STEMMER_COUNT];

static int open_analyzers(void **state) {
    (void)state;
    ofs_error err;
    for (int i = 0; i < STEMMER_COUNT; i++)
        if (ofsi_analyzer_open(stemmers[i], &analyzers[i], &err) != OFS_OK)
            test_die("%s", err.message);
    return 0;
}

static int close_analyzers(void **state) {
    (void)state;
    for (int i = 0; i < STEMMER_COUNT; i++)
        ofsi_analyzer_close(analyzers[i]);
    return 0;
}

/* One of the words that are looked for beside the rule, or a longer form of it. */
static bool is_listed(const ofsi_word *word) {
    static const char *const odd[][2] = {
        {"dying", "die"}, {"lying", "lie"}, {"tying", "tie"}, {"skies", "sky"}};
    size_t count;
    const ofsi_irregular *table = ofsi_irregular_table(&count);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        if (word->folded.size >= 5 && memcmp(word->folded.data, odd[i][0], 5) == 0 &&
            ofsi_span_equal(word->stem, ofsi_span_of(odd[i][1])))
            return true;
    for (size_t i = 0; i < count; i++) {
        ofsi_span listed = ofsi_span_of(table[i].word);
        if (!ofsi_span_equal(ofsi_irregular_find(word->folded), word->folded) &&
            word->folded.size >= listed.size && memcmp(word->folded.data, listed.data, listed.size) == 0)
            return true;
    }
    return false;
}

static void check_word(const ofsi_word *word, const char *stemmer) {
    size_t same = 0;
    while (same < word->stem.size && same < word->folded.size &&
           word->stem.data[same] == word->folded.data[same])
        same++;
    bool rule = same == word->stem.size ||
                (same + 1 == word->stem.size && strchr("eil", word->stem.data[same]) != NULL);
    if (!rule && !is_listed(word))
        test_die("%s makes %.*s of %.*s", stemmer, (int)word->stem.size, word->stem.data,
                 (int)word->folded.size, word->folded.data);
}

static void check_text(const char *text, size_t size) {
    for (int i = 0; i < STEMMER_COUNT; i++) {
        ofsi_tokens tokens = {0};
        ofs_error err;
        if (ofsi_analyze(analyzers[i], (ofsi_span){text, size}, &tokens, &err) != OFS_OK)
            test_die("%s", err.message);
        for (size_t t = 0; t < tokens.count; t++)
            check_word(ofsi_analyzer_word(analyzers[i], tokens.items[t].word), stemmers[i]);
        ofsi_tokens_free(&tokens);
        if (ofsi_analyzer_bytes(analyzers[i]) > 64u << 20)
            ofsi_analyzer_forget(analyzers[i]);
    }
}

static void words_of_every_ending(void **state) {
    (void)state;
    static const char *const endings[] = {
        "",        "s",     "es",    "ied",    "ies",   "ing",    "ingly",   "ed",    "edly",    "eed",
        "eedly",   "y",     "ation", "ator",   "ional", "tional", "ational", "enci",  "anci",    "ency",
        "ancy",    "abli",  "ably",  "able",   "ible",  "entli",  "ently",   "izer",  "ization", "ize",
        "iser",    "al",    "alism", "ality",  "alli",  "ally",   "fulness", "ousli", "ously",   "ousness",
        "iveness", "ivity", "ive",   "bility", "bly",   "ogi",    "ogy",     "ogist", "fully",   "lessly",
        "less",    "li",    "ly",    "icate",  "icity", "ical",   "ic",      "ful",   "ness",    "ative",
        "alize",   "ance",  "ence",  "er",     "ement", "ment",   "ent",     "ion",   "ou",      "ism",
        "ate",     "iti",   "ity",   "ous",    "sses",  "us",     "ss",      "at",    "bl",      "iz",
        "'s",      "'",     "e",     "ll",     "le",    "ying",   "tying"};
    static const char letters[] = "aeiouybcdlmnprstvwxz";
    enum { ENDINGS = sizeof endings / sizeof endings[0] };
    test_rng rng = test_rng_start(41);
    for (int round = 0; round < 300000; round++) {
        char word[64] = "";
        uint32_t n = test_rng_between(&rng, 1, 5);
        for (uint32_t i = 0; i < n; i++)
            word[i] = letters[test_rng_below(&rng, sizeof letters - 1)];
        word[n] = '\0';
        strcat(word, endings[test_rng_below(&rng, ENDINGS)]);
        if (test_rng_chance(&rng, 50))
            strcat(word, endings[test_rng_below(&rng, ENDINGS)]);
        check_text(word, strlen(word));
    }
}

static void check_file(void *context, const char *path) {
    const char *suffix = strrchr(path, '.');
    (void)context;
    if (!suffix || (strcmp(suffix, ".txt") != 0 && strcmp(suffix, ".jsonl") != 0))
        return;
    size_t size;
    char *text = test_read_file(path, &size);
    check_text(text, size);
    free(text);
}

static void words_of_the_collections(void **state) {
    (void)state;
    TEST_NEEDS(ir, test_ir);
    test_each_file(ir, check_file, NULL);
    if (test_corpus())
        test_each_file(test_corpus(), check_file, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_every_ending),
        cmocka_unit_test(words_of_the_collections),
    };
    return cmocka_run_group_tests(tests, open_analyzers, close_analyzers);
}
