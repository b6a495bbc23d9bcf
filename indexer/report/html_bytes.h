/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a page of HTML as UTF-8. Used by read_html.c. */
#ifndef OFSI_REPORT_HTML_BYTES_H
#define OFSI_REPORT_HTML_BYTES_H

#include "indexer/report/clean.h"

/*
 * Appends the page in clean UTF-8. A byte order mark decides; bytes that are UTF-8 are that, whatever the page says;
 * otherwise the page's own word counts where iconv knows it, and bytes of no encoding are Windows-1252. Growth failure:
 * out->failed. `recovered` and `replaced` count what had to be put right.
 */
void ofsi_html_decode(ofsi_buf *out, ofsi_span bytes, ofsi_clean_counts *counts);

#endif
