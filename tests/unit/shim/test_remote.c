/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Databases behind real servers: the same answers as from the files, and a clear end when a server fails. */
#include "tests/support/servers.h"
#include "tests/unit/shim/shim_tools.h"

#include <signal.h>

static const char *const first_texts[] = {"red fox red", "blue fox", "red hen sky", NULL};
static const char *const second_texts[] = {"green fox", "red red red red", NULL};

static char *folder, *first, *second;

static int set_up(void **state) {
    (void)state;
    folder = test_temp_dir();
    first = test_format("%s/first", folder);
    second = test_format("%s/second", folder);
    make_database(first, first_texts);
    make_database(second, second_texts);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    test_temp_remove(folder);
    free(first);
    free(second);
    return 0;
}

static ofs_status connect_to(uint16_t port, uint32_t timeout_ms, ofs_xapian_database **out, ofs_error *err) {
    ofs_xapian_tcp server = {"127.0.0.1", port, 2000, timeout_ms};
    return ofs_xapian_database_open_tcp(&server, out, err);
}

/* As messages name it; the caller's. */
static char *name_of(uint16_t port) { return test_format("127.0.0.1:%u", port); }

#define NEEDS_SERVERS()                                                                                      \
    do {                                                                                                     \
        if (!test_has_servers())                                                                             \
            skip();                                                                                          \
    } while (0)

/* ---- the same answers ---- */

/* All that a database can be asked, as text; the caller's. */
static char *describe(const ofs_xapian_database *database) {
    notes seen = {0};
    ofs_xapian_info info;
    MUST(ofs_xapian_database_info(database, &info, &err));
    note(&seen, "%u %u %u %g %d\n", (unsigned)info.databases, info.doccount, info.lastdocid,
         info.average_length, info.has_positions);
    uint32_t n;
    MUST(ofs_xapian_database_termfreq(database, text("red"), &n, &err));
    note(&seen, "termfreq %u ", n);
    MUST(ofs_xapian_database_collfreq(database, text("red"), &n, &err));
    note(&seen, "collfreq %u ", n);
    MUST(ofs_xapian_database_doclength(database, 1, &n, &err));
    note(&seen, "doclength %u ", n);
    MUST(ofs_xapian_database_unique_terms(database, 1, &n, &err));
    note(&seen, "unique %u\n", n);
    MUST(ofs_xapian_database_visit_terms(database, text(""), note_term, &seen, &err));
    MUST(ofs_xapian_database_visit_postings(database, text("red"), 2, note_posting, &seen, &err));
    MUST(ofs_xapian_database_visit_document(database, 1, note_term, &seen, &err));
    MUST(ofs_xapian_database_visit_positions(database, 1, text("red"), note_position, &seen, &err));
    MUST(ofs_xapian_database_visit_values(database, 0, 2, note_value, &seen, &err));
    MUST(ofs_xapian_database_visit_metadata(database, text(""), note_bytes, &seen, &err));
    ofs_xapian_string out = {0}, lower = {0}, upper = {0};
    MUST(ofs_xapian_database_uuid(database, &out, &err));
    note(&seen, "\n%s ", out.data);
    MUST(ofs_xapian_database_valuefreq(database, 0, &n, &lower, &upper, &err));
    note(&seen, "%u %s %s ", n, lower.data, upper.data);
    ofs_xapian_document *document = NULL;
    MUST(ofs_xapian_database_document(database, 2, &document, &err));
    MUST(ofs_xapian_document_data(document, &out, &err));
    note(&seen, "%s\n", out.data);
    MUST(ofs_xapian_document_visit_terms(document, note_term, &seen, &err));
    MUST(ofs_xapian_document_visit_values(document, note_value, &seen, &err));
    ofs_xapian_document_free(document);
    ofs_xapian_string_free(&out);
    ofs_xapian_string_free(&lower);
    ofs_xapian_string_free(&upper);
    return test_format("%s", seen.seen);
}

/* A search with weights, facets and documents, as text; the caller's. */
static char *search(const ofs_xapian_database *database) {
    notes seen = {0};
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_counts *counts = NULL;
    ofs_xapian_query *query = combine(OFS_XAPIAN_OR, 0, query_term("red"), query_term("fox"));
    MUST(ofs_xapian_enquire_new(database, &enquire, &err));
    MUST(ofs_xapian_counts_new(0, &counts, &err));
    MUST(ofs_xapian_enquire_add_counts(enquire, counts, &err));
    MUST(ofs_xapian_enquire_set_query(enquire, query, 0, &err));
    MUST(ofs_xapian_enquire_set_bm25(enquire, &(ofs_xapian_bm25){.k1 = 1.2, .b = 0.75}, &err));
    MUST(ofs_xapian_enquire_set_sort(enquire, OFS_XAPIAN_RELEVANCE_THEN_VALUE, 0, false, &err));
    ofs_xapian_mset *mset = search_all(enquire);
    ofs_xapian_matches matches;
    MUST(ofs_xapian_mset_matches(mset, &matches, &err));
    ofs_xapian_string out = {0};
    for (uint32_t i = 0; i < matches.size; i++) {
        ofs_xapian_item item;
        ofs_xapian_document *document = NULL;
        MUST(ofs_xapian_mset_item(mset, i, &item, &err));
        MUST(ofs_xapian_mset_document(mset, i, &document, &err));
        MUST(ofs_xapian_document_data(document, &out, &err));
        note(&seen, "%u %.12f %.*s (%s)\n", item.docid, item.weight, (int)item.sort_key.size,
             item.sort_key.data, out.data);
        ofs_xapian_document_free(document);
    }
    MUST(ofs_xapian_counts_visit(counts, note_count, &seen, &err));
    MUST(ofs_xapian_enquire_visit_matching_terms(enquire, 1, note_bytes, &seen, &err));
    ofs_xapian_string_free(&out);
    ofs_xapian_mset_free(mset);
    ofs_xapian_enquire_free(enquire);
    ofs_xapian_counts_free(counts);
    ofs_xapian_query_free(query);
    return test_format("%s", seen.seen);
}

/* Frees `far`. */
static void compare(const char *path, ofs_xapian_database *far) {
    ofs_xapian_database *near = open_database(path);
    char *expected = describe(near), *found = describe(far);
    assert_string_equal(found, expected);
    free(expected);
    free(found);
    expected = search(near);
    found = search(far);
    assert_string_equal(found, expected);
    free(expected);
    free(found);
    ofs_xapian_database_free(near);
    ofs_xapian_database_free(far);
}

static void test_a_server_answers_as_the_files_do(void **state) {
    (void)state;
    NEEDS_SERVERS();
    test_server server = test_server_start(first, 0, false);
    ofs_xapian_database *far = NULL;
    MUST(connect_to(server.port, 0, &far, &err));
    bool changed = true, locked;
    MUST(ofs_xapian_database_reopen(far, &changed, &err));
    MUST(ofs_xapian_database_keep_alive(far, &err));
    MUST_FAIL(ofs_xapian_database_locked(far, &locked, &err), OFS_E_UNSUPPORTED, "remote");
    char *name = name_of(server.port);
    ofs_xapian_document *document = NULL;
    MUST_FAIL(ofs_xapian_database_document(far, 99, &document, &err), OFS_E_NOT_FOUND, name);
    char *compact = test_format("%s/compact", folder);
    ofs_error err = {0};
    assert_int_not_equal(ofs_xapian_database_compact(far, compact, NULL, &err), OFS_OK);
    free(compact);
    free(name);
    compare(first, far);
    test_server_stop(&server);
}

static void test_a_program_answers_as_the_files_do(void **state) {
    (void)state;
    NEEDS_SERVERS();
    ofs_xapian_database *far = NULL;
    MUST(ofs_xapian_database_open_program(&(ofs_xapian_program){"xapian-progsrv", first, 0}, &far, &err));
    compare(first, far);
    MUST_FAIL(
        ofs_xapian_database_open_program(&(ofs_xapian_program){"/no/such/program", NULL, 1000}, &far, &err),
        OFS_E_NETWORK, "/no/such/program");
    assert_null(far);
    MUST_FAIL(ofs_xapian_database_open_program(&(ofs_xapian_program){NULL, NULL, 0}, &far, &err), OFS_E_USAGE,
              "NULL");
    char *absent = test_format("%s/absent", folder);
    MUST_FAIL(
        ofs_xapian_database_open_program(&(ofs_xapian_program){"xapian-progsrv", absent, 1000}, &far, &err),
        OFS_E_NO_INDEX, absent);
    free(absent);
}

static void test_several_servers_are_one_database(void **state) {
    (void)state;
    NEEDS_SERVERS();
    test_server servers[] = {test_server_start(first, 0, false), test_server_start(second, 0, false)};
    ofs_xapian_database *near = NULL, *far = NULL;
    MUST(ofs_xapian_database_new(&near, &err));
    MUST(ofs_xapian_database_new(&far, &err));
    for (int i = 0; i < 2; i++) {
        ofs_xapian_database *part = NULL, *local = open_database(i ? second : first);
        MUST(connect_to(servers[i].port, 0, &part, &err));
        MUST(ofs_xapian_database_add(far, part, &err));
        MUST(ofs_xapian_database_add(near, local, &err));
        ofs_xapian_database_free(part);
        ofs_xapian_database_free(local);
    }
    char *expected = search(near), *found = search(far);
    assert_string_equal(found, expected);
    free(expected);
    free(found);
    ofs_xapian_database_free(near);
    ofs_xapian_database_free(far);
    test_server_stop(&servers[0]);
    test_server_stop(&servers[1]);
}

static void test_a_writable_server_is_written(void **state) {
    (void)state;
    NEEDS_SERVERS();
    test_server server = test_server_start(first, 0, true);
    ofs_xapian_tcp to = {"127.0.0.1", server.port, 2000, 5000};
    ofs_xapian_writer *writer = NULL, *other = NULL;
    MUST(ofs_xapian_writer_open_tcp(&to, &writer, &err));
    MUST_FAIL(ofs_xapian_writer_open_tcp(&to, &other, &err), OFS_E_LOCKED, "DatabaseLockError");
    assert_int_equal(add_document(writer, "written from afar"), 4);
    MUST(ofs_xapian_writer_set_metadata(writer, text("key"), text("value"), &err));
    MUST(ofs_xapian_writer_commit(writer, &err));
    MUST(ofs_xapian_writer_close(writer, &err));
    ofs_xapian_writer_free(writer);
    ofs_xapian_database *database = open_database(first);
    uint32_t n;
    MUST(ofs_xapian_database_termfreq(database, text("afar"), &n, &err));
    assert_int_equal(n, 1);
    ofs_xapian_database_free(database);
    test_server_stop(&server);

    char *arguments = test_format("--writable %s", first);
    MUST(ofs_xapian_writer_open_program(&(ofs_xapian_program){"xapian-progsrv", arguments, 5000}, &writer,
                                        &err));
    assert_int_equal(add_document(writer, "written by a program"), 5);
    MUST(ofs_xapian_writer_close(writer, &err));
    ofs_xapian_writer_free(writer);
    free(arguments);
}

static void test_a_read_only_server_is_not_written(void **state) {
    (void)state;
    NEEDS_SERVERS();
    test_server server = test_server_start(first, 0, false);
    ofs_xapian_tcp to = {"127.0.0.1", server.port, 2000, 5000};
    ofs_xapian_writer *writer = NULL;
    MUST_FAIL(ofs_xapian_writer_open_tcp(&to, &writer, &err), OFS_E_USAGE, "read-only");
    assert_null(writer);
    test_server_stop(&server);
}

/* ---- failures ---- */

static void test_nobody_listens(void **state) {
    (void)state;
    uint16_t port = test_free_port();
    char *name = name_of(port);
    ofs_xapian_database *far = NULL;
    MUST_FAIL(connect_to(port, 1000, &far, &err), OFS_E_NETWORK, name);
    MUST_FAIL(connect_to(port, 1000, &far, &err), OFS_E_NETWORK, "Connection refused");
    assert_null(far);
    MUST_FAIL(connect_to(0, 1000, &far, &err), OFS_E_USAGE, "port");
    free(name);
}

static void test_a_server_that_says_nothing(void **state) {
    (void)state;
    test_server server = test_server_fake("", 0);
    char *name = name_of(server.port);
    ofs_xapian_database *far = NULL;
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_tcp to = {"127.0.0.1", server.port, 100, 100};
    MUST_FAIL(connect_to(server.port, 100, &far, &err), OFS_E_TIMEOUT, name);
    assert_null(far);
    MUST_FAIL(ofs_xapian_writer_open_tcp(&to, &writer, &err), OFS_E_TIMEOUT, name);
    assert_null(writer);
    free(name);
    test_server_stop(&server);
}

static void test_a_server_of_another_version(void **state) {
    (void)state;
    /* REPLY_UPDATE, three bytes: protocol 1.0. */
    test_server server = test_server_fake("\x00\x03\x01\x00x", 5);
    char *name = name_of(server.port);
    ofs_xapian_database *far = NULL;
    MUST_FAIL(connect_to(server.port, 1000, &far, &err), OFS_E_NETWORK, name);
    MUST_FAIL(connect_to(server.port, 1000, &far, &err), OFS_E_NETWORK, "protocol version 1.0");
    free(name);
    test_server_stop(&server);
}

static void test_a_server_of_something_else(void **state) {
    (void)state;
    /* Its second letter is taken for the length of an answer. */
    static const char greeting[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n";
    test_server server = test_server_fake(greeting, strlen(greeting));
    char *name = name_of(server.port);
    ofs_xapian_database *far = NULL;
    MUST_FAIL(connect_to(server.port, 500, &far, &err), OFS_E_NETWORK, name);
    free(name);
    test_server_stop(&server);
}

typedef struct pair {
    test_server servers[2];
    char *names[2];
    ofs_xapian_database *both;
    ofs_xapian_enquire *enquire;
} pair;

static pair connect_both(uint32_t timeout_ms) {
    pair p = {.servers = {test_server_start(first, 0, false), test_server_start(second, 0, false)}};
    MUST(ofs_xapian_database_new(&p.both, &err));
    for (int i = 0; i < 2; i++) {
        ofs_xapian_database *part = NULL;
        p.names[i] = name_of(p.servers[i].port);
        MUST(connect_to(p.servers[i].port, timeout_ms, &part, &err));
        MUST(ofs_xapian_database_add(p.both, part, &err));
        ofs_xapian_database_free(part);
    }
    ofs_xapian_query *query = query_term("red");
    MUST(ofs_xapian_enquire_new(p.both, &p.enquire, &err));
    MUST(ofs_xapian_enquire_set_query(p.enquire, query, 0, &err));
    ofs_xapian_query_free(query);
    return p;
}

static void disconnect(pair *p) {
    ofs_xapian_enquire_free(p->enquire);
    ofs_xapian_database_free(p->both);
    for (int i = 0; i < 2; i++) {
        test_server_stop(&p->servers[i]);
        free(p->names[i]);
    }
}

static const ofs_xapian_page page = {0, 10, UINT32_MAX};

static void test_a_server_that_was_killed_is_named(void **state) {
    (void)state;
    NEEDS_SERVERS();
    for (int i = 0; i < 2; i++) {
        pair p = connect_both(5000);
        ofs_xapian_mset *mset = NULL;
        test_server_stop(&p.servers[i]);
        MUST_FAIL(ofs_xapian_enquire_search(p.enquire, &page, &mset, &err), OFS_E_NETWORK, p.names[i]);
        assert_null(mset);
        disconnect(&p);
    }
}

static void test_a_server_that_stands_still_is_named(void **state) {
    (void)state;
    NEEDS_SERVERS();
    for (int i = 0; i < 2; i++) {
        pair p = connect_both(200);
        ofs_xapian_mset *mset = NULL;
        test_server_signal(&p.servers[i], SIGSTOP);
        MUST_FAIL(ofs_xapian_enquire_search(p.enquire, &page, &mset, &err), OFS_E_TIMEOUT, p.names[i]);
        disconnect(&p);
    }
}

static void test_a_server_that_was_started_again_is_opened_again(void **state) {
    (void)state;
    NEEDS_SERVERS();
    test_server server = test_server_start(first, 0, false);
    char *name = name_of(server.port);
    ofs_xapian_database *far = NULL;
    ofs_xapian_document *document = NULL;
    uint32_t n;
    MUST(connect_to(server.port, 2000, &far, &err));
    test_server_stop(&server);
    server = test_server_start(first, server.port, false);
    MUST_FAIL(ofs_xapian_database_document(far, 1, &document, &err), OFS_E_NETWORK, name);
    MUST_FAIL(ofs_xapian_database_reopen(far, NULL, &err), OFS_E_NETWORK, name);
    MUST_FAIL(ofs_xapian_database_keep_alive(far, &err), OFS_E_NETWORK, name);
    ofs_xapian_database_free(far);
    MUST(connect_to(server.port, 2000, &far, &err));
    MUST(ofs_xapian_database_doclength(far, 1, &n, &err));
    assert_int_equal(n, 3);
    ofs_xapian_database_free(far);
    free(name);
    test_server_stop(&server);
}

static void test_documents_of_a_server_that_is_gone(void **state) {
    (void)state;
    NEEDS_SERVERS();
    pair p = connect_both(2000);
    ofs_xapian_mset *mset = search_all(p.enquire);
    test_server_stop(&p.servers[0]);
    test_server_stop(&p.servers[1]);
    /* What came with the results stays. */
    ofs_xapian_item item;
    MUST(ofs_xapian_mset_item(mset, 0, &item, &err));
    ofs_xapian_document *document = NULL;
    MUST_FAIL(ofs_xapian_mset_document(mset, 0, &document, &err), OFS_E_NETWORK, "remote:tcp(127.0.0.1:");
    ofs_xapian_mset_free(mset);
    disconnect(&p);
}

/* ---- signals ---- */

static bool is_blocked(void) {
    sigset_t set;
    return sigprocmask(SIG_BLOCK, NULL, &set) == 0 && sigismember(&set, SIGPIPE) == 1;
}

static bool is_default(void) {
    struct sigaction action;
    return sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

static void note_blocked(notes *to) { to->answer = is_blocked() ? OFS_E_USAGE : OFS_OK; }

static void test_sigpipe_is_left_as_it_was(void **state) {
    (void)state;
    NEEDS_SERVERS();
    signal(SIGPIPE, SIG_DFL);
    test_server server = test_server_start(first, 0, false);
    ofs_xapian_database *far = NULL;
    MUST(connect_to(server.port, 2000, &far, &err));
    assert_true(is_default() && !is_blocked());
    notes seen = {.act = note_blocked};
    MUST(ofs_xapian_database_visit_terms(far, text(""), note_term, &seen, &err));
    assert_string_equal(seen.seen, "blue:1:0 fox:2:0 hen:1:0 red:2:0 sky:1:0 ");
    test_server_stop(&server);
    /* Writing to it would end this process. */
    ofs_error err = {0};
    for (int i = 0; i < 5; i++)
        assert_int_equal(ofs_xapian_database_keep_alive(far, &err), OFS_E_NETWORK);
    ofs_xapian_database_free(far);
    sigset_t pending;
    assert_int_equal(sigpending(&pending), 0);
    assert_false(sigismember(&pending, SIGPIPE));
    assert_true(is_default() && !is_blocked());
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define REMOTE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        REMOTE(test_a_server_answers_as_the_files_do),
        REMOTE(test_a_program_answers_as_the_files_do),
        REMOTE(test_several_servers_are_one_database),
        REMOTE(test_a_writable_server_is_written),
        REMOTE(test_a_read_only_server_is_not_written),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_a_server_that_says_nothing),
        cmocka_unit_test(test_a_server_of_another_version),
        cmocka_unit_test(test_a_server_of_something_else),
        REMOTE(test_a_server_that_was_killed_is_named),
        REMOTE(test_a_server_that_stands_still_is_named),
        REMOTE(test_a_server_that_was_started_again_is_opened_again),
        REMOTE(test_documents_of_a_server_that_is_gone),
        REMOTE(test_sigpipe_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
