/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers on loopback for a test: libxapian's own, and sockets that behave badly. They end with the test at the latest. */
#ifndef OFS_TESTS_SERVERS_H
#define OFS_TESTS_SERVERS_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

typedef struct test_server {
    pid_t pid; /* leads a process group: the server starts one process a connection */
    uint16_t port;
} test_server;

/* False, with a message, where xapian-tcpsrv is not installed. */
bool test_has_servers(void);
/* xapian-tcpsrv over the database at `path`, ready for connections. At `port`, 0: a free one. */
test_server test_server_start(const char *path, uint16_t port, bool writable);
/* To all its processes: SIGSTOP, SIGCONT. */
void test_server_signal(const test_server *server, int signal);
/* Kills all its processes; its connections end. A second time does nothing. */
void test_server_stop(test_server *server);

/*
 * A socket that listens on loopback, and its port: one that the system gives to nobody. Those that it deals out to clients (32768
 * and up) may be taken while a server is down, by a client of that very server even, which then talks to itself.
 */
int test_listen(uint16_t *port);
/* A port of that kind where nobody listens. */
uint16_t test_free_port(void);
/*
 * A process that takes connections, sends each these bytes and then nothing, reading what comes. It is ended by
 * test_server_stop().
 */
test_server test_server_fake(const void *greeting, size_t size);

#endif
