/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking up the lengths that do not fit a byte. */
#include "indexer/format/lengths.h"

uint32_t ofsi_lengths_find(const ofsi_lengths *lengths, uint32_t doc) {
    uint32_t low = 0, high = lengths->long_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ofsi_load_u32(lengths->long_docs + (size_t)middle * 4) < doc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == lengths->long_count || ofsi_load_u32(lengths->long_docs + (size_t)low * 4) != doc)
        return OFSI_LENGTH_LONG;
    return ofsi_load_u32(lengths->long_lengths + (size_t)low * 4);
}
