/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the index knows of words: how frequent they are, what abbreviations stand for, and what a slip was perhaps meant to be. */
#include <stdlib.h>

#include "indexer/analysis/abbreviation.h"
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "search/exec/spell.h"
#include "search/exec/xapian/engine.h"

ofs_status ofsi_xengine_frequency(ofsi_engine *engine, ofsi_span term, uint64_t *paragraphs, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    ofs_xapian_bytes name;
    ofs_status status = ofsi_xengine_term(e, OFSI_XAPIAN_STEM, term, &name, err);
    *paragraphs = 0;
    return status == OFS_OK ? ofsi_xengine_df(e, name, paragraphs, err) : status;
}

/* Occurrences of a value in all documents. */
static ofs_status count_occurrences(ofsi_xengine *e, const char *prefix, ofsi_span value, uint64_t *count,
                                    ofs_error *err) {
    ofs_xapian_bytes term;
    uint32_t found = 0;
    ofs_status status = ofsi_xengine_term(e, prefix, value, &term, err);
    if (status == OFS_OK)
        status = e->x->database_collfreq(e->all, term, &found, err);
    *count = found;
    return status;
}

/* ---- definitions ---- */

/* Reading the definitions of one shard, report by report. */
typedef struct loading {
    ofsi_xengine *e;
    const ofsi_xshard *shard;
    uint64_t report; /* a number for the one at hand */
    ofs_error *err;
} loading;

static ofs_status keep_text(ofsi_xdefinitions *d, ofsi_span *text) {
    text->data = ofsi_arena_strndup(&d->arena, text->data, text->size);
    return text->data ? OFS_OK : OFS_E_NOMEM;
}

static ofs_status add_definition(loading *l, const ofsi_definition_row *row) {
    ofsi_xdefinitions *d = &l->e->definitions;
    if (!ofsi_grow(&d->items, &d->capacity, d->count + 1, sizeof *d->items))
        return ofsi_fail_nomem(l->err);
    ofsi_xdefinition *added = &d->items[d->count];
    *added = (ofsi_xdefinition){row->term, row->short_form, row->long_form, l->report};
    if (keep_text(d, &added->term) != OFS_OK || keep_text(d, &added->short_form) != OFS_OK ||
        keep_text(d, &added->long_form) != OFS_OK)
        return ofsi_fail_nomem(l->err);
    d->count++;
    return OFS_OK;
}

static ofs_status load_report(void *context, ofs_xapian_bytes key) {
    loading *l = context;
    ofsi_xengine *e = l->e;
    ofsi_cursor cursor;
    bool more = true;
    ofs_status status = e->x->database_metadata(l->shard->database, key, &e->bytes, l->err);
    if (status == OFS_OK)
        status = ofsi_xapian_definitions_open(ofsi_xstring_span(&e->bytes), l->shard->name, &cursor, l->err);
    while (status == OFS_OK) {
        ofsi_definition_row row;
        status = ofsi_xapian_definitions_next(&cursor, l->shard->name, &row, &more, l->err);
        if (status != OFS_OK || !more)
            break;
        status = add_definition(l, &row);
    }
    l->report++;
    return status;
}

static int by_forms(const void *a, const void *b) {
    const ofsi_xdefinition *x = a, *y = b;
    int order = ofsi_span_compare(x->term, y->term);
    if (order == 0)
        order = ofsi_span_compare(x->short_form, y->short_form);
    if (order == 0)
        order = ofsi_span_compare(x->long_form, y->long_form);
    return order ? order : (x->report > y->report) - (x->report < y->report);
}

void ofsi_xdefinitions_free(ofsi_xdefinitions *definitions) {
    ofsi_free(definitions->items);
    ofsi_arena_free(&definitions->arena);
    *definitions = (ofsi_xdefinitions){0};
}

static ofs_status load_definitions(ofsi_xengine *e, ofs_error *err) {
    loading l = {.e = e, .err = err};
    ofs_status status = OFS_OK;
    for (uint32_t s = 0; s < e->shard_count && status == OFS_OK && !e->definitions.loaded; s++) {
        l.shard = &e->shards[s];
        status = e->x->database_visit_metadata(l.shard->database,
                                               ofsi_xbytes(ofsi_span_of(OFSI_XAPIAN_REPORT_DEFINITIONS)),
                                               load_report, &l, err);
    }
    if (status != OFS_OK)
        ofsi_xdefinitions_free(&e->definitions);
    else if (!e->definitions.loaded && e->definitions.count)
        qsort(e->definitions.items, e->definitions.count, sizeof *e->definitions.items, by_forms);
    e->definitions.loaded = status == OFS_OK;
    return status;
}

/* Items [first, end) of one form, given as one with its reports. */
static ofs_status give_form(const ofsi_xdefinition *items, size_t count, uint64_t *reports,
                            ofsi_definition_taker take, void *context) {
    for (size_t i = 0; reports && i < count; i++)
        reports[i] = items[i].report;
    const ofsi_definition_found found = {items[0].term, items[0].short_form, items[0].long_form, reports,
                                         reports ? count : 0};
    return take(context, &found);
}

static size_t form_end(const ofsi_xdefinitions *d, size_t first) {
    size_t end = first + 1;
    while (end < d->count && ofsi_span_equal(d->items[end].term, d->items[first].term) &&
           ofsi_span_equal(d->items[end].short_form, d->items[first].short_form) &&
           ofsi_span_equal(d->items[end].long_form, d->items[first].long_form))
        end++;
    return end;
}

static size_t find_definition(const ofsi_xdefinitions *d, ofsi_span term) {
    size_t low = 0, high = d->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ofsi_span_compare(d->items[middle].term, term) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static ofs_status visit_of(void *index, ofsi_span term, ofsi_definition_taker take, void *context,
                           ofs_error *err) {
    ofsi_xengine *e = index;
    const ofsi_xdefinitions *d = &e->definitions;
    ofs_status status = load_definitions(e, err);
    if (status != OFS_OK)
        return status;
    for (size_t i = find_definition(d, term), end; i < d->count && status == OFS_OK; i = end) {
        if (!ofsi_span_equal(d->items[i].term, term))
            break;
        end = form_end(d, i);
        uint64_t *reports = ofsi_calloc(end - i, sizeof *reports);
        status = reports ? give_form(&d->items[i], end - i, reports, take, context) : ofsi_fail_nomem(err);
        ofsi_free(reports);
    }
    return status;
}

static ofs_status visit_all(void *index, ofsi_definition_taker take, void *context, ofs_error *err) {
    ofsi_xengine *e = index;
    const ofsi_xdefinitions *d = &e->definitions;
    ofs_status status = load_definitions(e, err);
    for (size_t i = 0, end; i < d->count && status == OFS_OK; i = end) {
        end = form_end(d, i);
        status = give_form(&d->items[i], end - i, NULL, take, context);
    }
    return status;
}

static ofsi_definitions definitions_of(ofsi_xengine *e) { return (ofsi_definitions){e, visit_of, visit_all}; }

/* ---- abbreviations ---- */

/* A surface form's occurrences: those with capitals have a term of their own. */
static ofs_status count_surface(ofsi_xengine *e, ofsi_span form, uint64_t *count, ofs_error *err) {
    *count = 0;
    return ofsi_has_capital(form) ? count_occurrences(e, OFSI_XAPIAN_CAPITALS, form, count, err) : OFS_OK;
}

static bool was_before(const ofsi_span *forms, uint32_t count, ofsi_span form) {
    for (uint32_t i = 0; i < count; i++)
        if (ofsi_span_equal(forms[i], form))
            return true;
    return false;
}

/* Whether at least half of the stem's occurrences are written as one of its abbreviations. */
static ofs_status find_prevail(ofsi_xengine *e, ofsi_span stem, const ofsi_meanings *meanings, bool *prevail,
                               ofs_error *err) {
    ofsi_span forms[2 * OFSI_MEANINGS_MAX];
    uint32_t form_count = 0;
    uint64_t all = 0, short_forms = 0;
    ofs_status status = OFS_OK;
    *prevail = false;
    for (uint32_t i = 0; i < meanings->count && status == OFS_OK; i++) {
        const ofsi_span two[2] = {meanings->items[i].short_form,
                                  ofsi_short_form_base(meanings->items[i].short_form)};
        for (int n = 0; n < 2 && status == OFS_OK; n++) {
            uint64_t count = 0;
            ofsi_span own;
            if (was_before(forms, form_count, two[n]))
                continue;
            forms[form_count++] = two[n];
            status = ofsi_xengine_stem(e, two[n], &own, err);
            if (status == OFS_OK && ofsi_span_equal(own, stem))
                status = count_surface(e, two[n], &count, err);
            short_forms += count;
        }
    }
    if (status == OFS_OK && short_forms)
        status = count_occurrences(e, OFSI_XAPIAN_STEM, stem, &all, err);
    *prevail = status == OFS_OK && short_forms && short_forms * 2 >= all;
    return status;
}

ofs_status ofsi_xengine_meanings_of(ofsi_engine *engine, ofsi_span short_stems, ofsi_arena *arena,
                                    ofsi_meanings *meanings, bool *prevail, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    const ofsi_definitions definitions = definitions_of(e);
    ofs_status status =
        ofsi_meanings_of(&definitions, engine->analyzer(engine), short_stems, arena, meanings, err);
    if (status == OFS_OK && prevail)
        status = find_prevail(e, short_stems, meanings, prevail, err);
    return status;
}

ofs_status ofsi_xengine_meanings_like(ofsi_engine *engine, ofsi_span long_stems, ofsi_arena *arena,
                                      ofsi_meanings *meanings, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    const ofsi_definitions definitions = definitions_of(e);
    return ofsi_meanings_like(&definitions, engine->analyzer(engine), &e->long_forms, long_stems, arena,
                              meanings, err);
}
