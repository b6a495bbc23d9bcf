/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analyzer: words of a text to tokens, joins among them, and each distinct word's forms made once. */
#include "indexer/analysis/analyzer.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <utf8proc.h>

#include "indexer/analysis/breaker.h"
#include "indexer/analysis/fold.h"
#include "indexer/analysis/lexicon.h"
#include "indexer/analysis/plain.h"
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/map.h"

/* Raised whenever the same text may come out otherwise. */
enum { RULES_VERSION = 1 };

enum {
    FIRST_CHUNK_BITS =
        10, /* words stand in chunks, each twice the one before, so that they keep their addresses */
    MOST_CHUNKS = 32 - FIRST_CHUNK_BITS,
    JOIN_MOST_PARTS = 4
};

/* What a token takes from its word: apart, so that the words of a text are found in little memory. */
typedef struct word_key {
    uint32_t stem_id, form;
} word_key;

/*
 * Words that were met lately, by a few bits of their hash: most tokens are of a few thousand words, and the lexicon of
 * a million texts is larger than any cache.
 */
enum { HOT_BITS = 12 };
typedef struct hot_word {
    uint64_t head, tail; /* with the size all of the word, as in a lexicon's key */
    uint32_t size;       /* 0: nothing is here */
    uint32_t word, stem_id, form;
} hot_word;
typedef struct ofsi_hot_words {
    uint64_t epoch; /* of the analyzer whose words they are */
    hot_word words[1 << HOT_BITS];
} ofsi_hot_words;

struct ofsi_analyzer {
    _Atomic uint64_t
        epoch; /* changes when all words are forgotten; no other analyzer of the process has it */
    /* Looked into without a lock. A word is complete before the lexicon has its number. */
    ofsi_lexicon words; /* surface forms */
    ofsi_lexicon raws;  /* bytes of words that are not ASCII, as texts have them, to the word */
    ofsi_word *chunks[MOST_CHUNKS];
    word_key *keys[MOST_CHUNKS];
    _Atomic uint32_t word_count, stem_count;
    /* The lock is held by who adds words. */
    pthread_mutex_t lock;
    ofsi_map stems;
    uint32_t *form_counts; /* by stem */
    size_t form_counts_capacity;
    ofsi_arena texts; /* surfaces, raws, folded forms that differ from both surface and stem */
    ofsi_stemmer stemmer;
    size_t chunk_bytes;
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

static void begin_epoch(ofsi_analyzer *analyzer) {
    static _Atomic uint64_t epochs;
    atomic_store(&analyzer->epoch, atomic_fetch_add(&epochs, 1) + 1);
}

ofs_status ofsi_analyzer_open(const char *stemmer, ofsi_analyzer **out, ofs_error *err) {
    ofs_status status = OFS_OK;
    *out = NULL;
    ofsi_analyzer *analyzer = ofsi_calloc(1, sizeof *analyzer);
    if (!analyzer)
        return ofsi_fail_nomem(err);
    pthread_mutex_init(&analyzer->lock, NULL);
    begin_epoch(analyzer);
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
    ofsi_lexicon_free(&analyzer->words);
    ofsi_lexicon_free(&analyzer->raws);
    ofsi_map_free(&analyzer->stems);
    for (size_t i = 0; i < MOST_CHUNKS; i++) {
        ofsi_free(analyzer->chunks[i]);
        ofsi_free(analyzer->keys[i]);
    }
    ofsi_free(analyzer->form_counts);
    ofsi_arena_free(&analyzer->texts);
    ofsi_stemmer_close(&analyzer->stemmer);
    ofsi_free(analyzer->stemmer_name);
    pthread_mutex_destroy(&analyzer->lock);
    ofsi_free(analyzer);
}

void ofsi_analyzer_forget(ofsi_analyzer *analyzer) {
    ofsi_lexicon_reset(&analyzer->words);
    ofsi_lexicon_reset(&analyzer->raws);
    ofsi_map_reset(&analyzer->stems);
    ofsi_arena_reset(&analyzer->texts);
    atomic_store(&analyzer->word_count, 0);
    atomic_store(&analyzer->stem_count, 0);
    begin_epoch(analyzer);
}

/* Where the word with this number stands. */
static inline size_t locate(uint32_t number, unsigned *chunk) {
    uint64_t shifted = (uint64_t)number + (1U << FIRST_CHUNK_BITS);
    *chunk = 63 - (unsigned)__builtin_clzll(shifted) - FIRST_CHUNK_BITS;
    return (size_t)(shifted - (UINT64_C(1) << (*chunk + FIRST_CHUNK_BITS)));
}

const ofsi_word *ofsi_analyzer_word(const ofsi_analyzer *analyzer, uint32_t number) {
    unsigned chunk;
    size_t at = locate(number, &chunk);
    return &analyzer->chunks[chunk][at];
}

uint32_t ofsi_analyzer_word_count(const ofsi_analyzer *analyzer) {
    return atomic_load(&analyzer->word_count);
}

uint32_t ofsi_analyzer_stem_count(const ofsi_analyzer *analyzer) {
    return atomic_load(&analyzer->stem_count);
}

ofsi_span ofsi_analyzer_stem(const ofsi_analyzer *analyzer, uint32_t stem) {
    return analyzer->stems.keys[stem];
}

size_t ofsi_analyzer_bytes(ofsi_analyzer *analyzer) {
    pthread_mutex_lock(&analyzer->lock);
    size_t bytes = analyzer->words.bytes + analyzer->raws.bytes + ofsi_map_bytes(&analyzer->stems) +
                   analyzer->form_counts_capacity * sizeof *analyzer->form_counts + analyzer->chunk_bytes +
                   analyzer->texts.reserved;
    pthread_mutex_unlock(&analyzer->lock);
    return bytes;
}

const char *ofsi_analyzer_stemmer(const ofsi_analyzer *analyzer) { return analyzer->stemmer_name; }

const char *ofsi_analyzer_fingerprint(const ofsi_analyzer *analyzer) { return analyzer->fingerprint; }

void ofsi_tokens_keep_words(ofsi_tokens *tokens) {
    if (!tokens->hot)
        tokens->hot = ofsi_calloc(1, sizeof *tokens->hot);
}

void ofsi_tokens_free(ofsi_tokens *tokens) {
    ofsi_free(tokens->items);
    ofsi_free(tokens->hot);
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

/* Makes sure that there is room for the word with this number; false when out of memory. */
static bool reserve_word(ofsi_analyzer *analyzer, uint32_t number) {
    unsigned chunk;
    locate(number, &chunk);
    if (number == OFSI_LEXICON_NONE - 1 || chunk >= MOST_CHUNKS)
        return false;
    size_t count = (size_t)1 << (chunk + FIRST_CHUNK_BITS);
    if (!analyzer->chunks[chunk]) {
        analyzer->chunks[chunk] = ofsi_reallocarray(NULL, count, sizeof(ofsi_word));
        analyzer->chunk_bytes += analyzer->chunks[chunk] ? count * sizeof(ofsi_word) : 0;
    }
    if (!analyzer->keys[chunk]) {
        analyzer->keys[chunk] = ofsi_reallocarray(NULL, count, sizeof(word_key));
        analyzer->chunk_bytes += analyzer->keys[chunk] ? count * sizeof(word_key) : 0;
    }
    return analyzer->chunks[chunk] && analyzer->keys[chunk] && ofsi_lexicon_reserve(&analyzer->words);
}

/* The number of a stem, and a copy of it that stays. */
static uint32_t intern_stem(ofsi_analyzer *analyzer, ofsi_span *stem) {
    bool added;
    if (!ofsi_grow(&analyzer->form_counts, &analyzer->form_counts_capacity, (size_t)analyzer->stems.count + 1,
                   sizeof *analyzer->form_counts))
        return OFSI_MAP_NONE;
    uint32_t number = ofsi_map_intern(&analyzer->stems, *stem, &added);
    if (number == OFSI_MAP_NONE)
        return number;
    if (added) {
        analyzer->form_counts[number] = 0;
        atomic_store(&analyzer->stem_count, analyzer->stems.count);
    }
    *stem = analyzer->stems.keys[number];
    return number;
}

/* Makes the forms of a new word; everything that can fail comes before the word gets its number. */
static uint32_t add_word(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key) {
    uint32_t number = atomic_load(&analyzer->word_count);
    unsigned chunk;
    char buffer[OFSI_TERM_MAX * 4];
    if (!reserve_word(analyzer, number))
        return OFSI_LEXICON_NONE;
    ofsi_span surface = key->text, folded = {buffer, ofsi_fold(surface, buffer, sizeof buffer)};
    if (folded.size == 0)
        folded = surface;
    folded.size = ofsi_fold_cut(folded, OFSI_TERM_MAX);
    ofsi_span stem = ofsi_stemmer_stem(&analyzer->stemmer, folded);
    if (!stem.data)
        return OFSI_LEXICON_NONE;
    stem.size = ofsi_fold_cut(stem, OFSI_TERM_MAX);
    uint32_t stem_id = intern_stem(analyzer, &stem);
    surface.data = ofsi_arena_strndup(&analyzer->texts, surface.data, surface.size);
    if (stem_id == OFSI_MAP_NONE || !surface.data)
        return OFSI_LEXICON_NONE;
    if (ofsi_span_equal(folded, stem))
        folded = stem;
    else if (ofsi_span_equal(folded, surface))
        folded = surface;
    else if (!(folded.data = ofsi_arena_strndup(&analyzer->texts, folded.data, folded.size)))
        return OFSI_LEXICON_NONE;
    size_t at = locate(number, &chunk);
    word_key forms = {stem_id, analyzer->form_counts[stem_id]++};
    analyzer->chunks[chunk][at] = (ofsi_word){surface, folded, stem, forms.stem_id, forms.form};
    analyzer->keys[chunk][at] = forms;
    atomic_store(&analyzer->word_count, number + 1);
    ofsi_lexicon_key kept = *key;
    kept.text = surface;
    ofsi_lexicon_add(&analyzer->words, &kept, number);
    return number;
}

static uint32_t add_surface(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key) {
    pthread_mutex_lock(&analyzer->lock);
    uint32_t number = ofsi_lexicon_find(&analyzer->words, key); /* another thread may have been faster */
    if (number == OFSI_LEXICON_NONE)
        number = add_word(analyzer, key);
    pthread_mutex_unlock(&analyzer->lock);
    return number;
}

static inline uint32_t intern_key(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key) {
    uint32_t number = ofsi_lexicon_find(&analyzer->words, key);
    return number != OFSI_LEXICON_NONE ? number : add_surface(analyzer, key);
}

static uint32_t intern_surface(ofsi_analyzer *analyzer, ofsi_span surface) {
    ofsi_lexicon_key key = ofsi_lexicon_key_of(surface, ofsi_lexicon_head(surface.data, surface.size));
    return intern_key(analyzer, &key);
}

/* Remembers which word the bytes are; false when out of memory. */
static bool add_raw(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key, uint32_t number) {
    bool good = true;
    pthread_mutex_lock(&analyzer->lock);
    if (ofsi_lexicon_find(&analyzer->raws, key) == OFSI_LEXICON_NONE) {
        ofsi_lexicon_key kept = *key;
        kept.text.data = ofsi_arena_strndup(&analyzer->texts, key->text.data, key->text.size);
        good = kept.text.data && ofsi_lexicon_reserve(&analyzer->raws);
        if (good)
            ofsi_lexicon_add(&analyzer->raws, &kept, number);
    }
    pthread_mutex_unlock(&analyzer->lock);
    return good;
}

static uint32_t intern_foreign(ofsi_analyzer *analyzer, ofsi_span raw) {
    ofsi_lexicon_key key = ofsi_lexicon_key_of(raw, ofsi_lexicon_head(raw.data, raw.size));
    uint32_t number = ofsi_lexicon_find(&analyzer->raws, &key);
    if (number != OFSI_LEXICON_NONE)
        return number;
    char buffer[OFSI_TERM_MAX];
    ofsi_span surface = {buffer, ofsi_fold_surface(raw, buffer)};
    number = intern_surface(analyzer, surface.size ? surface : raw);
    return number != OFSI_LEXICON_NONE && add_raw(analyzer, &key, number) ? number : OFSI_LEXICON_NONE;
}

/* ---- tokens ---- */

/* Appends a token; false when out of memory. */
static inline bool push_token(ofsi_tokens *tokens, const ofsi_token *token) {
    if (tokens->count == tokens->capacity &&
        !ofsi_grow(&tokens->items, &tokens->capacity, tokens->count + 1, sizeof *token))
        return false;
    tokens->items[tokens->count++] = *token;
    return true;
}

/* Sets what a token has of its word; false for none. */
static inline bool set_word(const ofsi_analyzer *analyzer, uint32_t word, ofsi_token *token) {
    unsigned chunk;
    if (word == OFSI_LEXICON_NONE)
        return false;
    size_t at = locate(word, &chunk);
    token->word = word;
    token->stem_id = analyzer->keys[chunk][at].stem_id;
    token->form = analyzer->keys[chunk][at].form;
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
    join.end = tokens->items[c->first + parts - 1].end;
    join.span = parts;
    if (!set_word(analyzer, intern_surface(analyzer, (ofsi_span){joined, size}), &join) ||
        !push_token(tokens, &join))
        return false;
    ofsi_token *second = tokens->items + c->first + 1;
    memmove(second + 1, second, (parts - 1) * sizeof *second);
    *second = join;
    return true;
}

static inline bool continues_chain(const chain *c, const ofsi_piece *piece) {
    if (c->parts == 0 || !piece->letters || piece->joint == OFSI_JOINT_NONE ||
        (c->parts > 1 && c->joint != piece->joint))
        return false;
    return piece->joint == OFSI_JOINT_HYPHEN || (c->singles && piece->single);
}

/* Enters the piece, which is about to become the next token, into a chain of its own or the one before it. */
static inline bool follow_chain(ofsi_analyzer *analyzer, ofsi_tokens *tokens, chain *c,
                                const ofsi_piece *piece) {
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

/* The token's word by its key, from what is at hand or from the lexicon. */
static inline bool find_word(ofsi_analyzer *analyzer, ofsi_hot_words *hot, const ofsi_lexicon_key *key,
                             ofsi_token *token) {
    if (!hot || key->text.size > OFSI_LEXICON_SHORT)
        return set_word(analyzer, intern_key(analyzer, key), token);
    hot_word *h = &hot->words[key->hash >> (64 - HOT_BITS)];
    if (h->head == key->head && h->tail == key->tail && h->size == key->text.size) {
        token->word = h->word;
        token->stem_id = h->stem_id;
        token->form = h->form;
        return true;
    }
    if (!set_word(analyzer, intern_key(analyzer, key), token))
        return false;
    *h = (hot_word){key->head, key->tail, (uint32_t)key->text.size, token->word, token->stem_id, token->form};
    return true;
}

/* Sets the token's word to that of a piece; false when out of memory. */
static inline bool take_piece(ofsi_analyzer *analyzer, ofsi_hot_words *hot, ofsi_span text,
                              const ofsi_piece *piece, ofsi_token *token) {
    ofsi_span raw = {text.data + piece->start, piece->end - piece->start};
    if (!piece->ascii)
        return set_word(analyzer, intern_foreign(analyzer, raw), token);
    /* Eight bytes are loaded at once where the text has them. */
    size_t left = text.size - piece->start;
    uint64_t head = ofsi_lexicon_head(raw.data, left < sizeof head ? raw.size : sizeof head);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (raw.size < sizeof head)
        head &= (UINT64_C(1) << 8 * raw.size) - 1;
#else
    head = ofsi_lexicon_head(raw.data, raw.size);
#endif
    ofsi_lexicon_key key = ofsi_lexicon_key_of(raw, head);
    return find_word(analyzer, hot, &key, token);
}

/* The words at hand, emptied if they are of other times. */
static ofsi_hot_words *prepare_hot(const ofsi_analyzer *analyzer, ofsi_hot_words *hot) {
    uint64_t epoch = atomic_load(&analyzer->epoch);
    if (hot && hot->epoch != epoch) {
        memset(hot->words, 0, sizeof hot->words);
        hot->epoch = epoch;
    }
    return hot;
}

ofs_status ofsi_analyze(ofsi_analyzer *analyzer, ofsi_span text, ofsi_tokens *tokens, ofs_error *err) {
    tokens->count = 0;
    tokens->length = 0;
    if (text.size >= UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a text of %zu bytes: the limit is 4 GiB", text.size);
    ofsi_breaker breaker = {.text = text};
    ofsi_piece piece;
    chain c = {0};
    ofsi_hot_words *hot = prepare_hot(analyzer, tokens->hot);
    while (ofsi_break_plain(&breaker, &piece) || ofsi_break_next(&breaker, &piece)) {
        ofsi_token token = {.position = tokens->length,
                            .start = (uint32_t)piece.start,
                            .end = (uint32_t)piece.end,
                            .span = 1};
        if (!take_piece(analyzer, hot, text, &piece, &token) || !follow_chain(analyzer, tokens, &c, &piece) ||
            !push_token(tokens, &token))
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
