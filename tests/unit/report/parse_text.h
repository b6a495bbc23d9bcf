/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the parser: a small document written in the test, read as a file would be. */
#ifndef OFS_TESTS_PARSE_TEXT_H
#define OFS_TESTS_PARSE_TEXT_H

#include <ofsearch/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

static inline ofs_status keep_report(void *context, ofs_report *report, ofs_error *err) {
    (void)err;
    *(ofs_report **)context = report;
    return OFS_OK;
}

/* The report of a file; fails the test when it cannot be read. */
static inline ofs_report *read_report(const char *path, const char *profile) {
    ofs_report *report = NULL;
    ofs_error err = {0};
    ofs_read_options options = {.profile = profile};
    if (ofs_report_read(path, &options, keep_report, &report, &err) != OFS_OK)
        test_die("%s: %s", path, err.message);
    return report;
}

/* The report that a text of this suffix (".txt", ".md") is, read with a profile (NULL: recognised). */
static inline ofs_report *parse_text(const char *text, const char *suffix, const char *profile) {
    char *directory = test_temp_dir();
    char *path = test_format("%s/report%s", directory, suffix);
    test_write_text(path, text);
    ofs_report *report = read_report(path, profile);
    free(path);
    test_temp_remove(directory);
    return report;
}

static inline uint32_t count_kind(const ofs_report *report, ofs_kind kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < report->paragraph_count; i++)
        count += report->paragraphs[i].kind == kind;
    return count;
}

/* The first unit of a number and kind; fails the test when there is none. */
static inline const ofs_paragraph *unit_of(const ofs_report *report, const char *number, ofs_kind kind) {
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        if (p->kind == kind && p->number && strcmp(p->number, number) == 0)
            return p;
    }
    test_die("there is no %s %s", ofs_kind_name(kind), number);
}

/* "A > B" of a section, for one comparison in a test. */
static inline const char *path_text(const char *const *path, uint32_t depth, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < depth && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " > " : "", path[i]);
    return out;
}

static inline void assert_section(const ofs_report *report, const ofs_paragraph *unit, const char *path,
                                  const char *grade) {
    char text[1024];
    assert_true(unit->section < report->section_count);
    const ofs_section *s = &report->sections[unit->section];
    assert_string_equal(path_text(s->path, s->depth, text, sizeof text), path);
    if (grade)
        assert_string_equal(s->grade.label ? s->grade.label : "(none)", grade);
    else
        assert_null(s->grade.label);
}

static inline void assert_warned(const ofs_report *report, const char *part) {
    for (uint32_t i = 0; i < report->warning_count; i++)
        if (strstr(report->warnings[i], part))
            return;
    test_die("no warning says \"%s\"", part);
}

static inline void assert_date(ofs_date date, const char *wanted) {
    char text[64] = "none";
    if (date != OFS_NO_DATE) {
        /* Howard Hinnant's civil_from_days, so that the code under test is not its own witness. */
        long z = (long)date + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
        long doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
        long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
        long day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
        (void)snprintf(text, sizeof text, "%04ld-%02ld-%02ld", yoe + era * 400 + (month <= 2), month, day);
    }
    assert_string_equal(text, wanted);
}

#endif
