/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Definitions to meanings: rows are gathered from wherever they are kept, sorted by their stems, and counted by report. */
#include "search/exec/meanings.h"

#include <stdlib.h>

#include "indexer/analysis/abbreviation.h"
#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"

/* A definition gathered. */
typedef struct row {
    ofsi_span term, short_form, long_form, long_stems;
    size_t first, reports; /* in the gathering's reports */
} row;

typedef struct gathering {
    const ofsi_definitions *definitions;
    ofsi_analyzer *analyzer;
    ofsi_arena *arena;
    ofsi_tokens tokens;
    row *rows; /* owned */
    size_t count, capacity;
    uint64_t *reports; /* of all rows; owned */
    size_t report_count, reports_capacity;
    uint64_t *work; /* of the rows of one meaning; owned */
    size_t work_capacity;
    ofsi_long_forms *long_forms; /* to be filled */
    ofs_error *err;
} gathering;

static void free_gathering(gathering *g) {
    ofsi_free(g->rows);
    ofsi_free(g->reports);
    ofsi_free(g->work);
    ofsi_tokens_free(&g->tokens);
}

static ofs_status stem_text(gathering *g, ofsi_span text, ofsi_arena *arena, ofsi_span *stems) {
    ofsi_buf buf = {0};
    ofs_status status = ofsi_analyze(g->analyzer, text, &g->tokens, g->err);
    if (status != OFS_OK)
        return status;
    ofsi_stems_append(g->analyzer, &g->tokens, &buf);
    char *copy = buf.failed ? NULL : ofsi_arena_strndup(arena, buf.data ? buf.data : "", buf.size);
    *stems = (ofsi_span){copy, copy ? buf.size : 0};
    ofsi_buf_free(&buf);
    return copy ? OFS_OK : ofsi_fail_nomem(g->err);
}

/* ---- gathering ---- */

static ofs_status add_row(void *context, const ofsi_definition_found *found) {
    gathering *g = context;
    if (!ofsi_grow(&g->rows, &g->capacity, g->count + 1, sizeof *g->rows) ||
        !ofsi_grow(&g->reports, &g->reports_capacity, g->report_count + found->report_count,
                   sizeof *g->reports))
        return ofsi_fail_nomem(g->err);
    row *added = &g->rows[g->count];
    *added = (row){.term = found->term,
                   .short_form = found->short_form,
                   .long_form = found->long_form,
                   .first = g->report_count,
                   .reports = found->report_count};
    if (found->report_count)
        memcpy(g->reports + g->report_count, found->reports, found->report_count * sizeof *g->reports);
    g->report_count += found->report_count;
    ofs_status status = stem_text(g, found->long_form, g->arena, &added->long_stems);
    g->count += status == OFS_OK && added->long_stems.size;
    return status;
}

/* ---- counting ---- */

static int by_number(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Different reports of rows [0, count), which make one meaning. */
static ofs_status count_reports(gathering *g, const row *rows, size_t count, uint64_t *reports) {
    size_t n = 0;
    *reports = 0;
    for (size_t i = 0; i < count; i++)
        n += rows[i].reports;
    if (!ofsi_grow(&g->work, &g->work_capacity, n, sizeof *g->work))
        return ofsi_fail_nomem(g->err);
    n = 0;
    for (size_t i = 0; i < count; n += rows[i++].reports)
        if (rows[i].reports)
            memcpy(g->work + n, g->reports + rows[i].first, rows[i].reports * sizeof *g->work);
    if (n)
        qsort(g->work, n, sizeof *g->work, by_number);
    for (size_t i = 0; i < n; i++)
        *reports += i == 0 || g->work[i] != g->work[i - 1];
    return OFS_OK;
}

static int by_stems(const void *a, const void *b) {
    const row *x = a, *y = b;
    int order = ofsi_span_compare(x->long_stems, y->long_stems);
    if (order == 0)
        order = ofsi_span_compare(x->long_form, y->long_form);
    return order ? order : ofsi_span_compare(x->short_form, y->short_form);
}

/* The form that most reports have, the first in byte order on a tie. */
static ofs_status find_usual(const row *rows, size_t count, bool of_long, ofsi_span *usual, ofs_error *err) {
    ofsi_map forms = {0};
    uint64_t *sums = ofsi_calloc(count, sizeof *sums), most = 0;
    ofs_status status = sums ? OFS_OK : ofsi_fail_nomem(err);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofsi_span form = of_long ? rows[i].long_form : rows[i].short_form;
        uint32_t number = ofsi_map_intern(&forms, form, NULL);
        if (number == OFSI_MAP_NONE)
            status = ofsi_fail_nomem(err);
        else
            sums[number] += rows[i].reports;
    }
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofsi_span form = of_long ? rows[i].long_form : rows[i].short_form;
        uint64_t sum = sums[ofsi_map_find(&forms, form)];
        if (sum > most || (sum == most && ofsi_span_compare(form, *usual) < 0)) {
            *usual = form;
            most = sum;
        }
    }
    ofsi_map_free(&forms);
    ofsi_free(sums);
    return status;
}

static int by_reports(const void *a, const void *b) {
    const ofsi_meaning *x = a, *y = b;
    if (x->reports != y->reports)
        return x->reports > y->reports ? -1 : 1;
    return ofsi_span_compare(x->long_form, y->long_form);
}

/* The sorted rows to meanings, each with its count; rare ones are then left out. */
static ofs_status make_meanings(gathering *g, ofsi_meanings *meanings) {
    meanings->items = ofsi_arena_calloc(g->arena, g->count + 1, sizeof *meanings->items);
    if (!meanings->items)
        return ofsi_fail_nomem(g->err);
    for (size_t i = 0, first; i < g->count;) {
        ofsi_meaning meaning = {.short_stems = g->rows[i].term, .long_stems = g->rows[i].long_stems};
        for (first = i; i < g->count && ofsi_span_equal(g->rows[i].long_stems, meaning.long_stems);)
            i++;
        ofs_status status = count_reports(g, g->rows + first, i - first, &meaning.reports);
        if (status == OFS_OK && meaning.reports == 0)
            continue;
        if (status == OFS_OK)
            status = find_usual(g->rows + first, i - first, true, &meaning.long_form, g->err);
        if (status == OFS_OK)
            status = find_usual(g->rows + first, i - first, false, &meaning.short_form, g->err);
        if (status != OFS_OK)
            return status;
        meanings->items[meanings->count++] = meaning;
    }
    if (meanings->count)
        qsort(meanings->items, meanings->count, sizeof *meanings->items, by_reports);
    uint32_t kept = 0;
    while (kept < meanings->count && kept < OFSI_MEANINGS_MAX &&
           meanings->items[kept].reports * OFSI_MEANING_PART >= meanings->items[0].reports)
        kept++;
    meanings->count = kept;
    return OFS_OK;
}

ofs_status ofsi_meanings_of(const ofsi_definitions *definitions, ofsi_analyzer *analyzer,
                            ofsi_span short_stems, ofsi_arena *arena, ofsi_meanings *meanings,
                            ofs_error *err) {
    gathering g = {.definitions = definitions, .analyzer = analyzer, .arena = arena, .err = err};
    *meanings = (ofsi_meanings){0};
    ofs_status status = definitions->visit_of(definitions->index, short_stems, add_row, &g, err);
    if (status == OFS_OK && g.count) {
        qsort(g.rows, g.count, sizeof *g.rows, by_stems);
        status = make_meanings(&g, meanings);
    }
    free_gathering(&g);
    return status;
}

/* ---- from long forms to short ones ---- */

static bool holds_line(ofsi_span lines, ofsi_span line) {
    for (const char *at = lines.data, *end = lines.data + lines.size; at < end;) {
        const char *next = memchr(at + 1, '\n', (size_t)(end - at - 1));
        next = next ? next : end;
        if (ofsi_span_equal((ofsi_span){at + 1, (size_t)(next - at - 1)}, line))
            return true;
        at = next;
    }
    return false;
}

static ofs_status remember_long_form(void *context, const ofsi_definition_found *definition) {
    gathering *g = context;
    ofsi_long_forms *forms = g->long_forms;
    ofsi_span stems;
    bool added = false;
    ofs_status status = stem_text(g, definition->long_form, g->arena, &stems);
    if (status != OFS_OK || stems.size == 0)
        return status;
    uint32_t number = ofsi_map_intern(&forms->stems, stems, &added);
    if (number == OFSI_MAP_NONE ||
        !ofsi_grow(&forms->shorts, &forms->capacity, (size_t)number + 1, sizeof *forms->shorts))
        return ofsi_fail_nomem(g->err);
    ofsi_span *shorts = &forms->shorts[number];
    if (added)
        *shorts = (ofsi_span){NULL, 0};
    if (shorts->size && holds_line(*shorts, definition->term))
        return OFS_OK;
    char *lines = ofsi_arena_bytes(&forms->arena, shorts->size + definition->term.size + 1);
    if (!lines)
        return ofsi_fail_nomem(g->err);
    if (shorts->size)
        memcpy(lines, shorts->data, shorts->size);
    lines[shorts->size] = '\n';
    memcpy(lines + shorts->size + 1, definition->term.data, definition->term.size);
    *shorts = (ofsi_span){lines, shorts->size + definition->term.size + 1};
    return OFS_OK;
}

static ofs_status load_long_forms(gathering *g, ofsi_long_forms *forms) {
    ofsi_arena work = {0};
    g->arena = &work;
    g->long_forms = forms;
    ofs_status status = g->definitions->visit_all(g->definitions->index, remember_long_form, g, g->err);
    g->arena = NULL;
    ofsi_arena_free(&work);
    forms->loaded = status == OFS_OK;
    if (status != OFS_OK)
        ofsi_long_forms_free(forms);
    return status;
}

void ofsi_long_forms_free(ofsi_long_forms *forms) {
    ofsi_map_free(&forms->stems);
    ofsi_free(forms->shorts);
    ofsi_arena_free(&forms->arena);
    *forms = (ofsi_long_forms){0};
}

/* Of one short form, the meaning that is wanted, if it is among those that count. */
static ofs_status add_like(gathering *g, ofsi_span short_stems, ofsi_span long_stems, ofsi_meanings *out) {
    ofsi_meanings all;
    ofs_status status = ofsi_meanings_of(g->definitions, g->analyzer, short_stems, g->arena, &all, g->err);
    for (uint32_t i = 0; status == OFS_OK && i < all.count && out->count < OFSI_MEANINGS_MAX; i++)
        if (ofsi_span_equal(all.items[i].long_stems, long_stems))
            out->items[out->count++] = all.items[i];
    return status;
}

ofs_status ofsi_meanings_like(const ofsi_definitions *definitions, ofsi_analyzer *analyzer,
                              ofsi_long_forms *long_forms, ofsi_span long_stems, ofsi_arena *arena,
                              ofsi_meanings *meanings, ofs_error *err) {
    gathering g = {.definitions = definitions, .analyzer = analyzer, .err = err};
    *meanings = (ofsi_meanings){0};
    ofs_status status = long_forms->loaded ? OFS_OK : load_long_forms(&g, long_forms);
    uint32_t number = status == OFS_OK ? ofsi_map_find(&long_forms->stems, long_stems) : OFSI_MAP_NONE;
    g.arena = arena;
    if (number != OFSI_MAP_NONE) {
        ofsi_span lines = long_forms->shorts[number];
        meanings->items = ofsi_arena_calloc(arena, OFSI_MEANINGS_MAX, sizeof *meanings->items);
        if (!meanings->items)
            status = ofsi_fail_nomem(err);
        for (const char *at = lines.data, *end = lines.data + lines.size; at < end && status == OFS_OK;) {
            const char *next = memchr(at + 1, '\n', (size_t)(end - at - 1));
            next = next ? next : end;
            status = add_like(&g, (ofsi_span){at + 1, (size_t)(next - at - 1)}, long_stems, meanings);
            at = next;
        }
    }
    if (status == OFS_OK && meanings->count)
        qsort(meanings->items, meanings->count, sizeof *meanings->items, by_reports);
    free_gathering(&g);
    return status;
}

/* ---- how a stem is written ---- */

bool ofsi_meanings_has_form(const ofsi_meanings *meanings, ofsi_span form) {
    for (uint32_t i = 0; i < meanings->count; i++)
        if (ofsi_span_equal(meanings->items[i].short_form, form) ||
            ofsi_span_equal(ofsi_short_form_base(meanings->items[i].short_form), form))
            return true;
    return false;
}
