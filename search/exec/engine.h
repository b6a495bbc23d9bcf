/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The seam between a question and what answers it. ofs_search() parses, builds the results and asks an engine through
 * this table of functions; the native engine (native.c) reads our segments, another (xapian/) reads Xapian databases.
 * An engine numbers the paragraphs of its snapshot ("global documents") in an order of its own, those of a report one by one.
 */
#ifndef OFSI_EXEC_ENGINE_H
#define OFSI_EXEC_ENGINE_H

#include <ofsearch/search.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/arena.h"
#include "indexer/base/buf.h"
#include "indexer/base/storage.h"
#include "indexer/format/segment.h"
#include "search/exec/meanings.h"
#include "search/query/tree.h"

typedef struct ofsi_engine ofsi_engine;

/* What is wanted of one evaluation. */
typedef struct ofsi_engine_request {
    const ofsi_node *root; /* the query with all filters joined in; NULL: every paragraph */
    double k1, b;
    uint64_t top; /* best this many are wanted (limit + offset); OFS_ALL for all */
    ofs_sort sort;
    ofs_totals totals; /* which totals are wanted */
    const ofs_facet_request *facets;
    size_t facet_count;
} ofsi_engine_request;

typedef struct ofsi_ranked {
    uint64_t doc; /* global */
    double score;
} ofsi_ranked;

typedef struct ofsi_engine_answer {
    ofsi_ranked *ranked; /* best first, ties by report id, then place */
    size_t ranked_count;
    uint64_t total, report_total; /* exact: paragraphs that match, reports that they are in */
    ofs_facet *facets;            /* as asked for */
} ofsi_engine_answer;

/* A paragraph's value of a field. */
typedef struct ofsi_value {
    ofsi_buf name; /* empty: none; a section's headings have a NUL behind each; owned by the caller, reused */
    uint32_t
        order; /* where values have an order of their own: a grade's level, a year; UINT32_MAX: none is known */
} ofsi_value;

/* Documents to explain, and the hits that they became. */
typedef struct ofsi_explain {
    const ofsi_ranked *ranked;
    ofs_hit *hits;
    size_t count;
} ofsi_explain;

/* A run of fetches into one arena: neighbours of one report share what is said of it. Set `arena`, zero the rest. */
typedef struct ofsi_fetch {
    ofsi_arena *arena;
    bool no_text;                 /* leave text and timescale empty */
    const ofs_report_ref *report; /* made last */
    uint64_t report_key;          /* the engine's name for it */
} ofsi_fetch;

struct ofsi_engine {
    const char *name;  /* "native", ... */
    uint64_t snapshot; /* stays the same as long as numbers of documents are good; 0 where they always are */
    /* All that an answer points to lives in `arena`. */
    ofs_status (*search)(ofsi_engine *engine, const ofsi_engine_request *request, ofsi_arena *arena,
                         ofsi_engine_answer *answer, ofs_error *err);
    /* A paragraph with its report and text into *hit (rank, score, highlights, terms are left as they are). */
    ofs_status (*fetch)(ofsi_engine *engine, uint64_t doc, ofsi_fetch *fetch, ofs_hit *hit, ofs_error *err);
    /* Term by term the scores of the answer's documents, into terms and term_count of hits[i]. */
    ofs_status (*explain)(ofsi_engine *engine, const ofsi_engine_request *request,
                          const ofsi_explain *explain, ofsi_arena *arena, ofs_error *err);
    /* First global document and number of paragraphs of a report by id or path; OFS_E_NOT_FOUND. */
    ofs_status (*find_report)(ofsi_engine *engine, const char *id_or_path, uint64_t *first, uint32_t *count,
                              ofs_error *err);
    /* Analyzer with the index's stemmer: for highlighting. Borrowed. Being asked for it, it may forget the words it had. */
    ofsi_analyzer *(*analyzer)(ofsi_engine *engine);
    void (*statistics)(ofsi_engine *engine, uint64_t *paragraphs, uint64_t *reports, uint64_t *failed_files);
    uint64_t (*generation)(ofsi_engine *engine); /* of the commit */
    /* What a facet would count the paragraph as; see value.h. */
    ofs_status (*value)(ofsi_engine *engine, uint64_t doc, ofs_facet_field field, ofsi_value *value,
                        ofs_error *err);
    /* What the abbreviation of these stems stands for; *prevail (may be NULL): its stem is mostly written so. */
    ofs_status (*meanings_of)(ofsi_engine *engine, ofsi_span short_stems, ofsi_arena *arena,
                              ofsi_meanings *meanings, bool *prevail, ofs_error *err);
    /* The abbreviations of a long form. */
    ofs_status (*meanings_like)(ofsi_engine *engine, ofsi_span long_stems, ofsi_arena *arena,
                                ofsi_meanings *meanings, ofs_error *err);
    /* Live paragraphs that hold a term (a stem). */
    ofs_status (*frequency)(ofsi_engine *engine, ofsi_span term, uint64_t *paragraphs, ofs_error *err);
    /* A word of the index that this one was perhaps meant to be (spell.h); size 0: none. */
    ofs_status (*correct)(ofsi_engine *engine, const ofsi_word *word, ofsi_arena *arena, ofsi_span *instead,
                          ofs_error *err);
    /*
     * Makes what was lost, as a server that had gone, ready to be asked where it can. Called before each question; numbers of
     * documents from before are void. NULL: nothing is ever lost.
     */
    ofs_status (*ready)(ofsi_engine *engine, ofs_error *err);
    /*
     * After a function has failed with OFS_E_MODIFIED (the commit that was open is gone), OFS_E_CORRUPT (or some of it was written
     * over while it was read), OFS_E_NETWORK or OFS_E_TIMEOUT, of which err has the message: OFS_OK when the question may be
     * asked again, else why not. Numbers of documents are void, also after a failure. NULL: what is open stays.
     */
    ofs_status (*recover)(ofsi_engine *engine, ofs_status failure, ofs_error *err);
    /* The shards that answers are without, in `arena`. NULL: none ever is. */
    ofs_status (*missing)(ofsi_engine *engine, ofsi_arena *arena, const ofs_missing **out, size_t *count,
                          ofs_error *err);
    void (*close)(ofsi_engine *engine);
};

/*
 * The analyzer of an index that was made with this stemmer and fingerprint; OFS_E_UNSUPPORTED when this build would see words
 * otherwise. *out is the caller's, also after a failure (it may be NULL).
 */
ofs_status ofsi_engine_analyzer(ofsi_span stemmer, ofsi_span fingerprint, ofsi_analyzer **out,
                                ofs_error *err);

/* For fetch: a copy with a NUL, NULL of an empty text; *failed is set when out of memory. */
const char *ofsi_engine_copy(ofsi_arena *arena, ofsi_span text, bool *failed);
/* What is known of a report, in `arena`; NULL when out of memory. */
const ofs_report_ref *ofsi_engine_copy_report(const ofsi_report_row *row, ofsi_arena *arena);

/* The native engine over an index; the storage is its own from here on, also after a failure. */
ofs_status ofsi_engine_open_storage(ofsi_storage *storage, ofsi_engine **out, ofs_error *err);
/*
 * The engine that reads what is at `place`: a folder of ours or of Xapian's, an index file that names databases
 * (xapian_shards.h), or the addresses of servers, with commas between.
 */
ofs_status ofsi_engine_open(const char *place, const ofs_open_options *options, ofsi_engine **out,
                            ofs_error *err);

#endif
