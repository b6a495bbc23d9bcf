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

/* ---- a block's documents and bits, and candidates ---- */

enum { RANGE = 4096 };

typedef struct block {
    uint32_t docs[OFSI_BLOCK + OFSI_POSTINGS_SLACK];
    uint8_t bits[RANGE / 8 + 16];
    uint32_t first, range;
} block;

static void make_block(test_rng *rng, block *b) {
    bool taken[RANGE] = {false};
    uint32_t n = 0;
    b->range = OFSI_BLOCK + test_rng_below(rng, test_rng_chance(rng, 50) ? 64 : RANGE - OFSI_BLOCK);
    b->first = random_bits(rng, test_rng_below(rng, 31));
    memset(b->bits, test_rng_chance(rng, 50) ? 0xff : 0, sizeof b->bits); /* what is behind does not matter */
    memset(b->bits, 0, (b->range + 7) / 8);
    taken[b->range - 1] = true;
    for (uint32_t left = OFSI_BLOCK - 1; left;) {
        uint32_t at = test_rng_below(rng, b->range);
        left -= !taken[at];
        taken[at] = true;
    }
    for (uint32_t i = 0; i < b->range; i++)
        if (taken[i]) {
            b->docs[n++] = b->first + i;
            b->bits[i / 8] |= (uint8_t)(1U << i % 8);
        }
    for (; n < OFSI_BLOCK + OFSI_POSTINGS_SLACK; n++)
        b->docs[n] = UINT32_MAX;
    if (b->range % 8 && test_rng_chance(rng, 50))
        b->bits[b->range / 8] |= (uint8_t)(0xff << b->range % 8);
}

static void check_expanding(const ofsi_kernels *kernels, const block *b) {
    uint32_t numbers[OFSI_BLOCK + OFSI_POSTINGS_SLACK];
    kernels->expand_bits(b->bits, b->range, b->first, numbers);
    assert_memory_equal(numbers, b->docs, OFSI_BLOCK * sizeof *numbers);
}

/* Some candidates before the block, in it, behind it. */
static void check_meeting(const ofsi_kernels *kernels, test_rng *rng, const block *b, bool by_bits) {
    uint32_t docs[OFSI_BLOCK], count = 0, found = 0;
    uint16_t kept[OFSI_BLOCK], ranks[RANGE / 64 + 1];
    uint8_t indexes[OFSI_BLOCK];
    uint32_t step = 1 + test_rng_below(rng, 40), doc = b->first - (b->first < 20 ? b->first : 20);
    for (; count < OFSI_BLOCK && doc < b->first + b->range + 100; doc += 1 + test_rng_below(rng, step)) {
        kept[count] = (uint16_t)count;
        docs[count++] = doc;
    }
    ofsi_meeting m = {docs, kept, indexes, 0, count, 0, b->docs[OFSI_BLOCK - 1]};
    kernels->rank_bits(b->bits, (b->range + 63) / 64, ranks);
    if (by_bits)
        kernels->meet_bits(&m, b->bits, b->first, ranks);
    else
        kernels->meet_docs(&m, b->docs, 0);
    assert_true(m.from == count || docs[m.from] > m.last);
    for (uint32_t c = 0; c < m.from; c++)
        for (uint32_t i = 0; i < OFSI_BLOCK; i++)
            if (b->docs[i] == docs[c]) {
                assert_int_equal(kept[found], c);
                assert_int_equal(indexes[found++], i);
            }
    assert_int_equal(m.found, found);
}

static void check_blocks(const ofsi_kernels *kernels, test_rng *rng) {
    block b;
    for (unsigned round = 0; round < 300; round++) {
        make_block(rng, &b);
        check_expanding(kernels, &b);
        check_meeting(kernels, rng, &b, false);
        check_meeting(kernels, rng, &b, true);
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
        check_blocks(kernels, &rng);
    }
    print_message("%u sets of kernels\n", sets);
    assert_ptr_equal(ofsi_kernels_at(OFSI_KERNELS_COUNT), NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_kernels_agree_with_plain_loops)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
