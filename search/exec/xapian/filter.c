/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filters. What is compared by words is asked of each distinct value that the index has, by the same questions as in our own
 * segments, and those that pass are the query; days and numbers are ranges of values.
 */
#include "indexer/base/alloc.h"
#include "indexer/base/date.h"
#include "search/exec/filter_ask.h"
#include "search/exec/xapian/engine.h"

/* ---- values asked one by one ---- */

typedef struct survey survey;
/* Whether a value passes. */
typedef ofs_status (*value_question)(survey *s, ofsi_span value, bool *passes);

struct survey {
    ofsi_xmaker *m;
    const char *prefix;
    value_question ask;
    ofsi_asking asking;
    ofsi_xquery *passing;
    size_t count, capacity;
};

static ofs_status ask_value(void *context, const ofs_xapian_term *term) {
    survey *s = context;
    ofsi_xmaker *m = s->m;
    ofsi_span value;
    bool passes = false;
    ofs_status status = ofsi_xengine_value(m->e, s->prefix, ofsi_xspan(term->name), &value, m->err);
    if (status == OFS_OK) {
        memset(s->asking.asked, 0, sizeof s->asking.asked); /* values differ, and do not stay */
        status = s->ask(s, value, &passes);
    }
    if (status != OFS_OK || !passes)
        return status;
    ofsi_xquery query = ofsi_xmaker_leaf(m, ofsi_xspan(term->name));
    if (!ofsi_grow(&s->passing, &s->capacity, s->count + 1, sizeof *s->passing))
        return ofsi_fail_nomem(m->err);
    s->passing[s->count++] = query;
    return m->status;
}

static ofsi_xquery make_survey(ofsi_xmaker *m, const ofsi_filter *filter, const char *prefix,
                               value_question ask) {
    survey s = {.m = m,
                .prefix = prefix,
                .ask = ask,
                .asking = {.filter = filter, .analyzer = m->e->analyzer, .err = m->err}};
    ofsi_xquery query = NULL;
    ofs_status status =
        m->e->x->database_visit_terms(m->e->all, ofsi_xbytes(ofsi_span_of(prefix)), ask_value, &s, m->err);
    if (status == OFS_OK)
        query = ofsi_xmaker_combine(m, OFS_XAPIAN_OR, s.passing, s.count, 0);
    else
        ofsi_xmaker_fail(m, status);
    ofsi_asking_free(&s.asking);
    ofsi_free(s.passing);
    return query;
}

static ofs_status ask_words(survey *s, ofsi_span value, bool *passes) {
    return ofsi_ask_words(&s->asking, value, passes);
}

static ofs_status ask_grade(survey *s, ofsi_span value, bool *passes) {
    ofsi_span label;
    uint8_t level, levels;
    if (!ofsi_xapian_grade_read(value, &label, &level, &levels))
        return ofsi_fail(s->m->err, OFS_E_CORRUPT, "%s: a grade that is none", s->m->e->shards[0].name);
    return ofsi_ask_grade(&s->asking, label, level, passes);
}

static ofs_status ask_provider(survey *s, ofsi_span value, bool *passes) {
    ofsi_report_row row = {0};
    if (!ofsi_xapian_provider_read(value, &row.provider, &row.provider_name, &row.provider_keys))
        return ofsi_fail(s->m->err, OFS_E_CORRUPT, "%s: a provider that is none", s->m->e->shards[0].name);
    return ofsi_ask_report(&s->asking, &row, passes);
}

static ofs_status ask_id(survey *s, ofsi_span value, bool *passes) {
    const ofsi_report_row row = {.id = value};
    return ofsi_ask_report(&s->asking, &row, passes);
}

static ofs_status ask_role(survey *s, ofsi_span value, bool *passes) {
    *passes = ofsi_filter_role(s->asking.filter, value);
    return OFS_OK;
}

static ofs_status ask_number(survey *s, ofsi_span value, bool *passes) {
    *passes = ofsi_filter_number(s->asking.filter, value);
    return OFS_OK;
}

/* ---- ranges ---- */

/* The ends of a filter's range as values; an end is empty where it is open. */
typedef struct ends {
    ofsi_buf first, last;
    bool empty; /* nothing is within */
} ends;

static int32_t day_of(int64_t day) {
    return day <= OFSI_DATE_NONE ? OFSI_DATE_NONE + 1 : day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

static ends day_ends(const ofsi_node *node) {
    ends e = {.empty = node->from > INT32_MAX || node->to <= OFSI_DATE_NONE || node->from > node->to};
    ofsi_xapian_put_day(&e.first, day_of(node->from));
    ofsi_xapian_put_day(&e.last, day_of(node->to));
    return e;
}

static ends number_ends(const ofsi_node *node) {
    ends e = {.empty = node->to < 0 || node->from > node->to};
    ofsi_xapian_put_u64(&e.first, node->from < 0 ? 0 : (uint64_t)node->from);
    ofsi_xapian_put_u64(&e.last, node->to < 0 ? 0 : (uint64_t)node->to);
    return e;
}

static ofsi_xquery make_range(ofsi_xmaker *m, uint32_t slot, ends e) {
    ofsi_xquery query = NULL;
    if (e.first.failed || e.last.failed)
        ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
    else if (e.empty)
        query = ofsi_xmaker_nothing(m);
    else
        query = ofsi_xmaker_range(m, slot, ofsi_buf_span(&e.first), ofsi_buf_span(&e.last));
    ofsi_buf_free(&e.first);
    ofsi_buf_free(&e.last);
    return query;
}

/* Inspections with one day known alone lasted that day. */
static ofsi_xquery make_inspected(ofsi_xmaker *m, const ofsi_node *node) {
    enum { FROM = OFSI_XAPIAN_SLOT_INSPECTED_FROM, TO = OFSI_XAPIAN_SLOT_INSPECTED_TO };
    const ofsi_span any = {"\0\0\0\0", 4}, open = {NULL, 0};
    ends e = day_ends(node);
    ofsi_span first = ofsi_buf_span(&e.first), last = ofsi_buf_span(&e.last);
    ofsi_xquery ways[3], overlaps = NULL;
    if (e.first.failed || e.last.failed)
        ofsi_xmaker_fail(m, ofsi_fail_nomem(m->err));
    else if (e.empty)
        overlaps = ofsi_xmaker_nothing(m);
    if (m->status == OFS_OK && !overlaps) {
        ways[0] = ofsi_xmaker_pair(m, OFS_XAPIAN_AND, ofsi_xmaker_range(m, FROM, open, last),
                                   ofsi_xmaker_range(m, TO, first, open));
        ways[1] = ofsi_xmaker_pair(m, OFS_XAPIAN_AND_NOT, ofsi_xmaker_range(m, FROM, first, last),
                                   ofsi_xmaker_range(m, TO, any, open));
        ways[2] = ofsi_xmaker_pair(m, OFS_XAPIAN_AND_NOT, ofsi_xmaker_range(m, TO, first, last),
                                   ofsi_xmaker_range(m, FROM, any, open));
        overlaps = ofsi_xmaker_combine(m, OFS_XAPIAN_OR, ways, 3, 0);
    }
    ofsi_buf_free(&e.first);
    ofsi_buf_free(&e.last);
    return overlaps;
}

/* ---- fields ---- */

static ofsi_xquery make_kind(ofsi_xmaker *m, const ofsi_filter *filter) {
    uint8_t kind;
    if (!ofsi_filter_kind(filter, &kind))
        return ofsi_xmaker_nothing(m);
    return ofsi_xmaker_term(m, OFSI_XAPIAN_KIND, ofsi_span_of(ofs_kind_name((ofs_kind)kind)));
}

static ofsi_xquery make_number(ofsi_xmaker *m, const ofsi_filter *filter) {
    const ofsi_node *node = filter->node;
    if (!node->has_numbers)
        return ofsi_xmaker_term(m, OFSI_XAPIAN_NUMBER, node->text);
    return node->is_range ? make_range(m, OFSI_XAPIAN_SLOT_NUMBER, number_ends(node))
                          : make_survey(m, filter, OFSI_XAPIAN_NUMBER, ask_number);
}

static ofsi_xquery make_id(ofsi_xmaker *m, const ofsi_filter *filter) {
    const ofsi_node *node = filter->node;
    bool open = !node->quoted && node->text.size && node->text.data[node->text.size - 1] == '*';
    return open ? make_survey(m, filter, OFSI_XAPIAN_REPORT, ask_id)
                : ofsi_xmaker_term(m, OFSI_XAPIAN_REPORT, node->text);
}

ofsi_xquery ofsi_xmaker_filter(ofsi_xmaker *m, const ofsi_filter *filter) {
    const ofsi_node *node = filter->node;
    if (m->status != OFS_OK)
        return NULL;
    switch (node->field) {
    case OFSI_FIELD_GRADE:
        return make_survey(m, filter, OFSI_XAPIAN_GRADE, ask_grade);
    case OFSI_FIELD_OVERALL:
        return make_survey(m, filter, OFSI_XAPIAN_OVERALL, ask_grade);
    case OFSI_FIELD_SECTION:
        return make_survey(m, filter, OFSI_XAPIAN_HEADING, ask_words);
    case OFSI_FIELD_PROVIDER:
        return make_survey(m, filter, OFSI_XAPIAN_PROVIDER, ask_provider);
    case OFSI_FIELD_TITLE:
        return make_survey(m, filter, OFSI_XAPIAN_TITLE, ask_words);
    case OFSI_FIELD_INSPECTORATE:
        return make_survey(m, filter, OFSI_XAPIAN_INSPECTORATE, ask_words);
    case OFSI_FIELD_INSPECTION:
        return make_survey(m, filter, OFSI_XAPIAN_INSPECTION, ask_words);
    case OFSI_FIELD_ROLE:
        return make_survey(m, filter, OFSI_XAPIAN_ROLE, ask_role);
    case OFSI_FIELD_KIND:
        return make_kind(m, filter);
    case OFSI_FIELD_PARA:
        return make_number(m, filter);
    case OFSI_FIELD_REPORT:
        return make_id(m, filter);
    case OFSI_FIELD_PUBLISHED:
        return make_range(m, OFSI_XAPIAN_SLOT_PUBLISHED, day_ends(node));
    case OFSI_FIELD_DATE:
        return make_range(m, OFSI_XAPIAN_SLOT_DATE, day_ends(node));
    case OFSI_FIELD_INSPECTED:
        return make_inspected(m, node);
    case OFSI_FIELD_GENERATION:
        return make_range(m, OFSI_XAPIAN_SLOT_GENERATION, number_ends(node));
    }
    return ofsi_xmaker_nothing(m);
}
