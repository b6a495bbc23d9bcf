/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering and packing of columns, and tables of strings. */
#include "indexer/format/columns.h"

#include "indexer/format/codec.h"

static unsigned bytes_for(uint32_t value) {
    return value == 0 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
}

uint32_t ofsi_column_at(const ofsi_column_writer *column, uint64_t i) {
    const uint8_t *at = (const uint8_t *)column->values.data + i * column->bytes;
    uint32_t value = 0;
    for (unsigned b = 0; b < column->bytes; b++)
        value |= (uint32_t)at[b] << (8 * b);
    return value;
}

/* Rewrites what is there with more bytes a value. */
static void widen(ofsi_column_writer *column, unsigned bytes) {
    ofsi_buf wide = {0};
    uint8_t *to = ofsi_buf_extend(&wide, (size_t)column->count * bytes);
    for (uint64_t i = 0; to && i < column->count; i++) {
        uint32_t value = ofsi_column_at(column, i);
        for (unsigned b = 0; b < bytes; b++)
            to[i * bytes + b] = (uint8_t)(value >> (8 * b));
    }
    bool failed = column->values.failed || wide.failed;
    ofsi_buf_free(&column->values);
    column->values = wide;
    column->values.failed = failed;
    column->values.size = (size_t)column->count * bytes;
    column->bytes = bytes;
}

void ofsi_column_add(ofsi_column_writer *column, uint32_t value) {
    if (bytes_for(value) > column->bytes)
        widen(column, bytes_for(value));
    for (unsigned b = 0; b < column->bytes; b++)
        ofsi_buf_byte(&column->values, (uint8_t)(value >> (8 * b)));
    column->count++;
    column->most = value > column->most ? value : column->most;
}

ofs_status ofsi_column_write(const ofsi_column_writer *column, ofsi_container_writer *file, uint32_t chunk,
                             ofs_error *err) {
    unsigned width = ofsi_bit_width(column->most);
    uint8_t bytes[4096];
    size_t used = 0;
    uint64_t pending = 0;
    unsigned bits = 0;
    if (column->values.failed)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_container_begin(file, chunk, err);
    uint8_t head[8] = {(uint8_t)width};
    if (status == OFS_OK)
        status = ofsi_container_write(file, head, sizeof head, err);
    for (uint64_t i = 0; status == OFS_OK && width && i < column->count; i++) {
        pending |= (uint64_t)ofsi_column_at(column, i) << bits;
        for (bits += width; bits >= 8; bits -= 8) {
            bytes[used++] = (uint8_t)pending;
            pending >>= 8;
        }
        if (used > sizeof bytes - 8) {
            status = ofsi_container_write(file, bytes, used, err);
            used = 0;
        }
    }
    if (bits)
        bytes[used++] = (uint8_t)pending;
    if (status == OFS_OK)
        status = ofsi_container_write(file, bytes, used, err);
    static const uint8_t slack[8];
    if (status == OFS_OK)
        status = ofsi_container_write(file, slack, sizeof slack, err);
    return status == OFS_OK ? ofsi_container_end(file, err) : status;
}

void ofsi_column_writer_free(ofsi_column_writer *column) { ofsi_buf_free(&column->values); }

ofs_status ofsi_strings_write(const ofsi_map *map, ofsi_container_writer *file, uint32_t chunk,
                              ofs_error *err) {
    ofsi_buf out = {0};
    uint64_t offset = 0;
    ofsi_buf_u32(&out, map->count);
    ofsi_buf_u32(&out, 0);
    for (uint32_t i = 0; i < map->count; i++) {
        offset += map->keys[i].size;
        ofsi_buf_u32(&out, (uint32_t)offset);
    }
    ofs_status status = OFS_OK;
    if (offset > UINT32_MAX)
        status =
            ofsi_fail(err, OFS_E_LIMIT, "the titles and paths of a segment's reports take more than 4 GiB");
    for (uint32_t i = 0; i < map->count && status == OFS_OK; i++)
        ofsi_buf_append(&out, map->keys[i].data, map->keys[i].size);
    if (status == OFS_OK && out.failed)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = ofsi_container_chunk(file, chunk, out.data, out.size, err);
    ofsi_buf_free(&out);
    return status;
}
