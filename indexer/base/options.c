/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Option tables to getopt_long, to help text, and the parsing of option values. */
#include "indexer/base/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"

/* Long options without a letter need values beyond any char. */
enum { LONG_BASE = 1024 };

/* "[=N]": the argument may be left out. */
static bool is_optional(const ofsi_option *option) { return option->argument && option->argument[0] == '['; }

static int argument_rule(const ofsi_option *option) {
    return is_optional(option) ? optional_argument : option->argument ? required_argument : no_argument;
}

static void fill_getopt(const ofsi_option *table, size_t count, char *letters, struct option *longs) {
    size_t l = 0, n = 0;
    letters[l++] = ':';
    for (size_t i = 0; i < count; i++) {
        if (table[i].letter) {
            letters[l++] = table[i].letter;
            if (table[i].argument)
                letters[l++] = ':';
        }
        if (table[i].name)
            longs[n++] = (struct option){table[i].name, argument_rule(&table[i]), NULL, LONG_BASE + (int)i};
    }
    letters[l] = '\0';
    longs[n] = (struct option){NULL, 0, NULL, 0};
}

static const ofsi_option *find_option(const ofsi_option *table, size_t count, int got) {
    if (got >= LONG_BASE)
        return &table[got - LONG_BASE];
    for (size_t i = 0; i < count; i++)
        if (table[i].letter && table[i].letter == got)
            return &table[i];
    return NULL;
}

static ofs_status refuse(int got, char **argv, ofs_error *err) {
    const char *word = argv[optind - 1];
    if (got == ':')
        return ofsi_fail(err, OFS_E_USAGE, "option '%s' needs an argument", word);
    if (optopt > 0 && optopt < LONG_BASE && isprint(optopt))
        return ofsi_fail(err, OFS_E_USAGE, "unknown option '-%c'", optopt);
    if (optopt >= LONG_BASE)
        return ofsi_fail(err, OFS_E_USAGE, "option '%s' takes no argument", word);
    return ofsi_fail(err, OFS_E_USAGE, "unknown or ambiguous option '%s'", word);
}

ofs_status ofsi_options_parse(const ofsi_option *table, size_t count, int argc, char **argv,
                              ofsi_option_handler handler, void *context, int *first_operand,
                              ofs_error *err) {
    ofs_status status = OFS_OK;
    char *letters = ofsi_malloc(count * 2 + 2);
    struct option *longs = ofsi_calloc(count + 1, sizeof *longs);
    if (!letters || !longs) {
        status = ofsi_fail_nomem(err);
        goto done;
    }
    fill_getopt(table, count, letters, longs);
    optind = 0;
    opterr = 0;
    for (int got; status == OFS_OK && (got = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        const ofsi_option *option = got == '?' || got == ':' ? NULL : find_option(table, count, got);
        status = option ? handler(context, option->id, optarg, err) : refuse(got, argv, err);
    }
    *first_operand = optind;
done:
    ofsi_free(letters);
    ofsi_free(longs);
    return status;
}

void ofsi_options_help(const ofsi_option *table, size_t count, ofsi_buf *out) {
    enum { HELP_COLUMN = 30 };
    for (size_t i = 0; i < count; i++) {
        size_t start = out->size;
        if (table[i].letter)
            ofsi_buf_printf(out, "  -%c%s", table[i].letter, table[i].name ? ", " : "");
        else
            ofsi_buf_text(out, "      ");
        if (table[i].name)
            ofsi_buf_printf(out, "--%s", table[i].name);
        if (table[i].argument)
            ofsi_buf_printf(out, "%s%s", is_optional(&table[i]) ? "" : " ", table[i].argument);
        size_t used = out->size - start;
        ofsi_buf_printf(out, "%*s%s\n", used < HELP_COLUMN ? (int)(HELP_COLUMN - used) : 2, "",
                        table[i].help);
    }
}

bool ofsi_parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *value) {
    char *end;
    if (!isdigit((unsigned char)*text))
        return false;
    errno = 0;
    unsigned long long got = strtoull(text, &end, 10);
    if (errno || *end || got < least || got > most)
        return false;
    *value = got;
    return true;
}

bool ofsi_parse_real(const char *text, double *value) {
    char *end;
    if (!*text || isspace((unsigned char)*text))
        return false;
    errno = 0;
    *value = strtod(text, &end);
    return !*end && end != text && errno == 0 && isfinite(*value);
}

bool ofsi_parse_when(const char *text, ofsi_when *when) {
    if (strcmp(text, "auto") == 0)
        *when = OFSI_WHEN_AUTO;
    else if (strcmp(text, "always") == 0)
        *when = OFSI_WHEN_ALWAYS;
    else if (strcmp(text, "never") == 0)
        *when = OFSI_WHEN_NEVER;
    else
        return false;
    return true;
}
