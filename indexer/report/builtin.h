/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The profiles and the table of aliases that are part of the program: files of indexer/report, put into a C file by the
 * build. Read by the profile loader and by aliases.c.
 */
#ifndef OFSI_REPORT_BUILTIN_H
#define OFSI_REPORT_BUILTIN_H

#include <stddef.h>

typedef struct ofsi_builtin_profile {
    const char *name; /* the file's name without folder and suffix; NULL in the row behind the last */
    const unsigned char *data; /* the file as it is, and a NUL behind it */
    size_t size;               /* bytes, without that NUL */
} ofsi_builtin_profile;

/* In order of the names; the row behind the last is all zeros. */
extern const ofsi_builtin_profile ofsi_builtin_profiles[];
/* indexer/report/aliases.txt, likewise. */
extern const ofsi_builtin_profile ofsi_builtin_aliases;

#endif
