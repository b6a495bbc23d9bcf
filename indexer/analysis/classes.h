/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a character is to word breaking. A class is one bit, so that a word's classes can be gathered in a
 * mask. Used by breaker.c and fold.c.
 */
#ifndef OFSI_ANALYSIS_CLASSES_H
#define OFSI_ANALYSIS_CLASSES_H

#include <stdint.h>

enum {
    OFSI_CLASS_BREAK = 0,       /* parts words */
    OFSI_CLASS_LETTER = 1,      /* Unicode category L */
    OFSI_CLASS_DIGIT = 2,       /* category N */
    OFSI_CLASS_APOSTROPHE = 4,  /* joins letters */
    OFSI_CLASS_POINT = 8,       /* `.` `,`: join digits */
    OFSI_CLASS_UNDERSCORE = 16, /* joins both */
    OFSI_CLASS_MARK = 32,       /* category M: belongs to what it stands on, begins no word */
    OFSI_CLASS_IGNORED = 64,    /* soft hyphen, zero-width, direction marks, variation selectors */
    OFSI_CLASS_ALONE = 128,     /* a word of its own: ideograph, hiragana, a fraction like U+00BD */
    OFSI_CLASS_FOREIGN = 256,   /* only in the table of bytes: not ASCII, to be decoded */

    OFSI_CLASS_WORD = OFSI_CLASS_LETTER | OFSI_CLASS_DIGIT,
    OFSI_CLASS_JOINER = OFSI_CLASS_APOSTROPHE | OFSI_CLASS_POINT | OFSI_CLASS_UNDERSCORE
};

/* By byte: the class of an ASCII character, FOREIGN for the others. */
extern const uint16_t ofsi_class_of_byte[256];

/* The class of a code point. */
unsigned ofsi_class_of(uint32_t code);

#endif
