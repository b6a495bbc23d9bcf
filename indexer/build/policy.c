/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The choice of segments to merge. */
#include "indexer/build/policy.h"

enum { TIERS = 12 };

static uint32_t tier_of(const ofsi_manifest_segment *segment) {
    uint32_t live = segment->doc_count - segment->dead_docs, tier = 0;
    for (uint64_t most = OFSI_TIER_FIRST; live > most && tier + 1 < TIERS; most *= OFSI_TIER_WIDTH)
        tier++;
    return tier;
}

static uint32_t choose_where(const ofsi_manifest_segment *segments, uint32_t count, uint32_t tier,
                             bool *chosen) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        chosen[i] = tier_of(&segments[i]) == tier;
        n += chosen[i];
    }
    return n;
}

uint32_t ofsi_policy_choose(const ofsi_manifest_segment *segments, uint32_t count, bool *chosen) {
    for (uint32_t tier = 0; tier < TIERS; tier++)
        if (choose_where(segments, count, tier, chosen) >= OFSI_TIER_WIDTH)
            return choose_where(segments, count, tier, chosen);
    for (uint32_t i = 0; i < count; i++)
        chosen[i] = false;
    for (uint32_t i = 0; i < count; i++)
        if (segments[i].dead_docs > segments[i].doc_count / 2 ||
            (segments[i].dead_count && segments[i].dead_count == segments[i].report_count)) {
            chosen[i] = true;
            return 1;
        }
    return 0;
}
