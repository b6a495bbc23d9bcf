/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory by scope: everything taken from an arena lives until it is reset or freed, all at once. One thread at a
 * time. Blocks of a report, of an in-memory segment, of a query.
 */
#ifndef OFSI_BASE_ARENA_H
#define OFSI_BASE_ARENA_H

#include <stddef.h>

#include "indexer/base/span.h"

typedef struct ofsi_arena_block ofsi_arena_block;

typedef struct ofsi_arena {
    ofsi_arena_block *blocks; /* newest first */
    char *next;               /* free bytes of the newest block */
    char *end;
    size_t reserved;   /* bytes got from the heap, headers included */
    size_t block_size; /* least size of the next block; 0 means 64 KiB; doubles up to 1 MiB */
} ofsi_arena;

/* An arena of all zeros is empty and ready. */

/* `size` bytes aligned for any type, not zeroed; NULL when out of memory. */
void *ofsi_arena_alloc(ofsi_arena *arena, size_t size);
/* As above, zeroed, count * size checked. */
void *ofsi_arena_calloc(ofsi_arena *arena, size_t count, size_t size);
/* As ofsi_arena_alloc without alignment: for bytes. */
void *ofsi_arena_bytes(ofsi_arena *arena, size_t size);
/* A copy with a NUL behind it. */
char *ofsi_arena_strndup(ofsi_arena *arena, const char *text, size_t size);
/* printf into the arena. NULL when out of memory. */
char *ofsi_arena_printf(ofsi_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Gives back every block but one, which is reused. */
void ofsi_arena_reset(ofsi_arena *arena);
/* Gives everything back; the arena is empty and ready again. */
void ofsi_arena_free(ofsi_arena *arena);

#endif
