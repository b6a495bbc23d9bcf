/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs to lines. Poppler gives columns of prose in reading order, but puts the label and the value of a table row, or
 * a number and its paragraph, on different lines wherever their boxes differ. So each run looks for the row it stands
 * in among the few before it: beyond those, what stands at the same height is another column. Lists side by side are put
 * one behind the other before (pdf_lists.c).
 */
#include "indexer/report/pdf_layout.h"

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/report/pdf_lists.h"

enum {
    NEAR_ROWS = 3,   /* a table's label of three lines, then its value */
    LABEL_ROWS = 40, /* a number, all the lines of the paragraph above, then its text */
    FAR_ROWS = 200,  /* contents: all the titles, then all the page numbers */
    CELL_MOST = 48,  /* characters of a value; what is longer is prose */
    COLUMN_ROWS = 3, /* so many rows that start far to the right are a column */
    COLUMNS_MOST = 4096
};
static const float COLUMN_GAP = 3.0F;  /* font sizes: wider is another column */
static const float ALIGNED_GAP = 0.6F; /* font sizes: enough where a column is known to start */
static const float FAR_START = 8.0F; /* font sizes right of the margin: what starts here stands in a column */
static const float SAME_ROW = 0.4F;  /* of the lower box's height that must stand beside the other */
static const float NO_BETTER = 0.15F; /* a difference of overlaps that does not count */

static const uint32_t NONE = UINT32_MAX;

typedef struct row {
    uint32_t first, last; /* runs, in order from left to right */
} row;

typedef struct page_layout {
    const ofsi_pdf_run *runs;
    const uint32_t *list; /* by run: as of ofsi_pdf_find_lists() */
    uint32_t *next;       /* of each run: the one to its right, or NONE */
    row *rows;
    uint32_t row_count;
    uint64_t columns[COLUMNS_MOST / 64]; /* points at which a column starts */
    ofsi_buf text;
} page_layout;

/* `12.`, `2.1`, `7`, `(a)`, `iv)`, or one mark: what stands in front of a text. */
static bool is_label(ofsi_span text) {
    size_t at = text.size > 0 && text.data[0] == '(', start = at;
    while (at < text.size && text.data[at] >= '0' && text.data[at] <= '9')
        at++;
    if (at > start && at - start <= 3) {
        while (at < text.size && (text.data[at] == '.' || text.data[at] == ')' ||
                                  (text.data[at] >= '0' && text.data[at] <= '9')))
            at++;
        return at == text.size && text.size <= 8;
    }
    at = start;
    while (at < text.size && text.data[at] >= 'a' && text.data[at] <= 'z')
        at++;
    if (at > start && at - start <= 3 && at + 1 == text.size)
        return text.data[at] == ')' || text.data[at] == '.';
    if (text.size == 1)
        return text.data[0] == 'o' || text.data[0] == '-' || text.data[0] == '*';
    /* One character beyond ASCII; those of two bytes are letters, but for the middle dot. */
    unsigned char lead = text.size > 0 ? (unsigned char)text.data[0] : 0;
    return (text.size == 3 && lead >= 0xE2 && lead < 0xE3) ||
           (text.size == 2 && memcmp(text.data, "\xC2\xB7", 2) == 0);
}

static bool is_page_number(ofsi_span text) {
    if (text.size == 0 || text.size > 3)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return true;
}

/* All floats here are finite: pdf_answer.c has seen to it. */
static float least(float a, float b) { return a < b ? a : b; }
static float greatest(float a, float b) { return a > b ? a : b; }

/* Share of the lower box that stands at the other's height; below 0 when they are apart. */
static float overlap(const ofsi_pdf_run *a, const ofsi_pdf_run *b) {
    float height = least(a->y1 - a->y0, b->y1 - b->y0);
    float common = least(a->y1, b->y1) - greatest(a->y0, b->y0);
    return height > 0 ? common / height : common < 0 ? -1.0F : 1.0F;
}

static float em(const ofsi_pdf_run *a, const ofsi_pdf_run *b) {
    float size = greatest(a->size, b->size);
    return size > 0 ? size : 1.0F;
}

/* Boxes of neighbouring words may touch or overlap a little. */
static bool is_right_of(const ofsi_pdf_run *run, const ofsi_pdf_run *left) {
    return run->x0 >= left->x1 - em(run, left) / 2 && run->x0 >= left->x0;
}

static bool may_join(const page_layout *page, uint32_t index, uint32_t run) {
    const ofsi_pdf_run *r = &page->runs[run], *last = &page->runs[page->rows[index].last];
    if (!is_right_of(r, last) || page->list[run] != page->list[page->rows[index].last])
        return false;
    if (page->row_count - index > NEAR_ROWS)
        return is_page_number(r->text) && !is_page_number(last->text) && r->x0 > last->x1 + em(r, last);
    return r->line == last->line || r->text.size <= CELL_MOST || is_label(last->text);
}

/* The row a run stands in: the one it overlaps most, the upper of two that it overlaps alike; or NONE. */
static uint32_t find_row(const page_layout *page, uint32_t run) {
    uint32_t best = NONE, reach = is_page_number(page->runs[run].text) ? FAR_ROWS : NEAR_ROWS;
    float most = 0;
    for (uint32_t back = 1; back <= reach && back <= page->row_count; back++) {
        uint32_t index = page->row_count - back;
        float share = overlap(&page->runs[run], &page->runs[page->rows[index].first]);
        if (share < SAME_ROW || (best != NONE && share < most - NO_BETTER) || !may_join(page, index, run))
            continue;
        best = index;
        most = greatest(most, share);
    }
    return best;
}

/* Whether a number or bullet is that of the text at its right. */
static bool stands_in_front(const ofsi_pdf_run *label, const ofsi_pdf_run *text) {
    return overlap(label, text) > 0.5F && is_right_of(text, label) &&
           text->x0 - label->x1 <= 4 * em(text, label);
}

/* A number or bullet that poppler read after the text it stands in front of. */
static bool put_in_front(page_layout *page, uint32_t run) {
    if (!is_label(page->runs[run].text))
        return false;
    for (uint32_t back = 1; back <= LABEL_ROWS && back <= page->row_count; back++) {
        row *candidate = &page->rows[page->row_count - back];
        if (page->list[run] != page->list[candidate->first] ||
            !stands_in_front(&page->runs[run], &page->runs[candidate->first]))
            continue;
        page->next[run] = candidate->first;
        candidate->first = run;
        return true;
    }
    return false;
}

/* A row that is a number alone, whose text poppler reads after that of the paragraph above; or NONE. */
static uint32_t find_label(const page_layout *page, uint32_t run) {
    for (uint32_t back = 1; back <= LABEL_ROWS && back <= page->row_count; back++) {
        const row *candidate = &page->rows[page->row_count - back];
        const ofsi_pdf_run *label = &page->runs[candidate->first];
        if (candidate->first == candidate->last && page->list[candidate->first] == page->list[run] &&
            is_label(label->text) && stands_in_front(label, &page->runs[run]))
            return page->row_count - back;
    }
    return NONE;
}

/* The row belongs where its text was read: behind all that came between. */
static void move_to_end(page_layout *page, uint32_t index) {
    row moved = page->rows[index];
    memmove(&page->rows[index], &page->rows[index + 1], (page->row_count - index - 1) * sizeof page->rows[0]);
    page->rows[page->row_count - 1] = moved;
}

static void place_runs(page_layout *page, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        page->next[i] = NONE;
        uint32_t label = find_label(page, i), index = label == NONE ? find_row(page, i) : label;
        if (index != NONE) {
            page->next[page->rows[index].last] = i;
            page->rows[index].last = i;
        } else if (!put_in_front(page, i)) {
            page->rows[page->row_count++] = (row){i, i};
        }
        if (label != NONE)
            move_to_end(page, label);
    }
}

/* A page's number may be drawn before the text: one that stands below all else is the page's last row. */
static void put_page_number_last(page_layout *page) {
    for (uint32_t r = 0; r + 1 < page->row_count; r++) {
        const ofsi_pdf_run *number = &page->runs[page->rows[r].first];
        bool lowest = page->rows[r].first == page->rows[r].last && is_page_number(number->text);
        for (uint32_t i = 0; lowest && i < page->row_count; i++)
            lowest = i == r || page->runs[page->rows[i].first].y1 <= number->y0;
        if (lowest) {
            move_to_end(page, r);
            return;
        }
    }
}

static float gap_em(const ofsi_pdf_run *left, const ofsi_pdf_run *right) {
    return (right->x0 - left->x1) / em(left, right);
}

static bool column_at(const page_layout *page, float x) {
    for (int at = (int)x - 1; at <= (int)x + 1; at++)
        if (at >= 0 && at < COLUMNS_MOST && page->columns[at / 64] >> (at % 64) & 1)
            return true;
    return false;
}

static void add_column(page_layout *page, float x) {
    if (x >= 0 && x < COLUMNS_MOST)
        page->columns[(int)x / 64] |= UINT64_C(1) << ((int)x % 64);
}

/* Cells of several lines: the lines of the right one start where it starts. */
static void find_far_starts(page_layout *page) {
    float margin = page->runs[page->rows[0].first].x0;
    for (uint32_t r = 0; r < page->row_count; r++)
        margin = least(margin, page->runs[page->rows[r].first].x0);
    for (uint32_t r = 0, same = 0; r < page->row_count; r++) {
        const ofsi_pdf_run *run = &page->runs[page->rows[r].first];
        bool again = r > 0 && (int)page->runs[page->rows[r - 1].first].x0 == (int)run->x0;
        same = again ? same + 1 : 1;
        if (same == COLUMN_ROWS && run->x0 > margin + FAR_START * run->size)
            add_column(page, run->x0);
    }
}

/* Where one row has a wide gap, another with a longer label may have a narrow one before the same column. */
static void find_columns(page_layout *page) {
    find_far_starts(page);
    for (uint32_t r = 0; r < page->row_count; r++) {
        uint32_t left = page->rows[r].first;
        for (uint32_t i = page->next[left]; i != NONE; left = i, i = page->next[i]) {
            float x = page->runs[i].x0;
            if (gap_em(&page->runs[left], &page->runs[i]) > COLUMN_GAP)
                add_column(page, x);
        }
    }
}

static char separator(const page_layout *page, uint32_t left, uint32_t right, bool first) {
    const ofsi_pdf_run *a = &page->runs[left], *b = &page->runs[right];
    float gap = gap_em(a, b);
    if (first && is_label(a->text))
        return ' ';
    return gap > COLUMN_GAP || (gap > ALIGNED_GAP && column_at(page, b->x0)) ? '\t' : ' ';
}

static bool add_row(page_layout *page, const row *source, ofsi_arena *arena, ofsi_line_list *lines) {
    const ofsi_pdf_run *first = &page->runs[source->first];
    ofsi_line line = {.x0 = first->x0, .y0 = first->y0, .x1 = first->x1, .y1 = first->y1};
    uint64_t letters = 0, bold = 0, italic = 0;
    size_t longest = 0;
    ofsi_buf_reset(&page->text);
    uint32_t left = NONE;
    for (uint32_t i = source->first; i != NONE; left = i, i = page->next[i]) {
        const ofsi_pdf_run *run = &page->runs[i];
        if (left != NONE)
            ofsi_buf_byte(&page->text, (uint8_t)separator(page, left, i, left == source->first));
        ofsi_buf_append(&page->text, run->text.data, run->text.size);
        line.x0 = least(line.x0, run->x0);
        line.y0 = least(line.y0, run->y0);
        line.x1 = greatest(line.x1, run->x1);
        line.y1 = greatest(line.y1, run->y1);
        letters += run->letters;
        bold += run->bold;
        italic += run->italic;
        if (run->text.size > longest) {
            longest = run->text.size;
            line.size = run->size;
        }
    }
    line.bold = bold * 2 > letters;
    line.italic = italic * 2 > letters;
    char *copy = page->text.failed ? NULL : ofsi_arena_strndup(arena, page->text.data, page->text.size);
    if (!copy)
        return false;
    line.text = (ofsi_span){copy, page->text.size};
    lines->items[lines->count++] = line;
    return true;
}

/* The runs of a page in the order in which they are read. */
typedef struct reading {
    ofsi_pdf_run *runs;
    uint32_t *list;          /* of each of them */
    uint32_t *found, *order; /* as of ofsi_pdf_find_lists() */
} reading;

static bool put_in_order(reading *r, const ofsi_pdf_run *runs, uint32_t count) {
    *r = (reading){
        .runs = ofsi_calloc(count, sizeof *r->runs),
        .list = ofsi_calloc(count, sizeof *r->list),
        .found = ofsi_calloc(count, sizeof *r->found),
        .order = ofsi_calloc(count, sizeof *r->order),
    };
    if (!r->runs || !r->list || !r->found || !r->order ||
        !ofsi_pdf_find_lists(runs, count, r->found, r->order))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        r->runs[i] = runs[r->order[i]];
        r->list[i] = r->found[r->order[i]];
    }
    return true;
}

bool ofsi_pdf_layout(const ofsi_pdf_run *runs, size_t count, uint32_t page, ofsi_arena *arena,
                     ofsi_line_list *lines) {
    if (count == 0)
        return true;
    bool done = false;
    size_t begun = lines->count;
    reading read = {0};
    page_layout layout = {
        .next = ofsi_calloc(count, sizeof *layout.next),
        .rows = ofsi_calloc(count, sizeof *layout.rows),
    };
    if (!layout.next || !layout.rows || !put_in_order(&read, runs, (uint32_t)count) ||
        !ofsi_grow(&lines->items, &lines->capacity, lines->count + count, sizeof *lines->items))
        goto done;
    layout.runs = read.runs;
    layout.list = read.list;
    place_runs(&layout, (uint32_t)count);
    put_page_number_last(&layout);
    find_columns(&layout);
    for (uint32_t r = 0; r < layout.row_count; r++) {
        if (!add_row(&layout, &layout.rows[r], arena, lines))
            goto done;
        lines->items[lines->count - 1].page = page;
    }
    lines->items[begun].page_start = true;
    done = true;
done:
    ofsi_buf_free(&layout.text);
    ofsi_free(layout.next);
    ofsi_free(layout.rows);
    ofsi_free(read.runs);
    ofsi_free(read.list);
    ofsi_free(read.found);
    ofsi_free(read.order);
    return done;
}
