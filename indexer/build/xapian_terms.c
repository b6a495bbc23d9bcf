/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms and values of a paragraph, as xapian_schema.h has them. */
#include "indexer/build/xapian_terms.h"

#include "indexer/base/date.h"

typedef struct giving {
    const ofsi_xapian_paragraph *paragraph;
    const ofsi_xapian_receiver *receiver;
    ofsi_buf term, value; /* work space */
    uint64_t wdf;         /* of all words' terms */
} giving;

/* ---- terms ---- */

static ofs_status give_term(giving *g, const char *prefix, ofsi_span value, uint32_t position, uint32_t wdf,
                            ofs_error *err) {
    const ofsi_xapian_receiver *r = g->receiver;
    ofsi_xapian_term(prefix, value, &g->term);
    if (g->term.failed)
        return ofsi_fail_nomem(err);
    ofsi_span term = ofsi_buf_span(&g->term);
    g->wdf += wdf;
    ofs_status status = r->term(r->context, term, position, wdf, err);
    if (status == OFS_OK && term.size > OFSI_XAPIAN_TERM_CUT && ofsi_xapian_term_is_cut(prefix, term))
        status = r->cut(r->context, term, value, err);
    return status;
}

static ofs_status give_words(giving *g, ofs_error *err) {
    const ofsi_tokens *tokens = g->paragraph->tokens;
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < tokens->count && status == OFS_OK; i++) {
        const ofsi_token *token = &tokens->items[i];
        const ofsi_word *word = ofsi_analyzer_word(g->paragraph->analyzer, token->word);
        uint32_t position = token->position + 1;
        status = give_term(g, OFSI_XAPIAN_STEM, word->stem, position, 1, err);
        if (status == OFS_OK)
            status = give_term(g, OFSI_XAPIAN_FORM, word->folded, position, 1, err);
        if (status == OFS_OK && ofsi_has_capital(word->surface))
            status = give_term(g, OFSI_XAPIAN_CAPITALS, word->surface, position, 1, err);
    }
    return status;
}

/* A joined word covers two words at the least and no word is in two, so that this is never below 0. */
static ofs_status give_filler(giving *g, ofs_error *err) {
    uint64_t wanted = (uint64_t)OFSI_XAPIAN_LENGTH_FACTOR * g->paragraph->tokens->length, given = g->wdf;
    if (wanted > UINT32_MAX || given > wanted)
        return ofsi_fail(err, OFS_E_LIMIT, "a paragraph has more words than a Xapian database can count");
    if (given == wanted)
        return OFS_OK;
    return give_term(g, OFSI_XAPIAN_FILLER, (ofsi_span){NULL, 0}, 0, (uint32_t)(wanted - given), err);
}

/* A value that is there. */
static ofs_status give_filter(giving *g, const char *prefix, ofsi_span value, ofs_error *err) {
    return value.size ? give_term(g, prefix, value, 0, 0, err) : OFS_OK;
}

static ofs_status give_headings(giving *g, ofs_error *err) {
    const ofsi_doc_row *row = g->paragraph->row;
    ofs_status status = OFS_OK;
    for (uint32_t d = 0; d < row->depth && status == OFS_OK; d++) {
        bool before = false;
        for (uint32_t e = 0; e < d; e++)
            before = before || ofsi_span_equal(row->path[e], row->path[d]);
        if (!before)
            status = give_filter(g, OFSI_XAPIAN_HEADING, row->path[d], err);
    }
    return status;
}

/* Values of several parts stand in g->value meanwhile. */
static ofs_status give_grade(giving *g, const char *prefix, ofsi_span label, uint8_t level, uint8_t levels,
                             ofs_error *err) {
    ofsi_xapian_grade(label, level, levels, &g->value);
    return g->value.failed ? ofsi_fail_nomem(err) : give_filter(g, prefix, ofsi_buf_span(&g->value), err);
}

static ofs_status give_provider(giving *g, ofs_error *err) {
    const ofsi_report_row *r = g->paragraph->report;
    ofsi_xapian_provider(r->provider, r->provider_name, r->provider_keys, &g->value);
    return g->value.failed ? ofsi_fail_nomem(err)
                           : give_filter(g, OFSI_XAPIAN_PROVIDER, ofsi_buf_span(&g->value), err);
}

static ofs_status give_filters(giving *g, ofs_error *err) {
    const ofsi_report_row *report = g->paragraph->report;
    const ofsi_doc_row *row = g->paragraph->row;
    const struct {
        const char *prefix;
        ofsi_span value;
    } filters[] = {{OFSI_XAPIAN_TITLE, report->title},
                   {OFSI_XAPIAN_INSPECTORATE, report->inspectorate},
                   {OFSI_XAPIAN_INSPECTION, report->inspection},
                   {OFSI_XAPIAN_KIND, ofsi_span_of(ofs_kind_name((ofs_kind)row->kind))},
                   {OFSI_XAPIAN_ROLE, row->role},
                   {OFSI_XAPIAN_NUMBER, row->number},
                   {OFSI_XAPIAN_REPORT, report->id},
                   {OFSI_XAPIAN_FILE, report->path}};
    ofs_status status = give_term(g, OFSI_XAPIAN_EVERY, (ofsi_span){NULL, 0}, 0, 0, err);
    for (size_t i = 0; i < sizeof filters / sizeof filters[0] && status == OFS_OK; i++)
        status = give_filter(g, filters[i].prefix, filters[i].value, err);
    if (status == OFS_OK)
        status = give_headings(g, err);
    if (status == OFS_OK)
        status = give_provider(g, err);
    if (status == OFS_OK)
        status = give_grade(g, OFSI_XAPIAN_GRADE, row->grade, row->level, row->levels, err);
    if (status == OFS_OK)
        status = give_grade(g, OFSI_XAPIAN_OVERALL, report->overall, report->overall_level,
                            report->overall_levels, err);
    return status;
}

/* ---- values ---- */

/* What stands in g->value, unless it is nothing. */
static ofs_status give_value(giving *g, uint32_t slot, ofs_error *err) {
    if (g->value.failed)
        return ofsi_fail_nomem(err);
    ofs_status status = g->value.size
                            ? g->receiver->value(g->receiver->context, slot, ofsi_buf_span(&g->value), err)
                            : OFS_OK;
    ofsi_buf_reset(&g->value);
    return status;
}

static ofs_status give_day(giving *g, uint32_t slot, int32_t day, ofs_error *err) {
    if (day != OFSI_DATE_NONE)
        ofsi_xapian_put_day(&g->value, day);
    return give_value(g, slot, err);
}

static ofs_status give_days(giving *g, ofs_error *err) {
    const ofsi_report_row *r = g->paragraph->report;
    ofs_status status = give_day(g, OFSI_XAPIAN_SLOT_PUBLISHED, r->published, err);
    if (status == OFS_OK)
        status = give_day(g, OFSI_XAPIAN_SLOT_INSPECTED_FROM, r->inspected_from, err);
    if (status == OFS_OK)
        status = give_day(g, OFSI_XAPIAN_SLOT_INSPECTED_TO, r->inspected_to, err);
    return status == OFS_OK ? give_day(g, OFSI_XAPIAN_SLOT_DATE, ofsi_xapian_date(r), err) : status;
}

static ofs_status give_numbers(giving *g, ofs_error *err) {
    const ofsi_xapian_paragraph *p = g->paragraph;
    uint64_t number;
    bool whole;
    ofsi_xapian_put_u32(&g->value, p->tokens->length);
    ofs_status status = give_value(g, OFSI_XAPIAN_SLOT_LENGTH, err);
    if (ofsi_xapian_number_part(p->row->number, &number, &whole))
        ofsi_xapian_put_u64(&g->value, number);
    if (status == OFS_OK)
        status = give_value(g, OFSI_XAPIAN_SLOT_NUMBER, err);
    ofsi_xapian_put_u64(&g->value, p->report->generation);
    return status == OFS_OK ? give_value(g, OFSI_XAPIAN_SLOT_GENERATION, err) : status;
}

static ofs_status give_values(giving *g, ofs_error *err) {
    const ofsi_xapian_paragraph *p = g->paragraph;
    ofsi_buf_reset(&g->value);
    ofsi_xapian_order_key(&g->value, p->report->id, p->place);
    ofs_status status = give_value(g, OFSI_XAPIAN_SLOT_ORDER, err);
    ofsi_xapian_date_key(&g->value, ofsi_xapian_date(p->report), p->report->id, p->place);
    if (status == OFS_OK)
        status = give_value(g, OFSI_XAPIAN_SLOT_DATE_ORDER, err);
    if (status == OFS_OK)
        status = give_days(g, err);
    if (status == OFS_OK)
        status = give_numbers(g, err);
    for (uint32_t f = 0; f < OFS_FACET_FIELD_COUNT && status == OFS_OK; f++) {
        ofsi_xapian_facet((ofs_facet_field)f, p->report, p->row, &g->value);
        status = give_value(g, OFSI_XAPIAN_SLOT_FACETS + f, err);
    }
    return status;
}

ofs_status ofsi_xapian_describe(const ofsi_xapian_paragraph *paragraph, const ofsi_xapian_receiver *receiver,
                                ofs_error *err) {
    giving g = {.paragraph = paragraph, .receiver = receiver};
    ofs_status status = give_words(&g, err);
    if (status == OFS_OK)
        status = give_filler(&g, err);
    if (status == OFS_OK)
        status = give_filters(&g, err);
    if (status == OFS_OK)
        status = give_values(&g, err);
    ofsi_buf_free(&g.term);
    ofsi_buf_free(&g.value);
    return status;
}
