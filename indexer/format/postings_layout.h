/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constants of the postings' bytes that their writer and their reader share. FORMAT.md has the grammar. */
#ifndef OFSI_FORMAT_POSTINGS_LAYOUT_H
#define OFSI_FORMAT_POSTINGS_LAYOUT_H

#include "indexer/format/segment.h"

enum {
    OFSI_SUPER_BLOCKS = OFSI_SUPER, /* blocks that one second-level impact stands for */
    OFSI_DOCS_PFOR = 0,             /* first byte of a full block: gaps */
    OFSI_DOCS_BITMAP = 1,           /* or a bitmap */
    OFSI_SKIPS_WIDE = 1             /* flag: offsets and sums of 8 bytes */
};

#endif
