/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a text is marked for a query: [ ] around each range, and behind it, where a digit stands there in the wanted text, which
 * of the query's words are in it (the sum of their bits).
 */
#include "tests/support/support.h"

#include <string.h>

#include "search/exec/highlight.h"

static void assert_words(const char *query, const char *marked, bool with_words) {
    ofsi_arena arena = {0};
    ofsi_analyzer *analyzer = NULL;
    ofsi_plan plan = {0};
    ofsi_highlighter highlighter = {0};
    ofsi_node *root = NULL;
    ofs_error err;
    const ofsi_query_options options = {0};
    char text[512], got[1024];
    size_t size = 0, out = 0;
    for (const char *p = marked; *p; p++)
        if (*p != '[' && *p != ']' && !(with_words && p > marked && p[-1] == ']'))
            text[size++] = *p;
    text[size] = '\0';
    ofs_hit hit = {.text = text, .text_size = size};
    assert_int_equal(ofsi_analyzer_open("english", &analyzer, &err), OFS_OK);
    ofsi_plan_tools tools = {analyzer, &arena};
    assert_int_equal(ofsi_query_parse(ofsi_span_of(query), &options, &arena, &root, &err), OFS_OK);
    assert_int_equal(ofsi_plan_make(root, &tools, &plan, &err), OFS_OK);
    assert_int_equal(ofsi_highlighter_start(&highlighter, &plan, analyzer, &err), OFS_OK);
    assert_int_equal(ofsi_highlight_hit(&highlighter, &arena, &hit, &err), OFS_OK);
    for (size_t i = 0, h = 0; i <= size; i++) {
        if (h < hit.highlight_count && i == hit.highlights[h].end) {
            got[out++] = ']';
            assert_true(hit.highlight_words[h] > 0);
            if (with_words)
                got[out++] = (char)('0' + hit.highlight_words[h]);
            h++;
        }
        if (h < hit.highlight_count && i == hit.highlights[h].start)
            got[out++] = '[';
        got[out++] = text[i];
    }
    assert_string_equal(got, marked);
    ofsi_highlighter_free(&highlighter);
    ofsi_plan_free(&plan);
    ofsi_analyzer_close(analyzer);
    ofsi_arena_free(&arena);
}

static void assert_marked(const char *query, const char *marked) { assert_words(query, marked, false); }

static void words_are_marked_in_every_form(void **state) {
    (void)state;
    assert_marked("safeguard agency", "[Safeguarding], [safeguards]: the [agencies] and [agency]; agent.");
    assert_marked("missing -children", "[missing] children"); /* not what must be absent */
    assert_marked("cafe", "the [caf\u00E9]");
}

static void exact_words_in_their_form_alone(void **state) {
    (void)state;
    assert_marked("=safeguards", "Safeguarding [safeguards] [Safeguards]");
    assert_marked("=MASH", "[MASH] Mash mash");
}

static void phrases_whole_and_only_where_they_stand(void **state) {
    (void)state;
    assert_marked("\"missing from care\"", "missing, [missing from care]; from care");
    assert_marked("~\"missing child\"", "[missed, child] missing [missing child]");
    assert_marked("\"a b\"", "[a b] b [a b] a");
    assert_marked("\"a b a\"", "[a b a b a]");
}

static void compounds_with_all_their_parts(void **state) {
    (void)state;
    assert_marked("multi-agency", "[Multi-agency], [multi agency], [multiagency], agency");
    assert_marked("multiagency", "[multi-agency] [multiagency] multi agency");
    assert_marked("~\"multi-agency teams\"", "[multi-agency team] [multiagency teams] teams");
    assert_marked("agency", "multi-[agency]");
    assert_marked("agency multiagency", "[multi-agency]");
    assert_marked("2011/12", "in [2011/12] and 2011");
}

static void patterns_and_members_of_near(void **state) {
    (void)state;
    assert_marked("safeguarding*", "[safeguarding] safeguard");
    assert_marked("lambth~", "[Lambeth] Lambs");
    assert_marked("a NEAR/2 (b OR \"c d\")", "[a] x [b] [c d] c");
    assert_marked("grade:good a", "[a] good");
}

static void which_words_of_the_query_they_are(void **state) {
    (void)state;
    assert_words("missing care", "[missed]1 [Care]2 x [missing]1", true);
    assert_words("missing missing care", "[missing]1 [care]2", true);
    assert_words("a \"b c\" d* -e", "[d]4 [a]1 e [b c]2 [do]4", true);
    assert_words("\"b c\" b", "[b c]3 [b]2", true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_marked_in_every_form),
        cmocka_unit_test(exact_words_in_their_form_alone),
        cmocka_unit_test(phrases_whole_and_only_where_they_stand),
        cmocka_unit_test(compounds_with_all_their_parts),
        cmocka_unit_test(patterns_and_members_of_near),
        cmocka_unit_test(which_words_of_the_query_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
