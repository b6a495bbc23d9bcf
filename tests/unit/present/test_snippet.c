/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snippets: which passage is shown, against a look at every one there is. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/base/buf.h"
#include "search/present/snippet.h"

/* A text whose highlights stand in [ ], each with the digit of its word behind: "[missing1] from [care2]". */
typedef struct marked {
    char text[4096];
    ofs_highlight places[256];
    uint64_t words[256];
    ofs_hit hit;
} marked;

static void read_marked(const char *from, marked *m) {
    size_t size = 0;
    uint32_t count = 0;
    for (const char *at = from; *at; at++) {
        if (*at == '[') {
            m->places[count].start = (uint32_t)size;
        } else if (at[0] >= '0' && at[0] <= '9' && at[1] == ']') {
            m->words[count] = UINT64_C(1) << (*at++ - '0');
            m->places[count++].end = (uint32_t)size;
        } else {
            m->text[size++] = *at;
        }
        assert_true(size < sizeof m->text && count < 256);
    }
    m->hit = (ofs_hit){.text = m->text,
                       .text_size = size,
                       .highlights = m->places,
                       .highlight_words = m->words,
                       .highlight_count = count};
}

static void check(const char *from, uint32_t size, const char *expected) {
    marked *m = calloc(1, sizeof *m);
    assert_non_null(m);
    read_marked(from, m);
    ofsi_snippet s = ofsi_snippet_of(&m->hit, size);
    char *got = test_format("%s%.*s%s", s.cut_before ? "... " : "", (int)(s.end - s.start), m->text + s.start,
                            s.cut_after ? " ..." : "");
    if (strcmp(got, expected) != 0)
        test_die("%s\n  shows    %s\n  expected %s", from, got, expected);
    free(got);
    free(m);
}

static void whole_sentences_with_all_words(void **state) {
    (void)state;
    check("One is here. A [child1] went. He went [missing2] from [care3]. That was all of it, and more.", 38,
          "... A child went. He went missing from care. ...");
    /* Two words at the end beat one that comes thrice at the start. */
    check("A [child1], a [child1], a [child1] is seen. Nothing is said here. A [child1] is [missing2].", 30,
          "... A child is missing.");
    check("First. Second. Third is [missing2] now. Fourth.", 30, "... Second. Third is missing now. Fourth.");
    check("First. Second. Third is [missing2] now.", 20, "... Third is missing now.");
    check("Short [text1].", 300, "Short text.");
}

static void sentences_end_where_they_do(void **state) {
    (void)state;
    static const char text[] =
        "He (Mr. Orr) said so.\u2019 \u2018Yes.\u2019 See para. 5, e.g. this. 12 came! was it? 3.5 of them";
    static const char *const starts[] = {"He ", "\u2018Yes", "See", "12 came", "3.5"};
    size_t found = 0;
    for (size_t i = 0; i < sizeof text - 1; i++)
        if (ofsi_begins_sentence(text, sizeof text - 1, i)) {
            assert_true(found < 5 && strncmp(text + i, starts[found], strlen(starts[found])) == 0);
            found++;
        }
    assert_int_equal(found, 5);
}

static void long_sentences_are_cut_at_words(void **state) {
    (void)state;
    check("this is a very long sentence in which a [child1] is [missing2] somewhere and it goes on and on",
          30, "... a child is missing somewhere ...");
    check("nothing is marked in this text here. It goes on and on. And on.", 40,
          "nothing is marked in this text here. ...");
    check("nothing is marked in this text that goes on and on", 20, "nothing is marked in ...");
}

static uint32_t count_words(const ofs_hit *hit, uint32_t start, uint32_t end) {
    uint64_t words = 0;
    for (uint32_t i = 0; i < hit->highlight_count; i++)
        if (hit->highlights[i].start >= start && hit->highlights[i].end <= end)
            words |= hit->highlight_words[i];
    return (uint32_t)__builtin_popcountll(words);
}

/* The most words in any run of whole sentences that fits. */
static uint32_t best_sentences(const ofs_hit *hit, uint32_t most) {
    uint32_t best = 0, total = (uint32_t)hit->text_size;
    for (uint32_t start = 0; start < total; start++) {
        if (!ofsi_begins_sentence(hit->text, total, start))
            continue;
        for (uint32_t end = start + 1; end <= total && end - start <= most; end++) {
            bool ends = end == total;
            uint32_t next = end;
            while (next < total && strchr(" \n", hit->text[next]))
                next++;
            ends = ends || (next > end && (next == total || ofsi_begins_sentence(hit->text, total, next)));
            uint32_t words = ends ? count_words(hit, start, end) : 0;
            best = words > best ? words : best;
        }
    }
    return best;
}

static uint32_t best_run(const ofs_hit *hit, uint32_t size) {
    uint32_t best = hit->highlight_count > 0;
    for (uint32_t i = 0; i < hit->highlight_count; i++)
        for (uint32_t k = i; k < hit->highlight_count; k++)
            if (hit->highlights[k].end - hit->highlights[i].start <= size) {
                uint32_t words = count_words(hit, hit->highlights[i].start, hit->highlights[k].end);
                best = words > best ? words : best;
            }
    return best;
}

static void no_passage_shows_more(void **state) {
    (void)state;
    static const char *const pieces[] = {"care ", "a ", "safeguarding ", "it. ",
                                         "So! ",  "\n", "Then ",         "e.g. "};
    test_rng rng = test_rng_start(81);
    marked *m = calloc(1, sizeof *m);
    assert_non_null(m);
    for (int round = 0; round < 3000; round++) {
        ofsi_buf text = {0};
        for (uint32_t n = test_rng_between(&rng, 1, 120); n > 0; n--) {
            if (test_rng_chance(&rng, 12))
                ofsi_buf_printf(&text, "[word%u] ", test_rng_below(&rng, 6));
            else
                ofsi_buf_text(&text, pieces[test_rng_below(&rng, 8)]);
        }
        ofsi_buf_byte(&text, 0);
        memset(m, 0, sizeof *m);
        read_marked(text.data, m);
        uint32_t size = test_rng_between(&rng, 20, 120), most = size + size / 4;
        ofsi_snippet s = ofsi_snippet_of(&m->hit, size);
        uint32_t shown = count_words(&m->hit, s.start, s.end), whole = best_sentences(&m->hit, most);
        if (shown < best_run(&m->hit, size) || shown < whole)
            test_die("%s\n shows %u words in [%u, %u), not %u in sentences or %u in a run of %u bytes",
                     text.data, shown, s.start, s.end, whole, best_run(&m->hit, size), size);
        assert_true(s.end - s.start <= most);
        if (whole >= best_run(&m->hit, size) && m->hit.text_size > most && whole)
            assert_true(ofsi_begins_sentence(m->text, m->hit.text_size, s.start));
        ofsi_buf_free(&text);
    }
    free(m);
}

/* Neither many sentences nor one endless one take more than a moment. */
static void long_texts_take_no_longer_than_they_must(void **state) {
    (void)state;
    enum { SIZE = 8 << 20 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < SIZE; i++)
        text[i] = i < SIZE / 2 ? "A. "[i % 3] : 'x';
    ofs_highlight places[2] = {{0, 1}, {SIZE - 10, SIZE - 5}};
    uint64_t words[2] = {1, 2};
    ofs_hit hit = {.text = text,
                   .text_size = SIZE,
                   .highlights = places,
                   .highlight_words = words,
                   .highlight_count = 2};
    ofsi_snippet s = ofsi_snippet_of(&hit, 320);
    assert_true(s.end - s.start <= 400 && s.start == 0);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_sentences_with_all_words),
        cmocka_unit_test(sentences_end_where_they_do),
        cmocka_unit_test(long_sentences_are_cut_at_words),
        cmocka_unit_test(no_passage_shows_more),
        cmocka_unit_test(long_texts_take_no_longer_than_they_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
