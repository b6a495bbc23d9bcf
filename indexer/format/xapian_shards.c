/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both directions of the index file of a split archive. */
#include "indexer/format/xapian_shards.h"

#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/format/recognize.h"
#include "indexer/format/xapian_schema.h"

#define SHARDS_ASIDE OFSI_SHARDS_FILE ".tmp"
#define MAGIC        "ofsearch shards 1"
#define GENERATION   "generation "
#define SCHEME       "xapian+tcp://"
#define BOM          "\xEF\xBB\xBF"
enum { FILE_MOST = 1 << 20, HOST_MOST = 255 };

/* ---- servers ---- */

bool ofsi_shard_is_url(const char *name) { return strncmp(name, SCHEME, strlen(SCHEME)) == 0; }

static ofs_status bad_url(const char *url, ofs_error *err) {
    return ofsi_fail(err, OFS_E_USAGE, "%s: a server is named as " SCHEME "HOST:PORT", url);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

ofsi_span ofsi_shard_trim(ofsi_span name) {
    while (name.size && is_blank(name.data[0]))
        name = (ofsi_span){name.data + 1, name.size - 1};
    while (name.size && is_blank(name.data[name.size - 1]))
        name.size--;
    return name;
}

/* A name or an address, without what could belong to another part of a URL. */
static bool is_host(const char *host, size_t size, bool bracketed) {
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)host[i];
        if (c <= ' ' || c >= 0x7F || strchr("/@?#[]\\", c) || (c == ':' && !bracketed))
            return false;
    }
    return size > 0 && size <= HOST_MOST;
}

ofs_status ofsi_shard_read_url(const char *url, ofsi_arena *arena, ofsi_shard *out, ofs_error *err) {
    *out = (ofsi_shard){.name = url};
    if (!ofsi_shard_is_url(url))
        return bad_url(url, err);
    const char *host = url + strlen(SCHEME);
    const char *colon = strrchr(host, ':');
    uint64_t port;
    if (!colon || !ofsi_xapian_read_count(ofsi_span_of(colon + 1), &port))
        return bad_url(url, err);
    if (port == 0 || port > UINT16_MAX)
        return ofsi_fail(err, OFS_E_USAGE, "%s: a port is a number from 1 to %d", url, UINT16_MAX);
    size_t size = (size_t)(colon - host);
    bool bracketed = size > 2 && host[0] == '[' && host[size - 1] == ']';
    if (bracketed) {
        host++;
        size -= 2;
    }
    if (!is_host(host, size, bracketed))
        return bad_url(url, err);
    out->host = ofsi_arena_strndup(arena, host, size);
    out->port = (uint16_t)port;
    return out->host ? OFS_OK : ofsi_fail_nomem(err);
}

/* ---- reading ---- */

typedef struct reading {
    const char *folder, *name;
    ofsi_arena *arena;
    ofsi_shards *out;
} reading;

static ofs_status damaged(const reading *r, size_t line, const char *what, ofs_error *err) {
    return ofsi_fail(err, OFS_E_CORRUPT, "%s is no index file: %s, in line %zu", r->name, what, line);
}

static ofs_status take_shard(reading *r, ofsi_span line, size_t number, ofs_error *err) {
    if (r->out->count == OFSI_SHARDS_MOST)
        return ofsi_fail(err, OFS_E_LIMIT, "%s names more than %d databases", r->name, OFSI_SHARDS_MOST);
    if (memchr(line.data, '\0', line.size))
        return damaged(r, number, "there is a NUL byte", err);
    ofsi_shard *shard = &r->out->items[r->out->count++];
    char *text = ofsi_arena_strndup(r->arena, line.data, line.size);
    if (!text)
        return ofsi_fail_nomem(err);
    if (ofsi_shard_is_url(text))
        return ofsi_shard_read_url(text, r->arena, shard, err);
    const char *path = text[0] == '/' ? text : ofsi_arena_printf(r->arena, "%s/%s", r->folder, text);
    *shard = (ofsi_shard){.name = text, .path = path, .line = number};
    return path ? OFS_OK : ofsi_fail_nomem(err);
}

static bool begins_with(ofsi_span text, const char *beginning) {
    return text.size >= strlen(beginning) && memcmp(text.data, beginning, strlen(beginning)) == 0;
}

static ofs_status take_line(reading *r, ofsi_span line, size_t number, ofs_error *err) {
    if (number == 1) {
        if (ofsi_span_equal(line, ofsi_span_of(MAGIC)))
            return OFS_OK;
        if (begins_with(line, "ofsearch shards "))
            return ofsi_fail(err, OFS_E_UNSUPPORTED, "%s was written by another version of ofindex", r->name);
        return damaged(r, number, "it does not begin with '" MAGIC "'", err);
    }
    if (line.size == 0 || line.data[0] == '#')
        return OFS_OK;
    if (!begins_with(line, GENERATION))
        return take_shard(r, line, number, err);
    ofsi_span digits = {line.data + strlen(GENERATION), line.size - strlen(GENERATION)};
    if (r->out->generation || !ofsi_xapian_read_count(digits, &r->out->generation) || !r->out->generation)
        return damaged(r, number, "there is no number of a commit", err);
    return OFS_OK;
}

ofs_status ofsi_shards_parse(ofsi_span text, const char *folder, const char *name, ofsi_arena *arena,
                             ofsi_shards *out, ofs_error *err) {
    reading r = {folder, name, arena, out};
    ofs_status status = OFS_OK;
    *out =
        (ofsi_shards){.file = name, .items = ofsi_arena_calloc(arena, OFSI_SHARDS_MOST, sizeof *out->items)};
    if (!out->items)
        return ofsi_fail_nomem(err);
    if (text.size == 0)
        return damaged(&r, 1, "it is empty", err);
    for (size_t at = 0, number = 1; at < text.size && status == OFS_OK; number++) {
        const char *end = memchr(text.data + at, '\n', text.size - at);
        if (!end) /* written by ofindex it ends with its line: one that does not was cut off */
            return damaged(&r, number, "the line has no end", err);
        ofsi_span line = {text.data + at, (size_t)(end - text.data) - at};
        at += line.size + 1;
        if (number == 1 && begins_with(line, BOM))
            line = (ofsi_span){line.data + strlen(BOM), line.size - strlen(BOM)};
        line = ofsi_shard_trim(line);
        status = take_line(&r, line, number, err);
    }
    if (status == OFS_OK && out->count == 0)
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s names no database", name);
    return status;
}

ofs_status ofsi_shards_read(ofsi_storage *storage, ofsi_arena *arena, ofsi_shards *out, ofs_error *err) {
    ofsi_blob *blob = NULL;
    const char *folder = ofsi_storage_path(storage);
    const char *name = ofsi_arena_printf(arena, "%s/%s", folder, OFSI_SHARDS_FILE);
    if (!name)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_storage_read(storage, OFSI_SHARDS_FILE, &blob, err);
    if (status == OFS_E_NOT_FOUND)
        return ofsi_fail(err, OFS_E_NO_INDEX, "there is no index in %s", folder);
    if (status != OFS_OK)
        return status;
    ofsi_span text = ofsi_blob_data(blob);
    status = text.size > FILE_MOST
                 ? ofsi_fail(err, OFS_E_CORRUPT, "%s is no index file: it is too long", name)
                 : ofsi_shards_parse(text, folder, name, arena, out, err);
    ofsi_blob_close(blob);
    return status;
}

/* The folder of a path: in the arena. */
static const char *folder_of(const char *path, ofsi_arena *arena) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    return ofsi_arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

ofs_status ofsi_shards_read_file(const char *path, ofsi_arena *arena, ofsi_shards *out, ofs_error *err) {
    ofsi_storage *storage = NULL;
    ofsi_blob *blob = NULL;
    const char *folder = folder_of(path, arena);
    const char *slash = strrchr(path, '/');
    if (!folder)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_storage_open_dir(folder, false, &storage, err);
    if (status == OFS_OK)
        status = ofsi_storage_read(storage, slash ? slash + 1 : path, &blob, err);
    if (status == OFS_E_NOT_FOUND)
        status = ofsi_fail(err, OFS_E_NO_INDEX, "there is no index file %s", path);
    if (status == OFS_OK) {
        ofsi_span text = ofsi_blob_data(blob);
        status = text.size > FILE_MOST
                     ? ofsi_fail(err, OFS_E_CORRUPT, "%s is no index file: it is too long", path)
                     : ofsi_shards_parse(text, folder, path, arena, out, err);
    }
    if (blob)
        ofsi_blob_close(blob);
    ofsi_storage_close(storage);
    return status;
}

/* ---- writing ---- */

static void put_shards(const ofsi_shards *shards, ofsi_buf *out) {
    ofsi_buf_text(out, MAGIC "\n");
    if (shards->generation) {
        ofsi_buf_text(out, GENERATION);
        ofsi_buf_count(out, shards->generation);
        ofsi_buf_byte(out, '\n');
    }
    for (uint32_t i = 0; i < shards->count; i++) {
        ofsi_buf_text(out, shards->items[i].name);
        ofsi_buf_byte(out, '\n');
    }
}

ofs_status ofsi_shards_write(ofsi_storage *storage, const ofsi_shards *shards, ofs_error *err) {
    ofsi_buf text = {0};
    ofsi_output *output = NULL;
    put_shards(shards, &text);
    ofs_status status =
        text.failed ? ofsi_fail_nomem(err) : ofsi_storage_create(storage, SHARDS_ASIDE, &output, err);
    if (status == OFS_OK) {
        status = ofsi_output_write(output, text.data, text.size, err);
        if (status == OFS_OK)
            status = ofsi_output_close(output, true, err);
        else
            ofsi_output_abandon(output);
    }
    if (status == OFS_OK)
        status = ofsi_storage_rename(storage, SHARDS_ASIDE, OFSI_SHARDS_FILE, err);
    if (status == OFS_OK)
        status = ofsi_storage_sync_dir(storage, err);
    ofsi_buf_free(&text);
    return status;
}
