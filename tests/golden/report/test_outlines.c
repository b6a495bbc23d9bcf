/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every outline under outlines/ was compared with its report's pages (their text as another program gives it, their picture
 * where that left a doubt); the parser must still read that report so: metadata, sections with role, grade, numbers, units and
 * pages, the report's own judgements, doubts. A file is named like its report; lines that begin with '#' are the reader's
 * remarks ("# known: ..." is a fault that is left).
 *
 * To write or renew one after reading the report: OFS_GOLDEN_WRITE=<report's name without suffix, or all> with this
 * program under ctest (ctest -R test_outlines). Remarks are kept; "all" renews those that are there and adds none.
 */
#include <dirent.h>
#include <time.h>

#include "tests/unit/report/parse_text.h"

typedef struct page_text {
    char *data;
    size_t size;
    FILE *file;
} page_text;

static void print_day(FILE *out, const char *name, ofs_date first, ofs_date last) {
    char text[2][16] = {"-", "-"};
    ofs_date days[] = {first, last};
    for (int i = 0; i < 2; i++)
        if (days[i] != OFS_NO_DATE) {
            time_t seconds = (time_t)days[i] * 86400;
            struct tm day;
            strftime(text[i], sizeof text[i], "%F", gmtime_r(&seconds, &day));
        }
    fprintf(out, "%s: %s%s%s\n", name, text[0], first == last ? "" : " to ", first == last ? "" : text[1]);
}

static void print_grade(FILE *out, ofs_grade grade) {
    if (grade.label)
        fprintf(out, " | %s %u/%u", grade.label, grade.level, grade.levels);
    else
        fputs(" | -", out);
}

static void print_path(FILE *out, const char *const *path, uint32_t depth) {
    for (uint32_t d = 0; d < depth; d++)
        fprintf(out, "%s%s", d ? " > " : "", path[d]);
}

/* Numbers, units by kind and pages of one section's units. */
static void print_units(FILE *out, const ofs_report *report, uint32_t section) {
    const char *first = NULL, *last = NULL;
    uint32_t kinds[OFS_KIND_COUNT] = {0}, first_page = 0, last_page = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        if (p->section != section)
            continue;
        kinds[p->kind]++;
        first = first ? first : p->number;
        last = p->number ? p->number : last;
        first_page = first_page ? first_page : p->page;
        last_page = p->page;
    }
    if (first)
        fprintf(out, " | no. %s-%s", first, last);
    for (int k = 0; k < OFS_KIND_COUNT; k++)
        if (kinds[k])
            fprintf(out, " | %u %s", kinds[k], ofs_kind_name((ofs_kind)k));
    fprintf(out, " | p. %u-%u\n", first_page, last_page);
}

static void print_report(FILE *out, const ofs_report *report) {
    fprintf(out, "profile: %s\ntitle: %s\n", report->profile, report->title ? report->title : "-");
    fprintf(out, "provider: %s\n", report->provider ? report->provider : "-");
    print_day(out, "inspected", report->inspected_from, report->inspected_to);
    print_day(out, "published", report->published, report->published);
    fprintf(out, "lead inspector: %s\npages: %u\n", report->lead_inspector ? report->lead_inspector : "-",
            report->pages);
    fputs("no section", out);
    print_units(out, report, OFS_NO_SECTION);
    for (uint32_t i = 0; i < report->section_count; i++) {
        const ofs_section *s = &report->sections[i];
        fputs("section: ", out);
        print_path(out, s->path, s->depth);
        fprintf(out, " | %s", s->role ? s->role : "-");
        print_grade(out, s->grade);
        print_units(out, report, i);
    }
    for (uint32_t i = 0; i < report->judgement_count; i++) {
        fputs("judgement: ", out);
        print_path(out, report->judgements[i].path, report->judgements[i].depth);
        print_grade(out, report->judgements[i].grade);
        fputc('\n', out);
    }
    for (uint32_t i = 0; i < report->warning_count; i++)
        fprintf(out, "doubt: %s\n", report->warnings[i]);
}

/* The path of the report of that name; the caller's. */
static char *find_report(const char *corpus, const char *name) {
    static const char *const folders[] = {"reports", "many"}, *const suffixes[] = {"pdf", "txt"};
    for (int i = 0; i < 4; i++) {
        char *path = test_format("%s/%s/%s.%s", corpus, folders[i / 2], name, suffixes[i % 2]);
        if (test_exists(path))
            return path;
        free(path);
    }
    test_die("the outline %s has no report", name);
}

static char *read_outline(const char *corpus, const char *name) {
    page_text page = {0};
    char *path = find_report(corpus, name);
    ofs_report *report = read_report(path, NULL);
    page.file = open_memstream(&page.data, &page.size);
    assert_non_null(page.file);
    print_report(page.file, report);
    assert_int_equal(fclose(page.file), 0);
    ofs_report_free(report);
    free(path);
    return page.data;
}

/* The rest of the text behind its remarks. */
static const char *behind_remarks(const char *text) {
    while (*text == '#') {
        const char *end = strchr(text, '\n');
        text = end ? end + 1 : text + strlen(text);
    }
    return text;
}

static void write_outline(const char *file, const char *text) {
    char *old = test_exists(file) ? test_read_file(file, NULL) : test_format("%s", "");
    char *all = test_format("%.*s%s", (int)(behind_remarks(old) - old), old, text);
    test_write_text(file, all);
    free(all);
    free(old);
}

/* Dies with the first line that differs. */
static void compare(const char *name, const char *wanted, const char *got) {
    while (*wanted || *got) {
        size_t w = strcspn(wanted, "\n"), g = strcspn(got, "\n");
        if (w != g || memcmp(wanted, got, w) != 0)
            test_die("%s\n  printed: %.*s\n  read:    %.*s", name, (int)w, wanted, (int)g, got);
        wanted += w + (wanted[w] == '\n');
        got += g + (got[g] == '\n');
    }
}

static void every_report_reads_as_it_was_found_right(void **state) {
    (void)state;
    TEST_NEEDS(corpus, test_corpus);
    const char *renew = getenv("OFS_GOLDEN_WRITE");
    char *folder = test_format("%s/tests/golden/report/outlines", test_source());
    if (renew && strcmp(renew, "all") != 0) {
        char *file = test_format("%s/%s.outline", folder, renew), *text = read_outline(corpus, renew);
        write_outline(file, text);
        free(text);
        free(file);
    }
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    uint32_t count = 0;
    for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        size_t size = strlen(entry->d_name);
        if (size < 9 || strcmp(entry->d_name + size - 8, ".outline") != 0)
            continue;
        char *name = test_format("%.*s", (int)(size - 8), entry->d_name);
        char *file = test_format("%s/%s", folder, entry->d_name), *text = read_outline(corpus, name);
        if (renew && strcmp(renew, "all") == 0)
            write_outline(file, text);
        char *wanted = test_read_file(file, NULL);
        compare(name, behind_remarks(wanted), text);
        free(wanted);
        free(text);
        free(file);
        free(name);
        count++;
    }
    closedir(listing);
    free(folder);
    print_message("%u outlines\n", count);
    assert_true(count > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_report_reads_as_it_was_found_right)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
