/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paragraphs from the data of documents, reports from metadata, single values from slots. */
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "search/exec/xapian/engine.h"

/* ---- paragraphs ---- */

static bool is_text(ofsi_span span, const char *text) {
    return text ? ofsi_span_equal(span, ofsi_span_of(text)) : span.size == 0;
}

/* Neighbours mostly are of one report. */
static bool is_report(const ofs_report_ref *ref, const ofsi_report_row *row) {
    return ref && is_text(row->id, ref->id) && is_text(row->path, ref->path);
}

static ofs_status copy_row(const ofsi_doc_row *row, const ofsi_fetch *fetch, ofs_hit *hit, ofs_error *err) {
    bool failed = false;
    const char **path = ofsi_arena_calloc(fetch->arena, (size_t)row->depth + 1, sizeof *path);
    if (!path)
        return ofsi_fail_nomem(err);
    for (uint32_t d = 0; d < row->depth; d++) {
        path[d] = ofsi_arena_strndup(fetch->arena, row->path[d].data, row->path[d].size);
        failed = failed || !path[d];
    }
    hit->section = path;
    hit->section_depth = row->depth;
    hit->role = ofsi_engine_copy(fetch->arena, row->role, &failed);
    hit->number = ofsi_engine_copy(fetch->arena, row->number, &failed);
    hit->grade = (ofs_grade){ofsi_engine_copy(fetch->arena, row->grade, &failed), row->level, row->levels};
    hit->item = row->item;
    hit->page = row->page;
    hit->kind = (ofs_kind)row->kind;
    hit->length = row->length;
    hit->text = "";
    if (!fetch->no_text) {
        hit->text = ofsi_arena_strndup(fetch->arena, row->text.data, row->text.size);
        hit->text_size = row->text.size;
        hit->timescale = ofsi_engine_copy(fetch->arena, row->timescale, &failed);
    }
    return failed || !hit->text ? ofsi_fail_nomem(err) : OFS_OK;
}

/* What a document's data say; spans are borrowed until the engine's work space is used again. */
static ofs_status read_data(ofsi_xengine *e, uint64_t number, const ofs_xapian_document *document,
                            ofsi_xapian_doc *doc, ofs_error *err) {
    ofs_status status = e->x->document_data(document, &e->bytes, err);
    if (status == OFS_OK)
        status =
            ofsi_xapian_doc_read(ofsi_xstring_span(&e->bytes), ofsi_xengine_shard(e, number)->name, doc, err);
    return status;
}

ofs_status ofsi_xengine_fetch(ofsi_engine *engine, uint64_t number, ofsi_fetch *fetch, ofs_hit *hit,
                              ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    ofs_xapian_document *document = NULL;
    ofsi_xapian_doc doc;
    ofs_status status = ofsi_xengine_document(e, number, &document, err);
    if (status == OFS_OK)
        status = read_data(e, number, document, &doc, err);
    e->x->document_free(document);
    if (status != OFS_OK)
        return status;
    if (!is_report(fetch->report, &doc.report)) {
        fetch->report = ofsi_engine_copy_report(&doc.report, fetch->arena);
        if (!fetch->report)
            return ofsi_fail_nomem(err);
    }
    hit->report = fetch->report;
    hit->place = doc.place;
    return copy_row(&doc.row, fetch, hit, err);
}

/* ---- reports ---- */

static ofs_status find_by_id(ofsi_xengine *e, ofsi_span id, uint64_t *first, uint32_t *count, bool *found,
                             ofs_error *err) {
    ofsi_buf key = {0};
    ofs_status status = OFS_OK;
    ofsi_xapian_report_key(OFSI_XAPIAN_REPORT_ROW, id, &key);
    if (key.failed)
        status = ofsi_fail_nomem(err);
    for (uint32_t s = 0; s < e->shard_count && status == OFS_OK && !*found; s++) {
        ofsi_report_row row;
        status =
            e->x->database_metadata(e->shards[s].database, ofsi_xbytes(ofsi_buf_span(&key)), &e->bytes, err);
        if (status != OFS_OK || e->bytes.size == 0)
            continue;
        status = ofsi_xapian_report_read(ofsi_xstring_span(&e->bytes), e->shards[s].name, &row, err);
        if (status != OFS_OK || !ofsi_span_equal(row.id, id))
            continue;
        *found = true;
        *first = (uint64_t)s << 32 | row.first_doc;
        *count = row.doc_count;
    }
    ofsi_buf_free(&key);
    return status;
}

static ofs_status take_first(void *context, const ofs_xapian_posting *posting) {
    *(uint32_t *)context = posting->docid;
    return OFS_E_CANCELLED;
}

static ofs_status find_by_path(ofsi_xengine *e, ofsi_span path, uint64_t *first, uint32_t *count, bool *found,
                               ofs_error *err) {
    ofs_xapian_bytes term;
    ofs_status status = ofsi_xengine_term(e, OFSI_XAPIAN_FILE, path, &term, err);
    for (uint32_t s = 0; s < e->shard_count && status == OFS_OK && !*found; s++) {
        uint32_t docid = 0;
        status = e->x->database_visit_postings(e->shards[s].database, term, 0, take_first, &docid, err);
        status = status == OFS_E_CANCELLED ? OFS_OK : status;
        if (status != OFS_OK || docid == 0)
            continue;
        *found = true;
        *first = (uint64_t)s << 32 | docid;
        status = e->x->database_termfreq(e->shards[s].database, term, count, err);
    }
    return status;
}

ofs_status ofsi_xengine_find_report(ofsi_engine *engine, const char *id_or_path, uint64_t *first,
                                    uint32_t *count, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    ofsi_span text = ofsi_span_of(id_or_path);
    bool found = false;
    ofs_status status = find_by_id(e, text, first, count, &found, err);
    if (status == OFS_OK && !found)
        status = find_by_path(e, text, first, count, &found, err);
    if (status == OFS_OK && !found)
        status = ofsi_fail(err, OFS_E_NOT_FOUND, "no report %s in the index", id_or_path);
    return status;
}

/* ---- single values ---- */

/* The document, kept for the next question: several are asked of one. */
static ofs_status hold_document(ofsi_xengine *e, uint64_t number, ofs_error *err) {
    if (e->document && e->document_number == number)
        return OFS_OK;
    e->x->document_free(e->document);
    e->document = NULL;
    e->document_number = number;
    return ofsi_xengine_document(e, number, &e->document, err);
}

/* The level of a grade is not in its slot. */
static ofs_status read_level(ofsi_xengine *e, uint64_t number, ofs_facet_field field, ofsi_value *value,
                             ofs_error *err) {
    ofsi_xapian_doc doc;
    ofs_status status = read_data(e, number, e->document, &doc, err);
    if (status != OFS_OK)
        return status;
    uint8_t level = field == OFS_FACET_GRADE ? doc.row.level : doc.report.overall_level;
    value->order = level ? level : UINT32_MAX;
    return OFS_OK;
}

ofs_status ofsi_xengine_field(ofsi_engine *engine, uint64_t number, ofs_facet_field field, ofsi_value *value,
                              ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    ofsi_buf_reset(&value->name);
    value->order = UINT32_MAX;
    ofs_status status = hold_document(e, number, err);
    if (status == OFS_OK)
        status = e->x->document_value(e->document, OFSI_XAPIAN_SLOT_FACETS + (uint32_t)field, &e->bytes, err);
    if (status != OFS_OK)
        return status;
    ofsi_buf_append(&value->name, e->bytes.data, e->bytes.size);
    if (value->name.failed)
        return ofsi_fail_nomem(err);
    if (field == OFS_FACET_YEAR && value->name.size)
        value->order = (uint32_t)strtoul(e->bytes.data, NULL, 10); /* a NUL is behind it */
    if ((field == OFS_FACET_GRADE || field == OFS_FACET_OVERALL) && value->name.size)
        return read_level(e, number, field, value, err);
    return OFS_OK;
}
