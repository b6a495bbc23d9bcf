/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Citations. */
#include "search/present/citation.h"

#include <strings.h>

#include "indexer/base/date.h"
#include "search/present/markup.h"

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

static void append_day(ofsi_buf *out, ofs_date date) {
    int year, month, day;
    ofsi_date_to_civil(date, &year, &month, &day);
    ofsi_buf_count(out, (uint64_t)day);
    ofsi_buf_byte(out, ' ');
    ofsi_buf_text(out, months[month - 1]);
    ofsi_buf_byte(out, ' ');
    ofsi_buf_count(out, (uint64_t)year);
}

static void append_when(ofsi_buf *out, const ofs_report_ref *report) {
    if (report->published != OFS_NO_DATE) {
        ofsi_buf_text(out, ", published ");
        append_day(out, report->published);
        return;
    }
    ofs_date from = report->inspected_from;
    ofs_date to = report->inspected_to != OFS_NO_DATE ? report->inspected_to : from;
    if (to == OFS_NO_DATE)
        return;
    ofsi_buf_text(out, ", inspected ");
    if (from != OFS_NO_DATE && from != to) {
        append_day(out, from);
        ofsi_buf_text(out, " to ");
    }
    append_day(out, to);
}

static void append_between(ofsi_buf *out, const char *before, const char *text, const char *after) {
    ofsi_buf_text(out, before);
    ofsi_buf_text(out, text);
    ofsi_buf_text(out, after);
}

void ofsi_append_citation(ofsi_buf *out, const ofs_hit *hit) {
    const ofs_report_ref *report = hit->report;
    const char *title = report->title ? report->title : report->id;
    if (report->inspectorate)
        append_between(out, "", report->inspectorate, ", ");
    ofsi_buf_text(out, title);
    if (report->provider && !strstr(title, report->provider))
        append_between(out, ": ", report->provider, "");
    append_when(out, report);
    if (hit->number)
        append_between(out, ", paragraph ", hit->number, "");
    if (hit->item) {
        ofsi_buf_text(out, hit->kind == OFS_KIND_RECOMMENDATION ? ", recommendation " : ", item ");
        ofsi_buf_count(out, hit->item);
    }
    if (hit->page) {
        ofsi_buf_text(out, ", page ");
        ofsi_buf_count(out, hit->page);
    }
}

void ofsi_append_link(ofsi_buf *out, const ofs_hit *hit) {
    const char *path = hit->report->path;
    size_t size = path ? strlen(path) : 0;
    if (!path) {
        ofsi_buf_byte(out, '#');
        return;
    }
    if (path[0] == '/')
        ofsi_buf_text(out, "file://");
    ofsi_append_url_path(out, ofsi_span_of(path));
    if (hit->page && size > 4 && strcasecmp(path + size - 4, ".pdf") == 0)
        ofsi_buf_printf(out, "#page=%u", hit->page);
}

int ofsi_report_year(const ofs_report_ref *report) {
    ofs_date date = report->published != OFS_NO_DATE ? report->published : report->inspected_to;
    if (date == OFS_NO_DATE)
        return 0;
    int year, month, day;
    ofsi_date_to_civil(date, &year, &month, &day);
    return year;
}
