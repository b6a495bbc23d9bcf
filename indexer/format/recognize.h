/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which kind of index a folder holds, by the names of its files. For the writer, for inspection and for searching. */
#ifndef OFSI_FORMAT_RECOGNIZE_H
#define OFSI_FORMAT_RECOGNIZE_H

#include "indexer/base/storage.h"

typedef enum ofsi_index_kind {
    OFSI_INDEX_NONE,   /* neither of these */
    OFSI_INDEX_NATIVE, /* a manifest */
    OFSI_INDEX_SHARDS, /* an index file that names databases (xapian_shards.h) */
    OFSI_INDEX_XAPIAN  /* a Xapian database, of reports or of something else */
} ofsi_index_kind;

/* The file by which a folder is known as a Xapian database. */
#define OFSI_XAPIAN_SIGN "iamglass"
/* The index file of an index that is split. */
#define OFSI_SHARDS_FILE "shards"

/* A folder that seems to be several of them is the first. */
ofs_status ofsi_recognize(ofsi_storage *storage, ofsi_index_kind *kind, ofs_error *err);
/*
 * For a folder that is none of them: OFS_E_NO_INDEX, with a message that says so, when it holds what is left of one, tables of a Xapian database or folders of
 * shards without the file by which it is known. Nothing else may be put there.
 * `directory`: where the storage is on the file system; NULL: nowhere.
 */
ofs_status ofsi_recognize_remains(ofsi_storage *storage, const char *directory, ofs_error *err);

#endif
