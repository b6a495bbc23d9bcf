/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each shared library exports what its public headers declare with OFS_API: not one name more, not one less. */
#include "tests/support/support.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 512 };

typedef struct names {
    char *list[NAMES_MAX];
    size_t count;
} names;

static void add_name(names *all, const char *start, size_t size) {
    if (all->count == NAMES_MAX)
        fail_msg("more than %d names", NAMES_MAX);
    all->list[all->count++] = test_format("%.*s", (int)size, start);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_names(names *all) { qsort(all->list, all->count, sizeof all->list[0], compare_names); }

static void free_names(names *all) {
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i]);
}

static bool is_name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* Of each `OFS_API ... name(...)` the identifier before the first parenthesis; `#define OFS_API` is passed over. */
static void collect_from(names *all, const char *path) {
    char *data = test_read_file(path, NULL);
    for (char *p = data; (p = strstr(p, "OFS_API "));) {
        bool is_define = p - data >= 8 && strncmp(p - 8, "#define ", 8) == 0;
        p += strlen("OFS_API ");
        char *end = is_define ? NULL : strchr(p, '(');
        if (!end)
            continue;
        char *start = end;
        while (start > p && is_name_char(start[-1]))
            start--;
        add_name(all, start, (size_t)(end - start));
    }
    free(data);
}

static bool is_of_shim(const char *path) { return strstr(path, "/xapian.h") != NULL; }

static void collect_declared(void *context, const char *path) {
    if (!is_of_shim(path))
        collect_from(context, path);
}

static void collect_declared_by_shim(void *context, const char *path) {
    if (is_of_shim(path))
        collect_from(context, path);
}

static void collect_exported(names *all, char *listing) {
    for (char *line = strtok(listing, "\n"); line; line = strtok(NULL, "\n")) {
        char *name = strrchr(line, ' ');
        if (name)
            add_name(all, name + 1, strcspn(name + 1, "@"));
    }
}

static void compare_exports(const char *library, test_visit_file collect) {
    names declared = {0}, exported = {0};
    char *headers = test_format("%s/include/ofsearch", test_source());
    test_each_file(headers, collect, &declared);
    free(headers);

    const char *argv[] = {"nm", "-D", "--defined-only", library, NULL};
    test_run run = test_run_program(argv, NULL);
    assert_int_equal(run.status, 0);
    collect_exported(&exported, run.out);
    test_run_free(&run);

    sort_names(&declared);
    sort_names(&exported);
    size_t faults = 0, d = 0, e = 0;
    while (d < declared.count || e < exported.count) {
        int order = d == declared.count   ? 1
                    : e == exported.count ? -1
                                          : strcmp(declared.list[d], exported.list[e]);
        if (order < 0)
            print_error("declared, not exported: %s\n", declared.list[d]);
        else if (order > 0)
            print_error("exported, not declared: %s\n", exported.list[e]);
        faults += order != 0;
        d += order <= 0;
        e += order >= 0;
    }
    assert_true(declared.count > 10);
    assert_int_equal(faults, 0);
    free_names(&declared);
    free_names(&exported);
}

static void test_exported_symbols_are_those_declared(void **state) {
    (void)state;
    const char *library = getenv("OFS_TEST_LIBRARY");
    assert_non_null(library);
    compare_exports(library, collect_declared);
}

static void test_the_shim_exports_what_its_header_declares(void **state) {
    (void)state;
    const char *library = getenv("OFS_TEST_XAPIAN_LIBRARY");
    if (!library) {
        print_message("skipped: built without the shim\n");
        skip();
    }
    compare_exports(library, collect_declared_by_shim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exported_symbols_are_those_declared),
        cmocka_unit_test(test_the_shim_exports_what_its_header_declares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
