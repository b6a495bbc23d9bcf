/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --mark FILE: a file that holds the number of the commit searched last, so that the next search shows what came since. It
 * is written aside and renamed, and only when all output is out: a search that fails is made again.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "search/cli/cli.h"

enum { MARK_BYTES = 24 };

ofs_status read_mark(const char *path, uint64_t *generation, ofs_error *err) {
    char text[MARK_BYTES + 1];
    *generation = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return errno == ENOENT ? OFS_OK : ofsi_fail_errno(err, errno, "cannot open", path);
    size_t size = fread(text, 1, MARK_BYTES, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return ofsi_fail_errno(err, EIO, "cannot read", path);
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    text[size] = '\0';
    if (!ofsi_parse_count(text, 0, ARGS_GENERATION_MAX, generation))
        return ofsi_fail(err, OFS_E_USAGE, "%s is no mark: it should hold the number of a commit alone",
                         path);
    return OFS_OK;
}

static ofs_status write_aside(const char *aside, uint64_t generation, ofs_error *err) {
    FILE *file = fopen(aside, "w");
    if (!file)
        return ofsi_fail_errno(err, errno, "cannot write", aside);
    bool ok = fprintf(file, "%" PRIu64 "\n", generation) > 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int problem = errno;
    if (fclose(file) != 0 && ok) {
        ok = false;
        problem = errno;
    }
    return ok ? OFS_OK : ofsi_fail_errno(err, problem, "cannot write", aside);
}

ofs_status write_mark(const char *path, uint64_t generation, ofs_error *err) {
    ofsi_buf aside = {0};
    ofsi_buf_printf(&aside, "%s.new", path);
    ofsi_buf_byte(&aside, 0);
    if (aside.failed)
        return ofsi_fail_nomem(err);
    ofs_status status = write_aside(aside.data, generation, err);
    if (status == OFS_OK && rename(aside.data, path) != 0)
        status = ofsi_fail_errno(err, errno, "cannot write", path);
    ofsi_buf_free(&aside);
    return status;
}
