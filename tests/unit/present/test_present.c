/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader or a script gets to see of an answer: every format over a made-up result. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "search/present/citation.h"
#include "search/present/present.h"
#include "search/present/snippet.h"
#include "search/present/terminal.h"
#include "tests/support/support.h"

static const ofs_report_ref report = {
    .id = "ashcombe-2014",
    .title = "Inspection of services",
    .provider = "Ashcombe \033[31mCouncil",
    .inspectorate = "Ofsted",
    .path = "r/ashcombe.pdf",
    .inspected_from = 16171, /* 2014-04-11 */
    .inspected_to = 16172,
    .published = OFS_NO_DATE,
};
static const char *const section[] = {"Services for looked after children", "Staying safe"};
static const char text[] = "Too many children go missing. Return interviews are “late”, and children say so.";
static const ofs_highlight highlights[] = {{9, 17}, {21, 28}};

static ofs_hit make_hit(void) {
    return (ofs_hit){.rank = 1,
                     .score = 1.25,
                     .report = &report,
                     .number = "31",
                     .page = 9,
                     .kind = OFS_KIND_PARAGRAPH,
                     .section = section,
                     .section_depth = 2,
                     .grade = {"Inadequate", 4, 4},
                     .text = text,
                     .text_size = sizeof text - 1,
                     .highlights = highlights,
                     .highlight_count = 2};
}

static char *present(const ofs_results *results, const ofsi_present_options *options) {
    ofsi_buf out = {0};
    ofsi_present_results(results, options, &out);
    ofsi_buf_byte(&out, 0);
    assert_false(out.failed);
    return out.data;
}

static void text_shows_all_that_a_citation_needs(void **state) {
    (void)state;
    ofs_hit hit = make_hit();
    ofs_results results = {
        .query = "missing children", .total = 1, .report_total = 1, .hits = &hit, .hit_count = 1};
    ofsi_present_options options = {.format = OFSI_FORMAT_TEXT, .cite = true, .name = "1", .width = 60};
    char *shown = present(&results, &options);
    static const char *const wanted[] = {"(2014)",
                                         "Inadequate",
                                         "para 31",
                                         "page 9",
                                         "› Staying safe",
                                         "*children*",
                                         "*missing*",
                                         "inspected 11 April 2014 to 12 April 2014",
                                         "1 paragraph in 1 report"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (!strstr(shown, wanted[i]))
            fail_msg("'%s' is not in:\n%s", wanted[i], shown);
    assert_null(strchr(shown, '\033'));
    for (char *line = strtok(shown, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(line[0] != ' ' || ofsi_text_width(line) <= 60);
    free(shown);
}

static void citation_names_what_is_known(void **state) {
    (void)state;
    ofs_hit hit = make_hit();
    ofs_report_ref dated = report;
    dated.provider = "Ashcombe";
    dated.published = 16210; /* 2014-05-20 */
    hit.report = &dated;
    hit.item = 3;
    hit.kind = OFS_KIND_RECOMMENDATION;
    ofsi_buf out = {0};
    ofsi_append_citation(&out, &hit);
    ofsi_buf_byte(&out, 0);
    assert_string_equal(out.data,
                        "Ofsted, Inspection of services: Ashcombe, published 20 May 2014, paragraph 31, "
                        "recommendation 3, page 9");
    ofsi_buf_reset(&out);
    ofs_report_ref bare = {
        .id = "x", .inspected_from = OFS_NO_DATE, .inspected_to = OFS_NO_DATE, .published = OFS_NO_DATE};
    hit = (ofs_hit){.report = &bare};
    ofsi_append_citation(&out, &hit);
    ofsi_buf_byte(&out, 0);
    assert_string_equal(out.data, "x");
    ofsi_buf_free(&out);
}

static json_t *load(const char *shown) {
    json_error_t error;
    json_t *object = json_loads(shown, 0, &error);
    if (!object)
        fail_msg("%s in %s", error.text, shown);
    return object;
}

static void json_has_the_promised_keys(void **state) {
    (void)state;
    ofs_hit hit = make_hit();
    const char *good[] = {"Good"};
    ofs_facet_value values[] = {{.path = good, .depth = 1, .count = 5}, {.count = 2}};
    ofs_facet facet = {OFS_FACET_GRADE, values, 2, 2};
    ofs_results results = {.query = "q",
                           .interpreted = "q",
                           .total = 7,
                           .report_total = 3,
                           .hits = &hit,
                           .hit_count = 1,
                           .facets = &facet,
                           .facet_count = 1};
    ofsi_present_options options = {.format = OFSI_FORMAT_JSON, .name = "1"};
    char *shown = present(&results, &options);
    json_t *object = load(shown);
    assert_int_equal(json_integer_value(json_object_get(object, "total")), 7);
    assert_int_equal(json_integer_value(json_object_get(object, "schema")), 1);
    assert_true(json_is_null(json_object_get(object, "suggestion")));
    json_t *first = json_array_get(json_object_get(object, "hits"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "paragraph")), "31");
    assert_true(json_is_null(json_object_get(first, "item")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(first, "grade"), "label")),
                        "Inadequate");
    assert_string_equal(json_string_value(json_array_get(json_object_get(first, "section"), 1)),
                        "Staying safe");
    assert_true(json_is_null(json_object_get(json_object_get(first, "report"), "published")));
    json_t *range = json_array_get(json_object_get(first, "highlights"), 1);
    assert_int_equal(json_integer_value(json_array_get(range, 0)), 21);
    json_t *grades = json_object_get(json_object_get(object, "facets"), "grade");
    assert_string_equal(json_string_value(json_object_get(json_array_get(grades, 0), "value")), "Good");
    assert_true(json_is_null(json_object_get(json_array_get(grades, 1), "value")));
    static const char *const keys[] = {"rank",    "score",      "report",  "paragraph", "item",
                                       "page",    "kind",       "section", "grade",     "text",
                                       "snippet", "highlights", "citation"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (!json_object_get(first, keys[i]))
            fail_msg("a hit has no '%s'", keys[i]);
    json_decref(object);
    free(shown);
}

static void trec_has_six_columns(void **state) {
    (void)state;
    ofs_hit hits[2] = {make_hit(), make_hit()};
    ofs_report_ref spaced = report;
    spaced.id = "a b";
    hits[1].report = &spaced;
    hits[1].number = NULL;
    hits[1].rank = 2;
    ofs_results results = {.query = "q", .total = 2, .hits = hits, .hit_count = 2};
    ofsi_present_options options = {.format = OFSI_FORMAT_TREC, .name = "q 7"};
    char *shown = present(&results, &options);
    assert_string_equal(
        shown, "q_7 Q0 ashcombe-2014#31 1 1.250000000 ofsearch\nq_7 Q0 a_b 2 1.250000000 ofsearch\n");
    free(shown);
}

static void nothing_says_which_word_to_drop(void **state) {
    (void)state;
    ofs_word_count words[] = {{"missing", 1342, 0, 0}, {"unicorns", 0, 1342, 0}, {"legend", 0, 0, 3}};
    ofs_results results = {
        .query = "missing unicorns", .words = words, .word_count = 3, .suggestion = "missing"};
    ofsi_buf out = {0};
    ofsi_present_nothing(&results, &out);
    ofsi_buf_byte(&out, 0);
    assert_non_null(strstr(out.data, "missing: in 1,342 paragraphs; without it 0 match"));
    assert_non_null(strstr(out.data, "unicorns: in no paragraph; without it 1,342 match"));
    assert_non_null(strstr(out.data, "legend: in 3 notes alone (kind:note finds them); without it 0 match"));
    assert_non_null(strstr(out.data, "try: missing\n"));
    ofsi_buf_free(&out);
}

/* Whatever the text and the highlights: whole characters, inside the text, and some highlight is in sight. */
static void snippets_hold_a_match_and_whole_characters(void **state) {
    (void)state;
    test_rng rng = test_rng_start(11);
    static const char *const pieces[] = {"a", "é", "children ", " ", ". ", "\n", "’", "missing", "😀"};
    for (int round = 0; round < 2000; round++) {
        ofsi_buf body = {0};
        uint32_t count = test_rng_between(&rng, 1, 400);
        ofs_highlight marks[8];
        uint32_t mark_count = 0;
        for (uint32_t i = 0; i < count; i++) {
            const char *piece = pieces[test_rng_below(&rng, 9)];
            if (mark_count < 8 && test_rng_chance(&rng, 3))
                marks[mark_count++] =
                    (ofs_highlight){(uint32_t)body.size, (uint32_t)(body.size + strlen(piece))};
            ofsi_buf_text(&body, piece);
        }
        ofs_hit hit = {
            .text = body.data, .text_size = body.size, .highlights = marks, .highlight_count = mark_count};
        ofsi_snippet s = ofsi_snippet_of(&hit, 100);
        assert_int_equal(s.count, 1); /* one word */
        uint32_t start = s.passages[0].start, end = s.passages[0].end;
        assert_true(start <= end && end <= body.size);
        assert_true(start == body.size || ((unsigned char)body.data[start] & 0xC0) != 0x80);
        assert_true(end == body.size || ((unsigned char)body.data[end] & 0xC0) != 0x80);
        bool seen = mark_count == 0;
        for (uint32_t i = 0; i < mark_count; i++)
            seen = seen || (marks[i].start >= start && marks[i].end <= end);
        assert_true(seen);
        ofsi_buf_free(&body);
    }
}

static void wrapping_keeps_every_word(void **state) {
    (void)state;
    ofsi_buf out = {0};
    ofsi_wrap wrap = {.width = 40, .indent = 2};
    ofs_highlight marks[] = {{4, 20}};
    ofsi_append_wrapped(&out, ofsi_span_of("one two three four five\nsix\x07 seven"), marks, 1, &wrap);
    ofsi_buf_byte(&out, 0);
    assert_string_equal(out.data, "  one *two three four f*ive\n  six seven\n");
    ofsi_buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_shows_all_that_a_citation_needs),
        cmocka_unit_test(citation_names_what_is_known),
        cmocka_unit_test(json_has_the_promised_keys),
        cmocka_unit_test(trec_has_six_columns),
        cmocka_unit_test(nothing_says_which_word_to_drop),
        cmocka_unit_test(snippets_hold_a_match_and_whole_characters),
        cmocka_unit_test(wrapping_keeps_every_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
