/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search logs as JSON: what was asked, of what, for answers that are small. */
#include "search/present/head_json.h"

#include "indexer/base/utf8.h"

json_t *ofsi_text_json(const char *text) {
    if (!text)
        return json_null();
    size_t size = strlen(text);
    if (ofsi_utf8_valid_prefix(text, size) == size)
        return json_stringn(text, size);
    ofsi_buf clean = {0};
    for (size_t i = 0; i < size;) {
        size_t n = ofsi_utf8_valid_prefix(text + i, size - i);
        ofsi_buf_append(&clean, text + i, n);
        if (i + n < size)
            ofsi_buf_text(&clean, "\xEF\xBF\xBD");
        i += n + 1;
    }
    json_t *string = clean.failed ? NULL : json_stringn(clean.data, clean.size);
    ofsi_buf_free(&clean);
    return string;
}

json_t *ofsi_asked_json(const ofsi_present_options *options) {
    const char *const *asked = options->run ? options->run->asked : NULL;
    json_t *array = json_array();
    for (size_t i = 0; array && asked && asked[i]; i++)
        if (json_array_append_new(array, ofsi_text_json(asked[i])) != 0) {
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

json_t *ofsi_failed_json(const ofs_results *results) {
    return results->index_failed_files == OFS_UNKNOWN ? json_null()
                                                      : json_integer((json_int_t)results->index_failed_files);
}

json_t *ofsi_index_json(const ofs_results *results, const ofsi_present_options *options) {
    return json_pack("{so sI sI sI so}", "path", ofsi_text_json(options->run ? options->run->index : NULL),
                     "generation", (json_int_t)results->index_generation, "paragraphs",
                     (json_int_t)results->index_paragraphs, "reports", (json_int_t)results->index_reports,
                     "failed_files", ofsi_failed_json(results));
}

bool ofsi_missing_json(json_t *object, const ofs_results *results) {
    if (results->missing_count == 0)
        return true;
    json_t *array = json_array();
    for (size_t i = 0; array && i < results->missing_count; i++)
        if (json_array_append_new(array, json_pack("{ss ss}", "shard", results->missing[i].shard, "error",
                                                   ofsi_missing_error(&results->missing[i]))) != 0) {
            json_decref(array);
            return false;
        }
    return array && json_object_set_new(object, "partial", array) == 0;
}

json_t *ofsi_head_json(const ofs_results *results, const ofsi_present_options *options) {
    const char *const *queries = options->run ? options->run->queries : NULL;
    json_t *object =
        json_pack("{ss ss so so}", "query", results->query, "interpreted", results->interpreted, "options",
                  ofsi_asked_json(options), "index", ofsi_index_json(results, options));
    int lost = object && !ofsi_missing_json(object, results);
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
