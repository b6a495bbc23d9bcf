/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for a terminal: no control characters, wrapped at words by display width, with colours. Used by the text printer. */
#ifndef OFSI_PRESENT_TERMINAL_H
#define OFSI_PRESENT_TERMINAL_H

#include <ofsearch/search.h>

#include "indexer/base/buf.h"
#include "indexer/base/clean_text.h"

/* Looks, each a fixed escape sequence that reads on light and dark grounds. */
typedef enum ofsi_look { OFSI_LOOK_PLAIN, OFSI_LOOK_MATCH, OFSI_LOOK_TITLE, OFSI_LOOK_DIM } ofsi_look;

/* Begins or ends a look; nothing without `color`, but for MATCH, which is then a `*` on either side. */
void ofsi_look_begin(ofsi_buf *out, ofsi_look look, bool color);
void ofsi_look_end(ofsi_buf *out, ofsi_look look, bool color);

/*
 * Appends text[0..size) wrapped to `width` columns, each line after `indent` blanks, ended by a newline; the
 * highlights (offsets into text) are marked. Newlines in the text are kept as line breaks.
 */
typedef struct ofsi_wrap {
    uint32_t width;
    uint32_t indent;
    bool color;
    ofsi_look look; /* of the text as a whole */
} ofsi_wrap;
void ofsi_append_wrapped(ofsi_buf *out, ofsi_span text, const ofs_highlight *highlights,
                         uint32_t highlight_count, const ofsi_wrap *wrap);

#endif
