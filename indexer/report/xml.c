/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of XML from archives, by libxml2. */
#include "indexer/report/xml.h"

#include <libxml/parser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/report/read_html.h"

ofs_status ofsi_xml_parse(ofsi_span bytes, const char *path, const char *member, xmlDocPtr *out,
                          ofs_error *err) {
    *out = NULL;
    ofsi_start_libxml();
    if (bytes.size > INT_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "%s: %s is too large", path, member);
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (!parser)
        return ofsi_fail_nomem(err);
    *out = xmlCtxtReadMemory(parser, bytes.data, (int)bytes.size, NULL, NULL,
                             XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    const xmlError *error = xmlCtxtGetLastError(parser);
    ofs_status status = OFS_OK;
    if (!*out || !xmlDocGetRootElement(*out)) {
        status = ofsi_fail(err, OFS_E_INPUT, "%s is damaged: %s, line %d, is no XML", path, member,
                           error ? error->line : 1);
        xmlFreeDoc(*out);
        *out = NULL;
    }
    xmlFreeParserCtxt(parser);
    return status;
}

bool ofsi_xml_is(const xmlNode *node, const char *name) {
    return node && node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static xmlNode *first_of(xmlNode *node, const char *name) {
    while (node && !ofsi_xml_is(node, name))
        node = node->next;
    return node;
}

xmlNode *ofsi_xml_child(const xmlNode *node, const char *name) {
    return node && node->type == XML_ELEMENT_NODE ? first_of(node->children, name) : NULL;
}

xmlNode *ofsi_xml_next(const xmlNode *node, const char *name) {
    return node ? first_of(node->next, name) : NULL;
}

const char *ofsi_xml_get(const xmlNode *node, const char *name) {
    for (const xmlAttr *a = node && node->type == XML_ELEMENT_NODE ? node->properties : NULL; a; a = a->next)
        if (strcmp((const char *)a->name, name) == 0 && a->children && a->children->content)
            return (const char *)a->children->content;
    return "";
}

long ofsi_xml_number(const xmlNode *node, const char *name, long most, long fallback) {
    const char *text = ofsi_xml_get(node, name);
    char *end = NULL;
    long value = strtol(text, &end, 10);
    return *text && *end == '\0' && value >= 0 && value <= most ? value : fallback;
}
