/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the parser: a document with places and sizes of type, as a PDF gives it, written in the test. */
#ifndef OFS_TESTS_PARSE_PAGES_H
#define OFS_TESTS_PARSE_PAGES_H

#include "indexer/report/lines.h"
#include "tests/unit/report/parse_text.h"

/* A line on a page of 842 points: 14.5 high, 12 points of type unless it says otherwise. */
typedef struct placed {
    uint32_t page;
    float x, y;
    const char *text;
    bool bold;
    float size; /* 0: 12 */
} placed;

static inline ofs_report *parse_placed(const placed *lines, size_t count, const char *profile) {
    ofsi_arena arena = {0};
    ofs_error err = {0};
    ofs_report *report = NULL;
    ofsi_document document = {.arena = &arena, .is_pdf = true, .line_count = (uint32_t)count};
    document.lines = ofsi_arena_calloc(&arena, count, sizeof *document.lines);
    assert_non_null(document.lines);
    for (size_t i = 0; i < count; i++) {
        const placed *p = &lines[i];
        size_t length = strlen(p->text);
        float size = p->size > 0 ? p->size : 12;
        document.lines[i] = (ofsi_line){.text = {p->text, length},
                                        .page = p->page,
                                        .x0 = p->x,
                                        .y0 = p->y,
                                        .x1 = p->x + 0.5F * size * (float)length,
                                        .y1 = p->y + 1.2F * size,
                                        .size = size,
                                        .bold = p->bold,
                                        .page_start = i == 0 || p[-1].page != p->page};
        if (p->page > document.page_count)
            document.page_count = p->page;
    }
    if (ofsi_parse_document(&document, "placed.pdf", profile, &report, &err) != OFS_OK)
        test_die("placed.pdf: %s", err.message);
    ofsi_arena_free(&arena);
    return report;
}
#define PARSE_PLACED(lines, profile) parse_placed(lines, sizeof(lines) / sizeof(lines)[0], profile)

/* The first unit that begins so; fails the test when there is none. */
static inline const ofs_paragraph *unit_that_begins(const ofs_report *report, const char *text) {
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        if (strncmp(report->paragraphs[i].text, text, strlen(text)) == 0)
            return &report->paragraphs[i];
    test_die("no unit begins \"%s\"", text);
}

#endif
