/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one door into this room: a file by its suffix to its reader, and its document to the parser. */
#include <ofsearch/report.h>

#include <string.h>
#include <strings.h>

#include "indexer/report/aliases.h"
#include "indexer/report/jsonl.h"
#include "indexer/report/lines.h"
#include "indexer/report/read_html.h"
#include "indexer/report/read_zipped.h"

typedef ofs_status (*read_flowing)(const char *path, ofsi_arena *arena, ofsi_document *document,
                                   ofs_error *err);

/* Those without a reader here are the ones that ofs_report_read() itself tells apart. */
typedef struct file_type {
    const char *suffix;
    read_flowing read;
} file_type;

static const file_type types[] = {{".pdf", NULL},
                                  {".jsonl", NULL},
                                  {".txt", ofsi_read_text},
                                  {".md", ofsi_read_text},
                                  {".html", ofsi_read_html},
                                  {".htm", ofsi_read_html},
                                  {".xhtml", ofsi_read_html},
                                  {".docx", ofsi_read_docx},
                                  {".odt", ofsi_read_odt},
                                  {".epub", ofsi_read_epub}};

static bool has_suffix(const char *path, const char *suffix) {
    size_t size = strlen(path), tail = strlen(suffix);
    return size > tail && strcasecmp(path + size - tail, suffix) == 0;
}

static const file_type *type_of(const char *path) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (has_suffix(path, types[i].suffix))
            return &types[i];
    return NULL;
}

bool ofs_report_is_readable(const char *path) { return type_of(path) != NULL; }

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

static ofs_status read_document(const char *path, const file_type *type, const ofs_read_options *options,
                                naming *n, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_document document = {0};
    ofs_report *report = NULL;
    ofs_status status = type->read ? type->read(path, &arena, &document, err)
                                   : ofsi_read_pdf(path, options, &arena, &document, err);
    if (status == OFS_OK)
        status = ofsi_parse_document(&document, path, options->profile, &report, err);
    ofsi_arena_free(&arena);
    return status == OFS_OK ? name_and_visit(n, report, err) : status;
}

ofs_status ofs_report_read(const char *path, const ofs_read_options *options, ofs_report_visit visit,
                           void *context, ofs_error *err) {
    static const ofs_read_options defaults = {0};
    const file_type *type = type_of(path);
    if (!options)
        options = &defaults;
    if (!type)
        return ofsi_fail(err, OFS_E_INPUT,
                         "%s is of no known type (.pdf, .html, .docx, .odt, .epub, .txt, .md or .jsonl)",
                         path);
    naming n = {.visit = visit, .context = context};
    ofs_status status = ofsi_aliases_load(&n.aliases, options->aliases, err);
    if (status == OFS_OK)
        status = has_suffix(path, ".jsonl") ? ofsi_read_jsonl(path, name_and_visit, &n, err)
                                            : read_document(path, type, options, &n, err);
    ofsi_aliases_free(&n.aliases);
    return status;
}
