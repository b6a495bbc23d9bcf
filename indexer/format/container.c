/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing and reading of the container: header, chunks, checksums of pages, table, footer. */
#include "indexer/format/container.h"

#include <inttypes.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"
#include "indexer/base/map.h"

/*
 * File: HEAD (16) | chunks, each at a multiple of 64 | sums u32[] | table { u32 id, u32 pages, u64 offset, u64 size }[] |
 * FOOT (48): u64 sums offset, u64 sums count, u64 table count, u64 XXH3 of sums and table and the fields before, u64 file
 * size, 8 magic bytes.
 */
static const char head_magic[16] = "ofsearch seg 2\n\0";
static const char foot_magic[8] = "ofs-end\n";
enum { TABLE_ROW = 24, FOOT_SIZE = 48 };

const char *ofsi_chunk_name(uint32_t id) {
    switch (id) {
#define X(constant, number, name)                                                                            \
    case number:                                                                                             \
        return name;
        OFSI_CHUNK_TABLE(X)
#undef X
    default:
        return "unknown";
    }
}

/* ---- writing ---- */

struct ofsi_container_writer {
    ofsi_output *output;
    ofsi_buf table;
    ofsi_buf sums;
    uint32_t open_id; /* 0: no chunk is open */
    uint64_t start;   /* of the open chunk in the file */
    uint64_t first_sum;
    uint64_t rows;
    size_t page_used;
    uint8_t page[OFSI_PAGE_SIZE];
};

static uint32_t page_sum(const void *data, size_t size) { return (uint32_t)ofsi_hash64(data, size); }

ofs_status ofsi_container_create(ofsi_storage *storage, const char *name, ofsi_container_writer **out,
                                 ofs_error *err) {
    *out = NULL;
    ofsi_container_writer *writer = ofsi_calloc(1, sizeof *writer);
    if (!writer)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_storage_create(storage, name, &writer->output, err);
    if (status == OFS_OK)
        status = ofsi_output_write(writer->output, head_magic, sizeof head_magic, err);
    if (status != OFS_OK) {
        ofsi_container_abandon(writer);
        return status;
    }
    *out = writer;
    return OFS_OK;
}

ofs_status ofsi_container_begin(ofsi_container_writer *writer, uint32_t id, ofs_error *err) {
    static const uint8_t zeros[OFSI_CHUNK_ALIGN];
    uint64_t offset = ofsi_output_offset(writer->output);
    size_t pad = (size_t)(-offset & (OFSI_CHUNK_ALIGN - 1));
    ofs_status status = ofsi_output_write(writer->output, zeros, pad, err);
    writer->open_id = id;
    writer->start = offset + pad;
    writer->first_sum = writer->sums.size / 4;
    writer->page_used = 0;
    return status;
}

uint64_t ofsi_container_offset(const ofsi_container_writer *writer) {
    return ofsi_output_offset(writer->output) - writer->start;
}

static void close_page(ofsi_container_writer *writer) {
    ofsi_buf_u32(&writer->sums, page_sum(writer->page, writer->page_used));
    writer->page_used = 0;
}

ofs_status ofsi_container_write(ofsi_container_writer *writer, const void *data, size_t size,
                                ofs_error *err) {
    const uint8_t *from = data;
    for (size_t left = size; left;) {
        size_t n = OFSI_PAGE_SIZE - writer->page_used;
        n = n < left ? n : left;
        memcpy(writer->page + writer->page_used, from, n);
        writer->page_used += n;
        from += n;
        left -= n;
        if (writer->page_used == OFSI_PAGE_SIZE)
            close_page(writer);
    }
    return ofsi_output_write(writer->output, data, size, err);
}

ofs_status ofsi_container_end(ofsi_container_writer *writer, ofs_error *err) {
    uint64_t size = ofsi_container_offset(writer);
    if (writer->page_used)
        close_page(writer);
    uint64_t pages = writer->sums.size / 4 - writer->first_sum;
    if (pages > UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a chunk of a segment would be larger than 64 TiB");
    ofsi_buf_u32(&writer->table, writer->open_id);
    ofsi_buf_u32(&writer->table, (uint32_t)pages);
    ofsi_buf_u64(&writer->table, writer->start);
    ofsi_buf_u64(&writer->table, size);
    writer->rows++;
    writer->open_id = 0;
    return writer->sums.failed || writer->table.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_container_chunk(ofsi_container_writer *writer, uint32_t id, const void *data, size_t size,
                                ofs_error *err) {
    ofs_status status = ofsi_container_begin(writer, id, err);
    if (status == OFS_OK)
        status = ofsi_container_write(writer, data, size, err);
    return status == OFS_OK ? ofsi_container_end(writer, err) : status;
}

static void free_writer(ofsi_container_writer *writer) {
    ofsi_buf_free(&writer->table);
    ofsi_buf_free(&writer->sums);
    ofsi_free(writer);
}

ofs_status ofsi_container_finish(ofsi_container_writer *writer, uint64_t *file_size, ofs_error *err) {
    ofsi_buf tail = {0};
    uint64_t sums_offset = ofsi_output_offset(writer->output);
    ofsi_buf_append(&tail, writer->sums.data, writer->sums.size);
    ofsi_buf_append(&tail, writer->table.data, writer->table.size);
    ofsi_buf_u64(&tail, sums_offset);
    ofsi_buf_u64(&tail, writer->sums.size / 4);
    ofsi_buf_u64(&tail, writer->rows);
    ofsi_buf_u64(&tail, tail.failed ? 0 : ofsi_hash64(tail.data, tail.size));
    *file_size = sums_offset + tail.size + 16;
    ofsi_buf_u64(&tail, *file_size);
    ofsi_buf_append(&tail, foot_magic, sizeof foot_magic);
    ofs_status status = tail.failed ? ofsi_fail_nomem(err) : OFS_OK;
    if (status == OFS_OK)
        status = ofsi_output_write(writer->output, tail.data, tail.size, err);
    if (status == OFS_OK)
        status = ofsi_output_close(writer->output, true, err);
    else
        ofsi_output_abandon(writer->output);
    ofsi_buf_free(&tail);
    free_writer(writer);
    return status;
}

void ofsi_container_abandon(ofsi_container_writer *writer) {
    if (!writer)
        return;
    ofsi_output_abandon(writer->output);
    free_writer(writer);
}

/* ---- reading ---- */

static ofs_status bad_file(const ofsi_container *c, uint64_t offset, const char *what, ofs_error *err) {
    return ofsi_fail_at(err, OFS_E_CORRUPT, (int64_t)offset, 0, "%s is damaged: %s, at byte %" PRIu64,
                        c->name, what, offset);
}

ofs_status ofsi_container_damaged(const ofsi_container *c, uint32_t id, uint64_t offset, const char *what,
                                  ofs_error *err) {
    uint64_t at = c->chunks[id].offset + offset;
    return ofsi_fail_at(err, OFS_E_CORRUPT, (int64_t)at, 0, "%s is damaged: %s, in %s at byte %" PRIu64,
                        c->name, what, ofsi_chunk_name(id), at);
}

static ofs_status read_table(ofsi_container *c, const uint8_t *file, const uint8_t *rows, uint64_t row_count,
                             uint64_t sums_offset, ofs_error *err) {
    uint64_t next_sum = 0;
    for (uint64_t r = 0; r < row_count; r++) {
        const uint8_t *row = rows + r * TABLE_ROW;
        uint32_t id = ofsi_load_u32(row), pages = ofsi_load_u32(row + 4);
        uint64_t offset = ofsi_load_u64(row + 8), size = ofsi_load_u64(row + 16);
        uint64_t at = (uint64_t)(row - file);
        if (offset > sums_offset || size > sums_offset - offset || offset % OFSI_CHUNK_ALIGN)
            return bad_file(c, at, "a chunk lies outside the file", err);
        if (pages != size / OFSI_PAGE_SIZE + (size % OFSI_PAGE_SIZE != 0) || pages > c->sum_count - next_sum)
            return bad_file(c, at, "a chunk and its checksums differ in number", err);
        if (id < OFSI_CHUNK_LIMIT) {
            if (c->chunks[id].data)
                return bad_file(c, at, "a chunk stands twice", err);
            c->chunks[id] = (ofsi_chunk){file + offset, size, offset, next_sum};
        }
        next_sum += pages;
    }
    return next_sum == c->sum_count ? OFS_OK : bad_file(c, sums_offset, "checksums are left over", err);
}

static ofs_status read_footer(ofsi_container *c, ofs_error *err) {
    ofsi_span file = ofsi_blob_data(c->blob);
    const uint8_t *data = (const uint8_t *)file.data;
    if (file.size < sizeof head_magic + FOOT_SIZE)
        return bad_file(c, file.size, "it is cut short", err);
    if (memcmp(data, head_magic, 9) != 0)
        return bad_file(c, 0, "it is no segment", err);
    if (memcmp(data, head_magic, sizeof head_magic) != 0)
        return ofsi_fail(err, OFS_E_UNSUPPORTED, "%s was written by another version of ofindex", c->name);
    const uint8_t *foot = data + file.size - FOOT_SIZE;
    if (memcmp(foot + 40, foot_magic, sizeof foot_magic) != 0 || ofsi_load_u64(foot + 32) != file.size)
        return bad_file(c, file.size - FOOT_SIZE, "its end is missing", err);
    uint64_t sums_offset = ofsi_load_u64(foot), row_count = ofsi_load_u64(foot + 16);
    c->sum_count = ofsi_load_u64(foot + 8);
    uint64_t room = file.size - FOOT_SIZE;
    if (sums_offset > room || c->sum_count > (room - sums_offset) / 4 ||
        row_count > (room - sums_offset - c->sum_count * 4) / TABLE_ROW ||
        sums_offset + c->sum_count * 4 + row_count * TABLE_ROW != room)
        return bad_file(c, room, "its table lies outside the file", err);
    if (ofsi_hash64(data + sums_offset, file.size - sums_offset - 24) != ofsi_load_u64(foot + 24))
        return bad_file(c, sums_offset, "the checksum of its table differs", err);
    c->sums = data + sums_offset;
    return read_table(c, data, c->sums + c->sum_count * 4, row_count, sums_offset, err);
}

static char *join_name(const char *folder, const char *name) {
    ofsi_buf buf = {0};
    ofsi_buf_printf(&buf, "%s/%s", folder, name);
    ofsi_buf_byte(&buf, 0);
    if (!buf.failed)
        return buf.data;
    ofsi_buf_free(&buf);
    return NULL;
}

ofs_status ofsi_container_open(ofsi_storage *storage, const char *name, ofsi_container *out, ofs_error *err) {
    *out = (ofsi_container){0};
    ofs_status status = ofsi_storage_read(storage, name, &out->blob, err);
    if (status != OFS_OK)
        return status;
    out->name = join_name(ofsi_storage_path(storage), name);
    status = out->name ? read_footer(out, err) : ofsi_fail_nomem(err);
    if (status == OFS_OK) {
        out->checked = ofsi_calloc((size_t)(out->sum_count / 64 + 1), sizeof *out->checked);
        if (!out->checked)
            status = ofsi_fail_nomem(err);
    }
    if (status != OFS_OK)
        ofsi_container_close(out);
    return status;
}

void ofsi_container_close(ofsi_container *container) {
    ofsi_blob_close(container->blob);
    ofsi_free(container->name);
    ofsi_free(container->checked);
    *container = (ofsi_container){0};
}

ofs_status ofsi_container_verify(ofsi_container *c, uint32_t id, uint64_t offset, uint64_t size,
                                 ofs_error *err) {
    const ofsi_chunk *chunk = &c->chunks[id];
    if (size == 0)
        return OFS_OK;
    for (uint64_t page = offset / OFSI_PAGE_SIZE; page <= (offset + size - 1) / OFSI_PAGE_SIZE; page++) {
        uint64_t sum = chunk->first_sum + page;
        _Atomic uint64_t *word = &c->checked[sum / 64];
        if (atomic_load_explicit(word, memory_order_relaxed) >> (sum % 64) & 1)
            continue;
        uint64_t start = page * OFSI_PAGE_SIZE;
        uint64_t n = chunk->size - start < OFSI_PAGE_SIZE ? chunk->size - start : OFSI_PAGE_SIZE;
        if (page_sum(chunk->data + start, (size_t)n) != ofsi_load_u32(c->sums + sum * 4))
            return ofsi_container_damaged(c, id, start, "a checksum differs", err);
        atomic_fetch_or_explicit(word, UINT64_C(1) << (sum % 64), memory_order_relaxed);
    }
    return OFS_OK;
}
