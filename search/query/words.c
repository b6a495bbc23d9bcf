/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a query to nodes. */
#include "search/query/words.h"

#include "search/query/fields.h"
#include "search/query/text.h"
#include "search/query/weight.h"

ofs_status ofsi_words_push(ofsi_words *words, ofsi_query_token token) {
    ofsi_query_tokens *tokens = words->tokens;
    if (tokens->count == tokens->capacity) {
        size_t capacity = tokens->capacity ? tokens->capacity * 2 : 16;
        ofsi_query_token *items = ofsi_arena_calloc(words->arena, capacity, sizeof *items);
        if (!items)
            return ofsi_fail_nomem(words->err);
        if (tokens->count)
            memcpy(items, tokens->items, tokens->count * sizeof *items);
        tokens->items = items;
        tokens->capacity = capacity;
    }
    tokens->items[tokens->count++] = token;
    return OFS_OK;
}

static ofs_status make_node(ofsi_words *words, ofsi_node node, ofsi_node **out) {
    *out = NULL;
    if (words->tokens->nodes >= OFSI_QUERY_MAX_NODES)
        return ofsi_fail_at(words->err, OFS_E_LIMIT, (int64_t)node.start, (int64_t)(node.end - node.start),
                            "a query has %d words and filters at the most", (int)OFSI_QUERY_MAX_NODES);
    ofsi_node *made = ofsi_node_new(words->arena, node.type);
    if (!made)
        return ofsi_fail_nomem(words->err);
    words->tokens->nodes++;
    *made = node;
    *out = made;
    return OFS_OK;
}

static ofs_status push_made(ofsi_words *words, ofsi_node *node, bool glued) {
    return ofsi_words_push(
        words,
        (ofsi_query_token){
            .type = OFSI_TOKEN_NODE, .start = node->start, .end = node->end, .node = node, .glued = glued});
}

ofs_status ofsi_words_push_node(ofsi_words *words, ofsi_node node) {
    ofsi_node *made;
    ofs_status status = make_node(words, node, &made);
    return made ? push_made(words, made, false) : status;
}

ofs_status ofsi_words_check_weight(ofsi_words *words, uint64_t millionths, size_t start, size_t end) {
    if (ofsi_weight_allowed(millionths))
        return OFS_OK;
    return ofsi_fail_at(words->err, OFS_E_QUERY, (int64_t)start, (int64_t)(end - start),
                        "a weight is above 0 and %d at the most", (int)OFSI_WEIGHT_MOST);
}

/* Where `^2` begins at the end of the text; its size when there is none. */
static size_t find_weight(ofsi_span text, uint64_t *millionths) {
    size_t caret = text.size;
    while (caret > 0 && text.data[caret - 1] != '^')
        caret--;
    if (caret == 0)
        return text.size;
    ofsi_span number = {text.data + caret, text.size - caret};
    return number.size && ofsi_weight_read(number, millionths) == number.size ? caret - 1 : text.size;
}

ofs_status ofsi_words_push_filter(ofsi_words *words, ofsi_node node, size_t place) {
    ofsi_span value = node.text;
    uint64_t ignored;
    ofs_status status = ofsi_field_read(&node, value, place, words->err);
    if (status)
        return status;
    if (!node.quoted &&
        (find_weight(value, &ignored) < value.size || find_weight(node.text, &ignored) < node.text.size))
        return ofsi_fail_at(words->err, OFS_E_QUERY, (int64_t)place, (int64_t)value.size,
                            "a filter has no weight: leave it away, or put the value in quotation marks");
    return ofsi_words_push_node(words, node);
}

/* ---- words ---- */

/* A chunk while it is taken apart. */
typedef struct chunk {
    ofsi_span text; /* without weight and ~ */
    size_t offset;  /* of it in the query */
    ofsi_node_type type;
    uint32_t distance; /* of the ~ at its end; 0: none */
    double weight;
    ofsi_atom *atoms;
    size_t count;
} chunk;

static ofs_status collect_atoms(ofsi_words *words, chunk *c, bool wild) {
    ofsi_atoms scan;
    ofsi_atom atom;
    size_t capacity = 0;
    ofsi_atoms_start(&scan, c->text, wild);
    while (ofsi_atoms_next(&scan, &atom)) {
        if (c->count == capacity) {
            capacity = capacity ? capacity * 2 : 4;
            ofsi_atom *atoms = ofsi_arena_calloc(words->arena, capacity, sizeof *atoms);
            if (!atoms)
                return ofsi_fail_nomem(words->err);
            if (c->count)
                memcpy(atoms, c->atoms, c->count * sizeof *atoms);
            c->atoms = atoms;
        }
        c->atoms[c->count++] = atom;
    }
    return OFS_OK;
}

/* A word that reads like an operator, as `NOT,` does, in small letters, so that it can be written back. */
static ofs_status lower_operator(ofsi_words *words, ofsi_span *text) {
    ofsi_query_token token;
    if (!ofsi_query_operator(*text, &token))
        return OFS_OK;
    char *lower = ofsi_arena_strndup(words->arena, text->data, text->size);
    if (!lower)
        return ofsi_fail_nomem(words->err);
    for (size_t i = 0; i < text->size; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] - 'A' + 'a');
    text->data = lower;
    return OFS_OK;
}

/* One * for several, and the kind of pattern it is. */
static ofs_status read_pattern(ofsi_words *words, ofsi_node *node) {
    char *text = ofsi_arena_strndup(words->arena, node->text.data, node->text.size);
    if (!text)
        return ofsi_fail_nomem(words->err);
    size_t size = 0, wild = 0;
    for (size_t i = 0; i < node->text.size; i++) {
        if (text[i] == '*' && size > 0 && text[size - 1] == '*')
            continue;
        wild += text[i] == '*' || text[i] == '?';
        text[size++] = text[i];
    }
    bool prefix = wild == 1 && text[size - 1] == '*';
    node->type = prefix ? OFSI_NODE_PREFIX : OFSI_NODE_WILDCARD;
    node->text = (ofsi_span){text, prefix ? size - 1 : size};
    return OFS_OK;
}

/* The node of atoms[first .. last], which are one word or one pattern. */
static ofs_status make_word(ofsi_words *words, const chunk *c, size_t first, size_t last, ofsi_node **out) {
    size_t start = c->atoms[first].start, end = c->atoms[last].end;
    ofsi_node node = {.type = c->type,
                      .text = {c->text.data + start, end - start},
                      .start = (uint32_t)(c->offset + start),
                      .end = (uint32_t)(c->offset + end),
                      .weight = c->weight};
    ofs_status status = OFS_OK;
    if (c->atoms[first].wild) {
        status = read_pattern(words, &node);
    } else if (c->distance && last + 1 == c->count) {
        node.type = OFSI_NODE_FUZZY;
        node.distance = c->distance;
    } else if (c->type == OFSI_NODE_WORD) {
        status = lower_operator(words, &node.text);
    }
    return status ? status : make_node(words, node, out);
}

/* A pattern tied to other words: all side by side, `multi-ag*` as `multi BEFORE/1 ag*`. */
static ofs_status make_row(ofsi_words *words, const chunk *c, size_t first, size_t last, ofsi_node **out) {
    ofs_status status = make_node(words,
                                  (ofsi_node){.type = OFSI_NODE_NEAR,
                                              .start = (uint32_t)(c->offset + c->atoms[first].start),
                                              .end = (uint32_t)(c->offset + c->atoms[last].end),
                                              .weight = 1,
                                              .ordered = true,
                                              .distance = 1},
                                  out);
    ofsi_node *row = *out;
    if (!row)
        return status;
    row->children = ofsi_arena_calloc(words->arena, last - first + 1, sizeof(ofsi_node *));
    if (!row->children)
        return ofsi_fail_nomem(words->err);
    for (size_t i = first; status == OFS_OK && i <= last; i++)
        status = make_word(words, c, i, i, &row->children[row->child_count++]);
    return status;
}

static ofs_status push_chunk(ofsi_words *words, const chunk *c) {
    ofs_status status = OFS_OK;
    for (size_t first = 0, next; status == OFS_OK && first < c->count; first = next) {
        bool pattern = c->atoms[first].wild;
        for (next = first + 1; next < c->count && c->atoms[next].linked; next++)
            pattern = pattern || c->atoms[next].wild;
        pattern = pattern || (c->distance && next == c->count);
        ofsi_node *node = NULL;
        status = pattern && next - first > 1 ? make_row(words, c, first, next - 1, &node)
                                             : make_word(words, c, first, next - 1, &node);
        if (status == OFS_OK && node)
            status = push_made(words, node, first > 0);
    }
    return status;
}

static ofsi_span find_last_word(ofsi_span text) {
    ofsi_atoms scan;
    ofsi_atom atom = {0};
    ofsi_atoms_start(&scan, text, false);
    while (ofsi_atoms_next(&scan, &atom))
        continue;
    return (ofsi_span){text.data + atom.start, atom.end - atom.start};
}

/* Takes `~`, `~1`, `~2` from the end of the chunk. */
static ofs_status take_distance(ofsi_words *words, chunk *c) {
    size_t tilde = c->text.size, digits = 0;
    while (tilde > 0 && c->text.data[tilde - 1] >= '0' && c->text.data[tilde - 1] <= '9') {
        tilde--;
        digits++;
    }
    if (tilde < 2 || c->text.data[tilde - 1] != '~')
        return OFS_OK;
    /* 3~5 is a range as some write it. */
    if (digits && !ofsi_has_letter(find_last_word((ofsi_span){c->text.data, tilde - 1})))
        return OFS_OK;
    char digit = digits ? c->text.data[tilde] : '1';
    if (digits > 1 || digit < '1' || digit > '2')
        return ofsi_fail_at(words->err, OFS_E_QUERY, (int64_t)(c->offset + tilde - 1), (int64_t)digits + 1,
                            "a word may differ by 1 or 2 letters: ~1 or ~2");
    c->distance = (uint32_t)(digit - '0');
    c->text.size = tilde - 1;
    return OFS_OK;
}

/* In the address of a page a ? is no pattern. */
static bool is_address(ofsi_span text) { return memmem(text.data, text.size, "://", 3) != NULL; }

ofs_status ofsi_words_lex(ofsi_words *words, ofsi_node_type type, size_t start, size_t end) {
    chunk c = {.text = {words->text.data + start, end - start}, .offset = start, .type = type, .weight = 1};
    ofsi_span trimmed;
    uint64_t millionths = OFSI_WEIGHT_ONE;
    size_t caret = find_weight(c.text, &millionths);
    if (!ofsi_trim_words((ofsi_span){c.text.data, caret}, &trimmed))
        caret = c.text.size; /* ^2 alone is the number */
    ofs_status status = OFS_OK;
    if (caret < c.text.size) {
        status = ofsi_words_check_weight(words, millionths, start + caret, end);
        c.weight = ofsi_weight_value(millionths);
        c.text.size = caret;
    }
    if (status == OFS_OK && type == OFSI_NODE_WORD && ofsi_trim_words(c.text, &trimmed))
        status = take_distance(words, &c);
    if (status == OFS_OK)
        status = collect_atoms(words, &c, type == OFSI_NODE_WORD && !is_address(c.text));
    return status ? status : push_chunk(words, &c);
}

ofs_status ofsi_words_lex_plain(ofsi_words *words) {
    chunk c = {.text = words->text, .type = OFSI_NODE_WORD, .weight = 1};
    ofs_status status = collect_atoms(words, &c, false);
    return status ? status : push_chunk(words, &c);
}
