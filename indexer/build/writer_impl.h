/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The writer from inside. writer.c, add.c and failures.c have what is the same for every kind of index: files, ids, what
 * changed. What differs is behind a table of functions, one for each engine (native.c, xapian_writer.c). Only these files
 * include this.
 */
#ifndef OFSI_BUILD_WRITER_IMPL_H
#define OFSI_BUILD_WRITER_IMPL_H

#include <ofsearch/index.h>

#include "indexer/build/catalog.h"
#include "indexer/build/inverter.h"

typedef struct ofsi_writer_engine ofsi_writer_engine;

struct ofs_writer {
    ofs_writer_options options; /* with defaults filled in */
    ofsi_arena arena;           /* strings of options, of the last commit */
    const char *directory;      /* in arena; NULL: the storage is no folder */
    ofsi_storage *storage;
    ofsi_lock *lock;
    const ofsi_writer_engine *engine; /* NULL until it is chosen */
    struct ofsi_native *native;       /* the engine's own: one of the two */
    struct ofsi_xapian_index *xapian;
    uint64_t generation; /* of the last commit, 0: none yet */
    ofsi_analyzer *analyzer;
    ofsi_report_sink *sink;
    ofsi_catalog catalog;
    ofsi_manifest_failure *failures; /* strings in arena; in no order */
    size_t failure_count, failure_capacity;
    bool changed; /* something differs from the last commit */
    bool broken;  /* a failure left the state in between: only closing is left */
};

/* What a kind of index does in its own way. Every function may use all of the writer, whose lock is held. */
struct ofsi_writer_engine {
    const char *name;
    /*
     * Reads the last commit into generation, analyzer, failures and catalog, and opens the sink. An index that is not
     * there yet has nothing and the generation 0. What it leaves behind when it fails goes with close.
     */
    ofs_status (*open)(ofs_writer *writer, ofs_error *err);
    /* The report of an entry, which is live and was flushed, is to be gone at the next commit. */
    ofs_status (*kill)(ofs_writer *writer, uint32_t entry, ofs_error *err);
    /* Rewrites the index without what is not needed, as the next commit will show. */
    ofs_status (*compact)(ofs_writer *writer, ofs_error *err);
    /* Makes the state durable and visible at once, as generation + 1; failures ascend by path. */
    ofs_status (*commit)(ofs_writer *writer, ofs_error *err);
    /* Frees the engine's own; what was not committed is gone. The sink is closed before. */
    void (*close)(ofs_writer *writer);
};

extern const ofsi_writer_engine ofsi_writer_native, ofsi_writer_xapian;

/* For an engine's open: the analyzer of the last commit; refuses another stemmer than the options', and other rules. */
ofs_status ofsi_writer_take_analyzer(ofs_writer *writer, ofsi_span stemmer, ofsi_span fingerprint,
                                     ofs_error *err);
/* Likewise: the analyzer of a new index. */
ofs_status ofsi_writer_new_analyzer(ofs_writer *writer, ofs_error *err);
/* Likewise: the failures of the last commit, whose strings are the arena's. */
ofs_status ofsi_writer_take_failures(ofs_writer *writer, const ofsi_manifest_failure *failures,
                                     uint32_t count, ofs_error *err);
/* Marks a live report dead, by the engine and in the catalog. */
ofs_status ofsi_writer_kill(ofs_writer *writer, uint32_t entry, ofs_error *err);
/* Refuses a broken writer. */
ofs_status ofsi_writer_usable(const ofs_writer *writer, ofs_error *err);
/* Forgets, or records, that a file could not be read (failures.c). */
void ofsi_writer_forget_failure(ofs_writer *writer, const char *path);
ofs_status ofsi_writer_record_failure(ofs_writer *writer, const char *path, const char *reason,
                                      ofs_error *err);
/*
 * Forgets, of the failures below these paths (as ofsi_normal_path() gives them), those that the run which listed `files`
 * did not meet again and that are no more: their file is gone, or the folder could be listed.
 */
void ofsi_writer_review_failures(ofs_writer *writer, const ofsi_files *files, const char *const *roots,
                                 size_t root_count);
/* There is nothing of that name, not even a link. */
bool ofsi_is_absent(const char *path);

#endif
