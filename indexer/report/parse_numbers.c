/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seventh stage: which lines begin a numbered paragraph. A wrapped line may begin with a year or any other
 * number, a printed number may lack its stop, be missing or stand twice. No line can be judged alone, so the
 * best chain of all candidates is looked for: each is worth more the more it looks like a paragraph's
 * beginning, a step from n to n + 1 is free, a gap, a repetition or a new start costs. One pass, a table by
 * number: linear. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum {
    MOST_NUMBER = 999, /* larger ones are years and sums */
    MOST_GAP = 4,      /* numbers that may be missing side by side */
    WORTH_STOP = 10,   /* "12. Text" */
    WORTH_BARE = 5,    /* "12 Text", "12" */
    WORTH_GAP = 4,     /* there is room above it */
    COST_MIDDLE = 8,   /* the line above breaks off in mid-sentence */
    COST_LOWER = 8,    /* its text begins in lower case */
    COST_ALONE = 2,    /* nothing but the number on its line */
    COST_MISSING = 12,
    COST_TWICE = 7,
    COST_RESTART = 45,
    COST_LATE = 4, /* for each number that the first of all comes too late */
    LEAST_CHAIN = 3
};

typedef struct candidate {
    uint32_t line, number, skip;
    int worth;
    int best;          /* of the best chain that ends here */
    uint32_t previous; /* candidate before it in that chain, UINT32_MAX when first */
} candidate;

typedef struct chains {
    ofsi_parse *parse;
    candidate *items; /* heap */
    size_t count, capacity;
    uint32_t ending[MOST_NUMBER + 1]; /* best chain by its last number: candidate, UINT32_MAX when none */
    uint32_t top;                     /* best of all */
} chains;

/* The number a line begins with: 0 when it is none. *skip: bytes up to the text; *stop: it has its stop. */
static uint32_t number_of(ofsi_span text, uint32_t *skip, bool *stop) {
    size_t digits = 0;
    uint32_t value = 0;
    while (digits < text.size && digits < 4 && ofsi_is_digit(text.data[digits]))
        value = value * 10 + (uint32_t)(text.data[digits++] - '0');
    if (digits == 0 || digits > 3 || value == 0 || text.data[0] == '0')
        return 0;
    *stop = digits < text.size && text.data[digits] == '.';
    size_t at = digits + (*stop ? 1 : 0);
    char next = at < text.size ? text.data[at] : ' ';
    bool glued = *stop && (ofsi_is_upper(next) || (unsigned char)next >= 0x80);
    if (!ofsi_is_blank(next) && !glued)
        return 0;
    while (at < text.size && ofsi_is_blank(text.data[at]))
        at++;
    *skip = (uint32_t)at;
    return value;
}

static int worth_of(const ofsi_parse *parse, uint32_t line, uint32_t previous, uint32_t skip, bool stop) {
    ofsi_span rest = ofsi_span_after(ofsi_line_text(parse, line), skip);
    int worth = stop ? WORTH_STOP : WORTH_BARE;
    bool follows_text = previous != UINT32_MAX && parse->marks[previous].use == OFSI_USE_BODY;
    /* A bullet, or a number whose text is on the next line, may end without a stop. */
    if (follows_text && !parse->marks[line].gap && !ofsi_ends_sentence(ofsi_line_text(parse, previous)))
        worth -= COST_MIDDLE;
    if (parse->marks[line].gap || !follows_text)
        worth += WORTH_GAP;
    if (rest.size == 0)
        worth -= COST_ALONE;
    if (ofsi_begins_lower(rest) || (!stop && rest.size && !ofsi_begins_upper(rest)))
        worth -= COST_LOWER;
    return worth;
}

static void add_candidate(chains *c, uint32_t line, uint32_t previous) {
    uint32_t skip = 0;
    bool stop = false;
    uint32_t number = number_of(ofsi_line_text(c->parse, line), &skip, &stop);
    if (number == 0)
        return;
    if (!ofsi_grow(&c->items, &c->capacity, c->count + 1, sizeof *c->items)) {
        c->parse->nomem = true;
        return;
    }
    c->items[c->count++] = (candidate){.line = line,
                                       .number = number,
                                       .skip = skip,
                                       .worth = worth_of(c->parse, line, previous, skip, stop),
                                       .previous = UINT32_MAX};
}

static void offer(const chains *c, candidate *next, uint32_t chain, int cost) {
    if (chain == UINT32_MAX)
        return;
    int total = c->items[chain].best - cost + next->worth;
    if (total > next->best) {
        next->best = total;
        next->previous = chain;
    }
}

/* The best chain that this candidate ends. */
static void link_candidate(chains *c, uint32_t index) {
    candidate *next = &c->items[index];
    uint32_t n = next->number;
    uint32_t late = n - 1 < 20 ? n - 1 : 20;
    next->best = next->worth - (int)late * COST_LATE;
    for (uint32_t back = 1; back <= MOST_GAP + 1 && back < n; back++)
        offer(c, next, c->ending[n - back], (int)(back - 1) * COST_MISSING);
    offer(c, next, c->ending[n], COST_TWICE);
    if (n == 1)
        offer(c, next, c->top, COST_RESTART);
    if (c->ending[n] == UINT32_MAX || c->items[c->ending[n]].best < next->best)
        c->ending[n] = index;
    if (c->top == UINT32_MAX || c->items[c->top].best < next->best)
        c->top = index;
}

static void warn_of_step(ofsi_parse *parse, uint32_t last, uint32_t number) {
    if (number == last)
        ofsi_warn(parse, "The paragraph number %u is printed twice.", number);
    else if (number == last + 2)
        ofsi_warn(parse, "There is no paragraph with the number %u.", last + 1);
    else if (number > last + 2)
        ofsi_warn(parse, "There are no paragraphs with the numbers %u to %u.", last + 1, number - 1);
    else if (number < last)
        ofsi_warn(parse, "The paragraph numbers begin again with %u after %u.", number, last);
}

static void accept_chain(chains *c) {
    uint32_t length = 0, last = 0;
    for (uint32_t i = c->top; i != UINT32_MAX; i = c->items[i].previous)
        length++;
    if (length < LEAST_CHAIN)
        return;
    for (uint32_t i = c->top; i != UINT32_MAX; i = c->items[i].previous) {
        ofsi_mark *mark = &c->parse->marks[c->items[i].line];
        mark->number = c->items[i].number;
        mark->skip = c->items[i].skip;
    }
    for (uint32_t i = 0; i < c->parse->document->line_count; i++) {
        uint32_t number = c->parse->marks[i].number;
        if (number && number != last + 1)
            warn_of_step(c->parse, last, number);
        last = number ? number : last;
    }
}

void ofsi_parse_numbers(ofsi_parse *parse) {
    if (parse->profile.numbering == OFSI_UNNUMBERED)
        return;
    chains *c = ofsi_calloc(1, sizeof *c);
    if (!c) {
        parse->nomem = true;
        return;
    }
    c->parse = parse;
    c->top = UINT32_MAX;
    memset(c->ending, 0xFF, sizeof c->ending);
    uint32_t previous = UINT32_MAX;
    for (uint32_t i = 0; i < parse->document->line_count && !parse->nomem; i++) {
        ofsi_use use = parse->marks[i].use;
        if (use == OFSI_USE_BODY)
            add_candidate(c, i, previous);
        if (use != OFSI_USE_FURNITURE && use != OFSI_USE_FOOTNOTE)
            previous = i;
    }
    for (size_t i = 0; i < c->count && i < UINT32_MAX; i++)
        link_candidate(c, (uint32_t)i);
    if (!parse->nomem)
        accept_chain(c);
    ofsi_free(c->items);
    ofsi_free(c);
}
