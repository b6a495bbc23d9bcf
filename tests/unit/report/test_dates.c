/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every form of date that reports are known to print, and what must not be read as one. */
#include "indexer/report/parse.h"
#include "tests/unit/report/parse_text.h"

static void expect(const char *text, const char *first, const char *last) {
    ofsi_days days = {OFS_NO_DATE, OFS_NO_DATE};
    if (!ofsi_find_days(ofsi_span_of(text), &days))
        test_die("no date was found in \"%s\"", text);
    assert_date(days.first, first);
    assert_date(days.last, last);
}

static void expect_none(const char *text) {
    ofsi_days days;
    if (ofsi_find_days(ofsi_span_of(text), &days))
        test_die("a date was found in \"%s\"", text);
}

static void ranges_of_days(void **state) {
    (void)state;
    expect("8 – 12 July 2013", "2013-07-08", "2013-07-12");
    expect("10 – 20 April 2012", "2012-04-10", "2012-04-20");
    expect("15-19 July 2013", "2013-07-15", "2013-07-19");
    expect("8–9 November 2016", "2016-11-08", "2016-11-09");
    expect("6 to 30 July 2015", "2015-07-06", "2015-07-30");
    expect("24 and 25 July 2018", "2018-07-24", "2018-07-25");
    expect("Monday 6 July to Thursday 9 July 2015", "2015-07-06", "2015-07-09");
    expect("27, 28 and 29 March 2023", "2023-03-27", "2023-03-29");
}

static void ranges_over_months_and_years(void **state) {
    (void)state;
    expect("14 January – 5 February 2014", "2014-01-14", "2014-02-05");
    expect("14 January 2014- 5 February 2014", "2014-01-14", "2014-02-05");
    expect("05 July 2016–27 July 2016", "2016-07-05", "2016-07-27");
    expect("20 June 2017 ─ 13 July 2017", "2017-06-20", "2017-07-13");
    expect("25 November 2013 – 18 December 2013", "2013-11-25", "2013-12-18");
    expect("14 December – 9 January 2015", "2014-12-14", "2015-01-09");
    expect("31 October and 1 November 2023", "2023-10-31", "2023-11-01");
    expect("18 Feb 2014 – 12 March 2014", "2014-02-18", "2014-03-12");
    expect("17 March to 21 March 2025", "2025-03-17", "2025-03-21");
}

static void two_ranges_are_first_and_last_day(void **state) {
    (void)state;
    expect("3 to 7 July 2023 and 17 to 21 July 2023", "2023-07-03", "2023-07-21");
    expect("7 and 10 July 2015", "2015-07-07", "2015-07-10");
}

static void figures_are_day_before_month(void **state) {
    (void)state;
    expect("12/09/2016 to 06/10/2016", "2016-09-12", "2016-10-06");
    expect("1/06/2015 – 25/06/2015", "2015-06-01", "2015-06-25");
    expect("05/10/2015", "2015-10-05", "2015-10-05");
    expect("05.10.2015", "2015-10-05", "2015-10-05");
    expect("11/25/2015", "2015-11-25", "2015-11-25");
}

static void single_days(void **state) {
    (void)state;
    expect("28 July 2016", "2016-07-28", "2016-07-28");
    expect("Published: 29 May 2012", "2012-05-29", "2012-05-29");
    expect("29th May 2012", "2012-05-29", "2012-05-29");
    expect("1st of March, 2012", "2012-03-01", "2012-03-01");
    expect("July 6, 2015", "2015-07-06", "2015-07-06");
    expect("29 February 2012", "2012-02-29", "2012-02-29");
}

static void the_first_date_of_a_sentence(void **state) {
    (void)state;
    expect("This inspection took place from 23 to 27 May 2022", "2022-05-23", "2022-05-27");
    expect("Between 22 and 26 February 2016, Ofsted undertook it", "2016-02-22", "2016-02-26");
    expect("services on 30 April and 1 May 2024. His", "2024-04-30", "2024-05-01");
}

static void nothing_is_guessed(void **state) {
    (void)state;
    expect_none("");
    expect_none("8 to 12 July");
    expect_none("July 2013");
    expect_none("in 2013");
    expect_none("31 June 2013");
    expect_none("30/02/2013");
    expect_none("section 136 of the Act 2006");
    expect_none("12 2013");
    expect_none("version 1.2.3");
    expect_none("99999999999999999999 July 2013");
    expect_none("8 Julember 2013");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_days),
        cmocka_unit_test(ranges_over_months_and_years),
        cmocka_unit_test(two_ranges_are_first_and_last_day),
        cmocka_unit_test(figures_are_day_before_month),
        cmocka_unit_test(single_days),
        cmocka_unit_test(the_first_date_of_a_sentence),
        cmocka_unit_test(nothing_is_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
