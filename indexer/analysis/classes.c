/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Character classes from Unicode's general categories, by utf8proc. */
#include "indexer/analysis/classes.h"

#include <utf8proc.h>

/* 1 letter, 2 digit, 4 apostrophe, 8 point, 16 underscore, 256 foreign: see classes.h. */
const uint16_t ofsi_class_of_byte[256] = {
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   4,
    0,   0,   0,   0,   8,   0,   8,   0,   2,   2,   2,   2,   2,   2,   2,   2,   2,   2,   0,   0,
    0,   0,   0,   0,   0,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,
    1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   0,   0,   0,   0,   16,  0,   1,   1,   1,
    1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,
    1,   1,   1,   0,   0,   0,   0,   0,   256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
    256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
    256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
    256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
    256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
    256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
    256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256,
};

/*
 * UAX #29 leaves ideographs and hiragana to dictionaries; here each is a word, and words of several are
 * phrases.
 */
static int stands_alone(uint32_t code) {
    if (code < 0x3005)
        return 0;
    return code == 0x3005 || code == 0x3007 || (code >= 0x3041 && code <= 0x3096) || code == 0x309D ||
           code == 0x309E || (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x4E00 && code <= 0x9FFF) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x20000 && code <= 0x3FFFD);
}

static unsigned class_of_category(utf8proc_category_t category) {
    switch (category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return OFSI_CLASS_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return OFSI_CLASS_MARK;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return OFSI_CLASS_DIGIT;
    case UTF8PROC_CATEGORY_PC:
        return OFSI_CLASS_UNDERSCORE;
    case UTF8PROC_CATEGORY_CF:
        return OFSI_CLASS_IGNORED;
    default:
        return OFSI_CLASS_BREAK;
    }
}

unsigned ofsi_class_of(uint32_t code) {
    if (code < 0x80)
        return ofsi_class_of_byte[code];
    switch (code) {
    case 0x00B4: /* acute accent, typed for an apostrophe */
    case 0x02BC: /* modifier letter apostrophe */
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032: /* prime */
    case 0xFF07: /* fullwidth apostrophe */
        return OFSI_CLASS_APOSTROPHE;
    case 0xFF0C: /* fullwidth comma and full stop */
    case 0xFF0E:
        return OFSI_CLASS_POINT;
    default:
        break;
    }
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
    if (property->ignorable)
        return OFSI_CLASS_IGNORED;
    unsigned class = class_of_category((utf8proc_category_t)property->category);
    if ((class & OFSI_CLASS_WORD) &&
        (stands_alone(code) || property->decomp_type == UTF8PROC_DECOMP_TYPE_FRACTION))
        return OFSI_CLASS_ALONE;
    return class;
}
