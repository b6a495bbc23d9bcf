/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of JSON by jansson. */
#include <jansson.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/report/jsonl_line.h"

ofsi_json_value *ofsi_json_list_add(ofsi_json_list *list) {
    if (!ofsi_grow(&list->items, &list->room, list->count + 1, sizeof *list->items))
        return NULL;
    list->items[list->count] = (ofsi_json_value){0};
    return &list->items[list->count++];
}

ofsi_json_levels ofsi_json_levels_of(int64_t level, int64_t levels, bool both_given) {
    return (ofsi_json_levels){both_given && level == 0 && levels == 0 ? OFSI_JSON_UNPLACED : level, levels};
}

void ofsi_json_line_reset(ofsi_json_line *line) {
    json_decref(line->tree);
    line->tree = NULL;
    line->is_object = false;
    memset(line->values, 0, sizeof line->values);
    line->grade = line->overall = (ofsi_json_levels){0, 0};
    line->headings.count = line->also.count = 0;
    if (line->decoded.reserved)
        ofsi_arena_reset(&line->decoded);
}

void ofsi_json_line_free(ofsi_json_line *line) {
    json_decref(line->tree);
    ofsi_free(line->headings.items);
    ofsi_free(line->also.items);
    ofsi_arena_free(&line->decoded);
    *line = (ofsi_json_line){0};
}

static ofsi_json_value value_of(const json_t *json) {
    if (!json || json_is_null(json))
        return (ofsi_json_value){.type = OFSI_JSON_NONE};
    if (json_is_string(json))
        return (ofsi_json_value){.type = OFSI_JSON_STRING,
                                 .text = {json_string_value(json), json_string_length(json)}};
    if (json_is_integer(json))
        return (ofsi_json_value){.type = OFSI_JSON_INTEGER, .integer = json_integer_value(json)};
    if (json_is_real(json))
        return (ofsi_json_value){.type = OFSI_JSON_REAL, .real = json_real_value(json)};
    return (ofsi_json_value){.type = OFSI_JSON_OTHER};
}

static ofsi_json_value boolean_of(const json_t *json) {
    if (!json_is_boolean(json))
        return value_of(json);
    return (ofsi_json_value){.type = OFSI_JSON_INTEGER, .integer = json_is_true(json)};
}

static ofsi_json_value grade_of(const json_t *json, ofsi_json_levels *levels) {
    if (!json_is_object(json))
        return value_of(json);
    ofsi_json_value label = value_of(json_object_get(json, "label"));
    if (label.type == OFSI_JSON_NONE)
        label.type = OFSI_JSON_OTHER; /* it is given, and has no label */
    const json_t *level = json_object_get(json, "level"), *all = json_object_get(json, "levels");
    *levels = ofsi_json_levels_of(json_integer_value(level), json_integer_value(all),
                                  json_is_integer(level) && json_is_integer(all));
    return label;
}

static bool read_list(ofsi_json_list *list, const json_t *json) {
    bool given = json && !json_is_null(json);
    size_t count = json_is_array(json) ? json_array_size(json) : given;
    for (size_t i = 0; i < count; i++) {
        ofsi_json_value *item = ofsi_json_list_add(list);
        if (!item)
            return false;
        *item = value_of(json_is_array(json) ? json_array_get(json, i) : json);
    }
    return true;
}

/* What the keys hold that are more than a string or a number. */
static ofs_status read_structures(ofsi_json_line *line, const json_t *tree, ofs_error *err) {
    const json_t *also = json_object_get(tree, "provider_also");
    line->values[OFSI_JSON_SECTION].type = OFSI_JSON_NONE;
    line->values[OFSI_JSON_GRADE] = grade_of(json_object_get(tree, "grade"), &line->grade);
    line->values[OFSI_JSON_OVERALL] = grade_of(json_object_get(tree, "overall"), &line->overall);
    line->values[OFSI_JSON_HAS_SCALE] = boolean_of(json_object_get(tree, "has_scale"));
    line->values[OFSI_JSON_VERBATIM] = boolean_of(json_object_get(tree, "verbatim"));
    if (also && !json_is_null(also))
        line->values[OFSI_JSON_PROVIDER_ALSO] = (ofsi_json_value){.type = OFSI_JSON_OTHER};
    bool good = read_list(&line->headings, json_object_get(tree, "section")) && read_list(&line->also, also);
    return good ? OFS_OK : ofsi_fail_nomem(err);
}

ofs_status ofsi_json_tree(ofsi_json_line *line, ofsi_span text, ofs_error *err) {
    static const char *const names[] = {
#define X(constant, name) name,
        OFSI_JSON_KEY_TABLE(X)
#undef X
    };
    json_error_t error;
    ofsi_json_line_reset(line);
    json_t *tree = json_loadb(text.data, text.size, JSON_ALLOW_NUL, &error);
    if (!tree && json_error_code(&error) == json_error_out_of_memory)
        return ofsi_fail_nomem(err);
    if (!tree) {
        snprintf(line->reason, sizeof line->reason, "%s", error.text);
        return OFS_E_INPUT;
    }
    line->tree = tree;
    line->is_object = json_is_object(tree);
    if (!line->is_object)
        return OFS_OK;
    for (int key = 0; key < OFSI_JSON_KEY_COUNT; key++)
        line->values[key] = value_of(json_object_get(tree, names[key]));
    return read_structures(line, tree, err);
}
