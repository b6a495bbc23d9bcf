/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which servers make an index together: what is said of those that are not there, are something else, or do not belong
 * together; what a commit behind them does; and how ofsearch tells of what is missing.
 */
#include <pthread.h>

#include "indexer/format/xapian_shards.h"
#include "tests/fault/remote/servers.h"

static archive a;

static void write_report(const char *folder, uint32_t number, uint32_t paragraphs) {
    char *path = test_format("%s/r%02u.jsonl", folder, number);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (uint32_t p = 0; p < paragraphs; p++)
        fprintf(file,
                "{\"report\":\"r%u\",\"section\":[\"One\"],\"grade\":\"Good\",\"text\":\"word%u own%ux%u "
                "common\"}\n",
                number, number, number, p);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void write_reports(const char *folder, uint32_t count, uint32_t paragraphs) {
    mkdir(folder, 0700);
    for (uint32_t i = 0; i < count; i++)
        write_report(folder, i, paragraphs);
}

static int make_archive(void **state) {
    (void)state;
    a = (archive){.folder = test_temp_dir()};
    a.reports = test_format("%s/reports", a.folder);
    write_reports(a.reports, 16, 10);
    serve_archive(&a);
    return 0;
}

static int end_archive(void **state) {
    (void)state;
    close_archive(&a);
    return 0;
}

static int all_run(void **state) {
    (void)state;
    for (uint32_t s = 0; s < SHARDS; s++) {
        signal_server(&a.servers[s], SIGCONT);
        restart_server(&a.servers[s]);
    }
    return 0;
}

/* For what never answers, for real servers beside it, and for real servers alone on a machine that has much to do. */
static const ofs_open_options quick = {.timeout_ms = 1500},
                              quick_partial = {.timeout_ms = 1500, .partial = true},
                              slow = {.timeout_ms = 8000},
                              slow_partial = {.timeout_ms = 8000, .partial = true},
                              patient = {.timeout_ms = 60000},
                              patient_partial = {.timeout_ms = 60000, .partial = true};

/* The message has both texts. */
static ofs_status fails_to_open(const char *place, const ofs_open_options *options, const char *text,
                                const char *other) {
    ofs_index *index = NULL;
    ofs_error err;
    ofs_status status = ofs_index_open_with(place, options, &index, &err);
    if (status == OFS_OK || !strstr(err.message, text) || !strstr(err.message, other))
        test_die("%s: %s: %s", place, ofs_status_name(status), status ? err.message : "");
    assert_null(index);
    return status;
}

static uint64_t count(ofs_index *index, const char *query) {
    const ofs_search_request request = {.query = query, .limit = 10};
    ofs_results *results = NULL;
    ofs_error err;
    check(ofs_search(index, &request, &results, &err), &err);
    uint64_t total = results->total;
    ofs_results_free(results);
    return total;
}

/* ---- what is no server of ours ---- */

static void nobody_there(void **state) {
    (void)state;
    uint16_t port = test_free_port();
    char *url = test_format("xapian+tcp://127.0.0.1:%u", port);
    assert_int_equal(fails_to_open(url, &quick, url, "refused"), OFS_E_NETWORK);
    assert_int_equal(fails_to_open("xapian+tcp://no-such-host.invalid:5000", &quick,
                                   "xapian+tcp://no-such-host.invalid:5000", "") != OFS_OK,
                     true);
    assert_int_equal(fails_to_open(url, &quick_partial, url, "none of the shards"), OFS_E_NETWORK);
    free(url);
}

static void one_that_never_answers(void **state) {
    (void)state;
    uint16_t port;
    int fd = test_listen(&port); /* connections are taken by the system */
    char *url = test_format("xapian+tcp://127.0.0.1:%u", port);
    char *both = test_format("%s,%s", a.urls, url);
    assert_int_equal(fails_to_open(url, &quick, url, ""), OFS_E_TIMEOUT);
    assert_int_equal(fails_to_open(both, &slow, url, "no answer"), OFS_E_TIMEOUT);
    ofs_index *index = NULL;
    ofs_error err;
    check(ofs_index_open_with(both, &slow_partial, &index, &err), &err);
    assert_int_equal(count(index, "common"), 160);
    const ofs_missing *missing;
    size_t missing_count;
    check(ofs_index_missing(index, &missing, &missing_count, &err), &err);
    assert_int_equal(missing_count, 1);
    assert_string_equal(missing[0].shard, url);
    ofs_index_close(index);
    free(both);
    free(url);
    close(fd);
}

/* A server that says what it is told to. */
typedef struct liar {
    int fd;
    char bytes[4096];
    size_t size;
    bool stays;        /* keeps the connection open */
    uint32_t delay_ms; /* before it says anything */
} liar;

static void *lie(void *context) {
    liar *l = context;
    int fd = accept(l->fd, NULL, NULL);
    if (fd < 0)
        return NULL;
    nap_ms(l->delay_ms);
    (void)!send(fd, l->bytes, l->size, MSG_NOSIGNAL);
    char byte;
    while (l->stays && recv(fd, &byte, 1, 0) > 0) {
    }
    close(fd);
    return NULL;
}

static void open_at_liar(liar *l, const char *text) {
    uint16_t port;
    pthread_t thread;
    l->fd = test_listen(&port);
    char *url = test_format("xapian+tcp://127.0.0.1:%u", port);
    assert_int_equal(pthread_create(&thread, NULL, lie, l), 0);
    ofs_status status = fails_to_open(url, &quick, url, text);
    if (status == OFS_E_USAGE || status == OFS_E_NOMEM)
        test_die("%s", ofs_status_name(status));
    shutdown(l->fd, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(l->fd);
    free(url);
}

/* What a server of this machine says first: a kind, a size, so many bytes, in as many pieces as it likes. */
static void read_greeting(liar *l) {
    int fd = connect_to(a.servers[0].port);
    assert_true(fd >= 0);
    l->size = 0;
    while (l->size < 2 || l->size < 2 + (size_t)l->bytes[1]) {
        ssize_t size = recv(fd, l->bytes + l->size, sizeof l->bytes - l->size, 0);
        assert_true(size > 0);
        l->size += (size_t)size;
    }
    assert_true(l->size > 8);
    close(fd);
}

static void servers_of_something_else(void **state) {
    (void)state;
    liar l = {.stays = true};
    read_greeting(&l);
    l.bytes[2]++; /* the version of the protocol */
    open_at_liar(&l, "protocol");
    l.bytes[2] -= 2;
    open_at_liar(&l, "protocol");
    l.bytes[2]++;
    l.size /= 2;
    open_at_liar(&l, "");
    l.stays = false;
    open_at_liar(&l, "");
    l.size = 0;
    open_at_liar(&l, "");
    static const char *const others[] = {"SSH-2.0-OpenSSH_9.2p1\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n",
                                         "\x01\x05hello"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        for (int stays = 0; stays < 2; stays++) {
            l.stays = stays;
            l.size = strlen(others[i]);
            memcpy(l.bytes, others[i], l.size);
            open_at_liar(&l, "");
        }
    }
    test_rng rng = test_rng_start(4301);
    for (int i = 0; i < 20; i++) {
        l.stays = false;
        l.size = test_rng_below(&rng, sizeof l.bytes);
        for (size_t k = 0; k < l.size; k++)
            l.bytes[k] = (char)test_rng_next(&rng);
        l.bytes[0] = 0;
        l.bytes[1] = test_rng_chance(&rng, 50) ? 20 : (char)0xFF;
        open_at_liar(&l, "");
    }
}

/* Each answer comes in time, or does not come at all; together they take too long. */
static void one_that_is_slow_again_and_again(void **state) {
    (void)state;
    liar l = {.stays = true, .delay_ms = 1100};
    read_greeting(&l);
    open_at_liar(&l, "no answer within 1.5 s");
}

/* A real database, which is not of ours. */
static void a_database_of_something_else(void **state) {
    (void)state;
    char *empty = test_format("%s/empty", a.folder), *reports = test_format("%s/few", a.folder),
         *native = test_format("%s/other-words", a.folder);
    const ofs_writer_options options = {.engine = "xapian", .stemmer = "none", .threads = 1};
    const char *const paths[] = {reports};
    server s;
    write_reports(reports, 2, 2);
    write_index(native, paths, 1, &options);
    start_server(&s, native);
    char *both = test_format("%s,%s", a.urls, s.url);
    assert_int_equal(fails_to_open(both, &patient, s.url, "other rules for words"), OFS_E_UNSUPPORTED);
    assert_int_equal(fails_to_open(both, &patient_partial, s.url, "other rules for words"),
                     OFS_E_UNSUPPORTED);
    end_server(&s);
    free(both);
    free(native);
    free(reports);
    free(empty);
}

/* ---- which belong together ---- */

static void parts_of_a_split_index(void **state) {
    (void)state;
    ofs_index *index = NULL;
    ofs_error err;
    char *two = join_urls(a.servers, 2), *twice = test_format("%s,%s", a.urls, a.servers[3].url),
         *copy = test_format("%s/copy", a.folder);
    assert_int_equal(fails_to_open(two, &patient, a.servers[0].url, "shard-2"), OFS_E_USAGE);
    assert_int_equal(fails_to_open(twice, &patient, a.servers[3].url, "same database"), OFS_E_USAGE);
    assert_int_equal(fails_to_open(twice, &patient_partial, a.servers[3].url, "same database"), OFS_E_USAGE);
    check(ofs_index_open_with(two, &patient_partial, &index, &err), &err);
    uint64_t found = count(index, "common");
    assert_true(found > 0 && found < 160);
    const ofs_missing *missing;
    size_t missing_count;
    check(ofs_index_missing(index, &missing, &missing_count, &err), &err);
    assert_int_equal(missing_count, 2);
    assert_string_equal(missing[0].shard, "shard-2 of 4");
    assert_string_equal(missing[1].shard, "shard-3 of 4");
    ofs_index_close(index);
    free(copy);
    free(twice);
    free(two);
}

/* Of another index of as many shards, of one of other many. */
static void parts_of_two_indexes(void **state) {
    (void)state;
    const char *const paths[] = {a.reports};
    for (uint32_t shards = 3; shards <= 4; shards++) {
        char *other = test_format("%s/other-%u", a.folder, shards),
             *database = test_format("%s/shard-0", other);
        const ofs_writer_options options = {.engine = "xapian", .shards = shards, .threads = 1};
        server s;
        write_index(other, paths, 1, &options);
        start_server(&s, database);
        char *all = test_format("%s,%s", a.urls, s.url);
        assert_int_equal(
            fails_to_open(all, &patient, s.url, shards == 4 ? "another index" : "not of one index"),
            OFS_E_USAGE);
        end_server(&s);
        free(all);
        free(database);
        free(other);
    }
}

/* Servers and folders in one index file, by hand. */
static void servers_and_folders_in_a_file(void **state) {
    (void)state;
    ofs_index *index = NULL;
    ofs_error err;
    char *list = test_format("%s/list", a.folder),
         *text = test_format("ofsearch shards 1\n# by hand\n%s\nsplit/shard-1\n%s\nsplit/shard-3\n",
                             a.servers[0].url, a.servers[2].url);
    test_write_text(list, text);
    check(ofs_index_open_with(list, &patient, &index, &err), &err);
    assert_int_equal(count(index, "common"), 160);
    kill_server(&a.servers[2]);
    const ofs_search_request request = {.query = "common", .limit = 10};
    ofs_results *results = NULL;
    assert_int_equal(ofs_search(index, &request, &results, &err), OFS_E_NETWORK);
    assert_non_null(strstr(err.message, a.servers[2].url));
    restart_server(&a.servers[2]);
    assert_int_equal(count(index, "common"), 160);
    ofs_index_close(index);
    /* A name that is nothing is a mistake, also where servers may be missing. */
    free(text);
    text = test_format("ofsearch shards 1\n%s\nsplit/shard-1\n%s\nsplit/nothing\n", a.servers[0].url,
                       a.servers[2].url);
    test_write_text(list, text);
    assert_int_equal(fails_to_open(list, &patient, "list, line 5: split/nothing: ", "nothing of this name"),
                     OFS_E_NO_INDEX);
    assert_int_equal(
        fails_to_open(list, &patient_partial, "list, line 5: split/nothing: ", "nothing of this name"),
        OFS_E_NO_INDEX);
    free(text);
    free(list);
}

/* ---- commits behind the servers ---- */

static void add_reports(uint32_t reports, uint32_t paragraphs) {
    const ofs_writer_options options = {.engine = "xapian", .threads = 1};
    const char *const paths[] = {a.reports};
    write_reports(a.reports, reports, paragraphs);
    write_index(a.split, paths, 1, &options);
}

static void commits_behind_servers(void **state) {
    (void)state;
    ofs_index *index = NULL;
    ofs_error err;
    check(ofs_index_open(a.urls, &index, &err), &err);
    assert_int_equal(count(index, "common"), 160);
    for (uint32_t i = 1; i <= 3; i++)
        add_reports(16 + i, 10 + i);
    uint64_t found = count(index, "common"), generation = ofs_index_generation(index);
    assert_int_equal(found, generation == 1 ? 160 : 19 * 13);
    assert_int_equal(count(index, "word3"), ofs_index_generation(index) == 1 ? 10 : 13);
    assert_int_equal(count(index, "own3*"), ofs_index_generation(index) == 1 ? 10 : 13);
    ofs_index_close(index);
    check(ofs_index_open(a.urls, &index, &err), &err);
    assert_int_equal(count(index, "common"), 19 * 13);
    ofs_index_close(index);
}

static void copy_folder(const char *from, const char *to) {
    char *command = test_format("cp -R '%s' '%s'", from, to);
    const char *const argv[] = {"sh", "-c", command, NULL};
    test_run run = test_run_program(argv, NULL);
    assert_int_equal(run.status, 0);
    test_run_free(&run);
    free(command);
}

/* A shard that was not brought up to date with the others. */
static void a_commit_that_has_not_reached_all(void **state) {
    (void)state;
    char *old = test_format("%s/old", a.folder), *shard = test_format("%s/shard-1", a.split);
    server s;
    ofs_index *index = NULL;
    ofs_error err;
    copy_folder(shard, old);
    add_reports(20, 14);
    start_server(&s, old);
    char *mixed = test_format("%s,%s,%s,%s", a.servers[0].url, s.url, a.servers[2].url, a.servers[3].url);
    assert_int_equal(fails_to_open(mixed, NULL, s.url, "commit"), OFS_E_MODIFIED);
    check(ofs_index_open_with(mixed, &patient_partial, &index, &err), &err);
    const ofs_missing *missing;
    size_t missing_count;
    uint64_t found = count(index, "common");
    assert_true(found > 0 && found < 280 && found % 14 == 0);
    check(ofs_index_missing(index, &missing, &missing_count, &err), &err);
    assert_int_equal(missing_count, 1);
    assert_string_equal(missing[0].shard, s.url);
    ofs_index_close(index);
    end_server(&s);
    free(mixed);
    free(shard);
    free(old);
}

/* ---- the program ---- */

static test_run search(const char *const *words) {
    const char *argv[24];
    size_t n = 0;
    char *program = test_program("ofsearch");
    argv[n++] = program;
    for (size_t i = 0; words[i]; i++)
        argv[n++] = words[i];
    argv[n] = NULL;
    test_run run = test_run_program(argv, NULL);
    free(program);
    return run;
}

#define SEARCH(...) search((const char *const[]){__VA_ARGS__, NULL})

static void must_have(const test_run *run, int status, const char *out, const char *err) {
    if (run->status != status || !strstr(run->out, out) || !strstr(run->err, err))
        test_die("status %d\n%s\n%s\n\nnot %d\n%s\n%s", run->status, run->out, run->err, status, out, err);
}

static void what_ofsearch_tells(void **state) {
    (void)state;
    const char *u0 = a.servers[0].url, *u1 = a.servers[1].url, *u2 = a.servers[2].url, *u3 = a.servers[3].url;
    test_run run = SEARCH("-i", u0, "-i", u1, "-i", u2, "-i", u3, "-c", "common");
    must_have(&run, 0, "", "");
    char *total = test_format("%s", run.out);
    test_run_free(&run);
    run = SEARCH("-i", a.urls, "--partial", "--format", "json", "common");
    must_have(&run, 0, "\"total\":", "");
    assert_null(strstr(run.out, "\"partial\""));
    test_run_free(&run);
    kill_server(&a.servers[1]);
    run = SEARCH("-i", a.urls, "common");
    must_have(&run, 3, "", u1);
    assert_non_null(strstr(run.err, "--partial searches the rest"));
    assert_string_equal(run.out, "");
    test_run_free(&run);
    char *line = test_format("partial answer, without %s (", u1),
         *key = test_format("\"partial\":[{\"shard\":\"%s\",\"error\":\"NetworkError", u1);
    run = SEARCH("-i", a.urls, "--partial", "common");
    must_have(&run, 0, line, "");
    assert_string_equal(run.err, "");
    test_run_free(&run);
    run = SEARCH("-i", a.urls, "--partial", "nowhere");
    must_have(&run, 1, "", "no paragraph matches");
    test_run_free(&run);
    static const char *const kinds[] = {"--explain", "-c", "-l", "--pivot=grade,section", "--keywords"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        run = SEARCH("-i", a.urls, "--partial", "--format", "json", kinds[i], "word3 OR common");
        must_have(&run, 0, key, "");
        assert_string_equal(run.err, "");
        test_run_free(&run);
        if (i == 0)
            continue;
        run = SEARCH("-i", a.urls, "--partial", kinds[i], "word3 OR common");
        must_have(&run, 0, "", line);
        assert_ptr_equal(strstr(strstr(run.err, line) + 1, line), NULL); /* once */
        test_run_free(&run);
    }
    static const char *const formats[] = {"jsonl", "csv", "tsv", "markdown", "html", "trec"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        run = SEARCH("-i", a.urls, "--partial", "-q", "--format", formats[i], "common");
        must_have(&run, 0, "", line);
        test_run_free(&run);
    }
    run = SEARCH("-i", a.urls, "--partial", "-C", "1", "--sort", "report", "common");
    must_have(&run, 0, line, "");
    test_run_free(&run);
    run = SEARCH("-i", a.urls, "--partial", "show", "no-such-report");
    must_have(&run, 1, "", line);
    assert_non_null(strstr(run.err, "no report no-such-report in the shards that answered"));
    test_run_free(&run);
    char *log = test_format("%s/log", a.folder);
    run = SEARCH("-i", a.urls, "--partial", "--log", log, "--format", "json", "common");
    must_have(&run, 0, "\"failed_files\":0", "");
    test_run_free(&run);
    kill_server(&a.servers[0]); /* which keeps the files that could not be read */
    run = SEARCH("-i", a.urls, "--partial", "--log", log, "--format", "json", "common");
    must_have(&run, 0, "\"failed_files\":null", "");
    test_run_free(&run);
    run = SEARCH("-i", a.urls, "--partial", "--format", "markdown", "common");
    assert_null(strstr(run.out, "Could not be read"));
    test_run_free(&run);
    char *logged = test_read_file(log, NULL);
    assert_non_null(strstr(logged, "\"failed_files\":null"));
    assert_non_null(strstr(logged, key));
    free(logged);
    free(log);
    restart_server(&a.servers[0]);
    char *mark = test_format("%s/mark", a.folder); /* what was not looked at is still new */
    run = SEARCH("-i", a.urls, "--partial", "--mark", mark, "--all", "common");
    must_have(&run, 0, line, "the answer was partial: ");
    assert_false(test_exists(mark));
    test_run_free(&run);
    free(mark);
    free(key);
    free(line);
    free(total);
}

static void what_is_wrong_usage(void **state) {
    (void)state;
    static const char *const wrong[] = {"0", "-1", "x", "1e9", "nan", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        test_run run = SEARCH("-i", a.urls, "--timeout", wrong[i], "common");
        must_have(&run, 2, "", "--timeout");
        test_run_free(&run);
    }
    test_run run = SEARCH("-i", a.urls, "-i", a.split, "common");
    must_have(&run, 2, "", "index file");
    test_run_free(&run);
    run = SEARCH("-i", "xapian+tcp://127.0.0.1", "common");
    must_have(&run, 2, "", "xapian+tcp://HOST:PORT");
    test_run_free(&run);
    run = SEARCH("-i", a.urls, "--partial", "verify", "/dev/null");
    must_have(&run, 2, "", "--partial");
    test_run_free(&run);
    run = SEARCH("-i", a.servers[0].url, "common");
    must_have(&run, 2, "", "--partial");
    test_run_free(&run);
    /* IPv6 addresses stand in brackets. */
    run = SEARCH("-i", "xapian+tcp://[::1]:1", "--timeout", "5", "common");
    must_have(&run, 3, "", "xapian+tcp://[::1]:1");
    test_run_free(&run);
}

/* Waits until the file has the text; whoever writes to it is not waited for otherwise. */
static void wait_for(const char *path, const char *text) {
    for (int tries = 0; tries < 6000; tries++, nap_ms(10)) {
        if (!test_exists(path))
            continue;
        char *all = test_read_file(path, NULL);
        bool found = strstr(all, text) != NULL;
        free(all);
        if (found)
            return;
    }
    test_die("'%s' does not come", text);
}

/* A server is lost and comes back within one batch: the queries between fail, the others are answered. */
static void a_batch_goes_on(void **state) {
    (void)state;
    char *out = test_format("%s/out", a.folder), *err = test_format("%s/err", a.folder),
         *program = test_program("ofsearch"),
         *command = test_format("'%s' -i %s --format json --batch - >'%s' 2>'%s'", program, a.urls, out, err);
    FILE *batch = popen(command, "we"); /* the servers must not hold it, too */
    assert_non_null(batch);
    fputs("first\tword3\nbad\t\"(\n", batch);
    fflush(batch);
    fputs("bad\tgrade:(\n", batch);
    fflush(batch);
    wait_for(err, "line 3");
    kill_server(&a.servers[2]);
    fputs("lost\tword3\n", batch);
    fflush(batch);
    wait_for(err, "line 4");
    restart_server(&a.servers[2]);
    fputs("back\tword3\n", batch);
    int status = pclose(batch);
    char *said = test_read_file(out, NULL), *told = test_read_file(err, NULL);
    if (WEXITSTATUS(status) != 3 || !strstr(said, "\"first\"") || strstr(said, "\"lost\"") ||
        !strstr(said, "\"back\"") || !strstr(told, a.servers[2].url))
        test_die("status %d\n%s\n%s", WEXITSTATUS(status), said, told);
    free(told);
    free(said);
    free(command);
    free(program);
    free(err);
    free(out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_there),
                                       cmocka_unit_test(one_that_never_answers),
                                       cmocka_unit_test(servers_of_something_else),
                                       cmocka_unit_test(one_that_is_slow_again_and_again),
                                       cmocka_unit_test(a_database_of_something_else),
                                       cmocka_unit_test(parts_of_a_split_index),
                                       cmocka_unit_test(parts_of_two_indexes),
                                       cmocka_unit_test_teardown(servers_and_folders_in_a_file, all_run),
                                       cmocka_unit_test_teardown(what_ofsearch_tells, all_run),
                                       cmocka_unit_test(what_is_wrong_usage),
                                       cmocka_unit_test_teardown(a_batch_goes_on, all_run),
                                       cmocka_unit_test(commits_behind_servers),
                                       cmocka_unit_test(a_commit_that_has_not_reached_all)};
    return built_without() ? 0 : cmocka_run_group_tests(tests, make_archive, end_archive);
}
