/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Last stage: what is true of the report as a whole, from what the other stages have found: the kind of inspection, the
 * judgements that stand in no table, the overall grade. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

static bool fits_folded(ofsi_parse *parse, const ofsi_patterns *patterns, const char *text) {
    ofsi_span folded = ofsi_fold_line(&parse->scratch, ofsi_span_of(text));
    parse->nomem |= !folded.data;
    return folded.data && ofsi_patterns_fit(patterns, folded);
}

/* The title decides; where it was not found, the cue that the layout was recognised by begins like it. */
static void name_inspection(ofsi_parse *parse) {
    const ofsi_profile *profile = &parse->profile;
    ofs_report *report = parse->report;
    for (uint32_t i = 0; i < profile->inspection_count && !report->inspection; i++) {
        const ofsi_inspection *kind = &profile->inspections[i];
        bool fits = kind->titles.count == 0 ||
                    (report->title && fits_folded(parse, &kind->titles, report->title)) ||
                    (report->profile_cue && fits_folded(parse, &kind->titles, report->profile_cue));
        if (fits)
            report->inspection = ofsi_keep(parse, ofsi_span_of(kind->name));
    }
}

static bool is_judged(ofsi_parse *parse, const ofsi_patterns *names) {
    bool found = false;
    for (uint32_t i = 0; i < parse->report->judgement_count && !found; i++) {
        const ofs_judgement *row = &parse->report->judgements[i];
        found = fits_folded(parse, names, row->path[row->depth - 1]);
    }
    return found;
}

/* What is inspected beside the rest may be graded by its heading alone. */
static void add_judged_sections(ofsi_parse *parse) {
    ofs_report *report = parse->report;
    for (size_t i = 0; i < parse->heading_count && !parse->nomem; i++) {
        const ofsi_heading *heading = &parse->headings[i];
        if (!heading->known || !heading->known->judged || heading->inside || !heading->grade.label ||
            is_judged(parse, &heading->known->texts))
            continue;
        const char **path = ofsi_arena_calloc(parse->arena, 1, sizeof *path);
        if (!path || !ofsi_grow(&report->judgements, &parse->judgement_capacity,
                                (size_t)report->judgement_count + 1, sizeof *report->judgements)) {
            parse->nomem = true;
            return;
        }
        path[0] = heading->text;
        report->judgements[report->judgement_count++] =
            (ofs_judgement){path, 1, ofsi_keep_grade(parse, heading->grade)};
    }
}

/* The grades of all that is said of the whole, as long as they agree. */
typedef struct verdict {
    ofs_grade grade;
    bool differs;
} verdict;

static void hear(verdict *v, ofs_grade grade) {
    if (!grade.label)
        return;
    v->differs |= v->grade.label && v->grade.level != grade.level;
    v->grade = grade;
}

/* An inspection of two areas has an overall grade for each: they are the report's where they are the same. */
static void find_overall(ofsi_parse *parse) {
    const ofsi_patterns *whole = &parse->profile.whole;
    ofs_report *report = parse->report;
    verdict v = {0};
    for (uint32_t i = 0; i < report->judgement_count; i++) {
        const ofs_judgement *row = &report->judgements[i];
        if (fits_folded(parse, whole, row->path[row->depth - 1]))
            hear(&v, row->grade);
    }
    for (size_t i = 0; i < parse->heading_count && report->judgement_count == 0; i++)
        if (fits_folded(parse, whole, parse->headings[i].text))
            hear(&v, parse->headings[i].grade);
    if (!v.differs)
        report->overall = ofsi_keep_grade(parse, v.grade);
}

void ofsi_parse_whole(ofsi_parse *parse) {
    parse->report->has_scale = parse->profile.scale_count > 0 && parse->profile.grade_places;
    name_inspection(parse);
    if (parse->profile.whole.count)
        find_overall(parse);
    add_judged_sections(parse);
}
