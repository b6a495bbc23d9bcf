/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Definitions of several segments to meanings: rows are gathered, sorted by their stems, and counted by report. */
#include "search/exec/meanings.h"

#include <stdlib.h>

#include "indexer/analysis/abbreviation.h"
#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"

/* A definition of a segment. */
typedef struct row {
    ofsi_definition_row definition;
    ofsi_span long_stems;
    uint32_t part;
    uint64_t reports; /* live */
} row;

typedef struct gathering {
    const ofsi_snapshot *snapshot;
    ofsi_analyzer *analyzer;
    ofsi_arena *arena;
    ofsi_tokens tokens;
    row *rows; /* owned */
    size_t count, capacity;
    uint32_t *reports; /* of the row at hand; owned */
    size_t reports_capacity;
    uint64_t **seen; /* by part, a bit a report, of the meaning at hand; owned */
    ofs_error *err;
} gathering;

static void free_gathering(gathering *g) {
    for (uint32_t p = 0; g->seen && p < g->snapshot->segment_count; p++)
        ofsi_free(g->seen[p]);
    ofsi_free(g->seen);
    ofsi_free(g->rows);
    ofsi_free(g->reports);
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

static ofs_status add_row(gathering *g, uint32_t part, const ofsi_definition_row *definition) {
    if (!ofsi_grow(&g->rows, &g->capacity, g->count + 1, sizeof *g->rows))
        return ofsi_fail_nomem(g->err);
    row *added = &g->rows[g->count];
    *added = (row){.definition = *definition, .part = part};
    ofs_status status = stem_text(g, definition->long_form, g->arena, &added->long_stems);
    g->count += status == OFS_OK && added->long_stems.size;
    return status;
}

/* The first row of the segment whose term is not below `term`. */
static ofs_status find_term(ofsi_segment *segment, uint32_t count, ofsi_span term, uint32_t *first,
                            ofs_error *err) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        ofsi_definition_row definition;
        ofs_status status = ofsi_segment_definition(segment, middle, &definition, err);
        if (status != OFS_OK)
            return status;
        if (ofsi_span_compare(definition.term, term) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    return OFS_OK;
}

static ofs_status gather_part(gathering *g, uint32_t part, ofsi_span term) {
    ofsi_segment *segment = g->snapshot->segments[part].segment;
    uint32_t count, i = 0;
    ofs_status status = ofsi_segment_definition_count(segment, &count, g->err);
    if (status == OFS_OK && count)
        status = find_term(segment, count, term, &i, g->err);
    for (; i < count && status == OFS_OK; i++) {
        ofsi_definition_row definition;
        status = ofsi_segment_definition(segment, i, &definition, g->err);
        if (status != OFS_OK || !ofsi_span_equal(definition.term, term))
            break;
        status = add_row(g, part, &definition);
    }
    return status;
}

/* ---- counting ---- */

static bool is_dead(const ofsi_manifest_segment *info, uint32_t report) {
    uint32_t low = 0, high = info->dead_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (info->dead[middle] < report)
            low = middle + 1;
        else
            high = middle;
    }
    return low < info->dead_count && info->dead[low] == report;
}

/* Counts the row's live reports, and those of them that no row of the same meaning had yet. */
static ofs_status count_reports(gathering *g, row *r, uint64_t *more) {
    const ofsi_snapshot_segment *part = &g->snapshot->segments[r->part];
    if (!ofsi_grow(&g->reports, &g->reports_capacity, r->definition.report_count, sizeof *g->reports))
        return ofsi_fail_nomem(g->err);
    ofs_status status = ofsi_segment_definition_reports(part->segment, &r->definition, g->reports, g->err);
    if (status != OFS_OK)
        return status;
    if (!g->seen[r->part])
        g->seen[r->part] = ofsi_calloc(ofsi_segment_report_count(part->segment) / 64 + 1, sizeof(uint64_t));
    if (!g->seen[r->part])
        return ofsi_fail_nomem(g->err);
    for (uint32_t i = 0; i < r->definition.report_count; i++) {
        uint64_t *word = &g->seen[r->part][g->reports[i] / 64], bit = UINT64_C(1) << (g->reports[i] % 64);
        if (is_dead(part->info, g->reports[i]))
            continue;
        r->reports++;
        *more += !(*word & bit);
        *word |= bit;
    }
    return OFS_OK;
}

static void forget_seen(gathering *g) {
    for (uint32_t p = 0; p < g->snapshot->segment_count; p++) {
        ofsi_free(g->seen[p]);
        g->seen[p] = NULL;
    }
}

static int by_stems(const void *a, const void *b) {
    const row *x = a, *y = b;
    int order = ofsi_span_compare(x->long_stems, y->long_stems);
    if (order == 0)
        order = ofsi_span_compare(x->definition.long_form, y->definition.long_form);
    return order ? order : ofsi_span_compare(x->definition.short_form, y->definition.short_form);
}

/* The form that most reports have, the first in byte order on a tie. */
static ofs_status find_usual(const row *rows, size_t count, bool of_long, ofsi_span *usual, ofs_error *err) {
    ofsi_map forms = {0};
    uint64_t *sums = ofsi_calloc(count, sizeof *sums), most = 0;
    ofs_status status = sums ? OFS_OK : ofsi_fail_nomem(err);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofsi_span form = of_long ? rows[i].definition.long_form : rows[i].definition.short_form;
        uint32_t number = ofsi_map_intern(&forms, form, NULL);
        if (number == OFSI_MAP_NONE)
            status = ofsi_fail_nomem(err);
        else
            sums[number] += rows[i].reports;
    }
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofsi_span form = of_long ? rows[i].definition.long_form : rows[i].definition.short_form;
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
    g->seen = ofsi_calloc((size_t)g->snapshot->segment_count + 1, sizeof(uint64_t *));
    if (!meanings->items || !g->seen)
        return ofsi_fail_nomem(g->err);
    for (size_t i = 0, first; i < g->count;) {
        ofsi_meaning meaning = {.short_stems = g->rows[i].definition.term,
                                .long_stems = g->rows[i].long_stems};
        for (first = i; i < g->count && ofsi_span_equal(g->rows[i].long_stems, meaning.long_stems); i++) {
            ofs_status status = count_reports(g, &g->rows[i], &meaning.reports);
            if (status != OFS_OK)
                return status;
        }
        forget_seen(g);
        if (meaning.reports == 0)
            continue;
        ofs_status status = find_usual(g->rows + first, i - first, true, &meaning.long_form, g->err);
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
           meanings->items[kept].reports >= meanings->items[0].reports / OFSI_MEANING_PART)
        kept++;
    meanings->count = kept;
    return OFS_OK;
}

ofs_status ofsi_meanings_of(const ofsi_snapshot *snapshot, ofsi_analyzer *analyzer, ofsi_span short_stems,
                            ofsi_arena *arena, ofsi_meanings *meanings, ofs_error *err) {
    gathering g = {.snapshot = snapshot, .analyzer = analyzer, .arena = arena, .err = err};
    ofs_status status = OFS_OK;
    *meanings = (ofsi_meanings){0};
    for (uint32_t p = 0; p < snapshot->segment_count && status == OFS_OK; p++)
        status = gather_part(&g, p, short_stems);
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

static ofs_status remember_long_form(gathering *g, ofsi_long_forms *forms,
                                     const ofsi_definition_row *definition) {
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
    ofs_status status = OFS_OK;
    g->arena = &work;
    for (uint32_t p = 0; p < g->snapshot->segment_count && status == OFS_OK; p++) {
        ofsi_segment *segment = g->snapshot->segments[p].segment;
        uint32_t count;
        status = ofsi_segment_definition_count(segment, &count, g->err);
        for (uint32_t i = 0; i < count && status == OFS_OK; i++) {
            ofsi_definition_row definition;
            status = ofsi_segment_definition(segment, i, &definition, g->err);
            if (status == OFS_OK)
                status = remember_long_form(g, forms, &definition);
        }
    }
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
    ofs_status status = ofsi_meanings_of(g->snapshot, g->analyzer, short_stems, g->arena, &all, g->err);
    for (uint32_t i = 0; status == OFS_OK && i < all.count && out->count < OFSI_MEANINGS_MAX; i++)
        if (ofsi_span_equal(all.items[i].long_stems, long_stems))
            out->items[out->count++] = all.items[i];
    return status;
}

ofs_status ofsi_meanings_like(const ofsi_snapshot *snapshot, ofsi_analyzer *analyzer,
                              ofsi_long_forms *long_forms, ofsi_span long_stems, ofsi_arena *arena,
                              ofsi_meanings *meanings, ofs_error *err) {
    gathering g = {.snapshot = snapshot, .analyzer = analyzer, .err = err};
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

static bool is_short_form(const ofsi_meanings *meanings, ofsi_span form) {
    for (uint32_t i = 0; i < meanings->count; i++)
        if (ofsi_span_equal(meanings->items[i].short_form, form) ||
            ofsi_span_equal(ofsi_short_form_base(meanings->items[i].short_form), form))
            return true;
    return false;
}

ofs_status ofsi_meanings_prevail(const ofsi_snapshot *snapshot, ofsi_span stem, const ofsi_meanings *meanings,
                                 bool *prevail, ofs_error *err) {
    uint64_t all = 0, short_forms = 0;
    ofs_status status = OFS_OK;
    for (uint32_t p = 0; p < snapshot->segment_count && status == OFS_OK; p++) {
        ofsi_arena arena = {0};
        ofsi_term term;
        bool found;
        const ofsi_span *forms;
        const uint64_t *counts;
        status = ofsi_segment_find_term(snapshot->segments[p].segment, stem, &term, &found, err);
        if (status == OFS_OK && found)
            status = ofsi_segment_term_forms(snapshot->segments[p].segment, stem, &term, &arena, &forms,
                                             &counts, err);
        for (uint32_t f = 0; status == OFS_OK && found && f < term.form_count; f++) {
            all += counts[f];
            short_forms += is_short_form(meanings, forms[f]) ? counts[f] : 0;
        }
        ofsi_arena_free(&arena);
    }
    *prevail = short_forms && short_forms >= all - short_forms;
    return status;
}
