/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Libraries that are loaded when they are first asked for. What one rare output alone needs, and what that library needs in
 * turn, would cost every start of a program some milliseconds if it were linked.
 */
#ifndef OFSI_BASE_LATE_H
#define OFSI_BASE_LATE_H

#include <stdbool.h>
#include <stddef.h>

/* `name` of the library goes to `to`, which holds a pointer to an object or a function. */
typedef struct ofsi_late_symbol {
    const char *name;
    void *to;
} ofsi_late_symbol;

typedef struct ofsi_late_library {
    const char *name; /* as the dynamic linker knows it */
    const ofsi_late_symbol *symbols;
    size_t count;
    enum { OFSI_LATE_NEW, OFSI_LATE_THERE, OFSI_LATE_MISSING } state;
    /*
     * Where to look before the dynamic linker does, NULL at the end: seen from the program's folder; and before these, in
     * the folder of libofsearch where it is a shared library. NULL: nowhere. A run path would be looked along for every
     * library of the program at every start.
     */
    const char *const *folders;
} ofsi_late_library;

/*
 * Loads the library, for good, and fills its symbols; nothing when it was done before. False when it is not there or has
 * not got one of them. Threads may call it at once.
 */
bool ofsi_late_load(ofsi_late_library *library);

#endif
