/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ofindex export`: the paragraphs of an index, in the form asked for, to standard output or to a file. A regular file is
 * written aside and renamed, so that it is whole or as it was before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/cli/cli.h"
#include "indexer/cli/export.h"

enum { WRITE_FROM = 256 * 1024 }; /* bytes gathered before they are written */

typedef struct output {
    const char *name; /* for messages */
    int fd;
    char *target; /* the file that `aside` will be; owned; NULL: written in place */
    ofsi_buf aside;
    ofsi_buf lines;
    const args *a;
} output;

/* ---- the output ---- */

static ofs_status write_out(output *o, ofs_error *err) {
    const char *at = o->lines.data;
    for (size_t left = o->lines.size; left > 0;) {
        ssize_t put = write(o->fd, at, left);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return ofsi_fail_errno(err, errno, "cannot write to", o->name);
        at += put;
        left -= (size_t)put;
    }
    ofsi_buf_reset(&o->lines);
    return OFS_OK;
}

/* Where the file is there and is no regular one (a device, a pipe) it is written in place; a link stays a link. */
static ofs_status open_output(output *o, ofs_error *err) {
    struct stat info;
    const char *path = o->a->output;
    o->name = path ? path : "standard output";
    o->fd = STDOUT_FILENO;
    if (!path || strcmp(path, "-") == 0)
        return OFS_OK;
    bool there = stat(path, &info) == 0;
    o->fd = -1;
    if (there && !S_ISREG(info.st_mode)) {
        o->fd = open(path, O_WRONLY | O_CLOEXEC);
        return o->fd >= 0 ? OFS_OK : ofsi_fail_errno(err, errno, "cannot write to", path);
    }
    o->target = there ? realpath(path, NULL) : strdup(path);
    if (!o->target)
        return errno == ENOMEM ? ofsi_fail_nomem(err) : ofsi_fail_errno(err, errno, "cannot write to", path);
    ofsi_buf_printf(&o->aside, "%s.%ld.new", o->target, (long)getpid());
    ofsi_buf_byte(&o->aside, 0);
    if (o->aside.failed)
        return ofsi_fail_nomem(err);
    o->fd =
        open(o->aside.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, there ? info.st_mode & 0777u : 0666u);
    return o->fd >= 0 ? OFS_OK : ofsi_fail_errno(err, errno, "cannot write to", path);
}

static ofs_status close_output(output *o, ofs_status status, ofs_error *err) {
    bool opened = o->fd >= 0, own = opened && o->fd != STDOUT_FILENO;
    if (status == OFS_OK)
        status = write_out(o, err);
    if (status == OFS_OK && o->target && fsync(o->fd) != 0)
        status = ofsi_fail_errno(err, errno, "cannot write to", o->name);
    if (own && close(o->fd) != 0 && status == OFS_OK)
        status = ofsi_fail_errno(err, errno, "cannot write to", o->name);
    if (status == OFS_OK && o->target && rename(o->aside.data, o->target) != 0)
        status = ofsi_fail_errno(err, errno, "cannot write to", o->name);
    if (status != OFS_OK && opened && o->target)
        unlink(o->aside.data);
    free(o->target);
    ofsi_buf_free(&o->aside);
    ofsi_buf_free(&o->lines);
    return status;
}

/* ---- the command ---- */

static ofs_status visit(void *context, const ofs_listed_paragraph *listed, ofs_error *err) {
    output *o = context;
    if (o->a->format == FORMAT_JSONL)
        export_jsonl(&o->lines, listed);
    else
        export_bulk(&o->lines, listed, o->a->index_name);
    if (o->lines.failed)
        return ofsi_fail_nomem(err);
    return o->lines.size >= WRITE_FROM ? write_out(o, err) : OFS_OK;
}

int run_export(const args *a) {
    output o = {.a = a};
    ofs_error err;
    ofs_status status = open_output(&o, &err);
    if (status == OFS_OK && a->format == FORMAT_OPENSEARCH_MAPPING)
        export_mapping(&o.lines);
    else if (status == OFS_OK)
        status = ofs_index_visit(a->index, visit, &o, &err);
    if (status == OFS_OK && o.lines.failed)
        status = ofsi_fail_nomem(&err);
    status = close_output(&o, status, &err);
    return status == OFS_OK ? EXIT_DONE : complain(&err);
}
