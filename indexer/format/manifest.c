/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both directions of the manifest's bytes, and its publication by rename. FORMAT.md has the grammar. */
#include "indexer/format/manifest.h"

#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"
#include "indexer/base/map.h"

#define MANIFEST_ASIDE "manifest.tmp"
static const char magic[16] = "ofsearch man 1\n\0";

/* What a reader, or a writer, must know to use an index. A name that this program has not got is refused. */
enum { NEEDED_TO_READ = 1, NEEDED_TO_WRITE = 2 };
static const struct {
    const char *name;
    unsigned need;
} features[] = {{"segment-2", NEEDED_TO_READ | NEEDED_TO_WRITE},
                /* report details: who does not know them would lose them in a merge */
                {"details-1", NEEDED_TO_WRITE},
                /* likewise */
                {"abbreviations-1", NEEDED_TO_WRITE}};
enum { FEATURE_COUNT = sizeof features / sizeof features[0] };

/* ---- writing ---- */

static void put_segment(const ofsi_manifest_segment *s, ofsi_buf *out) {
    ofsi_buf_string(out, ofsi_span_of(s->name));
    ofsi_buf_varint(out, s->file_size);
    ofsi_buf_varint(out, s->doc_count);
    ofsi_buf_varint(out, s->report_count);
    ofsi_buf_varint(out, s->token_count);
    ofsi_buf_varint(out, s->dead_docs);
    ofsi_buf_varint(out, s->dead_tokens);
    ofsi_buf_varint(out, s->dead_count);
    for (uint32_t i = 0; i < s->dead_count; i++)
        ofsi_buf_varint(out, i ? s->dead[i] - s->dead[i - 1] - 1 : s->dead[0]);
}

static void encode(const ofsi_manifest *m, ofsi_buf *out) {
    ofsi_buf_append(out, magic, sizeof magic);
    ofsi_buf_varint(out, FEATURE_COUNT);
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        ofsi_buf_string(out, ofsi_span_of(features[i].name));
        ofsi_buf_varint(out, features[i].need);
    }
    ofsi_buf_varint(out, m->generation);
    ofsi_buf_varint(out, m->next_segment);
    ofsi_buf_string(out, m->stemmer);
    ofsi_buf_string(out, m->fingerprint);
    ofsi_buf_varint(out, m->segment_count);
    for (uint32_t i = 0; i < m->segment_count; i++)
        put_segment(&m->segments[i], out);
    ofsi_buf_varint(out, m->failure_count);
    for (uint32_t i = 0; i < m->failure_count; i++) {
        ofsi_buf_string(out, m->failures[i].path);
        ofsi_buf_string(out, m->failures[i].reason);
    }
    if (!out->failed)
        ofsi_buf_u64(out, ofsi_hash64(out->data, out->size));
}

ofs_status ofsi_manifest_write(ofsi_storage *storage, const ofsi_manifest *manifest, ofs_error *err) {
    ofsi_buf bytes = {0};
    ofsi_output *output = NULL;
    encode(manifest, &bytes);
    ofs_status status =
        bytes.failed ? ofsi_fail_nomem(err) : ofsi_storage_create(storage, MANIFEST_ASIDE, &output, err);
    if (status == OFS_OK) {
        status = ofsi_output_write(output, bytes.data, bytes.size, err);
        if (status == OFS_OK)
            status = ofsi_output_close(output, true, err);
        else
            ofsi_output_abandon(output);
    }
    if (status == OFS_OK)
        status = ofsi_storage_rename(storage, MANIFEST_ASIDE, OFSI_MANIFEST_NAME, err);
    if (status == OFS_OK)
        status = ofsi_storage_sync_dir(storage, err);
    ofsi_buf_free(&bytes);
    return status;
}

/* ---- reading ---- */

typedef struct reading {
    ofsi_storage *storage;
    ofsi_arena *arena;
    ofsi_cursor cursor;
    const uint8_t *start;
    bool no_memory;
} reading;

static ofs_status damaged(const reading *r, const char *what, ofs_error *err) {
    int64_t at = r->cursor.next - r->start;
    return ofsi_fail_at(err, OFS_E_CORRUPT, at, 0, "%s/%s is damaged: %s, at byte %lld",
                        ofsi_storage_path(r->storage), OFSI_MANIFEST_NAME, what, (long long)at);
}

static ofsi_span take_string(reading *r) {
    ofsi_span text = ofsi_cursor_string(&r->cursor);
    char *copy = ofsi_arena_strndup(r->arena, text.data, text.size);
    if (!copy)
        r->no_memory = true;
    return (ofsi_span){copy, copy ? text.size : 0};
}

/* A count of things that take at least one byte each, so that it cannot ask for more memory than the file has bytes. */
static uint32_t take_count(reading *r) {
    size_t left = ofsi_cursor_left(&r->cursor);
    return (uint32_t)ofsi_cursor_varint_max(&r->cursor, left < UINT32_MAX ? left : UINT32_MAX);
}

static void *take_array(reading *r, uint32_t count, size_t size) {
    void *array = ofsi_arena_calloc(r->arena, count, size);
    if (!array)
        r->no_memory = true;
    return array;
}

/* What a reader must know stops the reading; what only a writer must know is kept for a writer to stop at. */
static ofs_status read_features(reading *r, ofsi_manifest *m, ofs_error *err) {
    uint32_t count = take_count(r);
    for (uint32_t i = 0; i < count && !r->cursor.bad; i++) {
        ofsi_span name = take_string(r);
        uint64_t need = ofsi_cursor_varint(&r->cursor);
        bool known = r->no_memory || r->cursor.bad;
        for (size_t f = 0; f < FEATURE_COUNT; f++)
            known = known || ofsi_span_equal(name, ofsi_span_of(features[f].name));
        if (!known && (need & NEEDED_TO_READ))
            return ofsi_fail(err, OFS_E_UNSUPPORTED,
                             "the index %s needs '%.*s', which this version has not got",
                             ofsi_storage_path(r->storage), name.size < 64 ? (int)name.size : 64, name.data);
        if (!known && (need & NEEDED_TO_WRITE))
            m->unknown_feature = name;
    }
    return OFS_OK;
}

/* A name that could lead out of the index's folder is damage. */
static bool take_name(reading *r, char name[OFSI_SEGMENT_NAME_SIZE]) {
    ofsi_span text = ofsi_cursor_string(&r->cursor);
    if (text.size == 0 || text.size >= OFSI_SEGMENT_NAME_SIZE || memchr(text.data, '/', text.size) ||
        memchr(text.data, '\0', text.size) || text.data[0] == '.')
        return false;
    memcpy(name, text.data, text.size);
    name[text.size] = '\0';
    return true;
}

static ofs_status read_dead(reading *r, ofsi_manifest_segment *s, ofs_error *err) {
    s->dead_count = take_count(r);
    s->dead = take_array(r, s->dead_count, sizeof *s->dead);
    uint64_t report = 0;
    for (uint32_t i = 0; s->dead && i < s->dead_count && !r->cursor.bad; i++) {
        report += ofsi_cursor_varint_max(&r->cursor, UINT32_MAX);
        if (report >= s->report_count)
            return damaged(r, "a removed report is not in its segment", err);
        s->dead[i] = (uint32_t)report++;
    }
    return OFS_OK;
}

static ofs_status read_segment(reading *r, ofsi_manifest_segment *s, ofs_error *err) {
    if (!take_name(r, s->name))
        return damaged(r, "a segment has no name", err);
    s->file_size = ofsi_cursor_varint(&r->cursor);
    s->doc_count = (uint32_t)ofsi_cursor_varint_max(&r->cursor, INT32_MAX);
    s->report_count = (uint32_t)ofsi_cursor_varint_max(&r->cursor, INT32_MAX);
    s->token_count = ofsi_cursor_varint(&r->cursor);
    s->dead_docs = (uint32_t)ofsi_cursor_varint_max(&r->cursor, s->doc_count);
    s->dead_tokens = ofsi_cursor_varint_max(&r->cursor, s->token_count);
    return read_dead(r, s, err);
}

static ofs_status read_body(reading *r, ofsi_manifest *m, ofs_error *err) {
    ofs_status status = read_features(r, m, err);
    m->generation = ofsi_cursor_varint(&r->cursor);
    m->next_segment = ofsi_cursor_varint(&r->cursor);
    m->stemmer = take_string(r);
    m->fingerprint = take_string(r);
    m->segment_count = take_count(r);
    m->segments = take_array(r, m->segment_count, sizeof *m->segments);
    for (uint32_t i = 0; status == OFS_OK && m->segments && i < m->segment_count && !r->cursor.bad; i++)
        status = read_segment(r, &m->segments[i], err);
    m->failure_count = status == OFS_OK ? take_count(r) : 0;
    m->failures = take_array(r, m->failure_count, sizeof *m->failures);
    for (uint32_t i = 0; status == OFS_OK && m->failures && i < m->failure_count && !r->cursor.bad; i++) {
        m->failures[i].path = take_string(r);
        m->failures[i].reason = take_string(r);
    }
    if (status != OFS_OK)
        return status;
    if (r->no_memory)
        return ofsi_fail_nomem(err);
    return r->cursor.bad || ofsi_cursor_left(&r->cursor) ? damaged(r, "it does not decode", err) : OFS_OK;
}

ofs_status ofsi_manifest_read(ofsi_storage *storage, ofsi_arena *arena, ofsi_manifest *manifest,
                              ofs_error *err) {
    ofsi_blob *blob;
    *manifest = (ofsi_manifest){0};
    ofs_status status = ofsi_storage_read(storage, OFSI_MANIFEST_NAME, &blob, err);
    if (status == OFS_E_NOT_FOUND)
        return ofsi_fail(err, OFS_E_NO_INDEX, "no index at %s", ofsi_storage_path(storage));
    if (status != OFS_OK)
        return status;
    ofsi_span data = ofsi_blob_data(blob);
    reading r = {storage, arena, ofsi_cursor_of(data.data, data.size), (const uint8_t *)data.data, false};
    if (data.size < sizeof magic + 8 || memcmp(data.data, magic, 9) != 0)
        status = damaged(&r, "it is cut short or no manifest", err);
    else if (memcmp(data.data, magic, sizeof magic) != 0)
        status = ofsi_fail(err, OFS_E_UNSUPPORTED, "the index %s was written by another version of ofindex",
                           ofsi_storage_path(storage));
    else if (ofsi_hash64(data.data, data.size - 8) != ofsi_load_u64(data.data + data.size - 8))
        status = damaged(&r, "its checksum differs", err);
    if (status == OFS_OK) {
        r.cursor = ofsi_cursor_of(data.data + sizeof magic, data.size - sizeof magic - 8);
        status = read_body(&r, manifest, err);
    }
    ofsi_blob_close(blob);
    return status;
}
