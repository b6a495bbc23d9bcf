/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns and tables of strings as they are gathered while a segment is written: numbers in the fewest whole bytes that
 * hold them, then bit-packed. Reading is inline in segment_impl.h. FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_COLUMNS_H
#define OFSI_FORMAT_COLUMNS_H

#include "indexer/base/buf.h"
#include "indexer/base/map.h"
#include "indexer/format/container.h"

typedef struct ofsi_column_writer {
    ofsi_buf values; /* `bytes` bytes each */
    unsigned bytes;  /* 0 (nothing yet: all zero), 1, 2 or 4 */
    uint64_t count;
    uint32_t most;
} ofsi_column_writer;

void ofsi_column_add(ofsi_column_writer *column, uint32_t value);
uint32_t ofsi_column_at(const ofsi_column_writer *column, uint64_t i);
/* The chunk: u64 width, then values bit-packed, least significant bit first, then 8 zero bytes. */
ofs_status ofsi_column_write(const ofsi_column_writer *column, ofsi_container_writer *file, uint32_t chunk,
                             ofs_error *err);
void ofsi_column_writer_free(ofsi_column_writer *column);

/* The strings of a map, in order of their numbers, as a chunk. */
ofs_status ofsi_strings_write(const ofsi_map *map, ofsi_container_writer *file, uint32_t chunk,
                              ofs_error *err);

#endif
