/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one door into this room: a file by its suffix to its reader, and its document to the parser. */
#include <ofsearch/report.h>

#include <string.h>
#include <strings.h>

#include "indexer/report/aliases.h"
#include "indexer/report/jsonl.h"
#include "indexer/report/lines.h"

typedef enum file_type { TYPE_UNKNOWN = 0, TYPE_TEXT, TYPE_PDF, TYPE_JSONL } file_type;

static file_type type_of(const char *path) {
    static const struct {
        const char *suffix;
        file_type type;
    } types[] = {{".pdf", TYPE_PDF}, {".txt", TYPE_TEXT}, {".md", TYPE_TEXT}, {".jsonl", TYPE_JSONL}};
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t tail = strlen(types[i].suffix);
        if (size > tail && strcasecmp(path + size - tail, types[i].suffix) == 0)
            return types[i].type;
    }
    return TYPE_UNKNOWN;
}

/* What stands between the readers and the caller: the names of the providers. */
typedef struct naming {
    ofsi_aliases aliases;
    ofs_report_visit visit;
    void *context;
} naming;

static ofs_status name_and_visit(void *context, ofs_report *report, ofs_error *err) {
    naming *n = context;
    ofs_status status = ofsi_aliases_apply(&n->aliases, report, err);
    if (status == OFS_OK)
        return n->visit(n->context, report, err);
    ofs_report_free(report);
    return status;
}

static ofs_status read_document(const char *path, file_type type, const ofs_read_options *options, naming *n,
                                ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_document document = {0};
    ofs_report *report = NULL;
    ofs_status status = type == TYPE_PDF ? ofsi_read_pdf(path, options, &arena, &document, err)
                                         : ofsi_read_text(path, &arena, &document, err);
    if (status == OFS_OK)
        status = ofsi_parse_document(&document, path, options->profile, &report, err);
    ofsi_arena_free(&arena);
    return status == OFS_OK ? name_and_visit(n, report, err) : status;
}

ofs_status ofs_report_read(const char *path, const ofs_read_options *options, ofs_report_visit visit,
                           void *context, ofs_error *err) {
    static const ofs_read_options defaults = {0};
    file_type type = type_of(path);
    if (!options)
        options = &defaults;
    if (type == TYPE_UNKNOWN)
        return ofsi_fail(err, OFS_E_INPUT, "%s is of no known type (.pdf, .txt, .md or .jsonl)", path);
    naming n = {.visit = visit, .context = context};
    ofs_status status = ofsi_aliases_load(&n.aliases, options->aliases, err);
    if (status == OFS_OK)
        status = type == TYPE_JSONL ? ofsi_read_jsonl(path, name_and_visit, &n, err)
                                    : read_document(path, type, options, &n, err);
    ofsi_aliases_free(&n.aliases);
    return status;
}
