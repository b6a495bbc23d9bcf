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

static bool is_shown(const ofsi_snippet *s, const ofs_highlight *place) {
    for (uint32_t p = 0; p < s->count; p++)
        if (place->start >= s->passages[p].start && place->end <= s->passages[p].end)
            return true;
    return false;
}

static void check(const char *from, uint32_t size, const char *expected) {
    marked *m = calloc(1, sizeof *m);
    assert_non_null(m);
    read_marked(from, m);
    ofsi_snippet s = ofsi_snippet_of(&m->hit, size);
    ofsi_buf got = {0};
    ofs_highlight moved[256];
    uint32_t count = ofsi_snippet_append(&got, &m->hit, &s, moved), at = 0;
    /* Each highlight that is shown is the same text as in the hit, in the same order. */
    for (uint32_t i = 0; i < count; i++, at++) {
        while (at < m->hit.highlight_count && !is_shown(&s, &m->places[at]))
            at++;
        assert_true(at < m->hit.highlight_count && moved[i].end <= got.size);
        assert_memory_equal(got.data + moved[i].start, m->text + m->places[at].start,
                            m->places[at].end - m->places[at].start);
    }
    ofsi_buf_byte(&got, 0);
    if (strcmp(got.data, expected) != 0)
        test_die("%s\n  shows    %s\n  expected %s", from, got.data, expected);
    ofsi_buf_free(&got);
    free(m);
}

static void whole_sentences_with_all_words(void **state) {
    (void)state;
    check("One is here. A [child1] went. He went [missing2] from [care3]. That was all of it, and more.", 38,
          "… A child went. He went missing from care. …");
    /* Two words at the end beat one that comes thrice at the start. */
    check("A [child1], a [child1], a [child1] is seen. Nothing is said here. A [child1] is [missing2].", 30,
          "… A child is missing.");
    check("First. Second. Third is [missing2] now. Fourth.", 30, "… Second. Third is missing now. Fourth.");
    check("First. Second. Third is [missing2] now.", 20, "… Third is missing now.");
    check("Short [text1].", 300, "Short text.");
}

static void words_that_stand_apart_are_shown_apart(void **state) {
    (void)state;
    static const char between[] = "Nothing that was asked for is said in this sentence, nor in the next. ";
    char *text =
        test_format("A [child1] was late. %s%sThe [interview2] was late, too. %s", between, between, between);
    check(text, 60, "A child was late. … The interview was late, too. …");
    free(text);
    /* Sentences too long for that are cut at words. */
    text = test_format(
        "%sa [child1] and %sthe [interview2] and on it goes with many more words. %s", "so it is that ",
        "so on it goes until there comes at the very end of all of this what is called ", between);
    check(text, 40, "… a child and so on it … the interview and on it …");
    free(text);
    /* What one passage can hold stays one. */
    text = test_format("%sA [child1] had no [interview2]. %sA [child1].", between, between);
    check(text, 40, "… A child had no interview. …");
    free(text);
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
          30, "… a child is missing somewhere …");
    check("nothing is marked in this text here. It goes on and on. And on.", 40,
          "nothing is marked in this text here. …");
    check("nothing is marked in this text that goes on and on", 20, "nothing is marked in …");
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
        uint32_t shown = 0, bytes = 0, whole = best_sentences(&m->hit, most), words = 0;
        uint64_t seen = 0, all = 0;
        for (uint32_t i = 0; i < m->hit.highlight_count; i++) {
            seen |= is_shown(&s, &m->places[i]) ? m->words[i] : 0;
            all |= m->words[i];
        }
        shown = (uint32_t)__builtin_popcountll(seen);
        words = (uint32_t)__builtin_popcountll(all);
        for (uint32_t p = 0; p < s.count; p++) {
            for (uint32_t i = s.passages[p].start; i < s.passages[p].end; i++)
                bytes += m->text[i] != ' ' && m->text[i] != '\n';
            assert_true(p == 0 || s.passages[p].start > s.passages[p - 1].end);
        }
        if (shown < best_run(&m->hit, size) || shown < whole)
            test_die("%s\n shows %u words, not %u in sentences or %u in a run of %u bytes", text.data, shown,
                     whole, best_run(&m->hit, size), size);
        assert_true(bytes <= most);
        /* "word5" four times has room in four passages. */
        if (shown < words && shown < OFSI_SNIPPET_PASSAGES && size >= 5 * OFSI_SNIPPET_PASSAGES)
            test_die("%s\n shows %u of %u words in %u bytes", text.data, shown, words, size);
        if (whole >= best_run(&m->hit, size) && m->hit.text_size > most && whole && shown == whole)
            assert_true(ofsi_begins_sentence(m->text, m->hit.text_size, s.passages[0].start));
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
    assert_int_equal(s.count, 2);
    assert_true(s.passages[0].start == 0 && s.passages[1].end >= SIZE - 5);
    for (uint32_t p = 0; p < s.count; p++)
        assert_true(s.passages[p].end - s.passages[p].start <= 200);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_sentences_with_all_words),
        cmocka_unit_test(words_that_stand_apart_are_shown_apart),
        cmocka_unit_test(sentences_end_where_they_do),
        cmocka_unit_test(long_sentences_are_cut_at_words),
        cmocka_unit_test(no_passage_shows_more),
        cmocka_unit_test(long_texts_take_no_longer_than_they_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
