/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer: opening and closing an index for writing, its list of segments, removal of reports. */
#include <stdlib.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/build/writer.h"
#include "indexer/build/writer_impl.h"
#include "indexer/report/aliases.h"
#include "indexer/report/lines.h"

enum { MEMORY_DEFAULT = 256 << 20, MEMORY_LEAST = 16 << 20 };

/* ---- options ---- */

static const char *keep(ofs_writer *w, const char *text, bool *failed) {
    char *copy = text ? ofsi_arena_strndup(&w->arena, text, strlen(text)) : NULL;
    *failed = *failed || (text && !copy);
    return copy;
}

static ofs_status take_options(ofs_writer *w, const ofs_writer_options *options, ofs_error *err) {
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
    w->options.stemmer = keep(w, w->options.stemmer, &failed);
    w->options.read.profile = keep(w, w->options.read.profile, &failed);
    w->options.read.aliases = keep(w, w->options.read.aliases, &failed);
    w->options.read.ocr_language = keep(w, w->options.read.ocr_language, &failed);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* ---- segments ---- */

ofs_status ofsi_writer_take(ofs_writer *w, const ofsi_manifest_segment *row, ofs_error *err) {
    ofsi_segment *segment = NULL;
    ofs_status status = ofsi_segment_open(w->storage, row->name, &segment, err);
    if (status == OFS_E_NOT_FOUND)
        status = ofsi_fail(err, OFS_E_CORRUPT, "the index %s has lost the file %s that its manifest names",
                           ofsi_storage_path(w->storage), row->name);
    if (status == OFS_OK)
        status = ofsi_segment_load_columns(segment, err);
    if (status == OFS_OK && (ofsi_segment_doc_count(segment) != row->doc_count ||
                             ofsi_segment_report_count(segment) != row->report_count))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s/%s is damaged: it is not the file that the manifest names",
                           ofsi_storage_path(w->storage), row->name);
    if (status == OFS_OK &&
        !ofsi_grow(&w->segments, &w->segment_capacity, w->segment_count + 1, sizeof *w->segments))
        status = ofsi_fail_nomem(err);
    if (status != OFS_OK) {
        ofsi_segment_close(segment);
        return status;
    }
    w->segments[w->segment_count++] = (ofsi_writer_segment){*row, row->dead_count, segment};
    return OFS_OK;
}

ofs_status ofsi_writer_name(ofs_writer *w, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    static const char digits[] = "0123456789abcdef";
    uint64_t number = w->next_segment++;
    if (number > UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT,
                         "the index has used up its 4,294,967,295 segment numbers; build it anew");
    memcpy(name, "s-00000000.seg", 15);
    for (int i = 9; i >= 2; i--, number >>= 4)
        name[i] = digits[number & 15];
    return OFS_OK;
}

static ofs_status name_segment(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    return ofsi_writer_name(context, name, err);
}

/* The sink wrote a segment of these entries of the catalog, in this order. */
static ofs_status take_flushed(void *context, const ofsi_manifest_segment *row, const uint32_t *entries,
                               ofs_error *err) {
    ofs_writer *w = context;
    ofs_status status = ofsi_writer_take(w, row, err);
    for (uint32_t i = 0; status == OFS_OK && i < row->report_count; i++) {
        w->catalog.entries[entries[i]].segment = (uint32_t)w->segment_count - 1;
        w->catalog.entries[entries[i]].report = i;
    }
    return status;
}

ofs_status ofsi_writer_reload(ofs_writer *w, ofs_error *err) {
    ofs_status status = OFS_OK;
    ofsi_catalog_free(&w->catalog);
    for (uint32_t s = 0; s < w->segment_count && status == OFS_OK; s++) {
        const ofsi_manifest_segment *info = &w->segments[s].row;
        for (uint32_t r = 0, dead = 0; r < info->report_count && status == OFS_OK; r++) {
            ofsi_report_row row;
            uint32_t entry;
            if (dead < info->dead_count && info->dead[dead] == r) {
                dead++;
                continue;
            }
            ofsi_segment_report(w->segments[s].segment, r, &row);
            ofsi_known_file file = {row.file_size, row.file_mtime_ns, row.file_hash};
            status = ofsi_catalog_add(&w->catalog, row.id, row.path, &file, &entry, err);
            if (status == OFS_OK) {
                w->catalog.entries[entry].segment = s;
                w->catalog.entries[entry].report = r;
            }
        }
    }
    return status;
}

/* ---- dead reports ---- */

ofs_status ofsi_writer_kill(ofs_writer *w, uint32_t entry, ofs_error *err) {
    const ofsi_entry *e = &w->catalog.entries[entry];
    ofsi_writer_segment *s = &w->segments[e->segment];
    ofsi_report_row row;
    if (!ofsi_grow(&s->row.dead, &s->dead_capacity, s->row.dead_count + (size_t)1, sizeof *s->row.dead))
        return ofsi_fail_nomem(err);
    uint32_t at = s->row.dead_count;
    while (at > 0 && s->row.dead[at - 1] > e->report)
        at--;
    memmove(&s->row.dead[at + 1], &s->row.dead[at], (s->row.dead_count - at) * sizeof *s->row.dead);
    s->row.dead[at] = e->report;
    s->row.dead_count++;
    ofsi_segment_report(s->segment, e->report, &row);
    s->row.dead_docs += row.doc_count;
    s->row.dead_tokens += row.token_count;
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

/* ---- opening and closing ---- */

ofs_status ofsi_writer_usable(const ofs_writer *w, ofs_error *err) {
    if (w->broken)
        return ofsi_fail(err, OFS_E_USAGE, "the writer has failed before; close it and open the index again");
    return OFS_OK;
}

static ofs_status check_analyzer(ofs_writer *w, const ofsi_manifest *m, ofs_error *err) {
    const char *path = ofsi_storage_path(w->storage);
    if (m->unknown_feature.size)
        return ofsi_fail(
            err, OFS_E_UNSUPPORTED,
            "writing to the index %s needs '%s', which this version has not got; searching it works", path,
            m->unknown_feature.data);
    if (w->options.stemmer && !ofsi_span_equal(m->stemmer, ofsi_span_of(w->options.stemmer)))
        return ofsi_fail(err, OFS_E_USAGE,
                         "the index %s was built with the stemmer '%s'; build another to use '%s'", path,
                         m->stemmer.data, w->options.stemmer);
    ofs_status status = ofsi_analyzer_open(m->stemmer.data, &w->analyzer, err);
    if (status == OFS_OK &&
        !ofsi_span_equal(m->fingerprint, ofsi_span_of(ofsi_analyzer_fingerprint(w->analyzer))))
        return ofsi_fail(
            err, OFS_E_UNSUPPORTED,
            "the index %s was built with other rules for words (%s, not %s); remove it and build it anew",
            path, m->fingerprint.data, ofsi_analyzer_fingerprint(w->analyzer));
    return status;
}

static ofs_status load_manifest(ofs_writer *w, const ofsi_manifest *m, ofs_error *err) {
    ofs_status status = check_analyzer(w, m, err);
    w->generation = m->generation;
    w->next_segment = m->next_segment;
    for (uint32_t i = 0; i < m->segment_count && status == OFS_OK; i++) {
        ofsi_manifest_segment row = m->segments[i];
        row.dead = ofsi_reallocarray(NULL, row.dead_count, sizeof *row.dead);
        if (!row.dead)
            return ofsi_fail_nomem(err);
        if (row.dead_count)
            memcpy(row.dead, m->segments[i].dead, row.dead_count * sizeof *row.dead);
        status = ofsi_writer_take(w, &row, err);
        if (status != OFS_OK)
            ofsi_free(row.dead);
    }
    if (status == OFS_OK &&
        !ofsi_grow(&w->failures, &w->failure_capacity, m->failure_count, sizeof *w->failures))
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && m->failure_count)
        memcpy(w->failures, m->failures, m->failure_count * sizeof *w->failures);
    w->failure_count = status == OFS_OK ? m->failure_count : 0;
    return status == OFS_OK ? ofsi_writer_reload(w, err) : status;
}

static ofs_status open_index(ofs_writer *w, ofs_error *err) {
    ofsi_manifest manifest;
    ofs_status status = ofsi_storage_lock(w->storage, &w->lock, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_manifest_read(w->storage, &w->arena, &manifest, err);
    if (status == OFS_E_NO_INDEX)
        status = ofsi_analyzer_open(w->options.stemmer ? w->options.stemmer : "english", &w->analyzer, err);
    else if (status == OFS_OK)
        status = load_manifest(w, &manifest, err);
    if (status == OFS_OK)
        status = ofsi_writer_sweep(w, err);
    if (status != OFS_OK)
        return status;
    /* An eighth is left for what a flush needs beside the postings. */
    ofsi_inverter_options options = {w->storage,
                                     w->analyzer,
                                     w->options.memory - w->options.memory / 8,
                                     w->options.threads,
                                     name_segment,
                                     take_flushed,
                                     w};
    return ofsi_inverter_open(&options, &w->sink, err);
}

ofs_status ofsi_writer_open_storage(ofsi_storage *storage, const ofs_writer_options *options,
                                    ofs_writer **out, ofs_error *err) {
    *out = NULL;
    ofs_writer *w = ofsi_calloc(1, sizeof *w);
    if (!w) {
        ofsi_storage_close(storage);
        return ofsi_fail_nomem(err);
    }
    w->storage = storage;
    ofs_status status = take_options(w, options, err);
    if (status == OFS_OK)
        status = open_index(w, err);
    if (status != OFS_OK) {
        ofs_writer_close(w);
        return status;
    }
    *out = w;
    return OFS_OK;
}

/* What is misspelt is said before a folder is made, and once instead of at every file. */
static ofs_status check_names(const ofs_writer_options *options, ofs_error *err) {
    ofsi_analyzer *analyzer = NULL;
    ofs_status status = OFS_OK;
    if (options && options->read.profile)
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
    return status == OFS_OK ? ofsi_writer_open_storage(storage, options, out, err) : status;
}

void ofs_writer_close(ofs_writer *w) {
    if (!w)
        return;
    if (w->sink)
        w->sink->methods->close(w->sink);
    for (size_t i = 0; i < w->segment_count; i++) {
        ofsi_segment_close(w->segments[i].segment);
        ofsi_free(w->segments[i].row.dead);
    }
    ofsi_analyzer_close(w->analyzer);
    ofsi_catalog_free(&w->catalog);
    ofsi_free(w->segments);
    ofsi_free(w->failures);
    ofsi_lock_release(w->lock);
    ofsi_storage_close(w->storage);
    ofsi_arena_free(&w->arena);
    ofsi_free(w);
}
