/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dictionary is walked in order with one row of edits for each letter of the term at hand, so that terms share the rows of
 * what they begin with alike, and beginnings that are too far away are passed over. Terms are stems: one is near when it is
 * near a beginning of the word; its forms are then compared whole.
 */
#include "search/exec/spell.h"

#include "indexer/analysis/irregular.h"
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/base/utf8.h"

enum { MOST = OFSI_SPELL_MOST, SEEK_BYTES = 3, WORK_KEPT = 1 << 20 };

typedef struct speller {
    ofsi_spelling spelling;
    const ofsi_word *word;
    uint32_t text[MOST];
    uint32_t size, most; /* letters of the word; edits allowed */
    uint8_t
        rows[MOST + 2]
            [MOST + 1]; /* rows[i + 1]: after i letters of the term; rows[0] is for none before the first */
    uint32_t letters[MOST]; /* of the term before */
    uint32_t letter_count;
    ofsi_map tried; /* terms of the segment at hand */
    ofsi_arena work;
    ofs_error *err;
} speller;

/* ---- edits ---- */

/* The letters of a text; MOST + 1 when there are more than MOST, or it is not UTF-8. */
static uint32_t read_letters(ofsi_span text, uint32_t *letters) {
    uint32_t count = 0;
    for (size_t i = 0; i < text.size;) {
        uint32_t code;
        size_t n = ofsi_utf8_decode(text.data + i, text.size - i, &code);
        if (n == 0 || count == MOST)
            return MOST + 1;
        letters[count++] = code;
        i += n;
    }
    return count;
}

static uint8_t least(uint8_t a, uint8_t b) { return a < b ? a : b; }

/* The row behind letter `c`, from the one before it and, behind letter `before`, the one before that. */
static uint8_t fill_row(const uint32_t *text, uint32_t size, uint32_t c, const uint32_t *before,
                        uint8_t (*rows)[MOST + 1]) {
    const uint8_t *older = rows[0], *old = rows[1];
    uint8_t *row = rows[2], smallest;
    row[0] = (uint8_t)(old[0] + 1);
    smallest = row[0];
    for (uint32_t j = 1; j <= size; j++) {
        row[j] = (uint8_t)(old[j - 1] + (text[j - 1] != c));
        row[j] = least(row[j], (uint8_t)(least(old[j], row[j - 1]) + 1));
        if (before && j > 1 && text[j - 2] == c && text[j - 1] == *before)
            row[j] = least(row[j], (uint8_t)(older[j - 2] + 1));
        smallest = least(smallest, row[j]);
    }
    return smallest;
}

static void first_row(uint8_t *row, uint32_t size) {
    for (uint32_t j = 0; j <= size; j++)
        row[j] = (uint8_t)j;
}

uint32_t ofsi_spell_edits(ofsi_span a, ofsi_span b, uint32_t most) {
    uint32_t x[MOST], y[MOST], m = read_letters(a, x), n = read_letters(b, y);
    uint8_t rows[3][MOST + 1];
    if (m > MOST || n > MOST || (m > n ? m - n : n - m) > most)
        return most + 1;
    memset(rows[0], 0, sizeof rows[0]);
    first_row(rows[1], n);
    for (uint32_t i = 0; i < m; i++) {
        fill_row(y, n, x[i], i ? &x[i - 1] : NULL, rows);
        memcpy(rows[0], rows[1], sizeof rows[0]);
        memcpy(rows[1], rows[2], sizeof rows[1]);
    }
    return rows[1][n] <= most ? rows[1][n] : most + 1;
}

/* ---- forms ---- */

/* Compares each folded form of the term with the word; of forms that fold alike, the most frequent one stands for all. */
static ofs_status try_forms(speller *s, ofsi_segment *segment, ofsi_span text, const ofsi_term *term) {
    const ofsi_span *forms;
    const uint64_t *counts;
    bool first;
    if (ofsi_map_intern(&s->tried, text, &first) == OFSI_MAP_NONE)
        return ofsi_fail_nomem(s->err);
    if (!first || ofsi_span_equal(text, s->word->stem))
        return OFS_OK;
    if (s->work.reserved > WORK_KEPT)
        ofsi_arena_free(&s->work);
    else
        ofsi_arena_reset(&s->work);
    ofs_status status = ofsi_segment_term_forms(segment, text, term, &s->work, &forms, &counts, s->err);
    if (status != OFS_OK)
        return status;
    ofsi_map seen = {0};
    for (uint32_t f = 0; f < term->form_count && status == OFS_OK; f++) {
        char buffer[OFSI_TERM_MAX * 4];
        ofsi_span folded = {buffer, ofsi_fold(forms[f], buffer, sizeof buffer)};
        bool added;
        uint32_t edits = ofsi_spell_edits(folded, s->word->folded, s->most);
        if (edits > s->most)
            continue;
        if (ofsi_map_intern(&seen, folded, &added) == OFSI_MAP_NONE)
            status = ofsi_fail_nomem(s->err);
        else
            status = ofsi_spelling_offer(&s->spelling, folded, edits, forms[f], counts[f],
                                         added ? term->df : 0, s->err);
    }
    ofsi_map_free(&seen);
    return status;
}

/* ---- the walk ---- */

/*
 * Rows for the term's letters, from where it parts from the one before. *dead: so many of its letters already are too far from
 * every beginning of the word; 0: none.
 */
static bool is_near(speller *s, const uint32_t *letters, uint32_t count, uint32_t *dead) {
    uint32_t same = 0, limit = s->most + 1; /* a stem's last letter may be another than the word's */
    uint8_t smallest = 0, before = 0;
    *dead = 0;
    while (same < count && same < s->letter_count && letters[same] == s->letters[same])
        same++;
    for (uint32_t i = 0; i < count; i++) {
        before = smallest;
        if (i < same) {
            smallest = UINT8_MAX;
            for (uint32_t j = 0; j <= s->size; j++)
                smallest = least(smallest, s->rows[i + 2][j]);
        } else {
            s->letters[i] = letters[i];
            smallest = fill_row(s->text, s->size, letters[i], i ? &letters[i - 1] : NULL, &s->rows[i]);
        }
        if (smallest > limit && before + 1u > limit) {
            s->letter_count = i + 1;
            *dead = i + 1;
            return false;
        }
    }
    s->letter_count = count;
    return smallest <= limit && 2 * count + 1 + s->most >= s->size;
}

/* Bytes of the first `count` letters. */
static size_t bytes_of(ofsi_span text, uint32_t count) {
    size_t i = 0;
    for (uint32_t c = 0; c < count && i < text.size; c++)
        for (i++; i < text.size && ofsi_utf8_is_continuation(text.data[i]); i++)
            ;
    return i;
}

/* Moves the scan behind every term that begins with these bytes, where that saves enough. */
static ofs_status pass_over(ofsi_term_scan *scan, ofsi_span text, size_t size, ofs_error *err) {
    char next[SEEK_BYTES];
    if (size > SEEK_BYTES)
        return OFS_OK;
    memcpy(next, text.data, size);
    while (size && (unsigned char)next[size - 1] == UINT8_MAX)
        size--;
    if (size == 0)
        return OFS_OK;
    next[size - 1] = (char)((unsigned char)next[size - 1] + 1);
    return ofsi_term_scan_seek(scan, (ofsi_span){next, size}, err);
}

static ofs_status walk_terms(speller *s, ofsi_segment *segment) {
    ofsi_term_scan *scan = NULL;
    uint32_t letters[MOST];
    bool more = true;
    s->letter_count = 0;
    memset(s->rows[0], 0, sizeof s->rows[0]);
    first_row(s->rows[1], s->size);
    ofs_status status = ofsi_term_scan_open(segment, (ofsi_span){"", 0}, &scan, s->err);
    while (status == OFS_OK) {
        ofsi_span text;
        ofsi_term term;
        uint32_t dead = 0;
        status = ofsi_term_scan_next(scan, &text, &term, &more, s->err);
        if (status != OFS_OK || !more)
            break;
        uint32_t count = read_letters(text, letters);
        if (count > MOST || count > s->size + s->most)
            continue;
        if (is_near(s, letters, count, &dead))
            status = try_forms(s, segment, text, &term);
        else if (dead)
            status = pass_over(scan, text, bytes_of(text, dead), s->err);
    }
    ofsi_term_scan_close(scan);
    return status;
}

/* The term of a word, if the word itself is near. */
static ofs_status try_word(speller *s, ofsi_segment *segment, const ofsi_stemmer *stemmer, const char *text) {
    ofsi_span word = ofsi_span_of(text);
    ofsi_term term;
    bool found;
    if (ofsi_spell_edits(word, s->word->folded, s->most) > s->most)
        return OFS_OK;
    ofsi_span stem = ofsi_stemmer_stem(stemmer, word);
    if (!stem.data)
        return ofsi_fail_nomem(s->err);
    ofs_status status = ofsi_segment_find_term(segment, stem, &term, &found, s->err);
    return status == OFS_OK && found ? try_forms(s, segment, stem, &term) : status;
}

/* Words whose stems do not begin as they do (expand.h). */
static ofs_status try_irregular(speller *s, ofsi_segment *segment, const ofsi_analyzer *analyzer) {
    static const char *const others[] = {"dying", "lying", "tying"};
    ofsi_stemmer stemmer;
    size_t count;
    const ofsi_irregular *table = ofsi_irregular_table(&count);
    if (!ofsi_irregular_serves(ofsi_analyzer_stemmer(analyzer)))
        return OFS_OK;
    ofs_status status = ofsi_stemmer_open(&stemmer, ofsi_analyzer_stemmer(analyzer), s->err);
    for (size_t i = 0; i < sizeof others / sizeof others[0] && status == OFS_OK; i++)
        status = try_word(s, segment, &stemmer, others[i]);
    for (size_t i = 0; i < count && status == OFS_OK; i++)
        status = try_word(s, segment, &stemmer, table[i].word);
    ofsi_stemmer_close(&stemmer);
    return status;
}

/* ---- all of it ---- */

static ofs_status count_own(const ofsi_snapshot *snapshot, ofsi_span stem, uint64_t *paragraphs,
                            ofs_error *err) {
    *paragraphs = 0;
    for (uint32_t p = 0; p < snapshot->segment_count; p++) {
        ofsi_term term;
        bool found;
        ofs_status status = ofsi_segment_find_term(snapshot->segments[p].segment, stem, &term, &found, err);
        if (status != OFS_OK)
            return status;
        *paragraphs += found ? term.df : 0;
    }
    return OFS_OK;
}

static ofs_status search_segments(speller *s, const ofsi_snapshot *snapshot, const ofsi_analyzer *analyzer) {
    ofs_status status = OFS_OK;
    for (uint32_t p = 0; p < snapshot->segment_count && status == OFS_OK; p++) {
        ofsi_map_reset(&s->tried);
        status = walk_terms(s, snapshot->segments[p].segment);
        if (status == OFS_OK)
            status = try_irregular(s, snapshot->segments[p].segment, analyzer);
    }
    return status;
}

ofs_status ofsi_spell(const ofsi_snapshot *snapshot, const ofsi_analyzer *analyzer, const ofsi_word *word,
                      ofsi_arena *arena, ofsi_span *alternative, ofs_error *err) {
    uint64_t own;
    *alternative = (ofsi_span){NULL, 0};
    ofs_status status = count_own(snapshot, word->stem, &own, err);
    if (status != OFS_OK || !ofsi_spell_looks_at(word, own))
        return status;
    speller *s = ofsi_calloc(1, sizeof *s);
    if (!s)
        return ofsi_fail_nomem(err);
    s->word = word;
    s->err = err;
    s->size = read_letters(word->folded, s->text);
    s->most = ofsi_spell_most(word);
    s->spelling.arena = arena;
    status = search_segments(s, snapshot, analyzer);
    if (status == OFS_OK)
        ofsi_spelling_choose(&s->spelling, own, alternative);
    ofsi_spelling_free(&s->spelling);
    ofsi_map_free(&s->tried);
    ofsi_arena_free(&s->work);
    ofsi_free(s);
    return status;
}

uint32_t ofsi_spell_most(const ofsi_word *word) {
    uint32_t letters[MOST];
    return read_letters(word->folded, letters) < OFSI_SPELL_LONG ? 1 : 2;
}

bool ofsi_spell_looks_at(const ofsi_word *word, uint64_t own) {
    uint32_t letters[MOST], size = read_letters(word->folded, letters);
    for (size_t i = 0; i < word->folded.size; i++)
        if (word->folded.data[i] >= '0' && word->folded.data[i] <= '9')
            return false;
    return own <= OFSI_SPELL_RARE && size >= OFSI_SPELL_FEWEST && size <= MOST;
}
