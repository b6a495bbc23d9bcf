/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a writer and an inspection of a Xapian database do alike: metadata, reports, files. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/build/xapian_impl.h"
#include "indexer/format/recognize.h"

ofs_status ofsi_xapian_metadata(const ofsi_xapian *x, const ofs_xapian_database *database, ofsi_span key,
                                ofs_xapian_string *out, ofs_error *err) {
    return x->database_metadata(database, ofsi_xapian_bytes(key), out, err);
}

ofs_status ofsi_xapian_metadata_count(const ofsi_xapian *x, const ofs_xapian_database *database,
                                      const char *key, const char *path, uint64_t *out, ofs_error *err) {
    ofs_xapian_string text = {0};
    *out = 0;
    ofs_status status = ofsi_xapian_metadata(x, database, ofsi_span_of(key), &text, err);
    if (status == OFS_OK && !ofsi_xapian_read_count(ofsi_xapian_span(&text), out))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: its %s is no number", path, key);
    x->string_free(&text);
    return status;
}

/* ---- reports ---- */

typedef struct visiting {
    const ofsi_xapian *x;
    const ofs_xapian_database *database;
    const char *path;
    ofsi_xapian_visit_report visit;
    void *context;
    ofs_xapian_string row;
    ofs_error *err;
} visiting;

static ofs_status visit_key(void *context, ofs_xapian_bytes key) {
    visiting *v = context;
    ofsi_report_row row;
    ofs_status status = v->x->database_metadata(v->database, key, &v->row, v->err);
    if (status == OFS_OK)
        status = ofsi_xapian_report_read(ofsi_xapian_span(&v->row), v->path, &row, v->err);
    return status == OFS_OK ? v->visit(v->context, &row, v->err) : status;
}

ofs_status ofsi_xapian_each_report(const ofsi_xapian *x, const ofs_xapian_database *database,
                                   const char *path, ofsi_xapian_visit_report visit, void *context,
                                   ofs_error *err) {
    visiting v = {x, database, path, visit, context, {0}, err};
    ofsi_span prefix = ofsi_span_of(OFSI_XAPIAN_REPORT_ROW);
    ofs_status status = x->database_visit_metadata(database, ofsi_xapian_bytes(prefix), visit_key, &v, err);
    x->string_free(&v.row);
    return status;
}

/* ---- databases of nothing ---- */

static ofs_status note_key(void *context, ofs_xapian_bytes key) {
    (void)key;
    *(bool *)context = false;
    return OFS_OK;
}

static ofs_status note_word(void *context, const ofs_xapian_term *word) {
    (void)word;
    *(bool *)context = false;
    return OFS_OK;
}

ofs_status ofsi_xapian_is_blank(const ofsi_xapian *x, const ofs_xapian_database *database, bool *blank,
                                ofs_error *err) {
    ofs_xapian_info info;
    ofs_status status = x->database_info(database, &info, err);
    *blank = status == OFS_OK && info.lastdocid == 0;
    const ofs_xapian_bytes any = {NULL, 0};
    if (*blank)
        status = x->database_visit_metadata(database, any, note_key, blank, err);
    /* Somebody's database of words alone is none of nothing. */
    if (status == OFS_OK && *blank)
        status = x->database_visit_spellings(database, note_word, blank, err);
    if (status == OFS_OK && *blank)
        status = x->database_visit_synonym_keys(database, any, note_key, blank, err);
    *blank = *blank && status == OFS_OK;
    return status;
}

/* ---- parts of an index ---- */

/* Replaces *out by the folder above, with its NUL; false when no index file stands there. */
static bool find_index(const char *path, ofsi_buf *out) {
    size_t size = strlen(path);
    ofsi_buf file = {0};
    while (size > 1 && path[size - 1] == '/')
        size--;
    size_t above = size;
    while (above > 0 && path[above - 1] != '/')
        above--;
    bool is_dots = path[above] == '.'; /* what is above "." and ".." has no name of its own */
    if (is_dots)
        ofsi_buf_printf(out, "%.*s/..", (int)size, path);
    else if (above > 1)
        ofsi_buf_printf(out, "%.*s", (int)above - 1, path);
    else
        ofsi_buf_text(out, above ? "/" : ".");
    ofsi_buf_byte(out, 0);
    if (!out->failed)
        ofsi_buf_printf(&file, "%s/" OFSI_SHARDS_FILE, (const char *)out->data);
    ofsi_buf_byte(&file, 0);
    bool found = !out->failed && !file.failed && access(file.data, F_OK) == 0;
    ofsi_buf_free(&file);
    return found;
}

ofs_status ofsi_xapian_fail_part(ofsi_span shard, const char *path, ofs_error *err) {
    uint32_t number, count;
    ofsi_buf above = {0};
    if (!ofsi_xapian_shard_read(shard, &number, &count))
        return ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: its " OFSI_XAPIAN_KEY_SHARD " is none", path);
    bool found = find_index(path, &above);
    ofs_status status =
        ofsi_fail(err, OFS_E_USAGE, "%s is one of %u databases that share their reports: the index is %s",
                  path, count, found ? (const char *)above.data : "all of them together");
    ofsi_buf_free(&above);
    return status;
}

void ofsi_xapian_remove_files(const char *path) {
    /* The file that makes it a database goes first: what is left of the rest is then of nothing. */
    static const char *const names[] = {OFSI_XAPIAN_SIGN, "flintlock",      "docdata.glass",
                                        "position.glass", "postlist.glass", "spelling.glass",
                                        "synonym.glass",  "termlist.glass", "v.tmp"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ofsi_buf name = {0};
        ofsi_buf_printf(&name, "%s/%s", path, names[i]);
        ofsi_buf_byte(&name, 0);
        if (!name.failed)
            (void)unlink(name.data);
        ofsi_buf_free(&name);
    }
}
