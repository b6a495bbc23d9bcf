/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Compaction of a Xapian database in its place: written beside it, and then exchanged for it in one step of the file
 * system, so that whoever opens the folder at any time finds one or the other whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/build/xapian_impl.h"

/* A database's folder itself, whatever link leads to it, and the place beside it, on the same file system. */
typedef struct places {
    char *database, *beside; /* owned; NULL: there is no such folder, or no memory */
} places;

static places places_of(const char *path) {
    places p = {realpath(path, NULL), NULL};
    ofsi_buf name = {0};
    if (!p.database)
        return p;
    ofsi_buf_text(&name, p.database);
    ofsi_buf_text(&name, ".compacting");
    ofsi_buf_byte(&name, 0);
    if (name.failed)
        ofsi_buf_free(&name);
    p.beside = name.data;
    return p;
}

static void free_places(places *p) {
    free(p->database);
    ofsi_free(p->beside);
}

static void remove_database(const char *path) {
    ofsi_buf lock = {0};
    ofsi_xapian_remove_files(path);
    ofsi_buf_printf(&lock, "%s/lock", path);
    ofsi_buf_byte(&lock, 0);
    if (!lock.failed)
        (void)unlink(lock.data);
    ofsi_buf_free(&lock);
    (void)rmdir(path);
}

void ofsi_xapian_sweep_compaction(const char *path) {
    struct stat info;
    places p = places_of(path);
    if (p.beside && lstat(p.beside, &info) == 0 && S_ISDIR(info.st_mode))
        remove_database(p.beside);
    free_places(&p);
}

/* Waits until the file or the folder is on the disk. */
static ofs_status sync_path(const char *path, ofs_error *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        ofs_status status = ofsi_fail_errno(err, errno, "cannot sync", path);
        if (fd >= 0)
            close(fd);
        return status;
    }
    close(fd);
    return OFS_OK;
}

typedef struct syncing {
    const char *folder;
} syncing;

static ofs_status sync_file(void *context, const char *name, uint64_t size, ofs_error *err) {
    const syncing *s = context;
    ofsi_buf path = {0};
    (void)size;
    ofsi_buf_printf(&path, "%s/%s", s->folder, name);
    ofsi_buf_byte(&path, 0);
    ofs_status status = path.failed ? ofsi_fail_nomem(err) : sync_path(path.data, err);
    ofsi_buf_free(&path);
    return status;
}

static ofs_status write_compacted(const ofsi_xapian *x, const char *from, const char *to, ofs_error *err) {
    const ofs_xapian_compaction options = {.keep_docids = true, .standard = true};
    ofs_xapian_database *database = NULL;
    ofsi_storage *storage = NULL;
    syncing s = {to};
    ofs_status status = x->database_open(from, &database, err);
    if (status == OFS_OK)
        status = x->database_compact(database, to, &options, err);
    x->database_free(database);
    if (status == OFS_OK)
        status = ofsi_storage_open_dir(to, false, &storage, err);
    if (status == OFS_OK)
        status = ofsi_storage_list(storage, sync_file, &s, err);
    if (status == OFS_OK)
        status = ofsi_storage_sync_dir(storage, err);
    ofsi_storage_close(storage);
    return status;
}

/* The exchange is on the disk before what was there goes. */
static ofs_status sync_above(const char *path, ofs_error *err) {
    ofsi_buf above = {0};
    ofsi_buf_printf(&above, "%s/..", path);
    ofsi_buf_byte(&above, 0);
    ofs_status status = above.failed ? ofsi_fail_nomem(err) : sync_path(above.data, err);
    ofsi_buf_free(&above);
    return status;
}

static ofs_status exchange(const char *one, const char *other, ofs_error *err) {
    if (renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0)
        return sync_above(other, err);
    if (errno == EINVAL || errno == ENOSYS)
        return ofsi_fail(
            err, OFS_E_UNSUPPORTED,
            "the file system of %s cannot exchange two folders: it cannot be compacted in its place", other);
    return ofsi_fail_errno(err, errno, "cannot exchange for its compacted form", other);
}

/*
 * The folder that is exchanged has the index's lock in it, unless the database is one of several: the new one is locked before
 * anyone else can see it.
 */
static ofs_status move_lock(ofs_writer *w, const char *beside, ofsi_lock **lock, ofs_error *err) {
    ofsi_storage *storage = NULL;
    *lock = NULL;
    if (w->xapian->is_split)
        return OFS_OK;
    ofs_status status = ofsi_storage_open_dir(beside, false, &storage, err);
    if (status == OFS_OK)
        status = ofsi_storage_lock(storage, lock, err);
    ofsi_storage_close(storage);
    return status;
}

/* The writer's storage is the folder that was there before. */
static ofs_status follow(ofs_writer *w, ofsi_lock *lock, ofs_error *err) {
    ofsi_storage *storage = NULL;
    if (w->xapian->is_split)
        return OFS_OK;
    ofsi_lock_release(w->lock);
    w->lock = lock;
    ofs_status status = ofsi_storage_open_dir(w->directory, false, &storage, err);
    if (status != OFS_OK)
        return status;
    ofsi_storage_close(w->storage);
    w->storage = storage;
    return OFS_OK;
}

static ofs_status replace(ofs_writer *w, ofsi_xapian_shard *shard, const places *p, ofs_error *err) {
    const ofsi_xapian *x = w->xapian->x;
    ofsi_lock *lock = NULL;
    ofs_status status = write_compacted(x, p->database, p->beside, err);
    if (status == OFS_OK)
        status = move_lock(w, p->beside, &lock, err);
    if (status == OFS_OK) {
        ofsi_xapian_shard_close(x, shard);
        status = exchange(p->beside, p->database, err);
    }
    if (status == OFS_OK)
        return follow(w, lock, err);
    ofsi_lock_release(lock);
    return status;
}

ofs_status ofsi_xapian_compact(ofs_writer *w, ofsi_xapian_shard *shard, ofs_error *err) {
    places p = places_of(shard->path);
    ofs_status status = p.beside ? OFS_OK : ofsi_fail_nomem(err);
    if (status == OFS_OK) {
        ofsi_xapian_sweep_compaction(shard->path);
        status = replace(w, shard, &p, err);
        remove_database(p.beside);
    }
    free_places(&p);
    return status == OFS_OK ? ofsi_xapian_shard_open(w, shard, err) : status;
}
