/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters and words of a query. */
#include "search/query/text.h"

#include "indexer/analysis/classes.h"
#include "indexer/base/utf8.h"

char *ofsi_clean_query(ofsi_span text, ofsi_arena *arena) {
    char *clean = ofsi_arena_strndup(arena, text.data, text.size);
    if (!clean)
        return NULL;
    for (size_t i = 0; i < text.size;) {
        uint32_t code;
        size_t n = ofsi_utf8_decode(clean + i, text.size - i, &code);
        if (n == 0 || code < 0x20 || (code >= 0x7F && code < 0xA0)) {
            n = n ? n : 1;
            memset(clean + i, ' ', n);
        }
        i += n;
    }
    return clean;
}

/* The character at `at`, 0 at the end. */
static uint32_t character_at(ofsi_span text, size_t at, size_t *size) {
    uint32_t code = 0;
    *size = at < text.size ? ofsi_utf8_decode(text.data + at, text.size - at, &code) : 0;
    return *size ? code : 0;
}

size_t ofsi_blank_size(ofsi_span text, size_t at) {
    size_t size;
    uint32_t code = character_at(text, at, &size);
    bool blank = code == ' ' || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
                 code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
    return blank ? size : 0;
}

size_t ofsi_quote_size(ofsi_span text, size_t at) {
    size_t size;
    uint32_t code = character_at(text, at, &size);
    bool quote =
        code == '"' || (code >= 0x201C && code <= 0x201F) || code == 0xAB || code == 0xBB || code == 0xFF02;
    return quote ? size : 0;
}

bool ofsi_trim_words(ofsi_span text, ofsi_span *trimmed) {
    ofsi_breaker breaker = {.text = text};
    ofsi_piece piece;
    if (!ofsi_break_next(&breaker, &piece))
        return false;
    size_t start = piece.start;
    while (ofsi_break_next(&breaker, &piece))
        continue;
    *trimmed = (ofsi_span){text.data + start, piece.end - start};
    return true;
}

bool ofsi_has_letter(ofsi_span text) {
    for (size_t at = 0, size; at < text.size; at += size) {
        uint32_t code = character_at(text, at, &size);
        if (ofsi_class_of(code) & (OFSI_CLASS_LETTER | OFSI_CLASS_ALONE))
            return true;
        size = size ? size : 1;
    }
    return false;
}

bool ofsi_is_bare(ofsi_span text) {
    for (size_t i = 0; i < text.size; i++)
        if (strchr("()^", text.data[i]) || ofsi_blank_size(text, i) || ofsi_quote_size(text, i))
            return false;
    ofsi_span words;
    return ofsi_trim_words(text, &words);
}

/* ---- atoms ---- */

static bool is_digit_at(ofsi_span text, size_t at) {
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* What lies between two words of one run ties them, so that they are looked for side by side. */
static bool is_link(ofsi_span text, size_t start, size_t end) {
    size_t size;
    if (start == end)
        return true;
    uint32_t code = character_at(text, start, &size);
    if (start + size != end)
        return false;
    if (code == ':') /* 10:30 */
        return start > 0 && is_digit_at(text, start - 1) && is_digit_at(text, end);
    if (code < 0x80)
        return strchr("-./@&+_'", (int)code) != NULL;
    return (code >= 0x2010 && code <= 0x2013) || ofsi_class_of(code) == OFSI_CLASS_APOSTROPHE;
}

static bool is_wildcard_at(ofsi_span text, size_t at) { return text.data[at] == '*' || text.data[at] == '?'; }

static size_t skip_wildcards(ofsi_span text, size_t start, size_t end) {
    while (start < end && is_wildcard_at(text, start))
        start++;
    return start;
}

void ofsi_atoms_start(ofsi_atoms *atoms, ofsi_span text, bool wild) {
    *atoms = (ofsi_atoms){.breaker = {.text = text}, .wild = wild};
    atoms->more = ofsi_break_next(&atoms->breaker, &atoms->next);
}

/*
 * Takes the * and ? on both sides and the words that they tie. A ? behind a word ends a question, not a
 * pattern.
 */
static void widen(ofsi_atoms *atoms, ofsi_atom *atom) {
    ofsi_span text = atoms->breaker.text;
    size_t start = atom->start;
    while (start > atoms->end && is_wildcard_at(text, start - 1))
        start--;
    atom->wild = start < atom->start;
    atom->start = start;
    for (;;) {
        size_t gap_end = atoms->more ? atoms->next.start : text.size;
        size_t end = skip_wildcards(text, atom->end, gap_end);
        if (end > atom->end && end == gap_end && atoms->more) {
            atom->end = atoms->next.end;
            atom->wild = true;
            atoms->more = ofsi_break_next(&atoms->breaker, &atoms->next);
            continue;
        }
        while (end > atom->end && text.data[end - 1] == '?')
            end--;
        atom->wild = atom->wild || end > atom->end;
        atom->end = end;
        return;
    }
}

bool ofsi_atoms_next(ofsi_atoms *atoms, ofsi_atom *atom) {
    if (!atoms->more)
        return false;
    *atom = (ofsi_atom){.start = atoms->next.start, .end = atoms->next.end};
    atoms->more = ofsi_break_next(&atoms->breaker, &atoms->next);
    if (atoms->wild)
        widen(atoms, atom);
    atom->linked = atoms->begun && is_link(atoms->breaker.text, atoms->end, atom->start);
    atoms->begun = true;
    atoms->end = atom->end;
    return true;
}
