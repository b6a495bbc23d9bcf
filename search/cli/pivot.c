/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --pivot ROWS,COLUMNS: of one query, of each query of a batch, or with `query` as an axis of the batch as a whole. */
#include "search/present/pivot.h"

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "search/cli/cli.h"

static const char *axis_name(const ofs_axis *axis) {
    return axis->is_query ? "query" : ofs_facet_field_name(axis->field);
}

bool pivots_batch(const args *a) {
    return a->pivot_set && a->batch && (a->pivot.rows.is_query || a->pivot.columns.is_query);
}

/* What the head says: counts of the query; of a batch as a whole only what was searched. */
ofs_status describe_search(session *s, const char *query, ofs_results **results, ofs_error *err) {
    ofs_search_request request;
    ofs_facet_request facets[ARGS_FACETS_MAX + 1];
    fill_request(s->args, query, facets, &request);
    request.limit = 0;
    request.facet_count = 0;
    request.base = true;
    return ofs_search(s->index, &request, results, err);
}

/* The head of the batch's pivot tells what each name stands for. */
static ofs_status note_query(session *s, const char *query, const char *name, ofs_error *err) {
    char *kept_name = ofsi_arena_strndup(&s->queries_arena, name, strlen(name));
    char *kept_query = ofsi_arena_strndup(&s->queries_arena, query, strlen(query));
    if (!kept_name || !kept_query ||
        !ofsi_grow(&s->queries, &s->query_capacity, s->query_count + 3, sizeof *s->queries))
        return ofsi_fail_nomem(err);
    s->queries[s->query_count++] = kept_name;
    s->queries[s->query_count++] = kept_query;
    s->queries[s->query_count] = NULL;
    s->run.queries = s->queries;
    return OFS_OK;
}

void drop_pivot(session *s) {
    ofs_pivot_free(s->pivot);
    ofsi_arena_free(&s->queries_arena);
    ofsi_free(s->queries);
    s->pivot = NULL;
    s->queries = NULL;
    s->run.queries = NULL;
}

ofs_status add_to_pivot(session *s, ofs_pivot *pivot, const char *query, const char *name, ofs_error *err) {
    ofs_search_request request;
    ofs_facet_request facets[ARGS_FACETS_MAX + 1];
    fill_request(s->args, query, facets, &request);
    ofs_status status = ofs_pivot_add(pivot, s->index, name, &request, err);
    return status == OFS_OK && pivot == s->pivot ? note_query(s, query, name, err) : status;
}

ofs_status print_pivot(session *s, ofs_pivot *pivot, const char *query, const ofsi_present_options *options,
                       ofs_error *err) {
    const args *a = s->args;
    const ofs_pivot_table *table;
    ofs_results *results = NULL;
    ofsi_buf out = {0};
    ofsi_present_options shown = *options;
    uint64_t shards = 0;
    ofs_status status = ofs_pivot_read(pivot, &table, err);
    if (status == OFS_OK)
        status = note_shards(s, &shards, err);
    if (status == OFS_OK)
        status = describe_search(s, pivots_batch(a) ? "" : query, &results, err);
    if (status == OFS_OK && !pivots_batch(a))
        status = check_shards(s, shards, err);
    if (status == OFS_OK) {
        const ofsi_pivot_names names = {axis_name(&a->pivot.rows), axis_name(&a->pivot.columns),
                                        a->pivot.count_by == OFS_COUNT_REPORTS, query};
        begin_output(s, &out);
        shown.sheet = s->present.sheet;
        ofs_results described = *results;
        if (pivots_batch(a))
            described.query = query; /* the file */
        ofsi_present_pivot(table, &names, &described, &shown, &out);
        status = emit(&out, err);
    }
    ofsi_buf_free(&out);
    ofs_results_free(results);
    return status;
}

ofs_status answer_pivot(session *s, const char *query, const ofsi_present_options *options, uint64_t *total,
                        ofs_error *err) {
    ofs_pivot *pivot = NULL;
    const ofs_pivot_table *table;
    ofs_status status = ofs_pivot_open(&s->args->pivot, &pivot, err);
    if (status == OFS_OK)
        status = add_to_pivot(s, pivot, query, options->batch ? options->name : query, err);
    if (status == OFS_OK)
        status = ofs_pivot_read(pivot, &table, err);
    if (status == OFS_OK) {
        *total = 0;
        for (size_t i = 0; i < (size_t)table->row_count * table->column_count; i++)
            *total += table->cells[i].count;
        status = print_pivot(s, pivot, query, options, err);
    }
    ofs_pivot_free(pivot);
    return status;
}
