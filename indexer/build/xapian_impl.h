/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Xapian engine's side of the writer from inside. For the files xapian_*.c of this folder alone. */
#ifndef OFSI_BUILD_XAPIAN_IMPL_H
#define OFSI_BUILD_XAPIAN_IMPL_H

#include "indexer/base/xapian_late.h"
#include "indexer/build/writer_impl.h"
#include "indexer/format/xapian_schema.h"

/* A database under its lock, with a transaction open. */
typedef struct ofsi_xapian_shard {
    const char *path;          /* in the writer's arena */
    ofs_xapian_writer *writer; /* NULL: not open */
    ofs_xapian_database *view; /* of the writer: shows what is not committed */
    uint64_t generation;       /* of its last commit */
    uint64_t reports;          /* live */
    bool fresh;                /* it was made by this writer: nothing was ever committed to it */
} ofsi_xapian_shard;

/* Where the documents of a report are. */
typedef struct ofsi_xapian_place {
    uint32_t shard, first, count;
} ofsi_xapian_place;

/* The metadata of a report whose id another has taken, until it is sure that this one goes. */
typedef struct ofsi_xapian_saved {
    ofs_xapian_string row, definitions;
} ofsi_xapian_saved;

typedef struct ofsi_xapian_index {
    const ofsi_xapian *x;
    ofsi_xapian_shard *shards;
    uint32_t shard_count;
    bool is_split;                              /* there is an index file */
    bool compacts;                              /* at the next commit */
    char archive[OFSI_XAPIAN_ARCHIVE_SIZE + 1]; /* "": not split, or none was given yet */
    uint64_t distrusted;       /* files of reports of commits up to this one count as changed */
    ofsi_xapian_place *places; /* by entry of the catalog */
    size_t places_capacity;
    ofsi_xapian_saved **saved; /* by id of the catalog; NULL: none */
    size_t saved_count, saved_capacity;
    ofsi_buf key, value; /* work space */
} ofsi_xapian_index;

static inline ofs_xapian_bytes ofsi_xapian_bytes(ofsi_span span) {
    return (ofs_xapian_bytes){span.data, span.size};
}
static inline ofsi_span ofsi_xapian_span(const ofs_xapian_string *string) {
    return (ofsi_span){string->data, string->size};
}

/* ---- xapian_database.c: what a writer and an inspection do alike ---- */

/* A key's value. */
ofs_status ofsi_xapian_metadata(const ofsi_xapian *x, const ofs_xapian_database *database, ofsi_span key,
                                ofs_xapian_string *out, ofs_error *err);
/* A decimal number; `missing` when there is none. OFS_E_CORRUPT when it is something else. */
ofs_status ofsi_xapian_metadata_count(const ofsi_xapian *x, const ofs_xapian_database *database,
                                      const char *key, const char *path, uint64_t *out, ofs_error *err);
/* Gets each report's row, in no certain order; `row` is borrowed for the call. */
typedef ofs_status (*ofsi_xapian_visit_report)(void *context, const ofsi_report_row *row, ofs_error *err);
ofs_status ofsi_xapian_each_report(const ofsi_xapian *x, const ofs_xapian_database *database,
                                   const char *path, ofsi_xapian_visit_report visit, void *context,
                                   ofs_error *err);
/* Nothing was ever committed to it: a first run was killed. */
ofs_status ofsi_xapian_is_blank(const ofsi_xapian *x, const ofs_xapian_database *database, bool *blank,
                                ofs_error *err);
/* OFS_E_USAGE: the database at `path`, whose `shard` in the metadata is this, is a part of an index; names that where it is. */
ofs_status ofsi_xapian_fail_part(ofsi_span shard, const char *path, ofs_error *err);
/* Removes the files of a database from a folder, as far as they are there; other files stay. */
void ofsi_xapian_remove_files(const char *path);

/* ---- xapian_writer.c ---- */

/* The shard of a report. */
uint32_t ofsi_xapian_shard_of(const ofsi_xapian_index *index, ofsi_span id);
/* Opens the database for writing, and a transaction. */
ofs_status ofsi_xapian_shard_open(ofs_writer *writer, ofsi_xapian_shard *shard, ofs_error *err);
/* Cancels what is not committed. */
void ofsi_xapian_shard_close(const ofsi_xapian *x, ofsi_xapian_shard *shard);

/* ---- xapian_reports.c ---- */

/* Sets the metadata of an entry's id, keeping what was there until the entry of that is gone. `definitions` may be empty. */
ofs_status ofsi_xapian_put_report(ofs_writer *writer, uint32_t entry, ofsi_span row, ofsi_span definitions,
                                  ofs_error *err);
/* Remembers where an entry's documents are. */
ofs_status ofsi_xapian_put_place(ofsi_xapian_index *index, uint32_t entry, ofsi_xapian_place place,
                                 ofs_error *err);
/* The engine's function for a report that goes. */
ofs_status ofsi_xapian_kill(ofs_writer *writer, uint32_t entry, ofs_error *err);
/* Frees what was kept for reports that may have to come back. */
void ofsi_xapian_drop_saved(ofsi_xapian_index *index);

/* ---- xapian_sink.c ---- */

ofs_status ofsi_xapian_sink_open(ofs_writer *writer, ofsi_report_sink **out, ofs_error *err);

/* ---- xapian_compact.c ---- */

/* Rewrites a committed database, which is open, in its place. It is open again afterwards. */
ofs_status ofsi_xapian_compact(ofs_writer *writer, ofsi_xapian_shard *shard, ofs_error *err);
/* Removes what a compaction that was killed has left. */
void ofsi_xapian_sweep_compaction(const char *path);

#endif
