/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading tables of aliases, line by line, and looking names up in them. */
#include "indexer/report/aliases.h"

#include <string.h>
#include <sys/stat.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/base/provider_key.h"
#include "indexer/base/utf8.h"
#include "indexer/report/builtin.h"
#include "indexer/report/input.h"
#include "indexer/report/lines.h"
#include "indexer/report/match.h"

enum { MOST_TABLE_BYTES = 1024 * 1024, MOST_NAME = 200, MOST_OTHERS = 200 };

/* ---- reading ---- */

/* A line being read. */
typedef struct line_reader {
    ofsi_aliases *aliases;
    const char *file;
    unsigned long number;
    uint32_t first_entry; /* the first of this text */
    const char *others[MOST_OTHERS];
    uint32_t other_count;
    ofsi_buf key;
    ofs_error *err;
} line_reader;

static ofs_status fail_at(const line_reader *r, const char *reason, ofsi_span detail) {
    return ofsi_fail(r->err, OFS_E_INPUT, "%s:%lu: %s%s%.*s", r->file, r->number, reason,
                     detail.size ? ": " : "", (int)(detail.size < 80 ? detail.size : 80),
                     detail.data ? detail.data : "");
}

/* A name's key into r->key. */
static ofs_status read_key(line_reader *r, ofsi_span name) {
    if (name.size == 0)
        return fail_at(r, "a name is missing", name);
    if (name.size > MOST_NAME)
        return fail_at(r, "a name has more than 200 bytes", name);
    ofsi_buf_reset(&r->key);
    ofsi_provider_key(name, &r->key);
    if (r->key.failed)
        return ofsi_fail_nomem(r->err);
    return r->key.size ? OFS_OK : fail_at(r, "a name needs letters", name);
}

/* Makes the name one that the entry is found by; a name of an earlier text stays that text's. */
static ofs_status own_name(line_reader *r, ofsi_span name, uint32_t entry) {
    ofsi_aliases *a = r->aliases;
    bool added;
    ofs_status status = read_key(r, name);
    if (status != OFS_OK)
        return status;
    uint32_t number = ofsi_map_intern(&a->keys, ofsi_buf_span(&r->key), &added);
    if (number == OFSI_MAP_NONE ||
        !ofsi_grow(&a->owners, &a->owner_capacity, (size_t)number + 1, sizeof *a->owners))
        return ofsi_fail_nomem(r->err);
    if (added)
        a->owners[number] = entry;
    else if (a->owners[number] >= r->first_entry && a->owners[number] != entry)
        return fail_at(r, "this name is another entry's as well", name);
    return OFS_OK;
}

static ofs_status add_other(line_reader *r, ofsi_span name) {
    if (r->other_count == MOST_OTHERS)
        return fail_at(r, "an entry may have 200 other names at most", name);
    const char *copy = ofsi_arena_strndup(&r->aliases->arena, name.data, name.size);
    if (!copy)
        return ofsi_fail_nomem(r->err);
    r->others[r->other_count++] = copy;
    return OFS_OK;
}

/* Up to the next `sign`, trimmed; *rest is what stands behind it, data NULL at the end. */
static ofsi_span take_part(ofsi_span *rest, char sign) {
    const char *at = rest->size ? memchr(rest->data, sign, rest->size) : NULL;
    ofsi_span part = {rest->data, at ? (size_t)(at - rest->data) : rest->size};
    *rest = at ? ofsi_span_after(*rest, part.size + 1) : (ofsi_span){NULL, 0};
    return ofsi_span_trim(part);
}

/* "also NAME; NAME" */
static ofs_status read_field(line_reader *r, ofsi_span field, uint32_t entry) {
    static const char *const kinds[] = {"also ", "formerly ", "run by "};
    size_t kind = 0;
    while (kind < 3 && !ofsi_span_begins(field, ofsi_span_of(kinds[kind])))
        kind++;
    if (kind == 3)
        return fail_at(r, "a part begins with also, formerly or run by, and a name", field);
    ofsi_span rest = ofsi_span_after(field, strlen(kinds[kind]));
    ofs_status status = OFS_OK;
    while (status == OFS_OK && rest.data) {
        ofsi_span name = take_part(&rest, ';');
        status = kind == 0 ? own_name(r, name, entry) : read_key(r, name);
        if (status == OFS_OK)
            status = add_other(r, name);
    }
    return status;
}

static bool is_text(ofsi_span line) {
    for (size_t i = 0; i < line.size; i++)
        if ((unsigned char)line.data[i] < ' ' && line.data[i] != '\t')
            return false;
    return ofsi_utf8_valid_prefix(line.data, line.size) == line.size;
}

static ofs_status read_line(line_reader *r, ofsi_span line) {
    ofsi_aliases *a = r->aliases;
    if (line.size && line.data[line.size - 1] == '\r')
        line.size--;
    line = ofsi_span_trim(line);
    if (line.size == 0 || line.data[0] == '#')
        return OFS_OK;
    if (!is_text(line))
        return fail_at(r, "this line is not UTF-8 text", (ofsi_span){NULL, 0});
    if (!ofsi_grow(&a->entries, &a->capacity, a->count + 1, sizeof *a->entries))
        return ofsi_fail_nomem(r->err);
    ofsi_span name = take_part(&line, '|');
    uint32_t entry = (uint32_t)a->count;
    r->other_count = 0;
    ofs_status status = own_name(r, name, entry);
    while (status == OFS_OK && line.data)
        status = read_field(r, take_part(&line, '|'), entry);
    if (status != OFS_OK)
        return status;
    const char **others = ofsi_arena_calloc(&a->arena, (size_t)r->other_count + 1, sizeof *others);
    const char *copy = ofsi_arena_strndup(&a->arena, name.data, name.size);
    if (!others || !copy)
        return ofsi_fail_nomem(r->err);
    memcpy(others, r->others, r->other_count * sizeof *others);
    a->entries[a->count++] = (ofsi_alias_entry){copy, others, r->other_count};
    return OFS_OK;
}

ofs_status ofsi_aliases_add(ofsi_aliases *aliases, ofsi_span text, const char *name, ofs_error *err) {
    line_reader r = {.aliases = aliases, .file = name, .first_entry = (uint32_t)aliases->count, .err = err};
    ofs_status status = OFS_OK;
    while (status == OFS_OK && text.data) {
        r.number++;
        status = read_line(&r, take_part(&text, '\n'));
    }
    ofsi_buf_free(&r.key);
    return status;
}

static ofs_status add_file(ofsi_aliases *aliases, const char *path, ofs_error *err) {
    ofsi_buf bytes = {0};
    struct stat info;
    if (stat(path, &info) != 0)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "there is no file of aliases %s", path);
    ofs_status status = ofsi_input_read(path, MOST_TABLE_BYTES, &bytes, err);
    if (status == OFS_OK)
        status = ofsi_aliases_add(aliases, ofsi_buf_span(&bytes), path, err);
    ofsi_buf_free(&bytes);
    return status;
}

ofs_status ofsi_aliases_load(ofsi_aliases *aliases, const char *path, ofs_error *err) {
    const ofsi_builtin_profile *own = &ofsi_builtin_aliases;
    ofs_status status = path ? add_file(aliases, path, err) : OFS_OK;
    if (status == OFS_OK)
        status = ofsi_aliases_add(aliases, (ofsi_span){(const char *)own->data, own->size}, own->name, err);
    return status;
}

void ofsi_aliases_free(ofsi_aliases *aliases) {
    ofsi_arena_free(&aliases->arena);
    ofsi_map_free(&aliases->keys);
    ofsi_free(aliases->owners);
    ofsi_free(aliases->entries);
    *aliases = (ofsi_aliases){0};
}

ofs_status ofsi_check_aliases(const char *path, ofs_error *err) {
    ofsi_aliases aliases = {0};
    ofs_status status = add_file(&aliases, path, err);
    ofsi_aliases_free(&aliases);
    return status;
}

/* ---- looking up ---- */

static const ofsi_alias_entry *find_entry(const ofsi_aliases *aliases, ofsi_span key) {
    uint32_t number = key.size ? ofsi_map_find(&aliases->keys, key) : OFSI_MAP_NONE;
    return number == OFSI_MAP_NONE ? NULL : &aliases->entries[aliases->owners[number]];
}

static const char *keep(ofsi_arena *arena, ofsi_span text, bool *failed) {
    const char *copy = ofsi_arena_strndup(arena, text.data, text.size);
    *failed |= !copy;
    return copy;
}

ofs_status ofsi_aliases_apply(const ofsi_aliases *aliases, ofs_report *report, ofs_error *err) {
    ofsi_arena *arena = ofsi_report_arena(report);
    ofsi_buf key = {0};
    bool failed = false;
    if (!report->provider)
        return OFS_OK;
    ofsi_span provider = ofsi_span_of(report->provider);
    ofsi_provider_key(provider, &key);
    const ofsi_alias_entry *entry = key.failed ? NULL : find_entry(aliases, ofsi_buf_span(&key));
    failed = key.failed;
    ofsi_buf_free(&key);
    if (!report->provider_name)
        report->provider_name =
            keep(arena, entry ? ofsi_span_of(entry->name) : ofsi_provider_core(provider), &failed);
    if (entry && entry->other_count && !report->provider_also) {
        const char **others = ofsi_arena_calloc(arena, entry->other_count, sizeof *others);
        failed |= !others;
        for (uint32_t i = 0; others && i < entry->other_count; i++)
            others[i] = keep(arena, ofsi_span_of(entry->others[i]), &failed);
        report->provider_also = others;
        report->provider_also_count = others ? entry->other_count : 0;
    }
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}
