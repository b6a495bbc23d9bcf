/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Word breaking in two ways that agree: by a table over bytes where a word and its neighbours are ASCII, by
 * decoded characters everywhere else.
 */
#include "indexer/analysis/breaker.h"

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/classes.h"
#include "indexer/analysis/fold.h"
#include "indexer/base/utf8.h"

static bool joins(unsigned before, unsigned joiner, unsigned after) {
    if (joiner == OFSI_CLASS_APOSTROPHE)
        return before == OFSI_CLASS_LETTER && after == OFSI_CLASS_LETTER;
    if (joiner == OFSI_CLASS_POINT)
        return before == OFSI_CLASS_DIGIT && after == OFSI_CLASS_DIGIT;
    return (before & OFSI_CLASS_WORD) && (after & OFSI_CLASS_WORD);
}

/* False when a character that is not ASCII touches the word. */
static bool scan_ascii(ofsi_breaker *breaker, size_t start, ofsi_piece *piece) {
    const unsigned char *text = (const unsigned char *)breaker->text.data;
    size_t size = breaker->text.size;
    size_t limit = size - start > OFSI_TERM_MAX ? start + OFSI_TERM_MAX : size;
    size_t i = start;
    unsigned seen = 0;
    bool cut = false;
    for (;;) {
        for (; i < limit; i++) {
            unsigned class = ofsi_class_of_byte[text[i]];
            if (!(class & OFSI_CLASS_WORD))
                break;
            seen |= class;
        }
        if (i == size)
            break;
        unsigned class = ofsi_class_of_byte[text[i]];
        if (class == OFSI_CLASS_FOREIGN)
            return false;
        if (class & OFSI_CLASS_WORD) {
            cut = true;
            break;
        }
        if (!(class & OFSI_CLASS_JOINER) || size - i < 2)
            break;
        unsigned after = ofsi_class_of_byte[text[i + 1]];
        if (after == OFSI_CLASS_FOREIGN)
            return false;
        if (!joins(ofsi_class_of_byte[text[i - 1]], class, after))
            break;
        if (limit - i < 2) {
            cut = true;
            break;
        }
        seen |= class | after;
        i += 2;
    }
    piece->end = i;
    piece->letters = !cut && (seen & ~(unsigned)(OFSI_CLASS_LETTER | OFSI_CLASS_APOSTROPHE)) == 0;
    piece->single = piece->letters && i - start == 1;
    piece->ascii = true;
    breaker->cut = cut;
    return true;
}

typedef struct character {
    size_t end; /* of its bytes */
    uint32_t code;
    unsigned class;
} character;

/* The character at `position`; false at the end of the text and where it is not UTF-8. */
static bool read_character(const ofsi_breaker *breaker, size_t position, character *c) {
    size_t left = breaker->text.size - position;
    size_t n = left ? ofsi_utf8_decode(breaker->text.data + position, left, &c->code) : 0;
    if (n == 0)
        return false;
    c->end = position + n;
    c->class = ofsi_class_of(c->code);
    return true;
}

static bool read_past_ignored(const ofsi_breaker *breaker, size_t position, character *c) {
    do {
        if (!read_character(breaker, position, c))
            return false;
        position = c->end;
    } while (c->class == OFSI_CLASS_IGNORED);
    return true;
}

/* A word that is being gathered by characters. */
typedef struct word {
    size_t start, end;
    size_t cost;      /* no form has more bytes */
    unsigned seen;    /* classes */
    unsigned last;    /* class of the last character that is no mark */
    unsigned letters; /* how many */
    bool cut;
} word;

/*
 * Takes the character, behind `joiner` when that is given; false, and cut, when the word has no room for it.
 */
static bool take(word *w, const character *c, const character *joiner) {
    size_t cost = w->cost + ofsi_fold_cost(c->code);
    if (joiner)
        cost += ofsi_fold_cost(joiner->code);
    if (cost > OFSI_TERM_MAX || c->end - w->start > OFSI_TERM_MAX) {
        w->cut = true;
        return false;
    }
    w->cost = cost;
    w->end = c->end;
    w->seen |= c->class | (joiner ? joiner->class : 0);
    w->letters += c->class == OFSI_CLASS_LETTER;
    if (c->class != OFSI_CLASS_MARK)
        w->last = c->class;
    return true;
}

/* Takes what follows, if it belongs to the word. */
static bool take_next(const ofsi_breaker *breaker, word *w) {
    character c, after;
    if (!read_past_ignored(breaker, w->end, &c))
        return false;
    if (c.class & OFSI_CLASS_JOINER)
        return read_past_ignored(breaker, c.end, &after) && joins(w->last, c.class, after.class) &&
               take(w, &after, &c);
    if (c.class & OFSI_CLASS_WORD && w->last == OFSI_CLASS_ALONE)
        return false;
    return (c.class & (OFSI_CLASS_WORD | OFSI_CLASS_MARK)) && take(w, &c, NULL);
}

static void scan_characters(ofsi_breaker *breaker, const character *first, ofsi_piece *piece) {
    word w = {.start = piece->start, .end = piece->start};
    if (take(&w, first, NULL))
        while (take_next(breaker, &w))
            continue;
    unsigned letters = OFSI_CLASS_LETTER | OFSI_CLASS_APOSTROPHE | OFSI_CLASS_MARK;
    piece->end = w.end;
    piece->letters = !w.cut && (w.seen & ~letters) == 0;
    piece->single = piece->letters && w.letters == 1;
    piece->ascii = false;
    breaker->cut = w.cut;
}

static ofsi_joint find_joint(ofsi_span text, size_t end, size_t start) {
    const char *gap = text.data + end;
    if (start - end == 1)
        return *gap == '-' ? OFSI_JOINT_HYPHEN : *gap == '.' ? OFSI_JOINT_DOT : OFSI_JOINT_NONE;
    if (start - end == 3 && (memcmp(gap, "\xE2\x80\x90", 3) == 0 || memcmp(gap, "\xE2\x80\x91", 3) == 0))
        return OFSI_JOINT_HYPHEN;
    return OFSI_JOINT_NONE;
}

/* Moves to the first character of the next word; `c` is filled only where it had to be decoded. */
static bool find_start(const ofsi_breaker *breaker, size_t *position, character *c) {
    const unsigned char *text = (const unsigned char *)breaker->text.data;
    size_t i = *position;
    c->end = 0;
    while (i < breaker->text.size) {
        unsigned class = ofsi_class_of_byte[text[i]];
        if (class & OFSI_CLASS_WORD)
            break;
        if (class != OFSI_CLASS_FOREIGN || !read_character(breaker, i, c)) {
            i++;
            continue;
        }
        if (c->class & (OFSI_CLASS_WORD | OFSI_CLASS_ALONE))
            break;
        i = c->end;
        c->end = 0;
    }
    *position = i;
    return i < breaker->text.size;
}

bool ofsi_break_next(ofsi_breaker *breaker, ofsi_piece *piece) {
    size_t before = breaker->position;
    bool was_cut = breaker->cut;
    size_t start = before;
    character first;
    if (!find_start(breaker, &start, &first)) {
        breaker->position = start;
        return false;
    }
    piece->start = start;
    piece->joint = before ? find_joint(breaker->text, before, start) : OFSI_JOINT_NONE;
    if (first.end || breaker->general || !scan_ascii(breaker, start, piece)) {
        if (first.end == 0)
            (void)read_character(breaker, start, &first);
        scan_characters(breaker, &first, piece);
    }
    /* What follows a cut, directly or behind its joiner, is a piece of the same run. */
    if (was_cut && start - before <= 1)
        piece->letters = piece->single = false;
    breaker->position = piece->end;
    return true;
}
