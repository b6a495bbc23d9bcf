/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a paragraph's row and words to the terms and values of its document: what the Xapian sink writes, and what a check
 * expects to find. Knows nothing of libxapian.
 */
#ifndef OFSI_BUILD_XAPIAN_TERMS_H
#define OFSI_BUILD_XAPIAN_TERMS_H

#include "indexer/analysis/analyzer.h"
#include "indexer/format/xapian_schema.h"

typedef struct ofsi_xapian_paragraph {
    const ofsi_report_row *report;
    const ofsi_doc_row *row; /* its length is the tokens' */
    uint32_t place;
    const ofsi_tokens *tokens; /* of its text */
    const ofsi_analyzer *analyzer;
} ofsi_xapian_paragraph;

/* Gets the parts of the document; spans are borrowed for the call. A term comes as often as it occurs. */
typedef struct ofsi_xapian_receiver {
    void *context;
    /* Adds wdf to the term's, and a position unless that is 0. */
    ofs_status (*term)(void *context, ofsi_span term, uint32_t position, uint32_t wdf, ofs_error *err);
    /* The term was cut: the metadata must have the value. Called behind the term. */
    ofs_status (*cut)(void *context, ofsi_span term, ofsi_span value, ofs_error *err);
    ofs_status (*value)(void *context, uint32_t slot, ofsi_span value, ofs_error *err);
} ofsi_xapian_receiver;

ofs_status ofsi_xapian_describe(const ofsi_xapian_paragraph *paragraph, const ofsi_xapian_receiver *receiver,
                                ofs_error *err);

#endif
