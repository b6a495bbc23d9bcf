/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one-way order of the rooms, read from the #include lines: who may use whom, who may use which library from
 * outside, that public headers stand alone, and that no file grows without end or lacks its licence.
 */
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct rule {
    const char *folder;  /* files below it, */
    const char *allowed; /* may include files below these (and <ofsearch/...>) */
} rule;

/* The longest folder that fits a file is its rule. */
static const rule rules[] = {
    {"indexer/base/", "indexer/base/"},
    {"indexer/analysis/", "indexer/base/ indexer/analysis/"},
    {"indexer/report/", "indexer/base/ indexer/report/"},
    {"indexer/format/", "indexer/base/ indexer/analysis/ indexer/format/"},
    {"indexer/build/", "indexer/base/ indexer/analysis/ indexer/format/ indexer/report/ indexer/build/"},
    {"indexer/cli/", "indexer/base/ indexer/cli/"},
    {"search/query/", "indexer/base/ indexer/analysis/ search/query/"},
    {"search/exec/", "indexer/base/ indexer/analysis/ indexer/format/ search/query/ search/exec/"},
    {"search/present/", "indexer/base/ indexer/analysis/ search/query/ search/exec/ search/present/"},
    {"search/cli/", "indexer/base/ search/present/ search/cli/"},
    {"shim/", "shim/"},
    {"include/ofsearch/", ""},
    {"tests/", "indexer/ search/ tests/"},
};

/* Headers from outside that belong to some rooms alone. */
static const rule outside[] = {
    {"xapian", "shim/ tests/bench/peers/"},
    {"poppler", "indexer/report/pdf-worker/"},
    {"glib", "indexer/report/pdf-worker/"},
    {"gio/", "indexer/report/pdf-worker/"},
    {"cairo", "indexer/report/pdf-worker/ tests/ corpus/"},
    {"zlib.h", "indexer/format/ indexer/report/ tests/"},
    {"libstemmer", "indexer/analysis/"},
    {"utf8proc.h", "indexer/base/ indexer/analysis/ search/present/ tests/"},
    {"xxhash.h", "indexer/base/ tests/"},
    {"cyaml", "indexer/report/"},
    {"yaml.h", "indexer/report/"},
    {"jansson.h", "indexer/report/ indexer/cli/ search/present/ search/cli/ tests/"},
    {"pthread.h", "indexer/base/ indexer/analysis/ indexer/build/ indexer/report/ indexer/format/ "
                  "indexer/cli/ search/exec/xapian/ shim/ tests/"},
    {"libxml/HTMLparser.h", "indexer/report/ search/present/"},
    {"xlsxwriter.h", "search/present/"},
    {"cmocka.h", "tests/"},
};

/* What a public header may lean on, beside its sisters. */
static const char public_libc[] = " stdbool.h stddef.h stdint.h stdio.h ";

typedef struct survey {
    size_t root; /* length of the source folder's path, with its slash */
    size_t files, includes, faults;
} survey;

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *text, const char *suffix) {
    size_t n = strlen(text), m = strlen(suffix);
    return n >= m && strcmp(text + n - m, suffix) == 0;
}

/* True when `path` is below one of the folders in the blank-separated list. */
static bool is_below_any(const char *path, const char *folders) {
    for (const char *p = folders; *p;) {
        size_t n = strcspn(p, " ");
        if (strncmp(path, p, n) == 0)
            return true;
        p += n;
        p += strspn(p, " ");
    }
    return false;
}

static void report_fault(survey *s, const char *path, size_t line, const char *what, const char *about) {
    print_error("%s:%zu: %s%s\n", path, line, what, about);
    s->faults++;
}

static const rule *find_rule(const char *path) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (starts_with(path, rules[i].folder))
            return &rules[i];
    return NULL;
}

static void check_quoted(survey *s, const char *path, size_t line, const char *name) {
    const rule *r = find_rule(path);
    char *file = test_format("%s/%s", test_source(), name);
    if (!r)
        report_fault(s, path, line, "is in no room of the plan", "");
    else if (!is_below_any(name, r->allowed))
        report_fault(s, path, line, "may not include ", name);
    else if (!test_exists(file))
        report_fault(s, path, line, "paths of includes start at the root; there is no ", name);
    free(file);
}

static void check_angled(survey *s, const char *path, size_t line, const char *name) {
    if (starts_with(name, "ofsearch/"))
        return;
    if (starts_with(path, "include/")) {
        char *word = test_format(" %s ", name);
        if (!strstr(public_libc, word))
            report_fault(s, path, line, "a public header may not include ", name);
        free(word);
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        if (starts_with(name, outside[i].folder) && !is_below_any(path, outside[i].allowed))
            report_fault(s, path, line, "may not include ", name);
}

static void check_line(survey *s, const char *path, size_t line, char *text) {
    char *p = text + strspn(text, " \t");
    if (*p++ != '#')
        return;
    p += strspn(p, " \t");
    if (!starts_with(p, "include"))
        return;
    p += strlen("include");
    p += strspn(p, " \t");
    char open = *p;
    char *end = open == '"' || open == '<' ? strchr(p + 1, open == '"' ? '"' : '>') : NULL;
    if (!end) {
        report_fault(s, path, line, "cannot tell what this includes: ", text);
        return;
    }
    *end = '\0';
    s->includes++;
    if (open == '"')
        check_quoted(s, path, line, p + 1);
    else
        check_angled(s, path, line, p + 1);
}

static void check_includes(void *context, const char *full) {
    survey *s = context;
    const char *path = full + s->root;
    if (!ends_with(path, ".c") && !ends_with(path, ".h") && !ends_with(path, ".cc") &&
        !ends_with(path, ".def"))
        return;
    s->files++;
    char *data = test_read_file(full, NULL);
    size_t line = 0;
    for (char *p = data; p;) {
        char *end = strchr(p, '\n');
        if (end)
            *end = '\0';
        if (*p || end)
            check_line(s, path, ++line, p);
        p = end ? end + 1 : NULL;
    }
    if (line > 1000)
        report_fault(s, path, line, "more than 1000 lines: one subject a file", "");
    free(data);
}

static const char *const code_folders[] = {"indexer", "search", "shim", "include", "tests"};

static void test_includes_follow_the_one_way_order(void **state) {
    (void)state;
    survey s = {.root = strlen(test_source()) + 1};
    for (size_t i = 0; i < sizeof code_folders / sizeof code_folders[0]; i++) {
        char *folder = test_format("%s/%s", test_source(), code_folders[i]);
        test_each_file(folder, check_includes, &s);
        free(folder);
    }
    print_message("%zu files, %zu includes\n", s.files, s.includes);
    assert_true(s.files > 20 && s.includes > 100);
    assert_int_equal(s.faults, 0);
}

/* ---- licences ---- */

/* Kinds of files that can hold a comment; REUSE.toml speaks for the others. */
static const char *const commentable[] = {".c",    ".h",  ".cc", ".def", ".sh",   ".cmake", ".yaml",
                                          ".yml",  ".md", ".1",  ".in",  ".bash", ".map",   "CMakeLists.txt",
                                          ".toml", NULL};

static bool can_hold_comment(const char *path) {
    for (size_t i = 0; commentable[i]; i++)
        if (ends_with(path, commentable[i]))
            return true;
    const char *slash = strrchr(path, '/');
    return !strchr(slash ? slash + 1 : path, '.'); /* scripts have no suffix */
}

static void check_licence(void *context, const char *full) {
    survey *s = context;
    const char *path = full + s->root;
    if (!can_hold_comment(path) || strstr(path, "/seeds/") || strstr(path, "/expected/") ||
        strstr(path, "/data/"))
        return;
    s->files++;
    char *data = test_read_file(full, NULL);
    char *end = data;
    for (int i = 0; i < 3; i++)
        end += strcspn(end, "\n") + (i < 2 && strchr(end, '\n') != NULL);
    *end = '\0';
    if (!strstr(data, "SPDX-License-Identifier: GPL-3.0-or-later"))
        report_fault(s, path, 1, "no SPDX licence identifier in the first three lines", "");
    free(data);
}

static void test_every_source_names_its_licence(void **state) {
    (void)state;
    static const char *const folders[] = {"indexer", "search", "shim", "include", "tests", "cmake", ".ci"};
    survey s = {.root = strlen(test_source()) + 1};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *folder = test_format("%s/%s", test_source(), folders[i]);
        test_each_file(folder, check_licence, &s);
        free(folder);
    }
    static const char *const files[] = {"CMakeLists.txt", "README.md",     ".clang-format", ".clang-tidy",
                                        ".gitignore",     ".editorconfig", "REUSE.toml"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *file = test_format("%s/%s", test_source(), files[i]);
        check_licence(&s, file);
        free(file);
    }
    assert_true(s.files > 30);
    assert_int_equal(s.faults, 0);
}

/* The checks themselves: a wrong include must be seen, or the test above proves nothing. */
static void test_wrong_includes_are_seen(void **state) {
    (void)state;
    static const struct {
        const char *path, *line;
        size_t faults;
    } cases[] = {
        {"indexer/base/map.c", "#include \"indexer/base/map.h\"", 0},
        {"indexer/base/map.c", "#include \"indexer/analysis/analyzer.h\"", 1},
        {"indexer/base/map.c", "#include \"map.h\"", 1},
        {"indexer/base/map.c", "#include \"indexer/base/nowhere.h\"", 1},
        {"indexer/build/x.c", "  #  include \"search/query/tree.h\"", 1},
        {"indexer/report/x.c", "#include <poppler.h>", 1},
        {"indexer/report/pdf-worker/x.c", "#include <poppler.h>", 0},
        {"search/query/x.c", "#include \"indexer/format/segment.h\"", 1},
        {"search/present/x.c", "#include \"indexer/format/segment.h\"", 1},
        {"search/exec/x.c", "#include \"indexer/format/segment.h\"", 0},
        {"include/ofsearch/x.h", "#include \"indexer/base/map.h\"", 1},
        {"include/ofsearch/x.h", "#include <unistd.h>", 1},
        {"include/ofsearch/x.h", "#include <ofsearch/error.h>", 0},
        {"search/exec/x.c", "#include <xapian.h>", 1},
        {"search/exec/x.c", "#include HEADER", 1},
        {"search/exec/x.c", "/* #include <xapian.h> */", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        survey s = {0};
        char *line = test_format("%s", cases[i].line);
        check_line(&s, cases[i].path, 1, line);
        free(line);
        assert_int_equal(s.faults, cases[i].faults);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_includes_are_seen),
        cmocka_unit_test(test_includes_follow_the_one_way_order),
        cmocka_unit_test(test_every_source_names_its_licence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
