/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a Xapian database keeps beside terms and values: a document's data and the rows of its metadata. Each begins with
 * the number of its version; integers are varints and strings have their size before them, as in FORMAT.md.
 */
#include "indexer/base/alloc.h"
#include "indexer/format/xapian_schema.h"
#include "indexer/format/xapian_shards.h"

enum { DOC_VERSION = 1, REPORT_VERSION = 1, FAILURES_VERSION = 1, DEFINITIONS_VERSION = 1 };

/* ---- pieces ---- */

/* Counted from the least day, which is "not known". */
static void put_day(ofsi_buf *out, int32_t day) { ofsi_buf_varint(out, (uint32_t)day - (uint32_t)INT32_MIN); }

static int32_t take_day(ofsi_cursor *c) {
    return (int32_t)((uint32_t)ofsi_cursor_varint_max(c, UINT32_MAX) + (uint32_t)INT32_MIN);
}

static uint32_t take_u32(ofsi_cursor *c) { return (uint32_t)ofsi_cursor_varint_max(c, UINT32_MAX); }

static uint8_t take_u8(ofsi_cursor *c) { return (uint8_t)ofsi_cursor_varint_max(c, UINT8_MAX); }

/* A string that a C string may be made of. */
static ofsi_span take_text(ofsi_cursor *c) {
    ofsi_span text = ofsi_cursor_string(c);
    if (text.size && memchr(text.data, '\0', text.size))
        c->bad = true;
    return text;
}

static ofs_status damaged(const char *database, const char *what, ofs_error *err) {
    return ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: %s", database, what);
}

static ofs_status take_version(ofsi_cursor *c, uint64_t known, const char *database, const char *what,
                               ofs_error *err) {
    uint64_t version = ofsi_cursor_varint(c);
    if (c->bad || version == 0)
        return damaged(database, what, err);
    if (version > known)
        return ofsi_fail(err, OFS_E_UNSUPPORTED, "%s was written by a newer version of ofindex", database);
    return OFS_OK;
}

/* ---- what hits and reports share ---- */

static void put_report(const ofsi_report_row *r, ofsi_buf *out) {
    const ofsi_span texts[] = {r->id,          r->path,         r->profile,    r->title,         r->provider,
                               r->provider_id, r->inspectorate, r->inspection, r->provider_name, r->overall};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ofsi_buf_string(out, texts[i]);
    ofsi_buf_varint(out, r->overall_level);
    ofsi_buf_varint(out, r->overall_levels);
    put_day(out, r->inspected_from);
    put_day(out, r->inspected_to);
    put_day(out, r->published);
}

static void take_report(ofsi_cursor *c, ofsi_report_row *r) {
    ofsi_span *const texts[] = {
        &r->id,          &r->path,         &r->profile,    &r->title,         &r->provider,
        &r->provider_id, &r->inspectorate, &r->inspection, &r->provider_name, &r->overall};
    *r = (ofsi_report_row){0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = take_text(c);
    r->overall_level = take_u8(c);
    r->overall_levels = take_u8(c);
    r->inspected_from = take_day(c);
    r->inspected_to = take_day(c);
    r->published = take_day(c);
}

/* ---- a document's data ---- */

void ofsi_xapian_doc_write(const ofsi_report_row *report, const ofsi_doc_row *row, uint32_t place,
                           ofsi_buf *out) {
    ofsi_buf_varint(out, DOC_VERSION);
    put_report(report, out);
    ofsi_buf_varint(out, row->depth);
    for (uint32_t d = 0; d < row->depth; d++)
        ofsi_buf_string(out, row->path[d]);
    ofsi_buf_string(out, row->role);
    ofsi_buf_string(out, row->grade);
    ofsi_buf_varint(out, row->level);
    ofsi_buf_varint(out, row->levels);
    ofsi_buf_string(out, row->number);
    ofsi_buf_varint(out, row->item);
    ofsi_buf_varint(out, row->page);
    ofsi_buf_varint(out, row->kind);
    ofsi_buf_varint(out, row->length);
    ofsi_buf_varint(out, place);
    ofsi_buf_string(out, row->timescale);
    ofsi_buf_string(out, row->text);
}

ofs_status ofsi_xapian_doc_read(ofsi_span data, const char *database, ofsi_xapian_doc *out, ofs_error *err) {
    ofsi_cursor c = ofsi_cursor_of(data.data, data.size);
    ofs_status status = take_version(&c, DOC_VERSION, database, "a paragraph has no data", err);
    if (status != OFS_OK)
        return status;
    ofsi_doc_row *row = &out->row;
    take_report(&c, &out->report);
    *row = (ofsi_doc_row){.path = out->path};
    row->depth = (uint32_t)ofsi_cursor_varint_max(&c, OFSI_SECTION_DEPTH_MAX);
    for (uint32_t d = 0; d < row->depth; d++)
        out->path[d] = take_text(&c);
    row->role = take_text(&c);
    row->grade = take_text(&c);
    row->level = take_u8(&c);
    row->levels = take_u8(&c);
    row->number = take_text(&c);
    row->item = take_u32(&c);
    row->page = take_u32(&c);
    row->kind = (uint8_t)ofsi_cursor_varint_max(&c, OFS_KIND_COUNT - 1);
    row->length = take_u32(&c);
    out->place = take_u32(&c);
    row->timescale = take_text(&c);
    row->text = ofsi_cursor_string(&c);
    return c.bad || ofsi_cursor_left(&c) ? damaged(database, "the data of a paragraph does not decode", err)
                                         : OFS_OK;
}

/* ---- keys and small texts ---- */

void ofsi_xapian_report_key(const char *kind, ofsi_span id, ofsi_buf *out) {
    ofsi_xapian_term(kind, id, out);
}

/* What a database needs its user to know. A later version adds lines; a line that is not known is refused. */
#define HEAD_MAGIC  "ofsearch 1\n"
#define FOR_ALL     "needed "
#define FOR_WRITERS "writers "
static const char *const features[] = {FOR_ALL "paragraphs-1"};
enum { FEATURE_COUNT = sizeof features / sizeof features[0] };

void ofsi_xapian_head_write(ofsi_buf *out) {
    ofsi_buf_text(out, HEAD_MAGIC);
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        ofsi_buf_text(out, features[i]);
        ofsi_buf_byte(out, '\n');
    }
}

static bool begins_with(ofsi_span text, const char *beginning) {
    return text.size >= strlen(beginning) && memcmp(text.data, beginning, strlen(beginning)) == 0;
}

static bool is_known(ofsi_span line) {
    for (size_t i = 0; i < FEATURE_COUNT; i++)
        if (ofsi_span_equal(line, ofsi_span_of(features[i])))
            return true;
    return false;
}

static ofs_status check_line(ofsi_span line, const char *database, bool writes, ofs_error *err) {
    if (is_known(line) || (begins_with(line, FOR_WRITERS) && !writes))
        return OFS_OK;
    size_t word = begins_with(line, FOR_WRITERS) ? strlen(FOR_WRITERS)
                  : begins_with(line, FOR_ALL)   ? strlen(FOR_ALL)
                                                 : 0;
    size_t size = line.size - word < 64 ? line.size - word : 64;
    return ofsi_fail(err, OFS_E_UNSUPPORTED, "%s%s needs '%.*s', which this version has not got",
                     begins_with(line, FOR_WRITERS) ? "writing to " : "", database, (int)size,
                     line.data + word);
}

ofs_status ofsi_xapian_head_check(ofsi_span head, const char *database, bool writes, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (head.size == 0)
        return ofsi_fail(err, OFS_E_NO_INDEX, "%s is a Xapian database, but not one that ofindex made",
                         database);
    if (!begins_with(head, "ofsearch "))
        return damaged(database, "its head is none of ofindex", err);
    if (!begins_with(head, HEAD_MAGIC))
        return ofsi_fail(err, OFS_E_UNSUPPORTED, "%s was written by another version of ofindex", database);
    for (size_t at = strlen(HEAD_MAGIC); at < head.size && status == OFS_OK;) {
        const char *end = memchr(head.data + at, '\n', head.size - at);
        if (!end)
            return damaged(database, "its head is cut short", err);
        ofsi_span line = {head.data + at, (size_t)(end - head.data) - at};
        status = check_line(line, database, writes, err);
        at += line.size + 1;
    }
    return status;
}

void ofsi_xapian_shard_write(uint32_t number, uint32_t count, ofsi_buf *out) {
    ofsi_buf_printf(out, "%u %u", number, count);
}

bool ofsi_xapian_shard_read(ofsi_span text, uint32_t *number, uint32_t *count) {
    uint64_t first, second;
    const char *blank = text.size ? memchr(text.data, ' ', text.size) : NULL;
    if (!blank)
        return false;
    ofsi_span left = {text.data, (size_t)(blank - text.data)};
    ofsi_span right = {blank + 1, text.size - left.size - 1};
    if (!ofsi_xapian_read_count(left, &first) || !ofsi_xapian_read_count(right, &second) ||
        second > OFSI_SHARDS_MOST || first >= second)
        return false;
    *number = (uint32_t)first;
    *count = (uint32_t)second;
    return true;
}

/* ---- a report's row ---- */

void ofsi_xapian_report_write(const ofsi_report_row *row, ofsi_buf *out) {
    ofsi_buf_varint(out, REPORT_VERSION);
    put_report(row, out);
    ofsi_buf_string(out, row->lead_inspector);
    ofsi_buf_string(out, row->provider_keys);
    ofsi_buf_varint(out, row->pages);
    ofsi_buf_varint(out, row->warning_count);
    ofsi_buf_varint(out, row->confidence);
    ofsi_buf_varint(out, row->has_scale);
    ofsi_buf_varint(out, row->graded_sections);
    ofsi_buf_varint(out, row->file_size);
    ofsi_buf_u64(out, (uint64_t)row->file_mtime_ns);
    ofsi_buf_u64(out, row->file_hash);
    ofsi_buf_varint(out, row->generation);
    ofsi_buf_varint(out, row->first_doc);
    ofsi_buf_varint(out, row->doc_count);
    ofsi_buf_varint(out, row->token_count);
}

ofs_status ofsi_xapian_report_read(ofsi_span data, const char *database, ofsi_report_row *row,
                                   ofs_error *err) {
    ofsi_cursor c = ofsi_cursor_of(data.data, data.size);
    ofs_status status = take_version(&c, REPORT_VERSION, database, "a report has no row", err);
    if (status != OFS_OK)
        return status;
    take_report(&c, row);
    row->lead_inspector = take_text(&c);
    row->provider_keys = take_text(&c);
    row->pages = take_u32(&c);
    row->warning_count = take_u32(&c);
    row->confidence = (uint8_t)ofsi_cursor_varint_max(&c, OFS_CONFIDENCE_COUNT - 1);
    row->has_scale = ofsi_cursor_varint_max(&c, 1);
    row->graded_sections = take_u32(&c);
    row->file_size = ofsi_cursor_varint(&c);
    row->file_mtime_ns = (int64_t)ofsi_cursor_u64(&c);
    row->file_hash = ofsi_cursor_u64(&c);
    row->generation = ofsi_cursor_varint(&c);
    row->first_doc = take_u32(&c);
    row->doc_count = take_u32(&c);
    row->token_count = ofsi_cursor_varint(&c);
    bool has_place =
        row->doc_count ? row->first_doc && row->doc_count - 1 <= UINT32_MAX - row->first_doc : true;
    return c.bad || ofsi_cursor_left(&c) || !row->id.size || !has_place
               ? damaged(database, "the row of a report does not decode", err)
               : OFS_OK;
}

/* ---- failures ---- */

void ofsi_xapian_failures_write(const ofsi_manifest_failure *failures, size_t count, ofsi_buf *out) {
    ofsi_buf_varint(out, FAILURES_VERSION);
    ofsi_buf_varint(out, count);
    for (size_t i = 0; i < count; i++) {
        ofsi_buf_string(out, failures[i].path);
        ofsi_buf_string(out, failures[i].reason);
    }
}

static bool copy_text(ofsi_arena *arena, ofsi_span *text) {
    text->data = ofsi_arena_strndup(arena, text->data, text->size);
    return text->data != NULL;
}

ofs_status ofsi_xapian_failures_read(ofsi_span data, const char *database, ofsi_arena *arena,
                                     ofsi_manifest_failure **failures, uint32_t *count, ofs_error *err) {
    ofsi_cursor c = ofsi_cursor_of(data.data, data.size);
    *count = 0;
    *failures = NULL;
    if (data.size == 0)
        return OFS_OK;
    ofs_status status = take_version(&c, FAILURES_VERSION, database, "its list of failures is empty", err);
    if (status != OFS_OK)
        return status;
    /* A row takes two bytes at the least: a count cannot ask for more memory than the data has bytes. */
    uint64_t rows = ofsi_cursor_varint_max(&c, ofsi_cursor_left(&c) / 2);
    if (c.bad || rows > UINT32_MAX)
        return damaged(database, "its list of failures does not decode", err);
    *failures = ofsi_arena_calloc(arena, (size_t)rows + 1, sizeof **failures);
    if (!*failures)
        return ofsi_fail_nomem(err);
    for (uint64_t i = 0; i < rows; i++) {
        ofsi_manifest_failure *f = &(*failures)[i];
        f->path = take_text(&c);
        f->reason = take_text(&c);
        if (!c.bad && (!copy_text(arena, &f->path) || !copy_text(arena, &f->reason)))
            return ofsi_fail_nomem(err);
    }
    if (c.bad || ofsi_cursor_left(&c))
        return damaged(database, "its list of failures does not decode", err);
    *count = (uint32_t)rows;
    return OFS_OK;
}

/* ---- abbreviations ---- */

void ofsi_xapian_definitions_write(const ofsi_definition_row *rows, size_t count, ofsi_buf *out) {
    ofsi_buf_varint(out, DEFINITIONS_VERSION);
    for (size_t i = 0; i < count; i++) {
        ofsi_buf_string(out, rows[i].term);
        ofsi_buf_string(out, rows[i].short_form);
        ofsi_buf_string(out, rows[i].long_form);
    }
}

ofs_status ofsi_xapian_definitions_open(ofsi_span data, const char *database, ofsi_cursor *cursor,
                                        ofs_error *err) {
    *cursor = ofsi_cursor_of(data.data, data.size);
    if (data.size == 0)
        return OFS_OK;
    return take_version(cursor, DEFINITIONS_VERSION, database, "a list of abbreviations is empty", err);
}

ofs_status ofsi_xapian_definitions_next(ofsi_cursor *cursor, const char *database, ofsi_definition_row *row,
                                        bool *more, ofs_error *err) {
    *more = ofsi_cursor_left(cursor) > 0;
    *row = (ofsi_definition_row){0};
    if (!*more)
        return OFS_OK;
    row->term = take_text(cursor);
    row->short_form = take_text(cursor);
    row->long_form = take_text(cursor);
    row->report_count = 1;
    if (!cursor->bad && row->term.size && row->short_form.size && row->long_form.size)
        return OFS_OK;
    *more = false;
    return damaged(database, "an abbreviation does not decode", err);
}
