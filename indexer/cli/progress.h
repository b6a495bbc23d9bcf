/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The progress bar on a terminal: files, paragraphs, rate, time left. Used by add. */
#ifndef OFSI_INDEXER_CLI_PROGRESS_H
#define OFSI_INDEXER_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <ofsearch/index.h>

typedef struct progress_bar {
    bool shown;     /* wanted at all */
    bool drawn;     /* something stands on the line */
    double started; /* seconds of a clock that only goes forward */
    double last;
} progress_bar;

double progress_clock(void);
/* Draws the bar, at most ten times a second. */
void progress_draw(progress_bar *bar, const ofs_progress *progress);
/* Clears the line, so that something else can be written. */
void progress_clear(progress_bar *bar);

#endif
