/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting of list levels, and numbers in letters and in Roman. */
#include "indexer/report/numbering.h"

#include <stdio.h>
#include <string.h>

enum { MOST_ROMAN = 3999, LETTERS = 26 };

static void write_letter(long number, char first, char *out, size_t size) {
    char text[8];
    size_t used = 0;
    /* a .. z, aa, bb, ... as word processors do. */
    for (long times = (number - 1) / LETTERS; times >= 0 && used + 1 < sizeof text; times--)
        text[used++] = (char)(first + (number - 1) % LETTERS);
    text[used] = '\0';
    (void)snprintf(out, size, "%s", text);
}

static void write_roman(long number, bool upper, char *out, size_t size) {
    static const struct {
        long value;
        const char *lower, *upper;
    } digits[] = {{1000, "m", "M"}, {900, "cm", "CM"}, {500, "d", "D"},  {400, "cd", "CD"}, {100, "c", "C"},
                  {90, "xc", "XC"}, {50, "l", "L"},    {40, "xl", "XL"}, {10, "x", "X"},    {9, "ix", "IX"},
                  {5, "v", "V"},    {4, "iv", "IV"},   {1, "i", "I"}};
    size_t used = 0;
    out[0] = '\0';
    for (size_t d = 0; d < sizeof digits / sizeof digits[0]; d++)
        for (; number >= digits[d].value && used + 3 < size; number -= digits[d].value)
            used +=
                (size_t)snprintf(out + used, size - used, "%s", upper ? digits[d].upper : digits[d].lower);
}

static void write_number(ofsi_number_format format, long number, char *out, size_t size) {
    if (number > 0 && (format == OFSI_NUMBER_LOWER_LETTER || format == OFSI_NUMBER_UPPER_LETTER))
        write_letter(number, format == OFSI_NUMBER_LOWER_LETTER ? 'a' : 'A', out, size);
    else if (number > 0 && number <= MOST_ROMAN &&
             (format == OFSI_NUMBER_LOWER_ROMAN || format == OFSI_NUMBER_UPPER_ROMAN))
        write_roman(number, format == OFSI_NUMBER_UPPER_ROMAN, out, size);
    else
        (void)snprintf(out, size, "%ld", number);
}

static void count_on(ofsi_list *list, uint32_t level) {
    list->counts[level] = list->begun[level] ? list->counts[level] + 1 : list->levels[level].start;
    list->begun[level] = true;
    for (uint32_t deeper = level + 1; deeper < OFSI_LIST_LEVELS; deeper++)
        list->begun[deeper] = false;
}

void ofsi_list_count(ofsi_list *list, uint32_t level, char *out, size_t size) {
    out[0] = '\0';
    if (level >= OFSI_LIST_LEVELS)
        level = OFSI_LIST_LEVELS - 1;
    const ofsi_list_level *l = &list->levels[level];
    if (l->format == OFSI_NUMBER_NONE)
        return;
    if (l->format == OFSI_NUMBER_BULLET) {
        (void)snprintf(out, size, "%s ", level ? "\xE2\x80\x93" : "\xE2\x80\xA2");
        return;
    }
    count_on(list, level);
    size_t used = 0;
    for (const char *c = l->text; *c && used + 1 < size; c++) {
        uint32_t other = (uint32_t)(c[1] - '1');
        if (*c != '%' || c[1] < '1' || c[1] > '9' || other >= OFSI_LIST_LEVELS) {
            out[used++] = *c;
            continue;
        }
        char number[24];
        long value = list->begun[other] ? list->counts[other] : list->levels[other].start;
        write_number(list->levels[other].format, value, number, sizeof number);
        int wrote = snprintf(out + used, size - used, "%s", number);
        used = used + (size_t)wrote < size ? used + (size_t)wrote : size - 1;
        c++;
    }
    if (used + 1 < size)
        out[used++] = ' ';
    out[used] = '\0';
}
