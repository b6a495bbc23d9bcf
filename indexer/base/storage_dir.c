/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The storage on the file system: a directory, files read by mapping and written through a buffer. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/storage_impl.h"

enum { OUTPUT_BUFFER = 256 * 1024 };
#define LOCK_NAME "lock"

typedef struct dir_storage {
    ofsi_storage base;
    int fd;
} dir_storage;

typedef struct dir_output {
    ofsi_output base;
    dir_storage *storage;
    char *name;
    int fd;
    size_t used;
    char *buffer;
} dir_output;

typedef struct dir_lock {
    ofsi_lock base;
    int fd;
} dir_lock;

static int dir_fd(const ofsi_storage *storage) { return ((const dir_storage *)storage)->fd; }

/* "what folder/name: reason" */
static ofs_status fail_named(ofs_error *err, const ofsi_storage *storage, const char *what,
                             const char *name) {
    int reason = errno;
    char path[OFS_ERROR_MESSAGE_SIZE];
    int size = 0;
    for (const char *part = storage->path; *part && size < OFS_ERROR_MESSAGE_SIZE / 2; part++)
        path[size++] = *part;
    path[size++] = '/';
    for (const char *part = name; *part && size < OFS_ERROR_MESSAGE_SIZE - 1; part++)
        path[size++] = *part;
    path[size] = '\0';
    return ofsi_fail_errno(err, reason, what, path);
}

typedef struct listed {
    char *name;
    uint64_t size;
} listed;

static int compare_listed(const void *a, const void *b) {
    return strcmp(((const listed *)a)->name, ((const listed *)b)->name);
}

static ofs_status collect_names(ofsi_storage *storage, DIR *dir, listed **files, size_t *count,
                                ofs_error *err) {
    size_t capacity = 0;
    for (struct dirent *entry; errno = 0, (entry = readdir(dir)) != NULL;) {
        struct stat info;
        if (fstatat(dir_fd(storage), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(info.st_mode))
            continue;
        if (!ofsi_grow(files, &capacity, *count + 1, sizeof **files))
            return ofsi_fail_nomem(err);
        char *name = ofsi_strdup(entry->d_name);
        if (!name)
            return ofsi_fail_nomem(err);
        (*files)[(*count)++] = (listed){name, (uint64_t)info.st_size};
    }
    return errno ? ofsi_fail_errno(err, errno, "cannot list", storage->path) : OFS_OK;
}

static ofs_status dir_list(ofsi_storage *storage, ofsi_storage_visit visit, void *context, ofs_error *err) {
    listed *files = NULL;
    size_t count = 0;
    ofs_status status;
    int fd = openat(dir_fd(storage), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        status = ofsi_fail_errno(err, errno, "cannot list", storage->path);
        if (fd >= 0)
            close(fd);
        return status;
    }
    status = collect_names(storage, dir, &files, &count, err);
    if (count)
        qsort(files, count, sizeof *files, compare_listed);
    for (size_t i = 0; status == OFS_OK && i < count; i++)
        status = visit(context, files[i].name, files[i].size, err);
    for (size_t i = 0; i < count; i++)
        ofsi_free(files[i].name);
    ofsi_free(files);
    closedir(dir);
    return status;
}

static void unmap_blob(ofsi_blob *blob) {
    if (blob->data.size)
        munmap((void *)(uintptr_t)blob->data.data, blob->data.size);
    ofsi_free(blob);
}

/* Pages of a file's mapping come back from the file when they are touched again. */
static void release_blob(ofsi_blob *blob) {
    if (blob->data.size)
        (void)madvise((void *)(uintptr_t)blob->data.data, blob->data.size, MADV_DONTNEED);
}

static ofs_status dir_read(ofsi_storage *storage, const char *name, ofsi_blob **out, ofs_error *err) {
    ofs_status status = OFS_OK;
    struct stat info;
    void *mapped = NULL;
    ofsi_blob *blob = NULL;
    int fd = openat(dir_fd(storage), name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT)
            return ofsi_fail(err, OFS_E_NOT_FOUND, "%s has no file '%s'", storage->path, name);
        return fail_named(err, storage, "cannot open", name);
    }
    if (fstat(fd, &info) != 0) {
        status = fail_named(err, storage, "cannot examine", name);
        goto done;
    }
    if (info.st_size > 0) {
        mapped = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (mapped == MAP_FAILED) {
            status = fail_named(err, storage, "cannot map", name);
            goto done;
        }
    }
    blob = ofsi_malloc(sizeof *blob);
    if (!blob) {
        if (mapped)
            munmap(mapped, (size_t)info.st_size);
        status = ofsi_fail_nomem(err);
        goto done;
    }
    *blob = (ofsi_blob){{mapped, (size_t)info.st_size}, unmap_blob, release_blob};
    *out = blob;
done:
    close(fd);
    return status;
}

static ofs_status write_all(dir_output *output, const char *data, size_t size, ofs_error *err) {
    while (size) {
        ssize_t n = write(output->fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_named(err, &output->storage->base, "cannot write", output->name);
        data += n;
        size -= (size_t)n;
    }
    return OFS_OK;
}

static ofs_status flush_output(dir_output *output, ofs_error *err) {
    size_t used = output->used;
    output->used = 0;
    return write_all(output, output->buffer, used, err);
}

static ofs_status dir_write(ofsi_output *base, const void *data, size_t size, ofs_error *err) {
    dir_output *output = (dir_output *)base;
    if (size > OUTPUT_BUFFER - output->used) {
        ofs_status status = flush_output(output, err);
        if (status != OFS_OK)
            return status;
        if (size >= OUTPUT_BUFFER)
            return write_all(output, data, size, err);
    }
    memcpy(output->buffer + output->used, data, size);
    output->used += size;
    return OFS_OK;
}

static void free_output(dir_output *output) {
    if (output->fd >= 0)
        close(output->fd);
    ofsi_free(output->name);
    ofsi_free(output->buffer);
    ofsi_free(output);
}

static ofs_status dir_close_output(ofsi_output *base, bool sync, ofs_error *err) {
    dir_output *output = (dir_output *)base;
    ofs_status status = flush_output(output, err);
    if (status == OFS_OK && sync && fsync(output->fd) != 0)
        status = fail_named(err, &output->storage->base, "cannot sync", output->name);
    int fd = output->fd;
    output->fd = -1;
    if (close(fd) != 0 && status == OFS_OK)
        status = fail_named(err, &output->storage->base, "cannot close", output->name);
    free_output(output);
    return status;
}

static void dir_abandon(ofsi_output *base) {
    dir_output *output = (dir_output *)base;
    (void)unlinkat(output->storage->fd, output->name, 0);
    free_output(output);
}

static const ofsi_output_methods output_methods = {dir_write, dir_close_output, dir_abandon};

static ofs_status dir_create(ofsi_storage *storage, const char *name, ofsi_output **out, ofs_error *err) {
    dir_output *output = ofsi_calloc(1, sizeof *output);
    if (!output)
        return ofsi_fail_nomem(err);
    output->base.methods = &output_methods;
    output->storage = (dir_storage *)storage;
    output->fd = -1;
    output->name = ofsi_strdup(name);
    output->buffer = ofsi_malloc(OUTPUT_BUFFER);
    if (!output->name || !output->buffer) {
        free_output(output);
        return ofsi_fail_nomem(err);
    }
    output->fd = openat(dir_fd(storage), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (output->fd < 0) {
        ofs_status status = fail_named(err, storage, "cannot create", name);
        free_output(output);
        return status;
    }
    *out = &output->base;
    return OFS_OK;
}

static ofs_status dir_rename(ofsi_storage *storage, const char *from, const char *to, ofs_error *err) {
    if (renameat(dir_fd(storage), from, dir_fd(storage), to) != 0)
        return fail_named(err, storage, "cannot rename to", to);
    return OFS_OK;
}

static ofs_status dir_remove(ofsi_storage *storage, const char *name, ofs_error *err) {
    if (unlinkat(dir_fd(storage), name, 0) != 0 && errno != ENOENT)
        return fail_named(err, storage, "cannot remove", name);
    return OFS_OK;
}

static ofs_status dir_sync(ofsi_storage *storage, ofs_error *err) {
    if (fsync(dir_fd(storage)) != 0)
        return ofsi_fail_errno(err, errno, "cannot sync", storage->path);
    return OFS_OK;
}

static void release_lock(ofsi_lock *base) {
    dir_lock *lock = (dir_lock *)base;
    close(lock->fd);
    ofsi_free(lock);
}

/* flock, not fcntl: it belongs to the open file, so that two writers of one process exclude each other too. */
static ofs_status dir_lock_file(ofsi_storage *storage, ofsi_lock **out, ofs_error *err) {
    int fd = openat(dir_fd(storage), LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail_named(err, storage, "cannot create", LOCK_NAME);
    ofs_status status = OFS_OK;
    dir_lock *lock = NULL;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK
                     ? ofsi_fail(err, OFS_E_LOCKED, "%s is being written by another process", storage->path)
                     : fail_named(err, storage, "cannot lock", LOCK_NAME);
    } else {
        lock = ofsi_malloc(sizeof *lock);
        if (!lock)
            status = ofsi_fail_nomem(err);
    }
    if (!lock) {
        close(fd);
        return status;
    }
    *lock = (dir_lock){{release_lock}, fd};
    *out = &lock->base;
    return OFS_OK;
}

static void dir_close(ofsi_storage *storage) {
    close(dir_fd(storage));
    ofsi_free(storage->path);
    ofsi_free(storage);
}

static const ofsi_storage_methods methods = {dir_list,   dir_read, dir_create,    dir_rename,
                                             dir_remove, dir_sync, dir_lock_file, dir_close};

ofs_status ofsi_storage_open_dir(const char *path, bool create, ofsi_storage **out, ofs_error *err) {
    *out = NULL;
    if (create && mkdir(path, 0777) != 0 && errno != EEXIST)
        return ofsi_fail_errno(err, errno, "cannot make folder", path);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return ofsi_fail(err, OFS_E_NO_INDEX, "no index at %s", path);
    if (fd < 0)
        return ofsi_fail_errno(err, errno, "cannot open folder", path);
    dir_storage *storage = ofsi_malloc(sizeof *storage);
    char *copy = ofsi_strdup(path);
    if (!storage || !copy) {
        ofsi_free(storage);
        ofsi_free(copy);
        close(fd);
        return ofsi_fail_nomem(err);
    }
    *storage = (dir_storage){{&methods, copy}, fd};
    *out = &storage->base;
    return OFS_OK;
}
