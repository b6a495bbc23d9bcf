/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes of a group of their own, which the kernel ends when the test dies. */
#include "tests/support/servers.h"

#include "tests/support/support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

bool test_has_servers(void) {
    const char *argv[] = {"xapian-tcpsrv", "--version", NULL};
    test_run run = test_run_program(argv, NULL);
    bool there = run.status == 0;
    test_run_free(&run);
    if (!there)
        print_message("skipped: xapian-tcpsrv is not installed\n");
    return there;
}

static struct sockaddr_in loopback(uint16_t port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

int test_listen(uint16_t *port) {
    static uint32_t next;
    if (!next)
        next = (uint32_t)getpid() * 37;
    for (uint32_t tries = 0; tries < 20000; tries++) {
        *port = (uint16_t)(10240 + next++ % 20000);
        struct sockaddr_in address = loopback(*port);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            test_die("socket: %s", strerror(errno));
        if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 16) == 0)
            return fd;
        close(fd);
    }
    test_die("no port is free");
}

uint16_t test_free_port(void) {
    uint16_t port;
    close(test_listen(&port));
    return port;
}

static bool accepts(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(port);
    bool there = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return there;
}

/* In the child: a group of its own, gone with the test. */
static void begin_child(pid_t parent) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

static _Noreturn void run_server(const char *path, uint16_t port, bool writable) {
    char number[16];
    snprintf(number, sizeof number, "%u", port);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    const char *argv[] = {"xapian-tcpsrv", "--interface", "127.0.0.1", "--port", number,
                          "--quiet",       path,          NULL,        NULL};
    if (writable)
        argv[7] = "--writable";
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

test_server test_server_start(const char *path, uint16_t port, bool writable) {
    test_server server = {.port = port ? port : test_free_port()};
    pid_t parent = getpid();
    server.pid = fork();
    if (server.pid < 0)
        test_die("fork: %s", strerror(errno));
    if (server.pid == 0) {
        begin_child(parent);
        run_server(path, server.port, writable);
    }
    setpgid(server.pid, server.pid);
    for (int i = 0; i < 1000 && !accepts(server.port); i++) {
        if (waitpid(server.pid, NULL, WNOHANG) != 0)
            test_die("xapian-tcpsrv ended at once");
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
    if (!accepts(server.port))
        test_die("xapian-tcpsrv does not listen");
    return server;
}

void test_server_signal(const test_server *server, int signal) {
    if (kill(-server->pid, signal) != 0)
        test_die("kill: %s", strerror(errno));
}

void test_server_stop(test_server *server) {
    if (server->pid <= 0)
        return;
    kill(-server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    /* Who answers single connections is not our child, holds the port too, and may take a moment to die. */
    for (int i = 0; i < 1000 && accepts(server->port); i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    server->pid = 0;
}

static _Noreturn void run_fake(int listener, const void *greeting, size_t size) {
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 || (size && write(fd, greeting, size) != (ssize_t)size))
            _exit(1);
        char drop[256];
        while (read(fd, drop, sizeof drop) > 0)
            ;
        close(fd);
    }
}

test_server test_server_fake(const void *greeting, size_t size) {
    test_server server;
    int listener = test_listen(&server.port);
    pid_t parent = getpid();
    server.pid = fork();
    if (server.pid < 0)
        test_die("fork: %s", strerror(errno));
    if (server.pid == 0) {
        begin_child(parent);
        run_fake(listener, greeting, size);
    }
    setpgid(server.pid, server.pid);
    close(listener);
    return server;
}
