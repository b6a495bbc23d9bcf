/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measure of telling words, by itself. Used by keywords.c and its tests. */
#ifndef OFSI_EXEC_KEYWORDS_H
#define OFSI_EXEC_KEYWORDS_H

#include <stdint.h>

/* Dunning's log-likelihood ratio for a of total_a against b of total_b; a <= total_a, b <= total_b. */
double ofsi_log_likelihood(uint64_t a, uint64_t total_a, uint64_t b, uint64_t total_b);

#endif
