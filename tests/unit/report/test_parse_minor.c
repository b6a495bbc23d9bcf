/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists by their place on the page: bullets under bullets; short lines that part a list are headings at its edge. */
#include "tests/unit/report/mini_pdf.h"
#include "tests/unit/report/parse_text.h"

enum { PAGE_BYTES = 4000 };

typedef struct printed {
    int x, y;
    const char *text; /* of a PDF string; a line that begins with `!` is bold and larger */
} printed;

static ofs_report *print_pages(const printed *lines, const printed *more) {
    char pages[2][PAGE_BYTES];
    const printed *of[] = {lines, more};
    for (int p = 0; p < 2; p++) {
        size_t used = 0;
        pages[p][0] = '\0';
        for (const printed *l = of[p]; l && l->text && used < PAGE_BYTES; l++) {
            bool bold = l->text[0] == '!';
            used +=
                (size_t)snprintf(pages[p] + used, PAGE_BYTES - used, "BT /F%d %d Tf %d %d Td (%s) Tj ET\n",
                                 bold ? 2 : 1, bold ? 14 : 12, l->x, l->y, l->text + bold);
        }
        assert_true(used < PAGE_BYTES);
    }
    char *directory = test_temp_dir(), *path = test_format("%s/report.pdf", directory);
    mini_pdf(path, "", (const char *const[]){pages[0], more ? pages[1] : NULL, NULL});
    ofs_report *report = read_report(path, "ofsted-single-inspection-2013");
    free(path);
    test_temp_remove(directory);
    return report;
}

static void assert_in(const ofs_report *report, const char *number, const char *path, const char *text) {
    const ofs_paragraph *unit = unit_of(report, number, OFS_KIND_RECOMMENDATION);
    assert_section(report, unit, path, NULL);
    assert_string_equal(unit->text, text);
}

static void a_short_line_at_the_edge_of_a_list_is_a_heading(void **state) {
    (void)state;
    static const printed first[] = {
        {70, 790, "!Inspection of Ashcombe"},
        {70, 760, "!The local authority"},
        {70, 730, "!What does the local authority need to improve?"},
        {70, 700, "!Areas for improvement"},
        {70, 675, "Workforce"},
        {70, 650, "1."},
        {95, 650, "Recruit enough social workers so that nobody has"},
        {95, 636, "more children to look after than is safe."},
        {70, 611, "2."},
        {95, 611, "Train them and"},
        {95, 597, "keep them."},
        /* no more room above it than between the lines of an item */
        {70, 583, "Help and protection"},
        {70, 558, "3."},
        {95, 558, "Visit every child in good time, and write down what"},
        {95, 544, "the child has said."},
        {0, 0, NULL},
    };
    static const printed second[] = {
        {70, 760, "Care leavers"},
        {70, 735, "4."},
        {95, 735, "Help every young person to find a home that is safe"},
        {95, 721, "Ashcombe"},
        {95, 707, "and near to friends."},
        {0, 0, NULL},
    };
    ofs_report *report = print_pages(first, second);
#define LIST "The local authority > What does the local authority need to improve? > Areas for improvement > "
    assert_in(report, "1", LIST "Workforce",
              "Recruit enough social workers so that nobody has more children to look after than is safe.");
    assert_in(report, "2", LIST "Workforce", "Train them and keep them.");
    assert_in(report, "3", LIST "Help and protection",
              "Visit every child in good time, and write down what the child has said.");
    assert_in(report, "4", LIST "Care leavers",
              "Help every young person to find a home that is safe Ashcombe and near to friends.");
#undef LIST
    assert_int_equal(report->section_count, 3);
    assert_string_equal(report->sections[2].role, "recommendations");
    ofs_report_free(report);
}

static void what_leads_into_bullets_stays_text(void **state) {
    (void)state;
    static const printed lines[] = {
        {70, 790, "!Inspection of Ashcombe"},
        {70, 760, "!The local authority"},
        {70, 730, "!Summary of findings"},
        {70, 700, "!The LSCB is good because"},
        {70, 672, "Members of the board agree that in the last two years"},
        {70, 658, "they have done these things"},
        {70, 633, "\\225"},
        {85, 633, "They have met each month in the same room, and"},
        {85, 619, "nobody stayed away."},
        {70, 594, "\\225"},
        {85, 594, "They have written a plan, which says who does"},
        {85, 580, "what and until when."},
        {70, 555, "Partnership working"},
        {70, 530, "\\225"},
        {85, 530, "They know each other well by now and talk."},
        {0, 0, NULL},
    };
    ofs_report *report = print_pages(lines, NULL);
    assert_int_equal(report->section_count, 2);
    assert_int_equal(report->paragraph_count, 4);
    assert_string_equal(report->paragraphs[0].text,
                        "Members of the board agree that in the last two years they have done these things");
    assert_section(report, &report->paragraphs[2],
                   "The local authority > Summary of findings > The LSCB is good because", NULL);
    assert_section(
        report, &report->paragraphs[3],
        "The local authority > Summary of findings > The LSCB is good because > Partnership working", NULL);
    ofs_report_free(report);
}

static void bullets_under_a_bullet_are_its_own(void **state) {
    (void)state;
    static const printed lines[] = {
        {70, 790, "!Inspection of Ashcombe"},
        {70, 760, "!The local authority"},
        {70, 730, "!Information about this local authority area"},
        {70, 700, "\\225"},
        {85, 700, "In all 118 children are looked after by the council, which"},
        {85, 686, "is a few more than a year ago. Of this number:"},
        {95, 672, "-"},
        {110, 672, "41 live outside the area"},
        {95, 658, "-"},
        {110, 658, "nine live with their parents."},
        {70, 644, "\\225"},
        {85, 644, "In the last 12 months"},
        {95, 630, "\\225"},
        {110, 630, "there have been six adoptions."},
        {70, 616, "\\225"},
        {85, 616, "The council has three homes of its own."},
        {0, 0, NULL},
    };
    ofs_report *report = print_pages(lines, NULL);
    assert_int_equal(report->paragraph_count, 3);
    assert_string_equal(
        report->paragraphs[0].text,
        "In all 118 children are looked after by the council, which is a few more than a year ago. Of "
        "this number:\n\xE2\x80\x93 41 live outside the area\n\xE2\x80\x93 nine live with their parents.");
    assert_string_equal(report->paragraphs[1].text,
                        "In the last 12 months\n\xE2\x80\x93 there have been six adoptions.");
    assert_string_equal(report->paragraphs[2].text, "The council has three homes of its own.");
    ofs_report_free(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_line_at_the_edge_of_a_list_is_a_heading),
        cmocka_unit_test(what_leads_into_bullets_stays_text),
        cmocka_unit_test(bullets_under_a_bullet_are_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
