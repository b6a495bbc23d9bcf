/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heap memory with checked sizes, and hooks for tests: failures, and how much is held. */
#include "indexer/base/alloc.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* 0: off; n > 1: n - 1 more successes; 1: fail. Atomic as workers allocate in parallel. */
static atomic_size_t fail_countdown;

static bool should_fail(void) {
    size_t n = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    if (n == 0)
        return false;
    if (n == 1)
        return true;
    atomic_fetch_sub_explicit(&fail_countdown, 1, memory_order_relaxed);
    return false;
}

void ofsi_alloc_fail_after(size_t n) { atomic_store(&fail_countdown, n); }

/* Less than 0 where blocks are given back that were taken before. */
static atomic_bool counting;
static _Atomic ptrdiff_t held, most_held;

void ofsi_alloc_count(bool on) {
    atomic_store(&held, 0);
    if (on)
        atomic_store(&most_held, 0);
    atomic_store(&counting, on);
}

size_t ofsi_alloc_most(void) { return (size_t)atomic_load(&most_held); }

static inline bool counts(void) { return atomic_load_explicit(&counting, memory_order_relaxed); }

static void count(ptrdiff_t more) {
    ptrdiff_t now = atomic_fetch_add(&held, more) + more, most = atomic_load(&most_held);
    while (now > most && !atomic_compare_exchange_weak(&most_held, &most, now))
        ;
}

static void *counted(void *block) {
    if (counts())
        count((ptrdiff_t)malloc_usable_size(block));
    return block;
}

void *ofsi_malloc(size_t size) { return should_fail() ? NULL : counted(malloc(size ? size : 1)); }

void *ofsi_calloc(size_t count, size_t size) {
    if (should_fail())
        return NULL;
    return counted(calloc(count ? count : 1, size ? size : 1));
}

void *ofsi_realloc(void *block, size_t size) {
    if (should_fail())
        return NULL;
    ptrdiff_t before = counts() ? (ptrdiff_t)malloc_usable_size(block) : 0;
    void *moved = realloc(block, size ? size : 1);
    if (moved && counts())
        count((ptrdiff_t)malloc_usable_size(moved) - before);
    return moved;
}

void *ofsi_reallocarray(void *block, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return ofsi_realloc(block, total);
}

void ofsi_free(void *block) {
    if (counts())
        count(-(ptrdiff_t)malloc_usable_size(block));
    free(block);
}

char *ofsi_strndup(const char *text, size_t size) {
    if (size == SIZE_MAX)
        return NULL;
    char *copy = ofsi_malloc(size + 1);
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *ofsi_strdup(const char *text) { return ofsi_strndup(text, strlen(text)); }

bool ofsi_grow(void *array, size_t *capacity, size_t need, size_t size) {
    if (need <= *capacity)
        return true;
    size_t grown = *capacity < 8 ? 8 : *capacity;
    while (grown < need) {
        if (__builtin_mul_overflow(grown, (size_t)2, &grown))
            grown = need;
    }
    void *block;
    memcpy(&block, array, sizeof block);
    void *moved = ofsi_reallocarray(block, grown, size);
    if (!moved)
        return false;
    memcpy(array, &moved, sizeof moved);
    *capacity = grown;
    return true;
}
