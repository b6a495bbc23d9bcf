/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of ofsearch as values. Filled by args.c, read by the commands. */
#ifndef OFSI_SEARCH_CLI_ARGS_H
#define OFSI_SEARCH_CLI_ARGS_H

#include <ofsearch/search.h>

#include "indexer/base/arena.h"
#include "indexer/base/options.h"
#include "search/present/kwic.h"
#include "search/present/present.h"

enum {
    ARGS_FACETS_MAX = OFS_FACET_FIELD_COUNT,
    ARGS_CONTEXT_MAX = 1000,
    ARGS_KEYWORDS = 20,
    ARGS_GENERATION_MAX = 999999998
};

typedef enum action { ACTION_SEARCH, ACTION_SHORT_HELP, ACTION_HELP, ACTION_VERSION } action;

typedef enum command { COMMAND_SEARCH, COMMAND_SHOW, COMMAND_SIMILAR, COMMAND_VERIFY } command_id;

typedef struct args {
    ofsi_arena arena; /* of the strings below that are not argv's */
    action action;
    command_id command;
    uint64_t given;    /* a bit for each option of options.def that stands on the command line */
    const char *index; /* NULL: to be looked for */
    bool partial;
    uint32_t timeout_ms; /* 0: the usual */
    bool limit_set, all, count, reports, any, plain, explain, cite, quiet, full, synonyms;
    uint64_t limit, offset;
    bool format_set;
    ofsi_format format;
    ofs_filter *filters; /* capacity argc */
    size_t filter_count;
    const char *synonym_file;    /* NULL: none */
    const char **synonym_groups; /* its lines, from read_synonyms(); owned */
    size_t synonym_group_count, synonym_capacity;
    const char **asked; /* the options that decide what matches, as given; NULL-terminated */
    size_t asked_count;
    ofs_facet_request facets[ARGS_FACETS_MAX + 1]; /* room for one that an output needs */
    size_t facet_count;
    bool since_set;
    bool newer_only; /* --since or --mark: than `since` */
    uint64_t since;
    const char *mark; /* file, or NULL */
    bool keywords;
    uint64_t keyword_count;
    const char *compare[2]; /* the two queries, in the arena; NULL: no --compare */
    bool kwic;
    ofsi_kwic_order kwic_order;
    bool fold_duplicates, no_pager;
    const char *log; /* file, or NULL */
    bool pivot_set;
    ofs_pivot_request pivot;
    uint8_t *fields; /* of --fields, in the arena; NULL: the usual ones */
    size_t field_count;
    bool excel, group;
    uint64_t context;
    ofs_sort sort;
    bool k1_set, b_set;
    double k1, b;
    const char *batch; /* file name, "-" for standard input, or NULL */
    ofsi_when color;
    int operand_count;
    char **operands; /* the words behind the options */
} args;

/* The text, or of one that is not UTF-8 a copy that is, which lives as long as args; NULL: out of memory. */
const char *args_utf8(args *args, const char *text);
/* As --since: reports of later commits than `generation` alone. OFS_E_NOMEM. */
ofs_status args_set_since(args *args, uint64_t generation, ofs_error *err);

/* args all zeros before. OFS_E_USAGE with a message for the user. */
ofs_status args_parse(args *args, int argc, char **argv, ofs_error *err);
void args_free(args *args);

/* Which command it is, and whether all that is given goes together (combinations.c). As args_parse(), which calls it. */
ofs_status args_check(args *args, ofs_error *err);

/* Appends the help text. */
void args_help(bool full, ofsi_buf *out);

#endif
