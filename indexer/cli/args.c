/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From argv to struct args, by the table in options.def; and the help text from the same table. */
#include "indexer/cli/args.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "indexer/cli/cli.h"
#include "indexer/cli/export.h"

enum option_id {
#define OFS_OPTION(id, letter, name, argument, help) id,
#include "indexer/cli/options.def"
#undef OFS_OPTION
};

static const ofsi_option option_table[] = {
#define OFS_OPTION(id, letter, name, argument, help) {id, letter, name, argument, help},
#include "indexer/cli/options.def"
#undef OFS_OPTION
};

enum { OPTION_COUNT = sizeof option_table / sizeof option_table[0], THREADS_MAX = 256, SHARDS_MAX = 256 };

static ofs_status bad_value(ofs_error *err, const char *option, const char *value, const char *wanted) {
    return ofsi_fail(err, OFS_E_USAGE, "%s %s: %s", option, value, wanted);
}

/* "256M": a number and K, M, G or T (powers of 1024), at least 16M. */
static bool parse_size(const char *text, uint64_t *size) {
    static const char units[] = "KMGT";
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || text[0] < '0' || text[0] > '9')
        return false;
    uint64_t unit = 1;
    if (*end) {
        const char *at = strchr(units, *end >= 'a' ? *end - 32 : *end);
        if (!at || (end[1] && strcmp(end + 1, "iB") != 0 && strcmp(end + 1, "B") != 0))
            return false;
        unit = UINT64_C(1) << (10 * (at - units + 1));
    }
    return !__builtin_mul_overflow((uint64_t)value, unit, size) && *size >= UINT64_C(16) << 20;
}

static ofs_status set_engine(args *a, const char *value, ofs_error *err) {
    a->engine = value;
    return strcmp(value, "native") == 0 || strcmp(value, "xapian") == 0
               ? OFS_OK
               : bad_value(err, "--engine", value, "must be native or xapian");
}

static ofs_status set_format(args *a, const char *value, ofs_error *err) {
    static const struct {
        const char *name;
        output_format format;
    } formats[] = {
        {"text", FORMAT_TEXT},
        {"json", FORMAT_JSON},
        {"jsonl", FORMAT_JSONL},
        {"opensearch-bulk", FORMAT_OPENSEARCH_BULK},
        {"opensearch-mapping", FORMAT_OPENSEARCH_MAPPING},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, value) == 0) {
            a->format = formats[i].format;
            return OFS_OK;
        }
    return bad_value(err, "--format", value,
                     "must be text or json, or of export jsonl, opensearch-bulk or opensearch-mapping");
}

static ofs_status set_index(args *a, const char *value, ofs_error *err) {
    if (!*value)
        return bad_value(err, "-i", "''", "must name a folder");
    if (a->index)
        return ofsi_fail(err, OFS_E_USAGE, "-i %s and -i %s: folders go together in an index file only",
                         a->index, value);
    a->index = value;
    return OFS_OK;
}

/* ofsearch takes servers and index files too, and both programs may be told of the index by the environment. */
static ofs_status check_index(const args *a, ofs_error *err) {
    static const char server[] = "xapian+tcp://";
    struct stat info;
    if (strcmp(a->command, "parse") == 0 || a->format == FORMAT_OPENSEARCH_MAPPING)
        return OFS_OK;
    bool is_server = strncmp(a->index, server, strlen(server)) == 0;
    if (!is_server && (stat(a->index, &info) != 0 || !S_ISREG(info.st_mode)))
        return OFS_OK;
    return ofsi_fail(err, OFS_E_USAGE, "%s: ofindex works on folders, not on %s: give the folder with -i",
                     a->index, is_server ? "servers" : "files that name them");
}

/* What the command can be asked for. */
static ofs_status settle_format(args *a, ofs_error *err) {
    bool is_export = strcmp(a->command, "export") == 0;
    bool exports = a->format >= FORMAT_JSONL;
    if (!is_export && exports)
        return ofsi_fail(err, OFS_E_USAGE, "--format %s is for export; %s has text and json",
                         a->format == FORMAT_JSONL ? "jsonl" : "opensearch-...", a->command);
    if (is_export && !exports && a->format != FORMAT_UNSAID)
        return ofsi_fail(err, OFS_E_USAGE,
                         "export has the formats jsonl, opensearch-bulk and opensearch-mapping");
    if (!is_export && (a->output || a->index_name))
        return ofsi_fail(err, OFS_E_USAGE, "%s is for export", a->output ? "--output" : "--index-name");
    if (is_export && a->format == FORMAT_UNSAID)
        a->format = FORMAT_JSONL;
    a->json = a->format == FORMAT_JSON;
    if (!a->index_name)
        a->index_name = "ofsearch";
    return OFS_OK;
}

static ofs_status set_index_name(args *a, const char *value, ofs_error *err) {
    a->index_name = value;
    return export_is_index_name(value)
               ? OFS_OK
               : bad_value(err, "--index-name", value,
                           "must be small letters, digits and marks that OpenSearch allows, as reports-2024");
}

static void set_flag(args *a, int id) {
    switch (id) {
    case OPT_OCR:
        a->ocr = true;
        break;
    case OPT_PRUNE:
        a->prune = true;
        break;
    case OPT_NULL:
        a->null_ends = true;
        break;
    case OPT_FAILED:
        a->failed = true;
        break;
    case OPT_QUIET:
        a->quiet = true;
        break;
    case OPT_VERBOSE:
        a->verbose = true;
        break;
    case OPT_SHORT_HELP:
        a->action = ACTION_SHORT_HELP;
        break;
    case OPT_HELP:
        a->action = ACTION_HELP;
        break;
    default:
        a->action = ACTION_VERSION;
        break;
    }
}

static void set_text(args *a, int id, const char *value) {
    switch (id) {
    case OPT_PROFILE:
        a->profile = value;
        break;
    case OPT_ALIASES:
        a->aliases = value;
        break;
    case OPT_OCR_LANGUAGE:
        a->ocr_language = value;
        break;
    case OPT_STEMMER:
        a->stemmer = value;
        break;
    case OPT_OUTPUT:
        a->output = value;
        break;
    default:
        a->files_from = value;
        break;
    }
}

static ofs_status take_option(void *context, int id, const char *value, ofs_error *err) {
    args *a = context;
    if (!value) {
        set_flag(a, id);
        return OFS_OK;
    }
    switch (id) {
    case OPT_INDEX:
        return set_index(a, value, err);
    case OPT_THREADS:
        return ofsi_parse_count(value, 1, THREADS_MAX, &a->threads)
                   ? OFS_OK
                   : bad_value(err, "-j", value, "must be a number from 1 to 256");
    case OPT_MEMORY:
        return parse_size(value, &a->memory)
                   ? OFS_OK
                   : bad_value(err, "--memory", value, "must be a size of at least 16M, as 512M or 2G");
    case OPT_ENGINE:
        return set_engine(a, value, err);
    case OPT_SHARDS:
        return ofsi_parse_count(value, 1, SHARDS_MAX, &a->shards)
                   ? OFS_OK
                   : bad_value(err, "--shards", value, "must be a number from 1 to 256");
    case OPT_FORMAT:
        return set_format(a, value, err);
    case OPT_INDEX_NAME:
        return set_index_name(a, value, err);
    case OPT_PROGRESS:
        return ofsi_parse_when(value, &a->progress)
                   ? OFS_OK
                   : bad_value(err, "--progress", value, "must be auto, always or never");
    case OPT_COLOR:
        return ofsi_parse_when(value, &a->color)
                   ? OFS_OK
                   : bad_value(err, "--color", value, "must be auto, always or never");
    default:
        set_text(a, id, value);
        return OFS_OK;
    }
}

static bool takes_none(const char *command) {
    static const char *const names[] = {"list", "stats", "check", "compact", "export"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], command) == 0)
            return true;
    return false;
}

ofs_status args_parse(args *a, int argc, char **argv, ofs_error *err) {
    int first = argc;
    ofs_status status =
        ofsi_options_parse(option_table, OPTION_COUNT, argc, argv, take_option, a, &first, err);
    const char *named = getenv("OFSEARCH_INDEX");
    if (!a->index)
        a->index = named && *named ? named : ".ofindex";
    a->command = "add";
    a->operands = argv + first;
    a->operand_count = argc - first;
    if (status == OFS_OK && a->operand_count && is_command(a->operands[0])) {
        a->command = *a->operands++;
        a->operand_count--;
    }
    if (status == OFS_OK && a->failed && strcmp(a->command, "list") != 0)
        return ofsi_fail(err, OFS_E_USAGE, "--failed is for list");
    if (status == OFS_OK && a->operand_count && takes_none(a->command))
        return ofsi_fail(err, OFS_E_USAGE, "%s takes no argument; -i names the index", a->command);
    if (status == OFS_OK)
        status = settle_format(a, err);
    return status == OFS_OK && a->action == ACTION_RUN ? check_index(a, err) : status;
}

static const char usage[] =
    "Usage: ofindex [OPTIONS] [add] PATH...\n"
    "       ofindex [OPTIONS] COMMAND [ARGUMENT...]\n"
    "Make an index of inspection reports, for ofsearch.\n"
    "\nCommands:\n"
    "  add PATH...       index files and folders; what is unchanged is skipped\n"
    "  parse FILE...     print what is understood of a report; touches no index\n"
    "  list              the reports in the index; with --failed, files that could not be read\n"
    "  remove REPORT...  drop reports, by id or path\n"
    "  stats             counts, sizes by component, settings\n"
    "  check             verify every checksum and invariant\n"
    "  compact           merge to one segment, reclaim space\n"
    "  export            every paragraph, as .jsonl that ofindex reads, or for OpenSearch\n";

static const char manual[] =
    "\nFiles: .pdf, .html, .docx, .odt, .epub, .txt and .md (form feeds are page breaks), .jsonl (a\n"
    "paragraph a line). A path that is named like a command is written ./list. A file that cannot be\n"
    "read is one warning; the rest is indexed. Nothing of a run is seen by a search before the run has "
    "ended; an interrupted\n"
    "run leaves the index as it was.\n"
    "\nExamples:\n"
    "  ofindex reports/\n"
    "  ofindex -i /srv/reports.index --prune reports/\n"
    "  ofindex parse --format json reports/2012/lambeth.txt\n"
    "  find . -name '*.pdf' -print0 | ofindex --files-from - -0\n"
    "  ofindex list\n"
    "  ofindex export --output archive.jsonl\n"
    "\nExit status: 0 done, 1 some files, or lines of a .jsonl, could not be read (or check found damage,\n"
    "or a report to remove was not there), 2 wrong usage, 3 no index, a damaged or a locked one, or an\n"
    "input/output error, 130 interrupted.\n";

void args_help(bool full, ofsi_buf *out) {
    ofsi_buf_text(out, usage);
    ofsi_buf_text(out, "\nOptions:\n");
    ofsi_options_help(option_table, OPTION_COUNT, out);
    if (full)
        ofsi_buf_text(out, manual);
    else
        ofsi_buf_text(out, "\n'ofindex --help' tells more.\n");
}
