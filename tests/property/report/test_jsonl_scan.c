/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scanner of plain lines against jansson: what it takes, jansson takes too and with the same values; and it takes what
 * programs write. Lines are made of whole members, of morsels, of one with a byte changed, and of any bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "indexer/base/utf8.h"
#include "indexer/report/jsonl_line.h"
#include "tests/support/support.h"

enum { ROUNDS = 60000, MOST_BYTES = 1200 };

static const char *const names[] = {
#define X(constant, name) name,
    OFSI_JSON_KEY_TABLE(X)
#undef X
        "unknown",
    "",
    "te\\u0078t",
    "text\\n",
};
static const char *const values[] = {
    "\"\"",
    "\"plain words\"",
    "\" blanks  \"",
    "\"caf\u00E9 \u2019 \U0001F600\"",
    "\"a\\nb\\t\\\"c\\\" \\\\ \\/ \\b\\f\\r\"",
    "\"\\u2019\\u00e9\\u0041\\u0000\\uFFFF\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\x\"",
    "\"\\u12G4\"",
    "\"tab\there\"",
    "0",
    "-0",
    "12",
    "-7",
    "01",
    "1.5",
    "1e3",
    "123456789012345678",
    "1234567890123456789",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
    "null",
    "nul",
    "true",
    "false",
    "[]",
    "[\"A\",\"B\"]",
    "[ \"A\" , null ]",
    "[\"A\",]",
    "[1]",
    "[[]]",
    "{}",
    "{\"label\":\"Good\",\"level\":2,\"levels\":4}",
    "{ \"levels\" : 0,\"label\":\"Good\\n\" ,\"level\":0 }",
    "{\"label\":\"Good\",\"level\":0}",
    "{\"label\":\"Good\",\"label\":\"B\",\"level\":1}",
    "{\"label\":7,\"level\":null,\"levels\":1.5}",
    "",
    "\"unclosed",
    "\"a longer text: blocks of sixteen bytes are passed over before \\\"anything\\\" is met\"",
};
static const char *const morsels[] = {"{", "}",  "[", "]", ":",    ",",        "\"", "\\",
                                      " ", "\t", "1", "-", "null", "\"text\"", "a"};

#define PICK(rng, list) (list)[test_rng_below(rng, sizeof(list) / sizeof *(list))]

static void put(char *line, size_t *size, const char *text) {
    size_t n = strlen(text);
    if (*size + n < MOST_BYTES) {
        memcpy(line + *size, text, n);
        *size += n;
    }
}

static size_t make_line(test_rng *rng, char *line) {
    size_t size = 0;
    uint32_t kind = test_rng_below(rng, 8), members = test_rng_below(rng, 7);
    if (kind == 0) {
        for (uint32_t i = 0; i < members * 4; i++)
            put(line, &size, PICK(rng, morsels));
        return size;
    }
    if (kind == 1) {
        for (; size < members * 8; size++)
            line[size] = (char)test_rng_below(rng, 256);
        return size;
    }
    put(line, &size, test_rng_below(rng, 10) ? "{" : " \t{ ");
    for (uint32_t i = 0; i < members; i++) {
        put(line, &size, i ? (test_rng_below(rng, 5) ? "," : " ,\r\n") : "");
        put(line, &size, "\"");
        put(line, &size, PICK(rng, names));
        put(line, &size, test_rng_below(rng, 5) ? "\":" : "\" : ");
        /* Mostly values without mistakes, else no line of some length would have none. */
        put(line, &size, test_rng_below(rng, 4) ? values[test_rng_below(rng, 6)] : PICK(rng, values));
    }
    put(line, &size, test_rng_below(rng, 20) ? "}" : "} x");
    if (kind == 2 && size)
        line[test_rng_below(rng, (uint32_t)size)] = (char)test_rng_below(rng, 256);
    if (kind == 3)
        size = test_rng_below(rng, (uint32_t)size + 1);
    return size;
}

static void assert_same_value(const ofsi_json_value *a, const ofsi_json_value *b) {
    assert_int_equal(a->type, b->type);
    if (a->type == OFSI_JSON_STRING)
        assert_true(ofsi_span_equal(a->text, b->text));
    if (a->type == OFSI_JSON_INTEGER)
        assert_true(a->integer == b->integer);
}

static void assert_same_list(const ofsi_json_list *a, const ofsi_json_list *b) {
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_same_value(&a->items[i], &b->items[i]);
}

static void assert_same_line(const ofsi_json_line *a, const ofsi_json_line *b) {
    assert_true(a->is_object && b->is_object);
    for (int key = 0; key < OFSI_JSON_KEY_COUNT; key++)
        assert_same_value(&a->values[key], &b->values[key]);
    assert_same_list(&a->headings, &b->headings);
    assert_same_list(&a->also, &b->also);
    assert_memory_equal(&a->grade, &b->grade, sizeof a->grade);
    assert_memory_equal(&a->overall, &b->overall, sizeof a->overall);
}

static void what_the_scanner_takes_is_what_jansson_reads(void **state) {
    (void)state;
    test_rng rng = test_rng_start(411);
    ofsi_json_line scanned = {0}, read = {0};
    uint32_t taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char line[MOST_BYTES];
        ofs_error err;
        size_t size = make_line(&rng, line);
        if (ofsi_utf8_valid_prefix(line, size) != size)
            continue;
        /* Exactly as much memory as there is text, so that a sanitizer sees a read beyond it. */
        char *copy = malloc(size ? size : 1);
        assert_non_null(copy);
        memcpy(copy, line, size);
        if (ofsi_json_scan(&scanned, (ofsi_span){copy, size})) {
            if (ofsi_json_tree(&read, (ofsi_span){line, size}, &err) != OFS_OK)
                fail_msg("jansson does not take %.*s: %s", (int)size, line, read.reason);
            assert_same_line(&scanned, &read);
            taken++;
        }
        free(copy);
    }
    assert_true(taken > ROUNDS / 20);
    ofsi_json_line_free(&scanned);
    ofsi_json_line_free(&read);
}

static void the_scanner_takes_what_programs_write(void **state) {
    (void)state;
    static const char *const lines[] = {
        "{}",
        "{\"text\":\"a\"}",
        "{\"report\": \"r1\", \"title\": \"T\", \"published\": \"2014-02-16\", \"section\": [\"A\", \"B\"], "
        "\"grade\": null, "
        "\"paragraph\": \"1\", \"page\": 1, \"text\": \"It\\u2019s \\\"so\\\"\\nand so.\"}",
        "{\"overall\":{\"label\":\"Good\",\"level\":2,\"levels\":4},\"grade\":{\"label\":\"Fair\",\"level\":"
        "0,"
        "\"levels\":0},\"provider_also\":[\"a\"],\"has_scale\":true,\"text\":\"a\"}",
        "{\"provider_also\":[],\"has_scale\":false,\"text\":\"a\"}",
        "{\"report\":7,\"section\":\"A\",\"more\":\"x\",\"text\":\"caf\u00E9\"}\r",
    };
    ofsi_json_line line = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_true(ofsi_json_scan(&line, ofsi_span_of(lines[i])));
    ofsi_json_line_free(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_scanner_takes_is_what_jansson_reads),
        cmocka_unit_test(the_scanner_takes_what_programs_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
