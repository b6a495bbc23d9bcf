/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker process of a thread: found, started, asked, limited, replaced. Called by read_pdf.c alone. A worker
 * serves one thread and many files; it ends with the thread, or when its file took it down.
 */
#ifndef OFSI_REPORT_PDF_PROCESS_H
#define OFSI_REPORT_PDF_PROCESS_H

#include <ofsearch/report.h>

#include "indexer/base/buf.h"

/*
 * Has the calling thread's worker read the PDF open as `fd` (not closed here); `path` is for messages. On OFS_OK the
 * answer holds whole frames, the last of them END or FAIL. Errors: OFS_E_INPUT when the worker crashed, hung or ran
 * out of memory on the file, OFS_E_IO when it cannot be started, OFS_E_NOMEM.
 */
ofs_status ofsi_pdf_ask(const char *path, int fd, const ofs_read_options *options, ofsi_buf *answer,
                        ofs_error *err);

#endif
