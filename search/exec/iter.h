/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Iterators over the documents of one segment, each operator in a file of its own (iter_*.c), made by build.c from a
 * plan. An iterator always stands at a candidate: first at the first one, behind the last at OFSI_DOC_END. A candidate is
 * a match when confirm() says so (or where there is no confirm): conjunctions meet on candidates first, and only then
 * look at positions and columns.
 *
 * Failure is the scan's: the iterator that meets one stores it there and stands at the end; whoever drives the
 * iterators asks the scan once, when they have ended.
 */
#ifndef OFSI_EXEC_ITER_H
#define OFSI_EXEC_ITER_H

#include "indexer/format/manifest.h"
#include "search/exec/extents.h"
#include "search/exec/weigh.h"

typedef struct ofsi_scan ofsi_scan;
typedef struct ofsi_iter ofsi_iter;
typedef struct ofsi_window ofsi_window;

typedef struct ofsi_iter_ops {
    /* The first candidate >= target, which is behind the current one; returns it and stands there. */
    uint32_t (*advance)(ofsi_iter *iter, uint32_t target);
    /* Whether the candidate matches; may be asked again. NULL: it does. */
    bool (*confirm)(ofsi_iter *iter);
    /* Appends where in the current document it matches, in no order; nothing when it does not. NULL: it has no places. */
    void (*extents)(ofsi_iter *iter, ofsi_extents *out);
    /*
     * Clears those of the window's documents that do not match; and a document not behind the first match >= target. Not to
     * be mixed with advance(). NULL: advance() and confirm() do it, and nothing is known.
     */
    void (*keep)(ofsi_iter *iter, ofsi_window *w);
    uint32_t (*next)(ofsi_iter *iter, uint32_t target);
    /* Of keep() the cheap part: clears what is no candidate; asking each that is left to confirm, with `doc` set to it, is
       the rest. NULL: there are no two parts. */
    void (*narrow)(ofsi_iter *iter, ofsi_window *w);
    /* Of the candidates docs[kept[0 .. count)], ascending, those that match; returns how many. NULL: each is asked. */
    uint32_t (*settle)(ofsi_iter *iter, const uint32_t *docs, uint16_t *kept, uint32_t count);
    /* Sets the bits of the documents of [first, end) that match. NULL: it cannot. */
    void (*fill)(ofsi_iter *iter, uint32_t first, uint32_t end, uint64_t *words);
    /* Back before the first document. NULL: it must be built again. */
    void (*rewind)(ofsi_iter *iter);
    /* Frees what the iterator holds outside the scan's arena; NULL: nothing. */
    void (*close)(ofsi_iter *iter);
} ofsi_iter_ops;

/* How dear confirm() is: a conjunction asks the cheapest first. */
enum { OFSI_EFFORT_NONE = 0, OFSI_EFFORT_COLUMN = 1, OFSI_EFFORT_POSITIONS = 100 };

struct ofsi_iter {
    const ofsi_iter_ops *ops;
    ofsi_scan *scan;
    uint32_t doc;
    uint32_t effort;
    uint64_t cost; /* candidates there may be */
    bool follows;  /* every document is a candidate: in a conjunction it is only asked to confirm */
    ofsi_iter *older;
};

/* One segment while a plan runs over it. Made and given back by ofsi_scan_open() and _close(). */
struct ofsi_scan {
    const ofsi_weighed *weighed;
    const ofsi_snapshot_segment *part;
    ofsi_segment *segment;
    uint32_t number; /* of the part in the snapshot */
    uint32_t doc_count;
    ofsi_analyzer *analyzer;
    ofsi_arena arena;
    ofsi_iter *iters; /* all, newest first */
    ofsi_postings **cursors;
    size_t cursor_count, cursor_capacity;
    ofsi_postings **
        shared; /* by term: a cursor that, at every match, stands at it or has it behind or before; or NULL */
    ofs_status status; /* the first failure */
    ofs_error *err;
};

ofs_status ofsi_scan_open(const ofsi_weighed *weighed, uint32_t number, ofsi_analyzer *analyzer,
                          ofsi_scan *scan, ofs_error *err);
/* The first failure of the scan, its iterators and cursors. */
ofs_status ofsi_scan_status(ofsi_scan *scan);
void ofsi_scan_close(ofsi_scan *scan);
/* Keeps a failure that came with a message in scan->err, if it is the first. */
void ofsi_scan_fail(ofsi_scan *scan, ofs_status status);
/* Where a callee may write the message of a failure: NULL once there is one. */
ofs_error *ofsi_scan_err(ofsi_scan *scan);
/* A cursor of the plan's term, before its first document; closed with the scan. NULL: not in this segment, or failed. */
ofsi_postings *ofsi_scan_cursor(ofsi_scan *scan, const ofsi_term *term);
/* Where the plan's term is in this segment; df 0: it is not. */
const ofsi_term *ofsi_scan_term(const ofsi_scan *scan, uint32_t number);
/* A zeroed iterator of `size` bytes (its first member an ofsi_iter) at document 0; NULL when out of memory. */
void *ofsi_scan_iter(ofsi_scan *scan, size_t size, const ofsi_iter_ops *ops);

static inline uint32_t ofsi_iter_advance(ofsi_iter *iter, uint32_t target) {
    return iter->doc >= target ? iter->doc : iter->ops->advance(iter, target);
}

static inline bool ofsi_iter_confirm(ofsi_iter *iter) {
    return !iter->ops->confirm || iter->ops->confirm(iter);
}

/* ---- the operators; each returns NULL when out of memory, with the scan's status set ---- */

ofsi_iter *ofsi_iter_nothing(ofsi_scan *scan);
ofsi_iter *ofsi_iter_all(ofsi_scan *scan);
ofsi_iter *ofsi_iter_term(ofsi_scan *scan, ofsi_postings *cursor, uint64_t df);
/* Candidates of all of `members`, none of `without`. The arrays are taken over (of the scan's arena). */
ofsi_iter *ofsi_iter_and(ofsi_scan *scan, ofsi_iter **members, uint32_t member_count, ofsi_iter **without,
                         uint32_t without_count);
ofsi_iter *ofsi_iter_or(ofsi_scan *scan, ofsi_iter **members, uint32_t count);

/* A word of a phrase in this segment. */
typedef struct ofsi_phrase_word {
    ofsi_postings *cursor; /* moved by `candidates`, or by the phrase itself when it follows */
    const uint8_t *accept; /* by form code: 1 when the form will do; NULL: any */
    uint32_t from, to;
} ofsi_phrase_word;
typedef struct ofsi_phrase {
    ofsi_phrase_word *words; /* ascending by `from` */
    uint32_t count;
    uint32_t length;
    bool follows; /* cursors are the phrase's own, at their first document: it moves them to the candidates */
    bool narrows; /* candidates that are to be settled need not hold the words */
    ofsi_iter *candidates; /* documents that may hold it */
} ofsi_phrase;
ofsi_iter *ofsi_iter_phrase(ofsi_scan *scan, const ofsi_phrase *phrase);
ofsi_iter *ofsi_iter_near(ofsi_scan *scan, ofsi_iter **members, uint32_t count, const ofsi_plan_node *node);
/* Documents of a pattern, as weighed. */
ofsi_iter *ofsi_iter_pattern(ofsi_scan *scan, uint32_t pattern);

/* Documents [first, end) of each range, ascending. */
typedef struct ofsi_range {
    uint32_t first, end;
} ofsi_range;
ofsi_iter *ofsi_iter_ranges(ofsi_scan *scan, const ofsi_range *ranges, size_t count);
/* Documents that `passes` is true for; `context` lives in the scan's arena. */
typedef bool (*ofsi_column_test)(const ofsi_segment *segment, uint32_t doc, const void *context);
ofsi_iter *ofsi_iter_column(ofsi_scan *scan, ofsi_column_test passes, const void *context);
/* The same by a table of the column's values (ofsi_segment_keep_...), a window at a time where there are windows. */
typedef void (*ofsi_column_keeper)(const ofsi_segment *segment, uint32_t first, uint32_t word_count,
                                   uint64_t *words, const uint8_t *table);
ofsi_iter *ofsi_iter_table(ofsi_scan *scan, ofsi_column_test passes, ofsi_column_keeper keeper,
                           const uint8_t *table);

/* A filter in this segment (filter_scan.c). */
ofsi_iter *ofsi_iter_filter(ofsi_scan *scan, const ofsi_filter *filter);

/* The whole plan in this segment (build.c). */
ofsi_iter *ofsi_build_iter(ofsi_scan *scan);

#endif
