/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tree of a query holds beside what is written back; limits; filters from options; lack of memory.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/date.h"
#include "search/query/fields.h"
#include "search/query/tree.h"

static ofsi_arena arena;

static int free_arena(void **state) {
    (void)state;
    ofsi_arena_free(&arena);
    return 0;
}

static ofsi_node *parse_bytes(const char *text, size_t size) {
    ofsi_node *root;
    ofs_error err;
    if (ofsi_query_parse((ofsi_span){text, size}, NULL, &arena, &root, &err))
        fail_msg("%s: %s", text, err.message);
    return root;
}

static ofsi_node *parse(const char *text) { return parse_bytes(text, strlen(text)); }

static void assert_text(const ofsi_node *node, const char *text) {
    if (!ofsi_span_equal(node->text, ofsi_span_of(text)))
        fail_msg("'%.*s' is not '%s'", (int)node->text.size, node->text.data, text);
}

static void assert_printed(const ofsi_node *node, const char *text) {
    ofsi_buf out = {0};
    ofsi_query_print(node, &out);
    ofsi_buf_byte(&out, 0);
    assert_string_equal(out.data, text);
    ofsi_buf_free(&out);
}

static void leaves_carry_type_text_and_place(void **state) {
    (void)state;
    static const struct {
        const char *query;
        ofsi_node_type type;
        const char *text;
        bool stemmed, quoted;
        uint32_t start, end;
    } cases[] = {
        {" multi-agency, ", OFSI_NODE_WORD, "multi-agency", false, false, 1, 13},
        {"'U.K.'", OFSI_NODE_WORD, "U.K", false, false, 1, 4},
        {"\"a b\"", OFSI_NODE_PHRASE, "a b", false, false, 0, 5},
        {"~\" a b \"^2", OFSI_NODE_PHRASE, "a b", true, false, 0, 10},
        {"=MASH", OFSI_NODE_EXACT, "MASH", false, false, 1, 5},
        {"=\u201CMASH team\u201D", OFSI_NODE_EXACT, "MASH team", false, true, 0, 16},
        {"safe*", OFSI_NODE_PREFIX, "safe", false, false, 0, 5},
        {"s***f?e*?", OFSI_NODE_WILDCARD, "s*f?e*", false, false, 0, 8},
        {"\u00E9co*", OFSI_NODE_PREFIX, "\u00E9co", false, false, 0, 5},
        {"lamb~2^3", OFSI_NODE_FUZZY, "lamb", false, false, 0, 4},
        {"@child", OFSI_NODE_SYNONYM, "child", false, false, 1, 6},
        {"\u6771\u4EAC", OFSI_NODE_WORD, "\u6771\u4EAC", false, false, 0, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ofsi_node *node = parse(cases[i].query);
        assert_non_null(node);
        assert_int_equal(node->type, cases[i].type);
        assert_text(node, cases[i].text);
        assert_int_equal(node->stemmed, cases[i].stemmed);
        assert_int_equal(node->quoted, cases[i].quoted);
        assert_int_equal(node->start, cases[i].start);
        assert_int_equal(node->end, cases[i].end);
    }
    assert_true(parse("a^2.5")->weight > 2.49 && parse("a^2.5")->weight < 2.51);
    assert_int_equal(parse("lamb~")->distance, 1);
    assert_int_equal(parse("lamb~2")->distance, 2);
}

static void operators_build_the_tree(void **state) {
    (void)state;
    ofsi_node *root = parse("a b OR NOT c NEAR/4 d");
    assert_int_equal(root->type, OFSI_NODE_OR);
    assert_int_equal(root->child_count, 2);
    assert_int_equal(root->children[0]->type, OFSI_NODE_AND);
    assert_int_equal(root->children[1]->type, OFSI_NODE_NOT);
    const ofsi_node *near = root->children[1]->children[0];
    assert_int_equal(near->type, OFSI_NODE_NEAR);
    assert_int_equal(near->distance, 4);
    assert_false(near->ordered);
    assert_true(parse("a BEFORE b")->ordered);
    assert_int_equal(root->start, 0);
    assert_int_equal(root->end, 21);
    /* One of a kind inside its like is taken in. */
    assert_int_equal(parse("a (b (c d)) AND e")->child_count, 5);
    assert_int_equal(parse("a OR (b OR (c OR d))")->child_count, 4);
}

static void filters_have_numbers_and_days(void **state) {
    (void)state;
    int32_t june = ofsi_date_from_civil(2011, 6, 1), last = ofsi_date_from_civil(2013, 12, 31);
    struct {
        const char *query;
        ofsi_field field;
        bool has_numbers, is_range;
        int64_t from, to;
    } cases[] = {
        {"grade:4", OFSI_FIELD_GRADE, true, false, 4, 4},
        {"grade:\"4\"", OFSI_FIELD_GRADE, true, false, 4, 4},
        {"grade:3..4,", OFSI_FIELD_GRADE, true, true, 3, 4},
        {"grade:..2", OFSI_FIELD_GRADE, true, true, INT64_MIN, 2},
        {"grade:good", OFSI_FIELD_GRADE, false, false, 0, 0},
        {"para:25.", OFSI_FIELD_PARA, true, false, 25, 25},
        {"para:20..", OFSI_FIELD_PARA, true, true, 20, INT64_MAX},
        {"para:2.1", OFSI_FIELD_PARA, false, false, 0, 0},
        {"PUBLISHED:2011-06..2013", OFSI_FIELD_PUBLISHED, true, true, june, last},
        {"inspected:2011-06-01", OFSI_FIELD_INSPECTED, true, false, june, june},
        {"section:3..4", OFSI_FIELD_SECTION, false, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ofsi_node *node = parse(cases[i].query);
        assert_int_equal(node->type, OFSI_NODE_FIELD);
        assert_int_equal(node->field, cases[i].field);
        assert_int_equal(node->has_numbers, cases[i].has_numbers);
        assert_int_equal(node->is_range, cases[i].is_range);
        assert_true(node->from == cases[i].from && node->to == cases[i].to);
    }
    assert_text(parse("kind:Recommendation"), "recommendation");
    assert_text(parse("report:a_(b)")->children[0], "a_");
}

static void options_become_filters(void **state) {
    (void)state;
    static const struct {
        ofsi_field field;
        const char *value, *printed;
    } cases[] = {
        {OFSI_FIELD_GRADE, "Requires improvement", "grade:\"Requires improvement\""},
        {OFSI_FIELD_GRADE, "good", "grade:good"},
        {OFSI_FIELD_GRADE, " 3..4 ", "grade:3..4"},
        {OFSI_FIELD_SECTION, "the \"quality\" of care", "section:\"the  quality  of care\""},
        {OFSI_FIELD_SECTION, "care^2", "section:\"care^2\""},
        {OFSI_FIELD_PUBLISHED, "2011..", "published:2011.."},
        {OFSI_FIELD_REPORT, "lambeth (2012)", "report:\"lambeth (2012)\""},
        {OFSI_FIELD_REPORT, "--", "report:\"--\""},
        {OFSI_FIELD_KIND, "NOTE", "kind:note"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ofsi_node *node = NULL;
        ofs_error err;
        assert_int_equal(ofsi_query_filter(cases[i].field, ofsi_span_of(cases[i].value), &arena, &node, &err),
                         OFS_OK);
        assert_printed(node, cases[i].printed);
        assert_true(ofsi_query_equal(node, parse(cases[i].printed)));
    }
    ofsi_node *node;
    ofs_error err;
    assert_int_equal(ofsi_query_filter(OFSI_FIELD_PUBLISHED, ofsi_span_of("soon"), &arena, &node, &err),
                     OFS_E_QUERY);
    assert_int_equal(ofsi_query_filter(OFSI_FIELD_TITLE, ofsi_span_of("?"), &arena, &node, &err),
                     OFS_E_QUERY);
    assert_int_equal(ofsi_query_filter(OFSI_FIELD_REPORT, ofsi_span_of("a\"b"), &arena, &node, &err),
                     OFS_E_QUERY);
    for (int i = 0; i < OFSI_FIELD_COUNT; i++) {
        ofsi_field field;
        assert_true(ofsi_field_find(ofsi_span_of(ofsi_field_name((ofsi_field)i)), &field));
        assert_int_equal(field, i);
    }
}

static void bytes_that_are_no_text_are_blanks(void **state) {
    (void)state;
    assert_printed(parse_bytes("a\0b\x01\xFF-c caf\xE9", 12), "a b -c caf");
    assert_null(parse_bytes("\xFF\xFE\0", 3));
    assert_null(parse_bytes(NULL, 0));
    assert_printed(parse("a\u00A0-b\u3000c"), "a -b c");
}

static char *repeat(const char *piece, size_t count) {
    size_t size = strlen(piece);
    char *text = malloc(size * count + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * size, piece, size);
    text[size * count] = '\0';
    return text;
}

static ofs_status status_of_repeat(const char *piece, size_t count, const char *end, ofs_error *err) {
    char *many = repeat(piece, count), *text = test_format("%s%s", many, end);
    ofsi_node *root;
    ofs_status status = ofsi_query_parse(ofsi_span_of(text), NULL, &arena, &root, err);
    free(many);
    free(text);
    return status;
}

static void limits_are_kept(void **state) {
    (void)state;
    ofs_error err;
    assert_int_equal(status_of_repeat("a ", OFSI_QUERY_MAX_NODES, "", &err), OFS_OK);
    assert_int_equal(status_of_repeat("a ", OFSI_QUERY_MAX_NODES + 1, "", &err), OFS_E_LIMIT);
    assert_int_equal(err.offset, OFSI_QUERY_MAX_NODES * 2);
    assert_int_equal(status_of_repeat(" ", OFSI_QUERY_MAX_BYTES - 1, "a", &err), OFS_OK);
    assert_int_equal(status_of_repeat(" ", OFSI_QUERY_MAX_BYTES, "a", &err), OFS_E_LIMIT);
    assert_int_equal(status_of_repeat("NOT ", OFSI_QUERY_MAX_DEPTH, "a", &err), OFS_OK);
    assert_int_equal(status_of_repeat("NOT ", OFSI_QUERY_MAX_DEPTH + 1, "a", &err), OFS_E_LIMIT);
    assert_int_equal(err.offset, OFSI_QUERY_MAX_DEPTH * 4);
    assert_int_equal(status_of_repeat("(", 60000, "a", &err), OFS_E_LIMIT);
    assert_int_equal(status_of_repeat("-(", 30000, "a", &err), OFS_E_LIMIT);
    assert_int_equal(status_of_repeat("\u201C", 1001, "a", &err), OFS_E_QUERY);
    assert_int_equal(status_of_repeat("x", 60000, "", &err), OFS_OK);
    assert_int_equal(status_of_repeat("a*-", 2000, "", &err), OFS_OK);
}

static void the_deepest_tree_is_written_back_within_the_limit(void **state) {
    (void)state;
    char *nots = repeat("NOT ", OFSI_QUERY_MAX_DEPTH), *deep = test_format("%sa", nots);
    ofsi_node *root = parse(deep);
    ofsi_buf out = {0};
    ofsi_query_print(root, &out);
    assert_true(ofsi_query_equal(root, parse_bytes(out.data, out.size)));
    ofsi_buf_free(&out);
    free(nots);
    free(deep);
}

static void lack_of_memory_is_reported(void **state) {
    (void)state;
    static const char query[] = "a -b,c NEAR/5 (d* OR \"e f\") grade:(3 4) multi-x*^2 AND g~";
    char *many = repeat("many words ", 1500), *text = test_format("%s%s", many, query);
    for (size_t n = 1;; n++) {
        ofsi_arena own = {0};
        ofsi_node *root;
        ofs_error err;
        ofsi_alloc_fail_after(n);
        ofs_status status = ofsi_query_parse(ofsi_span_of(text), NULL, &own, &root, &err);
        ofsi_alloc_fail_after(0);
        ofsi_arena_free(&own);
        if (status == OFS_OK) {
            assert_true(n > 2);
            break;
        }
        assert_int_equal(status, OFS_E_NOMEM);
        assert_null(root);
    }
    free(many);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_carry_type_text_and_place),
        cmocka_unit_test(operators_build_the_tree),
        cmocka_unit_test(filters_have_numbers_and_days),
        cmocka_unit_test(options_become_filters),
        cmocka_unit_test(bytes_that_are_no_text_are_blanks),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(the_deepest_tree_is_written_back_within_the_limit),
        cmocka_unit_test(lack_of_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
