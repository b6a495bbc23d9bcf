/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of ofindex parse, list, stats and check as a script sees it: every key, its type, and that they agree. */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static char *folder;

/* Runs ofindex in the folder; the arguments end with NULL. */
static test_run run_ofindex(const char *const *arguments) {
    const char *argv[16] = {NULL};
    char *program = test_program("ofindex");
    size_t n = 0;
    argv[n++] = program;
    for (size_t i = 0; arguments[i]; i++) {
        assert_true(n < 15);
        argv[n++] = arguments[i];
    }
    const char *environment[] = {"OFSEARCH_INDEX", NULL};
    test_run_options options = {.directory = folder, .environment = environment};
    test_run run = test_run_program(argv, &options);
    free(program);
    return run;
}

static json_t *load_answer(const char *const *arguments, int status) {
    test_run run = run_ofindex(arguments);
    if (run.status != status)
        test_die("ofindex %s exits with %d: %s", arguments[0], run.status, run.err);
    json_error_t where;
    json_t *answer = json_loadb(run.out, run.out_size, 0, &where);
    if (!answer)
        test_die("ofindex %s: %s at byte %d", arguments[0], where.text, where.position);
    test_run_free(&run);
    return answer;
}

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    if (!text)
        test_die("no text at %s", key);
    return text;
}

static json_int_t number_at(const json_t *object, const char *key) {
    const json_t *number = json_object_get(object, key);
    if (!json_is_integer(number))
        test_die("no number at %s", key);
    return json_integer_value(number);
}

static int set_up(void **state) {
    (void)state;
    folder = test_temp_dir();
    char *from = test_format("%s/corpus/ashcombe-safeguarding-2012.txt", test_source());
    char *to = test_format("%s/ashcombe.txt", folder);
    char *bare = test_format("%s/bare.jsonl", folder);
    test_copy_file(from, to);
    test_write_text(bare, "{\"report\":\"bare\",\"text\":\"Nothing but words.\"}\n");
    free(from);
    free(to);
    free(bare);
    test_run run = run_ofindex((const char *const[]){"ashcombe.txt", "bare.jsonl", NULL});
    assert_int_equal(run.status, 0);
    test_run_free(&run);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    test_temp_remove(folder);
    return 0;
}

static void test_list_has_every_field_and_null_for_the_unknown(void **state) {
    (void)state;
    json_t *list = load_answer((const char *const[]){"list", "--format", "json", NULL}, 0);
    assert_int_equal(json_array_size(list), 2);
    const json_t *known = json_array_get(list, 0), *bare = json_array_get(list, 1);
    assert_string_equal(text_at(known, "id"), "ashcombe");
    assert_string_equal(text_at(known, "path"), "ashcombe.txt");
    assert_string_equal(text_at(known, "provider"), "Ashcombe Borough Council");
    assert_string_equal(text_at(known, "published"), "2012-05-30");
    static const char *const texts[] = {"profile",        "title",        "inspectorate",
                                        "inspected_from", "inspected_to", NULL};
    for (size_t i = 0; texts[i]; i++)
        text_at(known, texts[i]);
    assert_true(number_at(known, "paragraphs") >= 40);
    number_at(known, "pages");
    number_at(known, "warnings");
    assert_string_equal(text_at(bare, "id"), "bare");
    assert_int_equal(number_at(bare, "paragraphs"), 1);
    static const char *const unknown[] = {"provider", "published", "inspected_from", "inspected_to", NULL};
    for (size_t i = 0; unknown[i]; i++)
        assert_true(json_is_null(json_object_get(bare, unknown[i])));
    json_decref(list);
}

static void test_stats_agree_with_the_list(void **state) {
    (void)state;
    json_t *list = load_answer((const char *const[]){"list", "--format", "json", NULL}, 0);
    json_t *stats = load_answer((const char *const[]){"stats", "--format", "json", NULL}, 0);
    json_int_t paragraphs = 0, parts = 0;
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) paragraphs += number_at(item, "paragraphs");
    assert_int_equal(number_at(stats, "reports"), json_array_size(list));
    assert_int_equal(number_at(stats, "paragraphs"), paragraphs);
    assert_string_equal(text_at(stats, "engine"), "native");
    assert_string_equal(text_at(stats, "stemmer"), "english");
    const char *name;
    json_object_foreach(json_object_get(stats, "components"), name, item) parts += json_integer_value(item);
    assert_true(parts > 0 && parts <= number_at(stats, "bytes"));
    json_decref(stats);
    json_decref(list);
}

static void test_check_says_sound(void **state) {
    (void)state;
    json_t *check = load_answer((const char *const[]){"check", "--format", "json", NULL}, 0);
    assert_true(json_is_true(json_object_get(check, "sound")));
    assert_int_equal(json_array_size(json_object_get(check, "damage")), 0);
    json_decref(check);
}

static void test_parse_has_the_keys_of_the_interface(void **state) {
    (void)state;
    json_t *report = load_answer((const char *const[]){"parse", "--format", "json", "ashcombe.txt", NULL}, 0);
    static const char *const keys[] = {"path",        "profile",        "title",          "provider",
                                       "provider_id", "inspectorate",   "inspected_from", "inspected_to",
                                       "published",   "lead_inspector", "pages",          "sections",
                                       "paragraphs",  "judgements",     "warnings",       NULL};
    for (size_t i = 0; keys[i]; i++)
        assert_non_null(json_object_get(report, keys[i]));
    const json_t *paragraph = json_array_get(json_object_get(report, "paragraphs"), 0);
    static const char *const parts[] = {"number", "item", "page", "section", "kind", "text", NULL};
    for (size_t i = 0; parts[i]; i++)
        assert_non_null(json_object_get(paragraph, parts[i]));
    const json_t *section = json_array_get(json_object_get(report, "sections"), 0);
    assert_true(json_is_array(json_object_get(section, "path")));
    assert_non_null(json_object_get(section, "grade"));
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list_has_every_field_and_null_for_the_unknown),
        cmocka_unit_test(test_stats_agree_with_the_list),
        cmocka_unit_test(test_check_says_sound),
        cmocka_unit_test(test_parse_has_the_keys_of_the_interface),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
