/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alternatives: the request is read again without the filters of the facet's field, and that facet counted alone. What of
 * them is chosen is told by counting once more with the filters. Shares: the same without the query's words.
 */
#include "search/exec/drill.h"

#include <string.h>

#include "indexer/base/buf.h"
#include "indexer/base/map.h"

/* Whether the filter restricts what the facet counts by. */
static bool is_filter_of(const ofs_filter *filter, ofs_facet_field field) {
    if (strcmp(filter->field, ofs_facet_field_name(field)) == 0)
        return true;
    return field == OFS_FACET_YEAR &&
           (strcmp(filter->field, "from") == 0 || strcmp(filter->field, "to") == 0);
}

static bool is_restricted(const ofs_search_request *request, ofs_facet_field field) {
    for (size_t i = 0; i < request->filter_count; i++)
        if (is_filter_of(&request->filters[i], field))
            return true;
    return false;
}

static bool is_filter_node(const ofsi_node *node) {
    if (node->type == OFSI_NODE_NOT || node->type == OFSI_NODE_AND || node->type == OFSI_NODE_OR) {
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!is_filter_node(node->children[i]))
                return false;
        return true;
    }
    return node->type == OFSI_NODE_FIELD;
}

ofs_status ofsi_drill_base(const ofsi_question *question, ofsi_arena *work, ofsi_node **root,
                           ofs_error *err) {
    ofsi_node *words = question->words;
    bool group = words && words->type == OFSI_NODE_AND, failed = false;
    uint32_t parts = !words ? 0 : group ? words->child_count : 1, kept = 0;
    ofsi_node **nodes = ofsi_arena_calloc(work, (size_t)parts + 2, sizeof(ofsi_node *));
    if (!nodes)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < parts; i++) {
        ofsi_node *part = group ? words->children[i] : words;
        if (is_filter_node(part))
            nodes[kept++] = part;
    }
    nodes[kept++] = question->filters;
    nodes[kept++] = question->also;
    *root = ofsi_node_join(work, OFSI_NODE_AND, nodes, kept, &failed);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* Counts alone, with one facet or none. */
static ofs_status count(const ofsi_drill *d, const ofsi_node *root, const ofs_facet_request *facet,
                        ofsi_engine_answer *answer, ofs_error *err) {
    const ofsi_engine_request asked = {.root = root,
                                       .k1 = 1.2,
                                       .b = 0.75,
                                       .totals = OFS_TOTALS_ALL,
                                       .facets = facet,
                                       .facet_count = facet ? 1 : 0};
    return d->engine->search(d->engine, &asked, d->arena, answer, err);
}

/* The question without the filters of one field. */
static ofs_status lift(const ofsi_drill *d, ofs_facet_field field, ofsi_question *question, ofs_error *err) {
    ofs_search_request request = *d->request;
    ofs_filter *kept = ofsi_arena_calloc(d->work, request.filter_count + 1, sizeof *kept);
    if (!kept)
        return ofsi_fail_nomem(err);
    request.filter_count = 0;
    for (size_t i = 0; i < d->request->filter_count; i++)
        if (!is_filter_of(&d->request->filters[i], field))
            kept[request.filter_count++] = d->request->filters[i];
    request.filters = kept;
    return ofsi_request_read(&request, d->engine, d->work, question, err);
}

/* Values by name: the number of a name in `names` is its place in the facet. */
typedef struct value_index {
    const ofs_facet *facet;
    ofsi_map names;
    ofsi_buf key;
} value_index;

static ofsi_span key_of(value_index *index, const ofs_facet_value *value) {
    ofsi_buf_reset(&index->key);
    for (uint32_t i = 0; i < value->depth; i++) {
        ofsi_buf_text(&index->key, value->path[i]);
        ofsi_buf_byte(&index->key, 0);
    }
    return ofsi_buf_span(&index->key);
}

static ofs_status index_values(value_index *index, const ofs_facet *facet, ofs_error *err) {
    *index = (value_index){.facet = facet};
    for (uint32_t i = 0; i < facet->value_count; i++)
        if (ofsi_map_intern(&index->names, key_of(index, &facet->values[i]), NULL) == OFSI_MAP_NONE ||
            index->key.failed)
            return ofsi_fail_nomem(err);
    return OFS_OK;
}

static const ofs_facet_value *find_value(value_index *index, const ofs_facet_value *value) {
    uint32_t number = ofsi_map_find(&index->names, key_of(index, value));
    return number == OFSI_MAP_NONE ? NULL : &index->facet->values[number];
}

static void drop_index(value_index *index) {
    ofsi_map_free(&index->names);
    ofsi_buf_free(&index->key);
}

/* A facet whose values may be written to. */
static ofs_status own_values(const ofsi_drill *d, ofs_facet *facet, ofs_facet_value **values,
                             ofs_error *err) {
    *values = ofsi_arena_calloc(d->arena, (size_t)facet->value_count + 1, sizeof **values);
    if (!*values)
        return ofsi_fail_nomem(err);
    if (facet->value_count)
        memcpy(*values, facet->values, facet->value_count * sizeof **values);
    facet->values = *values;
    return OFS_OK;
}

static ofs_status find_alternatives(const ofsi_drill *d, const ofs_facet_request *wanted, ofs_facet *facet,
                                    const ofsi_question *lifted, ofs_error *err) {
    const ofs_facet_request whole = {.field = wanted->field};
    ofsi_engine_answer chosen = {0}, all = {0};
    ofs_facet_value *values;
    if (lifted->nothing)
        return OFS_OK;
    ofs_status status = count(d, d->question->root, &whole, &chosen, err);
    if (status == OFS_OK)
        status = count(d, lifted->root, wanted, &all, err);
    if (status != OFS_OK)
        return status;
    value_index index;
    *facet = all.facets[0];
    status = index_values(&index, &chosen.facets[0], err);
    if (status == OFS_OK)
        status = own_values(d, facet, &values, err);
    for (uint32_t i = 0; i < facet->value_count && status == OFS_OK; i++)
        values[i].selected = find_value(&index, &values[i]) != NULL;
    drop_index(&index);
    return status;
}

static ofs_status find_shares(const ofsi_drill *d, ofs_facet *facet, const ofsi_question *question,
                              ofs_error *err) {
    const ofs_facet_request whole = {.field = facet->field};
    ofsi_engine_answer base = {0};
    ofsi_node *root = NULL;
    ofs_facet_value *values;
    ofs_status status = ofsi_drill_base(question, d->work, &root, err);
    if (status == OFS_OK)
        status = count(d, root, &whole, &base, err);
    if (status != OFS_OK)
        return status;
    value_index index;
    status = index_values(&index, &base.facets[0], err);
    if (status == OFS_OK)
        status = own_values(d, facet, &values, err);
    for (uint32_t i = 0; i < facet->value_count && status == OFS_OK; i++) {
        const ofs_facet_value *found = find_value(&index, &values[i]);
        values[i].of = found ? found->count : values[i].count;
    }
    drop_index(&index);
    return status;
}

static ofs_status drill_facet(const ofsi_drill *d, const ofs_facet_request *wanted, ofs_facet *facet,
                              ofs_error *err) {
    const ofsi_question *question = d->question;
    ofsi_question lifted;
    ofs_status status = OFS_OK;
    if (d->request->alternatives && is_restricted(d->request, wanted->field)) {
        status = lift(d, wanted->field, &lifted, err);
        if (status == OFS_OK)
            status = find_alternatives(d, wanted, facet, &lifted, err);
        question = &lifted;
    }
    if (status == OFS_OK && wanted->share)
        status = find_shares(d, facet, question, err);
    return status;
}

ofs_status ofsi_drill_results(const ofsi_drill *d, ofs_results *results, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (results->facet_count == 0 && !d->request->base)
        return OFS_OK;
    ofs_facet *facets = ofsi_arena_calloc(d->arena, results->facet_count + 1, sizeof *facets);
    if (!facets)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < results->facet_count && status == OFS_OK; i++) {
        facets[i] = results->facets[i];
        status = drill_facet(d, &d->request->facets[i], &facets[i], err);
    }
    results->facets = facets;
    if (status == OFS_OK && d->request->base) {
        ofsi_engine_answer base = {0};
        ofsi_node *root = NULL;
        status = ofsi_drill_base(d->question, d->work, &root, err);
        if (status == OFS_OK)
            status = count(d, root, NULL, &base, err);
        results->base_total = base.total;
        results->base_reports = base.report_total;
    }
    return status;
}
