/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles: the built-in ones load, a user's file is used, and a slip of the pen is named with its line. */
#include "indexer/report/builtin.h"
#include "indexer/report/profile.h"
#include "tests/unit/report/parse_text.h"

static ofs_status load(const char *yaml, ofsi_profile *profile, ofsi_arena *arena, ofs_error *err) {
    return ofsi_profile_load(ofsi_span_of(yaml), "mine.yaml", arena, profile, err);
}

static void expect_error(const char *yaml, const char *message) {
    ofsi_arena arena = {0};
    ofsi_profile profile;
    ofs_error err = {0};
    assert_int_equal(load(yaml, &profile, &arena, &err), OFS_E_INPUT);
    if (!strstr(err.message, message))
        test_die("\"%s\" does not say \"%s\"", err.message, message);
    ofsi_arena_free(&arena);
}

static void the_built_in_profiles_load(void **state) {
    (void)state;
    uint32_t count = 0, without_cue = 0;
    for (const ofsi_builtin_profile *row = ofsi_builtin_profiles; row->name; row++, count++) {
        ofsi_arena arena = {0};
        ofsi_profile profile;
        ofs_error err = {0};
        ofs_status status = ofsi_profile_load((ofsi_span){(const char *)row->data, row->size}, row->name,
                                              &arena, &profile, &err);
        if (status != OFS_OK)
            test_die("%s", err.message);
        assert_string_equal(profile.id, row->name);
        /* What the list, filters and counts of an index show of every report, wherever its layout can tell it. */
        if (profile.cue_count && !profile.inspection_count)
            test_die("%s has no inspection: what such an inspection is called", row->name);
        if (profile.scale_count && profile.expected.count && !profile.whole.count)
            test_die("%s has no judgements: whole: which of its judgements grades the whole report",
                     row->name);
        without_cue += profile.cue_count == 0;
        ofsi_arena_free(&arena);
    }
    assert_true(count >= 8);
    assert_int_equal(without_cue, 1);
}

static void every_part_of_a_profile_is_read(void **state) {
    (void)state;
    ofsi_arena arena = {0};
    ofsi_profile profile;
    ofs_error err = {0};
    const char *yaml = "id: mine\n"
                       "inspectorate: The Board\n"
                       "years: {first: 2001, last: 2003}\n"
                       "precedence: 7\n"
                       "recognise:\n"
                       "  - title: \"Review of *\"\n"
                       "  - heading: Our findings\n"
                       "scale:\n"
                       "  - {label: Fine, printed: 3, also: [very fine]}\n"
                       "  - {label: Poor, printed: 1, verbs: fails}\n"
                       "numbering: numbered\n"
                       "grades: [below, table]\n"
                       "provider: above-title\n"
                       "headings:\n"
                       "  - {text: [Our Findings, What we found], level: 2, role: findings, notes: true}\n";
    assert_int_equal(load(yaml, &profile, &arena, &err), OFS_OK);
    assert_string_equal(profile.inspectorate, "The Board");
    assert_int_equal(profile.first_year, 2001);
    assert_int_equal(profile.last_year, 2003);
    assert_int_equal(profile.precedence, 7);
    assert_int_equal(profile.cue_count, 2);
    assert_int_equal(profile.cues[1].place, OFSI_CUE_HEADING);
    assert_int_equal(profile.scale_count, 2);
    assert_int_equal(profile.scale[0].aliases.count, 2);
    assert_int_equal(profile.scale[0].printed, 3);
    assert_int_equal(profile.scale[1].verbs.count, 1);
    assert_int_equal(profile.numbering, OFSI_NUMBERED);
    assert_int_equal(profile.grade_places, OFSI_GRADE_BELOW | OFSI_GRADE_TABLE);
    assert_int_equal(profile.provider_place, OFSI_PROVIDER_ABOVE_TITLE);
    assert_int_equal(profile.headings[0].texts.count, 2);
    assert_int_equal(profile.headings[0].level, 2);
    assert_true(profile.headings[0].notes);
    assert_string_equal(profile.headings[0].role, "findings");
    ofsi_arena_free(&arena);
}

static void slips_are_named_with_their_line(void **state) {
    (void)state;
    expect_error("id: mine\nscal: []\n", "mine.yaml:2: there is no key scal");
    expect_error("id: mine\nid: yours\n", "mine.yaml:2: there is twice the key id");
    expect_error("precedence: 3\n", "mine.yaml:1: missing is the key id");
    expect_error("id: mine\n\nnumbering: some\n", "mine.yaml:3: numbering is one of");
    expect_error("id: mine\ngrades: [above]\n", "mine.yaml:2: a place of grades is one of");
    expect_error("id: mine\nprovider: beside\n", "mine.yaml:2: provider is one of");
    expect_error("id: mine\nprecedence: -3\n", "mine.yaml:2: a number from 0 to 9999");
    expect_error("id: mine\nprecedence: 99999\n", "mine.yaml:2: a number from 0 to 9999");
    expect_error("id: mine\nheadings:\n  - {text: A, level: 9}\n",
                 "mine.yaml:3: a level is a number from 1 to 6");
    expect_error("id: mine\nheadings:\n  - {text: A}\n", "mine.yaml:3: missing is the key level");
    expect_error("id: mine\nheadings: {text: A}\n", "mine.yaml:2: a list is needed here");
    expect_error("id: mine\nrecognise:\n  - cover: x\n", "mine.yaml:3: a cue is one of");
    expect_error("id: mine\nrecognise:\n  - {title: x, text: y}\n", "mine.yaml:3: a cue is one of");
    expect_error("id: mine\nlabels: {published: {a: b}}\n", "mine.yaml:2: a text is needed here");
    expect_error("id: mine\nheadings:\n  - {text: A, level: 1, notes: maybe}\n",
                 "mine.yaml:3: true or false");
    expect_error("id: [\n", "mine.yaml:");
    expect_error("", "mine.yaml:1: the file is empty");
    expect_error("- a\n", "mine.yaml:1: a map of keys and values");
    expect_error("id: '   '\ncontents: '  '\n", "mine.yaml:2: a text with more than blanks");
}

static void a_list_has_a_limit(void **state) {
    (void)state;
    size_t size = 64 + 2001 * 3;
    char *yaml = malloc(size);
    assert_non_null(yaml);
    size_t used = (size_t)snprintf(yaml, size, "id: mine\ncontents: [");
    for (int i = 0; i < 2001; i++)
        used += (size_t)snprintf(yaml + used, size - used, "%sa", i ? "," : "");
    (void)snprintf(yaml + used, size - used, "]\n");
    expect_error(yaml, "mine.yaml:2: a list may have 2000 entries at most");
    free(yaml);
}

static void a_users_file_is_used(void **state) {
    (void)state;
    char *directory = test_temp_dir();
    char *profile = test_format("%s/board.yaml", directory), *text = test_format("%s/r.txt", directory);
    test_write_text(profile, "id: board\ninspectorate: The Board\n"
                             "scale:\n  - {label: Fine}\n  - {label: Poor}\ngrades: [below]\n"
                             "headings:\n  - {text: Our findings, level: 1}\n");
    test_write_text(text,
                    "Review of Somewhere\n\nOur findings\n\nPoor\n\nNothing was found to be well kept.\n");
    ofs_report *report = read_report(text, profile);
    assert_string_equal(report->profile, "board");
    assert_string_equal(report->inspectorate, "The Board");
    assert_int_equal(report->section_count, 1);
    assert_string_equal(report->sections[0].grade.label, "Poor");
    assert_int_equal(report->sections[0].grade.level, 2);
    assert_int_equal(report->sections[0].grade.levels, 2);
    ofs_report_free(report);
    free(profile);
    free(text);
    test_temp_remove(directory);
}

static void an_unknown_profile_is_named_with_the_known_ones(void **state) {
    (void)state;
    char *directory = test_temp_dir();
    char *text = test_format("%s/r.txt", directory);
    test_write_text(text, "Words enough.\n");
    ofs_report *report = NULL;
    ofs_error err = {0};
    ofs_read_options options = {.profile = "nonesuch"};
    assert_int_equal(ofs_report_read(text, &options, keep_report, &report, &err), OFS_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "nonesuch"));
    assert_non_null(strstr(err.message, "generic"));
    options.profile = "/no/such/file.yaml";
    assert_int_equal(ofs_report_read(text, &options, keep_report, &report, &err), OFS_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "/no/such/file.yaml"));
    assert_null(report);
    free(text);
    test_temp_remove(directory);
}

static void the_cue_is_told(void **state) {
    (void)state;
    ofs_report *report =
        parse_text("Joint targeted area inspection of Somewhere\n\nDear partners\n\nWords.\n", ".txt", NULL);
    assert_string_equal(report->profile, "joint-targeted-area-2016");
    assert_string_equal(report->profile_cue, "joint targeted area inspection of*");
    ofs_report_free(report);
    report = parse_text("Minutes of a meeting\n\nWords.\n", ".txt", NULL);
    assert_string_equal(report->profile, "generic");
    assert_null(report->profile_cue);
    ofs_report_free(report);
}

static void title_patterns_capture_words(void **state) {
    (void)state;
    uint32_t first, words;
    ofsi_span pattern = ofsi_span_of("inspection of {provider} local authority");
    assert_true(ofsi_title_fits(pattern, ofsi_span_of("inspection of bury local authority"), &first, &words));
    assert_int_equal(first, 2);
    assert_int_equal(words, 1);
    assert_true(ofsi_title_fits(pattern, ofsi_span_of("inspection of isle of wight local authority"), &first,
                                &words));
    assert_int_equal(words, 3);
    assert_false(ofsi_title_fits(pattern, ofsi_span_of("inspection of local authority"), &first, &words));
    assert_false(ofsi_title_fits(pattern, ofsi_span_of("review of bury local authority"), &first, &words));
    ofsi_span open = ofsi_span_of("*visit to {provider} services*");
    assert_true(
        ofsi_title_fits(open, ofsi_span_of("after our visit to stoke services on monday"), &first, &words));
    assert_int_equal(first, 4);
    assert_int_equal(words, 1);
    ofsi_span last = ofsi_span_of("inspection of {provider}");
    assert_true(ofsi_title_fits(last, ofsi_span_of("inspection of bury"), &first, &words));
    assert_int_equal(words, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_profiles_load),
        cmocka_unit_test(every_part_of_a_profile_is_read),
        cmocka_unit_test(slips_are_named_with_their_line),
        cmocka_unit_test(a_list_has_a_limit),
        cmocka_unit_test(a_users_file_is_used),
        cmocka_unit_test(an_unknown_profile_is_named_with_the_known_ones),
        cmocka_unit_test(the_cue_is_told),
        cmocka_unit_test(title_patterns_capture_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
