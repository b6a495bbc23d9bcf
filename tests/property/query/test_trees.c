/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parsing and writing back are inverse; no text brings the parser down or is refused without a reason. */
#include "tests/support/support.h"

#include <string.h>

#include "search/query/tree.h"

enum { TREES = 4000, TEXTS = 20000, MOST_BYTES = 200, MOST_DEPTH = 4 };

static ofsi_arena arena;

static ofsi_span pick(test_rng *rng, const char *const *texts, size_t count) {
    return ofsi_span_of(texts[test_rng_below(rng, (uint32_t)count)]);
}
#define PICK(rng, texts) pick(rng, texts, sizeof(texts) / sizeof *(texts))

static const char *const words[] = {"missing", "Children's", "multi-agency", "2011/12",
                                    "near",    "or",         "U.K",          "caf\u00E9",
                                    "1.5m",    "a",          "O\u2019Brien", "10:30"};
static const char *const simple[] = {"missing", "child", "caf\u00E9", "MASH", "1.5", "x_y", "O'Brien"};
static const char *const phrases[] = {"missing from care",    "a (b",      "AND",
                                      "it's, \u201Cso\u201D", "-x* ~2 ^3", "multi-agency"};
static const char *const patterns[] = {"m?sh", "*guard", "s*g*d", "?x", "a*b", "*a*"};

static ofsi_node *make(ofsi_node_type type, ofsi_span text) {
    ofsi_node *node = ofsi_node_new(&arena, type);
    assert_non_null(node);
    node->text = text;
    return node;
}

static ofsi_node *random_filter(test_rng *rng) {
    static const struct {
        ofsi_field field;
        const char *value;
    } values[] = {{OFSI_FIELD_GRADE, "Good"},         {OFSI_FIELD_GRADE, "requires improvement"},
                  {OFSI_FIELD_GRADE, "3..4"},         {OFSI_FIELD_SECTION, "quality of (care"},
                  {OFSI_FIELD_PROVIDER, "lambeth"},   {OFSI_FIELD_TITLE, "AND"},
                  {OFSI_FIELD_KIND, "note"},          {OFSI_FIELD_PARA, "2.1"},
                  {OFSI_FIELD_PARA, "2..5"},          {OFSI_FIELD_REPORT, "a-b_(c)*"},
                  {OFSI_FIELD_REPORT, "x.y*"},        {OFSI_FIELD_PUBLISHED, "2011-06..2013"},
                  {OFSI_FIELD_INSPECTED, "..2012"},   {OFSI_FIELD_INSPECTORATE, "ofsted"},
                  {OFSI_FIELD_ROLE, "summary, part"}, {OFSI_FIELD_SECTION, "caf\u00E9^2"}};
    size_t i = test_rng_below(rng, sizeof values / sizeof *values);
    ofsi_node *node = NULL;
    assert_int_equal(ofsi_query_filter(values[i].field, ofsi_span_of(values[i].value), &arena, &node, NULL),
                     OFS_OK);
    return node;
}

/* A leaf that NEAR takes. */
static ofsi_node *random_word(test_rng *rng) {
    ofsi_node *node;
    switch (test_rng_below(rng, 8)) {
    case 0:
        node = make(OFSI_NODE_PHRASE, PICK(rng, phrases));
        node->stemmed = test_rng_chance(rng, 50);
        break;
    case 1:
        node = make(OFSI_NODE_EXACT, PICK(rng, words));
        break;
    case 2:
        node = make(OFSI_NODE_EXACT, PICK(rng, phrases));
        node->quoted = true;
        break;
    case 3:
        node = make(OFSI_NODE_PREFIX, PICK(rng, simple));
        break;
    case 4:
        node = make(OFSI_NODE_WILDCARD, PICK(rng, patterns));
        break;
    case 5:
        node = make(OFSI_NODE_FUZZY, PICK(rng, simple));
        /* 1.5~2 would be a range. */
        node->distance = node->text.data[0] == '1' ? 1 : test_rng_between(rng, 1, 2);
        break;
    case 6:
        node = test_rng_chance(rng, 50) ? make(OFSI_NODE_SYNONYM, PICK(rng, words))
                                        : make(OFSI_NODE_SYNONYM, PICK(rng, phrases));
        node->quoted = memchr(node->text.data, ' ', node->text.size) != NULL;
        break;
    default:
        node = make(OFSI_NODE_WORD, PICK(rng, words));
        break;
    }
    if (test_rng_chance(rng, 20))
        node->weight = (double)test_rng_between(rng, 1, 1000000000) / 1e6;
    return node;
}

static ofsi_node *random_tree(test_rng *rng, int depth);

static ofsi_node *random_children(test_rng *rng, ofsi_node_type type, int depth) {
    ofsi_node *items[4];
    uint32_t count = test_rng_between(rng, 2, 4);
    bool failed = false;
    for (uint32_t i = 0; i < count; i++)
        items[i] = depth < 0 ? random_word(rng) : random_tree(rng, depth - 1);
    ofsi_node *node = ofsi_node_join(&arena, type, items, count, &failed);
    assert_false(failed);
    return node;
}

static ofsi_node *random_near(test_rng *rng) {
    ofsi_node *node = random_children(rng, OFSI_NODE_NEAR, -1);
    node->distance = test_rng_between(rng, 1, OFSI_QUERY_MAX_DISTANCE);
    node->ordered = test_rng_chance(rng, 50);
    if (test_rng_chance(rng, 30))
        node->children[test_rng_below(rng, node->child_count)] = random_children(rng, OFSI_NODE_OR, -1);
    return node;
}

static ofsi_node *random_tree(test_rng *rng, int depth) {
    uint32_t kind = depth > 0 ? test_rng_below(rng, 8) : test_rng_below(rng, 4);
    if (kind < 3)
        return random_word(rng);
    if (kind == 3)
        return random_filter(rng);
    if (kind == 4)
        return random_near(rng);
    if (kind == 5) {
        ofsi_node *node = make(OFSI_NODE_NOT, (ofsi_span){NULL, 0});
        node->children = ofsi_arena_calloc(&arena, 1, sizeof(ofsi_node *));
        assert_non_null(node->children);
        node->children[0] = random_tree(rng, depth - 1);
        node->child_count = 1;
        return node;
    }
    return random_children(rng, kind == 6 ? OFSI_NODE_AND : OFSI_NODE_OR, depth);
}

static void check_inverse(const ofsi_node *tree) {
    ofsi_buf text = {0};
    ofsi_node *again;
    ofs_error err;
    ofsi_query_print(tree, &text);
    assert_false(text.failed);
    if (ofsi_query_parse(ofsi_buf_span(&text), NULL, &arena, &again, &err))
        fail_msg("%.*s\n  is refused at %d: %s", (int)text.size, text.data, (int)err.offset, err.message);
    if (!ofsi_query_equal(tree, again)) {
        ofsi_buf other = {0};
        ofsi_query_print(again, &other);
        fail_msg("%.*s\n  parses to %.*s", (int)text.size, text.data, (int)other.size, other.data);
    }
    ofsi_buf_free(&text);
}

static void trees_written_back_parse_to_themselves(void **state) {
    (void)state;
    test_rng rng = test_rng_start(20240601);
    for (int i = 0; i < TREES; i++) {
        check_inverse(random_tree(&rng, (int)test_rng_below(&rng, MOST_DEPTH + 1)));
        ofsi_arena_reset(&arena);
    }
    ofsi_arena_free(&arena);
}

static const char *const morsels[] = {
    "missing", "a",       "Child",      "7",        "2012",       " ",      " ",      " ",      "(",
    ")",       "\"",      "~\"",        "=\"",      "\u201C",     "\u201D", "'",      "\u2019", "-",
    " -",      "=",       "@",          "*",        "?",          "~",      "~1",     "~2",     "^",
    "^2",      "^0.5",    ":",          ".",        "..",         "/",      ",",      "\u2013", " AND ",
    " OR ",    " NOT ",   " NEAR ",     " NEAR/3 ", " BEFORE/2 ", "OR",     "grade:", "para:",  "section:",
    "kind:",   "report:", "published:", "note",     "good",       "\u00E9", "\u6771", "\u00BD", "\u00AD",
    "\xFF",    "\u00A3",  "\u00A0",     "x-y",
};

static size_t random_text(test_rng *rng, char *text, bool bytes) {
    size_t size = 0;
    uint32_t wanted = test_rng_below(rng, MOST_BYTES - 20);
    while (size < wanted) {
        if (bytes) {
            text[size++] = (char)test_rng_below(rng, test_rng_chance(rng, 90) ? 128 : 256);
            continue;
        }
        const char *morsel = morsels[test_rng_below(rng, sizeof morsels / sizeof *morsels)];
        memcpy(text + size, morsel, strlen(morsel));
        size += strlen(morsel);
    }
    return size;
}

static void any_text_parses_or_is_refused_with_a_place(void **state) {
    (void)state;
    test_rng rng = test_rng_start(20240602);
    int parsed = 0;
    for (int i = 0; i < TEXTS; i++) {
        char text[MOST_BYTES];
        size_t size = random_text(&rng, text, i % 4 == 0) % (i % 3 ? 40 : MOST_BYTES);
        ofsi_query_options options = {.any = test_rng_chance(&rng, 30), .plain = test_rng_chance(&rng, 10)};
        ofsi_node *root;
        ofs_error err;
        ofs_status status = ofsi_query_parse((ofsi_span){text, size}, &options, &arena, &root, &err);
        if (status == OFS_OK) {
            parsed++;
            check_inverse(root);
        } else {
            assert_false(options.plain);
            assert_true(status == OFS_E_QUERY || status == OFS_E_LIMIT);
            assert_true(err.offset >= 0 && err.length >= 0 && err.offset + err.length <= (int64_t)size);
            assert_true(err.message[0] != '\0');
        }
        ofsi_arena_reset(&arena);
    }
    ofsi_arena_free(&arena);
    assert_true(parsed > TEXTS / 10);
}

/* Punctuation that is no operator: everything but ( ) " and what makes numbers out of bounds. */
static void stray_punctuation_never_fails(void **state) {
    (void)state;
    test_rng rng = test_rng_start(20240603);
    for (int i = 0; i < TEXTS; i++) {
        static const char *const stray[] = {
            "'", "-", "*",      ":",  "?", "!", ".",        ",",     ";",    "/",      "=",
            "@", "#", "\u00A3", "&",  "+", "%", "_",        "~",     "^",    "\u2019", "\u2014",
            "[", "]", "|",      "\\", " ", " ", "children", "homes", "cost", "x",      "section"};
        char text[MOST_BYTES];
        size_t size = 0;
        while (size < 60) {
            ofsi_span morsel = PICK(&rng, stray);
            memcpy(text + size, morsel.data, morsel.size);
            size += morsel.size;
        }
        ofsi_node *root;
        ofs_error err;
        ofs_status status = ofsi_query_parse((ofsi_span){text, size}, NULL, &arena, &root, &err);
        if (status != OFS_OK)
            fail_msg("%.*s: %s", (int)size, text, err.message);
        check_inverse(root);
        ofsi_arena_reset(&arena);
    }
    ofsi_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_written_back_parse_to_themselves),
        cmocka_unit_test(any_text_parses_or_is_refused_with_a_place),
        cmocka_unit_test(stray_punctuation_never_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
