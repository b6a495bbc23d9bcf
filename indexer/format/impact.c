/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Impact fronts: gathering, merging down to a few corners, encoding and decoding. */
#include "indexer/format/impact.h"

void ofsi_front_join(ofsi_front_builder *builder, const ofsi_front_builder *other) {
    for (uint32_t slot = 0; slot < other->slots; slot++)
        if (other->least[slot] != UINT32_MAX)
            ofsi_front_raise(builder, slot, other->least[slot]);
    if (other->most_tf > builder->most_tf)
        builder->most_tf = other->most_tf;
}

/*
 * A stand-in for BM25 (k1 1.2, b 0.75, 80 words on average), in integers so that every machine merges alike. It only
 * chooses which corners to merge; the bound holds whatever it says.
 */
static uint64_t weigh(ofsi_impact corner) {
    uint64_t tf = (uint64_t)corner.tf * 1000;
    return (tf << 20) / (tf + 300 + (uint64_t)corner.length * 45 / 4);
}

/* The corner that stands for both neighbours, and what the bound loses by it. */
static uint64_t merge_loss(ofsi_impact low, ofsi_impact high) {
    uint64_t joint = weigh((ofsi_impact){high.tf, low.length});
    return 2 * joint - weigh(low) - weigh(high);
}

uint32_t ofsi_front_corners(const ofsi_front_builder *builder, uint32_t capacity, ofsi_impact *corners) {
    ofsi_impact all[OFSI_FRONT_SLOTS];
    uint32_t count = 0, least = UINT32_MAX;
    bool any = false;
    for (uint32_t slot = builder->slots; slot-- > 0;) {
        if (builder->least[slot] < least || (!any && slot + 1 == builder->slots)) {
            least = builder->least[slot];
            any = true;
            all[count++] = (ofsi_impact){slot + 1 == OFSI_FRONT_SLOTS ? builder->most_tf : slot + 1, least};
        }
    }
    for (uint32_t i = 0; i < count / 2; i++) {
        ofsi_impact swapped = all[i];
        all[i] = all[count - 1 - i];
        all[count - 1 - i] = swapped;
    }
    while (count > capacity) {
        uint32_t best = 0;
        uint64_t best_loss = UINT64_MAX;
        for (uint32_t i = 0; i + 1 < count; i++) {
            uint64_t loss = merge_loss(all[i], all[i + 1]);
            if (loss < best_loss) {
                best = i;
                best_loss = loss;
            }
        }
        all[best].tf = all[best + 1].tf;
        count--;
        for (uint32_t i = best + 1; i < count; i++)
            all[i] = all[i + 1];
    }
    memcpy(corners, all, count * sizeof *all);
    return count;
}

void ofsi_front_encode(const ofsi_impact *corners, uint32_t count, ofsi_buf *out) {
    uint32_t tf = 0, length = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        ofsi_buf_varint(out, corners[i].tf - tf - 1);
        ofsi_buf_varint(out, (uint32_t)(corners[i].length - length - 1));
        tf = corners[i].tf;
        length = corners[i].length;
    }
}

uint32_t ofsi_front_decode(ofsi_cursor *cursor, uint32_t capacity, ofsi_impact *corners) {
    uint64_t tf = 0, length = 0;
    uint32_t count = 0;
    while (ofsi_cursor_left(cursor) && count < capacity && !cursor->bad) {
        tf += ofsi_cursor_varint_max(cursor, UINT32_MAX) + 1;
        length += ofsi_cursor_varint_max(cursor, UINT32_MAX) + (count ? 1 : 0);
        if (tf > UINT32_MAX || length > UINT32_MAX)
            cursor->bad = true;
        corners[count++] = (ofsi_impact){(uint32_t)tf, (uint32_t)length};
    }
    if (count == 0 || ofsi_cursor_left(cursor))
        cursor->bad = true;
    return cursor->bad ? 0 : count;
}
