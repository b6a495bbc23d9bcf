/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ofsearch: reads the command line, opens the index, runs a command, turns its outcome into an exit status. */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "search/cli/cli.h"

#ifndef OFS_VERSION
#error "the build gives OFS_VERSION"
#endif

enum { KEPT_BLOCK = 32 << 20 };

static bool wants_pager; /* text, to a terminal, not forbidden */

ofs_status emit(ofsi_buf *buf, ofs_error *err) {
    if (buf->failed)
        return ofsi_fail_nomem(err);
    if (buf->size && wants_pager)
        start_pager();
    if (buf->size && fwrite(buf->data, 1, buf->size, stdout) != buf->size)
        return ofsi_fail_errno(err, errno, "cannot write to", "standard output");
    ofsi_buf_reset(buf);
    return OFS_OK;
}

void begin_output(session *s, ofsi_buf *out) {
    if (!s->begun)
        ofsi_present_begin(&s->present, out);
    s->begun = true;
}

ofs_status end_output(session *s, ofs_error *err) {
    ofsi_buf out = {0};
    if (!s->begun)
        return OFS_OK;
    ofsi_present_end(&s->present, &out);
    s->begun = false;
    ofs_status status = emit(&out, err);
    if (status == OFS_E_NOMEM && s->present.format == OFSI_FORMAT_XLSX)
        status = ofsi_fail(err, OFS_E_IO,
                           "cannot write the workbook: libxlsxwriter is missing, there is no room in "
                           "the temporary folder, or more rows than a worksheet holds");
    ofsi_buf_free(&out);
    return status;
}

static bool wants_color(ofsi_when when) {
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (when != OFSI_WHEN_AUTO)
        return when == OFSI_WHEN_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

static char *join_operands(const args *a, int from) {
    ofsi_buf buf = {0};
    for (int i = from; i < a->operand_count; i++) {
        if (i > from)
            ofsi_buf_byte(&buf, ' ');
        ofsi_buf_text(&buf, a->operands[i]);
    }
    ofsi_buf_byte(&buf, 0);
    if (buf.failed) {
        ofsi_buf_free(&buf);
        return NULL;
    }
    return buf.data;
}

static int run_command(session *s) {
    const args *a = s->args;
    if (a->batch) {
#ifdef M_MMAP_THRESHOLD
        /* Each query takes and gives back the same amounts: they are not to go to the system and come back zeroed. */
        mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK);
        mallopt(M_TRIM_THRESHOLD, 4 * KEPT_BLOCK);
#endif
        return run_batch(s);
    }
    if (a->command == COMMAND_SHOW)
        return run_show(s, a->operands[1]);
    if (a->command == COMMAND_VERIFY)
        return run_verify(s, a->operands[1]);
    if (a->command == COMMAND_SIMILAR)
        return run_similar(s, a->operands[1]);
    char *query = join_operands(a, 0);
    if (!query) {
        ofs_error err;
        ofsi_fail_nomem(&err);
        return complain(&err);
    }
    int status = run_search(s, query);
    ofsi_free(query);
    return status;
}

/* The time that heads give: now, or $SOURCE_DATE_EPOCH where an output is to be the same again. */
static int64_t search_time(void) {
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    uint64_t value;
    return fixed && ofsi_parse_count(fixed, 0, INT32_MAX, &value) ? (int64_t)value : (int64_t)time(NULL);
}

/* What came since the mark alone. A mark that is ahead of the index is of another one. */
static ofs_status read_news(const session *s, args *a, ofs_error *err) {
    uint64_t mark, now = ofs_index_generation(s->index);
    ofs_status status = read_mark(a->mark, &mark, err);
    if (status != OFS_OK)
        return status;
    if (mark > now)
        return ofsi_fail(err, OFS_E_USAGE,
                         "%s says %" PRIu64 ", but the index is at generation %" PRIu64
                         ": it was made anew; remove the file to begin again",
                         a->mark, mark, now);
    return args_set_since(a, mark, err);
}

/* The mark goes on when all that is new was shown: what was not is to be found by the next run. */
static ofs_status move_mark(const session *s, uint64_t generation, ofs_error *err) {
    const args *a = s->args;
    if (!s->unshown && !s->partial)
        return write_mark(a->mark, generation, err);
    if (!a->quiet && s->partial)
        fprintf(stderr, "ofsearch: the answer was partial: %s is not written\n", a->mark);
    else if (!a->quiet)
        fprintf(stderr, "ofsearch: not every hit was shown: %s stays at %" PRIu64 "\n", a->mark, a->since);
    return OFS_OK;
}

static int run_with_index(args *a) {
    ofs_error err;
    session s = {.args = a};
    char *path = NULL, *folder = getcwd(NULL, 0);
    const char *shown; /* the path in heads and logs, which are UTF-8 */
    int status = EXIT_TROUBLE;
    uint64_t generation = 0;
    bool terminal = isatty(STDOUT_FILENO), color = wants_color(a->color);
    if (a->format == OFSI_FORMAT_XLSX && isatty(STDOUT_FILENO)) {
        say("--format xlsx is for a file: ofsearch --format xlsx ... >found.xlsx");
        free(folder);
        return EXIT_USAGE;
    }
    s.present = (ofsi_present_options){
        .format = a->format,
        .color = a->format == OFSI_FORMAT_TEXT && color,
        .links = a->format == OFSI_FORMAT_TEXT && terminal && color,
        .indent = terminal,
        .cite = a->cite,
        .full = a->full,
        .explain = a->explain,
        .facets_asked = a->facet_count > 0,
        .width = terminal_width(STDOUT_FILENO),
        .name = "1",
        .offset = a->offset,
        .run = &s.run,
        .fields = a->fields,
        .field_count = a->field_count,
        .excel = a->excel,
        .group = a->group,
    };
    wants_pager = terminal && !a->no_pager && a->format == OFSI_FORMAT_TEXT;
    const ofs_open_options options = {.timeout_ms = a->timeout_ms, .partial = a->partial};
    if (locate_index(a->index, &path, &err) != OFS_OK ||
        ofs_index_open_with(path, &options, &s.index, &err) != OFS_OK)
        status = complain(&err);
    else if (a->mark && read_news(&s, a, &err) != OFS_OK)
        status = complain(&err);
    else if (!(shown = args_utf8(a, path))) {
        ofsi_fail_nomem(&err);
        status = complain(&err);
    } else {
        generation = ofs_index_generation(s.index);
        s.run = (ofsi_run_info){.program = "ofsearch " OFS_VERSION,
                                .index = shown,
                                .asked = a->asked,
                                .searched = search_time(),
                                .directory = folder};
        status = run_command(&s);
        if (end_output(&s, &err) != OFS_OK || close_log(&s, &err) != OFS_OK)
            status = complain(&err);
    }
    ofs_index_close(s.index);
    ofsi_free(path);
    free(folder);
    if (fflush(stdout) != 0 && status != EXIT_TROUBLE) {
        ofsi_fail_errno(&err, errno, "cannot write to", "standard output");
        status = complain(&err);
    }
    end_pager();
    if (a->mark && status <= EXIT_NOTHING && move_mark(&s, generation, &err) != OFS_OK)
        status = complain(&err);
    return status;
}

static int print_help(action wanted) {
    ofsi_buf buf = {0};
    if (wanted == ACTION_VERSION)
        ofsi_buf_text(&buf, "ofsearch " OFS_VERSION "\n");
    else
        args_help(wanted == ACTION_HELP, &buf);
    ofs_error err;
    int status = emit(&buf, &err) == OFS_OK ? EXIT_FOUND : complain(&err);
    ofsi_buf_free(&buf);
    return status;
}

/* Filters alone are a question, and so is what to make of the whole index. */
static bool asks_something(const args *a) {
    if (a->batch)
        return a->operand_count == 0;
    return a->operand_count > 0 || a->filter_count > 0 || a->mark || a->facet_count > 0 || a->pivot_set ||
           a->keywords || a->compare[0];
}

int main(int argc, char **argv) {
    args a = {0};
    ofs_error err;
    int status;
    setlocale(LC_CTYPE, "");
    if (args_parse(&a, argc, argv, &err) != OFS_OK) {
        complain(&err);
        if (strncmp(err.message, "unknown option", 14) == 0)
            fputs("A query that begins with - stands behind --: ofsearch -- '-missing children'\n", stderr);
        fputs("'ofsearch --help' tells what it can do.\n", stderr);
        status = EXIT_USAGE;
    } else if (a.synonym_file && read_synonyms(&a, a.synonym_file, &err) != OFS_OK) {
        status = complain(&err);
    } else if (a.action != ACTION_SEARCH) {
        status = print_help(a.action);
    } else if (!asks_something(&a)) {
        say(a.batch ? "--batch takes its queries from the file, not from the command line"
                    : "no query; 'ofsearch --help' tells what can be asked");
        status = EXIT_USAGE;
    } else {
        status = run_with_index(&a);
    }
    args_free(&a);
    return status;
}
