/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding near-identical paragraphs is what comparing every pair gives: runs of four words, four fifths shared. */
#include <ofsearch/search.h>

#include <stdlib.h>
#include <string.h>

#include "tests/property/exec/corpus.h"

enum { REPORTS = 60, WORDS = 40, MOST_RUNS = 64 };

typedef struct runs {
    char texts[MOST_RUNS][80];
    size_t count;
} runs;

static void add_run(runs *r, const char *text) {
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->texts[i], text) == 0)
            return;
    assert_true(r->count < MOST_RUNS);
    snprintf(r->texts[r->count++], sizeof r->texts[0], "%s", text);
}

/* Words are parted by single blanks, and are of small letters alone. */
static runs runs_of(const char *text) {
    char copy[1024], *words[WORDS * 2];
    size_t count = 0;
    runs r = {.count = 0};
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    for (size_t i = 0; i + 4 <= count; i++) {
        char run[80];
        snprintf(run, sizeof run, "%s %s %s %s", words[i], words[i + 1], words[i + 2], words[i + 3]);
        add_run(&r, run);
    }
    if (count < 4)
        add_run(&r, text);
    return r;
}

static bool are_alike(const char *a, const char *b) {
    runs x = runs_of(a), y = runs_of(b);
    size_t shared = 0;
    for (size_t i = 0; i < x.count; i++)
        for (size_t k = 0; k < y.count; k++)
            shared += strcmp(x.texts[i], y.texts[k]) == 0;
    return (double)shared >= 0.8 * (double)(x.count + y.count - shared);
}

/* A text of its own, or an earlier one with some words changed. */
static void make_text(test_rng *rng, char texts[REPORTS][1024], int number) {
    static const char *const words[] = {"children", "missing", "care",  "team",  "visit", "school", "plan",
                                        "late",     "home",    "staff", "panel", "risk",  "court",  "health"};
    if (number && test_rng_chance(rng, 60)) {
        memcpy(texts[number], texts[test_rng_below(rng, (uint32_t)number)], 1024);
        for (uint32_t changes = test_rng_below(rng, 3); changes > 0; changes--) {
            char *at = strrchr(texts[number], ' ');
            if (at)
                snprintf(at, 1024 - (size_t)(at - texts[number]), " %s",
                         test_rng_chance(rng, 50) ? "other" : "");
            size_t size = strlen(texts[number]);
            if (size && texts[number][size - 1] == ' ')
                texts[number][size - 1] = '\0';
        }
        return;
    }
    texts[number][0] = '\0';
    for (uint32_t n = test_rng_between(rng, 1, WORDS), i = 0; i < n; i++)
        snprintf(texts[number] + strlen(texts[number]), 1024 - strlen(texts[number]), "%s%s", i ? " " : "",
                 words[test_rng_below(rng, 14)]);
}

static int number_of(const ofs_hit *hit) { return (int)strtol(hit->report->id + 1, NULL, 10); }

static void check_round(test_rng *rng) {
    static char texts[REPORTS][1024];
    char *directory = test_temp_dir();
    corpus c;
    ofsi_storage *storage = NULL;
    ofs_error err;
    ofs_index *index = NULL;
    ofs_results *results = NULL;
    corpus_start(&c, "english");
    for (int i = 0; i < REPORTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%02d", i);
        make_text(rng, texts, i);
        corpus_add_report(&c, id);
        corpus_add_para(&c, texts[i]);
    }
    corpus_check(ofsi_storage_open_dir(directory, true, &storage, &err), &err);
    corpus_write(&c, storage);
    ofsi_storage_close(storage);
    corpus_free(&c);
    corpus_check(ofs_index_open(directory, &index, &err), &err);
    const ofs_search_request request = {.limit = OFS_ALL, .fold_duplicates = true, .sort = OFS_SORT_REPORT};
    corpus_check(ofs_search(index, &request, &results, &err), &err);

    /* Each joins the first of those before it that stand for others and are like it. */
    int stands_for[REPORTS];
    size_t distinct = 0;
    for (int i = 0; i < REPORTS; i++) {
        stands_for[i] = i;
        for (int k = 0; k < i && stands_for[i] == i; k++)
            if (stands_for[k] == k && are_alike(texts[i], texts[k]))
                stands_for[i] = k;
        distinct += stands_for[i] == i;
    }
    assert_int_equal(results->total, REPORTS);
    assert_int_equal(results->distinct, distinct);
    assert_int_equal(results->hit_count, distinct);
    for (size_t h = 0; h < results->hit_count; h++) {
        int first = number_of(&results->hits[h]);
        assert_int_equal(stands_for[first], first);
        for (uint32_t f = 0; f < results->hits[h].folded_count; f++)
            assert_int_equal(stands_for[number_of(&results->hits[h].folded[f])], first);
    }
    ofs_results_free(results);
    ofs_index_close(index);
    test_temp_remove(directory);
}

static void folding_is_what_every_pair_says(void **state) {
    (void)state;
    test_rng rng = test_rng_start(61);
    for (int round = 0; round < 20; round++)
        check_round(&rng);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_is_what_every_pair_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
