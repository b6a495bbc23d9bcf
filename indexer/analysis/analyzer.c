/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analyzer: words of a text to tokens, joins among them, and each distinct word's forms made once. */
#include "indexer/analysis/analyzer.h"

#include <inttypes.h>
#include <stdio.h>
#include <utf8proc.h>

#include "indexer/analysis/breaker.h"
#include "indexer/analysis/fold.h"
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/map.h"

/* Raised whenever the same text may come out otherwise. */
enum { RULES_VERSION = 1 };

enum {
    CHUNK_BITS = 10,
    CHUNK_WORDS = 1 << CHUNK_BITS, /* words stand in chunks, so that they keep their addresses */
    JOIN_MOST_PARTS = 4
};

struct ofsi_analyzer {
    ofsi_map words; /* surface forms */
    ofsi_map stems;
    ofsi_map raws;       /* bytes of words that are not ASCII, as texts have them */
    uint32_t *raw_words; /* by number in raws: the word */
    size_t raw_words_capacity;
    ofsi_word **chunks;
    size_t chunks_capacity;
    size_t chunk_count;
    ofsi_arena folded; /* folded forms that differ from the surface */
    ofsi_stemmer stemmer;
    char *stemmer_name;
    char fingerprint[160];
};

/* Parts that may become one join: the last `parts` tokens, from `first`. */
typedef struct chain {
    size_t first;
    uint32_t parts;
    ofsi_joint joint; /* between them, when there are two */
    bool singles;     /* each is one letter */
} chain;

ofs_status ofsi_analyzer_open(const char *stemmer, ofsi_analyzer **out, ofs_error *err) {
    ofs_status status = OFS_OK;
    *out = NULL;
    ofsi_analyzer *analyzer = ofsi_calloc(1, sizeof *analyzer);
    if (!analyzer)
        return ofsi_fail_nomem(err);
    status = ofsi_stemmer_open(&analyzer->stemmer, stemmer, err);
    if (status)
        goto done;
    analyzer->stemmer_name = ofsi_strdup(stemmer);
    uint64_t digest = ofsi_stemmer_digest(&analyzer->stemmer);
    if (!analyzer->stemmer_name || digest == 0) {
        status = ofsi_fail_nomem(err);
        goto done;
    }
    snprintf(analyzer->fingerprint, sizeof analyzer->fingerprint,
             "words %d; Unicode %.16s; stemmer %.64s %016" PRIx64, (int)RULES_VERSION,
             utf8proc_unicode_version(), stemmer, digest);
    *out = analyzer;
    analyzer = NULL;
done:
    ofsi_analyzer_close(analyzer);
    return status;
}

void ofsi_analyzer_close(ofsi_analyzer *analyzer) {
    if (!analyzer)
        return;
    ofsi_map_free(&analyzer->words);
    ofsi_map_free(&analyzer->stems);
    ofsi_map_free(&analyzer->raws);
    ofsi_free(analyzer->raw_words);
    for (size_t i = 0; i < analyzer->chunk_count; i++)
        ofsi_free(analyzer->chunks[i]);
    ofsi_free(analyzer->chunks);
    ofsi_arena_free(&analyzer->folded);
    ofsi_stemmer_close(&analyzer->stemmer);
    ofsi_free(analyzer->stemmer_name);
    ofsi_free(analyzer);
}

void ofsi_analyzer_forget(ofsi_analyzer *analyzer) {
    ofsi_map_reset(&analyzer->words);
    ofsi_map_reset(&analyzer->stems);
    ofsi_map_reset(&analyzer->raws);
    ofsi_arena_reset(&analyzer->folded);
}

const ofsi_word *ofsi_analyzer_word(const ofsi_analyzer *analyzer, uint32_t word) {
    return &analyzer->chunks[word >> CHUNK_BITS][word & (CHUNK_WORDS - 1)];
}

uint32_t ofsi_analyzer_word_count(const ofsi_analyzer *analyzer) { return analyzer->words.count; }

uint32_t ofsi_analyzer_stem_count(const ofsi_analyzer *analyzer) { return analyzer->stems.count; }

size_t ofsi_analyzer_bytes(const ofsi_analyzer *analyzer) {
    return ofsi_map_bytes(&analyzer->words) + ofsi_map_bytes(&analyzer->stems) +
           ofsi_map_bytes(&analyzer->raws) + analyzer->raw_words_capacity * sizeof *analyzer->raw_words +
           analyzer->chunks_capacity * sizeof(ofsi_word *) +
           analyzer->chunk_count * CHUNK_WORDS * sizeof(ofsi_word) + analyzer->folded.reserved;
}

const char *ofsi_analyzer_stemmer(const ofsi_analyzer *analyzer) { return analyzer->stemmer_name; }

const char *ofsi_analyzer_fingerprint(const ofsi_analyzer *analyzer) { return analyzer->fingerprint; }

void ofsi_tokens_free(ofsi_tokens *tokens) {
    ofsi_free(tokens->items);
    *tokens = (ofsi_tokens){0};
}

void ofsi_stems_append(const ofsi_analyzer *analyzer, const ofsi_tokens *tokens, ofsi_buf *out) {
    bool first = true;
    for (size_t i = 0; i < tokens->count; i++) {
        if (tokens->items[i].span > 1)
            continue;
        ofsi_span stem = ofsi_analyzer_word(analyzer, tokens->items[i].word)->stem;
        if (!first)
            ofsi_buf_byte(out, ' ');
        ofsi_buf_append(out, stem.data, stem.size);
        first = false;
    }
}

/* ---- words ---- */

/* Where the forms of the word with this number go; NULL when out of memory. */
static ofsi_word *reserve_word(ofsi_analyzer *analyzer, uint32_t number) {
    size_t chunk = number >> CHUNK_BITS;
    if (chunk >= analyzer->chunk_count) {
        if (!ofsi_grow(&analyzer->chunks, &analyzer->chunks_capacity, chunk + 1, sizeof(ofsi_word *)))
            return NULL;
        ofsi_word *words = ofsi_calloc(CHUNK_WORDS, sizeof *words);
        if (!words)
            return NULL;
        analyzer->chunks[analyzer->chunk_count++] = words;
    }
    return &analyzer->chunks[chunk][number & (CHUNK_WORDS - 1)];
}

/* Makes the forms of a new word; everything that can fail comes before the word gets its number. */
static uint32_t add_word(ofsi_analyzer *analyzer, ofsi_span surface) {
    ofsi_word *word = reserve_word(analyzer, analyzer->words.count);
    if (!word)
        return OFSI_MAP_NONE;
    char buffer[OFSI_TERM_MAX * 4];
    ofsi_span folded = {buffer, ofsi_fold(surface, buffer, sizeof buffer)};
    if (folded.size == 0)
        folded = surface;
    folded.size = ofsi_fold_cut(folded, OFSI_TERM_MAX);
    ofsi_span stem = ofsi_stemmer_stem(&analyzer->stemmer, folded);
    if (!stem.data)
        return OFSI_MAP_NONE;
    stem.size = ofsi_fold_cut(stem, OFSI_TERM_MAX);
    uint32_t stem_id = ofsi_map_intern(&analyzer->stems, stem, NULL);
    if (stem_id == OFSI_MAP_NONE)
        return OFSI_MAP_NONE;
    stem = analyzer->stems.keys[stem_id];
    bool same_as_stem = ofsi_span_equal(folded, stem), same_as_surface = ofsi_span_equal(folded, surface);
    if (same_as_stem) {
        folded = stem;
    } else if (!same_as_surface) {
        folded.data = ofsi_arena_strndup(&analyzer->folded, folded.data, folded.size);
        if (!folded.data)
            return OFSI_MAP_NONE;
    }
    uint32_t number = ofsi_map_intern(&analyzer->words, surface, NULL);
    if (number == OFSI_MAP_NONE)
        return OFSI_MAP_NONE;
    surface = analyzer->words.keys[number];
    *word = (ofsi_word){.surface = surface,
                        .folded = same_as_surface && !same_as_stem ? surface : folded,
                        .stem = stem,
                        .stem_id = stem_id};
    return number;
}

static inline uint32_t intern_surface(ofsi_analyzer *analyzer, ofsi_span surface) {
    uint32_t number = ofsi_map_find(&analyzer->words, surface);
    return number != OFSI_MAP_NONE ? number : add_word(analyzer, surface);
}

static uint32_t intern_foreign(ofsi_analyzer *analyzer, ofsi_span raw) {
    uint32_t known = ofsi_map_find(&analyzer->raws, raw);
    if (known != OFSI_MAP_NONE)
        return analyzer->raw_words[known];
    char buffer[OFSI_TERM_MAX];
    ofsi_span surface = {buffer, ofsi_fold_surface(raw, buffer)};
    uint32_t number = intern_surface(analyzer, surface.size ? surface : raw);
    if (number == OFSI_MAP_NONE || !ofsi_grow(&analyzer->raw_words, &analyzer->raw_words_capacity,
                                              (size_t)analyzer->raws.count + 1, sizeof *analyzer->raw_words))
        return OFSI_MAP_NONE;
    known = ofsi_map_intern(&analyzer->raws, raw, NULL);
    if (known == OFSI_MAP_NONE)
        return OFSI_MAP_NONE;
    analyzer->raw_words[known] = number;
    return number;
}

/* ---- tokens ---- */

static bool push_token(ofsi_tokens *tokens, ofsi_token token) {
    if (tokens->count == tokens->capacity &&
        !ofsi_grow(&tokens->items, &tokens->capacity, tokens->count + 1, sizeof token))
        return false;
    tokens->items[tokens->count++] = token;
    return true;
}

/* Ends the chain; one of 2 to 4 parts becomes a join behind its first part. False when out of memory. */
static bool end_chain(ofsi_analyzer *analyzer, ofsi_tokens *tokens, chain *c) {
    uint32_t parts = c->parts;
    c->parts = 0;
    if (parts < 2 || parts > JOIN_MOST_PARTS)
        return true;
    char joined[OFSI_TERM_MAX];
    size_t size = 0;
    for (uint32_t i = 0; i < parts; i++) {
        ofsi_span part = ofsi_analyzer_word(analyzer, tokens->items[c->first + i].word)->surface;
        if (part.size > sizeof joined - size)
            return true;
        memcpy(joined + size, part.data, part.size);
        size += part.size;
    }
    ofsi_token join = tokens->items[c->first];
    join.word = intern_surface(analyzer, (ofsi_span){joined, size});
    join.end = tokens->items[c->first + parts - 1].end;
    join.span = parts;
    if (join.word == OFSI_MAP_NONE || !push_token(tokens, join))
        return false;
    ofsi_token *second = tokens->items + c->first + 1;
    memmove(second + 1, second, (parts - 1) * sizeof *second);
    *second = join;
    return true;
}

static bool continues_chain(const chain *c, const ofsi_piece *piece) {
    if (c->parts == 0 || !piece->letters || piece->joint == OFSI_JOINT_NONE ||
        (c->parts > 1 && c->joint != piece->joint))
        return false;
    return piece->joint == OFSI_JOINT_HYPHEN || (c->singles && piece->single);
}

/* Enters the piece, which is about to become the next token, into a chain of its own or the one before it. */
static bool follow_chain(ofsi_analyzer *analyzer, ofsi_tokens *tokens, chain *c, const ofsi_piece *piece) {
    if (continues_chain(c, piece)) {
        c->parts++;
        c->joint = piece->joint;
        c->singles = c->singles && piece->single;
        return true;
    }
    if (c->parts > 1 && !end_chain(analyzer, tokens, c))
        return false;
    *c = (chain){.first = tokens->count, .parts = piece->letters, .singles = piece->single};
    return true;
}

ofs_status ofsi_analyze(ofsi_analyzer *analyzer, ofsi_span text, ofsi_tokens *tokens, ofs_error *err) {
    tokens->count = 0;
    tokens->length = 0;
    if (text.size >= UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a text of %zu bytes: the limit is 4 GiB", text.size);
    ofsi_breaker breaker = {.text = text};
    ofsi_piece piece;
    chain c = {0};
    while (ofsi_break_next(&breaker, &piece)) {
        ofsi_span raw = {text.data + piece.start, piece.end - piece.start};
        uint32_t word = piece.ascii ? intern_surface(analyzer, raw) : intern_foreign(analyzer, raw);
        ofsi_token token = {.word = word,
                            .position = tokens->length,
                            .start = (uint32_t)piece.start,
                            .end = (uint32_t)piece.end,
                            .span = 1};
        if (word == OFSI_MAP_NONE || !follow_chain(analyzer, tokens, &c, &piece) ||
            !push_token(tokens, token))
            goto nomem;
        tokens->length++;
    }
    if (!end_chain(analyzer, tokens, &c))
        goto nomem;
    return OFS_OK;
nomem:
    tokens->count = 0;
    tokens->length = 0;
    return ofsi_fail_nomem(err);
}
