/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .docx (ECMA-376, WordprocessingML): paragraphs with the rank of their style, the numbers of automatic lists,
 * tables by row, footnotes behind the paragraph that refers to them, pages where Word has noted them. Deleted text, headers
 * and comments are not of the text. Called by ofs_report_read().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/report/flow.h"
#include "indexer/report/numbering.h"
#include "indexer/report/read_zipped.h"
#include "indexer/report/xml.h"
#include "indexer/report/zip.h"

enum {
    MOST_LISTS = 20000,
    MOST_NOTES = 32,  /* referred to by one paragraph */
    MOST_DEPTH = 200, /* elements in one another; the parser allows 256 */
    STYLE_STEPS = 16  /* styles based on one another */
};

enum { DOCUMENT, STYLES, NUMBERING, FOOTNOTES, ENDNOTES, MEMBERS };

typedef struct style {
    const xmlNode *node;
    uint8_t level; /* of a heading, from 1; 0: none */
} style;

typedef struct docx {
    ofsi_flow flow;
    xmlDocPtr trees[MEMBERS];
    ofsi_map style_ids, list_ids; /* names and numIds */
    style *styles;
    ofsi_list *lists; /* by list_ids */
    size_t style_capacity, list_capacity;
    bool titled;                      /* some paragraph is a title, so that other headings stand below */
    bool rendered;                    /* Word has noted where pages end */
    const xmlNode *notes[MOST_NOTES]; /* of the open paragraph */
    uint32_t note_count;
    bool in_note; /* a note has no notes */
    bool nomem;
} docx;

static const char *value_of(const xmlNode *node) { return ofsi_xml_get(node, "val"); }

static uint32_t intern(docx *d, ofsi_map *map, const char *name) {
    uint32_t id = ofsi_map_intern(map, ofsi_span_of(name), NULL);
    d->nomem |= id == OFSI_MAP_NONE;
    return id;
}

/* ---- styles ---- */

/* "heading 2", "Heading2", "Title": the rank that a style's name tells. */
static uint8_t level_of_name(const char *name) {
    static const char *const words[] = {"heading", "Heading"};
    if (strcmp(name, "Title") == 0 || strcmp(name, "title") == 0)
        return 1;
    for (size_t i = 0; i < 2; i++) {
        size_t size = strlen(words[i]);
        const char *digit = name + size;
        if (strncmp(name, words[i], size) == 0) {
            digit += *digit == ' ';
            return *digit >= '1' && *digit <= '9' && digit[1] == '\0' ? (uint8_t)(*digit - '0') : 0;
        }
    }
    return 0;
}

static void read_styles(docx *d) {
    const xmlNode *root = d->trees[STYLES] ? xmlDocGetRootElement(d->trees[STYLES]) : NULL;
    for (const xmlNode *node = ofsi_xml_child(root, "style"); node && !d->nomem;
         node = ofsi_xml_next(node, "style")) {
        uint32_t id = intern(d, &d->style_ids, ofsi_xml_get(node, "styleId"));
        if (d->nomem || !ofsi_grow(&d->styles, &d->style_capacity, (size_t)id + 1, sizeof *d->styles)) {
            d->nomem = true;
            return;
        }
        long outline =
            ofsi_xml_number(ofsi_xml_child(ofsi_xml_child(node, "pPr"), "outlineLvl"), "val", 8, -1);
        uint8_t level = level_of_name(value_of(ofsi_xml_child(node, "name")));
        d->styles[id] = (style){node, level ? level : outline >= 0 ? (uint8_t)(outline + 1) : 0};
    }
}

static const style *style_named(const docx *d, const char *name) {
    uint32_t id = *name ? ofsi_map_find(&d->style_ids, ofsi_span_of(name)) : OFSI_MAP_NONE;
    return id == OFSI_MAP_NONE ? NULL : &d->styles[id];
}

static const style *style_below(const docx *d, const style *s) {
    return style_named(d, value_of(ofsi_xml_child(s->node, "basedOn")));
}

static uint8_t level_of(const docx *d, const xmlNode *properties) {
    long outline = ofsi_xml_number(ofsi_xml_child(properties, "outlineLvl"), "val", 9, -1);
    if (outline >= 0)
        return outline < 9 ? (uint8_t)(outline + 1) : 0;
    const style *s = style_named(d, value_of(ofsi_xml_child(properties, "pStyle")));
    for (int steps = 0; s && steps < STYLE_STEPS; steps++, s = style_below(d, s))
        if (s->level)
            return s->level;
    return 0;
}

static bool is_title(const docx *d, const xmlNode *properties) {
    const style *s = style_named(d, value_of(ofsi_xml_child(properties, "pStyle")));
    return s && strcasecmp(value_of(ofsi_xml_child(s->node, "name")), "title") == 0;
}

/* ---- lists ---- */

static ofsi_number_format format_of(const char *name) {
    static const struct {
        const char *name;
        ofsi_number_format format;
    } formats[] = {{"none", OFSI_NUMBER_NONE},
                   {"bullet", OFSI_NUMBER_BULLET},
                   {"lowerLetter", OFSI_NUMBER_LOWER_LETTER},
                   {"upperLetter", OFSI_NUMBER_UPPER_LETTER},
                   {"lowerRoman", OFSI_NUMBER_LOWER_ROMAN},
                   {"upperRoman", OFSI_NUMBER_UPPER_ROMAN}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].format;
    return OFSI_NUMBER_DECIMAL;
}

static void read_level(const xmlNode *node, ofsi_list *list) {
    long at = ofsi_xml_number(node, "ilvl", OFSI_LIST_LEVELS - 1, -1);
    if (at < 0)
        return;
    ofsi_list_level *level = &list->levels[at];
    level->format = format_of(value_of(ofsi_xml_child(node, "numFmt")));
    level->start = ofsi_xml_number(ofsi_xml_child(node, "start"), "val", 99999, 1);
    (void)snprintf(level->text, sizeof level->text, "%s", value_of(ofsi_xml_child(node, "lvlText")));
}

static void read_abstract(const xmlNode *root, const char *id, ofsi_list *list) {
    const xmlNode *node = ofsi_xml_child(root, "abstractNum");
    while (node && strcmp(ofsi_xml_get(node, "abstractNumId"), id) != 0)
        node = ofsi_xml_next(node, "abstractNum");
    for (const xmlNode *level = ofsi_xml_child(node, "lvl"); level; level = ofsi_xml_next(level, "lvl"))
        read_level(level, list);
}

static void read_overrides(const xmlNode *num, ofsi_list *list) {
    for (const xmlNode *o = ofsi_xml_child(num, "lvlOverride"); o; o = ofsi_xml_next(o, "lvlOverride")) {
        long at = ofsi_xml_number(o, "ilvl", OFSI_LIST_LEVELS - 1, -1);
        const xmlNode *level = ofsi_xml_child(o, "lvl");
        if (level)
            read_level(level, list);
        if (at >= 0)
            list->levels[at].start =
                ofsi_xml_number(ofsi_xml_child(o, "startOverride"), "val", 99999, list->levels[at].start);
    }
}

static void read_lists(docx *d) {
    const xmlNode *root = d->trees[NUMBERING] ? xmlDocGetRootElement(d->trees[NUMBERING]) : NULL;
    for (const xmlNode *num = ofsi_xml_child(root, "num"); num && !d->nomem;
         num = ofsi_xml_next(num, "num")) {
        uint32_t id = intern(d, &d->list_ids, ofsi_xml_get(num, "numId"));
        if (d->nomem || id >= MOST_LISTS)
            return;
        if (!ofsi_grow(&d->lists, &d->list_capacity, (size_t)id + 1, sizeof *d->lists)) {
            d->nomem = true;
            return;
        }
        d->lists[id] = (ofsi_list){0};
        read_abstract(root, value_of(ofsi_xml_child(num, "abstractNumId")), &d->lists[id]);
        read_overrides(num, &d->lists[id]);
    }
}

/* The paragraph's list properties, its own or its style's. */
static const xmlNode *list_of(const docx *d, const xmlNode *properties) {
    const xmlNode *list = ofsi_xml_child(properties, "numPr");
    const style *s = style_named(d, value_of(ofsi_xml_child(properties, "pStyle")));
    for (int steps = 0; !list && s && steps < STYLE_STEPS; steps++, s = style_below(d, s))
        list = ofsi_xml_child(ofsi_xml_child(s->node, "pPr"), "numPr");
    return list;
}

static void number_paragraph(docx *d, const xmlNode *properties, char *out, size_t size) {
    const xmlNode *list = list_of(d, properties);
    out[0] = '\0';
    if (!list)
        return;
    const char *name = value_of(ofsi_xml_child(list, "numId"));
    uint32_t id = *name ? ofsi_map_find(&d->list_ids, ofsi_span_of(name)) : OFSI_MAP_NONE;
    long level = ofsi_xml_number(ofsi_xml_child(list, "ilvl"), "val", OFSI_LIST_LEVELS - 1, 0);
    if (id != OFSI_MAP_NONE && id < MOST_LISTS)
        ofsi_list_count(&d->lists[id], (uint32_t)level, out, size);
}

/* ---- text ---- */

static void walk_blocks(docx *d, const xmlNode *parent, uint32_t depth);

static void break_page(docx *d, const xmlNode *node) {
    bool noted = ofsi_xml_is(node, "lastRenderedPageBreak");
    if (noted == d->rendered)
        ofsi_flow_page(&d->flow);
}

/* A character of a symbol font, by its number there. */
static void add_symbol(docx *d, const xmlNode *node) {
    char text[8];
    long code = strtol(ofsi_xml_get(node, "char"), NULL, 16);
    if (code < 0x20 || code > 0xFFFF || (code >= 0xD800 && code < 0xE000))
        return;
    int size = code < 0x80 ? snprintf(text, sizeof text, "%c", (int)code)
               : code < 0x800
                   ? snprintf(text, sizeof text, "%c%c", (int)(0xC0 | code >> 6), (int)(0x80 | (code & 63)))
                   : snprintf(text, sizeof text, "%c%c%c", (int)(0xE0 | code >> 12),
                              (int)(0x80 | (code >> 6 & 63)), (int)(0x80 | (code & 63)));
    ofsi_flow_words(&d->flow, (ofsi_span){text, (size_t)size});
}

static void note_reference(docx *d, const xmlNode *node, int member, const char *name) {
    const xmlNode *root = d->trees[member] ? xmlDocGetRootElement(d->trees[member]) : NULL;
    const char *id = ofsi_xml_get(node, "id");
    const xmlNode *note = ofsi_xml_child(root, name);
    while (note && strcmp(ofsi_xml_get(note, "id"), id) != 0)
        note = ofsi_xml_next(note, name);
    if (note && !d->in_note && d->note_count < MOST_NOTES)
        d->notes[d->note_count++] = note;
}

/* Whether a paragraph's child is no part of what is read. */
static bool is_left_out(const xmlNode *node) {
    static const char *const names[] = {"del",        "moveFrom",      "delText",  "instrText",
                                        "rPr",        "pPr",           "Fallback", "sectPr",
                                        "softHyphen", "annotationRef", "sdtPr",    "pict"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ofsi_xml_is(node, names[i]))
            return true;
    return false;
}

static void add_text(docx *d, const xmlNode *node) {
    for (const xmlNode *text = node->children; text; text = text->next)
        if (text->type == XML_TEXT_NODE || text->type == XML_CDATA_SECTION_NODE)
            ofsi_flow_words(&d->flow, ofsi_span_of((const char *)text->content));
}

static void walk_inline(docx *d, const xmlNode *parent, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH; node = node->next) {
        if (node->type != XML_ELEMENT_NODE || is_left_out(node))
            continue;
        if (ofsi_xml_is(node, "t"))
            add_text(d, node);
        else if (ofsi_xml_is(node, "tab"))
            ofsi_flow_tab(&d->flow);
        else if (ofsi_xml_is(node, "noBreakHyphen"))
            ofsi_flow_words(&d->flow, ofsi_span_of("-"));
        else if (ofsi_xml_is(node, "sym"))
            add_symbol(d, node);
        else if (ofsi_xml_is(node, "lastRenderedPageBreak") ||
                 (ofsi_xml_is(node, "br") && strcmp(ofsi_xml_get(node, "type"), "page") == 0))
            break_page(d, node);
        else if (ofsi_xml_is(node, "br") || ofsi_xml_is(node, "cr"))
            ofsi_flow_break(&d->flow);
        else if (ofsi_xml_is(node, "footnoteReference"))
            note_reference(d, node, FOOTNOTES, "footnote");
        else if (ofsi_xml_is(node, "endnoteReference"))
            note_reference(d, node, ENDNOTES, "endnote");
        else if (ofsi_xml_is(node, "txbxContent"))
            walk_blocks(d, node, depth + 1);
        else
            walk_inline(d, node, depth + 1);
    }
}

/* Footnotes that the paragraph referred to. */
static void put_notes(docx *d, uint32_t depth) {
    uint32_t count = d->note_count;
    d->note_count = 0;
    bool inside = d->in_note;
    d->in_note = true;
    for (uint32_t i = 0; i < count; i++)
        for (const xmlNode *p = ofsi_xml_child(d->notes[i], "p"); p; p = ofsi_xml_next(p, "p")) {
            ofsi_flow_begin_note(&d->flow);
            walk_inline(d, p, depth + 1);
            ofsi_flow_end(&d->flow, false);
        }
    d->in_note = inside;
}

static void put_paragraph(docx *d, const xmlNode *paragraph, uint32_t depth) {
    const xmlNode *properties = ofsi_xml_child(paragraph, "pPr");
    uint8_t level = level_of(d, properties);
    char prefix[24] = "", number[24];
    if (ofsi_xml_child(properties, "pageBreakBefore") && !d->rendered)
        ofsi_flow_page(&d->flow);
    number_paragraph(d, properties, number, sizeof number);
    if (level) {
        int hashes = level + (d->titled && !is_title(d, properties));
        (void)snprintf(prefix, sizeof prefix, "%.*s ", hashes < 6 ? hashes : 6, "######");
        ofsi_flow_end(&d->flow, true);
        ofsi_flow_begin(&d->flow, prefix);
        ofsi_flow_words(&d->flow, ofsi_span_of(number));
    } else {
        ofsi_flow_begin(&d->flow, number);
    }
    walk_inline(d, paragraph, depth + 1);
    ofsi_flow_end(&d->flow, level || !number[0]);
    put_notes(d, depth);
}

static void put_table(docx *d, const xmlNode *table, uint32_t depth) {
    for (const xmlNode *row = ofsi_xml_child(table, "tr"); row; row = ofsi_xml_next(row, "tr")) {
        ofsi_flow_row_begin(&d->flow);
        for (const xmlNode *cell = ofsi_xml_child(row, "tc"); cell; cell = ofsi_xml_next(cell, "tc")) {
            walk_blocks(d, cell, depth + 1);
            ofsi_flow_cell_end(&d->flow);
        }
        ofsi_flow_row_end(&d->flow);
    }
    ofsi_flow_end(&d->flow, true);
}

static void walk_blocks(docx *d, const xmlNode *parent, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH; node = node->next) {
        if (ofsi_xml_is(node, "p"))
            put_paragraph(d, node, depth + 1);
        else if (ofsi_xml_is(node, "tbl"))
            put_table(d, node, depth + 1);
        else if (node->type == XML_ELEMENT_NODE && !is_left_out(node))
            walk_blocks(d, node, depth + 1);
    }
}

/* ---- the file ---- */

/* What must be known of the whole before it is read: is there a title, has Word noted the pages. */
static void look_through(docx *d, const xmlNode *parent, uint32_t depth) {
    for (const xmlNode *node = parent->children; node && depth < MOST_DEPTH; node = node->next) {
        d->rendered |= ofsi_xml_is(node, "lastRenderedPageBreak");
        d->titled |= ofsi_xml_is(node, "p") && is_title(d, ofsi_xml_child(node, "pPr"));
        if (node->type == XML_ELEMENT_NODE)
            look_through(d, node, depth + 1);
    }
}

static ofs_status parse_members(docx *d, const char *path, ofsi_zip_member *members, ofs_error *err) {
    if (!members[DOCUMENT].found)
        return ofsi_fail(err, OFS_E_INPUT, "%s is no Word document: it has no %s", path,
                         members[DOCUMENT].name);
    ofs_status status = OFS_OK;
    for (int m = 0; m < MEMBERS && status == OFS_OK; m++)
        if (members[m].found)
            status =
                ofsi_xml_parse(ofsi_buf_span(&members[m].bytes), path, members[m].name, &d->trees[m], err);
    return status;
}

static void free_docx(docx *d) {
    for (int m = 0; m < MEMBERS; m++)
        xmlFreeDoc(d->trees[m]);
    ofsi_map_free(&d->style_ids);
    ofsi_map_free(&d->list_ids);
    ofsi_free(d->styles);
    ofsi_free(d->lists);
    ofsi_flow_free(&d->flow);
}

ofs_status ofsi_read_docx(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_zip_member members[MEMBERS] = {{.name = "word/document.xml"},
                                        {.name = "word/styles.xml"},
                                        {.name = "word/numbering.xml"},
                                        {.name = "word/footnotes.xml"},
                                        {.name = "word/endnotes.xml"}};
    docx d = {0};
    ofs_status status = ofsi_zip_read(path, members, MEMBERS, err);
    if (status == OFS_OK)
        status = parse_members(&d, path, members, err);
    ofsi_zip_free(members, MEMBERS);
    if (status == OFS_OK) {
        const xmlNode *root = xmlDocGetRootElement(d.trees[DOCUMENT]);
        read_styles(&d);
        read_lists(&d);
        look_through(&d, root, 0);
        if (!d.nomem)
            walk_blocks(&d, root, 0);
        status = d.nomem ? ofsi_fail_nomem(err) : ofsi_flow_finish(&d.flow, path, arena, document, err);
    }
    free_docx(&d);
    return status;
}
