/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters against single values. */
#include "search/exec/filter_ask.h"

#include "indexer/base/date.h"

static bool is_within(const ofsi_node *node, int32_t date) {
    return date != OFSI_DATE_NONE && date >= node->from && date <= node->to;
}

static bool overlaps(const ofsi_node *node, const ofsi_report_row *row) {
    int32_t from = row->inspected_from != OFSI_DATE_NONE ? row->inspected_from : row->inspected_to;
    int32_t to = row->inspected_to != OFSI_DATE_NONE ? row->inspected_to : row->inspected_from;
    return from != OFSI_DATE_NONE && from <= node->to && to >= node->from;
}

static bool is_report(const ofsi_node *node, ofsi_span id) {
    ofsi_span text = node->text;
    if (node->quoted || text.size == 0 || text.data[text.size - 1] != '*')
        return ofsi_span_equal(text, id);
    text.size--;
    return id.size >= text.size && (text.size == 0 || memcmp(id.data, text.data, text.size) == 0);
}

static ofs_status ask_nth(ofsi_asking *asking, int n, ofsi_span text, bool *passes) {
    ofs_status status = OFS_OK;
    if (!asking->asked[n].data || !ofsi_span_equal(asking->asked[n], text)) {
        status = ofsi_filter_words(asking->filter, asking->analyzer, &asking->tokens, text,
                                   &asking->answer[n], asking->err);
        asking->asked[n] = text;
    }
    *passes = asking->answer[n];
    return status;
}

ofs_status ofsi_ask_words(ofsi_asking *asking, ofsi_span text, bool *passes) {
    return ask_nth(asking, 0, text, passes);
}

static ofs_status ask_provider(ofsi_asking *asking, const ofsi_report_row *row, bool *passes) {
    ofsi_span key = asking->filter->folded, keys = row->provider_keys;
    *passes = key.size && keys.size && memmem(keys.data, keys.size, key.data, key.size) != NULL;
    ofs_status status = *passes ? OFS_OK : ask_nth(asking, 0, row->provider, passes);
    if (status == OFS_OK && !*passes)
        status = ask_nth(asking, 1, row->provider_name, passes);
    return status;
}

ofs_status ofsi_ask_grade(ofsi_asking *asking, ofsi_span label, uint8_t level, bool *passes) {
    const ofsi_node *node = asking->filter->node;
    if (!node->has_numbers)
        return ofsi_ask_words(asking, label, passes);
    *passes = level && level >= node->from && level <= node->to;
    return OFS_OK;
}

ofs_status ofsi_ask_report(ofsi_asking *asking, const ofsi_report_row *row, bool *passes) {
    const ofsi_node *node = asking->filter->node;
    switch (node->field) {
    case OFSI_FIELD_PROVIDER:
        return ask_provider(asking, row, passes);
    case OFSI_FIELD_TITLE:
        return ofsi_ask_words(asking, row->title, passes);
    case OFSI_FIELD_INSPECTORATE:
        return ofsi_ask_words(asking, row->inspectorate, passes);
    case OFSI_FIELD_INSPECTION:
        return ofsi_ask_words(asking, row->inspection, passes);
    case OFSI_FIELD_OVERALL:
        return ofsi_ask_grade(asking, row->overall, row->overall_level, passes);
    case OFSI_FIELD_PUBLISHED:
        *passes = is_within(node, row->published);
        return OFS_OK;
    case OFSI_FIELD_INSPECTED:
        *passes = overlaps(node, row);
        return OFS_OK;
    case OFSI_FIELD_DATE:
        *passes = is_within(node, row->published != OFSI_DATE_NONE ? row->published : row->inspected_to);
        return OFS_OK;
    case OFSI_FIELD_GENERATION:
        *passes = row->generation <= INT64_MAX && (int64_t)row->generation >= node->from &&
                  (int64_t)row->generation <= node->to;
        return OFS_OK;
    default:
        *passes = is_report(node, row->id);
        return OFS_OK;
    }
}

void ofsi_asking_free(ofsi_asking *asking) { ofsi_tokens_free(&asking->tokens); }

bool ofsi_filter_role(const ofsi_filter *filter, ofsi_span role) {
    char folded[OFSI_TERM_MAX * 4];
    size_t size = role.size && role.size <= OFSI_TERM_MAX ? ofsi_fold(role, folded, sizeof folded) : 0;
    if (size)
        role = (ofsi_span){folded, size};
    return role.size && ofsi_span_equal(role, filter->folded);
}

bool ofsi_first_number(ofsi_span text, int64_t *value, bool *whole) {
    size_t i = 0;
    *value = 0;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        if (*value > INT32_MAX)
            return false;
        *value = *value * 10 + (text.data[i] - '0');
    }
    *whole = i == text.size;
    return i > 0;
}

bool ofsi_filter_number(const ofsi_filter *filter, ofsi_span number) {
    const ofsi_node *node = filter->node;
    int64_t value;
    bool whole;
    if (!node->has_numbers)
        return number.size && ofsi_span_equal(number, node->text);
    return ofsi_first_number(number, &value, &whole) && (whole || node->is_range) && value >= node->from &&
           value <= node->to;
}
