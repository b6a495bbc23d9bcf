/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calendar days as integers: days since 1970-01-01 in the proleptic Gregorian calendar, years 1 to 9999.
 * Algorithms: Howard Hinnant, "chrono-compatible low-level date algorithms".
 */
#ifndef OFSI_BASE_DATE_H
#define OFSI_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/span.h"

#define OFSI_DATE_NONE INT32_MIN

/* OFSI_DATE_NONE when there is no such day. */
int32_t ofsi_date_from_civil(int year, int month, int day);
void ofsi_date_to_civil(int32_t date, int *year, int *month, int *day);
/* Days of a month, 0 when there is no such month. */
int ofsi_date_month_days(int year, int month);
/* YYYY-MM-DD into `text` (11 bytes with the NUL); "" for OFSI_DATE_NONE. */
void ofsi_date_format(int32_t date, char text[11]);
/* Reads exactly YYYY, YYYY-MM or YYYY-MM-DD as the first and last day that it means. */
bool ofsi_date_parse_span(ofsi_span text, int32_t *first, int32_t *last);

#endif
