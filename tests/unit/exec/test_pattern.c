/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prefixes, wildcards and edits: examples, and random ones against the definitions. */
#include "tests/support/support.h"

#include <string.h>

#include "search/exec/pattern.h"

static bool fits(ofsi_pattern_kind kind, const char *text, uint32_t distance, const char *word) {
    ofsi_arena arena = {0};
    ofsi_pattern pattern;
    ofs_error err;
    bool empty;
    assert_int_equal(ofsi_pattern_make(kind, ofsi_span_of(text), distance, &arena, &pattern, &empty, &err),
                     OFS_OK);
    bool result = !empty && ofsi_pattern_fits(&pattern, ofsi_span_of(word));
    ofsi_arena_free(&arena);
    return result;
}

static void examples(void **state) {
    (void)state;
    assert_true(fits(OFSI_PATTERN_PREFIX, "Safeguard", 0, "safeguarding"));
    assert_true(fits(OFSI_PATTERN_PREFIX, "safeguard", 0, "safeguard"));
    assert_false(fits(OFSI_PATTERN_PREFIX, "safeguard", 0, "safe"));
    assert_true(fits(OFSI_PATTERN_WILDCARD, "m?sh", 0, "mash"));
    assert_true(fits(OFSI_PATTERN_WILDCARD, "caf?s", 0, "caf\u00F8s"));
    assert_false(fits(OFSI_PATTERN_WILDCARD, "m?sh", 0, "msh"));
    assert_true(fits(OFSI_PATTERN_WILDCARD, "s*guard*", 0, "safeguards"));
    assert_true(fits(OFSI_PATTERN_WILDCARD, "*ING", 0, "singing"));
    assert_true(fits(OFSI_PATTERN_FUZZY, "lambth", 1, "lambeth"));
    assert_false(
        fits(OFSI_PATTERN_FUZZY, "lambht", 1, "lambth")); /* two changes: swaps are no edit of their own */
    assert_true(fits(OFSI_PATTERN_FUZZY, "lambht", 2, "lambth"));
    assert_true(fits(OFSI_PATTERN_FUZZY, "\u00F8re", 1, "\u0142re")); /* characters, not bytes */
    assert_false(fits(OFSI_PATTERN_WILDCARD, "*", 0, "word"));
    assert_false(fits(OFSI_PATTERN_PREFIX, "", 0, "word"));
}

static void a_pattern_longer_than_any_word_is_refused(void **state) {
    (void)state;
    char text[2000];
    ofsi_arena arena = {0};
    ofsi_pattern pattern;
    ofs_error err;
    bool empty;
    memset(text, 'a', sizeof text);
    assert_int_equal(ofsi_pattern_make(OFSI_PATTERN_PREFIX, (ofsi_span){text, sizeof text}, 0, &arena,
                                       &pattern, &empty, &err),
                     OFS_E_LIMIT);
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = '*';
    assert_int_equal(ofsi_pattern_make(OFSI_PATTERN_WILDCARD, (ofsi_span){text, sizeof text}, 0, &arena,
                                       &pattern, &empty, &err),
                     OFS_E_LIMIT);
    ofsi_arena_free(&arena);
}

static bool glob(const char *pattern, const char *word) {
    if (!*pattern)
        return !*word;
    if (*pattern == '*')
        return glob(pattern + 1, word) || (*word && glob(pattern, word + 1));
    return *word && (*pattern == '?' || *pattern == *word) && glob(pattern + 1, word + 1);
}

static uint32_t edits(const char *a, const char *b) {
    if (!*a || !*b)
        return (uint32_t)(strlen(a) + strlen(b));
    uint32_t change = edits(a + 1, b + 1) + (*a != *b), more = edits(a, b + 1) + 1,
             less = edits(a + 1, b) + 1;
    uint32_t least = change < more ? change : more;
    return least < less ? least : less;
}

static void random_word(test_rng *rng, const char *letters, char word[8]) {
    uint32_t n = test_rng_between(rng, 1, 6);
    for (uint32_t i = 0; i < n; i++)
        word[i] = letters[test_rng_below(rng, (uint32_t)strlen(letters))];
    word[n] = '\0';
}

static void random_patterns_fit_as_defined(void **state) {
    (void)state;
    test_rng rng = test_rng_start(13);
    for (int i = 0; i < 20000; i++) {
        char pattern[8], word[8];
        random_word(&rng, "ab", word);
        random_word(&rng, "ab*?ab", pattern);
        if (strspn(pattern, "*?") < strlen(pattern))
            assert_int_equal(fits(OFSI_PATTERN_WILDCARD, pattern, 0, word), glob(pattern, word));
        random_word(&rng, "abc", pattern);
        uint32_t distance = test_rng_between(&rng, 1, 2);
        assert_int_equal(fits(OFSI_PATTERN_FUZZY, pattern, distance, word), edits(pattern, word) <= distance);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),
        cmocka_unit_test(a_pattern_longer_than_any_word_is_refused),
        cmocka_unit_test(random_patterns_fit_as_defined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
