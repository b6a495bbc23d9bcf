/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searching when memory runs out at every allocation in turn, and when a byte of the index is wrong: an error or the
 * right answer, never another one, and nothing is leaked.
 */
#include <ofsearch/search.h>

#include "indexer/base/map.h"
#include "tests/property/exec/corpus.h"

static const char *const queries[] = {
    "missing children",
    "multi-agency OR \"children missing\" OR =MASH",
    "~\"multi-agency team\" OR safeg* OR m?sh OR childrne~2",
    "(care OR \"missing child\") NEAR/5 (agenc* OR children) -inadequate",
    "section:quality grade:1..3 provider:borough date:2010.. -kind:statement",
    "zebra children",
    "chidlren \"caer team\" poeple",
    "@CT OR @\"care team\" OR (team NEAR/3 @CT)"};
enum { QUERY_COUNT = sizeof queries / sizeof queries[0] };

static const ofs_facet_request facets[] = {{.field = OFS_FACET_SECTION, .limit = 0},
                                           {.field = OFS_FACET_GRADE, .limit = 3},
                                           {.field = OFS_FACET_REPORT, .limit = 0}};

static void make_index(const char *directory) {
    corpus c;
    ofsi_storage *storage = NULL;
    ofs_error err;
    test_rng rng = test_rng_start(31);
    corpus_start(&c, "english");
    corpus_random(&c, &rng, 30, 2);
    corpus_add_report(&c, "d")->segment = 1;
    corpus_add_para(&c, "The care team (CT) and the caring teams (CTs) are missing.");
    corpus_check(ofsi_storage_open_dir(directory, true, &storage, &err), &err);
    corpus_write(&c, storage);
    ofsi_storage_close(storage);
    corpus_free(&c);
}

static ofs_status search(ofs_index *index, const char *query, ofs_results **results, ofs_error *err) {
    static const char *const groups[] = {"care team, agency"};
    ofs_search_request request = {.query = query,
                                  .limit = 20,
                                  .explain = true,
                                  .facets = facets,
                                  .facet_count = 3,
                                  .synonym_groups = groups,
                                  .synonym_group_count = 1,
                                  .notes = true};
    return ofs_search(index, &request, results, err);
}

/* What of an answer must not change. */
static uint64_t digest(const ofs_results *results) {
    uint64_t sum = results->total * 31 + results->report_total;
    for (size_t i = 0; i < results->hit_count; i++) {
        uint64_t bits;
        const ofs_hit *hit = &results->hits[i];
        memcpy(&bits, &hit->score, sizeof bits);
        sum = sum * 31 + bits + hit->place + ofsi_hash64(hit->report->id, strlen(hit->report->id));
        sum = sum * 31 + ofsi_hash64(hit->text, hit->text_size) + hit->highlight_count;
    }
    for (uint32_t a = 0; a < results->abbreviation_count; a++)
        sum = sum * 31 + results->abbreviations[a].reports;
    if (results->did_you_mean)
        sum = sum * 31 + ofsi_hash64(results->did_you_mean, strlen(results->did_you_mean));
    for (size_t f = 0; f < results->facet_count; f++)
        for (uint32_t v = 0; v < results->facets[f].value_count; v++)
            sum = sum * 31 + results->facets[f].values[v].count;
    return sum;
}

static void memory_that_runs_out_is_an_error(void **state) {
    (void)state;
    char *directory = test_temp_dir();
    make_index(directory);
    for (size_t q = 0; q < QUERY_COUNT; q++) {
        uint64_t right = 0;
        for (size_t n = 0;; n++) {
            ofs_index *index = NULL;
            ofs_results *results = NULL;
            ofs_error err;
            ofsi_alloc_fail_after(n);
            ofs_status status = ofs_index_open(directory, &index, &err);
            if (status == OFS_OK)
                status = search(index, queries[q], &results, &err);
            ofsi_alloc_fail_after(0);
            uint64_t got = status == OFS_OK ? digest(results) : 0;
            ofs_results_free(results);
            ofs_index_close(index);
            if (n == 0) {
                corpus_check(status, &err);
                right = got;
            } else if (status == OFS_OK) {
                assert_true(got == right);
                break;
            } else if (status != OFS_E_NOMEM) {
                test_die("%s, allocation %zu: %s: %s", queries[q], n, ofs_status_name(status), err.message);
            }
        }
    }
    test_temp_remove(directory);
}

static void a_wrong_byte_gives_no_wrong_answer(void **state) {
    (void)state;
    char *directory = test_temp_dir(), *path = test_format("%s/s-00000001.seg", directory);
    uint64_t right[QUERY_COUNT];
    size_t size, failed = 0;
    make_index(directory);
    char *bytes = test_read_file(path, &size);
    test_rng rng = test_rng_start(32);
    for (int round = -1; round < 400; round++) {
        ofs_index *index = NULL;
        ofs_error err;
        size_t at = test_rng_below(&rng, (uint32_t)size);
        char flip = (char)(1 << test_rng_below(&rng, 8));
        if (round >= 0) {
            bytes[at] ^= flip;
            test_write_file(path, bytes, size);
            bytes[at] ^= flip;
        }
        ofs_status status = ofs_index_open(directory, &index, &err);
        for (size_t q = 0; q < QUERY_COUNT; q++) {
            ofs_results *results = NULL;
            ofs_status found = status == OFS_OK ? search(index, queries[q], &results, &err) : status;
            if (round < 0) {
                corpus_check(found, &err);
                right[q] = digest(results);
            } else if (found == OFS_OK) {
                assert_true(digest(results) == right[q]);
            } else if (found != OFS_E_CORRUPT) {
                test_die("byte %zu: %s: %s", at, ofs_status_name(found), err.message);
            } else {
                failed++;
            }
            ofs_results_free(results);
        }
        ofs_index_close(index);
    }
    assert_true(failed > 400); /* most bytes of a small index are looked at */
    free(bytes);
    free(path);
    test_temp_remove(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(a_wrong_byte_gives_no_wrong_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
