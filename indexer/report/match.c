/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folding and comparing lines; see match.h. All of it is linear but the glob, which is linear for each `*`.
 */
#include "indexer/report/match.h"

#include "indexer/base/utf8.h"

/* What a character beyond ASCII is compared as; 0: as itself. */
static char plain_sign(uint32_t code) {
    switch (code) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201F:
        return '"';
    case 0x2212:
    case 0x2500:
        return '-';
    default:
        return code >= 0x2010 && code <= 0x2015 ? '-' : 0;
    }
}

ofsi_span ofsi_fold_line(ofsi_arena *arena, ofsi_span text) {
    char *out = ofsi_arena_bytes(arena, text.size + 1);
    size_t size = 0;
    if (!out)
        return (ofsi_span){NULL, 0};
    for (size_t at = 0; at < text.size;) {
        char c = text.data[at];
        if ((unsigned char)c < 0x80) {
            at++;
            if (ofsi_is_blank(c)) {
                if (size && out[size - 1] != ' ')
                    out[size++] = ' ';
            } else if (c != '*') {
                out[size++] = ofsi_is_upper(c) ? (char)(c + ('a' - 'A')) : c;
            }
            continue;
        }
        uint32_t code = 0;
        size_t length = ofsi_utf8_decode(text.data + at, text.size - at, &code);
        char plain = length ? plain_sign(code) : 0;
        if (length == 0)
            length = 1;
        if (plain) {
            out[size++] = plain;
        } else {
            memcpy(out + size, text.data + at, length);
            size += length;
        }
        at += length;
    }
    while (size && out[size - 1] == ' ')
        size--;
    out[size] = '\0';
    return (ofsi_span){out, size};
}

bool ofsi_glob(ofsi_span pattern, ofsi_span text) {
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.size) {
        if (p < pattern.size && pattern.data[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size && pattern.data[p] == text.data[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.data[p] == '*')
        p++;
    return p == pattern.size;
}

bool ofsi_span_begins(ofsi_span text, ofsi_span prefix) {
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

bool ofsi_span_contains(ofsi_span text, ofsi_span part) {
    return part.size == 0 ||
           (text.size >= part.size && memmem(text.data, text.size, part.data, part.size) != NULL);
}

ofsi_span ofsi_span_trim(ofsi_span text) {
    while (text.size && ofsi_is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size && ofsi_is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

ofsi_span ofsi_span_after(ofsi_span text, size_t size) {
    if (size > text.size)
        size = text.size;
    return (ofsi_span){text.size ? text.data + size : text.data, text.size - size};
}

uint32_t ofsi_word_count(ofsi_span text) {
    uint32_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < text.size; i++) {
        bool blank = ofsi_is_blank(text.data[i]);
        words += !blank && !inside;
        inside = !blank;
    }
    return words;
}

ofsi_span ofsi_words(ofsi_span text, uint32_t first, uint32_t count) {
    size_t at = 0, start = text.size, end = text.size;
    uint32_t word = 0;
    while (at < text.size) {
        while (at < text.size && ofsi_is_blank(text.data[at]))
            at++;
        if (at == text.size)
            break;
        if (word == first)
            start = at;
        while (at < text.size && !ofsi_is_blank(text.data[at]))
            at++;
        word++;
        if (word >= first && word - first == count) {
            end = at;
            break;
        }
    }
    if (count == 0 || start >= end)
        return (ofsi_span){text.data, 0};
    return (ofsi_span){text.data + start, end - start};
}

/* Bytes of a closing quote or bracket at the end of the text, 0 when there is none. */
static size_t closing_sign(ofsi_span text) {
    char last = text.data[text.size - 1];
    if (last == ')' || last == '"' || last == '\'' || last == ']' || last == '*')
        return 1;
    if (text.size >= 3 && (memcmp(text.data + text.size - 3, "\xE2\x80\x99", 3) == 0 ||
                           memcmp(text.data + text.size - 3, "\xE2\x80\x9D", 3) == 0))
        return 3;
    return 0;
}

bool ofsi_ends_sentence(ofsi_span text) {
    while (text.size) {
        size_t sign = closing_sign(text);
        if (sign == 0)
            break;
        text.size -= sign;
    }
    if (text.size == 0)
        return false;
    char last = text.data[text.size - 1];
    return last == '.' || last == '!' || last == '?';
}

ofsi_span ofsi_without_colon(ofsi_span text) {
    while (text.size && (text.data[text.size - 1] == ':' || text.data[text.size - 1] == '-' ||
                         ofsi_is_blank(text.data[text.size - 1])))
        text.size--;
    return text;
}

bool ofsi_begins_number(ofsi_span text) {
    size_t digits = 0;
    while (digits < text.size && ofsi_is_digit(text.data[digits]))
        digits++;
    return digits > 0 && digits < 4 && digits < text.size &&
           (text.data[digits] == '.' || ofsi_is_blank(text.data[digits]));
}

bool ofsi_begins_lower(ofsi_span text) { return text.size && ofsi_is_lower(text.data[0]); }

bool ofsi_begins_upper(ofsi_span text) {
    size_t at = 0;
    while (at < text.size && (text.data[at] == '\'' || text.data[at] == '"' || text.data[at] == '('))
        at++;
    if (text.size >= at + 4 &&
        (memcmp(text.data + at, "\xE2\x80\x98", 3) == 0 || memcmp(text.data + at, "\xE2\x80\x9C", 3) == 0))
        at += 3;
    return at < text.size && ofsi_is_upper(text.data[at]);
}

size_t ofsi_bullet(ofsi_span text, bool *nested) {
    uint32_t code = 0;
    *nested = false;
    if (text.size == 0)
        return 0;
    size_t length = ofsi_utf8_decode(text.data, text.size, &code);
    if (length == 0)
        return 0;
    bool blank = length < text.size && ofsi_is_blank(text.data[length]);
    switch (code) {
    case 0x2022: /* • */
    case 0x25A0: /* ■ */
    case 0x25AA: /* ▪ */
    case 0x25FC: /* ◼ */
    case 0x25FE:
    case 0x25CF: /* ● */
    case 0x25C6:
    case 0x2756:
    case 0x27A2:
    case 0x2794:
    case 0x2713:
    case 0x2714:
    case 0x00B7: /* · */
    case 0x25B6:
    case 0x25BA:
        break;
    case 0x25CB: /* ○ */
    case 0x25E6:
    case 0x25A1:
    case 0x25AB:
        *nested = true;
        break;
    case '-':
    case 'o':
    case 0x2013:
    case 0x2015:
    case 0x2212:
    case 0x2500:
        *nested = true;
        if (!blank)
            return 0;
        break;
    case '*':
        if (!blank)
            return 0;
        break;
    default:
        return 0;
    }
    while (length < text.size && ofsi_is_blank(text.data[length]))
        length++;
    return length;
}
