/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs of word positions in one text, and the two questions asked of them: where does a phrase stand, where do words
 * stand near each other. Knows neither index nor text; used by the iterators of phrase and NEAR and by highlighting,
 * so that both mean the same.
 */
#ifndef OFSI_EXEC_EXTENTS_H
#define OFSI_EXEC_EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Positions [start, end). */
typedef struct ofsi_extent {
    uint32_t start, end;
} ofsi_extent;

/* All zeros is empty and ready. Failure (out of memory) is sticky. */
typedef struct ofsi_extents {
    ofsi_extent *items; /* owned */
    size_t count, capacity;
    bool failed;
} ofsi_extents;

void ofsi_extents_push(ofsi_extents *list, uint32_t start, uint32_t end);
/* Ascending by start, then end, each once. */
void ofsi_extents_sort(ofsi_extents *list);
void ofsi_extents_free(ofsi_extents *list);

/*
 * A phrase is a row of places 0 .. length; an edge is a word that leads from one place to a later one: to the next, or,
 * for a compound written as one word, past all its parts. In the text every word takes one position.
 */
typedef struct ofsi_edge {
    uint32_t from, to;         /* from < to <= length */
    const uint32_t *positions; /* of the word in the text, ascending; borrowed */
    uint32_t count;
} ofsi_edge;

/* Work space, kept between calls. All zeros is ready. */
typedef struct ofsi_phrase_work {
    ofsi_extents *fronts; /* by place: where the phrase so far began, and the position that must come next */
    size_t front_count;
} ofsi_phrase_work;

/*
 * Appends to `out` every run of positions that a way through the edges (ascending by `from`) covers. False when out of
 * memory.
 */
bool ofsi_find_phrase(const ofsi_edge *edges, uint32_t edge_count, uint32_t length, ofsi_phrase_work *work,
                      ofsi_extents *out);
void ofsi_phrase_work_free(ofsi_phrase_work *work);

/* What NEAR is asked: each member within `distance` positions of the next; in that order when `ordered`. */
typedef struct ofsi_near {
    const ofsi_extents *members; /* sorted */
    uint32_t count;
    uint32_t distance; /* 1: side by side */
    bool ordered;
} ofsi_near;

/*
 * Appends to `out` the smallest runs that hold a chain of the members: no run holds another. Two neighbours in the
 * chain never share a position. False when out of memory.
 */
bool ofsi_find_near(const ofsi_near *near, ofsi_extents *out);

#endif
