/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The block codec: what goes in comes out, at every width, with exceptions; what is no block is refused. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/format/codec.h"

static uint32_t random_bits(test_rng *rng, unsigned width) {
    return width ? (uint32_t)(test_rng_next(rng) >> (64 - width)) : 0;
}

static void packing_keeps_every_width(void **state) {
    (void)state;
    test_rng rng = test_rng_start(1);
    for (unsigned width = 0; width <= 32; width++) {
        uint32_t values[OFSI_BLOCK], back[OFSI_BLOCK];
        uint8_t *bytes = malloc((size_t)width * 32 + 1); /* exactly: a sanitizer sees a byte too many */
        assert_non_null(bytes);
        for (unsigned i = 0; i < OFSI_BLOCK; i++)
            values[i] = random_bits(&rng, width);
        ofsi_pack(values, width, bytes);
        ofsi_unpack(bytes, width, back);
        assert_memory_equal(values, back, sizeof values);
        free(bytes);
    }
}

/* The layout that vector kernels count on: word j of lane l is at byte 4 * (8 * j + l). */
static void lanes_lie_where_the_format_says(void **state) {
    (void)state;
    uint32_t values[OFSI_BLOCK] = {0};
    uint8_t bytes[5 * 32];
    values[3 * 8 + 2] = 0x15; /* row 3 of lane 2: bits 15 to 19 of the lane's first word */
    ofsi_pack(values, 5, bytes);
    for (size_t i = 0; i < sizeof bytes / 4; i++)
        assert_int_equal(ofsi_load_u32(bytes + 4 * i), i == 2 ? 0x15U << 15 : 0);
}

static void round_trip(const uint32_t *values) {
    ofsi_buf out = {0};
    uint32_t back[OFSI_BLOCK];
    ofsi_pfor_encode(values, &out);
    assert_false(out.failed);
    ofsi_cursor c = ofsi_cursor_of(out.data, out.size), skip = c;
    ofsi_pfor_decode(&c, back);
    assert_false(c.bad);
    assert_int_equal(ofsi_cursor_left(&c), 0);
    assert_memory_equal(values, back, sizeof back);
    ofsi_pfor_skip(&skip);
    assert_true(!skip.bad && skip.next == c.next);
    ofsi_buf_free(&out);
}

static void blocks_come_back_whatever_is_in_them(void **state) {
    (void)state;
    test_rng rng = test_rng_start(2);
    for (unsigned round = 0; round < 600; round++) {
        uint32_t values[OFSI_BLOCK];
        unsigned low = round % 33, high = test_rng_between(&rng, low, 32);
        uint32_t percent = test_rng_below(&rng, 30);
        for (unsigned i = 0; i < OFSI_BLOCK; i++)
            values[i] = random_bits(&rng, test_rng_chance(&rng, percent) ? high : low);
        round_trip(values);
    }
    uint32_t most[OFSI_BLOCK];
    memset(most, 0xFF, sizeof most);
    round_trip(most);
}

static void a_block_of_zeros_takes_two_bytes(void **state) {
    (void)state;
    uint32_t values[OFSI_BLOCK] = {0};
    ofsi_buf out = {0};
    ofsi_pfor_encode(values, &out);
    assert_int_equal(out.size, 2);
    ofsi_buf_free(&out);
}

/* No width would have taken fewer bytes. */
static void the_width_chosen_is_the_shortest(void **state) {
    (void)state;
    test_rng rng = test_rng_start(3);
    for (unsigned round = 0; round < 200; round++) {
        uint32_t values[OFSI_BLOCK];
        ofsi_buf out = {0};
        uint32_t percent = test_rng_below(&rng, 40);
        for (unsigned i = 0; i < OFSI_BLOCK; i++)
            values[i] = random_bits(&rng, test_rng_chance(&rng, percent) ? 1 + round % 32 : round % 7);
        ofsi_pfor_encode(values, &out);
        for (unsigned width = 0; width <= 32; width++) {
            size_t bytes = 2 + (size_t)width * 32, exceptions = 0;
            for (unsigned i = 0; i < OFSI_BLOCK && width < 32; i++)
                for (uint32_t rest = values[i] >> width, first = 1; rest || (first && values[i] >> width);
                     rest >>= 7, first = 0) {
                    exceptions += first;
                    bytes += 1 + first;
                }
            if (exceptions <= 255)
                assert_true(out.size <= bytes);
        }
        ofsi_buf_free(&out);
    }
}

static void what_is_no_block_is_refused(void **state) {
    (void)state;
    test_rng rng = test_rng_start(4);
    uint32_t values[OFSI_BLOCK], back[OFSI_BLOCK];
    ofsi_buf out = {0};
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        values[i] = random_bits(&rng, i % 40 ? 3 : 20);
    ofsi_pfor_encode(values, &out);
    for (size_t size = 0; size < out.size; size++) {
        char *cut = malloc(size ? size : 1);
        assert_non_null(cut);
        memcpy(cut, out.data, size);
        ofsi_cursor c = ofsi_cursor_of(cut, size), skip = c;
        ofsi_pfor_decode(&c, back);
        ofsi_pfor_skip(&skip);
        assert_true(c.bad && skip.bad);
        free(cut);
    }
    ofsi_buf_free(&out);
    const uint8_t too_wide[] = {33, 0}, wide_with_exceptions[2 + 1024 + 2] = {32, 1};
    ofsi_cursor c = ofsi_cursor_of(too_wide, sizeof too_wide);
    ofsi_pfor_decode(&c, back);
    assert_true(c.bad);
    c = ofsi_cursor_of(wide_with_exceptions, sizeof wide_with_exceptions);
    ofsi_pfor_decode(&c, back);
    assert_true(c.bad);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(packing_keeps_every_width),
                                       cmocka_unit_test(lanes_lie_where_the_format_says),
                                       cmocka_unit_test(blocks_come_back_whatever_is_in_them),
                                       cmocka_unit_test(a_block_of_zeros_takes_two_bytes),
                                       cmocka_unit_test(the_width_chosen_is_the_shortest),
                                       cmocka_unit_test(what_is_no_block_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
