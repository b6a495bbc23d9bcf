/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence in html, by libxml2's parser: articles with data-ref, their quotation and their citation. */
#include <limits.h>
#include <string.h>

#include <libxml/HTMLparser.h>

#include "indexer/base/error.h"
#include "indexer/base/late.h"
#include "search/present/evidence_readers.h"

/* Of the library, which is loaded for the first page. */
#define XML_FUNCTIONS(X)                                                                                     \
    X(htmlReadMemory)                                                                                        \
    X(xmlDocGetRootElement)                                                                                  \
    X(xmlFreeDoc)                                                                                            \
    X(xmlGetProp)                                                                                            \
    X(xmlNodeGetContent)                                                                                     \
    X(xmlGetLineNo)

static struct {
#define X(name) __typeof__(name) *name;
    XML_FUNCTIONS(X)
#undef X
    xmlFreeFunc *release; /* the library's variable xmlFree */
} xml;

static bool load_library(void) {
    static const ofsi_late_symbol symbols[] = {
#define X(name) {#name, &xml.name},
        XML_FUNCTIONS(X)
#undef X
            {"xmlFree", &xml.release}};
    static ofsi_late_library library = {OFS_XML, symbols, sizeof symbols / sizeof *symbols, OFSI_LATE_NEW,
                                        NULL};
    return ofsi_late_load(&library);
}

static bool is_element(const xmlNode *node, const char *name) {
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The node behind `node` in reading order, not leaving `top`. */
static xmlNode *next_node(xmlNode *node, const xmlNode *top) {
    if (node->children)
        return node->children;
    while (node && node != top && !node->next)
        node = node->parent;
    return !node || node == top ? NULL : node->next;
}

static xmlNode *find_below(xmlNode *top, const char *name) {
    for (xmlNode *node = next_node(top, top); node; node = next_node(node, top))
        if (is_element(node, name))
            return node;
    return NULL;
}

static ofsi_span span_of(const xmlChar *text) { return ofsi_span_of((const char *)text); }

static ofs_status read_article(xmlNode *article, xmlNode *quote, ofsi_quote_list *list, ofs_error *err) {
    xmlNode *cite = find_below(article, "cite");
    xmlChar *ref = xml.xmlGetProp(article, (const xmlChar *)"data-ref");
    xmlChar *text = xml.xmlNodeGetContent(quote), *citation = cite ? xml.xmlNodeGetContent(cite) : NULL;
    ofs_status status = ofsi_fail_nomem(err);
    const ofsi_quote_parts parts = {(size_t)xml.xmlGetLineNo(quote), span_of(ref), span_of(citation),
                                    span_of(text)};
    if (text && (!cite || citation))
        status = ofsi_quote_add(list, &parts, err);
    (*xml.release)(ref);
    (*xml.release)(text);
    (*xml.release)(citation);
    return status;
}

ofs_status ofsi_evidence_html(ofsi_span file, ofsi_quote_list *list, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!load_library())
        return ofsi_fail(err, OFS_E_UNSUPPORTED, "cannot be read without %s, which is not there", OFS_XML);
    if (file.size > INT_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a page of more than %d bytes", INT_MAX);
    htmlDocPtr page =
        xml.htmlReadMemory(file.data, (int)file.size, NULL, "UTF-8",
                           HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    xmlNode *root = page ? xml.xmlDocGetRootElement(page) : NULL;
    if (!root)
        status = ofsi_fail(err, OFS_E_INPUT, "is no HTML page");
    for (xmlNode *node = root; node && status == OFS_OK; node = next_node(node, root)) {
        if (!is_element(node, "blockquote"))
            continue;
        xmlNode *article = node->parent;
        while (article && !is_element(article, "article"))
            article = article->parent;
        status = read_article(article ? article : node, node, list, err);
    }
    xml.xmlFreeDoc(page);
    return status;
}
