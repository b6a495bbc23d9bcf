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

/* A report of a shard. */
typedef struct place {
    uint32_t shard, first, count;
} place;

/* The report of that id in a shard, if it is there. */
static ofs_status find_in_shard(ofsi_xengine *e, uint32_t shard, ofsi_span id, place *found, bool *there,
                                ofs_error *err) {
    const ofsi_xshard *in = &e->shards[shard];
    ofsi_report_row row;
    ofsi_buf key = {0};
    ofsi_xapian_report_key(OFSI_XAPIAN_REPORT_ROW, id, &key);
    ofs_status status =
        key.failed ? ofsi_fail_nomem(err)
                   : e->x->database_metadata(in->database, ofsi_xbytes(ofsi_buf_span(&key)), &e->bytes, err);
    *there = status == OFS_OK && e->bytes.size;
    if (*there)
        status = ofsi_xapian_report_read(ofsi_xstring_span(&e->bytes), in->name, &row, err);
    *there = *there && status == OFS_OK && ofsi_span_equal(row.id, id);
    if (*there)
        *found = (place){shard, row.first_doc, row.doc_count};
    ofsi_buf_free(&key);
    return status;
}

static ofs_status find_by_id(ofsi_xengine *e, ofsi_span id, place *found, bool *there, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t s = 0; s < e->shard_count && status == OFS_OK && !*there; s++)
        status = find_in_shard(e, s, id, found, there, err);
    return status;
}

static ofs_status take_first(void *context, const ofs_xapian_posting *posting) {
    *(uint32_t *)context = posting->docid;
    return OFS_E_CANCELLED;
}

/* The id of the report that a shard's document is of, into `id`. */
static ofs_status read_id(ofsi_xengine *e, uint32_t shard, uint32_t docid, ofsi_buf *id, ofs_error *err) {
    ofs_xapian_document *document = NULL;
    ofsi_span key;
    uint32_t at;
    ofs_status status = ofsi_xengine_document(e, (uint64_t)shard << 32 | docid, &document, err);
    if (status == OFS_OK)
        status = e->x->document_value(document, OFSI_XAPIAN_SLOT_ORDER, &e->bytes, err);
    e->x->document_free(document);
    if (status == OFS_OK && !ofsi_xapian_order_key_read(ofsi_xstring_span(&e->bytes), &key, &at))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s: a paragraph without a place", e->shards[shard].name);
    ofsi_buf_reset(id);
    if (status == OFS_OK)
        ofsi_buf_append(id, key.data, key.size);
    return id->failed ? ofsi_fail_nomem(err) : status;
}

/* A file may have given several reports: the first by id, as our own index has them in that order. */
typedef struct by_path {
    ofs_xapian_bytes term;
    ofsi_buf id, best; /* of the report at hand; of the first */
    place found;
    bool there;
} by_path;

static ofs_status find_in_path(ofsi_xengine *e, uint32_t shard, by_path *p, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint64_t next = 1; status == OFS_OK && next <= UINT32_MAX;) {
        place found = {0};
        bool there = false;
        uint32_t docid = 0;
        status = e->x->database_visit_postings(e->shards[shard].database, p->term, (uint32_t)next, take_first,
                                               &docid, err);
        status = status == OFS_E_CANCELLED ? OFS_OK : status;
        if (status != OFS_OK || docid == 0)
            break;
        status = read_id(e, shard, docid, &p->id, err);
        if (status == OFS_OK)
            status = find_in_shard(e, shard, ofsi_buf_span(&p->id), &found, &there, err);
        if (there && (!p->there || ofsi_span_compare(ofsi_buf_span(&p->id), ofsi_buf_span(&p->best)) < 0)) {
            const ofsi_buf before = p->best;
            p->best = p->id;
            p->id = before;
            p->found = found;
            p->there = true;
        }
        next = (uint64_t)docid + 1;
        if (there && (uint64_t)found.first + found.count > next)
            next = (uint64_t)found.first + found.count;
    }
    return status;
}

static ofs_status find_by_path(ofsi_xengine *e, ofsi_span path, place *found, bool *there, ofs_error *err) {
    by_path p = {0};
    ofsi_buf term = {0};
    ofsi_xapian_term(OFSI_XAPIAN_FILE, path, &term);
    ofs_status status = term.failed ? ofsi_fail_nomem(err) : OFS_OK;
    p.term = ofsi_xbytes(ofsi_buf_span(&term));
    for (uint32_t s = 0; s < e->shard_count && status == OFS_OK; s++)
        status = find_in_path(e, s, &p, err);
    *found = p.found;
    *there = p.there;
    ofsi_buf_free(&p.id);
    ofsi_buf_free(&p.best);
    ofsi_buf_free(&term);
    return status;
}

ofs_status ofsi_xengine_find_report(ofsi_engine *engine, const char *id_or_path, uint64_t *first,
                                    uint32_t *count, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    ofsi_span text = ofsi_span_of(id_or_path);
    place found = {0};
    bool there = false;
    ofs_status status = find_by_id(e, text, &found, &there, err);
    if (status == OFS_OK && !there)
        status = find_by_path(e, text, &found, &there, err);
    if (status == OFS_OK && !there)
        status = ofsi_fail(err, OFS_E_NOT_FOUND, "no report %s in %s", id_or_path,
                           ofsi_xshards_are_all(e) ? "the index" : "the shards that answered");
    *first = (uint64_t)found.shard << 32 | found.first;
    *count = found.count;
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
