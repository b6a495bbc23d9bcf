/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every file of the corpus is named kind_authority_day_hash: the parser must find that authority, and that kind of
 * inspection, in the text alone.
 */
#include <dirent.h>

#include "indexer/base/provider_key.h"
#include "tests/unit/report/parse_text.h"

static const char *const kinds[][2] = {
    {"fv", "Focused visit"},
    {"ilacs", "ILACS inspection"},
    {"jtai", "Joint targeted area inspection"},
    {"sif", "Single inspection"},
    {"sifre", "Re-inspection"},
    {"send", "Area SEND inspection"},
    {"lac", "Looked after children inspection"},
};

static const char *kind_of(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = strlen(kinds[i][0]);
        if (strncmp(name, kinds[i][0], size) == 0 && name[size] == '_')
            return kinds[i][1];
    }
    return NULL;
}

/* "north_somerset" of "fv_north_somerset_2022-01-31_486aff.pdf", with blanks; the caller's. */
static char *authority_of(const char *name) {
    const char *first = strchr(name, '_') + 1, *end = name + strlen(name);
    for (int parts = 0; parts < 2; parts++)
        do
            end--;
        while (*end != '_');
    char *authority = test_format("%.*s", (int)(end - first), first);
    for (char *c = authority; *c; c++)
        if (*c == '_')
            *c = ' ';
    return authority;
}

static void assert_same_name(const char *file, const char *authority, const char *name) {
    ofsi_buf wanted = {0}, got = {0};
    ofsi_provider_key(ofsi_span_of(authority), &wanted);
    ofsi_provider_key(ofsi_span_of(name), &got);
    if (!ofsi_span_equal(ofsi_buf_span(&wanted), ofsi_buf_span(&got)))
        test_die("%s: %s", file, name ? name : "(no provider)");
    ofsi_buf_free(&wanted);
    ofsi_buf_free(&got);
}

static uint32_t check_folder(const char *corpus, const char *folder) {
    char *path = test_format("%s/%s", corpus, folder);
    DIR *listing = opendir(path);
    uint32_t count = 0;
    assert_non_null(listing);
    for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        const char *kind = kind_of(entry->d_name);
        if (!kind)
            continue;
        char *file = test_format("%s/%s", path, entry->d_name), *authority = authority_of(entry->d_name);
        ofs_report *report = read_report(file, NULL);
        assert_same_name(entry->d_name, authority, report->provider_name);
        assert_string_equal(report->inspection ? report->inspection : "(none)", kind);
        if (report->confidence != OFS_CONFIDENCE_HIGH)
            print_message("%s: confidence %s\n", entry->d_name, ofs_confidence_name(report->confidence));
        ofs_report_free(report);
        free(authority);
        free(file);
        count++;
    }
    closedir(listing);
    free(path);
    return count;
}

static void authority_and_kind_are_found(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    uint32_t count = check_folder(corpus, "reports") + check_folder(corpus, "many");
    print_message("%u reports\n", count);
    assert_true(count >= 100);
}

/* What the file names do not tell. */
static void others_have_the_name_that_they_print(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    static const char *const cases[][2] = {
        {"lambeth-safeguarding-looked-after-2012.txt", "Lambeth"},
        {"school_rough_hay_primary_2016-11.pdf", "Rough Hay Primary School"},
        {"fv_newcastle_upon_tyne_2018-08-16_110fd9.pdf", "Newcastle upon Tyne"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = test_format("%s/reports/%s", corpus, cases[i][0]);
        ofs_report *report = read_report(path, NULL);
        assert_string_equal(report->provider_name, cases[i][1]);
        ofs_report_free(report);
        free(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(authority_and_kind_are_found),
                                       cmocka_unit_test(others_have_the_name_that_they_print)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
