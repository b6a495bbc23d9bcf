/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering of a segment's abbreviations while it is written. Used by segment_write.c; segment.h has the reading side. */
#ifndef OFSI_FORMAT_DEFINITIONS_H
#define OFSI_FORMAT_DEFINITIONS_H

#include "indexer/base/buf.h"
#include "indexer/base/map.h"
#include "indexer/format/container.h"
#include "indexer/format/segment.h"

/* All zeros is ready. */
typedef struct ofsi_definitions_writer {
    ofsi_map rows; /* term, short form, long form, each as a string of FORMAT.md */
    ofsi_buf uses; /* u32 row, u32 report */
    ofsi_buf key;  /* scratch */
    uint32_t report, report_uses;
} ofsi_definitions_writer;

ofs_status ofsi_definitions_add(ofsi_definitions_writer *writer, const ofsi_definition_row *row,
                                uint32_t report, ofs_error *err);
/* Writes the chunk, unless there is nothing in it. */
ofs_status ofsi_definitions_write(ofsi_definitions_writer *writer, ofsi_container_writer *file,
                                  ofs_error *err);
void ofsi_definitions_writer_free(ofsi_definitions_writer *writer);

#endif
