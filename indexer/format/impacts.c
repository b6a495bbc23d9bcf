/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Building, bounding and coding of impact fronts. */
#include "indexer/format/impacts.h"

/* Joins the neighbours i and i + 1 into the corner that bounds both. */
static void join_pair(ofsi_front *front, uint32_t i) {
    front->pairs[i].tf = front->pairs[i + 1].tf;
    front->count--;
    memmove(&front->pairs[i + 1], &front->pairs[i + 2], (front->count - i - 1) * sizeof front->pairs[0]);
}

/* The neighbours whose joining raises the bound least: by the growth of tf relative to length. */
static uint32_t cheapest_join(const ofsi_front *front) {
    uint32_t best = 0;
    double least = 0;
    for (uint32_t i = 0; i + 1 < front->count; i++) {
        double tf = (double)front->pairs[i + 1].tf / (double)front->pairs[i].tf;
        double length = ((double)front->pairs[i + 1].length + 1) / ((double)front->pairs[i].length + 1);
        double loss = tf < length ? tf : length;
        if (i == 0 || loss < least) {
            least = loss;
            best = i;
        }
    }
    return best;
}

void ofsi_front_add(ofsi_front *front, uint32_t tf, uint32_t length) {
    uint32_t i = 0;
    while (i < front->count && front->pairs[i].tf < tf)
        i++;
    /* A pair of at least this tf and at most this length bounds it already. */
    if (i < front->count && front->pairs[i].length <= length)
        return;
    uint32_t end = i < front->count && front->pairs[i].tf == tf ? i + 1 : i;
    uint32_t start = i;
    while (start > 0 && front->pairs[start - 1].length >= length)
        start--;
    if (start == end && front->count == OFSI_FRONT_ROOM) {
        join_pair(front, cheapest_join(front));
        ofsi_front_add(front, tf, length);
        return;
    }
    memmove(&front->pairs[start + 1], &front->pairs[end], (front->count - end) * sizeof front->pairs[0]);
    front->pairs[start] = (ofsi_impact){tf, length};
    front->count = front->count - (end - start) + 1;
}

void ofsi_front_merge(ofsi_front *front, const ofsi_front *other) {
    for (uint32_t i = 0; i < other->count; i++)
        ofsi_front_add(front, other->pairs[i].tf, other->pairs[i].length);
}

void ofsi_front_encode(const ofsi_front *front, ofsi_buf *out) {
    ofsi_buf_byte(out, (uint8_t)front->count);
    uint32_t tf = 0, length = 0;
    for (uint32_t i = 0; i < front->count; i++) {
        ofsi_buf_varint(out, front->pairs[i].tf - tf);
        ofsi_buf_varint(out, front->pairs[i].length - length);
        tf = front->pairs[i].tf;
        length = front->pairs[i].length;
    }
}

uint32_t ofsi_front_decode(ofsi_cursor *c, ofsi_impact pairs[OFSI_IMPACTS_MAX]) {
    uint32_t count = ofsi_cursor_u8(c);
    uint64_t tf = 0, length = 0;
    if (count == 0 || count > OFSI_IMPACTS_MAX)
        c->bad = true;
    for (uint32_t i = 0; i < count && !c->bad; i++) {
        tf += ofsi_cursor_varint_max(c, UINT32_MAX);
        length += ofsi_cursor_varint_max(c, UINT32_MAX);
        if (tf == 0 || tf > UINT32_MAX || length > UINT32_MAX)
            c->bad = true;
        pairs[i] = (ofsi_impact){(uint32_t)tf, (uint32_t)length};
    }
    return c->bad ? 0 : count;
}
