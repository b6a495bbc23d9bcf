/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of JSON to reports: what each key means, which lines are one report, what is wrong with a line. Called by
 * read_jsonl.c. A line that is not valid is a warning of the report it stands in; what is wrong with an optional key
 * leaves out that key alone.
 */
#include <stdarg.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/date.h"
#include "indexer/base/error.h"
#include "indexer/base/utf8.h"
#include "indexer/report/clean.h"
#include "indexer/report/input.h"
#include "indexer/report/jsonl_builder.h"
#include "indexer/report/lines.h"

/* One report is held in memory as a whole; warnings past the first hundred are counted, not kept. */
enum { MOST_PARAGRAPHS = 4 * 1024 * 1024, MOST_WARNINGS = 100 };

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
    for (size_t i = 0; i < OFSI_JSONL_TEXTS; i++)
        ofsi_buf_free(&b->same_texts[i]);
    for (size_t i = 0; i < OFSI_JSONL_DATES; i++)
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

/* As one clean line with its NUL: a reason may quote what the file holds. */
static void append_sentence(ofsi_json_builder *b, ofsi_buf *out, const char *sentence) {
    ofsi_clean_counts ignored = {0};
    ofsi_buf_reset(&b->clean);
    ofsi_clean_bytes(&b->clean, (ofsi_span){sentence, strlen(sentence)}, &ignored);
    ofsi_clean_line(out, ofsi_buf_span(&b->clean), false);
    ofsi_buf_byte(out, 0);
    b->failed |= b->clean.failed || out->failed;
}

void ofsi_jsonl_warn(ofsi_json_builder *b, const char *format, ...) {
    char sentence[320];
    if (b->warning_count == MOST_WARNINGS) {
        b->warnings_left_out++;
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    append_sentence(b, &b->warnings, sentence);
    b->warning_count++;
}

static void reject(ofsi_json_builder *b, uint64_t number, const char *reason) {
    b->bad++;
    if (b->first_bad == 0) {
        b->first_bad = number;
        snprintf(b->first_reason, sizeof b->first_reason, "%s", reason);
    }
    ofsi_jsonl_warn(b, "line %llu is left out: %s", (unsigned long long)number, reason);
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

/* What the open report, the last one, says of the whole file. */
static void settle_left_out(ofsi_json_builder *b) {
    char sentence[320];
    unsigned long long count = b->bad, first = b->first_bad;
    if (count == 1)
        snprintf(sentence, sizeof sentence, "line %llu is left out: %s", first, b->first_reason);
    else
        snprintf(sentence, sizeof sentence, "%llu lines are left out, the first is line %llu: %s", count,
                 first, b->first_reason);
    ofsi_buf_reset(&b->text);
    append_sentence(b, &b->text, sentence);
    if (!b->failed)
        b->report->left_out = ofsi_arena_strndup(b->arena, b->text.data, b->text.size);
    b->failed |= b->report->left_out == NULL;
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
    if (!report->profile)
        report->profile = "jsonl";
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
    ofsi_jsonl_forget(b);
    b->report = ofsi_report_new(&b->arena);
    if (!b->report)
        return false;
    /* A file may hold a million reports of one paragraph. */
    b->arena->block_size = 2048;
    b->named = id != NULL;
    b->differing = 0;
    b->scale_given = false;
    ofsi_span stem = ofsi_input_stem(b->path);
    b->report->path = ofsi_arena_strndup(b->arena, b->path, strlen(b->path));
    b->report->id =
        id ? ofsi_arena_strndup(b->arena, id, strlen(id))
           : ofsi_arena_printf(b->arena, "%.*s:%llu", (int)stem.size, stem.data, (unsigned long long)number);
    return b->report->path && b->report->id;
}

/* ---- paragraphs ---- */

static ofs_kind read_kind(ofsi_json_builder *b, bool has_number, uint64_t number) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_KIND];
    for (int kind = 0; value->type == OFSI_JSON_STRING && kind < OFS_KIND_COUNT; kind++)
        if (ofsi_span_equal(value->text, ofsi_span_of(ofs_kind_name((ofs_kind)kind))))
            return (ofs_kind)kind;
    if (value->type != OFSI_JSON_NONE)
        ofsi_jsonl_warn(b, "line %llu: \"kind\" is not a kind of paragraph and is left out",
                        (unsigned long long)number);
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
    ofsi_jsonl_read_report(b, number);
    p->number = ofsi_jsonl_read_text(b, OFSI_JSON_PARAGRAPH, "paragraph", number);
    p->timescale = ofsi_jsonl_read_text(b, OFSI_JSON_TIMESCALE, "timescale", number);
    p->item = ofsi_jsonl_read_number(b, OFSI_JSON_ITEM, "item", number);
    p->page = ofsi_jsonl_read_number(b, OFSI_JSON_PAGE, "page", number);
    p->kind = read_kind(b, p->number != NULL, number);
    p->section = ofsi_jsonl_read_section(b, number);
    b->report->paragraph_count++;
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

/* The report a valid line belongs to is open afterwards. */
static ofs_status open_report(ofsi_json_builder *b, uint64_t number, ofs_error *err) {
    const ofsi_json_value *value = &b->line.values[OFSI_JSON_REPORT];
    bool is_string = value->type == OFSI_JSON_STRING;
    if (b->report && is_string && ofsi_jsonl_is_same(&b->same_id, value->text))
        return OFS_OK;
    const char *id =
        value->type != OFSI_JSON_NONE && ofsi_jsonl_read_string(b, value, false) ? b->text.data : NULL;
    if (b->failed)
        return ofsi_fail_nomem(err);
    if (b->report && b->named && id && strcmp(b->report->id, id) == 0)
        return OFS_OK;
    ofs_status status = finish_report(b, err);
    if (status == OFS_OK && !begin_report(b, id, number))
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && id && is_string)
        ofsi_jsonl_keep_same(&b->same_id, value->text);
    return status;
}

/* A report without paragraphs has a line all the same: that it has none, and whatever else is known of it. */
static bool is_bare_report(const ofsi_json_line *line) {
    const ofsi_json_value *count = &line->values[OFSI_JSON_PARAGRAPH_COUNT];
    return line->values[OFSI_JSON_TEXT].type == OFSI_JSON_NONE &&
           line->values[OFSI_JSON_REPORT].type != OFSI_JSON_NONE && count->type == OFSI_JSON_INTEGER &&
           count->integer == 0;
}

static ofs_status add_bare_report(ofsi_json_builder *b, uint64_t number, ofs_error *err) {
    ofs_status status = open_report(b, number, err);
    if (status == OFS_OK)
        ofsi_jsonl_read_report(b, number);
    return status == OFS_OK && b->failed ? ofsi_fail_nomem(err) : status;
}

static ofs_status add_object(ofsi_json_builder *b, uint64_t number, ofs_error *err) {
    const ofsi_json_value *text = &b->line.values[OFSI_JSON_TEXT],
                          *report = &b->line.values[OFSI_JSON_REPORT];
    if (!b->line.is_object) {
        reject(b, number, "it is not a JSON object");
    } else if (report->type == OFSI_JSON_OTHER) {
        reject(b, number, "its \"report\" is not a string");
    } else if (is_bare_report(&b->line)) {
        return add_bare_report(b, number, err);
    } else if (text->type != OFSI_JSON_STRING) {
        reject(b, number, "it has no \"text\"");
    } else if (!ofsi_jsonl_read_body(b, text)) {
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
        ofsi_jsonl_warn(b, "line %llu is not UTF-8: %u bytes were read as Windows-1252, %u replaced",
                        (unsigned long long)number, counts.recovered, counts.replaced);
    ofsi_buf_free(&recovered);
    return status;
}

ofs_status ofsi_json_builder_warn(ofsi_json_builder *b, uint64_t number, const char *reason, ofs_error *err) {
    reject(b, number, reason);
    return b->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_json_builder_end(ofsi_json_builder *b, ofs_error *err) {
    if (b->report && b->bad)
        settle_left_out(b);
    ofs_status status = finish_report(b, err);
    if (status != OFS_OK || b->any)
        return status;
    if (b->first_bad)
        return ofsi_fail(err, OFS_E_INPUT, "%s holds no valid line (line %llu: %s)", b->path,
                         (unsigned long long)b->first_bad, b->first_reason);
    return ofsi_fail(err, OFS_E_INPUT, "%s is empty (nothing but blanks)", b->path);
}
