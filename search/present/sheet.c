/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workbooks. */
#include "search/present/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "indexer/base/late.h"
#include "indexer/base/utf8.h"
#include "search/present/counts.h"
#include "search/present/fields.h"
#include "search/present/head.h"
#include "search/present/printers.h"

/* Of the library, which is loaded for the first workbook. */
#define LXW_FUNCTIONS(X)                                                                                     \
    X(workbook_new)                                                                                          \
    X(workbook_add_format)                                                                                   \
    X(format_set_bold)                                                                                       \
    X(format_set_text_wrap)                                                                                  \
    X(format_set_align)                                                                                      \
    X(workbook_add_worksheet)                                                                                \
    X(worksheet_write_string)                                                                                \
    X(worksheet_set_column)                                                                                  \
    X(worksheet_freeze_panes)                                                                                \
    X(worksheet_repeat_rows)                                                                                 \
    X(worksheet_set_landscape)                                                                               \
    X(worksheet_write_number)                                                                                \
    X(worksheet_autofilter)                                                                                  \
    X(workbook_close)

static struct {
#define X(name) __typeof__(name) *name;
    LXW_FUNCTIONS(X)
#undef X
} lxw;

static bool load_library(void) {
    static const ofsi_late_symbol symbols[] = {
#define X(name) {#name, &lxw.name},
        LXW_FUNCTIONS(X)
#undef X
    };
    static ofsi_late_library library = {OFS_XLSXWRITER, symbols, sizeof symbols / sizeof *symbols,
                                        OFSI_LATE_NEW, NULL};
    return ofsi_late_load(&library);
}

/* What a cell and a worksheet hold at most in the file format. */
enum {
    CELL_CHARACTERS = 32767,
    MOST_ROWS = 1048576,
    MOST_SHEETS = 16,
    NARROW = 12,
    WIDE = 90,
    LONG_TEXT = 120
};

typedef struct page {
    const char *title; /* static */
    lxw_worksheet *worksheet;
    uint32_t rows, columns;
} page;

struct ofsi_sheet {
    lxw_workbook *book;
    lxw_format *bold, *wrapped;
    char *path; /* of the temporary file */
    page pages[MOST_SHEETS];
    size_t page_count;
    bool failed;
};

static char *make_temporary(void) {
    const char *folder = getenv("TMPDIR");
    ofsi_buf path = {0};
    ofsi_buf_printf(&path, "%s/ofsearch-XXXXXX", folder && *folder ? folder : "/tmp");
    ofsi_buf_byte(&path, 0);
    int file = path.failed ? -1 : mkstemp(path.data);
    if (file < 0) {
        ofsi_buf_free(&path);
        return NULL;
    }
    close(file);
    return path.data;
}

ofsi_sheet *ofsi_sheet_open(void) {
    if (!load_library())
        return NULL;
    ofsi_sheet *sheet = ofsi_calloc(1, sizeof *sheet);
    if (!sheet)
        return NULL;
    sheet->path = make_temporary();
    sheet->book = sheet->path ? lxw.workbook_new(sheet->path) : NULL;
    sheet->bold = sheet->book ? lxw.workbook_add_format(sheet->book) : NULL;
    sheet->wrapped = sheet->book ? lxw.workbook_add_format(sheet->book) : NULL;
    if (!sheet->bold || !sheet->wrapped) {
        sheet->failed = true;
        return sheet;
    }
    lxw.format_set_bold(sheet->bold);
    lxw.format_set_text_wrap(sheet->wrapped);
    lxw.format_set_align(sheet->wrapped, LXW_ALIGN_VERTICAL_TOP);
    return sheet;
}

/* A column that holds long texts is wide. */
static bool is_long(const ofsi_table *table, uint32_t column) {
    for (size_t i = column; i < table->cell_count; i += table->column_count)
        if (table->cells[i].size > LONG_TEXT)
            return true;
    return false;
}

static page *begin_page(ofsi_sheet *sheet, const ofsi_table *table) {
    if (sheet->page_count == MOST_SHEETS)
        return NULL;
    page *p = &sheet->pages[sheet->page_count];
    p->title = table->title ? table->title : "Table";
    p->worksheet = lxw.workbook_add_worksheet(sheet->book, p->title);
    if (!p->worksheet)
        return NULL;
    p->columns = table->column_count;
    for (uint32_t c = 0; c < table->column_count; c++) {
        lxw.worksheet_write_string(p->worksheet, 0, (lxw_col_t)c, table->columns[c].name, sheet->bold);
        lxw.worksheet_set_column(p->worksheet, (lxw_col_t)c, (lxw_col_t)c,
                                 is_long(table, c)             ? WIDE
                                 : table->columns[c].is_number ? NARROW
                                                               : NARROW * 2,
                                 NULL);
    }
    lxw.worksheet_freeze_panes(p->worksheet, 1, 0);
    lxw.worksheet_repeat_rows(p->worksheet, 0, 0);
    lxw.worksheet_set_landscape(p->worksheet);
    p->rows = 1;
    sheet->page_count++;
    return p;
}

static page *find_page(ofsi_sheet *sheet, const ofsi_table *table) {
    for (size_t i = 0; i < sheet->page_count; i++)
        if (strcmp(sheet->pages[i].title, table->title ? table->title : "Table") == 0)
            return &sheet->pages[i];
    return begin_page(sheet, table);
}

/* Bytes of the text's first CELL_CHARACTERS characters. */
static size_t cell_size(ofsi_span text) {
    size_t at = 0;
    for (uint32_t n = 0; n < CELL_CHARACTERS && at < text.size; n++)
        do
            at++;
        while (at < text.size && ofsi_utf8_is_continuation(text.data[at]));
    return at;
}

/* As much of the text as a cell holds; see write_row(). */
static bool write_cell(ofsi_sheet *sheet, const page *p, uint32_t column, ofsi_span cell, bool is_number) {
    lxw_col_t at = (lxw_col_t)column;
    if (!cell.size)
        return true;
    if (is_number) {
        char *end;
        double value = strtod(cell.data, &end);
        if (!*end)
            return lxw.worksheet_write_number(p->worksheet, p->rows, at, value, NULL) == LXW_NO_ERROR;
    }
    ofsi_buf clean = {0};
    ofsi_append_clean(&clean, cell.data, cell_size(cell));
    ofsi_buf_byte(&clean, 0);
    bool ok = !clean.failed && lxw.worksheet_write_string(p->worksheet, p->rows, at, clean.data,
                                                          sheet->wrapped) == LXW_NO_ERROR;
    ofsi_buf_free(&clean);
    return ok;
}

/* The row, and below it what its cells could not hold. */
static bool write_row(ofsi_sheet *sheet, page *p, const ofsi_table *table, size_t row) {
    uint32_t n = table->column_count;
    bool ok = true, more = true;
    size_t *done = ofsi_calloc(n, sizeof *done);
    while (done && more && ok) {
        more = false;
        ok = p->rows < MOST_ROWS;
        for (uint32_t c = 0; c < n && ok; c++) {
            ofsi_span cell = table->cells[row * n + c];
            if (done[c] == cell.size)
                continue;
            cell = (ofsi_span){cell.data + done[c], cell.size - done[c]};
            ok = write_cell(sheet, p, c, cell, table->columns[c].is_number);
            done[c] += cell_size(cell);
            more = more || cell_size(cell) < cell.size;
        }
        p->rows++;
    }
    ok = ok && done;
    ofsi_free(done);
    return ok;
}

void ofsi_sheet_add(ofsi_sheet *sheet, const ofsi_table *table, ofsi_buf *out) {
    page *p = !sheet || sheet->failed ? NULL : find_page(sheet, table);
    bool ok = p && p->columns == table->column_count;
    for (size_t row = 0; ok && row < ofsi_table_rows(table); row++)
        ok = write_row(sheet, p, table, row);
    if (!ok) {
        out->failed = true;
        if (sheet)
            sheet->failed = true;
    }
}

static bool read_whole(const char *path, ofsi_buf *out) {
    FILE *file = fopen(path, "rb");
    char bytes[65536];
    if (!file)
        return false;
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        ofsi_buf_append(out, bytes, n);
    bool ok = !ferror(file);
    fclose(file);
    return ok;
}

void ofsi_sheet_close(ofsi_sheet *sheet, ofsi_buf *out) {
    bool ok = sheet && !sheet->failed;
    for (size_t i = 0; ok && i < sheet->page_count; i++)
        if (sheet->pages[i].rows > 1)
            lxw.worksheet_autofilter(sheet->pages[i].worksheet, 0, 0, sheet->pages[i].rows - 1,
                                     (lxw_col_t)(sheet->pages[i].columns - 1));
    if (sheet && sheet->book)
        ok = lxw.workbook_close(sheet->book) == LXW_NO_ERROR && ok;
    if (!ok || !read_whole(sheet->path, out))
        out->failed = true;
    if (sheet && sheet->path) {
        unlink(sheet->path);
        ofsi_free(sheet->path);
    }
    ofsi_free(sheet);
}

void ofsi_print_xlsx(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table hits = {0}, head = {0}, counts = {0};
    ofsi_hits_fill(&hits, results, options);
    ofsi_head_fill(&head, results, options);
    ofsi_counts_fill(&counts, results, options);
    ofsi_present_table(&hits, options, out);
    ofsi_present_table(&head, options, out);
    if (counts.cell_count)
        ofsi_present_table(&counts, options, out);
    ofsi_table_free(&hits);
    ofsi_table_free(&head);
    ofsi_table_free(&counts);
}
