/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Lambeth report of 2012, a converted text whose page breaks cut paragraphs in two: every figure of it.
 */
#include "tests/unit/report/parse_text.h"

static ofs_report *read_lambeth(void) {
    const char *corpus = test_corpus();
    if (!corpus) {
        print_message("skipped: the corpus of real reports is not on this machine\n");
        skip();
    }
    char *path = test_format("%s/reports/lambeth-safeguarding-looked-after-2012.txt", corpus);
    ofs_report *report = read_report(path, NULL);
    free(path);
    return report;
}

static void its_title_block(void **state) {
    (void)state;
    ofs_report *report = read_lambeth();
    assert_string_equal(report->id, "lambeth-safeguarding-looked-after-2012");
    assert_string_equal(report->profile, "ofsted-safeguarding-2009");
    assert_string_equal(report->title, "Inspection of safeguarding and looked after children services");
    assert_string_equal(report->provider, "London Borough of Lambeth");
    assert_string_equal(report->inspectorate, "Ofsted");
    assert_string_equal(report->lead_inspector, "Karen McKeown");
    assert_date(report->inspected_from, "2012-04-10");
    assert_date(report->inspected_to, "2012-04-20");
    assert_date(report->published, "2012-05-29");
    assert_int_equal(report->pages, 0);
    assert_int_equal(report->warning_count, 0);
    ofs_report_free(report);
}

static void paragraphs_1_to_125_in_order(void **state) {
    (void)state;
    ofs_report *report = read_lambeth();
    uint32_t next = 1;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        if (p->kind != OFS_KIND_PARAGRAPH)
            continue;
        char number[8];
        (void)snprintf(number, sizeof number, "%u", next++);
        assert_string_equal(p->number, number);
        assert_int_equal(p->item, 0);
        assert_int_equal(p->page, 0);
        assert_true(p->section < report->section_count);
    }
    assert_int_equal(next, 126);
    assert_int_equal(count_kind(report, OFS_KIND_STATEMENT), 0);
    ofs_report_free(report);
}

static void paragraphs_that_a_page_break_cut_are_whole(void **state) {
    (void)state;
    static const struct {
        const char *number, *first, *seam, *last;
    } healed[] = {
        {"27", "The screening and response to domestic abuse", "victims of domestic abuse, has a worker",
         "meet the criteria are referred appropriately."},
        {"32", "The Ofsted children's services assessment 2011",
         "in August 2011 as being good or outstanding", "good or outstanding for staying safe."},
        {"36", "Almost all child protection conferences", "where appropriate, children are encouraged",
         "sent out shortly after the conferences."},
        {"46", "Acute hospital services are provided", "emergency departments with effective systems",
         "know if they are on a child protection plan."},
        {"90", "Outcomes for enjoying and achieving are good.", "London average for looked after children",
         "neighbours and national levels of attainment."},
        {"106", "Children who are in care benefit", "who met inspectors were clear about the care plans",
         "remain in, or return to, the community."},
        {"110", "Good quality legal advice", "Where court intervention to protect children",
         "proceedings to among the highest in London."},
        {"122", "Outcomes for looked after children and young people",
         "know how to complain and the outcomes of", "are used to inform service development."},
    };
    ofs_report *report = read_lambeth();
    for (size_t i = 0; i < sizeof healed / sizeof healed[0]; i++) {
        const ofs_paragraph *p = unit_of(report, healed[i].number, OFS_KIND_PARAGRAPH);
        size_t last = strlen(healed[i].last);
        assert_true(strncmp(p->text, healed[i].first, strlen(healed[i].first)) == 0);
        assert_non_null(strstr(p->text, healed[i].seam));
        assert_true(p->text_size > last && strcmp(p->text + p->text_size - last, healed[i].last) == 0);
        assert_null(strchr(p->text, '\n'));
    }
    ofs_report_free(report);
}

static void twenty_graded_sections(void **state) {
    (void)state;
#define SAFE     "Safeguarding services > "
#define CARE     "Services for looked after children > "
#define OUTCOMES CARE "How good are outcomes for looked after children and care leavers? > "
    static const struct {
        const char *path, *grade;
    } wanted[] = {
        {SAFE "Overall effectiveness", "Outstanding"},
        {SAFE "Capacity for improvement", "Outstanding"},
        {SAFE "Safeguarding outcomes for children and young people > Children and young people are safe and "
              "feel safe",
         "Good"},
        {SAFE "Quality of provision", "Good"},
        {SAFE "The contribution of health agencies to keeping children and young people safe", "Good"},
        {SAFE "Ambition and prioritisation", "Outstanding"},
        {SAFE "Leadership and management", "Outstanding"},
        {SAFE "Performance management and quality assurance", "Outstanding"},
        {SAFE "Partnership working", "Outstanding"},
        {CARE "Overall effectiveness", "Outstanding"},
        {CARE "Capacity for improvement", "Outstanding"},
        {OUTCOMES "Being healthy", "Good"},
        {OUTCOMES "Staying safe", "Outstanding"},
        {OUTCOMES "Enjoying and Achieving", "Good"},
        {OUTCOMES "Making a positive contribution, including user engagement", "Outstanding"},
        {OUTCOMES "Economic well-being", "Outstanding"},
        {CARE "Quality of provision", "Outstanding"},
        {CARE "Ambition and prioritisation", "Outstanding"},
        {CARE "Leadership and management", "Outstanding"},
        {CARE "Performance management and quality assurance", "Outstanding"},
    };
    ofs_report *report = read_lambeth();
    size_t graded = 0;
    for (uint32_t i = 0; i < report->section_count; i++) {
        const ofs_section *s = &report->sections[i];
        char path[512];
        if (!s->grade.label)
            continue;
        assert_true(graded < sizeof wanted / sizeof wanted[0]);
        assert_string_equal(path_text(s->path, s->depth, path, sizeof path), wanted[graded].path);
        assert_string_equal(s->grade.label, wanted[graded].grade);
        assert_int_equal(s->grade.level, s->grade.label[0] == 'O' ? 1 : 2);
        assert_int_equal(s->grade.levels, 4);
        graded++;
    }
    assert_int_equal(graded, 20);
    assert_section(report, unit_of(report, "1", OFS_KIND_PARAGRAPH), "About this inspection", NULL);
    assert_section(report, unit_of(report, "4", OFS_KIND_PARAGRAPH), "Service information", NULL);
    ofs_report_free(report);
}

static void twenty_two_judgements_in_its_table(void **state) {
    (void)state;
    ofs_report *report = read_lambeth();
    char path[512];
    uint32_t outstanding = 0;
    assert_int_equal(report->judgement_count, 22);
    for (uint32_t i = 0; i < 22; i++)
        outstanding += strcmp(report->judgements[i].grade.label, "Outstanding") == 0;
    assert_int_equal(outstanding, 17);
    const ofs_judgement *row = &report->judgements[9];
    assert_string_equal(path_text(row->path, row->depth, path, sizeof path), SAFE "Equality and diversity");
    row = &report->judgements[14];
    assert_string_equal(path_text(row->path, row->depth, path, sizeof path),
                        OUTCOMES "Enjoying and achieving");
    assert_string_equal(row->grade.label, "Good");
    ofs_report_free(report);
}

static void eleven_recommendations(void **state) {
    (void)state;
    ofs_report *report = read_lambeth();
    static const struct {
        const char *number, *timescale, *begins;
        uint32_t item;
    } wanted[] = {
        {"20", "Within three months", "review existing systems", 1},
        {"20", "Within three months", "improve the consistency", 2},
        {"20", "Within three months", "strengthen the use", 3},
        {"20", "Within six months", "establish a process", 4},
        {"20", "Within six months", "increase the level", 5},
        {"20", "Within six months", "ensure that the reasons", 6},
        {"20", "Within six months", "Guy's and St Thomas'", 7},
        {"20", "Within six months", "Kings College", 8},
        {"74", "Within three months", "Guy's and St Thomas'", 1},
        {"74", "Within six months", "extend the positive", 2},
        {"74", "Within six months", "Guy's and St Thomas'", 3},
    };
    size_t n = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        if (p->kind != OFS_KIND_RECOMMENDATION)
            continue;
        assert_true(n < 11);
        assert_string_equal(p->number, wanted[n].number);
        assert_int_equal(p->item, wanted[n].item);
        assert_string_equal(p->timescale, wanted[n].timescale);
        assert_true(strncmp(p->text, wanted[n].begins, strlen(wanted[n].begins)) == 0);
        n++;
    }
    assert_int_equal(n, 11);
    assert_non_null(
        strstr(unit_of(report, "20", OFS_KIND_PARAGRAPH)->text, "should take the following action."));
    assert_section(report, unit_of(report, "20", OFS_KIND_RECOMMENDATION), SAFE "Capacity for improvement",
                   "Outstanding");
    assert_section(report, unit_of(report, "74", OFS_KIND_RECOMMENDATION),
                   CARE "Capacity for improvement > Areas for improvement", NULL);
    ofs_report_free(report);
}

static void bullets_and_legend(void **state) {
    (void)state;
    ofs_report *report = read_lambeth();
    const char *text = unit_of(report, "2", OFS_KIND_PARAGRAPH)->text;
    uint32_t bullets = 0, legends = 0;
    for (const char *at = text; (at = strstr(at, "\n\xE2\x80\xA2 ")); at++)
        bullets++;
    assert_int_equal(bullets, 5);
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        bool legend = p->kind == OFS_KIND_NOTE && strstr(p->text, "(Grade ");
        legends += legend;
        if (legend)
            assert_section(report, p, "The inspection judgements and what they mean", NULL);
    }
    assert_int_equal(legends, 4);
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_title_block),
        cmocka_unit_test(paragraphs_1_to_125_in_order),
        cmocka_unit_test(paragraphs_that_a_page_break_cut_are_whole),
        cmocka_unit_test(twenty_graded_sections),
        cmocka_unit_test(twenty_two_judgements_in_its_table),
        cmocka_unit_test(eleven_recommendations),
        cmocka_unit_test(bullets_and_legend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
