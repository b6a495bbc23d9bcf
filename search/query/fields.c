/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and values of filters. */
#include "search/query/fields.h"

#include <ofsearch/report.h>

#include "indexer/base/date.h"
#include "search/query/text.h"

typedef enum value_kind { WORDS, GRADE, KIND, PARA, REPORT, DATE, COMMIT } value_kind;

/* Error messages quote at most this much of a value. */
enum { QUOTED_BYTES = 60, MOST_DIGITS = 9, HIGHEST_LEVEL = 255 };

static const struct {
    const char *name;
    value_kind kind;
} fields[OFSI_FIELD_COUNT] = {
    [OFSI_FIELD_GRADE] = {"grade", GRADE},
    [OFSI_FIELD_SECTION] = {"section", WORDS},
    [OFSI_FIELD_PROVIDER] = {"provider", WORDS},
    [OFSI_FIELD_TITLE] = {"title", WORDS},
    [OFSI_FIELD_KIND] = {"kind", KIND},
    [OFSI_FIELD_PARA] = {"para", PARA},
    [OFSI_FIELD_REPORT] = {"report", REPORT},
    [OFSI_FIELD_INSPECTORATE] = {"inspectorate", WORDS},
    [OFSI_FIELD_PUBLISHED] = {"published", DATE},
    [OFSI_FIELD_INSPECTED] = {"inspected", DATE},
    [OFSI_FIELD_ROLE] = {"role", WORDS},
    [OFSI_FIELD_DATE] = {"date", DATE},
    [OFSI_FIELD_OVERALL] = {"overall", GRADE},
    [OFSI_FIELD_INSPECTION] = {"inspection", WORDS},
    [OFSI_FIELD_GENERATION] = {"generation", COMMIT},
};

const char *ofsi_field_name(ofsi_field field) { return fields[field].name; }

/* ASCII letters of `text` are as in `name`, which is small. */
static bool is_name(ofsi_span text, const char *name) {
    if (text.size != strlen(name))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != name[i])
            return false;
    }
    return true;
}

bool ofsi_field_find(ofsi_span name, ofsi_field *field) {
    for (int i = 0; i < OFSI_FIELD_COUNT; i++) {
        if (is_name(name, fields[i].name)) {
            *field = (ofsi_field)i;
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

typedef struct filter_value {
    ofsi_node *node;
    ofsi_span text;
    size_t place;
    ofs_error *err;
} filter_value;

static ofs_status refuse(const filter_value *v, const char *problem) {
    size_t shown = v->text.size;
    if (shown > QUOTED_BYTES) {
        shown = QUOTED_BYTES;
        while (shown > 0 && ((unsigned char)v->text.data[shown] & 0xC0) == 0x80)
            shown--;
    }
    return ofsi_fail_at(v->err, OFS_E_QUERY, (int64_t)v->place, (int64_t)v->text.size, "%s:%.*s%s: %s",
                        fields[v->node->field].name, (int)shown, v->text.data,
                        shown < v->text.size ? "..." : "", problem);
}

static bool read_number(ofsi_span text, int64_t *number) {
    if (text.size == 0 || text.size > MOST_DIGITS)
        return false;
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *number = *number * 10 + (text.data[i] - '0');
    }
    return true;
}

static bool read_days(ofsi_span text, int64_t *first, int64_t *last) {
    int32_t from, to;
    if (!ofsi_date_parse_span(text, &from, &to))
        return false;
    *first = from;
    *last = to;
    return true;
}

static bool read_bound(value_kind kind, ofsi_span text, int64_t *first, int64_t *last) {
    if (kind == DATE)
        return read_days(text, first, last);
    bool ok = read_number(text, first);
    *last = *first;
    return ok && (kind != GRADE || (*first >= 1 && *first <= HIGHEST_LEVEL));
}

/* `text` as one number or day, or as a range of them, into the node. */
static bool read_numbers(ofsi_node *node, value_kind kind, ofsi_span text) {
    const char *dots = NULL;
    for (size_t i = 0; i + 1 < text.size && !dots; i++)
        if (text.data[i] == '.' && text.data[i + 1] == '.')
            dots = text.data + i;
    node->is_range = dots != NULL;
    node->from = INT64_MIN;
    node->to = INT64_MAX;
    if (!dots)
        return node->has_numbers = read_bound(kind, text, &node->from, &node->to);
    ofsi_span low = {text.data, (size_t)(dots - text.data)};
    ofsi_span high = {dots + 2, text.size - low.size - 2};
    int64_t ignored;
    return node->has_numbers = (low.size || high.size) &&
                               (low.size == 0 || read_bound(kind, low, &node->from, &ignored)) &&
                               (high.size == 0 || read_bound(kind, high, &ignored, &node->to));
}

static void forget_numbers(ofsi_node *node) {
    node->is_range = node->has_numbers = false;
    node->from = node->to = 0;
}

/* Without the punctuation of a sentence that goes on behind the value. */
static ofsi_span trim_end(ofsi_span text) {
    while (text.size && strchr(",;:!?", text.data[text.size - 1]))
        text.size--;
    if (text.size > 1 && text.data[text.size - 1] == '.' && text.data[text.size - 2] != '.')
        text.size--;
    return text;
}

static ofs_status read_words(const filter_value *v) {
    if (!ofsi_trim_words(v->text, &v->node->text))
        return refuse(v, "a word is wanted");
    if (v->node->quoted)
        v->node->text = v->text;
    return OFS_OK;
}

static ofs_status read_grade(const filter_value *v) {
    static const char hint[] =
        "a grade is a label (grade:inadequate), a level (grade:4) or levels (grade:3..4), "
        "counted from 1, the best";
    ofsi_node *node = v->node;
    ofsi_span text = trim_end(v->text);
    if (read_numbers(node, GRADE, text)) {
        node->text = text;
        node->quoted = false;
        return node->from <= node->to ? OFS_OK : refuse(v, "the range ends before it begins");
    }
    if (node->is_range || !ofsi_has_letter(text))
        return refuse(v, hint);
    forget_numbers(node);
    return read_words(v);
}

static ofs_status read_kind(const filter_value *v) {
    ofsi_span text = trim_end(v->text);
    for (int i = 0; i < OFS_KIND_COUNT; i++) {
        if (is_name(text, ofs_kind_name((ofs_kind)i))) {
            v->node->text = ofsi_span_of(ofs_kind_name((ofs_kind)i));
            v->node->quoted = false;
            return OFS_OK;
        }
    }
    return refuse(v, "a kind is paragraph, recommendation, statement or note");
}

static ofs_status read_para(const filter_value *v) {
    ofsi_node *node = v->node;
    ofsi_span text = trim_end(v->text), words;
    bool numbers = read_numbers(node, PARA, text);
    if (!numbers && node->is_range)
        return refuse(v, "a range of paragraphs has whole numbers (para:20..25)");
    /* (25) as it may be printed. */
    if (!numbers && !node->quoted && ofsi_trim_words(text, &words)) {
        text = words;
        numbers = read_numbers(node, PARA, text);
    }
    if (numbers) {
        node->text = text;
        node->quoted = false;
        return node->from <= node->to ? OFS_OK : refuse(v, "the range ends before it begins");
    }
    forget_numbers(node);
    return read_words(v);
}

static ofs_status read_date(const filter_value *v) {
    ofsi_node *node = v->node;
    ofsi_span text = trim_end(v->text);
    if (!read_numbers(node, DATE, text))
        return refuse(v, "a date is 2012, 2012-05 or 2012-05-29, a range 2011-06..2013, 2011.. or ..2013");
    node->text = text;
    node->quoted = false;
    return node->from <= node->to ? OFS_OK : refuse(v, "the range ends before it begins");
}

static ofs_status read_commit(const filter_value *v) {
    ofsi_node *node = v->node;
    ofsi_span text = trim_end(v->text);
    if (!read_numbers(node, COMMIT, text))
        return refuse(v, "a generation is a number (generation:5) or numbers (generation:5..)");
    node->text = text;
    node->quoted = false;
    return node->from <= node->to ? OFS_OK : refuse(v, "the range ends before it begins");
}

static ofs_status read_report(const filter_value *v) {
    if (v->text.size == 0)
        return refuse(v, "a report's id is wanted");
    v->node->text = v->text;
    return OFS_OK;
}

static ofsi_span trim_blanks(ofsi_span text) {
    while (text.size && text.data[0] == ' ') {
        text.data++;
        text.size--;
    }
    while (text.size && text.data[text.size - 1] == ' ')
        text.size--;
    return text;
}

ofs_status ofsi_field_read(ofsi_node *node, ofsi_span value, size_t place, ofs_error *err) {
    filter_value v = {node, trim_blanks(value), place, err};
    switch (fields[node->field].kind) {
    case GRADE:
        return read_grade(&v);
    case KIND:
        return read_kind(&v);
    case PARA:
        return read_para(&v);
    case REPORT:
        return read_report(&v);
    case DATE:
        return read_date(&v);
    case COMMIT:
        return read_commit(&v);
    case WORDS:
        break;
    }
    return read_words(&v);
}

ofs_status ofsi_query_filter(ofsi_field field, ofsi_span value, ofsi_arena *arena, ofsi_node **out,
                             ofs_error *err) {
    *out = NULL;
    if (value.size > OFSI_QUERY_MAX_BYTES)
        return ofsi_fail(err, OFS_E_LIMIT, "a value of %zu bytes for %s: the limit is %d", value.size,
                         fields[field].name, (int)OFSI_QUERY_MAX_BYTES);
    char *clean = ofsi_clean_query(value, arena);
    ofsi_node *node = clean ? ofsi_node_new(arena, OFSI_NODE_FIELD) : NULL;
    if (!node)
        return ofsi_fail_nomem(err);
    /* What could not stand bare in a query stands in quotes; a quotation mark itself has no place in those. */
    for (size_t i = 0; i < value.size; i++) {
        if (clean[i] == '"' && fields[field].kind == REPORT)
            return ofsi_fail_at(err, OFS_E_QUERY, (int64_t)i, 1,
                                "%s: a quotation mark cannot stand in a value", fields[field].name);
        if (clean[i] == '"')
            clean[i] = ' ';
    }
    node->field = field;
    node->end = (uint32_t)value.size;
    node->quoted = !ofsi_is_bare((ofsi_span){clean, value.size});
    ofs_status status = ofsi_field_read(node, (ofsi_span){clean, value.size}, 0, err);
    if (status == OFS_OK)
        *out = node;
    return status;
}
