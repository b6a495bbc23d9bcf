/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a ZIP archive, by libarchive. */
#include "indexer/report/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <unistd.h>

#include "indexer/report/input.h"

enum {
    MOST_MEMBER = 64 * 1024 * 1024,
    MOST_MEMBERS = 100000, /* names looked at */
    CHUNK = 64 * 1024
};

/* Unpacks the current member; what it says of its size is not believed. */
static ofs_status read_member(struct archive *archive, const char *path, ofsi_zip_member *member,
                              ofs_error *err) {
    for (;;) {
        size_t size = member->bytes.size;
        void *room = ofsi_buf_extend(&member->bytes, CHUNK);
        if (!room)
            return ofsi_fail_nomem(err);
        la_ssize_t got = archive_read_data(archive, room, CHUNK);
        member->bytes.size = size + (got > 0 ? (size_t)got : 0);
        if (got == 0)
            break;
        if (got < 0)
            return ofsi_fail(err, OFS_E_INPUT, "%s is damaged: %s does not unpack", path, member->name);
        if (member->bytes.size > MOST_MEMBER)
            return ofsi_fail(err, OFS_E_LIMIT, "%s: %s unpacks to more than the limit of 64 MiB", path,
                             member->name);
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

static ofs_status read_members(struct archive *archive, const char *path, ofsi_zip_member *members,
                               size_t count, ofs_error *err) {
    struct archive_entry *entry = NULL;
    ofs_status status = OFS_OK;
    for (uint32_t seen = 0; status == OFS_OK && seen < MOST_MEMBERS; seen++) {
        int result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_EOF)
            break;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return ofsi_fail(err, OFS_E_INPUT, "%s is damaged: its archive cannot be read", path);
        ofsi_zip_member *member = find_member(archive_entry_pathname(entry), members, count);
        if (!member)
            continue;
        if (archive_entry_is_encrypted(entry))
            return ofsi_fail(err, OFS_E_INPUT, "%s is encrypted", path);
        status = read_member(archive, path, member, err);
    }
    return status;
}

ofs_status ofsi_zip_read(const char *path, ofsi_zip_member *members, size_t count, ofs_error *err) {
    int fd = -1;
    ofs_status status = ofsi_input_open(path, &fd, err);
    if (status != OFS_OK)
        return status;
    struct archive *archive = archive_read_new();
    if (!archive)
        status = ofsi_fail_nomem(err);
    else if (archive_read_support_format_zip(archive) != ARCHIVE_OK ||
             archive_read_open_fd(archive, fd, CHUNK) != ARCHIVE_OK)
        status = ofsi_fail(err, OFS_E_INPUT, "%s is no ZIP archive, as such a file must be", path);
    if (status == OFS_OK)
        status = read_members(archive, path, members, count, err);
    if (archive)
        archive_read_free(archive);
    close(fd);
    return status;
}

void ofsi_zip_free(ofsi_zip_member *members, size_t count) {
    for (size_t i = 0; i < count; i++)
        ofsi_buf_free(&members[i].bytes);
}
