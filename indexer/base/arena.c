/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bump allocator over a list of heap blocks. */
#include "indexer/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "indexer/base/alloc.h"

struct ofsi_arena_block {
    ofsi_arena_block *older;
    size_t size; /* bytes behind this header */
    max_align_t data[];
};

enum { FIRST_BLOCK = 64 * 1024, LARGEST_BLOCK = 1024 * 1024 };

static int add_block(ofsi_arena *arena, size_t need) {
    size_t size = arena->block_size ? arena->block_size : FIRST_BLOCK;
    if (size < need)
        size = need;
    if (size > SIZE_MAX - sizeof(ofsi_arena_block))
        return -1;
    ofsi_arena_block *block = ofsi_malloc(sizeof *block + size);
    if (!block)
        return -1;
    block->older = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->next = (char *)block->data;
    arena->end = arena->next + size;
    arena->reserved += sizeof *block + size;
    if (size < LARGEST_BLOCK)
        arena->block_size = size * 2;
    return 0;
}

void *ofsi_arena_bytes(ofsi_arena *arena, size_t size) {
    if ((size_t)(arena->end - arena->next) < size || !arena->next)
        if (add_block(arena, size ? size : 1))
            return NULL;
    void *got = arena->next;
    arena->next += size;
    return got;
}

void *ofsi_arena_alloc(ofsi_arena *arena, size_t size) {
    size_t align = _Alignof(max_align_t);
    size_t pad = arena->next ? (align - (uintptr_t)arena->next % align) % align : 0;
    if (!arena->next || (size_t)(arena->end - arena->next) < pad ||
        (size_t)(arena->end - arena->next) - pad < size) {
        if (add_block(arena, size ? size : 1))
            return NULL;
        pad = 0;
    }
    void *got = arena->next + pad;
    arena->next += pad + size;
    return got;
}

void *ofsi_arena_calloc(ofsi_arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *got = ofsi_arena_alloc(arena, total);
    if (got)
        memset(got, 0, total);
    return got;
}

char *ofsi_arena_strndup(ofsi_arena *arena, const char *text, size_t size) {
    if (size == SIZE_MAX)
        return NULL;
    char *copy = ofsi_arena_bytes(arena, size + 1);
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *ofsi_arena_printf(ofsi_arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        return NULL;
    char *text = ofsi_arena_bytes(arena, (size_t)size + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)size + 1, format, args);
    va_end(args);
    return text;
}

void ofsi_arena_reset(ofsi_arena *arena) {
    ofsi_arena_block *block = arena->blocks;
    if (!block)
        return;
    while (block->older) {
        ofsi_arena_block *older = block->older;
        arena->reserved -= sizeof *older + older->size;
        block->older = older->older;
        ofsi_free(older);
    }
    arena->next = (char *)block->data;
    arena->end = arena->next + block->size;
}

void ofsi_arena_free(ofsi_arena *arena) {
    ofsi_arena_block *block = arena->blocks;
    while (block) {
        ofsi_arena_block *older = block->older;
        ofsi_free(block);
        block = older;
    }
    *arena = (ofsi_arena){0};
}
