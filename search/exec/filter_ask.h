/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a filter asks of a report, a grade, a role or a printed number, wherever an engine keeps them. Used by
 * filter_scan.c over the rows of a segment, and by xapian/filter.c over the values of a database.
 */
#ifndef OFSI_EXEC_FILTER_ASK_H
#define OFSI_EXEC_FILTER_ASK_H

#include "indexer/format/segment.h"
#include "search/exec/filter.h"

/*
 * One filter asked of report after report. Set the first three, zero the rest; words keep the last text and its answer, for
 * the next report often has the same, so texts are borrowed until the next question. Freed with ofsi_asking_free().
 */
typedef struct ofsi_asking {
    const ofsi_filter *filter;
    ofsi_analyzer *analyzer;
    ofs_error *err;
    ofsi_tokens tokens;
    ofsi_span asked[2]; /* the first text of a report, and the second */
    bool answer[2];
} ofsi_asking;

/* Filters of a report: title, provider, inspectorate, inspection, overall, dates, generation and its id. */
ofs_status ofsi_ask_report(ofsi_asking *asking, const ofsi_report_row *row, bool *passes);
/* Words of any text: a heading on the path of a section. */
ofs_status ofsi_ask_words(ofsi_asking *asking, ofsi_span text, bool *passes);
/* A grade, which has a label; level 0: none is known. */
ofs_status ofsi_ask_grade(ofsi_asking *asking, ofsi_span label, uint8_t level, bool *passes);
void ofsi_asking_free(ofsi_asking *asking);

bool ofsi_filter_role(const ofsi_filter *filter, ofsi_span role);
/* A paragraph's printed number; an empty one passes nothing. */
bool ofsi_filter_number(const ofsi_filter *filter, ofsi_span number);
/* The whole number that `text` begins with; false when it begins with no digit. *whole: nothing follows it. */
bool ofsi_first_number(ofsi_span text, int64_t *value, bool *whole);

#endif
