/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates against the C library's calendar, UTF-8 against its definition, messages and option tables. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "indexer/base/date.h"
#include "indexer/base/error.h"
#include "indexer/base/options.h"
#include "indexer/base/utf8.h"
#include "tests/support/support.h"

static void days_agree_with_the_c_library(void **state) {
    (void)state;
    for (int32_t day = -40000; day < 40000; day++) {
        time_t seconds = (time_t)day * 86400;
        struct tm tm;
        int y, m, d;
        char text[11], wanted[32];
        gmtime_r(&seconds, &tm);
        ofsi_date_to_civil(day, &y, &m, &d);
        assert_int_equal(ofsi_date_from_civil(y, m, d), day);
        snprintf(wanted, sizeof wanted, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        ofsi_date_format(day, text);
        assert_string_equal(text, wanted);
    }
    static const struct {
        int32_t day;
        int y, m, d;
    } ends[] = {{INT32_MAX, 5881580, 7, 11}, {INT32_MIN, -5877641, 6, 23}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        int y, m, d;
        ofsi_date_to_civil(ends[i].day, &y, &m, &d);
        assert_true(y == ends[i].y && m == ends[i].m && d == ends[i].d);
    }
    assert_int_equal(ofsi_date_from_civil(2011, 2, 29), OFSI_DATE_NONE);
    assert_int_equal(ofsi_date_from_civil(2012, 13, 1), OFSI_DATE_NONE);
    assert_int_equal(ofsi_date_from_civil(0, 1, 1), OFSI_DATE_NONE);
}

static void spans_of_dates(void **state) {
    (void)state;
    int32_t first, last;
    assert_true(ofsi_date_parse_span(ofsi_span_of("2012"), &first, &last));
    assert_int_equal(last - first, 365);
    assert_true(ofsi_date_parse_span(ofsi_span_of("2011-02"), &first, &last));
    assert_int_equal(last - first, 27);
    assert_true(ofsi_date_parse_span(ofsi_span_of("2012-05-29"), &first, &last));
    assert_int_equal(first, last);
    static const char *const wrong[] = {"",           "201",     "20x2",       "2012-5", "2012-13",
                                        "2012-02-30", "2012/05", "2012-05-2x", "0000"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(ofsi_date_parse_span(ofsi_span_of(wrong[i]), &first, &last));
}

static void every_code_point_comes_back(void **state) {
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char bytes[4];
        uint32_t decoded = 0;
        if (code >= 0xD800 && code < 0xE000)
            continue;
        size_t n = ofsi_utf8_encode(code, bytes);
        assert_int_equal(ofsi_utf8_decode(bytes, n, &decoded), n);
        assert_int_equal(decoded, code);
        if (n > 1)
            assert_int_equal(ofsi_utf8_decode(bytes, n - 1, &decoded), 0);
    }
}

static void what_is_not_utf8_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "\x80",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x80\x80",
        "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF",         "\xE2\x80"};
    uint32_t code;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(ofsi_utf8_decode(wrong[i], strlen(wrong[i]), &code), 0);
    assert_int_equal(ofsi_utf8_valid_prefix("caf\xC3\xA9 \xE2\x80", 8), 6);
}

static void messages_are_one_line_and_cut_at_a_character(void **state) {
    (void)state;
    ofs_error err;
    char path[3000];
    for (size_t i = 0; i + 3 < sizeof path; i += 3)
        memcpy(path + i, "€", 4);
    for (int pad = 0; pad < 4; pad++) {
        assert_int_equal(ofsi_fail(&err, OFS_E_INPUT, "%.*s%s", pad, "xyz", path), OFS_E_INPUT);
        assert_int_equal(ofsi_utf8_valid_prefix(err.message, strlen(err.message)), strlen(err.message));
        assert_true(strlen(err.message) > OFS_ERROR_MESSAGE_SIZE - 8);
    }
    ofsi_fail_at(&err, OFS_E_QUERY, 3, 2, "a\nb\x1b[0m");
    assert_string_equal(err.message, "a b [0m");
    assert_int_equal(err.offset, 3);
    assert_string_equal(ofs_status_name((ofs_status)999), "unknown status");
}

static const ofsi_option table[] = {
    {1, 'n', "limit", "N", "how many"},
    {2, 0, "all", NULL, "every one"},
    {3, 'q', NULL, NULL, "quiet"},
};

static ofs_status collect(void *context, int id, const char *argument, ofs_error *err) {
    char *log = context;
    (void)err;
    snprintf(log + strlen(log), 100 - strlen(log), "%d=%s;", id, argument ? argument : "-");
    return OFS_OK;
}

static ofs_status parse(const char *words, char log[100], char *operands, ofs_error *err) {
    char copy[200], program[] = "program", *argv[20] = {program};
    int argc = 1, first = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    log[0] = operands[0] = '\0';
    ofs_status status = ofsi_options_parse(table, 3, argc, argv, collect, log, &first, err);
    for (int i = first; status == OFS_OK && i < argc; i++) {
        strcat(operands, argv[i]);
        strcat(operands, ";");
    }
    return status;
}

static void options_follow_their_table(void **state) {
    (void)state;
    char log[100], operands[200];
    ofs_error err;
    assert_int_equal(parse("-n 5 one --all two -q -- -x", log, operands, &err), OFS_OK);
    assert_string_equal(log, "1=5;2=-;3=-;");
    assert_string_equal(operands, "one;two;-x;");
    assert_int_equal(parse("--limit=7", log, operands, &err), OFS_OK);
    assert_string_equal(log, "1=7;");
    assert_int_equal(parse("--nothing", log, operands, &err), OFS_E_USAGE);
    assert_non_null(strstr(err.message, "--nothing"));
    assert_int_equal(parse("-z", log, operands, &err), OFS_E_USAGE);
    assert_non_null(strstr(err.message, "-z"));
    assert_int_equal(parse("--limit", log, operands, &err), OFS_E_USAGE);
    assert_non_null(strstr(err.message, "needs an argument"));
    assert_int_equal(parse("--all=3", log, operands, &err), OFS_E_USAGE);
}

static void option_values(void **state) {
    (void)state;
    uint64_t count;
    double real;
    assert_true(ofsi_parse_count("18446744073709551615", 0, UINT64_MAX, &count) && count == UINT64_MAX);
    static const char *const wrong[] = {"", "-1", "+1", " 1", "1x", "18446744073709551616", "11"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(ofsi_parse_count(wrong[i], 0, 10, &count));
    assert_true(ofsi_parse_real("0.75", &real) && real == 0.75);
    assert_false(ofsi_parse_real("inf", &real));
    assert_false(ofsi_parse_real("nan", &real));
    assert_false(ofsi_parse_real("1,5", &real));
    assert_false(ofsi_parse_real("", &real));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_agree_with_the_c_library),
        cmocka_unit_test(spans_of_dates),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(what_is_not_utf8_is_refused),
        cmocka_unit_test(messages_are_one_line_and_cut_at_a_character),
        cmocka_unit_test(options_follow_their_table),
        cmocka_unit_test(option_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
