/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text to terms: word breaking, folding and stemming, the same for indexing, querying and highlighting.
 *
 * Words (after UAX #29 where it matters here): letters, digits, combining marks. One apostrophe (' or
 * typographic: U+2019 U+2018 U+201B U+02BC U+2032 U+00B4 U+FF07) between letters belongs to the word; one `.`
 * or `,` between digits too; one `_` between either. Soft hyphens and zero-width characters inside a word are
 * passed over. An ideograph, a hiragana or a fraction like U+00BD is a word of its own. Everything else parts
 * words, also `-`, `/`, `@`, a `.` between letters and bytes that are not UTF-8, and each part takes a
 * position of its own. So an exact or a stemmed phrase of the parts finds "multi-agency", "multi agency",
 * "2011/12", "16-17", "www.ofsted.gov.uk".
 *
 * Joins: where 2 to 4 parts of letters stand joined by single hyphens (- U+2010 U+2011) or, single letters,
 * by dots ("U.K.", "e.g."), a second token of the parts run together ("multiagency", "uk") is given at the
 * position of the first part, with span = the number of parts. It is a term like others but does not count
 * towards the length. A run of 5 parts or more, or of more than OFSI_TERM_MAX bytes, gives none; no part
 * belongs to two joins.
 *
 * Three forms of a word: surface (as written, NFKC, typographic apostrophes as '), folded (case folded, marks
 * stripped), stem (the index's term: libstemmer over the folded form). "children's" stems without its
 * possessive.
 *
 * An analyzer interns: each distinct surface word is folded and stemmed once. Several threads may analyze with one at
 * the same time, each into tokens of its own; words that are known are found without a lock.
 */
#ifndef OFSI_ANALYSIS_ANALYZER_H
#define OFSI_ANALYSIS_ANALYZER_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/buf.h"
#include "indexer/base/error.h"
#include "indexer/base/span.h"

typedef struct ofsi_analyzer ofsi_analyzer;

typedef struct ofsi_word {
    ofsi_span surface;
    ofsi_span folded;
    ofsi_span stem;   /* 1 to OFSI_TERM_MAX bytes */
    uint32_t stem_id; /* dense, from 0, in order of first meeting */
    uint32_t form;    /* among the words of the stem: dense, from 0, likewise */
} ofsi_word;

/*
 * A longer run of letters is cut into words of at most this many bytes (of each form), each with its
 * position.
 */
enum { OFSI_TERM_MAX = 245 };

typedef struct ofsi_token {
    uint32_t word;     /* number for ofsi_analyzer_word(), dense from 0 */
    uint32_t stem_id;  /* of the word */
    uint32_t form;     /* likewise */
    uint32_t position; /* from 0, in words; joins share their first part's */
    uint32_t start;    /* bytes in the text, half-open */
    uint32_t end;
    uint32_t span; /* positions covered: 1, or the parts of a join */
} ofsi_token;

typedef struct ofsi_tokens {
    ofsi_token *items; /* owned; ascending by position, a join behind the first part it covers */
    size_t count;
    size_t capacity;
    uint32_t length;            /* positions: what BM25 calls the document's length */
    struct ofsi_hot_words *hot; /* owned; of ofsi_tokens_keep_words() */
} ofsi_tokens;

/*
 * `stemmer`: a libstemmer algorithm ("english"), "none" for no stemming; OFS_E_USAGE when there is no such.
 */
ofs_status ofsi_analyzer_open(const char *stemmer, ofsi_analyzer **out, ofs_error *err);
void ofsi_analyzer_close(ofsi_analyzer *analyzer);

/* Analyses UTF-8 text of less than 4 GiB into `tokens` (emptied first; freed with ofsi_tokens_free). */
ofs_status ofsi_analyze(ofsi_analyzer *analyzer, ofsi_span text, ofsi_tokens *tokens, ofs_error *err);
/*
 * For who analyzes many texts into these tokens: the words met last are kept at hand, in memory that stays in the
 * processor's cache. Nothing else changes; without memory for it neither.
 */
void ofsi_tokens_keep_words(ofsi_tokens *tokens);
void ofsi_tokens_free(ofsi_tokens *tokens);

/* Appends the stems of the tokens, joins aside, with a blank between them: what two texts share that are the same words. */
void ofsi_stems_append(const ofsi_analyzer *analyzer, const ofsi_tokens *tokens, ofsi_buf *out);

/* Borrowed until the analyzer is closed or forgets. */
const ofsi_word *ofsi_analyzer_word(const ofsi_analyzer *analyzer, uint32_t word);
uint32_t ofsi_analyzer_word_count(const ofsi_analyzer *analyzer);
uint32_t ofsi_analyzer_stem_count(const ofsi_analyzer *analyzer);
/* The text of a stem, likewise. While no other thread analyzes. */
ofsi_span ofsi_analyzer_stem(const ofsi_analyzer *analyzer, uint32_t stem);
/* Heap bytes held by the interned words. */
size_t ofsi_analyzer_bytes(ofsi_analyzer *analyzer);
/*
 * Gives back memory that it has no use for: of tables that it has outgrown, half of what they take; and all that it kept when
 * it forgot. While no other thread uses the analyzer.
 */
void ofsi_analyzer_trim(ofsi_analyzer *analyzer);
/* Forgets every interned word and stem; numbers start from 0 again. While no other thread uses the analyzer. */
void ofsi_analyzer_forget(ofsi_analyzer *analyzer);

/* The stemmer's name. */
const char *ofsi_analyzer_stemmer(const ofsi_analyzer *analyzer);
/*
 * A text that names everything terms depend on (version of these rules, of Unicode, stemmer): recorded in an
 * index, and an index with another fingerprint is refused by a writer.
 */
const char *ofsi_analyzer_fingerprint(const ofsi_analyzer *analyzer);

/*
 * Folds one word (case, marks, NFKC, apostrophes) as above into `out` of OFSI_TERM_MAX * 4 bytes at the
 * least; the size, 0 when it is not UTF-8 or nothing is left of it. Of a longer word only what there is room
 * for.
 */
size_t ofsi_fold(ofsi_span surface, char *out, size_t capacity);

/* Whether a letter of the word is a capital: then a query that asks for the form asks for its case too. */
bool ofsi_has_capital(ofsi_span surface);

#endif
