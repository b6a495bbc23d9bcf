/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interning of byte strings: open addressing with linear probing. */
#include "indexer/base/map.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "indexer/base/alloc.h"

uint64_t ofsi_hash64(const void *data, size_t size) { return XXH3_64bits(data, size); }

void ofsi_hash128(const void *data, size_t size, char digits[33]) {
    static const char names[] = "0123456789abcdef";
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, XXH3_128bits(size ? data : "", size));
    for (size_t i = 0; i < sizeof bytes.digest; i++) {
        digits[2 * i] = names[bytes.digest[i] >> 4];
        digits[2 * i + 1] = names[bytes.digest[i] & 15];
    }
    digits[32] = '\0';
}

static size_t find_slot(const ofsi_map *map, ofsi_span key, uint64_t hash) {
    size_t mask = map->slots_count - 1;
    uint32_t tag = (uint32_t)(hash >> 32);
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        const ofsi_map_slot *slot = &map->slots[i];
        if (slot->index == OFSI_MAP_NONE)
            return i;
        if (slot->tag == tag && ofsi_span_equal(map->keys[slot->index], key))
            return i;
    }
}

static bool grow_slots(ofsi_map *map) {
    size_t count = map->slots_count ? map->slots_count * 2 : 64;
    ofsi_map_slot *slots = ofsi_reallocarray(NULL, count, sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0xFF, count * sizeof *slots);
    for (uint32_t k = 0; k < map->count; k++) {
        uint64_t hash = ofsi_hash64(map->keys[k].data, map->keys[k].size);
        size_t i = (size_t)hash & (count - 1);
        while (slots[i].index != OFSI_MAP_NONE)
            i = (i + 1) & (count - 1);
        slots[i] = (ofsi_map_slot){(uint32_t)(hash >> 32), k};
    }
    ofsi_free(map->slots);
    map->slots = slots;
    map->slots_count = count;
    return true;
}

uint32_t ofsi_map_find(const ofsi_map *map, ofsi_span key) {
    if (map->count == 0)
        return OFSI_MAP_NONE;
    return map->slots[find_slot(map, key, ofsi_hash64(key.data, key.size))].index;
}

uint32_t ofsi_map_intern(ofsi_map *map, ofsi_span key, bool *added) {
    if (added)
        *added = false;
    if (((size_t)map->count + 1) * 3 > map->slots_count * 2 && !grow_slots(map))
        return OFSI_MAP_NONE;
    uint64_t hash = ofsi_hash64(key.data, key.size);
    size_t i = find_slot(map, key, hash);
    if (map->slots[i].index != OFSI_MAP_NONE)
        return map->slots[i].index;
    if (map->count == OFSI_MAP_NONE - 1 ||
        !ofsi_grow(&map->keys, &map->keys_capacity, (size_t)map->count + 1, sizeof *map->keys))
        return OFSI_MAP_NONE;
    char *copy = ofsi_arena_strndup(&map->arena, key.data, key.size);
    if (!copy)
        return OFSI_MAP_NONE;
    map->keys[map->count] = (ofsi_span){copy, key.size};
    map->slots[i] = (ofsi_map_slot){(uint32_t)(hash >> 32), map->count};
    if (added)
        *added = true;
    return map->count++;
}

size_t ofsi_map_bytes(const ofsi_map *map) {
    return map->keys_capacity * sizeof *map->keys + map->slots_count * sizeof *map->slots +
           map->arena.reserved;
}

void ofsi_map_reset(ofsi_map *map) {
    if (map->slots)
        memset(map->slots, 0xFF, map->slots_count * sizeof *map->slots);
    map->count = 0;
    ofsi_arena_reset(&map->arena);
}

void ofsi_map_free(ofsi_map *map) {
    ofsi_free(map->keys);
    ofsi_free(map->slots);
    ofsi_arena_free(&map->arena);
    *map = (ofsi_map){0};
}
