/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Days in words and figures: "8 – 12 July 2013", "14 January – 5 February 2014", "12/09/2016 to 06/10/2016",
 * two ranges joined by "and". A day lacks its month or year only where a later one of the same range gives
 * it: nothing is guessed. Day before month, unless a figure shows the American order by itself (11/25/2015).
 * Called by the cover's stage.
 */
#include "indexer/report/parse.h"

#include <strings.h>

#include "indexer/base/date.h"
#include "indexer/base/utf8.h"

/* A list of more days than this is no inspection. */
enum { MOST_DAYS = 24, MOST_DIGITS = 8, FIRST_YEAR = 1900, LAST_YEAR = 2199 };

typedef struct day {
    int day, month, year; /* 0: not given */
} day;

typedef struct scanner {
    ofsi_span text;
    size_t at;
} scanner;

static void skip_blanks(scanner *s) {
    while (s->at < s->text.size && (ofsi_is_blank(s->text.data[s->at]) || s->text.data[s->at] == ','))
        s->at++;
}

/* Up to four digits; the count of digits, 0 when there are none or more. */
static int scan_number(scanner *s, int *value) {
    size_t at = s->at;
    int digits = 0;
    *value = 0;
    while (at < s->text.size && ofsi_is_digit(s->text.data[at]) && digits < MOST_DIGITS) {
        *value = *value * 10 + (s->text.data[at++] - '0');
        digits++;
    }
    if (digits == 0 || digits > 4)
        return 0;
    s->at = at;
    return digits;
}

static int scan_month(scanner *s) {
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    size_t end = s->at;
    while (end < s->text.size && (ofsi_is_lower(s->text.data[end]) || ofsi_is_upper(s->text.data[end])))
        end++;
    size_t size = end - s->at;
    for (int m = 0; m < 12 && size >= 3; m++) {
        bool whole = strlen(months[m]) == size;
        bool brief = size == 3 || (size == 4 && m == 8);
        if ((whole || brief) && strncasecmp(s->text.data + s->at, months[m], size) == 0) {
            s->at = end;
            if (!whole && s->at < s->text.size && s->text.data[s->at] == '.')
                s->at++;
            return m + 1;
        }
    }
    return 0;
}

/* "st", "nd", "rd", "th" behind a day. */
static void skip_ordinal(scanner *s) {
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    for (size_t i = 0; i < 4; i++)
        if (s->text.size - s->at >= 2 && strncasecmp(s->text.data + s->at, endings[i], 2) == 0 &&
            (s->at + 2 == s->text.size ||
             !(ofsi_is_lower(s->text.data[s->at + 2]) || ofsi_is_upper(s->text.data[s->at + 2])))) {
            s->at += 2;
            return;
        }
}

static bool scan_year(scanner *s, int *year) {
    scanner try = *s;
    skip_blanks(&try);
    int value, digits = scan_number(&try, &value);
    if (digits != 4 || value < FIRST_YEAR || value > LAST_YEAR)
        return false;
    *year = value;
    *s = try;
    return true;
}

/* "/09/2016" behind a first number. */
static bool scan_figures(scanner *s, int first, day *out) {
    scanner try = *s;
    if (try.at >= try.text.size)
        return false;
    char sign = try.text.data[try.at];
    int second, year;
    if (sign != '/' && sign != '.')
        return false;
    try.at++;
    if (scan_number(&try, &second) == 0 || try.at >= try.text.size || try.text.data[try.at] != sign)
        return false;
    try.at++;
    int digits = scan_number(&try, &year);
    if (digits != 4 && digits != 2)
        return false;
    if (digits == 2)
        year += 2000;
    *out = (day){first, second, year};
    if (second > 12 && first <= 12)
        *out = (day){second, first, year};
    *s = try;
    return true;
}

/* One day, as much of it as is given: "8", "14 January", "6 July 2015", "12/09/2016", "July 6, 2015". */
static bool scan_day(scanner *s, day *out) {
    scanner try = *s;
    int value;
    *out = (day){0};
    int month = scan_month(&try);
    if (month) {
        skip_blanks(&try);
        if (scan_number(&try, &value) == 0 || value < 1 || value > 31)
            return false;
        skip_ordinal(&try);
        *out = (day){value, month, 0};
        (void)scan_year(&try, &out->year);
        *s = try;
        return true;
    }
    int digits = scan_number(&try, &value);
    if (digits == 0 || digits > 2 || value > 31 || value == 0)
        return false;
    if (!scan_figures(&try, value, out)) {
        out->day = value;
        skip_ordinal(&try);
        scanner behind = try;
        skip_blanks(&behind);
        if (behind.text.size - behind.at > 3 && strncasecmp(behind.text.data + behind.at, "of ", 3) == 0)
            behind.at += 3;
        out->month = scan_month(&behind);
        if (out->month) {
            try = behind;
            (void)scan_year(&try, &out->year);
        }
    }
    *s = try;
    return true;
}

/* What parts the days of a list or range: a dash, "to", "and", "until", "&", a comma. */
static bool scan_joint(scanner *s) {
    static const char *const words[] = {"to", "and", "until", "till", "through", "&"};
    size_t start = s->at;
    skip_blanks(s);
    bool comma = s->at > start && memchr(s->text.data + start, ',', s->at - start) != NULL;
    ofsi_span rest = ofsi_span_after(s->text, s->at);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);
        if (rest.size > size && strncasecmp(rest.data, words[i], size) == 0 &&
            ofsi_is_blank(rest.data[size])) {
            s->at += size;
            skip_blanks(s);
            return true;
        }
    }
    uint32_t code = 0;
    size_t length = rest.size ? ofsi_utf8_decode(rest.data, rest.size, &code) : 0;
    if (length && (code == '-' || (code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0x2500)) {
        s->at += length;
        skip_blanks(s);
        return true;
    }
    return comma;
}

/* Months and years that only a later day of the list has; false when a day stays without one. */
static bool complete(day *days, int count) {
    int month = 0, year = 0;
    for (int i = count - 1; i >= 0; i--) {
        if (days[i].year)
            year = days[i].year;
        if (days[i].month)
            month = days[i].month;
        days[i].month = month;
        /* "14 December – 9 January 2015" began the year before. */
        if (!days[i].year && i + 1 < count && days[i].month > days[i + 1].month)
            year = days[i + 1].year - 1;
        days[i].year = year;
        if (!days[i].month || !days[i].year)
            return false;
    }
    return true;
}

static bool scan_days(scanner *s, ofsi_days *out) {
    day days[MOST_DAYS];
    int count = 0;
    scanner try = *s;
    while (count < MOST_DAYS && scan_day(&try, &days[count])) {
        count++;
        *s = try;
        if (!scan_joint(&try))
            break;
        /* "Monday 6 July" */
        scanner named = try;
        while (named.at < named.text.size &&
               (ofsi_is_lower(named.text.data[named.at]) || ofsi_is_upper(named.text.data[named.at])))
            named.at++;
        if (named.at > try.at + 3 && strncasecmp(named.text.data + named.at - 3, "day", 3) == 0) {
            try = named;
            skip_blanks(&try);
        }
    }
    while (count > 0 && !complete(days, count))
        count--; /* "6 to 30 July 2015 and 3": the last stands without what it needs */
    if (count == 0)
        return false;
    *out = (ofsi_days){OFS_NO_DATE, OFS_NO_DATE};
    for (int i = 0; i < count; i++) {
        ofs_date date = ofsi_date_from_civil(days[i].year, days[i].month, days[i].day);
        if (date == OFSI_DATE_NONE)
            return false;
        if (out->first == OFS_NO_DATE || date < out->first)
            out->first = date;
        if (out->last == OFS_NO_DATE || date > out->last)
            out->last = date;
    }
    return true;
}

bool ofsi_find_days(ofsi_span text, ofsi_days *days) {
    scanner s = {text, 0};
    while (s.at < text.size) {
        bool start =
            s.at == 0 ||
            !(ofsi_is_digit(text.data[s.at - 1]) || ofsi_is_lower(text.data[s.at - 1]) ||
              ofsi_is_upper(text.data[s.at - 1]) || text.data[s.at - 1] == '/' || text.data[s.at - 1] == '.');
        scanner try = s;
        if (start && scan_days(&try, days))
            return true;
        s.at++;
    }
    return false;
}
