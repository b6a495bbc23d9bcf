/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libxapian in C: the face of libofsearch-xapian, which stands alone. It needs this header, error.h and libxapian, and
 * nothing else of ofsearch.
 *
 * Handles. Each x_new, x_open and each function with a handle `**out` gives a handle that the caller owns and ends with
 * the matching x_free; NULL is allowed there. Handles hold what they need: a query keeps its parts, an enquire its
 * database, its query and its counts, a match set and a document their database. So handles may be freed in any order, and
 * all but what must be fetched anew still answers. A database stays open until the last handle that holds it is freed,
 * or until ofs_xapian_database_close(): from then on what must be fetched from it fails with OFS_E_USAGE.
 *
 * Threads. libxapian counts references without locks: a database and every handle that came of it or was given to it,
 * and a query and its parts, belong to one thread at a time. Different databases may be used by different threads.
 *
 * Strings. Terms, values, keys and data are bytes, and may hold NUL. Those given are read during the call alone. Those
 * given back go to an ofs_xapian_string of the caller, or are views whose end the function names.
 *
 * Errors. Every function that can fail returns a status and fills err (NULL is allowed). The message begins with
 * libxapian's type of error ("DocNotFoundError: ..."), and has the place of a remote database where libxapian tells it. The
 * statuses, for every function:
 *   OFS_E_USAGE        a NULL handle, a value that is not allowed, a database that was closed, no such order of calls
 *   OFS_E_NOT_FOUND    no such document
 *   OFS_E_NO_INDEX     no database there
 *   OFS_E_LOCKED       another writer has the database open
 *   OFS_E_MODIFIED     the reader's revision is gone: ofs_xapian_database_reopen() and ask again
 *   OFS_E_CORRUPT      stored or sent bytes are damaged
 *   OFS_E_LIMIT        a wildcard fits more terms than were allowed
 *   OFS_E_UNSUPPORTED  this kind of database, version of database or build of libxapian has not got it
 *   OFS_E_NETWORK      a remote database cannot be reached, ended, or does not speak this protocol's version
 *   OFS_E_TIMEOUT      a remote database did not answer in time
 *   OFS_E_IO, OFS_E_NOMEM
 * After OFS_E_NETWORK or OFS_E_TIMEOUT the connection is of no more use: free the database and open it again. Of several
 * servers the message names the one that failed.
 * Where a function fails it leaves `*out` as NULL or 0, strings empty.
 *
 * Callbacks. One that returns another status than OFS_OK ends the visit, and the function returns that status; err is
 * then untouched, so that the callback may fill it. A callback may read from the same database, and may free any
 * handle; a call that would change, reopen or close the database that is being visited fails with OFS_E_USAGE.
 *
 * Signals. libxapian has SIGPIPE ignored by the whole process when it opens a remote database. These functions put back what
 * was, and hold the signal off for their own writing.
 *
 * Numbers are those of a libxapian with document ids of 32 bits, the usual build.
 */
#ifndef OFSEARCH_XAPIAN_H
#define OFSEARCH_XAPIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ofsearch/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The version of the libxapian that is loaded ("1.4.22"), which may be newer than the one compiled against.
 * NULL when libxapian cannot tell. Static storage, thread-safe.
 */
OFS_API const char *ofs_xapian_version(void);

/* ---- bytes ---- */

/* A view. data may be NULL when size is 0. */
typedef struct ofs_xapian_bytes {
    const char *data;
    size_t size;
} ofs_xapian_bytes;

/* Bytes of the caller, who begins with all zero; a function replaces them, with a NUL behind that is not counted. */
typedef struct ofs_xapian_string {
    char *data;
    size_t size;
    size_t capacity; /* may be reused from call to call */
} ofs_xapian_string;

/* Frees the bytes and zeroes the string. */
OFS_API void ofs_xapian_string_free(ofs_xapian_string *string);

/* Longest term, in bytes, a NUL counting twice. */
enum { OFS_XAPIAN_TERM_MAX = 245 };
/* A value slot that does not exist. */
#define OFS_XAPIAN_NO_SLOT UINT32_MAX

/* ---- handles ---- */

typedef struct ofs_xapian_database ofs_xapian_database; /* to read: one database, or several as one */
typedef struct ofs_xapian_writer ofs_xapian_writer;     /* to write: one database, under its lock */
typedef struct ofs_xapian_document ofs_xapian_document;
typedef struct ofs_xapian_query ofs_xapian_query; /* never changes */
typedef struct ofs_xapian_enquire ofs_xapian_enquire;
typedef struct ofs_xapian_mset ofs_xapian_mset; /* the results of one search */
typedef struct ofs_xapian_counts
    ofs_xapian_counts; /* how often each value of a slot occurs among the matches */

/* ---- what callbacks are shown; views end with the callback ---- */

typedef struct ofs_xapian_term {
    ofs_xapian_bytes name;
    uint32_t termfreq; /* documents that have it; 0 where the visit does not say so */
    uint32_t wdf;      /* occurrences in the document that is visited, else 0 */
} ofs_xapian_term;

typedef struct ofs_xapian_posting {
    uint32_t docid;
    uint32_t wdf;
    uint32_t doclength;
} ofs_xapian_posting;

typedef struct ofs_xapian_value {
    uint32_t slot;
    uint32_t docid; /* 0 for a document that is in no database */
    ofs_xapian_bytes value;
} ofs_xapian_value;

typedef struct ofs_xapian_count {
    ofs_xapian_bytes value;
    uint32_t count;
} ofs_xapian_count;

typedef ofs_status (*ofs_xapian_visit_term)(void *context, const ofs_xapian_term *term);
typedef ofs_status (*ofs_xapian_visit_bytes)(void *context, ofs_xapian_bytes bytes);
typedef ofs_status (*ofs_xapian_visit_posting)(void *context, const ofs_xapian_posting *posting);
typedef ofs_status (*ofs_xapian_visit_position)(void *context, uint32_t position);
typedef ofs_status (*ofs_xapian_visit_value)(void *context, const ofs_xapian_value *value);
typedef ofs_status (*ofs_xapian_visit_count)(void *context, const ofs_xapian_count *count);

/* ---- databases ---- */

/* A server that libxapian's xapian-tcpsrv runs. Times in milliseconds; 0: 10,000. */
typedef struct ofs_xapian_tcp {
    const char *host;
    uint16_t port;               /* not 0 */
    uint32_t connect_timeout_ms; /* for the connection; finding the host's address is not in it */
    uint32_t timeout_ms;         /* for each answer */
} ofs_xapian_tcp;

/* A program that speaks the same protocol on its stdin and stdout, as xapian-progsrv does. It is started anew. */
typedef struct ofs_xapian_program {
    const char *program;   /* found by PATH */
    const char *arguments; /* separated by blanks, without quoting; NULL: none */
    uint32_t timeout_ms;   /* for each answer; 0: 10,000 */
} ofs_xapian_program;

/* A local database, or a stub file that names others. OFS_E_NO_INDEX, OFS_E_CORRUPT, OFS_E_UNSUPPORTED, ... */
OFS_API ofs_status ofs_xapian_database_open(const char *path, ofs_xapian_database **out, ofs_error *err);
OFS_API ofs_status ofs_xapian_database_open_tcp(const ofs_xapian_tcp *server, ofs_xapian_database **out,
                                                ofs_error *err);
OFS_API ofs_status ofs_xapian_database_open_program(const ofs_xapian_program *program,
                                                    ofs_xapian_database **out, ofs_error *err);
/* None, to which others are added: an empty database, which cannot be searched (OFS_E_USAGE). */
OFS_API ofs_status ofs_xapian_database_new(ofs_xapian_database **out, ofs_error *err);
/*
 * Adds all databases of `part` behind those of `database`. Of n databases as one, document d of the i-th (from 0) has the
 * id (d - 1) * n + i + 1. Both handles then hold the same open database. Enquires made before do not see it.
 */
OFS_API ofs_status ofs_xapian_database_add(ofs_xapian_database *database, const ofs_xapian_database *part,
                                           ofs_error *err);
/*
 * To the newest revision. `changed` (may be NULL) is false when it was the newest already. Documents and match sets from
 * before may then fail with OFS_E_NOT_FOUND or give what was written since.
 */
OFS_API ofs_status ofs_xapian_database_reopen(ofs_xapian_database *database, bool *changed, ofs_error *err);
/* Tells remote databases that they are still wanted; a server closes a connection that rests too long. */
OFS_API ofs_status ofs_xapian_database_keep_alive(ofs_xapian_database *database, ofs_error *err);
/* Closes it for every handle that holds it. A second time does nothing. */
OFS_API ofs_status ofs_xapian_database_close(ofs_xapian_database *database, ofs_error *err);
OFS_API void ofs_xapian_database_free(ofs_xapian_database *database);

typedef struct ofs_xapian_info {
    size_t databases; /* that this one is made of */
    uint32_t doccount;
    uint32_t lastdocid; /* highest that was ever used */
    uint64_t total_length;
    double average_length;
    uint32_t doclength_lower_bound, doclength_upper_bound; /* the lower one of documents that are not empty */
    bool has_positions;
} ofs_xapian_info;

OFS_API ofs_status ofs_xapian_database_info(const ofs_xapian_database *database, ofs_xapian_info *out,
                                            ofs_error *err);
/* Stays the same for the life of a database; of several, theirs with colons between. Empty in memory. */
OFS_API ofs_status ofs_xapian_database_uuid(const ofs_xapian_database *database, ofs_xapian_string *out,
                                            ofs_error *err);
/* Whether a writer has it open. OFS_E_UNSUPPORTED for remote databases. */
OFS_API ofs_status ofs_xapian_database_locked(const ofs_xapian_database *database, bool *out, ofs_error *err);
/* Documents that have the term; an empty term stands for every document. 0 when there is none. */
OFS_API ofs_status ofs_xapian_database_termfreq(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                                uint32_t *out, ofs_error *err);
/* Occurrences of the term in all documents. */
OFS_API ofs_status ofs_xapian_database_collfreq(const ofs_xapian_database *database, ofs_xapian_bytes term,
                                                uint32_t *out, ofs_error *err);
/* At least the largest wdf of the term; a bound, not always reached. */
OFS_API ofs_status ofs_xapian_database_wdf_upper_bound(const ofs_xapian_database *database,
                                                       ofs_xapian_bytes term, uint32_t *out, ofs_error *err);
/* The sum of the wdfs of a document's terms. OFS_E_NOT_FOUND. */
OFS_API ofs_status ofs_xapian_database_doclength(const ofs_xapian_database *database, uint32_t docid,
                                                 uint32_t *out, ofs_error *err);
/* Distinct terms of a document. OFS_E_NOT_FOUND. */
OFS_API ofs_status ofs_xapian_database_unique_terms(const ofs_xapian_database *database, uint32_t docid,
                                                    uint32_t *out, ofs_error *err);
/* Documents with a value in the slot, and bounds of those values: bounds, not always reached. Each but `out` may be NULL. */
OFS_API ofs_status ofs_xapian_database_valuefreq(const ofs_xapian_database *database, uint32_t slot,
                                                 uint32_t *out, ofs_xapian_string *lower,
                                                 ofs_xapian_string *upper, ofs_error *err);

/*
 * Visits. Terms and keys come in byte order, documents and positions ascending.
 * All terms with the prefix (empty: all), with their termfreq.
 */
OFS_API ofs_status ofs_xapian_database_visit_terms(const ofs_xapian_database *database,
                                                   ofs_xapian_bytes prefix, ofs_xapian_visit_term visit,
                                                   void *context, ofs_error *err);
/* The documents of a term from `from` on (0 or 1: all); of an empty term every document, with a wdf of 1. */
OFS_API ofs_status ofs_xapian_database_visit_postings(const ofs_xapian_database *database,
                                                      ofs_xapian_bytes term, uint32_t from,
                                                      ofs_xapian_visit_posting visit, void *context,
                                                      ofs_error *err);
/* The terms of a document, with wdf and termfreq. OFS_E_NOT_FOUND. */
OFS_API ofs_status ofs_xapian_database_visit_document(const ofs_xapian_database *database, uint32_t docid,
                                                      ofs_xapian_visit_term visit, void *context,
                                                      ofs_error *err);
/* The positions of a term in a document; none when either is not there. */
OFS_API ofs_status ofs_xapian_database_visit_positions(const ofs_xapian_database *database, uint32_t docid,
                                                       ofs_xapian_bytes term, ofs_xapian_visit_position visit,
                                                       void *context, ofs_error *err);
/* The values of a slot from document `from` on; documents without one are left out. */
OFS_API ofs_status ofs_xapian_database_visit_values(const ofs_xapian_database *database, uint32_t slot,
                                                    uint32_t from, ofs_xapian_visit_value visit,
                                                    void *context, ofs_error *err);
/* OFS_E_NOT_FOUND when there is none, OFS_E_USAGE for 0. */
OFS_API ofs_status ofs_xapian_database_document(const ofs_xapian_database *database, uint32_t docid,
                                                ofs_xapian_document **out, ofs_error *err);

/* Metadata; of several databases the first one's. Empty when there is none; the key may not be empty. */
OFS_API ofs_status ofs_xapian_database_metadata(const ofs_xapian_database *database, ofs_xapian_bytes key,
                                                ofs_xapian_string *out, ofs_error *err);
/* Keys with the prefix (empty: all). OFS_E_UNSUPPORTED in memory. */
OFS_API ofs_status ofs_xapian_database_visit_metadata(const ofs_xapian_database *database,
                                                      ofs_xapian_bytes prefix, ofs_xapian_visit_bytes visit,
                                                      void *context, ofs_error *err);

/*
 * The known word that is nearest to one that is not known, of at most `distance` edits (0: 2). Empty when there is
 * none. Remote databases know no words.
 */
OFS_API ofs_status ofs_xapian_database_suggest(const ofs_xapian_database *database, ofs_xapian_bytes word,
                                               uint32_t distance, ofs_xapian_string *out, ofs_error *err);
/* The words that may be suggested, with how often each was added as termfreq. */
OFS_API ofs_status ofs_xapian_database_visit_spellings(const ofs_xapian_database *database,
                                                       ofs_xapian_visit_term visit, void *context,
                                                       ofs_error *err);
/* The synonyms of a term. */
OFS_API ofs_status ofs_xapian_database_visit_synonyms(const ofs_xapian_database *database,
                                                      ofs_xapian_bytes term, ofs_xapian_visit_bytes visit,
                                                      void *context, ofs_error *err);
/* The terms with the prefix (empty: all) that have synonyms. */
OFS_API ofs_status ofs_xapian_database_visit_synonym_keys(const ofs_xapian_database *database,
                                                          ofs_xapian_bytes prefix,
                                                          ofs_xapian_visit_bytes visit, void *context,
                                                          ofs_error *err);

/* ---- compaction and check ---- */

typedef struct ofs_xapian_compaction {
    bool keep_docids;    /* the ids stay; else documents are numbered anew, without gaps */
    bool single_file;    /* `path` becomes a file, which can be read but not written */
    bool standard;       /* leave room in blocks, for a database that will change; else they are filled */
    uint32_t block_size; /* bytes, a power of 2 from 2,048 to 65,536; 0: 8,192 */
} ofs_xapian_compaction;

/*
 * Writes the committed contents of the local database(s) as one to `path`, which must not be one of them. options may be
 * NULL. Of a metadata key that several have, the first one's is kept.
 */
OFS_API ofs_status ofs_xapian_database_compact(const ofs_xapian_database *database, const char *path,
                                               const ofs_xapian_compaction *options, ofs_error *err);
/*
 * Checks the structure of the local database at `path`. `faults` gets how many were found, `report` (may be NULL) what
 * the check says. OFS_OK also when faults were found; an error when the database cannot be opened at all.
 * libxapian's files have no checksums: it may crash on damage that it does not notice, here too.
 */
OFS_API ofs_status ofs_xapian_check(const char *path, size_t *faults, ofs_xapian_string *report,
                                    ofs_error *err);

/* ---- writing ---- */

typedef enum ofs_xapian_mode {
    OFS_XAPIAN_CREATE_OR_OPEN = 0,
    OFS_XAPIAN_CREATE,    /* OFS_E_IO (DatabaseCreateError) when there is one */
    OFS_XAPIAN_OVERWRITE, /* what was there is lost */
    OFS_XAPIAN_OPEN       /* OFS_E_NO_INDEX when there is none */
} ofs_xapian_mode;

typedef struct ofs_xapian_writing {
    ofs_xapian_mode mode;
    bool wait_for_lock; /* else OFS_E_LOCKED at once */
    bool no_sync;       /* do not wait for the disk: a crash of the machine may damage the database */
    bool
        no_termlist; /* no terms of a document are kept: smaller, but documents cannot be replaced or deleted */
    uint32_t block_size; /* of a new database: bytes, a power of 2 from 2,048 to 65,536; 0: 8,192 */
} ofs_xapian_writing;

/*
 * libxapian commits by itself after 10,000 changed documents, or as many as the environment's XAPIAN_FLUSH_THRESHOLD says
 * when the writer is opened, unless a transaction is open. options may be NULL. The folder is made, its parent is not.
 */
OFS_API ofs_status ofs_xapian_writer_open(const char *path, const ofs_xapian_writing *options,
                                          ofs_xapian_writer **out, ofs_error *err);
/* A database in memory, gone with the last handle that holds it. */
OFS_API ofs_status ofs_xapian_writer_open_memory(ofs_xapian_writer **out, ofs_error *err);
/* A server that was started with --writable. */
OFS_API ofs_status ofs_xapian_writer_open_tcp(const ofs_xapian_tcp *server, ofs_xapian_writer **out,
                                              ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_open_program(const ofs_xapian_program *program, ofs_xapian_writer **out,
                                                  ofs_error *err);
/* The same database for reading, with what is not committed yet. It must not outlive a change while it is visited. */
OFS_API ofs_status ofs_xapian_writer_database(const ofs_xapian_writer *writer, ofs_xapian_database **out,
                                              ofs_error *err);

/* The document is copied; it may be changed and added again. `docid` may be NULL. OFS_E_USAGE for a term too long. */
OFS_API ofs_status ofs_xapian_writer_add(ofs_xapian_writer *writer, const ofs_xapian_document *document,
                                         uint32_t *docid, ofs_error *err);
/* Puts it at that id, whether there was one or not. */
OFS_API ofs_status ofs_xapian_writer_replace(ofs_xapian_writer *writer, uint32_t docid,
                                             const ofs_xapian_document *document, ofs_error *err);
/* In the place of the first document with the term; all others with it are deleted. Added when there is none. */
OFS_API ofs_status ofs_xapian_writer_replace_term(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                                  const ofs_xapian_document *document, uint32_t *docid,
                                                  ofs_error *err);
/* OFS_E_NOT_FOUND. */
OFS_API ofs_status ofs_xapian_writer_delete(ofs_xapian_writer *writer, uint32_t docid, ofs_error *err);
/* All documents that have the term; none is no error. */
OFS_API ofs_status ofs_xapian_writer_delete_term(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                                 ofs_error *err);

/* An empty value removes the key. */
OFS_API ofs_status ofs_xapian_writer_set_metadata(ofs_xapian_writer *writer, ofs_xapian_bytes key,
                                                  ofs_xapian_bytes value, ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_add_spelling(ofs_xapian_writer *writer, ofs_xapian_bytes word,
                                                  uint32_t increment, ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_remove_spelling(ofs_xapian_writer *writer, ofs_xapian_bytes word,
                                                     uint32_t decrement, ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_add_synonym(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                                 ofs_xapian_bytes synonym, ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_remove_synonym(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                                    ofs_xapian_bytes synonym, ofs_error *err);
/* Removes all synonyms of the term. */
OFS_API ofs_status ofs_xapian_writer_clear_synonyms(ofs_xapian_writer *writer, ofs_xapian_bytes term,
                                                    ofs_error *err);

/*
 * What is changed in a transaction is seen by readers all at once or never. With `flushed` what was changed before is
 * committed first and the end of the transaction is a commit; without, it is part of the next commit, and cancelling
 * takes back only what was changed inside. OFS_E_USAGE when one is open, or to end none. OFS_E_UNSUPPORTED in memory.
 */
OFS_API ofs_status ofs_xapian_writer_begin_transaction(ofs_xapian_writer *writer, bool flushed,
                                                       ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_commit_transaction(ofs_xapian_writer *writer, ofs_error *err);
OFS_API ofs_status ofs_xapian_writer_cancel_transaction(ofs_xapian_writer *writer, ofs_error *err);
/* Makes all changes lasting and visible. When it fails, readers see what was committed before. */
OFS_API ofs_status ofs_xapian_writer_commit(ofs_xapian_writer *writer, ofs_error *err);
/* Commits, cancels an open transaction, gives up the lock and closes it for every handle. */
OFS_API ofs_status ofs_xapian_writer_close(ofs_xapian_writer *writer, ofs_error *err);
/* As close, when this is the last handle of the database; but nobody is told whether the commit failed. */
OFS_API void ofs_xapian_writer_free(ofs_xapian_writer *writer);

/* ---- documents ---- */

OFS_API ofs_status ofs_xapian_document_new(ofs_xapian_document **out, ofs_error *err);
OFS_API void ofs_xapian_document_free(ofs_xapian_document *document);
/* Its id in the one database it came from, which of several is not the id among them all; else 0. */
OFS_API uint32_t ofs_xapian_document_id(const ofs_xapian_document *document);
OFS_API ofs_status ofs_xapian_document_set_data(ofs_xapian_document *document, ofs_xapian_bytes data,
                                                ofs_error *err);
OFS_API ofs_status ofs_xapian_document_data(const ofs_xapian_document *document, ofs_xapian_string *out,
                                            ofs_error *err);
/* An empty value removes it. */
OFS_API ofs_status ofs_xapian_document_set_value(ofs_xapian_document *document, uint32_t slot,
                                                 ofs_xapian_bytes value, ofs_error *err);
/* Empty when there is none. */
OFS_API ofs_status ofs_xapian_document_value(const ofs_xapian_document *document, uint32_t slot,
                                             ofs_xapian_string *out, ofs_error *err);
OFS_API ofs_status ofs_xapian_document_clear_values(ofs_xapian_document *document, ofs_error *err);
/* The term at a position; adds `wdf` to its wdf, also when it is there already. The term may not be empty. */
OFS_API ofs_status ofs_xapian_document_add_posting(ofs_xapian_document *document, ofs_xapian_bytes term,
                                                   uint32_t position, uint32_t wdf, ofs_error *err);
/* The term without a position; with a wdf of 0 it filters and adds nothing to the document's length. */
OFS_API ofs_status ofs_xapian_document_add_term(ofs_xapian_document *document, ofs_xapian_bytes term,
                                                uint32_t wdf, ofs_error *err);
/* OFS_E_USAGE when the document has not got it. */
OFS_API ofs_status ofs_xapian_document_remove_term(ofs_xapian_document *document, ofs_xapian_bytes term,
                                                   ofs_error *err);
OFS_API ofs_status ofs_xapian_document_clear_terms(ofs_xapian_document *document, ofs_error *err);
/* Terms with wdf, without termfreq. */
OFS_API ofs_status ofs_xapian_document_visit_terms(const ofs_xapian_document *document,
                                                   ofs_xapian_visit_term visit, void *context,
                                                   ofs_error *err);
/* Positions of a term of the document; none when it has not got it. */
OFS_API ofs_status ofs_xapian_document_visit_positions(const ofs_xapian_document *document,
                                                       ofs_xapian_bytes term, ofs_xapian_visit_position visit,
                                                       void *context, ofs_error *err);
/* Values by slot. */
OFS_API ofs_status ofs_xapian_document_visit_values(const ofs_xapian_document *document,
                                                    ofs_xapian_visit_value visit, void *context,
                                                    ofs_error *err);

/* ---- queries ---- */

typedef enum ofs_xapian_op {
    OFS_XAPIAN_AND = 0,
    OFS_XAPIAN_OR,
    OFS_XAPIAN_AND_NOT,   /* the first and none of the others; weight of the first */
    OFS_XAPIAN_XOR,       /* an odd number of them */
    OFS_XAPIAN_AND_MAYBE, /* the first; weight of all that match */
    OFS_XAPIAN_FILTER,    /* all; weight of the first */
    OFS_XAPIAN_NEAR,      /* terms, or ORs of terms, within `parameter` positions (0: as many as parts) */
    OFS_XAPIAN_PHRASE,    /* likewise, in this order */
    OFS_XAPIAN_ELITE_SET, /* OR of the `parameter` (0: 10) parts that can weigh most */
    OFS_XAPIAN_SYNONYM,   /* OR, weighed as one term that occurs where any of them does */
    OFS_XAPIAN_MAX        /* OR, with the weight of the heaviest that matches */
} ofs_xapian_op;

/* An empty term matches everything. wqf: how often it is in the query (0: 1). */
OFS_API ofs_status ofs_xapian_query_term(ofs_xapian_bytes term, uint32_t wqf, ofs_xapian_query **out,
                                         ofs_error *err);
OFS_API ofs_status ofs_xapian_query_all(ofs_xapian_query **out, ofs_error *err);
OFS_API ofs_status ofs_xapian_query_nothing(ofs_xapian_query **out, ofs_error *err);
/*
 * The parts stay the caller's; the query holds what it needs of them. None: matches nothing. OFS_E_UNSUPPORTED for NEAR
 * and PHRASE over other parts than said.
 */
OFS_API ofs_status ofs_xapian_query_combine(ofs_xapian_op op, const ofs_xapian_query *const *parts,
                                            size_t count, uint32_t parameter, ofs_xapian_query **out,
                                            ofs_error *err);
/* The weight times a factor >= 0. */
OFS_API ofs_status ofs_xapian_query_scale(const ofs_xapian_query *query, double factor,
                                          ofs_xapian_query **out, ofs_error *err);
/* Documents whose value v of the slot has first <= v <= last, by bytes. No weight. */
OFS_API ofs_status ofs_xapian_query_value_range(uint32_t slot, ofs_xapian_bytes first, ofs_xapian_bytes last,
                                                ofs_xapian_query **out, ofs_error *err);
OFS_API ofs_status ofs_xapian_query_value_ge(uint32_t slot, ofs_xapian_bytes first, ofs_xapian_query **out,
                                             ofs_error *err);
OFS_API ofs_status ofs_xapian_query_value_le(uint32_t slot, ofs_xapian_bytes last, ofs_xapian_query **out,
                                             ofs_error *err);

typedef enum ofs_xapian_expansion {
    OFS_XAPIAN_EXPAND_ALL_OR_FAIL = 0, /* OFS_E_LIMIT from the search when more terms fit */
    OFS_XAPIAN_EXPAND_FIRST,           /* the first ones in byte order */
    OFS_XAPIAN_EXPAND_MOST_FREQUENT
} ofs_xapian_expansion;

typedef struct ofs_xapian_wildcard {
    ofs_xapian_bytes prefix; /* the terms that begin so */
    uint32_t limit;          /* most terms; 0: no limit */
    ofs_xapian_expansion expansion;
    ofs_xapian_op
        op; /* OFS_XAPIAN_OR, OFS_XAPIAN_SYNONYM or OFS_XAPIAN_MAX; OFS_XAPIAN_AND (0): as SYNONYM */
} ofs_xapian_wildcard;

OFS_API ofs_status ofs_xapian_query_wildcard(const ofs_xapian_wildcard *wildcard, ofs_xapian_query **out,
                                             ofs_error *err);
/* As text for people. */
OFS_API ofs_status ofs_xapian_query_description(const ofs_xapian_query *query, ofs_xapian_string *out,
                                                ofs_error *err);
/* As bytes, and back. OFS_E_CORRUPT for others. */
OFS_API ofs_status ofs_xapian_query_serialise(const ofs_xapian_query *query, ofs_xapian_string *out,
                                              ofs_error *err);
OFS_API ofs_status ofs_xapian_query_unserialise(ofs_xapian_bytes serialised, ofs_xapian_query **out,
                                                ofs_error *err);
/* Terms in it, each as often as its wqf: what libxapian calls the query's length. 0 for NULL. */
OFS_API uint32_t ofs_xapian_query_length(const ofs_xapian_query *query);
OFS_API void ofs_xapian_query_free(ofs_xapian_query *query);

/* ---- searching ---- */

/*
 * BM25 as libxapian has it. Its idf is ln((N - n + 0.5) / (n + 0.5)), with (x <= 1 ? x/2 + 0.5) below 2; its default is
 * OFS_XAPIAN_BM25.
 */
typedef struct ofs_xapian_bm25 {
    double k1, k2, k3;
    double b;
    double min_normlen; /* shorter documents count as this part of the average length */
} ofs_xapian_bm25;
#define OFS_XAPIAN_BM25                                                                                      \
    { 1.0, 0.0, 1.0, 0.5, 0.5 }

typedef enum ofs_xapian_sort {
    OFS_XAPIAN_RELEVANCE = 0,
    OFS_XAPIAN_VALUE,
    OFS_XAPIAN_VALUE_THEN_RELEVANCE,
    OFS_XAPIAN_RELEVANCE_THEN_VALUE
} ofs_xapian_sort;

typedef enum ofs_xapian_docid_order {
    OFS_XAPIAN_ASCENDING = 0,
    OFS_XAPIAN_DESCENDING,
    OFS_XAPIAN_DONT_CARE /* whichever is quicker */
} ofs_xapian_docid_order;

/* A search over the database as it is now opened; it holds a reference to it. It matches nothing until a query is set. */
OFS_API ofs_status ofs_xapian_enquire_new(const ofs_xapian_database *database, ofs_xapian_enquire **out,
                                          ofs_error *err);
OFS_API void ofs_xapian_enquire_free(ofs_xapian_enquire *enquire);
/* length: of the query, for k3 and k2 (0: as ofs_xapian_query_length). */
OFS_API ofs_status ofs_xapian_enquire_set_query(ofs_xapian_enquire *enquire, const ofs_xapian_query *query,
                                                uint32_t length, ofs_error *err);
/* NULL: the default. OFS_E_USAGE for a NaN; negative ones count as 0. */
OFS_API ofs_status ofs_xapian_enquire_set_bm25(ofs_xapian_enquire *enquire, const ofs_xapian_bm25 *parameters,
                                               ofs_error *err);
/* No weights: every document weighs 0. */
OFS_API ofs_status ofs_xapian_enquire_set_boolean(ofs_xapian_enquire *enquire, ofs_error *err);
/* At most `most` (0: all) results with the same value of the slot; those without a value are all kept. */
OFS_API ofs_status ofs_xapian_enquire_set_collapse(ofs_xapian_enquire *enquire, uint32_t slot, uint32_t most,
                                                   ofs_error *err);
/* Only what reaches this percentage of the best weight and this weight. */
OFS_API ofs_status ofs_xapian_enquire_set_cutoff(ofs_xapian_enquire *enquire, uint32_t percent, double weight,
                                                 ofs_error *err);
/* Values sort by bytes, the smallest first, or, when reversed, the largest. Ties go by the order of ids. */
OFS_API ofs_status ofs_xapian_enquire_set_sort(ofs_xapian_enquire *enquire, ofs_xapian_sort sort,
                                               uint32_t slot, bool reverse, ofs_error *err);
OFS_API ofs_status ofs_xapian_enquire_set_docid_order(ofs_xapian_enquire *enquire,
                                                      ofs_xapian_docid_order order, ofs_error *err);
/* After so many seconds no more is looked at than the page needs, as if check_at_least were 0. 0: no limit. */
OFS_API ofs_status ofs_xapian_enquire_set_time_limit(ofs_xapian_enquire *enquire, double seconds,
                                                     ofs_error *err);
/* Counts of every search from now on; the enquire holds them. They may not be shared by two enquires. */
OFS_API ofs_status ofs_xapian_enquire_add_counts(ofs_xapian_enquire *enquire, ofs_xapian_counts *counts,
                                                 ofs_error *err);
OFS_API ofs_status ofs_xapian_enquire_clear_counts(ofs_xapian_enquire *enquire, ofs_error *err);

typedef struct ofs_xapian_page {
    uint32_t first;          /* passed over */
    uint32_t count;          /* wanted */
    uint32_t check_at_least; /* matches looked at: up to here totals and counts are exact. UINT32_MAX: all */
} ofs_xapian_page;

OFS_API ofs_status ofs_xapian_enquire_search(ofs_xapian_enquire *enquire, const ofs_xapian_page *page,
                                             ofs_xapian_mset **out, ofs_error *err);
/* The terms of the query that are in a document, each once, in no order that is promised. OFS_E_NOT_FOUND. */
OFS_API ofs_status ofs_xapian_enquire_visit_matching_terms(const ofs_xapian_enquire *enquire, uint32_t docid,
                                                           ofs_xapian_visit_bytes visit, void *context,
                                                           ofs_error *err);

/* ---- match sets ---- */

typedef struct ofs_xapian_matches {
    uint32_t size;                                /* results here */
    uint32_t first;                               /* the page's */
    uint32_t lower_bound, estimated, upper_bound; /* matches in all, after collapsing */
    uint32_t uncollapsed_lower_bound, uncollapsed_estimated, uncollapsed_upper_bound;
    double max_possible, max_attained; /* weights: no document can, and the best did */
} ofs_xapian_matches;

typedef struct ofs_xapian_item {
    uint32_t docid;
    uint32_t rank; /* from 0, page.first counted in */
    double weight;
    uint32_t percent;
    uint32_t collapse_count;       /* at least so many were left out for the sake of this one */
    ofs_xapian_bytes collapse_key; /* views until ofs_xapian_mset_free() */
    ofs_xapian_bytes sort_key;
} ofs_xapian_item;

OFS_API ofs_status ofs_xapian_mset_matches(const ofs_xapian_mset *mset, ofs_xapian_matches *out,
                                           ofs_error *err);
/* index < matches.size, else OFS_E_USAGE. */
OFS_API ofs_status ofs_xapian_mset_item(const ofs_xapian_mset *mset, uint32_t index, ofs_xapian_item *out,
                                        ofs_error *err);
/* Of a remote database, one question and answer: data and values come with it, terms do not. */
OFS_API ofs_status ofs_xapian_mset_document(const ofs_xapian_mset *mset, uint32_t index,
                                            ofs_xapian_document **out, ofs_error *err);
/* Documents of a term, over all databases, without asking them again for a term of the query. */
OFS_API ofs_status ofs_xapian_mset_termfreq(const ofs_xapian_mset *mset, ofs_xapian_bytes term, uint32_t *out,
                                            ofs_error *err);
/* The most that a term of the query adds to a weight; its wqf and the factors above it are in it. OFS_E_USAGE for another. */
OFS_API ofs_status ofs_xapian_mset_termweight(const ofs_xapian_mset *mset, ofs_xapian_bytes term, double *out,
                                              ofs_error *err);

typedef struct ofs_xapian_snippet {
    size_t length; /* bytes aimed at; 0: 500 */
    const char
        *stemmer; /* as libxapian names it ("english"); NULL: none. It stems for terms with the prefix Z */
    const char *start, *end,
        *omit;  /* around terms of the query, where text is left out; NULL: "<b>", "</b>", "..." */
    bool quick; /* the first good one, not the best */
    bool empty_without_match;
} ofs_xapian_snippet;

/* The part of `text` (UTF-8) that shows most of the query; text is escaped for HTML. options may be NULL. */
OFS_API ofs_status ofs_xapian_mset_snippet(const ofs_xapian_mset *mset, ofs_xapian_bytes text,
                                           const ofs_xapian_snippet *options, ofs_xapian_string *out,
                                           ofs_error *err);
OFS_API void ofs_xapian_mset_free(ofs_xapian_mset *mset);

/* ---- counts ---- */

OFS_API ofs_status ofs_xapian_counts_new(uint32_t slot, ofs_xapian_counts **out, ofs_error *err);
/* Matches looked at, with a value or without, in all searches together: see ofs_xapian_page.check_at_least. */
OFS_API ofs_status ofs_xapian_counts_total(const ofs_xapian_counts *counts, uint64_t *out, ofs_error *err);
/* Each value, in byte order. */
OFS_API ofs_status ofs_xapian_counts_visit(const ofs_xapian_counts *counts, ofs_xapian_visit_count visit,
                                           void *context, ofs_error *err);
/* The most frequent values, at most `most`, the most frequent first, ties by bytes. */
OFS_API ofs_status ofs_xapian_counts_visit_top(const ofs_xapian_counts *counts, uint32_t most,
                                               ofs_xapian_visit_count visit, void *context, ofs_error *err);
OFS_API void ofs_xapian_counts_free(ofs_xapian_counts *counts);

#ifdef __cplusplus
}
#endif

#endif
