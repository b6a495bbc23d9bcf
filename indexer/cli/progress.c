/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing the progress bar. */
#include "indexer/cli/progress.h"

#include <stdio.h>
#include <time.h>

#include "indexer/cli/cli.h"

enum { BAR_WIDTH = 24 };

double progress_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void append_time(ofsi_buf *out, double seconds) {
    unsigned whole = seconds < 359999 ? (unsigned)(seconds + 0.5) : 359999;
    if (whole >= 3600)
        ofsi_buf_printf(out, "%u:%02u:%02u", whole / 3600, whole / 60 % 60, whole % 60);
    else
        ofsi_buf_printf(out, "%u:%02u", whole / 60, whole % 60);
}

void progress_draw(progress_bar *bar, const ofs_progress *p) {
    double now = progress_clock(), spent = now - bar->started;
    if (!bar->shown || (bar->drawn && now - bar->last < 0.1))
        return;
    ofsi_buf out = {0};
    uint64_t filled = p->files_total ? p->files_done * BAR_WIDTH / p->files_total : 0;
    ofsi_buf_text(&out, "\r[");
    for (uint64_t i = 0; i < BAR_WIDTH; i++)
        ofsi_buf_byte(&out, i < filled ? '=' : ' ');
    ofsi_buf_text(&out, "] ");
    append_count(&out, p->files_done);
    ofsi_buf_byte(&out, '/');
    append_count(&out, p->files_total);
    ofsi_buf_text(&out, " files, ");
    append_count(&out, p->paragraphs);
    ofsi_buf_text(&out, " paragraphs");
    if (spent > 0.5) {
        ofsi_buf_text(&out, ", ");
        append_count(&out, (uint64_t)((double)p->paragraphs / spent));
        ofsi_buf_text(&out, "/s");
    }
    if (p->files_done && p->files_done < p->files_total && spent > 1) {
        ofsi_buf_text(&out, ", ");
        append_time(&out, spent * (double)(p->files_total - p->files_done) / (double)p->files_done);
        ofsi_buf_text(&out, " left");
    }
    ofsi_buf_text(&out, "\033[K");
    if (!out.failed) {
        fwrite(out.data, 1, out.size, stderr);
        fflush(stderr);
    }
    ofsi_buf_free(&out);
    bar->drawn = true;
    bar->last = now;
}

void progress_clear(progress_bar *bar) {
    if (!bar->drawn)
        return;
    fputs("\r\033[K", stderr);
    bar->drawn = false;
}
