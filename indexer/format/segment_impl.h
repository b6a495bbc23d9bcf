/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open segment from inside: the container and the views into it. Only format's own files include this. */
#ifndef OFSI_FORMAT_SEGMENT_IMPL_H
#define OFSI_FORMAT_SEGMENT_IMPL_H

#include <pthread.h>

#include "indexer/format/container.h"
#include "indexer/format/segment.h"

/* Sizes of fixed records, see FORMAT.md. */
enum {
    OFSI_REPORT_ROW_SIZE = 104,
    OFSI_GRADE_ROW_SIZE = 8,
    OFSI_DETAILS_ROW_SIZE = 24,
    OFSI_HEADER_SIZE = 40,
    OFSI_DICTIONARY_BLOCK = 16
};

/* A list of strings: u32 count, u32 offsets[count + 1], bytes. */
typedef struct ofsi_strings {
    uint32_t count;
    const uint8_t *offsets;
    const uint8_t *bytes;
    uint32_t size;
} ofsi_strings;

/* A bit-packed column. */
typedef struct ofsi_column {
    const uint8_t *data; /* NULL: all zero */
    unsigned width;      /* bits, 0..32 */
} ofsi_column;

struct ofsi_segment {
    ofsi_container file;
    char *short_name; /* owned */
    uint32_t doc_count, report_count;
    uint64_t term_count, token_count;
    uint64_t dictionary_blocks;
    atomic_bool dictionary_verified;      /* the whole index */
    pthread_mutex_t mutex;                /* over the loading of columns */
    atomic_uint parts_open, parts_loaded; /* bits of enum ofsi_part */
    ofsi_column section, grade, kind, page, item, number;
    ofsi_strings headings, numbers, strings, providers;
    uint32_t section_count, grade_count;
    const uint8_t *section_offsets; /* u32[section_count + 1], in units of u32 */
    const uint8_t *section_entries;
    uint32_t section_entry_count;
    const uint8_t *grades, *reports, *report_starts;
    const uint8_t *details; /* NULL: the segment has none */
    const uint8_t *lengths;
    const uint8_t *long_lengths; /* { u32 doc, u32 length }[] ascending by doc */
    uint32_t long_length_count;
    uint32_t store_blocks;
    atomic_bool notes_known;
    uint64_t *notes; /* owned; NULL: none, or not known */
};

static inline const ofsi_chunk *ofsi_segment_chunk(const ofsi_segment *segment, enum ofsi_chunk_id id) {
    return &segment->file.chunks[id];
}

static inline uint32_t ofsi_column_get(ofsi_column column, uint32_t doc) {
    if (!column.data)
        return 0;
    uint64_t bit = (uint64_t)doc * column.width;
    uint64_t word;
    memcpy(&word, column.data + bit / 8, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return (uint32_t)(word >> bit % 8) & (uint32_t)((UINT64_C(1) << column.width) - 1);
}

static inline ofsi_span ofsi_strings_get(const ofsi_strings *strings, uint32_t i) {
    if (i >= strings->count)
        return (ofsi_span){NULL, 0};
    uint32_t start, end;
    const uint8_t *at = strings->offsets + (size_t)i * 4;
    start = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    end = (uint32_t)at[4] | (uint32_t)at[5] << 8 | (uint32_t)at[6] << 16 | (uint32_t)at[7] << 24;
    if (start > end || end > strings->size)
        return (ofsi_span){NULL, 0};
    return (ofsi_span){(const char *)strings->bytes + start, end - start};
}

/* check.c's parts that need the insides of others. */
ofs_status ofsi_segment_check_dictionary(ofsi_segment *segment, ofs_error *err);
ofs_status ofsi_segment_check_columns(ofsi_segment *segment, ofs_error *err);
ofs_status ofsi_segment_check_store(ofsi_segment *segment, ofs_error *err);
ofs_status ofsi_segment_check_definitions(ofsi_segment *segment, ofs_error *err);
/* Walks one term's postings, positions, codes and forms and compares with its counts and impacts. */
ofs_status ofsi_segment_check_term(ofsi_segment *segment, ofsi_span text, const ofsi_term *term,
                                   ofs_error *err);
/* Finds and checks the table's shape of the dictionary's index at opening. */
ofs_status ofsi_dictionary_open(ofsi_segment *segment, ofs_error *err);
/* Finds and checks the shape of the store's index at opening. */
ofs_status ofsi_store_open(ofsi_segment *segment, ofs_error *err);

#endif
