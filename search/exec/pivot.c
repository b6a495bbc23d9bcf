/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pivots: each matching paragraph is looked at in the order of the reports, and counted in its cell, its row, its column and
 * the whole. A report counts once in each of them: every counter remembers the report it counted last. The second count,
 * what passes the filters alone, is taken the same way; queries of one batch mostly share it, so that it is kept.
 */
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "search/exec/drill.h"
#include "search/exec/index.h"

/* The row or column that stands for all of them. */
#define EVERY UINT32_MAX

/* Two counts of a cell or total, and the reports counted last. */
typedef struct counter {
    ofs_pivot_cell cell;
    uint64_t last[2];
} counter;

/* The values met on an axis. */
typedef struct axis {
    ofs_axis wanted;
    ofsi_map names;
    uint32_t *orders; /* by number in names */
    size_t capacity;
} axis;

struct ofs_pivot {
    ofs_count_by count_by;
    axis rows, columns;
    ofsi_map keys; /* of cells: row and column as 8 bytes */
    counter *counters;
    size_t counter_capacity;
    uint64_t report; /* number of the report at hand, from 1, never used again */
    ofsi_value value, last_report;
    ofsi_buf base;      /* what the filters of the query added last were, written back */
    uint32_t base_name; /* and its number; OFSI_MAP_NONE: there was none */
    ofsi_arena answer;  /* of the table last read */
    ofs_pivot_table table;
};

ofs_status ofs_pivot_open(const ofs_pivot_request *request, ofs_pivot **out, ofs_error *err) {
    const ofs_axis *rows = &request->rows, *columns = &request->columns;
    ofsi_error_clear(err);
    *out = NULL;
    if ((unsigned)rows->field >= OFS_FACET_FIELD_COUNT || (unsigned)columns->field >= OFS_FACET_FIELD_COUNT)
        return ofsi_fail(err, OFS_E_USAGE, "a pivot of a field that does not exist");
    if (rows->is_query == columns->is_query && (rows->is_query || rows->field == columns->field))
        return ofsi_fail(err, OFS_E_USAGE, "rows and columns of a pivot must differ");
    ofs_pivot *pivot = ofsi_calloc(1, sizeof *pivot);
    if (!pivot)
        return ofsi_fail_nomem(err);
    pivot->count_by = request->count_by;
    pivot->rows.wanted = *rows;
    pivot->columns.wanted = *columns;
    pivot->base_name = OFSI_MAP_NONE;
    *out = pivot;
    return OFS_OK;
}

static void drop_axis(axis *a) {
    ofsi_map_free(&a->names);
    ofsi_free(a->orders);
}

void ofs_pivot_free(ofs_pivot *pivot) {
    if (!pivot)
        return;
    drop_axis(&pivot->rows);
    drop_axis(&pivot->columns);
    ofsi_map_free(&pivot->keys);
    ofsi_free(pivot->counters);
    ofsi_buf_free(&pivot->value.name);
    ofsi_buf_free(&pivot->last_report.name);
    ofsi_buf_free(&pivot->base);
    ofsi_arena_free(&pivot->answer);
    ofsi_free(pivot);
}

/* ---- counting ---- */

static ofs_status number_value(axis *a, ofsi_span name, uint32_t order, uint32_t *number, ofs_error *err) {
    bool added;
    *number = ofsi_map_intern(&a->names, name, &added);
    if (*number == OFSI_MAP_NONE ||
        !ofsi_grow(&a->orders, &a->capacity, (size_t)*number + 1, sizeof *a->orders))
        return ofsi_fail_nomem(err);
    if (added || order < a->orders[*number])
        a->orders[*number] = order;
    return OFS_OK;
}

static counter *find_counter(ofs_pivot *pivot, uint32_t row, uint32_t column) {
    const uint32_t key[2] = {row, column};
    bool added;
    uint32_t number = ofsi_map_intern(&pivot->keys, (ofsi_span){(const char *)key, sizeof key}, &added);
    if (number == OFSI_MAP_NONE ||
        !ofsi_grow(&pivot->counters, &pivot->counter_capacity, (size_t)number + 1, sizeof *pivot->counters))
        return NULL;
    if (added)
        pivot->counters[number] = (counter){0};
    return &pivot->counters[number];
}

static ofs_status count_at(ofs_pivot *pivot, uint32_t row, uint32_t column, bool base, ofs_error *err) {
    counter *c = find_counter(pivot, row, column);
    if (!c)
        return ofsi_fail_nomem(err);
    if (pivot->count_by == OFS_COUNT_REPORTS && c->last[base] == pivot->report)
        return OFS_OK;
    c->last[base] = pivot->report;
    *(base ? &c->cell.of : &c->cell.count) += 1;
    return OFS_OK;
}

static ofs_status read_axis(ofs_pivot *pivot, ofsi_engine *engine, axis *a, uint64_t doc, ofsi_span name,
                            uint32_t *number, ofs_error *err) {
    if (a->wanted.is_query)
        return number_value(a, name, 0, number, err);
    ofs_status status = engine->value(engine, doc, a->wanted.field, &pivot->value, err);
    return status != OFS_OK
               ? status
               : number_value(a, ofsi_buf_span(&pivot->value.name), pivot->value.order, number, err);
}

static ofs_status follow_report(ofs_pivot *pivot, ofsi_engine *engine, uint64_t doc, bool first,
                                ofs_error *err) {
    ofs_status status = engine->value(engine, doc, OFS_FACET_REPORT, &pivot->value, err);
    if (status != OFS_OK)
        return status;
    if (first ||
        !ofsi_span_equal(ofsi_buf_span(&pivot->value.name), ofsi_buf_span(&pivot->last_report.name))) {
        pivot->report++;
        ofsi_buf_reset(&pivot->last_report.name);
        ofsi_buf_append(&pivot->last_report.name, pivot->value.name.data, pivot->value.name.size);
    }
    return pivot->last_report.name.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofs_status count_doc(ofs_pivot *pivot, ofsi_engine *engine, uint64_t doc, ofsi_span name, bool base,
                            ofs_error *err) {
    uint32_t row, column;
    ofs_status status = read_axis(pivot, engine, &pivot->rows, doc, name, &row, err);
    if (status == OFS_OK)
        status = read_axis(pivot, engine, &pivot->columns, doc, name, &column, err);
    if (status == OFS_OK)
        status = count_at(pivot, row, column, base, err);
    if (status == OFS_OK)
        status = count_at(pivot, row, EVERY, base, err);
    if (status == OFS_OK && !pivot->rows.wanted.is_query)
        status = count_at(pivot, EVERY, column, base, err);
    if (status == OFS_OK && !pivot->rows.wanted.is_query && !pivot->columns.wanted.is_query)
        status = count_at(pivot, EVERY, EVERY, base, err);
    return status;
}

/* A query that matches nothing has its row too. */
static ofs_status note_query(ofs_pivot *pivot, ofsi_span name, ofs_error *err) {
    uint32_t number;
    ofs_status status = OFS_OK;
    if (pivot->rows.wanted.is_query)
        status = number_value(&pivot->rows, name, 0, &number, err);
    if (status == OFS_OK && pivot->columns.wanted.is_query)
        status = number_value(&pivot->columns, name, 0, &number, err);
    return status;
}

/* ---- taking back ---- */

/* What a pivot was before a query was added to it. */
typedef struct before {
    uint32_t cells, rows, columns;
    counter *counters; /* copies, as many as cells */
    uint32_t base_name;
    ofsi_buf base;
} before;

static bool note_before(const ofs_pivot *pivot, before *b) {
    *b = (before){
        pivot->keys.count, pivot->rows.names.count, pivot->columns.names.count, NULL, pivot->base_name, {0}};
    b->counters = ofsi_calloc((size_t)b->cells + 1, sizeof *b->counters);
    ofsi_buf_append(&b->base, pivot->base.data, pivot->base.size);
    if (b->counters && b->cells)
        memcpy(b->counters, pivot->counters, b->cells * sizeof *b->counters);
    return b->counters && !b->base.failed;
}

/* Leaves the first `count` strings. */
static bool cut_map(ofsi_map *map, uint32_t count) {
    ofsi_map cut = {0};
    bool ok = true;
    for (uint32_t i = 0; i < count && ok; i++)
        ok = ofsi_map_intern(&cut, map->keys[i], NULL) != OFSI_MAP_NONE;
    ofsi_map_free(map);
    *map = cut;
    return ok;
}

static ofs_status take_back(ofs_pivot *pivot, before *b, ofs_error *err) {
    bool ok = cut_map(&pivot->keys, b->cells) && cut_map(&pivot->rows.names, b->rows) &&
              cut_map(&pivot->columns.names, b->columns);
    if (b->cells)
        memcpy(pivot->counters, b->counters, b->cells * sizeof *b->counters);
    ofsi_buf_reset(&pivot->base);
    ofsi_buf_append(&pivot->base, b->base.data, b->base.size);
    pivot->base_name = b->base_name;
    return ok && !pivot->base.failed ? OFS_OK : ofsi_fail_nomem(err);
}

static void free_before(before *b) {
    ofsi_free(b->counters);
    ofsi_buf_free(&b->base);
}

/* ---- adding ---- */

/* Everything that matches, in the order of the reports. */
static ofs_status count_matches(ofs_pivot *pivot, ofsi_engine *engine, const ofsi_node *root, ofsi_span name,
                                bool base, ofs_error *err) {
    const ofsi_engine_request asked = {
        .root = root, .k1 = 1.2, .b = 0.75, .top = OFS_ALL, .sort = OFS_SORT_REPORT};
    ofsi_engine_answer answer = {0};
    ofsi_arena arena = {0};
    ofs_status status = engine->search(engine, &asked, &arena, &answer, err);
    if (status == OFS_OK)
        status = note_query(pivot, name, err);
    for (size_t i = 0; i < answer.ranked_count && status == OFS_OK; i++) {
        status = follow_report(pivot, engine, answer.ranked[i].doc, i == 0, err);
        if (status == OFS_OK)
            status = count_doc(pivot, engine, answer.ranked[i].doc, name, base, err);
    }
    ofsi_arena_free(&arena);
    return status;
}

/* The second counts of the query before, whose filters are the same, for the query `name` too. */
static ofs_status copy_base(ofs_pivot *pivot, uint32_t from, uint32_t to, ofs_error *err) {
    bool rows = pivot->rows.wanted.is_query;
    uint32_t others = rows ? pivot->columns.names.count : pivot->rows.names.count;
    for (uint32_t i = 0; i <= others; i++) {
        uint32_t other = i < others ? i : EVERY;
        const counter *source = rows ? find_counter(pivot, from, other) : find_counter(pivot, other, from);
        uint64_t of = source ? source->cell.of : 0;
        counter *target = rows ? find_counter(pivot, to, other) : find_counter(pivot, other, to);
        if (!source || !target)
            return ofsi_fail_nomem(err);
        target->cell.of = of;
    }
    return OFS_OK;
}

/* The axis that is the queries; NULL: none is. */
static const axis *query_axis(const ofs_pivot *pivot) {
    return pivot->rows.wanted.is_query      ? &pivot->rows
           : pivot->columns.wanted.is_query ? &pivot->columns
                                            : NULL;
}

static ofs_status count_base(ofs_pivot *pivot, ofsi_engine *engine, const ofsi_node *root, ofsi_span name,
                             ofs_error *err) {
    const axis *queries = query_axis(pivot);
    if (!queries)
        return count_matches(pivot, engine, root, name, true, err);
    ofsi_buf printed = {0};
    ofs_status status = note_query(pivot, name, err);
    uint32_t number = ofsi_map_find(&queries->names, name);
    if (root)
        ofsi_query_print(root, &printed);
    if (printed.failed)
        status = ofsi_fail_nomem(err);
    else if (status == OFS_OK && pivot->base_name != OFSI_MAP_NONE && pivot->base_name != number &&
             ofsi_span_equal(ofsi_buf_span(&printed), ofsi_buf_span(&pivot->base)))
        status = copy_base(pivot, pivot->base_name, number, err);
    else if (status == OFS_OK)
        status = count_matches(pivot, engine, root, name, true, err);
    ofsi_buf_free(&pivot->base);
    pivot->base = printed;
    pivot->base_name = status == OFS_OK ? number : OFSI_MAP_NONE;
    return status;
}

static ofs_status try_add(ofs_pivot *pivot, ofs_index *index, const char *name,
                          const ofs_search_request *request, ofs_error *err) {
    ofsi_engine *engine = index->engine;
    ofsi_arena work = {0};
    ofsi_question question;
    ofsi_node *base = NULL;
    const axis *queries = query_axis(pivot);
    /* What both match would count twice, and what the filters pass too. */
    if (queries && ofsi_map_find(&queries->names, ofsi_span_of(name)) != OFSI_MAP_NONE)
        return ofsi_fail(err, OFS_E_USAGE, "a query before has the name %s: those of a pivot must differ",
                         name);
    ofs_status status = ofsi_request_read(request, engine, &work, &question, err);
    if (status == OFS_OK && !question.nothing)
        status = count_matches(pivot, engine, question.root, ofsi_span_of(name), false, err);
    if (status == OFS_OK)
        status = ofsi_drill_base(&question, &work, &base, err);
    if (status == OFS_OK)
        status = count_base(pivot, engine, base, ofsi_span_of(name), err);
    ofsi_arena_free(&work);
    return status;
}

/* Where a query may be begun anew, what it had counted is taken back, also when it fails in the end. */
static ofs_status add_again(ofs_pivot *pivot, ofs_index *index, const char *name,
                            const ofs_search_request *request, ofs_error *err) {
    ofsi_attempt attempt;
    before b;
    ofs_status status = ofsi_index_begin(index, &attempt, err);
    bool noted = note_before(pivot, &b);
    if (!noted)
        status = ofsi_fail_nomem(err);
    do {
        if (status == OFS_OK)
            status = try_add(pivot, index, name, request, err);
        if (status != OFS_OK && noted && take_back(pivot, &b, err) != OFS_OK)
            status = OFS_E_NOMEM;
    } while (ofsi_index_again(&attempt, &status, err));
    free_before(&b);
    ofsi_index_end(&attempt);
    return status;
}

ofs_status ofs_pivot_add(ofs_pivot *pivot, ofs_index *index, const char *name,
                         const ofs_search_request *request, ofs_error *err) {
    ofsi_error_clear(err);
    return index->engine->recover ? add_again(pivot, index, name, request, err)
                                  : try_add(pivot, index, name, request, err);
}

/* ---- the table ---- */

/* A value of an axis with what it is sorted by. */
typedef struct entry {
    ofsi_span name;
    uint32_t number, order;
    ofs_pivot_cell total;
} entry;

static const ofs_pivot_cell *find_cell(const ofs_pivot *pivot, uint32_t row, uint32_t column) {
    static const ofs_pivot_cell nothing = {0, 0};
    const uint32_t key[2] = {row, column};
    uint32_t number = ofsi_map_find(&pivot->keys, (ofsi_span){(const char *)key, sizeof key});
    return number == OFSI_MAP_NONE ? &nothing : &pivot->counters[number].cell;
}

/* No value comes last. */
static int by_name(const entry *x, const entry *y) {
    if ((x->name.size == 0) != (y->name.size == 0))
        return x->name.size == 0 ? 1 : -1;
    return ofsi_span_compare(x->name, y->name);
}

static int by_count(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->total.count != y->total.count)
        return x->total.count > y->total.count ? -1 : 1;
    if (x->total.of != y->total.of)
        return x->total.of > y->total.of ? -1 : 1;
    return by_name(x, y);
}

static int by_order(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return by_name(x, y);
}

static bool has_order(const axis *a) {
    return a->wanted.field == OFS_FACET_GRADE || a->wanted.field == OFS_FACET_OVERALL ||
           a->wanted.field == OFS_FACET_YEAR;
}

/* Values in the order they are shown, cut to the limit. *count values of what the axis has. */
static ofs_status sort_axis(ofs_pivot *pivot, const axis *a, bool are_rows, entry **entries, uint32_t *count,
                            ofs_error *err) {
    uint32_t n = a->names.count;
    *entries = ofsi_arena_calloc(&pivot->answer, (size_t)n + 1, sizeof **entries);
    if (!*entries)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < n; i++)
        (*entries)[i] = (entry){a->names.keys[i], i, a->orders[i],
                                *(are_rows ? find_cell(pivot, i, EVERY) : find_cell(pivot, EVERY, i))};
    *count = n;
    if (a->wanted.is_query || n == 0)
        return OFS_OK;
    if (a->wanted.limit && a->wanted.limit < n) {
        qsort(*entries, n, sizeof **entries, by_count);
        *count = a->wanted.limit;
    }
    qsort(*entries, *count, sizeof **entries, has_order(a) ? by_order : by_count);
    return OFS_OK;
}

/* A path's headings are parted by " › ". */
static const char *show_name(ofsi_arena *arena, ofsi_span name, bool is_path, bool *failed) {
    ofsi_buf text = {0};
    if (name.size == 0)
        return NULL;
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i])
            ofsi_buf_byte(&text, (uint8_t)name.data[i]);
        else if (is_path && i + 1 < name.size)
            ofsi_buf_text(&text, " › ");
    const char *shown = text.failed ? NULL : ofsi_arena_strndup(arena, text.data ? text.data : "", text.size);
    ofsi_buf_free(&text);
    *failed = *failed || !shown;
    return shown;
}

static const char *const *show_names(ofs_pivot *pivot, const axis *a, const entry *entries, uint32_t count) {
    bool failed = false, is_path = !a->wanted.is_query && a->wanted.field == OFS_FACET_SECTION;
    const char **names = ofsi_arena_calloc(&pivot->answer, (size_t)count + 1, sizeof *names);
    for (uint32_t i = 0; names && i < count; i++)
        names[i] = show_name(&pivot->answer, entries[i].name, is_path, &failed);
    return failed ? NULL : names;
}

static ofs_status fill_table(ofs_pivot *pivot, const entry *rows, const entry *columns, ofs_error *err) {
    ofs_pivot_table *t = &pivot->table;
    size_t wide = t->column_count;
    ofs_pivot_cell *cells = ofsi_arena_calloc(&pivot->answer, t->row_count * wide + 1, sizeof *cells);
    ofs_pivot_cell *row_totals = ofsi_arena_calloc(&pivot->answer, (size_t)t->row_count + 1, sizeof *cells);
    ofs_pivot_cell *column_totals = ofsi_arena_calloc(&pivot->answer, wide + 1, sizeof *cells);
    t->rows = show_names(pivot, &pivot->rows, rows, t->row_count);
    t->columns = show_names(pivot, &pivot->columns, columns, t->column_count);
    if (!cells || !row_totals || !column_totals || !t->rows || !t->columns)
        return ofsi_fail_nomem(err);
    for (uint32_t r = 0; r < t->row_count; r++) {
        row_totals[r] = *find_cell(pivot, rows[r].number, EVERY);
        for (uint32_t c = 0; c < t->column_count; c++)
            cells[r * wide + c] = *find_cell(pivot, rows[r].number, columns[c].number);
    }
    for (uint32_t c = 0; c < t->column_count; c++)
        column_totals[c] = *find_cell(pivot, EVERY, columns[c].number);
    t->cells = cells;
    t->row_totals = pivot->columns.wanted.is_query ? NULL : row_totals;
    t->column_totals = pivot->rows.wanted.is_query ? NULL : column_totals;
    t->total = *find_cell(pivot, EVERY, EVERY);
    return OFS_OK;
}

ofs_status ofs_pivot_read(ofs_pivot *pivot, const ofs_pivot_table **table, ofs_error *err) {
    entry *rows, *columns;
    ofsi_error_clear(err);
    ofsi_arena_reset(&pivot->answer);
    pivot->table = (ofs_pivot_table){.row_distinct = pivot->rows.names.count,
                                     .column_distinct = pivot->columns.names.count};
    ofs_status status = sort_axis(pivot, &pivot->rows, true, &rows, &pivot->table.row_count, err);
    if (status == OFS_OK)
        status = sort_axis(pivot, &pivot->columns, false, &columns, &pivot->table.column_count, err);
    if (status == OFS_OK)
        status = fill_table(pivot, rows, columns, err);
    *table = status == OFS_OK ? &pivot->table : NULL;
    return status;
}
