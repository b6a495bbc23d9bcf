/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concordance lines. */
#include "search/present/kwic.h"

#include <ctype.h>
#include <stdlib.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "indexer/base/utf8.h"
#include "search/present/citation.h"
#include "search/present/fields.h"
#include "search/present/head.h"
#include "search/present/table.h"
#include "search/present/terminal.h"

/* Words of context that lines are sorted by, bytes of context in a table, columns of context in text at the least. */
enum { KEY_WORDS = 8, TABLE_BYTES = 120, LEAST_COLUMNS = 24 };

typedef struct line {
    const ofs_hit *hit;
    const ofs_highlight *mark;
    const char *key; /* folded words with a blank between; in the arena */
    size_t number;
} line;

/* ---- order ---- */

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

/* Bytes of a mark of punctuation that the text begins with; 0: none. */
static size_t mark_at_start(ofsi_span text) {
    static const char *const quotes[] = {"“", "”", "‘", "’", "…", "–", "—"};
    if (text.size && ispunct((unsigned char)text.data[0]))
        return 1;
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++)
        if (text.size >= 3 && memcmp(text.data, quotes[i], 3) == 0)
            return 3;
    return 0;
}

static size_t mark_at_end(ofsi_span text) {
    if (text.size && ispunct((unsigned char)text.data[text.size - 1]))
        return 1;
    return text.size >= 3 && mark_at_start((ofsi_span){text.data + text.size - 3, 3}) == 3 ? 3 : 0;
}

/* The word folded, without the punctuation around it. */
static void append_key_word(ofsi_buf *key, ofsi_span word) {
    char folded[OFSI_TERM_MAX * 4];
    for (size_t n; (n = mark_at_start(word)) > 0;)
        word = (ofsi_span){word.data + n, word.size - n};
    for (size_t n; (n = mark_at_end(word)) > 0;)
        word.size -= n;
    word.size = word.size < OFSI_TERM_MAX ? word.size : OFSI_TERM_MAX;
    size_t size = word.size ? ofsi_fold(word, folded, sizeof folded) : 0;
    ofsi_buf_append(key, size ? folded : word.data, size ? size : word.size);
    ofsi_buf_byte(key, ' ');
}

static void append_right_key(ofsi_buf *key, const ofs_hit *hit, size_t at) {
    for (int words = 0; words < KEY_WORDS && at < hit->text_size; words++) {
        while (at < hit->text_size && is_blank(hit->text[at]))
            at++;
        size_t end = at;
        while (end < hit->text_size && !is_blank(hit->text[end]))
            end++;
        append_key_word(key, (ofsi_span){hit->text + at, end - at});
        at = end;
    }
}

static void append_left_key(ofsi_buf *key, const ofs_hit *hit, size_t end) {
    for (int words = 0; words < KEY_WORDS && end > 0; words++) {
        while (end > 0 && is_blank(hit->text[end - 1]))
            end--;
        size_t at = end;
        while (at > 0 && !is_blank(hit->text[at - 1]))
            at--;
        append_key_word(key, (ofsi_span){hit->text + at, end - at});
        end = at;
    }
}

static const char *make_key(const line *l, ofsi_kwic_order order, ofsi_arena *arena) {
    ofsi_buf key = {0};
    if (order == OFSI_KWIC_LEFT)
        append_left_key(&key, l->hit, l->mark->start);
    else if (order == OFSI_KWIC_RIGHT)
        append_right_key(&key, l->hit, l->mark->end);
    const char *kept = key.failed ? NULL : ofsi_arena_strndup(arena, key.data ? key.data : "", key.size);
    ofsi_buf_free(&key);
    return kept;
}

static int by_key(const void *a, const void *b) {
    const line *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* All places of all hits; NULL when out of memory. */
static line *make_lines(const ofs_results *results, ofsi_kwic_order order, ofsi_arena *arena, size_t *count) {
    *count = 0;
    for (size_t i = 0; i < results->hit_count; i++)
        *count += results->hits[i].highlight_count;
    line *lines = ofsi_arena_calloc(arena, *count + 1, sizeof *lines);
    size_t n = 0;
    for (size_t i = 0; lines && i < results->hit_count; i++)
        for (uint32_t h = 0; h < results->hits[i].highlight_count; h++) {
            line *l = &lines[n];
            *l = (line){&results->hits[i], &results->hits[i].highlights[h], NULL, n};
            l->key = make_key(l, order, arena);
            if (!l->key)
                return NULL;
            n++;
        }
    if (lines && n && order != OFSI_KWIC_RANK)
        qsort(lines, n, sizeof *lines, by_key);
    return lines;
}

/* ---- text ---- */

static uint32_t span_width(const char *text, size_t size) {
    uint32_t width = 0;
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t n = ofsi_utf8_decode(text + i, size - i, &code);
        width += n == 0 || text[i] == '\n' || text[i] == '\t' ? 1 : ofsi_char_width(code);
        i += n ? n : 1;
    }
    return width;
}

static void pad(ofsi_buf *out, uint32_t columns) {
    for (uint32_t i = 0; i < columns; i++)
        ofsi_buf_byte(out, ' ');
}

/* The last `columns` of text[0 .. end), to the right. */
static void append_left(ofsi_buf *out, const char *text, size_t end, uint32_t columns) {
    size_t at = end;
    uint32_t width = 0;
    while (at > 0) {
        size_t before = at - 1;
        while (before > 0 && ofsi_utf8_is_continuation(text[before]))
            before--;
        uint32_t more = span_width(text + before, at - before);
        if (width + more > columns)
            break;
        width += more;
        at = before;
    }
    pad(out, columns - width);
    ofsi_append_clean(out, text + at, end - at);
}

/* The first `columns` of text[at .. size), padded. */
static void append_right(ofsi_buf *out, const char *text, size_t at, size_t size, uint32_t columns) {
    size_t end = at;
    uint32_t width = 0;
    while (end < size) {
        size_t next = end + 1;
        while (next < size && ofsi_utf8_is_continuation(text[next]))
            next++;
        uint32_t more = span_width(text + end, next - end);
        if (width + more > columns)
            break;
        width += more;
        end = next;
    }
    ofsi_append_clean(out, text + at, end - at);
    pad(out, columns - width);
}

/* Columns on either side of the keyword, and those of the widest one. */
static uint32_t context_columns(const line *lines, size_t count, uint32_t width, uint32_t *widest) {
    uint32_t keyword = 0, ref = 0;
    for (size_t i = 0; i < count; i++) {
        ofsi_buf text = {0};
        ofsi_append_ref(&text, lines[i].hit);
        uint32_t mark =
            span_width(lines[i].hit->text + lines[i].mark->start, lines[i].mark->end - lines[i].mark->start);
        keyword = mark > keyword ? mark : keyword;
        ref = text.size > ref ? (uint32_t)text.size : ref;
        ofsi_buf_free(&text);
    }
    *widest = keyword;
    uint32_t rest = keyword + ref + 6;
    return width > rest && (width - rest) / 2 > LEAST_COLUMNS ? (width - rest) / 2 : LEAST_COLUMNS;
}

static void print_text(const line *lines, size_t count, const ofs_results *results,
                       const ofsi_present_options *options, ofsi_buf *out) {
    uint32_t widest, columns = context_columns(lines, count, options->width ? options->width : 80, &widest);
    for (size_t i = 0; i < count; i++) {
        const ofs_hit *hit = lines[i].hit;
        const ofs_highlight *mark = lines[i].mark;
        ofsi_buf ref = {0};
        append_left(out, hit->text, mark->start, columns);
        ofsi_look_begin(out, OFSI_LOOK_MATCH, options->color);
        ofsi_append_clean(out, hit->text + mark->start, mark->end - mark->start);
        ofsi_look_end(out, OFSI_LOOK_MATCH, options->color);
        uint32_t spare = widest - span_width(hit->text + mark->start, mark->end - mark->start);
        append_right(out, hit->text, mark->end, hit->text_size, columns + spare);
        ofsi_buf_text(out, "  ");
        ofsi_append_ref(&ref, hit);
        ofsi_look_begin(out, OFSI_LOOK_DIM, options->color);
        ofsi_append_clean(out, ref.data, ref.size);
        ofsi_look_end(out, OFSI_LOOK_DIM, options->color);
        ofsi_buf_byte(out, '\n');
        out->failed = out->failed || ref.failed;
        ofsi_buf_free(&ref);
    }
    if (results->hit_count < results->total)
        ofsi_buf_printf(out, "\n%zu of %llu paragraphs\n", results->hit_count,
                        (unsigned long long)results->total);
}

/* ---- tables ---- */

static size_t cut_left(const char *text, size_t end) {
    size_t at = end > TABLE_BYTES ? end - TABLE_BYTES : 0;
    while (at < end && at > 0 && ofsi_utf8_is_continuation(text[at]))
        at++;
    return at;
}

static size_t cut_right(const char *text, size_t at, size_t size) {
    size_t end = size - at > TABLE_BYTES ? at + TABLE_BYTES : size;
    while (end < size && ofsi_utf8_is_continuation(text[end]))
        end++;
    return end;
}

static void put_hit(ofsi_table *table, const ofs_hit *hit) {
    ofsi_buf value = {0};
    int year = ofsi_report_year(hit->report);
    ofsi_append_ref(&value, hit);
    ofsi_table_text(table, ofsi_buf_span(&value));
    ofsi_table_string(table, hit->report->provider);
    if (year)
        ofsi_table_count(table, (uint64_t)year);
    else
        ofsi_table_none(table);
    ofsi_buf_reset(&value);
    ofsi_append_citation(&value, hit);
    ofsi_table_text(table, ofsi_buf_span(&value));
    table->failed = table->failed || value.failed;
    ofsi_buf_free(&value);
}

static void print_table(const line *lines, size_t count, const ofs_results *results,
                        const ofsi_present_options *options, ofsi_buf *out) {
    static const char *const names[] = {"left", "keyword", "right", "ref", "provider", "year", "citation"};
    ofsi_table table = {.title = "Context"};
    if (options->batch)
        ofsi_table_column(&table, "query", false);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ofsi_table_column(&table, names[i], strcmp(names[i], "year") == 0);
    for (size_t i = 0; i < count; i++) {
        const ofs_hit *hit = lines[i].hit;
        size_t start = lines[i].mark->start, end = lines[i].mark->end, from = cut_left(hit->text, start);
        if (options->batch)
            ofsi_table_string(&table, options->name);
        ofsi_table_text(&table, (ofsi_span){hit->text + from, start - from});
        ofsi_table_text(&table, (ofsi_span){hit->text + start, end - start});
        ofsi_table_text(&table,
                        (ofsi_span){hit->text + end, cut_right(hit->text, end, hit->text_size) - end});
        put_hit(&table, hit);
    }
    ofsi_present_logged(&table, results, options, out);
    ofsi_table_free(&table);
}

void ofsi_present_kwic(const ofs_results *results, ofsi_kwic_order order, const ofsi_present_options *options,
                       ofsi_buf *out) {
    ofsi_arena arena = {0};
    size_t count;
    const line *lines = make_lines(results, order, &arena, &count);
    if (!lines)
        out->failed = true;
    else if (options->format == OFSI_FORMAT_TEXT)
        print_text(lines, count, results, options, out);
    else
        print_table(lines, count, results, options, out);
    ofsi_arena_free(&arena);
}
