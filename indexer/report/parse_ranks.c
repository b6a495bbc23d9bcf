/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After the headings: which of them only speak of a section. A list of recommendations or a summary is parted by the names
 * of the graded sections, and back matter explains them by name; such a heading stands inside the section that is open and
 * neither ends it nor has a grade. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include <string.h>

/* What the document has of one heading of the profile; found once, so that a document of headings alone takes no time. */
typedef struct sightings {
    float heaviest;     /* type of those with a grade; below 0: there is none */
    size_t first, last; /* indexes into the headings */
} sightings;

typedef struct ranks {
    const ofsi_parse *parse;
    sightings *known; /* by heading of the profile */
} ranks;

static const sightings *sightings_of(const ranks *r, size_t i) {
    return &r->known[r->parse->headings[i].known - r->parse->profile.headings];
}

static void note_sightings(const ranks *r) {
    for (uint32_t k = 0; k < r->parse->profile.heading_count; k++)
        r->known[k] = (sightings){.heaviest = -1, .first = SIZE_MAX};
    for (size_t i = 0; i < r->parse->heading_count; i++) {
        const ofsi_heading *heading = &r->parse->headings[i];
        if (!heading->known)
            continue;
        sightings *s = &r->known[heading->known - r->parse->profile.headings];
        s->first = s->first == SIZE_MAX ? i : s->first;
        s->last = i;
        if (heading->grade.label && heading->weight > s->heaviest)
            s->heaviest = heading->weight;
    }
}

static bool has_role(const ofsi_known_heading *known, const char *role) {
    return known && known->role && strcmp(known->role, role) == 0;
}

/* A heading that is repeated at once is printed in a box with its grade, and again over the text. */
static bool is_repeated(const ofsi_parse *parse, size_t i) {
    const ofsi_known_heading *known = parse->headings[i].known;
    return (i > 0 && parse->headings[i - 1].known == known) ||
           (i + 1 < parse->heading_count && parse->headings[i + 1].known == known);
}

/* Whether the section of that name, here without a grade, has one elsewhere; `heavier`: and in heavier type. */
static bool is_graded_elsewhere(const ranks *r, size_t i, bool heavier) {
    float heaviest = sightings_of(r, i)->heaviest;
    return heavier ? heaviest > r->parse->headings[i].weight + 0.3f : heaviest >= 0;
}

/* `around`: the last heading that is none of these and has a rank. */
static bool only_speaks(const ranks *r, size_t i, const ofsi_heading *around) {
    const ofsi_parse *parse = r->parse;
    const ofsi_heading *heading = &parse->headings[i];
    const ofsi_known_heading *known = heading->known;
    if (!around)
        return false;
    if (around->known && around->known->notes)
        return known ? !known->notes && sightings_of(r, i)->first < i
                     : heading->weight < around->weight + 0.3f;
    bool other_role = known && known->role && !has_role(known, "findings");
    if (!known || heading->grade.label || other_role || is_repeated(parse, i))
        return false;
    bool recommending = has_role(around->known, "recommendations");
    bool listing = recommending || has_role(around->known, "summary");
    /* A text's grade may be in the report's table alone. */
    return is_graded_elsewhere(r, i, !listing) || (recommending && sightings_of(r, i)->last > i);
}

void ofsi_parse_ranks(ofsi_parse *parse) {
    const ofsi_heading *around = NULL;
    size_t most = parse->profile.heading_count ? parse->profile.heading_count : 1;
    ranks r = {parse, ofsi_arena_calloc(&parse->scratch, most, sizeof *r.known)};
    if (!r.known) {
        parse->nomem = true;
        return;
    }
    note_sightings(&r);
    for (size_t i = 0; i < parse->heading_count; i++) {
        parse->headings[i].inside = only_speaks(&r, i, around);
        /* A text's headings that nobody knows may be of any rank. */
        if (!parse->headings[i].inside && (parse->headings[i].known || parse->document->is_pdf))
            around = &parse->headings[i];
    }
}
