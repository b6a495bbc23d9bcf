/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dictionary read for a pattern; the documents of what fits are gathered by gather.c. */
#include "search/exec/expand.h"

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/irregular.h"
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "search/exec/gather.h"

/* How far a stemmer may have changed the beginning of a word. */
typedef enum reach { REACH_NONE, REACH_ENGLISH, REACH_ANY } reach;

typedef struct hunt {
    const ofsi_expander *expander;
    ofsi_segment *segment;
    ofsi_arena work; /* forms of the term at hand */
    ofsi_expanded_term *items;
    size_t count, capacity;
    ofs_error *err;
} hunt;

enum { WORK_KEPT = 1 << 20 };

static reach reach_of(const char *stemmer) {
    if (strcmp(stemmer, "none") == 0)
        return REACH_NONE;
    return ofsi_irregular_serves(stemmer) ? REACH_ENGLISH : REACH_ANY;
}

static bool starts_with(ofsi_span text, ofsi_span prefix) {
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

static bool fits_form(const ofsi_pattern *pattern, ofsi_span form) {
    char folded[OFSI_TERM_MAX * 4];
    size_t size = ofsi_fold(form, folded, sizeof folded);
    return ofsi_pattern_fits(pattern, size ? (ofsi_span){folded, size} : form);
}

static ofs_status keep_term(hunt *h, ofsi_span text, const ofsi_term *term, const uint8_t *fits,
                            uint32_t fitting) {
    const ofsi_expander *expander = h->expander;
    if (ofsi_map_intern(expander->stems, text, NULL) == OFSI_MAP_NONE)
        return ofsi_fail_nomem(h->err);
    if (expander->stems->count > OFSI_EXPANSION_MAX)
        return ofsi_fail(
            h->err, OFS_E_LIMIT,
            "\"%.*s\" with its wildcards stands for more than %d different words: write more of it",
            (int)expander->pattern->text.size, expander->pattern->text.data, (int)OFSI_EXPANSION_MAX);
    if (!ofsi_grow(&h->items, &h->capacity, h->count + 1, sizeof *h->items))
        return ofsi_fail_nomem(h->err);
    ofsi_expanded_term *kept = &h->items[h->count];
    *kept = (ofsi_expanded_term){.term = *term};
    if (fitting < term->form_count) {
        uint8_t *accept = ofsi_arena_bytes(expander->arena, term->form_count);
        if (!accept)
            return ofsi_fail_nomem(h->err);
        memcpy(accept, fits, term->form_count);
        kept->accept = accept;
    }
    h->count++;
    return OFS_OK;
}

/* Keeps the term if one of its forms fits. */
static ofs_status try_term(hunt *h, ofsi_span text, const ofsi_term *term) {
    const ofsi_span *forms = NULL;
    uint32_t fitting = 0;
    if (h->work.reserved > WORK_KEPT)
        ofsi_arena_free(&h->work);
    else
        ofsi_arena_reset(&h->work);
    ofs_status status = ofsi_segment_term_forms(h->segment, text, term, &h->work, &forms, NULL, h->err);
    if (status != OFS_OK)
        return status;
    uint8_t *fits = ofsi_arena_bytes(&h->work, term->form_count);
    if (!fits)
        return ofsi_fail_nomem(h->err);
    for (uint32_t i = 0; i < term->form_count; i++) {
        fits[i] = fits_form(h->expander->pattern, forms[i]);
        fitting += fits[i];
    }
    return fitting ? keep_term(h, text, term, fits, fitting) : OFS_OK;
}

static ofs_status try_text(hunt *h, ofsi_span text) {
    ofsi_term term;
    bool found;
    if (starts_with(text, h->expander->pattern->literal)) /* the range has it */
        return OFS_OK;
    ofs_status status = ofsi_segment_find_term(h->segment, text, &term, &found, h->err);
    return status == OFS_OK && found ? try_term(h, text, &term) : status;
}

/*
 * The terms that an English stemmer may have made of words that begin with the literal, and that do not begin so
 * themselves: its beginnings, each of them with another letter, and the three that no such rule gives.
 */
static ofs_status try_shorter(hunt *h) {
    ofsi_span literal = h->expander->pattern->literal;
    char text[OFSI_TERM_MAX * 4];
    ofs_status status = OFS_OK;
    if (literal.size > sizeof text)
        return OFS_OK; /* longer than any word */
    for (size_t size = 0; size < literal.size && status == OFS_OK; size++) {
        memcpy(text, literal.data, size);
        for (char c = 'a'; c <= 'z' && status == OFS_OK; c++) {
            text[size] = c;
            if (c != literal.data[size])
                status = try_text(h, (ofsi_span){text, size + 1});
        }
        if (size && status == OFS_OK)
            status = try_text(h, (ofsi_span){literal.data, size});
    }
    for (const char *first = "dlt"; *first && status == OFS_OK; first++) {
        const char word[] = {*first, 'i', 'e'};
        bool tried = literal.size > 2 && literal.data[0] == *first && literal.data[1] == 'i';
        if (!tried)
            status = try_text(h, (ofsi_span){word, sizeof word});
    }
    return status;
}

/* A term that try_shorter() makes of the literal, or that the range has. */
static bool is_tried(ofsi_span stem, ofsi_span literal) {
    return starts_with(stem, literal) || (stem.size <= literal.size && stem.size > 0 &&
                                          memcmp(stem.data, literal.data, stem.size - 1) == 0);
}

/* Whether an earlier row of the table leads to the same stem and was tried with it. */
static bool is_repeated(const ofsi_irregular *table, size_t row, ofsi_span literal) {
    for (size_t i = 0; i < row; i++)
        if (strcmp(table[i].as, table[row].as) == 0 && (starts_with(ofsi_span_of(table[i].word), literal) ||
                                                        starts_with(literal, ofsi_span_of(table[i].word))))
            return true;
    return false;
}

/* The terms of irregular words that begin with the literal, or of which it is a longer form ("women's"). */
static ofs_status try_irregular(hunt *h) {
    ofsi_span literal = h->expander->pattern->literal;
    ofsi_stemmer stemmer;
    size_t count;
    const ofsi_irregular *table = ofsi_irregular_table(&count);
    ofs_status status = ofsi_stemmer_open(&stemmer, h->expander->stemmer, h->err);
    if (status != OFS_OK)
        return status;
    for (size_t i = 0; i < count && literal.size && status == OFS_OK; i++) {
        ofsi_span word = ofsi_span_of(table[i].word);
        if ((!starts_with(word, literal) && !starts_with(literal, word)) || is_repeated(table, i, literal))
            continue;
        ofsi_span stem = ofsi_stemmer_stem(&stemmer, word);
        if (!stem.data)
            status = ofsi_fail_nomem(h->err);
        else if (!is_tried(stem, literal))
            status = try_text(h, stem);
    }
    ofsi_stemmer_close(&stemmer);
    return status;
}

/* Every term that begins with `prefix`. */
static ofs_status try_range(hunt *h, ofsi_span prefix) {
    ofsi_term_scan *scan = NULL;
    ofsi_span text;
    ofsi_term term;
    bool more = true;
    ofs_status status = ofsi_term_scan_open(h->segment, prefix, &scan, h->err);
    while (status == OFS_OK) {
        status = ofsi_term_scan_next(scan, &text, &term, &more, h->err);
        if (status != OFS_OK || !more || !starts_with(text, prefix))
            break;
        status = try_term(h, text, &term);
    }
    ofsi_term_scan_close(scan);
    return status;
}

ofs_status ofsi_expand(const ofsi_expander *expander, const ofsi_snapshot_segment *part, ofsi_expansion *out,
                       ofs_error *err) {
    hunt h = {.expander = expander, .segment = part->segment, .err = err};
    ofs_status status = OFS_OK;
    reach reached = reach_of(expander->stemmer);
    *out = (ofsi_expansion){0};
    if (reached == REACH_ENGLISH)
        status = try_shorter(&h);
    if (status == OFS_OK && reached == REACH_ENGLISH)
        status = try_irregular(&h);
    if (status == OFS_OK)
        status = try_range(&h, reached == REACH_ANY ? (ofsi_span){"", 0} : expander->pattern->literal);
    if (status == OFS_OK && h.count) {
        out->terms = ofsi_arena_calloc(expander->arena, h.count, sizeof *out->terms);
        if (out->terms) {
            memcpy(out->terms, h.items, h.count * sizeof *out->terms);
            out->term_count = (uint32_t)h.count;
            status = ofsi_gather(part, expander->arena, out, err);
        } else {
            status = ofsi_fail_nomem(err);
        }
    }
    ofsi_arena_free(&h.work);
    ofsi_free(h.items);
    return status;
}
