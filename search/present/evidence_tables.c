/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence in json and jsonl, csv and tsv. */
#include <string.h>

#include <jansson.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/error.h"
#include "search/present/evidence_readers.h"

/* ---- json ---- */

static ofsi_span string_at(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return (ofsi_span){NULL, 0};
    return (ofsi_span){json_string_value(value), json_string_length(value)};
}

static ofs_status take_object(const json_t *object, size_t line, ofsi_quote_list *list, ofs_error *err) {
    static const char *const arrays[] = {"hits", "paragraphs"};
    for (int i = 0; i < 2; i++) {
        const json_t *array = json_object_get(object, arrays[i]);
        ofs_status status = OFS_OK;
        for (size_t k = 0; json_is_array(array) && k < json_array_size(array) && status == OFS_OK; k++)
            status = take_object(json_array_get(array, k), line, list, err);
        if (json_is_array(array))
            return status;
    }
    const ofsi_quote_parts parts = {line, string_at(object, "ref"), string_at(object, "citation"),
                                    string_at(object, "text")};
    if (!parts.text.size)
        return ofsi_fail(err, OFS_E_INPUT,
                         "line %zu: an object without text: with --fields, text and ref are wanted", line);
    return ofsi_quote_add(list, &parts, err);
}

ofs_status ofsi_evidence_json(ofsi_span file, ofsi_quote_list *list, ofs_error *err) {
    ofs_status status = OFS_OK;
    size_t line = 1;
    for (size_t at = 0; status == OFS_OK;) {
        while (at < file.size && strchr(" \t\r\n", file.data[at])) {
            line += file.data[at] == '\n';
            at++;
        }
        if (at >= file.size)
            break;
        json_error_t problem;
        json_t *object = json_loadb(file.data + at, file.size - at, JSON_DISABLE_EOF_CHECK, &problem);
        if (!object)
            return ofsi_fail(err, OFS_E_INPUT, "line %zu: %s", line + (size_t)problem.line - 1, problem.text);
        status = take_object(object, line, list, err);
        json_decref(object);
        for (size_t end = at + (size_t)problem.position; at < end && at < file.size; at++)
            line += file.data[at] == '\n';
    }
    return status;
}

/* ---- csv and tsv ---- */

enum { COLUMN_REF, COLUMN_CITATION, COLUMN_TEXT, COLUMNS };

typedef struct reader {
    ofsi_span file;
    size_t at, line;
    char separator;
    bool ends_row; /* the value read last was its row's last */
} reader;

/* The next value; quotes only in csv. */
static void read_value(reader *r, ofsi_buf *value) {
    bool quoted = r->separator == ',' && r->at < r->file.size && r->file.data[r->at] == '"';
    ofsi_buf_reset(value);
    if (quoted)
        r->at++;
    for (; r->at < r->file.size; r->at++) {
        char c = r->file.data[r->at];
        if (quoted && c == '"') {
            if (r->at + 1 < r->file.size && r->file.data[r->at + 1] == '"')
                r->at++;
            else {
                quoted = false;
                continue;
            }
        } else if (!quoted && (c == r->separator || c == '\n')) {
            break;
        }
        r->line += c == '\n';
        ofsi_buf_byte(value, (uint8_t)c);
    }
    r->ends_row = r->at >= r->file.size || r->file.data[r->at] == '\n';
    r->line += r->at < r->file.size && r->file.data[r->at] == '\n';
    if (r->at < r->file.size)
        r->at++;
    if (r->ends_row && value->size && value->data[value->size - 1] == '\r')
        value->size--;
    /* The apostrophe that keeps a text from being a formula is not the text's. */
    if (value->size > 1 && value->data[0] == '\'' && strchr("=+-@\t\r", value->data[1])) {
        value->size--;
        memmove(value->data, value->data + 1, value->size);
    }
}

/* The places of the columns wanted; SIZE_MAX: not there. */
static void read_names(reader *r, ofsi_buf *value, size_t places[COLUMNS]) {
    static const char *const names[COLUMNS] = {"ref", "citation", "text"};
    for (int c = 0; c < COLUMNS; c++)
        places[c] = SIZE_MAX;
    r->ends_row = false;
    for (size_t i = 0; !r->ends_row; i++) {
        read_value(r, value);
        for (int c = 0; c < COLUMNS; c++)
            if (ofsi_span_equal(ofsi_buf_span(value), ofsi_span_of(names[c])))
                places[c] = i;
    }
}

static ofs_status read_row(reader *r, const size_t places[COLUMNS], ofsi_buf *value, ofsi_buf cells[COLUMNS],
                           ofsi_quote_list *list, ofs_error *err) {
    size_t line = r->line;
    bool failed = false;
    for (int c = 0; c < COLUMNS; c++)
        ofsi_buf_reset(&cells[c]);
    r->ends_row = false;
    for (size_t i = 0; !r->ends_row; i++) {
        read_value(r, value);
        for (int c = 0; c < COLUMNS; c++)
            if (places[c] == i)
                ofsi_buf_append(&cells[c], value->data, value->size);
    }
    for (int c = 0; c < COLUMNS; c++)
        failed = failed || cells[c].failed || value->failed;
    const ofsi_quote_parts parts = {line, ofsi_buf_span(&cells[COLUMN_REF]),
                                    ofsi_buf_span(&cells[COLUMN_CITATION]),
                                    ofsi_buf_span(&cells[COLUMN_TEXT])};
    return failed ? ofsi_fail_nomem(err) : ofsi_quote_add(list, &parts, err);
}

ofs_status ofsi_evidence_delimited(ofsi_span file, char separator, ofsi_quote_list *list, ofs_error *err) {
    reader r = {.file = file, .line = 1, .separator = separator};
    size_t places[COLUMNS];
    ofsi_buf value = {0}, cells[COLUMNS] = {{0}, {0}, {0}};
    ofs_status status = OFS_OK;
    read_names(&r, &value, places);
    if (places[COLUMN_REF] == SIZE_MAX)
        status = ofsi_fail(err, OFS_E_INPUT, "has no column ref, which says where each text stands");
    while (status == OFS_OK && r.at < file.size)
        status = read_row(&r, places, &value, cells, list, err);
    ofsi_buf_free(&value);
    for (int c = 0; c < COLUMNS; c++)
        ofsi_buf_free(&cells[c]);
    return status;
}
