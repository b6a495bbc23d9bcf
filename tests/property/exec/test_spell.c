/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that were perhaps meant, against a look at every word of every paragraph by the rule that spell.h states. */
#include "search/exec/spell.h"
#include "tests/property/exec/oracle.h"

/* Damerau's edits, none overlapping another, by the book. */
static uint32_t count_edits(ofsi_span a, ofsi_span b) {
    uint32_t d[64][64];
    uint32_t x[64], y[64], m = 0, n = 0;
    for (size_t i = 0; i < a.size; i++)
        if (((unsigned char)a.data[i] & 0xC0) != 0x80)
            x[m++] = (unsigned char)a.data[i] < 0x80
                         ? (unsigned char)a.data[i]
                         : (uint32_t)(unsigned char)a.data[i] << 8 | (unsigned char)a.data[i + 1];
    for (size_t i = 0; i < b.size; i++)
        if (((unsigned char)b.data[i] & 0xC0) != 0x80)
            y[n++] = (unsigned char)b.data[i] < 0x80
                         ? (unsigned char)b.data[i]
                         : (uint32_t)(unsigned char)b.data[i] << 8 | (unsigned char)b.data[i + 1];
    for (uint32_t i = 0; i <= m; i++)
        for (uint32_t j = 0; j <= n; j++) {
            uint32_t best = i == 0 ? j : j == 0 ? i : d[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
            if (i && j && d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (i && j && d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[m][n];
}

static uint32_t count_letters(ofsi_span text) {
    uint32_t n = 0;
    for (size_t i = 0; i < text.size; i++)
        n += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return n;
}

/* Paragraphs that hold the stem, dead ones too: what a dictionary says. */
static uint64_t count_holding(const corpus *c, ofsi_span stem) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < c->para_count; i++) {
        bool holds = false;
        for (size_t t = 0; t < c->paras[i].token_count; t++)
            holds = holds || ofsi_span_equal(c->paras[i].tokens[t].word->stem, stem);
        count += holds;
    }
    return count;
}

/* The folded form that the rule gives; size 0: none. */
static ofsi_span find_meant(const corpus *c, const ofsi_word *word) {
    ofsi_span best = {NULL, 0};
    uint32_t letters = count_letters(word->folded), best_edits = 0, most = letters < 7 ? 1 : 2;
    uint64_t best_count = 0, own = count_holding(c, word->stem);
    if (own > 5 || letters < 4 || letters > 60)
        return best;
    for (uint32_t i = 0; i < c->para_count; i++)
        for (size_t t = 0; t < c->paras[i].token_count; t++) {
            const ofsi_word *other = c->paras[i].tokens[t].word;
            if (ofsi_span_equal(other->stem, word->stem) || ofsi_span_equal(other->folded, best))
                continue;
            uint32_t edits = count_edits(word->folded, other->folded);
            if (edits > most || (best.size && edits > best_edits))
                continue;
            uint64_t count = count_holding(c, other->stem);
            if (!best.size || edits < best_edits || count > best_count ||
                (count == best_count && ofsi_span_compare(other->folded, best) < 0)) {
                best = other->folded;
                best_edits = edits;
                best_count = count;
            }
        }
    if (own && (best_edits > 1 || best_count < own * 100))
        best.size = 0;
    return best;
}

static const char *const words[] = {
    "children", "child",      "people",  "women",  "woman",        "care",       "caring",     "cared",
    "carers",   "missing",    "mission", "missed", "safeguarding", "safeguards", "agency",     "agencies",
    "happily",  "happiness",  "dying",   "lying",  "organisation", "organised",  "relational", "Lambeth",
    "LADO",     "caf\u00E9s", "houses",  "horses", "inspections",  "inspector",  "quality",    "equality"};
enum { WORDS = sizeof words / sizeof words[0] };

/* Up to three slips. */
static char *misspell(test_rng *rng, const char *word) {
    char text[64];
    snprintf(text, sizeof text, "%s", word);
    for (uint32_t edits = test_rng_below(rng, 4); edits > 0; edits--) {
        size_t n = strlen(text), at = test_rng_below(rng, (uint32_t)n);
        if (((unsigned char)text[at] | (unsigned char)text[at + 1]) & 0x80)
            continue;
        char c = (char)('a' + test_rng_below(rng, 26));
        switch (test_rng_below(rng, 4)) {
        case 0:
            text[at] = c;
            break;
        case 1:
            memmove(text + at + 1, text + at, n - at + 1);
            text[at] = c;
            break;
        case 2:
            if (n > 2)
                memmove(text + at, text + at + 1, n - at);
            break;
        default:
            if (at + 1 < n && !((unsigned char)text[at + 1] & 0x80)) {
                char other = text[at];
                text[at] = text[at + 1];
                text[at + 1] = other;
            }
            break;
        }
    }
    return corpus_copy(text);
}

static void check_collection(test_rng *rng, uint32_t segments) {
    corpus c;
    ofsi_storage *storage = NULL;
    ofsi_snapshot *snapshot = NULL;
    ofs_error err;
    corpus_start(&c, "english");
    c.segment_count = segments;
    for (uint32_t i = 0; i < 30; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%03u", i);
        corpus_add_report(&c, id)->segment = test_rng_below(rng, segments);
        for (uint32_t p = test_rng_below(rng, 25); p > 0; p--) {
            ofsi_buf text = {0};
            for (uint32_t w = test_rng_between(rng, 1, 8); w > 0; w--) {
                uint32_t a = test_rng_below(rng, WORDS), b = test_rng_below(rng, WORDS);
                char *word =
                    test_rng_chance(rng, 2) ? misspell(rng, words[a]) : corpus_copy(words[a < b ? a : b]);
                ofsi_buf_printf(&text, "%s ", word);
                free(word);
            }
            ofsi_buf_byte(&text, 0);
            corpus_add_para(&c, text.data);
            ofsi_buf_free(&text);
        }
    }
    corpus_check(ofsi_storage_open_memory(&storage, &err), &err);
    corpus_write(&c, storage);
    corpus_check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    uint32_t meant_total = 0;
    for (int q = 0; q < 400; q++) {
        ofsi_arena arena = {0};
        ofsi_tokens tokens;
        ofsi_span instead;
        char folded[1024], *typed = misspell(rng, words[test_rng_below(rng, WORDS)]);
        tokens = oracle_tokens(&c, ofsi_span_of(typed));
        if (tokens.count == 1) {
            const ofsi_word *word = ofsi_analyzer_word(c.analyzer, tokens.items[0].word);
            ofsi_span meant = find_meant(&c, word);
            corpus_check(ofsi_spell(snapshot, c.analyzer, word, &arena, &instead, &err), &err);
            size_t size = instead.size ? ofsi_fold(instead, folded, sizeof folded) : 0;
            if (!ofsi_span_equal((ofsi_span){folded, size}, meant))
                test_die("%s was meant to be %.*s, not %.*s", typed, (int)meant.size,
                         meant.data ? meant.data : "", (int)instead.size, instead.data ? instead.data : "");
            meant_total += meant.size > 0;
        }
        ofsi_tokens_free(&tokens);
        free(typed);
        ofsi_arena_free(&arena);
    }
    assert_true(meant_total > 100);
    ofsi_snapshot_close(snapshot);
    ofsi_storage_close(storage);
    corpus_free(&c);
}

static void every_word_of_the_index_is_considered(void **state) {
    (void)state;
    test_rng rng = test_rng_start(71);
    for (uint32_t segments = 1; segments < 6; segments += 2)
        check_collection(&rng, segments);
}

static void edits_are_damerau_s(void **state) {
    (void)state;
    test_rng rng = test_rng_start(72);
    for (int i = 0; i < 20000; i++) {
        char a[12] = "", b[12] = "";
        for (uint32_t n = test_rng_below(&rng, 10); n > 0; n--)
            a[n - 1] = (char)('a' + test_rng_below(&rng, 3));
        for (uint32_t n = test_rng_below(&rng, 10); n > 0; n--)
            b[n - 1] = (char)('a' + test_rng_below(&rng, 3));
        a[11] = b[11] = '\0';
        uint32_t most = test_rng_below(&rng, 5), edits = count_edits(ofsi_span_of(a), ofsi_span_of(b));
        assert_int_equal(ofsi_spell_edits(ofsi_span_of(a), ofsi_span_of(b), most),
                         edits <= most ? edits : most + 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_word_of_the_index_is_considered),
                                       cmocka_unit_test(edits_are_damerau_s)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
