/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paging as git does it: where standard output is a terminal, what $OFSEARCH_PAGER, else $PAGER, else less names gets the
 * output; less leaves at once when all fits a screen. One that there is not is done without. Begun with the first output, so that messages before it are seen.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "search/cli/cli.h"

static pid_t pager = -1;

static const char *pager_command(void) {
    static const char *const names[] = {"OFSEARCH_PAGER", "PAGER"};
    for (int i = 0; i < 2; i++) {
        const char *value = getenv(names[i]);
        if (value)
            return *value && strcmp(value, "cat") != 0 ? value : NULL;
    }
    return "less";
}

/* Whether the shell knows the first word of the command; one that is not plain is left to the shell. */
static bool can_start(const char *command) {
    char word[256];
    size_t size = strspn(command, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-");
    if (size == 0 || size >= sizeof word || (command[size] != '\0' && command[size] != ' '))
        return true;
    memcpy(word, command, size);
    word[size] = '\0';
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "command -v \"$0\" >/dev/null 2>&1", word, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static _Noreturn void become_pager(const char *command, int input) {
    dup2(input, STDIN_FILENO);
    close(input);
    setenv("LESS", "FRX", 0);
    setenv("LV", "-c", 0);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

void start_pager(void) {
    const char *command = pager_command();
    int ends[2];
    static bool decided;
    if (decided)
        return;
    decided = true;
    fflush(stdout);
    if (!command || !isatty(STDOUT_FILENO) || !can_start(command) || pipe(ends) != 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        become_pager(command, ends[0]);
    }
    close(ends[0]);
    if (child > 0) {
        dup2(ends[1], STDOUT_FILENO);
        pager = child;
    }
    close(ends[1]);
}

void end_pager(void) {
    if (pager < 0)
        return;
    fflush(stdout);
    fclose(stdout);
    waitpid(pager, NULL, 0);
    pager = -1;
}
