/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling words by an engine whose analyzer forgets its words whenever it is asked for, as it may. */
#include <ofsearch/search.h>

#include "search/exec/index.h"
#include "tests/property/exec/corpus.h"

static ofsi_analyzer *(*analyzer_of)(ofsi_engine *engine);

static ofsi_analyzer *forgetful(ofsi_engine *engine) {
    ofsi_analyzer *analyzer = analyzer_of(engine);
    ofsi_analyzer_forget(analyzer);
    return analyzer;
}

static void write_corpus(ofsi_storage *storage) {
    corpus c;
    corpus_start(&c, "english");
    corpus_add_report(&c, "r");
    for (int i = 0; i < 40; i++)
        corpus_add_para(&c, i % 2 ? "Children were seen at home, and homes were safe."
                                  : "Staff say that schools teach reading late.");
    corpus_write(&c, storage);
    corpus_free(&c);
}

/* Words that are in all paragraphs of one side, and in none of the other's. */
static void check_side(const ofs_keyword_side *side, const char *const *wanted, size_t count) {
    assert_int_equal(side->word_count, count);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t w = 0; w < side->word_count; w++)
            found = found || strcmp(side->words[w].word, wanted[i]) == 0;
        if (!found)
            test_die("%s is no telling word", wanted[i]);
        assert_int_equal(side->words[i].count, 20);
        assert_int_equal(side->words[i].other, 0);
    }
}

static void counts_go_by_words_that_stay(void **state) {
    (void)state;
    static const char *const first[] = {"were", "seen", "at", "home", "and", "safe"};
    static const char *const second[] = {"say", "that", "schools", "teach", "reading", "late"};
    ofsi_storage *storage;
    ofs_error err;
    ofs_keywords *keywords;
    ofs_index index = {0};
    corpus_check(ofsi_storage_open_memory(&storage, &err), &err);
    write_corpus(storage);
    corpus_check(ofsi_engine_open_storage(storage, &index.engine, &err), &err);
    analyzer_of = index.engine->analyzer;
    index.engine->analyzer = forgetful;
    const ofs_search_request children = {.query = "children", .any = true, .plain = true};
    const ofs_search_request staff = {.query = "staff", .any = true, .plain = true, .synonyms = true};
    const ofs_keywords_request request = {&children, &staff, 0};
    corpus_check(ofs_keywords_find(&index, &request, &keywords, &err), &err);
    check_side(&keywords->sides[0], first, sizeof first / sizeof first[0]);
    check_side(&keywords->sides[1], second, sizeof second / sizeof second[0]);
    ofs_keywords_free(keywords);
    index.engine->close(index.engine);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_go_by_words_that_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
