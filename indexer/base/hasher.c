/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashing in pieces. */
#include "indexer/base/hasher.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "indexer/base/alloc.h"

/* The state asks for 64-byte alignment, which malloc does not promise: xxHash aligns what it makes itself. */
struct ofsi_hasher {
    XXH3_state_t *state;
};

ofsi_hasher *ofsi_hasher_new(void) {
    ofsi_hasher *hasher = ofsi_malloc(sizeof *hasher);
    if (!hasher)
        return NULL;
    hasher->state = XXH3_createState();
    if (!hasher->state) {
        ofsi_free(hasher);
        return NULL;
    }
    XXH3_64bits_reset(hasher->state);
    return hasher;
}

void ofsi_hasher_add(ofsi_hasher *hasher, const void *data, size_t size) {
    XXH3_64bits_update(hasher->state, data, size);
}

uint64_t ofsi_hasher_value(const ofsi_hasher *hasher) { return XXH3_64bits_digest(hasher->state); }

void ofsi_hasher_free(ofsi_hasher *hasher) {
    if (!hasher)
        return;
    XXH3_freeState(hasher->state);
    ofsi_free(hasher);
}
