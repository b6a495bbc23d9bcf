/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of a segment as they are gathered while it is written: a block of rows in memory, full blocks in a file beside
 * the segment, so that memory does not grow with the paragraphs; and tables of strings. Reading is inline in
 * segment_impl.h. FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_COLUMNS_H
#define OFSI_FORMAT_COLUMNS_H

#include "indexer/base/buf.h"
#include "indexer/base/map.h"
#include "indexer/format/container.h"

/* In the order of their chunks. */
enum ofsi_column_number {
    OFSI_COLUMN_SECTION,
    OFSI_COLUMN_GRADE,
    OFSI_COLUMN_KIND,
    OFSI_COLUMN_PAGE,
    OFSI_COLUMN_ITEM,
    OFSI_COLUMN_NUMBER,
    OFSI_COLUMN_COUNT
};

enum { OFSI_COLUMN_BLOCK = 4096 /* rows */ };

/* Zero but for storage and name. */
typedef struct ofsi_columns_writer {
    ofsi_storage *storage;               /* borrowed */
    char name[64];                       /* of the file */
    ofsi_output *output;                 /* full blocks; NULL: there is none yet, or the file is complete */
    bool set_aside;                      /* it is complete */
    uint32_t (*rows)[OFSI_COLUMN_COUNT]; /* of the open block; owned */
    size_t capacity;
    size_t in_block;
    uint64_t count;
    uint32_t most[OFSI_COLUMN_COUNT];
    ofsi_buf packed; /* scratch */
} ofsi_columns_writer;

ofs_status ofsi_columns_add(ofsi_columns_writer *w, const uint32_t row[OFSI_COLUMN_COUNT], ofs_error *err);
/* The chunks, of each: u64 width, then values bit-packed, least significant bit first, then 8 zero bytes. Called once. */
ofs_status ofsi_columns_write(ofsi_columns_writer *w, ofsi_container_writer *file, ofs_error *err);
/* Removes the file too. */
void ofsi_columns_writer_free(ofsi_columns_writer *w);

/* The strings of a map, in order of their numbers, as a chunk. */
ofs_status ofsi_strings_write(const ofsi_map *map, ofsi_container_writer *file, uint32_t chunk,
                              ofs_error *err);

#endif
