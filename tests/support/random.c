/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers for tests: splitmix64 (Steele, Lea, Flood 2014). */
#include "tests/support/support.h"

#include <inttypes.h>
#include <stdlib.h>

test_rng test_rng_start(uint64_t fallback) {
    const char *given = getenv("OFS_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : fallback;
    print_message("seed %" PRIu64 "\n", seed);
    return (test_rng){seed};
}

uint64_t test_rng_next(test_rng *rng) {
    rng->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = rng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint32_t test_rng_below(test_rng *rng, uint32_t bound) {
    assert_true(bound > 0);
    return (uint32_t)(((test_rng_next(rng) >> 32) * bound) >> 32);
}

uint32_t test_rng_between(test_rng *rng, uint32_t first, uint32_t last) {
    assert_true(first <= last && last - first < UINT32_MAX);
    return first + test_rng_below(rng, last - first + 1);
}

bool test_rng_chance(test_rng *rng, uint32_t percent) { return test_rng_below(rng, 100) < percent; }
