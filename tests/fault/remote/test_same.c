/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four servers answer as one index does: the same bytes of JSON, but for the times and the index's name. */
#include "tests/fault/remote/servers.h"
#include "tests/property/judge/collection.h"
#include "tests/property/judge/questions.h"

enum { REPORTS = 40, QUESTIONS = 28 };

/* Options of one run each; the last is NULL. */
static const char *const runs[][8] = {
    {"--explain"},
    {"-n", "25", "--facet", "grade,section,year,report:3,overall,role"},
    {"--all", "--sort", "date"},
    {"-n", "7", "--offset", "3", "--sort", "report", "-C", "1"},
    {"--any", "--k1", "0.5", "--b", "1"},
    {"--synonyms", "--cite"},
    {"-l"},
    {"-c"},
    {"--pivot", "grade,year"},
    {"--pivot", "query,overall", "--count-by", "report"},
    {"--keywords"},
    {"--fold-duplicates", "--grade", "good"},
};
enum { RUNS = sizeof runs / sizeof *runs };

static void write_reports(archive *a) {
    test_rng rng = test_rng_start(4101);
    a->reports = test_format("%s/reports", a->folder);
    mkdir(a->reports, 0700);
    for (uint32_t i = 0; i < REPORTS; i++) {
        char *path = test_format("%s/r%02u.jsonl", a->reports, i), *id = test_format("r%u", i);
        judge_write_report(path, id, 25, &rng);
        free(id);
        free(path);
    }
}

static void write_questions(const char *path, ofs_index *index, test_rng *rng) {
    const ofs_search_request everything = {.query = "kind:(note paragraph recommendation statement)",
                                           .limit = OFS_ALL};
    ofs_error err;
    ofs_results *facts = NULL;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    check(ofs_search(index, &everything, &facts, &err), &err);
    judge_asker asker = {.rng = rng, .facts = facts};
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        const char *question = judge_ask(&asker);
        if (*question && !strpbrk(question, "\t\n\r"))
            fprintf(file, "q%u\t%s\n", i, question);
    }
    assert_int_equal(fclose(file), 0);
    ofs_results_free(facts);
}

/* Blanks out what differs by nature: digits behind "took_us": and the index's name. */
static void level(char *text, const char *place) {
    size_t size = strlen(place);
    for (char *at = text; (at = strstr(at, "\"took_us\":"));)
        for (at += 10; *at >= '0' && *at <= '9'; at++)
            *at = ' ';
    for (char *at = text; (at = strstr(at, place));)
        memmove(at, at + size, strlen(at + size) + 1);
    char *to = text;
    for (const char *from = text; *from; from++)
        if (*from != ' ' || to == text || to[-1] != ':')
            *to++ = *from;
    *to = '\0';
}

static char *ask(const char *place, const char *questions, const char *const *options, int *status) {
    const char *argv[24];
    size_t count = 0;
    char *program = test_program("ofsearch");
    argv[count++] = program;
    argv[count++] = "-i";
    argv[count++] = place;
    argv[count++] = "--format";
    argv[count++] = "json";
    argv[count++] = "--batch";
    argv[count++] = questions;
    for (size_t i = 0; i < 8 && options[i]; i++)
        argv[count++] = options[i];
    argv[count] = NULL;
    const test_run_options limits = {.seconds = 250};
    test_run run = test_run_program(argv, &limits);
    if (run.timed_out || run.status > 2)
        test_die("%s: status %d: %s", place, run.status, run.err);
    *status = run.status;
    char *text = test_format("%s\n%s", run.out, run.err);
    test_run_free(&run);
    free(program);
    level(text, place);
    return text;
}

static void compare(const char *one, const char *servers, const char *questions, const char *const *options) {
    int status[2];
    char *texts[2] = {ask(one, questions, options, &status[0]), ask(servers, questions, options, &status[1])};
    size_t at = 0;
    while (texts[0][at] && texts[0][at] == texts[1][at])
        at++;
    if (texts[0][at] || texts[1][at]) {
        size_t from = at > 300 ? at - 300 : 0;
        test_die("%s %s: differs:\n%.600s\n--- and ---\n%.600s", options[0], options[1] ? options[1] : "",
                 texts[0] + from, texts[1] + from);
    }
    assert_int_equal(status[0], status[1]);
    assert_true(strlen(texts[0]) > 1000);
    free(texts[0]);
    free(texts[1]);
}

static void four_servers_answer_as_one_index(void **state) {
    (void)state;
    archive a = {.folder = test_temp_dir()};
    ofs_index *index = NULL;
    ofs_error err;
    test_rng rng = test_rng_start(4102);
    write_reports(&a);
    serve_archive(&a);
    char *one = test_format("%s/one", a.folder);
    const ofs_writer_options native = {.threads = 2};
    const char *const paths[] = {a.reports};
    write_index(one, paths, 1, &native);
    check(ofs_index_open(one, &index, &err), &err);
    for (size_t i = 0; i < RUNS; i++) {
        char *questions = test_format("%s/questions-%zu.tsv", a.folder, i);
        write_questions(questions, index, &rng);
        compare(one, a.urls, questions, runs[i]);
        free(questions);
    }
    ofs_index_close(index);
    free(one);
    close_archive(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(four_servers_answer_as_one_index)};
    return built_without() ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}
