/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libstemmer and the irregular words of English behind three functions, and a digest of what they do. Used by analyzer.c. */
#ifndef OFSI_ANALYSIS_STEMMER_H
#define OFSI_ANALYSIS_STEMMER_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/error.h"
#include "indexer/base/span.h"

/* Set up by ofsi_stemmer_open(); may be copied, closed once. */
typedef struct ofsi_stemmer {
    struct sb_stemmer *algorithm; /* NULL: words are their own stems */
    bool irregular;               /* words of irregular.h take the stems of others */
} ofsi_stemmer;

/*
 * "none", or an algorithm of libstemmer by its canonical name or an alias of its; OFS_E_USAGE, OFS_E_NOMEM.
 */
ofs_status ofsi_stemmer_open(ofsi_stemmer *stemmer, const char *name, ofs_error *err);
void ofsi_stemmer_close(ofsi_stemmer *stemmer);

/*
 * The stem of a folded word, never empty for one that is not; valid until the next call. data is NULL when
 * out of memory.
 */
ofsi_span ofsi_stemmer_stem(const ofsi_stemmer *stemmer, ofsi_span folded);

/*
 * A hash over the stems of a fixed list of words and the irregular ones: differs between releases of libstemmer that
 * differ on them.
 * 0: no memory.
 */
uint64_t ofsi_stemmer_digest(const ofsi_stemmer *stemmer);

#endif
