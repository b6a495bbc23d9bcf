/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Xapian's queries with one owner, so that whoever puts them together need not look at each step. */
#include "indexer/base/alloc.h"
#include "search/exec/xapian/engine.h"

ofsi_xquery ofsi_xmaker_fail(ofsi_xmaker *m, ofs_status status) {
    if (m->status == OFS_OK)
        m->status = status;
    return NULL;
}

/* Takes a query that was just made. */
static ofsi_xquery keep(ofsi_xmaker *m, ofs_status status, ofs_xapian_query *query) {
    if (status != OFS_OK)
        return ofsi_xmaker_fail(m, status);
    if (!ofsi_grow(&m->made, &m->capacity, m->count + 1, sizeof(ofs_xapian_query *))) {
        m->e->x->query_free(query);
        return ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
    }
    m->made[m->count++] = query;
    return query;
}

void ofsi_xmaker_free(ofsi_xmaker *m) {
    for (size_t i = 0; i < m->count; i++)
        m->e->x->query_free(m->made[i]);
    ofsi_free(m->made);
    m->made = NULL;
    m->count = m->capacity = 0;
}

ofsi_xquery ofsi_xmaker_all(ofsi_xmaker *m) {
    ofs_xapian_query *query = NULL;
    if (m->status != OFS_OK)
        return NULL;
    ofs_status status = m->e->x->query_all(&query, m->err);
    return keep(m, status, query);
}

ofsi_xquery ofsi_xmaker_nothing(ofsi_xmaker *m) {
    ofs_xapian_query *query = NULL;
    if (m->status != OFS_OK)
        return NULL;
    ofs_status status = m->e->x->query_nothing(&query, m->err);
    return keep(m, status, query);
}

ofsi_xquery ofsi_xmaker_bytes(ofsi_xmaker *m, ofsi_span term) {
    ofs_xapian_query *query = NULL;
    if (m->status != OFS_OK)
        return NULL;
    ofs_status status = m->e->x->query_term(ofsi_xbytes(term), 0, &query, m->err);
    return keep(m, status, query);
}

/* Whether some shard has the term in every document, but has gaps; *everywhere: the whole has it in every one. */
static ofs_status look_for_fault(ofsi_xmaker *m, ofsi_span term, bool *everywhere, bool *somewhere) {
    ofsi_xengine *e = m->e;
    uint64_t df;
    *everywhere = *somewhere = false;
    ofs_status status = e->has_gaps ? ofsi_xengine_df(e, ofsi_xbytes(term), &df, m->err) : OFS_OK;
    if (status != OFS_OK || !e->has_gaps)
        return status;
    *everywhere = df == e->documents;
    for (uint32_t s = 0; s < e->shard_count && e->shard_count > 1 && status == OFS_OK && !*everywhere; s++) {
        const ofsi_xshard *shard = &e->shards[s];
        uint32_t own = 0;
        if (!shard->has_gaps || df < shard->documents)
            continue;
        status = e->x->database_termfreq(shard->database, ofsi_xbytes(term), &own, m->err);
        *somewhere = *somewhere || own == shard->documents;
    }
    return status;
}

ofsi_xquery ofsi_xmaker_leaf(ofsi_xmaker *m, ofsi_span term) {
    bool everywhere, somewhere;
    if (m->status != OFS_OK)
        return NULL;
    ofs_status status = look_for_fault(m, term, &everywhere, &somewhere);
    if (status != OFS_OK)
        return ofsi_xmaker_fail(m, status);
    if (everywhere)
        return ofsi_xmaker_all(m);
    m->needs_care = m->needs_care || somewhere;
    ofsi_xquery leaf = ofsi_xmaker_bytes(m, term);
    bool is_value = term.size && term.data[0] == 'X';
    return m->careful && !is_value ? ofsi_xmaker_scale(m, leaf, OFSI_XTINY) : leaf;
}

ofsi_xquery ofsi_xmaker_term(ofsi_xmaker *m, const char *prefix, ofsi_span value) {
    ofsi_buf term = {0};
    if (m->status != OFS_OK)
        return NULL;
    ofsi_xapian_term(prefix, value, &term);
    ofsi_xquery leaf = term.failed ? ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err))
                                   : ofsi_xmaker_leaf(m, ofsi_buf_span(&term));
    ofsi_buf_free(&term);
    return leaf;
}

ofsi_xquery ofsi_xmaker_minus(ofsi_xmaker *m, ofsi_xquery a, ofsi_xquery b) {
    return m->careful ? a : ofsi_xmaker_pair(m, OFS_XAPIAN_AND_NOT, a, b);
}

ofs_status ofsi_xmaker_set(const ofsi_xmaker *m, ofs_xapian_enquire *enquire, ofsi_xquery query) {
    const ofs_xapian_bm25 any = {.k1 = 1.2, .b = 0.75, .min_normlen = 1e-30};
    ofs_status status = m->careful ? m->e->x->enquire_set_bm25(enquire, &any, m->err)
                                   : m->e->x->enquire_set_boolean(enquire, m->err);
    return status == OFS_OK ? m->e->x->enquire_set_query(enquire, query, 0, m->err) : status;
}

ofsi_xquery ofsi_xmaker_combine(ofsi_xmaker *m, ofs_xapian_op op, const ofsi_xquery *parts, size_t count,
                                uint32_t parameter) {
    ofs_xapian_query *query = NULL;
    if (m->status != OFS_OK)
        return NULL;
    ofs_status status = m->e->x->query_combine(op, parts, count, parameter, &query, m->err);
    return keep(m, status, query);
}

ofsi_xquery ofsi_xmaker_pair(ofsi_xmaker *m, ofs_xapian_op op, ofsi_xquery a, ofsi_xquery b) {
    const ofsi_xquery parts[2] = {a, b};
    return ofsi_xmaker_combine(m, op, parts, 2, 0);
}

ofsi_xquery ofsi_xmaker_range(ofsi_xmaker *m, uint32_t slot, ofsi_span first, ofsi_span last) {
    const ofsi_xapian *x = m->e->x;
    ofs_xapian_query *query = NULL;
    ofs_status status;
    if (m->status != OFS_OK)
        return NULL;
    if (last.size == 0)
        status = x->query_value_ge(slot, ofsi_xbytes(first), &query, m->err);
    else if (first.size == 0)
        status = x->query_value_le(slot, ofsi_xbytes(last), &query, m->err);
    else
        status = x->query_value_range(slot, ofsi_xbytes(first), ofsi_xbytes(last), &query, m->err);
    return keep(m, status, query);
}

ofsi_xquery ofsi_xmaker_scale(ofsi_xmaker *m, ofsi_xquery query, double factor) {
    ofs_xapian_query *scaled = NULL;
    if (m->status != OFS_OK)
        return NULL;
    ofs_status status = m->e->x->query_scale(query, factor, &scaled, m->err);
    return keep(m, status, scaled);
}
