/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a pattern stands for, against every word of the collection asked one by one: prefixes, wildcards and edits made of
 * the words of real texts and of words with every ending that an English stemmer cuts, in large vocabularies, with reports
 * removed. The walk over the dictionary leaves out most of it and must leave out nothing that fits.
 */
#include "indexer/base/utf8.h"
#include "search/exec/expand.h"
#include "tests/property/exec/corpus.h"

enum { WORDS_MOST = 12000, PATTERNS = 1500, WORDS_A_PARA = 6, PARAS_A_REPORT = 40 };

static char *words[WORDS_MOST];
static uint32_t word_count;

static void add_word(const char *word) {
    if (word_count < WORDS_MOST)
        words[word_count++] = corpus_copy(word);
}

static void free_words(void) {
    while (word_count)
        free(words[--word_count]);
}

/* ---- vocabularies ---- */

static void made_word(test_rng *rng, char word[64]) {
    static const char *const endings[] = {
        "",      "s",     "es",   "ied",  "ies",    "ing",   "ed",    "edly", "y",     "ation", "ational",
        "ency",  "ably",  "able", "ize",  "bility", "ously", "ivity", "ogy",  "fully", "ness",  "'s",
        "ement", "tying", "ying", "ment", "e",      "ll",    "le",    "less", "ities", "al",    "ence"};
    static const char letters[] = "aeiouybcdlmnprst";
    uint32_t n = test_rng_between(rng, 1, 5);
    for (uint32_t i = 0; i < n; i++)
        word[i] = letters[test_rng_below(rng, sizeof letters - 1)];
    word[n] = '\0';
    if (test_rng_chance(rng, 5))
        strcat(word, "\xc3\xa9");
    strcat(word, endings[test_rng_below(rng, 33)]);
    if (test_rng_chance(rng, 20))
        word[0] = (char)(word[0] - 32);
}

static void make_words(test_rng *rng, uint32_t count) {
    static const char *const odd[] = {"dying",    "lying",        "tying",         "skies",      "sky",
                                      "skis",     "children",     "child's",       "people",     "women's",
                                      "men",      "feet",         "news",          "\xc3\x98re", "only",
                                      "possibly", "caf\xc3\xa9s", "Stra\303\237e", "STRASSE",    "mice"};
    char word[64];
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        add_word(odd[i]);
    for (uint32_t i = 0; i < count; i++) {
        made_word(rng, word);
        add_word(word);
    }
}

/* The words of a file, each once. */
static void read_words(void *context, const char *path) {
    ofsi_map *seen = context;
    if (strlen(path) < 6 || strcmp(path + strlen(path) - 6, ".jsonl") != 0)
        return;
    char *text = test_read_file(path, NULL);
    for (char *word = strtok(text, " \t\r\n\"\\{}[]:,.;()/-"); word;
         word = strtok(NULL, " \t\r\n\"\\{}[]:,.;()/-")) {
        bool added;
        if (ofsi_map_intern(seen, ofsi_span_of(word), &added) == OFSI_MAP_NONE)
            test_die("out of memory");
        if (added)
            add_word(word);
    }
    free(text);
}

/* ---- a collection of them ---- */

static void build(corpus *c, test_rng *rng, const char *stemmer, uint32_t segments) {
    char id[16], text[WORDS_A_PARA * 256];
    corpus_start(c, stemmer);
    c->segment_count = segments;
    uint32_t paras = 2 * word_count / WORDS_A_PARA + 1;
    for (uint32_t i = 0; i < paras; i++) {
        if (i % PARAS_A_REPORT == 0) {
            snprintf(id, sizeof id, "r%05u", (unsigned)i);
            corpus_report *r = corpus_add_report(c, id);
            r->segment = c->report_count % segments;
            r->dead = test_rng_chance(rng, 15);
        }
        text[0] = '\0';
        for (int w = 0; w < WORDS_A_PARA; w++) {
            const char *word = words[test_rng_below(rng, word_count)];
            if (strlen(word) < 250)
                snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", word);
        }
        corpus_add_para(c, text);
    }
}

/* ---- patterns ---- */

static ofsi_pattern_kind random_pattern(test_rng *rng, const corpus *c, char *text, uint32_t *distance) {
    const corpus_para *p = &c->paras[test_rng_below(rng, c->para_count)];
    ofsi_span word = ofsi_span_of("a");
    if (p->token_count)
        word = p->tokens[test_rng_below(rng, (uint32_t)p->token_count)].word->folded;
    uint32_t n = word.size < 60 ? (uint32_t)word.size : 60, kind = test_rng_below(rng, 3);
    memcpy(text, word.data, n);
    text[n] = '\0';
    *distance = test_rng_between(rng, 1, 2);
    if (kind == 0) {
        text[test_rng_between(rng, 1, n)] = '\0';
        return OFSI_PATTERN_PREFIX;
    }
    uint32_t changes = test_rng_between(rng, 1, 3);
    for (uint32_t i = 0; i < changes; i++) {
        uint32_t at = test_rng_below(rng, (uint32_t)strlen(text) + 1);
        char mark = kind == 1 ? "*?"[test_rng_below(rng, 2)] : (char)('a' + test_rng_below(rng, 26));
        if (test_rng_chance(rng, 40)) /* put in */
            memmove(text + at + 1, text + at, strlen(text + at) + 1);
        else if (at == strlen(text))
            continue;
        else if (kind == 2 && strlen(text) > 1 && test_rng_chance(rng, 40)) { /* left out */
            memmove(text + at, text + at + 1, strlen(text + at));
            continue;
        }
        text[at] = mark;
    }
    return kind == 1 ? OFSI_PATTERN_WILDCARD : OFSI_PATTERN_FUZZY;
}

/* Every word of every paragraph, by the definition. */
static void compare_part(const corpus *c, uint32_t part, const ofsi_expansion *got,
                         const ofsi_pattern *pattern) {
    uint32_t doc = 0, at = 0;
    for (uint32_t i = 0; i < c->para_count; i++) {
        const corpus_para *p = &c->paras[i];
        if (c->reports[p->report].segment != part)
            continue;
        uint32_t want = 0;
        for (size_t t = 0; t < p->token_count && !c->reports[p->report].dead; t++)
            want += ofsi_pattern_fits(pattern, p->tokens[t].word->folded);
        bool there = at < got->doc_count && got->docs[at] == doc;
        if (there != (want > 0) || (there && got->tfs[at] != want))
            test_die("%.*s (kind %d, distance %u): document %u of part %u has %u words that fit, not %u: %s",
                     (int)pattern->text.size, pattern->text.data, (int)pattern->kind,
                     (unsigned)pattern->distance, (unsigned)doc, (unsigned)part, (unsigned)want,
                     there ? (unsigned)got->tfs[at] : 0, p->text);
        at += there;
        doc++;
    }
    assert_int_equal(at, got->doc_count);
}

/* The documents of the one term that a pattern stands for are that term's: written out, to be compared alike. */
static void write_out(ofsi_segment *segment, ofsi_arena *arena, ofsi_expansion *got) {
    ofsi_postings *cursor;
    ofs_error err;
    assert_true(!got->docs && !got->tfs && got->only->df == got->doc_count);
    got->docs = ofsi_arena_calloc(arena, got->doc_count, sizeof *got->docs);
    got->tfs = ofsi_arena_calloc(arena, got->doc_count, sizeof *got->tfs);
    assert_true(got->docs && got->tfs);
    corpus_check(ofsi_postings_open(segment, got->only, &cursor, &err), &err);
    for (uint32_t i = 0; i < got->doc_count; i++) {
        got->docs[i] = ofsi_postings_next(cursor);
        got->tfs[i] = ofsi_postings_tf(cursor);
    }
    ofsi_postings_close(cursor);
}

static void compare_pattern(const corpus *c, const ofsi_snapshot *snapshot, test_rng *rng, uint32_t *found) {
    ofsi_arena arena = {0};
    ofsi_map stems = {0};
    ofsi_pattern pattern;
    ofsi_expansion got;
    ofs_error err;
    char text[128];
    uint32_t distance;
    bool empty;
    ofsi_pattern_kind kind = random_pattern(rng, c, text, &distance);
    corpus_check(ofsi_pattern_make(kind, ofsi_span_of(text), distance, &arena, &pattern, &empty, &err), &err);
    const ofsi_expander expander = {&pattern, c->stemmer, &stems, &arena};
    for (uint32_t s = 0; s < snapshot->segment_count && !empty; s++) {
        corpus_check(ofsi_expand(&expander, &snapshot->segments[s], &got, &err), &err);
        if (got.only)
            write_out(snapshot->segments[s].segment, &arena, &got);
        compare_part(c, s, &got, &pattern);
        *found += got.doc_count > 0;
    }
    ofsi_map_free(&stems);
    ofsi_arena_free(&arena);
}

static void compare(test_rng *rng, const char *stemmer, uint32_t segments, uint32_t patterns) {
    corpus c;
    ofsi_storage *storage;
    ofsi_snapshot *snapshot;
    ofs_error err;
    uint32_t found = 0;
    build(&c, rng, stemmer, segments);
    corpus_check(ofsi_storage_open_memory(&storage, &err), &err);
    corpus_write(&c, storage);
    corpus_check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    assert_int_equal(snapshot->segment_count, segments);
    for (uint32_t i = 0; i < patterns; i++)
        compare_pattern(&c, snapshot, rng, &found);
    assert_true(found > patterns / 2);
    ofsi_snapshot_close(snapshot);
    ofsi_storage_close(storage);
    corpus_free(&c);
}

static void made_vocabularies(void **state) {
    (void)state;
    static const char *const stemmers[] = {"english", "porter", "none", "german"};
    test_rng rng = test_rng_start(31);
    for (int i = 0; i < 4; i++) {
        make_words(&rng, 1500);
        compare(&rng, stemmers[i], i == 0 ? 2 : 1, i == 3 ? PATTERNS / 4 : PATTERNS);
        free_words();
    }
}

static void words_of_real_texts(void **state) {
    (void)state;
    TEST_NEEDS(ir, test_ir);
    test_rng rng = test_rng_start(32);
    ofsi_map seen = {0};
    test_each_file(ir, read_words, &seen);
    ofsi_map_free(&seen);
    assert_true(word_count > 5000);
    compare(&rng, "english", 1, PATTERNS);
    free_words();
}

/* What expand.c leaves out for being too short rests on this. */
static void folding_makes_no_more_characters_than_bytes(void **state) {
    (void)state;
    ofsi_analyzer *analyzer;
    ofsi_tokens tokens = {0};
    ofs_error err;
    corpus_check(ofsi_analyzer_open("none", &analyzer, &err), &err);
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        char text[16] = "a";
        if (code >= 0xD800 && code < 0xE000)
            continue;
        size_t size = 1 + ofsi_utf8_encode(code, text + 1);
        corpus_check(ofsi_analyze(analyzer, (ofsi_span){text, size}, &tokens, &err), &err);
        for (size_t t = 0; t < tokens.count; t++) {
            const ofsi_word *word = ofsi_analyzer_word(analyzer, tokens.items[t].word);
            size_t count = 0;
            for (size_t i = 0; i < word->folded.size; i++)
                count += !ofsi_utf8_is_continuation(word->folded.data[i]);
            if (count > word->surface.size)
                test_die("U+%04X: %zu characters of %zu bytes", (unsigned)code, count, word->surface.size);
        }
        if (code % 0x10000 == 0)
            ofsi_analyzer_forget(analyzer);
    }
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(analyzer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_vocabularies),
        cmocka_unit_test(words_of_real_texts),
        cmocka_unit_test(folding_makes_no_more_characters_than_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
