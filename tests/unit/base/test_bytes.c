/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffers and cursors: what is written is read back, what is cut or too large is refused and stays refused. */
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"
#include "tests/support/support.h"

static void integers_come_back(void **state) {
    (void)state;
    test_rng rng = test_rng_start(1);
    ofsi_buf buf = {0};
    uint64_t values[2000];
    for (int i = 0; i < 2000; i++) {
        values[i] = test_rng_next(&rng) >> test_rng_below(&rng, 64);
        ofsi_buf_varint(&buf, values[i]);
        ofsi_buf_u16(&buf, (uint16_t)values[i]);
        ofsi_buf_u32(&buf, (uint32_t)values[i]);
        ofsi_buf_u64(&buf, values[i]);
    }
    ofsi_cursor c = ofsi_cursor_of(buf.data, buf.size);
    for (int i = 0; i < 2000; i++) {
        assert_true(ofsi_cursor_varint(&c) == values[i]);
        assert_int_equal(ofsi_cursor_u16(&c), (uint16_t)values[i]);
        assert_int_equal(ofsi_cursor_u32(&c), (uint32_t)values[i]);
        assert_true(ofsi_cursor_u64(&c) == values[i]);
    }
    assert_false(c.bad);
    assert_int_equal(ofsi_cursor_left(&c), 0);
    ofsi_buf_free(&buf);
}

static void every_cut_is_noticed(void **state) {
    (void)state;
    ofsi_buf buf = {0};
    ofsi_buf_varint(&buf, 300);
    ofsi_buf_string(&buf, ofsi_span_of("missing"));
    ofsi_buf_u32(&buf, 7);
    for (size_t size = 0; size <= buf.size; size++) {
        ofsi_cursor c = ofsi_cursor_of(buf.data, size);
        ofsi_cursor_varint(&c);
        ofsi_cursor_string(&c);
        ofsi_cursor_u32(&c);
        assert_int_equal(c.bad, size < buf.size);
        assert_int_equal(ofsi_cursor_u8(&c), 0);
        assert_true(c.bad);
    }
    ofsi_buf_free(&buf);
}

static void varints_beyond_64_bits_are_bad(void **state) {
    (void)state;
    const uint8_t largest[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
    const uint8_t wraps[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
    const uint8_t endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    ofsi_cursor c = ofsi_cursor_of(largest, sizeof largest);
    assert_true(ofsi_cursor_varint(&c) == UINT64_MAX && !c.bad);
    c = ofsi_cursor_of(wraps, sizeof wraps);
    ofsi_cursor_varint(&c);
    assert_true(c.bad);
    c = ofsi_cursor_of(endless, sizeof endless);
    ofsi_cursor_varint(&c);
    assert_true(c.bad);
    c = ofsi_cursor_of(largest, sizeof largest);
    ofsi_cursor_varint_max(&c, UINT64_MAX - 1);
    assert_true(c.bad);
}

static void a_failed_buffer_stays_failed_until_reset(void **state) {
    (void)state;
    ofsi_buf buf = {0};
    ofsi_alloc_fail_after(1);
    ofsi_buf_text(&buf, "lost");
    ofsi_alloc_fail_after(0);
    assert_true(buf.failed);
    ofsi_buf_text(&buf, "also lost");
    assert_int_equal(buf.size, 0);
    ofsi_buf_reset(&buf);
    ofsi_buf_printf(&buf, "%s-%d", "kept", 5);
    ofsi_buf_align(&buf, 8);
    assert_int_equal(buf.size, 8);
    assert_memory_equal(buf.data, "kept-5\0", 8);
    ofsi_buf_free(&buf);
}

static void growth_refuses_products_that_wrap(void **state) {
    (void)state;
    uint64_t *array = NULL;
    size_t capacity = 0;
    assert_false(ofsi_grow(&array, &capacity, SIZE_MAX / 4, sizeof *array));
    assert_null(array);
    assert_true(ofsi_grow(&array, &capacity, 100, sizeof *array));
    assert_true(capacity >= 100);
    array[99] = 1;
    ofsi_free(array);
    assert_null(ofsi_reallocarray(NULL, SIZE_MAX / 2, 3));
    assert_null(ofsi_strndup("x", SIZE_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_come_back),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(varints_beyond_64_bits_are_bad),
        cmocka_unit_test(a_failed_buffer_stays_failed_until_reset),
        cmocka_unit_test(growth_refuses_products_that_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
