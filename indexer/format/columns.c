/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gathering and packing of columns, and tables of strings. A block in the file: for each column u8 bytes a value, 0, 1, 2 or
 * 4; then, column by column, its values in so many.
 */
#include "indexer/format/columns.h"

#include "indexer/base/alloc.h"
#include "indexer/format/codec.h"

static const uint32_t chunks[OFSI_COLUMN_COUNT] = {OFSI_CHUNK_COL_SECTION, OFSI_CHUNK_COL_GRADE,
                                                   OFSI_CHUNK_COL_KIND,    OFSI_CHUNK_COL_PAGE,
                                                   OFSI_CHUNK_COL_ITEM,    OFSI_CHUNK_COL_NUMBER};

/* ---- gathering ---- */

static uint8_t bytes_for(uint32_t value) {
    return value == 0 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
}

static void pack_block(ofsi_columns_writer *w) {
    ofsi_buf_reset(&w->packed);
    uint8_t bytes[OFSI_COLUMN_COUNT];
    for (size_t c = 0; c < OFSI_COLUMN_COUNT; c++) {
        uint32_t all = 0; /* its bits: as many bytes as the largest value */
        for (size_t i = 0; i < w->in_block; i++)
            all |= w->rows[i][c];
        bytes[c] = bytes_for(all);
    }
    ofsi_buf_append(&w->packed, bytes, sizeof bytes);
    for (size_t c = 0; c < OFSI_COLUMN_COUNT; c++) {
        uint8_t *to = bytes[c] ? ofsi_buf_extend(&w->packed, w->in_block * bytes[c]) : NULL;
        for (size_t i = 0; to && i < w->in_block; i++)
            for (unsigned b = 0; b < bytes[c]; b++)
                *to++ = (uint8_t)(w->rows[i][c] >> (8 * b));
    }
}

static ofs_status set_block_aside(ofsi_columns_writer *w, ofs_error *err) {
    ofs_status status = w->output ? OFS_OK : ofsi_storage_create(w->storage, w->name, &w->output, err);
    pack_block(w);
    w->in_block = 0;
    if (status == OFS_OK && w->packed.failed)
        status = ofsi_fail_nomem(err);
    return status == OFS_OK ? ofsi_output_write(w->output, w->packed.data, w->packed.size, err) : status;
}

ofs_status ofsi_columns_add(ofsi_columns_writer *w, const uint32_t row[OFSI_COLUMN_COUNT], ofs_error *err) {
    ofs_status status = w->in_block == OFSI_COLUMN_BLOCK ? set_block_aside(w, err) : OFS_OK;
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&w->rows, &w->capacity, w->in_block + 1, sizeof *w->rows))
        return ofsi_fail_nomem(err);
    for (size_t c = 0; c < OFSI_COLUMN_COUNT; c++) {
        w->rows[w->in_block][c] = row[c];
        w->most[c] = row[c] > w->most[c] ? row[c] : w->most[c];
    }
    w->in_block++;
    w->count++;
    return OFS_OK;
}

/* ---- packing ---- */

/* Values of so many bits each to an open chunk. */
typedef struct packer {
    ofsi_container_writer *file;
    unsigned width, bits;
    uint64_t pending;
    size_t used;
    uint8_t bytes[4096];
} packer;

static ofs_status put_value(packer *p, uint32_t value, ofs_error *err) {
    p->pending |= (uint64_t)value << p->bits;
    for (p->bits += p->width; p->bits >= 8; p->bits -= 8) {
        p->bytes[p->used++] = (uint8_t)p->pending;
        p->pending >>= 8;
    }
    if (p->used <= sizeof p->bytes - 8)
        return OFS_OK;
    size_t used = p->used;
    p->used = 0;
    return ofsi_container_write(p->file, p->bytes, used, err);
}

static ofs_status put_rest(packer *p, ofs_error *err) {
    static const uint8_t slack[8];
    if (p->bits)
        p->bytes[p->used++] = (uint8_t)p->pending;
    ofs_status status = ofsi_container_write(p->file, p->bytes, p->used, err);
    return status == OFS_OK ? ofsi_container_write(p->file, slack, sizeof slack, err) : status;
}

static ofs_status put_bytes(packer *p, const uint8_t *at, unsigned bytes, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < OFSI_COLUMN_BLOCK && status == OFS_OK; i++) {
        uint32_t value = 0;
        for (unsigned b = 0; b < bytes; b++)
            value |= (uint32_t)*at++ << (8 * b);
        status = put_value(p, value, err);
    }
    return status;
}

/* A column's values from the blocks that were set aside. */
static ofs_status put_blocks(packer *p, ofsi_blob *blob, size_t column, ofs_error *err) {
    enum { RELEASE = 4 << 20 };
    ofsi_span data = ofsi_blob_data(blob);
    ofs_status status = OFS_OK;
    for (size_t at = 0, released = 0; at < data.size && status == OFS_OK;) {
        const uint8_t *bytes = (const uint8_t *)data.data + at, *values = bytes + OFSI_COLUMN_COUNT;
        for (size_t c = 0; c < OFSI_COLUMN_COUNT; c++) {
            if (c == column)
                status = put_bytes(p, values, bytes[c], err);
            values += (size_t)bytes[c] * OFSI_COLUMN_BLOCK;
        }
        at = (size_t)(values - (const uint8_t *)data.data);
        if (at - released >= RELEASE) {
            released = at;
            ofsi_blob_release(blob);
        }
    }
    return status;
}

static ofs_status write_column(const ofsi_columns_writer *w, ofsi_blob *blob, size_t column,
                               ofsi_container_writer *file, ofs_error *err) {
    packer p = {.file = file, .width = ofsi_bit_width(w->most[column])};
    uint8_t head[8] = {(uint8_t)p.width};
    ofs_status status = ofsi_container_begin(file, chunks[column], err);
    if (status == OFS_OK)
        status = ofsi_container_write(file, head, sizeof head, err);
    if (status == OFS_OK && blob && p.width)
        status = put_blocks(&p, blob, column, err);
    for (size_t i = 0; i < w->in_block && p.width && status == OFS_OK; i++)
        status = put_value(&p, w->rows[i][column], err);
    if (status == OFS_OK)
        status = put_rest(&p, err);
    return status == OFS_OK ? ofsi_container_end(file, err) : status;
}

ofs_status ofsi_columns_write(ofsi_columns_writer *w, ofsi_container_writer *file, ofs_error *err) {
    ofsi_blob *blob = NULL;
    ofs_status status = OFS_OK;
    if (w->output) {
        ofsi_output *output = w->output;
        w->output = NULL;
        w->set_aside = true;
        status = ofsi_output_close(output, false, err);
        if (status == OFS_OK)
            status = ofsi_storage_read(w->storage, w->name, &blob, err);
    }
    for (size_t c = 0; c < OFSI_COLUMN_COUNT && status == OFS_OK; c++)
        status = write_column(w, blob, c, file, err);
    ofsi_blob_close(blob);
    return status;
}

void ofsi_columns_writer_free(ofsi_columns_writer *w) {
    if (w->output || w->set_aside) {
        ofsi_output_abandon(w->output);
        (void)ofsi_storage_remove(w->storage, w->name, NULL);
    }
    ofsi_free(w->rows);
    ofsi_buf_free(&w->packed);
}

/* ---- strings ---- */

/* Behind the first `used` bytes; how many there are then. */
static size_t put_u32(uint8_t *piece, size_t used, uint32_t value) {
    for (unsigned b = 0; b < 4; b++)
        piece[used++] = (uint8_t)(value >> (8 * b));
    return used;
}

static ofs_status put_offsets(const ofsi_map *map, ofsi_container_writer *file, ofs_error *err) {
    enum { PIECE = 1024 };
    uint8_t piece[PIECE * 4];
    uint32_t offset = 0;
    ofs_status status = OFS_OK;
    size_t used = put_u32(piece, 0, map->count);
    used = put_u32(piece, used, 0);
    for (uint32_t i = 0; i < map->count && status == OFS_OK; i++) {
        offset += (uint32_t)map->keys[i].size;
        used = put_u32(piece, used, offset);
        if (used < sizeof piece)
            continue;
        status = ofsi_container_write(file, piece, used, err);
        used = 0;
    }
    return status == OFS_OK ? ofsi_container_write(file, piece, used, err) : status;
}

/* Piece by piece, as the table may be large. */
ofs_status ofsi_strings_write(const ofsi_map *map, ofsi_container_writer *file, uint32_t chunk,
                              ofs_error *err) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < map->count; i++)
        bytes += map->keys[i].size;
    if (bytes > UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT,
                         "the titles and paths of a segment's reports take more than 4 GiB");
    ofs_status status = ofsi_container_begin(file, chunk, err);
    if (status == OFS_OK)
        status = put_offsets(map, file, err);
    for (uint32_t i = 0; i < map->count && status == OFS_OK; i++)
        status = ofsi_container_write(file, map->keys[i].data, map->keys[i].size, err);
    return status == OFS_OK ? ofsi_container_end(file, err) : status;
}
