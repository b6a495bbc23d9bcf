/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a PDF as frames of runs. Called by the worker's loop; the only user of poppler. */
#ifndef OFSI_PDF_WORKER_EXTRACT_H
#define OFSI_PDF_WORKER_EXTRACT_H

#include <stdbool.h>

#include "indexer/base/buf.h"

/* Takes a finished frame; false: stop, the parent is gone. */
typedef bool (*pdf_send)(void *context, const ofsi_buf *frame);

/* Reads the PDF behind `fd` (which it closes) and sends its frames up to END or FAIL. False when `send` was. */
bool pdf_extract(int fd, pdf_send send, void *context);

#endif
