/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer: its options, the choice of its engine, opening and closing, removal of reports, commit. */
#include <stdlib.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/build/writer.h"
#include "indexer/build/writer_impl.h"
#include "indexer/format/recognize.h"
#include "indexer/report/aliases.h"
#include "indexer/report/lines.h"

enum { MEMORY_DEFAULT = 256 << 20, MEMORY_LEAST = 16 << 20, SHARDS_MOST = 256 };

/* ---- options ---- */

static const char *keep(ofs_writer *w, const char *text, bool *failed) {
    char *copy = text ? ofsi_arena_strndup(&w->arena, text, strlen(text)) : NULL;
    *failed = *failed || (text && !copy);
    return copy;
}

static ofs_status take_options(ofs_writer *w, const ofs_writer_options *options, const char *directory,
                               ofs_error *err) {
    bool failed = false;
    if (options)
        w->options = *options;
    if (w->options.threads == 0) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        w->options.threads = cores > 0 ? (uint32_t)cores : 1;
    }
    if (w->options.memory == 0)
        w->options.memory = MEMORY_DEFAULT;
    if (w->options.memory < MEMORY_LEAST)
        return ofsi_fail(err, OFS_E_USAGE, "the indexing budget must be at least 16 MiB");
    if (w->options.shards > SHARDS_MOST)
        return ofsi_fail(err, OFS_E_USAGE, "an index has at most %d shards", SHARDS_MOST);
    w->directory = keep(w, directory, &failed);
    w->options.engine = keep(w, w->options.engine, &failed);
    w->options.stemmer = keep(w, w->options.stemmer, &failed);
    w->options.read.profile = keep(w, w->options.read.profile, &failed);
    w->options.read.aliases = keep(w, w->options.read.aliases, &failed);
    w->options.read.ocr_language = keep(w, w->options.read.ocr_language, &failed);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* ---- for the engines ---- */

ofs_status ofsi_writer_new_analyzer(ofs_writer *w, ofs_error *err) {
    return ofsi_analyzer_open(w->options.stemmer ? w->options.stemmer : "english", &w->analyzer, err);
}

ofs_status ofsi_writer_take_analyzer(ofs_writer *w, ofsi_span stemmer, ofsi_span fingerprint,
                                     ofs_error *err) {
    const char *path = ofsi_storage_path(w->storage);
    if (w->options.stemmer && !ofsi_span_equal(stemmer, ofsi_span_of(w->options.stemmer)))
        return ofsi_fail(err, OFS_E_USAGE,
                         "the index %s was built with the stemmer '%.*s'; build another to use '%s'", path,
                         (int)stemmer.size, stemmer.data, w->options.stemmer);
    const char *name = ofsi_arena_strndup(&w->arena, stemmer.data, stemmer.size);
    if (!name)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_analyzer_open(name, &w->analyzer, err);
    if (status == OFS_OK &&
        !ofsi_span_equal(fingerprint, ofsi_span_of(ofsi_analyzer_fingerprint(w->analyzer))))
        return ofsi_fail(
            err, OFS_E_UNSUPPORTED,
            "the index %s was built with other rules for words (%.*s, not %s); remove it and build it anew",
            path, (int)fingerprint.size, fingerprint.data, ofsi_analyzer_fingerprint(w->analyzer));
    return status;
}

ofs_status ofsi_writer_take_failures(ofs_writer *w, const ofsi_manifest_failure *failures, uint32_t count,
                                     ofs_error *err) {
    if (!ofsi_grow(&w->failures, &w->failure_capacity, w->failure_count + count, sizeof *w->failures))
        return ofsi_fail_nomem(err);
    if (count)
        memcpy(w->failures + w->failure_count, failures, count * sizeof *w->failures);
    w->failure_count += count;
    return OFS_OK;
}

/* ---- dead reports ---- */

ofs_status ofsi_writer_kill(ofs_writer *w, uint32_t entry, ofs_error *err) {
    ofs_status status = w->engine->kill(w, entry, err);
    w->broken = w->broken || status != OFS_OK; /* half of it may be gone, which is not to be committed */
    if (status != OFS_OK)
        return status;
    ofsi_catalog_kill(&w->catalog, entry);
    w->changed = true;
    return OFS_OK;
}

ofs_status ofs_writer_remove(ofs_writer *w, const char *id_or_path, uint64_t *removed, ofs_error *err) {
    ofs_status status = ofsi_writer_usable(w, err);
    uint64_t count = 0;
    if (status != OFS_OK)
        return status;
    uint32_t entry = ofsi_catalog_find_id(&w->catalog, ofsi_span_of(id_or_path));
    if (entry != OFSI_NOWHERE) {
        status = ofsi_writer_kill(w, entry, err);
        count = 1;
    } else {
        char *path = ofsi_normal_path(&w->arena, id_or_path);
        uint32_t p = path ? ofsi_catalog_find_path(&w->catalog, ofsi_span_of(path)) : OFSI_NOWHERE;
        uint32_t e = p == OFSI_NOWHERE ? OFSI_NOWHERE : w->catalog.by_path[p].first;
        for (; status == OFS_OK && e != OFSI_NOWHERE; e = w->catalog.entries[e].next)
            if (w->catalog.entries[e].live) {
                status = ofsi_writer_kill(w, e, err);
                count++;
            }
    }
    if (removed)
        *removed = count;
    if (status == OFS_OK && count == 0)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "no report '%s' in the index", id_or_path);
    return status;
}

/* ---- compaction and commit ---- */

ofs_status ofsi_writer_usable(const ofs_writer *w, ofs_error *err) {
    if (w->broken)
        return ofsi_fail(err, OFS_E_USAGE, "the writer has failed before; close it and open the index again");
    return OFS_OK;
}

ofs_status ofs_writer_compact(ofs_writer *w, ofs_error *err) {
    ofs_status status = ofsi_writer_usable(w, err);
    if (status != OFS_OK)
        return status;
    status = w->engine->compact(w, err);
    w->broken = status != OFS_OK;
    return status;
}

static int compare_failures(const void *a, const void *b) {
    return ofsi_span_compare(((const ofsi_manifest_failure *)a)->path,
                             ((const ofsi_manifest_failure *)b)->path);
}

ofs_status ofs_writer_commit(ofs_writer *w, ofs_error *err) {
    ofs_status status = ofsi_writer_usable(w, err);
    /* An index is made by its first commit, even one without reports. */
    if (status != OFS_OK || (!w->changed && w->generation))
        return status;
    if (w->failure_count)
        qsort(w->failures, w->failure_count, sizeof *w->failures, compare_failures);
    status = w->engine->commit(w, err);
    if (status != OFS_OK) {
        w->broken = true;
        return status;
    }
    w->generation++;
    w->changed = false;
    return OFS_OK;
}

/* ---- opening and closing ---- */

static const ofsi_writer_engine *const engines[] = {&ofsi_writer_native, &ofsi_writer_xapian};
enum { ENGINE_COUNT = sizeof engines / sizeof engines[0] };

static ofs_status find_engine(const char *name, const ofsi_writer_engine **engine, ofs_error *err) {
    for (size_t i = 0; i < ENGINE_COUNT; i++)
        if (strcmp(engines[i]->name, name) == 0) {
            *engine = engines[i];
            return OFS_OK;
        }
    return ofsi_fail(err, OFS_E_USAGE, "there is no engine '%s'; there are native and xapian", name);
}

static ofs_status fail_shards(ofs_error *err) {
    return ofsi_fail(err, OFS_E_USAGE, "only an index of the engine xapian can have shards");
}

/* An index keeps the engine that it was made with. */
static ofs_status choose_engine(ofs_writer *w, ofs_error *err) {
    ofsi_index_kind kind;
    const ofsi_writer_engine *asked = NULL;
    ofs_status status = ofsi_recognize(w->storage, &kind, err);
    if (status == OFS_OK && w->options.engine)
        status = find_engine(w->options.engine, &asked, err);
    if (status != OFS_OK)
        return status;
    if (kind == OFSI_INDEX_NONE) {
        w->engine = asked ? asked : w->options.shards ? &ofsi_writer_xapian : &ofsi_writer_native;
        /* Of a database the first run of which was killed there is as much, and a run like that goes on with it. */
        if (w->engine == &ofsi_writer_native)
            status = ofsi_recognize_remains(w->storage, w->directory, err);
        if (status != OFS_OK)
            return status;
    } else
        w->engine = kind == OFSI_INDEX_NATIVE ? &ofsi_writer_native : &ofsi_writer_xapian;
    if (asked && asked != w->engine)
        return ofsi_fail(err, OFS_E_USAGE,
                         "the index %s was built with the engine %s; build another to use %s",
                         ofsi_storage_path(w->storage), w->engine->name, asked->name);
    if (w->options.shards && w->engine != &ofsi_writer_xapian)
        return fail_shards(err);
    return OFS_OK;
}

static ofs_status open_index(ofs_writer *w, ofs_error *err) {
    ofs_status status = ofsi_storage_lock(w->storage, &w->lock, err);
    if (status == OFS_OK)
        status = choose_engine(w, err);
    return status == OFS_OK ? w->engine->open(w, err) : status;
}

/* The storage becomes the writer's, also on failure. `directory`: where it is on the file system, or NULL. */
static ofs_status open_writer(ofsi_storage *storage, const char *directory, const ofs_writer_options *options,
                              ofs_writer **out, ofs_error *err) {
    *out = NULL;
    ofs_writer *w = ofsi_calloc(1, sizeof *w);
    if (!w) {
        ofsi_storage_close(storage);
        return ofsi_fail_nomem(err);
    }
    w->storage = storage;
    ofs_status status = take_options(w, options, directory, err);
    if (status == OFS_OK)
        status = open_index(w, err);
    if (status != OFS_OK) {
        ofs_writer_close(w);
        return status;
    }
    *out = w;
    return OFS_OK;
}

ofs_status ofsi_writer_open_storage(ofsi_storage *storage, const ofs_writer_options *options,
                                    ofs_writer **out, ofs_error *err) {
    return open_writer(storage, NULL, options, out, err);
}

/* What is misspelt is said before a folder is made, and once instead of at every file. */
static ofs_status check_names(const ofs_writer_options *options, ofs_error *err) {
    ofsi_analyzer *analyzer = NULL;
    const ofsi_writer_engine *engine = NULL;
    ofs_status status = OFS_OK;
    if (options && options->engine)
        status = find_engine(options->engine, &engine, err);
    if (status == OFS_OK && options && options->shards && options->engine && engine != &ofsi_writer_xapian)
        status = fail_shards(err);
    if (status == OFS_OK && options && options->read.profile)
        status = ofsi_check_profile(options->read.profile, err);
    if (status == OFS_OK && options && options->read.aliases)
        status = ofsi_check_aliases(options->read.aliases, err);
    if (status == OFS_E_NOT_FOUND || status == OFS_E_INPUT) {
        if (err)
            err->status = OFS_E_USAGE; /* the message stays */
        return OFS_E_USAGE;
    }
    if (status == OFS_OK && options && options->stemmer)
        status = ofsi_analyzer_open(options->stemmer, &analyzer, err);
    ofsi_analyzer_close(analyzer);
    return status;
}

ofs_status ofs_writer_open(const char *directory, const ofs_writer_options *options, ofs_writer **out,
                           ofs_error *err) {
    ofsi_storage *storage;
    *out = NULL;
    ofs_status status = check_names(options, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_storage_open_dir(directory, true, &storage, err);
    return status == OFS_OK ? open_writer(storage, directory, options, out, err) : status;
}

void ofs_writer_close(ofs_writer *w) {
    if (!w)
        return;
    if (w->sink)
        w->sink->methods->close(w->sink);
    if (w->engine)
        w->engine->close(w);
    ofsi_analyzer_close(w->analyzer);
    ofsi_catalog_free(&w->catalog);
    ofsi_free(w->failures);
    ofsi_lock_release(w->lock);
    ofsi_storage_close(w->storage);
    ofsi_arena_free(&w->arena);
    ofsi_free(w);
}
