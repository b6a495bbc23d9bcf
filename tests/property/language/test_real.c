/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every form of the query language against brute force over the paragraphs of real reports: they are read, indexed and
 * fetched back as a user would, and random queries, made of words, phrases, headings, names and dates of these reports, must
 * match and score what the oracle says. Each query is written out and read back first.
 */
#include <ofsearch/index.h>
#include <ofsearch/search.h>

#include "search/exec/engine.h"
#include "tests/property/exec/oracle.h"

enum { MOST_REPORTS = 6, MOST_PARAGRAPHS = 1600, QUERIES = 500 };

/* ---- the reports ---- */

typedef struct fixture {
    char *directory;
    char *paths[4096];
    size_t path_count;
    corpus c;
    ofs_results *kept[MOST_REPORTS]; /* what the corpus borrows its names from */
    size_t kept_count;
} fixture;

static fixture real;

static void keep_path(void *context, const char *path) {
    const char *suffix = strrchr(path, '.');
    (void)context;
    if (suffix && strcmp(suffix, ".pdf") == 0 && real.path_count < sizeof real.paths / sizeof real.paths[0])
        real.paths[real.path_count++] = corpus_copy(path);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void write_index(void) {
    const char *chosen[MOST_REPORTS];
    size_t count = real.path_count < MOST_REPORTS ? real.path_count : MOST_REPORTS;
    ofs_writer *writer = NULL;
    ofs_error err;
    qsort(real.paths, real.path_count, sizeof(char *), by_name);
    for (size_t i = 0; i < count; i++)
        chosen[i] = real.paths[i * real.path_count / count];
    const ofs_writer_options options = {.threads = 2};
    corpus_check(ofs_writer_open(real.directory, &options, &writer, &err), &err);
    corpus_check(ofs_writer_add(writer, chosen, count, NULL, &err), &err);
    corpus_check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
}

static void copy_paragraph(const ofs_hit *hit) {
    corpus_para *p = corpus_add_para(&real.c, hit->text);
    p->depth = hit->section_depth;
    for (uint32_t d = 0; d < hit->section_depth; d++)
        p->path[d] = hit->section[d];
    p->role = hit->role;
    p->grade = hit->grade.label;
    p->level = hit->grade.level;
    p->levels = hit->grade.levels;
    p->kind = (uint8_t)hit->kind;
    snprintf(p->number, sizeof p->number, "%s", hit->number ? hit->number : "");
    p->item = hit->item;
    p->page = hit->page;
}

static ofs_status copy_report(void *context, const ofs_report_info *info, ofs_error *err) {
    ofs_results *results = NULL;
    ofs_status status = ofs_index_paragraphs(context, info->id, 0, UINT32_MAX, &results, err);
    if (status != OFS_OK)
        return status;
    corpus_report *r = corpus_add_report(&real.c, info->id);
    if (results->hit_count) {
        const ofs_report_ref *ref = results->hits[0].report;
        r->title = ref->title;
        r->provider = ref->provider;
        r->provider_name = ref->provider_name;
        r->inspectorate = ref->inspectorate;
        r->inspection = ref->inspection;
        r->overall = ref->overall.label;
        r->overall_level = ref->overall.level;
        r->from = ref->inspected_from;
        r->to = ref->inspected_to;
        r->published = ref->published;
    }
    for (size_t i = 0; i < results->hit_count; i++)
        copy_paragraph(&results->hits[i]);
    real.kept[real.kept_count++] = results;
    return OFS_OK;
}

static void read_index(void) {
    ofs_index *index = NULL;
    ofs_error err;
    corpus_start(&real.c, "english");
    corpus_check(ofs_index_open(real.directory, &index, &err), &err);
    corpus_check(ofs_index_list(real.directory, copy_report, index, &err), &err);
    ofs_index_close(index);
    assert_true(real.c.para_count > 200);
}

/* ---- queries ---- */

static const corpus_para *some_para(test_rng *rng) {
    for (;;) {
        const corpus_para *p = &real.c.paras[test_rng_below(rng, real.c.para_count)];
        if (p->length > 6 && p->length < 400)
            return p;
    }
}

/* `n` words as a paragraph has them side by side, with what stands between them. */
static ofsi_span some_words(test_rng *rng, ofsi_arena *arena, uint32_t n) {
    const corpus_para *p = some_para(rng);
    uint32_t first = test_rng_below(rng, p->length - n + 1), start = 0, end = 0;
    for (size_t t = 0; t < p->token_count; t++) {
        if (p->tokens[t].span > 1)
            continue;
        if (p->tokens[t].position == first)
            start = p->tokens[t].start;
        if (p->tokens[t].position == first + n - 1)
            end = p->tokens[t].end;
    }
    char *text = ofsi_arena_strndup(arena, p->text + start, end - start);
    assert_non_null(text);
    return (ofsi_span){text, end - start};
}

static bool is_plain(ofsi_span word) {
    for (size_t i = 0; i < word.size; i++)
        if (!((word.data[i] >= 'a' && word.data[i] <= 'z') || (word.data[i] >= 'A' && word.data[i] <= 'Z')))
            return false;
    return word.size > 2 && word.size < 30;
}

static ofsi_span plain_word(test_rng *rng, ofsi_arena *arena) {
    for (;;) {
        ofsi_span word = some_words(rng, arena, 1);
        if (is_plain(word))
            return word;
    }
}

static void append_leaf(test_rng *rng, ofsi_arena *arena, ofsi_buf *out) {
    ofsi_span word = plain_word(rng, arena);
    int n = (int)word.size;
    uint32_t cut = test_rng_between(rng, 2, (uint32_t)word.size - 1);
    ofsi_span several = some_words(rng, arena, test_rng_between(rng, 2, 4));
    bool quotes = memchr(several.data, '"', several.size) ||
                  memmem(several.data, several.size, "\u201C", 3) ||
                  memmem(several.data, several.size, "\u201D", 3) || memchr(several.data, '\n', several.size);
    if (quotes)
        several = word;
    switch (test_rng_below(rng, 10)) {
    case 0:
        ofsi_buf_printf(out, "\"%.*s\"", (int)several.size, several.data);
        break;
    case 1:
        ofsi_buf_printf(out, "~\"%.*s\"", (int)several.size, several.data);
        break;
    case 2:
        ofsi_buf_printf(out, "=\"%.*s\"", (int)several.size, several.data);
        break;
    case 3:
        ofsi_buf_printf(out, "=%.*s", n, word.data);
        break;
    case 4:
        ofsi_buf_printf(out, "%.*s*", (int)cut, word.data);
        break;
    case 5:
        ofsi_buf_printf(out, "%.*s%c%.*s", (int)cut - 1, word.data, "?*"[test_rng_below(rng, 2)],
                        n - (int)cut, word.data + cut);
        break;
    case 6:
        ofsi_buf_printf(out, "%.*sx%.*s~%s", (int)cut, word.data, n - (int)cut, word.data + cut,
                        test_rng_chance(rng, 30) ? "2" : "");
        break;
    default:
        ofsi_buf_printf(out, "(%.*s)", n, word.data); /* in parentheses, so that AND is no operator */
        break;
    }
    if (test_rng_chance(rng, 20))
        ofsi_buf_printf(out, "^%u.%u", test_rng_below(rng, 4), test_rng_between(rng, 1, 9));
}

static void append_alternatives(test_rng *rng, ofsi_arena *arena, ofsi_buf *out) {
    bool several = test_rng_chance(rng, 30);
    ofsi_buf_text(out, several ? "(" : "");
    append_leaf(rng, arena, out);
    if (several) {
        ofsi_buf_text(out, " OR ");
        append_leaf(rng, arena, out);
        ofsi_buf_text(out, ")");
    }
}

static void append_date(test_rng *rng, int32_t day, ofsi_buf *out) {
    int year, month, date;
    if (day == OFSI_DATE_NONE)
        day = 16000;
    ofsi_date_to_civil(day, &year, &month, &date);
    switch (test_rng_below(rng, 3)) {
    case 0:
        ofsi_buf_printf(out, "%d", year);
        break;
    case 1:
        ofsi_buf_printf(out, "%d-%02d", year, month);
        break;
    default:
        ofsi_buf_printf(out, "%d-%02d-%02d", year, month, date);
        break;
    }
}

static void append_dates(test_rng *rng, const char *field, int32_t day, ofsi_buf *out) {
    ofsi_buf_printf(out, "%s:", field);
    bool open = test_rng_chance(rng, 30), range = open || test_rng_chance(rng, 30);
    if (!open || test_rng_chance(rng, 50)) {
        append_date(rng, day, out);
        ofsi_buf_text(out, range ? ".." : "");
    } else {
        ofsi_buf_text(out, "..");
        append_date(rng, day, out);
    }
    if (range && !open && day != OFSI_DATE_NONE && day < 30000) /* to the end of the century's day 30000 */
        append_date(rng, 30000, out);
    else if (range && !open)
        append_date(rng, 30000, out);
}

static void append_value(const char *field, const char *value, ofsi_buf *out) {
    if (value && !strchr(value, '"') && *value)
        ofsi_buf_printf(out, "%s:\"%s\"", field, value);
    else
        ofsi_buf_printf(out, "%s:nothing", field);
}

static void append_filter(test_rng *rng, ofsi_buf *out) {
    const corpus_para *p = some_para(rng);
    const corpus_report *r = &real.c.reports[p->report];
    switch (test_rng_below(rng, 16)) {
    case 0:
        append_value("grade", p->grade, out);
        break;
    case 1:
        ofsi_buf_printf(out, "grade:%u%s", test_rng_between(rng, 1, 4), test_rng_chance(rng, 50) ? ".." : "");
        break;
    case 2:
        append_value("section", p->depth ? p->path[test_rng_below(rng, p->depth)] : NULL, out);
        break;
    case 3:
        append_value("provider", r->provider_name ? r->provider_name : r->provider, out);
        break;
    case 4:
        append_value("title", r->title, out);
        break;
    case 5:
        ofsi_buf_printf(out, "kind:%s", ofs_kind_name((ofs_kind)test_rng_below(rng, OFS_KIND_COUNT)));
        break;
    case 6:
        ofsi_buf_printf(out, "para:%u..%u", test_rng_below(rng, 20), test_rng_between(rng, 20, 60));
        break;
    case 7:
        append_value("para", p->number, out);
        break;
    case 8:
        append_value("report", r->id, out);
        break;
    case 9:
        ofsi_buf_printf(out, "report:%.*s*", (int)test_rng_between(rng, 1, (uint32_t)strlen(r->id)), r->id);
        break;
    case 10:
        append_value("inspectorate", r->inspectorate, out);
        break;
    case 11:
        append_dates(rng, test_rng_chance(rng, 50) ? "published" : "date", r->published, out);
        break;
    case 12:
        append_dates(rng, "inspected", r->from, out);
        break;
    case 13:
        append_value("role", p->role, out);
        break;
    case 14:
        append_value("overall", r->overall, out);
        break;
    default:
        append_value("inspection", r->inspection, out);
        break;
    }
}

static void append_query(test_rng *rng, ofsi_arena *arena, int depth, ofsi_buf *out) {
    switch (test_rng_below(rng, depth > 0 ? 8 : 4)) {
    case 0:
        append_filter(rng, out);
        break;
    case 1: {
        uint32_t members = test_rng_between(rng, 2, 3), distance = test_rng_between(rng, 1, 12);
        const char *near = test_rng_chance(rng, 50) ? "NEAR" : "BEFORE";
        for (uint32_t i = 0; i < members; i++) {
            if (i)
                ofsi_buf_printf(out, " %s/%u ", near, distance);
            append_alternatives(rng, arena, out);
        }
        break;
    }
    case 2:
    case 3:
        append_leaf(rng, arena, out);
        break;
    default: {
        static const char *const joins[] = {" ", " AND ", " OR ", " OR ", " NOT ", " -"};
        ofsi_buf_text(out, "(");
        append_query(rng, arena, depth - 1, out);
        ofsi_buf_text(out, ")");
        ofsi_buf_text(out, joins[test_rng_below(rng, 6)]);
        ofsi_buf_text(out, "(");
        append_query(rng, arena, depth - 1, out);
        ofsi_buf_text(out, ")");
        break;
    }
    }
}

/* ---- comparison ---- */

typedef struct expected {
    uint32_t order[MOST_PARAGRAPHS * 4];
    double scores[MOST_PARAGRAPHS * 4];
    uint32_t count;
} expected;

static expected want;

static int by_rank(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (want.scores[x] < want.scores[y] || want.scores[x] > want.scores[y])
        return want.scores[x] > want.scores[y] ? -1 : 1;
    return (x > y) - (x < y); /* paragraphs are in the order of reports and places */
}

static void check_answer(ofsi_engine *engine, const ofsi_node *root, const char *query) {
    ofsi_arena arena = {0};
    ofsi_engine_answer answer;
    ofsi_fetch fetch = {.arena = &arena, .no_text = true};
    oracle_scores scores;
    ofs_error err;
    const ofsi_engine_request request = {
        .root = root, .k1 = 1.2, .b = 0.75, .top = OFS_ALL, .totals = OFS_TOTALS_ALL};
    oracle_start(&real.c, root, 1.2, 0.75, &scores);
    want.count = 0;
    for (uint32_t i = 0; i < real.c.para_count; i++)
        if (oracle_matches(&real.c, root, &real.c.paras[i])) {
            want.order[want.count++] = i;
            want.scores[i] = oracle_score(&scores, &real.c.paras[i]);
        }
    qsort(want.order, want.count, sizeof *want.order, by_rank);
    ofs_status status = engine->search(engine, &request, &arena, &answer, &err);
    if (status != OFS_OK)
        test_die("%s: %s", query, err.message);
    if (answer.total != want.count || answer.ranked_count != want.count)
        test_die("%s: %u matches, not %u", query, (unsigned)answer.total, want.count);
    for (uint32_t i = 0; i < want.count; i++) {
        ofs_hit hit = {0};
        double score = want.scores[want.order[i]];
        if (fabs(answer.ranked[i].score - score) > 1e-9 * (1 + score))
            test_die("%s: hit %u scores %.17g, not %.17g", query, i, answer.ranked[i].score, score);
        corpus_check(engine->fetch(engine, answer.ranked[i].doc, &fetch, &hit, &err), &err);
        const corpus_para *p = &real.c.paras[want.order[i]];
        bool same = hit.place == p->place && strcmp(hit.report->id, real.c.reports[p->report].id) == 0;
        /* Sums of other orders may differ in their last bit, and then so may the order. */
        bool tie = i + 1 < want.count && fabs(want.scores[want.order[i + 1]] - score) < 1e-9 * (1 + score);
        tie = tie || (i && fabs(want.scores[want.order[i - 1]] - score) < 1e-9 * (1 + score));
        if (!same && !tie)
            test_die("%s: hit %u is %s#@%u, not %s#@%u", query, i, hit.report->id, hit.place,
                     real.c.reports[p->report].id, p->place);
    }
    ofsi_arena_free(&arena);
}

static void every_form_over_real_paragraphs(void **state) {
    (void)state;
    const ofs_open_options usual = {0};
    ofsi_engine *engine = NULL;
    ofs_error err;
    uint32_t matched = 0;
    TEST_NEEDS(folder, test_corpus);
    test_each_file(folder, keep_path, NULL);
    real.directory = test_temp_dir();
    write_index();
    read_index();
    assert_true(real.c.para_count <= sizeof want.order / sizeof want.order[0]);
    corpus_check(ofsi_engine_open(real.directory, &usual, &engine, &err), &err);
    test_rng rng = test_rng_start(91);
    for (int q = 0; q < QUERIES; q++) {
        ofsi_arena arena = {0};
        ofsi_buf query = {0}, printed = {0};
        ofsi_node *root, *again;
        append_query(&rng, &arena, (int)test_rng_below(&rng, 4), &query);
        ofsi_buf_byte(&query, 0);
        if (ofsi_query_parse(ofsi_span_of(query.data), NULL, &arena, &root, &err) != OFS_OK)
            test_die("%s: %s", query.data, err.message);
        ofsi_query_print(root, &printed);
        ofsi_buf_byte(&printed, 0);
        corpus_check(ofsi_query_parse(ofsi_span_of(printed.data), NULL, &arena, &again, &err), &err);
        if (!ofsi_query_equal(root, again))
            test_die("%s is written back %s", query.data, printed.data);
        check_answer(engine, again, printed.data);
        matched += want.count > 0;
        ofsi_buf_free(&query);
        ofsi_buf_free(&printed);
        ofsi_arena_free(&arena);
    }
    assert_true(matched > QUERIES / 2);
    engine->close(engine);
    for (size_t i = 0; i < real.kept_count; i++)
        ofs_results_free(real.kept[i]);
    for (size_t i = 0; i < real.path_count; i++)
        free(real.paths[i]);
    corpus_free(&real.c);
    test_temp_remove(real.directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_form_over_real_paragraphs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
