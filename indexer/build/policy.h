/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When segments are merged: tiers of sizes, each eight times the one below (a log-structured merge: O'Neil et al., "The
 * Log-Structured Merge-Tree", 1996). A tier with eight segments becomes one of the next, so that each paragraph is
 * rewritten about once a tier; a segment of which more than half is dead is rewritten alone. Called by the writer.
 */
#ifndef OFSI_BUILD_POLICY_H
#define OFSI_BUILD_POLICY_H

#include "indexer/format/manifest.h"

enum { OFSI_TIER_WIDTH = 8, OFSI_TIER_FIRST = 1024 /* paragraphs of the lowest tier's largest segment */ };

/*
 * Chooses the segments to merge next: sets chosen[i] and returns how many, 0 when nothing needs merging. The same
 * manifest gives the same choice.
 */
uint32_t ofsi_policy_choose(const ofsi_manifest_segment *segments, uint32_t count, bool *chosen);

#endif
