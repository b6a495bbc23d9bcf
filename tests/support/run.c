/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a program for a test: its input, what it prints on both streams, how it ends, and a limit on its time. */
#include "tests/support/support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct stream {
    int fd; /* -1 once closed */
    char *data;
    size_t size, capacity;
} stream;

static void make_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0)
        test_die("pipe: %s", strerror(errno));
}

/* In the child, between fork and exec. */
static void become(const char *const *argv, const test_run_options *options, const int fds[3]) {
    for (int i = 0; i < 3; i++)
        if (dup2(fds[i], i) < 0)
            _exit(126);
    signal(SIGPIPE, SIG_DFL);
    if (options->directory && chdir(options->directory) != 0)
        _exit(126);
    for (const char *const *e = options->environment; e && *e; e++) {
        char *copy = strdup(*e);
        if (!copy || (strchr(copy, '=') ? putenv(copy) : unsetenv(copy)) != 0)
            _exit(126);
    }
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static void read_some(stream *s) {
    if (s->capacity - s->size < 65536) {
        s->capacity = s->capacity ? s->capacity * 2 : 131072;
        s->data = realloc(s->data, s->capacity);
        if (!s->data)
            test_die("out of memory");
    }
    ssize_t got = read(s->fd, s->data + s->size, s->capacity - s->size - 1);
    if (got < 0 && errno == EINTR)
        return;
    if (got <= 0) {
        close(s->fd);
        s->fd = -1;
        return;
    }
    s->size += (size_t)got;
}

static void write_some(int *fd, const char **data, size_t *left) {
    ssize_t put = *left ? write(*fd, *data, *left) : 0;
    if (put > 0) {
        *data += put;
        *left -= (size_t)put;
    }
    if (*left == 0 || (put < 0 && errno != EINTR && errno != EAGAIN)) {
        close(*fd);
        *fd = -1;
    }
}

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Moves bytes both ways until both outputs are closed; false when the time is over before. */
static bool exchange(int in, const test_run_options *options, stream outputs[2]) {
    const char *input = options->input;
    size_t left = options->input_size ? options->input_size : input ? strlen(input) : 0;
    int64_t end = now_ms() + 1000 * (int64_t)(options->seconds ? options->seconds : 120);
    bool in_time = true;
    write_some(&in, &input, &left);
    while (outputs[0].fd >= 0 || outputs[1].fd >= 0) {
        int64_t rest = end - now_ms();
        if (rest <= 0) {
            in_time = false;
            break;
        }
        struct pollfd fds[3] = {{in, POLLOUT, 0}, {outputs[0].fd, POLLIN, 0}, {outputs[1].fd, POLLIN, 0}};
        if (poll(fds, 3, (int)rest) < 0 && errno != EINTR)
            test_die("poll: %s", strerror(errno));
        for (int i = 0; i < 2; i++)
            if (outputs[i].fd >= 0 && fds[i + 1].revents)
                read_some(&outputs[i]);
        if (in >= 0 && fds[0].revents)
            write_some(&in, &input, &left);
    }
    if (in >= 0)
        close(in);
    return in_time;
}

static char *finish_stream(stream *s) {
    if (s->fd >= 0)
        close(s->fd);
    if (!s->data && !(s->data = malloc(1)))
        test_die("out of memory");
    s->data[s->size] = '\0';
    return s->data;
}

test_run test_run_program(const char *const *argv, const test_run_options *options) {
    static const test_run_options defaults;
    if (!options)
        options = &defaults;
    int in[2], out[2], err[2];
    make_pipe(in);
    make_pipe(out);
    make_pipe(err);
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        test_die("fork: %s", strerror(errno));
    if (child == 0)
        become(argv, options, (int[3]){in[0], out[1], err[1]});
    close(in[0]);
    close(out[1]);
    close(err[1]);

    stream outputs[2] = {{out[0], NULL, 0, 0}, {err[0], NULL, 0, 0}};
    test_run run = {.timed_out = !exchange(in[1], options, outputs)};
    if (run.timed_out)
        kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    signal(SIGPIPE, before);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run.out = finish_stream(&outputs[0]);
    run.out_size = outputs[0].size;
    run.err = finish_stream(&outputs[1]);
    run.err_size = outputs[1].size;
    return run;
}

void test_run_free(test_run *run) {
    free(run->out);
    free(run->err);
    *run = (test_run){0};
}
