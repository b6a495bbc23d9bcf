/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the ofsearch program share: exit statuses, messages, output. */
#ifndef OFSI_SEARCH_CLI_CLI_H
#define OFSI_SEARCH_CLI_CLI_H

#include <stdio.h>

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
    bool unshown;                 /* something matched and was not printed: --mark stays where it is */
    bool partial;                 /* an answer was without some shards: --mark likewise */
    const ofs_place *like;        /* `similar`: the paragraph; else NULL */
    uint64_t told_missing;        /* a number for the missing shards that were told of last; 0: none are */
    FILE *log;                    /* of --log, when open */
    ofs_pivot *pivot;             /* of the batch as a whole, or NULL */
    ofsi_arena queries_arena;     /* what is asked of it, for the head */
    const char **queries;         /* name and query in turn */
    size_t query_count, query_capacity;
} session;

/* "ofsearch: text" on stderr, cleaned. */
void say(const char *text);
/* Columns of the terminal at that descriptor, or of $COLUMNS; 80 where there is none. */
uint32_t terminal_width(int output);
/* As say(); the exit status that belongs to err. */
int complain(const ofs_error *err);
/* As complain, for a query: one that passes a limit is wrong usage, and the part around the place is shown, with a caret under it. */
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

/* --pivot (pivot.c). Whether one pivot takes in all queries of the batch. */
bool pivots_batch(const args *args);
ofs_status add_to_pivot(session *session, ofs_pivot *pivot, const char *query, const char *name,
                        ofs_error *err);
/* Gives back the batch's pivot and what goes with it. */
void drop_pivot(session *session);
/* `query` is the one asked, or the batch's file. */
ofs_status print_pivot(session *session, ofs_pivot *pivot, const char *query,
                       const ofsi_present_options *options, ofs_error *err);
/* One query's pivot; *total 0 when nothing matched. */
ofs_status answer_pivot(session *session, const char *query, const ofsi_present_options *options,
                        uint64_t *total, ofs_error *err);
/* Reads the groups of --synonym-file. OFS_E_IO, OFS_E_USAGE with the line, OFS_E_NOMEM. */
ofs_status read_synonyms(args *args, const char *path, ofs_error *err);

/* What heads say of a query, without hits. */
ofs_status describe_search(session *session, const char *query, ofs_results **results, ofs_error *err);

/* --keywords and --compare; *total 0 when nothing matched. */
ofs_status answer_keywords(session *session, const char *query, const ofsi_present_options *options,
                           uint64_t *total, ofs_error *err);

/* --mark: the commit that FILE names, 0 when there is no such file; and writing it anew. */
ofs_status read_mark(const char *path, uint64_t *generation, ofs_error *err);
ofs_status write_mark(const char *path, uint64_t generation, ofs_error *err);

/* A number for the shards and the commit that were searched last, or that results are of (partial.c). OFS_E_NOMEM. */
ofs_status note_shards(session *session, uint64_t *shards, ofs_error *err);
uint64_t shards_of(const ofs_results *results);
/* OFS_E_MODIFIED when what was searched last is something else. */
ofs_status check_shards(session *session, uint64_t shards, ofs_error *err);
/* On standard error, which shards are missing; nothing when that was said last time. */
void tell_missing(session *session, const ofs_missing *missing, size_t count);
/* Likewise those that the last answer was without. */
void tell_missing_now(session *session, bool aloud);

/* --log: a line for a search, `name` in a batch else NULL; nothing without --log. Then closing. */
ofs_status log_search(session *session, const ofs_results *results, const char *name, ofs_error *err);
ofs_status close_log(session *session, ofs_error *err);

/* Sends what is written from now on through a pager, where standard output is a terminal; once. Then waits for it. */
void start_pager(void);
void end_pager(void);

/* The paragraph that REPORT#PARA names, the first where several have the number. *results is the caller's. */
ofs_status find_paragraph(session *session, const char *ref, ofs_results **results, const ofs_hit **hit,
                          ofs_error *err);

/* All paragraphs that REPORT or REPORT#PARA names; *results and *wanted (ofsi_free) are the caller's. OFS_E_NOT_FOUND. */
ofs_status find_paragraphs_named(session *session, const char *ref, ofs_results **results, ofs_hit **wanted,
                                 size_t *count, ofs_error *err);

/* The commands; each returns an exit status. */
int run_search(session *session, const char *query);
int run_batch(session *session);
int run_show(session *session, const char *place);
int run_verify(session *session, const char *path);
int run_similar(session *session, const char *ref);

#endif
