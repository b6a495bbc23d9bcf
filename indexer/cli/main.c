/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ofindex: reads the command line, runs a command, and what the commands share for speaking. */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "indexer/base/clean_text.h"
#include "indexer/base/date.h"
#include "indexer/base/utf8.h"
#include "indexer/cli/cli.h"

#ifndef OFS_VERSION
#error "the build gives OFS_VERSION"
#endif

static const struct {
    const char *name;
    int (*run)(const args *a);
} commands[] = {
    {"add", run_add},     {"parse", run_parse}, {"list", run_list},       {"remove", run_remove},
    {"stats", run_stats}, {"check", run_check}, {"compact", run_compact}, {"export", run_export},
};
enum {
    COMMAND_COUNT = sizeof commands / sizeof commands[0],
    GIVEN_BACK = 256 * 1024 /* bytes of a block */
};

bool is_command(const char *word) {
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, word) == 0)
            return true;
    return false;
}

void say(const char *format, ...) {
    char text[4096];
    ofsi_buf buf = {0};
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    ofsi_buf_text(&buf, "ofindex: ");
    ofsi_append_clean(&buf, text, strlen(text));
    ofsi_buf_byte(&buf, '\n');
    if (!buf.failed)
        fwrite(buf.data, 1, buf.size, stderr);
    ofsi_buf_free(&buf);
}

int complain(const ofs_error *err) {
    say("%s", err->message);
    return err->status == OFS_E_USAGE ? EXIT_USAGE : EXIT_TROUBLE;
}

static int write_failed(int reason) {
    ofs_error err;
    ofsi_fail_errno(&err, reason, "cannot write to", "standard output");
    return complain(&err);
}

int print_buf(ofsi_buf *buf) {
    ofs_error err;
    int status = EXIT_DONE;
    if (buf->failed) {
        ofsi_fail_nomem(&err);
        status = complain(&err);
    } else if (buf->size && (fwrite(buf->data, 1, buf->size, stdout) != buf->size || fflush(stdout) != 0)) {
        status = write_failed(errno);
    }
    ofsi_buf_free(buf);
    return status;
}

int print_json(json_t *value) {
    int failed =
        !value || json_dumpf(value, stdout, isatty(STDOUT_FILENO) ? JSON_INDENT(2) : JSON_COMPACT) != 0;
    json_decref(value);
    if (failed || putchar('\n') == EOF || fflush(stdout) != 0)
        return write_failed(errno ? errno : ENOMEM);
    return EXIT_DONE;
}

void append_count(ofsi_buf *out, uint64_t count) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            ofsi_buf_byte(out, ',');
        ofsi_buf_byte(out, (uint8_t)digits[i]);
    }
}

json_t *json_date(ofs_date date) {
    char text[11];
    if (date == OFS_NO_DATE)
        return json_null();
    ofsi_date_format(date, text);
    return json_string(text);
}

/* A path need not be UTF-8, and JSON must be. */
json_t *json_text(const char *text) {
    if (!text)
        return json_null();
    size_t size = strlen(text);
    if (ofsi_utf8_valid_prefix(text, size) == size)
        return json_stringn(text, size);
    ofsi_buf clean = {0};
    ofsi_append_clean(&clean, text, size);
    json_t *string = clean.failed ? NULL : json_stringn(clean.data, clean.size);
    ofsi_buf_free(&clean);
    return string;
}

/* What these tell of one database of several is not the index; a search would refuse it. */
static void say_part(const args *a) {
    static const char *const tellers[] = {"list", "stats", "check", "export"};
    ofs_error err;
    if (a->format == FORMAT_OPENSEARCH_MAPPING)
        return;
    for (size_t i = 0; i < sizeof tellers / sizeof tellers[0]; i++)
        if (strcmp(tellers[i], a->command) == 0 && ofs_index_whole(a->index, &err) == OFS_E_USAGE)
            say("%s", err.message);
}

static int run_command(const args *a) {
    say_part(a);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, a->command) == 0)
            return commands[i].run(a);
    return EXIT_USAGE;
}

int main(int argc, char **argv) {
    args a = {0};
    ofs_error err;
    ofsi_buf out = {0};
    setlocale(LC_CTYPE, "");
#ifdef M_MMAP_THRESHOLD
    /* What an index's postings took while they were gathered goes back to the system, not to a heap full of holes. */
    mallopt(M_MMAP_THRESHOLD, GIVEN_BACK);
#endif
    if (args_parse(&a, argc, argv, &err) != OFS_OK) {
        complain(&err);
        fputs("'ofindex --help' tells what it can do.\n", stderr);
        return EXIT_USAGE;
    }
    if (a.action == ACTION_RUN)
        return run_command(&a);
    if (a.action == ACTION_VERSION)
        ofsi_buf_text(&out, "ofindex " OFS_VERSION "\n");
    else
        args_help(a.action == ACTION_HELP, &out);
    return print_buf(&out);
}
