/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening and reading an input file: only regular files, so that a pipe or a device in a folder cannot hang a run. */
#include "indexer/report/input.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

ofs_status ofsi_input_open(const char *path, int *fd, ofs_error *err) {
    struct stat info;
    int opened;
    do
        opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (opened < 0 && errno == EINTR);
    if (opened < 0)
        return ofsi_fail_errno(err, errno, "cannot open", path);
    ofs_status status = OFS_OK;
    if (fstat(opened, &info) != 0)
        status = ofsi_fail_errno(err, errno, "cannot read", path);
    else if (!S_ISREG(info.st_mode))
        status = ofsi_fail(err, OFS_E_INPUT, "%s is not a regular file", path);
    else if (info.st_size == 0)
        status = ofsi_fail(err, OFS_E_INPUT, "%s is empty", path);
    if (status != OFS_OK) {
        close(opened);
        return status;
    }
    *fd = opened;
    return OFS_OK;
}

ofs_status ofsi_input_read(const char *path, size_t most, ofsi_buf *out, ofs_error *err) {
    enum { CHUNK = 256 * 1024 };
    int fd = -1;
    ofs_status status = ofsi_input_open(path, &fd, err);
    if (status != OFS_OK)
        return status;
    size_t start = out->size;
    for (;;) {
        size_t size = out->size;
        char *room = ofsi_buf_extend(out, CHUNK);
        if (!room) {
            status = ofsi_fail_nomem(err);
            break;
        }
        ssize_t got = read(fd, room, CHUNK);
        int reason = errno;
        out->size = size + (got > 0 ? (size_t)got : 0);
        if (got == 0)
            break;
        if (got < 0 && reason == EINTR)
            continue;
        if (got < 0) {
            status = ofsi_fail_errno(err, reason, "cannot read", path);
            break;
        }
        if (out->size - start > most) {
            status = ofsi_fail(err, OFS_E_LIMIT, "%s is larger than the limit of %zu MiB for a text", path,
                               most >> 20);
            break;
        }
    }
    close(fd);
    return status;
}

bool ofsi_input_is_html(ofsi_span bytes) {
    static const char *const openings[] = {"<!doctype html", "<html", "<head", "<body",
                                           "<script",        "<!--",  "<meta"};
    size_t at = bytes.size >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < bytes.size && isspace((unsigned char)bytes.data[at]))
        at++;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        size_t size = strlen(openings[i]);
        if (bytes.size - at >= size && strncasecmp(bytes.data + at, openings[i], size) == 0)
            return true;
    }
    return at + 5 < bytes.size && strncasecmp(bytes.data + at, "<?xml", 5) == 0 &&
           memmem(bytes.data, bytes.size, "<html", 5);
}

ofsi_span ofsi_input_stem(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return (ofsi_span){name, dot && dot > name ? (size_t)(dot - name) : strlen(name)};
}
