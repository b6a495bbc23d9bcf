/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paragraphs like one: its telling words, those whose share of a BM25 score would be greatest (frequency times idf, as in
 * Lucene's MoreLikeThis), asked for as alternatives, each weighted by how often the paragraph has it. The report itself is
 * left out: its own paragraphs are neighbours, not parallels.
 */
#include <math.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "search/exec/index.h"
#include "search/query/tree.h"

/* A word of more than one paragraph in COMMON holds sentences together and tells nothing. */
enum { MOST_WORDS = 25, LEAST_DF = 2, COMMON = 8 };

typedef struct candidate {
    ofsi_span folded; /* the analyzer's */
    uint32_t word;    /* number of the analyzer */
    uint32_t tf;
    double worth;
} candidate;

typedef struct likeness {
    ofsi_engine *engine;
    ofsi_analyzer *analyzer;
    ofsi_arena *arena;
    candidate *candidates;
    size_t count;
    ofs_error *err;
} likeness;

static int by_worth(const void *a, const void *b) {
    const candidate *x = a, *y = b;
    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    return ofsi_span_compare(x->folded, y->folded);
}

static ofs_status weigh_candidates(likeness *l) {
    uint64_t paragraphs, reports, failed;
    l->engine->statistics(l->engine, &paragraphs, &reports, &failed);
    for (size_t i = 0; i < l->count; i++) {
        candidate *c = &l->candidates[i];
        uint64_t df = 0;
        ofs_status status =
            l->engine->frequency(l->engine, ofsi_analyzer_word(l->analyzer, c->word)->stem, &df, l->err);
        if (status != OFS_OK)
            return status;
        /* A word of this paragraph alone finds no other. In a small index few words are common. */
        bool is_common = paragraphs > 1000 && df > paragraphs / COMMON;
        c->worth = df < LEAST_DF || is_common
                       ? 0.0
                       : c->tf * log(1.0 + ((double)paragraphs - (double)df + 0.5) / ((double)df + 0.5));
    }
    if (l->count)
        qsort(l->candidates, l->count, sizeof *l->candidates, by_worth);
    return OFS_OK;
}

static ofs_status gather_candidates(likeness *l, ofsi_span text) {
    ofsi_tokens tokens = {0};
    ofs_status status = ofsi_analyze(l->analyzer, text, &tokens, l->err);
    uint32_t *places = NULL; /* by stem: its candidate's number from 1 */
    if (status == OFS_OK) {
        places = ofsi_arena_calloc(l->arena, ofsi_analyzer_stem_count(l->analyzer), sizeof *places);
        l->candidates = ofsi_arena_calloc(l->arena, tokens.count + 1, sizeof *l->candidates);
        if (!places || !l->candidates)
            status = ofsi_fail_nomem(l->err);
    }
    for (size_t i = 0; status == OFS_OK && i < tokens.count; i++) {
        const ofsi_word *word = ofsi_analyzer_word(l->analyzer, tokens.items[i].word);
        if (tokens.items[i].span > 1)
            continue;
        if (!places[word->stem_id]) {
            l->candidates[l->count++] = (candidate){.folded = word->folded, .word = tokens.items[i].word};
            places[word->stem_id] = (uint32_t)l->count;
        }
        l->candidates[places[word->stem_id] - 1].tf++;
    }
    ofsi_tokens_free(&tokens);
    return status;
}

/* word^2 OR word OR ... */
static ofs_status write_query(const likeness *l, const char **query) {
    ofsi_node *nodes[MOST_WORDS];
    uint32_t count = 0;
    bool failed = false;
    for (size_t i = 0; i < l->count && count < MOST_WORDS && l->candidates[i].worth > 0; i++) {
        ofsi_node *node = ofsi_node_new(l->arena, OFSI_NODE_WORD);
        if (!node)
            return ofsi_fail_nomem(l->err);
        node->text = l->candidates[i].folded;
        node->weight = l->candidates[i].tf < 1000 ? l->candidates[i].tf : 1000;
        nodes[count++] = node;
    }
    ofsi_node *root = ofsi_node_join(l->arena, OFSI_NODE_OR, nodes, count, &failed);
    ofsi_buf printed = {0};
    if (root)
        ofsi_query_print(root, &printed);
    *query = printed.failed || failed
                 ? NULL
                 : ofsi_arena_strndup(l->arena, printed.data ? printed.data : "", printed.size);
    ofsi_buf_free(&printed);
    return *query ? OFS_OK : ofsi_fail_nomem(l->err);
}

static ofs_status try_similar(ofs_index *index, const ofs_place *place, const ofs_search_request *request,
                              ofs_results **out, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_engine *engine = index->engine;
    likeness l = {.engine = engine, .analyzer = engine->analyzer(engine), .arena = &arena, .err = err};
    ofs_search_request asked = *request;
    ofs_results *paragraph = NULL;
    *out = NULL;
    ofs_status status = ofs_index_paragraphs(index, place->report, place->place, 1, &paragraph, err);
    if (status == OFS_OK && paragraph->hit_count == 0)
        status = ofsi_fail(err, OFS_E_NOT_FOUND, "the report %s has no paragraph at place %u", place->report,
                           place->place);
    if (status == OFS_OK)
        status = gather_candidates(&l, (ofsi_span){paragraph->hits[0].text, paragraph->hits[0].text_size});
    if (status == OFS_OK)
        status = weigh_candidates(&l);
    if (status == OFS_OK)
        status = write_query(&l, &asked.query);
    if (status == OFS_OK)
        asked.but_report = paragraph->hits[0].report->id;
    asked.plain = asked.any = false;
    asked.notes = false; /* nobody wrote these words */
    if (status == OFS_OK && !*asked.query)
        status = ofsi_fail(err, OFS_E_NOT_FOUND, "the paragraph has no word that another one has");
    if (status == OFS_OK)
        status = ofs_search(index, &asked, out, err);
    ofs_results_free(paragraph);
    ofsi_arena_free(&arena);
    return status;
}

ofs_status ofs_search_similar(ofs_index *index, const ofs_place *place, const ofs_search_request *request,
                              ofs_results **out, ofs_error *err) {
    ofsi_attempt attempt;
    ofsi_error_clear(err);
    *out = NULL;
    ofs_status status = ofsi_index_begin(index, &attempt, err);
    do {
        if (status == OFS_OK)
            status = try_similar(index, place, request, out, err);
    } while (ofsi_index_again(&attempt, &status, err));
    ofsi_index_end(&attempt);
    return status;
}
