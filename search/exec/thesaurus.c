/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's groups, read and sorted by stems, and the engine's abbreviations behind one question. */
#include "search/exec/thesaurus.h"

#include <stdlib.h>

#include "indexer/analysis/abbreviation.h"
#include "indexer/base/alloc.h"
#include "search/query/text.h"

/* ---- the user's groups ---- */

static ofsi_span trim(ofsi_span text) {
    while (text.size && (text.data[0] == ' ' || text.data[0] == '\r')) {
        text.data++;
        text.size--;
    }
    while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\r'))
        text.size--;
    return text;
}

/* The next member of the group behind *at, which may be empty; false at the end. */
static bool next_member(const char *group, size_t *at, ofsi_span *member) {
    if (group[*at] == '\0')
        return false;
    size_t n = strcspn(group + *at, ",\t");
    *member = trim((ofsi_span){group + *at, n});
    *at += n + (group[*at + n] != '\0');
    return true;
}

ofs_status ofsi_thesaurus_stems(ofsi_thesaurus *t, ofsi_span text, ofsi_span *stems, ofs_error *err) {
    ofsi_buf buf = {0};
    ofsi_analyzer *analyzer = t->engine->analyzer(t->engine);
    *stems = (ofsi_span){"", 0};
    ofs_status status = ofsi_analyze(analyzer, text, &t->tokens, err);
    if (status != OFS_OK || t->tokens.length == 0)
        return status;
    ofsi_stems_append(analyzer, &t->tokens, &buf);
    char *copy = buf.failed ? NULL : ofsi_arena_strndup(t->arena, buf.data, buf.size);
    *stems = (ofsi_span){copy, copy ? buf.size : 0};
    ofsi_buf_free(&buf);
    return copy ? OFS_OK : ofsi_fail_nomem(err);
}

/* A copy that can stand in a phrase. */
static char *clean_text(ofsi_span text, ofsi_arena *arena) {
    char *clean = ofsi_clean_query(text, arena);
    for (size_t i = 0; clean && i < text.size;) {
        size_t n = ofsi_quote_size((ofsi_span){clean, text.size}, i);
        memset(clean + i, ' ', n);
        i += n ? n : 1;
    }
    return clean;
}

static ofs_status add_member(ofsi_thesaurus *t, size_t *capacity, ofsi_span member, uint32_t group,
                             ofs_error *err) {
    ofsi_span stems;
    if (member.size > OFSI_SYNONYM_BYTES_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a synonym of %zu bytes: the limit is %d", member.size,
                         (int)OFSI_SYNONYM_BYTES_MAX);
    if (t->count == OFSI_SYNONYMS_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "more than %d synonyms", (int)OFSI_SYNONYMS_MAX);
    ofs_status status = ofsi_thesaurus_stems(t, member, &stems, err);
    if (status != OFS_OK || stems.size == 0)
        return status;
    const char *text = clean_text(member, t->arena);
    if (!text || !ofsi_grow(&t->words, capacity, (size_t)t->count + 1, sizeof *t->words))
        return ofsi_fail_nomem(err);
    t->words[t->count++] = (ofsi_synonym){trim((ofsi_span){text, member.size}), stems, group};
    return OFS_OK;
}

static int by_stems(const void *a, const void *b) {
    const ofsi_synonym *x = *(ofsi_synonym *const *)a, *y = *(ofsi_synonym *const *)b;
    int order = ofsi_span_compare(x->stems, y->stems);
    return order ? order : (x > y) - (x < y);
}

ofs_status ofsi_thesaurus_open(ofsi_thesaurus *t, const char *const *groups, size_t group_count,
                               ofs_error *err) {
    size_t capacity = 0;
    ofs_status status = OFS_OK;
    if (group_count > OFSI_SYNONYMS_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "more than %d groups of synonyms", (int)OFSI_SYNONYMS_MAX);
    t->first = ofsi_arena_calloc(t->arena, group_count + 1, sizeof *t->first);
    if (!t->first)
        return ofsi_fail_nomem(err);
    for (size_t g = 0; g < group_count && status == OFS_OK; g++) {
        ofsi_span member;
        t->first[g] = t->count;
        for (size_t at = 0; status == OFS_OK && next_member(groups[g], &at, &member);)
            status = add_member(t, &capacity, member, (uint32_t)g, err);
    }
    t->first[group_count] = t->count;
    if (status != OFS_OK)
        return status;
    t->by_stems = ofsi_arena_calloc(t->arena, (size_t)t->count + 1, sizeof(ofsi_synonym *));
    if (!t->by_stems)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < t->count; i++)
        t->by_stems[i] = &t->words[i];
    if (t->count)
        qsort(t->by_stems, t->count, sizeof(ofsi_synonym *), by_stems);
    return OFS_OK;
}

void ofsi_thesaurus_free(ofsi_thesaurus *t) {
    ofsi_free(t->words);
    ofsi_tokens_free(&t->tokens);
    *t = (ofsi_thesaurus){0};
}

void ofsi_alternatives_free(ofsi_alternatives *alternatives) {
    ofsi_free(alternatives->texts);
    ofsi_free(alternatives->stems);
    *alternatives = (ofsi_alternatives){0};
}

/* ---- looking up ---- */

static ofs_status add_alternative(ofsi_alternatives *a, ofsi_span text, ofsi_span stems, ofsi_span asked,
                                  ofs_error *err) {
    if (ofsi_span_equal(stems, asked))
        return OFS_OK;
    for (size_t i = 0; i < a->count; i++)
        if (ofsi_span_equal(a->stems[i], stems))
            return OFS_OK;
    if (!ofsi_grow(&a->texts, &a->text_capacity, a->count + 1, sizeof *a->texts) ||
        !ofsi_grow(&a->stems, &a->stem_capacity, a->count + 1, sizeof *a->stems))
        return ofsi_fail_nomem(err);
    a->texts[a->count] = text;
    a->stems[a->count++] = stems;
    return OFS_OK;
}

/* A form from a report, which may hold anything. */
static ofs_status add_form(ofsi_thesaurus *t, ofsi_alternatives *a, ofsi_span form, ofsi_span asked,
                           ofs_error *err) {
    ofsi_span stems;
    const char *text = clean_text(form, t->arena);
    if (!text)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_thesaurus_stems(t, (ofsi_span){text, form.size}, &stems, err);
    if (status != OFS_OK || stems.size == 0)
        return status;
    return add_alternative(a, trim((ofsi_span){text, form.size}), stems, asked, err);
}

/* The short form in both numbers, where the stemmer does not take them for one. */
static ofs_status add_short_form(ofsi_thesaurus *t, ofsi_alternatives *a, ofsi_span form, ofsi_span asked,
                                 ofs_error *err) {
    ofs_status status = add_form(t, a, ofsi_short_form_base(form), asked, err);
    return status == OFS_OK ? add_form(t, a, form, asked, err) : status;
}

static ofs_status find_own(ofsi_thesaurus *t, ofsi_span stems, ofsi_alternatives *a, ofs_error *err) {
    uint32_t low = 0, high = t->count;
    ofs_status status = OFS_OK;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ofsi_span_compare(t->by_stems[middle]->stems, stems) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < t->count && ofsi_span_equal(t->by_stems[low]->stems, stems); low++) {
        uint32_t group = t->by_stems[low]->group;
        for (uint32_t i = t->first[group]; i < t->first[group + 1] && status == OFS_OK; i++)
            status = add_alternative(a, t->words[i].text, t->words[i].stems, stems, err);
    }
    return status;
}

ofs_status ofsi_thesaurus_meant(ofsi_thesaurus *t, ofsi_span text, ofsi_asked asked, ofsi_meanings *meanings,
                                ofs_error *err) {
    ofsi_span base = ofsi_short_form_base(text), stems;
    bool prevail = asked == OFSI_ASKED_OUTRIGHT;
    *meanings = (ofsi_meanings){0};
    if (!t->engine->meanings_of)
        return OFS_OK;
    ofs_status status = ofsi_thesaurus_stems(t, base, &stems, err);
    if (status == OFS_OK && stems.size)
        status = t->engine->meanings_of(t->engine, stems, t->arena, meanings, prevail ? NULL : &prevail, err);
    for (uint32_t i = 0; i < meanings->count && !prevail; i++)
        prevail = ofsi_span_equal(ofsi_short_form_base(meanings->items[i].short_form), base);
    if (!prevail)
        meanings->count = 0;
    return status;
}

static ofs_status find_meanings(ofsi_thesaurus *t, ofsi_span text, ofsi_span stems, ofsi_asked asked,
                                ofsi_alternatives *a, ofs_error *err) {
    ofsi_meanings meanings = {0};
    ofs_status status = ofsi_thesaurus_meant(t, text, asked, &meanings, err);
    for (uint32_t i = 0; i < meanings.count && status == OFS_OK; i++)
        status = add_form(t, a, meanings.items[i].long_form, stems, err);
    for (uint32_t i = 0; i < meanings.count && status == OFS_OK; i++)
        status = add_short_form(t, a, meanings.items[i].short_form, stems, err);
    if (status == OFS_OK && t->engine->meanings_like)
        status = t->engine->meanings_like(t->engine, stems, t->arena, &meanings, err);
    for (uint32_t i = 0; i < meanings.count && status == OFS_OK && t->engine->meanings_like; i++)
        status = add_short_form(t, a, meanings.items[i].short_form, stems, err);
    return status;
}

ofs_status ofsi_thesaurus_find(ofsi_thesaurus *t, ofsi_span text, ofsi_span stems, ofsi_asked asked,
                               ofsi_alternatives *alternatives, ofs_error *err) {
    ofs_status status = find_meanings(t, text, stems, asked, alternatives, err);
    return status == OFS_OK ? find_own(t, stems, alternatives, err) : status;
}
