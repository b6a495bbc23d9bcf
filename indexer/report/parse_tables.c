/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables whose rows are findings: the boxes of what must improve, with one column or with the body that is responsible in
 * front. A PDF gives their lines column by column or joined across the columns; here they are put in the order of rows and
 * cells, and each is marked with its row and column. Only tables whose head a profile names are looked for. Called by
 * parse.c when furniture is known and nothing else yet.
 */
#include "indexer/report/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"

enum {
    MOST_COLUMNS = OFSI_ROW_TABLE_COLUMNS,
    MOST_TABLES = 64, /* a report has two */
    MOST_LINES = 2000 /* of one table */
};
static const float SAME_PLACE = 4;      /* points: on one baseline, in one column */
static const float RULE = 0.3F;         /* points that a ruled line adds between two rows */
static const float LEAST_COLUMN = 60;   /* points from one column to the next */
static const float SMALL_INDENT = 2.5F; /* points: a bullet's is more */

typedef struct table {
    ofsi_parse *parse;
    const ofsi_row_table *kind;
    uint32_t number; /* from 1 */
    uint32_t head, head_lines[MOST_COLUMNS], head_count;
    float left[MOST_COLUMNS];   /* where columns start; 0: not known yet */
    uint32_t lines[MOST_LINES]; /* of its body, in the order of the document */
    uint32_t count;
    float pitch; /* from line to line inside a cell */
} table;

/* A line, or the part of one that stands in a column. */
typedef struct piece {
    uint32_t line;
    uint8_t column;
    uint32_t row;
    uint32_t order;        /* in the document */
    uint32_t first, words; /* of the line's */
    float y;
    uint32_t page;
} piece;

static const ofsi_line *line_of(const table *t, uint32_t i) { return &t->parse->document->lines[i]; }

static bool is_body(const table *t, uint32_t i) { return t->parse->marks[i].use == OFSI_USE_BODY; }

static bool is_head(const table *t, uint32_t column, ofsi_span folded) {
    return ofsi_span_equal(t->kind->heads.items[column], folded);
}

/* Finds the cells of the head row that begins with line `i`; false when it is none. */
static bool find_head(table *t, uint32_t i) {
    const ofsi_document *document = t->parse->document;
    const ofsi_line *first = line_of(t, i);
    ofsi_span folded = t->parse->marks[i].folded;
    t->head = i;
    t->head_count = 1;
    t->head_lines[0] = i;
    memset(t->left, 0, sizeof t->left);
    t->left[0] = first->x0;
    if (t->kind->heads.count == 1) {
        /* A box of one column repeats the heading above it. */
        uint32_t above = ofsi_previous_line(t->parse, i);
        return is_head(t, 0, folded) && above != UINT32_MAX && is_head(t, 0, t->parse->marks[above].folded);
    }
    /* Joined: "Responsible body <tab> Areas for priority action". */
    uint32_t words = ofsi_word_count(t->kind->heads.items[0]);
    if (is_head(t, 0, ofsi_words(folded, 0, words)) &&
        is_head(t, 1, ofsi_words(folded, words, UINT32_MAX - words)))
        return true;
    if (!is_head(t, 0, folded))
        return false;
    for (uint32_t k = i + 1; k < document->line_count && line_of(t, k)->page == first->page; k++)
        if (is_head(t, 1, t->parse->marks[k].folded) && fabsf(line_of(t, k)->y0 - first->y0) < SAME_PLACE) {
            t->head_lines[t->head_count++] = k;
            t->left[1] = line_of(t, k)->x0;
            return true;
        }
    return false;
}

static bool is_known(const ofsi_parse *parse, ofsi_span folded) {
    for (uint32_t i = 0; i < parse->profile.heading_count; i++)
        if (ofsi_patterns_fit(&parse->profile.headings[i].texts, folded))
            return true;
    return ofsi_patterns_fit(&parse->profile.back_matter, folded);
}

static bool is_head_line(const table *t, uint32_t i) {
    for (uint32_t h = 0; h < t->head_count; h++)
        if (t->head_lines[h] == i)
            return true;
    return false;
}

/* The lines below the head that stand inside the table, over page turns. */
static void find_body(table *t) {
    const ofsi_document *document = t->parse->document;
    t->count = 0;
    for (uint32_t i = t->head + 1; i < document->line_count && t->count < MOST_LINES; i++) {
        const ofsi_line *line = line_of(t, i);
        if (!is_body(t, i) || is_head_line(t, i))
            continue;
        bool known = is_known(t->parse, t->parse->marks[i].folded);
        bool outside = line->x0 < t->left[0] - SMALL_INDENT || line->size > t->parse->look.size + 0.8F;
        if (known || outside)
            break;
        t->lines[t->count++] = i;
    }
}

/* Where the second column starts, when the head did not tell: the leftmost of the lines that stand clear of the first. */
static bool find_columns(table *t) {
    if (t->kind->heads.count == 1 || t->left[1] > 0)
        return true;
    for (uint32_t n = 0; n < t->count; n++) {
        float x = line_of(t, t->lines[n])->x0;
        if (x > t->left[0] + LEAST_COLUMN && (t->left[1] <= 0 || x < t->left[1]))
            t->left[1] = x;
    }
    return t->left[1] > 0;
}

static uint8_t column_of(const table *t, float x) {
    return t->kind->heads.count > 1 && x > t->left[1] - SAME_PLACE ? 1 : 0;
}

static piece whole_line(const table *t, uint32_t n) {
    const ofsi_line *line = line_of(t, t->lines[n]);
    return (piece){.line = t->lines[n],
                   .column = column_of(t, line->x0),
                   .order = n,
                   .words = UINT32_MAX,
                   .y = line->y0,
                   .page = line->page};
}

/* The pieces of all lines; a line that reaches over both columns gives two. */
static uint32_t cut_lines(const table *t, piece *pieces) {
    uint32_t count = 0;
    for (uint32_t n = 0; n < t->count; n++) {
        ofsi_span text = t->parse->marks[t->lines[n]].text;
        const char *tab = memchr(text.data, '\t', text.size);
        piece p = whole_line(t, n);
        if (t->kind->heads.count == 1 || p.column || !tab || line_of(t, t->lines[n])->x1 <= t->left[1]) {
            pieces[count++] = p;
            continue;
        }
        p.words = ofsi_word_count((ofsi_span){text.data, (size_t)(tab - text.data)});
        pieces[count++] = p;
        p.column = 1;
        p.first = p.words;
        p.words = UINT32_MAX;
        pieces[count++] = p;
    }
    return count;
}

/* By place: page, height, column. */
static int compare_places(const void *a, const void *b) {
    const piece *p = a, *q = b;
    if (p->page != q->page)
        return p->page < q->page ? -1 : 1;
    if (fabsf(p->y - q->y) > 0.01F)
        return p->y < q->y ? -1 : 1;
    return p->order != q->order ? (p->order < q->order ? -1 : 1) : p->column - q->column;
}

/* By cell: row, column, and in it by place. */
static int compare_cells(const void *a, const void *b) {
    const piece *p = a, *q = b;
    if (p->row != q->row)
        return p->row < q->row ? -1 : 1;
    return p->column != q->column ? p->column - q->column : compare_places(a, b);
}

static int compare_floats(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The usual distance of two lines of a cell: the median of those of one column on one page. */
static float find_pitch(const piece *pieces, uint32_t count) {
    float steps[MOST_LINES];
    uint32_t found = 0;
    for (uint32_t i = 1; i < count && found < MOST_LINES; i++)
        for (uint32_t k = i; k > 0 && i - k < 3; k--)
            if (pieces[k - 1].column == pieces[i].column && pieces[k - 1].page == pieces[i].page) {
                steps[found++] = pieces[i].y - pieces[k - 1].y;
                break;
            }
    if (found == 0)
        return 0;
    qsort(steps, found, sizeof *steps, compare_floats);
    return steps[found / 2];
}

static ofsi_span text_of(const table *t, const piece *p) {
    return ofsi_words(t->parse->marks[p->line].text, p->first, p->words);
}

/*
 * Whether a row begins with piece i, in order of places: at the margin of its column, further below the line above it than
 * lines of one cell are, and where that was a sentence's end; or beside such a one.
 */
static bool begins_row(const table *t, const piece *pieces, uint32_t i,
                       const piece *const last[MOST_COLUMNS]) {
    const piece *p = &pieces[i], *above = last[p->column];
    bool nested;
    ofsi_span text = text_of(t, p);
    if (ofsi_bullet(text, &nested) ||
        (p->first == 0 && line_of(t, p->line)->x0 > t->left[p->column] + SMALL_INDENT))
        return false;
    if (t->kind->heads.count > 1 && p->column > 0)
        return false;
    if (t->kind->heads.count == 1)
        return above && above->page == p->page
                   ? p->y - above->y > t->pitch + RULE
                   : ofsi_begins_upper(text) && (!above || ofsi_ends_sentence(text_of(t, above)));
    /* The first column begins a row where there is room above it, once the other column's text is over. */
    const piece *beside = last[1];
    if (!above)
        return true;
    if (beside && !ofsi_ends_sentence(text_of(t, beside)))
        return false;
    return above->page != p->page ? beside != NULL : p->y - above->y > t->pitch + RULE;
}

static void number_rows(const table *t, piece *pieces, uint32_t count) {
    const piece *last[MOST_COLUMNS] = {NULL};
    uint32_t row = 0;
    for (uint32_t i = 0; i < count; i++) {
        row += begins_row(t, pieces, i, last);
        pieces[i].row = row;
        last[pieces[i].column] = &pieces[i];
    }
}

/* Marks and lines anew, with the table's in the order of its cells. */
static void rewrite(table *t, const piece *pieces, uint32_t count) {
    ofsi_parse *parse = t->parse;
    const ofsi_document *old = parse->document;
    uint32_t total = old->line_count - t->count + count, used = 0, last = t->lines[t->count - 1];
    ofsi_document *document = ofsi_arena_calloc(&parse->scratch, 1, sizeof *document);
    ofsi_line *lines = ofsi_arena_calloc(&parse->scratch, total, sizeof *lines);
    ofsi_mark *marks = ofsi_arena_calloc(&parse->scratch, total, sizeof *marks);
    if (!document || !lines || !marks) {
        parse->nomem = true;
        return;
    }
    for (uint32_t i = 0, n = 0; i < old->line_count; i++) {
        bool moved = n < t->count && t->lines[n] == i;
        n += moved;
        if (!moved) {
            lines[used] = old->lines[i];
            marks[used++] = parse->marks[i];
        }
        if (i != last)
            continue;
        for (uint32_t p = 0; p < count; p++, used++) {
            const piece *at = &pieces[p];
            lines[used] = old->lines[at->line];
            marks[used] = parse->marks[at->line];
            lines[used].role = OFSI_ROLE_CELL;
            lines[used].table = t->number;
            lines[used].row = at->row;
            lines[used].column = at->column;
            lines[used].text = ofsi_words(lines[used].text, at->first, at->words);
            marks[used].text = ofsi_words(marks[used].text, at->first, at->words);
            marks[used].folded = ofsi_words(marks[used].folded, at->first, at->words);
        }
    }
    *document = *old;
    document->lines = lines;
    document->line_count = used;
    parse->document = document;
    parse->marks = marks;
}

static void take_table(table *t) {
    find_body(t);
    if (t->count == 0 || !find_columns(t))
        return;
    for (uint32_t h = 0; h < t->head_count; h++)
        t->parse->marks[t->head_lines[h]].use = OFSI_USE_JUDGEMENT;
    piece *pieces = ofsi_calloc((size_t)t->count * MOST_COLUMNS + 1, sizeof *pieces);
    if (!pieces) {
        t->parse->nomem = true;
        return;
    }
    uint32_t count = cut_lines(t, pieces);
    qsort(pieces, count, sizeof *pieces, compare_places);
    t->pitch = find_pitch(pieces, count);
    number_rows(t, pieces, count);
    qsort(pieces, count, sizeof *pieces, compare_cells);
    rewrite(t, pieces, count);
    ofsi_free(pieces);
}

void ofsi_parse_tables(ofsi_parse *parse) {
    if (!parse->document->is_pdf || parse->profile.row_table_count == 0)
        return;
    table *t = ofsi_calloc(1, sizeof *t);
    if (!t) {
        parse->nomem = true;
        return;
    }
    t->parse = parse;
    for (uint32_t i = 0; i < parse->document->line_count && !parse->nomem; i++)
        for (uint32_t k = 0; k < parse->profile.row_table_count && t->number < MOST_TABLES && is_body(t, i);
             k++) {
            t->kind = &parse->profile.row_tables[k];
            if (find_head(t, i)) {
                t->number++;
                take_table(t);
            }
        }
    ofsi_free(t);
}
