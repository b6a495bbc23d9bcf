/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights as they are written, in millionths so that reading and writing are inverse. */
#ifndef OFSI_QUERY_WEIGHT_H
#define OFSI_QUERY_WEIGHT_H

#include <stdint.h>

#include "indexer/base/buf.h"

enum { OFSI_WEIGHT_ONE = 1000000, OFSI_WEIGHT_MOST = 1000 };

/*
 * Reads digits with at most one point from text[0 .. size); the bytes read, 0 when it is no number.
 * *millionths is more than OFSI_WEIGHT_MOST allows when the number is; digits behind the sixth place are cut
 * off.
 */
size_t ofsi_weight_read(ofsi_span text, uint64_t *millionths);
bool ofsi_weight_allowed(uint64_t millionths);
/* a * b, rounded to millionths. */
uint64_t ofsi_weight_product(double a, double b);
double ofsi_weight_value(uint64_t millionths);
void ofsi_weight_print(double weight, ofsi_buf *out);

#endif
