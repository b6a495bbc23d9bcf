/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of ofindex as values. Filled by args.c, read by the commands. */
#ifndef OFSI_INDEXER_CLI_ARGS_H
#define OFSI_INDEXER_CLI_ARGS_H

#include "indexer/base/options.h"

typedef enum action { ACTION_RUN, ACTION_SHORT_HELP, ACTION_HELP, ACTION_VERSION } action;

/* FORMAT_UNSAID: what is usual for the command. */
typedef enum output_format {
    FORMAT_UNSAID,
    FORMAT_TEXT,
    FORMAT_JSON,
    FORMAT_JSONL,
    FORMAT_OPENSEARCH_BULK,
    FORMAT_OPENSEARCH_MAPPING
} output_format;

typedef struct args {
    action action;
    const char *index;        /* never NULL after parsing */
    uint64_t threads, memory; /* 0: the library's default */
    uint64_t shards;          /* 0: not said */
    const char *engine;       /* NULL: not said */
    const char *profile, *aliases, *stemmer, *files_from, *ocr_language;
    const char *output;     /* NULL: standard output */
    const char *index_name; /* of OpenSearch; never NULL after parsing */
    output_format format;   /* of export never FORMAT_UNSAID after parsing */
    bool json;              /* format is FORMAT_JSON */
    bool ocr, prune, null_ends, failed, quiet, verbose;
    ofsi_when progress, color;
    const char *command; /* "add", ... */
    int operand_count;
    char **operands; /* behind the command */
} args;

/* args all zeros before. OFS_E_USAGE with a message for the user. */
ofs_status args_parse(args *a, int argc, char **argv, ofs_error *err);

/* Appends the help text. */
void args_help(bool full, ofsi_buf *out);

#endif
