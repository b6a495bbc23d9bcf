/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The index file of an archive whose reports are split among Xapian databases: a text that names them. XAPIAN.md has its
 * grammar. ofindex writes it last of all in a commit, by rename; people may write one, too, which names servers.
 *
 * A commit is whole when the file's generation is that of every database (OFSI_XAPIAN_KEY_GENERATION). Whoever finds
 * another one has met a commit that is being made, or one that was cut off: read again, and after a while give up.
 */
#ifndef OFSI_FORMAT_XAPIAN_SHARDS_H
#define OFSI_FORMAT_XAPIAN_SHARDS_H

#include "indexer/base/arena.h"
#include "indexer/base/storage.h"

enum { OFSI_SHARDS_MOST = 256 };

/* A database. */
typedef struct ofsi_shard {
    const char *name; /* as the file has it, for messages */
    const char *path; /* on this machine; NULL: a server has it */
    const char *host; /* of the server; NULL: none */
    uint16_t port;
    size_t line; /* of the file; 0: none */
} ofsi_shard;

typedef struct ofsi_shards {
    uint64_t generation; /* 0: the file does not say; databases of their own */
    ofsi_shard *items;   /* in the file's order, which is the order of their numbers */
    uint32_t count;      /* at least 1 */
    const char *file;    /* its name, for messages; NULL: none */
} ofsi_shards;

/* A name without the blanks around it. */
ofsi_span ofsi_shard_trim(ofsi_span name);
/* Whether the name of a database is that of a server: it begins with "xapian+tcp://". */
bool ofsi_shard_is_url(const char *name);
/*
 * A server by "xapian+tcp://HOST:PORT", an IPv6 address in brackets; the host is made in `arena`. OFS_E_USAGE with a
 * message that names it.
 */
ofs_status ofsi_shard_read_url(const char *url, ofsi_arena *arena, ofsi_shard *out, ofs_error *err);

/* The text of an index file; paths that are relative start at `folder`. `name`: for messages. All of it in `arena`. */
ofs_status ofsi_shards_parse(ofsi_span text, const char *folder, const char *name, ofsi_arena *arena,
                             ofsi_shards *out, ofs_error *err);
/* The index file (OFSI_SHARDS_FILE) of a folder. OFS_E_NO_INDEX when there is none. */
ofs_status ofsi_shards_read(ofsi_storage *storage, ofsi_arena *arena, ofsi_shards *out, ofs_error *err);
/* An index file anywhere, by its path. */
ofs_status ofsi_shards_read_file(const char *path, ofsi_arena *arena, ofsi_shards *out, ofs_error *err);
/* Writes the folder's index file aside, syncs, renames, syncs the folder. Databases are written by their names. */
ofs_status ofsi_shards_write(ofsi_storage *storage, const ofsi_shards *shards, ofs_error *err);

#endif
