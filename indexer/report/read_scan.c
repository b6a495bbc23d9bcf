/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scanned PDFs: `pdftoppm` draws a page, `tesseract` reads it, and what it reads is a text with page breaks. */
#include "indexer/report/read_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "indexer/base/buf.h"
#include "indexer/report/clean.h"
#include "indexer/report/input.h"

enum {
    PAGE_SECONDS = 120,         /* for one page, unless the options say otherwise */
    MOST_PAGE = 4 * 1024 * 1024 /* bytes of text of one page */
};
static const uint64_t MOST_MEMORY = UINT64_C(3) << 30; /* bytes of address space, each program */

typedef struct scan {
    const char *path;
    char draw[PATH_MAX], read[PATH_MAX]; /* the two programs */
    const char *language;
    uint32_t seconds;
} scan;

/* A program by its environment variable or in $PATH. */
static bool find_program(const char *variable, const char *name, char out[PATH_MAX]) {
    const char *named = getenv(variable), *path = getenv("PATH");
    if (named && *named)
        return snprintf(out, PATH_MAX, "%s", named) < PATH_MAX && access(out, X_OK) == 0;
    while (path && *path) {
        size_t size = strcspn(path, ":");
        int wrote = snprintf(out, PATH_MAX, "%.*s/%s", (int)size, path, name);
        if (size && wrote > 0 && wrote < PATH_MAX && access(out, X_OK) == 0)
            return true;
        path += size + (path[size] == ':');
    }
    return false;
}

/* Starts a program with these ends of pipes as its input and output (-1: none); 0 when it cannot be. */
static pid_t start(const char *const argv[], int in, int out) {
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 0;
    bool good = in < 0 ? posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0
                       : posix_spawn_file_actions_adddup2(&actions, in, 0) == 0;
    good = good && posix_spawn_file_actions_adddup2(&actions, out, 1) == 0 &&
           posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0;
    if (!good || posix_spawn(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
        pid = 0;
    posix_spawn_file_actions_destroy(&actions);
    if (pid > 0) {
        struct rlimit memory = {MOST_MEMORY, MOST_MEMORY};
        (void)prlimit(pid, RLIMIT_AS, &memory, NULL);
    }
    return pid;
}

/* Whether the program ended well; `by_force` ends it first. */
static bool finish(pid_t pid, bool by_force) {
    int status = -1;
    if (pid <= 0)
        return false;
    if (by_force)
        kill(pid, SIGKILL);
    pid_t got;
    do
        got = waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR);
    return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads to the end; false when that takes too long or is too much. */
static bool drain(int fd, uint32_t seconds, ofsi_buf *out) {
    enum { CHUNK = 16 * 1024 };
    int64_t end = now_ms() + (int64_t)seconds * 1000;
    size_t start_size = out->size;
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left = end - now_ms();
        if (left <= 0 || out->size - start_size > MOST_PAGE)
            return false;
        int ready = poll(&wait, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        size_t size = out->size;
        char *room = ofsi_buf_extend(out, CHUNK);
        if (!room)
            return false;
        ssize_t got = read(fd, room, CHUNK);
        out->size = size + (got > 0 ? (size_t)got : 0);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
    }
}

static bool open_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0; }

static void shut(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* One page's text behind what is in *out. */
static bool read_page(const scan *s, uint32_t page, ofsi_buf *out) {
    int image[2] = {-1, -1}, text[2] = {-1, -1};
    char number[16];
    (void)snprintf(number, sizeof number, "%u", page);
    const char *const draw[] = {s->draw, "-r", "300", "-gray", "-f", number, "-l", number, s->path, NULL};
    const char *const read_it[] = {s->read, "stdin", "stdout", "-l", s->language, NULL};
    pid_t drawer = 0, reader = 0;
    bool good = open_pipe(image) && open_pipe(text);
    if (good)
        drawer = start(draw, -1, image[1]);
    if (drawer > 0)
        reader = start(read_it, image[0], text[1]);
    shut(&image[0]);
    shut(&image[1]);
    shut(&text[1]);
    good = reader > 0 && drain(text[0], s->seconds, out);
    shut(&text[0]);
    bool drawn = finish(drawer, !good), done = finish(reader, !good);
    return good && drawn && done;
}

/* What stands between two pages: tesseract ends its own with a form feed. */
static void end_page(ofsi_buf *text) {
    while (text->size && (text->data[text->size - 1] == '\f' || text->data[text->size - 1] == '\n'))
        text->size--;
    ofsi_buf_text(text, "\n\f");
}

static ofs_status prepare(scan *s, const char *path, const ofs_read_options *options, ofs_error *err) {
    *s = (scan){.path = path,
                .language = options->ocr_language ? options->ocr_language : "eng",
                .seconds = options->pdf_seconds ? options->pdf_seconds : PAGE_SECONDS};
    if (path[0] == '-') /* a program would take it for an option */
        return ofsi_fail(err, OFS_E_INPUT, "%s is a scan; a name that begins with '-' needs ./ before it",
                         path);
    if (!find_program("OFS_TESSERACT", "tesseract", s->read))
        return ofsi_fail(
            err, OFS_E_INPUT,
            "%s is a scan, and tesseract, which --ocr needs, is not installed (Debian: tesseract-ocr)", path);
    if (!find_program("OFS_PDFTOPPM", "pdftoppm", s->draw))
        return ofsi_fail(
            err, OFS_E_INPUT,
            "%s is a scan, and pdftoppm, which --ocr needs, is not installed (Debian: poppler-utils)", path);
    return OFS_OK;
}

ofs_status ofsi_read_scan(const char *path, uint32_t pages, const ofs_read_options *options,
                          ofsi_document *document, ofs_error *err) {
    scan s;
    ofsi_buf raw = {0}, text = {0};
    ofsi_clean_counts counts = {0};
    ofsi_arena *arena = document->arena;
    ofs_status status = prepare(&s, path, options, err);
    for (uint32_t page = 1; page <= pages && status == OFS_OK; page++) {
        if (!read_page(&s, page, &raw))
            status = ofsi_fail(err, OFS_E_INPUT,
                               "%s is a scan, and tesseract failed on page %u of %u (language %s)", path,
                               page, pages, s.language);
        end_page(&raw);
    }
    if (status == OFS_OK)
        ofsi_clean_bytes(&text, ofsi_buf_span(&raw), &counts);
    if (status == OFS_OK && (raw.failed || text.failed))
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = ofsi_cut_text(path, ofsi_buf_span(&text), arena, document, err);
    document->recognised = status == OFS_OK;
    ofsi_buf_free(&raw);
    ofsi_buf_free(&text);
    return status;
}
