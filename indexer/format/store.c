/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paragraph store: writing, reading with a block kept, checking. */
#include "indexer/format/store.h"

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"

/* ---- writing ---- */

static ofs_status close_block(ofsi_store_writer *w, ofsi_container_writer *file, ofs_error *err) {
    if (!w->deflater)
        w->deflater = ofsi_deflater_open();
    if (!w->deflater || w->raw.failed)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_deflate(w->deflater, ofsi_buf_span(&w->raw), &w->packed, err);
    if (status != OFS_OK)
        return status;
    ofsi_buf_u32(&w->first_docs, w->block_first);
    ofsi_buf_u64(&w->offsets, w->offset);
    ofsi_buf_u32(&w->sizes, (uint32_t)w->raw.size);
    w->offset += w->packed.size;
    w->block_first = w->doc_count;
    ofsi_buf_reset(&w->raw);
    return ofsi_container_write(file, w->packed.data, w->packed.size, err);
}

ofs_status ofsi_store_add(ofsi_store_writer *w, ofsi_container_writer *file, ofsi_span text,
                          ofsi_span timescale, ofs_error *err) {
    if (text.size > OFSI_STORE_TEXT_MAX || timescale.size > OFSI_STORE_TEXT_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a paragraph is longer than 64 MiB");
    ofsi_buf_varint(&w->raw, text.size);
    ofsi_buf_varint(&w->raw, timescale.size);
    ofsi_buf_append(&w->raw, text.data, text.size);
    ofsi_buf_append(&w->raw, timescale.data, timescale.size);
    w->doc_count++;
    return w->raw.size >= OFSI_STORE_BLOCK ? close_block(w, file, err)
           : w->raw.failed                 ? ofsi_fail_nomem(err)
                                           : OFS_OK;
}

ofs_status ofsi_store_end(ofsi_store_writer *w, ofsi_container_writer *file, ofsi_buf *index,
                          ofs_error *err) {
    ofs_status status = w->raw.size ? close_block(w, file, err) : OFS_OK;
    ofsi_buf_append(index, w->offsets.data, w->offsets.size);
    ofsi_buf_u64(index, w->offset);
    ofsi_buf_append(index, w->first_docs.data, w->first_docs.size);
    ofsi_buf_u32(index, w->doc_count);
    ofsi_buf_append(index, w->sizes.data, w->sizes.size);
    if (status == OFS_OK && (index->failed || w->first_docs.failed || w->offsets.failed || w->sizes.failed))
        return ofsi_fail_nomem(err);
    return status;
}

void ofsi_store_writer_free(ofsi_store_writer *w) {
    ofsi_deflater_close(w->deflater);
    ofsi_buf_free(&w->raw);
    ofsi_buf_free(&w->packed);
    ofsi_buf_free(&w->first_docs);
    ofsi_buf_free(&w->offsets);
    ofsi_buf_free(&w->sizes);
}

/* ---- reading: index = u64 offsets[n + 1], u32 first_docs[n + 1], u32 sizes[n] ---- */

ofs_status ofsi_store_open(ofsi_segment *s, ofs_error *err) {
    uint64_t size = ofsi_segment_chunk(s, OFSI_CHUNK_STORE_INDEX)->size;
    if (size < 12 || (size - 12) % 16 != 0 || (size - 12) / 16 > s->doc_count)
        return ofsi_container_damaged(&s->file, OFSI_CHUNK_STORE_INDEX, 0, "the index has a wrong size", err);
    s->store_blocks = (uint32_t)((size - 12) / 16);
    return OFS_OK;
}

static uint64_t block_offset(const ofsi_segment *s, uint32_t block) {
    return ofsi_load_u64(ofsi_segment_chunk(s, OFSI_CHUNK_STORE_INDEX)->data + (uint64_t)block * 8);
}

static uint32_t block_first(const ofsi_segment *s, uint32_t block) {
    const uint8_t *firsts =
        ofsi_segment_chunk(s, OFSI_CHUNK_STORE_INDEX)->data + ((uint64_t)s->store_blocks + 1) * 8;
    return ofsi_load_u32(firsts + (uint64_t)block * 4);
}

static uint32_t block_size(const ofsi_segment *s, uint32_t block) {
    const uint8_t *sizes =
        ofsi_segment_chunk(s, OFSI_CHUNK_STORE_INDEX)->data + ((uint64_t)s->store_blocks + 1) * 12;
    return ofsi_load_u32(sizes + (uint64_t)block * 4);
}

/* The block that holds a document: the last whose first document is not above it. */
static uint32_t find_block(const ofsi_segment *s, uint32_t doc) {
    uint32_t low = 0, high = s->store_blocks;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (block_first(s, middle) <= doc)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static ofs_status damaged(ofsi_segment *s, uint32_t block, const char *what, ofs_error *err) {
    return ofsi_container_damaged(&s->file, OFSI_CHUNK_STORE, block_offset(s, block), what, err);
}

static ofs_status inflate_block(ofsi_segment *s, uint32_t block, ofsi_store_cache *cache, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_STORE);
    uint64_t start = block_offset(s, block), end = block_offset(s, block + 1);
    uint32_t size = block_size(s, block);
    cache->segment = NULL;
    /* Deflate packs at most 1032 to 1: a size beyond that is damage, and no reason to take memory. */
    if (start > end || end > chunk->size || size / 1032 > end - start)
        return ofsi_container_damaged(&s->file, OFSI_CHUNK_STORE_INDEX, 0, "a block lies outside the store",
                                      err);
    ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_STORE, start, end - start, err);
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&cache->data, &cache->capacity, size, 1))
        return ofsi_fail_nomem(err);
    status = ofsi_inflate((ofsi_span){(const char *)chunk->data + start, (size_t)(end - start)}, cache->data,
                          size, err);
    if (status == OFS_E_CORRUPT)
        return damaged(s, block, "a block of paragraphs does not inflate", err);
    if (status != OFS_OK)
        return status;
    cache->segment = s;
    cache->block = block;
    cache->size = size;
    return OFS_OK;
}

uint32_t ofsi_segment_text_block(const ofsi_segment *s, uint32_t doc) {
    return doc < s->doc_count && s->store_blocks ? find_block(s, doc) : 0;
}

ofs_status ofsi_segment_text(ofsi_segment *s, uint32_t doc, ofsi_store_cache *cache, ofsi_span *text,
                             ofsi_span *timescale, ofs_error *err) {
    ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_STORE_INDEX, 0,
                                              ofsi_segment_chunk(s, OFSI_CHUNK_STORE_INDEX)->size, err);
    if (status != OFS_OK)
        return status;
    if (doc >= s->doc_count || s->store_blocks == 0)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "%s has no paragraph %u", s->file.name, doc);
    uint32_t block = find_block(s, doc);
    if (cache->segment != s || cache->block != block)
        status = inflate_block(s, block, cache, err);
    if (status != OFS_OK)
        return status;
    if (block_first(s, block) > doc)
        return damaged(s, block, "the index does not ascend", err);
    ofsi_cursor c = ofsi_cursor_of(cache->data, cache->size);
    ofsi_span found[2] = {{NULL, 0}, {NULL, 0}};
    for (uint32_t at = block_first(s, block); at <= doc && !c.bad; at++) {
        size_t sizes[2];
        sizes[0] = (size_t)ofsi_cursor_varint_max(&c, cache->size);
        sizes[1] = (size_t)ofsi_cursor_varint_max(&c, cache->size);
        for (int i = 0; i < 2; i++)
            found[i] = (ofsi_span){(const char *)ofsi_cursor_bytes(&c, sizes[i]), sizes[i]};
    }
    if (c.bad)
        return damaged(s, block, "a paragraph does not decode", err);
    *text = found[0];
    if (timescale)
        *timescale = found[1];
    return OFS_OK;
}

void ofsi_store_cache_free(ofsi_store_cache *cache) {
    ofsi_free(cache->data);
    *cache = (ofsi_store_cache){0};
}

ofs_status ofsi_segment_check_store(ofsi_segment *s, ofs_error *err) {
    ofsi_store_cache cache = {0};
    ofs_status status = OFS_OK;
    if ((s->store_blocks == 0) != (s->doc_count == 0) || block_offset(s, 0) != 0 || block_first(s, 0) != 0 ||
        block_first(s, s->store_blocks) != s->doc_count)
        return ofsi_container_damaged(&s->file, OFSI_CHUNK_STORE_INDEX, 0,
                                      "the index does not hold all paragraphs", err);
    for (uint32_t block = 0; block < s->store_blocks && status == OFS_OK; block++) {
        uint32_t first = block_first(s, block), next = block_first(s, block + 1);
        ofsi_span text, timescale = {NULL, 0};
        if (first >= next || next > s->doc_count)
            status = damaged(s, block, "the index does not ascend", err);
        if (status == OFS_OK)
            status = ofsi_segment_text(s, next - 1, &cache, &text, &timescale, err);
        if (status == OFS_OK && timescale.data && timescale.data + timescale.size != cache.data + cache.size)
            status = damaged(s, block, "a block holds more than its paragraphs", err);
    }
    ofsi_store_cache_free(&cache);
    return status;
}
