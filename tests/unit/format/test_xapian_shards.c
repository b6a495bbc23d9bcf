/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index file of several databases: what is written is read, what people write too, and what is wrong is told. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/format/recognize.h"
#include "indexer/format/xapian_shards.h"

static ofs_status parse(const char *text, ofsi_arena *arena, ofsi_shards *out, ofs_error *err) {
    return ofsi_shards_parse((ofsi_span){text, strlen(text)}, "/srv/archive", "the file", arena, out, err);
}

static void paths_and_servers_are_read_in_order(void **state) {
    (void)state;
    ofsi_arena arena = {0};
    ofsi_shards shards;
    ofs_error err;
    if (parse("\xEF\xBB\xBFofsearch shards 1 \n# of May\ngeneration 12\n\nshard-0\r\n  /mnt/big "
              "\nxapian+tcp://[::1]:7701\n"
              "xapian+tcp://archive-2.example:65535\n",
              &arena, &shards, &err) != OFS_OK)
        test_die("%s", err.message);
    assert_int_equal(shards.generation, 12);
    assert_int_equal(shards.count, 4);
    assert_string_equal(shards.items[0].name, "shard-0");
    assert_string_equal(shards.items[0].path, "/srv/archive/shard-0");
    assert_string_equal(shards.items[1].path, "/mnt/big");
    assert_null(shards.items[2].path);
    assert_string_equal(shards.items[2].host, "::1");
    assert_int_equal(shards.items[2].port, 7701);
    assert_string_equal(shards.items[3].host, "archive-2.example");
    assert_int_equal(shards.items[3].port, 65535);
    ofsi_arena_free(&arena);
}

static void what_is_wrong_is_told(void **state) {
    (void)state;
    static const struct {
        const char *text;
        ofs_status status;
    } cases[] = {
        {"", OFS_E_CORRUPT},
        {"shard-0\n", OFS_E_CORRUPT},
        {"ofsearch shards 2\nshard-0\n", OFS_E_UNSUPPORTED},
        {"ofsearch shards 1\n", OFS_E_CORRUPT},
        {"ofsearch shards 1\nshard-0\nshard", OFS_E_CORRUPT}, /* cut short */
        {"ofsearch shards 1\ngeneration x\nshard-0\n", OFS_E_CORRUPT},
        {"ofsearch shards 1\ngeneration 0\nshard-0\n", OFS_E_CORRUPT},
        {"ofsearch shards 1\ngeneration 1\ngeneration 2\nshard-0\n", OFS_E_CORRUPT},
        {"ofsearch shards 1\nxapian+tcp://host\n", OFS_E_USAGE},
        {"ofsearch shards 1\nxapian+tcp://host:0\n", OFS_E_USAGE},
        {"ofsearch shards 1\nxapian+tcp://host:65536\n", OFS_E_USAGE},
        {"ofsearch shards 1\nxapian+tcp://:7701\n", OFS_E_USAGE},
        {"ofsearch shards 1\nxapian+tcp://me@host:7701\n", OFS_E_USAGE},
        {"ofsearch shards 1\nxapian+tcp://host:7701/x\n", OFS_E_USAGE},
        {"ofsearch shards 1\nxapian+tcp://::1:7701\n", OFS_E_USAGE},
    };
    ofsi_arena arena = {0};
    ofsi_shards shards;
    ofs_error err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(parse(cases[i].text, &arena, &shards, &err), cases[i].status);
    assert_int_equal(
        ofsi_shards_parse((ofsi_span){"ofsearch shards 1\na\0b\n", 22}, "/", "x", &arena, &shards, &err),
        OFS_E_CORRUPT);
    ofsi_arena_free(&arena);
}

static void no_more_databases_are_taken_than_an_index_may_have(void **state) {
    (void)state;
    ofsi_arena arena = {0};
    ofsi_shards shards;
    ofs_error err;
    char text[4096] = "ofsearch shards 1\n";
    for (int i = 0; i < OFSI_SHARDS_MOST; i++)
        strcat(text, "s\n");
    assert_int_equal(parse(text, &arena, &shards, &err), OFS_OK);
    assert_int_equal(shards.count, OFSI_SHARDS_MOST);
    strcat(text, "s\n");
    assert_int_equal(parse(text, &arena, &shards, &err), OFS_E_LIMIT);
    ofsi_arena_free(&arena);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    ofsi_shard items[] = {{.name = "shard-0"}, {.name = "xapian+tcp://host:1"}};
    const ofsi_shards written = {.generation = 7, .items = items, .count = 2};
    ofsi_shards back;
    ofsi_storage *storage;
    ofsi_arena arena = {0};
    ofsi_index_kind kind;
    ofs_error err;
    assert_int_equal(ofsi_storage_open_memory(&storage, &err), OFS_OK);
    assert_int_equal(ofsi_shards_read(storage, &arena, &back, &err), OFS_E_NO_INDEX);
    assert_int_equal(ofsi_recognize(storage, &kind, &err), OFS_OK);
    assert_int_equal(kind, OFSI_INDEX_NONE);
    assert_int_equal(ofsi_shards_write(storage, &written, &err), OFS_OK);
    assert_int_equal(ofsi_recognize(storage, &kind, &err), OFS_OK);
    assert_int_equal(kind, OFSI_INDEX_SHARDS);
    assert_int_equal(ofsi_shards_read(storage, &arena, &back, &err), OFS_OK);
    assert_true(back.generation == 7 && back.count == 2 && back.items[1].port == 1);
    ofsi_arena_free(&arena);
    ofsi_storage_close(storage);
}

static void an_index_file_may_stand_anywhere(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *path = test_format("%s/may.shards", folder),
         *wanted = test_format("%s/x", folder);
    ofsi_arena arena = {0};
    ofsi_shards shards;
    ofs_error err;
    assert_int_equal(ofsi_shards_read_file(path, &arena, &shards, &err), OFS_E_NO_INDEX);
    test_write_text(path, "ofsearch shards 1\nx\n");
    assert_int_equal(ofsi_shards_read_file(path, &arena, &shards, &err), OFS_OK);
    assert_int_equal(shards.generation, 0);
    assert_string_equal(shards.items[0].path, wanted);
    ofsi_arena_free(&arena);
    test_temp_remove(folder);
    free(path);
    free(wanted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_servers_are_read_in_order),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(no_more_databases_are_taken_than_an_index_may_have),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(an_index_file_may_stand_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
