/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making and keeping an index: what ofindex does, as functions.
 *
 * One writer at a time holds an index's lock; readers never wait for it and see the last commit. Nothing that a writer
 * does is visible, or survives, before ofs_writer_commit().
 */
#ifndef OFSEARCH_INDEX_H
#define OFSEARCH_INDEX_H

#include <ofsearch/error.h>
#include <ofsearch/report.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ofs_writer ofs_writer;

/* What happened to a file; see ofs_progress. */
typedef enum ofs_file_outcome {
    OFS_FILE_ADDED,
    OFS_FILE_REPLACED,
    OFS_FILE_UNCHANGED,
    OFS_FILE_FAILED, /* message says why */
    OFS_FILE_WARNED /* message: something about a file (or a report in it) that was read; another outcome follows */
} ofs_file_outcome;

typedef struct ofs_progress {
    uint64_t files_total; /* met so far; final once `walked` */
    bool walked;          /* every folder has been listed */
    uint64_t files_done;
    uint64_t paragraphs; /* indexed so far */
    uint64_t bytes;      /* of source files read so far */
    const char *path;    /* the file this call is about, NULL for a mere tick */
    ofs_file_outcome outcome;
    const char *message; /* for OFS_FILE_FAILED and OFS_FILE_WARNED, else NULL */
} ofs_progress;

/*
 * Called in the thread that called ofs_writer_add(), in the order of the files, whatever the number of threads.
 * A status other than OFS_OK (OFS_E_CANCELLED) ends the run with it.
 */
typedef ofs_status (*ofs_progress_fn)(void *context, const ofs_progress *progress);

typedef struct ofs_writer_options {
    uint32_t threads; /* 0: one a core */
    uint64_t memory;  /* bytes for what is not yet written; 0: 256 MiB; at least 16 MiB */
    /* Of a new index, NULL: "english"; an index that exists keeps its own (OFS_E_USAGE if it differs). */
    const char *stemmer;
    /*
     * Likewise: "native", or "xapian" for a Xapian database, which needs libofsearch-xapian. NULL: "native". Where such a
     * database is opened, the environment's XAPIAN_FLUSH_THRESHOLD is set for a moment, unless there is one: libxapian learns of
     * `memory` in no other way, and no other thread may look at the environment then.
     */
    const char *engine;
    /* Likewise: so many Xapian databases that share the reports, up to 256. 1: one that is not split. 0: as it is, or not said. */
    uint32_t shards;
    ofs_read_options read;    /* how files are read */
    bool prune;               /* drop reports whose file is gone, among those below the paths given */
    ofs_progress_fn progress; /* may be NULL */
    void *progress_context;
} ofs_writer_options;

/* What a run did. */
typedef struct ofs_run {
    uint64_t files_added, files_replaced, files_unchanged, files_failed, files_pruned;
    uint64_t reports;    /* added or replaced */
    uint64_t paragraphs; /* of them */
    uint64_t source_bytes;
    uint64_t text_bytes;    /* of their paragraphs */
    uint64_t files_partial; /* of those added and replaced: read, but for lines that are left out */
} ofs_run;

/*
 * Opens the index in folder `directory` for writing, making it when absent. options may be NULL and are copied.
 * OFS_E_NO_INDEX: the folder holds what is left of a Xapian database, beside which a native index is not made.
 * Errors: OFS_E_LOCKED, OFS_E_CORRUPT, OFS_E_UNSUPPORTED, OFS_E_IO, OFS_E_NOMEM.
 */
OFS_API ofs_status ofs_writer_open(const char *directory, const ofs_writer_options *options, ofs_writer **out,
                                   ofs_error *err);

/*
 * Adds files and folders (recursively, in byte order of their paths, hidden ones skipped; a file that is named is read whatever
 * its suffix promises). A file whose size and time, or else whose content, is as it was is skipped; a changed one
 * replaces its reports. A file that cannot be read is reported and passed over; if it was indexed before, its old
 * reports stay. It counts as failed (ofs_index_failures()) until it can be read, or is gone when it, or a folder above it, is
 * added again; a path that does not exist counts for this run alone. `run` may be NULL; it is added to. May be called several times before a commit.
 */
OFS_API ofs_status ofs_writer_add(ofs_writer *writer, const char *const *paths, size_t path_count,
                                  ofs_run *run, ofs_error *err);

/* Removes the report with this id, or all reports of the file with this path. OFS_E_NOT_FOUND when there is none. */
OFS_API ofs_status ofs_writer_remove(ofs_writer *writer, const char *id_or_path, uint64_t *removed,
                                     ofs_error *err);

/*
 * Merges everything into one segment without dead paragraphs. Visible after the commit. A Xapian database is rewritten
 * behind the commit, and its folder exchanged for the new one: an opened ofs_index then has to be opened again.
 * OFS_E_USAGE when the folder is the current one, OFS_E_UNSUPPORTED when the file system cannot exchange folders (then the
 * commit stands).
 */
OFS_API ofs_status ofs_writer_compact(ofs_writer *writer, ofs_error *err);

/* Makes everything since the last commit durable and visible, at once. Does nothing when nothing changed. */
OFS_API ofs_status ofs_writer_commit(ofs_writer *writer, ofs_error *err);

/* Releases the lock; what was not committed is gone. NULL is allowed. */
OFS_API void ofs_writer_close(ofs_writer *writer);

/* ---- looking at an index as a whole ---- */

typedef struct ofs_report_info {
    const char *id, *path, *profile, *title, *provider, *inspectorate; /* NULL: not known */
    ofs_date inspected_from, inspected_to, published;
    uint32_t pages, paragraphs, warnings;
    const char *provider_name, *provider_id, *inspection; /* NULL: not known */
    ofs_grade overall;
    bool has_scale; /* reports of its layout give grades */
    ofs_confidence confidence;
    uint32_t graded_sections; /* 0 with has_scale: grades were expected, and none was found */
    const char *lead_inspector;
    /*
     * Names that find the provider beside `provider` and `provider_name`: other ones, predecessors', those who work for it. As
     * an index compares names: in small letters, without what councils are called by custom.
     */
    const char *const *provider_also;
    uint32_t provider_also_count;
} ofs_report_info;

/* Called for each live report in order of id; strings are borrowed for the call. Non-OK stops and is returned. */
typedef ofs_status (*ofs_report_info_visit)(void *context, const ofs_report_info *info, ofs_error *err);

OFS_API ofs_status ofs_index_list(const char *directory, ofs_report_info_visit visit, void *context,
                                  ofs_error *err);

/* A paragraph as an index keeps it. All it points to is borrowed for the call. */
typedef struct ofs_listed_paragraph {
    const ofs_report_info *report;
    uint32_t place;             /* in its report, from 0 */
    const ofs_section *section; /* NULL: it stands outside all, and is not graded */
    const ofs_paragraph
        *paragraph; /* its `section` tells no more than that. NULL: the report has no paragraphs */
} ofs_listed_paragraph;

/*
 * Called for each live paragraph, reports in order of id, paragraphs in reading order, and once for a report without any. Non-OK
 * stops and is returned.
 */
typedef ofs_status (*ofs_paragraph_visit)(void *context, const ofs_listed_paragraph *paragraph,
                                          ofs_error *err);

/*
 * The paragraphs of the last commit, whatever a writer does meanwhile, in memory that does not grow with the texts. Errors:
 * OFS_E_NOT_FOUND where there is no index, OFS_E_CORRUPT (some paragraphs may have been visited before the damage is met),
 * OFS_E_UNSUPPORTED, OFS_E_IO, OFS_E_NOMEM, or what visit returned.
 */
OFS_API ofs_status ofs_index_visit(const char *directory, ofs_paragraph_visit visit, void *context,
                                   ofs_error *err);

/* Called for each file that could not be read when last met, in order of path. As ofs_report_info_visit. */
typedef ofs_status (*ofs_failure_visit)(void *context, const char *path, const char *reason, ofs_error *err);

OFS_API ofs_status ofs_index_failures(const char *directory, ofs_failure_visit visit, void *context,
                                      ofs_error *err);

/*
 * OFS_E_USAGE when the folder holds one of several databases that share their reports, with a message that names the index
 * where it is the folder above: the other functions here tell of that database alone. OFS_OK: it holds a whole index.
 */
OFS_API ofs_status ofs_index_whole(const char *directory, ofs_error *err);

typedef struct ofs_component {
    const char
        *name; /* static: "postings", "positions", "dictionary", ...; of a Xapian database its tables */
    uint64_t bytes;
} ofs_component;

enum { OFS_COMPONENTS_MAX = 32 };

typedef struct ofs_index_stats {
    uint64_t reports, paragraphs, words; /* live */
    uint64_t terms;                      /* of all segments, a term in two counts twice */
    uint64_t dead_paragraphs;            /* removed, not yet reclaimed */
    uint64_t failed_files;               /* could not be read when last met */
    uint64_t generation;                 /* commits so far */
    uint32_t segments;
    uint64_t bytes; /* of all files of the index */
    ofs_component components[OFS_COMPONENTS_MAX];
    uint32_t component_count;
    char stemmer[32];
    char engine[16]; /* "native", "xapian" */
} ofs_index_stats;

OFS_API ofs_status ofs_index_stat(const char *directory, ofs_index_stats *stats, ofs_error *err);

/* Called for each damage found, with a complete message. */
typedef void (*ofs_damage_visit)(void *context, const ofs_error *damage);

/*
 * Verifies every checksum and invariant of every file. OFS_OK when sound, OFS_E_CORRUPT when damage was found (each
 * was given to `visit`, and err has the first), or what kept it from looking.
 */
OFS_API ofs_status ofs_index_check(const char *directory, ofs_damage_visit visit, void *context,
                                   ofs_error *err);

#ifdef __cplusplus
}
#endif

#endif
