/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The container of a segment file: chunks of bytes with a table and checksums of their pages. Knows nothing of what is
 * in a chunk. Written by segment_write.c, read by segment_read.c. FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_CONTAINER_H
#define OFSI_FORMAT_CONTAINER_H

#include <stdatomic.h>

#include "indexer/base/storage.h"

/* A checksum covers this many bytes of a chunk. */
enum { OFSI_PAGE_SIZE = 16384, OFSI_CHUNK_ALIGN = 64 };

/* OFSI_CHUNK(id, name): numbers in the file, never used again for something else. */
#define OFSI_CHUNK_TABLE(X)                                                                                  \
    X(OFSI_CHUNK_STORE, 1, "store")                                                                          \
    X(OFSI_CHUNK_STORE_INDEX, 2, "store index")                                                              \
    X(OFSI_CHUNK_POSTINGS, 3, "postings")                                                                    \
    X(OFSI_CHUNK_POSITIONS, 4, "positions")                                                                  \
    X(OFSI_CHUNK_DICTIONARY, 5, "dictionary")                                                                \
    X(OFSI_CHUNK_DICTIONARY_INDEX, 6, "dictionary index")                                                    \
    X(OFSI_CHUNK_FORMS, 7, "forms")                                                                          \
    X(OFSI_CHUNK_LENGTHS, 8, "lengths")                                                                      \
    X(OFSI_CHUNK_LONG_LENGTHS, 9, "long lengths")                                                            \
    X(OFSI_CHUNK_COL_SECTION, 10, "column section")                                                          \
    X(OFSI_CHUNK_COL_GRADE, 11, "column grade")                                                              \
    X(OFSI_CHUNK_COL_KIND, 12, "column kind")                                                                \
    X(OFSI_CHUNK_COL_PAGE, 13, "column page")                                                                \
    X(OFSI_CHUNK_COL_ITEM, 14, "column item")                                                                \
    X(OFSI_CHUNK_COL_NUMBER, 15, "column number")                                                            \
    X(OFSI_CHUNK_HEADINGS, 16, "headings")                                                                   \
    X(OFSI_CHUNK_SECTIONS, 17, "sections")                                                                   \
    X(OFSI_CHUNK_GRADES, 18, "grades")                                                                       \
    X(OFSI_CHUNK_NUMBERS, 19, "numbers")                                                                     \
    X(OFSI_CHUNK_STRINGS, 20, "strings")                                                                     \
    X(OFSI_CHUNK_PROVIDERS, 21, "providers")                                                                 \
    X(OFSI_CHUNK_REPORTS, 22, "reports")                                                                     \
    X(OFSI_CHUNK_REPORT_STARTS, 23, "report starts")                                                         \
    X(OFSI_CHUNK_HEADER, 24, "header")                                                                       \
    X(OFSI_CHUNK_DETAILS, 25, "report details")                                                              \
    X(OFSI_CHUNK_ABBREVIATIONS, 26, "abbreviations")

enum ofsi_chunk_id {
#define X(id, number, name) id = number,
    OFSI_CHUNK_TABLE(X)
#undef X
        OFSI_CHUNK_LIMIT = 64 /* ids are below it */
};

/* "postings", ...; "unknown" for a chunk of a later version. Static. */
const char *ofsi_chunk_name(uint32_t id);

/* ---- writing ---- */

typedef struct ofsi_container_writer ofsi_container_writer;

ofs_status ofsi_container_create(ofsi_storage *storage, const char *name, ofsi_container_writer **out,
                                 ofs_error *err);
/* Chunks are written one behind the other, each id once. */
ofs_status ofsi_container_begin(ofsi_container_writer *writer, uint32_t id, ofs_error *err);
ofs_status ofsi_container_write(ofsi_container_writer *writer, const void *data, size_t size, ofs_error *err);
/* Bytes of the open chunk so far. */
uint64_t ofsi_container_offset(const ofsi_container_writer *writer);
ofs_status ofsi_container_end(ofsi_container_writer *writer, ofs_error *err);
/* Begin, write, end. */
ofs_status ofsi_container_chunk(ofsi_container_writer *writer, uint32_t id, const void *data, size_t size,
                                ofs_error *err);
/* Table, footer, sync. The writer is gone afterwards. */
ofs_status ofsi_container_finish(ofsi_container_writer *writer, uint64_t *file_size, ofs_error *err);
/* NULL is allowed. */
void ofsi_container_abandon(ofsi_container_writer *writer);

/* ---- reading ---- */

typedef struct ofsi_chunk {
    const uint8_t *data; /* NULL: the file has no such chunk */
    uint64_t size;
    uint64_t offset;    /* in the file, for messages */
    uint64_t first_sum; /* number of its first page's checksum */
} ofsi_chunk;

typedef struct ofsi_container {
    ofsi_blob *blob;
    char *name; /* owned: "folder/file" for messages */
    ofsi_chunk chunks[OFSI_CHUNK_LIMIT];
    const uint8_t *sums; /* u32 a page */
    uint64_t sum_count;
    _Atomic uint64_t *checked; /* a bit a page */
} ofsi_container;

ofs_status ofsi_container_open(ofsi_storage *storage, const char *name, ofsi_container *out, ofs_error *err);
void ofsi_container_close(ofsi_container *container);

/* Verifies the pages of the chunk that bytes [offset, offset + size) lie in, unless they were before. The range must be in the chunk. */
ofs_status ofsi_container_verify(ofsi_container *container, uint32_t id, uint64_t offset, uint64_t size,
                                 ofs_error *err);
/* The first page's test of the above, inline for hot paths. */
static inline bool ofsi_container_is_checked(const ofsi_container *c, uint32_t id, uint64_t offset,
                                             uint64_t size) {
    uint64_t first = c->chunks[id].first_sum + offset / OFSI_PAGE_SIZE;
    uint64_t last = c->chunks[id].first_sum + (size ? offset + size - 1 : offset) / OFSI_PAGE_SIZE;
    for (uint64_t page = first; page <= last; page++)
        if (!(atomic_load_explicit(&c->checked[page / 64], memory_order_relaxed) >> (page % 64) & 1))
            return false;
    return true;
}

/* OFS_E_CORRUPT: "file: chunk at offset: what". offset is in the chunk. */
ofs_status ofsi_container_damaged(const ofsi_container *container, uint32_t id, uint64_t offset,
                                  const char *what, ofs_error *err);

#endif
