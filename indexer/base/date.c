/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days since 1970-01-01 to and from year, month and day. */
#include "indexer/base/date.h"

#include <stdio.h>

int ofsi_date_month_days(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int32_t ofsi_date_from_civil(int year, int month, int day) {
    if (year < 1 || year > 9999 || day < 1 || day > ofsi_date_month_days(year, month))
        return OFSI_DATE_NONE;
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void ofsi_date_to_civil(int32_t date, int *year, int *month, int *day) {
    int64_t z = (int64_t)date + 719468; /* a damaged index may have any day */
    int era = (int)((z >= 0 ? z : z - 146096) / 146097);
    int doe = (int)(z - (int64_t)era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp + (mp < 10 ? 3 : -9);
    *year = yoe + era * 400 + (*month <= 2);
}

void ofsi_date_format(int32_t date, char text[11]) {
    int y, m, d;
    text[0] = '\0';
    if (date < -719162 || date > 2932896) /* 0001-01-01 to 9999-12-31 */
        return;
    ofsi_date_to_civil(date, &y, &m, &d);
    snprintf(text, 11, "%04u-%02u-%02u", (unsigned)y % 10000U, (unsigned)m % 100U, (unsigned)d % 100U);
}

static int read_digits(const char *at, size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

bool ofsi_date_parse_span(ofsi_span text, int32_t *first, int32_t *last) {
    if (text.size != 4 && text.size != 7 && text.size != 10)
        return false;
    if ((text.size >= 7 && text.data[4] != '-') || (text.size == 10 && text.data[7] != '-'))
        return false;
    int year = read_digits(text.data, 4);
    int month = text.size >= 7 ? read_digits(text.data + 5, 2) : 0;
    int day = text.size == 10 ? read_digits(text.data + 8, 2) : 0;
    if (year < 0 || month < 0 || day < 0)
        return false;
    int last_month = text.size >= 7 ? month : 12;
    *first = ofsi_date_from_civil(year, text.size >= 7 ? month : 1, text.size == 10 ? day : 1);
    *last = ofsi_date_from_civil(year, last_month,
                                 text.size == 10 ? day : ofsi_date_month_days(year, last_month));
    return *first != OFSI_DATE_NONE && *last != OFSI_DATE_NONE;
}
