/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a provider's name, and which of them stand at its ends by custom. */
#include "indexer/base/provider_key.h"

#include <stdint.h>
#include <string.h>

enum { MOST_WORDS = 40, MOST_WORD = 60 };

typedef struct word {
    char text[MOST_WORD]; /* as in a key */
    size_t size;
    size_t start, end; /* in the name */
} word;

typedef struct words {
    word items[MOST_WORDS];
    uint32_t count;
} words;

/* ---- words ---- */

static bool has_bytes(ofsi_span text, size_t at, const char *bytes) {
    size_t size = strlen(bytes);
    return text.size - at >= size && memcmp(text.data + at, bytes, size) == 0;
}

/* Bytes of an apostrophe here, which parts no word; 0: none. */
static size_t apostrophe(ofsi_span text, size_t at) {
    static const char *const signs[] = {"'", "\xE2\x80\x99", "\xE2\x80\x98"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (has_bytes(text, at, signs[i]))
            return strlen(signs[i]);
    return 0;
}

/* Bytes of what parts words: ASCII but letters and digits, blanks that do not break, dashes. 0: a letter. */
static size_t parting(ofsi_span text, size_t at) {
    unsigned char c = (unsigned char)text.data[at];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c < 0x80)
        return letter ? 0 : 1;
    if (has_bytes(text, at, "\xC2\xA0"))
        return 2;
    bool general = text.size - at >= 3 && c == 0xE2 && (unsigned char)text.data[at + 1] == 0x80 &&
                   (unsigned char)text.data[at + 2] >= 0x90 && (unsigned char)text.data[at + 2] <= 0x95;
    return general || has_bytes(text, at, "\xE2\x88\x92") ? 3 : 0;
}

static bool is_word(const word *w, const char *text) {
    return w->size == strlen(text) && memcmp(w->text, text, w->size) == 0;
}

static void end_word(words *list, word *open, size_t end) {
    if (open->size == 0)
        return;
    open->end = end;
    if (is_word(open, "saint")) {
        memcpy(open->text, "st", 2);
        open->size = 2;
    }
    if (!is_word(open, "and") && !is_word(open, "the"))
        list->items[list->count++] = *open;
    open->size = 0;
}

static void take_words(ofsi_span name, words *list) {
    word open = {.size = 0};
    size_t at = 0;
    list->count = 0;
    while (at < name.size && list->count < MOST_WORDS) {
        size_t passed = apostrophe(name, at);
        size_t parted = passed ? 0 : parting(name, at);
        if (parted)
            end_word(list, &open, at);
        if (!passed && !parted) {
            unsigned char c = (unsigned char)name.data[at];
            if (open.size == 0)
                open.start = at;
            if (open.size < MOST_WORD)
                open.text[open.size++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
        at += passed + parted ? passed + parted : 1;
    }
    if (list->count < MOST_WORDS)
        end_word(list, &open, name.size);
}

/* ---- what stands around a name ---- */

/* `sure`: it is said of councils alone. Other wordings are left out only of a name that is a council's. */
typedef struct custom {
    const char *words;
    bool sure;
} custom;

static const custom before[] = {
    {"london borough of", true},
    {"royal borough of", true},
    {"royal london borough of", true},
    {"metropolitan borough of", true},
    {"metropolitan district of", true},
    {"borough of", true},
    {"council of", true},
    {"corporation of", true},
    {"lb of", true},
    {"lb", true},
    {"city of", false},
    {"county of", false},
    {"city county of", false},
    {"county", false},
};
static const custom behind[] = {
    {"council", true},
    {"councils", true},
    {"metropolitan borough", true},
    {"metropolitan district", true},
    {"london borough", true},
    {"unitary authority", true},
    {"local authority", true},
    {"childrens services", true},
    {"childrens social care", true},
    {"childrens social care services", true},
    {"local area partnership", true},
    {"mbc", true},
    {"city of", false},
    {"county of", false},
    {"city", false},
    {"county", false},
    {"borough", false},
    {"metropolitan", false},
    {"district", false},
    {"unitary", false},
    {"authority", false},
    {"corporation", false},
};

typedef struct range {
    uint32_t first, end; /* words */
} range;

/* How many words of the wording stand at `at`; 0 when it does not stand there whole. */
static uint32_t wording_at(const words *list, range r, uint32_t at, const char *wording) {
    uint32_t count = 0;
    while (*wording) {
        size_t size = strcspn(wording, " ");
        if (at + count >= r.end)
            return 0;
        const word *w = &list->items[at + count];
        if (w->size != size || memcmp(w->text, wording, size) != 0)
            return 0;
        count++;
        wording += size;
        wording += *wording == ' ';
    }
    return count;
}

static uint32_t word_count(const char *wording) {
    uint32_t count = 1;
    for (; *wording; wording++)
        count += *wording == ' ';
    return count;
}

/* Takes one wording off either end, sure ones or all; false when there is none or it is the whole name. */
static bool take_off(const words *list, range *r, bool all, bool *sure) {
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        uint32_t count = all || before[i].sure ? wording_at(list, *r, r->first, before[i].words) : 0;
        if (count && count < r->end - r->first) {
            r->first += count;
            *sure |= before[i].sure;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        uint32_t count = word_count(behind[i].words);
        if ((all || behind[i].sure) && count < r->end - r->first &&
            wording_at(list, *r, r->end - count, behind[i].words)) {
            r->end -= count;
            *sure |= behind[i].sure;
            return true;
        }
    }
    return false;
}

void ofsi_provider_key(ofsi_span name, ofsi_buf *key) {
    words list;
    bool sure = false;
    take_words(name, &list);
    range r = {0, list.count};
    while (take_off(&list, &r, true, &sure)) {
    }
    for (uint32_t i = r.first; i < r.end; i++) {
        if (i > r.first)
            ofsi_buf_byte(key, ' ');
        ofsi_buf_append(key, list.items[i].text, list.items[i].size);
    }
}

ofsi_span ofsi_provider_core(ofsi_span name) {
    words list;
    bool sure = false;
    take_words(name, &list);
    range r = {0, list.count};
    while (take_off(&list, &r, sure, &sure)) {
    }
    if (!sure || list.count == MOST_WORDS)
        return name;
    return (ofsi_span){name.data + list.items[r.first].start,
                       list.items[r.end - 1].end - list.items[r.first].start};
}
