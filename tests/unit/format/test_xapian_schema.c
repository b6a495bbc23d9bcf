/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms, values and sort keys of a Xapian database: they fit, they tell values apart, and they sort as what they stand for. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/date.h"
#include "indexer/format/xapian_schema.h"

static size_t cost(ofsi_span term) {
    size_t n = term.size;
    for (size_t i = 0; i < term.size; i++)
        n += term.data[i] == '\0';
    return n;
}

static ofsi_span fill(char *room, char byte, size_t size) {
    memset(room, byte, size);
    return (ofsi_span){room, size};
}

static void a_term_is_prefix_and_value(void **state) {
    (void)state;
    ofsi_buf term = {0};
    char room[300];
    ofsi_xapian_term(OFSI_XAPIAN_STEM, ofsi_span_of("child"), &term);
    assert_true(ofsi_span_equal(ofsi_buf_span(&term), ofsi_span_of("Schild")));
    assert_false(ofsi_xapian_term_is_cut(OFSI_XAPIAN_STEM, ofsi_buf_span(&term)));
    ofsi_xapian_term(OFSI_XAPIAN_HEADING, fill(room, 'x', 238), &term);
    assert_int_equal(term.size, 240);
    assert_false(ofsi_xapian_term_is_cut(OFSI_XAPIAN_HEADING, ofsi_buf_span(&term)));
    ofsi_buf_free(&term);
}

static void a_long_value_is_cut_and_still_told_apart(void **state) {
    (void)state;
    ofsi_buf one = {0}, two = {0}, key = {0};
    char room[1000];
    for (size_t size = 239; size <= sizeof room; size += 47) {
        ofsi_xapian_term(OFSI_XAPIAN_HEADING, fill(room, 'x', size), &one);
        room[size - 1] = 'y';
        ofsi_xapian_term(OFSI_XAPIAN_HEADING, (ofsi_span){room, size}, &two);
        assert_int_equal(one.size, 2 + 180 + 1 + 32);
        assert_false(ofsi_span_equal(ofsi_buf_span(&one), ofsi_buf_span(&two)));
        assert_true(ofsi_xapian_term_is_cut(OFSI_XAPIAN_HEADING, ofsi_buf_span(&one)));
        ofsi_xapian_value_key(ofsi_buf_span(&one), &key);
        assert_true(key.size == one.size + 5 && memcmp(key.data, "valueXHxxx", 10) == 0);
    }
    ofsi_buf_free(&one);
    ofsi_buf_free(&two);
    ofsi_buf_free(&key);
}

/* A value that is spelt as a cut one would else stand for another. */
static void a_value_that_looks_cut_is_cut_too(void **state) {
    (void)state;
    ofsi_buf first = {0}, again = {0};
    char room[300];
    ofsi_xapian_term(OFSI_XAPIAN_TITLE, fill(room, 'x', 300), &first);
    ofsi_span lookalike = {first.data + 2, first.size - 2};
    ofsi_xapian_term(OFSI_XAPIAN_TITLE, lookalike, &again);
    assert_false(ofsi_span_equal(ofsi_buf_span(&first), ofsi_buf_span(&again)));
    assert_true(ofsi_xapian_term_is_cut(OFSI_XAPIAN_TITLE, ofsi_buf_span(&again)));
    ofsi_buf_free(&first);
    ofsi_buf_free(&again);
}

static void every_term_fits_whatever_its_bytes(void **state) {
    (void)state;
    test_rng rng = test_rng_start(11);
    ofsi_buf term = {0};
    char room[600];
    for (int i = 0; i < 20000; i++) {
        size_t size = test_rng_below(&rng, sizeof room);
        for (size_t k = 0; k < size; k++)
            room[k] = test_rng_chance(&rng, 30) ? '\0' : (char)test_rng_below(&rng, 256);
        ofsi_span value = {room, size};
        ofsi_xapian_term(OFSI_XAPIAN_PROVIDER, value, &term);
        bool cut = ofsi_xapian_term_is_cut(OFSI_XAPIAN_PROVIDER, ofsi_buf_span(&term));
        assert_true(cost(ofsi_buf_span(&term)) <= 240);
        if (cost(value) + 2 <= 240)
            assert_true(!cut && term.size == size + 2 && memcmp(term.data + 2, room, size) == 0);
        else
            assert_true(cut);
    }
    ofsi_buf_free(&term);
}

static void a_grade_comes_apart_again(void **state) {
    (void)state;
    ofsi_buf value = {0};
    ofsi_span label;
    uint8_t level = 0, levels = 0;
    ofsi_xapian_grade(ofsi_span_of("requires\timprovement"), 3, 4, &value);
    assert_true(ofsi_xapian_grade_read(ofsi_buf_span(&value), &label, &level, &levels));
    assert_true(ofsi_span_equal(label, ofsi_span_of("requires\timprovement")));
    assert_true(level == 3 && levels == 4);
    ofsi_xapian_grade((ofsi_span){NULL, 0}, 0, 0, &value);
    assert_int_equal(value.size, 0);
    static const char *const bad[] = {"",           "good",  "good\t2", "good\t2\t", "good\t2\t256",
                                      "good\tx\t4", "\t1\t4"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(ofsi_xapian_grade_read(ofsi_span_of(bad[i]), &label, &level, &levels));
    ofsi_buf_free(&value);
}

static void a_provider_comes_apart_again(void **state) {
    (void)state;
    ofsi_buf value = {0};
    ofsi_span provider, name, keys;
    ofsi_xapian_provider(ofsi_span_of("LB of Lambeth"), ofsi_span_of("Lambeth"), ofsi_span_of("\nlambeth\n"),
                         &value);
    assert_true(ofsi_xapian_provider_read(ofsi_buf_span(&value), &provider, &name, &keys));
    assert_true(ofsi_span_equal(provider, ofsi_span_of("LB of Lambeth")));
    assert_true(ofsi_span_equal(name, ofsi_span_of("Lambeth")));
    assert_true(ofsi_span_equal(keys, ofsi_span_of("\nlambeth\n")));
    ofsi_xapian_provider((ofsi_span){NULL, 0}, (ofsi_span){NULL, 0}, (ofsi_span){NULL, 0}, &value);
    assert_int_equal(value.size, 0);
    assert_false(ofsi_xapian_provider_read(ofsi_span_of("a\1b"), &provider, &name, &keys));
    ofsi_buf_free(&value);
}

static int sign(int value) { return (value > 0) - (value < 0); }

static void numbers_and_days_sort_as_bytes(void **state) {
    (void)state;
    test_rng rng = test_rng_start(12);
    ofsi_buf a = {0}, b = {0};
    for (int i = 0; i < 20000; i++) {
        uint64_t x = test_rng_next(&rng) >> test_rng_below(&rng, 64),
                 y = test_rng_next(&rng) >> test_rng_below(&rng, 64), back;
        int32_t day = (int32_t)test_rng_next(&rng), other = (int32_t)test_rng_next(&rng), day_back;
        ofsi_buf_reset(&a);
        ofsi_buf_reset(&b);
        ofsi_xapian_put_u64(&a, x);
        ofsi_xapian_put_u64(&b, y);
        assert_int_equal(sign(ofsi_span_compare(ofsi_buf_span(&a), ofsi_buf_span(&b))), (x > y) - (x < y));
        assert_true(ofsi_xapian_read_u64(ofsi_buf_span(&a), &back) && back == x);
        ofsi_buf_reset(&a);
        ofsi_buf_reset(&b);
        ofsi_xapian_put_day(&a, day);
        ofsi_xapian_put_day(&b, other);
        assert_int_equal(sign(ofsi_span_compare(ofsi_buf_span(&a), ofsi_buf_span(&b))),
                         (day > other) - (day < other));
        assert_true(ofsi_xapian_read_day(ofsi_buf_span(&a), &day_back) && day_back == day);
    }
    uint32_t small;
    assert_false(ofsi_xapian_read_u32(ofsi_span_of("abc"), &small));
    ofsi_buf_free(&a);
    ofsi_buf_free(&b);
}

static void order_keys_sort_by_id_then_place(void **state) {
    (void)state;
    static const struct {
        const char *id;
        uint32_t place;
    } ascending[] = {{"a", 0}, {"a", 1}, {"a", 256}, {"a", 70000}, {"ab", 0}, {"a~2", 0}, {"b", 3}};
    ofsi_buf before = {0}, key = {0};
    for (size_t i = 0; i < sizeof ascending / sizeof ascending[0]; i++) {
        ofsi_span id;
        uint32_t place;
        ofsi_buf_reset(&key);
        ofsi_xapian_order_key(&key, ofsi_span_of(ascending[i].id), ascending[i].place);
        assert_true(ofsi_span_compare(ofsi_buf_span(&before), ofsi_buf_span(&key)) < 0);
        assert_true(ofsi_xapian_order_key_read(ofsi_buf_span(&key), &id, &place));
        assert_true(ofsi_span_equal(id, ofsi_span_of(ascending[i].id)) && place == ascending[i].place);
        ofsi_buf_reset(&before);
        ofsi_buf_append(&before, key.data, key.size);
    }
    ofsi_span id;
    uint32_t place;
    assert_false(ofsi_xapian_order_key_read((ofsi_span){"\0\0\0", 3}, &id, &place));
    assert_false(ofsi_xapian_order_key_read((ofsi_span){"a\0b\0\0\0\0\1", 8}, &id, &place));
    ofsi_buf_free(&before);
    ofsi_buf_free(&key);
}

static void date_keys_have_the_newest_first_and_the_undated_last(void **state) {
    (void)state;
    static const int32_t newest_first[] = {20000, 15000, 0, -1, -40000, OFSI_DATE_NONE};
    ofsi_buf before = {0}, key = {0};
    for (size_t i = 0; i < sizeof newest_first / sizeof newest_first[0]; i++)
        for (uint32_t place = 0; place < 2; place++) {
            ofsi_buf_reset(&key);
            ofsi_xapian_date_key(&key, newest_first[i], ofsi_span_of("a"), place);
            assert_true(ofsi_span_compare(ofsi_buf_span(&before), ofsi_buf_span(&key)) < 0);
            ofsi_buf_reset(&before);
            ofsi_buf_append(&before, key.data, key.size);
        }
    ofsi_buf_free(&before);
    ofsi_buf_free(&key);
}

static void a_printed_number_has_a_first_part(void **state) {
    (void)state;
    uint64_t value;
    bool whole;
    assert_true(ofsi_xapian_number_part(ofsi_span_of("12"), &value, &whole) && value == 12 && whole);
    assert_true(ofsi_xapian_number_part(ofsi_span_of("2.1"), &value, &whole) && value == 2 && !whole);
    assert_false(ofsi_xapian_number_part(ofsi_span_of("iv"), &value, &whole));
    assert_false(ofsi_xapian_number_part(ofsi_span_of("99999999999999"), &value, &whole));
    assert_false(ofsi_xapian_number_part((ofsi_span){NULL, 0}, &value, &whole));
}

static void facets_count_by_these_values(void **state) {
    (void)state;
    const ofsi_span path[] = {{"Inspection findings", 19}, {"Leadership", 10}};
    ofsi_report_row report = {.id = ofsi_span_of("lambeth-2012"),
                              .provider = ofsi_span_of("LB of Lambeth"),
                              .provider_name = ofsi_span_of("Lambeth"),
                              .overall = ofsi_span_of("Good"),
                              .published = OFSI_DATE_NONE,
                              .inspected_from = OFSI_DATE_NONE,
                              .inspected_to = ofsi_date_from_civil(2012, 5, 3)};
    const ofsi_doc_row row = {.path = path, .depth = 2, .grade = ofsi_span_of("Outstanding"), .kind = 1};
    static const struct {
        ofs_facet_field field;
        const char *value;
        size_t size;
    } expected[] = {{OFS_FACET_GRADE, "Outstanding", 11},
                    {OFS_FACET_SECTION, "Inspection findings\0Leadership", 31},
                    {OFS_FACET_PROVIDER, "Lambeth", 7},
                    {OFS_FACET_INSPECTORATE, "", 0},
                    {OFS_FACET_YEAR, "2012", 4},
                    {OFS_FACET_KIND, "recommendation", 14},
                    {OFS_FACET_REPORT, "lambeth-2012", 12},
                    {OFS_FACET_OVERALL, "Good", 4},
                    {OFS_FACET_INSPECTION, "", 0},
                    {OFS_FACET_ROLE, "", 0}};
    ofsi_buf value = {0};
    assert_int_equal(sizeof expected / sizeof expected[0], OFS_FACET_FIELD_COUNT);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ofsi_buf_reset(&value);
        ofsi_xapian_facet(expected[i].field, &report, &row, &value);
        assert_true(ofsi_span_equal(ofsi_buf_span(&value), (ofsi_span){expected[i].value, expected[i].size}));
    }
    report.inspected_to = OFSI_DATE_NONE;
    ofsi_buf_reset(&value);
    ofsi_xapian_facet(OFS_FACET_YEAR, &report, &row, &value);
    assert_int_equal(value.size, 0);
    ofsi_buf_free(&value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_term_is_prefix_and_value),
        cmocka_unit_test(a_long_value_is_cut_and_still_told_apart),
        cmocka_unit_test(a_value_that_looks_cut_is_cut_too),
        cmocka_unit_test(every_term_fits_whatever_its_bytes),
        cmocka_unit_test(a_grade_comes_apart_again),
        cmocka_unit_test(a_provider_comes_apart_again),
        cmocka_unit_test(numbers_and_days_sort_as_bytes),
        cmocka_unit_test(order_keys_sort_by_id_then_place),
        cmocka_unit_test(date_keys_have_the_newest_first_and_the_undated_last),
        cmocka_unit_test(a_printed_number_has_a_first_part),
        cmocka_unit_test(facets_count_by_these_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
