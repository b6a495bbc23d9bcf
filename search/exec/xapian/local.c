/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands where an index file names a local database that cannot be opened. libxapian's words for it do not help. */
#include <stdio.h>
#include <sys/stat.h>

#include "indexer/format/recognize.h"
#include "search/exec/xapian/engine.h"

/* An index file, by its first line. */
static bool is_list(const char *path) {
    static const char magic[] = "ofsearch shards ";
    char begin[sizeof magic - 1];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    bool is = fread(begin, 1, sizeof begin, file) == sizeof begin && memcmp(begin, magic, sizeof begin) == 0;
    fclose(file);
    return is;
}

static const char *describe_folder(const char *path) {
    ofsi_storage *storage = NULL;
    ofsi_index_kind kind = OFSI_INDEX_XAPIAN;
    if (ofsi_storage_open_dir(path, false, &storage, NULL) != OFS_OK)
        return NULL;
    ofs_status status = ofsi_recognize(storage, &kind, NULL);
    ofsi_storage_close(storage);
    if (status != OFS_OK)
        return NULL;
    switch (kind) {
    case OFSI_INDEX_NATIVE:
        return "it is an index without Xapian, which is searched alone";
    case OFSI_INDEX_SHARDS:
        return "it is the folder of a split index: name each shard in it";
    case OFSI_INDEX_NONE:
        return "there is no Xapian database in this folder";
    default:
        return NULL;
    }
}

const char *ofsi_xlocal_describe(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0)
        return "there is nothing of this name";
    if (S_ISDIR(info.st_mode))
        return describe_folder(path);
    return is_list(path) ? "it is an index file itself: name its databases instead" : NULL;
}
