/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * First stage: each line folded, what prose looks like in this document, and where there is more room above a
 * line than between the lines of one paragraph. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include <stdlib.h>

#include "indexer/base/utf8.h"

enum {
    SIZE_STEPS = 400,    /* font sizes by half points, up to 200 */
    LEADING_STEPS = 200, /* room between lines by quarter points, -10 to 40 */
    SHORTEST_LINE = 30,  /* columns; shorter ones say nothing of the width */
    LONG_LINE = 160      /* no program wraps lines as late as this */
};

/* Without `**`: a blank stands for it where it parts two words ("improvement**Grade 1"). */
static ofsi_span without_bold_marks(ofsi_parse *parse, ofsi_span text) {
    if (!memmem(text.data, text.size, "**", 2))
        return text;
    char *out = ofsi_arena_bytes(&parse->scratch, text.size);
    size_t size = 0;
    parse->nomem |= !out;
    for (size_t i = 0; out && i < text.size; i++) {
        if (text.data[i] != '*' || i + 1 == text.size || text.data[i + 1] != '*') {
            out[size++] = text.data[i];
            continue;
        }
        while (i + 1 < text.size && text.data[i + 1] == '*')
            i++;
        if (size && ofsi_is_lower(out[size - 1]) && i + 1 < text.size && ofsi_is_upper(text.data[i + 1]))
            out[size++] = ' ';
    }
    ofsi_span trimmed = ofsi_span_trim((ofsi_span){out, size});
    return out && trimmed.size ? trimmed : text;
}

/* Takes the `#` of a Markdown heading off its text. */
static void take_hashes(ofsi_mark *mark) {
    size_t hashes = 0;
    while (hashes < mark->text.size && mark->text.data[hashes] == '#')
        hashes++;
    ofsi_span rest = ofsi_span_trim(ofsi_span_after(mark->text, hashes));
    if (hashes == 0 || hashes > 6 || rest.size == 0 || !ofsi_is_blank(mark->text.data[hashes]))
        return;
    mark->hashes = (uint8_t)hashes;
    mark->text = rest;
}

/* A row of a Markdown table as one with tabs; a rule or an empty row is furniture. */
static void take_bars(ofsi_parse *parse, ofsi_mark *mark) {
    ofsi_span row = mark->text;
    if (row.size < 2 || row.data[0] != '|' || row.data[row.size - 1] != '|')
        return;
    char *out = ofsi_arena_bytes(&parse->scratch, row.size);
    size_t size = 0;
    bool words = false;
    parse->nomem |= !out;
    for (size_t i = 1; out && i + 1 < row.size; i++) {
        bool bar = row.data[i] == '|';
        while (bar && size && ofsi_is_blank(out[size - 1]))
            size--;
        bool blank = ofsi_is_blank(row.data[i]) && (size == 0 || ofsi_is_blank(out[size - 1]));
        if (!blank)
            out[size++] = bar ? '\t' : row.data[i];
        words |= !bar && !ofsi_is_blank(row.data[i]) && row.data[i] != '-' && row.data[i] != ':';
    }
    if (!words)
        mark->use = OFSI_USE_FURNITURE;
    else
        mark->text = ofsi_span_trim((ofsi_span){out, size});
}

static void fold_all(ofsi_parse *parse) {
    for (uint32_t i = 0; i < parse->document->line_count && !parse->nomem; i++) {
        parse->marks[i].text = without_bold_marks(parse, parse->document->lines[i].text);
        if (parse->document->is_markdown) {
            take_hashes(&parse->marks[i]);
            take_bars(parse, &parse->marks[i]);
        }
        parse->marks[i].folded = ofsi_fold_line(&parse->scratch, ofsi_line_text(parse, i));
        parse->nomem = !parse->marks[i].folded.data;
    }
}

static size_t size_step(float size) {
    if (!(size > 0))
        return 0;
    return size * 2 < SIZE_STEPS - 1 ? (size_t)(size * 2 + 0.5f) : SIZE_STEPS - 1;
}

static size_t most_common(const size_t *counts, size_t steps) {
    size_t best = 0;
    for (size_t i = 1; i < steps; i++)
        if (counts[i] > counts[best])
            best = i;
    return best;
}

static void find_size(ofsi_parse *parse) {
    size_t letters[SIZE_STEPS] = {0}, bold[SIZE_STEPS] = {0};
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        const ofsi_line *line = &parse->document->lines[i];
        size_t step = size_step(line->size);
        letters[step] += line->text.size;
        bold[step] += line->bold ? line->text.size : 0;
    }
    letters[0] = bold[0] = 0;
    size_t best = most_common(letters, SIZE_STEPS);
    parse->look.size = (float)best / 2;
    parse->look.bold = bold[best] > letters[best] / 2;
}

static bool is_below(const ofsi_line *above, const ofsi_line *line) {
    return above->page == line->page && line->y0 > above->y0 + above->size / 4;
}

static void find_leading(ofsi_parse *parse) {
    size_t counts[LEADING_STEPS] = {0};
    size_t seen = 0;
    for (uint32_t i = 1; i < parse->document->line_count; i++) {
        const ofsi_line *above = &parse->document->lines[i - 1], *line = &parse->document->lines[i];
        size_t step = size_step(line->size);
        if (!is_below(above, line) || step != size_step(above->size) || (float)step / 2 != parse->look.size)
            continue;
        float room = line->y0 - above->y1 + 10;
        if (room >= 0 && room < (float)LEADING_STEPS / 4 - 1) {
            counts[(size_t)(room * 4 + 0.5f)]++;
            seen++;
        }
    }
    /* Of two common distances the closer is the one between lines, the other that between paragraphs. */
    size_t best = most_common(counts, LEADING_STEPS);
    for (size_t i = 0; i < best; i++)
        if (counts[i] * 4 > counts[best])
            best = i;
    parse->look.leading = seen ? (float)best / 4 - 10 : 0;
}

static void mark_gaps(ofsi_parse *parse) {
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        const ofsi_line *line = &parse->document->lines[i];
        if (i == 0 || line->page_start) {
            parse->marks[i].gap = true;
            continue;
        }
        const ofsi_line *above = line - 1;
        if (!parse->document->is_pdf)
            parse->marks[i].gap = line->blank_before > 0;
        else
            parse->marks[i].gap = !is_below(above, line) ||
                                  line->y0 - above->y1 > parse->look.leading + 0.3f * parse->look.size;
    }
}

static void find_unwrapped(ofsi_parse *parse) {
    size_t all = 0, in_long = 0;
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        size_t size = ofsi_line_text(parse, i).size;
        all += size;
        in_long += size > LONG_LINE ? size : 0;
    }
    parse->look.unwrapped = !parse->document->is_pdf && in_long > all / 2;
}

/* Columns that a line of a text takes. */
static size_t columns_of(const ofsi_parse *parse, uint32_t line) {
    ofsi_span text = ofsi_line_text(parse, line);
    size_t columns = parse->document->lines[line].indent;
    for (size_t i = 0; i < text.size; i++)
        columns += !ofsi_utf8_is_continuation(text.data[i]);
    return columns;
}

/* pdftotext leaves no empty line between paragraphs of many letters: there a line that ends early tells. */
static void mark_short_lines(ofsi_parse *parse) {
    size_t counts[LONG_LINE + 1] = {0};
    size_t lines = 0, seen = 0, width = LONG_LINE;
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        size_t columns = columns_of(parse, i);
        counts[columns < LONG_LINE ? columns : LONG_LINE]++;
        lines += columns >= SHORTEST_LINE;
    }
    /* One line in ten may be longer than the usual ones: a table's, a heading's. */
    while (width > SHORTEST_LINE && (seen + counts[width]) * 10 < lines)
        seen += counts[width--];
    for (uint32_t i = 1; i < parse->document->line_count; i++) {
        ofsi_span word = ofsi_words(ofsi_line_text(parse, i), 0, 1);
        parse->marks[i].short_above = columns_of(parse, i - 1) + 1 + word.size < width * 9 / 10;
    }
}

void ofsi_parse_look(ofsi_parse *parse) {
    fold_all(parse);
    if (parse->document->is_pdf) {
        find_size(parse);
        find_leading(parse);
    }
    find_unwrapped(parse);
    mark_gaps(parse);
    if (!parse->document->is_pdf && !parse->look.unwrapped)
        mark_short_lines(parse);
}
