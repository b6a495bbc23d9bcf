/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine over Xapian databases. Used by engine.c. */
#ifndef OFSI_EXEC_XAPIAN_OPEN_H
#define OFSI_EXEC_XAPIAN_OPEN_H

#include "indexer/format/xapian_shards.h"
#include "search/exec/engine.h"

/*
 * The databases as one index, all of which must be made by the same rules for words, and be of the generation that the index
 * file names, if it names one. Nothing of `shards` is borrowed.
 */
ofs_status ofsi_engine_open_xapian(const ofsi_shards *shards, const ofs_open_options *options,
                                   ofsi_engine **out, ofs_error *err);

#endif
