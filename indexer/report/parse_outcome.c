/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outcome of inspections that end in one of a few set sentences and in no word of grade: the profile names the heading
 * over the sentence, and words of each sentence as wordings of its scale. The text stays where it is, and the section has
 * no grade; the report's judgements get the outcome. Called by parse.c when headings are known.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum { MOST_LINES = 12 /* of the first paragraphs under the heading */ };

/* Where the first of the wordings stands in the text; its size when none does. */
static size_t find_wording(const ofsi_scale_label *label, ofsi_span text) {
    size_t best = text.size;
    for (uint32_t a = 0; a < label->aliases.count; a++) {
        ofsi_span words = label->aliases.items[a];
        const char *at = words.size ? memmem(text.data, best, words.data, words.size) : NULL;
        if (at)
            best = (size_t)(at - text.data);
    }
    return best;
}

/* The outcome that the text names first; no label where it names none, or two at once. */
static ofs_grade outcome_in(const ofsi_profile *profile, ofsi_span text) {
    ofs_grade grade = {0};
    size_t best = text.size;
    for (uint32_t i = 0; i < profile->scale_count; i++) {
        size_t at = find_wording(&profile->scale[i], text);
        if (at == text.size)
            continue;
        if (at == best)
            grade = (ofs_grade){0};
        else if (at < best)
            grade = (ofs_grade){profile->scale[i].label, (uint8_t)(i + 1), (uint8_t)profile->scale_count};
        best = at < best ? at : best;
    }
    return grade;
}

/* The lines under a heading up to the next, folded. */
static ofsi_span text_under(ofsi_parse *parse, const ofsi_heading *heading) {
    uint32_t first = heading->line, count = 0;
    for (uint32_t n = 0; n < heading->line_count && first != UINT32_MAX; n++)
        first = ofsi_next_line(parse, first);
    for (uint32_t line = first; line != UINT32_MAX && count < MOST_LINES; count++) {
        if (parse->marks[line].use != OFSI_USE_BODY)
            break;
        line = ofsi_next_line(parse, line);
    }
    return count ? ofsi_joined(parse, first, count) : (ofsi_span){"", 0};
}

static void add_outcome(ofsi_parse *parse, const ofsi_heading *heading, ofs_grade grade) {
    ofs_report *report = parse->report;
    const char **path = ofsi_arena_calloc(parse->arena, 1, sizeof *path);
    if (!path || !ofsi_grow(&report->judgements, &parse->judgement_capacity,
                            (size_t)report->judgement_count + 1, sizeof *report->judgements)) {
        parse->nomem = true;
        return;
    }
    path[0] = heading->text;
    report->judgements[report->judgement_count++] = (ofs_judgement){path, 1, ofsi_keep_grade(parse, grade)};
}

void ofsi_parse_outcome(ofsi_parse *parse) {
    for (size_t i = 0; i < parse->heading_count && !parse->nomem; i++) {
        const ofsi_heading *heading = &parse->headings[i];
        ofsi_span folded = ofsi_fold_line(&parse->scratch, ofsi_span_of(heading->text));
        parse->nomem |= !folded.data;
        if (!folded.data || !ofsi_patterns_fit(&parse->profile.outcome, folded))
            continue;
        ofs_grade grade = outcome_in(&parse->profile, text_under(parse, heading));
        if (!grade.label)
            continue;
        add_outcome(parse, heading, grade);
        return;
    }
}
