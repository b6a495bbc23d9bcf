/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Third stage: the table of contents. It repeats every heading, so it must not be taken for text; and it
 * tells which lines further down are headings. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum {
    MOST_CONTENTS = 400, /* lines */
    MOST_WRAPPED = 4,    /* lines of one entry */
    MOST_PAGE_DIGITS = 4
};

/* The folded entry without leaders and page number; size 0 when the line does not end in a page number. */
static ofsi_span entry_of(ofsi_span folded) {
    size_t end = folded.size;
    while (end && ofsi_is_digit(folded.data[end - 1]))
        end--;
    if (end == folded.size || folded.size - end > MOST_PAGE_DIGITS || end == 0 ||
        !(folded.data[end - 1] == ' ' || folded.data[end - 1] == '.'))
        return (ofsi_span){folded.data, 0};
    while (end && (folded.data[end - 1] == ' ' || folded.data[end - 1] == '.' || folded.data[end - 1] == '_'))
        end--;
    return (ofsi_span){folded.data, end};
}

static void keep_entry(ofsi_parse *parse, ofsi_span entry) {
    if (!ofsi_grow(&parse->contents, &parse->contents_capacity, parse->contents_count + 1,
                   sizeof *parse->contents)) {
        parse->nomem = true;
        return;
    }
    char *copy = ofsi_arena_strndup(&parse->scratch, entry.data, entry.size);
    parse->nomem |= !copy;
    if (copy)
        parse->contents[parse->contents_count++] = (ofsi_span){copy, entry.size};
}

/*
 * Whether an entry of the contents begins at `line`: a line with a page number, or the first ones of a
 * wrapped one.
 */
static uint32_t entry_lines(ofsi_parse *parse, uint32_t line, ofsi_span *entry) {
    uint32_t at = line;
    for (uint32_t n = 1; n <= MOST_WRAPPED && at != UINT32_MAX; n++) {
        if (n > 1 && parse->marks[at].gap &&
            parse->document->lines[at].page != parse->document->lines[line].page)
            return 0;
        if (entry_of(parse->marks[at].folded).size || (n > 1 && entry_of(ofsi_joined(parse, line, n)).size)) {
            *entry = entry_of(ofsi_joined(parse, line, n));
            return n;
        }
        at = ofsi_next_line(parse, at);
    }
    return 0;
}

/*
 * pdftotext without -layout may put the page numbers in a column of their own: then the headings have none.
 */
static bool known_text(const ofsi_parse *parse, ofsi_span folded) {
    for (uint32_t i = 0; i < parse->profile.heading_count; i++)
        if (ofsi_patterns_fit(&parse->profile.headings[i].texts, folded))
            return true;
    return false;
}

static bool is_number_line(ofsi_span folded) {
    for (size_t i = 0; i < folded.size; i++)
        if (!ofsi_is_digit(folded.data[i]))
            return false;
    return folded.size > 0 && folded.size <= MOST_PAGE_DIGITS;
}

/*
 * The last page numbers of a column of them stand where a page has its own: they are none of its furniture.
 * One number that stands alone is the page's.
 */
static void give_back_numbers(ofsi_parse *parse, uint32_t head) {
    enum { LEAST_COLUMN = 3 };
    const ofsi_document *document = parse->document;
    uint32_t page = document->lines[head].page, end = head + 1, numbers = 0;
    for (; end < document->line_count && end - head < MOST_CONTENTS && document->lines[end].page == page;
         end++)
        numbers += is_number_line(parse->marks[end].folded);
    for (uint32_t i = head + 1; i < end && numbers >= LEAST_COLUMN; i++)
        if (parse->marks[i].use == OFSI_USE_FURNITURE && is_number_line(parse->marks[i].folded))
            parse->marks[i].use = OFSI_USE_BODY;
}

static void take_contents(ofsi_parse *parse, uint32_t head) {
    uint32_t line, taken = 0;
    uint32_t entries = 0;
    uint32_t page = parse->document->lines[head].page;
    parse->marks[head].use = OFSI_USE_CONTENTS;
    give_back_numbers(parse, head);
    line = ofsi_next_line(parse, head);
    while (line != UINT32_MAX && taken < MOST_CONTENTS && !parse->nomem) {
        ofsi_span entry;
        uint32_t count = entry_lines(parse, line, &entry);
        bool bare =
            count == 0 && page && parse->document->lines[line].page == page &&
            (known_text(parse, parse->marks[line].folded) || is_number_line(parse->marks[line].folded));
        if (count == 0 && !bare)
            break;
        if (count) {
            keep_entry(parse, entry);
            entries++;
        }
        for (uint32_t n = 0; n < (count ? count : 1); n++, taken++) {
            uint32_t next = ofsi_next_line(parse, line);
            parse->marks[line].use = OFSI_USE_CONTENTS;
            line = next;
        }
    }
    if (entries == 0 && taken == 0)
        parse->marks[head].use = OFSI_USE_BODY;
}

void ofsi_parse_contents(ofsi_parse *parse) {
    const ofsi_document *document = parse->document;
    for (uint32_t i = 0; i < document->line_count && !parse->nomem; i++) {
        if (document->lines[i].role == OFSI_ROLE_TOC)
            parse->marks[i].use = OFSI_USE_CONTENTS;
        else if (parse->marks[i].use == OFSI_USE_BODY &&
                 ofsi_patterns_fit(&parse->profile.contents, parse->marks[i].folded))
            take_contents(parse, i);
    }
}
