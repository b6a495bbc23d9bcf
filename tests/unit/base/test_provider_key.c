/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of providers: which are the same but for custom, and what of a council's name is its place. */
#include "indexer/base/provider_key.h"
#include "tests/support/support.h"

static void assert_key(const char *name, const char *wanted) {
    ofsi_buf key = {0};
    ofsi_provider_key(ofsi_span_of(name), &key);
    ofsi_buf_byte(&key, '\0');
    assert_false(key.failed);
    if (strcmp(key.data, wanted) != 0)
        test_die("%s has the key \"%s\", not \"%s\"", name, key.data, wanted);
    ofsi_buf_free(&key);
}

static void custom_and_spelling_make_no_difference(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"Lambeth", "lambeth"},
        {"London Borough of Lambeth", "lambeth"},
        {"The London Borough of LAMBETH Council", "lambeth"},
        {"LB Lambeth", "lambeth"},
        {"Royal Borough of Kingston upon Thames Council", "kingston upon thames"},
        {"City of Bradford Metropolitan District Council", "bradford"},
        {"Calderdale Metropolitan Council", "calderdale"},
        {"Cheshire East Unitary Authority", "cheshire east"},
        {"South Tyneside Metropolitan Borough", "south tyneside"},
        {"Devon county council", "devon"},
        {"Bedford Borough", "bedford"},
        {"Sheffield City", "sheffield"},
        {"Bristol, City of", "bristol"},
        {"Herefordshire, County of", "herefordshire"},
        {"County Durham", "durham"},
        {"Council of the Isles of Scilly", "isles of scilly"},
        {"City of London Corporation", "london"},
        {"Hammersmith & Fulham", "hammersmith fulham"},
        {"Hammersmith and Fulham local authority children\xE2\x80\x99s services", "hammersmith fulham"},
        {"Stockton-on-Tees", "stockton on tees"},
        {"Southend\xE2\x80\x91on\xE2\x80\x93Sea", "southend on sea"},
        {"Saint Helens", "st helens"},
        {"St. Helen's", "st helens"},
        {"Barnet children's social care services", "barnet"},
        {"St Thomas' School", "st thomas school"},
        /* What would leave nothing is left; a name inside others is no custom. */
        {"City Council", "city"},
        {"Council", "council"},
        {"Borough Market Ltd", "borough market ltd"},
        {"", ""},
        {" - ' & ", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_key(cases[i][0], cases[i][1]);
}

static void places_stay_apart(void **state) {
    (void)state;
    assert_key("Derby City Council", "derby");
    assert_key("Derbyshire County Council", "derbyshire");
    assert_key("North Northamptonshire", "north northamptonshire");
    assert_key("Bedford", "bedford");
    assert_key("Central Bedfordshire", "central bedfordshire");
}

/* A name of any length and bytes is a name. */
static void hostile_names_end(void **state) {
    (void)state;
    static char name[100000];
    for (int fill = 0; fill < 256; fill++) {
        ofsi_buf key = {0};
        memset(name, fill, sizeof name);
        ofsi_provider_key((ofsi_span){name, sizeof name}, &key);
        assert_true(!key.failed && key.size <= 40 * 61);
        ofsi_buf_free(&key);
    }
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = "council of "[i % 11];
    ofsi_buf key = {0};
    ofsi_provider_key((ofsi_span){name, sizeof name}, &key);
    assert_true(key.size > 0);
    ofsi_buf_free(&key);
    assert_int_equal(ofsi_provider_core((ofsi_span){name, sizeof name}).size, sizeof name);
}

static void assert_core(const char *name, const char *wanted) {
    ofsi_span core = ofsi_provider_core(ofsi_span_of(name));
    assert_int_equal(core.size, strlen(wanted));
    assert_memory_equal(core.data, wanted, core.size);
}

static void only_a_councils_name_is_cut(void **state) {
    (void)state;
    assert_core("Ashcombe Borough Council", "Ashcombe");
    assert_core("City of Somewhere Council", "Somewhere");
    assert_core("London Borough of Upper-Wick", "Upper-Wick");
    assert_core("The Council of Westwick & Eastwick", "Westwick & Eastwick");
    assert_core("City of Hope School", "City of Hope School");
    assert_core("Rough City", "Rough City");
    assert_core("Council", "Council");
    assert_core("", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(custom_and_spelling_make_no_difference),
        cmocka_unit_test(places_stay_apart),
        cmocka_unit_test(hostile_names_end),
        cmocka_unit_test(only_a_councils_name_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
