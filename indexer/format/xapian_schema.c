/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms, values and sort keys of a Xapian database, both directions. */
#include "indexer/format/xapian_schema.h"

#include "indexer/base/date.h"
#include "indexer/base/map.h"

enum { HASH_DIGITS = 32 };

/* ---- terms ---- */

/* What a byte takes in a term's length limit. */
static size_t cost_of(char byte) { return byte == '\0' ? 2 : 1; }

/* The most first bytes of the value that take up to `most`. */
static size_t bytes_within(ofsi_span value, size_t most) {
    size_t at = 0;
    for (size_t cost = 0; at < value.size; at++) {
        cost += cost_of(value.data[at]);
        if (cost > most)
            break;
    }
    return at;
}

/* Whether the value ends as one that was cut: its first part fills the room, then come 0x01 and a hash. */
static bool looks_cut(ofsi_span value) {
    if (value.size < HASH_DIGITS + 1 || value.data[value.size - HASH_DIGITS - 1] != '\1')
        return false;
    for (size_t i = value.size - HASH_DIGITS; i < value.size; i++)
        if (!strchr("0123456789abcdef", value.data[i]) || value.data[i] == '\0')
            return false;
    size_t cost = 0;
    for (size_t i = 0; i < value.size - HASH_DIGITS - 1; i++)
        cost += cost_of(value.data[i]);
    return cost == OFSI_XAPIAN_TERM_CUT || cost == OFSI_XAPIAN_TERM_CUT - 1; /* a NUL did not fit */
}

void ofsi_xapian_term(const char *prefix, ofsi_span value, ofsi_buf *out) {
    ofsi_buf_reset(out);
    ofsi_buf_text(out, prefix);
    if (bytes_within(value, OFSI_XAPIAN_TERM_MAX - strlen(prefix)) == value.size && !looks_cut(value)) {
        ofsi_buf_append(out, value.data, value.size);
        return;
    }
    char digits[HASH_DIGITS + 1];
    ofsi_hash128(value.data, value.size, digits);
    ofsi_buf_append(out, value.data, bytes_within(value, OFSI_XAPIAN_TERM_CUT));
    ofsi_buf_byte(out, 1);
    ofsi_buf_append(out, digits, HASH_DIGITS);
}

bool ofsi_xapian_term_is_cut(const char *prefix, ofsi_span term) {
    size_t size = strlen(prefix);
    return term.size > size && looks_cut((ofsi_span){term.data + size, term.size - size});
}

void ofsi_xapian_value_key(ofsi_span term, ofsi_buf *out) {
    ofsi_buf_reset(out);
    ofsi_buf_text(out, "value");
    ofsi_buf_append(out, term.data, term.size);
}

/* ---- values with parts ---- */

void ofsi_xapian_grade(ofsi_span label, uint8_t level, uint8_t levels, ofsi_buf *out) {
    ofsi_buf_reset(out);
    if (label.size == 0)
        return;
    ofsi_buf_append(out, label.data, label.size);
    ofsi_buf_byte(out, '\t');
    ofsi_buf_count(out, level);
    ofsi_buf_byte(out, '\t');
    ofsi_buf_count(out, levels);
}

/* Takes the part behind the last `byte` off the value; false when there is none. */
static bool split_last(ofsi_span *value, char byte, ofsi_span *part) {
    const char *at = value->size ? memrchr(value->data, byte, value->size) : NULL;
    if (!at)
        return false;
    *part = (ofsi_span){at + 1, (size_t)(value->data + value->size - at - 1)};
    value->size = (size_t)(at - value->data);
    return true;
}

static bool read_byte(ofsi_span text, uint8_t *out) {
    uint64_t value;
    if (!ofsi_xapian_read_count(text, &value) || value > UINT8_MAX)
        return false;
    *out = (uint8_t)value;
    return true;
}

bool ofsi_xapian_grade_read(ofsi_span value, ofsi_span *label, uint8_t *level, uint8_t *levels) {
    ofsi_span last, second;
    if (!split_last(&value, '\t', &last) || !split_last(&value, '\t', &second) || value.size == 0)
        return false;
    *label = value;
    return read_byte(second, level) && read_byte(last, levels);
}

void ofsi_xapian_provider(ofsi_span provider, ofsi_span name, ofsi_span keys, ofsi_buf *out) {
    ofsi_buf_reset(out);
    if (provider.size + name.size + keys.size == 0)
        return;
    ofsi_buf_append(out, provider.data, provider.size);
    ofsi_buf_byte(out, 1);
    ofsi_buf_append(out, name.data, name.size);
    ofsi_buf_byte(out, 1);
    ofsi_buf_append(out, keys.data, keys.size);
}

bool ofsi_xapian_provider_read(ofsi_span value, ofsi_span *provider, ofsi_span *name, ofsi_span *keys) {
    bool good = split_last(&value, '\1', keys) && split_last(&value, '\1', name);
    *provider = value;
    return good;
}

bool ofsi_xapian_read_count(ofsi_span text, uint64_t *value) {
    *value = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9' || __builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, (uint64_t)(text.data[i] - '0'), value))
            return false;
    return text.size > 0;
}

/* ---- numbers that sort as bytes ---- */

static void put_big(ofsi_buf *out, uint64_t value, int bytes) {
    while (bytes-- > 0)
        ofsi_buf_byte(out, (uint8_t)(value >> (8 * bytes)));
}

static bool read_big(ofsi_span value, size_t bytes, uint64_t *out) {
    *out = 0;
    if (value.size != bytes)
        return false;
    for (size_t i = 0; i < bytes; i++)
        *out = *out << 8 | (uint8_t)value.data[i];
    return true;
}

static uint32_t turn_sign(uint32_t value) { return value ^ UINT32_C(0x80000000); }

void ofsi_xapian_put_u32(ofsi_buf *out, uint32_t value) { put_big(out, value, 4); }

void ofsi_xapian_put_u64(ofsi_buf *out, uint64_t value) { put_big(out, value, 8); }

void ofsi_xapian_put_day(ofsi_buf *out, int32_t day) { put_big(out, turn_sign((uint32_t)day), 4); }

bool ofsi_xapian_read_u32(ofsi_span value, uint32_t *out) {
    uint64_t wide;
    bool good = read_big(value, 4, &wide);
    *out = (uint32_t)wide;
    return good;
}

bool ofsi_xapian_read_u64(ofsi_span value, uint64_t *out) { return read_big(value, 8, out); }

bool ofsi_xapian_read_day(ofsi_span value, int32_t *out) {
    uint32_t turned;
    bool good = ofsi_xapian_read_u32(value, &turned);
    *out = (int32_t)turn_sign(turned);
    return good;
}

/* ---- sort keys ---- */

void ofsi_xapian_order_key(ofsi_buf *out, ofsi_span id, uint32_t place) {
    ofsi_buf_append(out, id.data, id.size);
    ofsi_buf_byte(out, 0);
    put_big(out, place, 4);
}

bool ofsi_xapian_order_key_read(ofsi_span key, ofsi_span *id, uint32_t *place) {
    if (key.size < 5 || memchr(key.data, '\0', key.size) != key.data + key.size - 5)
        return false;
    *id = (ofsi_span){key.data, key.size - 5};
    return ofsi_xapian_read_u32((ofsi_span){key.data + key.size - 4, 4}, place);
}

void ofsi_xapian_date_key(ofsi_buf *out, int32_t date, ofsi_span id, uint32_t place) {
    put_big(out, ~turn_sign((uint32_t)date), 4); /* OFSI_DATE_NONE, the least, becomes the largest */
    ofsi_xapian_order_key(out, id, place);
}

int32_t ofsi_xapian_date(const ofsi_report_row *report) {
    return report->published != OFSI_DATE_NONE ? report->published : report->inspected_to;
}

bool ofsi_xapian_number_part(ofsi_span number, uint64_t *value, bool *whole) {
    size_t i = 0;
    *value = 0;
    for (; i < number.size && number.data[i] >= '0' && number.data[i] <= '9'; i++) {
        if (*value > INT32_MAX)
            return false;
        *value = *value * 10 + (uint64_t)(number.data[i] - '0');
    }
    *whole = i == number.size;
    return i > 0;
}

/* ---- facets ---- */

static void put_year(const ofsi_report_row *report, ofsi_buf *out) {
    int year, month, day;
    if (ofsi_xapian_date(report) == OFSI_DATE_NONE)
        return;
    ofsi_date_to_civil(ofsi_xapian_date(report), &year, &month, &day);
    ofsi_buf_printf(out, "%04d", year);
}

static ofsi_span facet_text(ofs_facet_field field, const ofsi_report_row *report, const ofsi_doc_row *row) {
    switch (field) {
    case OFS_FACET_GRADE:
        return row->grade;
    case OFS_FACET_PROVIDER:
        return report->provider_name.size ? report->provider_name : report->provider;
    case OFS_FACET_INSPECTORATE:
        return report->inspectorate;
    case OFS_FACET_KIND:
        return ofsi_span_of(ofs_kind_name((ofs_kind)row->kind));
    case OFS_FACET_OVERALL:
        return report->overall;
    case OFS_FACET_INSPECTION:
        return report->inspection;
    case OFS_FACET_ROLE:
        return row->role;
    default:
        return report->id;
    }
}

void ofsi_xapian_facet(ofs_facet_field field, const ofsi_report_row *report, const ofsi_doc_row *row,
                       ofsi_buf *out) {
    if (field == OFS_FACET_YEAR) {
        put_year(report, out);
    } else if (field == OFS_FACET_SECTION) {
        for (uint32_t d = 0; d < row->depth; d++) {
            ofsi_buf_append(out, row->path[d].data, row->path[d].size);
            ofsi_buf_byte(out, 0);
        }
    } else {
        ofsi_span text = facet_text(field, report, row);
        ofsi_buf_append(out, text.data, text.size);
    }
}
