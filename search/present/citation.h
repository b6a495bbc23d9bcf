/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one documented style of citing a paragraph (OUTPUT.md). Used by every printer. */
#ifndef OFSI_PRESENT_CITATION_H
#define OFSI_PRESENT_CITATION_H

#include <ofsearch/search.h>

#include "indexer/base/buf.h"

/* "Ofsted, Title: Provider, published 29 May 2012, paragraph 25, page 9": what is not known is left out. */
void ofsi_append_citation(ofsi_buf *out, const ofs_hit *hit);

/* The report's file as a URL reference, a PDF with its page ("#page=9"); "#" where the path is not known. */
void ofsi_append_link(ofsi_buf *out, const ofs_hit *hit);

/* The year of publication, else of the inspection's last day; 0 when neither is known. */
int ofsi_report_year(const ofs_report_ref *report);

#endif
