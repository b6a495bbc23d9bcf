/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The query language as a tree: what was asked, before any index is met. QUERY.md describes the language.
 * Made by ofsi_query_parse(), written back by ofsi_query_print(); both are inverse. Lives in an arena.
 */
#ifndef OFSI_QUERY_TREE_H
#define OFSI_QUERY_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/buf.h"
#include "indexer/base/error.h"

typedef enum ofsi_node_type {
    OFSI_NODE_WORD, /* text: a word, in any form of it. It may have parts tied by - . / @ & + and the like, which
                       the plan breaks as the index did: they stand side by side */
    OFSI_NODE_PHRASE, /* text: the words between the quotes; exact unless `stemmed` */
    OFSI_NODE_EXACT, /* =text: this form; case counts when text has a capital letter. With `quoted`, words side by side */
    /* The next three have one word of the analyzer as their text, not several parts. */
    OFSI_NODE_PREFIX,   /* text without its last `*`; no other wildcard in it */
    OFSI_NODE_WILDCARD, /* text with `*` (any run) and `?` (one character); never two `*` side by side */
    OFSI_NODE_FUZZY,    /* text, within `distance` edits */
    OFSI_NODE_SYNONYM, /* @text: the word, with `quoted` words side by side in any form, and what stands for the same */
    OFSI_NODE_AND, /* children, 2 or more */
    OFSI_NODE_OR,  /* children, 2 or more */
    OFSI_NODE_NOT, /* one child */
    OFSI_NODE_NEAR, /* children, 2 or more, each within `distance` words of the next (1: side by side); in order
                       when `ordered` (BEFORE). A child is a leaf, no FIELD, or an OR of such */
    OFSI_NODE_FIELD /* a filter: field, and text or a range */
} ofsi_node_type;

/* Fields of the language. The table that names them is in query/fields.h. */
typedef enum ofsi_field {
    OFSI_FIELD_GRADE,        /* label words, level, or levels from..to */
    OFSI_FIELD_SECTION,      /* words, all in one heading on the path */
    OFSI_FIELD_PROVIDER,     /* words */
    OFSI_FIELD_TITLE,        /* words */
    OFSI_FIELD_KIND,         /* paragraph, recommendation, statement, note */
    OFSI_FIELD_PARA,         /* a printed number, or numbers from..to */
    OFSI_FIELD_REPORT,       /* an id, whole; a `*` at its end, when not `quoted`, stands for any ending */
    OFSI_FIELD_INSPECTORATE, /* words */
    OFSI_FIELD_PUBLISHED,    /* a year, month or day, or from..to; either end may be open */
    OFSI_FIELD_INSPECTED,    /* likewise: the inspection overlaps the span */
    OFSI_FIELD_ROLE,         /* the section's role */
    OFSI_FIELD_DATE,         /* as PUBLISHED; of the inspection's last day where that is not known */
    OFSI_FIELD_OVERALL,      /* the report's overall grade: label words, level, or levels from..to */
    OFSI_FIELD_INSPECTION,   /* words of the kind of inspection */
    OFSI_FIELD_GENERATION    /* the commit that added the report, or commits from..to */
} ofsi_field;
enum { OFSI_FIELD_COUNT = 15 };

typedef struct ofsi_node ofsi_node;
struct ofsi_node {
    ofsi_node_type type;
    ofsi_span text; /* UTF-8, without quotes and operators; see each type */
    uint32_t start; /* bytes in the query, half-open: for messages */
    uint32_t end;
    double weight;     /* word^2: 2.0; 1.0 unless given; 0 < weight <= 1000 */
    bool stemmed;      /* PHRASE: ~"..." */
    bool quoted;       /* EXACT, SYNONYM and FIELD: the text stood in quotes */
    bool ordered;      /* NEAR: BEFORE */
    uint32_t distance; /* NEAR: words; FUZZY: 1 or 2 */
    ofsi_field field;  /* FIELD */
    bool is_range;     /* FIELD: from..to (text is the whole value as written) */
    int64_t from,
        to; /* FIELD with a number, level or date: inclusive; INT64_MIN / INT64_MAX when open. Dates: days. */
    bool has_numbers; /* FIELD: from and to are set (grade:4, grade:3..4, para:25, published:2012, ...) */
    ofsi_node **children;
    uint32_t child_count;
};

typedef struct ofsi_query_options {
    bool any;   /* words side by side are alternatives */
    bool plain; /* words alone: no operator, wildcard, field or quotes */
} ofsi_query_options;

/* Stated limits; passing one is OFS_E_LIMIT with the place. */
enum {
    OFSI_QUERY_MAX_BYTES = 65536,
    OFSI_QUERY_MAX_DEPTH = 64, /* nodes with children above each other */
    OFSI_QUERY_MAX_NODES = 4096,
    OFSI_QUERY_MAX_DISTANCE = 1000
};

/*
 * Parses `query` into *root (NULL when the query holds nothing to search: empty, or punctuation alone). The tree and
 * its texts live in `arena`. OFS_E_QUERY has the byte place in offset/length and a hint in the message.
 */
ofs_status ofsi_query_parse(ofsi_span query, const ofsi_query_options *options, ofsi_arena *arena,
                            ofsi_node **root, ofs_error *err);

/* Appends the query that parses (with default options) to this tree. */
void ofsi_query_print(const ofsi_node *root, ofsi_buf *out);

/* Same tree, places aside. */
bool ofsi_query_equal(const ofsi_node *a, const ofsi_node *b);

/* A new node of `arena`, zeroed but for weight 1; NULL when out of memory. */
ofsi_node *ofsi_node_new(ofsi_arena *arena, ofsi_node_type type);
/*
 * AND or OR of the nodes that are not NULL; the node itself when it is one, NULL when none; children of the same type
 * are taken in. Sets *failed when out of memory.
 */
ofsi_node *ofsi_node_join(ofsi_arena *arena, ofsi_node_type type, ofsi_node *const *nodes, uint32_t count,
                          bool *failed);

/*
 * A filter node for field and value, as `field:value` gives it; used for --grade, --section, --from and the like.
 * OFS_E_QUERY when the value does not fit the field.
 */
ofs_status ofsi_query_filter(ofsi_field field, ofsi_span value, ofsi_arena *arena, ofsi_node **out,
                             ofs_error *err);

/* "grade" for OFSI_FIELD_GRADE, and so on; static. */
const char *ofsi_field_name(ofsi_field field);

#endif
