/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Headings to section paths. A known heading has its rank from the profile; another's is told by its type: it
 * stands below the nearest heading above it that is heavier. A section without a grade of its own takes over
 * that of the section around it, unless the profile says otherwise. Called by parse_units.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

static const ofsi_heading *heading_at(const ofsi_parse *parse, const ofsi_outline *outline, uint32_t depth) {
    return &parse->headings[outline->open[depth].heading];
}

const ofsi_heading *ofsi_current_heading(const ofsi_parse *parse, const ofsi_outline *outline) {
    return outline->depth ? heading_at(parse, outline, outline->depth - 1) : NULL;
}

/*
 * A known heading over no text of its own, with one in the same type right below it: "Main findings", "Leadership and
 * management". It is no section beside that one, but around it and those that follow.
 */
static bool begins_holding(const ofsi_parse *parse, const ofsi_outline *outline,
                           const ofsi_heading *heading) {
    if (outline->depth == 0 || heading->known || outline->open[outline->depth - 1].filled)
        return false;
    const ofsi_heading *above = heading_at(parse, outline, outline->depth - 1);
    uint32_t line = above->line;
    for (uint32_t n = 0; n < above->line_count && line != UINT32_MAX; n++)
        line = ofsi_next_line(parse, line);
    return above->known && !above->grade.label && !above->inside && line == heading->line &&
           above->weight > heading->weight - 0.3f;
}

/* Leaves the sections that the heading ends; its level. */
static uint8_t place(const ofsi_parse *parse, ofsi_outline *outline, const ofsi_heading *heading) {
    const ofsi_heading *inner = ofsi_current_heading(parse, outline);
    /* Back matter speaks of sections by their names, in smaller type than its own heading's. */
    if (inner && inner->known && inner->known->notes && parse->document->is_pdf &&
        inner->weight > heading->weight + 0.3f)
        return (uint8_t)(outline->open[outline->depth - 1].level + 1);

    if (heading->level) {
        while (outline->depth && outline->open[outline->depth - 1].level >= heading->level)
            outline->depth--;
        return heading->level;
    }
    if (parse->document->is_pdf && begins_holding(parse, outline, heading))
        outline->open[outline->depth - 1].holds = true;
    while (outline->depth) {
        const ofsi_heading *above = heading_at(parse, outline, outline->depth - 1);
        float more = outline->open[outline->depth - 1].holds ? -0.3f : 0.3f;
        bool heavier = parse->document->is_pdf ? above->weight > heading->weight + more
                                               : above->level > 0 && !above->inside;
        if (heavier)
            break;
        outline->depth--;
    }
    return outline->depth ? (uint8_t)(outline->open[outline->depth - 1].level + 1) : 1;
}

static bool same_text(ofsi_parse *parse, const char *a, const char *b) {
    ofsi_span fa = ofsi_fold_line(&parse->scratch, ofsi_span_of(a)),
              fb = ofsi_fold_line(&parse->scratch, ofsi_span_of(b));
    parse->nomem |= !fa.data || !fb.data;
    if (parse->nomem || fb.size == 0 || fa.size < fb.size)
        return false;
    if (ofsi_span_equal(fa, fb))
        return true;
    /* "The experiences and progress of children in care" and the table's "Children in care". */
    ofsi_span tail = ofsi_span_after(fa, fa.size - fb.size);
    return fa.size > fb.size && ofsi_span_equal(tail, fb) && ofsi_word_count(fb) >= 3 &&
           fa.data[fa.size - fb.size - 1] == ' ';
}

/*
 * The grade that the report's table gives the innermost section; level 0 when it has no such row, or several. *unjudged: its
 * one row says that it was not judged.
 */
static ofs_grade grade_in_table(ofsi_parse *parse, const ofsi_outline *outline, bool *unjudged) {
    const ofs_report *report = parse->report;
    ofs_grade grade = {0};
    const char *inner = heading_at(parse, outline, outline->depth - 1)->text;
    const char *outer = heading_at(parse, outline, 0)->text;
    uint32_t rows = 0;
    for (uint32_t j = 0; j < report->judgement_count; j++) {
        const ofs_judgement *row = &report->judgements[j];
        if (!same_text(parse, inner, row->path[row->depth - 1]))
            continue;
        /* Two areas repeat the same names: the row of this area is meant. */
        if (outline->depth > 1 && row->depth > 1 && !same_text(parse, outer, row->path[0]))
            continue;
        rows++;
        grade = row->grade;
    }
    *unjudged = rows == 1 && !grade.label;
    return rows == 1 ? grade : (ofs_grade){0};
}

/* The role of the nearest section, from the innermost outwards, that has one. */
static const char *role_of(const ofsi_parse *parse, const ofsi_outline *outline) {
    for (uint32_t d = outline->depth; d > 0; d--) {
        const ofsi_heading *heading = heading_at(parse, outline, d - 1);
        if (!heading->inside && heading->known && heading->known->role)
            return heading->known->role;
    }
    return NULL;
}

/* The innermost section's number in the report, which it gets when it is the first to ask. */
static uint32_t make_section(ofsi_parse *parse, ofsi_outline *outline) {
    ofs_report *report = parse->report;
    uint32_t top = outline->depth - 1;
    uint32_t made = outline->open[top].section;
    if (made != OFS_NO_SECTION) {
        report->sections[made].grade = ofsi_keep_grade(parse, outline->open[top].grade);
        return made;
    }
    const char **path = ofsi_arena_calloc(parse->arena, outline->depth, sizeof *path);
    if (!path || !ofsi_grow(&report->sections, &parse->section_capacity, (size_t)report->section_count + 1,
                            sizeof *report->sections)) {
        parse->nomem = true;
        return OFS_NO_SECTION;
    }
    for (uint32_t i = 0; i < outline->depth; i++)
        path[i] = heading_at(parse, outline, i)->text;
    const char *role = role_of(parse, outline);
    report->sections[report->section_count] = (ofs_section){
        .path = path,
        .depth = outline->depth,
        .grade = ofsi_keep_grade(parse, outline->open[top].grade),
        .role = role ? ofsi_keep(parse, ofsi_span_of(role)) : NULL,
    };
    outline->open[top].section = report->section_count;
    return report->section_count++;
}

/* Whether a section around the innermost says that what it holds has no grade. */
static bool in_ungraded(const ofsi_parse *parse, const ofsi_outline *outline) {
    for (uint32_t d = 0; d + 1 < outline->depth; d++) {
        const ofsi_known_heading *known = heading_at(parse, outline, d)->known;
        if (known && known->ungraded)
            return true;
    }
    return false;
}

static void settle_grade(ofsi_parse *parse, ofsi_outline *outline) {
    uint32_t top = outline->depth - 1;
    const ofsi_heading *heading = heading_at(parse, outline, top);
    bool unjudged = false;
    ofs_grade table = grade_in_table(parse, outline, &unjudged);
    ofs_grade *grade = &outline->open[top].grade;
    *grade = heading->grade;
    if (grade->label && table.label && table.level != grade->level)
        ofsi_warn(parse, "The section \"%.200s\" is graded %s, and %s in the report's table; both are kept.",
                  heading->text, grade->label, table.label);
    if (!grade->label && !heading->inside && (parse->profile.grade_places & OFSI_GRADE_TABLE) &&
        !in_ungraded(parse, outline))
        *grade = table;
    bool own = grade->label != NULL;
    unjudged |= heading->unjudged;
    if (!own && !unjudged && top > 0 && (heading->inside || !(heading->known && heading->known->ungraded)))
        *grade = outline->open[top - 1].grade;
    if (own)
        (void)make_section(parse, outline);
}

/*
 * A heading printed twice, in a box with its grade and again over the text, or with and without "is good":
 * one section.
 */
static bool repeats(ofsi_parse *parse, ofsi_outline *outline, uint32_t heading) {
    if (outline->depth == 0 || outline->open[outline->depth - 1].filled)
        return false;
    ofsi_heading *above = &parse->headings[outline->open[outline->depth - 1].heading];
    const ofsi_heading *below = &parse->headings[heading];
    bool same = above->known == below->known && strcmp(above->text, below->text) == 0;
    bool grades = above->known && above->known == below->known && below->grade.label && !above->grade.label;
    if (!same && !grades)
        return false;
    if (above->grade.label && below->grade.label && above->grade.level != below->grade.level)
        return false;
    if (!above->grade.label && below->grade.label) {
        above->grade = below->grade;
        settle_grade(parse, outline);
    }
    return true;
}

/* Opens a section of this level under those that are open. */
static void push(ofsi_parse *parse, ofsi_outline *outline, uint32_t heading, uint8_t level) {
    if (outline->depth == OFSI_MOST_DEPTH)
        outline->depth--;
    outline->open[outline->depth++] = (ofsi_open_section){.heading = heading,
                                                          .level = level,
                                                          .section = OFS_NO_SECTION,
                                                          .inside = parse->headings[heading].inside};
    settle_grade(parse, outline);
}

/* Under what is open, beside others of its kind; what is a leaf stays one. */
static void enter_inside(ofsi_parse *parse, ofsi_outline *outline, uint32_t heading) {
    /* A text's headings that nobody knows are of no rank of their own. */
    while (outline->depth > 1 &&
           (outline->open[outline->depth - 1].inside ||
            (!parse->document->is_pdf && !heading_at(parse, outline, outline->depth - 1)->known)))
        outline->depth--;
    push(parse, outline, heading, (uint8_t)(outline->open[outline->depth - 1].level + 1));
}

void ofsi_enter_heading(ofsi_parse *parse, ofsi_outline *outline, uint32_t heading) {
    const ofsi_known_heading *known = parse->headings[heading].known;
    if (repeats(parse, outline, heading))
        return;
    if (parse->headings[heading].inside && outline->depth) {
        enter_inside(parse, outline, heading);
        return;
    }
    if (outline->waiting) {
        memcpy(outline->open, outline->before, sizeof outline->open);
        outline->depth = outline->before_depth;
    }
    outline->waiting = known && known->leaf;
    if (outline->waiting) {
        memcpy(outline->before, outline->open, sizeof outline->before);
        outline->before_depth = outline->depth;
    }
    uint8_t level = place(parse, outline, &parse->headings[heading]);
    push(parse, outline, heading, level);
}

void ofsi_leave_unnumbered(const ofsi_parse *parse, ofsi_outline *outline) {
    for (uint32_t d = outline->depth; d > 1; d--) {
        const ofsi_heading *heading = heading_at(parse, outline, d - 1);
        if (heading->known && heading->known->unnumbered && !heading->inside)
            outline->depth = d - 1;
    }
}

uint32_t ofsi_current_section(ofsi_parse *parse, ofsi_outline *outline) {
    if (outline->depth == 0)
        return OFS_NO_SECTION;
    outline->open[outline->depth - 1].filled = true;
    return make_section(parse, outline);
}
