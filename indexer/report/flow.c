/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paragraphs of a flowing format as a Markdown text, and that as a document. */
#include "indexer/report/flow.h"

#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/report/input.h"

/* A cell with more bytes than this is prose. */
enum { LONG_CELL = 200 };

static bool has_words(const ofsi_buf *text) {
    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] != ' ' && text->data[i] != '\n' && text->data[i] != '\t')
            return true;
    return false;
}

/* Appends one line of a paragraph to the text; nothing when it is blank. */
static bool put_line(ofsi_flow *flow, ofsi_span line, const char *prefix) {
    ofsi_buf_reset(&flow->line);
    ofsi_clean_line(&flow->line, line, true);
    flow->text.failed |= flow->line.failed;
    if (flow->line.size == 0)
        return false;
    ofsi_buf_text(&flow->text, prefix);
    ofsi_buf_append(&flow->text, flow->line.data, flow->line.size);
    ofsi_buf_byte(&flow->text, '\n');
    bool bold = flow->letters && flow->bold_count == flow->letters;
    if (flow->note || bold) {
        if (ofsi_grow(&flow->marks, &flow->mark_capacity, flow->mark_count + 1, sizeof *flow->marks))
            flow->marks[flow->mark_count++] = (ofsi_flow_mark){flow->lines, flow->note, bold};
        else
            flow->text.failed = true;
    }
    flow->lines++;
    return true;
}

static void put_block(ofsi_flow *flow, ofsi_span block, const char *prefix) {
    size_t start = 0;
    if (block.size == 0)
        return;
    if (flow->gap && flow->text.size)
        ofsi_buf_byte(&flow->text, '\n');
    for (size_t i = 0; i <= block.size; i++)
        if (i == block.size || block.data[i] == '\n') {
            if (put_line(flow, (ofsi_span){block.data + start, i - start}, prefix))
                prefix = "";
            start = i + 1;
        }
}

void ofsi_flow_begin(ofsi_flow *flow, const char *prefix) {
    ofsi_flow_end(flow, flow->gap);
    (void)snprintf(flow->prefix, sizeof flow->prefix, "%s", prefix);
}

void ofsi_flow_begin_note(ofsi_flow *flow) {
    ofsi_flow_begin(flow, "");
    flow->note = true;
}

void ofsi_flow_words(ofsi_flow *flow, ofsi_span words) {
    size_t start = flow->block.size;
    ofsi_clean_bytes(&flow->block, words, &flow->counts);
    for (size_t i = start; i < flow->block.size; i++) {
        char c = flow->block.data[i];
        if (c == '\n' || c == '\r' || c == '\t' || c == '\f')
            flow->block.data[i] = ' ';
        bool letter = flow->block.data[i] != ' ';
        flow->letters += letter;
        flow->bold_count += letter && flow->bold;
    }
}

void ofsi_flow_bold(ofsi_flow *flow, bool bold) { flow->bold = bold; }

void ofsi_flow_break(ofsi_flow *flow) { ofsi_buf_byte(&flow->block, '\n'); }

void ofsi_flow_tab(ofsi_flow *flow) { ofsi_buf_byte(&flow->block, '\t'); }

void ofsi_flow_end(ofsi_flow *flow, bool gap) {
    if (flow->row_depth) {
        /* Paragraphs of a cell go on in it. */
        if (flow->prefix[0] && has_words(&flow->block))
            ofsi_buf_text(&flow->row, flow->prefix);
        if (has_words(&flow->block)) {
            ofsi_buf_append(&flow->row, flow->block.data, flow->block.size);
            ofsi_buf_byte(&flow->row, '\n');
        }
    } else if (has_words(&flow->block)) {
        put_block(flow, ofsi_buf_span(&flow->block), flow->prefix);
        flow->gap = false;
    }
    flow->text.failed |= flow->block.failed;
    ofsi_buf_reset(&flow->block);
    flow->letters = flow->bold_count = 0;
    flow->prefix[0] = '\0';
    flow->note = false;
    flow->gap |= gap;
}

void ofsi_flow_page(ofsi_flow *flow) {
    if (flow->row_depth) {
        flow->row_pages++;
        return;
    }
    /* In mid-paragraph the rest goes on at the top of the next page. */
    ofsi_flow_end(flow, false);
    ofsi_buf_byte(&flow->text, '\f');
    flow->paged = true;
    flow->gap = false;
}

void ofsi_flow_row_begin(ofsi_flow *flow) {
    if (flow->row_depth == 0) {
        ofsi_flow_end(flow, false);
        ofsi_buf_reset(&flow->row);
        flow->cells = 0;
    }
    flow->row_depth++;
}

void ofsi_flow_cell_end(ofsi_flow *flow) {
    ofsi_flow_end(flow, false);
    if (flow->row_depth == 1 && flow->cells < OFSI_FLOW_CELLS)
        flow->cell_sizes[flow->cells++] = flow->row.size;
}

static ofsi_span cell_at(const ofsi_flow *flow, uint32_t i) {
    size_t start = i ? flow->cell_sizes[i - 1] : 0;
    if (flow->cell_sizes[i] == start)
        return (ofsi_span){"", 0};
    return (ofsi_span){flow->row.data + start, flow->cell_sizes[i] - start};
}

/* The cells of a short row on one line. */
static void put_row(ofsi_flow *flow) {
    ofsi_buf_reset(&flow->block);
    for (uint32_t i = 0; i < flow->cells; i++) {
        ofsi_span cell = cell_at(flow, i);
        if (i)
            ofsi_buf_byte(&flow->block, '\t');
        for (size_t k = 0; k < cell.size; k++)
            ofsi_buf_byte(&flow->block, (uint8_t)(cell.data[k] == '\n' ? ' ' : cell.data[k]));
    }
    if (has_words(&flow->block))
        put_block(flow, ofsi_buf_span(&flow->block), "");
    flow->text.failed |= flow->block.failed;
    ofsi_buf_reset(&flow->block);
}

void ofsi_flow_row_end(ofsi_flow *flow) {
    if (flow->row_depth == 0)
        return;
    if (flow->row_depth > 1) {
        flow->row_depth--;
        return;
    }
    ofsi_flow_end(flow, false);
    flow->row_depth = 0;
    if (flow->row.size > (flow->cells ? flow->cell_sizes[flow->cells - 1] : 0) &&
        flow->cells < OFSI_FLOW_CELLS)
        flow->cell_sizes[flow->cells++] = flow->row.size;
    flow->text.failed |= flow->row.failed;
    bool prose = flow->cells == 1;
    for (uint32_t i = 0; i < flow->cells; i++)
        prose |= cell_at(flow, i).size > LONG_CELL;
    if (!prose && !flow->row.failed) {
        put_row(flow);
    } else if (!flow->row.failed) {
        for (uint32_t i = 0; i < flow->cells; i++) {
            flow->gap = true;
            put_block(flow, cell_at(flow, i), "");
        }
        flow->gap = true;
    }
    ofsi_buf_reset(&flow->row);
    flow->cells = 0;
    uint32_t pages = flow->row_pages;
    for (flow->row_pages = 0; pages > 0; pages--)
        ofsi_flow_page(flow);
}

ofs_status ofsi_flow_finish(ofsi_flow *flow, const char *path, ofsi_arena *arena, ofsi_document *document,
                            ofs_error *err) {
    while (flow->row_depth)
        ofsi_flow_row_end(flow);
    ofsi_flow_end(flow, false);
    ofs_status status = flow->text.failed
                            ? ofsi_fail_nomem(err)
                            : ofsi_cut_text(path, ofsi_buf_span(&flow->text), arena, document, err);
    if (status == OFS_OK) {
        for (size_t i = 0; i < flow->mark_count; i++) {
            ofsi_line *line = &document->lines[flow->marks[i].line];
            line->role = flow->marks[i].note ? OFSI_ROLE_NOTE : line->role;
            line->bold = flow->marks[i].bold;
        }
        document->is_markdown = true;
        document->recovered = flow->counts.recovered;
        document->replaced = flow->counts.replaced;
    }
    ofsi_flow_free(flow);
    return status;
}

void ofsi_flow_free(ofsi_flow *flow) {
    ofsi_buf_free(&flow->text);
    ofsi_buf_free(&flow->block);
    ofsi_buf_free(&flow->line);
    ofsi_buf_free(&flow->row);
    ofsi_free(flow->marks);
    *flow = (ofsi_flow){0};
}
