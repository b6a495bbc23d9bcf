/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Worker processes for PDFs. Callers have threads, so a worker is made by posix_spawn, never by a bare fork; the file
 * goes over as an open descriptor, so that what is read is what was checked, wherever the process stands.
 */
#include "indexer/report/pdf_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/base/error.h"
#include "indexer/report/pdf_frame.h"

enum {
    DEFAULT_SECONDS = 60,
    FILES_PER_WORKER = 200,         /* what poppler leaks goes with the process */
    ANSWER_MOST = 512 * 1024 * 1024 /* bytes: over 100,000 dense pages */
};
static const uint64_t DEFAULT_MEMORY = UINT64_C(1) << 30;
static const char PROGRAM[] = "ofs-pdf-worker";

#ifndef OFS_LIBEXECDIR
#define OFS_LIBEXECDIR "/usr/libexec/ofsearch"
#endif

typedef struct worker {
    pid_t pid;   /* 0: none is running */
    pid_t owner; /* the process that started it: a forked child must not use it */
    int socket;
    unsigned files; /* read so far */
    uint64_t memory;
} worker;

/* ---- one worker a thread ---- */

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int key_error;

/* A worker holds nothing worth a graceful end. Gives the wait status, or -1 when another has reaped it. */
static int end_worker(worker *w) {
    int status = -1;
    if (w->pid > 0) {
        close(w->socket);
        if (w->owner == getpid()) {
            /* The group, should it have made processes of its own; alone, should it have left the group. */
            kill(-w->pid, SIGKILL);
            kill(w->pid, SIGKILL);
            pid_t got;
            do
                got = waitpid(w->pid, &status, 0);
            while (got < 0 && errno == EINTR);
            if (got != w->pid)
                status = -1;
        }
    }
    *w = (worker){0};
    return status;
}

static void free_worker(void *memory) {
    end_worker(memory);
    ofsi_free(memory);
}

static void make_key(void) { key_error = pthread_key_create(&key, free_worker); }

static worker *own_worker(void) {
    pthread_once(&key_once, make_key);
    if (key_error)
        return NULL;
    worker *w = pthread_getspecific(key);
    if (!w && (w = ofsi_calloc(1, sizeof *w)) && pthread_setspecific(key, w) != 0) {
        ofsi_free(w);
        w = NULL;
    }
    return w;
}

/* ---- finding and starting ---- */

static bool try_program(char path[PATH_MAX], const char *folder, size_t folder_size, const char *below) {
    int size = snprintf(path, PATH_MAX, "%.*s%s%s", (int)folder_size, folder, below, PROGRAM);
    return size > 0 && size < PATH_MAX && access(path, X_OK) == 0;
}

static ofs_status find_program(char path[PATH_MAX], ofs_error *err) {
    const char *named = getenv("OFS_PDF_WORKER");
    if (named && *named) {
        if (snprintf(path, PATH_MAX, "%s", named) < PATH_MAX)
            return OFS_OK;
        return ofsi_fail_errno(err, ENAMETOOLONG, "cannot start", named);
    }
    char self[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self);
    while (size > 0 && self[size - 1] != '/')
        size--;
    if (size > 0 && (try_program(path, self, (size_t)size, "") ||
                     try_program(path, self, (size_t)size, "../libexec/ofsearch/")))
        return OFS_OK;
    if (try_program(path, OFS_LIBEXECDIR, strlen(OFS_LIBEXECDIR), "/"))
        return OFS_OK;
    return ofsi_fail(err, OFS_E_IO, "cannot find %s, which reads PDFs, beside this program or in %s", PROGRAM,
                     OFS_LIBEXECDIR);
}

/* Its own process group, so that the terminal's Ctrl-C goes to the program that decides what to do about it. */
static int spawn_program(const char *path, int socket, uint64_t memory, pid_t *pid) {
    char limit[24];
    snprintf(limit, sizeof limit, "%llu", (unsigned long long)memory);
    char name[] = "ofs-pdf-worker";
    char *argv[] = {name, limit, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    /* The socket first: it may stand on one of the descriptors that are opened next. */
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, socket, OFSI_PDF_SOCKET);
    for (int fd = 0; fd < 3 && !error; fd++)
        error = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    if (!error)
        error = posix_spawn_file_actions_addclosefrom_np(&actions, OFSI_PDF_SOCKET + 1);
#endif
    if (!error)
        error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error)
        error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error)
        error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                          POSIX_SPAWN_SETPGROUP);
    if (!error)
        error = posix_spawn(pid, path, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static ofs_status start_worker(worker *w, uint64_t memory, ofs_error *err) {
    char path[PATH_MAX];
    int pair[2];
    pid_t pid = 0;
    ofs_status status = find_program(path, err);
    if (status != OFS_OK)
        return status;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return ofsi_fail_errno(err, errno, "cannot start", path);
    int error = spawn_program(path, pair[1], memory, &pid);
    close(pair[1]);
    if (error) {
        close(pair[0]);
        return ofsi_fail_errno(err, error, "cannot start", path);
    }
    *w = (worker){.pid = pid, .owner = getpid(), .socket = pair[0], .memory = memory};
    return OFS_OK;
}

/* ---- asking ---- */

static void store_u32(char *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (char)(value >> (8 * i) & 0xFF);
}

static bool send_request(const worker *w, int fd, uint32_t seconds) {
    char request[OFSI_PDF_REQUEST_SIZE];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    store_u32(request, OFSI_PDF_MAGIC);
    store_u32(request + 4, seconds);
    struct iovec part = {request, sizeof request};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    ssize_t sent;
    do
        sent = sendmsg(w->socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == OFSI_PDF_REQUEST_SIZE;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

typedef enum outcome { ANSWERED, ENDED, TIMED_OUT, BAD_ANSWER, NO_MEMORY } outcome;

/* Whether the answer is whole; *frame is the offset of the first frame that is not. */
static outcome check_frames(const ofsi_buf *answer, size_t *frame, bool *whole) {
    *whole = false;
    while (!*whole && answer->size - *frame >= OFSI_PDF_HEADER_SIZE) {
        uint32_t kind = ofsi_load_u32(answer->data + *frame);
        uint32_t size = ofsi_load_u32(answer->data + *frame + 4);
        if (kind < OFSI_PDF_BEGIN || kind > OFSI_PDF_FAIL || size > OFSI_PDF_FRAME_MOST)
            return BAD_ANSWER;
        if (answer->size - *frame - OFSI_PDF_HEADER_SIZE < size)
            return ANSWERED;
        *frame += OFSI_PDF_HEADER_SIZE + size;
        *whole = kind == OFSI_PDF_END || kind == OFSI_PDF_FAIL;
    }
    return *whole && answer->size != *frame ? BAD_ANSWER : ANSWERED;
}

static outcome receive_answer(const worker *w, uint32_t seconds, ofsi_buf *answer) {
    enum { CHUNK = 64 * 1024 };
    int64_t deadline = now_ms() + (int64_t)seconds * 1000;
    size_t frame = 0;
    for (;;) {
        int64_t left = deadline - now_ms();
        struct pollfd wait = {.fd = w->socket, .events = POLLIN};
        int ready = left <= 0 ? 0 : poll(&wait, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0 && now_ms() >= deadline)
            return TIMED_OUT;
        size_t size = answer->size;
        char *room = size < ANSWER_MOST ? ofsi_buf_extend(answer, CHUNK) : NULL;
        if (!room)
            return size < ANSWER_MOST ? NO_MEMORY : BAD_ANSWER;
        ssize_t got = recv(w->socket, room, CHUNK, MSG_DONTWAIT);
        int error = errno;
        answer->size = size + (got > 0 ? (size_t)got : 0);
        if (got < 0 && (error == EINTR || error == EAGAIN || error == EWOULDBLOCK))
            continue;
        if (got <= 0)
            return ENDED;
        bool whole;
        outcome result = check_frames(answer, &frame, &whole);
        if (result != ANSWERED || whole)
            return result;
    }
}

/* The one line that says what a file did to its worker. */
static ofs_status explain_end(const char *path, int status, uint32_t seconds, uint64_t memory,
                              ofs_error *err) {
    unsigned long long limit = memory >> 20;
    if (status == -1)
        return ofsi_fail(err, OFS_E_INPUT, "%s stopped the PDF library", path);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return ofsi_fail(err, OFS_E_INPUT, "%s took longer than %u seconds to read", path, seconds);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return ofsi_fail(err, OFS_E_INPUT, "%s: its reader was killed (signal 9), perhaps for want of memory",
                         path);
    if (WIFSIGNALED(status))
        return ofsi_fail(err, OFS_E_INPUT, "%s crashed the PDF library (signal %d)", path, WTERMSIG(status));
    if (WEXITSTATUS(status) == OFSI_PDF_EXIT_NOMEM)
        return ofsi_fail(err, OFS_E_INPUT, "%s needs more memory than the limit of %llu MiB", path, limit);
    return ofsi_fail(err, OFS_E_INPUT, "%s stopped the PDF library (exit status %d)", path,
                     WEXITSTATUS(status));
}

/* An idle worker may have died of something that was not this file: then another is started, once. */
static ofs_status send_to_worker(worker *w, int fd, uint32_t seconds, uint64_t memory, ofs_error *err) {
    if (w->pid > 0 && (w->owner != getpid() || w->files >= FILES_PER_WORKER || w->memory != memory))
        end_worker(w);
    if (w->pid > 0 && send_request(w, fd, seconds))
        return OFS_OK;
    end_worker(w);
    ofs_status status = start_worker(w, memory, err);
    /* When a new one is gone before it was asked, its end tells why: the caller meets it when it waits. */
    if (status == OFS_OK)
        (void)send_request(w, fd, seconds);
    return status;
}

ofs_status ofsi_pdf_ask(const char *path, int fd, const ofs_read_options *options, ofsi_buf *answer,
                        ofs_error *err) {
    uint32_t seconds = options->pdf_seconds ? options->pdf_seconds : DEFAULT_SECONDS;
    uint64_t memory = options->pdf_memory ? options->pdf_memory : DEFAULT_MEMORY;
    worker *w = own_worker();
    if (!w)
        return ofsi_fail_nomem(err);
    ofs_status status = send_to_worker(w, fd, seconds, memory, err);
    if (status != OFS_OK)
        return status;
    w->files++;
    outcome result = receive_answer(w, seconds, answer);
    if (result == ANSWERED)
        return OFS_OK;
    int end = end_worker(w);
    switch (result) {
    case TIMED_OUT:
        return ofsi_fail(err, OFS_E_INPUT, "%s took longer than %u seconds to read", path, seconds);
    case BAD_ANSWER:
        return ofsi_fail(err, OFS_E_INPUT, "%s made the PDF library give a wrong answer", path);
    case NO_MEMORY:
        return ofsi_fail_nomem(err);
    default:
        return explain_end(path, end, seconds, memory, err);
    }
}
