/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Xapian sink: each report becomes documents of one database, one behind the other, and rows of its metadata. */
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/build/definitions.h"
#include "indexer/build/rows.h"
#include "indexer/build/xapian_impl.h"
#include "indexer/build/xapian_terms.h"

/* Distinct values of cut terms that are remembered as written: beyond, they are written again. */
enum { CUT_MOST = 10000 };

typedef struct xapian_sink {
    ofsi_report_sink base;
    ofs_writer *writer;
    ofs_xapian_document *document; /* one for all */
    uint64_t most_words;           /* bytes that the analyzer may hold */
    ofsi_tokens tokens, short_tokens;
    ofsi_buf keys, data;
    ofsi_map cut; /* terms whose values are written; number of the shard before them */
    /* Of the report that is being taken in. */
    ofsi_xapian_shard *shard;
    ofsi_report_row row;
    ofsi_arena arena;
    ofsi_definition_row *definitions;
    size_t definition_count, definition_capacity;
} xapian_sink;

static const ofsi_xapian *functions_of(const xapian_sink *s) { return s->writer->xapian->x; }

/* ---- a paragraph ---- */

static ofs_status add_term(void *context, ofsi_span term, uint32_t position, uint32_t wdf, ofs_error *err) {
    const xapian_sink *s = context;
    const ofsi_xapian *x = functions_of(s);
    return position ? x->document_add_posting(s->document, ofsi_xapian_bytes(term), position, wdf, err)
                    : x->document_add_term(s->document, ofsi_xapian_bytes(term), wdf, err);
}

static ofs_status keep_cut(void *context, ofsi_span term, ofsi_span value, ofs_error *err) {
    xapian_sink *s = context;
    ofsi_buf key = {0};
    bool added = true;
    if (s->cut.count >= CUT_MOST)
        ofsi_map_reset(&s->cut);
    ofsi_buf_u32(&key, (uint32_t)(s->shard - s->writer->xapian->shards));
    ofsi_buf_append(&key, term.data, term.size);
    uint32_t number = key.failed ? OFSI_MAP_NONE : ofsi_map_intern(&s->cut, ofsi_buf_span(&key), &added);
    ofs_status status = number == OFSI_MAP_NONE ? ofsi_fail_nomem(err) : OFS_OK;
    ofsi_xapian_value_key(term, &key);
    if (status == OFS_OK && key.failed)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && added)
        status = functions_of(s)->writer_set_metadata(
            s->shard->writer, ofsi_xapian_bytes(ofsi_buf_span(&key)), ofsi_xapian_bytes(value), err);
    ofsi_buf_free(&key);
    return status;
}

static ofs_status add_value(void *context, uint32_t slot, ofsi_span value, ofs_error *err) {
    const xapian_sink *s = context;
    return functions_of(s)->document_set_value(s->document, slot, ofsi_xapian_bytes(value), err);
}

static ofs_status empty_document(const xapian_sink *s, ofs_error *err) {
    ofs_status status = functions_of(s)->document_clear_terms(s->document, err);
    return status == OFS_OK ? functions_of(s)->document_clear_values(s->document, err) : status;
}

static ofs_status set_data(xapian_sink *s, const ofsi_doc_row *doc, uint32_t place, ofs_error *err) {
    ofsi_buf_reset(&s->data);
    ofsi_xapian_doc_write(&s->row, doc, place, &s->data);
    if (s->data.failed)
        return ofsi_fail_nomem(err);
    return functions_of(s)->document_set_data(s->document, ofsi_xapian_bytes(ofsi_buf_span(&s->data)), err);
}

static ofs_status add_paragraph(xapian_sink *s, const ofs_report *report, uint32_t place, ofs_error *err) {
    ofsi_span path[OFSI_SECTION_DEPTH_MAX];
    ofsi_doc_row doc;
    uint32_t docid = 0;
    const ofsi_xapian_receiver receiver = {s, add_term, keep_cut, add_value};
    ofsi_row_of_paragraph(report, place, 0, path, &doc);
    ofs_status status = ofsi_analyze(s->writer->analyzer, doc.text, &s->tokens, err);
    if (status != OFS_OK)
        return status;
    doc.length = s->tokens.length;
    const ofsi_xapian_paragraph paragraph = {&s->row, &doc, place, &s->tokens, s->writer->analyzer};
    status = empty_document(s, err);
    if (status == OFS_OK)
        status = set_data(s, &doc, place, err);
    if (status == OFS_OK)
        status = ofsi_xapian_describe(&paragraph, &receiver, err);
    if (status == OFS_OK)
        status = functions_of(s)->writer_add(s->shard->writer, s->document, &docid, err);
    if (status != OFS_OK)
        return status;
    if (place == 0)
        s->row.first_doc = docid;
    else if (docid != s->row.first_doc + place)
        return ofsi_fail(err, OFS_E_CORRUPT, "%s gives documents numbers out of order", s->shard->path);
    s->row.doc_count++;
    s->row.token_count += doc.length;
    return OFS_OK;
}

/* ---- abbreviations ---- */

static bool copy_span(ofsi_arena *arena, ofsi_span text, ofsi_span *out) {
    *out = (ofsi_span){ofsi_arena_strndup(arena, text.data, text.size), text.size};
    return out->data != NULL;
}

static ofs_status keep_definition(void *context, const ofsi_definition_row *row, ofs_error *err) {
    xapian_sink *s = context;
    ofsi_definition_row kept = {0};
    if (s->definition_count == OFSI_REPORT_DEFINITIONS_MAX)
        return OFS_OK;
    if (!ofsi_grow(&s->definitions, &s->definition_capacity, s->definition_count + 1,
                   sizeof *s->definitions) ||
        !copy_span(&s->arena, row->term, &kept.term) ||
        !copy_span(&s->arena, row->short_form, &kept.short_form) ||
        !copy_span(&s->arena, row->long_form, &kept.long_form))
        return ofsi_fail_nomem(err);
    s->definitions[s->definition_count++] = kept;
    return OFS_OK;
}

static int compare_definitions(const void *a, const void *b) {
    const ofsi_definition_row *x = a, *y = b;
    int order = ofsi_span_compare(x->term, y->term);
    if (order == 0)
        order = ofsi_span_compare(x->short_form, y->short_form);
    return order ? order : ofsi_span_compare(x->long_form, y->long_form);
}

/* In order, each once. */
static void sort_definitions(xapian_sink *s) {
    size_t kept = 0;
    if (s->definition_count)
        qsort(s->definitions, s->definition_count, sizeof *s->definitions, compare_definitions);
    for (size_t i = 0; i < s->definition_count; i++)
        if (kept == 0 || compare_definitions(&s->definitions[kept - 1], &s->definitions[i]) != 0)
            s->definitions[kept++] = s->definitions[i];
    s->definition_count = kept;
}

/* ---- a report ---- */

static ofs_status add_paragraphs(xapian_sink *s, const ofs_report *report, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < report->paragraph_count && status == OFS_OK; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        status = add_paragraph(s, report, i, err);
        if (status == OFS_OK)
            status = ofsi_define_from_text((ofsi_span){p->text, p->text_size}, s->writer->analyzer,
                                           &s->short_tokens, keep_definition, s, err);
    }
    return status;
}

static ofs_status put_rows(xapian_sink *s, uint32_t entry, ofs_error *err) {
    ofsi_buf row = {0}, definitions = {0};
    ofsi_xapian_report_write(&s->row, &row);
    sort_definitions(s);
    if (s->definition_count)
        ofsi_xapian_definitions_write(s->definitions, s->definition_count, &definitions);
    ofs_status status =
        row.failed || definitions.failed
            ? ofsi_fail_nomem(err)
            : ofsi_xapian_put_report(s->writer, entry, ofsi_buf_span(&row), ofsi_buf_span(&definitions), err);
    ofsi_buf_free(&row);
    ofsi_buf_free(&definitions);
    return status;
}

static void begin_report(xapian_sink *s, const char *id) {
    ofsi_xapian_index *index = s->writer->xapian;
    s->shard = &index->shards[ofsi_xapian_shard_of(index, ofsi_span_of(id))];
    s->definition_count = 0;
    ofsi_arena_reset(&s->arena);
    if (ofsi_analyzer_bytes(s->writer->analyzer) > s->most_words)
        ofsi_analyzer_forget(s->writer->analyzer);
}

static ofs_status add_report(ofsi_report_sink *base, ofs_report *report, const char *id,
                             const ofsi_source *source, ofs_error *err) {
    xapian_sink *s = (xapian_sink *)base;
    ofsi_xapian_index *index = s->writer->xapian;
    begin_report(s, id);
    ofs_status status = ofsi_row_of_report(report, id, source, &s->keys, &s->row, err);
    if (status == OFS_OK)
        status = add_paragraphs(s, report, err);
    if (status == OFS_OK)
        status = ofsi_xapian_put_place(
            index, source->entry,
            (ofsi_xapian_place){(uint32_t)(s->shard - index->shards), s->row.first_doc, s->row.doc_count},
            err);
    if (status == OFS_OK)
        status = put_rows(s, source->entry, err);
    if (status == OFS_OK)
        s->shard->reports++;
    ofs_report_free(report);
    return status;
}

/* What is in memory is libxapian's, which writes it out when there is enough of it. */
static ofs_status flush(ofsi_report_sink *base, ofs_error *err) {
    (void)base;
    (void)err;
    return OFS_OK;
}

static void close_sink(ofsi_report_sink *base) {
    xapian_sink *s = (xapian_sink *)base;
    functions_of(s)->document_free(s->document);
    ofsi_tokens_free(&s->tokens);
    ofsi_tokens_free(&s->short_tokens);
    ofsi_buf_free(&s->keys);
    ofsi_buf_free(&s->data);
    ofsi_map_free(&s->cut);
    ofsi_arena_free(&s->arena);
    ofsi_free(s->definitions);
    ofsi_free(s);
}

static const ofsi_sink_methods methods = {add_report, flush, close_sink};

ofs_status ofsi_xapian_sink_open(ofs_writer *writer, ofsi_report_sink **out, ofs_error *err) {
    *out = NULL;
    xapian_sink *s = ofsi_calloc(1, sizeof *s);
    if (!s)
        return ofsi_fail_nomem(err);
    s->base.methods = &methods;
    s->writer = writer;
    s->most_words = writer->options.memory / 8;
    ofs_status status = functions_of(s)->document_new(&s->document, err);
    if (status != OFS_OK) {
        close_sink(&s->base);
        return status;
    }
    ofsi_tokens_keep_words(&s->tokens);
    *out = &s->base;
    return OFS_OK;
}
