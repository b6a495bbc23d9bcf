/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A borrowed run of bytes: the way text and file contents are passed about. Never NUL-terminated by promise. */
#ifndef OFSI_BASE_SPAN_H
#define OFSI_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct ofsi_span {
    const char *data; /* may be NULL when size is 0 */
    size_t size;      /* bytes */
} ofsi_span;

static inline ofsi_span ofsi_span_of(const char *text) { return (ofsi_span){text, text ? strlen(text) : 0}; }

static inline bool ofsi_span_equal(ofsi_span a, ofsi_span b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Byte order; a prefix sorts first. */
static inline int ofsi_span_compare(ofsi_span a, ofsi_span b) {
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n ? memcmp(a.data, b.data, n) : 0;
    if (order)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

#endif
