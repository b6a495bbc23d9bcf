/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request's filters become nodes as the query language has them: values of one field are alternatives, fields all
 * hold. `from` and `to` are the field date with an open end.
 */
#include "search/exec/request.h"

#include <math.h>
#include <string.h>

#include "indexer/base/date.h"
#include "search/exec/widen.h"
#include "search/query/fields.h"
#include "search/query/function_words.h"

static ofs_status check_request(const ofs_search_request *request, ofs_error *err) {
    if (request->k1_set && !(isfinite(request->k1) && request->k1 >= 0.0))
        return ofsi_fail(err, OFS_E_USAGE, "k1 must be a number, 0 or more");
    if (request->b_set && !(request->b >= 0.0 && request->b <= 1.0))
        return ofsi_fail(err, OFS_E_USAGE, "b must be a number from 0 to 1");
    if ((unsigned)request->sort > OFS_SORT_REPORT)
        return ofsi_fail(err, OFS_E_USAGE, "there is no order number %d", (int)request->sort);
    for (size_t i = 0; i < request->facet_count; i++)
        if ((unsigned)request->facets[i].field >= OFS_FACET_FIELD_COUNT)
            return ofsi_fail(err, OFS_E_USAGE, "there is no facet number %d", (int)request->facets[i].field);
    for (size_t i = 0; i < request->filter_count; i++)
        if (!request->filters[i].field || !request->filters[i].value)
            return ofsi_fail(err, OFS_E_USAGE, "a filter needs a field and a value");
    return OFS_OK;
}

static ofs_status read_filter(const ofs_filter *filter, ofsi_arena *arena, ofsi_node **out, ofs_error *err) {
    ofsi_field field;
    ofsi_span value = ofsi_span_of(filter->value);
    bool from = strcmp(filter->field, "from") == 0, to = strcmp(filter->field, "to") == 0;
    if (from || to) {
        int32_t first, last;
        if (!ofsi_date_parse_span(value, &first, &last))
            return ofsi_fail(err, OFS_E_QUERY, "%s %s: a date is 2012, 2012-05 or 2012-05-29", filter->field,
                             filter->value);
        char *range = ofsi_arena_printf(arena, "%s..%s", from ? filter->value : "", to ? filter->value : "");
        if (!range)
            return ofsi_fail_nomem(err);
        field = OFSI_FIELD_DATE;
        value = ofsi_span_of(range);
    } else if (!ofsi_field_find(ofsi_span_of(filter->field), &field)) {
        return ofsi_fail(err, OFS_E_USAGE, "there is no filter %s", filter->field);
    }
    ofs_status status = ofsi_query_filter(field, value, arena, out, err);
    if (status != OFS_OK && err) {
        err->offset = -1; /* a place in the value, not in the query */
        err->length = 0;
    }
    return status;
}

static ofs_status join(ofsi_arena *arena, ofsi_node_type type, ofsi_node **nodes, uint32_t count,
                       ofsi_node **out, ofs_error *err) {
    bool failed = false;
    *out = ofsi_node_join(arena, type, nodes, count, &failed);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* The alternatives of the filter's field, unless an earlier filter has gathered them. */
static ofs_status gather_field(const ofs_search_request *request, size_t first, ofsi_arena *arena,
                               ofsi_node **out, ofs_error *err) {
    const char *field = request->filters[first].field;
    uint32_t count = 0;
    *out = NULL;
    for (size_t i = 0; i < first; i++)
        if (strcmp(request->filters[i].field, field) == 0)
            return OFS_OK;
    ofsi_node **values = ofsi_arena_calloc(arena, request->filter_count, sizeof(ofsi_node *));
    if (!values)
        return ofsi_fail_nomem(err);
    for (size_t i = first; i < request->filter_count; i++) {
        if (strcmp(request->filters[i].field, field) != 0)
            continue;
        ofs_status status = read_filter(&request->filters[i], arena, &values[count++], err);
        if (status != OFS_OK)
            return status;
    }
    return join(arena, OFSI_NODE_OR, values, count, out, err);
}

static ofs_status read_filters(const ofs_search_request *request, ofsi_arena *arena, ofsi_node **out,
                               ofs_error *err) {
    if (request->filter_count == 0)
        return OFS_OK;
    if (request->filter_count > OFSI_QUERY_MAX_NODES)
        return ofsi_fail(err, OFS_E_LIMIT, "%zu filters: the limit is %d", request->filter_count,
                         (int)OFSI_QUERY_MAX_NODES);
    ofsi_node **fields = ofsi_arena_calloc(arena, request->filter_count, sizeof(ofsi_node *));
    if (!fields)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < request->filter_count; i++) {
        ofs_status status = gather_field(request, i, arena, &fields[i], err);
        if (status != OFS_OK)
            return status;
    }
    return join(arena, OFSI_NODE_AND, fields, (uint32_t)request->filter_count, out, err);
}

static bool is_blank(const char *text) { return text[strspn(text, " \t\r\n\f\v")] == '\0'; }

/* Both queries with what stands for the same written out; nothing is looked up when nothing of the kind is asked. */
static ofs_status widen_queries(const ofs_search_request *request, ofsi_engine *engine, ofsi_arena *arena,
                                ofsi_question *question, ofs_error *err) {
    ofsi_thesaurus thesaurus = {.engine = engine, .arena = arena};
    if (!request->synonyms && !ofsi_holds_synonym(question->words) && !ofsi_holds_synonym(question->also))
        return OFS_OK;
    ofs_status status =
        ofsi_thesaurus_open(&thesaurus, request->synonym_groups, request->synonym_group_count, err);
    if (status == OFS_OK)
        status = ofsi_widen(&thesaurus, request->synonyms, &question->words, err);
    if (status == OFS_OK)
        status = ofsi_widen(&thesaurus, false, &question->also, err);
    ofsi_thesaurus_free(&thesaurus);
    return status;
}

/* Beside the second query: an id may hold what no query can say, a quotation mark. */
static ofs_status leave_out_report(const char *id, ofsi_arena *arena, ofsi_node **also, ofs_error *err) {
    ofsi_node *both[] = {*also, ofsi_node_new(arena, OFSI_NODE_NOT)};
    ofsi_node **children = ofsi_arena_calloc(arena, 1, sizeof *children);
    ofsi_node *report = ofsi_node_new(arena, OFSI_NODE_FIELD);
    if (!both[1] || !children || !report)
        return ofsi_fail_nomem(err);
    report->field = OFSI_FIELD_REPORT;
    report->text = ofsi_span_of(id);
    report->quoted = true;
    children[0] = report;
    both[1]->children = children;
    both[1]->child_count = 1;
    return join(arena, OFSI_NODE_AND, both, 2, also, err);
}

/* A question in whole sentences, in English. */
static bool is_question(const ofs_search_request *request, ofsi_engine *engine) {
    return request->any && request->plain &&
           strcmp(ofsi_analyzer_stemmer(engine->analyzer(engine)), "english") == 0;
}

ofs_status ofsi_request_read(const ofs_search_request *request, ofsi_engine *engine, ofsi_arena *arena,
                             ofsi_question *question, ofs_error *err) {
    const ofsi_query_options options = {.any = request->any, .plain = request->plain};
    const char *query = request->query ? request->query : "";
    const ofsi_query_options whole = {0};
    *question = (ofsi_question){0};
    ofs_status status = check_request(request, err);
    if (status == OFS_OK)
        status = ofsi_query_parse(ofsi_span_of(query), &options, arena, &question->words, err);
    if (status == OFS_OK && request->also)
        status = ofsi_query_parse(ofsi_span_of(request->also), &whole, arena, &question->also, err);
    question->asked = question->words;
    if (status == OFS_OK)
        status = widen_queries(request, engine, arena, question, err);
    if (status == OFS_OK && is_question(request, engine))
        ofsi_query_drop_function_words(question->words);
    if (status == OFS_OK && request->but_report)
        status = leave_out_report(request->but_report, arena, &question->also, err);
    if (status == OFS_OK)
        status = read_filters(request, arena, &question->filters, err);
    if (status == OFS_OK) {
        ofsi_node *all[] = {question->words, question->filters, question->also};
        status = join(arena, OFSI_NODE_AND, all, 3, &question->root, err);
    }
    question->nothing = !question->root && !is_blank(query);
    return status;
}
