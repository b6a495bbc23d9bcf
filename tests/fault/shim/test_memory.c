/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nth allocation of the C++ side fails, for every n: each call gives OFS_E_NOMEM or goes through, and what was begun
 * can be freed. The operators new and delete of this program stand before those of the C++ library.
 */
#include "tests/unit/shim/shim_tools.h"

/* ---- allocation ---- */

static long fail_at = -1; /* allocations until one fails; negative: none does */

/* std::__throw_bad_alloc() and the operators, by the names that C++ gives them. */
_Noreturn void _ZSt17__throw_bad_allocv(void);
OFS_API void *_Znwm(size_t size);
OFS_API void *_Znam(size_t size);
OFS_API void _ZdlPv(void *data);
OFS_API void _ZdaPv(void *data);
OFS_API void _ZdlPvm(void *data, size_t size);
OFS_API void _ZdaPvm(void *data, size_t size);

void *_Znwm(size_t size) {
    void *data = fail_at == 0 ? NULL : malloc(size ? size : 1);
    if (fail_at >= 0)
        fail_at--;
    if (!data)
        _ZSt17__throw_bad_allocv();
    return data;
}

void *_Znam(size_t size) { return _Znwm(size); }
void _ZdlPv(void *data) { free(data); }
void _ZdaPv(void *data) { free(data); }
void _ZdlPvm(void *data, size_t size) {
    (void)size;
    free(data);
}
void _ZdaPvm(void *data, size_t size) {
    (void)size;
    free(data);
}

/* libxapian itself loses objects when an allocation fails; what is lost outside of it is reported. */
OFS_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libxapian.so\n"; }

/* ---- what is tried ---- */

static char *path;

static int set_up(void **state) {
    static const char *const texts[] = {"red fox red", "blue fox", "red hen", NULL};
    char *folder = test_temp_dir();
    path = test_format("%s/database", folder);
    make_database(path, texts);
    *state = folder;
    return 0;
}

static int tear_down(void **state) {
    free(path);
    test_temp_remove(*state);
    return 0;
}

#define TRY(call)                                                                                            \
    do {                                                                                                     \
        if (status == OFS_OK)                                                                                \
            status = (call);                                                                                 \
    } while (0)

static ofs_status make_queries(ofs_xapian_query **out, ofs_error *err) {
    ofs_xapian_query *red = NULL, *fox = NULL, *both = NULL;
    ofs_status status = ofs_xapian_query_term(text("red"), 0, &red, err);
    TRY(ofs_xapian_query_term(text("fox"), 0, &fox, err));
    const ofs_xapian_query *parts[] = {red, fox};
    TRY(ofs_xapian_query_combine(OFS_XAPIAN_OR, parts, 2, 0, &both, err));
    TRY(ofs_xapian_query_scale(both, 2, out, err));
    ofs_xapian_query_free(red);
    ofs_xapian_query_free(fox);
    ofs_xapian_query_free(both);
    return status;
}

static ofs_status search(ofs_error *err) {
    ofs_xapian_database *database = NULL;
    ofs_xapian_query *query = NULL;
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_counts *counts = NULL;
    ofs_xapian_mset *mset = NULL;
    ofs_xapian_document *document = NULL;
    ofs_xapian_string out = {0};
    notes seen = {0};
    ofs_status status = ofs_xapian_database_open(path, &database, err);
    TRY(make_queries(&query, err));
    TRY(ofs_xapian_enquire_new(database, &enquire, err));
    TRY(ofs_xapian_counts_new(0, &counts, err));
    TRY(ofs_xapian_enquire_add_counts(enquire, counts, err));
    TRY(ofs_xapian_enquire_set_query(enquire, query, 0, err));
    TRY(ofs_xapian_enquire_search(enquire, &(ofs_xapian_page){0, 10, UINT32_MAX}, &mset, err));
    TRY(ofs_xapian_mset_document(mset, 0, &document, err));
    TRY(ofs_xapian_document_data(document, &out, err));
    TRY(ofs_xapian_counts_visit(counts, note_count, &seen, err));
    TRY(ofs_xapian_mset_snippet(mset, text("a red fox"), NULL, &out, err));
    ofs_xapian_string_free(&out);
    ofs_xapian_document_free(document);
    ofs_xapian_mset_free(mset);
    ofs_xapian_counts_free(counts);
    ofs_xapian_enquire_free(enquire);
    ofs_xapian_query_free(query);
    ofs_xapian_database_free(database);
    return status;
}

static ofs_status read_lists(ofs_error *err) {
    ofs_xapian_database *database = NULL;
    notes seen = {0};
    ofs_status status = ofs_xapian_database_open(path, &database, err);
    TRY(ofs_xapian_database_visit_terms(database, text(""), note_term, &seen, err));
    TRY(ofs_xapian_database_visit_postings(database, text("red"), 0, note_posting, &seen, err));
    TRY(ofs_xapian_database_visit_document(database, 1, note_term, &seen, err));
    TRY(ofs_xapian_database_visit_positions(database, 1, text("red"), note_position, &seen, err));
    TRY(ofs_xapian_database_visit_values(database, 0, 0, note_value, &seen, err));
    ofs_xapian_database_free(database);
    return status;
}

/* A document that is put together, never stored: what libxapian does when a commit fails half way is its own. */
static ofs_status build_document(ofs_error *err) {
    ofs_xapian_document *document = NULL;
    ofs_xapian_string out = {0};
    notes seen = {0};
    ofs_status status = ofs_xapian_document_new(&document, err);
    TRY(ofs_xapian_document_set_data(document, text("a text that is not kept inside of a short string"),
                                     err));
    TRY(ofs_xapian_document_set_value(document, 3, text("value"), err));
    TRY(ofs_xapian_document_add_posting(document, text("term"), 1, 1, err));
    TRY(ofs_xapian_document_visit_terms(document, note_term, &seen, err));
    TRY(ofs_xapian_document_data(document, &out, err));
    ofs_xapian_string_free(&out);
    ofs_xapian_document_free(document);
    return status;
}

static void exhaust(ofs_status (*attempt)(ofs_error *err)) {
    long n = 0;
    for (ofs_status status = OFS_E_NOMEM; status != OFS_OK; n++) {
        ofs_error err = {0};
        fail_at = n;
        status = attempt(&err);
        bool failed = fail_at < 0;
        fail_at = -1;
        if (!failed)
            assert_int_equal(status, OFS_OK);
        else if (status != OFS_OK) {
            assert_int_equal(status, OFS_E_NOMEM);
            assert_string_equal(err.message, "out of memory");
        } else
            status = OFS_E_NOMEM; /* went through without it */
        assert_true(n < 20000);
    }
    print_message("%ld allocations\n", n);
    assert_true(n > 5);
}

static void test_a_search_survives_every_failed_allocation(void **state) {
    (void)state;
    exhaust(search);
}

static void test_lists_survive_every_failed_allocation(void **state) {
    (void)state;
    exhaust(read_lists);
}

static void test_documents_survive_every_failed_allocation(void **state) {
    (void)state;
    exhaust(build_document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_search_survives_every_failed_allocation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists_survive_every_failed_allocation, set_up, tear_down),
        cmocka_unit_test(test_documents_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
