/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading bytes as a report file, for the fuzz targets of the readers. */
#ifndef OFS_TESTS_FUZZ_READ_BYTES_H
#define OFS_TESTS_FUZZ_READ_BYTES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ofsearch/report.h>

static inline ofs_status check_report(void *context, ofs_report *report, ofs_error *err) {
    char *json = NULL;
    (void)context;
    for (uint32_t i = 0; i < report->paragraph_count; i++) {
        const ofs_paragraph *p = &report->paragraphs[i];
        if (strlen(p->text) != p->text_size)
            abort();
        if (p->section != OFS_NO_SECTION && p->section >= report->section_count)
            abort();
    }
    if (ofs_report_json(report, false, &json, err) != OFS_OK || !json)
        abort();
    ofs_free(json);
    ofs_report_free(report);
    return OFS_OK;
}

/* The readers take paths: the bytes go to a file with this suffix, kept for the next input. */
static inline void read_bytes(const uint8_t *data, size_t size, const char *suffix) {
    static char path[64];
    ofs_error err;
    if (!path[0])
        snprintf(path, sizeof path, "/tmp/ofsearch-fuzz-%ld%s", (long)getpid(), suffix);
    FILE *file = fopen(path, "wb");
    if (!file || (size && fwrite(data, 1, size, file) != size) || fclose(file) != 0)
        abort();
    (void)ofs_report_read(path, NULL, check_report, NULL, &err);
    unlink(path);
}

#endif
