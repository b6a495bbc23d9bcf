/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fast path of word breaking: the text is classified 64 bytes at a time into masks of bits, and words are runs of
 * bits. It gives words of ASCII letters and digits between characters that cannot be part of them, and leaves all else to
 * ofsi_break_next(), which would give the same. Inline, as a word takes a few nanoseconds. Used by analyzer.c.
 */
#ifndef OFSI_ANALYSIS_PLAIN_H
#define OFSI_ANALYSIS_PLAIN_H

#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/breaker.h"
#include "indexer/analysis/classes.h"

enum { OFSI_MASK_BITS = 64 };

#if defined __SSE2__
#include <emmintrin.h>

static inline uint64_t ofsi_mask_of(__m128i bytes, unsigned shift) {
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << shift;
}

/* Whether first <= byte <= last, of bytes as signed numbers: those over 0x7F are below all. */
static inline __m128i ofsi_in_range(__m128i bytes, char first, char last) {
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(first - 1))),
                         _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)(last + 1))));
}

static inline void ofsi_classify(const char *text, ofsi_breaker_masks *m, uint64_t *points) {
    *m = (ofsi_breaker_masks){.base = m->base};
    *points = 0;
    for (unsigned i = 0; i < OFSI_MASK_BITS; i += sizeof(__m128i)) {
        __m128i bytes = _mm_loadu_si128((const void *)(text + i));
        __m128i digits = ofsi_in_range(bytes, '0', '9');
        __m128i letters = ofsi_in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
        __m128i joiners = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\'')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
        __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8(',')));
        m->digits |= ofsi_mask_of(digits, i);
        m->words |= ofsi_mask_of(_mm_or_si128(digits, letters), i);
        m->hard |= ofsi_mask_of(joiners, i);
        m->foreign |= ofsi_mask_of(bytes, i);
        *points |= ofsi_mask_of(stops, i);
    }
}
#else
static inline void ofsi_classify(const char *text, ofsi_breaker_masks *m, uint64_t *points) {
    *m = (ofsi_breaker_masks){.base = m->base};
    *points = 0;
    for (unsigned i = 0; i < OFSI_MASK_BITS; i++) {
        unsigned class = ofsi_class_of_byte[(unsigned char)text[i]];
        m->digits |= (uint64_t)(class == OFSI_CLASS_DIGIT) << i;
        m->words |= (uint64_t)((class & OFSI_CLASS_WORD) != 0) << i;
        m->hard |= (uint64_t)((class & (OFSI_CLASS_APOSTROPHE | OFSI_CLASS_UNDERSCORE)) != 0) << i;
        m->foreign |= (uint64_t)(class == OFSI_CLASS_FOREIGN) << i;
        *points |= (uint64_t)(class == OFSI_CLASS_POINT) << i;
    }
}
#endif

/* The masks of the 64 bytes from `base` on; behind the text lies what parts words. */
static inline void ofsi_load_masks(ofsi_breaker *b, size_t base) {
    ofsi_breaker_masks *m = &b->masks;
    const char *text = b->text.data + base;
    size_t left = b->text.size - base;
    char padded[OFSI_MASK_BITS];
    uint64_t points;
    if (left < OFSI_MASK_BITS) {
        memset(padded, 0, sizeof padded);
        memcpy(padded, text, left);
        text = padded;
    }
    m->base = base;
    ofsi_classify(text, m, &points);
    uint64_t before = base && ofsi_class_of_byte[(unsigned char)b->text.data[base - 1]] == OFSI_CLASS_DIGIT;
    m->hard |= m->foreign | (points & (m->digits << 1 | before));
    b->loaded = true;
}

/* Moves from the breaker's position to the next word; false where that takes more than ASCII to tell. */
static inline bool ofsi_find_plain(ofsi_breaker *b, size_t *start) {
    for (size_t at = b->position; at < b->text.size; at = (at | (OFSI_MASK_BITS - 1)) + 1) {
        if (!b->loaded || at - b->masks.base >= OFSI_MASK_BITS)
            ofsi_load_masks(b, at & ~(size_t)(OFSI_MASK_BITS - 1));
        unsigned shift = at % OFSI_MASK_BITS;
        uint64_t words = b->masks.words >> shift, before = (words & -words) - 1;
        if (b->masks.foreign >> shift & before)
            return false;
        if (words) {
            *start = at + (unsigned)__builtin_ctzll(words);
            return true;
        }
    }
    return false;
}

/* The next word, if it is a plain one; else false, and nothing has changed. */
static inline bool ofsi_break_plain(ofsi_breaker *b, ofsi_piece *piece) {
    size_t start;
    uint64_t digits = 0;
    if (b->cut || b->general || !ofsi_find_plain(b, &start))
        return false;
    size_t end = start;
    for (;;) {
        unsigned shift = end % OFSI_MASK_BITS;
        uint64_t others = ~(b->masks.words >> shift);
        unsigned run = others ? (unsigned)__builtin_ctzll(others) : OFSI_MASK_BITS;
        digits |=
            b->masks.digits >> shift & (run == OFSI_MASK_BITS ? ~UINT64_C(0) : (UINT64_C(1) << run) - 1);
        end += run;
        if (run < OFSI_MASK_BITS - shift || end >= b->text.size)
            break;
        ofsi_load_masks(b, end);
    }
    if (end - start > OFSI_TERM_MAX || (end < b->text.size && b->masks.hard >> end % OFSI_MASK_BITS & 1))
        return false;
    char gap = start && start - b->position == 1 && b->position ? b->text.data[start - 1] : ' ';
    *piece = (ofsi_piece){.start = start,
                          .end = end,
                          .joint = gap == '-'   ? OFSI_JOINT_HYPHEN
                                   : gap == '.' ? OFSI_JOINT_DOT
                                                : OFSI_JOINT_NONE,
                          .letters = digits == 0,
                          .single = digits == 0 && end - start == 1,
                          .ascii = true};
    b->position = end;
    return true;
}

#endif
