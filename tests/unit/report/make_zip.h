/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZIP archives written by a test, by libarchive: what word processors and e-books are kept in. Header only. */
#ifndef OFS_TESTS_MAKE_ZIP_H
#define OFS_TESTS_MAKE_ZIP_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct zip_part {
    const char *name, *text; /* the last has no name */
} zip_part;

/* False when it could not be written. */
static inline bool make_zip(const char *path, const zip_part *parts) {
    struct archive *archive = archive_write_new();
    bool good = archive && archive_write_set_format_zip(archive) == ARCHIVE_OK &&
                archive_write_open_filename(archive, path) == ARCHIVE_OK;
    for (; good && parts->name; parts++) {
        size_t size = strlen(parts->text);
        struct archive_entry *entry = archive_entry_new();
        good = entry != NULL;
        if (!good)
            break;
        archive_entry_set_pathname(entry, parts->name);
        archive_entry_set_size(entry, (la_int64_t)size);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        good = archive_write_header(archive, entry) == ARCHIVE_OK &&
               archive_write_data(archive, parts->text, size) == (la_ssize_t)size;
        archive_entry_free(entry);
    }
    good = archive && archive_write_close(archive) == ARCHIVE_OK && good;
    archive_write_free(archive);
    return good;
}

#endif
