/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking folders. */
#include "indexer/build/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ofsearch/report.h>

#include "indexer/base/alloc.h"

enum { DEPTH_MAX = 128 }; /* deeper folders are taken for a loop */

char *ofsi_normal_path(ofsi_arena *arena, const char *path) {
    size_t size = strlen(path), used = 0;
    char *normal = ofsi_arena_bytes(arena, size + 2);
    if (!normal)
        return NULL;
    for (size_t i = 0; i < size;) {
        size_t n = strcspn(path + i, "/");
        bool is_dot = n == 1 && path[i] == '.';
        if (n && !is_dot) {
            memcpy(normal + used, path + i, n);
            used += n;
        }
        i += n;
        if (path[i] == '/') {
            if ((used == 0 && i == 0) || (used && normal[used - 1] != '/'))
                normal[used++] = '/';
            i++;
        }
    }
    while (used > 1 && normal[used - 1] == '/')
        used--;
    if (used == 0)
        normal[used++] = '.';
    normal[used] = '\0';
    return normal;
}

bool ofsi_is_below(const char *path, const char *root) {
    size_t n = strlen(root);
    if (strcmp(root, ".") == 0)
        return path[0] != '/' && strncmp(path, "../", 3) != 0;
    return strcmp(path, root) == 0 ||
           (strncmp(path, root, n) == 0 && (path[n] == '/' || strcmp(root, "/") == 0));
}

static ofs_status add_item(ofsi_files *files, const char *path, const struct stat *info, const char *trouble,
                           ofs_error *err) {
    if (!ofsi_grow(&files->items, &files->capacity, files->count + 1, sizeof *files->items))
        return ofsi_fail_nomem(err);
    ofsi_file *file = &files->items[files->count];
    *file = (ofsi_file){.path = ofsi_arena_strndup(&files->arena, path, strlen(path))};
    if (info) {
        file->size = (uint64_t)info->st_size;
        file->mtime_ns = (int64_t)info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
    }
    if (trouble)
        file->trouble = ofsi_arena_strndup(&files->arena, trouble, strlen(trouble));
    if (!file->path || (trouble && !file->trouble))
        return ofsi_fail_nomem(err);
    files->count++;
    return OFS_OK;
}

static ofs_status add_trouble(ofsi_files *files, const char *path, int reason, ofs_error *err) {
    ofs_error text;
    ofsi_fail_errno(&text, reason, "cannot read", path);
    const char *colon = strrchr(text.message, ':');
    return add_item(files, path, NULL, colon ? colon + 2 : text.message, err);
}

static ofs_status walk_folder(ofsi_files *files, const char *path, int depth, ofs_error *err);

/* `named`: the user gave this path itself. */
static ofs_status walk_path(ofsi_files *files, const char *path, bool named, int depth, ofs_error *err) {
    struct stat info;
    const char *slash = strrchr(path, '/');
    if (stat(path, &info) != 0)
        return named || ofs_report_is_readable(path) ? add_trouble(files, path, errno, err) : OFS_OK;
    if (S_ISDIR(info.st_mode))
        return walk_folder(files, path, depth, err);
    if (!named && (!S_ISREG(info.st_mode) || !ofs_report_is_readable(slash ? slash + 1 : path)))
        return OFS_OK;
    return S_ISREG(info.st_mode) ? add_item(files, path, &info, NULL, err)
                                 : add_item(files, path, NULL, "is not a regular file", err);
}

static ofs_status walk_folder(ofsi_files *files, const char *path, int depth, ofs_error *err) {
    if (depth == DEPTH_MAX)
        return add_item(files, path, NULL, "lies too deep (a loop of links?)", err);
    DIR *dir = opendir(path);
    if (!dir)
        return add_trouble(files, path, errno, err);
    ofs_status status = OFS_OK;
    ofsi_arena names = {.block_size = 1024};
    for (struct dirent *entry; status == OFS_OK && (errno = 0, entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        bool is_root = strcmp(path, "/") == 0, is_here = strcmp(path, ".") == 0;
        const char *below = is_here ? ofsi_arena_printf(&names, "%s", entry->d_name)
                                    : ofsi_arena_printf(&names, "%s/%s", is_root ? "" : path, entry->d_name);
        status = below ? walk_path(files, below, false, depth + 1, err) : ofsi_fail_nomem(err);
        ofsi_arena_reset(&names);
    }
    if (status == OFS_OK && errno)
        status = add_trouble(files, path, errno, err);
    ofsi_arena_free(&names);
    closedir(dir);
    return status;
}

static int compare_files(const void *a, const void *b) {
    return strcmp(((const ofsi_file *)a)->path, ((const ofsi_file *)b)->path);
}

ofs_status ofsi_walk(const char *const *paths, size_t count, ofsi_files *files, ofs_error *err) {
    ofs_status status = OFS_OK;
    *files = (ofsi_files){0};
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        char *path = ofsi_normal_path(&files->arena, paths[i]);
        if (!path)
            status = ofsi_fail_nomem(err);
        else if (strstr(paths[i], "://") && access(path, F_OK) != 0) /* a URL is named as it was typed */
            status = add_trouble(files, paths[i], errno, err);
        else
            status = walk_path(files, path, true, 0, err);
    }
    if (status != OFS_OK) {
        ofsi_files_free(files);
        return status;
    }
    if (files->count)
        qsort(files->items, files->count, sizeof *files->items, compare_files);
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++)
        if (kept == 0 || strcmp(files->items[kept - 1].path, files->items[i].path) != 0)
            files->items[kept++] = files->items[i];
    files->count = kept;
    return OFS_OK;
}

void ofsi_files_free(ofsi_files *files) {
    ofsi_free(files->items);
    ofsi_arena_free(&files->arena);
    *files = (ofsi_files){0};
}
