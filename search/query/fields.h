/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of the language: their names and which values each takes. Used by the lexer and by ofs_search().
 */
#ifndef OFSI_QUERY_FIELDS_H
#define OFSI_QUERY_FIELDS_H

#include "search/query/tree.h"

/* The field of this name, capital or small letters; false when there is none. */
bool ofsi_field_find(ofsi_span name, ofsi_field *field);

/*
 * Reads the value of a filter into `node`, whose field and `quoted` are set; its text borrows from `value`.
 * `place`: where the value begins in the query, for messages. OFS_E_QUERY when the value does not fit the
 * field.
 */
ofs_status ofsi_field_read(ofsi_node *node, ofsi_span value, size_t place, ofs_error *err);

#endif
