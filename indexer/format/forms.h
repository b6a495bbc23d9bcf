/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The surface forms of a term, each in a few bytes. FORMAT.md has the grammar. */
#ifndef OFSI_FORMAT_FORMS_H
#define OFSI_FORMAT_FORMS_H

#include "indexer/base/buf.h"
#include "indexer/format/segment.h"

/* Appends the forms with their counts; nothing when the only form is the term itself. */
void ofsi_forms_encode(ofsi_span term, const ofsi_span *forms, const uint64_t *counts, uint32_t count,
                       ofsi_buf *out);

#endif
