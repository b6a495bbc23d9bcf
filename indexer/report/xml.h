/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small things that the readers of XML formats share: trees from hostile bytes, names without their prefix, attributes. */
#ifndef OFSI_REPORT_XML_H
#define OFSI_REPORT_XML_H

#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <stdbool.h>

#include "indexer/base/error.h"
#include "indexer/base/span.h"

/* What this thread did with libxml2's messages before ofsi_libxml_enter(). */
typedef struct ofsi_libxml {
    xmlStructuredErrorFunc handler;
    void *context;
} ofsi_libxml;

/* Around every use of libxml2: it is started once in a process, and prints nothing meanwhile. */
void ofsi_libxml_enter(ofsi_libxml *before);
void ofsi_libxml_leave(const ofsi_libxml *before);

/*
 * Refuses what would cost a parser of HTML or XML more memory or time than its bytes are worth: too many tags and
 * attributes in all, too many attributes in single tags. `name` is for messages. Errors: OFS_E_LIMIT.
 */
ofs_status ofsi_markup_check(ofsi_span bytes, const char *name, ofs_error *err);

/*
 * The tree of a member of an archive; no entity is expanded, nothing is fetched. *out is freed with xmlFreeDoc(). Errors:
 * OFS_E_INPUT with the file, the member and the line (declares entities, is no XML), OFS_E_LIMIT.
 */
ofs_status ofsi_xml_parse(ofsi_span bytes, const char *path, const char *member, xmlDocPtr *out,
                          ofs_error *err);

/* Whether a node is an element of this name, in whatever namespace. NULL is none. */
bool ofsi_xml_is(const xmlNode *node, const char *name);
/* The first child element of that name, or NULL; the next sibling of the same name. */
xmlNode *ofsi_xml_child(const xmlNode *node, const char *name);
xmlNode *ofsi_xml_next(const xmlNode *node, const char *name);
/* An attribute's value by its name without prefix, borrowed from the tree; "" when there is none. */
const char *ofsi_xml_get(const xmlNode *node, const char *name);
/* The same as a number from 0 to `most`, or `fallback`. */
long ofsi_xml_number(const xmlNode *node, const char *name, long most, long fallback);

#endif
