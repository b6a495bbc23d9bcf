/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Second stage: what the printer put around the text. Running heads and feet are lines at the edge of a page
 * that come again on other pages, numbers aside; page numbers are known by their shape; footnotes stand at
 * the foot in smaller type or behind a number on a line of its own. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum {
    EDGE_LINES = 4,      /* so deep a running head or foot reaches */
    LEAST_PAGES = 3,     /* on so many pages a line is no accident */
    FOOTNOTE_LINES = 40, /* a footnote apparatus is no longer than this */
    MOST_MARK = 3        /* digits of a footnote's number */
};

/* Points; smaller type is there to be hidden. */
static const float LEAST_SIZE = 2.0f;

typedef struct page {
    uint32_t first, count; /* lines */
} page;

typedef struct furniture {
    ofsi_parse *parse;
    ofsi_map keys;
    uint32_t *pages_with; /* by key: pages that have it at an edge; heap */
    uint32_t *last_page;  /* by key: the page counted last; heap */
    size_t with_capacity, last_capacity;
    ofsi_buf scratch;
    float height; /* of the printed area: the lowest line of the document */
} furniture;

/* The lines of the page that begins at line `first`. */
static page page_at(const ofsi_document *document, uint32_t first) {
    uint32_t end = first + 1;
    while (end < document->line_count && document->lines[end].page == document->lines[first].page)
        end++;
    return (page){first, end - first};
}

/* Rank from the nearer edge; in a PDF also by place, as a page may have few lines. */
static bool at_edge(const furniture *f, const page *p, uint32_t n) {
    const ofsi_line *line = &f->parse->document->lines[p->first + n];
    if (n >= EDGE_LINES && p->count - n > EDGE_LINES)
        return false;
    if (!f->parse->document->is_pdf)
        return true;
    return line->y1 < f->height * 0.14f || line->y0 > f->height * 0.84f;
}

/* A number with its stop alone at the top of several pages is a paragraph's: a running head has words. */
static bool has_words(ofsi_span key) {
    size_t letters = 0;
    for (size_t i = 0; i < key.size; i++)
        letters += ofsi_is_lower(key.data[i]) || (unsigned char)key.data[i] >= 0x80;
    return letters >= 3;
}

/*
 * The folded line with every run of digits as one `#`, and without the page's number at its end: the first page's foot
 * may lack it.
 */
static ofsi_span key_of(furniture *f, uint32_t line) {
    ofsi_span text = f->parse->marks[line].folded;
    ofsi_buf_reset(&f->scratch);
    for (size_t i = 0; i < text.size; i++) {
        bool digit = ofsi_is_digit(text.data[i]);
        if (digit && i && ofsi_is_digit(text.data[i - 1]))
            continue;
        ofsi_buf_byte(&f->scratch, digit ? '#' : (uint8_t)text.data[i]);
    }
    f->parse->nomem |= f->scratch.failed;
    ofsi_span key = ofsi_buf_span(&f->scratch);
    ofsi_span bare = {key.data, key.size > 2 ? key.size - 2 : 0};
    return has_words(bare) && memcmp(key.data + bare.size, " #", 2) == 0 ? bare : key;
}

/* Headings and grades may stand on top of many pages, and are none. */
static bool is_content(const ofsi_parse *parse, ofsi_span folded) {
    ofs_grade grade;
    bool none;
    if (ofsi_grade_whole(&parse->profile, folded, &grade, &none))
        return true;
    for (uint32_t i = 0; i < parse->profile.heading_count; i++)
        if (ofsi_patterns_fit(&parse->profile.headings[i].texts, folded))
            return true;
    return false;
}

static void count_line(furniture *f, uint32_t line) {
    ofsi_parse *parse = f->parse;
    uint32_t number = parse->document->lines[line].page;
    bool added = false;
    uint32_t key = ofsi_map_intern(&f->keys, key_of(f, line), &added);
    if (key == OFSI_MAP_NONE ||
        !ofsi_grow(&f->pages_with, &f->with_capacity, (size_t)key + 1, sizeof *f->pages_with) ||
        !ofsi_grow(&f->last_page, &f->last_capacity, (size_t)key + 1, sizeof *f->last_page)) {
        parse->nomem = true;
        return;
    }
    if (added)
        f->pages_with[key] = f->last_page[key] = 0;
    if (f->last_page[key] != number) {
        f->last_page[key] = number;
        f->pages_with[key]++;
    }
}

/* "7", "page 7", "page 7 of 13", "7 of 13", "- 7 -". */
static bool is_page_number(ofsi_span key) {
    static const char *const shapes[] = {"#",   "page #", "page # of #", "# of #", "- # -",
                                         "-#-", "# / #",  "#/#",         "| #"};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (ofsi_span_equal(key, ofsi_span_of(shapes[i])))
            return true;
    return false;
}

/*
 * *outermost: nothing but furniture stands between the line and the edge of the page; there a number is the
 * page's.
 */
static void mark_line(furniture *f, uint32_t line, bool *outermost) {
    ofsi_parse *parse = f->parse;
    ofsi_span key = key_of(f, line);
    uint32_t number = ofsi_map_find(&f->keys, key);
    uint32_t least = parse->document->page_count < LEAST_PAGES ? 2 : LEAST_PAGES;
    bool repeated =
        number != OFSI_MAP_NONE && f->pages_with[number] >= least && has_words(key) && !is_page_number(key);
    if ((*outermost && is_page_number(key)) || (repeated && !is_content(parse, parse->marks[line].folded)))
        parse->marks[line].use = OFSI_USE_FURNITURE;
    *outermost &= parse->marks[line].use == OFSI_USE_FURNITURE;
}

static void mark_page(furniture *f, const page *p) {
    bool outermost = true;
    for (uint32_t n = 0; n < p->count && n < EDGE_LINES && !f->parse->nomem; n++)
        if (at_edge(f, p, n))
            mark_line(f, p->first + n, &outermost);
    outermost = true;
    for (uint32_t n = p->count; n > 0 && p->count - n < EDGE_LINES && !f->parse->nomem; n--)
        if (at_edge(f, p, n - 1))
            mark_line(f, p->first + n - 1, &outermost);
}

static void count_page(furniture *f, const page *p) {
    for (uint32_t n = 0; n < p->count && !f->parse->nomem; n++) {
        if (n == EDGE_LINES && p->count > 2 * EDGE_LINES)
            n = p->count - EDGE_LINES;
        if (at_edge(f, p, n))
            count_line(f, p->first + n);
    }
}

static void each_page(furniture *f, void (*visit)(furniture *, const page *)) {
    const ofsi_document *document = f->parse->document;
    for (uint32_t first = 0; first < document->line_count && !f->parse->nomem;) {
        page p = page_at(document, first);
        visit(f, &p);
        first += p.count;
    }
}

/* A line that begins as a footnote does: a small number, no stop, then a capital or the line's end. */
static bool begins_footnote(ofsi_span text) {
    size_t digits = 0;
    while (digits < text.size && digits <= MOST_MARK && ofsi_is_digit(text.data[digits]))
        digits++;
    if (digits == 0 || digits > MOST_MARK)
        return false;
    ofsi_span rest = ofsi_span_trim(ofsi_span_after(text, digits));
    return rest.size == 0 || (ofsi_is_blank(text.data[digits]) && !ofsi_begins_lower(rest)) ||
           ofsi_begins_upper(rest) || (unsigned char)rest.data[0] >= 0x80;
}

/* The first line of the footnotes of a page, or its end. */
static uint32_t footnotes_of_pdf(const ofsi_parse *parse, const page *p, float height) {
    uint32_t end = p->first + p->count, top = end;
    for (uint32_t i = end; i > p->first && end - i < FOOTNOTE_LINES; i--) {
        const ofsi_line *line = &parse->document->lines[i - 1];
        if (parse->marks[i - 1].use == OFSI_USE_FURNITURE)
            continue;
        if (line->size > parse->look.size - 0.9f || line->y0 < height * 0.4f)
            break;
        if (begins_footnote(line->text))
            top = i - 1;
    }
    return top;
}

/* "6 November 2025": the day of a letter. */
static bool is_day(ofsi_span text) {
    ofsi_days days;
    return ofsi_word_count(text) <= 4 && ofsi_find_days(text, &days);
}

/* They stand in the lower part of a page, whatever there is above. */
static uint32_t footnotes_of_text(const ofsi_parse *parse, const page *p) {
    uint32_t end = p->first + p->count, top = end, highest = p->first + p->count / 3;
    for (uint32_t i = end; i > highest && end - i < FOOTNOTE_LINES; i--) {
        const ofsi_line *line = &parse->document->lines[i - 1];
        if (parse->marks[i - 1].use == OFSI_USE_FURNITURE)
            continue;
        if (!begins_footnote(line->text) || is_day(line->text)) {
            if (line->blank_before)
                break;
            continue;
        }
        if (line->blank_before == 0)
            continue;
        /*
         * A number on its own line is a footnote's when its text follows close by, else it may be a
         * paragraph's.
         */
        bool alone = ofsi_word_count(line->text) == 1;
        if (alone && (i == end || parse->document->lines[i].blank_before > 0 ||
                      parse->marks[i].use == OFSI_USE_FURNITURE))
            break;
        top = i - 1;
    }
    return top;
}

static void mark_footnotes(furniture *f, const page *p) {
    ofsi_parse *parse = f->parse;
    uint32_t top =
        parse->document->is_pdf ? footnotes_of_pdf(parse, p, f->height) : footnotes_of_text(parse, p);
    for (uint32_t i = top; i < p->first + p->count; i++) {
        if (parse->marks[i].use == OFSI_USE_FURNITURE)
            continue;
        parse->marks[i].use = OFSI_USE_FOOTNOTE;
        parse->marks[i].first = i == top || begins_footnote(ofsi_line_text(parse, i));
    }
}

/* "__________": a line that is drawn with a letter's key. */
static bool is_rule(ofsi_span folded) {
    enum { LEAST_RULE = 10 };
    size_t drawn = 0;
    while (drawn < folded.size && (folded.data[drawn] == '_' || folded.data[drawn] == ' '))
        drawn++;
    return drawn == folded.size && drawn >= LEAST_RULE;
}

void ofsi_parse_furniture(ofsi_parse *parse) {
    furniture f = {.parse = parse};
    for (uint32_t i = 0; i < parse->document->line_count; i++) {
        if (parse->document->lines[i].y1 > f.height)
            f.height = parse->document->lines[i].y1;
        float size = parse->document->lines[i].size;
        if (is_rule(parse->marks[i].folded) || parse->document->lines[i].role == OFSI_ROLE_ARTIFACT ||
            (size > 0 && size < LEAST_SIZE) ||
            ofsi_patterns_fit(&parse->profile.leave_out, parse->marks[i].folded))
            parse->marks[i].use = OFSI_USE_FURNITURE;
        if (parse->document->lines[i].role == OFSI_ROLE_NOTE) {
            parse->marks[i].use = OFSI_USE_FOOTNOTE;
            parse->marks[i].first =
                parse->marks[i].gap || parse->document->lines[i - (i > 0)].role != OFSI_ROLE_NOTE;
        }
    }
    if (parse->document->page_count > 1) {
        each_page(&f, count_page);
        each_page(&f, mark_page);
        each_page(&f, mark_footnotes);
    }
    ofsi_map_free(&f.keys);
    ofsi_free(f.pages_with);
    ofsi_free(f.last_page);
    ofsi_buf_free(&f.scratch);
}
