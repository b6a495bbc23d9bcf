/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arenas and interning maps against a plain model. */
#include <stdio.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/hasher.h"
#include "indexer/base/map.h"
#include "tests/support/support.h"

static void arena_blocks_do_not_overlap(void **state) {
    (void)state;
    ofsi_arena arena = {.block_size = 256};
    test_rng rng = test_rng_start(2);
    unsigned char *blocks[500];
    size_t sizes[500];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 500; i++) {
            sizes[i] = test_rng_below(&rng, 900);
            blocks[i] = i % 3 ? ofsi_arena_bytes(&arena, sizes[i]) : ofsi_arena_alloc(&arena, sizes[i]);
            assert_non_null(blocks[i]);
            if (i % 3 == 0)
                assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
            memset(blocks[i], i & 0xFF, sizes[i]);
        }
        for (int i = 0; i < 500; i++)
            for (size_t b = 0; b < sizes[i]; b++)
                assert_int_equal(blocks[i][b], i & 0xFF);
        ofsi_arena_reset(&arena);
    }
    ofsi_arena_free(&arena);
    assert_int_equal(arena.reserved, 0);
}

static void arena_survives_a_refused_block(void **state) {
    (void)state;
    ofsi_arena arena = {0};
    ofsi_alloc_fail_after(1);
    assert_null(ofsi_arena_alloc(&arena, 10));
    assert_null(ofsi_arena_printf(&arena, "%d", 3));
    ofsi_alloc_fail_after(0);
    assert_null(ofsi_arena_calloc(&arena, SIZE_MAX / 2, 4));
    assert_string_equal(ofsi_arena_printf(&arena, "%s %d", "page", 3), "page 3");
    ofsi_arena_free(&arena);
}

static void interning_numbers_each_string_once(void **state) {
    (void)state;
    ofsi_map map = {0};
    char key[32];
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 20000; i++) {
            bool added;
            int n = snprintf(key, sizeof key, "word%u", i % 7000);
            assert_int_equal(ofsi_map_intern(&map, (ofsi_span){key, (size_t)n}, &added), i % 7000);
            assert_int_equal(added, i < 7000);
        }
        assert_int_equal(map.count, 7000);
        assert_int_equal(ofsi_map_find(&map, ofsi_span_of("word6999")), 6999);
        assert_int_equal(ofsi_map_find(&map, ofsi_span_of("word7000")), OFSI_MAP_NONE);
        assert_int_equal(ofsi_map_find(&map, ofsi_span_of("")), OFSI_MAP_NONE);
        assert_true(ofsi_span_equal(map.keys[12], ofsi_span_of("word12")));
        ofsi_map_reset(&map);
        assert_int_equal(ofsi_map_find(&map, ofsi_span_of("word1")), OFSI_MAP_NONE);
    }
    ofsi_map_free(&map);
}

static void interning_out_of_memory_leaves_the_map_whole(void **state) {
    (void)state;
    for (size_t n = 1; n < 60; n++) {
        ofsi_map map = {0};
        char key[16];
        uint32_t known = 0;
        ofsi_alloc_fail_after(n);
        for (uint32_t i = 0; i < 400; i++) {
            int size = snprintf(key, sizeof key, "k%u", i);
            if (ofsi_map_intern(&map, (ofsi_span){key, (size_t)size}, NULL) == OFSI_MAP_NONE)
                break;
            known++;
        }
        ofsi_alloc_fail_after(0);
        assert_int_equal(map.count, known);
        for (uint32_t i = 0; i < known; i++) {
            int size = snprintf(key, sizeof key, "k%u", i);
            assert_int_equal(ofsi_map_find(&map, (ofsi_span){key, (size_t)size}), i);
        }
        ofsi_map_free(&map);
    }
}

static void hashing_in_pieces_gives_the_hash_of_the_whole(void **state) {
    (void)state;
    test_rng rng = test_rng_start(3);
    static char data[5000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)test_rng_next(&rng);
    for (size_t size = 0; size < sizeof data; size += 37) {
        ofsi_hasher *hasher = ofsi_hasher_new();
        for (size_t at = 0; at < size;) {
            size_t n = test_rng_between(&rng, 1, 700);
            n = n < size - at ? n : size - at;
            ofsi_hasher_add(hasher, data + at, n);
            at += n;
        }
        assert_true(ofsi_hasher_value(hasher) == ofsi_hash64(data, size));
        ofsi_hasher_free(hasher);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_blocks_do_not_overlap),
        cmocka_unit_test(arena_survives_a_refused_block),
        cmocka_unit_test(interning_numbers_each_string_once),
        cmocka_unit_test(hashing_in_pieces_gives_the_hash_of_the_whole),
        cmocka_unit_test(interning_out_of_memory_leaves_the_map_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
