/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Last stage: what is left of the lines to units, in order. A numbered paragraph takes all lines up to the
 * next number or heading, which heals it over page breaks; unnumbered prose is parted where there is room
 * between lines; the bullets of a list of recommendations are units of their own. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include <math.h>
#include <stdio.h>

#include "indexer/base/alloc.h"

enum {
    MOST_LEAD = 2000, /* bytes; what leads into recommendations is a sentence or two */
    MOST_NOTES = 64   /* footnotes waiting for the end of the paragraph that they interrupt */
};

typedef struct waiting_note {
    uint32_t page;
    ofsi_span text;
    bool contents; /* which stand in no section */
} waiting_note;

typedef struct assembler {
    ofsi_parse *parse;
    ofsi_outline outline;
    ofsi_buf text; /* of the open unit */
    bool open;
    ofs_kind kind;
    uint32_t number; /* printed; 0: none */
    uint32_t item;
    uint32_t page;
    bool outside;      /* the open unit is back matter, which is under no heading */
    bool legend;       /* the open unit explains the scale */
    bool listing;      /* the open unit has bullets */
    bool plain_bullet; /* its bullets are of the first rank's signs, so that a dash is of the second */
    /* the list of recommendations being read */
    bool recommending;
    uint32_t list_number; /* of the paragraph that leads into it */
    uint32_t items;
    uint32_t cells; /* recommendations that were rows of the section's tables */
    const char *timescale;
    uint32_t timescale_line;
    uint32_t timescale_place; /* the unit it stands before; UINT32_MAX: a unit has it, or there is none */
    bool back_matter;
    bool seen_text;   /* a heading or a numbered paragraph was met */
    uint32_t subject; /* line of the subject of a letter that greets nobody; UINT32_MAX: there is none */
    waiting_note notes[MOST_NOTES];
    uint32_t note_count;
    ofsi_buf note; /* of the footnote being read */
    uint32_t note_page;
    bool note_contents;
    const ofsi_line *above; /* last line that went into a unit */
    const ofsi_line
        *sign; /* PDF: first line of the bullet that the open unit ends in, NULL when it ends in none */
    const ofsi_line *hang;   /* a further line of that bullet, NULL as long as it has none */
    const ofsi_line *opener; /* the bullet that the open unit began with, NULL when with none */
    bool opener_dash;
    const ofsi_line *inner; /* the last bullet under that one */
} assembler;

static void add_unit(assembler *a, const ofs_paragraph *unit) {
    ofsi_parse *parse = a->parse;
    ofs_report *report = parse->report;
    if (!ofsi_grow(&report->paragraphs, &parse->paragraph_capacity, (size_t)report->paragraph_count + 1,
                   sizeof *report->paragraphs)) {
        parse->nomem = true;
        return;
    }
    report->paragraphs[report->paragraph_count++] = *unit;
}

/* A unit among those that are there. */
static void insert_unit(assembler *a, const ofs_paragraph *unit, uint32_t place) {
    ofs_report *report = a->parse->report;
    add_unit(a, unit);
    if (a->parse->nomem)
        return;
    memmove(report->paragraphs + place + 1, report->paragraphs + place,
            (report->paragraph_count - 1 - place) * sizeof *report->paragraphs);
    report->paragraphs[place] = *unit;
}

static void end_note(assembler *a) {
    ofsi_span text = ofsi_buf_span(&a->note);
    if (text.size && a->note_count < MOST_NOTES) {
        char *copy = ofsi_arena_strndup(a->parse->arena, text.data, text.size);
        a->parse->nomem |= !copy || a->note.failed;
        a->notes[a->note_count++] = (waiting_note){a->note_page, {copy, text.size}, a->note_contents};
    }
    ofsi_buf_reset(&a->note);
}

static void flush_notes(assembler *a) {
    end_note(a);
    for (uint32_t i = 0; i < a->note_count && !a->parse->nomem; i++) {
        uint32_t section =
            a->notes[i].contents ? OFS_NO_SECTION : ofsi_current_section(a->parse, &a->outline);
        ofs_paragraph unit = {.page = a->notes[i].page,
                              .section = section,
                              .kind = OFS_KIND_NOTE,
                              .text = a->notes[i].text.data,
                              .text_size = a->notes[i].text.size};
        add_unit(a, &unit);
    }
    a->note_count = 0;
}

static bool is_lead(const assembler *a) {
    if (a->listing || a->text.size > MOST_LEAD)
        return false;
    ofsi_span folded = ofsi_fold_line(&a->parse->scratch, ofsi_buf_span(&a->text));
    a->parse->nomem |= !folded.data;
    return folded.data && ofsi_patterns_fit(&a->parse->profile.recommendation_leads, folded);
}

/* The role of the innermost section that has one by its name. */
static const char *role_here(const assembler *a) {
    for (uint32_t d = a->outline.depth; d > 0; d--) {
        const ofsi_heading *heading = &a->parse->headings[a->outline.open[d - 1].heading];
        if (heading->known && !heading->inside)
            return heading->known->role;
    }
    return NULL;
}

/* Whether the profile knows what stands here to be no finding. */
static bool in_notes(const assembler *a) {
    for (uint32_t d = 0; d < a->outline.depth; d++) {
        const ofsi_heading *heading = &a->parse->headings[a->outline.open[d].heading];
        if (heading->known && heading->known->notes && !heading->inside)
            return true;
    }
    return false;
}

static bool in_recommendations(const assembler *a) {
    const char *role = role_here(a);
    return role && strcmp(role, "recommendations") == 0;
}

static void close_unit(assembler *a) {
    ofsi_parse *parse = a->parse;
    if (!a->open) {
        flush_notes(a);
        return;
    }
    a->open = false;
    parse->nomem |= a->text.failed;
    if (parse->nomem)
        return;
    ofsi_span text = ofsi_span_trim(ofsi_buf_span(&a->text));
    if (text.size == 0) {
        if (a->number)
            ofsi_warn(parse, "The paragraph %u has no text.", a->number);
        flush_notes(a);
        return;
    }
    if (a->kind == OFS_KIND_PARAGRAPH && in_recommendations(a) && !is_lead(a) && !a->recommending)
        a->kind = OFS_KIND_RECOMMENDATION;
    char number[16] = "";
    if (a->number)
        (void)snprintf(number, sizeof number, "%u", a->number);
    ofs_paragraph unit = {.number = a->number ? ofsi_keep(parse, ofsi_span_of(number)) : NULL,
                          .item = a->item,
                          .page = a->page,
                          .section = a->outside ? OFS_NO_SECTION : ofsi_current_section(parse, &a->outline),
                          .kind = a->kind,
                          .text = ofsi_arena_strndup(parse->arena, text.data, text.size),
                          .text_size = text.size,
                          .timescale = a->kind == OFS_KIND_RECOMMENDATION ? a->timescale : NULL};
    parse->nomem |= !unit.text;
    add_unit(a, &unit);
    if (unit.timescale)
        a->timescale_place = UINT32_MAX;
    flush_notes(a);
}

/* What a profile knows to be no finding, and what stands before the first section of a numbered report. */
static bool is_note_here(const assembler *a) {
    return a->back_matter || in_notes(a) ||
           (!a->seen_text &&
            (a->parse->profile.numbering == OFSI_NUMBERED || a->parse->profile.salutations.count));
}

static void open_unit(assembler *a, uint32_t line, ofs_kind kind, uint32_t number, uint32_t item) {
    close_unit(a);
    bool note = is_note_here(a);
    ofsi_buf_reset(&a->text);
    a->open = true;
    a->kind = note ? OFS_KIND_NOTE : kind;
    a->number = number;
    a->item = item;
    a->page = a->parse->document->lines[line].page;
    a->outside = a->back_matter;
    a->legend = false;
    a->listing = false;
    a->plain_bullet = false;
    a->sign = a->hang = NULL;
    a->opener = a->inner = NULL;
}

/* A timescale over no recommendation is text. */
static void end_timescale(assembler *a) {
    ofsi_parse *parse = a->parse;
    uint32_t place = a->timescale_place;
    a->timescale = NULL;
    a->timescale_place = UINT32_MAX;
    if (place == UINT32_MAX || parse->nomem)
        return;
    ofsi_span text = ofsi_span_trim(ofsi_line_text(parse, a->timescale_line));
    ofs_paragraph unit = {.page = parse->document->lines[a->timescale_line].page,
                          .section =
                              a->back_matter ? OFS_NO_SECTION : ofsi_current_section(parse, &a->outline),
                          .kind = is_note_here(a) ? OFS_KIND_NOTE : OFS_KIND_STATEMENT,
                          .text = ofsi_keep(parse, text),
                          .text_size = text.size};
    insert_unit(a, &unit, place);
}

static void end_list(assembler *a) {
    a->recommending = false;
    a->items = 0;
    a->list_number = 0;
    end_timescale(a);
}

/* ---- what a line does ---- */

static void append(assembler *a, uint32_t line, ofsi_span text) {
    ofsi_join_line(a->parse, &a->text, text);
    a->above = &a->parse->document->lines[line];
    if (a->sign && a->sign != a->above)
        a->hang = a->above;
}

static void append_newline(assembler *a) {
    if (a->text.size)
        ofsi_buf_byte(&a->text, '\n');
}

/* A new page or column: room above a line means nothing there. */
static bool is_turn(const assembler *a, uint32_t line) {
    const ofsi_line *l = &a->parse->document->lines[line];
    return !a->above || l->page_start || l->page != a->above->page ||
           (a->parse->document->is_pdf && l->y0 < a->above->y0 - 1);
}

static bool breaks_off(const assembler *a, ofsi_span next) {
    return !ofsi_ends_sentence(ofsi_buf_span(&a->text)) || ofsi_begins_lower(next);
}

/* The bullet at `line` is what the open unit ends in now. */
static void hang_from(assembler *a, uint32_t line, bool nested) {
    a->sign = nested ? NULL : &a->parse->document->lines[line];
    a->hang = NULL;
}

/*
 * A bullet's lines hang. Over a page's turn their indent tells what goes on, as a sentence may end with the page and a
 * bullet without a stop. 1: the line goes on, -1: it does not, 0: its place says nothing.
 */
static int hangs(const assembler *a, uint32_t line) {
    const ofsi_line *l = &a->parse->document->lines[line];
    if (!a->parse->document->is_pdf || !a->sign || l->page == a->sign->page)
        return 0;
    float least = 0.5f * a->parse->look.size, most = 5 * a->parse->look.size, indent = l->x0 - a->sign->x0;
    if (indent > least && indent < most && (!a->hang || fabsf(l->x0 - a->hang->x0) < 0.25f * l->size))
        return 1;
    return indent < least / 2 && a->hang && a->hang->x0 - a->sign->x0 > least ? -1 : 0;
}

/* How much further in than another a line begins: points, in a text columns. */
static float further_in(const assembler *a, const ofsi_line *line, const ofsi_line *other) {
    return a->parse->document->is_pdf ? line->x0 - other->x0 : (float)line->indent - (float)other->indent;
}

/*
 * Whether a bullet stands under the one that the open unit began with: further in, or of another sign where that leads to it.
 * The margins of two pages or columns differ: there its sign tells, or which of the bullets before it is nearer.
 */
static bool is_under(const assembler *a, uint32_t line, bool dash, bool leads) {
    const ofsi_line *l = &a->parse->document->lines[line];
    float least = a->parse->document->is_pdf ? 4 : 1, further = further_in(a, l, a->opener);
    bool second_rank = dash && !a->opener_dash;
    /* Without places the sign must do; so it does in a list of recommendations. */
    leads |= !a->parse->document->is_pdf || a->kind == OFS_KIND_RECOMMENDATION;
    bool below = !a->parse->document->is_pdf || l->y0 > a->opener->y0;
    if (l->page == a->opener->page && below)
        return further > least || (second_rank && leads && further > -least);
    if (dash != a->opener_dash)
        return second_rank;
    return a->inner && further > least &&
           fabsf(further_in(a, l, a->inner)) < fabsf(further_in(a, l, a->opener));
}

/* A unit that is one bullet. */
static void open_bullet(assembler *a, uint32_t line, bool dash, bool recommendation) {
    if (recommendation)
        open_unit(a, line, OFS_KIND_RECOMMENDATION, a->list_number, ++a->items);
    else
        open_unit(a, line, OFS_KIND_STATEMENT, 0, 0);
    a->plain_bullet = !dash;
    a->opener = &a->parse->document->lines[line];
    a->opener_dash = dash;
    hang_from(a, line, false);
}

static void add_bullet(assembler *a, uint32_t line, bool nested) {
    append_newline(a);
    ofsi_buf_text(&a->text, nested ? "\xE2\x80\x93 " : "\xE2\x80\xA2 ");
    hang_from(a, line, nested);
}

static void take_bullet(assembler *a, uint32_t line, size_t size, bool dash) {
    ofsi_span text = ofsi_span_after(ofsi_line_text(a->parse, line), size);
    ofsi_span before = ofsi_span_trim(ofsi_buf_span(&a->text));
    bool list = a->recommending || (in_recommendations(a) && (!a->open || a->number == 0 || is_lead(a))) ||
                (a->open && a->number && is_lead(a));
    bool leads = a->open && (a->listing || (before.size && before.data[before.size - 1] == ':'));
    bool under = a->open && a->opener && is_under(a, line, dash, leads);
    const ofsi_heading *heading = ofsi_current_heading(a->parse, &a->outline);
    bool part =
        leads && a->kind == OFS_KIND_RECOMMENDATION && heading && heading->known && heading->known->items;
    bool goes_on = a->open && !a->opener && (leads || part || (a->number && a->kind != OFS_KIND_NOTE));
    if (under) {
        add_bullet(a, line, true);
        a->inner = &a->parse->document->lines[line];
        a->listing = true;
    } else if (goes_on && dash && a->listing && a->plain_bullet) {
        add_bullet(a, line, true);
    } else if (list && !part && !a->back_matter) {
        if (a->open && a->number && a->item == 0)
            a->list_number = a->number;
        a->recommending = true;
        open_bullet(a, line, dash, true);
    } else if (goes_on) {
        add_bullet(a, line, false);
        a->plain_bullet |= !dash;
        a->listing = true;
    } else {
        open_bullet(a, line, dash, false);
    }
    append(a, line, text);
}

/* Whether a line of prose goes on with the open unit. */
static bool goes_on(const assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    if (!a->open)
        return false;
    ofsi_span text = ofsi_buf_span(&a->text);
    if (a->legend || text.size == 0 || ofsi_is_blank(text.data[text.size - 1]))
        return true;
    if (!mark->gap && !is_turn(a, line))
        return a->number || breaks_off(a, mark->text) || !(a->parse->look.unwrapped || mark->short_above);
    if (a->number && a->kind != OFS_KIND_RECOMMENDATION)
        return true;
    if (is_turn(a, line) && hangs(a, line))
        return hangs(a, line) > 0;
    /* The next to sign stands in another column, under a head. */
    const ofsi_line *l = &a->parse->document->lines[line];
    if (a->back_matter && a->above && l->page == a->above->page && l->bold && !a->above->bold &&
        !ofsi_begins_lower(mark->text))
        return false;
    return breaks_off(a, mark->text) && (is_turn(a, line) || ofsi_begins_lower(mark->text));
}

static void take_text(assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    const ofsi_line *l = &a->parse->document->lines[line];
    bool small = l->size > 0 && l->size < a->parse->look.size - 0.9f;
    bool was_small = a->above && a->above->size > 0 && a->above->size < a->parse->look.size - 0.9f;
    if (goes_on(a, line) && !(small && !was_small && mark->gap)) {
        bool anew = mark->gap && !is_turn(a, line) && !breaks_off(a, mark->text);
        if (anew)
            append_newline(a);
        append(a, line, mark->text);
        return;
    }
    if (a->open && a->kind == OFS_KIND_RECOMMENDATION && a->recommending && mark->gap) {
        close_unit(a);
        end_list(a);
    }
    const ofsi_heading *heading = ofsi_current_heading(a->parse, &a->outline);
    bool item = !small && heading && heading->known && heading->known->items;
    if (item)
        open_unit(a, line, OFS_KIND_RECOMMENDATION, 0, ++a->items);
    else
        open_unit(a, line, small ? OFS_KIND_NOTE : OFS_KIND_STATEMENT, 0, 0);
    append(a, line, mark->text);
}

/* Numbered recommendations may stand under a timescale: below it, or below one of them. */
static bool keeps_timescale(const assembler *a) {
    const ofs_report *report = a->parse->report;
    if (!a->timescale || !in_recommendations(a))
        return false;
    if (a->timescale_place == report->paragraph_count || report->paragraph_count == 0)
        return true;
    const ofs_paragraph *last = &report->paragraphs[report->paragraph_count - 1];
    return last->timescale == a->timescale && last->item == 0;
}

static void take_number(assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    close_unit(a);
    if (keeps_timescale(a)) {
        a->recommending = false;
        a->items = a->list_number = 0;
    } else {
        end_list(a);
    }
    a->seen_text = true;
    a->back_matter = false;
    ofsi_leave_unnumbered(a->parse, &a->outline);
    open_unit(a, line, OFS_KIND_PARAGRAPH, mark->number, 0);
    ofsi_span text = ofsi_span_after(mark->text, mark->skip);
    if (text.size)
        append(a, line, text);
    a->above = &a->parse->document->lines[line];
}

static void take_heading(assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    if (!mark->first)
        return;
    close_unit(a);
    end_list(a);
    a->cells = 0;
    a->seen_text = true;
    if (a->parse->headings[mark->heading].known)
        a->back_matter = false;
    ofsi_enter_heading(a->parse, &a->outline, mark->heading);
    a->above = NULL;
}

static void take_timescale(assembler *a, uint32_t line) {
    ofsi_span text = ofsi_without_colon(ofsi_line_text(a->parse, line));
    if (a->open && a->number && a->item == 0)
        a->list_number = a->number;
    close_unit(a);
    end_timescale(a);
    a->recommending = true;
    a->timescale = ofsi_keep(a->parse, text);
    a->timescale_line = line;
    a->timescale_place = a->parse->report->paragraph_count;
}

static void take_footnote(assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    if (mark->first) {
        end_note(a);
        a->note_contents = false;
        a->note_page = a->parse->document->lines[line].page;
        if (a->note_count == MOST_NOTES)
            close_unit(a);
    }
    ofsi_join_line(a->parse, &a->note, mark->text);
}

/* The table of contents is one note, an entry a line; it must not end the paragraph that it may stand in. */
static void take_contents(assembler *a, uint32_t line) {
    const ofsi_parse *parse = a->parse;
    bool goes_on = line > 0 && parse->marks[line - 1].use == OFSI_USE_CONTENTS && a->note.size;
    if (goes_on) {
        ofsi_buf_byte(&a->note, '\n');
    } else {
        end_note(a);
        a->note_contents = true;
        a->note_page = parse->document->lines[line].page;
        if (a->note_count == MOST_NOTES)
            close_unit(a);
    }
    ofsi_join_line(a->parse, &a->note, parse->marks[line].text);
}

/* A row of a table is one unit: its cells on lines of their own, a cell's bullets too. */
static void take_cell(assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    const ofsi_line *l = &a->parse->document->lines[line], *above = a->above;
    bool dash, same = a->open && above && above->table == l->table && above->row == l->row;
    if (!same) {
        close_unit(a);
        end_list(a);
        open_unit(a, line, in_recommendations(a) ? OFS_KIND_RECOMMENDATION : OFS_KIND_STATEMENT, 0,
                  in_recommendations(a) ? ++a->cells : 0);
    }
    size_t bullet = ofsi_bullet(mark->text, &dash);
    bool anew = mark->gap && !is_turn(a, line) && !breaks_off(a, mark->text);
    if (same && (bullet || anew || above->column != l->column))
        append_newline(a);
    if (bullet)
        ofsi_buf_text(&a->text, "\xE2\x80\xA2 ");
    append(a, line, ofsi_span_after(mark->text, bullet));
}

static void take_body(assembler *a, uint32_t line) {
    const ofsi_mark *mark = &a->parse->marks[line];
    const ofsi_profile *profile = &a->parse->profile;
    bool dash;
    if (a->parse->document->lines[line].role == OFSI_ROLE_CELL) {
        take_cell(a, line);
        return;
    }
    if (mark->number) {
        take_number(a, line);
        return;
    }
    bool greeting = ofsi_patterns_fit(&profile->salutations, mark->folded);
    if (greeting)
        close_unit(a);
    a->back_matter |= ofsi_patterns_fit(&profile->closings, mark->folded);
    if (!a->back_matter && ofsi_patterns_fit(&profile->back_matter, mark->folded)) {
        close_unit(a);
        end_list(a);
        a->back_matter = true;
    }
    size_t bullet = ofsi_bullet(mark->text, &dash);
    if (bullet)
        take_bullet(a, line, bullet, dash);
    else
        take_text(a, line);
    if (greeting) {
        close_unit(a);
        a->seen_text = true;
    }
}

static void take_line(assembler *a, uint32_t line) {
    switch (a->parse->marks[line].use) {
    case OFSI_USE_BODY:
        take_body(a, line);
        break;
    case OFSI_USE_HEADING:
        take_heading(a, line);
        break;
    case OFSI_USE_TIMESCALE:
        take_timescale(a, line);
        break;
    case OFSI_USE_FOOTNOTE:
        take_footnote(a, line);
        break;
    case OFSI_USE_LEGEND:
        open_unit(a, line, OFS_KIND_NOTE, 0, 0);
        a->kind = OFS_KIND_NOTE;
        a->legend = true;
        append(a, line, ofsi_line_text(a->parse, line));
        break;
    case OFSI_USE_JUDGEMENT:
        close_unit(a);
        break;
    case OFSI_USE_CONTENTS:
        take_contents(a, line);
        break;
    case OFSI_USE_COVER:
        if (line == a->subject) {
            close_unit(a);
            a->seen_text = true;
        }
        break;
    case OFSI_USE_FURNITURE:
    case OFSI_USE_GRADE:
        break;
    }
}

/* What a letter without a greeting begins with: the last line that went into the title. */
static uint32_t find_subject(const ofsi_parse *parse) {
    uint32_t subject = UINT32_MAX;
    for (uint32_t i = 0; parse->profile.salutations.count && i < parse->document->line_count; i++) {
        if (ofsi_patterns_fit(&parse->profile.salutations, parse->marks[i].folded))
            return UINT32_MAX;
        if (parse->marks[i].use == OFSI_USE_COVER)
            subject = i;
    }
    return subject;
}

void ofsi_parse_units(ofsi_parse *parse) {
    assembler *a = ofsi_calloc(1, sizeof *a);
    if (!a) {
        parse->nomem = true;
        return;
    }
    a->parse = parse;
    a->subject = find_subject(parse);
    a->timescale_place = UINT32_MAX;
    for (uint32_t i = 0; i < parse->document->line_count && !parse->nomem; i++)
        take_line(a, i);
    if (!parse->nomem) {
        close_unit(a);
        end_timescale(a);
    }
    ofsi_buf_free(&a->text);
    ofsi_buf_free(&a->note);
    ofsi_free(a);
}
