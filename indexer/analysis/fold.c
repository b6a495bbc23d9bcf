/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Normalisation and folding of one word by utf8proc, in memory of the stack. */
#include "indexer/analysis/fold.h"

#include <utf8proc.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/classes.h"
#include "indexer/base/utf8.h"

enum {
    LONGEST_WORD = OFSI_TERM_MAX * 4,
    /* U+FDFA, the longest of all compatibility decompositions, gives 18 characters for three bytes. */
    MOST_CODES = LONGEST_WORD / 3 * 18 + 18,
    MOST_CODES_OF_ONE = 32,
    FRACTION_SLASH = 0x2044
};

static size_t encoded_size(uint32_t code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static size_t cost_with(uint32_t code, utf8proc_option_t options) {
    utf8proc_int32_t codes[MOST_CODES_OF_ONE];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)code, codes, MOST_CODES_OF_ONE, options, &boundary);
    size_t size = 0;
    for (utf8proc_ssize_t i = 0; i < count && i < MOST_CODES_OF_ONE; i++)
        size += encoded_size((uint32_t)codes[i]);
    return size;
}

size_t ofsi_fold_cost(uint32_t code) {
    size_t size = encoded_size(code);
    if (code < 0x80 || ofsi_class_of(code) == OFSI_CLASS_APOSTROPHE)
        return size;
    size_t plain = cost_with(code, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    size_t folded = cost_with(code, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
    size = plain > size ? plain : size;
    return folded > size ? folded : size;
}

size_t ofsi_fold_cut(ofsi_span text, size_t most) {
    if (text.size <= most)
        return text.size;
    size_t size = most;
    while (size > 0 && ofsi_utf8_is_continuation(text.data[size]))
        size--;
    return size;
}

/* Decomposed, in canonical order, typographic apostrophes as '. The number of codes, -1 when not UTF-8. */
static utf8proc_ssize_t decompose(ofsi_span text, utf8proc_option_t options, utf8proc_int32_t *codes) {
    utf8proc_ssize_t count = 0;
    for (size_t i = 0; i < text.size;) {
        uint32_t code;
        size_t n = ofsi_utf8_decode(text.data + i, text.size - i, &code);
        if (n == 0)
            return -1;
        i += n;
        if (code >= 0x80 && ofsi_class_of(code) == OFSI_CLASS_APOSTROPHE)
            code = '\'';
        int boundary = 0;
        utf8proc_ssize_t got = utf8proc_decompose_char((utf8proc_int32_t)code, codes + count,
                                                       MOST_CODES - count, options, &boundary);
        if (got < 0 || got > MOST_CODES - count)
            return -1;
        count += got;
    }
    /* Canonical order: marks by combining class, stable; insertion sort, as runs of marks are short. */
    for (utf8proc_ssize_t i = 1; i < count; i++) {
        utf8proc_int32_t moving = codes[i];
        utf8proc_propval_t order = utf8proc_get_property(moving)->combining_class;
        utf8proc_ssize_t to = i;
        while (order > 0 && to > 0 && utf8proc_get_property(codes[to - 1])->combining_class > order) {
            codes[to] = codes[to - 1];
            to--;
        }
        codes[to] = moving;
    }
    return count;
}

static bool is_word_code(uint32_t code) {
    return code == FRACTION_SLASH ||
           (ofsi_class_of(code) & (OFSI_CLASS_WORD | OFSI_CLASS_MARK | OFSI_CLASS_ALONE | OFSI_CLASS_JOINER));
}

/* Drops what decompositions bring in that belongs to no word: "(1)" of U+2474, the stop of U+2488. */
static utf8proc_ssize_t keep_word(utf8proc_int32_t *codes, utf8proc_ssize_t count) {
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++)
        if (is_word_code((uint32_t)codes[i]))
            codes[kept++] = codes[i];
    while (kept > 0 && (ofsi_class_of((uint32_t)codes[kept - 1]) & OFSI_CLASS_JOINER))
        kept--;
    utf8proc_ssize_t skip = 0;
    while (skip < kept && (ofsi_class_of((uint32_t)codes[skip]) & OFSI_CLASS_JOINER))
        skip++;
    memmove(codes, codes + skip, (size_t)(kept - skip) * sizeof *codes);
    return kept - skip;
}

/* Composes the codes and writes as many whole characters as there is room for. */
static size_t compose(utf8proc_int32_t *codes, utf8proc_ssize_t count, char *out, size_t capacity) {
    count = utf8proc_normalize_utf32(codes, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    size_t size = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        char bytes[4];
        size_t n = ofsi_utf8_encode((uint32_t)codes[i], bytes);
        if (n > capacity - size)
            break;
        memcpy(out + size, bytes, n);
        size += n;
    }
    return size;
}

size_t ofsi_fold_surface(ofsi_span raw, char *out) {
    utf8proc_int32_t codes[MOST_CODES];
    raw.size = ofsi_fold_cut(raw, LONGEST_WORD);
    utf8proc_ssize_t count = decompose(raw, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE, codes);
    if (count <= 0)
        return 0;
    return compose(codes, keep_word(codes, count), out, OFSI_TERM_MAX);
}

static bool fold_ascii(ofsi_span text, char *out) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x80)
            return false;
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return true;
}

size_t ofsi_fold(ofsi_span surface, char *out, size_t capacity) {
    surface.size = ofsi_fold_cut(surface, LONGEST_WORD < capacity ? LONGEST_WORD : capacity);
    if (fold_ascii(surface, out))
        return surface.size;
    utf8proc_int32_t codes[MOST_CODES];
    utf8proc_ssize_t count = decompose(surface,
                                       UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                           UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                       codes);
    return count <= 0 ? 0 : compose(codes, count, out, capacity);
}
