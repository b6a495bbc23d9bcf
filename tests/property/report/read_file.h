/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For properties over folders of reports: a file's lines before they are parsed. */
#ifndef OFS_TESTS_READ_FILE_H
#define OFS_TESTS_READ_FILE_H

#include <ofsearch/report.h>

#include <string.h>

#include "indexer/report/lines.h"
#include "indexer/report/read_html.h"

static inline bool has_suffix(const char *path, const char *suffix) {
    size_t size = strlen(path), tail = strlen(suffix);
    return size > tail && strcmp(path + size - tail, suffix) == 0;
}

/* A sample's folder has scripts and sources beside the reports. */
static inline bool is_report_file(const char *path) {
    static const char *const suffixes[] = {".pdf", ".html", ".txt", ".md"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (has_suffix(path, suffixes[i]))
            return true;
    return false;
}

static inline ofs_status read_file(const char *path, ofsi_arena *arena, ofsi_document *document,
                                   ofs_error *err) {
    ofs_read_options options = {0};
    if (has_suffix(path, ".pdf"))
        return ofsi_read_pdf(path, &options, arena, document, err);
    return has_suffix(path, ".html") ? ofsi_read_html(path, arena, document, err)
                                     : ofsi_read_text(path, arena, document, err);
}

#endif
