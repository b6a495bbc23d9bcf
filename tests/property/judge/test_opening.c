/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Xapian databases as indexes: which are taken, what is said of others, and what a commit behind a reader's back does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ofsearch/index.h>
#include <ofsearch/search.h>

#include "indexer/base/xapian_late.h"
#include "tests/support/support.h"

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s: %s", ofs_status_name(status), err->message);
}

/* Reports of so many paragraphs, each with the word of its report, one of its own and one that all have. */
static void write_reports(const char *folder, uint32_t first, uint32_t end, uint32_t paragraphs) {
    mkdir(folder, 0700);
    for (uint32_t i = first; i < end; i++) {
        char *path = test_format("%s/r%u.jsonl", folder, i);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        for (uint32_t p = 0; p < paragraphs; p++)
            fprintf(file, "{\"report\":\"r%u\",\"text\":\"word%u own%ux%u common\"}\n", i, i, i, p);
        assert_int_equal(fclose(file), 0);
        free(path);
    }
}

static void add(const char *directory, const char *folder, const char *stemmer, uint32_t shards) {
    const ofs_writer_options options = {
        .engine = "xapian", .stemmer = stemmer, .shards = shards, .threads = 1};
    const char *const paths[] = {folder};
    ofs_writer *writer = NULL;
    ofs_error err;
    check(ofs_writer_open(directory, &options, &writer, &err), &err);
    check(ofs_writer_add(writer, paths, 1, NULL, &err), &err);
    check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
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

static void fails_to_open(const char *place, ofs_status expected, const char *message) {
    ofs_index *index = NULL;
    ofs_error err;
    ofs_status status = ofs_index_open(place, &index, &err);
    if (status != expected || !strstr(err.message, message))
        test_die("%s: %s: %s", place, ofs_status_name(status), status ? err.message : "");
    assert_null(index);
}

/* Until its commit is gone a reader sees it, then the newest one, and never some of both. */
static void check_view(ofs_index *index, const char *query, uint64_t then, uint64_t now) {
    uint64_t found = count(index, query), generation = ofs_index_generation(index);
    assert_true(generation == 1 || generation == 4);
    assert_int_equal(found, generation == 1 ? then : now);
}

static void commits_behind_a_reader(void **state) {
    (void)state;
    for (uint32_t shards = 0; shards <= 3; shards += 3) {
        char *folder = test_temp_dir(), *index_folder = test_format("%s/index", folder),
             *reports = test_format("%s/reports", folder);
        ofs_index *index = NULL;
        ofs_error err;
        write_reports(reports, 0, 20, 100);
        add(index_folder, reports, NULL, shards);
        check(ofs_index_open(index_folder, &index, &err), &err);
        assert_int_equal(count(index, "word3"), 100);
        assert_int_equal(ofs_index_generation(index), 1);
        for (uint32_t commit = 1; commit <= 3; commit++) {
            write_reports(reports, 0, 20 * (commit + 1), 100 + commit);
            add(index_folder, reports, NULL, shards);
        }
        check_view(index, "common", 2000, 8240);
        check_view(index, "own7x50", 1, 1);
        check_view(index, "own11x102", 0, 1);
        check_view(index, "word70", 0, 103);
        check_view(index, "own7*", 100, 1 * 103 + 10 * 103);
        check_view(index, "own7x5 OR own19x99", 2, 2);
        assert_int_equal(ofs_index_generation(index), 4);
        ofs_index_close(index);
        free(reports);
        free(index_folder);
        test_temp_remove(folder);
    }
}

static void databases_of_something_else(void **state) {
    (void)state;
    const ofsi_xapian *x = NULL;
    ofs_xapian_writer *writer = NULL;
    ofs_error err;
    char *folder = test_temp_dir(), *other = test_format("%s/other", folder);
    check(ofsi_xapian_load(&x, &err), &err);
    check(x->writer_open(other, NULL, &writer, &err), &err);
    check(x->writer_commit(writer, &err), &err);
    x->writer_free(writer);
    fails_to_open(other, OFS_E_NO_INDEX, other);
    /* One that a later version has made. */
    check(x->writer_open(other, NULL, &writer, &err), &err);
    const ofs_xapian_bytes key = {"ofsearch", 8}, head = {"ofsearch 9999\n", 14};
    check(x->writer_set_metadata(writer, key, head, &err), &err);
    check(x->writer_commit(writer, &err), &err);
    x->writer_free(writer);
    ofs_index *index = NULL;
    assert_int_equal(ofs_index_open(other, &index, &err) == OFS_OK, false);
    assert_non_null(strstr(err.message, other));
    free(other);
    test_temp_remove(folder);
}

static ofs_status keep_key(void *context, ofs_xapian_bytes key) {
    ofs_xapian_string *kept = context;
    kept->data = malloc(key.size);
    assert_non_null(kept->data);
    memcpy(kept->data, key.data, key.size);
    kept->size = key.size;
    return OFS_OK;
}

/* A heading that is too long for a term, whose whole text the metadata has lost: it is told, not taken for another. */
static void values_that_are_lost(void **state) {
    (void)state;
    const ofsi_xapian *x = NULL;
    char *folder = test_temp_dir(), *place = test_format("%s/index", folder),
         *file = test_format("%s/long.jsonl", folder);
    char *text = test_format("{\"report\":\"a\",\"section\":[\"%0300d end\"],\"text\":\"common\"}\n", 0);
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_database *view = NULL;
    ofs_xapian_string key = {0};
    ofs_index *index = NULL;
    ofs_results *results = NULL;
    ofs_error err;
    const ofs_search_request request = {.query = "common section:end", .limit = 10};
    test_write_text(file, text);
    add(place, file, NULL, 0);
    check(ofs_index_open(place, &index, &err), &err);
    assert_int_equal(count(index, request.query), 1);
    ofs_index_close(index);
    check(ofsi_xapian_load(&x, &err), &err);
    check(x->writer_open(place, NULL, &writer, &err), &err);
    check(x->writer_database(writer, &view, &err), &err);
    check(x->database_visit_metadata(view, (ofs_xapian_bytes){"valueXH", 7}, keep_key, &key, &err), &err);
    check(x->writer_set_metadata(writer, (ofs_xapian_bytes){key.data, key.size}, (ofs_xapian_bytes){NULL, 0},
                                 &err),
          &err);
    check(x->writer_commit(writer, &err), &err);
    x->database_free(view);
    x->writer_free(writer);
    free(key.data);
    check(ofs_index_open(place, &index, &err), &err);
    assert_int_equal(ofs_search(index, &request, &results, &err), OFS_E_CORRUPT);
    assert_non_null(strstr(err.message, place));
    ofs_index_close(index);
    free(text);
    free(file);
    free(place);
    test_temp_remove(folder);
}

static ofs_status note_word(void *context, const ofs_xapian_term *word) {
    (void)word;
    ++*(int *)context;
    return OFS_OK;
}

static ofs_status note_key(void *context, ofs_xapian_bytes key) {
    (void)key;
    ++*(int *)context;
    return OFS_OK;
}

/* No documents and no metadata, but words: a writer that is opened on it takes nothing away. */
static void databases_of_words(void **state) {
    (void)state;
    const ofsi_xapian *x = NULL;
    const ofs_xapian_bytes word = {"word", 4}, other = {"other", 5}, any = {NULL, 0};
    ofs_error err;
    check(ofsi_xapian_load(&x, &err), &err);
    for (int synonyms = 0; synonyms < 2; synonyms++) {
        char *folder = test_temp_dir();
        ofs_xapian_writer *made = NULL;
        ofs_xapian_database *database = NULL;
        ofs_writer *writer = NULL;
        int count = 0;
        check(x->writer_open(folder, NULL, &made, &err), &err);
        check(synonyms ? x->writer_add_synonym(made, word, other, &err)
                       : x->writer_add_spelling(made, word, 1, &err),
              &err);
        check(x->writer_commit(made, &err), &err);
        x->writer_free(made);
        assert_int_equal(ofs_writer_open(folder, NULL, &writer, &err), OFS_E_NO_INDEX);
        check(x->database_open(folder, &database, &err), &err);
        check(synonyms ? x->database_visit_synonym_keys(database, any, note_key, &count, &err)
                       : x->database_visit_spellings(database, note_word, &count, &err),
              &err);
        assert_int_equal(count, 1);
        x->database_free(database);
        test_temp_remove(folder);
    }
}

/* A database of a split index has no writer of its own, which would take its place among the others from it. */
static void one_of_several(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *place = test_format("%s/index", folder),
         *reports = test_format("%s/reports", folder), *one = test_format("%s/shard-1", place);
    ofs_index *index = NULL;
    ofs_writer *writer = NULL;
    ofs_error err;
    write_reports(reports, 0, 9, 1);
    add(place, reports, NULL, 3);
    assert_int_equal(ofs_writer_open(one, NULL, &writer, &err), OFS_E_USAGE);
    assert_non_null(strstr(err.message, "shard-1"));
    add(place, reports, NULL, 3);
    check(ofs_index_open(place, &index, &err), &err);
    assert_int_equal(count(index, "common"), 9);
    ofs_index_close(index);
    free(one);
    free(reports);
    free(place);
    test_temp_remove(folder);
}

/* An index file that a person has written. */
static void write_list(const char *path, const char *a, const char *b) {
    char *text = test_format("ofsearch shards 1\n%s\n%s\n", a, b);
    test_write_text(path, text);
    free(text);
}

/* As a database is that was made before there were ids of archives. */
static void drop_archive(const char *database) {
    const ofsi_xapian *x = NULL;
    ofs_xapian_writer *writer = NULL;
    ofs_error err;
    check(ofsi_xapian_load(&x, &err), &err);
    check(x->writer_open(database, NULL, &writer, &err), &err);
    check(x->writer_set_metadata(writer, (ofs_xapian_bytes){"archive", 7}, (ofs_xapian_bytes){NULL, 0}, &err),
          &err);
    check(x->writer_commit(writer, &err), &err);
    x->writer_free(writer);
}

/* Parts of two split indexes whose commits have the same number are not searched as one. */
static void shards_of_two_indexes(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *list = test_format("%s/list", folder);
    char *shards[4];
    ofs_index *index = NULL;
    ofs_error err;
    for (uint32_t i = 0; i < 2; i++) {
        char *place = test_format("%s/index%u", folder, i), *reports = test_format("%s/reports%u", folder, i);
        write_reports(reports, 0, 9, 1);
        add(place, reports, NULL, 2);
        for (uint32_t k = 0; k < 2; k++)
            shards[2 * i + k] = test_format("%s/shard-%u", place, k);
        free(place);
        free(reports);
    }
    write_list(list, shards[0], shards[1]);
    check(ofs_index_open(list, &index, &err), &err);
    assert_int_equal(count(index, "common"), 9);
    ofs_index_close(index);
    write_list(list, shards[0], shards[3]);
    fails_to_open(list, OFS_E_USAGE, "index1/shard-1 belongs to another index than ");
    drop_archive(shards[3]);
    fails_to_open(list, OFS_E_USAGE, "index1/shard-1 belongs to another index than ");
    drop_archive(shards[2]);
    write_list(list, shards[2], shards[3]);
    check(ofs_index_open(list, &index, &err), &err);
    ofs_index_close(index);
    for (uint32_t i = 0; i < 4; i++)
        free(shards[i]);
    free(list);
    test_temp_remove(folder);
}

static void databases_together(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *list = test_format("%s/list", folder);
    char *names[3], *sources[3];
    ofs_index *index = NULL;
    ofs_error err;
    for (uint32_t i = 0; i < 3; i++) {
        names[i] = test_format("%s/db%u", folder, i);
        sources[i] = test_format("%s/reports%u", folder, i);
        write_reports(sources[i], 10 * i, 10 * i + 10, 1);
        add(names[i], sources[i], i == 2 ? "none" : NULL, 0);
    }
    write_list(list, names[0], names[1]);
    check(ofs_index_open(list, &index, &err), &err);
    assert_int_equal(count(index, "common"), 20);
    assert_int_equal(count(index, "report:r3"), 1);
    assert_int_equal(count(index, "report:r13"), 1);
    ofs_index_close(index);
    char *other = test_format("%s/other", folder);
    write_list(other, names[0], list);
    fails_to_open(other, OFS_E_NO_INDEX, "line 3: ");
    fails_to_open(other, OFS_E_NO_INDEX, "it is an index file itself");
    write_list(other, sources[0], names[0]);
    fails_to_open(other, OFS_E_NO_INDEX, "no Xapian database in this folder");
    free(other);
    write_list(list, names[0], names[2]);
    fails_to_open(list, OFS_E_UNSUPPORTED, names[2]);
    for (uint32_t i = 0; i < 3; i++) {
        free(names[i]);
        free(sources[i]);
    }
    free(list);
    test_temp_remove(folder);
}

/* Words of every paragraph of one database and of none of another, whose numbers have gaps. */
static void words_of_a_whole_database(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *list = test_format("%s/list", folder);
    char *names[2], *sources[2];
    ofs_index *index = NULL;
    ofs_error err;
    for (uint32_t i = 0; i < 2; i++) {
        names[i] = test_format("%s/db%u", folder, i);
        sources[i] = test_format("%s/reports%u", folder, i);
        write_reports(sources[i], 100 * i, 100 * i + 40, i ? 1 : 100);
        add(names[i], sources[i], NULL, 0);
    }
    write_reports(sources[0], 0, 40, 101);
    add(names[0], sources[0], NULL, 0);
    write_list(list, names[0], names[1]);
    check(ofs_index_open(list, &index, &err), &err);
    assert_int_equal(count(index, "common"), 40 * 101 + 40);
    assert_int_equal(count(index, "report:r1*"), 101 * 11 + 40);
    char *other = test_format("%s/z.jsonl", sources[1]);
    test_write_text(other, "{\"report\":\"z\",\"text\":\"nothing else\"}\n");
    free(other);
    add(names[1], sources[1], NULL, 0);
    ofs_index_close(index);
    check(ofs_index_open(list, &index, &err), &err);
    assert_int_equal(count(index, "common"), 40 * 101 + 40);
    assert_int_equal(count(index, "=common"), 40 * 101 + 40);
    assert_int_equal(count(index, "commo*"), 40 * 101 + 40);
    assert_int_equal(count(index, "comm* word7"), 101);
    assert_int_equal(count(index, "-common"), 1);
    assert_int_equal(count(index, "common -word3"), 39 * 101 + 40);
    assert_int_equal(count(index, "-(common word3)"), 39 * 101 + 41);
    assert_int_equal(count(index, "zebra OR common"), 40 * 101 + 40);
    assert_int_equal(count(index, "-own3x7 -common"), 1);
    assert_int_equal(count(index, "common -(word3 NEAR/3 own3x7 NEAR/3 common)"), 40 * 101 + 39);
    ofs_index_close(index);
    for (uint32_t i = 0; i < 2; i++) {
        free(names[i]);
        free(sources[i]);
    }
    free(list);
    test_temp_remove(folder);
}

/* The paragraphs of what `name` names, one after the other. */
static char *shown(ofs_index *index, const char *name) {
    ofs_results *results = NULL;
    ofs_error err;
    char *text = test_format("%s", "");
    check(ofs_index_paragraphs(index, name, 0, UINT32_MAX, &results, &err), &err);
    for (size_t i = 0; i < results->hit_count; i++) {
        char *longer = test_format("%s%s: %s\n", text, results->hits[i].report->id, results->hits[i].text);
        free(text);
        text = longer;
    }
    ofs_results_free(results);
    return text;
}

static void reports_of_one_file(void **state) {
    (void)state;
    for (uint32_t shards = 0; shards <= 3; shards += 3) {
        char *folder = test_temp_dir(), *place = test_format("%s/index", folder),
             *file = test_format("%s/some.jsonl", folder);
        ofs_index *index = NULL;
        ofs_writer *writer = NULL;
        ofs_error err;
        test_write_text(file, "{\"report\":\"B\",\"text\":\"first\"}\n{\"report\":\"B\",\"text\":\"more\"}\n"
                              "{\"report\":\"A\",\"text\":\"second\"}\n"
                              "{\"report\":\"C\",\"text\":\"third\"}\n");
        add(place, file, NULL, shards);
        for (uint32_t removed = 0; removed < 2; removed++) {
            check(ofs_index_open(place, &index, &err), &err);
            char *by_path = shown(index, file);
            assert_string_equal(by_path, removed ? "B: first\nB: more\n" : "A: second\n");
            free(by_path);
            ofs_index_close(index);
            check(ofs_writer_open(place, NULL, &writer, &err), &err);
            check(ofs_writer_remove(writer, removed ? "B" : "A", NULL, &err), &err);
            check(ofs_writer_commit(writer, &err), &err);
            ofs_writer_close(writer);
        }
        free(file);
        free(place);
        test_temp_remove(folder);
    }
}

static void servers_that_are_not_there(void **state) {
    (void)state;
    fails_to_open("xapian+tcp://127.0.0.1:1", OFS_E_NETWORK, "127.0.0.1:1");
    fails_to_open("xapian+tcp://127.0.0.1", OFS_E_USAGE, "xapian+tcp://127.0.0.1");
    fails_to_open("xapian+tcp://127.0.0.1:1,", OFS_E_USAGE, "beside a comma");
    fails_to_open("xapian+tcp://127.0.0.1:1, xapian+tcp://127.0.0.1:99999 ", OFS_E_USAGE,
                  "1:99999: a port is a");
    fails_to_open("127.0.0.1:1", OFS_E_NO_INDEX, "xapian+tcp://HOST:PORT");
    fails_to_open("http://127.0.0.1:1/", OFS_E_NO_INDEX, "xapian+tcp://HOST:PORT");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commits_behind_a_reader), cmocka_unit_test(databases_of_something_else),
        cmocka_unit_test(values_that_are_lost),    cmocka_unit_test(databases_of_words),
        cmocka_unit_test(one_of_several),          cmocka_unit_test(databases_together),
        cmocka_unit_test(shards_of_two_indexes),   cmocka_unit_test(words_of_a_whole_database),
        cmocka_unit_test(reports_of_one_file),     cmocka_unit_test(servers_that_are_not_there)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
