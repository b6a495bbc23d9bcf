/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of JSON to reports: what each key means, which lines are one report, what is wrong with a line. Called by
 * read_jsonl.c. A line that is not valid is a warning of the report it stands in; what is wrong with an optional key
 * leaves out that key alone.
 */
#include <stdarg.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/base/date.h"
#include "indexer/base/error.h"
#include "indexer/base/map.h"
#include "indexer/base/utf8.h"
#include "indexer/report/clean.h"
#include "indexer/report/input.h"
#include "indexer/report/jsonl.h"
#include "indexer/report/jsonl_line.h"
#include "indexer/report/lines.h"
#include "indexer/report/scale.h"

/* One report is held in memory as a whole; warnings past the first hundred are counted, not kept. */
enum { MOST_PARAGRAPHS = 4 * 1024 * 1024, MOST_WARNINGS = 100 };

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
enum {
    TEXT_KEYS = sizeof text_keys / sizeof text_keys[0],
    DATE_KEYS = sizeof date_keys / sizeof date_keys[0]
};

struct ofsi_json_builder {
    const char *path;
    ofs_report_visit visit;
    void *context;
    ofs_report *report; /* being filled; NULL between reports */
    ofsi_arena *arena;  /* of `report` */
    bool named;         /* its lines carry its id */
    uint32_t differing; /* bits of the text keys already warned of */
    ofs_paragraph *paragraphs;
    size_t paragraph_room;
    ofs_section *sections;
    size_t section_room;
    ofsi_map section_keys;
    ofsi_buf warnings; /* NUL-terminated strings of this report, or of the next one when none is open */
    uint32_t warning_count;
    uint64_t warnings_left_out;
    /*
     * What the report's last line said of it, as it stood there: a line that says the same again, as nearly all do, is
     * compared and not cleaned. Empty: nothing is known.
     */
    ofsi_buf same_id, same_texts[TEXT_KEYS], same_dates[DATE_KEYS], same_section;
    uint32_t last_section; /* of same_section */
    ofsi_json_line line;   /* being read */
    ofsi_span body;        /* the line's own text, clean: in the line or in `body_text` */
    ofsi_buf body_text;
    ofsi_buf key, clean, text; /* scratch */
    char first_reason[200];    /* why the first bad line was bad */
    uint64_t first_bad;        /* its number; 0: none was */
    bool any;                  /* a report was given */
    bool failed;               /* out of memory on the way */
};

ofsi_json_builder *ofsi_json_builder_new(const char *path, ofs_report_visit visit, void *context) {
    ofsi_json_builder *b = ofsi_calloc(1, sizeof *b);
    if (b) {
        b->path = path;
        b->visit = visit;
        b->context = context;
    }
    return b;
}

void ofsi_json_builder_free(ofsi_json_builder *b) {
    if (!b)
        return;
    ofs_report_free(b->report);
    ofsi_free(b->paragraphs);
    ofsi_free(b->sections);
    ofsi_map_free(&b->section_keys);
    ofsi_buf_free(&b->warnings);
    for (size_t i = 0; i < TEXT_KEYS; i++)
        ofsi_buf_free(&b->same_texts[i]);
    for (size_t i = 0; i < DATE_KEYS; i++)
        ofsi_buf_free(&b->same_dates[i]);
    ofsi_buf_free(&b->same_id);
    ofsi_buf_free(&b->same_section);
    ofsi_json_line_free(&b->line);
    ofsi_buf_free(&b->body_text);
    ofsi_buf_free(&b->key);
    ofsi_buf_free(&b->clean);
    ofsi_buf_free(&b->text);
    ofsi_free(b);
}

/* ---- warnings ---- */

__attribute__((format(printf, 2, 3))) static void warn(ofsi_json_builder *b, const char *format, ...) {
    char sentence[320];
    if (b->warning_count == MOST_WARNINGS) {
        b->warnings_left_out++;
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    ofsi_clean_counts ignored = {0};
    ofsi_buf_reset(&b->clean);
    ofsi_clean_bytes(&b->clean, (ofsi_span){sentence, strlen(sentence)}, &ignored);
    ofsi_clean_line(&b->warnings, ofsi_buf_span(&b->clean), false);
    ofsi_buf_byte(&b->warnings, 0);
    b->failed |= b->clean.failed || b->warnings.failed;
    b->warning_count++;
}

static void reject(ofsi_json_builder *b, uint64_t number, const char *reason) {
    if (b->first_bad == 0) {
        b->first_bad = number;
        snprintf(b->first_reason, sizeof b->first_reason, "%s", reason);
    }
    warn(b, "line %llu is left out: %s", (unsigned long long)number, reason);
}

static const char **settle_warnings(ofsi_json_builder *b, uint32_t *count) {
    uint32_t total = b->warning_count + (b->warnings_left_out > 0);
    const char **list = ofsi_arena_calloc(b->arena, total, sizeof *list);
    if (!list)
        return NULL;
    const char *at = b->warnings.data;
    for (uint32_t i = 0; i < b->warning_count; i++, at += strlen(at) + 1)
        if (!(list[i] = ofsi_arena_strndup(b->arena, at, strlen(at))))
            return NULL;
    if (b->warnings_left_out > 0 &&
        !(list[total - 1] = ofsi_arena_printf(b->arena, "%llu more warnings of this kind are not listed",
                                              (unsigned long long)b->warnings_left_out)))
        return NULL;
    ofsi_buf_reset(&b->warnings);
    b->warning_count = 0;
    b->warnings_left_out = 0;
    *count = total;
    return list;
}

/* ---- reports ---- */

static void *copy_array(ofsi_json_builder *b, const void *from, size_t count, size_t size) {
    void *to = ofsi_arena_calloc(b->arena, count, size);
    if (to && count)
        memcpy(to, from, count * size);
    return to;
}

static ofs_status finish_report(ofsi_json_builder *b, ofs_error *err) {
    ofs_report *report = b->report;
    if (!report)
        return OFS_OK;
    report->warnings = b->warning_count ? settle_warnings(b, &report->warning_count) : NULL;
    report->paragraphs = copy_array(b, b->paragraphs, report->paragraph_count, sizeof *b->paragraphs);
    report->sections = copy_array(b, b->sections, report->section_count, sizeof *b->sections);
    if (b->failed || b->warning_count || !report->paragraphs || !report->sections)
        return ofsi_fail_nomem(err);
    if (b->section_keys.count)
        ofsi_map_reset(&b->section_keys);
    b->report = NULL;
    b->any = true;
    return b->visit(b->context, report, err);
}

/* ---- what lines repeat ---- */

static bool is_same(const ofsi_buf *before, ofsi_span now) {
    return before->size == now.size && now.size && memcmp(before->data, now.data, now.size) == 0;
}

/* Forgetting costs a line more work and nothing else, so that memory that cannot be had here is no failure. */
static void keep_same(ofsi_buf *before, ofsi_span now) {
    ofsi_buf_reset(before);
    ofsi_buf_append(before, now.data, now.size);
    if (before->failed)
        ofsi_buf_reset(before);
}

static void forget_same(ofsi_json_builder *b) {
    for (size_t i = 0; i < TEXT_KEYS; i++)
        ofsi_buf_reset(&b->same_texts[i]);
    for (size_t i = 0; i < DATE_KEYS; i++)
        ofsi_buf_reset(&b->same_dates[i]);
    ofsi_buf_reset(&b->same_id);
    ofsi_buf_reset(&b->same_section);
}

/* ---- reports again ---- */

static bool begin_report(ofsi_json_builder *b, const char *id, uint64_t number) {
    forget_same(b);
    b->report = ofsi_report_new(&b->arena);
    if (!b->report)
        return false;
    /* A file may hold a million reports of one paragraph. */
    b->arena->block_size = 2048;
    b->named = id != NULL;
    b->differing = 0;
    ofsi_span stem = ofsi_input_stem(b->path);
    b->report->path = ofsi_arena_strndup(b->arena, b->path, strlen(b->path));
    b->report->profile = "jsonl";
    b->report->id =
        id ? ofsi_arena_strndup(b->arena, id, strlen(id))
           : ofsi_arena_printf(b->arena, "%.*s:%llu", (int)stem.size, stem.data, (unsigned long long)number);
    return b->report->path && b->report->id;
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
static bool read_string(ofsi_json_builder *b, const ofsi_json_value *value, bool keep_lines) {
    char digits[40];
    ofsi_span raw = {digits, 0};
    if (value->type == OFSI_JSON_STRING)
        raw = value->text;
    else if (value->type == OFSI_JSON_INTEGER)
        raw.size = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)value->integer);
    else if (value->type == OFSI_JSON_REAL)
        raw.size = (size_t)snprintf(digits, sizeof digits, "%.15g", value->real);
    ofsi_buf_reset(&b->text);
    if (is_clean(raw))
        ofsi_buf_append(&b->text, raw.data, raw.size);
    else
        clean_text(b, raw, keep_lines);
    size_t size = b->text.size;
    ofsi_buf_byte(&b->text, 0);
    b->failed |= b->clean.failed || b->text.failed;
    return size > 0 && !b->failed;
}

/* The line's text into b->body; false when it is empty. */
static bool read_body(ofsi_json_builder *b, const ofsi_json_value *value) {
    if (is_clean(value->text)) {
        b->body = value->text;
        return true;
    }
    if (!read_string(b, value, true))
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
static uint32_t read_number(ofsi_json_builder *b, ofsi_json_key key, const char *name, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[key];
    if (value->type == OFSI_JSON_NONE)
        return 0;
    if (value->type == OFSI_JSON_INTEGER && value->integer >= 0 && value->integer <= (int64_t)UINT32_MAX)
        return (uint32_t)value->integer;
    warn(b, "line %llu: \"%s\" is not a whole number and is left out", (unsigned long long)number, name);
    return 0;
}

static void read_report_text(ofsi_json_builder *b, size_t i, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[text_keys[i].key];
    const char **field = (const char **)((char *)b->report + text_keys[i].offset);
    bool is_string = value->type == OFSI_JSON_STRING;
    if (value->type == OFSI_JSON_NONE || (is_string && is_same(&b->same_texts[i], value->text)))
        return;
    if (!read_string(b, value, false)) {
        if (!is_string)
            warn(b, "line %llu: \"%s\" is not a string and is left out", (unsigned long long)number,
                 text_keys[i].name);
        return;
    }
    if (!*field) {
        *field = keep_string(b);
        if (text_keys[i].key == OFSI_JSON_INSPECTORATE)
            ofsi_buf_reset(&b->same_section); /* its scale is that of the grades from now on */
    } else if (strcmp(*field, b->text.data) != 0) {
        if (!(b->differing & 1u << i))
            warn(b, "line %llu: \"%s\" differs from the report's earlier lines, which are kept",
                 (unsigned long long)number, text_keys[i].name);
        b->differing |= 1u << i;
        return;
    }
    if (is_string)
        keep_same(&b->same_texts[i], value->text);
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
        (is_string && is_same(&b->same_dates[i], value->text)))
        return;
    if (!read_date(value, &date)) {
        warn(b, "line %llu: \"%s\" is not a day (YYYY-MM-DD) and is left out", (unsigned long long)number,
             date_keys[i].name);
        return;
    }
    if (*field == OFS_NO_DATE)
        *field = date;
    keep_same(&b->same_dates[i], value->text);
}

/* A label, or an object as `ofindex parse` prints it. */
static ofs_grade read_grade(ofsi_json_builder *b, ofsi_json_key key, const char *name,
                            ofsi_json_levels levels, uint64_t number) {
    const ofsi_json_value *label = &b->line.values[key];
    ofs_grade grade = {0};
    if (label->type == OFSI_JSON_NONE || (label->type == OFSI_JSON_STRING && label->text.size == 0))
        return grade;
    if (label->type != OFSI_JSON_STRING || !read_string(b, label, false)) {
        warn(b, "line %llu: \"%s\" is not a label and is left out", (unsigned long long)number, name);
        return grade;
    }
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
    for (size_t i = 0; i < b->line.heading_count; i++) {
        const ofsi_json_value *heading = &b->line.headings[i];
        if (heading->type != OFSI_JSON_STRING) {
            warn(b,
                 "line %llu: \"section\" is not a heading or a list of headings; what is no string is left "
                 "out",
                 (unsigned long long)number);
        } else if (read_string(b, heading, false)) {
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

static const char *read_paragraph_text(ofsi_json_builder *b, ofsi_json_key key, const char *name,
                                       uint64_t number) {
    const ofsi_json_value *value = &b->line.values[key];
    if (value->type == OFSI_JSON_NONE)
        return NULL;
    if (read_string(b, value, false))
        return keep_string(b);
    if (value->type != OFSI_JSON_STRING)
        warn(b, "line %llu: \"%s\" is not a string and is left out", (unsigned long long)number, name);
    return NULL;
}

/* One section for each path, grade and role of the report. */
static uint32_t find_section(ofsi_json_builder *b, uint64_t number) {
    ofsi_buf_reset(&b->key);
    uint32_t depth = read_path(b, number);
    ofs_grade grade = read_grade(b, OFSI_JSON_GRADE, "grade", b->line.grade, number);
    const char *role = read_paragraph_text(b, OFSI_JSON_ROLE, "role", number);
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
    bool plain =
        b->line.grade.levels == 0 && grade->type <= OFSI_JSON_STRING && role->type <= OFSI_JSON_STRING;
    ofsi_buf_reset(&b->key);
    ofsi_buf_string(&b->key, grade->text);
    ofsi_buf_string(&b->key, role->text);
    for (size_t i = 0; plain && i < b->line.heading_count; i++) {
        plain = b->line.headings[i].type == OFSI_JSON_STRING;
        ofsi_buf_string(&b->key, b->line.headings[i].text);
    }
    return plain && !b->key.failed;
}

static uint32_t read_section(ofsi_json_builder *b, uint64_t number) {
    bool plain = describe_section(b);
    if (plain && is_same(&b->same_section, ofsi_buf_span(&b->key)))
        return b->last_section;
    ofsi_buf_reset(&b->same_section);
    if (plain)
        keep_same(&b->same_section, ofsi_buf_span(&b->key));
    uint64_t warned = b->warning_count + b->warnings_left_out;
    b->last_section = find_section(b, number);
    if (b->warning_count + b->warnings_left_out != warned)
        ofsi_buf_reset(&b->same_section); /* each line is warned of */
    return b->last_section;
}

/* ---- paragraphs ---- */

static ofs_kind read_kind(ofsi_json_builder *b, bool has_number, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_KIND];
    for (int kind = 0; value->type == OFSI_JSON_STRING && kind < OFS_KIND_COUNT; kind++)
        if (ofsi_span_equal(value->text, ofsi_span_of(ofs_kind_name((ofs_kind)kind))))
            return (ofs_kind)kind;
    if (value->type != OFSI_JSON_NONE)
        warn(b, "line %llu: \"kind\" is not a kind of paragraph and is left out", (unsigned long long)number);
    return has_number ? OFS_KIND_PARAGRAPH : OFS_KIND_STATEMENT;
}

static ofs_status add_paragraph(ofsi_json_builder *b, uint64_t number, ofs_error *err) {
    uint32_t count = b->report->paragraph_count;
    if (count == MOST_PARAGRAPHS)
        return ofsi_fail(err, OFS_E_LIMIT, "%s: one report has more than %u paragraphs (line %llu)", b->path,
                         (unsigned)MOST_PARAGRAPHS, (unsigned long long)number);
    if (!ofsi_grow(&b->paragraphs, &b->paragraph_room, (size_t)count + 1, sizeof *b->paragraphs))
        return ofsi_fail_nomem(err);
    ofs_paragraph *p = &b->paragraphs[count];
    *p = (ofs_paragraph){.text_size = b->body.size};
    p->text = ofsi_arena_strndup(b->arena, b->body.data, p->text_size);
    b->failed |= p->text == NULL;
    for (size_t i = 0; i < TEXT_KEYS; i++)
        read_report_text(b, i, number);
    for (size_t i = 0; i < DATE_KEYS; i++)
        read_report_date(b, i, number);
    if (!b->report->overall.label)
        b->report->overall = read_grade(b, OFSI_JSON_OVERALL, "overall", b->line.overall, number);
    p->number = read_paragraph_text(b, OFSI_JSON_PARAGRAPH, "paragraph", number);
    p->timescale = read_paragraph_text(b, OFSI_JSON_TIMESCALE, "timescale", number);
    p->item = read_number(b, OFSI_JSON_ITEM, "item", number);
    p->page = read_number(b, OFSI_JSON_PAGE, "page", number);
    p->kind = read_kind(b, p->number != NULL, number);
    p->section = read_section(b, number);
    b->report->paragraph_count++;
    if (b->report->pages == 0)
        b->report->pages = read_number(b, OFSI_JSON_PAGES, "pages", number);
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* The report a valid line belongs to is open afterwards. */
static ofs_status open_report(ofsi_json_builder *b, uint64_t number, ofs_error *err) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_REPORT];
    bool is_string = value->type == OFSI_JSON_STRING;
    if (b->report && is_string && is_same(&b->same_id, value->text))
        return OFS_OK;
    const char *id = value->type != OFSI_JSON_NONE && read_string(b, value, false) ? b->text.data : NULL;
    if (b->failed)
        return ofsi_fail_nomem(err);
    if (b->report && b->named && id && strcmp(b->report->id, id) == 0)
        return OFS_OK;
    ofs_status status = finish_report(b, err);
    if (status == OFS_OK && !begin_report(b, id, number))
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && id && is_string)
        keep_same(&b->same_id, value->text);
    return status;
}

static ofs_status add_object(ofsi_json_builder *b, uint64_t number, ofs_error *err) {
    const ofsi_json_value *text = &b->line.values[OFSI_JSON_TEXT],
                          *report = &b->line.values[OFSI_JSON_REPORT];
    if (!b->line.is_object) {
        reject(b, number, "it is not a JSON object");
    } else if (text->type != OFSI_JSON_STRING) {
        reject(b, number, "it has no \"text\"");
    } else if (report->type == OFSI_JSON_OTHER) {
        reject(b, number, "its \"report\" is not a string");
    } else if (!read_body(b, text)) {
        if (!b->failed)
            reject(b, number, "its \"text\" is empty");
    } else {
        ofs_status status = open_report(b, number, err);
        return status == OFS_OK ? add_paragraph(b, number, err) : status;
    }
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static bool is_blank_line(ofsi_span line) {
    size_t blank = 0;
    while (blank < line.size &&
           (line.data[blank] == ' ' || (line.data[blank] >= '\t' && line.data[blank] <= '\r')))
        blank++;
    return blank == line.size;
}

ofs_status ofsi_json_builder_line(ofsi_json_builder *b, uint64_t number, ofsi_span line, ofs_error *err) {
    ofsi_buf recovered = {0};
    if (is_blank_line(line))
        return OFS_OK;
    bool foreign = ofsi_utf8_valid_prefix(line.data, line.size) < line.size;
    ofsi_clean_counts counts = {0};
    if (foreign) {
        ofsi_clean_bytes(&recovered, line, &counts);
        line = ofsi_buf_span(&recovered);
    }
    ofs_status status = recovered.failed                 ? ofsi_fail_nomem(err)
                        : ofsi_json_scan(&b->line, line) ? OFS_OK
                                                         : ofsi_json_tree(&b->line, line, err);
    bool valid = status == OFS_OK;
    if (valid)
        status = add_object(b, number, err);
    else if (status == OFS_E_INPUT)
        status = ofsi_json_builder_warn(b, number, b->line.reason, err);
    /* Said last, so that it goes to the report the line opened. */
    if (foreign && valid && status == OFS_OK)
        warn(b, "line %llu is not UTF-8: %u bytes were read as Windows-1252, %u replaced",
             (unsigned long long)number, counts.recovered, counts.replaced);
    ofsi_buf_free(&recovered);
    return status;
}

ofs_status ofsi_json_builder_warn(ofsi_json_builder *b, uint64_t number, const char *reason, ofs_error *err) {
    reject(b, number, reason);
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_json_builder_end(ofsi_json_builder *b, ofs_error *err) {
    ofs_status status = finish_report(b, err);
    if (status != OFS_OK || b->any)
        return status;
    if (b->first_bad)
        return ofsi_fail(err, OFS_E_INPUT, "%s holds no valid line (line %llu: %s)", b->path,
                         (unsigned long long)b->first_bad, b->first_reason);
    return ofsi_fail(err, OFS_E_INPUT, "%s is empty (nothing but blanks)", b->path);
}
