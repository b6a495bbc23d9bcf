/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing side of a lexicon. */
#include "indexer/analysis/lexicon.h"

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"

enum { FIRST_SLOTS = 64, CACHE_LINE = 64 };

uint64_t ofsi_lexicon_hash(ofsi_span text) { return ofsi_hash64(text.data, text.size); }

static ofsi_lexicon_table *table_of(const ofsi_lexicon *lexicon) {
    return atomic_load_explicit(&lexicon->table, memory_order_relaxed);
}

static void fill_slot(ofsi_lexicon_table *table, const ofsi_lexicon_key *key, uint32_t number, uint32_t more0,
                      uint32_t more1) {
    size_t i = (size_t)key->hash & table->mask;
    while (atomic_load_explicit(&table->slots[i].number, memory_order_relaxed) != OFSI_LEXICON_NONE)
        i = (i + 1) & table->mask;
    ofsi_lexicon_slot *slot = &table->slots[i];
    slot->head = key->head;
    slot->text = key->text.data;
    slot->size = (uint32_t)key->text.size;
    slot->more[0] = more0;
    slot->more[1] = more1;
    atomic_store_explicit(&slot->number, number, memory_order_release);
}

static size_t table_bytes(size_t slots) {
    return sizeof(ofsi_lexicon_table) + CACHE_LINE + slots * sizeof(ofsi_lexicon_slot);
}

/* A table with room for its slots behind it. */
static ofsi_lexicon_table *make_table(size_t slots) {
    ofsi_lexicon_table *table = ofsi_malloc(table_bytes(slots));
    if (!table)
        return NULL;
    char *behind = (char *)(table + 1);
    table->slots = (ofsi_lexicon_slot *)(void *)(behind + (-(uintptr_t)behind & (CACHE_LINE - 1)));
    table->mask = slots - 1;
    return table;
}

static void clear(ofsi_lexicon_table *table) {
    for (size_t i = 0; i <= table->mask; i++)
        atomic_init(&table->slots[i].number, OFSI_LEXICON_NONE);
}

bool ofsi_lexicon_reserve(ofsi_lexicon *lexicon) {
    ofsi_lexicon_table *table = table_of(lexicon);
    if (table && lexicon->count + 1 < (table->mask + 1) / 4 * 3)
        return true;
    size_t slots = table ? (table->mask + 1) * 2 : FIRST_SLOTS;
    ofsi_lexicon_table *larger = make_table(slots);
    if (!larger)
        return false;
    larger->older = table;
    clear(larger);
    for (size_t i = 0; table && i <= table->mask; i++) {
        const ofsi_lexicon_slot *slot = &table->slots[i];
        uint32_t number = atomic_load_explicit(&slot->number, memory_order_relaxed);
        if (number == OFSI_LEXICON_NONE)
            continue;
        ofsi_lexicon_key key = ofsi_lexicon_key_of((ofsi_span){slot->text, slot->size}, slot->head);
        fill_slot(larger, &key, number, slot->more[0], slot->more[1]);
    }
    lexicon->bytes += table_bytes(slots);
    atomic_store_explicit(&lexicon->table, larger, memory_order_release);
    return true;
}

void ofsi_lexicon_add(ofsi_lexicon *lexicon, const ofsi_lexicon_key *key, uint32_t number, uint32_t more0,
                      uint32_t more1) {
    fill_slot(table_of(lexicon), key, number, more0, more1);
    lexicon->count++;
}

static void free_older(ofsi_lexicon *lexicon, ofsi_lexicon_table *table) {
    while (table) {
        ofsi_lexicon_table *older = table->older;
        lexicon->bytes -= table_bytes(table->mask + 1);
        ofsi_free(table);
        table = older;
    }
}

void ofsi_lexicon_trim(ofsi_lexicon *lexicon) {
    ofsi_lexicon_table *table = table_of(lexicon);
    if (!table)
        return;
    free_older(lexicon, table->older);
    table->older = NULL;
}

void ofsi_lexicon_reset(ofsi_lexicon *lexicon) {
    lexicon->count = 0;
    ofsi_lexicon_trim(lexicon);
    if (table_of(lexicon))
        clear(table_of(lexicon));
}

void ofsi_lexicon_free(ofsi_lexicon *lexicon) {
    free_older(lexicon, table_of(lexicon));
    atomic_store_explicit(&lexicon->table, NULL, memory_order_relaxed);
    lexicon->count = 0;
}
