/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .html: what a reader of the page would call its text, in order. libxml2 makes a tree of whatever the file
 * holds; this walks the part that is the page's own (main, article, or all) and leaves out what goes around it. Called by
 * ofs_report_read() and, for the chapters of an e-book, by read_epub.c.
 */
#include "indexer/report/read_html.h"

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/base/utf8.h"
#include "indexer/report/input.h"

enum {
    MOST_HTML = 64 * 1024 * 1024,
    MOST_LISTS = 32 /* lists in one another whose numbers are kept */
};

/* What an element does to the text. */
typedef enum element_kind {
    KIND_INLINE = 0,
    KIND_BLOCK,
    KIND_HEADING,
    KIND_ITEM,
    KIND_LIST,
    KIND_ROW,
    KIND_CELL,
    KIND_BREAK,
    KIND_RULE,
    KIND_SKIP,       /* never text of the page */
    KIND_SURROUNDING /* around the page's text: skipped outside of main and article */
} element_kind;

typedef struct walker {
    ofsi_flow *flow;
    bool whole;               /* the root is the body, not its main part */
    uint32_t depth;           /* lists open */
    long numbers[MOST_LISTS]; /* of the next item; -1: bullets */
} walker;

static element_kind kind_of(const xmlNode *node) {
    static const struct {
        const char *names;
        element_kind kind;
    } kinds[] = {
        {" h1 h2 h3 h4 h5 h6 ", KIND_HEADING},
        {" li dd ", KIND_ITEM},
        {" ol ul ", KIND_LIST},
        {" tr ", KIND_ROW},
        {" td th ", KIND_CELL},
        {" br ", KIND_BREAK},
        {" hr ", KIND_RULE},
        {" script style noscript template svg math iframe object embed select button input textarea audio "
         "video "
         "canvas head title meta link base map dialog ",
         KIND_SKIP},
        {" nav header footer aside form menu search ", KIND_SURROUNDING},
        {" p div section article main body html table thead tbody tfoot caption blockquote pre address dl dt "
         "figure "
         "figcaption fieldset legend details summary center hgroup ",
         KIND_BLOCK},
    };
    char name[16];
    int size = snprintf(name, sizeof name, " %s ", (const char *)node->name);
    for (size_t i = 0; size > 0 && (size_t)size < sizeof name && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strstr(kinds[i].names, name))
            return kinds[i].kind;
    return KIND_INLINE;
}

static bool has_value(xmlNode *node, const char *attribute, const char *value) {
    xmlChar *text = xmlGetProp(node, (const xmlChar *)attribute);
    bool same = text && strcasecmp((const char *)text, value) == 0;
    xmlFree(text);
    return same;
}

static bool is_hidden(xmlNode *node) {
    return xmlHasProp(node, (const xmlChar *)"hidden") || has_value(node, "aria-hidden", "true") ||
           has_value(node, "role", "navigation");
}

static bool is_skipped(const walker *w, xmlNode *node, element_kind kind) {
    return kind == KIND_SKIP || (kind == KIND_SURROUNDING && w->whole) ||
           strcmp((const char *)node->name, "nav") == 0 || is_hidden(node);
}

static void begin_item(walker *w) {
    char prefix[32];
    long number = w->depth && w->depth <= MOST_LISTS ? w->numbers[w->depth - 1] : -1;
    if (number >= 0) {
        (void)snprintf(prefix, sizeof prefix, "%ld. ", number);
        w->numbers[w->depth - 1]++;
    } else {
        (void)snprintf(prefix, sizeof prefix, "%s ", w->depth > 1 ? "\xE2\x80\x93" : "\xE2\x80\xA2");
    }
    ofsi_flow_begin(w->flow, prefix);
}

static void begin_list(walker *w, xmlNode *node) {
    long first = -1;
    if (strcmp((const char *)node->name, "ol") == 0) {
        xmlChar *start = xmlGetProp(node, (const xmlChar *)"start");
        first = start ? strtol((const char *)start, NULL, 10) : 1;
        xmlFree(start);
        if (first < 0 || first > 9999)
            first = 1;
    }
    if (w->depth < MOST_LISTS)
        w->numbers[w->depth] = first;
    w->depth++;
    ofsi_flow_end(w->flow, w->depth == 1);
}

static void enter(walker *w, xmlNode *node, element_kind kind) {
    char prefix[8];
    switch (kind) {
    case KIND_HEADING:
        ofsi_flow_end(w->flow, true);
        (void)snprintf(prefix, sizeof prefix, "%.*s ", node->name[1] - '0', "######");
        ofsi_flow_begin(w->flow, prefix);
        break;
    case KIND_ITEM:
        begin_item(w);
        break;
    case KIND_LIST:
        begin_list(w, node);
        break;
    case KIND_ROW:
        ofsi_flow_row_begin(w->flow);
        break;
    case KIND_BREAK:
        ofsi_flow_break(w->flow);
        break;
    case KIND_BLOCK:
    case KIND_SURROUNDING:
    case KIND_RULE:
        /* The paragraph in an item is the item's text. */
        if (!w->flow->prefix[0] || w->flow->block.size)
            ofsi_flow_end(w->flow, true);
        break;
    default:
        break;
    }
}

static void leave(walker *w, element_kind kind) {
    switch (kind) {
    case KIND_HEADING:
    case KIND_BLOCK:
    case KIND_SURROUNDING:
        ofsi_flow_end(w->flow, true);
        break;
    case KIND_ITEM:
        ofsi_flow_end(w->flow, false);
        break;
    case KIND_LIST:
        w->depth -= w->depth > 0;
        ofsi_flow_end(w->flow, w->depth == 0);
        break;
    case KIND_CELL:
        ofsi_flow_cell_end(w->flow);
        break;
    case KIND_ROW:
        ofsi_flow_row_end(w->flow);
        break;
    default:
        break;
    }
}

/* Depth first without recursion, as a hostile page may be nested as deep as it is long. */
static void walk(walker *w, xmlNode *root) {
    xmlNode *node = root;
    while (node) {
        bool down = false;
        element_kind kind = KIND_INLINE;
        if (node->type == XML_ELEMENT_NODE) {
            kind = kind_of(node);
            down = node == root || !is_skipped(w, node, kind);
            if (down)
                enter(w, node, kind);
        } else if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) && node->content) {
            ofsi_flow_words(w->flow, ofsi_span_of((const char *)node->content));
        }
        if (down && node->children) {
            node = node->children;
            continue;
        }
        if (down)
            leave(w, kind);
        while (node != root && !node->next) {
            node = node->parent;
            leave(w, kind_of(node));
        }
        if (node == root)
            break;
        node = node->next;
    }
    ofsi_flow_end(w->flow, true);
}

/* The next element in document order. */
static xmlNode *next_element(xmlNode *node, const xmlNode *root) {
    if (node->children && node->type == XML_ELEMENT_NODE)
        node = node->children;
    else {
        while (node != root && !node->next)
            node = node->parent;
        if (node == root)
            return NULL;
        node = node->next;
    }
    while (node && node->type != XML_ELEMENT_NODE) {
        while (node != root && !node->next)
            node = node->parent;
        if (node == root)
            return NULL;
        node = node->next;
    }
    return node;
}

/* The page's own part: its main element, else its only article, else all of it. */
static xmlNode *find_root(xmlNode *top, bool *whole) {
    xmlNode *main_part = NULL, *article = NULL, *body = top;
    uint32_t articles = 0;
    for (xmlNode *node = next_element(top, top); node; node = next_element(node, top)) {
        const char *name = (const char *)node->name;
        if (!main_part && (strcmp(name, "main") == 0 || has_value(node, "role", "main")))
            main_part = node;
        if (strcmp(name, "article") == 0 && ++articles == 1)
            article = node;
        if (body == top && strcmp(name, "body") == 0)
            body = node;
    }
    *whole = !main_part && articles != 1;
    return main_part ? main_part : articles == 1 ? article : body;
}

static void silence(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

static void start_libxml(void) {
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, silence);
}

void ofsi_start_libxml(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, start_libxml);
}

/* Bytes that are UTF-8 are that, whatever the page says; otherwise its own word counts, or Windows-1252. */
static const char *encoding_of(ofsi_span bytes) {
    ofsi_span head = {bytes.data, bytes.size < 4096 ? bytes.size : 4096};
    if (ofsi_utf8_valid_prefix(bytes.data, bytes.size) == bytes.size)
        return "UTF-8";
    bool says = memmem(head.data, head.size, "charset", 7) || memmem(head.data, head.size, "encoding=", 9) ||
                (bytes.size > 1 && ((unsigned char)bytes.data[0] >= 0xFE));
    return says ? NULL : "windows-1252";
}

ofs_status ofsi_html_flow(ofsi_span bytes, const char *name, ofsi_flow *flow, ofs_error *err) {
    ofsi_start_libxml();
    if (bytes.size > MOST_HTML)
        return ofsi_fail(err, OFS_E_LIMIT, "%s is larger than the limit of 64 MiB for a page", name);
    htmlDocPtr page = htmlReadMemory(bytes.data, (int)bytes.size, NULL, encoding_of(bytes),
                                     HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                         HTML_PARSE_NONET | HTML_PARSE_COMPACT);
    xmlNode *top = page ? xmlDocGetRootElement(page) : NULL;
    if (!top) {
        xmlFreeDoc(page);
        return ofsi_fail(err, OFS_E_INPUT, "%s has no page in it", name);
    }
    walker w = {.flow = flow};
    xmlNode *root = find_root(top, &w.whole);
    walk(&w, root);
    xmlFreeDoc(page);
    return flow->text.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_read_html(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_buf bytes = {0};
    ofsi_flow flow = {0};
    ofs_status status = ofsi_input_read(path, MOST_HTML, &bytes, err);
    if (status == OFS_OK)
        status = ofsi_html_flow(ofsi_buf_span(&bytes), path, &flow, err);
    ofsi_buf_free(&bytes);
    if (status == OFS_OK)
        return ofsi_flow_finish(&flow, path, arena, document, err);
    ofsi_flow_free(&flow);
    return status;
}
