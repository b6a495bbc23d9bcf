/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights. */
#include "search/query/weight.h"

#include <inttypes.h>

enum { DECIMALS = 6 };

static bool is_digit(ofsi_span text, size_t at) {
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

size_t ofsi_weight_read(ofsi_span text, uint64_t *millionths) {
    uint64_t value = 0;
    size_t i = 0, digits = 0;
    for (; is_digit(text, i); i++, digits++)
        if (value <= OFSI_WEIGHT_MOST)
            value = value * 10 + (uint64_t)(text.data[i] - '0');
    value *= OFSI_WEIGHT_ONE;
    if (i < text.size && text.data[i] == '.' && is_digit(text, i + 1)) {
        uint64_t unit = OFSI_WEIGHT_ONE / 10;
        for (i++; is_digit(text, i); i++, digits++) {
            value += unit * (uint64_t)(text.data[i] - '0');
            unit /= 10;
        }
    }
    *millionths = value;
    return digits ? i : 0;
}

bool ofsi_weight_allowed(uint64_t millionths) {
    return millionths > 0 && millionths <= (uint64_t)OFSI_WEIGHT_MOST * OFSI_WEIGHT_ONE;
}

uint64_t ofsi_weight_product(double a, double b) { return (uint64_t)(a * b * OFSI_WEIGHT_ONE + 0.5); }

double ofsi_weight_value(uint64_t millionths) { return (double)millionths / OFSI_WEIGHT_ONE; }

void ofsi_weight_print(double weight, ofsi_buf *out) {
    uint64_t millionths = ofsi_weight_product(weight, 1);
    if (millionths == OFSI_WEIGHT_ONE)
        return;
    ofsi_buf_printf(out, "^%" PRIu64, millionths / OFSI_WEIGHT_ONE);
    uint64_t rest = millionths % OFSI_WEIGHT_ONE;
    if (rest == 0)
        return;
    int places = DECIMALS;
    for (; rest % 10 == 0; rest /= 10)
        places--;
    ofsi_buf_printf(out, ".%0*" PRIu64, places, rest);
}
