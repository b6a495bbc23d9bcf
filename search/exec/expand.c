/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dictionary read for a pattern; the documents of what fits are gathered by gather.c. */
#include "search/exec/expand.h"

#include "indexer/analysis/analyzer.h"
#include "indexer/analysis/irregular.h"
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/utf8.h"
#include "search/exec/gather.h"
#include "search/exec/trail.h"

/* How far a stemmer may have changed the beginning of a word. */
typedef enum reach { REACH_NONE, REACH_ENGLISH, REACH_ANY } reach;

typedef struct hunt {
    const ofsi_expander *expander;
    ofsi_segment *segment;
    reach reach;
    ofsi_trail trail;
    ofsi_form_scan forms; /* of the term at hand */
    uint8_t *fits;        /* by form */
    size_t fits_capacity;
    ofsi_expanded_term *items;
    size_t count, capacity;
    ofs_error *err;
} hunt;

static reach reach_of(const char *stemmer) {
    if (strcmp(stemmer, "none") == 0)
        return REACH_NONE;
    return ofsi_irregular_serves(stemmer) ? REACH_ENGLISH : REACH_ANY;
}

static bool starts_with(ofsi_span text, ofsi_span prefix) {
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

/* Forms of a term begin alike mostly: with rows, only what they do not share is looked at. */
static bool fits_form(hunt *h, ofsi_span form) {
    const ofsi_pattern *pattern = h->expander->pattern;
    char folded[OFSI_TERM_MAX * 4];
    if (pattern->kind == OFSI_PATTERN_FUZZY && form.size + pattern->distance < pattern->code_count)
        return false;
    size_t size = ofsi_fold(form, folded, sizeof folded);
    if (size)
        form = (ofsi_span){folded, size};
    if (ofsi_trail_has_rows(pattern))
        return ofsi_trail_move(&h->trail, form) && ofsi_trail_fits(&h->trail);
    return ofsi_pattern_fits(pattern, form);
}

ofs_status ofsi_fail_expansion(const ofsi_pattern *pattern, ofs_error *err) {
    return ofsi_fail(err, OFS_E_LIMIT,
                     "\"%.*s\" with its wildcards stands for more than %d different words: write more of it",
                     (int)pattern->text.size, pattern->text.data, (int)OFSI_EXPANSION_MAX);
}

static ofs_status keep_term(hunt *h, ofsi_span text, const ofsi_term *term, const uint8_t *fits,
                            uint32_t fitting) {
    const ofsi_expander *expander = h->expander;
    if (ofsi_map_intern(expander->stems, text, NULL) == OFSI_MAP_NONE)
        return ofsi_fail_nomem(h->err);
    if (expander->stems->count > OFSI_EXPANSION_MAX)
        return ofsi_fail_expansion(expander->pattern, h->err);
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

/*
 * Whether a form may fit: a term that has no forms must do so itself, and forms must be long enough (each takes three bytes
 * beside its own, and folding makes no more characters of a form than it has bytes).
 */
static bool may_fit(const hunt *h, ofsi_span text, const ofsi_term *term, bool whole) {
    const ofsi_pattern *p = h->expander->pattern;
    if (term->forms_size == 0 && !whole)
        return false;
    if (!ofsi_trail_has_rows(p))
        return true;
    if (term->forms_size == 0)
        return ofsi_trail_fits(&h->trail);
    uint64_t own = term->forms_size / 3 > term->form_count ? term->forms_size - 3 * (uint64_t)term->form_count
                                                           : term->forms_size % 3;
    return text.size + own + p->distance >= p->code_count;
}

/* Keeps the term if one of its forms fits. */
static ofs_status try_term(hunt *h, ofsi_span text, const ofsi_term *term) {
    const ofsi_pattern *pattern = h->expander->pattern;
    ofsi_span form;
    uint32_t fitting = 0;
    ofs_status status = ofsi_form_scan_open(h->segment, text, term, &h->forms, h->err);
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&h->fits, &h->fits_capacity, term->form_count, sizeof *h->fits))
        return ofsi_fail_nomem(h->err);
    /* What begins with a term that begins with a prefix needs no second look. */
    bool begins = pattern->kind == OFSI_PATTERN_PREFIX && starts_with(text, pattern->text);
    for (uint32_t i = 0; i < term->form_count; i++) {
        status = ofsi_form_scan_next(&h->forms, &form, h->err);
        if (status != OFS_OK)
            return status;
        h->fits[i] = (begins && h->forms.shared >= pattern->text.size) || fits_form(h, form);
        fitting += h->fits[i];
    }
    return fitting ? keep_term(h, text, term, h->fits, fitting) : OFS_OK;
}

/* ---- the walk ---- */

/* A term that the trail left at its last character. */
static bool is_changed_end(const hunt *h, ofsi_span text) {
    return h->reach == REACH_ENGLISH && text.size && ofsi_trail_size(&h->trail) + 1 == text.size &&
           strchr("eil", text.data[text.size - 1]);
}

/* The least character above `code` that a term may have here, be it its last. */
static uint32_t next_code(const hunt *h, uint32_t code) {
    uint32_t least = ofsi_trail_next(&h->trail, code);
    for (const char *end = "eil"; *end && h->reach == REACH_ENGLISH; end++)
        if ((uint32_t)*end > code && (uint32_t)*end < least)
            least = (uint32_t)*end;
    return least;
}

/* The trail could not take `code`: the first text behind all that begin so which it might. False when there is none. */
static bool next_text(hunt *h, ofsi_span text, uint32_t code, char *out, size_t *size) {
    ofsi_trail *trail = &h->trail;
    for (;;) {
        uint32_t next = next_code(h, code);
        uint32_t before = ofsi_trail_size(trail);
        if (next != OFSI_TRAIL_END) {
            memcpy(out, text.data, before);
            *size = before + ofsi_utf8_encode(next, out + before);
            return true;
        }
        if (trail->count == 0)
            return false;
        code = ofsi_trail_pop(trail);
    }
}

/* Tries the scan's term; *to is where to go on, empty for the next term, *more false when there is nothing more. */
static ofs_status step_walk(hunt *h, ofsi_term_scan *scan, ofsi_span text, char *to, size_t *to_size,
                            bool *more) {
    ofsi_term term;
    bool whole = ofsi_trail_move(&h->trail, text);
    *to_size = 0;
    if (whole || is_changed_end(h, text)) {
        ofs_status status = ofsi_term_scan_term(scan, &term, h->err);
        if (status == OFS_OK && may_fit(h, text, &term, whole))
            status = try_term(h, text, &term);
        if (status != OFS_OK)
            return status;
        whole = ofsi_trail_move(&h->trail, text); /* forms have moved it */
    }
    uint32_t code = 0;
    if (!whole) {
        ofsi_pattern_decode(text, ofsi_trail_size(&h->trail), &code);
        *more = next_text(h, text, code, to, to_size);
    }
    return OFS_OK;
}

static ofs_status walk(hunt *h) {
    ofsi_term_scan *scan = NULL;
    ofsi_span text;
    char to[OFSI_TERM_MAX + 5];
    size_t to_size;
    bool more = true;
    ofs_status status = ofsi_term_scan_open(h->segment, (ofsi_span){"", 0}, &scan, h->err);
    while (status == OFS_OK && more) {
        status = ofsi_term_scan_next_text(scan, &text, &more, h->err);
        if (status != OFS_OK || !more)
            break;
        status = step_walk(h, scan, text, to, &to_size, &more);
        if (status == OFS_OK && more && to_size)
            status = ofsi_term_scan_seek(scan, (ofsi_span){to, to_size}, h->err);
    }
    ofsi_term_scan_close(scan);
    return status;
}

/* ---- words whose stems do not begin as they do ---- */

static bool is_kept(const hunt *h, const ofsi_term *term) {
    for (size_t i = 0; i < h->count; i++)
        if (h->items[i].term.postings_offset == term->postings_offset &&
            h->items[i].term.entry == term->entry)
            return true;
    return false;
}

/* Tries the stem of a word if one that begins with the word may fit. */
static ofs_status try_odd(hunt *h, ofsi_span word, ofsi_span stem) {
    ofsi_term term;
    bool found;
    ofsi_trail_start(&h->trail, h->expander->pattern);
    if (!ofsi_trail_move(&h->trail, word))
        return OFS_OK;
    ofs_status status = ofsi_segment_find_term(h->segment, stem, &term, &found, h->err);
    return status == OFS_OK && found && !is_kept(h, &term) ? try_term(h, stem, &term) : status;
}

static ofs_status try_odd_words(hunt *h) {
    static const char *const odd[][2] = {
        {"dying", "die"}, {"lying", "lie"}, {"tying", "tie"}, {"skies", "sky"}};
    ofsi_stemmer stemmer;
    size_t count;
    const ofsi_irregular *table = ofsi_irregular_table(&count);
    ofs_status status = ofsi_stemmer_open(&stemmer, h->expander->stemmer, h->err);
    if (status != OFS_OK)
        return status;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0] && status == OFS_OK; i++)
        status = try_odd(h, ofsi_span_of(odd[i][0]), ofsi_span_of(odd[i][1]));
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofsi_span word = ofsi_span_of(table[i].word), stem = ofsi_stemmer_stem(&stemmer, word);
        status = stem.data ? try_odd(h, word, stem) : ofsi_fail_nomem(h->err);
    }
    ofsi_stemmer_close(&stemmer);
    return status;
}

/* ---- every term, where nothing is known of the stemmer ---- */

static ofs_status try_all(hunt *h) {
    ofsi_term_scan *scan = NULL;
    ofsi_span text;
    ofsi_term term;
    bool more = true;
    ofs_status status = ofsi_term_scan_open(h->segment, (ofsi_span){"", 0}, &scan, h->err);
    while (status == OFS_OK) {
        status = ofsi_term_scan_next(scan, &text, &term, &more, h->err);
        if (status != OFS_OK || !more)
            break;
        status = try_term(h, text, &term);
    }
    ofsi_term_scan_close(scan);
    return status;
}

static ofs_status find_terms(hunt *h) {
    ofsi_trail_start(&h->trail, h->expander->pattern);
    if (h->reach == REACH_ANY)
        return try_all(h);
    ofs_status status = walk(h);
    return status == OFS_OK && h->reach == REACH_ENGLISH ? try_odd_words(h) : status;
}

ofs_status ofsi_expand(const ofsi_expander *expander, const ofsi_snapshot_segment *part, ofsi_expansion *out,
                       ofs_error *err) {
    *out = (ofsi_expansion){0};
    hunt *h = ofsi_calloc(1, sizeof *h);
    if (!h)
        return ofsi_fail_nomem(err);
    h->expander = expander;
    h->segment = part->segment;
    h->reach = reach_of(expander->stemmer);
    h->err = err;
    ofs_status status = find_terms(h);
    if (status == OFS_OK && h->count) {
        out->terms = ofsi_arena_calloc(expander->arena, h->count, sizeof *out->terms);
        if (out->terms) {
            memcpy(out->terms, h->items, h->count * sizeof *out->terms);
            out->term_count = (uint32_t)h->count;
            status = ofsi_gather(part, expander->arena, out, err);
        } else {
            status = ofsi_fail_nomem(err);
        }
    }
    ofsi_free(h->fits);
    ofsi_free(h->items);
    ofsi_free(h);
    return status;
}
