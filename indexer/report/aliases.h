/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which names mean one provider, which it has succeeded, who works for it: the table that is part of the program
 * (aliases.txt has its grammar) and a user's own before it. Used by the readers' door for every report.
 */
#ifndef OFSI_REPORT_ALIASES_H
#define OFSI_REPORT_ALIASES_H

#include <ofsearch/report.h>

#include "indexer/base/arena.h"
#include "indexer/base/map.h"

typedef struct ofsi_alias_entry {
    const char *name;
    const char *const *others; /* all the other names of its line */
    uint32_t other_count;
} ofsi_alias_entry;

/* All zeros is an empty table. */
typedef struct ofsi_aliases {
    ofsi_arena arena;
    ofsi_map keys;    /* of names and `also` names */
    uint32_t *owners; /* by number of the key: index into entries; heap */
    size_t owner_capacity;
    ofsi_alias_entry *entries; /* heap */
    size_t count, capacity;
} ofsi_aliases;

/*
 * Adds the lines of a table; `name` is for messages. Where a name is in the table already, the earlier entry is found.
 * OFS_E_INPUT with "name:line: reason" for a line that is wrong and a name that the same text has given before.
 */
ofs_status ofsi_aliases_add(ofsi_aliases *aliases, ofsi_span text, const char *name, ofs_error *err);
/* The user's table of that file (NULL: none), then the program's own. OFS_E_NOT_FOUND when there is no such file. */
ofs_status ofsi_aliases_load(ofsi_aliases *aliases, const char *path, ofs_error *err);
void ofsi_aliases_free(ofsi_aliases *aliases);

/* Fills provider_name (unless it is set) and provider_also of a report that has a provider. */
ofs_status ofsi_aliases_apply(const ofsi_aliases *aliases, ofs_report *report, ofs_error *err);

/* Whether a file is a table of aliases: OFS_E_NOT_FOUND, OFS_E_INPUT, OFS_E_IO. */
ofs_status ofsi_check_aliases(const char *path, ofs_error *err);

#endif
