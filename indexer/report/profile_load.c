/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A profile from YAML text, by tables of the keys that a map may have. Whatever is not in the tables is an
 * error with its line, so that a slip of the pen in a user's file is not passed over in silence. Called by
 * profile.c.
 */
#include "indexer/report/profile.h"

#include <stdlib.h>
#include <yaml.h>

#include "indexer/report/match.h"

/*
 * A hostile file must not make us ask for much: the largest built-in profile has under a hundred entries a
 * list.
 */
enum { MOST_ENTRIES = 2000, MOST_TEXT = 400, MOST_YEAR = 9999 };

typedef struct loader {
    yaml_document_t *document;
    const char *name;
    ofsi_arena *arena;
    ofs_error *err;
} loader;

typedef ofs_status (*read_value)(loader *load, yaml_node_t *node, void *out);

typedef struct key {
    const char *name;
    read_value read;
    size_t offset; /* of the member in the struct being filled */
    bool required;
} key;

static ofs_status fail_at(loader *load, const yaml_node_t *node, const char *what, const char *detail) {
    size_t line = node ? node->start_mark.line + 1 : 1;
    return ofsi_fail(load->err, OFS_E_INPUT, "%s:%zu: %s%s%s", load->name, line, what, detail ? " " : "",
                     detail ? detail : "");
}

static ofs_status read_string(loader *load, yaml_node_t *node, void *out) {
    if (node->type != YAML_SCALAR_NODE)
        return fail_at(load, node, "a text is needed here", NULL);
    if (node->data.scalar.length == 0 || node->data.scalar.length > MOST_TEXT)
        return fail_at(load, node, "a text of 1 to 400 bytes is needed here", NULL);
    char *copy =
        ofsi_arena_strndup(load->arena, (const char *)node->data.scalar.value, node->data.scalar.length);
    if (!copy)
        return ofsi_fail_nomem(load->err);
    *(const char **)out = copy;
    return OFS_OK;
}

static ofs_status read_folded(loader *load, yaml_node_t *node, ofsi_span *out, bool keep_stars) {
    const char *text = NULL;
    ofs_status status = read_string(load, node, &text);
    if (status != OFS_OK)
        return status;
    /* Folding drops asterisks, which in a pattern mean something: they pass as a sign that no text has. */
    char *copy = ofsi_arena_strndup(load->arena, text, strlen(text));
    if (!copy)
        return ofsi_fail_nomem(load->err);
    for (char *c = copy; keep_stars && *c; c++)
        if (*c == '*')
            *c = '\x01';
    ofsi_span folded = ofsi_fold_line(load->arena, ofsi_span_of(copy));
    if (!folded.data)
        return ofsi_fail_nomem(load->err);
    for (size_t i = 0; i < folded.size; i++)
        if (folded.data[i] == '\x01')
            ((char *)folded.data)[i] = '*';
    if (folded.size == 0)
        return fail_at(load, node, "a text with more than blanks is needed here", NULL);
    *out = folded;
    return OFS_OK;
}

static ofs_status read_patterns(loader *load, yaml_node_t *node, void *out) {
    ofsi_patterns *patterns = out;
    yaml_node_item_t *item = NULL;
    size_t count = 1;
    if (node->type == YAML_SEQUENCE_NODE) {
        item = node->data.sequence.items.start;
        count = (size_t)(node->data.sequence.items.top - item);
    }
    if (count > MOST_ENTRIES)
        return fail_at(load, node, "a list may have 2000 entries at most", NULL);
    ofsi_span *items = ofsi_arena_calloc(load->arena, count ? count : 1, sizeof *items);
    if (!items)
        return ofsi_fail_nomem(load->err);
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *value = item ? yaml_document_get_node(load->document, item[i]) : node;
        ofs_status status = read_folded(load, value, &items[i], true);
        if (status != OFS_OK)
            return status;
    }
    *patterns = (ofsi_patterns){items, (uint32_t)count};
    return OFS_OK;
}

static ofs_status read_number(loader *load, yaml_node_t *node, void *out) {
    if (node->type != YAML_SCALAR_NODE)
        return fail_at(load, node, "a number is needed here", NULL);
    char *end = NULL;
    const char *text = (const char *)node->data.scalar.value;
    unsigned long value = strtoul(text, &end, 10);
    if (!ofsi_is_digit(text[0]) || *end || value > MOST_YEAR)
        return fail_at(load, node, "a number from 0 to 9999 is needed here, not", text);
    *(uint32_t *)out = (uint32_t)value;
    return OFS_OK;
}

static ofs_status read_flag(loader *load, yaml_node_t *node, void *out) {
    const char *text = node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return fail_at(load, node, "true or false is needed here", NULL);
    *(bool *)out = text[0] == 't';
    return OFS_OK;
}

/* One of a list of words: its index. -1 when it is none of them. */
static int word_of(const yaml_node_t *node, const char *const *words, int count) {
    if (node->type != YAML_SCALAR_NODE)
        return -1;
    for (int i = 0; i < count; i++)
        if (strcmp((const char *)node->data.scalar.value, words[i]) == 0)
            return i;
    return -1;
}

static ofs_status read_numbering(loader *load, yaml_node_t *node, void *out) {
    static const char *const words[] = {"mixed", "numbered", "unnumbered"};
    int word = word_of(node, words, 3);
    if (word < 0)
        return fail_at(load, node, "numbering is one of mixed, numbered, unnumbered", NULL);
    *(ofsi_numbering *)out = (ofsi_numbering)word;
    return OFS_OK;
}

static ofs_status read_provider_place(loader *load, yaml_node_t *node, void *out) {
    static const char *const words[] = {"below-title", "above-title", "in-title", "none"};
    int word = word_of(node, words, 4);
    if (word < 0)
        return fail_at(load, node, "provider is one of below-title, above-title, in-title, none", NULL);
    *(ofsi_provider_place *)out = (ofsi_provider_place)word;
    return OFS_OK;
}

static ofs_status read_places(loader *load, yaml_node_t *node, void *out) {
    static const char *const words[] = {"below", "suffix", "sentence", "table"};
    uint32_t *bits = out;
    *bits = 0;
    if (node->type != YAML_SEQUENCE_NODE)
        return fail_at(load, node, "a list of below, suffix, sentence, table is needed here", NULL);
    for (yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
        yaml_node_t *item = yaml_document_get_node(load->document, *i);
        int word = word_of(item, words, 4);
        if (word < 0)
            return fail_at(load, item, "a place of grades is one of below, suffix, sentence, table", NULL);
        *bits |= 1u << word;
    }
    return OFS_OK;
}

static ofs_status read_map(loader *load, yaml_node_t *node, const key *keys, size_t key_count, void *out) {
    if (node->type != YAML_MAPPING_NODE)
        return fail_at(load, node, "a map of keys and values is needed here", NULL);
    uint64_t seen = 0;
    yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *name = yaml_document_get_node(load->document, pair->key);
        yaml_node_t *value = yaml_document_get_node(load->document, pair->value);
        const char *text = name->type == YAML_SCALAR_NODE ? (const char *)name->data.scalar.value : "";
        size_t k = 0;
        while (k < key_count && strcmp(keys[k].name, text) != 0)
            k++;
        if (k == key_count)
            return fail_at(load, name, "there is no key", text[0] ? text : "of this kind");
        if (seen & UINT64_C(1) << k)
            return fail_at(load, name, "there is twice the key", text);
        seen |= UINT64_C(1) << k;
        ofs_status status = keys[k].read(load, value, (char *)out + keys[k].offset);
        if (status != OFS_OK)
            return status;
    }
    for (size_t k = 0; k < key_count; k++)
        if (keys[k].required && !(seen & UINT64_C(1) << k))
            return fail_at(load, node, "missing is the key", keys[k].name);
    return OFS_OK;
}

/* A list of maps as an array of `size`-byte structs. */
static ofs_status read_list(loader *load, yaml_node_t *node, const key *keys, size_t key_count, size_t size,
                            void **items, uint32_t *count) {
    if (node->type != YAML_SEQUENCE_NODE)
        return fail_at(load, node, "a list is needed here", NULL);
    yaml_node_item_t *item = node->data.sequence.items.start;
    size_t entries = (size_t)(node->data.sequence.items.top - item);
    if (entries > MOST_ENTRIES)
        return fail_at(load, node, "a list may have 2000 entries at most", NULL);
    char *array = ofsi_arena_calloc(load->arena, entries ? entries : 1, size);
    if (!array)
        return ofsi_fail_nomem(load->err);
    for (size_t i = 0; i < entries; i++) {
        yaml_node_t *entry = yaml_document_get_node(load->document, item[i]);
        ofs_status status = read_map(load, entry, keys, key_count, array + i * size);
        if (status != OFS_OK)
            return status;
    }
    *items = array;
    *count = (uint32_t)entries;
    return OFS_OK;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static ofs_status read_years(loader *load, yaml_node_t *node, void *out) {
    ofsi_profile *profile = out;
    static const key keys[] = {
        {"first", read_number, offsetof(ofsi_profile, first_year), true},
        {"last", read_number, offsetof(ofsi_profile, last_year), false},
    };
    return read_map(load, node, keys, COUNT(keys), profile);
}

/* A cue is a map of one key, which names the place. */
static ofs_status read_cues(loader *load, yaml_node_t *node, void *out) {
    static const char *const places[] = {"title", "heading", "text"};
    ofsi_profile *profile = out;
    if (node->type != YAML_SEQUENCE_NODE)
        return fail_at(load, node, "a list of cues is needed here", NULL);
    yaml_node_item_t *item = node->data.sequence.items.start;
    size_t count = (size_t)(node->data.sequence.items.top - item);
    if (count > MOST_ENTRIES)
        return fail_at(load, node, "a list may have 2000 entries at most", NULL);
    ofsi_cue *cues = ofsi_arena_calloc(load->arena, count ? count : 1, sizeof *cues);
    if (!cues)
        return ofsi_fail_nomem(load->err);
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *entry = yaml_document_get_node(load->document, item[i]);
        yaml_node_pair_t *pair = entry->type == YAML_MAPPING_NODE ? entry->data.mapping.pairs.start : NULL;
        if (!pair || entry->data.mapping.pairs.top - pair != 1)
            return fail_at(load, entry, "a cue is one of title, heading, text with its pattern", NULL);
        int place = word_of(yaml_document_get_node(load->document, pair->key), places, 3);
        if (place < 0)
            return fail_at(load, entry, "a cue is one of title, heading, text with its pattern", NULL);
        yaml_node_t *value = yaml_document_get_node(load->document, pair->value);
        cues[i].place = (ofsi_cue_place)place;
        ofs_status status = read_string(load, value, &cues[i].printed);
        if (status == OFS_OK)
            status = read_folded(load, value, &cues[i].pattern, true);
        if (status != OFS_OK)
            return status;
    }
    profile->cues = cues;
    profile->cue_count = (uint32_t)count;
    return OFS_OK;
}

/* The label itself is its first wording. */
static ofs_status add_label_itself(loader *load, ofsi_scale_label *entry) {
    ofsi_span *items = ofsi_arena_calloc(load->arena, (size_t)entry->aliases.count + 1, sizeof *items);
    if (!items)
        return ofsi_fail_nomem(load->err);
    items[0] = ofsi_fold_line(load->arena, ofsi_span_of(entry->label));
    if (!items[0].data)
        return ofsi_fail_nomem(load->err);
    for (uint32_t i = 0; i < entry->aliases.count; i++)
        items[i + 1] = entry->aliases.items[i];
    entry->aliases = (ofsi_patterns){items, entry->aliases.count + 1};
    return OFS_OK;
}

static ofs_status read_scale(loader *load, yaml_node_t *node, void *out) {
    ofsi_profile *profile = out;
    static const key keys[] = {
        {"label", read_string, offsetof(ofsi_scale_label, label), true},
        {"also", read_patterns, offsetof(ofsi_scale_label, aliases), false},
        {"verbs", read_patterns, offsetof(ofsi_scale_label, verbs), false},
        {"printed", read_number, offsetof(ofsi_scale_label, printed), false},
    };
    void *items = NULL;
    ofs_status status =
        read_list(load, node, keys, COUNT(keys), sizeof(ofsi_scale_label), &items, &profile->scale_count);
    if (status != OFS_OK)
        return status;
    if (profile->scale_count > UINT8_MAX)
        return fail_at(load, node, "a scale may have 255 labels at most", NULL);
    ofsi_scale_label *scale = items;
    for (uint32_t i = 0; i < profile->scale_count && status == OFS_OK; i++)
        status = add_label_itself(load, &scale[i]);
    profile->scale = scale;
    return status;
}

static ofs_status read_level(loader *load, yaml_node_t *node, void *out) {
    uint32_t level = 0;
    ofs_status status = read_number(load, node, &level);
    if (status == OFS_OK && (level < 1 || level > 6))
        status = fail_at(load, node, "a level is a number from 1 to 6", NULL);
    *(uint8_t *)out = (uint8_t)level;
    return status;
}

static ofs_status read_headings(loader *load, yaml_node_t *node, void *out) {
    ofsi_profile *profile = out;
    static const key keys[] = {
        {"text", read_patterns, offsetof(ofsi_known_heading, texts), true},
        {"name", read_string, offsetof(ofsi_known_heading, name), false},
        {"level", read_level, offsetof(ofsi_known_heading, level), true},
        {"role", read_string, offsetof(ofsi_known_heading, role), false},
        {"ungraded", read_flag, offsetof(ofsi_known_heading, ungraded), false},
        {"leaf", read_flag, offsetof(ofsi_known_heading, leaf), false},
        {"items", read_flag, offsetof(ofsi_known_heading, items), false},
        {"notes", read_flag, offsetof(ofsi_known_heading, notes), false},
        {"unnumbered", read_flag, offsetof(ofsi_known_heading, unnumbered), false},
        {"judged", read_flag, offsetof(ofsi_known_heading, judged), false},
    };
    void *items = NULL;
    ofs_status status =
        read_list(load, node, keys, COUNT(keys), sizeof(ofsi_known_heading), &items, &profile->heading_count);
    profile->headings = items;
    return status;
}

static ofs_status read_labels(loader *load, yaml_node_t *node, void *out) {
    static const key keys[] = {
        {"inspected", read_patterns, offsetof(ofsi_labels, inspected), false},
        {"published", read_patterns, offsetof(ofsi_labels, published), false},
        {"lead_inspector", read_patterns, offsetof(ofsi_labels, lead), false},
        {"lead_lines", read_patterns, offsetof(ofsi_labels, lead_lines), false},
        {"provider", read_patterns, offsetof(ofsi_labels, provider), false},
        {"provider_id", read_patterns, offsetof(ofsi_labels, provider_id), false},
        {"ignored", read_patterns, offsetof(ofsi_labels, ignored), false},
    };
    return read_map(load, node, keys, COUNT(keys), out);
}

static ofs_status read_judgements(loader *load, yaml_node_t *node, void *out) {
    static const key keys[] = {
        {"tables", read_patterns, offsetof(ofsi_profile, tables), false},
        {"table_heads", read_patterns, offsetof(ofsi_profile, table_heads), false},
        {"not", read_patterns, offsetof(ofsi_profile, not_judgements), false},
        {"expected", read_patterns, offsetof(ofsi_profile, expected), false},
        {"overall", read_patterns, offsetof(ofsi_profile, overall), false},
        {"outcome", read_patterns, offsetof(ofsi_profile, outcome), false},
        {"whole", read_patterns, offsetof(ofsi_profile, whole), false},
        {"legends", read_patterns, offsetof(ofsi_profile, legends), false},
        {"lines", read_patterns, offsetof(ofsi_profile, grade_lines), false},
        {"no_front_table", read_flag, offsetof(ofsi_profile, no_front_table), false},
    };
    return read_map(load, node, keys, COUNT(keys), out);
}

static ofs_status read_row_tables(loader *load, yaml_node_t *node, void *out) {
    static const key keys[] = {{"heads", read_patterns, offsetof(ofsi_row_table, heads), true}};
    ofsi_profile *profile = out;
    void *items = NULL;
    ofs_status status =
        read_list(load, node, keys, COUNT(keys), sizeof(ofsi_row_table), &items, &profile->row_table_count);
    profile->row_tables = items;
    for (uint32_t i = 0; status == OFS_OK && i < profile->row_table_count; i++)
        if (profile->row_tables[i].heads.count < 1 ||
            profile->row_tables[i].heads.count > OFSI_ROW_TABLE_COLUMNS)
            status = fail_at(load, node, "a table has one or two heads", NULL);
    return status;
}

static ofs_status read_recommendations(loader *load, yaml_node_t *node, void *out) {
    static const key keys[] = {
        {"leads", read_patterns, offsetof(ofsi_profile, recommendation_leads), false},
        {"timescales", read_patterns, offsetof(ofsi_profile, timescales), false},
    };
    return read_map(load, node, keys, COUNT(keys), out);
}

static ofs_status read_letter(loader *load, yaml_node_t *node, void *out) {
    static const key keys[] = {
        {"begins", read_patterns, offsetof(ofsi_profile, salutations), false},
        {"ends", read_patterns, offsetof(ofsi_profile, closings), false},
    };
    return read_map(load, node, keys, COUNT(keys), out);
}

/* One name for all such reports, or a list of names with the titles that they go by. */
static ofs_status read_inspections(loader *load, yaml_node_t *node, void *out) {
    static const key keys[] = {
        {"name", read_string, offsetof(ofsi_inspection, name), true},
        {"title", read_patterns, offsetof(ofsi_inspection, titles), false},
    };
    ofsi_profile *profile = out;
    void *items = NULL;
    ofs_status status = OFS_OK;
    if (node->type == YAML_SCALAR_NODE) {
        ofsi_inspection *one = ofsi_arena_calloc(load->arena, 1, sizeof *one);
        status = one ? read_string(load, node, &one->name) : ofsi_fail_nomem(load->err);
        items = one;
        profile->inspection_count = 1;
    } else {
        status = read_list(load, node, keys, COUNT(keys), sizeof(ofsi_inspection), &items,
                           &profile->inspection_count);
    }
    profile->inspections = status == OFS_OK ? items : NULL;
    return status;
}

static const key profile_keys[] = {
    {"id", read_string, offsetof(ofsi_profile, id), true},
    {"inspectorate", read_string, offsetof(ofsi_profile, inspectorate), false},
    {"inspection", read_inspections, 0, false},
    {"years", read_years, 0, false},
    {"precedence", read_number, offsetof(ofsi_profile, precedence), false},
    {"recognise", read_cues, 0, false},
    {"scale", read_scale, 0, false},
    {"ungraded", read_patterns, offsetof(ofsi_profile, ungraded), false},
    {"numbering", read_numbering, offsetof(ofsi_profile, numbering), false},
    {"grades", read_places, offsetof(ofsi_profile, grade_places), false},
    {"titles", read_patterns, offsetof(ofsi_profile, titles), false},
    {"provider", read_provider_place, offsetof(ofsi_profile, provider_place), false},
    {"not_provider", read_patterns, offsetof(ofsi_profile, not_provider), false},
    {"labels", read_labels, offsetof(ofsi_profile, labels), false},
    {"provider_in_text", read_patterns, offsetof(ofsi_profile, provider_in_text), false},
    {"inspected_near", read_patterns, offsetof(ofsi_profile, inspected_near), false},
    {"contents", read_patterns, offsetof(ofsi_profile, contents), false},
    {"judgements", read_judgements, 0, false},
    {"row_tables", read_row_tables, 0, false},
    {"recommendations", read_recommendations, 0, false},
    {"letter", read_letter, 0, false},
    {"leave_out", read_patterns, offsetof(ofsi_profile, leave_out), false},
    {"back_matter", read_patterns, offsetof(ofsi_profile, back_matter), false},
    {"headings", read_headings, 0, false},
};

ofs_status ofsi_profile_load(ofsi_span yaml, const char *name, ofsi_arena *arena, ofsi_profile *profile,
                             ofs_error *err) {
    yaml_parser_t parser;
    yaml_document_t document;
    *profile = (ofsi_profile){.provider_place = OFSI_PROVIDER_NONE};
    if (!yaml_parser_initialize(&parser))
        return ofsi_fail_nomem(err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.data, yaml.size);
    ofs_status status = OFS_OK;
    if (!yaml_parser_load(&parser, &document)) {
        status = parser.error == YAML_MEMORY_ERROR
                     ? ofsi_fail_nomem(err)
                     : ofsi_fail(err, OFS_E_INPUT, "%s:%zu: %s", name, parser.problem_mark.line + 1,
                                 parser.problem ? parser.problem : "this is no YAML");
        yaml_parser_delete(&parser);
        return status;
    }
    loader load = {&document, name, arena, err};
    yaml_node_t *root = yaml_document_get_root_node(&document);
    status = root ? read_map(&load, root, profile_keys, COUNT(profile_keys), profile)
                  : ofsi_fail(err, OFS_E_INPUT, "%s:1: the file is empty", name);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return status;
}
