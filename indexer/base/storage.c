/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public face of a storage: each function hands over to the table of its kind. */
#include "indexer/base/alloc.h"
#include "indexer/base/storage_impl.h"

void ofsi_storage_close(ofsi_storage *storage) {
    if (storage)
        storage->methods->close(storage);
}

const char *ofsi_storage_path(const ofsi_storage *storage) { return storage->path; }

ofs_status ofsi_storage_list(ofsi_storage *storage, ofsi_storage_visit visit, void *context, ofs_error *err) {
    return storage->methods->list(storage, visit, context, err);
}

ofs_status ofsi_storage_read(ofsi_storage *storage, const char *name, ofsi_blob **out, ofs_error *err) {
    *out = NULL;
    return storage->methods->read(storage, name, out, err);
}

ofs_status ofsi_storage_create(ofsi_storage *storage, const char *name, ofsi_output **out, ofs_error *err) {
    *out = NULL;
    return storage->methods->create(storage, name, out, err);
}

ofs_status ofsi_storage_rename(ofsi_storage *storage, const char *from, const char *to, ofs_error *err) {
    return storage->methods->rename(storage, from, to, err);
}

ofs_status ofsi_storage_remove(ofsi_storage *storage, const char *name, ofs_error *err) {
    return storage->methods->remove(storage, name, err);
}

ofs_status ofsi_storage_sync_dir(ofsi_storage *storage, ofs_error *err) {
    return storage->methods->sync_dir(storage, err);
}

ofs_status ofsi_storage_lock(ofsi_storage *storage, ofsi_lock **out, ofs_error *err) {
    *out = NULL;
    return storage->methods->lock(storage, out, err);
}

void ofsi_lock_release(ofsi_lock *lock) {
    if (lock)
        lock->release(lock);
}

ofsi_span ofsi_blob_data(const ofsi_blob *blob) { return blob->data; }

void ofsi_blob_close(ofsi_blob *blob) {
    if (blob)
        blob->close(blob);
}

void ofsi_blob_release(ofsi_blob *blob) {
    if (blob->release)
        blob->release(blob);
}

ofs_status ofsi_output_write(ofsi_output *output, const void *data, size_t size, ofs_error *err) {
    ofs_status status = size ? output->methods->write(output, data, size, err) : OFS_OK;
    if (status == OFS_OK)
        output->offset += size;
    return status;
}

uint64_t ofsi_output_offset(const ofsi_output *output) { return output->offset; }

ofs_status ofsi_output_close(ofsi_output *output, bool sync, ofs_error *err) {
    return output->methods->close(output, sync, err);
}

void ofsi_output_abandon(ofsi_output *output) {
    if (output)
        output->methods->abandon(output);
}
