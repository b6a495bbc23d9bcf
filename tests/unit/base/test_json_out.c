/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON that is written straight into a buffer means what was put in, says a parser that others wrote. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "indexer/base/json_out.h"
#include "indexer/base/utf8.h"
#include "tests/support/support.h"

static json_t *load(ofsi_buf *out) {
    json_error_t problem;
    assert_false(out->failed);
    json_t *value = json_loadb(out->data, out->size, JSON_ALLOW_NUL | JSON_DECODE_ANY, &problem);
    if (!value)
        test_die("%s: %.*s", problem.text, (int)out->size, out->data);
    return value;
}

static void strings_mean_themselves(void **state) {
    (void)state;
    test_rng rng = test_rng_start(51);
    for (int round = 0; round < 3000; round++) {
        char text[64];
        ofsi_buf out = {0};
        size_t size = test_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] =
                test_rng_chance(&rng, 50) ? (char)test_rng_below(&rng, 128) : (char)test_rng_below(&rng, 256);
        if (test_rng_chance(&rng, 50) && size > 8)
            memcpy(text + 2, "\xE2\x80\x9C\xC3\xA9", 5);
        ofsi_json_string(&out, (ofsi_span){text, size});
        json_t *value = load(&out);
        if (ofsi_utf8_valid_prefix(text, size) == size) {
            assert_int_equal(json_string_length(value), size);
            assert_memory_equal(json_string_value(value), text, size);
        }
        json_decref(value);
        ofsi_buf_free(&out);
    }
}

static void numbers_keep_their_value(void **state) {
    (void)state;
    static const double reals[] = {0, 1, -1, 0.1, 1.25e-9, 123456789012345680.0, DBL_MAX, -2.5};
    static const uint64_t counts[] = {0, 1, 10, 1234567890, INT64_MAX};
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        ofsi_buf out = {0};
        ofsi_json_real(&out, reals[i]);
        json_t *value = load(&out);
        assert_true(json_is_real(value));
        assert_true(fabs(json_real_value(value) - reals[i]) <= fabs(reals[i]) * 1e-11);
        json_decref(value);
        ofsi_buf_free(&out);
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        ofsi_buf out = {0};
        ofsi_buf_count(&out, counts[i]);
        json_t *value = load(&out);
        assert_int_equal(json_integer_value(value), counts[i]);
        json_decref(value);
        ofsi_buf_free(&out);
    }
    ofsi_buf out = {0};
    ofsi_json_real(&out, NAN);
    json_t *value = load(&out);
    assert_true(json_is_null(value));
    json_decref(value);
    ofsi_buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_mean_themselves),
        cmocka_unit_test(numbers_keep_their_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
