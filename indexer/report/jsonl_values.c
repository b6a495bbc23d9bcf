/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line of JSON says: values cleaned, compared with the line before, and judged. */
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/base/date.h"
#include "indexer/report/clean.h"
#include "indexer/report/jsonl_builder.h"
#include "indexer/report/scale.h"

/* The keys of a report that are texts, and those that are days. */
static const struct {
    ofsi_json_key key;
    const char *name;
    size_t offset;
} text_keys[] = {
    {OFSI_JSON_TITLE, "title", offsetof(ofs_report, title)},
    {OFSI_JSON_PROVIDER, "provider", offsetof(ofs_report, provider)},
    {OFSI_JSON_PROVIDER_ID, "provider_id", offsetof(ofs_report, provider_id)},
    {OFSI_JSON_PROVIDER_NAME, "provider_name", offsetof(ofs_report, provider_name)},
    {OFSI_JSON_INSPECTORATE, "inspectorate", offsetof(ofs_report, inspectorate)},
    {OFSI_JSON_LEAD_INSPECTOR, "lead_inspector", offsetof(ofs_report, lead_inspector)},
    {OFSI_JSON_INSPECTION, "inspection", offsetof(ofs_report, inspection)},
    {OFSI_JSON_PROFILE, "profile", offsetof(ofs_report, profile)},
};
static const struct {
    ofsi_json_key key;
    const char *name;
    size_t offset;
} date_keys[] = {
    {OFSI_JSON_PUBLISHED, "published", offsetof(ofs_report, published)},
    {OFSI_JSON_INSPECTED_FROM, "inspected_from", offsetof(ofs_report, inspected_from)},
    {OFSI_JSON_INSPECTED_TO, "inspected_to", offsetof(ofs_report, inspected_to)},
};

_Static_assert(sizeof text_keys / sizeof text_keys[0] == OFSI_JSONL_TEXTS,
               "each text key has its last value");
_Static_assert(sizeof date_keys / sizeof date_keys[0] == OFSI_JSONL_DATES, "likewise");

/* ---- what lines repeat ---- */

bool ofsi_jsonl_is_same(const ofsi_buf *before, ofsi_span now) {
    return before->size == now.size && now.size && memcmp(before->data, now.data, now.size) == 0;
}

/* Forgetting costs a line more work and nothing else, so that memory that cannot be had here is no failure. */
void ofsi_jsonl_keep_same(ofsi_buf *before, ofsi_span now) {
    ofsi_buf_reset(before);
    ofsi_buf_append(before, now.data, now.size);
    if (before->failed)
        ofsi_buf_reset(before);
}

void ofsi_jsonl_forget(ofsi_json_builder *b) {
    for (size_t i = 0; i < OFSI_JSONL_TEXTS; i++)
        ofsi_buf_reset(&b->same_texts[i]);
    for (size_t i = 0; i < OFSI_JSONL_DATES; i++)
        ofsi_buf_reset(&b->same_dates[i]);
    ofsi_buf_reset(&b->same_id);
    ofsi_buf_reset(&b->same_section);
}

/* ---- values ---- */

/* Whether a text is its own clean form: printable ASCII, no blank at either end and no two together. */
static bool is_clean(ofsi_span text) {
    typedef int8_t block __attribute__((vector_size(16)));
    const signed char *at = (const signed char *)text.data;
    size_t i = 1;
    if (text.size == 0 || at[0] <= ' ' || at[0] == 0x7F)
        return false;
    for (; text.size - i >= sizeof(block); i += sizeof(block)) {
        block bytes, before;
        uint64_t found[2];
        memcpy(&bytes, at + i, sizeof bytes);
        memcpy(&before, at + i - 1, sizeof before);
        block foreign = (block)((bytes < ' ') | (bytes == 0x7F) | ((bytes == ' ') & (before == ' ')));
        memcpy(found, &foreign, sizeof found);
        if (found[0] | found[1])
            return false;
    }
    for (; i < text.size; i++)
        if (at[i] < ' ' || at[i] == 0x7F || (at[i] == ' ' && at[i - 1] == ' '))
            return false;
    return at[text.size - 1] != ' ';
}

/* Whether the line's strings are to be taken as they stand, and this one can be: no control characters but line ends in a body. */
static bool is_verbatim(const ofsi_json_builder *b, ofsi_span text, bool keep_lines) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_VERBATIM];
    bool asked = value->type == OFSI_JSON_INTEGER && value->integer == 1;
    for (size_t i = 0; asked && i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i], before = i ? (unsigned char)text.data[i - 1] : 0;
        if ((c < ' ' && !(keep_lines && c == '\n')) || c == 0x7F || (before == 0xC2 && c < 0xA0))
            return false;
    }
    return asked && text.size;
}

/* A text cleaned into b->text, NUL-terminated. */
static void clean_text(ofsi_json_builder *b, ofsi_span raw, bool keep_lines) {
    ofsi_clean_counts ignored = {0};
    ofsi_buf_reset(&b->clean);
    ofsi_clean_bytes(&b->clean, raw, &ignored);
    ofsi_span clean = ofsi_buf_span(&b->clean);
    for (size_t at = 0; at < clean.size;) {
        size_t end = at;
        while (end < clean.size && !(keep_lines && (clean.data[end] == '\n' || clean.data[end] == '\r')))
            end++;
        size_t before = b->text.size;
        if (before)
            ofsi_buf_byte(&b->text, '\n');
        size_t begun = b->text.size;
        ofsi_clean_line(&b->text, (ofsi_span){clean.data + at, end - at}, false);
        if (b->text.size == begun)
            b->text.size = before;
        at = end + 1;
    }
}

/* A string or number as one clean line in b->text, NUL-terminated; false when the value is neither or is empty. */
bool ofsi_jsonl_read_string(ofsi_json_builder *b, const ofsi_json_value *value, bool keep_lines) {
    char digits[40];
    ofsi_span raw = {digits, 0};
    if (value->type == OFSI_JSON_STRING)
        raw = value->text;
    else if (value->type == OFSI_JSON_INTEGER)
        raw.size = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)value->integer);
    else if (value->type == OFSI_JSON_REAL)
        raw.size = (size_t)snprintf(digits, sizeof digits, "%.15g", value->real);
    ofsi_buf_reset(&b->text);
    if (is_clean(raw) || is_verbatim(b, raw, keep_lines))
        ofsi_buf_append(&b->text, raw.data, raw.size);
    else
        clean_text(b, raw, keep_lines);
    size_t size = b->text.size;
    ofsi_buf_byte(&b->text, 0);
    b->failed |= b->clean.failed || b->text.failed;
    return size > 0 && !b->failed;
}

/* The line's text into b->body; false when it is empty. */
bool ofsi_jsonl_read_body(ofsi_json_builder *b, const ofsi_json_value *value) {
    if (is_clean(value->text) || is_verbatim(b, value->text, true)) {
        b->body = value->text;
        return true;
    }
    if (!ofsi_jsonl_read_string(b, value, true))
        return false;
    ofsi_buf kept = b->text;
    b->text = b->body_text;
    b->body_text = kept;
    b->body = (ofsi_span){kept.data, kept.size - 1};
    return true;
}

static const char *keep_string(ofsi_json_builder *b) {
    const char *copy = ofsi_arena_strndup(b->arena, b->text.data, b->text.size - 1);
    b->failed |= copy == NULL;
    return copy;
}

/* A whole number from 0 to the largest of a uint32_t; 0 when not given, or with a warning when it is none. */
uint32_t ofsi_jsonl_read_number(ofsi_json_builder *b, ofsi_json_key key, const char *name, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[key];
    if (value->type == OFSI_JSON_NONE)
        return 0;
    if (value->type == OFSI_JSON_INTEGER && value->integer >= 0 && value->integer <= (int64_t)UINT32_MAX)
        return (uint32_t)value->integer;
    ofsi_jsonl_warn(b, "line %llu: \"%s\" is not a whole number and is left out", (unsigned long long)number,
                    name);
    return 0;
}

static void read_report_text(ofsi_json_builder *b, size_t i, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[text_keys[i].key];
    const char **field = (const char **)((char *)b->report + text_keys[i].offset);
    bool is_string = value->type == OFSI_JSON_STRING;
    if (value->type == OFSI_JSON_NONE || (is_string && ofsi_jsonl_is_same(&b->same_texts[i], value->text)))
        return;
    if (!ofsi_jsonl_read_string(b, value, false)) {
        if (!is_string)
            ofsi_jsonl_warn(b, "line %llu: \"%s\" is not a string and is left out",
                            (unsigned long long)number, text_keys[i].name);
        return;
    }
    if (!*field) {
        *field = keep_string(b);
        if (text_keys[i].key == OFSI_JSON_INSPECTORATE)
            ofsi_buf_reset(&b->same_section); /* its scale is that of the grades from now on */
    } else if (strcmp(*field, b->text.data) != 0) {
        if (!(b->differing & 1u << i))
            ofsi_jsonl_warn(b, "line %llu: \"%s\" differs from the report's earlier lines, which are kept",
                            (unsigned long long)number, text_keys[i].name);
        b->differing |= 1u << i;
        return;
    }
    if (is_string)
        ofsi_jsonl_keep_same(&b->same_texts[i], value->text);
}

/* A day, alone or in front of a time. */
static bool read_date(const ofsi_json_value *value, ofs_date *date) {
    const char *text = value->text.data;
    int32_t last;
    if (value->type != OFSI_JSON_STRING || value->text.size < 10 ||
        (value->text.size > 10 && text[10] != 'T' && text[10] != ' '))
        return false;
    return ofsi_date_parse_span((ofsi_span){text, 10}, date, &last) && *date == last;
}

static void read_report_date(ofsi_json_builder *b, size_t i, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[date_keys[i].key];
    ofs_date *field = (ofs_date *)((char *)b->report + date_keys[i].offset), date;
    bool is_string = value->type == OFSI_JSON_STRING;
    if (value->type == OFSI_JSON_NONE || (is_string && value->text.size == 0) ||
        (is_string && ofsi_jsonl_is_same(&b->same_dates[i], value->text)))
        return;
    if (!read_date(value, &date)) {
        ofsi_jsonl_warn(b, "line %llu: \"%s\" is not a day (YYYY-MM-DD) and is left out",
                        (unsigned long long)number, date_keys[i].name);
        return;
    }
    if (*field == OFS_NO_DATE)
        *field = date;
    ofsi_jsonl_keep_same(&b->same_dates[i], value->text);
}

/* A label, or an object as `ofindex parse` prints it. */
static ofs_grade read_grade(ofsi_json_builder *b, ofsi_json_key key, const char *name,
                            ofsi_json_levels levels, uint64_t number) {
    const ofsi_json_value *label = &b->line.values[key];
    ofs_grade grade = {0};
    if (label->type == OFSI_JSON_NONE || (label->type == OFSI_JSON_STRING && label->text.size == 0))
        return grade;
    if (label->type != OFSI_JSON_STRING || !ofsi_jsonl_read_string(b, label, false)) {
        ofsi_jsonl_warn(b, "line %llu: \"%s\" is not a label and is left out", (unsigned long long)number,
                        name);
        return grade;
    }
    if (levels.level == OFSI_JSON_UNPLACED)
        return (ofs_grade){keep_string(b), 0, 0};
    if (levels.level >= 1 && levels.level <= levels.levels && levels.levels <= UINT8_MAX)
        return (ofs_grade){keep_string(b), (uint8_t)levels.level, (uint8_t)levels.levels};
    if (!ofsi_scale_grade(ofsi_span_of(b->report->inspectorate), (ofsi_span){b->text.data, b->text.size - 1},
                          &grade))
        grade.label = keep_string(b);
    return grade;
}

/* ---- sections ---- */

/* Headings into b->key, each behind its size; how many there are. */
static uint32_t read_path(ofsi_json_builder *b, uint64_t number) {
    uint32_t depth = 0;
    for (size_t i = 0; i < b->line.headings.count; i++) {
        const ofsi_json_value *heading = &b->line.headings.items[i];
        if (heading->type != OFSI_JSON_STRING) {
            ofsi_jsonl_warn(
                b,
                "line %llu: \"section\" is not a heading or a list of headings; what is no string is left "
                "out",
                (unsigned long long)number);
        } else if (ofsi_jsonl_read_string(b, heading, false)) {
            ofsi_buf_string(&b->key, (ofsi_span){b->text.data, b->text.size - 1});
            depth++;
        }
    }
    return depth;
}

static bool add_section(ofsi_json_builder *b, uint32_t depth, ofs_grade grade) {
    uint32_t count = b->report->section_count;
    if (!ofsi_grow(&b->sections, &b->section_room, (size_t)count + 1, sizeof *b->sections))
        return false;
    const char **path = ofsi_arena_calloc(b->arena, depth, sizeof *path);
    if (!path)
        return false;
    ofsi_cursor headings = ofsi_cursor_of(b->key.data, b->key.size);
    for (uint32_t i = 0; i < depth; i++) {
        ofsi_span heading = ofsi_cursor_string(&headings);
        if (!(path[i] = ofsi_arena_strndup(b->arena, heading.data, heading.size)))
            return false;
    }
    b->sections[count] = (ofs_section){.path = path, .depth = depth, .grade = grade};
    b->report->section_count++;
    return true;
}

const char *ofsi_jsonl_read_text(ofsi_json_builder *b, ofsi_json_key key, const char *name, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[key];
    if (value->type == OFSI_JSON_NONE)
        return NULL;
    if (ofsi_jsonl_read_string(b, value, false))
        return keep_string(b);
    if (value->type != OFSI_JSON_STRING)
        ofsi_jsonl_warn(b, "line %llu: \"%s\" is not a string and is left out", (unsigned long long)number,
                        name);
    return NULL;
}

/* One section for each path, grade and role of the report. */
static uint32_t find_section(ofsi_json_builder *b, uint64_t number) {
    ofsi_buf_reset(&b->key);
    uint32_t depth = read_path(b, number);
    ofs_grade grade = read_grade(b, OFSI_JSON_GRADE, "grade", b->line.grade, number);
    const char *role = ofsi_jsonl_read_text(b, OFSI_JSON_ROLE, "role", number);
    if (depth == 0 && !grade.label && !role)
        return OFS_NO_SECTION;
    ofsi_buf_varint(&b->key, grade.label ? 1 : 0);
    ofsi_buf_string(&b->key, ofsi_span_of(grade.label));
    ofsi_buf_byte(&b->key, grade.level);
    ofsi_buf_byte(&b->key, grade.levels);
    ofsi_buf_string(&b->key, ofsi_span_of(role));
    ofsi_buf_varint(&b->key, depth);
    bool added = false;
    uint32_t section =
        b->key.failed ? OFSI_MAP_NONE : ofsi_map_intern(&b->section_keys, ofsi_buf_span(&b->key), &added);
    if (section == OFSI_MAP_NONE || (added && !add_section(b, depth, grade))) {
        b->failed = true;
        return OFS_NO_SECTION;
    }
    if (added)
        b->sections[section].role = role;
    return section;
}

/* Everything that a section is found by, as it stands in the line, into b->key; false where it is no plain strings. */
static bool describe_section(ofsi_json_builder *b) {
    const ofsi_json_value *grade = &b->line.values[OFSI_JSON_GRADE], *role = &b->line.values[OFSI_JSON_ROLE];
    bool plain = b->line.grade.level == 0 && b->line.grade.levels == 0 && grade->type <= OFSI_JSON_STRING &&
                 role->type <= OFSI_JSON_STRING;
    ofsi_buf_reset(&b->key);
    ofsi_buf_string(&b->key, grade->text);
    ofsi_buf_string(&b->key, role->text);
    for (size_t i = 0; plain && i < b->line.headings.count; i++) {
        plain = b->line.headings.items[i].type == OFSI_JSON_STRING;
        ofsi_buf_string(&b->key, b->line.headings.items[i].text);
    }
    return plain && !b->key.failed;
}

uint32_t ofsi_jsonl_read_section(ofsi_json_builder *b, uint64_t number) {
    bool plain = describe_section(b);
    if (plain && ofsi_jsonl_is_same(&b->same_section, ofsi_buf_span(&b->key)))
        return b->last_section;
    ofsi_buf_reset(&b->same_section);
    if (plain)
        ofsi_jsonl_keep_same(&b->same_section, ofsi_buf_span(&b->key));
    uint64_t warned = b->warning_count + b->warnings_left_out;
    b->last_section = find_section(b, number);
    if (b->warning_count + b->warnings_left_out != warned)
        ofsi_buf_reset(&b->same_section); /* each line is warned of */
    return b->last_section;
}

/* ---- what is known of the reading that lines come from ---- */

/* The first list decides; an empty one says that there are none, whatever the table of aliases has. */
static void read_also(ofsi_json_builder *b, uint64_t number) {
    const ofsi_json_list *list = &b->line.also;
    if (b->line.values[OFSI_JSON_PROVIDER_ALSO].type == OFSI_JSON_NONE || b->report->provider_also)
        return;
    const char **names = ofsi_arena_calloc(b->arena, list->count + 1, sizeof *names);
    uint32_t count = 0;
    if (!names) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != OFSI_JSON_STRING)
            ofsi_jsonl_warn(b,
                            "line %llu: \"provider_also\" is not a name or a list of names; what is no "
                            "string is left out",
                            (unsigned long long)number);
        else if (ofsi_jsonl_read_string(b, &list->items[i], false))
            names[count++] = keep_string(b);
    }
    b->report->provider_also = names;
    b->report->provider_also_count = b->failed ? 0 : count;
}

static void read_has_scale(ofsi_json_builder *b, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_HAS_SCALE];
    if (value->type == OFSI_JSON_NONE || b->scale_given)
        return;
    b->scale_given = value->type == OFSI_JSON_INTEGER && (value->integer == 0 || value->integer == 1);
    b->report->has_scale = b->scale_given && value->integer == 1;
    if (!b->scale_given)
        ofsi_jsonl_warn(b, "line %llu: \"has_scale\" is not true or false and is left out",
                        (unsigned long long)number);
}

static void read_confidence(ofsi_json_builder *b, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_CONFIDENCE];
    if (value->type == OFSI_JSON_NONE || b->report->confidence != OFS_CONFIDENCE_UNKNOWN)
        return;
    for (int c = OFS_CONFIDENCE_LOW; value->type == OFSI_JSON_STRING && c < OFS_CONFIDENCE_COUNT; c++)
        if (ofsi_span_equal(value->text, ofsi_span_of(ofs_confidence_name((ofs_confidence)c))))
            b->report->confidence = (ofs_confidence)c;
    if (b->report->confidence == OFS_CONFIDENCE_UNKNOWN)
        ofsi_jsonl_warn(b, "line %llu: \"confidence\" is not high, medium or low and is left out",
                        (unsigned long long)number);
}

/* The first number but 0 decides. */
static void read_report_numbers(ofsi_json_builder *b, uint64_t number) {
    ofs_report *report = b->report;
    if (report->pages == 0)
        report->pages = ofsi_jsonl_read_number(b, OFSI_JSON_PAGES, "pages", number);
    if (report->graded_sections == 0)
        report->graded_sections =
            ofsi_jsonl_read_number(b, OFSI_JSON_GRADED_SECTIONS, "graded_sections", number);
    if (report->earlier_warnings == 0)
        report->earlier_warnings =
            ofsi_jsonl_read_number(b, OFSI_JSON_WARNING_COUNT, "warning_count", number);
}

void ofsi_jsonl_read_report(ofsi_json_builder *b, uint64_t number) {
    for (size_t i = 0; i < OFSI_JSONL_TEXTS; i++)
        read_report_text(b, i, number);
    for (size_t i = 0; i < OFSI_JSONL_DATES; i++)
        read_report_date(b, i, number);
    if (!b->report->overall.label)
        b->report->overall = read_grade(b, OFSI_JSON_OVERALL, "overall", b->line.overall, number);
    read_also(b, number);
    read_has_scale(b, number);
    read_confidence(b, number);
    read_report_numbers(b, number);
}
