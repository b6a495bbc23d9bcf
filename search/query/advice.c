/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query by chunks, as the lexer has them, without what stands in quotation marks. */
#include "search/query/advice.h"

#include "search/query/fields.h"
#include "search/query/lexer.h"
#include "search/query/text.h"
#include "search/query/weight.h"

enum { SHOWN_BYTES = 60 };

typedef struct advising {
    ofsi_span query;
    ofsi_arena *arena;
    ofsi_advice *advice;
    ofs_error *err;
} advising;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }
static bool is_letter(char c) { return small(c) >= 'a' && small(c) <= 'z'; }

/* How much of the text is shown: whole characters. */
static int shown_size(ofsi_span text) {
    size_t n = text.size < SHOWN_BYTES ? text.size : SHOWN_BYTES;
    while (n < text.size && n > 0 && ((unsigned char)text.data[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

static ofs_status add_line(advising *a, const char *line) {
    if (!line)
        return ofsi_fail_nomem(a->err);
    for (uint32_t i = 0; i < a->advice->count; i++)
        if (strcmp(a->advice->lines[i], line) == 0)
            return OFS_OK;
    if (a->advice->count < OFSI_ADVICE_MAX)
        a->advice->lines[a->advice->count++] = line;
    return OFS_OK;
}

/* ---- operators of other languages ---- */

/* "near/5", "NEAR5", "w/5", "adj3": *words is the number; false when it is none of them, or an operator of ours. */
static bool is_near(ofsi_span chunk, uint32_t *words) {
    static const struct {
        const char *name;
        bool slash; /* without one it may be anything: W5, N1 */
    } names[] = {{"near", false}, {"before", false}, {"within", false}, {"adj", false},
                 {"prox", false}, {"w", true},       {"n", true},       {"pre", true}};
    ofsi_query_token token;
    if (ofsi_query_operator(chunk, &token))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i].name), at = n;
        if (chunk.size <= n)
            continue;
        while (n > 0 && small(chunk.data[n - 1]) == names[i].name[n - 1])
            n--;
        bool slash = chunk.data[at] == '/' || chunk.data[at] == ':' || chunk.data[at] == '~';
        if (n > 0 || (names[i].slash && chunk.data[at] != '/'))
            continue;
        at += slash;
        if (at == chunk.size || !is_digit(chunk.data[at]))
            continue;
        for (*words = 0; at < chunk.size && is_digit(chunk.data[at]) && *words <= OFSI_QUERY_MAX_DISTANCE;
             at++)
            *words = *words * 10 + (uint32_t)(chunk.data[at] - '0');
        return *words >= 1 && *words <= OFSI_QUERY_MAX_DISTANCE;
    }
    return false;
}

/* "NEAR/x", "BEFORE/": a distance that is none, of an operator written as ours. */
static bool is_near_nothing(ofsi_span chunk) {
    static const char *const names[] = {"NEAR/", "BEFORE/"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (chunk.size >= strlen(names[i]) && memcmp(chunk.data, names[i], strlen(names[i])) == 0 &&
            !(chunk.size > strlen(names[i]) && is_digit(chunk.data[strlen(names[i])])))
            return true;
    return false;
}

/* "word^x": a weight that is no number. `behind`: a quotation mark or a parenthesis stands before the chunk. */
static bool is_odd_weight(ofsi_span chunk, bool behind) {
    uint64_t millionths;
    size_t at = chunk.size;
    while (at > 0 && chunk.data[at - 1] != '^')
        at--;
    ofsi_span weight = {chunk.data + at, chunk.size - at};
    return at > 0 && weight.size > 0 && (at > 1 ? is_letter(chunk.data[at - 2]) : behind) &&
           ofsi_weight_read(weight, &millionths) < weight.size;
}

static ofs_status advise_operator(advising *a, ofsi_span chunk, bool behind) {
    uint32_t words;
    if (ofsi_span_equal(chunk, ofsi_span_of("&&")))
        return add_line(a, "&& is passed over: words side by side must all occur anyway, or write AND");
    if (ofsi_span_equal(chunk, ofsi_span_of("||")) || ofsi_span_equal(chunk, ofsi_span_of("|")))
        return add_line(a, "| is passed over: alternatives are written a OR b");
    if (chunk.size > 1 && chunk.data[0] == '!' && is_letter(chunk.data[1]))
        return add_line(a, ofsi_arena_printf(a->arena, "! is passed over: without the word is written -%.*s",
                                             shown_size((ofsi_span){chunk.data + 1, chunk.size - 1}),
                                             chunk.data + 1));
    if (is_near(chunk, &words))
        return add_line(
            a, ofsi_arena_printf(a->arena,
                                 "%.*s is read as words: at most %u words on is written a NEAR/%u b, or a "
                                 "BEFORE/%u b in this order",
                                 shown_size(chunk), chunk.data, words, words, words));
    if (is_near_nothing(chunk))
        return add_line(
            a, ofsi_arena_printf(a->arena,
                                 "%.*s is read as words: a distance is a number, a NEAR/5 b or a BEFORE/5 b",
                                 shown_size(chunk), chunk.data));
    if (is_odd_weight(chunk, behind))
        return add_line(a, ofsi_arena_printf(a->arena, "%.*s is read as words: a weight is a number, word^2",
                                             shown_size(chunk), chunk.data));
    return OFS_OK;
}

/* ---- fields ---- */

static bool is_named(ofsi_span name, const char *wanted) {
    size_t n = strlen(wanted);
    for (size_t i = 0; i < n && n == name.size; i++)
        if (small(name.data[i]) != wanted[i])
            return false;
    return n == name.size;
}

/* A field that others call so, or whose name is a beginning of this one or the other way round; NULL: none. */
static const char *find_meant(ofsi_span name) {
    static const char *const others[][2] = {{"year", "date"},
                                            {"from", "date"},
                                            {"since", "date"},
                                            {"after", "date"},
                                            {"council", "provider"},
                                            {"authority", "provider"},
                                            {"la", "provider"},
                                            {"area", "provider"},
                                            {"school", "provider"},
                                            {"type", "kind"},
                                            {"paragraph", "para"},
                                            {"number", "para"},
                                            {"rating", "grade"},
                                            {"judgement", "grade"},
                                            {"judgment", "grade"},
                                            {"level", "grade"},
                                            {"heading", "section"},
                                            {"chapter", "section"},
                                            {"id", "report"},
                                            {"file", "report"},
                                            {"name", "title"},
                                            {"author", "inspectorate"},
                                            {"publisher", "inspectorate"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (is_named(name, others[i][0]))
            return others[i][1];
    for (int f = 0; f < OFSI_FIELD_COUNT && name.size >= 3; f++) {
        const char *field = ofsi_field_name((ofsi_field)f);
        size_t n = strlen(field), same = 0;
        while (same < n && same < name.size && small(name.data[same]) == field[same])
            same++;
        if (same == n || same == name.size)
            return field;
    }
    return NULL;
}

/* "grade=inadequate", "grade:" with a blank before its value: the field as it is written here. */
static ofs_status advise_colon(advising *a, ofsi_span chunk, size_t mark, ofsi_span value) {
    ofsi_field field;
    ofsi_span name = {chunk.data, mark};
    if (!ofsi_field_find(name, &field) || !value.size ||
        !(is_letter(value.data[0]) || is_digit(value.data[0])))
        return OFS_OK;
    return add_line(a, ofsi_arena_printf(a->arena,
                                         "%.*s is read as words: a filter is a field, a colon and its value "
                                         "without a blank, %s:%.*s",
                                         shown_size(chunk), chunk.data, ofsi_field_name(field),
                                         shown_size(value), value.data));
}

/* The chunk that follows behind blanks, empty when something else does. */
static ofsi_span next_chunk(ofsi_span query, size_t at) {
    size_t step, end;
    while (at < query.size && (step = ofsi_blank_size(query, at)) > 0)
        at += step;
    for (end = at; end < query.size && query.data[end] != '(' && query.data[end] != ')' &&
                   !ofsi_blank_size(query, end) && !ofsi_quote_size(query, end);)
        end++;
    return (ofsi_span){query.data + at, end - at};
}

/* What stands for a filter and is none; `end`: of the chunk in the query. */
static ofs_status advise_filter(advising *a, ofsi_span chunk, size_t end) {
    const char *equals = memchr(chunk.data, '=', chunk.size);
    size_t mark = equals ? (size_t)(equals - chunk.data) : 0;
    if (equals)
        return advise_colon(a, chunk, mark, (ofsi_span){equals + 1, chunk.size - mark - 1});
    if (chunk.size < 2 || chunk.data[chunk.size - 1] != ':' || end == a->query.size)
        return OFS_OK;
    ofsi_span next = next_chunk(a->query, end);
    /* "Section: grade:" is a form that someone is filling in. */
    bool value = next.size && !memchr(next.data, ':', next.size);
    return value ? advise_colon(a, chunk, chunk.size - 1, next) : OFS_OK;
}

static ofs_status advise_field(advising *a, ofsi_span chunk, bool quoted) {
    ofsi_field field;
    const char *colon = memchr(chunk.data, ':', chunk.size);
    if (!colon)
        return OFS_OK;
    ofsi_span name = {chunk.data, (size_t)(colon - chunk.data)};
    ofsi_span value = {colon + 1, chunk.size - name.size - 1};
    bool has_value = value.size ? is_letter(value.data[0]) || is_digit(value.data[0]) : quoted;
    for (size_t i = 0; i < name.size; i++)
        has_value = has_value && is_letter(name.data[i]);
    if (!has_value || name.size < 2 || ofsi_field_find(name, &field))
        return OFS_OK;
    const char *meant = find_meant(name);
    ofsi_buf line = {0};
    ofsi_buf_printf(&line, "%.*s is read as words: there is no field %.*s; ", shown_size(chunk), chunk.data,
                    shown_size(name), name.data);
    if (meant)
        ofsi_buf_printf(&line, "did you mean %s:%.*s?", meant, shown_size(value), value.data);
    for (int f = 0; f < OFSI_FIELD_COUNT && !meant; f++)
        ofsi_buf_printf(&line, "%s%s", f ? ", " : "fields are ", ofsi_field_name((ofsi_field)f));
    const char *copy = line.failed ? NULL : ofsi_arena_strndup(a->arena, line.data, line.size);
    ofsi_buf_free(&line);
    return add_line(a, copy);
}

ofs_status ofsi_query_advise(ofsi_span query, ofsi_arena *arena, ofsi_advice *advice, ofs_error *err) {
    advising a = {.query = query, .arena = arena, .advice = advice, .err = err};
    ofs_status status = OFS_OK;
    bool quoted = false;
    advice->count = 0;
    for (size_t at = 0; at < query.size && status == OFS_OK;) {
        size_t start = at, step = ofsi_blank_size(query, at), quote = ofsi_quote_size(query, at);
        quoted = quote ? !quoted : quoted;
        if (step || quote || quoted || query.data[at] == '(' || query.data[at] == ')') {
            at += step ? step : quote ? quote : 1;
            continue;
        }
        while (at < query.size && query.data[at] != '(' && query.data[at] != ')' &&
               !ofsi_blank_size(query, at) && !ofsi_quote_size(query, at))
            at++;
        ofsi_span chunk = {query.data + start, at - start};
        if (chunk.size > 1 && chunk.data[0] == '-')
            chunk = (ofsi_span){chunk.data + 1, chunk.size - 1};
        uint32_t before = advice->count;
        bool behind = start > 0 && (query.data[start - 1] == ')' || query.data[start - 1] == '"');
        status = advise_operator(&a, chunk, behind);
        if (status == OFS_OK && advice->count == before)
            status = advise_filter(&a, chunk, at);
        if (status == OFS_OK && advice->count == before)
            status = advise_field(&a, chunk, at < query.size && ofsi_quote_size(query, at) > 0);
    }
    return status;
}
