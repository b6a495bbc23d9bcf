/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Xapian databases behind the engine's seam: finding and opening them, checking that they are ours and of one make. */
#include "search/exec/xapian/open.h"

#include <inttypes.h>

#include "indexer/base/alloc.h"
#include "search/exec/xapian/engine.h"

/* Words kept by the analyzer from texts of hits; more is forgotten before the next search. */
enum { ANALYZER_BYTES = 64 << 20 };

static ofsi_analyzer *xengine_analyzer(ofsi_engine *engine) {
    ofsi_analyzer *analyzer = ofsi_xengine_of(engine)->analyzer;
    if (ofsi_analyzer_bytes(analyzer) > ANALYZER_BYTES)
        ofsi_analyzer_forget(analyzer);
    return analyzer;
}

static void xengine_statistics(ofsi_engine *engine, uint64_t *paragraphs, uint64_t *reports,
                               uint64_t *failed_files) {
    const ofsi_xengine *e = ofsi_xengine_of(engine);
    *paragraphs = e->documents;
    *reports = e->reports;
    *failed_files = e->failures;
}

static uint64_t xengine_generation(ofsi_engine *engine) { return ofsi_xengine_of(engine)->generation; }

static void xengine_close(ofsi_engine *engine) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    if (!e)
        return;
    if (e->x) {
        e->x->document_free(e->document);
        e->x->database_free(e->all);
        for (uint32_t i = 0; e->shards && i < e->shard_count; i++)
            e->x->database_free(e->shards[i].database);
        e->x->string_free(&e->bytes);
    }
    for (uint32_t i = 0; e->shards && i < e->shard_count; i++)
        ofsi_free(e->shards[i].name);
    ofsi_free(e->shards);
    ofsi_xdefinitions_free(&e->definitions);
    ofsi_long_forms_free(&e->long_forms);
    ofsi_stemmer_close(&e->stemmer);
    ofsi_analyzer_close(e->analyzer);
    ofsi_buf_free(&e->term);
    ofsi_free(e);
}

/* ---- small services of the other files ---- */

ofs_status ofsi_xengine_term(ofsi_xengine *e, const char *prefix, ofsi_span value, ofs_xapian_bytes *term,
                             ofs_error *err) {
    ofsi_xapian_term(prefix, value, &e->term);
    *term = ofsi_xbytes(ofsi_buf_span(&e->term));
    return e->term.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_xengine_value(ofsi_xengine *e, const char *prefix, ofsi_span term, ofsi_span *value,
                              ofs_error *err) {
    ofsi_buf key = {0};
    size_t size = strlen(prefix);
    *value = (ofsi_span){term.data + size, term.size > size ? term.size - size : 0};
    if (!ofsi_xapian_term_is_cut(prefix, term))
        return OFS_OK;
    ofsi_xapian_value_key(term, &key);
    ofs_status status = key.failed ? ofsi_fail_nomem(err) : OFS_OK;
    e->bytes.size = 0;
    for (uint32_t s = 0; s < e->shard_count && status == OFS_OK && e->bytes.size == 0; s++)
        status =
            e->x->database_metadata(e->shards[s].database, ofsi_xbytes(ofsi_buf_span(&key)), &e->bytes, err);
    ofsi_buf_free(&key);
    *value = ofsi_xstring_span(&e->bytes);
    return status;
}

ofs_status ofsi_xengine_stem(ofsi_xengine *e, ofsi_span surface, ofsi_span *stem, ofs_error *err) {
    char folded[OFSI_TERM_MAX * 4];
    size_t size = ofsi_fold(surface, folded, sizeof folded);
    *stem = (ofsi_span){"", 0};
    if (size == 0)
        return OFS_OK;
    *stem = ofsi_stemmer_stem(&e->stemmer, (ofsi_span){folded, size});
    return stem->data ? OFS_OK : ofsi_fail_nomem(err);
}

ofs_status ofsi_xengine_df(ofsi_xengine *e, ofs_xapian_bytes term, uint64_t *df, ofs_error *err) {
    uint32_t found = 0;
    ofs_status status = e->x->database_termfreq(e->all, term, &found, err);
    *df = found;
    return status;
}

ofs_status ofsi_xengine_document(ofsi_xengine *e, uint64_t number, ofs_xapian_document **out,
                                 ofs_error *err) {
    const ofsi_xshard *shard = ofsi_xengine_shard(e, number);
    *out = NULL;
    if (!shard || (uint32_t)number == 0)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "no paragraph %" PRIu64 " in the index", number);
    ofs_status status = e->x->database_document(shard->database, (uint32_t)number, out, err);
    if (status == OFS_E_NOT_FOUND)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "no paragraph %" PRIu64 " in the index", number);
    return status;
}

/* ---- opening ---- */

/* Metadata of a shard as text, borrowed until the next. */
static ofs_status read_metadata(ofsi_xengine *e, const ofsi_xshard *shard, const char *key, ofsi_span *text,
                                ofs_error *err) {
    ofs_status status =
        e->x->database_metadata(shard->database, ofsi_xbytes(ofsi_span_of(key)), &e->bytes, err);
    *text = ofsi_xstring_span(&e->bytes);
    return status;
}

static ofs_status read_count(ofsi_xengine *e, const ofsi_xshard *shard, const char *key, uint64_t *count,
                             ofs_error *err) {
    ofsi_span text;
    ofs_status status = read_metadata(e, shard, key, &text, err);
    if (status == OFS_OK && !ofsi_xapian_read_count(text, count))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s: its %s is no number", shard->name, key);
    return status;
}

static ofs_status count_failures(ofsi_xengine *e, const ofsi_xshard *shard, ofs_error *err) {
    ofsi_span data;
    ofsi_arena arena = {0};
    ofsi_manifest_failure *failures;
    uint32_t count = 0;
    ofs_status status = read_metadata(e, shard, OFSI_XAPIAN_KEY_FAILURES, &data, err);
    if (status == OFS_OK && data.size)
        status = ofsi_xapian_failures_read(data, shard->name, &arena, &failures, &count, err);
    e->failures += count;
    ofsi_arena_free(&arena);
    return status;
}

/* The first shard's stemmer and rules for words are the engine's; the others' must be the same. */
static ofs_status check_words(ofsi_xengine *e, const ofsi_xshard *shard, ofs_error *err) {
    ofsi_span text;
    ofs_status status = read_metadata(e, shard, OFSI_XAPIAN_KEY_STEMMER, &text, err);
    char *stemmer = status == OFS_OK ? ofsi_strndup(text.data ? text.data : "", text.size) : NULL;
    if (status == OFS_OK && !stemmer)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = read_metadata(e, shard, OFSI_XAPIAN_KEY_FINGERPRINT, &text, err);
    if (status == OFS_OK && !e->analyzer)
        status = ofsi_engine_analyzer(ofsi_span_of(stemmer), text, &e->analyzer, err);
    else if (status == OFS_OK && !ofsi_span_equal(text, ofsi_span_of(ofsi_analyzer_fingerprint(e->analyzer))))
        status =
            ofsi_fail(err, OFS_E_UNSUPPORTED, "%s was made by other rules for words than %s: make it anew",
                      shard->name, e->shards[0].name);
    ofsi_free(stemmer);
    return status;
}

static ofs_status check_shard(ofsi_xengine *e, const ofsi_xshard *shard, uint64_t *generation,
                              ofs_error *err) {
    ofsi_span head;
    uint64_t reports = 0;
    ofs_status status = read_metadata(e, shard, OFSI_XAPIAN_KEY_HEAD, &head, err);
    if (status == OFS_OK)
        status = ofsi_xapian_head_check(head, shard->name, false, err);
    if (status == OFS_OK)
        status = check_words(e, shard, err);
    if (status == OFS_OK)
        status = read_count(e, shard, OFSI_XAPIAN_KEY_REPORTS, &reports, err);
    if (status == OFS_OK)
        status = read_count(e, shard, OFSI_XAPIAN_KEY_GENERATION, generation, err);
    if (status == OFS_OK)
        status = count_failures(e, shard, err);
    e->reports += reports;
    e->generation = *generation > e->generation ? *generation : e->generation;
    return status;
}

static ofs_status open_shard(ofsi_xengine *e, const ofsi_shard *place, uint64_t expected, ofs_error *err) {
    ofsi_xshard *shard = &e->shards[e->shard_count];
    const ofs_xapian_tcp server = {.host = place->host, .port = place->port};
    uint64_t generation = 0;
    *shard = (ofsi_xshard){.name = ofsi_strdup(place->name)};
    if (!shard->name)
        return ofsi_fail_nomem(err);
    e->shard_count++;
    ofs_status status = place->path ? e->x->database_open(place->path, &shard->database, err)
                                    : e->x->database_open_tcp(&server, &shard->database, err);
    if (status == OFS_OK)
        status = check_shard(e, shard, &generation, err);
    if (status == OFS_OK && expected && generation != expected)
        status = ofsi_fail(err, OFS_E_MODIFIED,
                           "%s is of commit %" PRIu64 ", its index of %" PRIu64
                           ": a commit is being made, or was cut off; ofindex makes the index whole",
                           shard->name, generation, expected);
    if (status == OFS_OK)
        status = e->x->database_add(e->all, shard->database, err);
    return status;
}

static ofs_status read_totals(ofsi_xengine *e, ofs_error *err) {
    ofs_xapian_info info;
    ofs_status status = OFS_OK;
    e->has_gaps = false;
    for (uint32_t i = 0; i < e->shard_count && status == OFS_OK; i++) {
        status = e->x->database_info(e->shards[i].database, &info, err);
        e->shards[i].documents = info.doccount;
        e->shards[i].has_gaps = info.lastdocid != info.doccount;
        e->has_gaps = e->has_gaps || e->shards[i].has_gaps;
    }
    if (status == OFS_OK)
        status = e->x->database_info(e->all, &info, err);
    if (status != OFS_OK)
        return status;
    e->documents = info.doccount;
    e->words = info.total_length / OFSI_XAPIAN_LENGTH_FACTOR;
    return OFS_OK;
}

/* What was kept of the commit before. */
static void forget_commit(ofsi_xengine *e) {
    e->x->document_free(e->document);
    e->document = NULL;
    ofsi_xdefinitions_free(&e->definitions);
    ofsi_long_forms_free(&e->long_forms);
    e->reports = e->failures = e->generation = 0;
}

static ofs_status xengine_refresh(ofsi_engine *engine, bool *changed, ofs_error *err) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    uint64_t first = 0, generation;
    forget_commit(e);
    ofs_status status = e->x->database_reopen(e->all, changed, err);
    for (uint32_t i = 0; i < e->shard_count && status == OFS_OK; i++) {
        status = check_shard(e, &e->shards[i], &generation, err);
        if (i == 0)
            first = generation;
        if (status == OFS_OK && e->is_split && generation != first)
            status = ofsi_fail(err, OFS_E_MODIFIED, "%s and %s are of different commits: ask again",
                               e->shards[0].name, e->shards[i].name);
    }
    return status == OFS_OK ? read_totals(e, err) : status;
}

ofs_status ofsi_engine_open_xapian(const ofsi_shards *shards, ofsi_engine **out, ofs_error *err) {
    static const ofsi_engine face = {.name = "xapian",
                                     .search = ofsi_xengine_search,
                                     .fetch = ofsi_xengine_fetch,
                                     .explain = ofsi_xengine_explain,
                                     .find_report = ofsi_xengine_find_report,
                                     .analyzer = xengine_analyzer,
                                     .statistics = xengine_statistics,
                                     .generation = xengine_generation,
                                     .value = ofsi_xengine_field,
                                     .meanings_of = ofsi_xengine_meanings_of,
                                     .meanings_like = ofsi_xengine_meanings_like,
                                     .frequency = ofsi_xengine_frequency,
                                     .correct = ofsi_xengine_correct,
                                     .refresh = xengine_refresh,
                                     .close = xengine_close};
    ofsi_xengine *e = ofsi_calloc(1, sizeof *e);
    *out = NULL;
    if (!e)
        return ofsi_fail_nomem(err);
    e->engine = face;
    e->is_split = shards->generation > 0;
    e->shards = ofsi_calloc(shards->count, sizeof *e->shards);
    ofs_status status = e->shards ? ofsi_xapian_load(&e->x, err) : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = e->x->database_new(&e->all, err);
    for (uint32_t i = 0; i < shards->count && status == OFS_OK; i++)
        status = open_shard(e, &shards->items[i], shards->generation, err);
    if (status == OFS_OK)
        status = ofsi_stemmer_open(&e->stemmer, ofsi_analyzer_stemmer(e->analyzer), err);
    if (status == OFS_OK)
        status = read_totals(e, err);
    if (status != OFS_OK) {
        xengine_close(&e->engine);
        return status;
    }
    *out = &e->engine;
    return OFS_OK;
}
