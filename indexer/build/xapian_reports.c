/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reports of a Xapian database while it is written: where their documents are, their metadata, and their removal. */
#include "indexer/base/alloc.h"
#include "indexer/build/xapian_impl.h"

ofs_status ofsi_xapian_put_place(ofsi_xapian_index *index, uint32_t entry, ofsi_xapian_place place,
                                 ofs_error *err) {
    if (!ofsi_grow(&index->places, &index->places_capacity, (size_t)entry + 1, sizeof *index->places))
        return ofsi_fail_nomem(err);
    index->places[entry] = place;
    return OFS_OK;
}

static ofs_status set_metadata(ofsi_xapian_index *index, const ofsi_xapian_shard *shard, const char *kind,
                               ofsi_span id, ofsi_span value, ofs_error *err) {
    ofsi_xapian_report_key(kind, id, &index->key);
    if (index->key.failed)
        return ofsi_fail_nomem(err);
    return index->x->writer_set_metadata(shard->writer, ofsi_xapian_bytes(ofsi_buf_span(&index->key)),
                                         ofsi_xapian_bytes(value), err);
}

static ofs_status set_report(ofsi_xapian_index *index, const ofsi_xapian_shard *shard, ofsi_span id,
                             ofsi_span row, ofsi_span definitions, ofs_error *err) {
    ofs_status status = set_metadata(index, shard, OFSI_XAPIAN_REPORT_ROW, id, row, err);
    return status == OFS_OK ? set_metadata(index, shard, OFSI_XAPIAN_REPORT_DEFINITIONS, id, definitions, err)
                            : status;
}

static void drop_saved(ofsi_xapian_index *index, uint32_t id) {
    if (id >= index->saved_count || !index->saved[id])
        return;
    index->x->string_free(&index->saved[id]->row);
    index->x->string_free(&index->saved[id]->definitions);
    ofsi_free(index->saved[id]);
    index->saved[id] = NULL;
}

/* Keeps what the metadata has of an id, if it has any. */
static ofs_status save_report(ofsi_xapian_index *index, const ofsi_xapian_shard *shard, uint32_t id,
                              ofsi_span name, ofs_error *err) {
    const ofsi_xapian *x = index->x;
    ofsi_xapian_saved now = {0};
    ofsi_xapian_report_key(OFSI_XAPIAN_REPORT_ROW, name, &index->key);
    ofs_status status = index->key.failed
                            ? ofsi_fail_nomem(err)
                            : ofsi_xapian_metadata(x, shard->view, ofsi_buf_span(&index->key), &now.row, err);
    if (status != OFS_OK || now.row.size == 0) {
        x->string_free(&now.row);
        return status;
    }
    ofsi_xapian_report_key(OFSI_XAPIAN_REPORT_DEFINITIONS, name, &index->key);
    status = index->key.failed
                 ? ofsi_fail_nomem(err)
                 : ofsi_xapian_metadata(x, shard->view, ofsi_buf_span(&index->key), &now.definitions, err);
    size_t had = index->saved_count;
    ofsi_xapian_saved *kept = ofsi_malloc(sizeof *kept);
    if (status == OFS_OK &&
        (!kept || !ofsi_grow(&index->saved, &index->saved_capacity, (size_t)id + 1, sizeof *index->saved)))
        status = ofsi_fail_nomem(err);
    if (status != OFS_OK) {
        x->string_free(&now.row);
        x->string_free(&now.definitions);
        ofsi_free(kept);
        return status;
    }
    if (had <= id) {
        memset(index->saved + had, 0, (id + (size_t)1 - had) * sizeof *index->saved);
        index->saved_count = id + (size_t)1;
    }
    drop_saved(index, id);
    *kept = now;
    index->saved[id] = kept;
    return OFS_OK;
}

ofs_status ofsi_xapian_put_report(ofs_writer *w, uint32_t entry, ofsi_span row, ofsi_span definitions,
                                  ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    uint32_t id = w->catalog.entries[entry].id;
    ofsi_span name = w->catalog.ids.keys[id];
    const ofsi_xapian_shard *shard = &index->shards[index->places[entry].shard];
    ofs_status status = save_report(index, shard, id, name, err);
    return status == OFS_OK ? set_report(index, shard, name, row, definitions, err) : status;
}

/*
 * The metadata of an id belongs to the report that has it now. When that goes, and another one had the id before, which stays
 * because the file broke that was to replace it, that one's is set again.
 */
static ofs_status kill_metadata(ofs_writer *w, uint32_t entry, const ofsi_xapian_shard *shard,
                                ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    uint32_t id = w->catalog.entries[entry].id;
    ofsi_span nothing = {NULL, 0};
    ofs_status status = OFS_OK;
    if (w->catalog.by_id[id] == entry) {
        const ofsi_xapian_saved *saved = id < index->saved_count ? index->saved[id] : NULL;
        status =
            set_report(index, shard, w->catalog.ids.keys[id], saved ? ofsi_xapian_span(&saved->row) : nothing,
                       saved ? ofsi_xapian_span(&saved->definitions) : nothing, err);
    }
    drop_saved(index, id);
    return status;
}

ofs_status ofsi_xapian_kill(ofs_writer *w, uint32_t entry, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    const ofsi_xapian_place *place = &index->places[entry];
    ofsi_xapian_shard *shard = &index->shards[place->shard];
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < place->count && status == OFS_OK; i++)
        status = index->x->writer_delete(shard->writer, place->first + i, err);
    if (status == OFS_E_NOT_FOUND)
        return ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: it has lost a paragraph of '%s'", shard->path,
                         w->catalog.ids.keys[w->catalog.entries[entry].id].data);
    if (status == OFS_OK)
        status = kill_metadata(w, entry, shard, err);
    shard->reports--;
    return status;
}

void ofsi_xapian_drop_saved(ofsi_xapian_index *index) {
    for (uint32_t id = 0; id < index->saved_count; id++)
        drop_saved(index, id);
    ofsi_free(index->saved);
    index->saved = NULL;
    index->saved_count = 0;
}
