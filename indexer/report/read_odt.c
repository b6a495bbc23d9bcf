/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .odt (ODF 1.3): headings by their outline level, the numbers of lists, tables by row, footnotes behind the
 * paragraph that refers to them, pages where the program has noted them. Called by ofs_report_read().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/report/flow.h"
#include "indexer/report/numbering.h"
#include "indexer/report/read_zipped.h"
#include "indexer/report/xml.h"
#include "indexer/report/zip.h"

enum {
    MOST_LISTS = 20000,
    MOST_DEPTH = 200,
    MOST_NOTES = 32,
    MOST_BLANKS = 16 /* of one text:s */
};

enum { CONTENT, STYLES, MEMBERS };

typedef struct odt {
    ofsi_flow flow;
    xmlDocPtr trees[MEMBERS];
    ofsi_map names;   /* of list styles */
    ofsi_list *lists; /* by names */
    size_t list_capacity;
    const xmlNode *notes[MOST_NOTES];
    uint32_t note_count;
    bool in_note; /* a note has no notes */
    bool titled;
    bool nomem;
} odt;

/* Where in a list a paragraph stands. */
typedef struct place {
    ofsi_list *list; /* NULL: in none */
    uint32_t level;  /* from 1 */
    bool first;      /* of its item: it has the number */
} place;

/* ---- list styles ---- */

static ofsi_number_format format_of(const char *name) {
    switch (name[0]) {
    case '\0':
        return OFSI_NUMBER_NONE;
    case 'a':
        return OFSI_NUMBER_LOWER_LETTER;
    case 'A':
        return OFSI_NUMBER_UPPER_LETTER;
    case 'i':
        return OFSI_NUMBER_LOWER_ROMAN;
    case 'I':
        return OFSI_NUMBER_UPPER_ROMAN;
    default:
        return OFSI_NUMBER_DECIMAL;
    }
}

/* The text of a level: its prefix, the numbers of as many levels as it shows, its suffix. */
static void write_pattern(const xmlNode *node, uint32_t level, ofsi_list_level *out) {
    long shown = ofsi_xml_number(node, "display-levels", OFSI_LIST_LEVELS, 1);
    uint32_t first = shown > (long)level ? 1 : level - (uint32_t)(shown > 0 ? shown - 1 : 0);
    int used = snprintf(out->text, sizeof out->text, "%.4s", ofsi_xml_get(node, "num-prefix"));
    for (uint32_t l = first; l <= level && l <= 9 && (size_t)used + 4 < sizeof out->text; l++)
        used +=
            snprintf(out->text + used, sizeof out->text - (size_t)used, "%s%%%u", l > first ? "." : "", l);
    (void)snprintf(out->text + used, sizeof out->text - (size_t)used, "%.4s",
                   ofsi_xml_get(node, "num-suffix"));
}

static void read_list_style(const xmlNode *style, ofsi_list *list) {
    for (const xmlNode *node = style->children; node; node = node->next) {
        long level = ofsi_xml_number(node, "level", OFSI_LIST_LEVELS, 0);
        if (level < 1)
            continue;
        ofsi_list_level *l = &list->levels[level - 1];
        bool number =
            ofsi_xml_is(node, "list-level-style-number") || ofsi_xml_is(node, "outline-level-style");
        l->format = number ? format_of(ofsi_xml_get(node, "num-format")) : OFSI_NUMBER_BULLET;
        l->start = ofsi_xml_number(node, "start-value", 99999, 1);
        if (number)
            write_pattern(node, (uint32_t)level, l);
    }
}

static void read_list_styles(odt *o, const xmlNode *parent) {
    for (const xmlNode *node = parent ? parent->children : NULL; node && !o->nomem; node = node->next) {
        if (!ofsi_xml_is(node, "list-style"))
            continue;
        uint32_t id = ofsi_map_intern(&o->names, ofsi_span_of(ofsi_xml_get(node, "name")), NULL);
        if (id == OFSI_MAP_NONE || id >= MOST_LISTS ||
            !ofsi_grow(&o->lists, &o->list_capacity, (size_t)id + 1, sizeof *o->lists)) {
            o->nomem = id < MOST_LISTS || id == OFSI_MAP_NONE;
            return;
        }
        o->lists[id] = (ofsi_list){0};
        read_list_style(node, &o->lists[id]);
    }
}

static ofsi_list *list_named(odt *o, const char *name) {
    uint32_t id = *name ? ofsi_map_find(&o->names, ofsi_span_of(name)) : OFSI_MAP_NONE;
    return id == OFSI_MAP_NONE || id >= MOST_LISTS ? NULL : &o->lists[id];
}

/* ---- text ---- */

static void walk_blocks(odt *o, const xmlNode *parent, place at, uint32_t depth);

static void note(odt *o, const xmlNode *node) {
    const xmlNode *body = ofsi_xml_child(node, "note-body");
    if (body && !o->in_note && o->note_count < MOST_NOTES)
        o->notes[o->note_count++] = body;
}

static void walk_inline(odt *o, const xmlNode *parent, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH; node = node->next) {
        if (node->type == XML_TEXT_NODE && node->content)
            ofsi_flow_words(&o->flow, ofsi_span_of((const char *)node->content));
        else if (ofsi_xml_is(node, "s"))
            for (long n = ofsi_xml_number(node, "c", MOST_BLANKS, 1); n > 0; n--)
                ofsi_flow_words(&o->flow, ofsi_span_of(" "));
        else if (ofsi_xml_is(node, "tab"))
            ofsi_flow_tab(&o->flow);
        else if (ofsi_xml_is(node, "line-break"))
            ofsi_flow_break(&o->flow);
        else if (ofsi_xml_is(node, "soft-page-break"))
            ofsi_flow_page(&o->flow);
        else if (ofsi_xml_is(node, "note"))
            note(o, node);
        else if (ofsi_xml_is(node, "text-box"))
            walk_blocks(o, node, (place){0}, depth + 1);
        else if (node->type == XML_ELEMENT_NODE && !ofsi_xml_is(node, "annotation"))
            walk_inline(o, node, depth + 1);
    }
}

static void put_notes(odt *o, uint32_t depth) {
    uint32_t count = o->note_count;
    o->note_count = 0;
    bool inside = o->in_note;
    o->in_note = true;
    for (uint32_t i = 0; i < count; i++)
        for (const xmlNode *p = ofsi_xml_child(o->notes[i], "p"); p; p = ofsi_xml_next(p, "p")) {
            ofsi_flow_begin_note(&o->flow);
            walk_inline(o, p, depth + 1);
            ofsi_flow_end(&o->flow, false);
        }
    o->in_note = inside;
}

static bool is_title(const xmlNode *node) { return strcmp(ofsi_xml_get(node, "style-name"), "Title") == 0; }

static void put_paragraph(odt *o, const xmlNode *node, place at, uint32_t depth) {
    char prefix[24] = "";
    bool title = is_title(node);
    if (ofsi_xml_is(node, "h") || title) {
        long level = title ? 1 : ofsi_xml_number(node, "outline-level", 10, 1) + o->titled;
        (void)snprintf(prefix, sizeof prefix, "%.*s ",
                       (int)(level < 1   ? 1
                             : level > 6 ? 6
                                         : level),
                       "######");
        ofsi_flow_end(&o->flow, true);
    } else if (at.list && at.first) {
        ofsi_list_count(at.list, at.level - 1, prefix, sizeof prefix);
    }
    bool heading = prefix[0] == '#';
    ofsi_flow_begin(&o->flow, prefix);
    walk_inline(o, node, depth + 1);
    ofsi_flow_end(&o->flow, heading || !at.list);
    put_notes(o, depth);
}

/* A list begins to count anew unless it says that it goes on. */
static void put_list(odt *o, const xmlNode *node, place around, uint32_t depth) {
    const char *name = ofsi_xml_get(node, "style-name");
    place at = {.list = *name ? list_named(o, name) : around.list, .level = around.level + 1};
    bool goes_on =
        strcmp(ofsi_xml_get(node, "continue-numbering"), "true") == 0 || *ofsi_xml_get(node, "continue-list");
    if (at.level > OFSI_LIST_LEVELS)
        at.level = OFSI_LIST_LEVELS;
    if (at.list && at.level == 1 && !goes_on)
        memset(at.list->begun, 0, sizeof at.list->begun);
    for (const xmlNode *item = node->children; item; item = item->next) {
        if (!ofsi_xml_is(item, "list-item") && !ofsi_xml_is(item, "list-header"))
            continue;
        long start = ofsi_xml_number(item, "start-value", 99999, -1);
        if (at.list && start >= 0) {
            at.list->begun[at.level - 1] = true;
            at.list->counts[at.level - 1] = start - 1;
        }
        at.first = ofsi_xml_is(item, "list-item");
        walk_blocks(o, item, at, depth + 1);
    }
    if (at.level == 1)
        ofsi_flow_end(&o->flow, true);
}

static void put_table(odt *o, const xmlNode *parent, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH; node = node->next) {
        if (ofsi_xml_is(node, "table-row")) {
            ofsi_flow_row_begin(&o->flow);
            for (const xmlNode *cell = ofsi_xml_child(node, "table-cell"); cell;
                 cell = ofsi_xml_next(cell, "table-cell")) {
                walk_blocks(o, cell, (place){0}, depth + 1);
                ofsi_flow_cell_end(&o->flow);
            }
            ofsi_flow_row_end(&o->flow);
        } else if (node->type == XML_ELEMENT_NODE) {
            put_table(o, node, depth + 1);
        }
    }
}

static void walk_blocks(odt *o, const xmlNode *parent, place at, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH; node = node->next) {
        if (ofsi_xml_is(node, "p") || ofsi_xml_is(node, "h")) {
            put_paragraph(o, node, at, depth + 1);
            at.first = false;
        } else if (ofsi_xml_is(node, "list")) {
            put_list(o, node, at, depth + 1);
        } else if (ofsi_xml_is(node, "table")) {
            put_table(o, node, depth + 1);
            ofsi_flow_end(&o->flow, true);
        } else if (ofsi_xml_is(node, "soft-page-break")) {
            ofsi_flow_page(&o->flow);
        } else if (node->type == XML_ELEMENT_NODE && !ofsi_xml_is(node, "tracked-changes") &&
                   !ofsi_xml_is(node, "annotation") && !ofsi_xml_is(node, "forms")) {
            walk_blocks(o, node, at, depth + 1);
        }
    }
}

/* ---- the file ---- */

static void look_for_title(odt *o, const xmlNode *parent, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH && !o->titled;
         node = node->next) {
        o->titled = ofsi_xml_is(node, "p") && is_title(node);
        if (node->type == XML_ELEMENT_NODE)
            look_for_title(o, node, depth + 1);
    }
}

static ofs_status parse_members(odt *o, const char *path, ofsi_zip_member *members, ofs_error *err) {
    if (!members[CONTENT].found)
        return ofsi_fail(err, OFS_E_INPUT, "%s is no OpenDocument text: it has no content.xml", path);
    ofs_status status = OFS_OK;
    for (int m = 0; m < MEMBERS && status == OFS_OK; m++)
        if (members[m].found)
            status =
                ofsi_xml_parse(ofsi_buf_span(&members[m].bytes), path, members[m].name, &o->trees[m], err);
    return status;
}

static ofs_status walk_document(odt *o, const char *path, ofs_error *err) {
    const xmlNode *root = xmlDocGetRootElement(o->trees[CONTENT]);
    const xmlNode *text = ofsi_xml_child(ofsi_xml_child(root, "body"), "text");
    if (!text)
        return ofsi_fail(err, OFS_E_INPUT, "%s is an OpenDocument file, but no text", path);
    if (o->trees[STYLES])
        read_list_styles(o, ofsi_xml_child(xmlDocGetRootElement(o->trees[STYLES]), "styles"));
    read_list_styles(o, ofsi_xml_child(root, "automatic-styles"));
    look_for_title(o, text, 0);
    if (!o->nomem)
        walk_blocks(o, text, (place){0}, 0);
    return o->nomem ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_read_odt(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_zip_member members[MEMBERS] = {{.name = "content.xml"}, {.name = "styles.xml"}};
    odt o = {0};
    ofs_status status = ofsi_zip_read(path, members, MEMBERS, err);
    if (status == OFS_OK)
        status = parse_members(&o, path, members, err);
    ofsi_zip_free(members, MEMBERS);
    if (status == OFS_OK)
        status = walk_document(&o, path, err);
    if (status == OFS_OK)
        status = ofsi_flow_finish(&o.flow, path, arena, document, err);
    for (int m = 0; m < MEMBERS; m++)
        xmlFreeDoc(o.trees[m]);
    ofsi_map_free(&o.names);
    ofsi_free(o.lists);
    ofsi_flow_free(&o.flow);
    return status;
}
