/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading by name, as the dynamic linker does it at a program's start. */
#include "indexer/base/late.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static bool load(const ofsi_late_library *library) {
    void *handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
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
