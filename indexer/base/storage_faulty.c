/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A storage that fails from its nth operation on, around another one: for tests of what a crash or a full disk leaves. */
#include "indexer/base/alloc.h"
#include "indexer/base/storage_impl.h"

typedef struct faulty_storage {
    ofsi_storage base;
    ofsi_storage *inner;
    uint64_t fail_at;            /* 0: never */
    _Atomic uint64_t operations; /* an index is written by several threads */
} faulty_storage;

typedef struct faulty_output {
    ofsi_output base;
    faulty_storage *storage;
    ofsi_output *inner;
} faulty_output;

/* Counts an operation; OFS_E_IO when it is the one that fails, or a later one. */
static ofs_status count_operation(faulty_storage *storage, const char *what, ofs_error *err) {
    uint64_t number = ++storage->operations;
    if (storage->fail_at && number >= storage->fail_at)
        return ofsi_fail(err, OFS_E_IO, "cannot %s in %s: made to fail", what, storage->base.path);
    return OFS_OK;
}

static ofsi_storage *inner_of(ofsi_storage *base) { return ((faulty_storage *)base)->inner; }

static ofs_status faulty_list(ofsi_storage *base, ofsi_storage_visit visit, void *context, ofs_error *err) {
    return ofsi_storage_list(inner_of(base), visit, context, err);
}

static ofs_status faulty_read(ofsi_storage *base, const char *name, ofsi_blob **out, ofs_error *err) {
    return ofsi_storage_read(inner_of(base), name, out, err);
}

static ofs_status faulty_write(ofsi_output *base, const void *data, size_t size, ofs_error *err) {
    faulty_output *output = (faulty_output *)base;
    ofs_status status = count_operation(output->storage, "write", err);
    if (status == OFS_OK)
        return ofsi_output_write(output->inner, data, size, err);
    (void)ofsi_output_write(output->inner, data, size / 2, NULL);
    return status;
}

static ofs_status faulty_close_output(ofsi_output *base, bool sync, ofs_error *err) {
    faulty_output *output = (faulty_output *)base;
    ofs_status status = sync ? count_operation(output->storage, "sync", err) : OFS_OK;
    ofs_status closed = ofsi_output_close(output->inner, sync, status == OFS_OK ? err : NULL);
    ofsi_free(output);
    return status == OFS_OK ? closed : status;
}

/* A process that died cannot tidy up: past the failure the half-written file stays. */
static void faulty_abandon(ofsi_output *base) {
    faulty_output *output = (faulty_output *)base;
    faulty_storage *storage = output->storage;
    if (storage->fail_at && storage->operations >= storage->fail_at)
        (void)ofsi_output_close(output->inner, false, NULL);
    else
        ofsi_output_abandon(output->inner);
    ofsi_free(output);
}

static const ofsi_output_methods output_methods = {faulty_write, faulty_close_output, faulty_abandon};

static ofs_status faulty_create(ofsi_storage *base, const char *name, ofsi_output **out, ofs_error *err) {
    faulty_storage *storage = (faulty_storage *)base;
    ofs_status status = count_operation(storage, "create", err);
    if (status != OFS_OK)
        return status;
    faulty_output *output = ofsi_calloc(1, sizeof *output);
    if (!output)
        return ofsi_fail_nomem(err);
    output->base.methods = &output_methods;
    output->storage = storage;
    status = ofsi_storage_create(storage->inner, name, &output->inner, err);
    if (status != OFS_OK) {
        ofsi_free(output);
        return status;
    }
    *out = &output->base;
    return OFS_OK;
}

static ofs_status faulty_rename(ofsi_storage *base, const char *from, const char *to, ofs_error *err) {
    ofs_status status = count_operation((faulty_storage *)base, "rename", err);
    return status == OFS_OK ? ofsi_storage_rename(inner_of(base), from, to, err) : status;
}

static ofs_status faulty_remove(ofsi_storage *base, const char *name, ofs_error *err) {
    ofs_status status = count_operation((faulty_storage *)base, "remove", err);
    return status == OFS_OK ? ofsi_storage_remove(inner_of(base), name, err) : status;
}

static ofs_status faulty_sync_dir(ofsi_storage *base, ofs_error *err) {
    ofs_status status = count_operation((faulty_storage *)base, "sync", err);
    return status == OFS_OK ? ofsi_storage_sync_dir(inner_of(base), err) : status;
}

static ofs_status faulty_lock(ofsi_storage *base, ofsi_lock **out, ofs_error *err) {
    return ofsi_storage_lock(inner_of(base), out, err);
}

static void faulty_close(ofsi_storage *base) {
    ofsi_free(base->path);
    ofsi_free(base);
}

static const ofsi_storage_methods methods = {faulty_list,   faulty_read,     faulty_create, faulty_rename,
                                             faulty_remove, faulty_sync_dir, faulty_lock,   faulty_close};

ofs_status ofsi_storage_open_faulty(ofsi_storage *inner, uint64_t fail_at, ofsi_storage **out,
                                    ofs_error *err) {
    *out = NULL;
    faulty_storage *storage = ofsi_malloc(sizeof *storage);
    char *path = ofsi_strdup(ofsi_storage_path(inner));
    if (!storage || !path) {
        ofsi_free(storage);
        ofsi_free(path);
        return ofsi_fail_nomem(err);
    }
    *storage = (faulty_storage){{&methods, path}, inner, fail_at, 0};
    *out = &storage->base;
    return OFS_OK;
}

uint64_t ofsi_storage_operations(const ofsi_storage *storage) {
    return storage->methods == &methods ? ((const faulty_storage *)storage)->operations : 0;
}
