/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the index that is meant, as git finds .git. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "search/cli/cli.h"

#define INDEX_NAME ".ofindex"

static bool is_directory(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static char *join_index(const char *folder, size_t size) {
    ofsi_buf buf = {0};
    ofsi_buf_append(&buf, folder, size);
    ofsi_buf_text(&buf, "/" INDEX_NAME);
    ofsi_buf_byte(&buf, 0);
    if (buf.failed) {
        ofsi_buf_free(&buf);
        return NULL;
    }
    return buf.data;
}

ofs_status locate_index(const char *option, char **path, ofs_error *err) {
    const char *named = option ? option : getenv("OFSEARCH_INDEX");
    *path = NULL;
    if (named && *named) {
        *path = ofsi_strdup(named);
        return *path ? OFS_OK : ofsi_fail_nomem(err);
    }
    char *folder = getcwd(NULL, 0);
    if (!folder)
        return ofsi_fail(err, OFS_E_IO, "cannot tell the current directory");
    ofs_status status = ofsi_fail(
        err, OFS_E_NO_INDEX,
        "no " INDEX_NAME " in this folder or one above it; 'ofindex FOLDER' makes one, -i names another");
    for (size_t size = strlen(folder);; size--) {
        while (size > 0 && folder[size - 1] == '/')
            size--;
        char *candidate = join_index(folder, size);
        if (!candidate) {
            status = ofsi_fail_nomem(err);
            break;
        }
        if (is_directory(candidate)) {
            *path = candidate;
            status = OFS_OK;
            break;
        }
        ofsi_free(candidate);
        if (size == 0)
            break;
        while (size > 0 && folder[size - 1] != '/')
            size--;
        if (size == 0)
            break;
    }
    free(folder);
    return status;
}
