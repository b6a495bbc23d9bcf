/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a writer knows of the index's reports: by path, for telling what changed, and by id, for keeping ids unique. Filled
 * from the last commit when the writer opens; kept up to date as it works.
 */
#ifndef OFSI_BUILD_CATALOG_H
#define OFSI_BUILD_CATALOG_H

#include "indexer/base/map.h"
#include "indexer/build/source.h"
#include "indexer/format/segment.h"

#define OFSI_NOWHERE UINT32_MAX

/* A report, live or dead. */
typedef struct ofsi_entry {
    uint32_t id;      /* in catalog.ids */
    uint32_t path;    /* in catalog.paths */
    uint32_t segment; /* native: number in the writer's list; OFSI_NOWHERE while it is in memory */
    uint32_t report;  /* native: in the segment */
    bool live;
    uint32_t next; /* of the same path; OFSI_NOWHERE: none */
} ofsi_entry;

typedef struct ofsi_catalog_path {
    ofsi_known_file file;
    uint32_t first, last; /* entries */
} ofsi_catalog_path;

typedef struct ofsi_catalog {
    ofsi_map ids, paths;
    uint32_t *by_id; /* the live entry of each id, or OFSI_NOWHERE */
    size_t by_id_capacity;
    ofsi_catalog_path *by_path;
    size_t by_path_capacity;
    ofsi_entry *entries;
    size_t count, capacity;
} ofsi_catalog;

/* Adds a live report; *entry its number. Of two live ones with an id the later counts (a damaged index only). */
ofs_status ofsi_catalog_add(ofsi_catalog *catalog, ofsi_span id, ofsi_span path, const ofsi_known_file *file,
                            uint32_t *entry, ofs_error *err);
/* The live report with this id, or OFSI_NOWHERE. */
uint32_t ofsi_catalog_find_id(const ofsi_catalog *catalog, ofsi_span id);
/* The number of a path in by_path, or OFSI_NOWHERE. */
uint32_t ofsi_catalog_find_path(const ofsi_catalog *catalog, ofsi_span path);
/* Whether a path has a live report. */
bool ofsi_catalog_path_is_live(const ofsi_catalog *catalog, uint32_t path);
/* Heap bytes. */
uint64_t ofsi_catalog_bytes(const ofsi_catalog *catalog);
void ofsi_catalog_kill(ofsi_catalog *catalog, uint32_t entry);
void ofsi_catalog_free(ofsi_catalog *catalog);

#endif
