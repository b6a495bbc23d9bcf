/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening databases and asking them what they are, servers all at once and never longer than a limit. Used by shards.c.
 */
#ifndef OFSI_EXEC_XAPIAN_DIAL_H
#define OFSI_EXEC_XAPIAN_DIAL_H

#include "indexer/base/xapian_late.h"

/* What is asked of each database: the metadata with these keys. */
enum ofsi_xasked {
    OFSI_XASKED_HEAD,
    OFSI_XASKED_STEMMER,
    OFSI_XASKED_FINGERPRINT,
    OFSI_XASKED_GENERATION,
    OFSI_XASKED_REPORTS,
    OFSI_XASKED_FAILURES,
    OFSI_XASKED_SHARD,
    OFSI_XASKED_ARCHIVE,
    OFSI_XASKED_COUNT
};

/* One database that is to be opened. The caller sets `path`, or `host` and `port`, borrowed during the call. */
typedef struct ofsi_xdial {
    const char *path, *host;
    uint16_t port;
    ofs_status status; /* why it could not be opened, with `why`; OFS_OK: it is open, and has answered */
    ofs_error why;
    ofs_xapian_database *database; /* the caller's */
    ofs_xapian_string answers[OFSI_XASKED_COUNT], uuid;
    uint32_t took_ms;
} ofsi_xdial;

/*
 * Opens them. Folders are opened by the calling thread, servers each by a thread of its own, which is left to itself when it has
 * not come back within `timeout_ms`: the system may look for a host's address much longer. OFS_E_NOMEM or OFS_E_IO when
 * no thread could be started; then no dial has anything to give back.
 */
ofs_status ofsi_xdial_all(const ofsi_xapian *x, ofsi_xdial *dials, size_t count, uint32_t timeout_ms,
                          ofs_error *err);
/* Gives back what a dial holds; its database, too, if it still has one. */
void ofsi_xdial_free(const ofsi_xapian *x, ofsi_xdial *dial);

/* Milliseconds of a clock that only goes forward. */
uint64_t ofsi_xclock_ms(void);

#endif
