/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Last stage: how sure the reading is, and why, from what the other stages have found of all that the profile says such
 * reports have. Nothing is changed by it. Called by parse.c.
 *
 * High: the layout was recognised (or asked for) and nothing expected is missing. Low: no known layout; or a report
 * without what makes it one (its text, its known headings, its grades); or three lesser gaps. Medium: else.
 */
#include "indexer/report/parse.h"

#include <stdarg.h>
#include <stdio.h>

#include "indexer/base/date.h"
#include "indexer/base/utf8.h"

enum { MOST_REASONS = 16, MOST_REASON = 512, GAPS_TOO_MANY = 3, LONG_INSPECTION = 150 /* days */ };

typedef struct doubts {
    ofsi_parse *parse;
    const char *reasons[MOST_REASONS];
    uint32_t count;
    uint32_t gaps; /* lesser ones */
    bool grave;    /* one that alone makes the reading doubtful */
} doubts;

__attribute__((format(printf, 2, 3))) static void add_reason(doubts *d, const char *format, ...) {
    char text[MOST_REASON];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (d->count == MOST_REASONS)
        return;
    const char *copy = ofsi_keep(d->parse, (ofsi_span){text, ofsi_utf8_valid_prefix(text, strlen(text))});
    d->reasons[d->count++] = copy;
}

static void add_gap(doubts *d, bool grave, const char *sentence) {
    d->grave |= grave;
    d->gaps += !grave;
    add_reason(d, "%s", sentence);
}

/* ---- the layout ---- */

static const ofsi_cue *cue_of(const ofsi_profile *profile, const char *printed) {
    for (uint32_t i = 0; i < profile->cue_count; i++)
        if (strcmp(profile->cues[i].printed, printed) == 0)
            return &profile->cues[i];
    return NULL;
}

static void judge_layout(doubts *d) {
    const ofs_report *report = d->parse->report;
    const ofsi_cue *cue = report->profile_cue ? cue_of(&d->parse->profile, report->profile_cue) : NULL;
    if (cue && cue->place == OFSI_CUE_TITLE)
        add_reason(d, "Its title is like \"%.200s\".", cue->printed);
    else if (cue && cue->place == OFSI_CUE_HEADING)
        add_reason(d, "It has a line like \"%.200s\".", cue->printed);
    else if (cue)
        add_reason(d, "Its first pages have the words \"%.200s\".", cue->printed);
    else if (d->parse->profile.cue_count > 0)
        add_reason(d, "The layout was asked for, not recognised.");
    else
        add_gap(d, true, "It was read without a known layout: headings were told by type and place alone.");
}

/* ---- what was found ---- */

static bool wants_provider(const ofsi_profile *profile) {
    bool in_title = false;
    for (uint32_t i = 0; i < profile->titles.count; i++)
        in_title |= ofsi_span_contains(profile->titles.items[i], ofsi_span_of("{provider}"));
    return in_title || profile->provider_place != OFSI_PROVIDER_NONE || profile->provider_in_text.count ||
           profile->labels.provider.count;
}

static void judge_cover(doubts *d) {
    const ofsi_profile *profile = &d->parse->profile;
    const ofs_report *report = d->parse->report;
    bool wants_days = profile->labels.inspected.count || profile->inspected_near.count;
    bool complete = report->title && (report->provider || !wants_provider(profile)) &&
                    (report->inspected_from != OFS_NO_DATE || !wants_days);
    if (complete)
        add_reason(d, "Title%s%s were found.", report->provider ? ", provider" : "",
                   report->inspected_from != OFS_NO_DATE ? " and days of the inspection" : "");
    if (!report->title)
        add_gap(d, false, "No title was found.");
    if (wants_provider(profile) && !report->provider)
        add_gap(d, false, "The provider's name was not found.");
    if (wants_days && report->inspected_from == OFS_NO_DATE)
        add_gap(d, false, "The days of the inspection were not found.");
}

/* Days that cannot be, or that such reports were not made on, are likely those of something else. */
static void judge_days(doubts *d) {
    const ofsi_profile *profile = &d->parse->profile;
    const ofs_report *report = d->parse->report;
    int year = 0, month, day;
    if (report->inspected_from != OFS_NO_DATE) {
        ofsi_date_to_civil(report->inspected_from, &year, &month, &day);
        if (profile->first_year && ((uint32_t)year < profile->first_year ||
                                    (profile->last_year && (uint32_t)year > profile->last_year)))
            add_gap(d, false, "The inspection is of a year in which there were no such inspections.");
        if (report->inspected_to - report->inspected_from > LONG_INSPECTION)
            add_gap(d, false, "The inspection's first and last day lie far apart.");
    }
    if (report->inspected_to != OFS_NO_DATE && report->published != OFS_NO_DATE &&
        report->published < report->inspected_to)
        add_gap(d, false, "It was published before the inspection ended.");
}

/* The row of the report's table that a pattern of `expected` means, NULL when it has none. */
static const ofs_judgement *find_judgement(ofsi_parse *parse, ofsi_span pattern) {
    const ofs_report *report = parse->report;
    for (uint32_t j = 0; j < report->judgement_count; j++) {
        const ofs_judgement *row = &report->judgements[j];
        ofsi_span folded = ofsi_fold_line(&parse->scratch, ofsi_span_of(row->path[row->depth - 1]));
        parse->nomem |= !folded.data;
        if (folded.data && ofsi_glob(pattern, folded))
            return row;
    }
    return NULL;
}

/* Whether a section of such a name has that grade; headings may have more words in front than the table's row. */
static bool is_over_section(ofsi_parse *parse, ofsi_span pattern, ofs_grade grade) {
    const ofs_report *report = parse->report;
    const char *loose = ofsi_arena_printf(&parse->scratch, "*%.*s", (int)pattern.size, pattern.data);
    parse->nomem |= !loose;
    for (uint32_t i = 0; loose && i < report->section_count; i++) {
        const ofs_section *s = &report->sections[i];
        if (!s->grade.label || s->grade.level != grade.level)
            continue;
        ofsi_span folded = ofsi_fold_line(&parse->scratch, ofsi_span_of(s->path[s->depth - 1]));
        parse->nomem |= !folded.data;
        if (folded.data && ofsi_glob(ofsi_span_of(loose), folded))
            return true;
    }
    return false;
}

static void judge_grades(doubts *d) {
    ofsi_parse *parse = d->parse;
    const ofs_report *report = parse->report;
    uint32_t graded = 0, found = 0, over = 0, named = 0, wanted = parse->profile.expected.count;
    if (parse->profile.scale_count == 0)
        return;
    for (uint32_t i = 0; i < report->section_count; i++)
        graded += report->sections[i].grade.label != NULL;
    for (uint32_t e = 0; e < wanted; e++) {
        ofsi_span pattern = parse->profile.expected.items[e];
        const ofs_judgement *row = find_judgement(parse, pattern);
        found += row != NULL;
        if (row && row->grade.label && !ofsi_patterns_fit(&parse->profile.whole, pattern)) {
            named++;
            over += is_over_section(parse, pattern, row->grade);
        }
    }
    if (parse->profile.outcome.count && report->overall.label)
        add_reason(d, "Its outcome was found.");
    else if (parse->profile.outcome.count)
        add_gap(d, false, "Its outcome was not found.");
    if (wanted && found == wanted)
        add_reason(d, "Its table has all judgements of such a report.");
    else if (wanted && report->judgement_count)
        add_gap(d, false, "Its table lacks a judgement that such reports have.");
    else if (wanted)
        add_gap(d, graded == 0, "Its table of judgements was not found.");
    if (over < named) {
        add_reason(d, "%u of %u judgements of the table that sections should have were found over one.", over,
                   named);
        d->gaps++;
    }
    if (parse->profile.grade_places == 0)
        return;
    if (graded)
        add_reason(d, graded == 1 ? "%u section has a grade." : "%u sections have a grade.", graded);
    else
        add_gap(d, report->judgement_count == 0, "No section has a grade, though such reports give them.");
}

static void judge_sections(doubts *d) {
    ofsi_parse *parse = d->parse;
    uint32_t known = 0;
    for (size_t i = 0; i < parse->heading_count; i++)
        known += parse->headings[i].known != NULL;
    if (parse->profile.heading_count == 0)
        return;
    if (known)
        add_reason(d,
                   known == 1 ? "%u heading of such reports was found."
                              : "%u headings of such reports were found.",
                   known);
    else
        add_gap(d, true, "None of the headings of such reports was found.");
}

static void judge_text(doubts *d) {
    const ofs_report *report = d->parse->report;
    const char *first = NULL, *last = NULL;
    uint32_t prose = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        prose += p->kind != OFS_KIND_NOTE;
        if (p->number && p->kind != OFS_KIND_NOTE) {
            first = first ? first : p->number;
            last = p->number;
        }
    }
    if (prose == 0)
        add_gap(d, true, "It has no text but notes.");
    if (first)
        add_reason(d, "Its paragraphs are numbered from %.20s to %.20s.", first, last);
    else if (d->parse->profile.numbering == OFSI_NUMBERED)
        add_gap(d, false, "No numbered paragraph was found, though such reports number them.");
    if (report->warning_count) {
        add_reason(d, report->warning_count == 1 ? "%u warning." : "%u warnings.", report->warning_count);
        d->gaps++;
    }
}

void ofsi_parse_confidence(ofsi_parse *parse) {
    doubts d = {.parse = parse};
    judge_layout(&d);
    judge_cover(&d);
    judge_days(&d);
    judge_grades(&d);
    judge_sections(&d);
    judge_text(&d);
    const char **kept = ofsi_arena_calloc(parse->arena, d.count, sizeof *kept);
    parse->nomem |= !kept;
    if (!kept)
        return;
    memcpy(kept, d.reasons, d.count * sizeof *kept);
    parse->report->reasons = kept;
    parse->report->reason_count = d.count;
    parse->report->confidence = d.grave || d.gaps >= GAPS_TOO_MANY ? OFS_CONFIDENCE_LOW
                                : d.gaps                           ? OFS_CONFIDENCE_MEDIUM
                                                                   : OFS_CONFIDENCE_HIGH;
}
