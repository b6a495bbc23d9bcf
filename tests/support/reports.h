/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random reports as .jsonl files, for tests of what becomes of them in an index. Header only: stands on libc and support.h. */
#ifndef OFS_TESTS_REPORTS_H
#define OFS_TESTS_REPORTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

/* A paragraph of words from a small vocabulary, in several cases and with hyphens, so that terms have several forms. */
static inline void test_print_text(FILE *file, test_rng *rng) {
    static const char *const words[] = {"missing", "Missing",  "child",      "children",     "Children",
                                        "care",    "the",      "THE",        "multi-agency", "multiagency",
                                        "return",  "returned", "interviews", "MASH",         "mash",
                                        "2011/12", "Guy's",    "risk",       "risks",        "caf\u00e9"};
    uint32_t count = test_rng_between(rng, 1, test_rng_chance(rng, 3) ? 300 : 40);
    for (uint32_t i = 0; i < count; i++) {
        if (test_rng_chance(rng, 2))
            fprintf(file, "%sLocal Officer %u (LO%u)", i ? " " : "", i % 7, i % 7);
        else if (test_rng_chance(rng, 10))
            fprintf(file, "%srare%u", i ? " " : "", test_rng_below(rng, 400));
        else
            fprintf(file, "%s%s", i ? " " : "", words[test_rng_below(rng, 20)]);
    }
}

/* One report of up to `most` paragraphs. */
static inline void test_write_report(const char *path, const char *id, uint32_t most, test_rng *rng) {
    static const char *const grades[] = {"Outstanding", "Good", "Adequate", "Inadequate"};
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    uint32_t count = test_rng_between(rng, 1, most);
    for (uint32_t p = 0; p < count; p++) {
        fprintf(file,
                "{\"report\":\"%s\",\"provider\":\"Provider "
                "%u\",\"published\":\"20%02u-01-02\",\"section\":[\"Area %u\",\"Part %u\"],",
                id, (unsigned)strlen(id) % 5, (unsigned)(id[0] + id[1]) % 20, p / 20, p / 5);
        if (test_rng_chance(rng, 70))
            fprintf(file, "\"grade\":\"%s\",", grades[p / 5 % 4]);
        if (id[0] % 3)
            fprintf(file, "\"inspection\":\"Visit %d\",\"overall\":\"%s\",", id[0] % 3, grades[id[0] % 4]);
        fprintf(file, "\"paragraph\":\"%u\",\"page\":%u,\"text\":\"", p + 1, p / 4 + 1);
        test_print_text(file, rng);
        fputs("\"}\n", file);
    }
    assert_int_equal(fclose(file), 0);
}

#endif
