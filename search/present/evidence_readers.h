/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readers behind evidence.h, one a format. Only evidence's own files include this. */
#ifndef OFSI_PRESENT_EVIDENCE_READERS_H
#define OFSI_PRESENT_EVIDENCE_READERS_H

#include "search/present/evidence.h"

typedef struct ofsi_quote_list {
    ofsi_quotes *quotes;
    size_t capacity;
} ofsi_quote_list;

/* A quotation as read; sizes 0: not there. */
typedef struct ofsi_quote_parts {
    size_t line;
    ofsi_span ref, citation, text;
} ofsi_quote_parts;

/* Copies. */
ofs_status ofsi_quote_add(ofsi_quote_list *list, const ofsi_quote_parts *parts, ofs_error *err);

ofs_status ofsi_evidence_html(ofsi_span file, ofsi_quote_list *list, ofs_error *err);
/* json and jsonl: values one behind the other. */
ofs_status ofsi_evidence_json(ofsi_span file, ofsi_quote_list *list, ofs_error *err);
ofs_status ofsi_evidence_delimited(ofsi_span file, char separator, ofsi_quote_list *list, ofs_error *err);

#endif
