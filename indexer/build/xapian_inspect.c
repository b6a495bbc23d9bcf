/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of the reports in Xapian databases and their statistics; xapian_check.c looks whether they are sound. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/base/alloc.h"
#include "indexer/build/xapian_reader.h"

/* ---- opening ---- */

enum { TRIES = 40, PAUSE_MS = 50 }; /* for the moment between the commits of several databases */

static ofs_status name_databases(const ofsi_inspected *index, ofsi_arena *arena, ofsi_shards *shards,
                                 ofs_error *err) {
    if (index->kind == OFSI_INDEX_SHARDS)
        return ofsi_shards_read(index->storage, arena, shards, err);
    ofsi_shard *shard = ofsi_arena_calloc(arena, 1, sizeof *shard);
    if (!shard)
        return ofsi_fail_nomem(err);
    *shard = (ofsi_shard){.name = index->directory, .path = index->directory};
    *shards = (ofsi_shards){.items = shard, .count = 1};
    return OFS_OK;
}

static ofs_status open_database(ofsi_xapian_reader *r, uint32_t i, ofs_error *err) {
    const ofsi_xapian *x = r->x;
    const ofsi_shard *shard = &r->shards.items[i];
    const ofs_xapian_tcp server = {.host = shard->host, .port = shard->port};
    ofs_xapian_string head = {0};
    ofs_status status = shard->path ? x->database_open(shard->path, &r->databases[i], err)
                                    : x->database_open_tcp(&server, &r->databases[i], err);
    if (status == OFS_OK)
        status = ofsi_xapian_metadata(x, r->databases[i], ofsi_span_of(OFSI_XAPIAN_KEY_HEAD), &head, err);
    if (status == OFS_OK)
        status = ofsi_xapian_head_check(ofsi_xapian_span(&head), shard->name, false, err);
    if (status == OFS_OK)
        status = ofsi_xapian_metadata_count(x, r->databases[i], OFSI_XAPIAN_KEY_GENERATION, shard->name,
                                            &r->generations[i], err);
    x->string_free(&head);
    return status;
}

static ofs_status open_databases(const ofsi_inspected *index, ofsi_xapian_reader *r, ofs_error *err) {
    ofs_status status = name_databases(index, &r->arena, &r->shards, err);
    if (status != OFS_OK)
        return status;
    r->databases = ofsi_arena_calloc(&r->arena, r->shards.count, sizeof *r->databases);
    r->generations = ofsi_arena_calloc(&r->arena, r->shards.count, sizeof *r->generations);
    if (!r->databases || !r->generations)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < r->shards.count && status == OFS_OK; i++)
        status = open_database(r, i, err);
    return status;
}

/* The databases are of one commit, the index file's. */
static bool is_whole(const ofsi_xapian_reader *r) {
    for (uint32_t i = 0; i < r->shards.count; i++)
        if (r->shards.generation && r->generations[i] != r->shards.generation)
            return false;
    return true;
}

static ofs_status open_reader(const ofsi_inspected *index, ofsi_xapian_reader *r, ofs_error *err) {
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    *r = (ofsi_xapian_reader){0};
    ofs_status status = ofsi_xapian_load(&r->x, err);
    if (status != OFS_OK)
        return status;
    for (int i = 0;; i++) {
        status = open_databases(index, r, err);
        if (status != OFS_OK || is_whole(r))
            return status;
        if (i == TRIES)
            return ofsi_fail(
                err, OFS_E_CORRUPT,
                "the databases of %s are not of one commit: one was cut off; 'ofindex add' of the "
                "same files makes the index whole",
                index->directory);
        ofsi_xapian_reader_close(r);
        nanosleep(&pause, NULL);
    }
}

void ofsi_xapian_reader_close(ofsi_xapian_reader *r) {
    const ofsi_xapian *x = r->x;
    for (uint32_t i = 0; r->databases && i < r->shards.count; i++)
        x->database_free(r->databases[i]);
    ofsi_arena_free(&r->arena);
    *r = (ofsi_xapian_reader){.x = x};
}

ofs_status ofsi_xapian_reader_open(const ofsi_inspected *index, ofsi_xapian_reader *r, ofs_error *err) {
    ofs_status status = open_reader(index, r, err);
    if (status != OFS_OK)
        ofsi_xapian_reader_close(r);
    return status;
}

ofs_status ofsi_xapian_whole(const ofsi_inspected *index, ofs_error *err) {
    ofsi_xapian_reader r;
    ofs_xapian_string shard = {0};
    ofs_status status = ofsi_xapian_reader_open(index, &r, err);
    if (status == OFS_OK)
        status = ofsi_xapian_metadata(r.x, r.databases[0], ofsi_span_of(OFSI_XAPIAN_KEY_SHARD), &shard, err);
    if (status == OFS_OK && shard.size)
        status = ofsi_xapian_fail_part(ofsi_xapian_span(&shard), index->directory, err);
    if (r.x)
        r.x->string_free(&shard);
    ofsi_xapian_reader_close(&r);
    return status;
}

/* ---- list ---- */

/* The row, encoded again: its strings are then in one piece. */
static ofs_status collect_row(void *context, const ofsi_report_row *row, ofs_error *err) {
    ofsi_xapian_rows *c = context;
    ofsi_buf bytes = {0};
    ofsi_xapian_report_write(row, &bytes);
    const char *copy = bytes.failed ? NULL : ofsi_arena_strndup(&c->arena, bytes.data, bytes.size);
    ofsi_span data = {copy, bytes.size};
    ofsi_buf_free(&bytes);
    if (!copy || !ofsi_grow(&c->items, &c->capacity, c->count + 1, sizeof *c->items))
        return ofsi_fail_nomem(err);
    c->items[c->count] = (ofsi_xapian_report){.database = c->database};
    return ofsi_xapian_report_read(data, "the list", &c->items[c->count++].row, err);
}

static int compare_rows(const void *a, const void *b) {
    return ofsi_span_compare(((const ofsi_xapian_report *)a)->row.id,
                             ((const ofsi_xapian_report *)b)->row.id);
}

ofs_status ofsi_xapian_reader_rows(ofsi_xapian_reader *r, ofsi_xapian_rows *rows, ofs_error *err) {
    ofs_status status = OFS_OK;
    *rows = (ofsi_xapian_rows){0};
    for (; rows->database < r->shards.count && status == OFS_OK; rows->database++)
        status = ofsi_xapian_each_report(r->x, r->databases[rows->database],
                                         r->shards.items[rows->database].name, collect_row, rows, err);
    if (status == OFS_OK && rows->count)
        qsort(rows->items, rows->count, sizeof *rows->items, compare_rows);
    return status;
}

void ofsi_xapian_rows_free(ofsi_xapian_rows *rows) {
    ofsi_free(rows->items);
    ofsi_arena_free(&rows->arena);
}

static ofs_status list_reports(const ofsi_inspected *index, ofsi_arena *arena, ofs_report_info_visit visit,
                               void *context, ofs_error *err) {
    ofsi_xapian_reader r;
    ofsi_xapian_rows rows = {0};
    ofs_status status = ofsi_xapian_reader_open(index, &r, err);
    if (status == OFS_OK)
        status = ofsi_xapian_reader_rows(&r, &rows, err);
    for (size_t i = 0; i < rows.count && status == OFS_OK; i++) {
        ofs_report_info info;
        status = ofsi_info_of_row(&rows.items[i].row, arena, &info, err);
        if (status == OFS_OK)
            status = visit(context, &info, err);
        ofsi_arena_reset(arena);
    }
    ofsi_xapian_rows_free(&rows);
    ofsi_xapian_reader_close(&r);
    return status;
}

/* The failures of one database, in the arena. */
static ofs_status read_failures(const ofsi_xapian_reader *r, uint32_t i, ofsi_arena *arena,
                                ofsi_manifest_failure **failures, uint32_t *count, ofs_error *err) {
    ofs_xapian_string data = {0};
    ofs_status status =
        ofsi_xapian_metadata(r->x, r->databases[i], ofsi_span_of(OFSI_XAPIAN_KEY_FAILURES), &data, err);
    *count = 0;
    if (status == OFS_OK)
        status = ofsi_xapian_failures_read(ofsi_xapian_span(&data), r->shards.items[i].name, arena, failures,
                                           count, err);
    r->x->string_free(&data);
    return status;
}

static ofs_status list_failures(const ofsi_inspected *index, ofsi_arena *arena, ofs_failure_visit visit,
                                void *context, ofs_error *err) {
    ofsi_xapian_reader r;
    ofs_status status = ofsi_xapian_reader_open(index, &r, err);
    for (uint32_t i = 0; i < r.shards.count && status == OFS_OK; i++) {
        ofsi_manifest_failure *failures;
        uint32_t count;
        status = read_failures(&r, i, arena, &failures, &count, err);
        for (uint32_t f = 0; f < count && status == OFS_OK; f++)
            status = visit(context, failures[f].path.data, failures[f].reason.data, err);
    }
    ofsi_xapian_reader_close(&r);
    return status;
}

/* ---- stats ---- */

static ofs_status add_file(void *context, const char *name, uint64_t size, ofs_error *err) {
    static const struct {
        const char *file, *component;
    } tables[] = {{"postlist.glass", "postlist"}, {"position.glass", "position"},
                  {"docdata.glass", "docdata"},   {"termlist.glass", "termlist"},
                  {"spelling.glass", "spelling"}, {"synonym.glass", "synonym"}};
    ofs_index_stats *stats = context;
    (void)err;
    stats->bytes += size;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        if (strcmp(name, tables[i].file) == 0)
            ofsi_add_component(stats, tables[i].component, size);
    return OFS_OK;
}

static ofs_status count_term(void *context, const ofs_xapian_term *term) {
    (void)term;
    ++*(uint64_t *)context;
    return OFS_OK;
}

static ofs_status count_files(const ofsi_shard *shard, ofs_index_stats *stats, ofs_error *err) {
    ofsi_storage *storage = NULL;
    if (!shard->path)
        return OFS_OK;
    ofs_status status = ofsi_storage_open_dir(shard->path, false, &storage, err);
    if (status == OFS_OK)
        status = ofsi_storage_list(storage, add_file, stats, err);
    ofsi_storage_close(storage);
    return status;
}

static ofs_status count_database(ofsi_xapian_reader *r, uint32_t i, ofs_index_stats *stats, ofs_error *err) {
    const ofsi_xapian *x = r->x;
    ofs_xapian_info info = {0};
    ofsi_manifest_failure *failures;
    uint32_t failure_count;
    uint64_t reports;
    ofsi_span stems = ofsi_span_of(OFSI_XAPIAN_STEM);
    ofs_status status = ofsi_xapian_metadata_count(x, r->databases[i], OFSI_XAPIAN_KEY_REPORTS,
                                                   r->shards.items[i].name, &reports, err);
    stats->reports += reports;
    if (status == OFS_OK)
        status = x->database_info(r->databases[i], &info, err);
    stats->paragraphs += info.doccount;
    stats->words += info.total_length / OFSI_XAPIAN_LENGTH_FACTOR;
    if (status == OFS_OK)
        status = x->database_visit_terms(r->databases[i], ofsi_xapian_bytes(stems), count_term, &stats->terms,
                                         err);
    if (status == OFS_OK)
        status = read_failures(r, i, &r->arena, &failures, &failure_count, err);
    if (status == OFS_OK)
        stats->failed_files += failure_count;
    stats->segments++;
    if (stats->generation < r->generations[i])
        stats->generation = r->generations[i];
    return status == OFS_OK ? count_files(&r->shards.items[i], stats, err) : status;
}

static ofs_status count_index(const ofsi_inspected *index, ofs_index_stats *stats, ofs_error *err) {
    ofsi_xapian_reader r;
    ofs_xapian_string stemmer = {0};
    ofs_status status = ofsi_xapian_reader_open(index, &r, err);
    if (status == OFS_OK)
        status =
            ofsi_xapian_metadata(r.x, r.databases[0], ofsi_span_of(OFSI_XAPIAN_KEY_STEMMER), &stemmer, err);
    if (status == OFS_OK)
        snprintf(stats->stemmer, sizeof stats->stemmer, "%s", stemmer.data ? stemmer.data : "");
    for (uint32_t i = 0; i < r.shards.count && status == OFS_OK; i++)
        status = count_database(&r, i, stats, err);
    if (status == OFS_OK && index->kind == OFSI_INDEX_SHARDS)
        status = ofsi_storage_list(index->storage, add_file, stats, err);
    if (r.x)
        r.x->string_free(&stemmer);
    ofsi_xapian_reader_close(&r);
    return status;
}

const ofsi_inspector ofsi_xapian_inspector = {"xapian",          list_reports, list_failures,
                                              ofsi_xapian_visit, count_index,  ofsi_xapian_check_index};
