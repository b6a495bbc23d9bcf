/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growable byte buffer with sticky failure. */
#include "indexer/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "indexer/base/alloc.h"

static bool reserve(ofsi_buf *buf, size_t more) {
    size_t need;
    if (buf->failed)
        return false;
    if (__builtin_add_overflow(buf->size, more, &need) || !ofsi_grow(&buf->data, &buf->capacity, need, 1))
        buf->failed = true;
    return !buf->failed;
}

void ofsi_buf_append(ofsi_buf *buf, const void *bytes, size_t size) {
    if (size == 0 || !reserve(buf, size))
        return;
    memcpy(buf->data + buf->size, bytes, size);
    buf->size += size;
}

void ofsi_buf_byte(ofsi_buf *buf, uint8_t byte) { ofsi_buf_append(buf, &byte, 1); }

void ofsi_buf_text(ofsi_buf *buf, const char *text) { ofsi_buf_append(buf, text, strlen(text)); }

void ofsi_buf_count(ofsi_buf *buf, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    ofsi_buf_append(buf, digits + at, sizeof digits - at);
}

void ofsi_buf_printf(ofsi_buf *buf, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0 || !reserve(buf, (size_t)size + 1)) {
        buf->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(buf->data + buf->size, (size_t)size + 1, format, args);
    va_end(args);
    buf->size += (size_t)size;
}

void ofsi_buf_u16(ofsi_buf *buf, uint16_t value) {
    uint8_t b[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    ofsi_buf_append(buf, b, sizeof b);
}

void ofsi_buf_u32(ofsi_buf *buf, uint32_t value) {
    uint8_t b[4];
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(value >> (8 * i));
    ofsi_buf_append(buf, b, sizeof b);
}

void ofsi_buf_u64(ofsi_buf *buf, uint64_t value) {
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)(value >> (8 * i));
    ofsi_buf_append(buf, b, sizeof b);
}

void ofsi_buf_varint(ofsi_buf *buf, uint64_t value) {
    uint8_t b[10];
    size_t n = 0;
    while (value >= 0x80) {
        b[n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    b[n++] = (uint8_t)value;
    ofsi_buf_append(buf, b, n);
}

void ofsi_buf_string(ofsi_buf *buf, ofsi_span text) {
    ofsi_buf_varint(buf, text.size);
    ofsi_buf_append(buf, text.data, text.size);
}

void *ofsi_buf_extend(ofsi_buf *buf, size_t size) {
    if (!reserve(buf, size ? size : 1))
        return NULL;
    void *at = buf->data + buf->size;
    memset(at, 0, size);
    buf->size += size;
    return at;
}

void ofsi_buf_align(ofsi_buf *buf, size_t alignment) {
    size_t over = buf->size & (alignment - 1);
    if (over)
        (void)ofsi_buf_extend(buf, alignment - over);
}

void ofsi_buf_reset(ofsi_buf *buf) {
    buf->size = 0;
    buf->failed = false;
}

void ofsi_buf_free(ofsi_buf *buf) {
    ofsi_free(buf->data);
    *buf = (ofsi_buf){0};
}
