/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the Xapian engine share; used by nothing else. An engine is n databases ("shards") and all of them as
 * one: Xapian counts terms and lengths over all, so that scores do not depend on how reports are split. The schema is in
 * indexer/format/xapian_schema.h.
 *
 * Of n shards, document d of the i-th has the id (d - 1) * n + i + 1 in the whole; the engine's number of it is
 * i << 32 | d, so that the paragraphs of a report are consecutive.
 */
#ifndef OFSI_EXEC_XAPIAN_ENGINE_H
#define OFSI_EXEC_XAPIAN_ENGINE_H

#include "indexer/analysis/stemmer.h"
#include "indexer/base/xapian_late.h"
#include "indexer/format/xapian_schema.h"
#include "indexer/format/xapian_shards.h"
#include "search/exec/engine.h"
#include "search/exec/plan.h"
#include "search/exec/score.h"

/* A database of the index, open or lost. */
typedef struct ofsi_xshard {
    ofs_xapian_database *database; /* NULL: lost, for the reason `why` */
    char *name;                    /* for messages: its path, or its address */
    char *path, *host;             /* one of the two; see ofsi_shard */
    char *listed;                  /* where an index file names it, "FILE, line N"; NULL: nowhere */
    uint16_t port;
    uint32_t documents;
    bool has_gaps;          /* some ids are of no document */
    uint32_t order;         /* in which the shards were given */
    uint32_t number, parts; /* place in a split archive; parts 0: of none */
    bool is_placed;         /* those two are known: it was open once */
    uint64_t generation, reports, failures;
    char *uuid;
    char *archive; /* the id of the split archive; empty: it has none */
    ofs_error why;
    uint64_t retry_at; /* by ofsi_xclock_ms(); not to be dialled before */
} ofsi_xshard;

/* A definition of a report, all of them in one sorted table. */
typedef struct ofsi_xdefinition {
    ofsi_span term, short_form, long_form;
    uint64_t report; /* a number */
} ofsi_xdefinition;

typedef struct ofsi_xdefinitions {
    ofsi_xdefinition *items; /* by term, short form, long form */
    size_t count, capacity;
    ofsi_arena arena;
    bool loaded;
} ofsi_xdefinitions;

typedef struct ofsi_xengine {
    ofsi_engine engine; /* first: its address is the engine's */
    const ofsi_xapian *x;
    ofsi_xshard *shards; /* the open ones, then those that are lost; each in the order they were given */
    uint32_t shard_count, lost_count;
    ofs_xapian_database *all; /* of those that are open */
    bool has_gaps;            /* a shard that is open has */
    uint64_t expected; /* the generation that an index file asked for when the index was opened; 0: none */
    ofs_open_options options;
    bool has_servers, hung_up; /* hung_up: connections are of no more use */
    bool all_once;             /* the shards were of one commit once */
    ofsi_analyzer *analyzer;
    ofsi_stemmer stemmer; /* the analyzer's, for words that are folded already */
    ofsi_bm25 bm25;       /* of explain */
    uint64_t documents, words, reports, failures, generation;
    ofsi_xdefinitions definitions;
    ofsi_long_forms long_forms;
    ofs_xapian_document *document; /* the one that value() read last */
    uint64_t document_number;
    ofs_xapian_string bytes; /* work space */
    ofsi_buf term;           /* likewise */
} ofsi_xengine;

static inline ofsi_xengine *ofsi_xengine_of(ofsi_engine *engine) { return (ofsi_xengine *)engine; }

static inline ofs_xapian_bytes ofsi_xbytes(ofsi_span span) {
    return (ofs_xapian_bytes){span.data, span.size};
}
static inline ofsi_span ofsi_xspan(ofs_xapian_bytes bytes) { return (ofsi_span){bytes.data, bytes.size}; }
static inline ofsi_span ofsi_xstring_span(const ofs_xapian_string *string) {
    return (ofsi_span){string->data, string->size};
}

/* The engine's number of a document of the whole, and back. */
static inline uint64_t ofsi_xengine_number(const ofsi_xengine *e, uint32_t docid) {
    return (uint64_t)((docid - 1) % e->shard_count) << 32 | ((docid - 1) / e->shard_count + 1);
}
static inline uint32_t ofsi_xengine_docid(const ofsi_xengine *e, uint64_t number) {
    return ((uint32_t)number - 1) * e->shard_count + (uint32_t)(number >> 32) + 1;
}

/* The shard of a number, NULL when there is none. */
static inline const ofsi_xshard *ofsi_xengine_shard(const ofsi_xengine *e, uint64_t number) {
    return number >> 32 < e->shard_count ? &e->shards[number >> 32] : NULL;
}

/* The term of a value, borrowed until the next call. */
ofs_status ofsi_xengine_term(ofsi_xengine *e, const char *prefix, ofsi_span value, ofs_xapian_bytes *term,
                             ofs_error *err);
/* The value of a term, borrowed from `term` or, of a long one, until the next call. */
ofs_status ofsi_xengine_value(ofsi_xengine *e, const char *prefix, ofsi_span term, ofsi_span *value,
                              ofs_error *err);
/* The stem of a surface form, borrowed until the next call. */
ofs_status ofsi_xengine_stem(ofsi_xengine *e, ofsi_span surface, ofsi_span *stem, ofs_error *err);
/* Live documents that have the term. */
ofs_status ofsi_xengine_df(ofsi_xengine *e, ofs_xapian_bytes term, uint64_t *df, ofs_error *err);
/* A document by the engine's number; the caller's. OFS_E_NOT_FOUND. */
ofs_status ofsi_xengine_document(ofsi_xengine *e, uint64_t number, ofs_xapian_document **out, ofs_error *err);

/* ---- shards.c: the set of shards ---- */

/* Opens the shards, all of them or with `partial` as many as there are, and makes them one. */
ofs_status ofsi_xshards_open(ofsi_xengine *e, const ofsi_shards *shards, ofs_error *err);
void ofsi_xshards_close(ofsi_xengine *e);
/* Whether no shard of the index is missing. */
bool ofsi_xshards_are_all(const ofsi_xengine *e);
/* Whether the files that could not be read are all known: a split index keeps them in its first shard. */
bool ofsi_xshards_know_failures(const ofsi_xengine *e);
/* The engine's functions of these names. */
ofs_status ofsi_xengine_ready(ofsi_engine *engine, ofs_error *err);
ofs_status ofsi_xengine_recover(ofsi_engine *engine, ofs_status failure, ofs_error *err);
ofs_status ofsi_xengine_missing(ofsi_engine *engine, ofsi_arena *arena, const ofs_missing **out,
                                size_t *count, ofs_error *err);

/* ---- local.c ---- */

/* What is at `path` instead of a Xapian database; NULL when it looks like one, or cannot be told. */
const char *ofsi_xlocal_describe(const char *path);

/* ---- weigh.c: what a plan's leaves are in the index ---- */

typedef struct ofsi_xleaf {
    ofsi_span *terms; /* as the database has them; a word has one */
    uint32_t term_count;
    ofsi_map index; /* of a pattern: the terms by number */
    uint64_t df;
    double idf;
    bool counted; /* df and idf are set */
} ofsi_xleaf;

typedef struct ofsi_xweighed {
    const ofsi_plan *plan;
    ofsi_xleaf *terms, *patterns; /* as the plan has them */
} ofsi_xweighed;

/* In `arena`, but for what ofsi_xweighed_free() gives back. df and idf are made for leaves that score. */
ofs_status ofsi_xweigh(ofsi_xengine *e, const ofsi_plan *plan, ofsi_arena *arena, ofsi_xweighed *weighed,
                       ofs_error *err);
void ofsi_xweighed_free(ofsi_xweighed *weighed);

/* ---- query.c: plans as Xapian's queries ---- */

/*
 * Queries made for one search, freed together. The first failure is kept, and makes every later query NULL.
 *
 * Xapian replaces a term that has no weight and is in every document of a database by the list of all documents, and then, where ids
 * have gaps, loses its way in that list: the search fails. A term of every document of the whole can be left out. Where a term
 * is in all of one shard alone, the query is made with care, so that no term of it is without a weight: terms of values
 * have none to add, as they occur 0 times; those of words are scaled to OFSI_XTINY, which no sum of real weights feels; and
 * what is under NOT, which never has a weight, is left to check.c.
 */
typedef struct ofsi_xmaker {
    ofsi_xengine *e;
    const ofsi_xweighed *weighed;
    double k1;
    bool needs_care; /* such a term was met */
    bool careful;
    ofs_xapian_query **made; /* owned */
    size_t count, capacity;
    ofs_status status;
    ofs_error *err;
} ofsi_xmaker;

#define OFSI_XTINY 1e-290
/* A score below it is none. */
#define OFSI_XLEAST 1e-200

typedef const ofs_xapian_query *ofsi_xquery; /* NULL after a failure */

ofsi_xquery ofsi_xmaker_fail(ofsi_xmaker *m, ofs_status status);
ofsi_xquery ofsi_xmaker_all(ofsi_xmaker *m);
ofsi_xquery ofsi_xmaker_nothing(ofsi_xmaker *m);
ofsi_xquery ofsi_xmaker_bytes(ofsi_xmaker *m, ofsi_span term);
/* What has the term, as a part of what matches. */
ofsi_xquery ofsi_xmaker_leaf(ofsi_xmaker *m, ofsi_span term);
ofsi_xquery ofsi_xmaker_term(ofsi_xmaker *m, const char *prefix, ofsi_span value);
/* a without b; with care a, see ofsi_xmaker_is_exact(). */
ofsi_xquery ofsi_xmaker_minus(ofsi_xmaker *m, ofsi_xquery a, ofsi_xquery b);
/* Sets the query, to be matched and not weighed. */
ofs_status ofsi_xmaker_set(const ofsi_xmaker *m, ofs_xapian_enquire *enquire, ofsi_xquery query);
ofsi_xquery ofsi_xmaker_combine(ofsi_xmaker *m, ofs_xapian_op op, const ofsi_xquery *parts, size_t count,
                                uint32_t parameter);
ofsi_xquery ofsi_xmaker_pair(ofsi_xmaker *m, ofs_xapian_op op, ofsi_xquery a, ofsi_xquery b);
/* first <= value <= last; an empty end is open. */
ofsi_xquery ofsi_xmaker_range(ofsi_xmaker *m, uint32_t slot, ofsi_span first, ofsi_span last);
ofsi_xquery ofsi_xmaker_scale(ofsi_xmaker *m, ofsi_xquery query, double factor);
void ofsi_xmaker_free(ofsi_xmaker *m);

/* The documents that pass (filter.c). */
ofsi_xquery ofsi_xmaker_filter(ofsi_xmaker *m, const ofsi_filter *filter);

/*
 * The documents that match a node of the plan; with `below`, under an odd number of NOTs. Of what Xapian's operators
 * cannot say (ofsi_xnode_is_exact) it is made so that the whole query matches what it must, and more: check.c then looks
 * at each.
 */
ofsi_xquery ofsi_xmaker_node(ofsi_xmaker *m, const ofsi_plan_node *node, bool below);
/* The plan's matches with their scores; notes left out where they are not asked for. To be called before others. */
ofsi_xquery ofsi_xmaker_root(ofsi_xmaker *m, bool scores);
/* Whether Xapian's operators say all of the node; with care they say no NOT. */
bool ofsi_xnode_is_exact(const ofsi_plan_node *node, bool careful);
/* Whether the query that ofsi_xmaker_root() has made matches no more than the plan does. */
bool ofsi_xmaker_is_exact(const ofsi_xmaker *m);
/* Leaves of the plan that score, each once. */
uint32_t ofsi_xplan_leaf_count(const ofsi_plan *plan);

/* ---- check.c: matches looked at one by one ---- */

typedef struct ofsi_xcheck ofsi_xcheck;

/* Prepares to check the matches of `candidates`, made from this maker's plan. The caller's (ofsi_xcheck_close). */
ofs_status ofsi_xcheck_open(ofsi_xmaker *m, ofsi_xquery candidates, ofsi_xcheck **out, ofs_error *err);
/* Whether the document (of the whole) matches the plan. */
ofs_status ofsi_xcheck_document(ofsi_xcheck *check, uint32_t docid, bool *matches, ofs_error *err);
void ofsi_xcheck_close(ofsi_xcheck *check);

/* ---- the engine's functions ---- */

ofs_status ofsi_xengine_search(ofsi_engine *engine, const ofsi_engine_request *request, ofsi_arena *arena,
                               ofsi_engine_answer *answer, ofs_error *err);
ofs_status ofsi_xengine_explain(ofsi_engine *engine, const ofsi_engine_request *request,
                                const ofsi_explain *explain, ofsi_arena *arena, ofs_error *err);
ofs_status ofsi_xengine_fetch(ofsi_engine *engine, uint64_t number, ofsi_fetch *fetch, ofs_hit *hit,
                              ofs_error *err);
ofs_status ofsi_xengine_find_report(ofsi_engine *engine, const char *id_or_path, uint64_t *first,
                                    uint32_t *count, ofs_error *err);
ofs_status ofsi_xengine_field(ofsi_engine *engine, uint64_t number, ofs_facet_field field, ofsi_value *value,
                              ofs_error *err);
ofs_status ofsi_xengine_meanings_of(ofsi_engine *engine, ofsi_span short_stems, ofsi_arena *arena,
                                    ofsi_meanings *meanings, bool *prevail, ofs_error *err);
ofs_status ofsi_xengine_meanings_like(ofsi_engine *engine, ofsi_span long_stems, ofsi_arena *arena,
                                      ofsi_meanings *meanings, ofs_error *err);
ofs_status ofsi_xengine_frequency(ofsi_engine *engine, ofsi_span term, uint64_t *paragraphs, ofs_error *err);
ofs_status ofsi_xengine_correct(ofsi_engine *engine, const ofsi_word *word, ofsi_arena *arena,
                                ofsi_span *instead, ofs_error *err);
void ofsi_xdefinitions_free(ofsi_xdefinitions *definitions);

#endif
