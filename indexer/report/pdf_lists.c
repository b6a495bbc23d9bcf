/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two lists side by side under bold heads are told by place alone, as poppler gives no rules and no tags, and reads them
 * now by column, now by line, now in pieces. They begin with two bold texts at one height, the right one in the middle of
 * the page, and go down to the first line that stands in neither column, to a wide gap, or to a bold line under the left
 * list. A table of labels and values is none; pdf_layout.c reads it line by line.
 */
#include "indexer/report/pdf_lists.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"

enum {
    NEIGHBOURS = 12,  /* runs by height among which one at the same height is looked for */
    MOST_PAIRS = 32,  /* of lists on one page */
    FAR_RUNS = 64,    /* so far down a text of the right list is looked for */
    LEAST_LINES = 3,  /* of a list, with its head */
    LEAST_LETTERS = 3 /* of a head */
};
static const float ALIGNED = 2.0F;   /* points: lines of one list begin so close to each other */
static const float SAME_LINE = 3.0F; /* points between the tops of two lines at one height */
static const float LIST_GAP = 1.5F;  /* font sizes: room under which a list is over */
static const float HEAD_GAP = 8.0F;  /* the same under the heads, where a signature may stand */
static const float MIDDLE = 0.1F; /* of the page's breadth: so far from its middle the right list may begin */

typedef struct placed {
    float middle; /* of the run's height */
    uint32_t run;
} placed;

typedef struct column {
    float x;                     /* where its lines begin */
    uint32_t *members;           /* runs from the top */
    uint32_t count;              /* of them */
    float line_y;                /* top of its last line */
    uint32_t lines, names, bold; /* lines; of names; in bold but for the head */
} column;

/* Two lists, as they are read. */
typedef struct pair {
    float top;
    uint32_t first, count; /* in `reading` */
} pair;

typedef struct finder {
    const ofsi_pdf_run *runs;
    uint32_t count;
    placed *sorted; /* by height */
    uint32_t *list; /* by run */
    column left, right;
    uint32_t *reading; /* runs in lists */
    uint32_t used;
    pair pairs[MOST_PAIRS];
    uint32_t pair_count, lists;
    float page_left, page_right; /* of all texts */
} finder;

static float least(float a, float b) { return a < b ? a : b; }
static float greatest(float a, float b) { return a > b ? a : b; }
static float distance(float a, float b) { return a > b ? a - b : b - a; }
static float size_of(const ofsi_pdf_run *run) { return run->size > 0 ? run->size : 1.0F; }
static bool is_bold(const ofsi_pdf_run *run) { return run->bold * 2 > run->letters; }

static const ofsi_pdf_run *run_at(const finder *f, uint32_t place) { return &f->runs[f->sorted[place].run]; }
static bool is_taken(const finder *f, uint32_t place) { return f->list[f->sorted[place].run] != 0; }

static int by_height(const void *a, const void *b) {
    const placed *x = a, *y = b;
    if (x->middle < y->middle || x->middle > y->middle)
        return x->middle < y->middle ? -1 : 1;
    return x->run < y->run ? -1 : x->run > y->run;
}

static int by_top(const void *a, const void *b) {
    const pair *x = a, *y = b;
    if (x->top < y->top || x->top > y->top)
        return x->top < y->top ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* Two bold texts at one height, the right one where the right half of the page begins. */
static bool are_heads(const finder *f, const ofsi_pdf_run *left, const ofsi_pdf_run *right) {
    float breadth = f->page_right - f->page_left, part = (right->x0 - f->page_left) / greatest(breadth, 1.0F);
    return is_bold(left) && is_bold(right) && left->letters >= LEAST_LETTERS &&
           right->letters >= LEAST_LETTERS && right->x0 > left->x1 + size_of(right) / 2 &&
           distance(left->y0, right->y0) < SAME_LINE && distance(part, 0.5F) < MIDDLE &&
           left->x0 < f->page_left + breadth / 4;
}

/* The place by height of the other head of the lists whose heads begin at `place`; 0: none begin there. */
static uint32_t head_beside(const finder *f, uint32_t place) {
    for (uint32_t j = place + 1; j < f->count && j - place <= NEIGHBOURS; j++) {
        const ofsi_pdf_run *a = run_at(f, place), *b = run_at(f, j);
        if (f->sorted[j].middle - f->sorted[place].middle > SAME_LINE)
            return 0;
        if (!is_taken(f, place) && !is_taken(f, j) && (are_heads(f, a, b) || are_heads(f, b, a)))
            return j;
    }
    return 0;
}

/* Begins the columns of the lists whose heads stand here; false when none do. */
static bool find_heads(finder *f, uint32_t place) {
    uint32_t beside = head_beside(f, place);
    if (beside == 0)
        return false;
    float a = run_at(f, place)->x0, b = run_at(f, beside)->x0;
    f->left = (column){.x = least(a, b), .members = f->left.members};
    f->right = (column){.x = greatest(a, b), .members = f->right.members};
    return true;
}

/* The list a run stands in; NULL when in neither. */
static column *column_of(finder *f, const ofsi_pdf_run *run) {
    if (run->x0 >= f->right.x - ALIGNED)
        return &f->right;
    return run->x0 >= f->left.x - ALIGNED && run->x1 <= f->right.x - 1 ? &f->left : NULL;
}

/*
 * Two words with capitals, a figure, or a sign that parts a name from a title or stands in an address: lists are of people
 * and places, and neither grades nor what they are given for looks like that.
 */
static bool is_name(ofsi_span text) {
    uint32_t capitals = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i], before = i ? text.data[i - 1] : ' ';
        capitals += c >= 'A' && c <= 'Z' && before == ' ';
        if ((c >= '0' && c <= '9') || c == ',' || c == '@' || (c == '.' && i + 1 < text.size))
            return true;
    }
    return capitals > 1;
}

static void add_run(column *c, const ofsi_pdf_run *run, uint32_t number) {
    c->members[c->count++] = number;
    if (c->lines == 0 || distance(run->y0, c->line_y) > SAME_LINE) {
        c->bold += c->lines > 0 && is_bold(run);
        c->lines++;
        c->names += is_name(run->text);
    }
    c->line_y = run->y0;
}

/* Whether a text of the right list stands at this height or lower, before the lists end. */
static bool right_goes_on(finder *f, uint32_t place) {
    for (uint32_t j = place + 1; j < f->count && j - place <= FAR_RUNS; j++) {
        column *c = column_of(f, run_at(f, j));
        if (c != &f->left)
            return c != NULL;
    }
    return false;
}

/* Gathers both lists from their heads on; the place after them. */
static uint32_t gather(finder *f, uint32_t place) {
    float bottom = run_at(f, place)->y1;
    bool plain = false; /* a line that is no head was met */
    for (; place < f->count; place++) {
        const ofsi_pdf_run *run = run_at(f, place);
        column *c = column_of(f, run);
        float most = plain ? LIST_GAP : HEAD_GAP;
        if (!c || is_taken(f, place) || run->y0 - bottom > most * size_of(run))
            break;
        /* What comes next are other lists, or has a bold heading at the left. */
        if (plain && is_bold(run) && head_beside(f, place))
            break;
        if (c == &f->left && is_bold(run) && c->lines > 1 && distance(run->y0, f->right.line_y) > SAME_LINE &&
            !right_goes_on(f, place))
            break;
        add_run(c, run, f->sorted[place].run);
        bottom = greatest(bottom, run->y1);
        plain |= !is_bold(run);
    }
    return place;
}

static bool is_list(const column *c) {
    return c->lines >= LEAST_LINES && c->names * 2 >= c->lines && c->bold * 2 < c->lines;
}

static void take(finder *f, const column *c) {
    f->lists++;
    for (uint32_t i = 0; i < c->count; i++) {
        f->list[c->members[i]] = f->lists;
        f->reading[f->used++] = c->members[i];
    }
}

static void find_all(finder *f) {
    for (uint32_t place = 0; place < f->count && f->pair_count < MOST_PAIRS;) {
        if (!find_heads(f, place)) {
            place++;
            continue;
        }
        uint32_t after = gather(f, place);
        if (is_list(&f->left) && is_list(&f->right)) {
            uint32_t first = f->used;
            take(f, &f->left);
            take(f, &f->right);
            f->pairs[f->pair_count++] = (pair){run_at(f, place)->y0, first, f->used - first};
        }
        place = after > place ? after : place + 1;
    }
}

/* Lists stand before the first other run that is lower than their heads. */
static void set_order(finder *f, uint32_t *order) {
    uint32_t used = 0, next = 0;
    qsort(f->pairs, f->pair_count, sizeof *f->pairs, by_top);
    for (uint32_t i = 0; i <= f->count; i++) {
        if (i < f->count && f->list[i])
            continue;
        for (; next < f->pair_count && (i == f->count || f->runs[i].y0 > f->pairs[next].top); next++)
            for (uint32_t k = 0; k < f->pairs[next].count; k++)
                order[used++] = f->reading[f->pairs[next].first + k];
        if (i < f->count)
            order[used++] = i;
    }
}

static bool begin(finder *f) {
    f->sorted = ofsi_calloc(f->count, sizeof *f->sorted);
    f->reading = ofsi_calloc(f->count, sizeof *f->reading);
    f->left.members = ofsi_calloc(f->count, sizeof *f->left.members);
    f->right.members = ofsi_calloc(f->count, sizeof *f->right.members);
    if (!f->sorted || !f->reading || !f->left.members || !f->right.members)
        return false;
    f->page_left = f->runs[0].x0;
    for (uint32_t i = 0; i < f->count; i++) {
        f->sorted[i] = (placed){(f->runs[i].y0 + f->runs[i].y1) / 2, i};
        f->page_left = least(f->page_left, f->runs[i].x0);
        f->page_right = greatest(f->page_right, f->runs[i].x1);
        f->list[i] = 0;
    }
    qsort(f->sorted, f->count, sizeof *f->sorted, by_height);
    return true;
}

bool ofsi_pdf_find_lists(
    const ofsi_pdf_run *runs, uint32_t count,
    uint32_t *list, /* NOLINT(readability-non-const-parameter): filled through the finder */
    uint32_t *order) {
    finder f = {.runs = runs, .count = count, .list = list};
    bool done = count == 0 || begin(&f);
    if (done) {
        find_all(&f);
        set_order(&f, order);
    }
    ofsi_free(f.sorted);
    ofsi_free(f.reading);
    ofsi_free(f.left.members);
    ofsi_free(f.right.members);
    return done;
}
