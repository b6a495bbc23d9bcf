/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers and bullets that a word processor puts before the paragraphs of its lists. Used by read_docx.c, read_odt.c. */
#ifndef OFSI_REPORT_NUMBERING_H
#define OFSI_REPORT_NUMBERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OFSI_LIST_LEVELS = 10 };

typedef enum ofsi_number_format {
    OFSI_NUMBER_NONE = 0,
    OFSI_NUMBER_BULLET,
    OFSI_NUMBER_DECIMAL,
    OFSI_NUMBER_LOWER_LETTER,
    OFSI_NUMBER_UPPER_LETTER,
    OFSI_NUMBER_LOWER_ROMAN,
    OFSI_NUMBER_UPPER_ROMAN
} ofsi_number_format;

typedef struct ofsi_list_level {
    ofsi_number_format format;
    long start;
    char text[24]; /* "%1.", "%1.%2", "(%3)": %n is the number of level n, from 1 */
} ofsi_list_level;

/* A list: its levels, and how far each has counted. */
typedef struct ofsi_list {
    ofsi_list_level levels[OFSI_LIST_LEVELS];
    long counts[OFSI_LIST_LEVELS]; /* last number given; meaningless until begun */
    bool begun[OFSI_LIST_LEVELS];
} ofsi_list;

/* Counts on at `level` (from 0) and writes what stands before the paragraph, with a blank behind it; "" for nothing. */
void ofsi_list_count(ofsi_list *list, uint32_t level, char *out, size_t size);

#endif
