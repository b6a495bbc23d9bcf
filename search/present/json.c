/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The json and jsonl formats: search results, counts, reports and paragraphs as JSON (OUTPUT.md has the keys). */
#include <stdlib.h>

#include <jansson.h>

#include "indexer/base/alloc.h"
#include "indexer/base/json_out.h"
#include "search/present/counts.h"
#include "search/present/head_json.h"
#include "search/present/json_hits.h"
#include "search/present/printers.h"

/* Digits of a score: enough to tell two apart, few enough that 0.1 is written as 0.1. */
#define DUMP_FLAGS JSON_REAL_PRECISION(12)

/* jansson's containers drop a value that could not be made without a word: the first such loss is remembered. */
typedef struct builder {
    bool failed;
} builder;

static void put(builder *b, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value) != 0)
        b->failed = true;
}

static void add(builder *b, json_t *array, json_t *value) {
    if (json_array_append_new(array, value) != 0)
        b->failed = true;
}

static json_t *strings_array(builder *b, const char *const *strings, uint32_t count) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++)
        add(b, array, ofsi_text_json(strings[i]));
    return array;
}

/* A number as written, no value as null, else a string. */
static json_t *value_of(ofsi_span text, bool is_number) {
    if (!text.data || (is_number && text.size == 0))
        return json_null();
    if (!is_number)
        return ofsi_text_json(text.data);
    return memchr(text.data, '.', text.size) ? json_real(strtod(text.data, NULL))
                                             : json_integer((json_int_t)strtoll(text.data, NULL, 10));
}

static json_t *facet_array(builder *b, const ofs_facet *facet) {
    bool is_path = facet->field == OFS_FACET_SECTION;
    json_t *array = json_array();
    for (uint32_t v = 0; v < facet->value_count; v++) {
        const ofs_facet_value *value = &facet->values[v];
        json_t *name = !value->path ? json_null()
                       : is_path    ? strings_array(b, value->path, value->depth)
                                    : ofsi_text_json(value->path[0]);
        json_t *object =
            json_pack("{so sI}", is_path ? "path" : "value", name, "count", (json_int_t)value->count);
        if (value->of)
            put(b, object, "of", json_integer((json_int_t)value->of));
        if (value->selected)
            put(b, object, "selected", json_true());
        add(b, array, object);
    }
    return array;
}

static json_t *facets_object(builder *b, const ofs_results *results, const ofsi_present_options *options) {
    json_t *object = json_object();
    for (size_t f = 0; f < ofsi_shown_facets(results, options); f++)
        put(b, object, ofs_facet_field_name(results->facets[f].field), facet_array(b, &results->facets[f]));
    return object;
}

static json_t *tree_array(builder *b, const ofsi_section_node *nodes, uint32_t node) {
    json_t *array = json_array();
    for (; node; node = nodes[node].next) {
        json_t *object = json_pack("{so sI sI}", "heading", ofsi_text_json(nodes[node].heading), "count",
                                   (json_int_t)nodes[node].count, "total", (json_int_t)nodes[node].total);
        if (nodes[node].of)
            put(b, object, "of", json_integer((json_int_t)nodes[node].of));
        put(b, object, "sections", tree_array(b, nodes, nodes[node].first));
        add(b, array, object);
    }
    return array;
}

/* The section facet as the tree that its paths make, where all of them are there. */
static void put_section_tree(builder *b, json_t *object, const ofs_results *results) {
    ofsi_arena arena = {0};
    for (size_t f = 0; f < results->facet_count; f++) {
        const ofs_facet *facet = &results->facets[f];
        if (facet->field != OFS_FACET_SECTION || facet->value_count < facet->distinct)
            continue;
        const ofsi_section_node *nodes = ofsi_section_tree(facet, &arena);
        b->failed = b->failed || !nodes;
        if (nodes)
            put(b, object, "section_tree", tree_array(b, nodes, nodes[0].first));
    }
    ofsi_arena_free(&arena);
}

static int append_chunk(const char *data, size_t size, void *context) {
    ofsi_buf *out = context;
    ofsi_buf_append(out, data, size);
    return out->failed ? -1 : 0;
}

/* Writes the object (taking it) and a newline. */
static void dump(const builder *b, json_t *object, bool indent, ofsi_buf *out) {
    size_t flags = DUMP_FLAGS | (indent ? JSON_INDENT(2) : JSON_COMPACT);
    if (b->failed || !object || json_dump_callback(object, append_chunk, out, flags) != 0)
        out->failed = true;
    ofsi_buf_byte(out, '\n');
    json_decref(object);
}

/* Writes the object (taking it) without its last brace: more follows. */
static void open_object(const builder *b, json_t *object, ofsi_buf *out) {
    if (b->failed || !object || json_dump_callback(object, append_chunk, out, DUMP_FLAGS | JSON_COMPACT) != 0)
        out->failed = true;
    else
        out->size--;
    json_decref(object);
}

/* Writes the object (taking it) without its first brace, and a newline. */
static void close_object(const builder *b, json_t *object, ofsi_buf *out) {
    ofsi_buf rest = {0};
    dump(b, object, false, &rest);
    if (rest.size)
        ofsi_buf_append(out, rest.data + 1, rest.size - 1);
    out->failed = out->failed || rest.failed;
    ofsi_buf_free(&rest);
}

static json_t *abbreviations_array(builder *b, const ofs_results *results) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < results->abbreviation_count; i++) {
        const ofs_abbreviation *item = &results->abbreviations[i];
        add(b, array,
            json_pack("{so so sI sb}", "word", ofsi_text_json(item->word), "stands_for",
                      ofsi_text_json(item->stands_for), "reports", (json_int_t)item->reports, "widened",
                      (int)item->widened));
    }
    return array;
}

static json_t *corrections_array(builder *b, const ofs_results *results) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < results->correction_count; i++) {
        const ofs_correction *item = &results->corrections[i];
        add(b, array,
            json_pack("{ss sI ss sI}", "word", item->word, "paragraphs", (json_int_t)item->paragraphs,
                      "instead", item->instead, "instead_paragraphs", (json_int_t)item->instead_paragraphs));
    }
    return array;
}

static void print_answer(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    builder building = {false}, *b = &building;
    json_t *object = json_object();
    if (options->batch)
        put(b, object, "name", json_string(options->name));
    put(b, object, "query", json_string(results->query));
    put(b, object, "interpreted", json_string(results->interpreted));
    put(b, object, "schema", json_integer(1));
    put(b, object, "total", json_integer((json_int_t)results->total));
    put(b, object, "reports", json_integer((json_int_t)results->report_total));
    if (results->distinct)
        put(b, object, "distinct", json_integer((json_int_t)results->distinct));
    if (results->base_reports) {
        put(b, object, "base",
            json_pack("{sI sI}", "total", (json_int_t)results->base_total, "reports",
                      (json_int_t)results->base_reports));
    }
    put(b, object, "options", ofsi_asked_json(options));
    put(b, object, "index", ofsi_index_json(results, options));
    b->failed = b->failed || !ofsi_missing_json(object, results);
    put(b, object, "took_us", json_integer((json_int_t)results->took_us));
    open_object(b, object, out);
    ofsi_json_key(out, "hits");
    ofsi_buf_byte(out, '[');
    for (size_t i = 0; i < results->hit_count && !out->failed; i++) {
        ofsi_json_comma(out);
        ofsi_json_hit(out, results, i, options);
    }
    ofsi_buf_byte(out, ']');
    object = json_object();
    put(b, object, "facets", facets_object(b, results, options));
    put_section_tree(b, object, results);
    put(b, object, "suggestion", ofsi_text_json(results->suggestion));
    put(b, object, "did_you_mean", ofsi_text_json(results->did_you_mean));
    put(b, object, "corrections", corrections_array(b, results));
    put(b, object, "abbreviations", abbreviations_array(b, results));
    put(b, object, "advice", strings_array(b, results->advice, results->advice_count));
    ofsi_buf_byte(out, ',');
    close_object(b, object, out);
}

/* Over several lines, for people. */
static void indent_object(ofsi_buf *compact, ofsi_buf *out) {
    builder building = {compact->failed};
    json_t *object = compact->failed ? NULL : json_loadb(compact->data, compact->size, 0, NULL);
    dump(&building, object, true, out);
}

void ofsi_print_json(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_buf compact = {0};
    if (options->indent) {
        print_answer(results, options, &compact);
        indent_object(&compact, out);
        ofsi_buf_free(&compact);
    } else {
        print_answer(results, options, out);
    }
}

void ofsi_print_jsonl(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    for (size_t i = 0; i < results->hit_count && !out->failed; i++) {
        ofsi_json_hit(out, results, i, options);
        ofsi_buf_byte(out, '\n');
    }
}

void ofsi_print_count_json(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    builder building = {false}, *b = &building;
    json_t *object =
        json_pack("{ss ss sI sI}", "query", results->query, "interpreted", results->interpreted, "total",
                  (json_int_t)results->total, "reports", (json_int_t)results->report_total);
    put(b, object, "options", ofsi_asked_json(options));
    put(b, object, "index", ofsi_index_json(results, options));
    b->failed = b->failed || !ofsi_missing_json(object, results);
    if (options->batch)
        put(b, object, "name", json_string(options->name));
    dump(b, object, options->indent && options->format == OFSI_FORMAT_JSON, out);
}

void ofsi_print_reports_json(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    builder building = {false}, *b = &building;
    bool lines = options->format == OFSI_FORMAT_JSONL;
    json_t *array = json_array();
    for (size_t f = 0; f < results->facet_count; f++)
        for (uint32_t v = 0; v < results->facets[f].value_count; v++) {
            const ofs_facet_value *value = &results->facets[f].values[v];
            json_t *row =
                json_pack("{so sI}", "id", ofsi_text_json(value->path[0]), "count", (json_int_t)value->count);
            if (lines && options->batch)
                put(b, row, "query", json_string(options->name));
            if (lines)
                dump(b, row, false, out);
            else
                add(b, array, row);
        }
    if (lines) {
        json_decref(array);
        return;
    }
    json_t *object = json_pack("{ss ss sI so}", "query", results->query, "interpreted", results->interpreted,
                               "total", (json_int_t)results->total, "reports", array);
    put(b, object, "options", ofsi_asked_json(options));
    put(b, object, "index", ofsi_index_json(results, options));
    b->failed = b->failed || !ofsi_missing_json(object, results);
    if (options->batch)
        put(b, object, "name", json_string(options->name));
    dump(b, object, options->indent, out);
}

static void print_paragraphs(const ofs_hit *hits, size_t count, ofsi_buf *out) {
    ofsi_buf_byte(out, '{');
    ofsi_json_key(out, "report");
    ofsi_json_report(out, hits[0].report);
    ofsi_json_key(out, "paragraphs");
    ofsi_buf_byte(out, '[');
    for (size_t i = 0; i < count && !out->failed; i++) {
        ofsi_json_comma(out);
        ofsi_json_paragraph(out, &hits[i], false);
    }
    ofsi_buf_text(out, "]}\n");
}

void ofsi_print_paragraphs_json(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                                ofsi_buf *out) {
    ofsi_buf compact = {0};
    if (options->format == OFSI_FORMAT_JSONL) {
        for (size_t i = 0; i < count && !out->failed; i++) {
            ofsi_json_paragraph(out, &hits[i], true);
            ofsi_buf_byte(out, '\n');
        }
    } else if (count && options->indent) {
        print_paragraphs(hits, count, &compact);
        indent_object(&compact, out);
        ofsi_buf_free(&compact);
    } else if (count) {
        print_paragraphs(hits, count, out);
    }
}

/* ---- tables ---- */

static json_t *row_object(builder *b, const ofsi_table *table, size_t row) {
    json_t *object = json_object();
    for (uint32_t c = 0; c < table->column_count; c++)
        put(b, object, table->columns[c].name,
            value_of(table->cells[row * table->column_count + c], table->columns[c].is_number));
    return object;
}

static json_t *row_array(builder *b, const ofsi_table *table, size_t row) {
    json_t *array = json_array();
    for (uint32_t c = 0; c < table->column_count; c++)
        add(b, array, value_of(table->cells[row * table->column_count + c], table->columns[c].is_number));
    return array;
}

void ofsi_print_table_json(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out) {
    builder building = {false}, *b = &building;
    size_t rows = ofsi_table_rows(table);
    if (options->format == OFSI_FORMAT_JSONL) {
        for (size_t row = 0; row < rows && !out->failed; row++)
            dump(b, row_object(b, table, row), false, out);
        return;
    }
    json_t *columns = json_array(), *array = json_array();
    for (uint32_t c = 0; c < table->column_count; c++)
        add(b, columns, json_string(table->columns[c].name));
    for (size_t row = 0; row < rows; row++)
        add(b, array, row_array(b, table, row));
    json_t *object = options->described ? ofsi_head_json(options->described, options) : json_object();
    put(b, object, "columns", columns);
    put(b, object, "rows", array);
    dump(b, object, options->indent, out);
}
