/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every set of kernels that this machine runs gives the bytes and numbers that plain loops give. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/format/codec.h"
#include "indexer/format/kernels.h"

static uint32_t random_bits(test_rng *rng, unsigned width) {
    return width ? (uint32_t)(test_rng_next(rng) >> (64 - width)) : 0;
}

/* Value i is in lane i % 8; bit b of its row's place is bit (row * width + b) of that lane's words. */
static void pack_plainly(const uint32_t *values, unsigned width, uint8_t *out) {
    memset(out, 0, (size_t)width * 32);
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        for (unsigned b = 0; b < width; b++) {
            unsigned bit = i / OFSI_LANES * width + b, byte = (bit / 32 * OFSI_LANES + i % OFSI_LANES) * 4;
            if (values[i] >> b & 1)
                out[byte + bit % 32 / 8] |= (uint8_t)(1U << bit % 8);
        }
}

static void check_packing(const ofsi_kernels *kernels, test_rng *rng, unsigned width) {
    uint32_t values[OFSI_BLOCK], back[OFSI_BLOCK];
    uint8_t *wanted = malloc((size_t)width * 32 + 1), *got = malloc((size_t)width * 32 + 1);
    assert_true(wanted && got);
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        values[i] = random_bits(rng, width);
    pack_plainly(values, width, wanted);
    kernels->pack(values, width, got);
    assert_memory_equal(wanted, got, (size_t)width * 32);
    kernels->unpack(wanted, width, back);
    assert_memory_equal(values, back, sizeof values);
    free(wanted);
    free(got);
}

static void check_sums(const ofsi_kernels *kernels, test_rng *rng, unsigned width) {
    uint32_t gaps[OFSI_BLOCK], sums[OFSI_BLOCK];
    uint32_t first = random_bits(rng, test_rng_below(rng, 33));
    uint64_t sum = first, most = 0;
    for (unsigned i = 0; i < OFSI_BLOCK; i++) {
        gaps[i] = random_bits(rng, test_rng_chance(rng, 5) ? width : width / 2);
        most = gaps[i] > most ? gaps[i] : most;
    }
    memcpy(sums, gaps, sizeof sums);
    if (!kernels->sum_gaps(sums, first)) {
        assert_memory_equal(gaps, sums, sizeof gaps);
        assert_true(most >= 1U << 21 || first > INT32_MAX); /* no list of a real segment is turned away */
        return;
    }
    for (unsigned i = 0; i < OFSI_BLOCK; i++, sum++) {
        sum += gaps[i];
        assert_true(sum <= UINT32_MAX);
        assert_int_equal(sums[i], sum);
    }
}

static void all_kernels_agree_with_plain_loops(void **state) {
    (void)state;
    test_rng rng = test_rng_start(5);
    unsigned sets = 0;
    assert_non_null(ofsi_kernels_at(0));
    for (unsigned k = 0; k < OFSI_KERNELS_COUNT; k++) {
        const ofsi_kernels *kernels = ofsi_kernels_at(k);
        if (!kernels)
            continue;
        sets++;
        print_message("%s%s\n", kernels->name, kernels == ofsi_kernels_best() ? " (chosen)" : "");
        for (unsigned round = 0; round < 40; round++)
            for (unsigned width = 0; width <= 32; width++) {
                check_packing(kernels, &rng, width);
                check_sums(kernels, &rng, width);
            }
    }
    print_message("%u sets of kernels\n", sets);
    assert_ptr_equal(ofsi_kernels_at(OFSI_KERNELS_COUNT), NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_kernels_agree_with_plain_loops)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
