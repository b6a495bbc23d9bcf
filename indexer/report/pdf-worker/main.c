/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ofs-pdf-worker MEMORY: reads PDFs for the library (pdf_process.c) in a process of its own, so that a file which
 * crashes or hangs the PDF library costs that file alone. Not for people: it talks frames (pdf_frame.h) on
 * descriptor 3, ends when that is closed, and sets its own limits before it looks at any file.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "indexer/base/cursor.h"
#include "indexer/report/pdf-worker/extract.h"
#include "indexer/report/pdf_frame.h"

/* The sanitizers reserve terabytes of addresses. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMIT_MEMORY = 0 };
#else
enum { LIMIT_MEMORY = 1 };
#endif

static bool set_limit(int resource, rlim_t most) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return false;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > most)
        limit.rlim_max = most;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) == 0;
}

/* Processor time for one more file; the hard limit stays, as the next file gets its own. */
static bool allow_time(uint32_t seconds) {
    struct rusage used;
    struct rlimit limit;
    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &limit) != 0)
        return false;
    rlim_t wanted = (rlim_t)used.ru_utime.tv_sec + (rlim_t)used.ru_stime.tv_sec + 1 + seconds;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || wanted < limit.rlim_max ? wanted : limit.rlim_max;
    return setrlimit(RLIMIT_CPU, &limit) == 0;
}

/* glib and poppler abort when an allocation fails; errno still tells that from a failed assertion. */
static void on_abort(int signal_number) {
    if (errno == ENOMEM)
        _exit(OFSI_PDF_EXIT_NOMEM);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static bool confine(const char *memory) {
    char *end;
    errno = 0;
    unsigned long long bytes = strtoull(memory, &end, 10);
    if (errno != 0 || *end != '\0' || bytes == 0)
        return false;
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0)
        return false;
    if (nowhere > 2 && nowhere != OFSI_PDF_SOCKET)
        close(nowhere);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGABRT, on_abort);
    signal(SIGTRAP, on_abort);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_FSIZE, 0) &&
           (!LIMIT_MEMORY || set_limit(RLIMIT_AS, (rlim_t)bytes));
}

static bool send_all(void *context, const ofsi_buf *frame) {
    (void)context;
    size_t sent = 0;
    while (sent < frame->size) {
        ssize_t n = send(OFSI_PDF_SOCKET, frame->data + sent, frame->size - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

/* The next request's file, or -1 when there is no more (or the parent does not speak our language). */
static int next_file(uint32_t *seconds) {
    char bytes[OFSI_PDF_REQUEST_SIZE];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    ssize_t got;
    do
        got = recvmsg(OFSI_PDF_SOCKET, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    int fd = -1;
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    if (got != (ssize_t)sizeof bytes || ofsi_load_u32(bytes) != OFSI_PDF_MAGIC)
        return -1;
    *seconds = ofsi_load_u32(bytes + 4);
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 2 || fcntl(OFSI_PDF_SOCKET, F_GETFD) < 0) {
        fputs("ofs-pdf-worker reads PDFs for ofindex, which starts it\n", stderr);
        return 2;
    }
    if (!confine(argv[1]))
        return 3;
    for (;;) {
        uint32_t seconds;
        int fd = next_file(&seconds);
        if (fd < 0)
            return 0;
        if (!allow_time(seconds) || !pdf_extract(fd, send_all, NULL))
            return 4;
    }
}
