/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of JSON to reports: what each key means, which lines are one report, what is wrong with a line. Called by
 * read_jsonl.c. A line that is not valid is a warning of the report it stands in; what is wrong with an optional key
 * leaves out that key alone.
 */
#include <jansson.h>
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
#include "indexer/report/lines.h"
#include "indexer/report/scale.h"

/* One report is held in memory as a whole; warnings past the first hundred are counted, not kept. */
enum { MOST_PARAGRAPHS = 4 * 1024 * 1024, MOST_WARNINGS = 100 };

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
    ofsi_buf body;             /* the line's own text, NUL-terminated */
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
    ofsi_buf_free(&b->body);
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

static bool begin_report(ofsi_json_builder *b, const char *id, uint64_t number) {
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

/* A string or number as one clean line in b->text, NUL-terminated; false when the value is neither or is empty. */
static bool read_string(ofsi_json_builder *b, const json_t *value, bool keep_lines) {
    char digits[40];
    ofsi_span raw = {digits, 0};
    ofsi_clean_counts ignored = {0};
    if (json_is_string(value))
        raw = (ofsi_span){json_string_value(value), json_string_length(value)};
    else if (json_is_integer(value))
        raw.size = (size_t)snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        raw.size = (size_t)snprintf(digits, sizeof digits, "%.15g", json_real_value(value));
    ofsi_buf_reset(&b->clean);
    ofsi_buf_reset(&b->text);
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
    size_t size = b->text.size;
    ofsi_buf_byte(&b->text, 0);
    b->failed |= b->clean.failed || b->text.failed;
    return size > 0 && !b->failed;
}

static const char *keep_string(ofsi_json_builder *b) {
    const char *copy = ofsi_arena_strndup(b->arena, b->text.data, b->text.size - 1);
    b->failed |= copy == NULL;
    return copy;
}

static bool is_given(const json_t *value) { return value && !json_is_null(value); }

/* A whole number from 0 to the largest of a uint32_t; 0 when not given, or with a warning when it is none. */
static uint32_t read_number(ofsi_json_builder *b, const json_t *line, const char *key, uint64_t number) {
    const json_t *value = json_object_get(line, key);
    if (!is_given(value))
        return 0;
    if (json_is_integer(value) && json_integer_value(value) >= 0 &&
        json_integer_value(value) <= (json_int_t)UINT32_MAX)
        return (uint32_t)json_integer_value(value);
    warn(b, "line %llu: \"%s\" is not a whole number and is left out", (unsigned long long)number, key);
    return 0;
}

/* The text keys of a report: the first line that gives one decides. */
static void read_report_texts(ofsi_json_builder *b, const json_t *line, uint64_t number) {
    static const struct {
        const char *key;
        size_t offset;
    } keys[] = {
        {"title", offsetof(ofs_report, title)},
        {"provider", offsetof(ofs_report, provider)},
        {"provider_id", offsetof(ofs_report, provider_id)},
        {"provider_name", offsetof(ofs_report, provider_name)},
        {"inspectorate", offsetof(ofs_report, inspectorate)},
        {"lead_inspector", offsetof(ofs_report, lead_inspector)},
        {"inspection", offsetof(ofs_report, inspection)},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(line, keys[i].key);
        if (!is_given(value))
            continue;
        const char **field = (const char **)((char *)b->report + keys[i].offset);
        if (!read_string(b, value, false)) {
            if (!json_is_string(value))
                warn(b, "line %llu: \"%s\" is not a string and is left out", (unsigned long long)number,
                     keys[i].key);
        } else if (!*field) {
            *field = keep_string(b);
        } else if (strcmp(*field, b->text.data) != 0 && !(b->differing & 1u << i)) {
            b->differing |= 1u << i;
            warn(b, "line %llu: \"%s\" differs from the report's earlier lines, which are kept",
                 (unsigned long long)number, keys[i].key);
        }
    }
}

/* A day, alone or in front of a time. */
static bool read_date(const json_t *value, ofs_date *date) {
    const char *text = json_string_value(value);
    int32_t last;
    if (!text || json_string_length(value) < 10 || (text[10] != '\0' && text[10] != 'T' && text[10] != ' '))
        return false;
    return ofsi_date_parse_span((ofsi_span){text, 10}, date, &last) && *date == last;
}

static void read_report_dates(ofsi_json_builder *b, const json_t *line, uint64_t number) {
    static const struct {
        const char *key;
        size_t offset;
    } keys[] = {
        {"published", offsetof(ofs_report, published)},
        {"inspected_from", offsetof(ofs_report, inspected_from)},
        {"inspected_to", offsetof(ofs_report, inspected_to)},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(line, keys[i].key);
        ofs_date *field = (ofs_date *)((char *)b->report + keys[i].offset), date;
        if (!is_given(value) || (json_is_string(value) && json_string_length(value) == 0))
            continue;
        if (!read_date(value, &date))
            warn(b, "line %llu: \"%s\" is not a day (YYYY-MM-DD) and is left out", (unsigned long long)number,
                 keys[i].key);
        else if (*field == OFS_NO_DATE)
            *field = date;
    }
}

/* A label, or an object as `ofindex parse` prints it. */
static ofs_grade read_grade(ofsi_json_builder *b, const json_t *line, const char *key, uint64_t number) {
    const json_t *value = json_object_get(line, key);
    const json_t *label = json_is_object(value) ? json_object_get(value, "label") : value;
    ofs_grade grade = {0};
    if (!is_given(value) || (json_is_string(label) && json_string_length(label) == 0))
        return grade;
    if (!json_is_string(label) || !read_string(b, label, false)) {
        warn(b, "line %llu: \"%s\" is not a label and is left out", (unsigned long long)number, key);
        return grade;
    }
    json_int_t level = json_integer_value(json_object_get(value, "level"));
    json_int_t levels = json_integer_value(json_object_get(value, "levels"));
    if (level >= 1 && level <= levels && levels <= UINT8_MAX)
        return (ofs_grade){keep_string(b), (uint8_t)level, (uint8_t)levels};
    if (!ofsi_scale_grade(ofsi_span_of(b->report->inspectorate), (ofsi_span){b->text.data, b->text.size - 1},
                          &grade))
        grade.label = keep_string(b);
    return grade;
}

/* ---- sections ---- */

/* Headings into b->key, each behind its size; how many there are. */
static uint32_t read_path(ofsi_json_builder *b, const json_t *line, uint64_t number) {
    const json_t *value = json_object_get(line, "section");
    size_t count = json_is_array(value) ? json_array_size(value) : is_given(value) ? 1 : 0;
    uint32_t depth = 0;
    for (size_t i = 0; i < count; i++) {
        const json_t *heading = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(heading)) {
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

static const char *read_paragraph_text(ofsi_json_builder *b, const json_t *line, const char *key,
                                       uint64_t number) {
    const json_t *value = json_object_get(line, key);
    if (!is_given(value))
        return NULL;
    if (read_string(b, value, false))
        return keep_string(b);
    if (!json_is_string(value))
        warn(b, "line %llu: \"%s\" is not a string and is left out", (unsigned long long)number, key);
    return NULL;
}

/* One section for each path, grade and role of the report. */
static uint32_t find_section(ofsi_json_builder *b, const json_t *line, uint64_t number) {
    ofsi_buf_reset(&b->key);
    uint32_t depth = read_path(b, line, number);
    ofs_grade grade = read_grade(b, line, "grade", number);
    const char *role = read_paragraph_text(b, line, "role", number);
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

/* ---- paragraphs ---- */

static ofs_kind read_kind(ofsi_json_builder *b, const json_t *line, bool has_number, uint64_t number) {
    const json_t *value = json_object_get(line, "kind");
    const char *name = json_string_value(value);
    for (int kind = 0; name && kind < OFS_KIND_COUNT; kind++)
        if (strcmp(name, ofs_kind_name((ofs_kind)kind)) == 0)
            return (ofs_kind)kind;
    if (is_given(value))
        warn(b, "line %llu: \"kind\" is not a kind of paragraph and is left out", (unsigned long long)number);
    return has_number ? OFS_KIND_PARAGRAPH : OFS_KIND_STATEMENT;
}

static ofs_status add_paragraph(ofsi_json_builder *b, const json_t *line, uint64_t number, ofs_error *err) {
    uint32_t count = b->report->paragraph_count;
    if (count == MOST_PARAGRAPHS)
        return ofsi_fail(err, OFS_E_LIMIT, "%s: one report has more than %u paragraphs (line %llu)", b->path,
                         (unsigned)MOST_PARAGRAPHS, (unsigned long long)number);
    if (!ofsi_grow(&b->paragraphs, &b->paragraph_room, (size_t)count + 1, sizeof *b->paragraphs))
        return ofsi_fail_nomem(err);
    ofs_paragraph *p = &b->paragraphs[count];
    *p = (ofs_paragraph){.text_size = b->body.size - 1};
    p->text = ofsi_arena_strndup(b->arena, b->body.data, p->text_size);
    b->failed |= p->text == NULL;
    read_report_texts(b, line, number);
    read_report_dates(b, line, number);
    if (!b->report->overall.label)
        b->report->overall = read_grade(b, line, "overall", number);
    p->number = read_paragraph_text(b, line, "paragraph", number);
    p->timescale = read_paragraph_text(b, line, "timescale", number);
    p->item = read_number(b, line, "item", number);
    p->page = read_number(b, line, "page", number);
    p->kind = read_kind(b, line, p->number != NULL, number);
    p->section = find_section(b, line, number);
    b->report->paragraph_count++;
    if (b->report->pages == 0)
        b->report->pages = read_number(b, line, "pages", number);
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* The report a valid line belongs to is open afterwards. */
static ofs_status open_report(ofsi_json_builder *b, const json_t *line, uint64_t number, ofs_error *err) {
    const json_t *value = json_object_get(line, "report");
    const char *id = is_given(value) && read_string(b, value, false) ? b->text.data : NULL;
    if (b->failed)
        return ofsi_fail_nomem(err);
    if (b->report && b->named && id && strcmp(b->report->id, id) == 0)
        return OFS_OK;
    ofs_status status = finish_report(b, err);
    if (status == OFS_OK && !begin_report(b, id, number))
        status = ofsi_fail_nomem(err);
    return status;
}

static ofs_status add_object(ofsi_json_builder *b, const json_t *line, uint64_t number, ofs_error *err) {
    const json_t *text = json_object_get(line, "text");
    const json_t *report = json_object_get(line, "report");
    if (!json_is_object(line)) {
        reject(b, number, "it is not a JSON object");
    } else if (!json_is_string(text)) {
        reject(b, number, "it has no \"text\"");
    } else if (is_given(report) && !json_is_string(report) && !json_is_number(report)) {
        reject(b, number, "its \"report\" is not a string");
    } else if (!read_string(b, text, true)) {
        if (!b->failed)
            reject(b, number, "its \"text\" is empty");
    } else {
        ofsi_buf body = b->text;
        b->text = b->body;
        b->body = body;
        ofs_status status = open_report(b, line, number, err);
        return status == OFS_OK ? add_paragraph(b, line, number, err) : status;
    }
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_json_builder_line(ofsi_json_builder *b, uint64_t number, ofsi_span line, ofs_error *err) {
    ofsi_buf recovered = {0};
    size_t blank = 0;
    while (blank < line.size &&
           (line.data[blank] == ' ' || (line.data[blank] >= '\t' && line.data[blank] <= '\r')))
        blank++;
    if (blank == line.size)
        return OFS_OK;
    bool foreign = ofsi_utf8_valid_prefix(line.data, line.size) < line.size;
    ofsi_clean_counts counts = {0};
    if (foreign) {
        ofsi_clean_bytes(&recovered, line, &counts);
        line = ofsi_buf_span(&recovered);
    }
    json_error_t error;
    ofs_status status = OFS_OK;
    json_t *object = recovered.failed ? NULL : json_loadb(line.data, line.size, JSON_ALLOW_NUL, &error);
    if (object)
        status = add_object(b, object, number, err);
    else if (recovered.failed || json_error_code(&error) == json_error_out_of_memory)
        status = ofsi_fail_nomem(err);
    else
        status = ofsi_json_builder_warn(b, number, error.text, err);
    /* Said last, so that it goes to the report the line opened. */
    if (foreign && object && status == OFS_OK)
        warn(b, "line %llu is not UTF-8: %u bytes were read as Windows-1252, %u replaced",
             (unsigned long long)number, counts.recovered, counts.replaced);
    json_decref(object);
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
