/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a report: made empty with an arena of its own, given back whole. Used by the readers and the parser. */
#include <ofsearch/report.h>

#include "indexer/base/alloc.h"
#include "indexer/report/lines.h"

/* The report comes first, so that its address is the holder's. */
typedef struct report_holder {
    ofs_report report;
    ofsi_arena arena;
} report_holder;

ofs_report *ofsi_report_new(ofsi_arena **arena) {
    report_holder *holder = ofsi_calloc(1, sizeof *holder);
    if (!holder)
        return NULL;
    holder->report.inspected_from = OFS_NO_DATE;
    holder->report.inspected_to = OFS_NO_DATE;
    holder->report.published = OFS_NO_DATE;
    *arena = &holder->arena;
    return &holder->report;
}

ofsi_arena *ofsi_report_arena(ofs_report *report) { return &((report_holder *)report)->arena; }

void ofs_report_free(ofs_report *report) {
    if (!report)
        return;
    report_holder *holder = (report_holder *)report;
    ofsi_arena_free(&holder->arena);
    ofsi_free(holder);
}

void ofs_free(void *memory) { ofsi_free(memory); }
