/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table from byte strings to numbers that any thread may look into at any time, without a lock, while one adds to it:
 * a slot is filled before its number is published, and a table that grows stays readable until it is emptied. Most words
 * are compared by the slot alone, which holds their first eight bytes. Used by analyzer.c.
 */
#ifndef OFSI_ANALYSIS_LEXICON_H
#define OFSI_ANALYSIS_LEXICON_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "indexer/base/span.h"

#define OFSI_LEXICON_NONE UINT32_MAX

/* Half a line of the cache. */
typedef struct ofsi_lexicon_slot {
    uint64_t head; /* first eight bytes, zeros behind a shorter string */
    const char *text;
    uint32_t size;
    _Atomic uint32_t number; /* OFSI_LEXICON_NONE: the slot is free */
    uint32_t more[2];        /* what is to be found with the number */
} ofsi_lexicon_slot;

typedef struct ofsi_lexicon_table {
    struct ofsi_lexicon_table *older; /* outgrown */
    size_t mask;
    ofsi_lexicon_slot *slots; /* behind this header, where lines begin */
} ofsi_lexicon_table;

typedef struct ofsi_lexicon {
    _Atomic(ofsi_lexicon_table *) table;
    size_t count;
    size_t bytes; /* heap bytes of the tables */
} ofsi_lexicon;

/* A lexicon of all zeros is empty and ready. */

/* A string and its hash. Of up to OFSI_LEXICON_SHORT bytes, head, tail and size are all of it. */
enum { OFSI_LEXICON_SHORT = 16 };
typedef struct ofsi_lexicon_key {
    ofsi_span text;
    uint64_t head, tail, hash; /* tail: last eight bytes, 0 of a string that is not longer than that */
} ofsi_lexicon_key;

/* Up to eight bytes, as they lie in memory, zeros behind them. */
static inline uint64_t ofsi_lexicon_head(const char *text, size_t size) {
    uint64_t head = 0;
    memcpy(&head, text, size < sizeof head ? size : sizeof head);
    return head;
}

/* The hash of a longer string. */
uint64_t ofsi_lexicon_hash(ofsi_span text);

/* `head` as ofsi_lexicon_head() gives it: who looks words up in a text can often load it at once. */
static inline ofsi_lexicon_key ofsi_lexicon_key_of(ofsi_span text, uint64_t head) {
    ofsi_lexicon_key key = {text, head, 0, 0};
    if (text.size > sizeof head)
        key.tail = ofsi_lexicon_head(text.data + text.size - sizeof head, sizeof head);
    if (text.size > OFSI_LEXICON_SHORT) {
        key.hash = ofsi_lexicon_hash(text);
        return key;
    }
    uint64_t mixed =
        (head ^ text.size ^ key.tail * UINT64_C(0xA0761D6478BD642F)) * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    key.hash = mixed ^ mixed >> 29;
    return key;
}

static inline bool ofsi_lexicon_is_same(const ofsi_lexicon_slot *slot, const ofsi_lexicon_key *key) {
    size_t size = key->text.size, head = sizeof key->head;
    if (slot->head != key->head || slot->size != size)
        return false;
    if (size <= head)
        return true;
    return size <= OFSI_LEXICON_SHORT ? ofsi_lexicon_head(slot->text + size - head, head) == key->tail
                                      : memcmp(slot->text, key->text.data, size) == 0;
}

/* The slot of the string, complete; NULL when it is not there. */
static inline const ofsi_lexicon_slot *ofsi_lexicon_find(const ofsi_lexicon *lexicon,
                                                         const ofsi_lexicon_key *key) {
    const ofsi_lexicon_table *table = atomic_load_explicit(&lexicon->table, memory_order_acquire);
    for (size_t i = table ? (size_t)key->hash & table->mask : 0; table; i = (i + 1) & table->mask) {
        const ofsi_lexicon_slot *slot = &table->slots[i];
        if (atomic_load_explicit(&slot->number, memory_order_acquire) == OFSI_LEXICON_NONE)
            return NULL;
        if (ofsi_lexicon_is_same(slot, key))
            return slot;
    }
    return NULL;
}

static inline uint32_t ofsi_lexicon_number(const ofsi_lexicon_slot *slot) {
    return atomic_load_explicit(&slot->number, memory_order_relaxed);
}

/* Says that the string will be looked for soon. */
static inline void ofsi_lexicon_expect(const ofsi_lexicon *lexicon, const ofsi_lexicon_key *key) {
    const ofsi_lexicon_table *table = atomic_load_explicit(&lexicon->table, memory_order_acquire);
    if (table)
        __builtin_prefetch(&table->slots[(size_t)key->hash & table->mask]);
}

/*
 * Room for one more string, so that adding it cannot fail; false when out of memory. This and the functions below: by
 * one thread at a time.
 */
bool ofsi_lexicon_reserve(ofsi_lexicon *lexicon);
/* Adds a string that is not there yet. Its bytes must stay where they are. */
void ofsi_lexicon_add(ofsi_lexicon *lexicon, const ofsi_lexicon_key *key, uint32_t number, uint32_t more0,
                      uint32_t more1);
/* While no other thread looks into it: gives back the tables it has outgrown. */
void ofsi_lexicon_trim(ofsi_lexicon *lexicon);
/* Likewise: empties it, keeping the largest table; frees it. */
void ofsi_lexicon_reset(ofsi_lexicon *lexicon);
void ofsi_lexicon_free(ofsi_lexicon *lexicon);

#endif
