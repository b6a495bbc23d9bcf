/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines put together again. A hyphen at a line's end is either part of a compound (multi-agency) or was put
 * there to break a word; the rest of the document tells which: the form that occurs elsewhere wins, and where
 * neither does the hyphen stays, so that no word is made up. Called by parse_units.c and parse_headings.c.
 */
#include "indexer/report/parse.h"

enum { MOST_WORD = 64 };

static bool is_word_sign(char c) {
    return ofsi_is_lower(c) || ofsi_is_digit(c) || c == '-' || c == '\'' || (unsigned char)c >= 0x80;
}

static void add_words(ofsi_parse *parse, ofsi_span folded) {
    for (size_t at = 0; at < folded.size && !parse->nomem;) {
        size_t start = at;
        while (at < folded.size && is_word_sign(folded.data[at]))
            at++;
        size_t end = at;
        /*
         * The part of a word that stands at a line's end with its hyphen is what is asked about: no witness.
         */
        bool broken = end == folded.size && end > start && folded.data[end - 1] == '-';
        if (end > start && end - start <= MOST_WORD && !broken)
            parse->nomem |= ofsi_map_intern(&parse->words, (ofsi_span){folded.data + start, end - start},
                                            NULL) == OFSI_MAP_NONE;
        at = end + 1;
    }
}

static void gather_words(ofsi_parse *parse) {
    parse->has_words = true;
    for (uint32_t i = 0; i < parse->document->line_count && !parse->nomem; i++)
        add_words(parse, parse->marks[i].folded);
}

/* The letters at the end or start of a text, lower case, as many as fit. */
static size_t word_at_end(ofsi_span text, char out[MOST_WORD]) {
    size_t start = text.size, size = 0;
    while (start && text.size - start <= MOST_WORD &&
           (ofsi_is_lower(text.data[start - 1]) || ofsi_is_upper(text.data[start - 1]) ||
            text.data[start - 1] == '-'))
        start--;
    if (text.size - start > MOST_WORD)
        return 0;
    for (size_t i = start; i < text.size; i++)
        out[size++] = ofsi_is_upper(text.data[i]) ? (char)(text.data[i] + ('a' - 'A')) : text.data[i];
    return size;
}

static size_t word_at_start(ofsi_span text) {
    size_t size = 0;
    while (size < text.size && (ofsi_is_lower(text.data[size]) || text.data[size] == '-'))
        size++;
    return size;
}

/* Whether the hyphen at the end of `left` was only put in to break a word. */
static bool is_break(ofsi_parse *parse, ofsi_span left, ofsi_span right) {
    char word[2 * MOST_WORD];
    left.size--;
    size_t head = word_at_end(left, word), tail = word_at_start(right);
    if (head == 0 || tail == 0 || head + tail + 1 > sizeof word)
        return false;
    if (!parse->has_words)
        gather_words(parse);
    memcpy(word + head, right.data, tail);
    bool whole = ofsi_map_find(&parse->words, (ofsi_span){word, head + tail}) != OFSI_MAP_NONE;
    memmove(word + head + 1, word + head, tail);
    word[head] = '-';
    bool parted = ofsi_map_find(&parse->words, (ofsi_span){word, head + tail + 1}) != OFSI_MAP_NONE;
    return whole && !parted;
}

/* "and/" goes on without a blank, "and /" does not. */
static bool ends_in_slash(ofsi_span left) {
    return left.size > 1 && left.data[left.size - 1] == '/' && !ofsi_is_blank(left.data[left.size - 2]);
}

void ofsi_join_line(ofsi_parse *parse, ofsi_buf *text, ofsi_span line) {
    ofsi_span left = ofsi_buf_span(text);
    if (line.size == 0 || text->failed)
        return;
    bool hyphen =
        left.size > 1 && left.data[left.size - 1] == '-' && !ofsi_is_blank(left.data[left.size - 2]);
    bool dash = left.size > 3 && memcmp(left.data + left.size - 3, "\xE2\x80\x93", 3) == 0 &&
                ofsi_is_digit(left.data[left.size - 4]) && ofsi_is_digit(line.data[0]);
    if (hyphen && ofsi_begins_lower(line) && is_break(parse, left, line))
        text->size--;
    else if (left.size && !hyphen && !dash && !ofsi_is_blank(left.data[left.size - 1]) &&
             !ends_in_slash(left))
        ofsi_buf_byte(text, ' ');
    size_t start = text->size;
    ofsi_buf_append(text, line.data, line.size);
    for (size_t i = start; i < text->size; i++)
        if (text->data[i] == '\t')
            text->data[i] = ' ';
}
