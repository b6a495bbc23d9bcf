/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as an outline for people: what `ofindex parse` prints. Short enough to be held against the PDF in
 * a minute: metadata, each section with its grade, paragraphs and pages, the table of judgements, and every
 * doubt.
 */
#include <ofsearch/report.h>

#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/date.h"
#include "indexer/base/error.h"

static void put_field(ofsi_buf *out, const char *name, const char *value) {
    ofsi_buf_printf(out, "%-15s %s\n", name, value ? value : "-");
}

static void put_date(ofsi_buf *out, const char *name, ofs_date first, ofs_date last) {
    char from[11], to[11];
    ofsi_date_format(first, from);
    ofsi_date_format(last, to);
    if (first == OFS_NO_DATE)
        put_field(out, name, NULL);
    else if (first == last)
        put_field(out, name, from);
    else
        ofsi_buf_printf(out, "%-15s %s to %s\n", name, from, to);
}

static void put_grade(ofsi_buf *out, ofs_grade grade) {
    if (grade.label)
        ofsi_buf_printf(out, "  [%s %u/%u]", grade.label, grade.level, grade.levels);
}

enum { OUTSIDE = 2 }; /* tallies of what no section holds: before the first one, and further down */

/* What is counted of the units of one section. */
typedef struct tally {
    uint32_t kinds[OFS_KIND_COUNT];
    const char *first, *last;       /* numbers of its paragraphs */
    uint32_t first_page, last_page; /* 0: no pages */
} tally;

static void count_unit(tally *t, const ofs_paragraph *p) {
    t->kinds[p->kind]++;
    if (p->number && !t->first)
        t->first = p->number;
    if (p->number)
        t->last = p->number;
    if (!t->first_page)
        t->first_page = p->page;
    if (p->page)
        t->last_page = p->page;
}

static bool is_empty(const tally *t) {
    const tally empty = {0};
    return memcmp(t, &empty, sizeof empty) == 0;
}

static void put_tally(ofsi_buf *out, const tally *t) {
    static const char *const plural[] = {"paragraphs", "recommendations", "statements", "notes"};
    const char *parting = "";
    if (t->first && strcmp(t->first, t->last) != 0)
        ofsi_buf_printf(out, "  no. %s-%s", t->first, t->last);
    else if (t->first)
        ofsi_buf_printf(out, "  no. %s", t->first);
    if (is_empty(t)) {
        ofsi_buf_byte(out, '\n');
        return;
    }
    ofsi_buf_text(out, "  (");
    for (int k = 0; k < OFS_KIND_COUNT; k++)
        if (t->kinds[k]) {
            ofsi_buf_printf(out, "%s%u %s", parting, t->kinds[k],
                            t->kinds[k] == 1 ? ofs_kind_name((ofs_kind)k) : plural[k]);
            parting = ", ";
        }
    if (t->first_page && t->first_page == t->last_page)
        ofsi_buf_printf(out, "%sp. %u", parting, t->first_page);
    else if (t->first_page)
        ofsi_buf_printf(out, "%spp. %u-%u", parting, t->first_page, t->last_page);
    ofsi_buf_text(out, ")\n");
}

/* What stands under no heading. */
static void put_outside(ofsi_buf *out, const char *where, const tally *t) {
    if (is_empty(t))
        return;
    ofsi_buf_printf(out, "  %s", where);
    put_tally(out, t);
}

/* `tallies`: one a section, then OUTSIDE more. */
static void put_sections(ofsi_buf *out, const ofs_report *report, tally *tallies) {
    tally *outside = &tallies[report->section_count];
    bool begun = false;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        uint32_t section = report->paragraphs[i].section;
        begun |= section != OFS_NO_SECTION;
        count_unit(section == OFS_NO_SECTION ? &outside[begun] : &tallies[section], &report->paragraphs[i]);
    }
    ofsi_buf_printf(out, "\nSections (%u)\n", report->section_count);
    put_outside(out, report->section_count ? "before the first" : "none", &outside[0]);
    for (uint32_t i = 0; i < report->section_count; i++) {
        const ofs_section *s = &report->sections[i];
        ofsi_buf_text(out, "  ");
        for (uint32_t d = 0; d < s->depth; d++)
            ofsi_buf_printf(out, "%s%s", d ? " > " : "", s->path[d]);
        put_grade(out, s->grade);
        put_tally(out, &tallies[i]);
    }
    put_outside(out, "in no section", &outside[1]);
}

static void put_judgements(ofsi_buf *out, const ofs_report *report) {
    if (report->judgement_count == 0)
        return;
    ofsi_buf_printf(out, "\nTable of judgements (%u)\n", report->judgement_count);
    for (uint32_t i = 0; i < report->judgement_count; i++) {
        const ofs_judgement *j = &report->judgements[i];
        ofsi_buf_text(out, "  ");
        for (uint32_t d = 0; d < j->depth; d++)
            ofsi_buf_printf(out, "%s%s", d ? " > " : "", j->path[d]);
        put_grade(out, j->grade);
        ofsi_buf_text(out, j->grade.label ? "\n" : "  [no grade]\n");
    }
}

/* The level, and behind it the reasons, one a line. */
static void put_confidence(ofsi_buf *out, const ofs_report *report) {
    const char *name = ofs_confidence_name(report->confidence);
    if (!name)
        return;
    ofsi_buf_printf(out, "%-15s %s:", "Confidence", name);
    for (uint32_t i = 0; i < report->reason_count; i++)
        ofsi_buf_printf(out, "%s%s\n", i ? "                " : " ", report->reasons[i]);
}

static void put_metadata(ofsi_buf *out, const ofs_report *report) {
    put_field(out, "File", report->path);
    ofsi_buf_printf(out, "%-15s %s", "Layout", report->profile ? report->profile : "-");
    if (report->profile_cue)
        ofsi_buf_printf(out, "  (known by \"%s\")", report->profile_cue);
    ofsi_buf_byte(out, '\n');
    put_field(out, "Title", report->title);
    put_field(out, "Provider", report->provider);
    if (report->provider && report->provider_name && strcmp(report->provider_name, report->provider) != 0)
        put_field(out, "Provider name", report->provider_name);
    if (report->provider_id)
        put_field(out, "Provider id", report->provider_id);
    put_field(out, "Inspectorate", report->inspectorate);
    if (report->inspection)
        put_field(out, "Inspection", report->inspection);
    if (report->overall.label)
        ofsi_buf_printf(out, "%-15s %s (%u of %u)\n", "Overall", report->overall.label, report->overall.level,
                        report->overall.levels);
    put_date(out, "Inspected", report->inspected_from, report->inspected_to);
    put_date(out, "Published", report->published, report->published);
    put_field(out, "Lead inspector", report->lead_inspector);
    if (report->pages)
        ofsi_buf_printf(out, "%-15s %u\n", "Pages", report->pages);
    put_confidence(out, report);
}

ofs_status ofs_report_outline(const ofs_report *report, char **text, ofs_error *err) {
    ofsi_buf out = {0};
    *text = NULL;
    tally *tallies = ofsi_calloc((size_t)report->section_count + OUTSIDE, sizeof *tallies);
    if (!tallies)
        return ofsi_fail_nomem(err);
    put_metadata(&out, report);
    put_sections(&out, report, tallies);
    put_judgements(&out, report);
    if (report->warning_count)
        ofsi_buf_printf(&out, "\nDoubts (%u)\n", report->warning_count);
    for (uint32_t i = 0; i < report->warning_count; i++)
        ofsi_buf_printf(&out, "  %s\n", report->warnings[i]);
    ofsi_buf_byte(&out, '\0');
    ofsi_free(tallies);
    if (out.failed) {
        ofsi_buf_free(&out);
        return ofsi_fail_nomem(err);
    }
    *text = out.data;
    return OFS_OK;
}
