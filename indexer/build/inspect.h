/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at an index as a whole, whatever its kind: inspect.c finds out the kind and asks the one of it through this table
 * of functions; the files native_*.c and xapian_*.c answer. For these alone.
 */
#ifndef OFSI_BUILD_INSPECT_H
#define OFSI_BUILD_INSPECT_H

#include <ofsearch/index.h>

#include "indexer/base/arena.h"
#include "indexer/base/map.h"
#include "indexer/base/storage.h"
#include "indexer/format/recognize.h"

/* The index that is looked at; borrowed. */
typedef struct ofsi_inspected {
    const char *directory;
    ofsi_storage *storage; /* of the directory */
    ofsi_index_kind kind;
} ofsi_inspected;

/* What a check found, for the caller of ofs_index_check(). */
typedef struct ofsi_findings {
    ofs_status worst; /* OFS_OK, OFS_E_CORRUPT, or what kept it from looking */
    ofs_error *err;   /* the first of that; may be NULL */
    ofs_damage_visit visit;
    void *context;
    ofsi_map told; /* messages: a damage that many reports meet is one */
} ofsi_findings;

typedef struct ofsi_inspector {
    const char *engine;
    /* As the functions of index.h; the arena is for work. */
    ofs_status (*list)(const ofsi_inspected *index, ofsi_arena *arena, ofs_report_info_visit visit,
                       void *context, ofs_error *err);
    ofs_status (*failures)(const ofsi_inspected *index, ofsi_arena *arena, ofs_failure_visit visit,
                           void *context, ofs_error *err);
    ofs_status (*visit)(const ofsi_inspected *index, ofs_paragraph_visit visit, void *context,
                        ofs_error *err);
    /* Everything but `engine`; all is 0 before. */
    ofs_status (*stat)(const ofsi_inspected *index, ofs_index_stats *stats, ofs_error *err);
    void (*check)(const ofsi_inspected *index, ofsi_findings *findings);
} ofsi_inspector;

extern const ofsi_inspector ofsi_native_inspector, ofsi_xapian_inspector;

/* The native one's visit (native_paragraphs.c). */
ofs_status ofsi_native_visit(const ofsi_inspected *index, ofs_paragraph_visit visit, void *context,
                             ofs_error *err);
/* Adds to a component's bytes; `name` is static. */
void ofsi_add_component(ofs_index_stats *stats, const char *name, uint64_t bytes);
/* Notes what a part of a check returned; OFS_OK is nothing. */
void ofsi_note_finding(ofsi_findings *findings, ofs_status status, const ofs_error *damage);

#endif
