/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of aliases: the one inside knows England, a user's own comes first, and what is wrong in it is told with its line. */
#include "indexer/report/aliases.h"
#include "indexer/report/lines.h"
#include "tests/support/support.h"

static ofs_report *named(const ofsi_aliases *aliases, const char *provider) {
    ofsi_arena *arena;
    ofs_error err;
    ofs_report *report = ofsi_report_new(&arena);
    assert_non_null(report);
    report->provider = provider;
    if (ofsi_aliases_apply(aliases, report, &err) != OFS_OK)
        test_die("%s", err.message);
    return report;
}

static void assert_name(const ofsi_aliases *aliases, const char *provider, const char *wanted) {
    ofs_report *report = named(aliases, provider);
    if (strcmp(report->provider_name, wanted) != 0)
        test_die("%s is named %s, not %s", provider, report->provider_name, wanted);
    ofs_report_free(report);
}

static bool goes_by(const ofs_report *report, const char *name) {
    for (uint32_t i = 0; i < report->provider_also_count; i++)
        if (strcmp(report->provider_also[i], name) == 0)
            return true;
    return false;
}

static void the_authorities_of_england_are_known(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"London Borough of Lambeth", "Lambeth"},
        {"Hull City Council", "Kingston upon Hull"},
        {"Kingston upon Hull, City of", "Kingston upon Hull"},
        {"Newcastle", "Newcastle upon Tyne"},
        {"Newcastle City Council", "Newcastle upon Tyne"},
        {"Royal Borough of Windsor & Maidenhead", "Windsor and Maidenhead"},
        {"The Royal Borough of Kensington and Chelsea", "Kensington and Chelsea"},
        {"Corporation of London", "City of London"},
        {"BCP Council", "Bournemouth, Christchurch and Poole"},
        {"Southend", "Southend-on-Sea"},
        {"St. Helens Metropolitan Borough Council", "St Helens"},
        {"Devon county council", "Devon"},
        {"Telford & Wrekin Council", "Telford and Wrekin"},
        /* authorities of the past have their own reports */
        {"Bournemouth Borough Council", "Bournemouth"},
        {"Northamptonshire County Council", "Northamptonshire"},
        /* and who is no authority keeps his name */
        {"Lambeth Primary School", "Lambeth Primary School"},
        {"Achieving for Children", "Achieving for Children"},
    };
    ofsi_aliases aliases = {0};
    ofs_error err;
    if (ofsi_aliases_load(&aliases, NULL, &err) != OFS_OK)
        test_die("%s", err.message);
    assert_int_equal(aliases.count, 153); /* with children's services, since 2023 */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_name(&aliases, cases[i][0], cases[i][1]);
    ofs_report *report = named(&aliases, "West Northamptonshire Council");
    assert_true(goes_by(report, "Northamptonshire"));
    assert_false(goes_by(report, "North Northamptonshire"));
    ofs_report_free(report);
    report = named(&aliases, "Northamptonshire");
    assert_int_equal(report->provider_also_count, 0);
    ofs_report_free(report);
    report = named(&aliases, NULL);
    assert_null(report->provider_name);
    ofs_report_free(report);
    ofsi_aliases_free(&aliases);
}

static void a_users_own_table_comes_first(void **state) {
    (void)state;
    static const char own[] = "# ours\n\nWestshire | also County of Westshire;Lambeth | formerly Eastwick ; "
                              "Westwick|run by Care Ltd\r\n"
                              "Caring Homes | also Caring Homes Ltd";
    ofsi_aliases aliases = {0};
    ofs_error err;
    if (ofsi_aliases_add(&aliases, ofsi_span_of(own), "own", &err) != OFS_OK ||
        ofsi_aliases_load(&aliases, NULL, &err) != OFS_OK)
        test_die("%s", err.message);
    assert_name(&aliases, "London Borough of Lambeth", "Westshire");
    assert_name(&aliases, "Caring Homes Ltd", "Caring Homes");
    assert_name(&aliases, "Eastwick", "Eastwick");
    assert_name(&aliases, "Bury", "Bury");
    ofs_report *report = named(&aliases, "Westshire");
    assert_int_equal(report->provider_also_count, 5);
    assert_true(goes_by(report, "Eastwick") && goes_by(report, "Care Ltd"));
    ofs_report_free(report);
    ofsi_aliases_free(&aliases);
}

static void what_is_wrong_is_told_with_its_line(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"Bury\n| also Bury", "own:2: a name is missing"},
        {"Bury | also", "own:1: a part begins with also, formerly or run by, and a name: also"},
        {"Bury | known as B", "own:1: a part begins with also, formerly or run by, and a name: known as B"},
        {"Bury | also A;; B", "own:1: a name is missing"},
        {"Bury | also A; ", "own:1: a name is missing"},
        {"# one\nBury\nWigan | also Bury Council",
         "own:3: this name is another entry's as well: Bury Council"},
        {"Bury\nBury", "own:2: this name is another entry's as well: Bury"},
        {"--", "own:1: a name needs letters: --"},
        {"\xFF", "own:1: this line is not UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ofsi_aliases aliases = {0};
        ofs_error err = {0};
        ofs_status status = ofsi_aliases_add(&aliases, ofsi_span_of(cases[i][0]), "own", &err);
        if (status != OFS_E_INPUT || strcmp(err.message, cases[i][1]) != 0)
            test_die("%s: %s", cases[i][0], err.message);
        ofsi_aliases_free(&aliases);
    }
    ofs_error err;
    ofsi_aliases aliases = {0};
    assert_int_equal(ofsi_aliases_load(&aliases, "/nowhere/to/be/found", &err), OFS_E_NOT_FOUND);
    ofsi_aliases_free(&aliases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_authorities_of_england_are_known),
        cmocka_unit_test(a_users_own_table_comes_first),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
