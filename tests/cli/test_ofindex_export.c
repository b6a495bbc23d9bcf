/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ofindex export: what it writes, ofindex reads back to the same index, over random reports, over files with odd names and over
 * the real ones; and what it writes for OpenSearch is JSON whose every field the mapping has.
 */
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "tests/support/reports.h"

/* Runs a program of ours in a folder; the arguments end with NULL. */
static test_run run_in(const char *folder, const char *name, const char *const *arguments) {
    const char *argv[24] = {NULL};
    char *program = test_program(name);
    size_t n = 0;
    argv[n++] = program;
    for (size_t i = 0; arguments[i]; i++) {
        assert_true(n < 23);
        argv[n++] = arguments[i];
    }
    const char *environment[] = {"OFSEARCH_INDEX", "TZ=UTC", NULL};
    test_run_options options = {.directory = folder, .environment = environment, .seconds = 280};
    test_run run = test_run_program(argv, &options);
    free(program);
    return run;
}

static void expect_in(const char *folder, int status, const char *const *arguments) {
    test_run run = run_in(folder, "ofindex", arguments);
    if (run.status != status)
        test_die("ofindex %s exits with %d: %s", arguments[0], run.status, run.err);
    test_run_free(&run);
}
#define OFINDEX(folder, status, ...) expect_in(folder, status, (const char *const[]){__VA_ARGS__, NULL})

/* ---- two indexes compared ---- */

/* What is not of the reports but of where and when they were indexed. */
static void drop_places(json_t *value) {
    static const char *const keys[] = {"took_us", "generation", "failed_files"};
    size_t i;
    json_t *item;
    const char *key;
    json_array_foreach(value, i, item) drop_places(item);
    if (!json_is_object(value))
        return;
    for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
        json_object_del(value, keys[i]);
    if (json_is_string(json_object_get(value, "path")))
        json_object_del(value, "path");
    json_object_foreach(value, key, item) drop_places(item);
}

/* As text, with its keys in order. */
static char *answer_of(const char *folder, const char *program, const char *const *arguments) {
    test_run run = run_in(folder, program, arguments);
    json_error_t where;
    if (run.status > 1)
        test_die("%s exits with %d: %s", program, run.status, run.err);
    json_t *answer = json_loadb(run.out, run.out_size, 0, &where);
    if (!answer)
        test_die("%s: %s", where.text, run.out);
    drop_places(answer);
    char *text = json_dumps(answer, JSON_SORT_KEYS | JSON_INDENT(1));
    assert_non_null(text);
    json_decref(answer);
    test_run_free(&run);
    return text;
}

static void assert_same_answer(const char *a, const char *b, const char *program,
                               const char *const *arguments) {
    char *first = answer_of(a, program, arguments), *second = answer_of(b, program, arguments);
    size_t i = 0;
    while (first[i] && first[i] == second[i])
        i++;
    if (first[i] || second[i])
        test_die("the answers part at: %.400s\nand: %.400s", first + (i < 200 ? 0 : i - 200),
                 second + (i < 200 ? 0 : i - 200));
    free(first);
    free(second);
}

static const char *const queries[] = {
    "missing children",
    "\"the care\"",
    "=MASH",
    "risk OR return",
    "rare1 OR rare2 OR rare3",
    "care NEAR/5 risk",
    "safeg* OR child*",
    "grade:good",
    "provider:lambeth",
    "kind:recommendation",
    "role:summary",
    "overall:inadequate",
    "published:2012..",
    "kind:note the",
    "@LO1 OR @LADO",
    "inspection:visit care",
    "inspectorate:ofsted",
    "provider:\"old eastwick\"",
    "section:\"area 1\"",
    "para:3",
};
enum { QUERIES = sizeof queries / sizeof queries[0] };

static void assert_same_index(const char *a, const char *b) {
    assert_same_answer(a, b, "ofindex", (const char *const[]){"list", "--format", "json", NULL});
    for (size_t i = 0; i < QUERIES; i++)
        assert_same_answer(a, b, "ofsearch",
                           (const char *const[]){"--format", "json", "--explain", "-n", "30", "--facet",
                                                 "grade,section,provider,inspectorate,year,kind,report", "-C",
                                                 "1", queries[i], NULL});
}

/* Folder `a` has an index: exports it, indexes that in folder `b`, and exports again. */
static void assert_inverse(const char *a, const char *b) {
    char *here = test_format("%s/export.jsonl", b), *again = test_format("%s/again", b);
    size_t size, size_again;
    OFINDEX(a, 0, "export", "--format", "jsonl", "--output", here);
    test_run run = run_in(b, "ofindex", (const char *const[]){"-v", "export.jsonl", NULL});
    assert_int_equal(run.status, 0);
    if (strstr(run.err, "line "))
        test_die("an exported line is not read without a word: %s", run.err);
    test_run_free(&run);
    OFINDEX(b, 0, "export", "-o", "again");
    char *first = test_read_file(here, &size), *second = test_read_file(again, &size_again);
    assert_true(size > 0);
    assert_int_equal(size, size_again);
    assert_memory_equal(first, second, size);
    assert_same_index(a, b);
    OFINDEX(b, 0, "check");
    free(first);
    free(second);
    free(here);
    free(again);
}

/* ---- random reports with every key ---- */

static bool chance(test_rng *rng) { return test_rng_chance(rng, 50); }

/* Words with what JSON escapes, what cleaning would change, and characters of two to four bytes. */
static void print_words(FILE *file, test_rng *rng, uint32_t most) {
    static const char *const words[] = {"care",    "Eastwick", "a\\\"b",     "\\\\",       "\u00e9t\u00e9",
                                        "  two",   "\u2019s",  "\U0001F600", "of\uFB01ce", "so\u00ADft",
                                        "\\u2028", "x\u200By", "LO1",        "tab\\tbed"};
    uint32_t count = test_rng_between(rng, 1, most);
    for (uint32_t i = 0; i < count; i++)
        fprintf(file, "%s%s", i ? " " : "", words[test_rng_below(rng, sizeof words / sizeof words[0])]);
}

static void print_text(FILE *file, test_rng *rng, const char *key, uint32_t most) {
    if (!chance(rng))
        return;
    fprintf(file, "\"%s\":\"", key);
    print_words(file, rng, most);
    fputs("\",", file);
}

static void print_grade(FILE *file, test_rng *rng, const char *key) {
    static const char *const labels[] = {"Good", "Outstanding", "Requires improvement", "Met", "outstanding"};
    const char *label = labels[test_rng_below(rng, 5)];
    uint32_t levels = test_rng_between(rng, 0, 5), level = levels ? test_rng_between(rng, 1, levels) : 0;
    switch (test_rng_below(rng, 3)) {
    case 0:
        fprintf(file, "\"%s\":\"%s\",", key, label);
        break;
    case 1:
        fprintf(file, "\"%s\":{\"label\":\"%s\",\"level\":%u,\"levels\":%u},", key, label, level, levels);
        break;
    default:
        break;
    }
}

static void print_report_keys(FILE *file, test_rng *rng) {
    static const char *const texts[] = {"title",        "provider",   "provider_id",    "provider_name",
                                        "inspectorate", "inspection", "lead_inspector", "profile"};
    static const char *const dates[] = {"published", "inspected_from", "inspected_to"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        print_text(file, rng, texts[i], 4);
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
        if (chance(rng))
            fprintf(file, "\"%s\":\"20%02u-%02u-28\",", dates[i], test_rng_below(rng, 30),
                    test_rng_between(rng, 1, 12));
    if (chance(rng))
        fprintf(file, "\"provider_also\":[%s],",
                chance(rng) ? "\"Old Eastwick City Council\",\"B & C\"" : "");
    if (chance(rng))
        fprintf(file, "\"has_scale\":%s,\"graded_sections\":%u,", chance(rng) ? "true" : "false",
                test_rng_below(rng, 4));
    if (chance(rng))
        fprintf(file, "\"confidence\":\"%s\",\"warning_count\":%u,\"pages\":%u,",
                chance(rng) ? "low" : "high", test_rng_below(rng, 3), test_rng_below(rng, 90));
    print_grade(file, rng, "overall");
}

static void print_paragraph(FILE *file, test_rng *rng) {
    static const char *const kinds[] = {"paragraph", "recommendation", "statement", "note"};
    if (chance(rng)) {
        fprintf(file, "\"section\":[\"Area %u\",\"", test_rng_below(rng, 3));
        print_words(file, rng, 3);
        fputs("\"],", file);
    }
    print_text(file, rng, "role", 1);
    print_grade(file, rng, "grade");
    print_text(file, rng, "paragraph", 1);
    print_text(file, rng, "timescale", 3);
    if (chance(rng))
        fprintf(file, "\"kind\":\"%s\",\"item\":%u,\"page\":%u,", kinds[test_rng_below(rng, 4)],
                test_rng_below(rng, 9), test_rng_below(rng, 90));
    fprintf(file, "\"verbatim\":%s,\"text\":\"", chance(rng) ? "true" : "false");
    if (chance(rng)) {
        print_words(file, rng, 30);
        fputs("\\n\\n", file);
    }
    test_print_text(file, rng);
    fputs("\"}\n", file);
}

static void write_random(const char *path, test_rng *rng, uint32_t first) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    uint32_t reports = test_rng_between(rng, 1, 8);
    for (uint32_t r = 0; r < reports; r++) {
        uint32_t count = test_rng_below(rng, 12);
        for (uint32_t p = 0; p < count || p == 0; p++) {
            fprintf(file, "{\"report\":\"%s %u\",", "  of\uFB01ce", first + r);
            if (p == 0)
                print_report_keys(file, rng);
            if (count == 0)
                fputs("\"paragraph_count\":0}\n", file);
            else
                print_paragraph(file, rng);
        }
    }
    assert_int_equal(fclose(file), 0);
}

typedef struct folders {
    char *root, *a, *b;
} folders;

static folders make_folders(void) {
    folders f = {.root = test_temp_dir()};
    f.a = test_format("%s/a", f.root);
    f.b = test_format("%s/b", f.root);
    assert_int_equal(mkdir(f.a, 0777), 0);
    assert_int_equal(mkdir(f.b, 0777), 0);
    return f;
}

static void remove_folders(folders *f) {
    free(f->a);
    free(f->b);
    test_temp_remove(f->root);
}

static void random_reports_come_back_as_they_were(void **state) {
    (void)state;
    test_rng rng = test_rng_start(2012);
    for (int round = 0; round < 4; round++) {
        folders f = make_folders();
        /* Several commits, so that reports of several segments alternate; one file's reports are dead. */
        for (uint32_t i = 0; i < 4; i++) {
            char *path = test_format("%s/%u.jsonl", f.a, i);
            write_random(path, &rng, test_rng_below(&rng, 1000) * 10 + i);
            OFINDEX(f.a, 0, path);
            if (i == 1)
                OFINDEX(f.a, 0, "remove", path);
            free(path);
        }
        assert_inverse(f.a, f.b);
        remove_folders(&f);
    }
}

static void odd_names_of_files_come_back(void **state) {
    (void)state;
    static const char *const names[] = {"two  blanks.txt", "of\uFB01ce.txt", " so\u00ADft .txt",
                                        "a\"b\\c.txt", "caf\u00e9.md"};
    folders f = make_folders();
    char *from = test_format("%s/corpus/ashcombe-safeguarding-2012.txt", test_source());
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *to = test_format("%s/%s", f.a, names[i]);
        test_copy_file(from, to);
        free(to);
    }
    OFINDEX(f.a, 0, ".");
    assert_inverse(f.a, f.b);
    free(from);
    remove_folders(&f);
}

/* What cannot stand in a line as it is, a byte that is not UTF-8 or a tab, may not make one id of two. */
static void names_that_are_no_text_stay_reports_of_their_own(void **state) {
    (void)state;
    folders f = make_folders();
    static const char *const names[] = {"x\xFE", "x\xFF", "x y", "x\ty", "x\ny"};
    char *out = test_format("%s/export.jsonl", f.b);
    for (size_t i = 0; i < 5; i++) {
        char *path = test_format("%s/%s.txt", f.a, names[i]);
        test_write_text(path, "A text of some words.\n");
        free(path);
    }
    OFINDEX(f.a, 0, ".");
    OFINDEX(f.a, 0, "export", "-o", out);
    OFINDEX(f.b, 0, "export.jsonl");
    test_run run = run_in(f.b, "ofindex", (const char *const[]){"list", "--format", "json", NULL});
    json_t *list = json_loadb(run.out, run.out_size, 0, NULL);
    assert_int_equal(json_array_size(list), 5);
    json_decref(list);
    test_run_free(&run);
    free(out);
    remove_folders(&f);
}

static void real_reports_come_back_as_they_were(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    folders f = make_folders();
    test_run run = run_in(f.a, "ofindex", (const char *const[]){"-q", corpus, NULL});
    assert_true(run.status <= 1); /* one of the files is no report */
    test_run_free(&run);
    assert_inverse(f.a, f.b);
    remove_folders(&f);
}

/* ---- OpenSearch ---- */

static json_t *load_mapping(const char *folder) {
    test_run run =
        run_in(folder, "ofindex", (const char *const[]){"export", "--format", "opensearch-mapping", NULL});
    json_error_t where;
    assert_int_equal(run.status, 0);
    json_t *mapping = json_loadb(run.out, run.out_size, JSON_REJECT_DUPLICATES, &where);
    if (!mapping)
        test_die("the mapping: %s at line %d", where.text, where.line);
    test_run_free(&run);
    return mapping;
}

/* Strings, integers, days and objects are where the mapping says so, and nothing is where it says nothing. */
static void check_field(const json_t *properties, const char *name, const json_t *value) {
    const json_t *field = json_object_get(properties, name), *inner = json_object_get(field, "properties");
    const char *type = json_string_value(json_object_get(field, "type")), *key;
    const json_t *one = json_is_array(value) ? json_array_get(value, 0) : value;
    json_t *part;
    if (!field)
        test_die("the mapping has no field %s", name);
    if (inner) {
        json_object_foreach((json_t *)(uintptr_t)value, key, part) check_field(inner, key, part);
        return;
    }
    if (strcmp(type, "integer") == 0 || strcmp(type, "long") == 0 || strcmp(type, "short") == 0)
        assert_true(json_is_integer(one));
    else
        assert_true(json_is_string(one));
    if (strcmp(type, "date") == 0)
        assert_int_equal(strlen(json_string_value(one)), 10);
}

/* Takes a line off; it must end. */
static json_t *next_line(const char **at) {
    const char *end = strchr(*at, '\n');
    json_error_t where;
    if (!end)
        test_die("the last line does not end: %.80s", *at);
    json_t *value = json_loadb(*at, (size_t)(end - *at), JSON_REJECT_DUPLICATES, &where);
    if (!value)
        test_die("%s: %.*s", where.text, (int)(end - *at), *at);
    *at = end + 1;
    return value;
}

static size_t check_bulk(const char *folder, const char *index) {
    json_t *mapping = load_mapping(folder), *ids = json_object();
    const json_t *properties = json_object_get(json_object_get(mapping, "mappings"), "properties");
    test_run run =
        run_in(folder, "ofindex",
               (const char *const[]){"export", "--format", "opensearch-bulk", "--index-name", index, NULL});
    assert_int_equal(run.status, 0);
    size_t count = 0;
    for (const char *at = run.out; *at; count++) {
        json_t *action = next_line(&at), *document = next_line(&at), *value;
        const json_t *what = json_object_get(action, "index");
        const char *id = json_string_value(json_object_get(what, "_id")), *key;
        assert_int_equal(json_object_size(action), 1);
        assert_int_equal(json_object_size(what), 2);
        assert_string_equal(json_string_value(json_object_get(what, "_index")), index);
        assert_true(id && strlen(id) <= 512 && !json_object_get(ids, id));
        json_object_set_new(ids, id, json_true());
        json_object_foreach(document, key, value) check_field(properties, key, value);
        assert_non_null(json_object_get(document, "text"));
        assert_non_null(json_object_get(document, "report"));
        json_decref(action);
        json_decref(document);
    }
    test_run_free(&run);
    json_decref(ids);
    json_decref(mapping);
    return count;
}

static void bulk_lines_fit_the_mapping(void **state) {
    (void)state;
    test_rng rng = test_rng_start(73);
    folders f = make_folders();
    char *path = test_format("%s/some.jsonl", f.a),
         *report = test_format("%s/corpus/ashcombe-safeguarding-2012.txt", test_source());
    char *longest = test_format("%s/long.jsonl", f.a), *id = malloc(2001);
    assert_non_null(id);
    for (size_t i = 0; i < 2000; i += 2)
        memcpy(id + i, "\u00e9", 2);
    id[2000] = '\0';
    write_random(path, &rng, 10);
    char *line =
        test_format("{\"report\":\"%s\",\"text\":\"a\"}\n{\"report\":\"%sx\",\"text\":\"b\"}\n", id, id);
    test_write_text(longest, line);
    OFINDEX(f.a, 0, path, report, longest);
    char *list = answer_of(f.a, "ofindex", (const char *const[]){"stats", "--format", "json", NULL});
    json_t *stats = json_loads(list, 0, NULL);
    assert_int_equal(check_bulk(f.a, "reports-2024"),
                     json_integer_value(json_object_get(stats, "paragraphs")));
    json_decref(stats);
    free(list);
    free(line);
    free(id);
    free(longest);
    free(path);
    free(report);
    remove_folders(&f);
}

static void the_mapping_names_only_analyzers_that_there_are(void **state) {
    (void)state;
    folders f = make_folders();
    json_t *mapping = load_mapping(f.a), *field;
    const json_t *analysis = json_object_get(json_object_get(mapping, "settings"), "analysis");
    const json_t *reports = json_object_get(json_object_get(analysis, "analyzer"), "reports");
    assert_string_equal(json_string_value(json_object_get(reports, "tokenizer")), "standard");
    size_t i;
    json_t *filter;
    json_array_foreach(json_object_get(reports, "filter"), i, filter) {
        const char *name = json_string_value(filter);
        assert_true(strcmp(name, "lowercase") == 0 ||
                    json_object_get(json_object_get(analysis, "filter"), name));
    }
    const char *key;
    json_object_foreach(json_object_get(json_object_get(mapping, "mappings"), "properties"), key, field) {
        const char *analyzer = json_string_value(json_object_get(field, "analyzer"));
        assert_true(!analyzer || strcmp(analyzer, "reports") == 0);
    }
    json_decref(mapping);
    remove_folders(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_reports_come_back_as_they_were),
        cmocka_unit_test(odd_names_of_files_come_back),
        cmocka_unit_test(names_that_are_no_text_stay_reports_of_their_own),
        cmocka_unit_test(real_reports_come_back_as_they_were),
        cmocka_unit_test(bulk_lines_fit_the_mapping),
        cmocka_unit_test(the_mapping_names_only_analyzers_that_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
