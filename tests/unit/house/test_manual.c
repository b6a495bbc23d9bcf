/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Man pages and completions speak of exactly the options that the programs' tables hold. */
#include "tests/support/support.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct option {
    char letter;
    const char *name, *argument;
} option;

static const option ofindex_options[] = {
#define OFS_OPTION(id, letter, name, argument, help) {letter, name, argument},
#include "indexer/cli/options.def"
#undef OFS_OPTION
};

static const option ofsearch_options[] = {
#define OFS_OPTION(id, letter, name, argument, help) {letter, name, argument},
#include "search/cli/options.def"
#undef OFS_OPTION
};

typedef struct program {
    const char *name, *folder;
    const option *options;
    size_t count;
} program;

static const program programs[] = {
    {"ofindex", "indexer/cli", ofindex_options, sizeof ofindex_options / sizeof ofindex_options[0]},
    {"ofsearch", "search/cli", ofsearch_options, sizeof ofsearch_options / sizeof ofsearch_options[0]},
};
enum { PROGRAMS = sizeof programs / sizeof programs[0] };

static char *read_beside(const program *p, const char *suffix) {
    char *path = test_format("%s/%s/%s.%s", test_source(), p->folder, p->name, suffix);
    char *data = test_read_file(path, NULL);
    free(path);
    return data;
}

/* `word` where no character of an option's name follows it, or NULL. */
static const char *find_word(const char *text, const char *word) {
    size_t size = strlen(word);
    for (const char *p = text; (p = strstr(p, word)); p += size) {
        char next = p[size];
        if (!isalnum((unsigned char)next) && next != '-' && next != '\\')
            return p;
    }
    return NULL;
}

static bool is_known(const program *p, const char *word, size_t size) {
    for (size_t i = 0; i < p->count; i++) {
        const option *o = &p->options[i];
        if (size == 2 && word[0] == '-' && o->letter == word[1])
            return true;
        if (o->name && size == strlen(o->name) + 2 && strncmp(word, "--", 2) == 0 &&
            strncmp(word + 2, o->name, size - 2) == 0)
            return true;
    }
    return false;
}

/* Roff's \- as the hyphen it prints. */
static void unescape_hyphens(char *text) {
    char *to = text;
    for (const char *p = text; *p; p++) {
        if (p[0] == '\\' && p[1] == '-')
            p++;
        *to++ = *p;
    }
    *to = '\0';
}

/* The tag line of the man page that has the option's long name or else its letter, and with it both and its argument. */
static size_t check_entry(const program *p, const option *o, const char *section) {
    char *name = o->name ? test_format("--%s", o->name) : test_format("-%c", o->letter);
    const char *found = find_word(section, name);
    const char *start = found;
    while (start && start > section && start[-1] != '\n')
        start--;
    char *line = start ? test_format("%.*s", (int)strcspn(start, "\n"), start) : NULL;
    char *letter = test_format("-%c", o->letter);
    char *argument = o->argument ? test_format("%.*s", (int)strcspn(o->argument, "[:,|"), o->argument) : NULL;
    size_t faults = 0;
    if (!line) {
        print_error("%s.1 does not speak of %s\n", p->name, name);
        faults++;
    } else if ((o->letter && !find_word(line, letter)) || (argument && !strstr(line, argument))) {
        print_error("%s.1, %s: letter %s or argument %s is not in: %s\n", p->name, name,
                    o->letter ? letter : "(none)", argument ? argument : "(none)", line);
        faults++;
    }
    free(name);
    free(line);
    free(letter);
    free(argument);
    return faults;
}

/* Words that begin with a hyphen and stand for themselves, between `from` and `to`, must be options. */
static size_t check_words(const program *p, const char *what, const char *from, const char *to) {
    size_t faults = 0;
    for (const char *at = from; at < to;) {
        bool starts = *at == '-' && (at == from || (!isalnum((unsigned char)at[-1]) && at[-1] != '-'));
        if (!starts) {
            at++;
            continue;
        }
        size_t size = 1;
        while (isalnum((unsigned char)at[size]) || at[size] == '-')
            size++;
        if (size > 1 && !is_known(p, at, size)) {
            print_error("%s of %s has %.*s, which is no option\n", what, p->name, (int)size, at);
            faults++;
        }
        at += size;
    }
    return faults;
}

static void test_man_pages_have_every_option_and_no_other(void **state) {
    (void)state;
    size_t faults = 0;
    for (size_t i = 0; i < PROGRAMS; i++) {
        char *page = read_beside(&programs[i], "1");
        unescape_hyphens(page);
        char *section = strstr(page, "\n.SH OPTIONS\n");
        assert_non_null(section);
        char *end = strstr(section + 1, "\n.SH ");
        assert_non_null(end);
        *end = '\0';
        for (size_t o = 0; o < programs[i].count; o++)
            faults += check_entry(&programs[i], &programs[i].options[o], section);
        faults += check_words(&programs[i], "the man page", section, end);
        free(page);
    }
    assert_int_equal(faults, 0);
}

static void test_completions_have_every_option_and_no_other(void **state) {
    (void)state;
    size_t faults = 0;
    for (size_t i = 0; i < PROGRAMS; i++) {
        const program *p = &programs[i];
        char *script = read_beside(p, "bash");
        char *list = strstr(script, "local options='");
        assert_non_null(list);
        char *end = strchr(strchr(list, '\'') + 1, '\'');
        assert_non_null(end);
        *end = '\0';
        for (size_t o = 0; o < p->count; o++) {
            const option *one = &p->options[o];
            char *name = one->name ? test_format("--%s", one->name) : test_format("-%c", one->letter);
            char *letter = test_format("-%c", one->letter);
            if (!find_word(list, name) || (one->letter && !find_word(list, letter))) {
                print_error("%s.bash does not have %s or its letter\n", p->name, name);
                faults++;
            }
            free(name);
            free(letter);
        }
        faults += check_words(p, "the completion", list, end);
        free(script);
    }
    assert_int_equal(faults, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_man_pages_have_every_option_and_no_other),
        cmocka_unit_test(test_completions_have_every_option_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
