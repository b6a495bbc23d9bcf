/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shim is found in the build folder by who is not linked with it, and every function of its header is in the list. */
#include "indexer/base/xapian_late.h"
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

static const char *const listed[] = {
#define NAME(name) "ofs_xapian_" #name,
    OFSI_XAPIAN_FUNCTIONS(NAME)
#undef NAME
};
enum { LISTED = sizeof listed / sizeof listed[0] };

/* Loads, or ends the test where the build is without the shim. */
static const ofsi_xapian *load_shim(void) {
    const ofsi_xapian *x = NULL;
    ofs_error err;
    ofs_status status = ofsi_xapian_load(&x, &err);
    const char *built = getenv("OFS_TEST_XAPIAN");
    if (!built || strcmp(built, "1") != 0) {
        assert_int_equal(status, OFS_E_UNSUPPORTED);
        assert_null(x);
        assert_non_null(strstr(err.message, "build"));
        print_message("skipped: built without the shim\n");
        skip();
    }
    if (status != OFS_OK)
        test_die("%s", err.message);
    return x;
}

static void test_the_shim_is_loaded_and_works(void **state) {
    (void)state;
    const ofsi_xapian *x = load_shim();
    assert_non_null(x->version());
    ofs_xapian_writer *writer = NULL;
    ofs_xapian_database *database = NULL;
    ofs_error err;
    assert_int_equal(x->writer_open_memory(&writer, &err), OFS_OK);
    assert_int_equal(x->writer_database(writer, &database, &err), OFS_OK);
    /* An exception of a C++ library that came late is caught too. */
    ofs_xapian_document *document = NULL;
    assert_int_equal(x->database_document(database, 1, &document, &err), OFS_E_NOT_FOUND);
    assert_null(document);
    x->database_free(database);
    x->writer_free(writer);
}

static void test_a_second_call_gives_the_same(void **state) {
    (void)state;
    const ofsi_xapian *first = load_shim(), *second = NULL;
    assert_int_equal(ofsi_xapian_load(&second, NULL), OFS_OK);
    assert_ptr_equal(first, second);
}

static void test_the_list_has_every_function_of_the_header(void **state) {
    (void)state;
    char *path = test_format("%s/include/ofsearch/xapian.h", test_source());
    char *header = test_read_file(path, NULL);
    size_t declared = 0;
    for (const char *p = header; (p = strstr(p, "OFS_API "));) {
        p += strlen("OFS_API ");
        const char *name = strstr(p, "ofs_xapian_");
        assert_non_null(name);
        size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
        bool found = false;
        /* The type that a function returns may begin like a function's name. */
        assert_int_equal(name[size], '(');
        for (size_t i = 0; i < LISTED && !found; i++)
            found = strlen(listed[i]) == size && strncmp(listed[i], name, size) == 0;
        if (!found)
            test_die("%.*s is not in OFSI_XAPIAN_FUNCTIONS", (int)size, name);
        declared++;
    }
    assert_int_equal(declared, LISTED);
    free(header);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_shim_is_loaded_and_works),
        cmocka_unit_test(test_a_second_call_gives_the_same),
        cmocka_unit_test(test_the_list_has_every_function_of_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
