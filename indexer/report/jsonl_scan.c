/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of JSON without a tree: one object of strings, whole numbers, nulls, and where a key wants them lists of strings,
 * grades and booleans. The text is UTF-8.
 * Whatever is not so plain, or may be wrong, is left to jansson, so that there is one place that judges it.
 */
#include "indexer/base/utf8.h"
#include "indexer/report/jsonl_line.h"

typedef uint8_t block __attribute__((vector_size(16)));
typedef int8_t mask __attribute__((vector_size(16)));

typedef struct scanner {
    const unsigned char *at, *end;
    ofsi_json_line *line;
    uint32_t seen; /* keys, one bit each */
} scanner;

static void pass_blanks(scanner *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

static bool take(scanner *s, unsigned char wanted) {
    pass_blanks(s);
    if (s->at == s->end || *s->at != wanted)
        return false;
    s->at++;
    return true;
}

/* Moves to the first quote, backslash or control character; false when there is none. */
static bool find_special(scanner *s) {
    while (s->end - s->at >= (ptrdiff_t)sizeof(block)) {
        block bytes;
        uint64_t found[2];
        memcpy(&bytes, s->at, sizeof bytes);
        mask special = (bytes == '"') | (bytes == '\\') | (bytes < 0x20);
        memcpy(found, &special, sizeof found);
        if (found[0] | found[1])
            break;
        s->at += sizeof bytes;
    }
    while (s->at < s->end && *s->at != '"' && *s->at != '\\' && *s->at >= 0x20)
        s->at++;
    return s->at < s->end;
}

/* Four hexadecimal digits; -1 when they are none. */
static int read_hex(const unsigned char *at) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
        int c = at[i], lower = c | 0x20;
        int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        if (digit < 0)
            return -1;
        code = code << 4 | digit;
    }
    return code;
}

static char unescape(unsigned char c) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found = c ? strchr(from, c) : NULL;
    return found ? to[found - from] : '\0';
}

/* Decodes a string with escapes; false for surrogates and what is no escape. */
static bool decode(scanner *s, const unsigned char *at, const unsigned char *end, ofsi_span *text) {
    char *out = ofsi_arena_bytes(&s->line->decoded, (size_t)(end - at));
    if (!out)
        return false;
    text->data = out;
    while (at < end) {
        const unsigned char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memcpy(out, at, plain);
        out += plain;
        at += plain;
        if (at == end)
            break;
        if (at[1] == 'u') {
            int code = end - at < 6 ? -1 : read_hex(at + 2);
            if (code < 0 || (code >= 0xD800 && code < 0xE000))
                return false;
            out += ofsi_utf8_encode((uint32_t)code, out); /* at most three bytes for six */
            at += 6;
        } else {
            if (!(*out++ = unescape(at[1])))
                return false;
            at += 2;
        }
    }
    text->size = (size_t)(out - text->data);
    return true;
}

/* A string behind its opening quote. */
static bool read_text(scanner *s, ofsi_span *text, bool *escaped) {
    const unsigned char *start = s->at;
    *escaped = false;
    for (;;) {
        if (!find_special(s) || *s->at < 0x20)
            return false;
        if (*s->at == '"')
            break;
        if (s->end - s->at < 2)
            return false;
        *escaped = true;
        s->at += 2;
    }
    const unsigned char *end = s->at++;
    *text = (ofsi_span){(const char *)start, (size_t)(end - start)};
    return !*escaped || decode(s, start, end, text);
}

/* Whole numbers of up to 18 digits. */
static bool read_integer(scanner *s, int64_t *value) {
    bool negative = s->at < s->end && *s->at == '-';
    s->at += negative;
    const unsigned char *start = s->at;
    int64_t sum = 0;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && s->at - start < 18)
        sum = sum * 10 + (*s->at++ - '0');
    ptrdiff_t digits = s->at - start;
    if (digits < 1 || (*start == '0' && digits > 1))
        return false;
    if (s->at < s->end && (*s->at == '.' || (*s->at | 0x20) == 'e' || (*s->at >= '0' && *s->at <= '9')))
        return false;
    *value = negative ? -sum : sum;
    return true;
}

static bool read_null(scanner *s) {
    if (s->end - s->at < 4 || memcmp(s->at, "null", 4) != 0)
        return false;
    s->at += 4;
    return true;
}

static bool read_value(scanner *s, ofsi_json_value *value) {
    bool escaped;
    pass_blanks(s);
    if (s->at == s->end)
        return false;
    if (*s->at == '"') {
        s->at++;
        value->type = OFSI_JSON_STRING;
        return read_text(s, &value->text, &escaped);
    }
    if (*s->at == 'n')
        return read_null(s);
    value->type = OFSI_JSON_INTEGER;
    return read_integer(s, &value->integer);
}

static bool read_item(scanner *s, ofsi_json_list *list) {
    ofsi_json_value *item = ofsi_json_list_add(list);
    return item && read_value(s, item) && item->type == OFSI_JSON_STRING;
}

static bool is_next(scanner *s, unsigned char wanted) {
    pass_blanks(s);
    return s->at < s->end && *s->at == wanted;
}

static bool read_list(scanner *s, ofsi_json_list *list) {
    if (is_next(s, 'n'))
        return read_null(s);
    if (!take(s, '['))
        return read_item(s, list);
    if (take(s, ']'))
        return true;
    do {
        if (!read_item(s, list))
            return false;
    } while (take(s, ','));
    return take(s, ']');
}

static bool read_names(scanner *s, ofsi_json_value *value) {
    value->type = is_next(s, 'n') ? OFSI_JSON_NONE : OFSI_JSON_OTHER;
    return read_list(s, &s->line->also);
}

/* A label alone, or an object of label, level and levels, all three and no more. */
static bool read_grade(scanner *s, ofsi_json_value *value, ofsi_json_levels *levels) {
    static const char *const names[] = {"label", "level", "levels"};
    ofsi_json_value parts[3] = {{0}};
    if (!is_next(s, '{'))
        return read_value(s, value);
    s->at++;
    for (int given = 0; given < 3; given++) {
        ofsi_span name;
        bool escaped;
        int part = 0;
        if ((given && !take(s, ',')) || !take(s, '"') || !read_text(s, &name, &escaped) || !take(s, ':'))
            return false;
        while (part < 3 && !ofsi_span_equal(name, ofsi_span_of(names[part])))
            part++;
        if (part == 3 || parts[part].type != OFSI_JSON_NONE || !read_value(s, &parts[part]) ||
            parts[part].type != (part ? OFSI_JSON_INTEGER : OFSI_JSON_STRING))
            return false;
    }
    *value = parts[0];
    *levels = ofsi_json_levels_of(parts[1].integer, parts[2].integer, true);
    return take(s, '}');
}

static bool read_boolean(scanner *s, ofsi_json_value *value) {
    bool is_true = is_next(s, 't');
    const char *word = is_true ? "true" : "false";
    if (!is_true && !is_next(s, 'f'))
        return read_value(s, value);
    if ((size_t)(s->end - s->at) < strlen(word) || memcmp(s->at, word, strlen(word)) != 0)
        return false;
    s->at += strlen(word);
    *value = (ofsi_json_value){.type = OFSI_JSON_INTEGER, .integer = is_true};
    return true;
}

static bool read_known(scanner *s, int key) {
    ofsi_json_value *value = &s->line->values[key];
    switch (key) {
    case OFSI_JSON_SECTION:
        return read_list(s, &s->line->headings);
    case OFSI_JSON_PROVIDER_ALSO:
        return read_names(s, value);
    case OFSI_JSON_GRADE:
        return read_grade(s, value, &s->line->grade);
    case OFSI_JSON_OVERALL:
        return read_grade(s, value, &s->line->overall);
    case OFSI_JSON_HAS_SCALE:
    case OFSI_JSON_VERBATIM:
        return read_boolean(s, value);
    default:
        return read_value(s, value);
    }
}

/* The key's number, OFSI_JSON_KEY_COUNT for one that means nothing. */
static int find_key(ofsi_span name) {
    static const struct {
        const char *name;
        size_t size;
    } keys[] = {
#define X(constant, text) {text, sizeof text - 1},
        OFSI_JSON_KEY_TABLE(X)
#undef X
    };
    for (int key = 0; key < OFSI_JSON_KEY_COUNT; key++)
        if (keys[key].size == name.size && memcmp(keys[key].name, name.data, name.size) == 0)
            return key;
    return OFSI_JSON_KEY_COUNT;
}

static bool read_member(scanner *s) {
    ofsi_span name;
    bool escaped;
    if (!take(s, '"') || !read_text(s, &name, &escaped) || escaped || !take(s, ':'))
        return false;
    int key = find_key(name);
    if (key == OFSI_JSON_KEY_COUNT) {
        ofsi_json_value ignored;
        return read_value(s, &ignored);
    }
    if (s->seen & 1U << key)
        return false;
    s->seen |= 1U << key;
    return read_known(s, key);
}

bool ofsi_json_scan(ofsi_json_line *line, ofsi_span text) {
    const unsigned char *start = (const unsigned char *)text.data;
    scanner s = {start, start + text.size, line, 0};
    ofsi_json_line_reset(line);
    line->is_object = true;
    if (!take(&s, '{'))
        return false;
    if (!take(&s, '}')) {
        do {
            if (!read_member(&s))
                return false;
        } while (take(&s, ','));
        if (!take(&s, '}'))
            return false;
    }
    pass_blanks(&s);
    return s.at == s.end;
}
