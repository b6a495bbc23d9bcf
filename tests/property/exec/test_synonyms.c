/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands for the same: counts of meanings against a recount of every text, widened queries against the oracle (what is
 * written back is what matches and scores), over random collections in several segments, some reports dead.
 */
#include <strings.h>

#include "search/exec/engine.h"
#include "search/exec/request.h"
#include "tests/property/exec/oracle.h"

static const char *const names[][3] = {
    /* short form, long form, the same by its stems */
    {"LADO", "local authority designated officer", "Local Authority Designated Officers"},
    {"IROs", "independent reviewing officers", "independent reviewing officer"},
    {"SCRs", "serious case reviews", "Serious Case Review"},
    {"CP", "child protection", "Child Protection"},
    {"CP", "care plan", "care plans"},
    {"MASH", "multi-agency safeguarding hub", "Multi-Agency Safeguarding Hub"},
    {"SAFE", "safer activities for everyone", "safer activities for everyone"},
};
enum { NAMES = sizeof names / sizeof names[0] };

static char *random_text(test_rng *rng) {
    ofsi_buf buf = {0};
    uint32_t n = test_rng_between(rng, 1, 8);
    for (uint32_t i = 0; i < n; i++) {
        const char *const *name = names[test_rng_below(rng, NAMES)];
        switch (test_rng_below(rng, 6)) {
        case 0:
            ofsi_buf_printf(&buf, "the %s (%s) ", name[test_rng_between(rng, 1, 2)], name[0]);
            break;
        case 1:
            ofsi_buf_printf(&buf, "a %s ", name[test_rng_below(rng, 3)]);
            break;
        case 2:
            ofsi_buf_printf(&buf, "%.*s ", (int)strlen(name[0]) - (name[0][strlen(name[0]) - 1] == 's'),
                            name[0]);
            break;
        default:
            ofsi_buf_printf(&buf, "%s%s ", corpus_word(rng), test_rng_chance(rng, 20) ? " safe" : "");
            break;
        }
        if (test_rng_chance(rng, 30))
            ofsi_buf_text(&buf, ". ");
    }
    ofsi_buf_byte(&buf, 0);
    assert_false(buf.failed);
    return buf.data;
}

static void make_corpus(corpus *c, test_rng *rng, uint32_t segments) {
    corpus_start(c, "english");
    c->segment_count = segments;
    for (uint32_t i = 0; i < 40; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%03u", i);
        corpus_report *r = corpus_add_report(c, id);
        r->segment = test_rng_below(rng, segments);
        r->dead = test_rng_chance(rng, 20);
        for (uint32_t p = test_rng_below(rng, 6); p > 0; p--) {
            char *text = random_text(rng);
            corpus_add_para(c, text);
            free(text);
        }
    }
}

static char *stems_of(const corpus *c, ofsi_span text) {
    ofsi_tokens tokens = oracle_tokens(c, text);
    ofsi_buf buf = {0};
    ofsi_stems_append(c->analyzer, &tokens, &buf);
    ofsi_buf_byte(&buf, 0);
    ofsi_tokens_free(&tokens);
    return buf.data;
}

/* Live reports of which some text defines the short form so, by their stems. */
static uint64_t recount(const corpus *c, const char *short_stems, const char *long_stems) {
    uint64_t count = 0;
    for (uint32_t r = 0; r < c->report_count; r++) {
        bool defines = false;
        for (uint32_t p = c->reports[r].first; p < c->reports[r].first + c->reports[r].count; p++) {
            ofsi_definition found;
            for (size_t at = 0; ofsi_definition_next(ofsi_span_of(c->paras[p].text), &at, &found);) {
                char *x = stems_of(c, ofsi_short_form_base(found.short_form)),
                     *y = stems_of(c, found.long_form);
                defines = defines || (strcmp(x, short_stems) == 0 && strcmp(y, long_stems) == 0);
                free(x);
                free(y);
            }
        }
        count += defines && !c->reports[r].dead;
    }
    return count;
}

static void check_meanings(const corpus *c, ofsi_engine *engine) {
    for (int i = 0; i < NAMES; i++) {
        ofsi_arena arena = {0};
        ofsi_meanings meanings, like;
        ofs_error err;
        uint64_t before = UINT64_MAX;
        char *key = stems_of(c, ofsi_short_form_base(ofsi_span_of(names[i][0])));
        corpus_check(engine->meanings_of(engine, ofsi_span_of(key), &arena, &meanings, NULL, &err), &err);
        for (uint32_t m = 0; m < meanings.count; m++) {
            char *wanted = test_format("%.*s", (int)meanings.items[m].long_stems.size,
                                       meanings.items[m].long_stems.data);
            assert_int_equal(meanings.items[m].reports, recount(c, key, wanted));
            assert_true(meanings.items[m].reports <= before);
            before = meanings.items[m].reports;
            corpus_check(engine->meanings_like(engine, ofsi_span_of(wanted), &arena, &like, &err), &err);
            bool back = false;
            for (uint32_t k = 0; k < like.count; k++)
                back = back || ofsi_span_equal(like.items[k].short_stems, ofsi_span_of(key));
            assert_true(back);
            free(wanted);
        }
        char *long_stems = stems_of(c, ofsi_span_of(names[i][1]));
        if (meanings.count == 0)
            assert_int_equal(recount(c, key, long_stems), 0);
        free(long_stems);
        free(key);
        ofsi_arena_free(&arena);
    }
}

/* A query in which names stand in every way, with other words and operators between. */
static char *random_query(test_rng *rng) {
    static const char *const joins[] = {" ", " ", " OR ", " NEAR/6 ", " BEFORE/9 ", " -"};
    ofsi_buf buf = {0};
    uint32_t n = test_rng_between(rng, 1, 3);
    for (uint32_t i = 0; i < n; i++) {
        const char *const *name = names[test_rng_below(rng, NAMES)];
        const char *text = name[test_rng_below(rng, 3)];
        bool several = strchr(text, ' ') != NULL;
        const char *join = i ? joins[test_rng_below(rng, 6)] : "";
        ofsi_buf_text(&buf, join);
        switch (test_rng_below(rng, 6)) {
        case 0:
            ofsi_buf_printf(&buf, several ? "@\"%s\"" : "@%s", text);
            break;
        case 1:
            ofsi_buf_printf(&buf, "\"%s\"", text);
            break;
        case 2:
            ofsi_buf_printf(&buf, "=\"%s\"^2", text);
            break;
        case 3:
            ofsi_buf_printf(&buf, several ? "@\"%s\"^1.5" : "@%s^1.5", text);
            break;
        default:
            ofsi_buf_text(&buf, strstr(join, "/") || *join == '-' ? (several ? "care" : text) : text);
            break;
        }
    }
    ofsi_buf_byte(&buf, 0);
    assert_false(buf.failed);
    return buf.data;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The answer has the oracle's matches and scores for the tree that is written back. */
static void check_answer(const corpus *c, ofsi_engine *engine, const ofsi_node *root, const char *query) {
    ofsi_arena arena = {0};
    ofsi_engine_answer answer;
    ofs_error err;
    oracle_scores scores;
    double wanted[1024];
    size_t count = 0;
    const ofsi_engine_request request = {
        .root = root, .k1 = 1.2, .b = 0.75, .top = OFS_ALL, .totals = OFS_TOTALS_ALL};
    oracle_start(c, root, 1.2, 0.75, &scores);
    for (uint32_t i = 0; i < c->para_count; i++)
        if (oracle_matches(c, root, &c->paras[i]))
            wanted[count++] = oracle_score(&scores, &c->paras[i]);
    qsort(wanted, count, sizeof *wanted, compare_doubles);
    corpus_check(engine->search(engine, &request, &arena, &answer, &err), &err);
    if (answer.total != count || answer.ranked_count != count)
        test_die("%s: %u matches, not %zu", query, (unsigned)answer.total, count);
    for (size_t i = 0; i < count; i++)
        if (fabs(answer.ranked[i].score - wanted[i]) > 1e-9)
            test_die("%s: hit %zu scores %.17g, not %.17g", query, i, answer.ranked[i].score, wanted[i]);
    ofsi_arena_free(&arena);
}

static void check_query(const corpus *c, ofsi_engine *engine, test_rng *rng) {
    static const char *const groups[] = {"LADO, allegations manager,safe", "multi-agency\tcaring, \"sky\""};
    ofsi_arena arena = {0};
    ofsi_question question;
    ofsi_node *again;
    ofsi_buf printed = {0};
    ofs_error err;
    char *query = random_query(rng);
    const ofs_search_request request = {.query = query,
                                        .any = test_rng_chance(rng, 20),
                                        .synonyms = test_rng_chance(rng, 60),
                                        .synonym_groups = groups,
                                        .synonym_group_count = test_rng_below(rng, 3)};
    ofs_status status = ofsi_request_read(&request, engine, &arena, &question, &err);
    if (status == OFS_E_QUERY) { /* NEAR beside what it cannot measure */
        free(query);
        ofsi_arena_free(&arena);
        return;
    }
    corpus_check(status, &err);
    ofsi_query_print(question.words, &printed);
    ofsi_buf_byte(&printed, 0);
    corpus_check(ofsi_query_parse(ofsi_span_of(printed.data), NULL, &arena, &again, &err), &err);
    if (!ofsi_query_equal(question.words, again) || strchr(printed.data, '@'))
        test_die("%s is written back %s", query, printed.data);
    check_answer(c, engine, again, printed.data);
    check_answer(c, engine, question.root, printed.data);
    /* Widening adds matches and takes none away, where nothing is negated. */
    if (!strstr(query, " -")) {
        ofsi_node *plain;
        const ofsi_query_options options = {.any = request.any};
        corpus_check(ofsi_query_parse(ofsi_span_of(query), &options, &arena, &plain, &err), &err);
        for (uint32_t i = 0; i < c->para_count; i++)
            if (!strchr(query, '@') && oracle_matches(c, plain, &c->paras[i]))
                assert_true(oracle_matches(c, again, &c->paras[i]));
    }
    ofsi_buf_free(&printed);
    free(query);
    ofsi_arena_free(&arena);
}

static void check_collection(test_rng *rng, uint32_t segments) {
    corpus c;
    ofsi_storage *storage = NULL;
    ofsi_engine *engine = NULL;
    ofs_error err;
    make_corpus(&c, rng, segments);
    corpus_check(ofsi_storage_open_memory(&storage, &err), &err);
    corpus_write(&c, storage);
    corpus_check(ofsi_engine_open_storage(storage, &engine, &err), &err);
    check_meanings(&c, engine);
    for (int i = 0; i < 150; i++)
        check_query(&c, engine, rng);
    engine->close(engine);
    corpus_free(&c);
}

static void one_segment(void **state) {
    (void)state;
    test_rng rng = test_rng_start(61);
    check_collection(&rng, 1);
}

static void several_segments(void **state) {
    (void)state;
    test_rng rng = test_rng_start(62);
    for (int i = 0; i < 4; i++)
        check_collection(&rng, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_segment), cmocka_unit_test(several_segments)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
