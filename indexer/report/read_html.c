/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .html: what a reader of the page would call its text, in order. libxml2 makes a tree of whatever the file
 * holds; this walks the part that is the page's own (main, article, or all) and leaves out what goes around it. Called by
 * ofs_report_read() and, for the chapters of an e-book, by read_epub.c.
 */
#include "indexer/report/read_html.h"

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/report/html_bytes.h"
#include "indexer/report/input.h"
#include "indexer/report/xml.h"

enum {
    MOST_HTML = 64 * 1024 * 1024,
    DEEPEST = 256,  /* elements in one another: what libxml2 allows */
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

/* What is known of a page before it is walked. */
typedef struct page_parts {
    xmlNode *body, *main_part, *article, *title;
    uint32_t articles;
    bool headed; /* a heading of the first rank stands outside of headers */
} page_parts;

typedef struct walker {
    ofsi_flow *flow;
    bool whole;               /* the root is the body, not its main part */
    bool headed;              /* headers hold nothing that is missed */
    uint32_t bold;            /* elements of bold type open */
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

static bool is_named(const xmlNode *node, const char *name) {
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The next node in document order below `root`, past what is inside of `node` where it is not entered; NULL at the end. */
static xmlNode *next_node(xmlNode *node, const xmlNode *root, bool enter) {
    if (enter && node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node != root && !node->next)
        node = node->parent;
    return node == root ? NULL : node->next;
}

static bool holds(xmlNode *root, const char *const *names, size_t count) {
    for (xmlNode *node = next_node(root, root, true); node; node = next_node(node, root, true))
        for (size_t i = 0; i < count; i++)
            if (is_named(node, names[i]))
                return true;
    return false;
}

/* Some pages stand in a form as a whole, and some have their title in a header. */
static bool is_surrounding(const walker *w, xmlNode *node) {
    static const char *const headings[] = {"h1", "h2", "h3"};
    if (is_named(node, "form"))
        return !holds(node, headings, 3);
    if (is_named(node, "header"))
        return w->whole && (w->headed || !holds(node, headings, 1));
    return true;
}

static bool is_skipped(const walker *w, xmlNode *node, element_kind kind) {
    return kind == KIND_SKIP || is_hidden(node) || (kind == KIND_SURROUNDING && is_surrounding(w, node));
}

static bool is_bold(xmlNode *node) {
    if (is_named(node, "b") || is_named(node, "strong"))
        return true;
    xmlChar *style = xmlGetProp(node, (const xmlChar *)"style");
    const char *weight = style ? strcasestr((const char *)style, "font-weight") : NULL;
    bool bold = weight && strcspn(weight, ";") > 12 && strcasestr(weight, "bold");
    xmlFree(style);
    return bold;
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
        w->bold += is_bold(node);
        ofsi_flow_bold(w->flow, w->bold > 0);
        break;
    }
}

static void leave(walker *w, xmlNode *node, element_kind kind) {
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
    case KIND_BREAK:
    case KIND_RULE:
        break;
    default:
        w->bold -= is_bold(node);
        ofsi_flow_bold(w->flow, w->bold > 0);
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
            leave(w, node, kind);
        while (node != root && !node->next) {
            node = node->parent;
            leave(w, node, kind_of(node));
        }
        if (node == root)
            break;
        node = node->next;
    }
    ofsi_flow_end(w->flow, true);
}

static void look_through(xmlNode *top, page_parts *parts) {
    uint32_t in_header = 0;
    *parts = (page_parts){.body = top};
    for (xmlNode *node = next_node(top, top, true), *header = NULL; node; node = next_node(node, top, true)) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        /* Headers are short: each is looked through on its own. */
        if (is_named(node, "header"))
            header = node;
        if (is_named(node, "h1") && !parts->headed) {
            in_header = 0;
            for (const xmlNode *above = node; header && above != top; above = above->parent)
                in_header += above == header;
            parts->headed = !in_header;
        }
        if (!parts->main_part && (is_named(node, "main") || has_value(node, "role", "main")))
            parts->main_part = node;
        if (is_named(node, "article") && ++parts->articles == 1)
            parts->article = node;
        if (parts->body == top && is_named(node, "body"))
            parts->body = node;
        if (!parts->title && is_named(node, "title"))
            parts->title = node;
    }
}

/* A page that has no heading of its own has a name all the same. */
static void put_title(walker *w, xmlNode *root, const page_parts *parts) {
    static const char *const headings[] = {"h1"};
    if (!parts->title || holds(root, headings, 1))
        return;
    xmlChar *title = xmlNodeGetContent(parts->title);
    if (title) {
        ofsi_flow_begin(w->flow, "# ");
        ofsi_flow_words(w->flow, ofsi_span_of((const char *)title));
        ofsi_flow_end(w->flow, true);
    }
    xmlFree(title);
}

/* The page's own part: its main element, else its only article; all of it where that says nothing. */
static void walk_page(ofsi_flow *flow, xmlNode *top, bool titled) {
    page_parts parts;
    look_through(top, &parts);
    xmlNode *part = parts.main_part ? parts.main_part : parts.articles == 1 ? parts.article : NULL;
    size_t before = flow->text.size;
    for (int round = part ? 0 : 1; round < 2 && flow->text.size == before; round++) {
        walker w = {.flow = flow, .whole = round == 1, .headed = parts.headed};
        xmlNode *root = round == 1 ? parts.body : part;
        uint32_t lines = flow->lines;
        if (titled)
            put_title(&w, root, &parts);
        bool named = flow->lines > lines;
        walk(&w, root);
        if (round == 0 && flow->lines == lines + named) {
            flow->text.size = before;
            flow->lines = lines;
        }
    }
}

static ofs_status parse_page(ofsi_span bytes, const char *name, htmlDocPtr *page, ofs_error *err) {
    htmlParserCtxtPtr parser = htmlNewParserCtxt();
    if (!parser)
        return ofsi_fail_nomem(err);
    *page = htmlCtxtReadMemory(parser, bytes.data, (int)bytes.size, NULL, "UTF-8",
                               HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC);
    const xmlError *error = xmlCtxtGetLastError(parser);
    ofs_status status = OFS_OK;
    /* Where the parser has stopped, what follows would be lost without a word. */
    if (parser->disableSAX)
        status =
            error && error->code == XML_ERR_NO_MEMORY
                ? ofsi_fail_nomem(err)
                : ofsi_fail(err, OFS_E_LIMIT, "%s has more than %d elements in one another", name, DEEPEST);
    else if (!*page || !xmlDocGetRootElement(*page))
        status = ofsi_fail(err, OFS_E_INPUT, "%s has no page in it", name);
    htmlFreeParserCtxt(parser);
    return status;
}

/* `titled`: the page's title is a heading where it has no other. */
static ofs_status put_page(ofsi_span bytes, const char *name, ofsi_flow *flow, bool titled, ofs_error *err) {
    ofsi_libxml before;
    htmlDocPtr page = NULL;
    ofsi_buf text = {0};
    ofsi_html_decode(&text, bytes, &flow->counts);
    ofs_status status = text.failed ? ofsi_fail_nomem(err)
                        : text.size > MOST_HTML
                            ? ofsi_fail(err, OFS_E_LIMIT, "%s is larger than the limit of %d MiB for a page",
                                        name, MOST_HTML >> 20)
                            : ofsi_markup_check(ofsi_buf_span(&text), name, err);
    if (status == OFS_OK) {
        ofsi_libxml_enter(&before);
        status = parse_page(ofsi_buf_span(&text), name, &page, err);
        ofsi_buf_free(&text);
        if (status == OFS_OK)
            walk_page(flow, xmlDocGetRootElement(page), titled);
        xmlFreeDoc(page);
        ofsi_libxml_leave(&before);
    }
    ofsi_buf_free(&text);
    return status == OFS_OK && flow->text.failed ? ofsi_fail_nomem(err) : status;
}

ofs_status ofsi_html_flow(ofsi_span bytes, const char *name, ofsi_flow *flow, ofs_error *err) {
    return put_page(bytes, name, flow, false, err);
}

ofs_status ofsi_read_html(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_buf bytes = {0};
    ofsi_flow flow = {0};
    ofs_status status = ofsi_input_read(path, MOST_HTML, &bytes, err);
    if (status == OFS_OK)
        status = put_page(ofsi_buf_span(&bytes), path, &flow, true, err);
    ofsi_buf_free(&bytes);
    if (status == OFS_OK)
        return ofsi_flow_finish(&flow, path, arena, document, err);
    ofsi_flow_free(&flow);
    return status;
}
