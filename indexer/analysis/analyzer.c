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

static void free_words(ofsi_analyzer *analyzer) {
    ofsi_lexicon_free(&analyzer->words);
    ofsi_lexicon_free(&analyzer->raws);
    ofsi_map_free(&analyzer->stems);
    for (size_t i = 0; i < MOST_CHUNKS; i++) {
        ofsi_free(analyzer->chunks[i]);
        analyzer->chunks[i] = NULL;
    }
    analyzer->chunk_bytes = 0;
    ofsi_free(analyzer->form_counts);
    analyzer->form_counts = NULL;
    analyzer->form_counts_capacity = 0;
    ofsi_arena_free(&analyzer->texts);
}

void ofsi_analyzer_close(ofsi_analyzer *analyzer) {
    if (!analyzer)
        return;
    free_words(analyzer);
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

void ofsi_analyzer_trim(ofsi_analyzer *analyzer) {
    if (atomic_load(&analyzer->word_count) == 0) {
        free_words(analyzer);
        return;
    }
    ofsi_lexicon_trim(&analyzer->words);
    ofsi_lexicon_trim(&analyzer->raws);
}

/* Where the word with this number stands. */
static inline size_t locate(uint32_t number, unsigned *chunk) {
    uint64_t shifted = (uint64_t)number + (1U << FIRST_CHUNK_BITS);
    *chunk = 63 - (unsigned)__builtin_clzll(shifted) - FIRST_CHUNK_BITS;
    return (size_t)(shifted - (UINT64_C(1) << (*chunk + FIRST_CHUNK_BITS)));
}

const ofsi_word *ofsi_analyzer_word(const ofsi_analyzer *analyzer, uint32_t word) {
    unsigned chunk;
    size_t at = locate(word, &chunk);
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
    return analyzer->chunks[chunk] && ofsi_lexicon_reserve(&analyzer->words);
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
    uint32_t form = analyzer->form_counts[stem_id]++;
    analyzer->chunks[chunk][at] = (ofsi_word){surface, folded, stem, stem_id, form};
    atomic_store(&analyzer->word_count, number + 1);
    ofsi_lexicon_key kept = *key;
    kept.text = surface;
    ofsi_lexicon_add(&analyzer->words, &kept, number, stem_id, form);
    return number;
}

static uint32_t add_surface(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key) {
    pthread_mutex_lock(&analyzer->lock);
    const ofsi_lexicon_slot *slot = ofsi_lexicon_find(&analyzer->words, key);
    /* Another thread may have been faster. */
    uint32_t number = slot ? ofsi_lexicon_number(slot) : add_word(analyzer, key);
    pthread_mutex_unlock(&analyzer->lock);
    return number;
}

/* Sets what a token has of its word; false for none. */
static bool set_word(const ofsi_analyzer *analyzer, uint32_t number, ofsi_token *token) {
    if (number == OFSI_LEXICON_NONE)
        return false;
    const ofsi_word *word = ofsi_analyzer_word(analyzer, number);
    token->word = number;
    token->stem_id = word->stem_id;
    token->form = word->form;
    return true;
}

static inline bool intern_key(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key, ofsi_token *token) {
    const ofsi_lexicon_slot *slot = ofsi_lexicon_find(&analyzer->words, key);
    if (!slot)
        return set_word(analyzer, add_surface(analyzer, key), token);
    token->word = ofsi_lexicon_number(slot);
    token->stem_id = slot->more[0];
    token->form = slot->more[1];
    return true;
}

static bool intern_surface(ofsi_analyzer *analyzer, ofsi_span surface, ofsi_token *token) {
    ofsi_lexicon_key key = ofsi_lexicon_key_of(surface, ofsi_lexicon_head(surface.data, surface.size));
    return intern_key(analyzer, &key, token);
}

/* Remembers which word the bytes are; false when out of memory. */
static bool add_raw(ofsi_analyzer *analyzer, const ofsi_lexicon_key *key, uint32_t number) {
    bool good = true;
    pthread_mutex_lock(&analyzer->lock);
    if (!ofsi_lexicon_find(&analyzer->raws, key)) {
        ofsi_lexicon_key kept = *key;
        kept.text.data = ofsi_arena_strndup(&analyzer->texts, key->text.data, key->text.size);
        good = kept.text.data && ofsi_lexicon_reserve(&analyzer->raws);
        if (good)
            ofsi_lexicon_add(&analyzer->raws, &kept, number, 0, 0);
    }
    pthread_mutex_unlock(&analyzer->lock);
    return good;
}

static bool intern_foreign(ofsi_analyzer *analyzer, ofsi_span raw, ofsi_token *token) {
    ofsi_lexicon_key key = ofsi_lexicon_key_of(raw, ofsi_lexicon_head(raw.data, raw.size));
    const ofsi_lexicon_slot *slot = ofsi_lexicon_find(&analyzer->raws, &key);
    if (slot)
        return set_word(analyzer, ofsi_lexicon_number(slot), token);
    char buffer[OFSI_TERM_MAX];
    ofsi_span surface = {buffer, ofsi_fold_surface(raw, buffer)};
    return intern_surface(analyzer, surface.size ? surface : raw, token) &&
           add_raw(analyzer, &key, token->word);
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
    if (!intern_surface(analyzer, (ofsi_span){joined, size}, &join) || !push_token(tokens, &join))
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

/* A piece on its way to a token. Pieces go by windows: what memory has to bring for one is on its way with others. */
typedef struct pending {
    ofsi_piece piece;
    ofsi_token token;
    ofsi_lexicon_key key; /* of an ASCII piece */
    bool known;           /* the token has its word */
} pending;
enum { WINDOW = 32 };

static inline hot_word *hot_of(ofsi_hot_words *hot, const ofsi_lexicon_key *key) {
    return hot && key->text.size <= OFSI_LEXICON_SHORT ? &hot->words[key->hash >> (64 - HOT_BITS)] : NULL;
}

/* The key of a piece; its word if it is at hand, else it is asked for. */
static inline void expect_word(const ofsi_analyzer *analyzer, ofsi_hot_words *hot, ofsi_span text,
                               pending *p) {
    ofsi_span raw = {text.data + p->piece.start, p->piece.end - p->piece.start};
    p->known = false;
    if (!p->piece.ascii)
        return;
    /* Eight bytes are loaded at once where the text has them. */
    size_t left = text.size - p->piece.start;
    uint64_t head = ofsi_lexicon_head(raw.data, left < sizeof head ? raw.size : sizeof head);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (raw.size < sizeof head)
        head &= (UINT64_C(1) << 8 * raw.size) - 1;
#else
    head = ofsi_lexicon_head(raw.data, raw.size);
#endif
    p->key = ofsi_lexicon_key_of(raw, head);
    const hot_word *h = hot_of(hot, &p->key);
    p->known = h && h->head == p->key.head && h->tail == p->key.tail && h->size == raw.size;
    if (p->known) {
        p->token.word = h->word;
        p->token.stem_id = h->stem_id;
        p->token.form = h->form;
    } else {
        ofsi_lexicon_expect(&analyzer->words, &p->key);
    }
}

/* Sets the word of the token; false when out of memory. */
static inline bool find_word(ofsi_analyzer *analyzer, ofsi_hot_words *hot, ofsi_span text, pending *p) {
    ofsi_span raw = {text.data + p->piece.start, p->piece.end - p->piece.start};
    if (p->known)
        return true;
    if (!p->piece.ascii)
        return intern_foreign(analyzer, raw, &p->token);
    if (!intern_key(analyzer, &p->key, &p->token))
        return false;
    hot_word *h = hot_of(hot, &p->key);
    if (h)
        *h = (hot_word){p->key.head,   p->key.tail,      (uint32_t)raw.size,
                        p->token.word, p->token.stem_id, p->token.form};
    return true;
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
    pending window[WINDOW];
    chain c = {0};
    ofsi_hot_words *hot = prepare_hot(analyzer, tokens->hot);
    for (size_t count = WINDOW; count == WINDOW;) {
        count = 0;
        while (count < WINDOW && (ofsi_break_plain(&breaker, &window[count].piece) ||
                                  ofsi_break_next(&breaker, &window[count].piece)))
            expect_word(analyzer, hot, text, &window[count++]);
        for (pending *p = window; p < window + count; p++) {
            p->token.position = tokens->length++;
            p->token.start = (uint32_t)p->piece.start;
            p->token.end = (uint32_t)p->piece.end;
            p->token.span = 1;
            if (!find_word(analyzer, hot, text, p) || !follow_chain(analyzer, tokens, &c, &p->piece) ||
                !push_token(tokens, &p->token))
                goto nomem;
        }
    }
    if (!end_chain(analyzer, tokens, &c))
        goto nomem;
    return OFS_OK;
nomem:
    tokens->count = 0;
    tokens->length = 0;
    return ofsi_fail_nomem(err);
}
