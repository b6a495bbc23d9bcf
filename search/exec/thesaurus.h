/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands for the same as given words: the abbreviations of the index, and the user's own groups. Everything is
 * looked up by stems, a blank between them. One step is taken, never a second: what stands for an alternative is not one.
 * Used by widen.c.
 */
#ifndef OFSI_EXEC_THESAURUS_H
#define OFSI_EXEC_THESAURUS_H

#include "search/exec/engine.h"

/* Members of the user's groups at most, and bytes of one. */
enum { OFSI_SYNONYMS_MAX = 65536, OFSI_SYNONYM_BYTES_MAX = 1000 };

/* A member of a user's group. */
typedef struct ofsi_synonym {
    ofsi_span text, stems;
    uint32_t group;
} ofsi_synonym;

typedef struct ofsi_thesaurus {
    ofsi_engine *engine;
    ofsi_arena *arena;   /* all lives here */
    ofsi_synonym *words; /* by group, as given */
    ofsi_synonym **by_stems;
    uint32_t count;
    uint32_t *first;    /* by group: its first member; one more at the end */
    ofsi_tokens tokens; /* work space; freed with ofsi_thesaurus_free() */
} ofsi_thesaurus;

/* Alternatives of some words, each other than they by its stems. */
typedef struct ofsi_alternatives {
    ofsi_span *texts;
    ofsi_span *stems;
    size_t count, text_capacity, stem_capacity;
} ofsi_alternatives;

/* How the words of a query stand in it, which decides whether the index's abbreviations are meant. */
typedef enum ofsi_asked {
    OFSI_ASKED_OUTRIGHT, /* @word */
    OFSI_ASKED_IF_MEANT  /* --synonyms: only what is written as an abbreviation, or hardly occurs otherwise */
} ofsi_asked;

/* `groups`: members parted by commas or tabs. All zeros before; given back also after a failure. */
ofs_status ofsi_thesaurus_open(ofsi_thesaurus *thesaurus, const char *const *groups, size_t group_count,
                               ofs_error *err);
void ofsi_thesaurus_free(ofsi_thesaurus *thesaurus);

/* The stems of a text. size 0: it holds no word. */
ofs_status ofsi_thesaurus_stems(ofsi_thesaurus *thesaurus, ofsi_span text, ofsi_span *stems, ofs_error *err);

/* Adds the alternatives of a text with these stems. */
ofs_status ofsi_thesaurus_find(ofsi_thesaurus *thesaurus, ofsi_span text, ofsi_span stems, ofsi_asked asked,
                               ofsi_alternatives *alternatives, ofs_error *err);
void ofsi_alternatives_free(ofsi_alternatives *alternatives);

/* What the index says a word stands for, in either number; if it is only asked for where meant, else none. */
ofs_status ofsi_thesaurus_meant(ofsi_thesaurus *thesaurus, ofsi_span text, ofsi_asked asked,
                                ofsi_meanings *meanings, ofs_error *err);

#endif
