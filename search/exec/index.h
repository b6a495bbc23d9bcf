/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an open index is. For the files that answer the public functions: search.c, pivot.c, keywords.c, similar.c. */
#ifndef OFSI_EXEC_INDEX_H
#define OFSI_EXEC_INDEX_H

#include "search/exec/engine.h"

struct ofs_index {
    ofsi_engine *engine;
};

#endif
