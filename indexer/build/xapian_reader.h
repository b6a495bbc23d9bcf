/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Xapian databases of an index, open for inspection. For inspection's files alone. */
#ifndef OFSI_BUILD_XAPIAN_READER_H
#define OFSI_BUILD_XAPIAN_READER_H

#include "indexer/build/inspect.h"
#include "indexer/build/report_info.h"
#include "indexer/build/xapian_impl.h"
#include "indexer/format/xapian_shards.h"

typedef struct ofsi_xapian_reader {
    const ofsi_xapian *x;
    ofsi_arena arena;
    ofsi_shards shards; /* one when the index is not split */
    ofs_xapian_database **databases;
    uint64_t *generations; /* of each */
} ofsi_xapian_reader;

/*
 * Opens them all, of one commit; waits a little for one that is being made. What it opened is closed by the other, also after
 * a failure.
 */
ofs_status ofsi_xapian_reader_open(const ofsi_inspected *index, ofsi_xapian_reader *reader, ofs_error *err);
void ofsi_xapian_reader_close(ofsi_xapian_reader *reader);

/* A report and where it is. */
typedef struct ofsi_xapian_report {
    uint32_t database;
    ofsi_report_row row;
} ofsi_xapian_report;

typedef struct ofsi_xapian_rows {
    ofsi_arena arena;          /* of the rows' bytes */
    ofsi_xapian_report *items; /* ascending by id */
    size_t count, capacity;
    uint32_t database; /* that is being read */
} ofsi_xapian_rows;

/* All reports. Freed by the other, also after a failure. */
ofs_status ofsi_xapian_reader_rows(ofsi_xapian_reader *reader, ofsi_xapian_rows *rows, ofs_error *err);
void ofsi_xapian_rows_free(ofsi_xapian_rows *rows);

/* The inspector's visit (xapian_paragraphs.c) and its check (xapian_check.c). */
ofs_status ofsi_xapian_visit(const ofsi_inspected *index, ofs_paragraph_visit visit, void *context,
                             ofs_error *err);
/* Of a folder with one database: OFS_E_USAGE when it is a part of an index. */
ofs_status ofsi_xapian_whole(const ofsi_inspected *index, ofs_error *err);
void ofsi_xapian_check_index(const ofsi_inspected *index, ofsi_findings *findings);

#endif
