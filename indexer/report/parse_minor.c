/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After the numbers: a list of bullets or numbered paragraphs may be parted by short lines that are neither, often in the
 * type of prose. Where such a line stands at the edge that the items hang from, and an item follows, it is a heading
 * inside the section that is open. A PDF only: there the edge is known. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum { MOST_MINOR = 75, MOST_MINOR_WORDS = 10 };

static const float SAME_EDGE = 4.0f, HANGING = 8.0f; /* points */

typedef struct minor {
    ofsi_parse *parse;
    size_t around; /* last heading of the stages before, SIZE_MAX before the first */
} minor;

static const ofsi_line *line_of(const minor *m, uint32_t line) { return &m->parse->document->lines[line]; }

static bool begins_item(const ofsi_parse *parse, uint32_t line) {
    bool nested;
    return parse->marks[line].use == OFSI_USE_BODY &&
           (parse->marks[line].number || ofsi_bullet(ofsi_line_text(parse, line), &nested) > 0);
}

/* Words that may be a heading: a few, a capital first, nothing that ends or goes on with a sentence. */
static bool looks_minor(const minor *m, uint32_t line) {
    const ofsi_mark *mark = &m->parse->marks[line];
    const ofsi_line *l = line_of(m, line);
    char last = mark->text.data[mark->text.size - 1];
    return mark->use == OFSI_USE_BODY && l->role != OFSI_ROLE_CELL && !begins_item(m->parse, line) &&
           mark->text.size <= MOST_MINOR && ofsi_word_count(mark->text) <= MOST_MINOR_WORDS &&
           ofsi_begins_upper(mark->text) && !ofsi_ends_sentence(mark->text) && last != ',' && last != ';' &&
           last != ':' && !memchr(mark->text.data, '\t', mark->text.size) &&
           l->size > m->parse->look.size - 0.9f;
}

/* Whether the text above is over: a heading, an item's first line with room below, or lines that hang further in. */
static bool is_over(const minor *m, uint32_t line, uint32_t above) {
    if (above == UINT32_MAX || m->parse->marks[above].use != OFSI_USE_BODY)
        return true;
    const ofsi_line *l = line_of(m, line), *a = line_of(m, above);
    bool turn = a->page != l->page || l->y0 < a->y0;
    bool hangs = a->x0 > l->x0 + HANGING || begins_item(m->parse, above);
    bool room = m->parse->marks[line].gap && !turn;
    return hangs && (room || (ofsi_ends_sentence(ofsi_line_text(m->parse, above)) &&
                              (turn || !begins_item(m->parse, above))));
}

/* The line may be followed by an item on the next page, too. */
static bool is_minor(const minor *m, uint32_t line) {
    const ofsi_parse *parse = m->parse;
    if (m->around == SIZE_MAX || !looks_minor(m, line))
        return false;
    const ofsi_known_heading *known = parse->headings[m->around].known;
    if (known && known->notes)
        return false;
    uint32_t next = ofsi_next_line(parse, line);
    if (next == UINT32_MAX || !begins_item(parse, next))
        return false;
    const ofsi_line *l = line_of(m, line), *n = line_of(m, next);
    bool edge = l->x0 < n->x0 + SAME_EDGE;
    return edge && is_over(m, line, ofsi_previous_line(parse, line));
}

static void keep_minor(minor *m, uint32_t line) {
    ofsi_parse *parse = m->parse;
    if (!ofsi_grow(&parse->headings, &parse->heading_capacity, parse->heading_count + 1,
                   sizeof *parse->headings)) {
        parse->nomem = true;
        return;
    }
    uint32_t index = (uint32_t)parse->heading_count++;
    ofsi_mark *mark = &parse->marks[line];
    parse->headings[index] = (ofsi_heading){.text = ofsi_keep(parse, mark->text),
                                            .line = line,
                                            .line_count = 1,
                                            .inside = true,
                                            .weight = line_of(m, line)->size};
    mark->use = OFSI_USE_HEADING;
    mark->heading = index;
    mark->first = true;
}

void ofsi_parse_minor(ofsi_parse *parse) {
    minor m = {.parse = parse, .around = SIZE_MAX};
    for (uint32_t line = 0; parse->document->is_pdf && line < parse->document->line_count && !parse->nomem;
         line++) {
        const ofsi_mark *mark = &parse->marks[line];
        if (mark->use == OFSI_USE_HEADING && !parse->headings[mark->heading].inside)
            m.around = mark->heading;
        else if (is_minor(&m, line))
            keep_minor(&m, line);
    }
}
