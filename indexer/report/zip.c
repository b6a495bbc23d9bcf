/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a ZIP archive, by libarchive; and what a file is that is no archive. */
#include "indexer/report/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "indexer/report/input.h"

enum {
    MOST_MEMBER = 64 * 1024 * 1024,
    MOST_ALL = 192 * 1024 * 1024, /* of the members that are asked for */
    MOST_MEMBERS = 100000,        /* names looked at */
    CHUNK = 64 * 1024,
    /* Text that word processors write packs to a tenth, at the most to a fortieth. */
    FREE_BYTES = 4 * 1024 * 1024, /* unpacked before the ratio counts */
    MOST_RATIO = 200
};

typedef struct unpacking {
    struct archive *archive;
    const char *path;
    size_t packed; /* bytes of the whole file */
    size_t all;    /* bytes unpacked so far */
} unpacking;

static ofs_status check_size(const unpacking *u, const ofsi_zip_member *member, ofs_error *err) {
    if (member->bytes.size > MOST_MEMBER)
        return ofsi_fail(err, OFS_E_LIMIT, "%s: %s unpacks to more than the limit of %d MiB", u->path,
                         member->name, MOST_MEMBER >> 20);
    if (u->all > MOST_ALL)
        return ofsi_fail(err, OFS_E_LIMIT, "%s unpacks to more than the limit of %d MiB", u->path,
                         MOST_ALL >> 20);
    if (u->all > FREE_BYTES && u->all / MOST_RATIO > u->packed)
        return ofsi_fail(err, OFS_E_LIMIT, "%s unpacks to more than %d times its size", u->path, MOST_RATIO);
    return OFS_OK;
}

/* Unpacks the current member; what it says of its size is not believed. */
static ofs_status read_member(unpacking *u, ofsi_zip_member *member, ofs_error *err) {
    for (;;) {
        size_t size = member->bytes.size;
        void *room = ofsi_buf_extend(&member->bytes, CHUNK);
        if (!room)
            return ofsi_fail_nomem(err);
        la_ssize_t got = archive_read_data(u->archive, room, CHUNK);
        member->bytes.size = size + (got > 0 ? (size_t)got : 0);
        if (got == 0)
            break;
        if (got < 0)
            return ofsi_fail(err, OFS_E_INPUT, "%s is damaged: %s does not unpack", u->path, member->name);
        u->all += (size_t)got;
        ofs_status status = check_size(u, member, err);
        if (status != OFS_OK)
            return status;
    }
    member->found = true;
    return OFS_OK;
}

static ofsi_zip_member *find_member(const char *name, ofsi_zip_member *members, size_t count) {
    for (size_t i = 0; i < count && name; i++)
        if (!members[i].found && strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static ofs_status read_members(unpacking *u, ofsi_zip_member *members, size_t count, ofs_error *err) {
    struct archive_entry *entry = NULL;
    ofs_status status = OFS_OK;
    size_t missing = count;
    for (uint32_t seen = 0; status == OFS_OK && missing && seen < MOST_MEMBERS; seen++) {
        int result = archive_read_next_header(u->archive, &entry);
        if (result == ARCHIVE_EOF)
            break;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return ofsi_fail(err, OFS_E_INPUT, "%s is damaged: its archive cannot be read", u->path);
        ofsi_zip_member *member = find_member(archive_entry_pathname(entry), members, count);
        if (!member)
            continue;
        if (archive_entry_is_encrypted(entry))
            return ofsi_fail(err, OFS_E_INPUT, "%s is encrypted and needs a password", u->path);
        status = read_member(u, member, err);
        missing -= member->found;
    }
    return status;
}

/* ---- what is no archive ---- */

static ssize_t read_at(int fd, char *room, size_t size, off_t offset) {
    ssize_t got;
    do
        got = pread(fd, room, size, offset);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Office wraps an encrypted document in a file of the older kind, whose folder names its parts in UTF-16. */
static bool wraps_encrypted(int fd) {
    static const char mark[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    char room[CHUNK];
    size_t kept = 0;
    for (off_t at = 0;; at += CHUNK / 2) {
        ssize_t got = read_at(fd, room, sizeof room, at);
        kept = got > 0 ? (size_t)got : 0;
        if (kept && memmem(room, kept, mark, sizeof mark))
            return true;
        if (kept < sizeof room)
            return false;
    }
}

static ofs_status explain(const char *path, int fd, ofs_error *err) {
    char room[1025] = "";
    ssize_t got = read_at(fd, room, sizeof room - 1, 0);
    if (got < 0)
        return ofsi_fail_errno(err, errno, "cannot read", path);
    ofsi_span head = {room, (size_t)got};
    if (head.size >= 8 && memcmp(room, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
        return wraps_encrypted(fd)
                   ? ofsi_fail(err, OFS_E_INPUT, "%s is encrypted and needs a password", path)
                   : ofsi_fail(err, OFS_E_INPUT,
                               "%s is a file of an older Word (.doc), which is not read; save it as .docx",
                               path);
    if (strncmp(room, "{\\rtf", 5) == 0)
        return ofsi_fail(err, OFS_E_INPUT,
                         "%s is a Rich Text file (.rtf), which is not read; save it as .docx", path);
    if (strncmp(room, "%PDF-", 5) == 0)
        return ofsi_fail(err, OFS_E_INPUT, "%s is a PDF; name it .pdf", path);
    if (ofsi_input_is_html(head))
        return ofsi_fail(err, OFS_E_INPUT, "%s is an HTML page; name it .html", path);
    return ofsi_fail(err, OFS_E_INPUT, "%s is no ZIP archive, as such a file must be", path);
}

static ofs_status read_archive(const char *path, int fd, ofsi_zip_member *members, size_t count,
                               ofs_error *err) {
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0 || lseek(fd, 0, SEEK_SET) != 0)
        return ofsi_fail_errno(err, errno, "cannot read", path);
    unpacking u = {.archive = archive_read_new(), .path = path, .packed = (size_t)size};
    if (!u.archive)
        return ofsi_fail_nomem(err);
    ofs_status status = archive_read_support_format_zip(u.archive) == ARCHIVE_OK &&
                                archive_read_open_fd(u.archive, fd, CHUNK) == ARCHIVE_OK
                            ? read_members(&u, members, count, err)
                            : explain(path, fd, err);
    archive_read_free(u.archive);
    return status;
}

ofs_status ofsi_zip_read(const char *path, ofsi_zip_member *members, size_t count, ofs_error *err) {
    char mark[2] = "";
    int fd = -1;
    ofs_status status = ofsi_input_open(path, &fd, err);
    if (status != OFS_OK)
        return status;
    /* libarchive finds an archive behind whatever stands before it; such a file is none here. */
    if (read_at(fd, mark, 2, 0) == 2 && memcmp(mark, "PK", 2) == 0)
        status = read_archive(path, fd, members, count, err);
    else
        status = explain(path, fd, err);
    close(fd);
    return status;
}

void ofsi_zip_free(ofsi_zip_member *members, size_t count) {
    for (size_t i = 0; i < count; i++)
        ofsi_buf_free(&members[i].bytes);
}
