/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pivots, telling words, similar and folded paragraphs when memory runs out at every allocation in turn: an error or the
 * right answer, never another one, and nothing is leaked.
 */
#include <ofsearch/search.h>

#include "indexer/base/map.h"
#include "tests/property/exec/corpus.h"

static const ofs_filter filters[] = {{"grade", "1..3"}};
static const ofs_facet_request facets[] = {{.field = OFS_FACET_GRADE, .share = true},
                                           {.field = OFS_FACET_SECTION, .limit = 2, .share = true}};
static const ofs_search_request plain = {.query = "children care"};
static const ofs_search_request rich = {.query = "children OR missing",
                                        .limit = 5,
                                        .filters = filters,
                                        .filter_count = 1,
                                        .facets = facets,
                                        .facet_count = 2,
                                        .base = true,
                                        .alternatives = true,
                                        .fold_duplicates = true};

static uint64_t mix(uint64_t sum, uint64_t value) { return sum * 1099511628211u + value; }
static uint64_t mix_text(uint64_t sum, const char *text) {
    return mix(sum, text ? ofsi_hash64(text, strlen(text)) : 7);
}

static uint64_t digest_results(const ofs_results *results) {
    uint64_t sum = mix(mix(results->total, results->base_reports), results->distinct);
    for (size_t i = 0; i < results->hit_count; i++)
        sum = mix(mix_text(mix(sum, results->hits[i].place), results->hits[i].report->id),
                  results->hits[i].folded_count);
    for (size_t f = 0; f < results->facet_count; f++)
        for (uint32_t v = 0; v < results->facets[f].value_count; v++)
            sum = mix(mix(mix(sum, results->facets[f].values[v].count), results->facets[f].values[v].of),
                      results->facets[f].values[v].selected);
    return sum;
}

static ofs_status run_search(ofs_index *index, uint64_t *digest, ofs_error *err) {
    ofs_results *results = NULL;
    ofs_status status = ofs_search(index, &rich, &results, err);
    if (status == OFS_OK)
        *digest = digest_results(results);
    ofs_results_free(results);
    return status;
}

static ofs_status run_similar(ofs_index *index, uint64_t *digest, ofs_error *err) {
    ofs_results *results = NULL;
    const ofs_place place = {"d", 0};
    ofs_search_request request = {.limit = 5, .also = "-missing"};
    ofs_status status = ofs_search_similar(index, &place, &request, &results, err);
    if (status == OFS_OK)
        *digest = digest_results(results);
    ofs_results_free(results);
    return status;
}

static ofs_status run_keywords(ofs_index *index, uint64_t *digest, ofs_error *err) {
    ofs_keywords *keywords = NULL;
    ofs_search_request other = {.query = "missing"};
    const ofs_keywords_request request = {&plain, &other, 5};
    ofs_status status = ofs_keywords_find(index, &request, &keywords, err);
    for (int side = 0; status == OFS_OK && side < 2; side++) {
        *digest = mix(*digest, keywords->sides[side].total);
        for (size_t i = 0; i < keywords->sides[side].word_count; i++)
            *digest = mix_text(mix(*digest, keywords->sides[side].words[i].count),
                               keywords->sides[side].words[i].word);
    }
    ofs_keywords_free(keywords);
    return status;
}

static ofs_status run_pivot(ofs_index *index, uint64_t *digest, ofs_error *err) {
    ofs_pivot *pivot = NULL;
    const ofs_pivot_table *table = NULL;
    const ofs_pivot_request request = {
        {.is_query = true}, {.field = OFS_FACET_SECTION, .limit = 3}, OFS_COUNT_REPORTS};
    ofs_status status = ofs_pivot_open(&request, &pivot, err);
    if (status == OFS_OK)
        status = ofs_pivot_add(pivot, index, "a", &plain, err);
    if (status == OFS_OK)
        status = ofs_pivot_add(pivot, index, "b", &rich, err);
    if (status == OFS_OK)
        status = ofs_pivot_read(pivot, &table, err);
    for (size_t i = 0; status == OFS_OK && i < (size_t)table->row_count * table->column_count; i++)
        *digest = mix(mix(*digest, table->cells[i].count), table->cells[i].of);
    ofs_pivot_free(pivot);
    return status;
}

static void make_index(const char *directory) {
    corpus c;
    ofsi_storage *storage = NULL;
    ofs_error err;
    test_rng rng = test_rng_start(41);
    corpus_start(&c, "english");
    corpus_random(&c, &rng, 30, 2);
    corpus_add_report(&c, "d")->segment = 1;
    corpus_add_para(&c, "The care team and the children are missing.");
    corpus_check(ofsi_storage_open_dir(directory, true, &storage, &err), &err);
    corpus_write(&c, storage);
    ofsi_storage_close(storage);
    corpus_free(&c);
}

static void out_of_memory_is_an_error(void **state) {
    (void)state;
    ofs_status (*const runs[])(ofs_index *, uint64_t *, ofs_error *) = {run_search, run_similar, run_keywords,
                                                                        run_pivot};
    char *directory = test_temp_dir();
    make_index(directory);
    for (size_t r = 0; r < sizeof runs / sizeof runs[0]; r++) {
        uint64_t right = 0;
        for (size_t n = 0;; n++) {
            ofs_index *index = NULL;
            ofs_error err;
            uint64_t got = 0;
            corpus_check(ofs_index_open(directory, &index, &err), &err);
            ofsi_alloc_fail_after(n);
            ofs_status status = runs[r](index, &got, &err);
            ofsi_alloc_fail_after(0);
            ofs_index_close(index);
            if (n == 0) {
                corpus_check(status, &err);
                assert_true(got != 0);
                right = got;
            } else if (status == OFS_OK) {
                assert_true(got == right);
                break;
            } else if (status != OFS_E_NOMEM) {
                test_die("run %zu, allocation %zu: %s: %s", r, n, ofs_status_name(status), err.message);
            }
        }
    }
    test_temp_remove(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
