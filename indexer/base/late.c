/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading by name, as the dynamic linker does it at a program's start. */
#include "indexer/base/late.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* `name` in `folder`, seen from the folder of `file`; NULL when it is not there. */
static void *open_beside(const char *file, const char *folder, const char *name) {
    char path[PATH_MAX];
    const char *slash = strrchr(file, '/');
    if (!slash)
        return NULL;
    int size = snprintf(path, sizeof path, "%.*s/%s/%s", (int)(slash - file), file, folder, name);
    if (size < 0 || size >= (int)sizeof path || access(path, F_OK) != 0)
        return NULL;
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

static void *open_near(const ofsi_late_library *library) {
    static const char here;
    char program[PATH_MAX];
    Dl_info self;
    /* Of the program itself this is argv[0], which may be anything; if it has no slash, it is passed over. */
    void *handle =
        dladdr(&here, &self) && self.dli_fname ? open_beside(self.dli_fname, ".", library->name) : NULL;
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    program[size > 0 ? size : 0] = '\0';
    for (const char *const *folder = library->folders; !handle && *folder; folder++)
        handle = open_beside(program, *folder, library->name);
    return handle;
}

static bool load(const ofsi_late_library *library) {
    void *handle = library->folders ? open_near(library) : NULL;
    if (!handle)
        handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle && i < library->count; i++) {
        void *found = dlsym(handle, library->symbols[i].name);
        if (!found)
            return false;
        memcpy(library->symbols[i].to, &found, sizeof found);
    }
    return handle != NULL;
}

bool ofsi_late_load(ofsi_late_library *library) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    if (library->state == OFSI_LATE_NEW)
        library->state = load(library) ? OFSI_LATE_THERE : OFSI_LATE_MISSING;
    bool there = library->state == OFSI_LATE_THERE;
    pthread_mutex_unlock(&mutex);
    return there;
}
