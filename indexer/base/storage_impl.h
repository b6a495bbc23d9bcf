/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of functions behind a storage. Only the storages themselves and storage.c include this. */
#ifndef OFSI_BASE_STORAGE_IMPL_H
#define OFSI_BASE_STORAGE_IMPL_H

#include "indexer/base/storage.h"

typedef struct ofsi_storage_methods {
    ofs_status (*list)(ofsi_storage *storage, ofsi_storage_visit visit, void *context, ofs_error *err);
    ofs_status (*read)(ofsi_storage *storage, const char *name, ofsi_blob **out, ofs_error *err);
    ofs_status (*create)(ofsi_storage *storage, const char *name, ofsi_output **out, ofs_error *err);
    ofs_status (*rename)(ofsi_storage *storage, const char *from, const char *to, ofs_error *err);
    ofs_status (*remove)(ofsi_storage *storage, const char *name, ofs_error *err);
    ofs_status (*sync_dir)(ofsi_storage *storage, ofs_error *err);
    ofs_status (*lock)(ofsi_storage *storage, ofsi_lock **out, ofs_error *err);
    void (*close)(ofsi_storage *storage);
} ofsi_storage_methods;

/* First member of every kind of storage, blob, output and lock. */
struct ofsi_storage {
    const ofsi_storage_methods *methods;
    char *path; /* owned; for messages */
};

struct ofsi_blob {
    ofsi_span data;
    void (*close)(ofsi_blob *blob);
    void (*release)(ofsi_blob *blob); /* NULL: nothing to let go of */
};

typedef struct ofsi_output_methods {
    ofs_status (*write)(ofsi_output *output, const void *data, size_t size, ofs_error *err);
    /* Frees the output whatever happens. */
    ofs_status (*close)(ofsi_output *output, bool sync, ofs_error *err);
    void (*abandon)(ofsi_output *output);
} ofsi_output_methods;

struct ofsi_output {
    const ofsi_output_methods *methods;
    uint64_t offset; /* bytes written */
};

struct ofsi_lock {
    void (*release)(ofsi_lock *lock);
};

#endif
