/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence files: markdown as markdown.c writes it, and the choice of a reader; quotations against texts. */
#include "search/present/evidence.h"

#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "indexer/base/buf.h"
#include "indexer/base/error.h"
#include "indexer/base/utf8.h"
#include "search/present/evidence_readers.h"

void ofsi_quotes_free(ofsi_quotes *quotes) {
    ofsi_arena_free(&quotes->arena);
    *quotes = (ofsi_quotes){0};
}

ofs_status ofsi_quote_add(ofsi_quote_list *list, const ofsi_quote_parts *parts, ofs_error *err) {
    ofsi_quotes *quotes = list->quotes;
    if (quotes->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        ofsi_quote *grown = ofsi_arena_calloc(&quotes->arena, capacity, sizeof *grown);
        if (!grown)
            return ofsi_fail_nomem(err);
        if (quotes->count)
            memcpy(grown, quotes->items, quotes->count * sizeof *grown);
        quotes->items = grown;
        list->capacity = capacity;
    }
    ofsi_quote *quote = &quotes->items[quotes->count++];
    *quote = (ofsi_quote){.line = parts->line};
    quote->text =
        ofsi_arena_strndup(&quotes->arena, parts->text.data ? parts->text.data : "", parts->text.size);
    if (parts->ref.size)
        quote->ref = ofsi_arena_strndup(&quotes->arena, parts->ref.data, parts->ref.size);
    if (parts->citation.size)
        quote->citation = ofsi_arena_strndup(&quotes->arena, parts->citation.data, parts->citation.size);
    if (!quote->text || (parts->ref.size && !quote->ref) || (parts->citation.size && !quote->citation))
        return ofsi_fail_nomem(err);
    return OFS_OK;
}

/* ---- markdown ---- */

/* Without backslashes before punctuation and, but for a citation, without the marks of bold and emphasis. */
static void append_plain(ofsi_buf *out, ofsi_span text, bool marks) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\\' && i + 1 < text.size && strchr("\\`*_{}[]<>#|~$&\"-+.)", text.data[i + 1]))
            ofsi_buf_byte(out, (uint8_t)text.data[++i]);
        else if (!marks || (text.data[i] != '*' && text.data[i] != '_'))
            ofsi_buf_byte(out, (uint8_t)text.data[i]);
    }
}

/* The place of `c` in the text without a backslash before it, from `at` on; the text's size when there is none. */
static size_t find_bare(ofsi_span text, size_t at, char c) {
    for (; at < text.size && text.data[at] != c; at++)
        if (text.data[at] == '\\')
            at++;
    return at < text.size ? at : text.size;
}

static bool holds(ofsi_span text, const char *wanted) {
    size_t size = strlen(wanted);
    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, wanted, size) == 0)
            return true;
    return false;
}

/*
 * `— [citation](<link> "ref")`, possibly more behind it. A link that lost its title, or a citation that lost its link, has
 * no ref: then it must look like a citation, so that it is told from a line of the text.
 */
static bool split_citation(ofsi_span line, ofsi_span *citation, ofsi_span *ref) {
    static const char dash[] = "—";
    *ref = (ofsi_span){NULL, 0};
    if (line.size <= 3 || memcmp(line.data, dash, 3) != 0)
        return false;
    size_t open = find_bare(line, 0, '['), close = find_bare(line, open, ']');
    if (close < line.size) {
        *citation = (ofsi_span){line.data + open + 1, close - open - 1};
    } else {
        size_t from = 3;
        while (from < line.size && line.data[from] == ' ')
            from++;
        *citation = (ofsi_span){line.data + from, line.size - from};
    }
    size_t end = find_bare(line, close, '>');
    size_t from = find_bare(line, end, '"'),
           to = from < line.size ? find_bare(line, from + 1, '"') : line.size;
    if (close + 1 < line.size && line.data[close + 1] == '(' && to < line.size) {
        *ref = (ofsi_span){line.data + from + 1, to - from - 1};
        return true;
    }
    static const char *const parts[] = {", paragraph ", ", page ", ", published ", ", inspected "};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (holds(*citation, parts[i]))
            return true;
    return false;
}

typedef struct block {
    ofsi_quote_list *list;
    ofsi_buf text, citation, ref;
    size_t line; /* where it begins; 0: there is none */
} block;

static ofs_status end_block(block *b, ofs_error *err) {
    ofs_status status = OFS_OK;
    const ofsi_quote_parts parts = {b->line, ofsi_buf_span(&b->ref), ofsi_buf_span(&b->citation),
                                    ofsi_buf_span(&b->text)};
    if (b->text.failed || b->citation.failed || b->ref.failed)
        status = ofsi_fail_nomem(err);
    else if (b->line && (b->text.size || b->ref.size || b->citation.size))
        status = ofsi_quote_add(b->list, &parts, err);
    ofsi_buf_reset(&b->text);
    ofsi_buf_reset(&b->citation);
    ofsi_buf_reset(&b->ref);
    b->line = 0;
    return status;
}

static void take_quoted_line(block *b, ofsi_span line, size_t number) {
    ofsi_span citation, ref;
    if (!b->line)
        b->line = number;
    if (split_citation(line, &citation, &ref)) {
        append_plain(&b->citation, citation, false);
        append_plain(&b->ref, ref, false);
        return;
    }
    if (b->text.size && line.size)
        ofsi_buf_byte(&b->text, ' ');
    append_plain(&b->text, line, true);
}

static ofs_status read_markdown(ofsi_span file, ofsi_quote_list *list, ofs_error *err) {
    block b = {.list = list};
    ofs_status status = OFS_OK;
    size_t number = 0;
    for (size_t at = 0; at < file.size && status == OFS_OK;) {
        const char *newline = memchr(file.data + at, '\n', file.size - at);
        ofsi_span line = {file.data + at, newline ? (size_t)(newline - file.data) - at : file.size - at};
        at += line.size + 1;
        number++;
        while (line.size && (line.data[line.size - 1] == '\r' || line.data[line.size - 1] == ' '))
            line.size--;
        if (line.size == 0 || line.data[0] != '>') {
            status = end_block(&b, err);
            continue;
        }
        size_t skip = 1;
        while (skip < line.size && line.data[skip] == ' ')
            skip++;
        take_quoted_line(&b, (ofsi_span){line.data + skip, line.size - skip}, number);
        if (b.ref.size || b.citation.size) /* the next quotation may follow without a line between */
            status = end_block(&b, err);
    }
    if (status == OFS_OK)
        status = end_block(&b, err);
    ofsi_buf_free(&b.text);
    ofsi_buf_free(&b.citation);
    ofsi_buf_free(&b.ref);
    return status;
}

/* ---- which format ---- */

#define READABLE "markdown, html, csv, tsv, json and jsonl"

static bool begins(ofsi_span file, const char *text) {
    size_t size = strlen(text);
    return file.size >= size && strncasecmp(file.data, text, size) == 0;
}

/* The first line names a column `text` among others. */
static bool is_delimited(ofsi_span file, char *separator) {
    const char *newline = memchr(file.data, '\n', file.size);
    ofsi_span line = {file.data, newline ? (size_t)(newline - file.data) : file.size};
    *separator = memchr(line.data, '\t', line.size) ? '\t' : ',';
    for (size_t at = 0; at < line.size;) {
        const char *next = memchr(line.data + at, *separator, line.size - at);
        ofsi_span name = {line.data + at, next ? (size_t)(next - line.data) - at : line.size - at};
        at += name.size + 1;
        while (name.size && (name.data[name.size - 1] == '\r' || name.data[name.size - 1] == '"'))
            name.size--;
        if (name.size && name.data[0] == '"')
            name = (ofsi_span){name.data + 1, name.size - 1};
        if (ofsi_span_equal(name, ofsi_span_of("text")))
            return true;
    }
    return false;
}

ofs_status ofsi_evidence_read(ofsi_span file, ofsi_quotes *quotes, ofs_error *err) {
    ofsi_quote_list list = {quotes, 0};
    char separator;
    if (begins(file, "\xEF\xBB\xBF"))
        file = (ofsi_span){file.data + 3, file.size - 3};
    if (file.size == 0)
        return ofsi_fail(err, OFS_E_INPUT, "the file is empty");
    if (begins(file, "PK\x03\x04"))
        return ofsi_fail(err, OFS_E_INPUT,
                         "is a workbook, or another archive: verify reads " READABLE
                         "; save a workbook as csv");
    if (memchr(file.data, 0, file.size) || ofsi_utf8_valid_prefix(file.data, file.size) < file.size)
        return ofsi_fail(err, OFS_E_INPUT, "is no text in UTF-8: verify reads " READABLE);
    if (begins(file, "<!doctype") || begins(file, "<html"))
        return ofsi_evidence_html(file, &list, err);
    if (file.data[0] == '{')
        return ofsi_evidence_json(file, &list, err);
    if (is_delimited(file, &separator))
        return ofsi_evidence_delimited(file, separator, &list, err);
    return read_markdown(file, &list, err);
}

/* ---- quotations against texts ---- */

/* Bytes of a mark that stands for words left out, at text[at]; 0: there is none. */
static size_t gap_at(const char *text) {
    static const char *const gaps[] = {"[…]", "[...]", "…", "..."};
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        if (strncmp(text, gaps[i], strlen(gaps[i])) == 0)
            return strlen(gaps[i]);
    return 0;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* How much of piece[0 .. size) stands at text[at]: bytes of the piece; *end is where in the text it ends. */
static size_t match_at(const char *piece, size_t size, ofsi_span text, size_t at, size_t *end) {
    size_t i = 0;
    while (i < size) {
        if (is_blank(piece[i])) {
            if (at >= text.size || !is_blank(text.data[at]))
                break;
            while (i < size && is_blank(piece[i]))
                i++;
            while (at < text.size && is_blank(text.data[at]))
                at++;
            continue;
        }
        if (at >= text.size || text.data[at] != piece[i])
            break;
        i++;
        at++;
    }
    *end = at;
    return i;
}

/* A letter, digit or mark at text[at]. */
static bool is_word_at(const char *text, size_t size, size_t at) {
    uint32_t code = 0;
    if (at >= size || !ofsi_utf8_decode(text + at, size - at, &code))
        return false;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

/* The same of the character that ends before text[end]. */
static bool is_word_before(const char *text, size_t end) {
    size_t at = end;
    if (at == 0)
        return false;
    do
        at--;
    while (at > 0 && ofsi_utf8_is_continuation(text[at]));
    return is_word_at(text, end, at);
}

/* A piece begins and ends where words do. */
static bool cuts_word(const char *piece, size_t size, ofsi_span text, size_t from, size_t to) {
    return (is_word_before(text.data, from) && is_word_at(piece, size, 0)) ||
           (is_word_at(text.data, text.size, to) && is_word_before(piece, size));
}

/* The piece at or behind text[*at], which is moved behind it; else *matched tells how much of it stands somewhere. */
static bool find_piece(const char *piece, size_t size, ofsi_span text, size_t *at, size_t *matched) {
    *matched = 0;
    for (size_t from = *at; from < text.size; from++) {
        size_t end, n = match_at(piece, size, text, from, &end);
        if (n == size && !cuts_word(piece, size, text, from, end)) {
            *at = end;
            return true;
        }
        *matched = n > *matched ? n : *matched;
    }
    return false;
}

bool ofsi_quote_stands(const char *quote, ofsi_span text, size_t *differs) {
    size_t at = 0, found = 0;
    for (const char *p = quote; *p;) {
        size_t gap = gap_at(p), size = 0, matched;
        if (gap || is_blank(*p)) {
            p += gap ? gap : 1;
            continue;
        }
        while (p[size] && !gap_at(p + size))
            size++;
        size_t next = size;
        while (size > 0 && is_blank(p[size - 1]))
            size--;
        if (!find_piece(p, size, text, &at, &matched)) {
            *differs = (size_t)(p - quote) + (matched < size ? matched : 0);
            return false;
        }
        p += next;
        found++;
    }
    *differs = 0;
    return found > 0;
}
