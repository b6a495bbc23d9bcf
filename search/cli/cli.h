/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the ofsearch program share: exit statuses, messages, output. */
#ifndef OFSI_SEARCH_CLI_CLI_H
#define OFSI_SEARCH_CLI_CLI_H

#include <ofsearch/search.h>

#include "search/cli/args.h"

enum { EXIT_FOUND = 0, EXIT_NOTHING = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3 };

/* What the commands need to know of the terminal; set once. */
typedef struct session {
    const args *args;
    ofs_index *index;
    ofsi_present_options present; /* format, color, indent, width, ... for every answer */
    ofsi_run_info run;            /* what heads say of the run */
    bool begun;                   /* the output's frame is open */
} session;

/* "ofsearch: message" on stderr, cleaned; the exit status that belongs to err. */
int complain(const ofs_error *err);
/* As complain; for a query that does not parse also the query with a caret under the place. */
int complain_query(const ofs_error *err, const char *query, const char *prefix);
/* Writes the buffer to stdout, empties it; OFS_E_IO when that fails, OFS_E_NOMEM when the buffer had failed. */
ofs_status emit(ofsi_buf *buf, ofs_error *err);

/* Opens the frame of the output before its first answer. */
void begin_output(session *session, ofsi_buf *out);
/* Closes it; nothing where it was not opened. */
ofs_status end_output(session *session, ofs_error *err);

/* The index to open: -i, $OFSEARCH_INDEX, or the nearest parent's .ofindex; *path is the caller's (ofsi_free). */
ofs_status locate_index(const char *option, char **path, ofs_error *err);

/* The search that the options ask for; `facets` is room for ARGS_FACETS_MAX + 1, which the request borrows. */
void fill_request(const args *args, const char *query, ofs_facet_request *facets,
                  ofs_search_request *request);

/* The commands; each returns an exit status. */
int run_search(session *session, const char *query);
int run_batch(session *session);
int run_show(session *session, const char *place);

#endif
