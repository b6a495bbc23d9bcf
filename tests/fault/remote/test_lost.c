/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Servers that are killed, restarted and stopped while they are asked. What is answered is always right: the answer of the
 * shards that it says it is of, as an index of our own over just their reports gives it.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "tests/fault/remote/servers.h"
#include "tests/property/judge/collection.h"
#include "tests/property/judge/questions.h"

enum { REPORTS = 24, QUESTIONS = 40, WHOLE = (1 << SHARDS) - 1 };

/* The archive, indexes of our own for each set of its shards (a bit each), and questions. */
typedef struct world {
    archive a;
    char *of_shard[SHARDS][REPORTS]; /* paths of its reports */
    size_t counts[SHARDS];
    ofs_index *references[WHOLE + 1];
    char *questions[QUESTIONS];
    ofs_results *expected[WHOLE + 1][QUESTIONS];
} world;

static world w;

/* ---- the world ---- */

static ofs_results *everything(ofs_index *index) {
    const ofs_search_request request = {.query = "kind:(note paragraph recommendation statement)",
                                        .limit = OFS_ALL};
    ofs_error err;
    ofs_results *results = NULL;
    check(ofs_search(index, &request, &results, &err), &err);
    return results;
}

static void find_reports_of_shard(uint32_t shard) {
    const ofs_open_options options = {.partial = true};
    char *path = test_format("%s/shard-%u", w.a.split, shard);
    ofs_index *index = NULL;
    ofs_error err;
    check(ofs_index_open_with(path, &options, &index, &err), &err);
    ofs_results *all = everything(index);
    for (size_t i = 0; i < all->hit_count; i++) {
        const char *file = all->hits[i].report->path;
        if (w.counts[shard] && strcmp(w.of_shard[shard][w.counts[shard] - 1], file) == 0)
            continue;
        assert_true(w.counts[shard] < REPORTS);
        w.of_shard[shard][w.counts[shard]++] = test_format("%s", file);
    }
    ofs_results_free(all);
    ofs_index_close(index);
    free(path);
}

static void write_reference(uint32_t set) {
    const char *paths[SHARDS * REPORTS];
    size_t count = 0;
    const ofs_writer_options options = {.threads = 1};
    char *directory = test_format("%s/reference-%u", w.a.folder, set);
    ofs_error err;
    for (uint32_t s = 0; s < SHARDS; s++)
        for (size_t i = 0; (set >> s & 1) && i < w.counts[s]; i++)
            paths[count++] = w.of_shard[s][i];
    write_index(directory, paths, count, &options);
    check(ofs_index_open(directory, &w.references[set], &err), &err);
    free(directory);
}

static int make_world(void **state) {
    (void)state;
    test_rng rng = test_rng_start(4201);
    w.a.folder = test_temp_dir();
    w.a.reports = test_format("%s/reports", w.a.folder);
    mkdir(w.a.reports, 0700);
    for (uint32_t i = 0; i < REPORTS; i++) {
        char *path = test_format("%s/r%02u.jsonl", w.a.reports, i), *id = test_format("r%u", i);
        judge_write_report(path, id, 16, &rng);
        free(id);
        free(path);
    }
    serve_archive(&w.a);
    for (uint32_t s = 0; s < SHARDS; s++)
        find_reports_of_shard(s);
    for (uint32_t set = 1; set <= WHOLE; set++)
        write_reference(set);
    ofs_results *facts = everything(w.references[WHOLE]);
    judge_asker asker = {.rng = &rng, .facts = facts};
    for (uint32_t i = 0; i < QUESTIONS; i++)
        w.questions[i] = test_format("%s", judge_ask(&asker));
    ofs_results_free(facts);
    return 0;
}

static int end_world(void **state) {
    (void)state;
    for (uint32_t set = 1; set <= WHOLE; set++) {
        ofs_index_close(w.references[set]);
        for (uint32_t q = 0; q < QUESTIONS; q++)
            ofs_results_free(w.expected[set][q]);
    }
    for (uint32_t q = 0; q < QUESTIONS; q++)
        free(w.questions[q]);
    for (uint32_t s = 0; s < SHARDS; s++)
        for (size_t i = 0; i < w.counts[s]; i++)
            free(w.of_shard[s][i]);
    close_archive(&w.a);
    return 0;
}

/* Whatever a test left behind. */
static int all_run(void **state) {
    (void)state;
    for (uint32_t s = 0; s < SHARDS; s++) {
        signal_server(&w.a.servers[s], SIGCONT);
        restart_server(&w.a.servers[s]);
    }
    return 0;
}

/* ---- judging ---- */

static const ofs_facet_request facets[] = {{.field = OFS_FACET_GRADE}, {.field = OFS_FACET_REPORT}};

static ofs_search_request request_of(uint32_t q) {
    return (ofs_search_request){.query = w.questions[q],
                                .limit = q % 3 ? 10 : OFS_ALL,
                                .facets = facets,
                                .facet_count = q % 4 ? 0 : 2,
                                .synonyms = q % 7 == 0};
}

static const ofs_results *expect(uint32_t set, uint32_t q) {
    ofs_error err;
    const ofs_search_request request = request_of(q);
    if (!w.expected[set][q])
        check(ofs_search(w.references[set], &request, &w.expected[set][q], &err), &err);
    return w.expected[set][q];
}

/* The shards that an answer says it is of. */
static uint32_t set_of(const ofs_results *results) {
    uint32_t set = WHOLE;
    for (size_t i = 0; i < results->missing_count; i++) {
        uint32_t s = 0;
        while (s < SHARDS && strcmp(results->missing[i].shard, w.a.servers[s].url) != 0)
            s++;
        if (s == SHARDS || !(set >> s & 1) || !*results->missing[i].error)
            test_die("missing: %s: %s", results->missing[i].shard, results->missing[i].error);
        set &= ~(UINT32_C(1) << s);
    }
    return set;
}

static void must_be_right(const ofs_results *got, uint32_t set, uint32_t q) {
    const ofs_results *want = expect(set, q);
    const char *query = w.questions[q];
    if (got->total != want->total || got->report_total != want->report_total ||
        got->hit_count != want->hit_count || got->index_paragraphs != want->index_paragraphs ||
        got->index_reports != want->index_reports || got->facet_count != want->facet_count)
        test_die("%s, set %u: %d of %d paragraphs, not %d of %d", query, set, (int)got->total,
                 (int)got->index_paragraphs, (int)want->total, (int)want->index_paragraphs);
    for (size_t i = 0; i < got->hit_count; i++) {
        const ofs_hit *x = &got->hits[i], *y = &want->hits[i];
        if (strcmp(x->report->id, y->report->id) != 0 || x->place != y->place ||
            strcmp(x->text, y->text) != 0 || fabs(x->score - y->score) > 1e-6 * (1 + y->score))
            test_die("%s, set %u: hit %zu is %s#%u with %g, not %s#%u with %g", query, set, i, x->report->id,
                     x->place, x->score, y->report->id, y->place, y->score);
    }
    for (size_t f = 0; f < got->facet_count; f++) {
        assert_int_equal(got->facets[f].value_count, want->facets[f].value_count);
        for (uint32_t v = 0; v < got->facets[f].value_count; v++)
            assert_int_equal(got->facets[f].values[v].count, want->facets[f].values[v].count);
    }
}

static ofs_index *open_servers(bool partial, uint32_t timeout_ms) {
    const ofs_open_options options = {.timeout_ms = timeout_ms, .partial = partial};
    ofs_index *index = NULL;
    ofs_error err;
    check(ofs_index_open_with(w.a.urls, &options, &index, &err), &err);
    return index;
}

/* ---- mischief ---- */

/* A thread that does things to servers while they are asked. */
typedef struct mischief {
    pthread_t thread;
    test_rng rng;
    atomic_bool ends;
    atomic_bool up[SHARDS];
    atomic_uint changes[SHARDS]; /* goes up before and after anything is done to it */
} mischief;

static void *kill_and_restart(void *context) {
    mischief *m = context;
    while (!atomic_load(&m->ends)) {
        uint32_t s = test_rng_below(&m->rng, SHARDS), others = 0;
        nap_ms(test_rng_between(&m->rng, 1, 150));
        for (uint32_t tries = 0; tries < 3 && atomic_load(&m->up[s]); tries++) /* rather one that is down */
            s = test_rng_below(&m->rng, SHARDS);
        for (uint32_t i = 0; i < SHARDS; i++)
            others += i != s && atomic_load(&m->up[i]);
        bool was_up = atomic_load(&m->up[s]);
        if (was_up && others == 0) /* one is always there */
            continue;
        atomic_fetch_add(&m->changes[s], 1);
        atomic_store(&m->up[s], false);
        if (was_up)
            kill_server(&w.a.servers[s]);
        else
            restart_server(&w.a.servers[s]);
        atomic_store(&m->up[s], !was_up);
        atomic_fetch_add(&m->changes[s], 1);
    }
    return NULL;
}

/* What is known of the servers at a moment. */
typedef struct sight {
    bool up[SHARDS];
    unsigned changes[SHARDS];
} sight;

static sight look(mischief *m) {
    sight s;
    for (uint32_t i = 0; i < SHARDS; i++) {
        s.changes[i] = atomic_load(&m->changes[i]);
        s.up[i] = atomic_load(&m->up[i]);
    }
    return s;
}

/* The servers that ran all the time between. */
static uint32_t ran_between(const sight *before, const sight *after) {
    uint32_t set = 0;
    for (uint32_t i = 0; i < SHARDS; i++)
        if (before->up[i] && after->up[i] && before->changes[i] == after->changes[i])
            set |= UINT32_C(1) << i;
    return set;
}

typedef struct tally {
    uint32_t whole, partial, failed;
} tally;

static void ask_during(mischief *m, ofs_index *index, bool partial, uint32_t q, tally *t) {
    ofs_results *results = NULL;
    ofs_error err;
    const ofs_search_request request = request_of(q);
    sight before = look(m);
    ofs_status status = ofs_search(index, &request, &results, &err);
    sight after = look(m);
    uint32_t ran = ran_between(&before, &after);
    if (status == OFS_OK) {
        uint32_t set = set_of(results);
        if (!partial && set != WHOLE)
            test_die("an answer of set %u that was not asked for", set);
        if (ran & ~set)
            test_die("servers %u ran all the time, the answer is of %u: %s", ran, set,
                     results->missing[0].error);
        must_be_right(results, set, q);
        t->whole += set == WHOLE;
        t->partial += set != WHOLE;
    } else {
        if (partial || ran == WHOLE || (status != OFS_E_NETWORK && status != OFS_E_TIMEOUT))
            test_die("%s, with %u running: %s: %s", partial ? "partial" : "whole", ran,
                     ofs_status_name(status), err.message);
        t->failed++;
    }
    ofs_results_free(results);
}

static void killed_and_restarted_at_random(void **state) {
    (void)state;
    enum { ASKED = 500 };
    mischief m = {.rng = test_rng_start(4202)};
    tally partly = {0}, wholly = {0};
    ofs_index *partial = open_servers(true, 60000), *strict = open_servers(false, 60000);
    for (uint32_t s = 0; s < SHARDS; s++)
        atomic_init(&m.up[s], true);
    assert_int_equal(pthread_create(&m.thread, NULL, kill_and_restart, &m), 0);
    for (uint32_t i = 0; i < ASKED; i++) {
        ask_during(&m, partial, true, i % QUESTIONS, &partly);
        ask_during(&m, strict, false, i % QUESTIONS, &wholly);
    }
    atomic_store(&m.ends, true);
    pthread_join(m.thread, NULL);
    print_message("partial: %u whole, %u partial; whole: %u answered, %u failed\n", partly.whole,
                  partly.partial, wholly.whole, wholly.failed);
    all_run(NULL);
    for (uint32_t s = 0; s < SHARDS; s++)
        atomic_store(&m.up[s], true);
    /* All is well again, for both, at once. */
    for (uint32_t q = 0; q < 5; q++) {
        tally t = {0};
        ask_during(&m, partial, true, q, &t);
        ask_during(&m, strict, false, q, &t);
        assert_int_equal(t.whole, 2);
    }
    assert_true(partly.partial > 0 && wholly.failed > 0);
    ofs_index_close(partial);
    ofs_index_close(strict);
}

/* ---- one at a time ---- */

/* Until it answers; a server that has just been slow is not asked again at once. */
static void must_come_back(ofs_index *index) {
    const ofs_search_request request = request_of(1);
    for (uint32_t tries = 0;; tries++) {
        ofs_results *results = NULL;
        ofs_error err;
        ofs_status status = ofs_search(index, &request, &results, &err);
        uint32_t set = status == OFS_OK ? set_of(results) : 0;
        if (status == OFS_OK)
            must_be_right(results, set, 1);
        ofs_results_free(results);
        if (set == WHOLE)
            return;
        if (tries == 2000)
            test_die("it does not come back: %s", status == OFS_OK ? "partial" : err.message);
        nap_ms(50);
    }
}

static void must_fail(ofs_index *index, ofs_status expected, const char *url) {
    const ofs_search_request request = request_of(1);
    ofs_results *results = NULL;
    ofs_error err;
    ofs_status status = ofs_search(index, &request, &results, &err);
    if (status != expected || !strstr(err.message, url))
        test_die("%s: %s", ofs_status_name(status), status ? err.message : "an answer");
    assert_null(results);
}

static void must_do_without(ofs_index *index, uint32_t lost) {
    for (uint32_t q = 0; q < 8; q++) {
        const ofs_search_request request = request_of(q);
        ofs_results *results = NULL;
        ofs_error err;
        check(ofs_search(index, &request, &results, &err), &err);
        uint32_t set = set_of(results);
        assert_int_equal(set & lost, 0);
        must_be_right(results, set, q);
        ofs_results_free(results);
    }
}

static void restarted_between_two_questions(void **state) {
    (void)state;
    for (int partial = 0; partial < 2; partial++) {
        ofs_index *index = open_servers(partial, 60000);
        must_come_back(index);
        for (uint32_t s = 0; s < SHARDS; s++) {
            tally t = {0};
            mischief m = {0};
            kill_server(&w.a.servers[s]);
            restart_server(&w.a.servers[s]);
            for (uint32_t i = 0; i < SHARDS; i++)
                atomic_init(&m.up[i], true);
            ask_during(&m, index, partial, s, &t);
            assert_int_equal(t.whole, 1);
        }
        ofs_index_close(index);
    }
}

static void one_that_is_gone(void **state) {
    (void)state;
    ofs_index *strict = open_servers(false, 60000), *partial = open_servers(true, 60000);
    kill_server(&w.a.servers[2]);
    must_fail(strict, OFS_E_NETWORK, w.a.servers[2].url);
    must_fail(strict, OFS_E_NETWORK, w.a.servers[2].url);
    must_do_without(partial, 4);
    kill_server(&w.a.servers[0]);
    must_do_without(partial, 5);
    restart_server(&w.a.servers[2]);
    must_do_without(partial, 1);
    for (uint32_t s = 0; s < SHARDS; s++)
        kill_server(&w.a.servers[s]);
    must_fail(partial, OFS_E_NETWORK, "none of the shards answers");
    all_run(NULL);
    must_come_back(strict);
    must_come_back(partial);
    ofs_index_close(strict);
    ofs_index_close(partial);
}

static void one_that_is_stopped(void **state) {
    (void)state;
    ofs_index *strict = open_servers(false, 2000), *partial = open_servers(true, 2000), *late = NULL;
    ofs_error err;
    const ofs_open_options options = {.timeout_ms = 1000}, few = {.timeout_ms = 1000, .partial = true};
    must_come_back(strict);
    must_come_back(partial);
    signal_server(&w.a.servers[1], SIGSTOP);
    must_fail(strict, OFS_E_TIMEOUT, w.a.servers[1].url);
    must_fail(strict, OFS_E_TIMEOUT, w.a.servers[1].url); /* without waiting again */
    must_do_without(partial, 2);
    assert_int_equal(ofs_index_open_with(w.a.urls, &options, &late, &err), OFS_E_TIMEOUT);
    assert_non_null(strstr(err.message, w.a.servers[1].url));
    assert_null(late);
    check(ofs_index_open_with(w.a.urls, &few, &late, &err), &err);
    must_do_without(late, 2);
    ofs_index_close(late);
    signal_server(&w.a.servers[1], SIGCONT);
    must_come_back(strict);
    must_come_back(partial);
    ofs_index_close(strict);
    ofs_index_close(partial);
}

static void *stop_and_continue(void *context) {
    mischief *m = context;
    while (!atomic_load(&m->ends)) {
        uint32_t s = test_rng_below(&m->rng, SHARDS);
        nap_ms(test_rng_between(&m->rng, 1, 30));
        signal_server(&w.a.servers[s], SIGSTOP);
        nap_ms(test_rng_chance(&m->rng, 50) ? 700 : 20);
        signal_server(&w.a.servers[s], SIGCONT);
    }
    return NULL;
}

/* Some for longer than they are waited for, some for less. */
static void stopped_in_mid_question(void **state) {
    (void)state;
    mischief m = {.rng = test_rng_start(4203)};
    ofs_index *indexes[2] = {open_servers(false, 400), open_servers(true, 400)};
    uint32_t answers = 0;
    assert_int_equal(pthread_create(&m.thread, NULL, stop_and_continue, &m), 0);
    for (uint32_t i = 0; i < 80; i++) {
        const ofs_search_request request = request_of(i % QUESTIONS);
        ofs_results *results = NULL;
        ofs_error err;
        ofs_status status = ofs_search(indexes[i % 2], &request, &results, &err);
        if (status == OFS_OK) {
            must_be_right(results, set_of(results), i % QUESTIONS);
            assert_true(i % 2 || results->missing_count == 0);
            answers++;
        } else if (status != OFS_E_TIMEOUT && status != OFS_E_NETWORK) {
            test_die("%s: %s", ofs_status_name(status), err.message);
        }
        ofs_results_free(results);
    }
    atomic_store(&m.ends, true);
    pthread_join(m.thread, NULL);
    all_run(NULL);
    must_come_back(indexes[0]);
    must_come_back(indexes[1]);
    print_message("%u of 80 answered\n", answers);
    ofs_index_close(indexes[0]);
    ofs_index_close(indexes[1]);
}

/* What is made of several searches is made of the same shards. */
static void pivots_keywords_and_likeness(void **state) {
    (void)state;
    ofs_index *index = open_servers(true, 60000);
    const ofs_pivot_request asked = {.rows = {.field = OFS_FACET_GRADE},
                                     .columns = {.field = OFS_FACET_YEAR}};
    const ofs_search_request request = {.query = "children", .limit = 10};
    const ofs_keywords_request keywords = {.search = &request, .limit = 5};
    for (uint32_t s = 0; s < SHARDS; s++) {
        uint32_t set = WHOLE & ~(UINT32_C(1) << s);
        ofs_pivot *pivots[2];
        const ofs_pivot_table *tables[2];
        ofs_keywords *words[2];
        ofs_index *both[2] = {index, w.references[set]};
        ofs_error err;
        kill_server(&w.a.servers[s]);
        for (int i = 0; i < 2; i++) {
            check(ofs_pivot_open(&asked, &pivots[i], &err), &err);
            check(ofs_pivot_add(pivots[i], both[i], "q", &request, &err), &err);
            check(ofs_pivot_read(pivots[i], &tables[i], &err), &err);
            check(ofs_keywords_find(both[i], &keywords, &words[i], &err), &err);
        }
        assert_int_equal(tables[0]->total.count, tables[1]->total.count);
        assert_int_equal(tables[0]->total.of, tables[1]->total.of);
        assert_int_equal(tables[0]->row_count, tables[1]->row_count);
        assert_int_equal(words[0]->sides[0].total, words[1]->sides[0].total);
        assert_int_equal(words[0]->sides[0].word_count, words[1]->sides[0].word_count);
        for (size_t i = 0; i < words[0]->sides[0].word_count; i++)
            assert_string_equal(words[0]->sides[0].words[i].word, words[1]->sides[0].words[i].word);
        for (int i = 0; i < 2; i++) {
            ofs_pivot_free(pivots[i]);
            ofs_keywords_free(words[i]);
        }
        restart_server(&w.a.servers[s]);
        must_come_back(index);
    }
    ofs_index_close(index);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(restarted_between_two_questions, all_run),
                                       cmocka_unit_test_teardown(one_that_is_gone, all_run),
                                       cmocka_unit_test_teardown(one_that_is_stopped, all_run),
                                       cmocka_unit_test_teardown(stopped_in_mid_question, all_run),
                                       cmocka_unit_test_teardown(pivots_keywords_and_likeness, all_run),
                                       cmocka_unit_test_teardown(killed_and_restarted_at_random, all_run)};
    return built_without() ? 0 : cmocka_run_group_tests(tests, make_world, end_world);
}
