/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of distances for fuzzy words; for the others, places in the part of the pattern before its first `*`. */
#include "search/exec/trail.h"

/* Cell k of the row behind i characters stands for the pattern's first i + k - distance ones. */
static bool has_cell(const ofsi_pattern *p, uint32_t i, uint32_t k, uint32_t *place) {
    *place = i + k - p->distance; /* wraps when below 0 */
    return i + k >= p->distance && *place <= p->code_count;
}

void ofsi_trail_start(ofsi_trail *t, const ofsi_pattern *pattern) {
    uint32_t place;
    t->pattern = pattern;
    t->count = 0;
    for (uint32_t k = 0; ofsi_trail_has_rows(pattern) && k <= 2 * pattern->distance; k++)
        t->rows[0][k] =
            (uint8_t)(has_cell(pattern, 0, k, &place) && place <= pattern->distance ? place
                                                                                    : pattern->distance + 1);
}

uint32_t ofsi_trail_size(const ofsi_trail *t) { return t->count ? t->ends[t->count - 1] : 0; }

/* The row behind one more character; whether one of its cells is within the distance. */
static bool step_row(ofsi_trail *t, uint32_t code) {
    const ofsi_pattern *p = t->pattern;
    const uint8_t *row = t->rows[t->count];
    uint8_t *next = t->rows[t->count + 1];
    uint32_t width = 2 * p->distance + 1, over = p->distance + 1, least = over, place;
    for (uint32_t k = 0; k < width; k++) {
        uint32_t cell = over;
        if (has_cell(p, t->count + 1, k, &place)) {
            if (place > 0)
                cell = row[k] + (p->codes[place - 1] == code ? 0u : 1u);
            if (k + 1 < width && row[k + 1] + 1u < cell)
                cell = row[k + 1] + 1u;
            if (k > 0 && next[k - 1] + 1u < cell)
                cell = next[k - 1] + 1u;
        }
        next[k] = (uint8_t)(cell < over ? cell : over);
        least = cell < least ? cell : least;
    }
    return least <= p->distance;
}

static bool goes_on(ofsi_trail *t, uint32_t code) {
    const ofsi_pattern *p = t->pattern;
    if (ofsi_trail_has_rows(p))
        return step_row(t, code);
    if (p->kind == OFSI_PATTERN_FUZZY)
        return true;
    if (t->count < p->head_count)
        return p->head[t->count] == OFSI_PATTERN_ANY || p->head[t->count] == code;
    return p->open;
}

static bool push(ofsi_trail *t, uint32_t code, const char *bytes, size_t size) {
    uint32_t start = ofsi_trail_size(t);
    if (t->count == OFSI_TRAIL_MAX || !goes_on(t, code))
        return false;
    for (size_t i = 0; i < size; i++)
        t->text[start + i] = bytes[i];
    t->ends[t->count] = (uint16_t)(start + size);
    t->codes[t->count++] = code;
    return true;
}

bool ofsi_trail_move(ofsi_trail *t, ofsi_span text) {
    size_t same = 0, size = ofsi_trail_size(t);
    while (same < size && same < text.size && t->text[same] == text.data[same])
        same++;
    while (t->count && t->ends[t->count - 1] > same)
        t->count--;
    for (size_t at = ofsi_trail_size(t); at < text.size;) {
        uint32_t code = (unsigned char)text.data[at];
        size_t n = code < 0x80 ? 1 : ofsi_pattern_decode(text, at, &code);
        if (!push(t, code, text.data + at, n))
            return false;
        at += n;
    }
    return true;
}

bool ofsi_trail_fits(const ofsi_trail *t) {
    const ofsi_pattern *p = t->pattern;
    uint32_t k = p->code_count + p->distance - t->count; /* wraps when the beginning is too long */
    return k <= 2 * p->distance && t->rows[t->count][k] <= p->distance;
}

uint32_t ofsi_trail_pop(ofsi_trail *t) { return t->codes[--t->count]; }

/* The character after one in Unicode's order. */
static uint32_t code_after(uint32_t code) {
    if (code >= 0x10FFFF)
        return OFSI_TRAIL_END;
    return code + 1 >= 0xD800 && code + 1 < 0xE000 ? 0xE000 : code + 1;
}

static uint32_t next_by_row(const ofsi_trail *t, uint32_t code) {
    const ofsi_pattern *p = t->pattern;
    const uint8_t *row = t->rows[t->count];
    uint32_t least = OFSI_TRAIL_END, place;
    for (uint32_t k = 0; k <= 2 * p->distance; k++) {
        if (row[k] < p->distance)
            return code_after(code); /* one more may be put in */
        if (row[k] == p->distance && has_cell(p, t->count, k, &place) && place < p->code_count &&
            p->codes[place] > code && p->codes[place] < least)
            least = p->codes[place];
    }
    return least;
}

uint32_t ofsi_trail_next(const ofsi_trail *t, uint32_t code) {
    const ofsi_pattern *p = t->pattern;
    if (ofsi_trail_has_rows(p))
        return next_by_row(t, code);
    bool any = p->kind == OFSI_PATTERN_FUZZY || (t->count >= p->head_count && p->open) ||
               (t->count < p->head_count && p->head[t->count] == OFSI_PATTERN_ANY);
    if (any)
        return code_after(code);
    return t->count < p->head_count && p->head[t->count] > code ? p->head[t->count] : OFSI_TRAIL_END;
}
