/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of XML from archives, by libxml2. */
#include "indexer/report/xml.h"

#include <libxml/parser.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_MARKS = 4 * 1000 * 1000 /* tags and attributes: half a gigabyte of tree */
};
/* libxml2 compares each attribute of a tag with all before it: so many comparisons are two seconds. */
static const uint64_t MOST_COMPARISONS = UINT64_C(200) * 1000 * 1000;

static void swallow(void *context, xmlErrorPtr error) {
    (void)context;
    (void)error;
}

void ofsi_libxml_enter(ofsi_libxml *before) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, xmlInitParser);
    /* Both are this thread's own. */
    *before = (ofsi_libxml){xmlStructuredError, xmlStructuredErrorContext};
    xmlSetStructuredErrorFunc(NULL, swallow);
}

void ofsi_libxml_leave(const ofsi_libxml *before) {
    xmlSetStructuredErrorFunc(before->context, before->handler);
}

/* ---- what a parser would have to do ---- */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/* Where the tag that ends a script or a style sheet begins, whose text is none of tags; or `at`. */
static size_t skip_raw(ofsi_span bytes, size_t at) {
    static const char *const names[] = {"script", "style"};
    for (size_t n = 0; n < 2; n++) {
        size_t size = strlen(names[n]);
        if (bytes.size - at < size || strncasecmp(bytes.data + at, names[n], size) != 0)
            continue;
        for (size_t i = at + size; i + size + 2 <= bytes.size; i++)
            if (bytes.data[i] == '<' && bytes.data[i + 1] == '/' &&
                strncasecmp(bytes.data + i + 2, names[n], size) == 0)
                return i;
        return bytes.size;
    }
    return at;
}

/* Behind the tag whose name begins at `at`; counts its attributes. */
static size_t pass_tag(ofsi_span bytes, size_t at, uint64_t *attributes) {
    char quote = '\0';
    for (*attributes = 0; at < bytes.size; at++) {
        char c = bytes.data[at];
        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '>') {
            return at + 1;
        } else if ((c == '"' || c == '\'') && bytes.data[at - 1] == '=') {
            quote = c;
            ++*attributes;
        } else if (is_blank(c) && at + 1 < bytes.size && !is_blank(bytes.data[at + 1])) {
            ++*attributes;
        }
    }
    return at;
}

ofs_status ofsi_markup_check(ofsi_span bytes, const char *name, ofs_error *err) {
    uint64_t marks = 0, comparisons = 0;
    for (size_t at = 0; at < bytes.size;) {
        const char *next = memchr(bytes.data + at, '<', bytes.size - at);
        if (!next)
            break;
        at = (size_t)(next - bytes.data) + 1;
        uint64_t attributes = 0;
        if (at < bytes.size && is_letter(bytes.data[at])) {
            size_t raw = skip_raw(bytes, at);
            at = raw > at ? raw : pass_tag(bytes, at, &attributes);
        }
        marks += 1 + attributes;
        comparisons += attributes * attributes / 2;
        if (comparisons > MOST_COMPARISONS)
            return ofsi_fail(err, OFS_E_LIMIT, "%s has tags with more attributes than can be read", name);
        if (marks > MOST_MARKS)
            return ofsi_fail(err, OFS_E_LIMIT, "%s has more tags and attributes than the limit of %d", name,
                             MOST_MARKS);
    }
    return OFS_OK;
}

/* ---- trees ---- */

static ofs_status parse_quietly(ofsi_span bytes, const char *name, xmlDocPtr *out, ofs_error *err) {
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (!parser)
        return ofsi_fail_nomem(err);
    *out = xmlCtxtReadMemory(parser, bytes.data, (int)bytes.size, NULL, NULL,
                             XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    const xmlError *error = xmlCtxtGetLastError(parser);
    ofs_status status = OFS_OK;
    if (!*out || !xmlDocGetRootElement(*out)) {
        status = error && error->code == XML_ERR_NO_MEMORY
                     ? ofsi_fail_nomem(err)
                     : ofsi_fail(err, OFS_E_INPUT, "%s, line %d, is no XML", name, error ? error->line : 1);
        xmlFreeDoc(*out);
        *out = NULL;
    }
    xmlFreeParserCtxt(parser);
    return status;
}

ofs_status ofsi_xml_parse(ofsi_span bytes, const char *path, const char *member, xmlDocPtr *out,
                          ofs_error *err) {
    char name[sizeof err->message];
    ofsi_libxml before;
    *out = NULL;
    (void)snprintf(name, sizeof name, "%s is damaged: %s", path, member);
    if (bytes.size > INT_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "%s: %s is too large", path, member);
    if (memmem(bytes.data, bytes.size, "<!ENTITY", 8))
        return ofsi_fail(err, OFS_E_INPUT, "%s: %s declares entities, which is not allowed there", path,
                         member);
    ofs_status status = ofsi_markup_check(bytes, path, err);
    if (status != OFS_OK)
        return status;
    ofsi_libxml_enter(&before);
    status = parse_quietly(bytes, name, out, err);
    ofsi_libxml_leave(&before);
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
