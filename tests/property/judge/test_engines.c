/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judge: two engines over the same reports, asked the same. Random reports, some of them written anew and some removed
 * again, and real ones; questions of every form with every option. Whatever differs is a fault of one of them.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ofsearch/index.h>
#include <ofsearch/search.h>

#include "tests/property/judge/collection.h"
#include "tests/property/judge/compare.h"
#include "tests/property/judge/questions.h"

enum { REPORTS = 40, REAL_REPORTS = 4, REAL_QUESTIONS = 1000, RANDOM_QUESTIONS = 1000 };

static uint32_t rounds(void) {
    const char *text = getenv("OFS_TEST_ROUNDS");
    return text ? (uint32_t)strtoul(text, NULL, 10) : 1;
}

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s: %s", ofs_status_name(status), err->message);
}

/* ---- two indexes of the same reports ---- */

typedef struct pair {
    char *folder;
    char *directories[2]; /* of our own engine, of the other one */
    uint32_t shards;
    bool fresh; /* nothing was removed */
    ofs_index *indexes[2];
    ofs_results *facts;
    uint32_t matched; /* questions with an answer: they must not be few */
} pair;

static ofs_writer *open_writer(const pair *p, int which) {
    ofs_writer *writer = NULL;
    ofs_error err;
    const ofs_writer_options options = {
        .threads = 2, .engine = which ? "xapian" : "native", .shards = which ? p->shards : 0};
    check(ofs_writer_open(p->directories[which], &options, &writer, &err), &err);
    return writer;
}

static void add_paths(const pair *p, const char *const *paths, size_t count) {
    for (int which = 0; which < 2; which++) {
        ofs_error err;
        ofs_writer *writer = open_writer(p, which);
        check(ofs_writer_add(writer, paths, count, NULL, &err), &err);
        check(ofs_writer_commit(writer, &err), &err);
        ofs_writer_close(writer);
    }
}

static void remove_report(const pair *p, const char *id) {
    for (int which = 0; which < 2; which++) {
        ofs_error err;
        uint64_t removed;
        ofs_writer *writer = open_writer(p, which);
        check(ofs_writer_remove(writer, id, &removed, &err), &err);
        check(ofs_writer_commit(writer, &err), &err);
        ofs_writer_close(writer);
    }
}

static void start_pair(pair *p, uint32_t shards) {
    *p = (pair){.folder = test_temp_dir(), .shards = shards, .fresh = true};
    p->directories[0] = test_format("%s/native", p->folder);
    p->directories[1] = test_format("%s/xapian", p->folder);
}

static void open_pair(pair *p) {
    const ofs_search_request everything = {.query = "kind:(note paragraph recommendation statement)",
                                           .limit = OFS_ALL};
    ofs_error err;
    for (int which = 0; which < 2; which++)
        check(ofs_index_open(p->directories[which], &p->indexes[which], &err), &err);
    check(ofs_search(p->indexes[0], &everything, &p->facts, &err), &err);
    assert_true(p->facts->hit_count > 50);
}

static void close_pair(pair *p) {
    ofs_results_free(p->facts);
    for (int which = 0; which < 2; which++) {
        ofs_index_close(p->indexes[which]);
        free(p->directories[which]);
    }
    test_temp_remove(p->folder);
}

/* ---- asking ---- */

static const ofs_facet_request all_facets[] = {{.field = OFS_FACET_GRADE},
                                               {.field = OFS_FACET_SECTION},
                                               {.field = OFS_FACET_PROVIDER},
                                               {.field = OFS_FACET_INSPECTORATE},
                                               {.field = OFS_FACET_YEAR},
                                               {.field = OFS_FACET_KIND},
                                               {.field = OFS_FACET_REPORT},
                                               {.field = OFS_FACET_OVERALL},
                                               {.field = OFS_FACET_INSPECTION},
                                               {.field = OFS_FACET_ROLE},
                                               {.field = OFS_FACET_REPORT, .limit = 3}};

static ofs_search_request random_request(test_rng *rng, const char *query) {
    static const double k1s[] = {0.0, 0.9, 1.2, 2.0}, bs[] = {0.0, 0.4, 0.75, 1.0};
    static const uint64_t limits[] = {0, 1, 5, 10, 10, 30, OFS_ALL, OFS_ALL};
    ofs_search_request r = {.query = query,
                            .limit = limits[test_rng_below(rng, 8)],
                            .offset = test_rng_chance(rng, 20) ? test_rng_below(rng, 12) : 0,
                            .k1_set = test_rng_chance(rng, 25),
                            .b_set = test_rng_chance(rng, 25),
                            .k1 = k1s[test_rng_below(rng, 4)],
                            .b = bs[test_rng_below(rng, 4)],
                            .sort = (ofs_sort)(test_rng_chance(rng, 70) ? 0 : test_rng_below(rng, 3)),
                            .totals = (ofs_totals)(test_rng_chance(rng, 50) ? 0 : test_rng_below(rng, 3)),
                            .any = test_rng_chance(rng, 10),
                            .explain = test_rng_chance(rng, 30),
                            .synonyms = test_rng_chance(rng, 10),
                            .base = test_rng_chance(rng, 10),
                            .notes = test_rng_chance(rng, 10),
                            .no_text = test_rng_chance(rng, 10),
                            .fold_duplicates = test_rng_chance(rng, 3)};
    if (test_rng_chance(rng, 30)) {
        r.facets = all_facets;
        r.facet_count = sizeof all_facets / sizeof *all_facets;
    }
    return r;
}

static void ask_both(pair *p, const ofs_search_request *request) {
    ofs_results *results[2] = {NULL, NULL};
    ofs_status statuses[2];
    ofs_error errors[2];
    char *question = test_format("%s [%ssort %d, totals %d, limit %lld, offset %d, k1 %g, b %g]",
                                 request->query, request->any ? "any, " : "", (int)request->sort,
                                 (int)request->totals, (long long)request->limit, (int)request->offset,
                                 request->k1_set ? request->k1 : 1.2, request->b_set ? request->b : 0.75);
    for (int which = 0; which < 2; which++)
        statuses[which] = ofs_search(p->indexes[which], request, &results[which], &errors[which]);
    if (statuses[0] != statuses[1])
        test_die("%s: %s, not %s", question, statuses[1] ? errors[1].message : "answered",
                 statuses[0] ? errors[0].message : "answered");
    if (statuses[0] == OFS_OK) {
        judge_results(results[0], results[1], p->indexes[0], request, question);
        judge_corrections(results[0], results[1], p->fresh, question);
        p->matched += results[0]->total > 0;
    } else {
        judge_text(errors[0].message, errors[1].message, "the message", question);
    }
    for (int which = 0; which < 2; which++)
        ofs_results_free(results[which]);
    free(question);
}

static void ask_many(pair *p, test_rng *rng, uint32_t questions) {
    judge_asker *asker = calloc(1, sizeof *asker);
    assert_non_null(asker);
    asker->rng = rng;
    asker->facts = p->facts;
    for (uint32_t q = 0; q < questions; q++) {
        const ofs_search_request request = random_request(rng, judge_ask(asker));
        ask_both(p, &request);
    }
    print_message("%u of %u questions are answered by a paragraph\n", p->matched, questions);
    assert_true(p->matched > questions / 3);
    free(asker);
}

/* ---- what is asked beside a search ---- */

static void check_reports(pair *p) {
    const ofs_search_request in_order = {.sort = OFS_SORT_REPORT};
    for (size_t i = 0; i < p->facts->hit_count; i += 7) {
        const ofs_report_ref *ref = p->facts->hits[i].report;
        const char *names[2] = {ref->id, ref->path};
        for (int n = 0; n < 2; n++) {
            ofs_results *results[2];
            ofs_error err;
            for (int which = 0; which < 2; which++)
                check(ofs_index_paragraphs(p->indexes[which], names[n], 0, UINT32_MAX, &results[which], &err),
                      &err);
            judge_count(results[0]->total, results[1]->total, "paragraphs", names[n]);
            judge_hits(results[0], results[1], p->indexes[0], &in_order, names[n]);
            for (int which = 0; which < 2; which++)
                ofs_results_free(results[which]);
        }
    }
}

static void check_pivots(pair *p, const char *query) {
    for (int rows = 0; rows < OFS_FACET_FIELD_COUNT; rows++) {
        int columns = (rows + 3) % OFS_FACET_FIELD_COUNT;
        const ofs_pivot_request wanted = {.rows = {.field = (ofs_facet_field)rows},
                                          .columns = {.field = (ofs_facet_field)columns},
                                          .count_by = (ofs_count_by)(rows % 2)};
        const ofs_search_request request = {.query = query};
        const ofs_pivot_table *tables[2];
        ofs_pivot *pivots[2];
        ofs_error err;
        for (int which = 0; which < 2; which++) {
            check(ofs_pivot_open(&wanted, &pivots[which], &err), &err);
            check(ofs_pivot_add(pivots[which], p->indexes[which], "q", &request, &err), &err);
            check(ofs_pivot_read(pivots[which], &tables[which], &err), &err);
        }
        judge_count(tables[0]->row_count, tables[1]->row_count, "rows", query);
        judge_count(tables[0]->column_count, tables[1]->column_count, "columns", query);
        for (uint32_t r = 0; r < tables[0]->row_count; r++)
            judge_text(tables[0]->rows[r], tables[1]->rows[r], "row", query);
        for (uint32_t c = 0; c < tables[0]->column_count; c++)
            judge_text(tables[0]->columns[c], tables[1]->columns[c], "column", query);
        for (uint32_t i = 0; i < tables[0]->row_count * tables[0]->column_count; i++) {
            judge_count(tables[0]->cells[i].count, tables[1]->cells[i].count, "cell", query);
            judge_count(tables[0]->cells[i].of, tables[1]->cells[i].of, "cell's base", query);
        }
        for (int which = 0; which < 2; which++)
            ofs_pivot_free(pivots[which]);
    }
}

static void check_keywords(pair *p, const char *query) {
    const ofs_search_request search = {.query = query};
    const ofs_keywords_request request = {.search = &search, .limit = 20};
    ofs_keywords *keywords[2];
    ofs_error err;
    for (int which = 0; which < 2; which++)
        check(ofs_keywords_find(p->indexes[which], &request, &keywords[which], &err), &err);
    const ofs_keyword_side *a = &keywords[0]->sides[0], *b = &keywords[1]->sides[0];
    judge_count(a->word_count, b->word_count, "keywords", query);
    for (size_t i = 0; i < a->word_count; i++) {
        judge_text(a->words[i].term, b->words[i].term, "keyword", query);
        judge_count(a->words[i].other, b->words[i].other, "paragraphs of the rest", query);
    }
    for (int which = 0; which < 2; which++)
        ofs_keywords_free(keywords[which]);
}

static void check_similar(pair *p, test_rng *rng) {
    for (int i = 0; i < 10; i++) {
        const ofs_hit *hit = &p->facts->hits[test_rng_below(rng, (uint32_t)p->facts->hit_count)];
        const ofs_place place = {hit->report->id, hit->place};
        const ofs_search_request request = {.limit = 10};
        ofs_results *results[2] = {NULL, NULL};
        ofs_status statuses[2];
        ofs_error err;
        for (int which = 0; which < 2; which++)
            statuses[which] = ofs_search_similar(p->indexes[which], &place, &request, &results[which], &err);
        assert_int_equal(statuses[0], statuses[1]);
        if (statuses[0] == OFS_OK)
            judge_results(results[0], results[1], p->indexes[0], &request, hit->text);
        for (int which = 0; which < 2; which++)
            ofs_results_free(results[which]);
    }
}

static void judge_pair(pair *p, test_rng *rng, uint32_t questions) {
    open_pair(p);
    ask_many(p, rng, questions * rounds());
    check_reports(p);
    check_pivots(p, "children OR missing");
    check_keywords(p, "children");
    check_similar(p, rng);
    close_pair(p);
}

/* ---- collections ---- */

static void make_random(pair *p, test_rng *rng, uint32_t shard_count, bool changes) {
    char *files[REPORTS], *ids[REPORTS];
    start_pair(p, shard_count);
    char *source = test_format("%s/reports", p->folder);
    const char *const paths[] = {source};
    assert_int_equal(mkdir(source, 0700), 0);
    for (uint32_t i = 0; i < REPORTS; i++) {
        ids[i] = test_format("%c%02u", "abc"[i % 3], i);
        files[i] = test_format("%s/%s.jsonl", source, ids[i]);
        if (i < REPORTS - 10)
            judge_write_report(files[i], ids[i], 30, rng);
    }
    add_paths(p, paths, 1);
    for (uint32_t i = 0; changes && i < REPORTS; i++)
        if (i >= REPORTS - 10 || i % 4 == 0)
            judge_write_report(files[i], ids[i], 25, rng);
    if (changes) {
        add_paths(p, paths, 1);
        remove_report(p, "b01");
        remove_report(p, "c02");
        p->fresh = false;
    }
    for (uint32_t i = 0; i < REPORTS; i++) {
        free(files[i]);
        free(ids[i]);
    }
    free(source);
}

static void judge_random(uint64_t seed, uint32_t shard_count, bool changes) {
    pair p;
    test_rng rng = test_rng_start(seed);
    make_random(&p, &rng, shard_count, changes);
    judge_pair(&p, &rng, RANDOM_QUESTIONS);
}

static void fresh_reports(void **state) {
    (void)state;
    judge_random(501, 0, false);
}

static void changed_reports(void **state) {
    (void)state;
    judge_random(502, 0, true);
}

static void shards(void **state) {
    (void)state;
    judge_random(503, 3, false);
}

static void changed_shards(void **state) {
    (void)state;
    judge_random(504, 4, true);
}

/* ---- servers ---- */

/* A port that nobody listens at, for now. */
static uint16_t free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static pid_t start_server(const char *database, uint16_t port) {
    char *text = test_format("%u", port);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* It ends its whole process group when it is told to end, and tells of clients that only knock. */
        setpgid(0, 0);
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        execlp("xapian-tcpsrv", "xapian-tcpsrv", "--interface", "127.0.0.1", "--port", text, "--quiet",
               database, (char *)NULL);
        _exit(127);
    }
    free(text);
    return child;
}

/* Whether it answers, before it ends or ten seconds are over. */
static bool wait_for_server(pid_t child, uint16_t port) {
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    for (int tries = 0; tries < 1000 && waitpid(child, NULL, WNOHANG) == 0; tries++) {
        const struct timespec pause = {0, 10 * 1000 * 1000};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        bool there = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
        close(fd);
        if (there)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static void stop_servers(const pid_t *servers, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        kill(servers[i], SIGTERM);
        waitpid(servers[i], NULL, 0);
    }
}

enum { SERVERS = 2, SERVER_QUESTIONS = 300 };

static void servers(void **state) {
    (void)state;
    pair p;
    pid_t children[SERVERS];
    uint16_t ports[SERVERS];
    test_rng rng = test_rng_start(506);
    if (system("command -v xapian-tcpsrv >/dev/null 2>&1") != 0) {
        print_message("skipped: no xapian-tcpsrv on this machine\n");
        skip();
    }
    make_random(&p, &rng, SERVERS, false);
    for (uint32_t i = 0; i < SERVERS; i++) {
        char *database = test_format("%s/shard-%u", p.directories[1], i);
        ports[i] = free_port();
        children[i] = start_server(database, ports[i]);
        free(database);
        if (!wait_for_server(children[i], ports[i])) {
            stop_servers(children, i);
            test_die("xapian-tcpsrv does not answer");
        }
    }
    free(p.directories[1]);
    p.directories[1] = test_format("xapian+tcp://127.0.0.1:%u,xapian+tcp://127.0.0.1:%u", ports[0], ports[1]);
    judge_pair(&p, &rng, SERVER_QUESTIONS);
    stop_servers(children, SERVERS);
}

/* ---- real reports ---- */

typedef struct path_list {
    char *items[4096];
    size_t count;
} path_list;

static void keep_path(void *context, const char *path) {
    path_list *list = context;
    const char *suffix = strrchr(path, '.');
    if (suffix && strcmp(suffix, ".pdf") == 0 && list->count < sizeof list->items / sizeof *list->items)
        list->items[list->count++] = test_format("%s", path);
}

static void real_reports(void **state) {
    static path_list list;
    const char *chosen[REAL_REPORTS];
    pair p;
    (void)state;
    TEST_NEEDS(folder, test_corpus);
    test_each_file(folder, keep_path, &list);
    assert_true(list.count >= REAL_REPORTS);
    for (size_t i = 0; i < REAL_REPORTS; i++)
        chosen[i] = list.items[i * list.count / REAL_REPORTS];
    test_rng rng = test_rng_start(505);
    start_pair(&p, 0);
    add_paths(&p, chosen, REAL_REPORTS);
    judge_pair(&p, &rng, REAL_QUESTIONS);
    for (size_t i = 0; i < list.count; i++)
        free(list.items[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(fresh_reports), cmocka_unit_test(changed_reports),
                                       cmocka_unit_test(shards),        cmocka_unit_test(changed_shards),
                                       cmocka_unit_test(servers),       cmocka_unit_test(real_reports)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
