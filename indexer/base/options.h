/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command lines by table: one table of options is parsed by, printed as help, and compared with man page and
 * completion by a test. Used by both programs; by nothing else.
 */
#ifndef OFSI_BASE_OPTIONS_H
#define OFSI_BASE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/buf.h"
#include "indexer/base/error.h"

typedef struct ofsi_option {
    int id;           /* what the handler gets; unique */
    char letter;      /* 0: none */
    const char *name; /* long name without dashes, NULL: none */
    const char
        *argument;    /* its name for help; NULL: takes none; "[=N]": may be left out (long names alone) */
    const char *help; /* one line */
} ofsi_option;

/* Gets each option as met, argument NULL where there is none. OFS_E_USAGE with a message ends the parsing. */
typedef ofs_status (*ofsi_option_handler)(void *context, int id, const char *argument, ofs_error *err);

/*
 * Parses argv[1 ..) with getopt_long: options and operands may be mixed, `--` ends the options. Operands are moved to
 * the end, *first_operand is the first one's index. OFS_E_USAGE has a message for the user. Not reentrant.
 */
ofs_status ofsi_options_parse(const ofsi_option *table, size_t count, int argc, char **argv,
                              ofsi_option_handler handler, void *context, int *first_operand, ofs_error *err);

/* "  -n, --limit N        help", a line an option. */
void ofsi_options_help(const ofsi_option *table, size_t count, ofsi_buf *out);

/* A decimal number of [least, most], the whole text. */
bool ofsi_parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *value);
/* A finite decimal number, the whole text, in the C locale. */
bool ofsi_parse_real(const char *text, double *value);

/* --color and --progress. */
typedef enum ofsi_when { OFSI_WHEN_AUTO, OFSI_WHEN_ALWAYS, OFSI_WHEN_NEVER } ofsi_when;
bool ofsi_parse_when(const char *text, ofsi_when *when);

#endif
