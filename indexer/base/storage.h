/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an index lives: a directory behind a table of functions, so that the same code runs on the file system, in
 * memory (tests, small indexes) and on a storage that fails on purpose (tests). Names are plain file names.
 */
#ifndef OFSI_BASE_STORAGE_H
#define OFSI_BASE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/base/error.h"
#include "indexer/base/span.h"

typedef struct ofsi_storage ofsi_storage;
typedef struct ofsi_blob ofsi_blob;     /* a file opened for reading: all its bytes, mapped or held */
typedef struct ofsi_output ofsi_output; /* a file being written, front to back */
typedef struct ofsi_lock ofsi_lock;

/* Gets each name in the directory, in byte order; returns non-OK to stop. */
typedef ofs_status (*ofsi_storage_visit)(void *context, const char *name, uint64_t size, ofs_error *err);

/* The directory `path`; with `create`, made (one level) when absent, else OFS_E_NO_INDEX when absent. */
ofs_status ofsi_storage_open_dir(const char *path, bool create, ofsi_storage **out, ofs_error *err);
/* A directory in memory. Dies with the storage. */
ofs_status ofsi_storage_open_memory(ofsi_storage **out, ofs_error *err);
/*
 * For tests: passes everything to `inner` (not owned), but the operation number `fail_at` (1 = the first; counted over
 * create, write, sync, rename, remove, sync_dir) and all later ones fail with OFS_E_IO, as a full disk or a killed
 * process would. A failing write has written half of its bytes. fail_at 0 never fails and counts.
 */
ofs_status ofsi_storage_open_faulty(ofsi_storage *inner, uint64_t fail_at, ofsi_storage **out,
                                    ofs_error *err);
/* Operations counted so far by a faulty storage. */
uint64_t ofsi_storage_operations(const ofsi_storage *storage);
/* Blobs, outputs and locks must be closed before. NULL is allowed. */
void ofsi_storage_close(ofsi_storage *storage);
/* For messages: the directory's path, or "(memory)". Borrowed until close. */
const char *ofsi_storage_path(const ofsi_storage *storage);

ofs_status ofsi_storage_list(ofsi_storage *storage, ofsi_storage_visit visit, void *context, ofs_error *err);
/* OFS_E_NOT_FOUND when there is no such file. The blob stays readable after remove/rename of the file. Thread-safe. */
ofs_status ofsi_storage_read(ofsi_storage *storage, const char *name, ofsi_blob **out, ofs_error *err);
ofs_status ofsi_storage_create(ofsi_storage *storage, const char *name, ofsi_output **out, ofs_error *err);
/* Replaces an existing `to` atomically. */
ofs_status ofsi_storage_rename(ofsi_storage *storage, const char *from, const char *to, ofs_error *err);
/* OFS_OK also when there is no such file. */
ofs_status ofsi_storage_remove(ofsi_storage *storage, const char *name, ofs_error *err);
/* fsync of the directory: names created, renamed and removed before are durable. */
ofs_status ofsi_storage_sync_dir(ofsi_storage *storage, ofs_error *err);
/* The exclusive writer's lock (fcntl/flock on a file "lock", freed by the system when a process dies); OFS_E_LOCKED. */
ofs_status ofsi_storage_lock(ofsi_storage *storage, ofsi_lock **out, ofs_error *err);
void ofsi_lock_release(ofsi_lock *lock);

/* All bytes; at least 64 readable (zero or any) bytes are NOT promised behind them: formats pad themselves. */
ofsi_span ofsi_blob_data(const ofsi_blob *blob);
void ofsi_blob_close(ofsi_blob *blob);
/*
 * Lets go of the memory that bytes read so far take up; they stay readable. For long sequential reading, whose pages would
 * otherwise count as this process's memory until the end.
 */
void ofsi_blob_release(ofsi_blob *blob);

/* Buffered. */
ofs_status ofsi_output_write(ofsi_output *output, const void *data, size_t size, ofs_error *err);
/* Bytes written so far: the offset of the next. */
uint64_t ofsi_output_offset(const ofsi_output *output);
/* Flush, fsync if `sync`, close. The output is gone afterwards, also on failure. */
ofs_status ofsi_output_close(ofsi_output *output, bool sync, ofs_error *err);
/* Closes without caring, and removes the file. NULL is allowed. */
void ofsi_output_abandon(ofsi_output *output);

#endif
