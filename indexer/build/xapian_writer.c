/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Xapian engine's side of the writer. Each database has one transaction from commit to commit: libxapian writes what it
 * cannot keep in memory into blocks that no reader looks at, and the transaction's end makes all of it visible at once.
 * Of several databases each is committed, and then the index file says so.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/build/xapian_impl.h"
#include "indexer/format/recognize.h"
#include "indexer/format/xapian_shards.h"

/*
 * What libxapian holds in memory for a paragraph until it is written, postings and positions of some 60 words, each in a node
 * of a map, is about 24 KiB; longer ones have room, and beyond a few thousand documents more of them at a time are no faster.
 */
enum { BYTES_PER_DOCUMENT = 64 << 10, LEAST_DOCUMENTS = 64 };
#define THRESHOLD "XAPIAN_FLUSH_THRESHOLD"

/* ---- databases ---- */

uint32_t ofsi_xapian_shard_of(const ofsi_xapian_index *index, ofsi_span id) {
    return (uint32_t)(ofsi_hash64(id.data, id.size) % index->shard_count);
}

/*
 * libxapian asks the environment, when a database is opened, how many documents it is to keep in memory, and has no other
 * way of being told. What the user has set stands.
 */
static ofs_status open_with_threshold(const ofs_writer *w, ofsi_xapian_shard *shard, ofs_error *err) {
    const ofsi_xapian_index *index = w->xapian;
    const ofs_xapian_writing options = {.mode = OFS_XAPIAN_CREATE_OR_OPEN};
    uint64_t documents =
        (w->options.memory - w->options.memory / 4) / BYTES_PER_DOCUMENT / index->shard_count;
    char number[24];
    bool ours = !getenv(THRESHOLD);
    snprintf(number, sizeof number, "%llu",
             (unsigned long long)(documents < LEAST_DOCUMENTS ? LEAST_DOCUMENTS
                                  : documents > INT32_MAX     ? INT32_MAX
                                                              : documents));
    if (ours)
        (void)setenv(THRESHOLD, number, 1);
    ofs_status status = index->x->writer_open(shard->path, &options, &shard->writer, err);
    if (ours)
        (void)unsetenv(THRESHOLD);
    return status;
}

ofs_status ofsi_xapian_shard_open(ofs_writer *w, ofsi_xapian_shard *shard, ofs_error *err) {
    const ofsi_xapian *x = w->xapian->x;
    ofs_status status = open_with_threshold(w, shard, err);
    if (status == OFS_OK)
        status = x->writer_database(shard->writer, &shard->view, err);
    if (status == OFS_OK)
        status = x->writer_begin_transaction(shard->writer, true, err);
    return status;
}

void ofsi_xapian_shard_close(const ofsi_xapian *x, ofsi_xapian_shard *shard) {
    x->database_free(shard->view);
    shard->view = NULL;
    if (shard->writer) {
        (void)x->writer_close(shard->writer, NULL); /* cancels the transaction */
        x->writer_free(shard->writer);
        shard->writer = NULL;
    }
}

/* ---- opening ---- */

static ofs_status check_head(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    ofs_xapian_string head = {0};
    ofs_status status =
        ofsi_xapian_metadata(w->xapian->x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_HEAD), &head, err);
    if (status == OFS_OK)
        status = ofsi_xapian_head_check(ofsi_xapian_span(&head), shard->path, true, err);
    w->xapian->x->string_free(&head);
    return status;
}

static ofs_status take_analyzer(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    const ofsi_xapian *x = w->xapian->x;
    ofs_xapian_string stemmer = {0}, fingerprint = {0};
    ofs_status status =
        ofsi_xapian_metadata(x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_STEMMER), &stemmer, err);
    if (status == OFS_OK)
        status = ofsi_xapian_metadata(x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_FINGERPRINT), &fingerprint,
                                      err);
    if (status == OFS_OK && !w->analyzer)
        status =
            ofsi_writer_take_analyzer(w, ofsi_xapian_span(&stemmer), ofsi_xapian_span(&fingerprint), err);
    else if (status == OFS_OK && !ofsi_span_equal(ofsi_xapian_span(&fingerprint),
                                                  ofsi_span_of(ofsi_analyzer_fingerprint(w->analyzer))))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s has other rules for words than the first database",
                           shard->path);
    x->string_free(&stemmer);
    x->string_free(&fingerprint);
    return status;
}

static ofs_status take_failures(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    const ofsi_xapian *x = w->xapian->x;
    ofs_xapian_string data = {0};
    ofsi_manifest_failure *failures;
    uint32_t count;
    ofs_status status =
        ofsi_xapian_metadata(x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_FAILURES), &data, err);
    if (status == OFS_OK)
        status = ofsi_xapian_failures_read(ofsi_xapian_span(&data), shard->path, &w->arena, &failures, &count,
                                           err);
    if (status == OFS_OK)
        status = ofsi_writer_take_failures(w, failures, count, err);
    x->string_free(&data);
    return status;
}

typedef struct loading {
    ofs_writer *writer;
    uint32_t shard;
} loading;

static ofs_status load_report(void *context, const ofsi_report_row *row, ofs_error *err) {
    loading *l = context;
    ofsi_xapian_index *index = l->writer->xapian;
    ofsi_known_file file = {row->file_size, row->file_mtime_ns, row->file_hash};
    uint32_t entry;
    if (row->generation <= index->distrusted)
        file = (ofsi_known_file){~row->file_size, ~row->file_mtime_ns, ~row->file_hash};
    ofs_status status = ofsi_catalog_add(&l->writer->catalog, row->id, row->path, &file, &entry, err);
    if (status == OFS_OK)
        status = ofsi_xapian_put_place(index, entry,
                                       (ofsi_xapian_place){l->shard, row->first_doc, row->doc_count}, err);
    index->shards[l->shard].reports++;
    return status;
}

/* A database that has been committed to. */
static ofs_status load_shard(ofs_writer *w, uint32_t number, ofs_error *err) {
    ofsi_xapian_shard *shard = &w->xapian->shards[number];
    loading l = {w, number};
    ofs_status status = take_analyzer(w, shard, err);
    if (status == OFS_OK)
        status = take_failures(w, shard, err);
    if (status == OFS_OK)
        status = ofsi_xapian_each_report(w->xapian->x, shard->view, shard->path, load_report, &l, err);
    return status;
}

/* Opens a database, or makes it. */
static ofs_status open_shard(ofs_writer *w, ofsi_xapian_shard *shard, ofs_error *err) {
    const ofsi_xapian *x = w->xapian->x;
    ofs_status status = ofsi_xapian_shard_open(w, shard, err);
    if (status == OFS_OK)
        status = ofsi_xapian_is_blank(x, shard->view, &shard->fresh, err);
    if (status != OFS_OK || shard->fresh)
        return status;
    status = check_head(w, shard, err);
    return status == OFS_OK ? ofsi_xapian_metadata_count(x, shard->view, OFSI_XAPIAN_KEY_GENERATION,
                                                         shard->path, &shard->generation, err)
                            : status;
}

/* The databases of the index: one in its folder, or those that its index file names, or is to name. */
static ofs_status name_shards(ofs_writer *w, ofsi_index_kind kind, uint64_t *generation, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofsi_shards shards = {0};
    *generation = 0;
    index->is_split = kind == OFSI_INDEX_SHARDS || (kind == OFSI_INDEX_NONE && w->options.shards > 1);
    if (kind == OFSI_INDEX_SHARDS) {
        ofs_status status = ofsi_shards_read(w->storage, &w->arena, &shards, err);
        if (status != OFS_OK)
            return status;
        *generation = shards.generation;
    }
    index->shard_count = kind == OFSI_INDEX_SHARDS ? shards.count : index->is_split ? w->options.shards : 1;
    if (w->options.shards && w->options.shards != index->shard_count)
        return ofsi_fail(err, OFS_E_USAGE, "the index %s has %u %s; build another to have %u", w->directory,
                         index->shard_count, index->shard_count == 1 ? "shard" : "shards", w->options.shards);
    index->shards = ofsi_calloc(index->shard_count, sizeof *index->shards);
    if (!index->shards)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < index->shard_count; i++) {
        if (shards.count && !shards.items[i].path)
            return ofsi_fail(err, OFS_E_UNSUPPORTED,
                             "%s is on another machine: it can be searched, not written",
                             shards.items[i].name);
        index->shards[i].path = shards.count ? shards.items[i].path
                                : index->is_split
                                    ? ofsi_arena_printf(&w->arena, "%s/shard-%u", w->directory, i)
                                    : w->directory;
        if (!index->shards[i].path)
            return ofsi_fail_nomem(err);
    }
    return OFS_OK;
}

/*
 * A database that was put into the place of another would have the reports of that twice, or not at all; one of several,
 * written alone, would have reports that fall to the others.
 */
static ofs_status check_number(ofs_writer *w, uint32_t i, ofs_error *err) {
    const ofsi_xapian_index *index = w->xapian;
    const ofsi_xapian_shard *shard = &index->shards[i];
    ofs_xapian_string text = {0};
    uint32_t number, count;
    ofs_status status =
        ofsi_xapian_metadata(index->x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_SHARD), &text, err);
    if (status == OFS_OK && !index->is_split && text.size)
        status = ofsi_xapian_fail_part(ofsi_xapian_span(&text), shard->path, err);
    else if (status == OFS_OK && index->is_split &&
             (!ofsi_xapian_shard_read(ofsi_xapian_span(&text), &number, &count) || number != i ||
              count != index->shard_count))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s is not number %u of %u databases that share their reports",
                           shard->path, i, index->shard_count);
    index->x->string_free(&text);
    return status;
}

/* The id that the databases of a split index share: of two indexes that are alike in numbers and commits, each has its own. */
static ofs_status take_archive(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofs_xapian_string text = {0};
    ofs_status status =
        ofsi_xapian_metadata(index->x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_ARCHIVE), &text, err);
    if (status == OFS_OK && text.size) {
        if (text.size != OFSI_XAPIAN_ARCHIVE_SIZE)
            status = ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: its " OFSI_XAPIAN_KEY_ARCHIVE " is no id",
                               shard->path);
        else if (!index->archive[0])
            memcpy(index->archive, text.data, text.size);
        else if (memcmp(index->archive, text.data, text.size) != 0)
            status = ofsi_fail(err, OFS_E_CORRUPT, "%s belongs to another index than %s/shard-0", shard->path,
                               w->directory);
    }
    index->x->string_free(&text);
    return status;
}

/* Up to which commit files are not to be trusted, by what the databases say. */
static ofs_status take_distrust(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofs_xapian_string text = {0};
    uint64_t distrusted = 0;
    ofs_status status =
        ofsi_xapian_metadata(index->x, shard->view, ofsi_span_of(OFSI_XAPIAN_KEY_DISTRUSTED), &text, err);
    if (status == OFS_OK && text.size && !ofsi_xapian_read_count(ofsi_xapian_span(&text), &distrusted))
        status = ofsi_fail(err, OFS_E_CORRUPT,
                           "%s is damaged: its " OFSI_XAPIAN_KEY_DISTRUSTED " is no number", shard->path);
    if (index->distrusted < distrusted)
        index->distrusted = distrusted;
    index->x->string_free(&text);
    return status;
}

/*
 * The reports of the databases that there are. The generation is the index's: of several databases some may have another,
 * when the commit was cut off between them. Each is whole in itself, but a file's reports may be in several of them: so
 * all files are read again when they are met next, by this writer or a later one, and the next commit makes the index whole.
 */
static ofs_status load_shards(ofs_writer *w, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofs_status status = OFS_OK;
    bool torn = false;
    for (uint32_t i = 0; i < index->shard_count && status == OFS_OK; i++) {
        torn = torn || index->shards[i].generation != w->generation;
        if (!index->shards[i].fresh)
            status = take_distrust(w, &index->shards[i], err);
    }
    if (torn)
        index->distrusted = w->generation;
    for (uint32_t i = 0; i < index->shard_count && status == OFS_OK; i++)
        if (!index->shards[i].fresh)
            status = load_shard(w, i, err);
    return status;
}

/*
 * A first run that was killed between its commits has left databases that no index file names: they count as a commit that
 * was cut off.
 */
static ofs_status open_shards(ofs_writer *w, ofsi_index_kind kind, uint64_t generation, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    bool any = false;
    ofs_status status = OFS_OK;
    w->generation = generation;
    for (uint32_t i = 0; i < index->shard_count && status == OFS_OK; i++) {
        ofsi_xapian_shard *shard = &index->shards[i];
        ofsi_xapian_sweep_compaction(shard->path);
        status = open_shard(w, shard, err);
        if (status == OFS_OK && shard->fresh && kind == OFSI_INDEX_SHARDS)
            status = ofsi_fail(err, OFS_E_CORRUPT, "%s, which the index file names, is lost", shard->path);
        if (status == OFS_OK && !shard->fresh)
            status = check_number(w, i, err);
        if (status == OFS_OK && !shard->fresh && index->is_split)
            status = take_archive(w, shard, err);
        any = any || !shard->fresh;
        if (w->generation < shard->generation)
            w->generation = shard->generation;
    }
    w->changed = any && index->is_split && w->generation != generation; /* the index file has to be written */
    return status == OFS_OK && any ? load_shards(w, err) : status;
}

static ofs_status open_xapian(ofs_writer *w, ofs_error *err) {
    ofsi_index_kind kind;
    uint64_t generation;
    if (!w->directory)
        return ofsi_fail(err, OFS_E_UNSUPPORTED, "a Xapian database needs a folder");
    w->xapian = ofsi_calloc(1, sizeof *w->xapian);
    if (!w->xapian)
        return ofsi_fail_nomem(err);
    ofs_status status = ofsi_xapian_load(&w->xapian->x, err);
    if (status == OFS_OK)
        status = ofsi_recognize(w->storage, &kind, err);
    if (status == OFS_OK)
        status = name_shards(w, kind, &generation, err);
    if (status == OFS_OK)
        status = open_shards(w, kind, generation, err);
    if (status == OFS_OK && !w->analyzer)
        status = ofsi_writer_new_analyzer(w, err);
    return status == OFS_OK ? ofsi_xapian_sink_open(w, &w->sink, err) : status;
}

/* ---- commit ---- */

static ofs_status put_text(ofs_writer *w, const ofsi_xapian_shard *shard, const char *key, ofsi_span value,
                           ofs_error *err) {
    return w->xapian->x->writer_set_metadata(shard->writer, ofsi_xapian_bytes(ofsi_span_of(key)),
                                             ofsi_xapian_bytes(value), err);
}

/* What stands in index->value. */
static ofs_status put_value(ofs_writer *w, const ofsi_xapian_shard *shard, const char *key, ofs_error *err) {
    ofsi_buf *value = &w->xapian->value;
    ofs_status status =
        value->failed ? ofsi_fail_nomem(err) : put_text(w, shard, key, ofsi_buf_span(value), err);
    ofsi_buf_reset(value);
    return status;
}

static ofs_status put_counts(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    ofsi_buf *value = &w->xapian->value;
    ofsi_buf_count(value, w->generation + 1);
    ofs_status status = put_value(w, shard, OFSI_XAPIAN_KEY_GENERATION, err);
    ofsi_buf_count(value, shard->reports);
    if (status == OFS_OK)
        status = put_value(w, shard, OFSI_XAPIAN_KEY_REPORTS, err);
    if (w->xapian->distrusted)
        ofsi_buf_count(value, w->xapian->distrusted);
    if (status == OFS_OK)
        status = put_value(w, shard, OFSI_XAPIAN_KEY_DISTRUSTED, err);
    /* Files belong to no database: the first one has the list. */
    if (w->failure_count && shard == w->xapian->shards)
        ofsi_xapian_failures_write(w->failures, w->failure_count, value);
    return status == OFS_OK ? put_value(w, shard, OFSI_XAPIAN_KEY_FAILURES, err) : status;
}

static ofs_status make_archive(ofsi_xapian_index *index, ofs_error *err) {
    unsigned char bytes[OFSI_XAPIAN_ARCHIVE_SIZE / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return ofsi_fail_errno(err, errno, "cannot make an id", "the index");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(index->archive + 2 * i, 3, "%02x", bytes[i]);
    return OFS_OK;
}

static ofs_status put_settings(ofs_writer *w, const ofsi_xapian_shard *shard, ofs_error *err) {
    const ofsi_xapian_index *index = w->xapian;
    ofsi_xapian_head_write(&w->xapian->value);
    ofs_status status = put_value(w, shard, OFSI_XAPIAN_KEY_HEAD, err);
    if (status == OFS_OK)
        status = put_text(w, shard, OFSI_XAPIAN_KEY_STEMMER, ofsi_span_of(ofsi_analyzer_stemmer(w->analyzer)),
                          err);
    if (status == OFS_OK)
        status = put_text(w, shard, OFSI_XAPIAN_KEY_FINGERPRINT,
                          ofsi_span_of(ofsi_analyzer_fingerprint(w->analyzer)), err);
    if (index->is_split)
        ofsi_xapian_shard_write((uint32_t)(shard - index->shards), index->shard_count, &w->xapian->value);
    if (status == OFS_OK)
        status = put_value(w, shard, OFSI_XAPIAN_KEY_SHARD, err);
    return status == OFS_OK ? put_text(w, shard, OFSI_XAPIAN_KEY_ARCHIVE, ofsi_span_of(index->archive), err)
                            : status;
}

static ofs_status publish(ofs_writer *w, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofsi_shards shards = {.generation = w->generation + 1, .count = index->shard_count};
    if (!index->is_split)
        return OFS_OK;
    shards.items = ofsi_calloc(index->shard_count, sizeof *shards.items);
    if (!shards.items)
        return ofsi_fail_nomem(err);
    size_t folder = strlen(w->directory);
    for (uint32_t i = 0; i < index->shard_count; i++) {
        const char *path = index->shards[i].path;
        bool inside = strncmp(path, w->directory, folder) == 0 && path[folder] == '/';
        shards.items[i].name = inside ? path + folder + 1 : path;
    }
    ofs_status status = ofsi_shards_write(w->storage, &shards, err);
    ofsi_free(shards.items);
    return status;
}

/* Everything that can fail for want of room is behind it when the first database is committed. */
static ofs_status commit_shards(ofs_writer *w, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofs_status status = index->is_split && !index->archive[0] ? make_archive(index, err) : OFS_OK;
    for (uint32_t i = 0; i < index->shard_count && status == OFS_OK; i++) {
        status = put_settings(w, &index->shards[i], err);
        if (status == OFS_OK)
            status = put_counts(w, &index->shards[i], err);
    }
    for (uint32_t i = 0; i < index->shard_count && status == OFS_OK; i++) {
        status = index->x->writer_commit_transaction(index->shards[i].writer, err);
        if (status == OFS_OK)
            index->shards[i].fresh = false;
    }
    return status == OFS_OK ? publish(w, err) : status;
}

static ofs_status commit_xapian(ofs_writer *w, ofs_error *err) {
    ofsi_xapian_index *index = w->xapian;
    ofs_status status = commit_shards(w, err);
    for (uint32_t i = 0; i < index->shard_count && status == OFS_OK; i++)
        if (index->compacts)
            status = ofsi_xapian_compact(w, &index->shards[i], err);
        else
            status = index->x->writer_begin_transaction(index->shards[i].writer, true, err);
    index->compacts = false;
    return status;
}

/* The compacted database takes the place of the folder, and who stands in that would be left in what it was. */
static bool stands_in(const char *directory) {
    struct stat here, there;
    return stat(".", &here) == 0 && stat(directory, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

/* Xapian compacts what is committed. */
static ofs_status compact_xapian(ofs_writer *w, ofs_error *err) {
    if (!w->xapian->is_split && stands_in(w->directory))
        return ofsi_fail(
            err, OFS_E_USAGE,
            "the index is the current folder, which compacting it replaces; do it from elsewhere");
    w->xapian->compacts = true;
    w->changed = true;
    return OFS_OK;
}

static void close_xapian(ofs_writer *w) {
    ofsi_xapian_index *index = w->xapian;
    if (!index)
        return;
    for (uint32_t i = 0; index->shards && i < index->shard_count; i++) {
        ofsi_xapian_shard_close(index->x, &index->shards[i]);
        /* Opening has made a database: without a commit there is to be none. */
        if (!index->shards[i].fresh)
            continue;
        ofsi_xapian_remove_files(index->shards[i].path);
        if (index->is_split)
            (void)rmdir(index->shards[i].path);
    }
    ofsi_xapian_drop_saved(index);
    ofsi_free(index->shards);
    ofsi_free(index->places);
    ofsi_buf_free(&index->key);
    ofsi_buf_free(&index->value);
    ofsi_free(index);
}

const ofsi_writer_engine ofsi_writer_xapian = {"xapian",       open_xapian,   ofsi_xapian_kill,
                                               compact_xapian, commit_xapian, close_xapian};
