/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --log FILE: a line of JSON for each search, for the file of an inquiry. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include <jansson.h>

#include "indexer/base/error.h"
#include "search/cli/cli.h"
#include "search/present/head_json.h"

static json_t *options_array(const session *s) {
    json_t *array = json_array();
    for (size_t i = 0; array && i < s->args->asked_count; i++)
        if (json_array_append_new(array, json_string(s->args->asked[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *log_object(const session *s, const ofs_results *results, const char *name) {
    time_t searched = (time_t)s->run.searched;
    struct tm day;
    char when[40] = "";
    if (gmtime_r(&searched, &day))
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &day);
    return json_pack("{ss ss ss? ss ss so sI sI ss sI sI sI so}", "searched", when, "program", s->run.program,
                     "name", name, "query", results->query, "interpreted", results->interpreted, "options",
                     options_array(s), "total", (json_int_t)results->total, "reports",
                     (json_int_t)results->report_total, "index", s->run.index, "generation",
                     (json_int_t)results->index_generation, "index_paragraphs",
                     (json_int_t)results->index_paragraphs, "index_reports",
                     (json_int_t)results->index_reports, "failed_files", ofsi_failed_json(results));
}

ofs_status log_search(session *s, const ofs_results *results, const char *name, ofs_error *err) {
    if (!s->args->log)
        return OFS_OK;
    if (!s->log)
        s->log = fopen(s->args->log, "a");
    if (!s->log)
        return ofsi_fail_errno(err, errno, "cannot write", s->args->log);
    json_t *object = log_object(s, results, name);
    if (!object || !ofsi_missing_json(object, results)) {
        json_decref(object);
        return ofsi_fail_nomem(err);
    }
    bool ok = json_dumpf(object, s->log, JSON_COMPACT) == 0 && fputc('\n', s->log) != EOF;
    json_decref(object);
    return ok ? OFS_OK : ofsi_fail_errno(err, errno, "cannot write", s->args->log);
}

ofs_status close_log(session *s, ofs_error *err) {
    FILE *log = s->log;
    s->log = NULL;
    if (log && fclose(log) != 0)
        return ofsi_fail_errno(err, errno, "cannot write", s->args->log);
    return OFS_OK;
}
