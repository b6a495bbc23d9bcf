/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lexer. It goes through the query by chunks: runs without blank, quotation mark or parenthesis.
 * Punctuation that means nothing where it stands gives no token.
 */
#include "search/query/lexer.h"

#include "search/query/fields.h"
#include "search/query/text.h"
#include "search/query/weight.h"
#include "search/query/words.h"

enum { DEFAULT_DISTANCE = 10, MOST_DISTANCE_DIGITS = 9 };

typedef struct lexer {
    ofsi_span text;
    size_t at;
    ofsi_words words; /* makes nodes; holds arena, tokens and error */
    uint32_t depth;   /* parentheses open here */
    uint32_t group;   /* depth inside field:( ), 0 outside */
    ofsi_field field; /* of that group */
} lexer;

static ofsi_span slice(const lexer *l, size_t start, size_t end) {
    return (ofsi_span){l->text.data + start, end - start};
}

/* ---- operators ---- */

static bool has_prefix(ofsi_span text, const char *prefix) {
    size_t n = strlen(prefix);
    return text.size >= n && memcmp(text.data, prefix, n) == 0;
}

static bool read_near(ofsi_span text, const char *name, ofsi_query_token *token) {
    if (!has_prefix(text, name))
        return false;
    ofsi_span rest = {text.data + strlen(name), text.size - strlen(name)};
    token->type = OFSI_TOKEN_NEAR;
    token->distance = DEFAULT_DISTANCE;
    if (rest.size == 0)
        return true;
    if (rest.data[0] != '/' || rest.size < 2 || rest.size > 1 + MOST_DISTANCE_DIGITS)
        return false;
    token->distance = 0;
    for (size_t i = 1; i < rest.size; i++) {
        if (rest.data[i] < '0' || rest.data[i] > '9')
            return false;
        token->distance = token->distance * 10 + (uint32_t)(rest.data[i] - '0');
    }
    return true;
}

bool ofsi_query_operator(ofsi_span text, ofsi_query_token *token) {
    static const struct {
        const char *name;
        ofsi_query_token_type type;
    } operators[] = {{"AND", OFSI_TOKEN_AND}, {"OR", OFSI_TOKEN_OR}, {"NOT", OFSI_TOKEN_NOT}};
    *token = (ofsi_query_token){.weight = 1};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (ofsi_span_equal(text, ofsi_span_of(operators[i].name))) {
            token->type = operators[i].type;
            return true;
        }
    }
    if (read_near(text, "NEAR", token))
        return true;
    token->ordered = true;
    return read_near(text, "BEFORE", token);
}

static ofs_status push_operator(lexer *l, ofsi_query_token token, size_t start, size_t end) {
    if (token.type == OFSI_TOKEN_NEAR && token.distance == 0)
        return ofsi_fail_at(l->words.err, OFS_E_QUERY, (int64_t)start, (int64_t)(end - start),
                            "the distance is 1 at the least, for words side by side");
    if (token.type == OFSI_TOKEN_NEAR && token.distance > OFSI_QUERY_MAX_DISTANCE)
        return ofsi_fail_at(l->words.err, OFS_E_LIMIT, (int64_t)start, (int64_t)(end - start),
                            "the distance is %d words at the most", (int)OFSI_QUERY_MAX_DISTANCE);
    token.start = (uint32_t)start;
    token.end = (uint32_t)end;
    return ofsi_words_push(&l->words, token);
}

/* ---- what stands behind a quotation mark or a parenthesis ---- */

/* A weight directly at l->at, passed over when there is one. */
static ofs_status take_weight(lexer *l, double *weight) {
    uint64_t millionths;
    size_t start = l->at;
    *weight = 1;
    if (start >= l->text.size || l->text.data[start] != '^')
        return OFS_OK;
    size_t n = ofsi_weight_read(slice(l, start + 1, l->text.size), &millionths);
    size_t end = start + 1 + n;
    if (n == 0 || (end < l->text.size && l->text.data[end] != '(' && l->text.data[end] != ')' &&
                   !ofsi_blank_size(l->text, end) && !ofsi_quote_size(l->text, end)))
        return OFS_OK;
    l->at = end;
    *weight = ofsi_weight_value(millionths);
    return ofsi_words_check_weight(&l->words, millionths, start, end);
}

/*
 * The mark that closes the one at `open`; text.size when there is none. Straight ones close straight ones
 * first.
 */
static size_t find_closing(ofsi_span text, size_t open) {
    bool straight = text.data[open] == '"';
    size_t start = open + ofsi_quote_size(text, open), other = text.size;
    for (size_t i = start; i < text.size; i++) {
        if (!ofsi_quote_size(text, i))
            continue;
        if (!straight || text.data[i] == '"')
            return i;
        other = other < i ? other : i;
    }
    return other;
}

/*
 * The quoted text at l->at as a node of this kind (a FIELD: of this field); `start`: where the chunk before
 * it begins.
 */
static ofs_status lex_quoted(lexer *l, ofsi_node kind, size_t start) {
    size_t open = l->at, inner = open + ofsi_quote_size(l->text, open), close = find_closing(l->text, open);
    if (close == l->text.size)
        return ofsi_fail_at(l->words.err, OFS_E_QUERY, (int64_t)open, (int64_t)(inner - open),
                            "this quotation mark is not closed: close it or leave it away");
    l->at = close + ofsi_quote_size(l->text, close);
    kind.text = slice(l, inner, close);
    kind.quoted = kind.type != OFSI_NODE_PHRASE;
    kind.start = (uint32_t)start;
    if (kind.type == OFSI_NODE_FIELD) {
        kind.end = (uint32_t)l->at;
        return ofsi_words_push_filter(&l->words, kind, inner);
    }
    while (inner < close && l->text.data[inner] == ' ')
        inner++;
    while (inner < close && l->text.data[close - 1] == ' ')
        close--;
    kind.text = slice(l, inner, close);
    ofs_status status = take_weight(l, &kind.weight);
    kind.end = (uint32_t)l->at;
    ofsi_span words;
    return status != OFS_OK || !ofsi_trim_words(kind.text, &words) ? status
                                                                   : ofsi_words_push_node(&l->words, kind);
}

static ofs_status lex_open(lexer *l) {
    l->depth++;
    size_t at = l->at++;
    return push_operator(l, (ofsi_query_token){.type = OFSI_TOKEN_OPEN, .values = l->group > 0}, at, at + 1);
}

static ofs_status lex_close(lexer *l) {
    if (l->group == l->depth)
        l->group = 0;
    if (l->depth > 0)
        l->depth--;
    size_t at = l->at++;
    ofsi_query_token token = {.type = OFSI_TOKEN_CLOSE};
    ofs_status status = take_weight(l, &token.weight);
    return status ? status : push_operator(l, token, at, at + 1);
}

/* ---- chunks ---- */

static size_t find_chunk_end(const lexer *l, size_t at) {
    while (at < l->text.size && l->text.data[at] != '(' && l->text.data[at] != ')' &&
           !ofsi_blank_size(l->text, at) && !ofsi_quote_size(l->text, at))
        at++;
    return at;
}

/*
 * `field:` at the start of the chunk, or the group that the chunk stands in; *value is where the value
 * begins.
 */
static bool find_field(const lexer *l, size_t start, size_t end, ofsi_field *field, size_t *value) {
    *field = l->field;
    *value = start;
    if (l->group)
        return true;
    const char *colon = memchr(l->text.data + start, ':', end - start);
    if (!colon)
        return false;
    *value = (size_t)(colon - l->text.data) + 1;
    return ofsi_field_find(slice(l, start, *value - 1), field);
}

/* What a filter's value is: behind the name, in quotes or in parentheses. *done tells whether it was one. */
static ofs_status lex_filter(lexer *l, size_t start, size_t end, bool *done) {
    ofsi_node kind = {.type = OFSI_NODE_FIELD, .weight = 1, .start = (uint32_t)start, .end = (uint32_t)end};
    size_t value;
    ofsi_span words;
    *done = false;
    if (!find_field(l, start, end, &kind.field, &value))
        return OFS_OK;
    l->at = end;
    if (value < end) {
        kind.text = slice(l, value, end);
        *done = ofsi_trim_words(kind.text, &words);
        return *done ? ofsi_words_push_filter(&l->words, kind, value) : OFS_OK;
    }
    *done = true;
    if (ofsi_quote_size(l->text, end))
        return lex_quoted(l, kind, start);
    if (end < l->text.size && l->text.data[end] == '(' && !l->group) {
        l->field = kind.field;
        l->group = l->depth + 1;
        return lex_open(l);
    }
    *done = false;
    return OFS_OK;
}

/*
 * What a chunk means, its `-` aside; l->at is behind it, and behind the quotes that belong to it, when done.
 */
static ofs_status lex_operand(lexer *l, size_t start, size_t end) {
    bool quote = ofsi_quote_size(l->text, end) > 0, done;
    char first = start < end ? l->text.data[start] : '\0';
    ofs_status status = lex_filter(l, start, end, &done);
    if (status || done || l->group)
        return status;
    l->at = end;
    if (quote && end - start == 1 && first == '~')
        return lex_quoted(l, (ofsi_node){.type = OFSI_NODE_PHRASE, .weight = 1, .stemmed = true}, start);
    if (quote && end - start == 1 && first == '=')
        return lex_quoted(l, (ofsi_node){.type = OFSI_NODE_EXACT, .weight = 1}, start);
    if (quote && end - start == 1 && first == '@')
        return lex_quoted(l, (ofsi_node){.type = OFSI_NODE_SYNONYM, .weight = 1}, start);
    if (quote && start == end)
        return lex_quoted(l, (ofsi_node){.type = OFSI_NODE_PHRASE, .weight = 1}, start);
    if (first == '=')
        return ofsi_words_lex(&l->words, OFSI_NODE_EXACT, start, end);
    if (first == '@')
        return ofsi_words_lex(&l->words, OFSI_NODE_SYNONYM, start, end);
    return ofsi_words_lex(&l->words, OFSI_NODE_WORD, start, end);
}

static ofs_status lex_negative(lexer *l, size_t start, size_t end) {
    size_t before = l->words.tokens->count;
    ofs_status status = push_operator(l, (ofsi_query_token){.type = OFSI_TOKEN_NOT}, start, start + 1);
    if (status == OFS_OK && start + 1 == end && end < l->text.size && l->text.data[end] == '(') {
        l->at = end;
        return lex_open(l);
    }
    if (status == OFS_OK)
        status = lex_operand(l, start + 1, end);
    /* Nothing came of what stands behind it: then it was no operator. */
    if (l->words.tokens->count == before + 1)
        l->words.tokens->count = before;
    return status;
}

static ofs_status lex_chunk(lexer *l) {
    size_t start = l->at, end = find_chunk_end(l, start);
    ofsi_query_token token;
    if (ofsi_query_operator(slice(l, start, end), &token)) {
        l->at = end;
        return push_operator(l, token, start, end);
    }
    if (start < end && l->text.data[start] == '-' && (end - start < 2 || l->text.data[start + 1] != '-'))
        return lex_negative(l, start, end);
    return lex_operand(l, start, end);
}

ofs_status ofsi_query_lex(ofsi_span text, bool plain, ofsi_arena *arena, ofsi_query_tokens *tokens,
                          ofs_error *err) {
    lexer l = {.text = text, .words = {.text = text, .arena = arena, .tokens = tokens, .err = err}};
    ofs_status status = plain ? ofsi_words_lex_plain(&l.words) : OFS_OK;
    while (!plain && status == OFS_OK && l.at < text.size) {
        size_t blank = ofsi_blank_size(text, l.at);
        if (blank)
            l.at += blank;
        else if (text.data[l.at] == '(')
            status = lex_open(&l);
        else if (text.data[l.at] == ')')
            status = lex_close(&l);
        else
            status = lex_chunk(&l);
    }
    return status ? status
                  : push_operator(&l, (ofsi_query_token){.type = OFSI_TOKEN_END}, text.size, text.size);
}
