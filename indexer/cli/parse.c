/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofindex parse`: what the parser understands of reports, as outlines or as JSON; touches no index. */
#include <stdio.h>
#include <unistd.h>

#include "indexer/base/clean_text.h"
#include "indexer/cli/cli.h"

typedef struct parsing {
    const args *args;
    bool first;
    bool indent; /* one report, to a terminal */
} parsing;

/* The file's name may hold anything; the outline's own line ends stay. */
static void append_lines(ofsi_buf *out, const char *text) {
    while (*text) {
        size_t size = strcspn(text, "\n");
        ofsi_append_clean(out, text, size);
        ofsi_buf_byte(out, '\n');
        text += size + (text[size] == '\n');
    }
}

static ofs_status print_report(void *context, ofs_report *report, ofs_error *err) {
    parsing *p = context;
    char *text = NULL;
    ofs_status status = p->args->json ? ofs_report_json(report, p->indent, &text, err)
                                      : ofs_report_outline(report, &text, err);
    ofs_report_free(report);
    if (status != OFS_OK)
        return status;
    if (!p->args->json && !p->first)
        putchar('\n');
    p->first = false;
    ofsi_buf out = {0};
    if (p->args->json)
        ofsi_buf_printf(&out, "%s\n", text);
    else
        append_lines(&out, text);
    bool failed = !out.failed && fwrite(out.data, 1, out.size, stdout) != out.size;
    status = out.failed ? ofsi_fail_nomem(err) : OFS_OK;
    ofsi_buf_free(&out);
    ofs_free(text);
    return failed || ferror(stdout) ? ofsi_fail(err, OFS_E_IO, "cannot write to standard output") : status;
}

/* A file that cannot be read is a warning; anything else ends the run. */
static int parse_file(parsing *p, const char *path) {
    ofs_read_options options = {.profile = p->args->profile,
                                .aliases = p->args->aliases,
                                .ocr = p->args->ocr,
                                .ocr_language = p->args->ocr_language};
    ofs_error err;
    ofs_status status = ofs_report_read(path, &options, print_report, p, &err);
    if (status == OFS_OK)
        return EXIT_DONE;
    int exit_status = complain(&err);
    bool is_file = status == OFS_E_INPUT || status == OFS_E_LIMIT || (status == OFS_E_IO && !ferror(stdout));
    if (status == OFS_E_NOT_FOUND)
        return EXIT_USAGE;
    return is_file ? EXIT_SOME : exit_status;
}

int run_parse(const args *a) {
    parsing p = {.args = a, .first = true};
    int worst = EXIT_DONE;
    if (a->operand_count == 0) {
        say("parse: no file was named");
        return EXIT_USAGE;
    }
    p.indent = a->operand_count == 1 && isatty(STDOUT_FILENO);
    for (int i = 0; i < a->operand_count && worst <= EXIT_SOME; i++) {
        int status = parse_file(&p, a->operands[i]);
        worst = status > worst ? status : worst;
    }
    if (fflush(stdout) != 0 && worst != EXIT_TROUBLE) {
        say("cannot write to standard output");
        return EXIT_TROUBLE;
    }
    return worst;
}
