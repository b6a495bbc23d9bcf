/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Telling words: the log-likelihood ratio of T. Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence",
 * Computational Linguistics 19(1), 1993, over the two by two table of paragraphs of either side that hold a word and that
 * do not. Paragraphs are counted, not occurrences, so that one paragraph that says a word ten times does not decide.
 */
#include <math.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/utf8.h"
#include "search/exec/index.h"
#include "search/exec/keywords.h"
#include "search/exec/plan.h"
#include "search/exec/request.h"

/* Chance makes a difference this great once in a thousand words that are alike on both sides (chi squared, 1 degree). */
static const double LEAST_SCORE = 10.83;
enum { TEXTS_AT_ONCE = 1000, LEAST_PARAGRAPHS = 2 };

/* What is counted of one stem. */
typedef struct stem_count {
    uint64_t holds[2]; /* paragraphs of each side */
    uint64_t seen;     /* number of the paragraph that counted it last */
    uint32_t word;     /* the most frequent word of the stem: a number of the analyzer */
    uint32_t uses;     /* how often that one occurs */
    bool asked;        /* the query has it */
} stem_count;

typedef struct survey {
    ofsi_engine *engine;
    ofsi_analyzer *analyzer;
    stem_count *stems; /* by the analyzer's number */
    size_t stem_capacity, stem_count;
    uint32_t *words; /* occurrences by the analyzer's number */
    size_t word_capacity, word_count;
    uint64_t paragraph; /* number of the one at hand, from 1 */
    uint64_t totals[2], reports[2];
    ofsi_tokens tokens;
    ofs_error *err;
} survey;

typedef struct owned_keywords {
    ofs_keywords keywords; /* first: its address is the holder's */
    ofsi_arena arena;
} owned_keywords;

void ofs_keywords_free(ofs_keywords *keywords) {
    owned_keywords *owned = (owned_keywords *)keywords;
    if (!owned)
        return;
    ofsi_arena_free(&owned->arena);
    ofsi_free(owned);
}

/* ---- counting ---- */

/* Arrays as long as the analyzer's numbers go; new entries zeroed. */
static bool make_room(survey *s) {
    size_t stems = ofsi_analyzer_stem_count(s->analyzer), words = ofsi_analyzer_word_count(s->analyzer);
    if (!ofsi_grow(&s->stems, &s->stem_capacity, stems, sizeof *s->stems) ||
        !ofsi_grow(&s->words, &s->word_capacity, words, sizeof *s->words))
        return false;
    for (; s->stem_count < stems; s->stem_count++)
        s->stems[s->stem_count] = (stem_count){0};
    for (; s->word_count < words; s->word_count++)
        s->words[s->word_count] = 0;
    return true;
}

static ofs_status count_text(survey *s, int side, ofsi_span text) {
    ofs_status status = ofsi_analyze(s->analyzer, text, &s->tokens, s->err);
    if (status != OFS_OK)
        return status;
    if (!make_room(s))
        return ofsi_fail_nomem(s->err);
    s->paragraph++;
    for (size_t i = 0; i < s->tokens.count; i++) {
        const ofsi_token *token = &s->tokens.items[i];
        if (token->span > 1)
            continue;
        stem_count *stem = &s->stems[ofsi_analyzer_word(s->analyzer, token->word)->stem_id];
        uint32_t uses = ++s->words[token->word];
        if (stem->seen != s->paragraph)
            stem->holds[side]++;
        stem->seen = s->paragraph;
        if (uses > stem->uses) {
            stem->word = token->word;
            stem->uses = uses;
        }
    }
    return OFS_OK;
}

static ofs_status count_docs(survey *s, int side, const ofsi_ranked *ranked, size_t count) {
    ofsi_arena texts = {0};
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < count && status == OFS_OK;) {
        ofsi_fetch fetch = {.arena = &texts};
        for (size_t end = i + TEXTS_AT_ONCE; i < count && i < end && status == OFS_OK; i++) {
            ofs_hit hit = {0};
            status = s->engine->fetch(s->engine, ranked[i].doc, &fetch, &hit, s->err);
            if (status == OFS_OK)
                status = count_text(s, side, (ofsi_span){hit.text, hit.text_size});
        }
        ofsi_arena_reset(&texts);
    }
    ofsi_arena_free(&texts);
    return status;
}

/* Stems that the query asks for are no news. */
static ofs_status leave_out_asked(survey *s, const ofsi_node *words, ofsi_arena *work) {
    ofsi_plan plan = {0};
    ofsi_plan_tools tools = {s->analyzer, work};
    ofs_status status = ofsi_plan_make(words, &tools, &plan, s->err);
    for (size_t i = 0; status == OFS_OK && i < s->word_count; i++) {
        const ofsi_word *word = ofsi_analyzer_word(s->analyzer, (uint32_t)i);
        bool asked = ofsi_map_find(&plan.terms, word->stem) != OFSI_MAP_NONE;
        for (uint32_t p = 0; p < plan.pattern_count && !asked; p++)
            asked = ofsi_pattern_fits(&plan.patterns[p].pattern, word->folded);
        if (asked)
            s->stems[word->stem_id].asked = true;
    }
    ofsi_plan_free(&plan);
    return status;
}

static ofs_status survey_side(survey *s, int side, const ofsi_question *question, ofsi_arena *arena,
                              const char **interpreted) {
    ofsi_arena work = {0};
    ofsi_engine_answer answer = {0};
    ofsi_buf printed = {0};
    const ofsi_engine_request asked = {.root = question->root,
                                       .k1 = 1.2,
                                       .b = 0.75,
                                       .top = OFS_ALL,
                                       .sort = OFS_SORT_REPORT,
                                       .totals = OFS_TOTALS_ALL};
    ofs_status status =
        question->nothing ? OFS_OK : s->engine->search(s->engine, &asked, &work, &answer, s->err);
    if (status == OFS_OK)
        status = count_docs(s, side, answer.ranked, answer.ranked_count);
    if (status == OFS_OK && question->words)
        status = leave_out_asked(s, question->words, &work);
    if (status == OFS_OK && question->root)
        ofsi_query_print(question->root, &printed);
    s->totals[side] = answer.total;
    s->reports[side] = answer.report_total;
    *interpreted =
        printed.failed ? NULL : ofsi_arena_strndup(arena, printed.data ? printed.data : "", printed.size);
    if (status == OFS_OK && !*interpreted)
        status = ofsi_fail_nomem(s->err);
    ofsi_buf_free(&printed);
    ofsi_arena_free(&work);
    return status;
}

/* The other side is the rest of the index: what holds a word there is what does in all, less what matches. */
static ofs_status survey_rest(survey *s) {
    uint64_t paragraphs, reports, failed;
    ofs_status status = OFS_OK;
    s->engine->statistics(s->engine, &paragraphs, &reports, &failed);
    s->totals[1] = paragraphs > s->totals[0] ? paragraphs - s->totals[0] : 0;
    s->reports[1] = reports;
    for (size_t i = 0; i < s->stem_count && status == OFS_OK; i++) {
        stem_count *stem = &s->stems[i];
        uint64_t df = 0;
        if (stem->holds[0] < LEAST_PARAGRAPHS)
            continue;
        status =
            s->engine->frequency(s->engine, ofsi_analyzer_word(s->analyzer, stem->word)->stem, &df, s->err);
        stem->holds[1] = df > stem->holds[0] ? df - stem->holds[0] : 0;
    }
    return status;
}

/* ---- scoring ---- */

static double part(double observed, double expected) {
    return observed > 0 && expected > 0 ? observed * log(observed / expected) : 0.0;
}

double ofsi_log_likelihood(uint64_t a, uint64_t total_a, uint64_t b, uint64_t total_b) {
    double with = (double)a + (double)b, all = (double)total_a + (double)total_b;
    double share_a = (double)total_a / all, share_b = (double)total_b / all, without = all - with;
    if (all <= 0)
        return 0;
    double sum = part((double)a, with * share_a) + part((double)b, with * share_b) +
                 part((double)total_a - (double)a, without * share_a) +
                 part((double)total_b - (double)b, without * share_b);
    return sum > 0 ? 2 * sum : 0;
}

/* A number says nothing, nor does a letter. */
static bool is_telling(ofsi_span word) {
    bool letter = false;
    size_t characters = 0;
    for (size_t i = 0; i < word.size; i++) {
        letter =
            letter || (unsigned char)word.data[i] >= 0x80 || (word.data[i] >= 'a' && word.data[i] <= 'z');
        characters += !ofsi_utf8_is_continuation(word.data[i]);
    }
    return letter && characters > 1;
}

static int by_score(const void *a, const void *b) {
    const ofs_keyword *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return strcmp(x->term, y->term);
}

static bool prefers(const survey *s, const stem_count *stem, int side) {
    return (double)stem->holds[side] * (double)s->totals[!side] >
           (double)stem->holds[!side] * (double)s->totals[side];
}

static ofs_status write_word(const survey *s, const stem_count *stem, int side, ofsi_arena *arena,
                             ofs_keyword *out) {
    const ofsi_word *word = ofsi_analyzer_word(s->analyzer, stem->word);
    *out = (ofs_keyword){.word = ofsi_arena_strndup(arena, word->folded.data, word->folded.size),
                         .term = ofsi_arena_strndup(arena, word->stem.data, word->stem.size),
                         .count = stem->holds[side],
                         .other = stem->holds[!side],
                         .score =
                             ofsi_log_likelihood(stem->holds[0], s->totals[0], stem->holds[1], s->totals[1])};
    return out->word && out->term ? OFS_OK : ofsi_fail_nomem(s->err);
}

/* The words that mark a side, best first, at most `limit`. */
static ofs_status rank_words(const survey *s, int side, uint32_t limit, ofsi_arena *arena,
                             ofs_keyword_side *out) {
    size_t count = 0;
    ofs_status status = OFS_OK;
    ofs_keyword *words = ofsi_arena_calloc(arena, s->stem_count + 1, sizeof *words);
    if (!words)
        return ofsi_fail_nomem(s->err);
    for (size_t i = 0; i < s->stem_count && status == OFS_OK; i++) {
        const stem_count *stem = &s->stems[i];
        if (stem->holds[side] < LEAST_PARAGRAPHS || stem->asked || !prefers(s, stem, side) ||
            ofsi_log_likelihood(stem->holds[0], s->totals[0], stem->holds[1], s->totals[1]) < LEAST_SCORE ||
            !is_telling(ofsi_analyzer_word(s->analyzer, stem->word)->folded))
            continue;
        status = write_word(s, stem, side, arena, &words[count++]);
    }
    if (count)
        qsort(words, count, sizeof *words, by_score);
    out->words = words;
    out->word_count = limit && limit < count ? limit : count;
    out->distinct = count;
    out->total = s->totals[side];
    out->report_total = s->reports[side];
    return status;
}

/*
 * Requests are read before anything is counted: reading asks the engine for its analyzer, which may then forget its words,
 * and the counts go by their numbers.
 */
static ofs_status survey_both(survey *s, const ofs_keywords_request *request, ofsi_arena *arena,
                              ofs_keyword_side *sides) {
    ofsi_arena work = {0};
    ofsi_question first, second;
    ofs_status status = ofsi_request_read(request->search, s->engine, &work, &first, s->err);
    if (status == OFS_OK && request->other)
        status = ofsi_request_read(request->other, s->engine, &work, &second, s->err);
    s->analyzer = s->engine->analyzer(s->engine);
    if (status == OFS_OK)
        status = survey_side(s, 0, &first, arena, &sides[0].interpreted);
    if (status == OFS_OK && request->other)
        status = survey_side(s, 1, &second, arena, &sides[1].interpreted);
    else if (status == OFS_OK)
        status = survey_rest(s);
    ofsi_arena_free(&work);
    return status;
}

static ofs_status try_find(ofs_index *index, const ofs_keywords_request *request, ofs_keywords **out,
                           ofs_error *err) {
    survey s = {.engine = index->engine, .err = err};
    owned_keywords *owned = ofsi_calloc(1, sizeof *owned);
    if (!owned)
        return ofsi_fail_nomem(err);
    ofs_keyword_side *sides = owned->keywords.sides;
    ofs_status status = survey_both(&s, request, &owned->arena, sides);
    for (int side = 0; side < (request->other ? 2 : 1) && status == OFS_OK; side++)
        status = rank_words(&s, side, request->limit, &owned->arena, &sides[side]);
    sides[1].total = s.totals[1];
    sides[1].report_total = s.reports[1];
    ofsi_tokens_free(&s.tokens);
    ofsi_free(s.stems);
    ofsi_free(s.words);
    if (status != OFS_OK) {
        ofs_keywords_free(&owned->keywords);
        return status;
    }
    *out = &owned->keywords;
    return OFS_OK;
}

ofs_status ofs_keywords_find(ofs_index *index, const ofs_keywords_request *request, ofs_keywords **out,
                             ofs_error *err) {
    ofsi_attempt attempt;
    ofsi_error_clear(err);
    *out = NULL;
    ofs_status status = ofsi_index_begin(index, &attempt, err);
    do {
        if (status == OFS_OK)
            status = try_find(index, request, out, err);
    } while (ofsi_index_again(&attempt, &status, err));
    ofsi_index_end(&attempt);
    return status;
}
