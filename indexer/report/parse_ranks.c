/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After the headings: which of them only speak of a section. A list of recommendations or a summary is parted by the names
 * of the graded sections, and back matter explains them by name; such a heading stands inside the section that is open and
 * neither ends it nor has a grade. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include <string.h>

static bool has_role(const ofsi_known_heading *known, const char *role) {
    return known && known->role && strcmp(known->role, role) == 0;
}

/* A heading that is repeated at once is printed in a box with its grade, and again over the text. */
static bool is_repeated(const ofsi_parse *parse, size_t i) {
    const ofsi_known_heading *known = parse->headings[i].known;
    return (i > 0 && parse->headings[i - 1].known == known) ||
           (i + 1 < parse->heading_count && parse->headings[i + 1].known == known);
}

/* Whether the section of that name is elsewhere, with its grade; `heavier`: and in heavier type. */
static bool is_graded_elsewhere(const ofsi_parse *parse, size_t i, bool heavier) {
    const ofsi_heading *heading = &parse->headings[i];
    for (size_t j = 0; j < parse->heading_count; j++) {
        const ofsi_heading *other = &parse->headings[j];
        if (j != i && other->known == heading->known && other->grade.label &&
            (!heavier || other->weight > heading->weight + 0.3f))
            return true;
    }
    return false;
}

static bool comes_again(const ofsi_parse *parse, size_t i) {
    for (size_t j = i + 1; j < parse->heading_count; j++)
        if (parse->headings[j].known == parse->headings[i].known)
            return true;
    return false;
}

static bool was_met(const ofsi_parse *parse, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (parse->headings[j].known == parse->headings[i].known)
            return true;
    return false;
}

/* `around`: the last heading that is none of these and has a rank. */
static bool only_speaks(const ofsi_parse *parse, size_t i, const ofsi_heading *around) {
    const ofsi_heading *heading = &parse->headings[i];
    const ofsi_known_heading *known = heading->known;
    if (!around)
        return false;
    if (around->known && around->known->notes)
        return known ? !known->notes && was_met(parse, i) : heading->weight < around->weight + 0.3f;
    bool other_role = known && known->role && !has_role(known, "findings");
    if (!known || heading->grade.label || other_role || is_repeated(parse, i))
        return false;
    bool recommending = has_role(around->known, "recommendations");
    bool listing = recommending || has_role(around->known, "summary");
    /* A text's grade may be in the report's table alone. */
    return is_graded_elsewhere(parse, i, !listing) || (recommending && comes_again(parse, i));
}

void ofsi_parse_ranks(ofsi_parse *parse) {
    const ofsi_heading *around = NULL;
    for (size_t i = 0; i < parse->heading_count; i++) {
        parse->headings[i].inside = only_speaks(parse, i, around);
        /* A text's headings that nobody knows may be of any rank. */
        if (!parse->headings[i].inside && (parse->headings[i].known || parse->document->is_pdf))
            around = &parse->headings[i];
    }
}
