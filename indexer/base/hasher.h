/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XXH3-64 of bytes that come in pieces: the same number as ofsi_hash64() gives for the whole. */
#ifndef OFSI_BASE_HASHER_H
#define OFSI_BASE_HASHER_H

#include <stddef.h>
#include <stdint.h>

typedef struct ofsi_hasher ofsi_hasher;

/* NULL when out of memory. */
ofsi_hasher *ofsi_hasher_new(void);
void ofsi_hasher_add(ofsi_hasher *hasher, const void *data, size_t size);
uint64_t ofsi_hasher_value(const ofsi_hasher *hasher);
/* NULL is allowed. */
void ofsi_hasher_free(ofsi_hasher *hasher);

#endif
