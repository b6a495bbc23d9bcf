/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of --synonym-file: one group of words that stand for the same a line, parted by commas or tabs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/base/utf8.h"
#include "search/cli/cli.h"

static ofs_status add_group(args *a, const char *path, const char *line, uint64_t number, ofs_error *err) {
    if (ofsi_utf8_valid_prefix(line, strlen(line)) != strlen(line))
        return ofsi_fail(err, OFS_E_USAGE, "%s: line %llu is not UTF-8", path, (unsigned long long)number);
    if (line[strspn(line, " \t")] == '\0' || line[0] == '#')
        return OFS_OK;
    if (!line[strcspn(line, ",\t")])
        return ofsi_fail(err, OFS_E_USAGE,
                         "%s: line %llu: words that stand for the same are parted by commas or tabs", path,
                         (unsigned long long)number);
    const char *copy = ofsi_arena_strndup(&a->arena, line, strlen(line));
    if (!copy ||
        !ofsi_grow(&a->synonym_groups, &a->synonym_capacity, a->synonym_group_count + 1, sizeof(char *)))
        return ofsi_fail_nomem(err);
    a->synonym_groups[a->synonym_group_count++] = copy;
    return OFS_OK;
}

ofs_status read_synonyms(args *a, const char *path, ofs_error *err) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    uint64_t number = 0;
    ofs_status status = OFS_OK;
    if (!file)
        return ofsi_fail_errno(err, errno, "cannot open", path);
    for (ssize_t n; status == OFS_OK && (n = getline(&line, &capacity, file)) != -1;) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = '\0';
        status = strlen(line) == (size_t)n ? add_group(a, path, line, ++number, err)
                                           : ofsi_fail(err, OFS_E_USAGE, "%s: is no text", path);
    }
    if (status == OFS_OK && ferror(file))
        status = ofsi_fail_errno(err, errno, "cannot read", path);
    free(line);
    fclose(file);
    return status;
}
