/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A collection of paragraphs in memory, random or given, and an index made of it with format's writer alone. Shared by
 * the tests of search/exec; what is here knows nothing of exec.
 */
#ifndef OFS_TESTS_EXEC_CORPUS_H
#define OFS_TESTS_EXEC_CORPUS_H

#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ofsearch/report.h>

#include "indexer/analysis/abbreviation.h"
#include "indexer/analysis/analyzer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/date.h"
#include "indexer/format/manifest.h"

enum { CORPUS_DEPTH = OFSI_SECTION_DEPTH_MAX, CORPUS_FORMS = 512 };

typedef struct corpus_token {
    const ofsi_word *word;
    uint32_t position, start, end, span;
} corpus_token;

typedef struct corpus_para {
    char *text;
    const char *path[CORPUS_DEPTH];
    uint32_t depth;
    const char *role, *grade;
    uint8_t level, levels, kind;
    char number[16];
    uint32_t item, page, report, place;
    corpus_token *tokens;
    size_t token_count;
    uint32_t length;
} corpus_para;

typedef struct corpus_report {
    char *id, *path;
    const char *title, *provider, *provider_name, *provider_keys, *inspectorate, *inspection, *overall;
    uint8_t overall_level;
    uint64_t generation;
    int32_t from, to, published;
    uint32_t first, count; /* paragraphs */
    bool dead;
    uint32_t segment;
} corpus_report;

typedef struct corpus {
    ofsi_analyzer *analyzer;
    const char *stemmer;
    const char *fingerprint; /* written into the index; NULL: the analyzer's */
    corpus_para *paras;
    uint32_t para_count;
    corpus_report *reports; /* ascending by id */
    uint32_t report_count;
    uint32_t segment_count;
} corpus;

static inline void corpus_check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s: %s", ofs_status_name(status), err->message);
}

static inline char *corpus_copy(const char *text) {
    char *copy = strdup(text);
    assert_non_null(copy);
    return copy;
}

static inline void corpus_start(corpus *c, const char *stemmer) {
    ofs_error err;
    *c = (corpus){.stemmer = stemmer, .segment_count = 1};
    corpus_check(ofsi_analyzer_open(stemmer, &c->analyzer, &err), &err);
}

/* The next report; ids must ascend. */
static inline corpus_report *corpus_add_report(corpus *c, const char *id) {
    c->reports = realloc(c->reports, (c->report_count + 1) * sizeof *c->reports);
    assert_non_null(c->reports);
    corpus_report *r = &c->reports[c->report_count++];
    *r = (corpus_report){.id = corpus_copy(id),
                         .path = test_format("folder/%s.txt", id),
                         .from = OFSI_DATE_NONE,
                         .to = OFSI_DATE_NONE,
                         .published = OFSI_DATE_NONE,
                         .first = c->para_count};
    return r;
}

/* The next paragraph of the last report. */
static inline corpus_para *corpus_add_para(corpus *c, const char *text) {
    ofsi_tokens tokens = {0};
    ofs_error err;
    if ((c->para_count & (c->para_count - 1)) == 0) { /* room for twice as many, at each power of two */
        c->paras = realloc(c->paras, (c->para_count ? c->para_count * 2 : 1) * sizeof *c->paras);
        assert_non_null(c->paras);
    }
    corpus_para *p = &c->paras[c->para_count++];
    corpus_report *r = &c->reports[c->report_count - 1];
    *p = (corpus_para){.text = corpus_copy(text), .report = c->report_count - 1, .place = r->count++};
    snprintf(p->number, sizeof p->number, "%u", p->place + 1);
    corpus_check(ofsi_analyze(c->analyzer, ofsi_span_of(text), &tokens, &err), &err);
    p->length = tokens.length;
    p->token_count = tokens.count;
    p->tokens = malloc((tokens.count + 1) * sizeof *p->tokens);
    assert_non_null(p->tokens);
    for (size_t i = 0; i < tokens.count; i++) {
        const ofsi_token *t = &tokens.items[i];
        p->tokens[i] =
            (corpus_token){ofsi_analyzer_word(c->analyzer, t->word), t->position, t->start, t->end, t->span};
    }
    ofsi_tokens_free(&tokens);
    return p;
}

static inline void corpus_free(corpus *c) {
    for (uint32_t i = 0; i < c->para_count; i++) {
        free(c->paras[i].text);
        free(c->paras[i].tokens);
    }
    for (uint32_t i = 0; i < c->report_count; i++) {
        free(c->reports[i].id);
        free(c->reports[i].path);
    }
    free(c->paras);
    free(c->reports);
    ofsi_analyzer_close(c->analyzer);
}

/* ---- writing ---- */

/* One occurrence of a term in a segment. */
typedef struct corpus_occurrence {
    ofsi_span stem, surface;
    uint32_t doc, position, order;
} corpus_occurrence;

static inline int corpus_by_term(const void *a, const void *b) {
    const corpus_occurrence *x = a, *y = b;
    int order = ofsi_span_compare(x->stem, y->stem);
    if (order)
        return order;
    if (x->doc != y->doc)
        return x->doc < y->doc ? -1 : 1;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

typedef struct corpus_form {
    ofsi_span text;
    uint64_t count;
} corpus_form;

static inline int corpus_by_count(const void *a, const void *b) {
    const corpus_form *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return ofsi_span_compare(x->text, y->text);
}

/* Writes occurrences [0, count) of one term. */
static inline void corpus_write_term(ofsi_segment_writer *writer, const corpus_occurrence *o, size_t count) {
    corpus_form forms[CORPUS_FORMS];
    ofsi_span texts[CORPUS_FORMS];
    uint64_t counts[CORPUS_FORMS];
    uint32_t form_count = 0;
    ofs_error err;
    for (size_t i = 0; i < count; i++) {
        uint32_t f = 0;
        while (f < form_count && !ofsi_span_equal(forms[f].text, o[i].surface))
            f++;
        if (f == form_count)
            forms[form_count++] = (corpus_form){o[i].surface, 0};
        assert_true(form_count < CORPUS_FORMS);
        forms[f].count++;
    }
    qsort(forms, form_count, sizeof *forms, corpus_by_count);
    for (uint32_t f = 0; f < form_count; f++) {
        texts[f] = forms[f].text;
        counts[f] = forms[f].count;
    }
    corpus_check(ofsi_segment_begin_term(writer, o[0].stem, texts, counts, form_count, &err), &err);
    uint32_t *positions = malloc(count * sizeof *positions), *codes = malloc(count * sizeof *codes);
    assert_non_null(positions);
    assert_non_null(codes);
    for (size_t i = 0; i < count;) {
        uint32_t tf = 0;
        for (size_t first = i; i < count && o[i].doc == o[first].doc; i++, tf++) {
            positions[tf] = o[i].position;
            codes[tf] = 0;
            while (!ofsi_span_equal(texts[codes[tf]], o[i].surface))
                codes[tf]++;
        }
        corpus_check(ofsi_segment_add_posting(writer, o[i - 1].doc, tf, positions, codes, &err), &err);
    }
    corpus_check(ofsi_segment_end_term(writer, &err), &err);
    free(positions);
    free(codes);
}

static inline ofsi_span corpus_span(const char *text) {
    return text ? ofsi_span_of(text) : (ofsi_span){NULL, 0};
}

static inline void corpus_write_para(ofsi_segment_writer *writer, const corpus_para *p) {
    ofsi_span path[CORPUS_DEPTH];
    ofs_error err;
    for (uint32_t d = 0; d < p->depth; d++)
        path[d] = ofsi_span_of(p->path[d]);
    ofsi_doc_row row = {.path = path,
                        .depth = p->depth,
                        .role = corpus_span(p->role),
                        .grade = corpus_span(p->grade),
                        .level = p->level,
                        .levels = p->levels,
                        .kind = p->kind,
                        .page = p->page,
                        .item = p->item,
                        .length = p->length,
                        .number = ofsi_span_of(p->number),
                        .text = ofsi_span_of(p->text)};
    corpus_check(ofsi_segment_add_doc(writer, &row, &err), &err);
}

static inline void corpus_write_terms(const corpus *c, uint32_t segment, ofsi_segment_writer *writer) {
    corpus_occurrence *o = NULL;
    size_t count = 0, capacity = 0;
    uint32_t doc = 0;
    for (uint32_t i = 0; i < c->para_count; i++) {
        const corpus_para *p = &c->paras[i];
        if (c->reports[p->report].segment != segment)
            continue;
        for (size_t t = 0; t < p->token_count; t++) {
            if (count == capacity) {
                capacity = capacity ? capacity * 2 : 1024;
                o = realloc(o, capacity * sizeof *o);
                assert_non_null(o);
            }
            const ofsi_word *word = p->tokens[t].word;
            o[count++] =
                (corpus_occurrence){word->stem, word->surface, doc, p->tokens[t].position, (uint32_t)t};
        }
        doc++;
    }
    if (count)
        qsort(o, count, sizeof *o, corpus_by_term);
    for (size_t i = 0, first; i < count;) {
        for (first = i; i < count && ofsi_span_equal(o[i].stem, o[first].stem); i++)
            ;
        corpus_write_term(writer, o + first, i - first);
    }
    free(o);
}

/* The abbreviations that a text defines, as a run over real files would have written them. */
static inline void corpus_write_definitions(const corpus *c, const char *text, uint32_t report,
                                            ofsi_segment_writer *writer) {
    ofsi_definition found;
    ofs_error err;
    for (size_t at = 0; ofsi_definition_next(ofsi_span_of(text), &at, &found);) {
        ofsi_tokens tokens = {0};
        ofsi_buf term = {0};
        corpus_check(ofsi_analyze(c->analyzer, ofsi_short_form_base(found.short_form), &tokens, &err), &err);
        ofsi_stems_append(c->analyzer, &tokens, &term);
        const ofsi_definition_row row = {
            .term = ofsi_buf_span(&term), .short_form = found.short_form, .long_form = found.long_form};
        corpus_check(ofsi_segment_define(writer, &row, report, &err), &err);
        ofsi_tokens_free(&tokens);
        ofsi_buf_free(&term);
    }
}

static inline void corpus_write_segment(const corpus *c, uint32_t segment, ofsi_storage *storage,
                                        ofsi_manifest_segment *info) {
    ofsi_segment_writer *writer = NULL;
    ofs_error err;
    uint32_t report_number = 0;
    *info = (ofsi_manifest_segment){0};
    snprintf(info->name, sizeof info->name, "s-%08x.seg", segment + 1);
    info->dead = calloc(c->report_count + 1, sizeof *info->dead);
    assert_non_null(info->dead);
    corpus_check(ofsi_segment_create(storage, info->name, &writer, &err), &err);
    for (uint32_t i = 0; i < c->report_count; i++) {
        const corpus_report *r = &c->reports[i];
        if (r->segment != segment)
            continue;
        ofsi_report_row row = {.id = ofsi_span_of(r->id),
                               .path = ofsi_span_of(r->path),
                               .title = corpus_span(r->title),
                               .provider = corpus_span(r->provider),
                               .provider_name = corpus_span(r->provider_name),
                               .provider_keys = corpus_span(r->provider_keys),
                               .inspectorate = corpus_span(r->inspectorate),
                               .inspection = corpus_span(r->inspection),
                               .overall = corpus_span(r->overall),
                               .overall_level = r->overall_level,
                               .overall_levels = r->overall ? 4 : 0,
                               .inspected_from = r->from,
                               .inspected_to = r->to,
                               .published = r->published,
                               .generation = r->generation};
        corpus_check(ofsi_segment_add_report(writer, &row, &err), &err);
        uint64_t tokens = 0;
        for (uint32_t p = r->first; p < r->first + r->count; p++) {
            corpus_write_para(writer, &c->paras[p]);
            corpus_write_definitions(c, c->paras[p].text, report_number, writer);
            tokens += c->paras[p].length;
        }
        info->doc_count += r->count;
        info->token_count += tokens;
        if (r->dead) {
            info->dead[info->dead_count++] = report_number;
            info->dead_docs += r->count;
            info->dead_tokens += tokens;
        }
        report_number++;
    }
    info->report_count = report_number;
    corpus_write_terms(c, segment, writer);
    corpus_check(ofsi_segment_finish(writer, &info->file_size, &err), &err);
}

static inline void corpus_write(const corpus *c, ofsi_storage *storage) {
    ofs_error err;
    ofsi_manifest_segment *segments = calloc(c->segment_count, sizeof *segments);
    assert_non_null(segments);
    uint32_t written = 0;
    for (uint32_t s = 0; s < c->segment_count; s++) {
        bool any = false;
        for (uint32_t r = 0; r < c->report_count; r++)
            any = any || c->reports[r].segment == s;
        if (any)
            corpus_write_segment(c, s, storage, &segments[written++]);
    }
    ofsi_manifest manifest = {
        .generation = 1,
        .next_segment = c->segment_count + 1,
        .stemmer = ofsi_span_of(c->stemmer),
        .fingerprint = ofsi_span_of(c->fingerprint ? c->fingerprint : ofsi_analyzer_fingerprint(c->analyzer)),
        .segments = segments,
        .segment_count = written};
    corpus_check(ofsi_manifest_write(storage, &manifest, &err), &err);
    for (uint32_t s = 0; s < written; s++)
        free(segments[s].dead);
    free(segments);
}

/* ---- random ---- */

static inline const char *corpus_word(test_rng *rng) {
    static const char *const words[] = {"the",
                                        "the",
                                        "of",
                                        "children",
                                        "child",
                                        "Children",
                                        "missing",
                                        "missed",
                                        "miss",
                                        "Missing",
                                        "care",
                                        "cared",
                                        "caring",
                                        "Care",
                                        "agency",
                                        "agencies",
                                        "Agency",
                                        "multi-agency",
                                        "multiagency",
                                        "Multi-agency",
                                        "multi agency",
                                        "safeguard",
                                        "safeguards",
                                        "safeguarding",
                                        "Safeguarding",
                                        "MASH",
                                        "mash",
                                        "Mash",
                                        "mashing",
                                        "team",
                                        "Team",
                                        "teams",
                                        "well-being",
                                        "wellbeing",
                                        "dying",
                                        "die",
                                        "dies",
                                        "lying",
                                        "lie",
                                        "U.K.",
                                        "UK",
                                        "2011/12",
                                        "2011",
                                        "16-17",
                                        "16",
                                        "\u00A31.5m",
                                        "don\u2019t",
                                        "Guy's",
                                        "guys",
                                        "caf\u00E9",
                                        "cafe",
                                        "organisation",
                                        "organisations",
                                        "organised",
                                        "organising",
                                        "happy",
                                        "happily",
                                        "happier",
                                        "happiness",
                                        "relational",
                                        "relate",
                                        "related",
                                        "inadequate",
                                        "adequate",
                                        "carefully",
                                        "skies",
                                        "sky",
                                        "probation",
                                        "prob",
                                        "one-two-three",
                                        "sing-ing",
                                        "singing",
                                        "women",
                                        "woman's",
                                        "womens",
                                        "people",
                                        "people's",
                                        "person",
                                        "personal",
                                        "mice",
                                        "a",
                                        "\u00C9tat",
                                        "\u00E9tat"};
    enum { COUNT = sizeof words / sizeof words[0] };
    uint32_t a = test_rng_below(rng, COUNT), b = test_rng_below(rng, COUNT);
    return words[test_rng_chance(rng, 60) ? (a < b ? a : b) : a];
}

static inline char *corpus_text(test_rng *rng, uint32_t most) {
    static const char *const gaps[] = {" ", " ", " ", " ", ", ", ". ", " - ", "\n", "; "};
    uint32_t n = test_rng_below(rng, most + 1);
    char *text = malloc((size_t)n * 24 + 1);
    assert_non_null(text);
    size_t size = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < n; i++)
        size += (size_t)sprintf(text + size, "%s%s", i ? gaps[test_rng_below(rng, 9)] : "", corpus_word(rng));
    return text;
}

static inline void corpus_random_para(corpus *c, test_rng *rng) {
    static const char *const headings[] = {
        "Leadership and management", "Quality of provision", "Safeguarding",
        "Overall effectiveness",     "Quality of care",      "Provision"};
    static const struct {
        const char *label;
        uint8_t level, levels;
    } grades[] = {{"Outstanding", 1, 4}, {"Good", 2, 4}, {"Adequate", 3, 4},
                  {"Inadequate", 4, 4},  {"Good", 2, 5}, {"Requires improvement to be good", 3, 4}};
    char *text = corpus_text(rng, test_rng_chance(rng, 3) ? 400 : 40);
    corpus_para *p = corpus_add_para(c, text);
    free(text);
    p->depth = test_rng_below(rng, 4);
    for (uint32_t d = 0; d < p->depth; d++)
        p->path[d] = headings[test_rng_below(rng, 6)];
    if (p->depth && test_rng_chance(rng, 30))
        p->role = "Summary";
    if (p->depth && test_rng_chance(rng, 60)) {
        uint32_t g = test_rng_below(rng, 6);
        p->grade = grades[g].label;
        p->level = grades[g].level;
        p->levels = grades[g].levels;
    }
    p->kind = (uint8_t)(test_rng_chance(rng, 60) ? 0 : test_rng_below(rng, OFS_KIND_COUNT));
    p->page = test_rng_below(rng, 20);
    if (test_rng_chance(rng, 20))
        p->number[0] = '\0';
    else if (test_rng_chance(rng, 20))
        snprintf(p->number, sizeof p->number, "%u.%u", test_rng_below(rng, 4) + 1, test_rng_below(rng, 9));
    if (test_rng_chance(rng, 10))
        p->item = test_rng_below(rng, 5);
}

static inline int32_t corpus_random_date(test_rng *rng) {
    return test_rng_chance(rng, 25)
               ? OFSI_DATE_NONE
               : ofsi_date_from_civil((int)test_rng_between(rng, 2009, 2014),
                                      (int)test_rng_between(rng, 1, 12), (int)test_rng_between(rng, 1, 28));
}

/* Reports over the segments, some dead. */
static inline void corpus_random(corpus *c, test_rng *rng, uint32_t reports, uint32_t segments) {
    static const char *const providers[] = {NULL, "London Borough of Lambeth", "Borough of Ashcombe",
                                            "Caring Homes Ltd", "St Thomas' School"};
    static const char *const inspectorates[] = {NULL, "Ofsted", "Care Quality Commission"};
    static const char *const inspections[] = {NULL, "Focused visit", "School inspection"};
    static const char *const overalls[] = {NULL, "Outstanding", "Good", "Requires improvement"};
    static const char *const titles[] = {NULL, "Inspection of safeguarding", "Children's homes"};
    c->segment_count = segments;
    for (uint32_t i = 0; i < reports; i++) {
        char id[32];
        snprintf(id, sizeof id, "%c%03u", "abc"[i * 3 / reports], i);
        corpus_report *r = corpus_add_report(c, id);
        uint32_t provider = test_rng_below(rng, 5);
        r->provider = providers[provider];
        r->provider_name = provider == 1 && test_rng_chance(rng, 70) ? "Lambeth" : NULL;
        r->provider_keys = provider == 1 ? "\nlambeth\nold town\n" : provider == 2 ? "\nashcombe\n" : NULL;
        r->inspectorate = inspectorates[test_rng_below(rng, 3)];
        r->title = titles[test_rng_below(rng, 3)];
        r->inspection = inspections[test_rng_below(rng, 3)];
        r->overall_level = (uint8_t)test_rng_below(rng, 4);
        r->generation = 1 + r->overall_level * 2u % 5;
        r->overall = overalls[r->overall_level];
        r->published = corpus_random_date(rng);
        r->from = corpus_random_date(rng);
        r->to = r->from != OFSI_DATE_NONE && test_rng_chance(rng, 80)
                    ? r->from + (int32_t)test_rng_below(rng, 40)
                    : OFSI_DATE_NONE;
        r->segment = test_rng_below(rng, segments);
        r->dead = test_rng_chance(rng, 15);
        uint32_t paras = test_rng_below(rng, 12);
        for (uint32_t p = 0; p < paras; p++)
            corpus_random_para(c, rng);
    }
}

#endif
