/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search logs as JSON: what was asked, of what, for answers that are small. */
#include "search/present/head_json.h"

json_t *ofsi_asked_json(const ofsi_present_options *options) {
    const char *const *asked = options->run ? options->run->asked : NULL;
    json_t *array = json_array();
    for (size_t i = 0; array && asked && asked[i]; i++)
        if (json_array_append_new(array, json_string(asked[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *queries_array(const char *const *queries) {
    json_t *array = json_array();
    for (size_t i = 0; array && queries[i]; i += 2)
        if (json_array_append_new(array, json_pack("{ss ss}", "name", queries[i], "query", queries[i + 1])) !=
            0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

json_t *ofsi_index_json(const ofs_results *results, const ofsi_present_options *options) {
    return json_pack("{ss? sI sI sI sI}", "path", options->run ? options->run->index : NULL, "generation",
                     (json_int_t)results->index_generation, "paragraphs",
                     (json_int_t)results->index_paragraphs, "reports", (json_int_t)results->index_reports,
                     "failed_files", (json_int_t)results->index_failed_files);
}

json_t *ofsi_head_json(const ofs_results *results, const ofsi_present_options *options) {
    const char *const *queries = options->run ? options->run->queries : NULL;
    json_t *object =
        json_pack("{ss ss so so}", "query", results->query, "interpreted", results->interpreted, "options",
                  ofsi_asked_json(options), "index", ofsi_index_json(results, options));
    int lost = 0;
    if (object && options->batch)
        lost |= json_object_set_new(object, "name", json_string(options->name));
    if (object && queries) {
        lost |= json_object_del(object, "interpreted"); /* of each its own */
        lost |= json_object_set_new(object, "queries", queries_array(queries));
    } else if (object) {
        lost |= json_object_set_new(object, "found",
                                    json_pack("{sI sI}", "total", (json_int_t)results->total, "reports",
                                              (json_int_t)results->report_total));
    }
    if (object && !lost)
        return object;
    json_decref(object);
    return NULL;
}
