/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Xapian databases behind the engine's seam: the engine itself, and small services of its other files. */
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
    *failed_files = ofsi_xshards_know_failures(e) ? e->failures : OFS_UNKNOWN;
}

static uint64_t xengine_generation(ofsi_engine *engine) { return ofsi_xengine_of(engine)->generation; }

static void xengine_close(ofsi_engine *engine) {
    ofsi_xengine *e = ofsi_xengine_of(engine);
    if (!e)
        return;
    ofsi_xshards_close(e);
    if (e->x)
        e->x->string_free(&e->bytes);
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
    if (status == OFS_OK && e->bytes.size == 0)
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s: a value that was too long for a term is lost",
                           e->shards[0].name);
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

ofs_status ofsi_engine_open_xapian(const ofsi_shards *shards, const ofs_open_options *options,
                                   ofsi_engine **out, ofs_error *err) {
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
                                     .ready = ofsi_xengine_ready,
                                     .recover = ofsi_xengine_recover,
                                     .missing = ofsi_xengine_missing,
                                     .close = xengine_close};
    ofsi_xengine *e = ofsi_calloc(1, sizeof *e);
    *out = NULL;
    if (!e)
        return ofsi_fail_nomem(err);
    e->engine = face;
    e->options = *options;
    ofs_status status = ofsi_xapian_load(&e->x, err);
    if (status == OFS_OK)
        status = ofsi_xshards_open(e, shards, err);
    if (status == OFS_OK)
        status = ofsi_stemmer_open(&e->stemmer, ofsi_analyzer_stemmer(e->analyzer), err);
    if (status != OFS_OK) {
        xengine_close(&e->engine);
        return status;
    }
    *out = &e->engine;
    return OFS_OK;
}
