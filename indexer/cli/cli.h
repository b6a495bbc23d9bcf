/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the ofindex program share: exit statuses, messages, output, the commands. */
#ifndef OFSI_INDEXER_CLI_CLI_H
#define OFSI_INDEXER_CLI_CLI_H

#include <ofsearch/index.h>

#include <jansson.h>

#include "indexer/cli/args.h"

enum { EXIT_DONE = 0, EXIT_SOME = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3, EXIT_INTERRUPTED = 130 };

/* Whether the word names a command. */
bool is_command(const char *word);

/* "ofindex: message" on stderr without control characters. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says err's message; the exit status that belongs to it. */
int complain(const ofs_error *err);
/* Writes the buffer to stdout and frees it; EXIT_DONE or EXIT_TROUBLE. */
int print_buf(ofsi_buf *buf);
/* Writes a JSON value (taking it), indented on a terminal; EXIT_DONE or EXIT_TROUBLE. */
int print_json(json_t *value);
/* "1,342" */
void append_count(ofsi_buf *out, uint64_t count);
/* YYYY-MM-DD or null. */
json_t *json_date(ofs_date date);
json_t *json_text(const char *text);
/* Whether grades were expected of a report and no section has one. */
bool is_ungraded(const ofs_report_info *info);

/* The commands; each returns an exit status. */
int run_add(const args *a);
int run_parse(const args *a);
int run_list(const args *a);
int run_remove(const args *a);
int run_stats(const args *a);
int run_check(const args *a);
int run_compact(const args *a);
int run_export(const args *a);

#endif
