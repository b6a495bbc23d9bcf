/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling an ofs_error, and the names of the statuses. */
#define OFSI_BASE_ERROR_BODIES
#include "indexer/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_names[] = {
    [OFS_OK] = "ok",
    [OFS_E_USAGE] = "wrong usage",
    [OFS_E_QUERY] = "query does not parse",
    [OFS_E_NOT_FOUND] = "not found",
    [OFS_E_NO_INDEX] = "no index",
    [OFS_E_LOCKED] = "index is locked",
    [OFS_E_CORRUPT] = "damaged data",
    [OFS_E_INPUT] = "unreadable input",
    [OFS_E_IO] = "input/output error",
    [OFS_E_NOMEM] = "out of memory",
    [OFS_E_LIMIT] = "limit passed",
    [OFS_E_UNSUPPORTED] = "not supported",
    [OFS_E_CANCELLED] = "cancelled",
    [OFS_E_NETWORK] = "network error",
    [OFS_E_TIMEOUT] = "no answer in time",
    [OFS_E_MODIFIED] = "changed while being read",
};

const char *ofs_status_name(ofs_status status) {
    size_t i = (size_t)status;
    if (i >= sizeof status_names / sizeof status_names[0])
        return "unknown status";
    return status_names[i];
}

/* vsnprintf cuts at a byte; a cut inside a UTF-8 sequence is taken back to the character's start. */
static void trim_cut_sequence(char *message, size_t size) {
    size_t n = strlen(message);
    if (n + 1 < size)
        return;
    size_t start = n;
    while (start > 0 && n - start < 4 && ((unsigned char)message[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)message[start - 1];
    size_t need = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (n - (start - 1) < need)
        message[start - 1] = '\0';
}

static void set_message(ofs_error *err, ofs_status status, const char *format, va_list args) {
    err->status = status;
    err->offset = -1;
    err->length = 0;
    if (vsnprintf(err->message, sizeof err->message, format, args) >= (int)sizeof err->message)
        trim_cut_sequence(err->message, sizeof err->message);
    for (char *p = err->message; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            *p = ' ';
}

ofs_status ofsi_fail(ofs_error *err, ofs_status status, const char *format, ...) {
    if (err) {
        va_list args;
        va_start(args, format);
        set_message(err, status, format, args);
        va_end(args);
    }
    return status;
}

ofs_status ofsi_fail_at(ofs_error *err, ofs_status status, int64_t offset, int64_t length, const char *format,
                        ...) {
    if (err) {
        va_list args;
        va_start(args, format);
        set_message(err, status, format, args);
        va_end(args);
        err->offset = offset;
        err->length = length;
    }
    return status;
}

ofs_status ofsi_fail_errno(ofs_error *err, int errnum, const char *what, const char *path) {
    char reason[128];
    if (errnum == ENOMEM)
        return ofsi_fail_nomem(err);
        /* strerror_r, as strerror is not thread-safe; the GNU and XSI forms differ in what they return. */
#if defined(__GLIBC__)
    const char *text = strerror_r(errnum, reason, sizeof reason);
#else
    const char *text = strerror_r(errnum, reason, sizeof reason) == 0 ? reason : "unknown error";
#endif
    return ofsi_fail(err, OFS_E_IO, "%s %s: %s", what, path, text);
}

ofs_status ofsi_fail_nomem(ofs_error *err) { return ofsi_fail(err, OFS_E_NOMEM, "out of memory"); }

void ofsi_error_clear(ofs_error *err) {
    if (!err)
        return;
    err->status = OFS_OK;
    err->message[0] = '\0';
    err->offset = -1;
    err->length = 0;
}
