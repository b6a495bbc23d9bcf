/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading back what the printers wrote: the quotations of an evidence file with the places that they name. For `ofsearch
 * verify`. Formats are told by what the file holds: html, json and jsonl, csv and tsv, else markdown.
 */
#ifndef OFSI_PRESENT_EVIDENCE_H
#define OFSI_PRESENT_EVIDENCE_H

#include <ofsearch/search.h>

#include "indexer/base/arena.h"

typedef struct ofsi_quote {
    size_t line;          /* of the file, from 1 */
    const char *ref;      /* report#paragraph; NULL: the quotation names no place */
    const char *citation; /* NULL: none is given */
    const char *text;
} ofsi_quote;

typedef struct ofsi_quotes {
    ofsi_quote *items; /* in the order of the file; in the arena, like all texts */
    size_t count;
    ofsi_arena arena;
} ofsi_quotes;

/* *quotes all zeros before; freed with ofsi_quotes_free() also after a failure. OFS_E_INPUT says what is wrong, OFS_E_NOMEM. */
ofs_status ofsi_evidence_read(ofsi_span file, ofsi_quotes *quotes, ofs_error *err);
void ofsi_quotes_free(ofsi_quotes *quotes);

/*
 * Whether a quotation stands word for word in a text: runs of blanks are alike, and "…", "...", "[…]" and "[...]" stand for
 * words left out. When it does not, *differs is where in the quotation it goes astray, bytes from its start.
 */
bool ofsi_quote_stands(const char *quote, ofsi_span text, size_t *differs);

#endif
