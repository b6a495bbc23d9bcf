/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that others wrote, made harmless in markdown and html. Used by the printers. */
#ifndef OFSI_PRESENT_MARKUP_H
#define OFSI_PRESENT_MARKUP_H

#include "indexer/base/buf.h"

/* Without control characters, line breaks as blanks, and with a backslash before what markdown would read as markup. */
void ofsi_append_markdown(ofsi_buf *out, ofsi_span text);
/* The same at the beginning of a line, where "- " and "1. " would begin a list. */
void ofsi_append_markdown_line(ofsi_buf *out, ofsi_span text);
/* Without control characters (newlines and tabs stay), with & < > " ' as entities: for content and quoted attributes. */
void ofsi_append_html(ofsi_buf *out, ofsi_span text);
/* As the path of a URL: everything but letters, digits and -._~/ as %XX. */
void ofsi_append_url_path(ofsi_buf *out, ofsi_span text);

#endif
