/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The definitions of a snapshot's segments, for native.c. */
#ifndef OFSI_EXEC_MEANINGS_SCAN_H
#define OFSI_EXEC_MEANINGS_SCAN_H

#include "indexer/format/manifest.h"
#include "search/exec/meanings.h"

/* For ofsi_meanings_of() and _like(); the snapshot is borrowed. */
ofsi_definitions ofsi_snapshot_definitions(ofsi_snapshot *snapshot);
/* Whether the stem is mostly written as one of its abbreviations. */
ofs_status ofsi_meanings_prevail(const ofsi_snapshot *snapshot, ofsi_span stem, const ofsi_meanings *meanings,
                                 bool *prevail, ofs_error *err);

#endif
