/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A storage in memory. Contents are shared by count, so that a blob outlives the removal of its file. */
#include <pthread.h>

#include "indexer/base/alloc.h"
#include "indexer/base/buf.h"
#include "indexer/base/storage_impl.h"

typedef struct content {
    ofsi_buf bytes;
    unsigned users; /* the file itself, and each blob */
} content;

typedef struct memory_file {
    char *name;
    content *content;
} memory_file;

typedef struct memory_storage {
    ofsi_storage base;
    pthread_mutex_t mutex; /* over files, counts of users, locked */
    memory_file *files;    /* ascending by name */
    size_t file_count, file_capacity;
    bool locked;
} memory_storage;

typedef struct memory_blob {
    ofsi_blob base;
    memory_storage *storage;
    content *content;
} memory_blob;

typedef struct memory_output {
    ofsi_output base;
    memory_storage *storage;
    char *name;
    ofsi_buf bytes;
} memory_output;

typedef struct memory_lock {
    ofsi_lock base;
    memory_storage *storage;
} memory_lock;

static void drop_content(content *c) {
    if (--c->users == 0) {
        ofsi_buf_free(&c->bytes);
        ofsi_free(c);
    }
}

/* The file's place, or where it would be; *found tells. */
static size_t find_file(const memory_storage *storage, const char *name, bool *found) {
    size_t i = 0;
    *found = false;
    while (i < storage->file_count && strcmp(storage->files[i].name, name) < 0)
        i++;
    *found = i < storage->file_count && strcmp(storage->files[i].name, name) == 0;
    return i;
}

static void erase_file(memory_storage *storage, size_t i) {
    ofsi_free(storage->files[i].name);
    drop_content(storage->files[i].content);
    storage->file_count--;
    memmove(&storage->files[i], &storage->files[i + 1], (storage->file_count - i) * sizeof *storage->files);
}

/* Takes name and content in any case. */
static ofs_status put_file(memory_storage *storage, char *name, content *c, ofs_error *err) {
    bool found;
    size_t i = find_file(storage, name, &found);
    if (found) {
        drop_content(storage->files[i].content);
        storage->files[i].content = c;
        ofsi_free(name);
        return OFS_OK;
    }
    if (!ofsi_grow(&storage->files, &storage->file_capacity, storage->file_count + 1,
                   sizeof *storage->files)) {
        drop_content(c);
        ofsi_free(name);
        return ofsi_fail_nomem(err);
    }
    memmove(&storage->files[i + 1], &storage->files[i], (storage->file_count - i) * sizeof *storage->files);
    storage->files[i] = (memory_file){name, c};
    storage->file_count++;
    return OFS_OK;
}

static ofs_status memory_list(ofsi_storage *base, ofsi_storage_visit visit, void *context, ofs_error *err) {
    memory_storage *storage = (memory_storage *)base;
    ofs_status status = OFS_OK;
    for (size_t i = 0; status == OFS_OK && i < storage->file_count; i++)
        status = visit(context, storage->files[i].name, storage->files[i].content->bytes.size, err);
    return status;
}

static void close_blob(ofsi_blob *base) {
    memory_blob *blob = (memory_blob *)base;
    pthread_mutex_lock(&blob->storage->mutex);
    drop_content(blob->content);
    pthread_mutex_unlock(&blob->storage->mutex);
    ofsi_free(blob);
}

static ofs_status memory_read(ofsi_storage *base, const char *name, ofsi_blob **out, ofs_error *err) {
    memory_storage *storage = (memory_storage *)base;
    memory_blob *blob = ofsi_malloc(sizeof *blob);
    bool found;
    if (!blob)
        return ofsi_fail_nomem(err);
    pthread_mutex_lock(&storage->mutex);
    size_t i = find_file(storage, name, &found);
    if (found) {
        content *c = storage->files[i].content;
        c->users++;
        *blob = (memory_blob){{ofsi_buf_span(&c->bytes), close_blob, NULL}, storage, c};
    }
    pthread_mutex_unlock(&storage->mutex);
    if (!found) {
        ofsi_free(blob);
        return ofsi_fail(err, OFS_E_NOT_FOUND, "%s has no file '%s'", base->path, name);
    }
    *out = &blob->base;
    return OFS_OK;
}

static ofs_status memory_write(ofsi_output *base, const void *data, size_t size, ofs_error *err) {
    memory_output *output = (memory_output *)base;
    ofsi_buf_append(&output->bytes, data, size);
    return output->bytes.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static void memory_abandon(ofsi_output *base) {
    memory_output *output = (memory_output *)base;
    ofsi_buf_free(&output->bytes);
    ofsi_free(output->name);
    ofsi_free(output);
}

static ofs_status memory_close_output(ofsi_output *base, bool sync, ofs_error *err) {
    memory_output *output = (memory_output *)base;
    memory_storage *storage = output->storage;
    (void)sync;
    content *c = ofsi_malloc(sizeof *c);
    if (!c || output->bytes.failed) {
        ofsi_free(c);
        memory_abandon(base);
        return ofsi_fail_nomem(err);
    }
    *c = (content){output->bytes, 1};
    pthread_mutex_lock(&storage->mutex);
    ofs_status status = put_file(storage, output->name, c, err);
    pthread_mutex_unlock(&storage->mutex);
    ofsi_free(output);
    return status;
}

static const ofsi_output_methods output_methods = {memory_write, memory_close_output, memory_abandon};

static ofs_status memory_create(ofsi_storage *base, const char *name, ofsi_output **out, ofs_error *err) {
    memory_output *output = ofsi_calloc(1, sizeof *output);
    char *copy = ofsi_strdup(name);
    if (!output || !copy) {
        ofsi_free(output);
        ofsi_free(copy);
        return ofsi_fail_nomem(err);
    }
    output->base.methods = &output_methods;
    output->storage = (memory_storage *)base;
    output->name = copy;
    *out = &output->base;
    return OFS_OK;
}

static ofs_status memory_rename(ofsi_storage *base, const char *from, const char *to, ofs_error *err) {
    memory_storage *storage = (memory_storage *)base;
    char *copy = ofsi_strdup(to);
    bool found;
    if (!copy)
        return ofsi_fail_nomem(err);
    pthread_mutex_lock(&storage->mutex);
    size_t i = find_file(storage, from, &found);
    ofs_status status;
    if (!found) {
        ofsi_free(copy);
        status = ofsi_fail(err, OFS_E_IO, "cannot rename %s: no such file", from);
    } else {
        content *c = storage->files[i].content;
        c->users++;
        erase_file(storage, i);
        status = put_file(storage, copy, c, err);
    }
    pthread_mutex_unlock(&storage->mutex);
    return status;
}

static ofs_status memory_remove(ofsi_storage *base, const char *name, ofs_error *err) {
    memory_storage *storage = (memory_storage *)base;
    bool found;
    (void)err;
    pthread_mutex_lock(&storage->mutex);
    size_t i = find_file(storage, name, &found);
    if (found)
        erase_file(storage, i);
    pthread_mutex_unlock(&storage->mutex);
    return OFS_OK;
}

static ofs_status memory_sync(ofsi_storage *base, ofs_error *err) {
    (void)base;
    (void)err;
    return OFS_OK;
}

static void release_lock(ofsi_lock *base) {
    memory_lock *lock = (memory_lock *)base;
    pthread_mutex_lock(&lock->storage->mutex);
    lock->storage->locked = false;
    pthread_mutex_unlock(&lock->storage->mutex);
    ofsi_free(lock);
}

static ofs_status memory_take_lock(ofsi_storage *base, ofsi_lock **out, ofs_error *err) {
    memory_storage *storage = (memory_storage *)base;
    memory_lock *lock = ofsi_malloc(sizeof *lock);
    if (!lock)
        return ofsi_fail_nomem(err);
    pthread_mutex_lock(&storage->mutex);
    bool taken = storage->locked;
    storage->locked = true;
    pthread_mutex_unlock(&storage->mutex);
    if (taken) {
        ofsi_free(lock);
        return ofsi_fail(err, OFS_E_LOCKED, "%s is being written by another writer", base->path);
    }
    *lock = (memory_lock){{release_lock}, storage};
    *out = &lock->base;
    return OFS_OK;
}

static void memory_close(ofsi_storage *base) {
    memory_storage *storage = (memory_storage *)base;
    while (storage->file_count)
        erase_file(storage, storage->file_count - 1);
    ofsi_free(storage->files);
    pthread_mutex_destroy(&storage->mutex);
    ofsi_free(storage->base.path);
    ofsi_free(storage);
}

static const ofsi_storage_methods methods = {memory_list,   memory_read, memory_create,    memory_rename,
                                             memory_remove, memory_sync, memory_take_lock, memory_close};

ofs_status ofsi_storage_open_memory(ofsi_storage **out, ofs_error *err) {
    *out = NULL;
    memory_storage *storage = ofsi_calloc(1, sizeof *storage);
    char *path = ofsi_strdup("(memory)");
    if (!storage || !path || pthread_mutex_init(&storage->mutex, NULL) != 0) {
        ofsi_free(storage);
        ofsi_free(path);
        return ofsi_fail_nomem(err);
    }
    storage->base = (ofsi_storage){&methods, path};
    *out = &storage->base;
    return OFS_OK;
}
