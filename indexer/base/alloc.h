/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way to heap memory inside the library, so that a test can make the nth allocation fail.
 * All sizes are checked products; a zero size gives a valid pointer. ofsi_free(NULL) is allowed.
 */
#ifndef OFSI_BASE_ALLOC_H
#define OFSI_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

void *ofsi_malloc(size_t size);
void *ofsi_calloc(size_t count, size_t size);
void *ofsi_realloc(void *block, size_t size);
void *ofsi_reallocarray(void *block, size_t count, size_t size);
void ofsi_free(void *block);

/* A copy of `size` bytes with a NUL behind them. NULL when out of memory. */
char *ofsi_strndup(const char *text, size_t size);
char *ofsi_strdup(const char *text);

/*
 * Grows *array (elements of `size` bytes, *capacity of them) to hold at least `need`, doubling. False when out of
 * memory or when the product would wrap; *array is then unchanged.
 */
bool ofsi_grow(void *array, size_t *capacity, size_t need, size_t size);

/*
 * Test hook: from now on the bytes of blocks taken and given back are counted, or no longer. ofsi_alloc_most() is the most
 * that was held at once since. Per process; no other thread may run meanwhile.
 */
void ofsi_alloc_count(bool on);
size_t ofsi_alloc_most(void);

/* Test hook: the nth allocation from now on (1 = the next) and all later ones fail; 0 switches it off. Per process. */
void ofsi_alloc_fail_after(size_t n);

#endif
