/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrapping and colouring of text for a terminal. */
#include "search/present/terminal.h"

#include "indexer/base/utf8.h"

/* Bold and underline carry the meaning; the hue (ANSI 1-6, never black or white) follows the user's own palette. */
static const char *const look_codes[] = {
    [OFSI_LOOK_PLAIN] = NULL,
    [OFSI_LOOK_MATCH] = "\033[1;31m",
    [OFSI_LOOK_TITLE] = "\033[1m",
    [OFSI_LOOK_DIM] = "\033[2m",
};

void ofsi_look_begin(ofsi_buf *out, ofsi_look look, bool color) {
    if (color && look_codes[look])
        ofsi_buf_text(out, look_codes[look]);
    else if (!color && look == OFSI_LOOK_MATCH)
        ofsi_buf_byte(out, '*');
}

void ofsi_look_end(ofsi_buf *out, ofsi_look look, bool color) {
    if (color && look_codes[look])
        ofsi_buf_text(out, "\033[0m");
    else if (!color && look == OFSI_LOOK_MATCH)
        ofsi_buf_byte(out, '*');
}

typedef struct wrapper {
    ofsi_buf *out;
    ofsi_span text;
    const ofs_highlight *highlights;
    uint32_t highlight_count;
    uint32_t next_highlight;
    const ofsi_wrap *wrap;
    uint32_t column; /* of the next character, indent not counted */
    bool in_match;
} wrapper;

static void begin_line(wrapper *w) {
    for (uint32_t i = 0; i < w->wrap->indent; i++)
        ofsi_buf_byte(w->out, ' ');
    ofsi_look_begin(w->out, w->wrap->look, w->wrap->color);
    if (w->in_match)
        ofsi_look_begin(w->out, OFSI_LOOK_MATCH, w->wrap->color);
    w->column = 0;
}

static void end_line(wrapper *w) {
    if (w->in_match)
        ofsi_look_end(w->out, OFSI_LOOK_MATCH, w->wrap->color);
    ofsi_look_end(w->out, w->wrap->look, w->wrap->color);
    ofsi_buf_byte(w->out, '\n');
}

/* Opens or closes the mark at byte `at` of the text. */
static void mark_at(wrapper *w, size_t at) {
    if (w->in_match && at >= w->highlights[w->next_highlight].end) {
        ofsi_look_end(w->out, OFSI_LOOK_MATCH, w->wrap->color);
        ofsi_look_begin(w->out, w->wrap->color ? w->wrap->look : OFSI_LOOK_PLAIN, w->wrap->color);
        w->in_match = false;
        w->next_highlight++;
    }
    if (!w->in_match && w->next_highlight < w->highlight_count &&
        at >= w->highlights[w->next_highlight].start) {
        w->in_match = true;
        ofsi_look_begin(w->out, OFSI_LOOK_MATCH, w->wrap->color);
    }
}

static size_t word_end(ofsi_span text, size_t from, uint32_t *width) {
    size_t i = from;
    *width = 0;
    while (i < text.size && text.data[i] != ' ' && text.data[i] != '\n' && text.data[i] != '\t') {
        uint32_t code = 0;
        size_t n = ofsi_utf8_decode(text.data + i, text.size - i, &code);
        *width += n ? ofsi_char_width(code) : 1;
        i += n ? n : 1;
    }
    return i;
}

/* Columns that the asterisks take which stand for colour in text[from .. to). */
static uint32_t marks_width(const wrapper *w, size_t from, size_t to) {
    uint32_t width = 0;
    for (uint32_t i = w->next_highlight; !w->wrap->color && i < w->highlight_count; i++) {
        if (w->highlights[i].start >= to)
            break;
        if (w->highlights[i].end > from)
            width += 2;
    }
    return width;
}

static void put_word(wrapper *w, size_t from, size_t to) {
    for (size_t i = from; i < to;) {
        mark_at(w, i);
        uint32_t code = 0;
        size_t n = ofsi_utf8_decode(w->text.data + i, w->text.size - i, &code);
        ofsi_append_clean(w->out, w->text.data + i, n ? n : 1);
        i += n ? n : 1;
    }
    mark_at(w, to);
}

void ofsi_append_wrapped(ofsi_buf *out, ofsi_span text, const ofs_highlight *highlights,
                         uint32_t highlight_count, const ofsi_wrap *wrap) {
    wrapper w = {
        .out = out, .text = text, .highlights = highlights, .highlight_count = highlight_count, .wrap = wrap};
    uint32_t room = wrap->width > wrap->indent + 20 ? wrap->width - wrap->indent : 20;
    size_t i = 0;
    begin_line(&w);
    while (i < text.size) {
        if (text.data[i] == '\n') {
            end_line(&w);
            begin_line(&w);
            i++;
            continue;
        }
        if (text.data[i] == ' ' || text.data[i] == '\t') {
            i++;
            continue;
        }
        uint32_t width;
        size_t end = word_end(text, i, &width);
        width += marks_width(&w, i, end);
        if (w.column && w.column + 1 + width > room) {
            end_line(&w);
            begin_line(&w);
        } else if (w.column) {
            ofsi_buf_byte(out, ' ');
            w.column++;
        }
        put_word(&w, i, end);
        w.column += width;
        i = end;
    }
    end_line(&w);
}
