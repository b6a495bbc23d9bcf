/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Impact fronts: every posting stays bounded, whatever is merged, joined down and written. */
#include "tests/support/support.h"

#include "indexer/format/impacts.h"

static bool bounds(const ofsi_impact *pairs, uint32_t count, uint32_t tf, uint32_t length) {
    for (uint32_t i = 0; i < count; i++)
        if (tf <= pairs[i].tf && length >= pairs[i].length)
            return true;
    return false;
}

/* Written and read again; at most OFSI_IMPACTS_MAX, ascending in both, none needless. */
static uint32_t write_and_read(const ofsi_front *front, ofsi_impact *pairs) {
    ofsi_buf out = {0};
    ofsi_front_encode(front, &out);
    ofsi_cursor c = ofsi_cursor_of(out.data, out.size);
    uint32_t count = ofsi_front_decode(&c, pairs);
    assert_false(c.bad);
    assert_int_equal(ofsi_cursor_left(&c), 0);
    assert_in_range(count, 1, OFSI_IMPACTS_MAX);
    for (uint32_t i = 1; i < count; i++)
        assert_true(pairs[i].tf > pairs[i - 1].tf && pairs[i].length > pairs[i - 1].length);
    ofsi_buf_free(&out);
    return count;
}

static void every_posting_is_bounded(void **state) {
    (void)state;
    test_rng rng = test_rng_start(5);
    for (unsigned round = 0; round < 400; round++) {
        uint32_t tfs[300], lengths[300], n = test_rng_between(&rng, 1, 300);
        uint32_t most_tf = round % 3 ? 6 : 4000000000U, most_length = round % 5 ? 200 : 4000000000U;
        ofsi_front halves[2] = {{0}, {0}}, all = {0};
        for (uint32_t i = 0; i < n; i++) {
            tfs[i] = test_rng_between(&rng, 1, most_tf);
            /* More of a word in longer paragraphs: the front gets long and has to be joined. */
            lengths[i] = test_rng_below(&rng, most_length) / 2 + (round % 2 ? tfs[i] / 2 : 0);
            ofsi_front_add(&halves[i % 2], tfs[i], lengths[i]);
        }
        for (int h = 0; h < 2; h++)
            if (halves[h].count)
                ofsi_front_merge(&all, &halves[h]);
        ofsi_impact pairs[OFSI_IMPACTS_MAX];
        uint32_t count = write_and_read(&all, pairs);
        for (uint32_t i = 0; i < n; i++) {
            assert_true(bounds(all.pairs, all.count, tfs[i], lengths[i]));
            assert_true(bounds(pairs, count, tfs[i], lengths[i]));
        }
    }
}

static void few_corners_are_kept_as_they_are(void **state) {
    (void)state;
    ofsi_front front = {0};
    ofsi_impact pairs[OFSI_IMPACTS_MAX];
    ofsi_front_add(&front, 3, 90);
    ofsi_front_add(&front, 1, 20);
    ofsi_front_add(&front, 2, 100); /* behind (3, 90) */
    ofsi_front_add(&front, 1, 30);  /* behind (1, 20) */
    assert_int_equal(write_and_read(&front, pairs), 2);
    assert_true(pairs[0].tf == 1 && pairs[0].length == 20 && pairs[1].tf == 3 && pairs[1].length == 90);
    ofsi_front_add(&front, 3, 10); /* before both */
    assert_int_equal(write_and_read(&front, pairs), 1);
    assert_true(pairs[0].tf == 3 && pairs[0].length == 10);
}

static void what_is_no_front_is_refused(void **state) {
    (void)state;
    static const uint8_t bad[][12] = {
        {0},                                        /* none */
        {OFSI_IMPACTS_MAX + 1, 1, 1},               /* too many */
        {1, 0, 7},                                  /* tf 0 */
        {2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 1, 1}, /* tf passes 32 bits */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ofsi_impact pairs[OFSI_IMPACTS_MAX];
        ofsi_cursor c = ofsi_cursor_of(bad[i], sizeof bad[i]);
        assert_int_equal(ofsi_front_decode(&c, pairs), 0);
        assert_true(c.bad);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_posting_is_bounded),
                                       cmocka_unit_test(few_corners_are_kept_as_they_are),
                                       cmocka_unit_test(what_is_no_front_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
