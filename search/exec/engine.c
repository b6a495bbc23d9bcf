/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What engines are made alike with, and which engine reads what. */
#include "search/exec/engine.h"

#include <sys/stat.h>
#include <time.h>

#include "indexer/base/alloc.h"
#include "indexer/format/recognize.h"
#include "search/exec/xapian/open.h"

/* How often databases are opened that are not all of one commit yet. */
enum { OPEN_TRIES = 40 };

/* Words that are broken or stemmed otherwise than the index's would silently not be found. */
static ofs_status check_fingerprint(const ofsi_analyzer *analyzer, ofsi_span made, ofs_error *err) {
    const char *ours = ofsi_analyzer_fingerprint(analyzer);
    if (ofsi_span_equal(made, ofsi_span_of(ours)))
        return OFS_OK;
    return ofsi_fail(err, OFS_E_UNSUPPORTED,
                     "the index was made by other rules for words (%.*s, not %s): it must be made anew",
                     (int)(made.size < 200 ? made.size : 200), made.data, ours);
}

ofs_status ofsi_engine_analyzer(ofsi_span stemmer, ofsi_span fingerprint, ofsi_analyzer **out,
                                ofs_error *err) {
    char *name = ofsi_strndup(stemmer.data, stemmer.size);
    *out = NULL;
    if (!name)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_analyzer_open(name, out, err);
    if (status == OFS_E_USAGE)
        status = ofsi_fail(err, OFS_E_UNSUPPORTED,
                           "the index needs the stemmer %s, which this build has not got", name);
    else if (status == OFS_OK)
        status = check_fingerprint(*out, fingerprint, err);
    ofsi_free(name);
    return status;
}

/* ---- paragraphs ---- */

const char *ofsi_engine_copy(ofsi_arena *arena, ofsi_span text, bool *failed) {
    if (text.size == 0)
        return NULL;
    const char *copy = ofsi_arena_strndup(arena, text.data, text.size);
    *failed = *failed || !copy;
    return copy;
}

const ofs_report_ref *ofsi_engine_copy_report(const ofsi_report_row *row, ofsi_arena *arena) {
    bool failed = false;
    ofs_report_ref *ref = ofsi_arena_calloc(arena, 1, sizeof *ref);
    if (!ref)
        return NULL;
    ref->id = ofsi_arena_strndup(arena, row->id.data, row->id.size); /* never NULL */
    failed = !ref->id;
    ref->title = ofsi_engine_copy(arena, row->title, &failed);
    ref->provider = ofsi_engine_copy(arena, row->provider, &failed);
    ref->provider_id = ofsi_engine_copy(arena, row->provider_id, &failed);
    ref->inspectorate = ofsi_engine_copy(arena, row->inspectorate, &failed);
    ref->path = ofsi_engine_copy(arena, row->path, &failed);
    ref->profile = ofsi_engine_copy(arena, row->profile, &failed);
    ref->provider_name = ofsi_engine_copy(arena, row->provider_name, &failed);
    ref->inspection = ofsi_engine_copy(arena, row->inspection, &failed);
    ref->overall =
        (ofs_grade){ofsi_engine_copy(arena, row->overall, &failed), row->overall_level, row->overall_levels};
    ref->inspected_from = row->inspected_from;
    ref->inspected_to = row->inspected_to;
    ref->published = row->published;
    return failed ? NULL : ref;
}

/* ---- opening ---- */

/* Servers by their addresses, with commas between. */
static ofs_status open_urls(const char *urls, const ofs_open_options *options, ofsi_engine **out,
                            ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_shards shards = {0};
    ofs_status status = OFS_OK;
    size_t most = 1;
    for (const char *c = urls; *c; c++)
        most += *c == ',';
    shards.items = ofsi_arena_calloc(&arena, most, sizeof *shards.items);
    if (!shards.items)
        status = ofsi_fail_nomem(err);
    for (const char *url = urls; status == OFS_OK && url;) {
        size_t size = strcspn(url, ",");
        if (shards.count == OFSI_SHARDS_MOST) {
            status = ofsi_fail(err, OFS_E_LIMIT, "more than %d servers are given", OFSI_SHARDS_MOST);
            break;
        }
        ofsi_span name = ofsi_shard_trim((ofsi_span){url, size});
        if (name.size == 0) {
            status = ofsi_fail(err, OFS_E_USAGE, "%s: a server is missing beside a comma", urls);
            break;
        }
        const char *one = ofsi_arena_strndup(&arena, name.data, name.size);
        status =
            one ? ofsi_shard_read_url(one, &arena, &shards.items[shards.count++], err) : ofsi_fail_nomem(err);
        url = url[size] ? url + size + 1 : NULL;
    }
    if (status == OFS_OK)
        status = ofsi_engine_open_xapian(&shards, options, out, err);
    ofsi_arena_free(&arena);
    return status;
}

/* An index file that a person has written, anywhere. */
static ofs_status open_file(const char *path, const ofs_open_options *options, ofsi_engine **out,
                            ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_shards shards;
    ofs_status status = ofsi_shards_read_file(path, &arena, &shards, err);
    if (status == OFS_OK)
        status = ofsi_engine_open_xapian(&shards, options, out, err);
    ofsi_arena_free(&arena);
    return status;
}

/* A commit is not made at one moment where there are several databases. */
static void wait_a_little(void) {
    const struct timespec pause = {0, 50 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

/* A folder with an index file, or with one database. */
static ofs_status open_databases(ofsi_storage *storage, const char *directory, bool is_split,
                                 const ofs_open_options *options, ofsi_engine **out, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_shard one = {.name = directory, .path = directory};
    ofs_status status = OFS_E_MODIFIED;
    for (int tries = 0; status == OFS_E_MODIFIED && tries < OPEN_TRIES; tries++) {
        ofsi_shards shards = {.items = &one, .count = 1};
        if (tries)
            wait_a_little();
        status = is_split ? ofsi_shards_read(storage, &arena, &shards, err) : OFS_OK;
        if (status == OFS_OK)
            status = ofsi_engine_open_xapian(&shards, options, out, err);
    }
    ofsi_arena_free(&arena);
    return status;
}

/* HOST:PORT, or a URL of another scheme. */
static bool looks_like_server(const char *place) {
    const char *colon = strrchr(place, ':');
    size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
    return strstr(place, "://") || (digits && colon > place && colon[1 + digits] == '\0');
}

ofs_status ofsi_engine_open(const char *place, const ofs_open_options *options, ofsi_engine **out,
                            ofs_error *err) {
    ofsi_storage *storage = NULL;
    ofsi_index_kind kind;
    struct stat info;
    *out = NULL;
    if (ofsi_shard_is_url(place))
        return open_urls(place, options, out, err);
    bool exists = stat(place, &info) == 0;
    if (!exists && looks_like_server(place))
        return ofsi_fail(err, OFS_E_NO_INDEX, "no index at %s; a server is named as xapian+tcp://HOST:PORT",
                         place);
    if (exists && S_ISREG(info.st_mode))
        return open_file(place, options, out, err);
    ofs_status status = ofsi_storage_open_dir(place, false, &storage, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_recognize(storage, &kind, err);
    if (status == OFS_OK && kind == OFSI_INDEX_NONE)
        status = ofsi_recognize_remains(storage, place, err);
    if (status == OFS_OK && (kind == OFSI_INDEX_NATIVE || kind == OFSI_INDEX_NONE))
        return ofsi_engine_open_storage(storage, out, err);
    if (status == OFS_OK)
        status = open_databases(storage, place, kind == OFSI_INDEX_SHARDS, options, out, err);
    ofsi_storage_close(storage);
    return status;
}
