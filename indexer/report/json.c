/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as JSON: what `ofindex parse --format json` prints. Key order is the interface's. */
#include <ofsearch/report.h>

#include <jansson.h>

#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "indexer/base/date.h"
#include "indexer/base/error.h"
#include "indexer/base/span.h"
#include "indexer/base/utf8.h"

/*
 * Gives the value to the object; false when either could not be made. jansson takes the reference in every
 * case.
 */
static bool set(json_t *object, const char *key, json_t *value) {
    return json_object_set_new(object, key, value) == 0;
}

static bool append(json_t *array, json_t *value) { return json_array_append_new(array, value) == 0; }

static json_t *text_of(const char *text) { return text ? json_string(text) : json_null(); }

/* A path need not be UTF-8, and JSON must be. */
static json_t *path_text_of(const char *path) {
    ofsi_buf clean = {0};
    if (!path || ofsi_utf8_valid_prefix(path, strlen(path)) == strlen(path))
        return text_of(path);
    ofsi_append_clean(&clean, path, strlen(path));
    json_t *string = clean.failed ? NULL : json_stringn(clean.data, clean.size);
    ofsi_buf_free(&clean);
    return string;
}

static json_t *number_of(uint32_t number) { return number ? json_integer(number) : json_null(); }

static json_t *date_of(ofs_date date) {
    char text[11];
    ofsi_date_format(date, text);
    return date == OFS_NO_DATE ? json_null() : json_string(text);
}

static json_t *grade_of(ofs_grade grade) {
    if (!grade.label)
        return json_null();
    return json_pack("{s:s, s:i, s:i}", "label", grade.label, "level", (int)grade.level, "levels",
                     (int)grade.levels);
}

static json_t *path_of(const char *const *path, uint32_t depth) {
    json_t *array = json_array();
    for (uint32_t i = 0; array && i < depth; i++)
        if (!append(array, json_string(path[i]))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

/* The object when every part went in, else NULL. */
static json_t *checked(json_t *object, bool good) {
    if (good)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *section_of(const ofs_section *section) {
    json_t *o = json_object();
    bool good = o && set(o, "path", path_of(section->path, section->depth)) &&
                set(o, "grade", grade_of(section->grade)) && set(o, "role", text_of(section->role));
    return checked(o, good);
}

static json_t *paragraph_of(const ofs_paragraph *p) {
    json_t *o = json_object();
    json_t *section = p->section == OFS_NO_SECTION ? json_null() : json_integer(p->section);
    bool good = o && set(o, "number", text_of(p->number)) && set(o, "item", number_of(p->item)) &&
                set(o, "page", number_of(p->page)) && set(o, "section", section) &&
                set(o, "kind", json_string(ofs_kind_name(p->kind)));
    if (good && p->timescale)
        good = set(o, "timescale", json_string(p->timescale));
    return checked(o, good && set(o, "text", json_stringn(p->text, p->text_size)));
}

static json_t *judgement_of(const ofs_judgement *j) {
    json_t *o = json_object();
    return checked(o, o && set(o, "path", path_of(j->path, j->depth)) && set(o, "grade", grade_of(j->grade)));
}

static bool set_lists(json_t *o, const ofs_report *report) {
    json_t *reasons = json_array(), *sections = json_array(), *paragraphs = json_array(),
           *judgements = json_array(), *warnings = json_array();
    bool good = set(o, "reasons", reasons);
    good &= set(o, "sections", sections);
    good &= set(o, "paragraphs", paragraphs);
    good &= set(o, "judgements", judgements);
    good &= set(o, "warnings", warnings);
    for (uint32_t i = 0; good && i < report->reason_count; i++)
        good = append(reasons, json_string(report->reasons[i]));
    for (uint32_t i = 0; good && i < report->section_count; i++)
        good = append(sections, section_of(&report->sections[i]));
    for (uint32_t i = 0; good && i < report->paragraph_count; i++)
        good = append(paragraphs, paragraph_of(&report->paragraphs[i]));
    for (uint32_t i = 0; good && i < report->judgement_count; i++)
        good = append(judgements, judgement_of(&report->judgements[i]));
    for (uint32_t i = 0; good && i < report->warning_count; i++)
        good = append(warnings, json_string(report->warnings[i]));
    return good;
}

static json_t *report_of(const ofs_report *report) {
    json_t *o = json_object();
    bool good =
        o && set(o, "path", path_text_of(report->path)) && set(o, "id", path_text_of(report->id)) &&
        set(o, "profile", text_of(report->profile)) && set(o, "profile_cue", text_of(report->profile_cue)) &&
        set(o, "title", text_of(report->title)) && set(o, "provider", text_of(report->provider)) &&
        set(o, "provider_id", text_of(report->provider_id)) &&
        set(o, "inspectorate", text_of(report->inspectorate)) &&
        set(o, "inspected_from", date_of(report->inspected_from)) &&
        set(o, "inspected_to", date_of(report->inspected_to)) &&
        set(o, "published", date_of(report->published)) &&
        set(o, "lead_inspector", text_of(report->lead_inspector)) &&
        set(o, "pages", number_of(report->pages)) && set(o, "inspection", text_of(report->inspection)) &&
        set(o, "overall", grade_of(report->overall)) &&
        set(o, "provider_name", text_of(report->provider_name)) &&
        set(o, "provider_also", path_of(report->provider_also, report->provider_also_count)) &&
        set(o, "confidence", text_of(ofs_confidence_name(report->confidence))) && set_lists(o, report);
    return checked(o, good);
}

ofs_status ofs_report_json(const ofs_report *report, bool indent, char **json, ofs_error *err) {
    *json = NULL;
    json_t *object = report_of(report);
    size_t flags = JSON_PRESERVE_ORDER | (indent ? JSON_INDENT(2) : JSON_COMPACT);
    size_t size = object ? json_dumpb(object, NULL, 0, flags) : 0;
    char *text = size && size < SIZE_MAX ? ofsi_malloc(size + 1) : NULL;
    if (text && json_dumpb(object, text, size, flags) == size) {
        text[size] = '\0';
        *json = text;
        text = NULL;
    }
    ofsi_free(text);
    json_decref(object);
    return *json ? OFS_OK : ofsi_fail_nomem(err);
}
