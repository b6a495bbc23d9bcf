/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling words in every format. Called by the ofsearch program. */
#ifndef OFSI_PRESENT_KEYWORDS_H
#define OFSI_PRESENT_KEYWORDS_H

#include "search/present/present.h"

/* `names` of the two sides; the second NULL: the rest of the index. `results` say what was searched, for the head. */
void ofsi_present_keywords(const ofs_keywords *keywords, const char *const names[2],
                           const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);

#endif
