/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statuses and errors of the whole library, and the mark of an exported function.
 *
 * Every function that can fail returns an ofs_status and takes an ofs_error that its caller owns. There is no
 * global "last error": an ofs_error belongs to the thread that passed it. The library never prints and never exits.
 */
#ifndef OFSEARCH_ERROR_H
#define OFSEARCH_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define OFS_API __attribute__((visibility("default")))
#else
#define OFS_API
#endif

typedef enum ofs_status {
    OFS_OK = 0,
    OFS_E_USAGE, /* an argument or option is wrong */
    OFS_E_QUERY, /* a query does not parse; error.offset and error.length give the place in it, in bytes */
    OFS_E_NOT_FOUND, /* no such report, paragraph, profile or file */
    OFS_E_NO_INDEX,  /* no index where one was looked for */
    OFS_E_LOCKED,    /* another process writes to the index */
    OFS_E_CORRUPT,   /* a checksum or an invariant of a stored file does not hold */
    OFS_E_INPUT, /* an input file cannot be read as a report (not a PDF, encrypted, no text, not UTF-8, ...) */
    OFS_E_IO,    /* the system refused: message has the path and the reason */
    OFS_E_NOMEM,       /* out of memory */
    OFS_E_LIMIT,       /* a stated limit was passed; the message names it */
    OFS_E_UNSUPPORTED, /* this build or this engine has not got it */
    OFS_E_CANCELLED,   /* a callback asked to stop */
    OFS_E_NETWORK,     /* a server cannot be reached, has gone, or speaks another version */
    OFS_E_TIMEOUT,     /* a server did not answer in time */
    OFS_E_MODIFIED     /* what is being read has been written over: open it again */
} ofs_status;

/* Room for a complete message, cut at a character boundary if a path is very long. */
enum { OFS_ERROR_MESSAGE_SIZE = 1024 };

typedef struct ofs_error {
    ofs_status status;
    char message[OFS_ERROR_MESSAGE_SIZE]; /* UTF-8, one line, without a final stop or newline */
    int64_t offset;                       /* byte offset in the file or query the message speaks of, or -1 */
    int64_t length;                       /* bytes from offset that are meant, 0 when a point */
} ofs_error;

/*
 * A short fixed name of a status ("corrupt index"), for logs. Never NULL. Static storage, thread-safe.
 */
OFS_API const char *ofs_status_name(ofs_status status);

#ifdef __cplusplus
}
#endif

#endif
