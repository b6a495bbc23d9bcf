/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small things that the readers of XML formats share: trees from hostile bytes, names without their prefix, attributes. */
#ifndef OFSI_REPORT_XML_H
#define OFSI_REPORT_XML_H

#include <libxml/tree.h>
#include <stdbool.h>

#include "indexer/base/error.h"
#include "indexer/base/span.h"

/*
 * The tree of a member of an archive; no entity is expanded, nothing is fetched. *out is freed with xmlFreeDoc(). Errors:
 * OFS_E_INPUT with the file, the member and the line.
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
