/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of indexes by their files. */
#include "indexer/format/recognize.h"

#include "indexer/format/manifest.h"

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
