/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling an ofs_error. Used by every room. */
#ifndef OFSI_BASE_ERROR_H
#define OFSI_BASE_ERROR_H

#include <ofsearch/error.h>

/* Writes a message (printf style) into err (NULL is allowed), offset -1, and returns status. */
ofs_status ofsi_fail(ofs_error *err, ofs_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As ofsi_fail, for a place in a file or a query: `length` bytes from `offset`. */
ofs_status ofsi_fail_at(ofs_error *err, ofs_status status, int64_t offset, int64_t length, const char *format,
                        ...) __attribute__((format(printf, 5, 6)));

/* As ofsi_fail with OFS_E_IO (OFS_E_NOMEM for ENOMEM), the message being "what path: strerror(errnum)". */
ofs_status ofsi_fail_errno(ofs_error *err, int errnum, const char *what, const char *path);

/* "out of memory" */
ofs_status ofsi_fail_nomem(ofs_error *err);

/* Empties err (NULL is allowed). */
void ofsi_error_clear(ofs_error *err);

#if defined(__clang_analyzer__) && !defined(OFSI_BASE_ERROR_BODIES)
/* The analyzer does not see the bodies, and would go on after a failure as if it might have returned OFS_OK. */
#define ofsi_fail(err, status, ...)    (ofsi_fail(err, status, __VA_ARGS__), status)
#define ofsi_fail_at(err, status, ...) (ofsi_fail_at(err, status, __VA_ARGS__), status)
#define ofsi_fail_errno(err, ...)      (ofsi_fail_errno(err, __VA_ARGS__), OFS_E_IO)
#define ofsi_fail_nomem(err)           (ofsi_fail_nomem(err), OFS_E_NOMEM)
#endif

#endif
