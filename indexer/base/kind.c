/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of the kinds of paragraph and of confidence: parser, filters, facets and printers use the same. */
#include <ofsearch/report.h>

#include <stddef.h>

const char *ofs_kind_name(ofs_kind kind) {
    switch (kind) {
    case OFS_KIND_PARAGRAPH:
        return "paragraph";
    case OFS_KIND_RECOMMENDATION:
        return "recommendation";
    case OFS_KIND_STATEMENT:
        return "statement";
    case OFS_KIND_NOTE:
        return "note";
    }
    return "unknown";
}

const char *ofs_confidence_name(ofs_confidence confidence) {
    static const char *const names[OFS_CONFIDENCE_COUNT] = {NULL, "low", "medium", "high"};
    return (unsigned)confidence < OFS_CONFIDENCE_COUNT ? names[confidence] : NULL;
}
