/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real xapian-tcpsrv processes on the loopback interface, each on a free port and in a process group of its own, with all that
 * it starts. A guard kills them when the test ends, however it ends. And indexes to be served.
 */
#ifndef OFS_TESTS_REMOTE_SERVERS_H
#define OFS_TESTS_REMOTE_SERVERS_H

#include "tests/support/servers.h"
#include "tests/support/support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ofsearch/index.h>
#include <ofsearch/search.h>

enum { SHARDS = 4 };

static inline void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s: %s", ofs_status_name(status), err->message);
}

static inline void nap_ms(uint32_t ms) {
    const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

/* A build without libxapian has no index of servers. */
static inline bool built_without(void) {
    const char *built = getenv("OFS_TEST_XAPIAN");
    if (built && strcmp(built, "0") == 0)
        print_message("left out: built without libxapian\n");
    return built && strcmp(built, "0") == 0;
}

/* ---- the guard ---- */

static int guard_pipe = -1;

/* Waits for the test to end, and kills the groups that it was told of. */
static inline void run_guard(int pipe_end) {
    pid_t groups[4096];
    size_t count = 0;
    for (int i = 1; i < 32; i++)
        signal(i, SIG_IGN);
    while (count < sizeof groups / sizeof *groups && read(pipe_end, &groups[count], sizeof *groups) > 0)
        count++;
    for (size_t i = 0; i < count; i++)
        kill(-groups[i], SIGKILL);
    _exit(0);
}

static inline void start_guard(void) {
    int ends[2];
    if (guard_pipe >= 0)
        return;
    if (pipe2(ends, O_CLOEXEC) != 0)
        test_die("pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child < 0)
        test_die("fork: %s", strerror(errno));
    if (child == 0) {
        close(ends[1]);
        setsid();
        for (int fd = 0; fd < 3; fd++) /* whoever reads the test's output does not wait for the guard */
            close(fd);
        run_guard(ends[0]);
    }
    close(ends[0]);
    guard_pipe = ends[1];
}

/* ---- servers ---- */

typedef struct server {
    char *database;
    uint16_t port;
    pid_t group; /* 0: it does not run */
    char url[64];
} server;

static inline int connect_to(uint16_t port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        test_die("socket: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Runs it on its port; false when it has ended at once, as when another program has taken the port. */
static inline bool launch(server *s) {
    char port[16];
    snprintf(port, sizeof port, "%u", s->port);
    start_guard();
    pid_t child = fork();
    if (child < 0)
        test_die("fork: %s", strerror(errno));
    if (child == 0) {
        setpgid(0, 0);
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++)
            dup2(null, fd);
        execlp("xapian-tcpsrv", "xapian-tcpsrv", "--interface", "127.0.0.1", "--port", port, "--quiet",
               s->database, (char *)NULL);
        _exit(127);
    }
    setpgid(child, child);
    if (write(guard_pipe, &child, sizeof child) != sizeof child)
        test_die("the guard is gone");
    s->group = child;
    for (int tries = 0; tries < 3000; tries++) {
        int status, fd = connect_to(s->port);
        if (fd >= 0) {
            close(fd);
            return true;
        }
        if (waitpid(child, &status, WNOHANG) == child) {
            s->group = 0;
            return false;
        }
        nap_ms(10);
    }
    test_die("xapian-tcpsrv does not listen");
}

/* Serves a database on a free port. */
static inline void start_server(server *s, const char *database) {
    *s = (server){.database = test_format("%s", database)};
    for (int tries = 0; tries < 20; tries++) {
        s->port = test_free_port();
        snprintf(s->url, sizeof s->url, "xapian+tcp://127.0.0.1:%u", s->port);
        if (launch(s))
            return;
    }
    test_die("xapian-tcpsrv does not run; it is in the package xapian-tools");
}

static inline void signal_server(const server *s, int number) {
    if (s->group)
        kill(-s->group, number);
}

/* With all its connections, at once. */
static inline void kill_server(server *s) {
    if (!s->group)
        return;
    kill(-s->group, SIGKILL);
    while (waitpid(s->group, NULL, 0) < 0 && errno == EINTR) {
    }
    s->group = 0;
}

/* On the same port. */
static inline void restart_server(server *s) {
    for (int tries = 0; !s->group; tries++) {
        if (tries > 100)
            test_die("xapian-tcpsrv does not come back on its port");
        if (!launch(s))
            nap_ms(20);
    }
}

static inline void end_server(server *s) {
    kill_server(s);
    free(s->database);
    s->database = NULL;
}

/* ---- an archive in four shards, and others of the same reports ---- */

typedef struct archive {
    char *folder, *reports, *split; /* the split index's folder */
    server servers[SHARDS];
    char *urls; /* of all four */
} archive;

static inline void write_index(const char *directory, const char *const *paths, size_t count,
                               const ofs_writer_options *options) {
    ofs_writer *writer = NULL;
    ofs_error err;
    check(ofs_writer_open(directory, options, &writer, &err), &err);
    check(ofs_writer_add(writer, paths, count, NULL, &err), &err);
    check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
}

static inline char *join_urls(const server *servers, size_t count) {
    char *urls = test_format("%s", "");
    for (size_t i = 0; i < count; i++) {
        char *longer = test_format("%s%s%s", urls, i ? "," : "", servers[i].url);
        free(urls);
        urls = longer;
    }
    return urls;
}

/* Splits the reports of folder `reports` (below the archive's) and serves the shards. */
static inline void serve_archive(archive *a) {
    const ofs_writer_options options = {.engine = "xapian", .shards = SHARDS, .threads = 2};
    const char *const paths[] = {a->reports};
    a->split = test_format("%s/split", a->folder);
    write_index(a->split, paths, 1, &options);
    for (uint32_t i = 0; i < SHARDS; i++) {
        char *database = test_format("%s/shard-%u", a->split, i);
        start_server(&a->servers[i], database);
        free(database);
    }
    a->urls = join_urls(a->servers, SHARDS);
}

static inline void close_archive(archive *a) {
    for (uint32_t i = 0; i < SHARDS; i++)
        end_server(&a->servers[i]);
    free(a->urls);
    free(a->split);
    free(a->reports);
    test_temp_remove(a->folder);
}

#endif
