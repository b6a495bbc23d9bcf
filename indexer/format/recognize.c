/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of indexes by their files. */
#include "indexer/format/recognize.h"

#include <unistd.h>

#include "indexer/base/buf.h"
#include "indexer/format/manifest.h"
#include "indexer/format/xapian_shards.h"

/* Of the files that are tables of a Xapian database. */
#define TABLE_ENDING ".glass"

static const struct {
    const char *file;
    ofsi_index_kind kind;
} signs[] = {{OFSI_MANIFEST_NAME, OFSI_INDEX_NATIVE},
             {OFSI_SHARDS_FILE, OFSI_INDEX_SHARDS},
             {OFSI_XAPIAN_SIGN, OFSI_INDEX_XAPIAN}};

static ofs_status note_file(void *context, const char *name, uint64_t size, ofs_error *err) {
    ofsi_index_kind *kind = context;
    (void)size;
    (void)err;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strcmp(name, signs[i].file) == 0 && (*kind == OFSI_INDEX_NONE || signs[i].kind < *kind))
            *kind = signs[i].kind;
    return OFS_OK;
}

ofs_status ofsi_recognize(ofsi_storage *storage, ofsi_index_kind *kind, ofs_error *err) {
    *kind = OFSI_INDEX_NONE;
    return ofsi_storage_list(storage, note_file, kind, err);
}

/* ---- what is left of a database ---- */

static ofs_status note_table(void *context, const char *name, uint64_t size, ofs_error *err) {
    const size_t length = strlen(name), ending = strlen(TABLE_ENDING);
    (void)size;
    (void)err;
    if (length > ending && strcmp(name + length - ending, TABLE_ENDING) == 0)
        *(bool *)context = true;
    return OFS_OK;
}

/* How many folders of shards there are, by number; `directory` itself has no index file. */
static uint32_t count_shards(const char *directory) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < OFSI_SHARDS_MOST; i++) {
        ofsi_buf path = {0};
        ofsi_buf_printf(&path, "%s/shard-%u/" OFSI_XAPIAN_SIGN, directory, i);
        ofsi_buf_byte(&path, 0);
        if (!path.failed && access(path.data, F_OK) == 0)
            count = i + 1;
        ofsi_buf_free(&path);
    }
    return count;
}

ofs_status ofsi_recognize_remains(ofsi_storage *storage, const char *directory, ofs_error *err) {
    bool has_tables = false;
    ofs_status status = ofsi_storage_list(storage, note_table, &has_tables, err);
    if (status == OFS_OK && has_tables)
        return ofsi_fail(err, OFS_E_NO_INDEX,
                         "%s holds a Xapian database without " OFSI_XAPIAN_SIGN
                         "; remove it and build it anew",
                         ofsi_storage_path(storage));
    uint32_t count = status == OFS_OK && directory ? count_shards(directory) : 0;
    if (count)
        return ofsi_fail(err, OFS_E_NO_INDEX,
                         "the index file %s/" OFSI_SHARDS_FILE
                         " is lost; 'ofindex add --shards %u' of the same files makes it anew",
                         directory, count);
    return status;
}
