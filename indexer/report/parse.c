/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parser: a document to a report, by the data of a profile. This file runs the stages and owns what they
 * share; parse.h lists them. Called by the readers' door, read.c.
 */
#include "indexer/report/parse.h"

#include <stdarg.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/utf8.h"
#include "indexer/report/input.h"

void ofsi_warn(ofsi_parse *parse, const char *format, ...) {
    enum { MOST_WARNINGS = 200 };
    char text[512];
    if (parse->report->warning_count > MOST_WARNINGS)
        return;
    if (parse->report->warning_count == MOST_WARNINGS) {
        (void)snprintf(text, sizeof text, "There are more doubts about this report than the %d listed here.",
                       MOST_WARNINGS);
    } else {
        va_list args;
        va_start(args, format);
        (void)vsnprintf(text, sizeof text, format, args);
        va_end(args);
    }
    size_t size = ofsi_utf8_valid_prefix(text, strlen(text));
    char *copy = ofsi_arena_strndup(parse->arena, text, size);
    if (!copy || !ofsi_grow(&parse->warnings, &parse->warning_capacity,
                            (size_t)parse->report->warning_count + 1, sizeof *parse->warnings)) {
        parse->nomem = true;
        return;
    }
    parse->warnings[parse->report->warning_count++] = copy;
}

static bool is_text_use(ofsi_use use) {
    return use != OFSI_USE_FURNITURE && use != OFSI_USE_FOOTNOTE && use != OFSI_USE_CONTENTS;
}

uint32_t ofsi_next_line(const ofsi_parse *parse, uint32_t line) {
    for (uint32_t i = line + 1; i < parse->document->line_count; i++)
        if (is_text_use(parse->marks[i].use))
            return i;
    return UINT32_MAX;
}

uint32_t ofsi_previous_line(const ofsi_parse *parse, uint32_t line) {
    for (uint32_t i = line; i > 0; i--)
        if (is_text_use(parse->marks[i - 1].use))
            return i - 1;
    return UINT32_MAX;
}

ofsi_span ofsi_joined(ofsi_parse *parse, uint32_t line, uint32_t count) {
    ofsi_buf *out = &parse->joined;
    uint32_t at = line;
    if (count == 1)
        return parse->marks[line].folded;
    ofsi_buf_reset(out);
    for (uint32_t n = 0; n < count && at != UINT32_MAX; n++, at = ofsi_next_line(parse, at)) {
        if (n)
            ofsi_buf_byte(out, ' ');
        ofsi_buf_append(out, parse->marks[at].folded.data, parse->marks[at].folded.size);
    }
    parse->nomem |= out->failed;
    return out->failed ? (ofsi_span){"", 0} : ofsi_buf_span(out);
}

const char *ofsi_keep(ofsi_parse *parse, ofsi_span text) {
    char *copy = ofsi_arena_strndup(parse->arena, text.data ? text.data : "", text.size);
    if (!copy) {
        parse->nomem = true;
        return "";
    }
    for (char *c = copy; *c; c++)
        if (*c == '\t' || *c == '\n')
            *c = ' ';
    return copy;
}

ofs_grade ofsi_keep_grade(ofsi_parse *parse, ofs_grade grade) {
    if (grade.label)
        grade.label = ofsi_keep(parse, ofsi_span_of(grade.label));
    return grade;
}

/* The arrays were gathered on the heap as their size was not known; a report is one scope. */
static void *settle(ofsi_parse *parse, void *items, size_t count, size_t size) {
    if (count == 0)
        return NULL;
    void *copy = ofsi_arena_calloc(parse->arena, count, size);
    if (!copy)
        parse->nomem = true;
    else
        memcpy(copy, items, count * size);
    return copy;
}

static void settle_report(ofsi_parse *parse) {
    ofs_report *report = parse->report;
    void *sections = report->sections, *paragraphs = report->paragraphs, *judgements = report->judgements;
    report->sections = settle(parse, sections, report->section_count, sizeof *report->sections);
    report->paragraphs = settle(parse, paragraphs, report->paragraph_count, sizeof *report->paragraphs);
    report->judgements = settle(parse, judgements, report->judgement_count, sizeof *report->judgements);
    report->warnings = settle(parse, parse->warnings, report->warning_count, sizeof *parse->warnings);
    ofsi_free(sections);
    ofsi_free(paragraphs);
    ofsi_free(judgements);
}

static void name_report(ofsi_parse *parse, const char *path, const char *cue) {
    ofs_report *report = parse->report;
    report->path = ofsi_keep(parse, ofsi_span_of(path));
    report->id = ofsi_keep(parse, ofsi_input_stem(path));
    report->profile = ofsi_keep(parse, ofsi_span_of(parse->profile.id));
    report->profile_cue = cue ? ofsi_keep(parse, ofsi_span_of(cue)) : NULL;
    if (parse->profile.inspectorate)
        report->inspectorate = ofsi_keep(parse, ofsi_span_of(parse->profile.inspectorate));
    report->pages = parse->document->page_count;
    if (parse->document->recognised)
        ofsi_warn(parse,
                  "The pages are images, and their text was recognised by a program: words may be wrong.");
    if (parse->document->recovered)
        ofsi_warn(parse, "%u characters were not UTF-8 and were read as Windows-1252.",
                  parse->document->recovered);
    if (parse->document->replaced)
        ofsi_warn(parse, "%u characters could not be read and are shown as \xEF\xBF\xBD.",
                  parse->document->replaced);
}

static void run_stages(ofsi_parse *parse) {
    static void (*const stages[])(ofsi_parse *) = {
        ofsi_parse_look,     ofsi_parse_furniture, ofsi_parse_tables,  ofsi_parse_contents,
        ofsi_parse_cover,    ofsi_parse_ids,       ofsi_parse_lead,    ofsi_parse_judgements,
        ofsi_parse_headings, ofsi_parse_ranks,     ofsi_parse_outcome, ofsi_parse_numbers,
        ofsi_parse_minor,    ofsi_parse_units,     ofsi_parse_whole,   ofsi_parse_confidence,
    };
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && !parse->nomem; i++)
        stages[i](parse);
}

ofs_status ofsi_parse_watched(const ofsi_parse_input *input, ofs_report **out, ofs_error *err) {
    const ofsi_document *document = input->document;
    ofsi_parse parse = {.document = document};
    const char *cue = NULL;
    *out = NULL;
    parse.report = ofsi_report_new(&parse.arena);
    if (!parse.report)
        return ofsi_fail_nomem(err);
    parse.marks = ofsi_arena_calloc(&parse.scratch, document->line_count ? document->line_count : 1,
                                    sizeof *parse.marks);
    ofs_status status = parse.marks ? OFS_OK : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = ofsi_profile_find(document, input->profile, &parse.scratch, &parse.profile, &cue, err);
    if (status == OFS_OK) {
        name_report(&parse, input->path, cue);
        run_stages(&parse);
        if (input->watch && !parse.nomem)
            input->watch(input->context, &parse);
    }
    settle_report(&parse);
    if (status == OFS_OK && parse.nomem)
        status = ofsi_fail_nomem(err);
    ofsi_free(parse.headings);
    ofsi_free(parse.contents);
    ofsi_free(parse.warnings);
    ofsi_buf_free(&parse.joined);
    if (parse.has_words)
        ofsi_map_free(&parse.words);
    ofsi_arena_free(&parse.scratch);
    if (status == OFS_OK)
        *out = parse.report;
    else
        ofs_report_free(parse.report);
    return status;
}

ofs_status ofsi_parse_document(const ofsi_document *document, const char *path, const char *profile,
                               ofs_report **out, ofs_error *err) {
    ofsi_parse_input input = {.document = document, .path = path, .profile = profile};
    return ofsi_parse_watched(&input, out, err);
}
