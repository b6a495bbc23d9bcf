/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stems by libstemmer; irregular words first become the word whose stem they take. */
#include "indexer/analysis/stemmer.h"

#include <libstemmer.h>

#include "indexer/analysis/irregular.h"
#include "indexer/base/map.h"

/* Words on which releases of the Snowball algorithms and their dialects are known to part, and plain ones. */
static const char *const probes[] = {
    "children",     "children's",      "safeguarding", "families",    "agencies",
    "missing",      "recommendations", "inspected",    "effectively", "geologist",
    "pasted",       "paste",           "past",         "added",       "evening",
    "universe",     "universal",       "inning",       "skis",        "dying",
    "organization", "oversight",       "interred",     "reopening",   "yielding",
    "enfants",      "continuellement", "kinder",       "häuser",      "niños",
    "rapidamente",  "böcker",          "teachers'",    "o'brien",     "2011/12",
};

ofs_status ofsi_stemmer_open(ofsi_stemmer *stemmer, const char *name, ofs_error *err) {
    *stemmer = (ofsi_stemmer){.irregular = ofsi_irregular_serves(name)};
    if (strcmp(name, "none") == 0)
        return OFS_OK;
    stemmer->algorithm = sb_stemmer_new(name, "UTF_8");
    if (stemmer->algorithm)
        return OFS_OK;
    /* libstemmer gives NULL for both; an algorithm that is sure to exist tells them apart. */
    struct sb_stemmer *known = sb_stemmer_new("english", "UTF_8");
    if (!known)
        return ofsi_fail_nomem(err);
    sb_stemmer_delete(known);
    return ofsi_fail(err, OFS_E_USAGE, "no stemmer is called '%s'; try english, porter or none", name);
}

void ofsi_stemmer_close(ofsi_stemmer *stemmer) {
    sb_stemmer_delete(stemmer->algorithm);
    stemmer->algorithm = NULL;
}

ofsi_span ofsi_stemmer_stem(const ofsi_stemmer *stemmer, ofsi_span folded) {
    if (!stemmer->algorithm)
        return folded;
    if (stemmer->irregular)
        folded = ofsi_irregular_find(folded);
    const sb_symbol *stem =
        sb_stemmer_stem(stemmer->algorithm, (const sb_symbol *)folded.data, (int)folded.size);
    if (!stem)
        return (ofsi_span){NULL, 0};
    int size = sb_stemmer_length(stemmer->algorithm);
    return size > 0 ? (ofsi_span){(const char *)stem, (size_t)size} : folded;
}

/* Adds what the word comes to; false when out of memory. */
static bool digest_word(const ofsi_stemmer *stemmer, ofsi_span word, uint64_t *digest) {
    enum { MOST = 31 };
    char text[8 + MOST];
    ofsi_span stem = ofsi_stemmer_stem(stemmer, word);
    if (!stem.data)
        return false;
    size_t size = stem.size < MOST ? stem.size : MOST;
    for (int i = 0; i < 8; i++)
        text[i] = (char)(*digest >> (8 * i));
    memcpy(text + 8, stem.data, size);
    *digest = ofsi_hash64(text, 8 + size);
    return true;
}

uint64_t ofsi_stemmer_digest(const ofsi_stemmer *stemmer) {
    uint64_t digest = 0;
    size_t count;
    const ofsi_irregular *words = ofsi_irregular_table(&count);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        if (!digest_word(stemmer, ofsi_span_of(probes[i]), &digest))
            return 0;
    for (size_t i = 0; i < count && stemmer->irregular; i++)
        if (!digest_word(stemmer, ofsi_span_of(words[i].word), &digest))
            return 0;
    return digest ? digest : 1;
}
