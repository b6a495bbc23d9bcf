/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hash table that interns byte strings: each distinct string gets the next number, 0, 1, 2, ... Hash: XXH3-64 of the
 * bytes. Copies of the strings live in the map's arena, at stable addresses, until it is freed or reset.
 */
#ifndef OFSI_BASE_MAP_H
#define OFSI_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"

#define OFSI_MAP_NONE UINT32_MAX

typedef struct ofsi_map_slot {
    uint32_t tag;   /* high bits of the hash, compared before the bytes */
    uint32_t index; /* number of the string, OFSI_MAP_NONE when free */
} ofsi_map_slot;

typedef struct ofsi_map {
    ofsi_span *keys; /* by number */
    size_t keys_capacity;
    uint32_t count;
    ofsi_map_slot *slots; /* a power of two of them, at most two thirds in use */
    size_t slots_count;
    ofsi_arena arena;
} ofsi_map;

/* A map of all zeros is empty and ready. */

/* The number of `key`, or OFSI_MAP_NONE. */
uint32_t ofsi_map_find(const ofsi_map *map, ofsi_span key);
/* The number of `key`, adding it when new (*added tells, may be NULL); OFSI_MAP_NONE when out of memory. */
uint32_t ofsi_map_intern(ofsi_map *map, ofsi_span key, bool *added);
/* Heap bytes in use. */
size_t ofsi_map_bytes(const ofsi_map *map);
/* Empties it, keeping what memory it can. */
void ofsi_map_reset(ofsi_map *map);
void ofsi_map_free(ofsi_map *map);

/* XXH3-64 of the bytes: for checksums and content hashes. */
uint64_t ofsi_hash64(const void *data, size_t size);
/* XXH128 of the bytes as 32 hexadecimal digits, with a NUL: for names of things that are too long to be named whole. */
void ofsi_hash128(const void *data, size_t size, char digits[33]);

#endif
