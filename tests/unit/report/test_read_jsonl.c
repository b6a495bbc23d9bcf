/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paragraphs a line: which lines are one report, what each key means, and what a bad line costs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/date.h"
#include "indexer/report/jsonl.h"
#include "indexer/report/scale.h"
#include "tests/support/support.h"

enum { REPORTS_MOST = 16 };

typedef struct reading {
    ofs_report *reports[REPORTS_MOST];
    size_t count;
    size_t stop_at; /* visit refuses the report of this number; 0: none */
    ofs_status status;
    ofs_error err;
} reading;

static ofs_status keep(void *context, ofs_report *report, ofs_error *err) {
    reading *r = context;
    (void)err;
    assert_true(r->count < REPORTS_MOST);
    r->reports[r->count++] = report;
    return r->stop_at == r->count ? OFS_E_CANCELLED : OFS_OK;
}

static void read_bytes(reading *r, const void *bytes, size_t size) {
    char *folder = test_temp_dir(), *path = test_format("%s/some.file.jsonl", folder);
    test_write_file(path, bytes, size);
    r->status = ofsi_read_jsonl(path, keep, r, &r->err);
    free(path);
    test_temp_remove(folder);
}

static reading read_text(const char *text) {
    reading r = {0};
    read_bytes(&r, text, strlen(text));
    return r;
}

static void end(reading *r) {
    for (size_t i = 0; i < r->count; i++)
        ofs_report_free(r->reports[i]);
}

static void every_key_is_read(void **state) {
    (void)state;
    reading r = read_text(
        "{\"report\":\"a\",\"title\":\" The \\n title \",\"provider\":\"Ambleford\",\"provider_id\":\"99\","
        "\"inspectorate\":\"Ofsted\",\"lead_inspector\":\"A B\",\"published\":\"2012-05-29\","
        "\"inspected_from\":\"2012-04-10T00:00\",\"inspected_to\":\"2012-04-20\",\"pages\":4,"
        "\"provider_name\":\"Amble\",\"inspection\":\"Visit\",\"overall\":{\"label\":\"C\",\"level\":3,"
        "\"levels\":5},"
        "\"role\":\"summary\","
        "\"section\":[\"Services\",\"Quality\"],\"grade\":\"good\",\"paragraph\":12,\"item\":2,"
        "\"page\":3,\"kind\":\"recommendation\",\"timescale\":\"Within three months\","
        "\"unknown\":{},\"text\":\"One\\ttwo\\r\\n\\nthree\\u0000\"}\n");
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.count, 1);
    const ofs_report *report = r.reports[0];
    assert_string_equal(report->id, "a");
    assert_string_equal(report->title, "The title");
    assert_string_equal(report->provider, "Ambleford");
    assert_string_equal(report->provider_id, "99");
    assert_string_equal(report->provider_name, "Amble");
    assert_string_equal(report->inspection, "Visit");
    assert_string_equal(report->overall.label, "C");
    assert_true(report->overall.level == 3 && report->overall.levels == 5);
    assert_string_equal(report->sections[0].role, "summary");
    assert_string_equal(report->lead_inspector, "A B");
    assert_int_equal(report->published, ofsi_date_from_civil(2012, 5, 29));
    assert_int_equal(report->inspected_from, ofsi_date_from_civil(2012, 4, 10));
    assert_int_equal(report->inspected_to, ofsi_date_from_civil(2012, 4, 20));
    assert_int_equal(report->pages, 4);
    assert_int_equal(report->warning_count, 0);
    assert_int_equal(report->section_count, 1);
    assert_int_equal(report->sections[0].depth, 2);
    assert_string_equal(report->sections[0].path[1], "Quality");
    assert_string_equal(report->sections[0].grade.label, "Good");
    assert_int_equal(report->sections[0].grade.level, 2);
    assert_int_equal(report->sections[0].grade.levels, 4);
    const ofs_paragraph *p = &report->paragraphs[0];
    assert_string_equal(p->number, "12");
    assert_int_equal(p->item, 2);
    assert_int_equal(p->page, 3);
    assert_int_equal(p->kind, OFS_KIND_RECOMMENDATION);
    assert_string_equal(p->timescale, "Within three months");
    assert_string_equal(p->text, "One two\nthree");
    assert_int_equal(p->text_size, strlen(p->text));
    end(&r);
}

static void what_an_earlier_reading_found_is_kept(void **state) {
    (void)state;
    reading r = read_text(
        "{\"report\":\"a\",\"profile\":\"cqc-provider-2014\",\"confidence\":\"medium\",\"has_scale\":true,"
        "\"graded_sections\":7,\"warning_count\":2,\"provider_also\":[\"Old\",7,\"Older\"],\"text\":\"1\"}\n"
        "{\"report\":\"a\",\"profile\":\"cqc-provider-2014\",\"confidence\":\"low\",\"has_scale\":false,"
        "\"graded_sections\":9,\"warning_count\":9,\"provider_also\":[],\"text\":\"2\"}\n"
        "{\"report\":\"b\",\"confidence\":\"sure\",\"has_scale\":\"yes\",\"provider_also\":[],\"text\":\"1\"}"
        "\n"
        "{\"report\":\"c\",\"title\":\"T\",\"paragraph_count\":0}\n"
        "{\"report\":\"d\",\"paragraph_count\":1}\n");
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.count, 3);
    const ofs_report *a = r.reports[0], *b = r.reports[1], *c = r.reports[2];
    assert_string_equal(a->profile, "cqc-provider-2014");
    assert_int_equal(a->confidence, OFS_CONFIDENCE_MEDIUM);
    assert_true(a->has_scale && a->graded_sections == 7 && a->earlier_warnings == 2);
    assert_int_equal(a->provider_also_count, 2);
    assert_string_equal(a->provider_also[1], "Older");
    assert_int_equal(a->warning_count, 1); /* the 7 among names */
    assert_string_equal(b->profile, "jsonl");
    assert_int_equal(b->warning_count, 2);
    assert_true(b->provider_also && b->provider_also_count == 0 && !b->has_scale);
    assert_int_equal(b->confidence, OFS_CONFIDENCE_UNKNOWN);
    assert_string_equal(c->title, "T");
    assert_int_equal(c->paragraph_count, 0);
    assert_int_equal(c->warning_count, 1); /* d, which is no line of any report */
    end(&r);
}

static void names_that_a_line_gives_stand_in_place_of_the_known_ones(void **state) {
    (void)state;
    char *folder = test_temp_dir(), *path = test_format("%s/a.jsonl", folder),
         *table = test_format("%s/names", folder);
    test_write_text(table, "Amble | formerly Eastwick\n");
    test_write_text(path,
                    "{\"report\":\"a\",\"provider\":\"Amble\",\"text\":\"1\"}\n"
                    "{\"report\":\"b\",\"provider\":\"Amble\",\"provider_also\":[],\"text\":\"1\"}\n"
                    "{\"report\":\"c\",\"provider\":\"Amble\",\"provider_also\":\"X\",\"text\":\"1\"}\n");
    reading r = {0};
    ofs_read_options options = {.aliases = table};
    assert_int_equal(ofs_report_read(path, &options, keep, &r, &r.err), OFS_OK);
    assert_int_equal(r.count, 3);
    assert_string_equal(r.reports[0]->provider_also[0], "Eastwick");
    assert_int_equal(r.reports[1]->provider_also_count, 0);
    assert_string_equal(r.reports[2]->provider_also[0], "X");
    end(&r);
    free(path);
    free(table);
    test_temp_remove(folder);
}

static void verbatim_strings_are_taken_as_they_stand(void **state) {
    (void)state;
    reading r = read_text("{\"report\":\" a  o\uFB01ce\",\"verbatim\":true,\"title\":\"Tab\\tbed  title\","
                          "\"text\":\" so\u00ADft \\n\\n  two \"}\n"
                          "{\"report\":\"b\",\"verbatim\":false,\"text\":\" so\u00ADft \\n\\n  two \"}\n"
                          "{\"report\":\"c\",\"verbatim\":true,\"text\":\" a\\u0007  b\\u0085\"}\n");
    assert_int_equal(r.count, 3);
    assert_string_equal(r.reports[0]->id, " a  o\uFB01ce");
    assert_string_equal(r.reports[0]->title, "Tab bed title");
    assert_string_equal(r.reports[0]->paragraphs[0].text, " so\u00ADft \n\n  two ");
    assert_string_equal(r.reports[1]->paragraphs[0].text, "soft\ntwo");
    assert_string_equal(r.reports[2]->paragraphs[0].text, "a b\u2026");
    end(&r);
}

static void a_grade_of_no_level_is_not_looked_up(void **state) {
    (void)state;
    reading r = read_text(
        "{\"report\":\"a\",\"grade\":{\"label\":\"good\",\"level\":0,\"levels\":0},\"text\":\"1\"}\n"
        "{\"report\":\"a\",\"grade\":{\"label\":\"good\"},\"text\":\"2\"}\n");
    assert_int_equal(r.count, 1);
    assert_int_equal(r.reports[0]->section_count, 2);
    assert_string_equal(r.reports[0]->sections[0].grade.label, "good");
    assert_int_equal(r.reports[0]->sections[0].grade.levels, 0);
    assert_int_equal(r.reports[0]->sections[1].grade.levels, 4);
    end(&r);
}

static void consecutive_lines_of_one_id_are_one_report(void **state) {
    (void)state;
    reading r = read_text("{\"report\":\"a\",\"text\":\"1\"}\n{\"report\":\"a\",\"text\":\"2\"}\n\n"
                          "{\"report\":\"b\",\"text\":\"3\"}\n{\"text\":\"4\"}\n{\"text\":\"5\"}\n"
                          "{\"report\":\"a\",\"text\":\"6\"}\n{\"report\":7,\"text\":\"7\"}");
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.count, 6);
    assert_int_equal(r.reports[0]->paragraph_count, 2);
    assert_string_equal(r.reports[1]->id, "b");
    assert_string_equal(r.reports[2]->id, "some.file:5");
    assert_string_equal(r.reports[3]->id, "some.file:6");
    assert_string_equal(r.reports[4]->id, "a");
    assert_int_equal(r.reports[4]->paragraph_count, 1);
    assert_string_equal(r.reports[5]->id, "7");
    assert_int_equal(r.reports[0]->paragraphs[0].section, OFS_NO_SECTION);
    assert_int_equal(r.reports[0]->paragraphs[0].kind, OFS_KIND_STATEMENT);
    end(&r);
}

static void a_section_is_a_path_and_a_grade(void **state) {
    (void)state;
    reading r = read_text(
        "{\"report\":\"a\",\"section\":[\"A\",\"B\"],\"grade\":\"Good\",\"text\":\"1\"}\n"
        "{\"report\":\"a\",\"section\":[\"A\",\"B\"],\"grade\":\"Good\",\"text\":\"2\"}\n"
        "{\"report\":\"a\",\"section\":[\"A\",\"B\"],\"grade\":\"Poor show\",\"text\":\"3\"}\n"
        "{\"report\":\"a\",\"section\":[\"AB\"],\"grade\":{\"label\":\"Weak\",\"level\":5,\"levels\":6},"
        "\"text\":\"4\"}\n"
        "{\"report\":\"a\",\"section\":\"AB\",\"text\":\"5\"}\n"
        "{\"report\":\"a\",\"grade\":\"Good\",\"text\":\"6\"}\n");
    assert_int_equal(r.status, OFS_OK);
    const ofs_report *report = r.reports[0];
    assert_int_equal(report->section_count, 5);
    const uint32_t expected[] = {0, 0, 1, 2, 3, 4};
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(report->paragraphs[i].section, expected[i]);
    assert_string_equal(report->sections[1].grade.label, "Poor show");
    assert_int_equal(report->sections[1].grade.level, 0);
    assert_int_equal(report->sections[2].grade.level, 5);
    assert_int_equal(report->sections[2].grade.levels, 6);
    assert_null(report->sections[3].grade.label);
    assert_int_equal(report->sections[4].depth, 0);
    assert_int_equal(report->sections[4].grade.level, 2);
    end(&r);
}

static void a_bad_line_costs_a_warning_and_no_more(void **state) {
    (void)state;
    reading r = read_text(
        "{oops\n{\"report\":\"a\",\"text\":\"1\",\"page\":-1,\"published\":\"2012-02-30\"}\n[1]\n"
        "{\"report\":\"a\"}\n{\"report\":\"a\",\"text\":\" \"}\n{\"report\":\"a\",\"text\":\"2\"}\n");
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.reports[0]->paragraph_count, 2);
    assert_int_equal(r.reports[0]->warning_count, 6);
    const char *const expected[] = {"line 1 ",        "line 2: \"published\"", "line 2: \"page\"",
                                    "line 3 is left", "line 4 is left",        "line 5 is left"};
    for (uint32_t i = 0; i < 6; i++)
        assert_non_null(strstr(r.reports[0]->warnings[i], expected[i]));
    assert_int_equal(r.reports[0]->published, OFS_NO_DATE);
    end(&r);
}

/* Lines are counted over all reports of the file, and told of by the last one alone. */
static void the_last_report_tells_what_is_left_out_of_the_file(void **state) {
    (void)state;
    reading r =
        read_text("{\"report\":\"a\",\"text\":\"1\"}\n{\"report\":\"a\",\"txt\":\"2\"}\n"
                  "{\"report\":\"b\",\"text\":\"3\",\"page\":-1}\n\n{\"report\":\"b\",\"text\":\"trunc");
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.count, 2);
    assert_null(r.reports[0]->left_out);
    assert_string_equal(r.reports[1]->left_out,
                        "2 lines are left out, the first is line 2: it has no \"text\"");
    end(&r);
    r = read_text("[1]\n{\"text\":\"1\"}\n");
    assert_string_equal(r.reports[0]->left_out, "line 1 is left out: it is not a JSON object");
    end(&r);
    r = read_text("{\"text\":\"1\",\"page\":-1}\n");
    assert_int_equal(r.reports[0]->warning_count, 1);
    assert_null(r.reports[0]->left_out);
    end(&r);
}

static void a_file_without_a_good_line_is_refused(void **state) {
    (void)state;
    reading r = read_text("<html>\n</html>\n");
    assert_int_equal(r.status, OFS_E_INPUT);
    assert_non_null(strstr(r.err.message, "line 1"));
    r = read_text("\n \r\n");
    assert_int_equal(r.status, OFS_E_INPUT);
    assert_non_null(strstr(r.err.message, "is empty"));
    r = read_text("");
    assert_int_equal(r.status, OFS_E_INPUT);
}

static void warnings_past_a_hundred_are_counted(void **state) {
    (void)state;
    char text[200 * 4 + 64] = "{\"report\":\"a\",\"text\":\"1\"}\n";
    for (int i = 0; i < 200; i++)
        strcat(text, "[1]\n");
    reading r = read_text(text);
    assert_int_equal(r.reports[0]->warning_count, 101);
    assert_non_null(strstr(r.reports[0]->warnings[100], "100 more"));
    end(&r);
}

static void foreign_bytes_are_recovered(void **state) {
    (void)state;
    reading r =
        read_text("\xEF\xBB\xBF{\"report\":\"a\",\"text\":\"1\"}\n{\"report\":\"b\",\"text\":\"caf\xE9\"}\n");
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.count, 2);
    assert_int_equal(r.reports[0]->warning_count, 0);
    assert_string_equal(r.reports[1]->paragraphs[0].text, "caf\xC3\xA9");
    assert_non_null(strstr(r.reports[1]->warnings[0], "line 2"));
    end(&r);
}

static void a_line_over_the_limit_is_passed_over(void **state) {
    (void)state;
    static const char before[] = "{\"report\":\"a\",\"text\":\"1\"}\n{\"report\":\"a\",\"text\":\"";
    static const char after[] = "\"}\n{\"report\":\"a\",\"text\":\"3\"}\n";
    size_t body = OFSI_JSONL_LINE_MOST, size = strlen(before) + body + strlen(after);
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memcpy(bytes, before, strlen(before));
    memset(bytes + strlen(before), 'x', body);
    memcpy(bytes + strlen(before) + body, after, strlen(after));
    reading r = {0};
    read_bytes(&r, bytes, size);
    assert_int_equal(r.status, OFS_OK);
    assert_int_equal(r.reports[0]->paragraph_count, 2);
    assert_string_equal(r.reports[0]->paragraphs[1].text, "3");
    assert_non_null(strstr(r.reports[0]->warnings[0], "line 2 is left out: longer than the limit"));
    end(&r);
    r = (reading){0};
    read_bytes(&r, bytes + strlen(before) - 1, body); /* one long line and nothing else */
    assert_int_equal(r.status, OFS_E_INPUT);
    free(bytes);
}

static void a_visitor_can_stop_the_reading(void **state) {
    (void)state;
    reading r = {.stop_at = 2};
    static const char text[] = "{\"text\":\"1\"}\n{\"text\":\"2\"}\n{\"text\":\"3\"}\n";
    read_bytes(&r, text, strlen(text));
    assert_int_equal(r.status, OFS_E_CANCELLED);
    assert_int_equal(r.count, 2);
    end(&r);
}

static ofs_grade grade_of(const char *inspectorate, const char *label) {
    ofs_grade grade = {0};
    (void)ofsi_scale_grade(ofsi_span_of(inspectorate), ofsi_span_of(label), &grade);
    return grade;
}

static void grades_stand_on_their_inspectorates_scale(void **state) {
    (void)state;
    static const struct {
        const char *inspectorate, *label;
        uint8_t level, levels;
    } cases[] = {
        {"", "OUTSTANDING", 1, 4},
        {NULL, "requires improvement to be good", 3, 4},
        {"Ofsted", "Adequate", 3, 4},
        {"Ofsted", "Satisfactory", 3, 4},
        {"Ofsted", "Inadequate", 4, 4},
        {"Ofsted", "Needs attention", 4, 5},
        {"HM Inspectorate of Prisons", "Good", 1, 4},
        {"HM Inspectorate of Prisons", "Outstanding", 0, 0},
        {"HMICFRS", "Adequate", 3, 5},
        {"Care Inspectorate", "Adequate", 4, 6},
        {"Care Inspectorate Wales", "Poor", 4, 4},
        {"HIQA", "Not compliant", 3, 3},
        {"CQC", "Requires improvement", 3, 4},
        {"", "Not judged", 0, 0},
        {"", "", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ofs_grade grade = grade_of(cases[i].inspectorate, cases[i].label);
        assert_int_equal(grade.level, cases[i].level);
        assert_int_equal(grade.levels, cases[i].levels);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_an_earlier_reading_found_is_kept),
        cmocka_unit_test(names_that_a_line_gives_stand_in_place_of_the_known_ones),
        cmocka_unit_test(verbatim_strings_are_taken_as_they_stand),
        cmocka_unit_test(a_grade_of_no_level_is_not_looked_up),
        cmocka_unit_test(consecutive_lines_of_one_id_are_one_report),
        cmocka_unit_test(a_section_is_a_path_and_a_grade),
        cmocka_unit_test(a_bad_line_costs_a_warning_and_no_more),
        cmocka_unit_test(the_last_report_tells_what_is_left_out_of_the_file),
        cmocka_unit_test(a_file_without_a_good_line_is_refused),
        cmocka_unit_test(warnings_past_a_hundred_are_counted),
        cmocka_unit_test(foreign_bytes_are_recovered),
        cmocka_unit_test(a_line_over_the_limit_is_passed_over),
        cmocka_unit_test(a_visitor_can_stop_the_reading),
        cmocka_unit_test(grades_stand_on_their_inspectorates_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
