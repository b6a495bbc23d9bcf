/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading bytes as a member of an archive, for the fuzz targets of formats that are kept in one. */
#ifndef OFS_TESTS_FUZZ_READ_MEMBER_H
#define OFS_TESTS_FUZZ_READ_MEMBER_H

#include "tests/fuzz/report/read_bytes.h"
#include "tests/unit/report/make_zip.h"

/* The members before the one that is fuzzed end with one without a text. */
static inline void read_member(const uint8_t *data, size_t size, const char *suffix, zip_part *parts) {
    static char path[64];
    ofs_error err;
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    for (zip_part *part = parts; part->name; part++)
        if (!part->text)
            part->text = text;
    if (!path[0])
        snprintf(path, sizeof path, "/tmp/ofsearch-fuzz-%ld%s", (long)getpid(), suffix);
    if (!make_zip(path, parts))
        abort();
    (void)ofs_report_read(path, NULL, check_report, NULL, &err);
    unlink(path);
    free(text);
}

#endif
