/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashing a file. */
#include "indexer/build/fingerprint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/hasher.h"

enum { PIECE = 256 * 1024 };

static ofs_status say_why(int reason, ofs_error *err) {
    ofs_error named;
    ofs_status status = ofsi_fail_errno(&named, reason, "", "");
    const char *colon = strstr(named.message, ": ");
    return ofsi_fail(err, status, "%s", colon ? colon + 2 : named.message);
}

ofs_status ofsi_hash_file(const char *path, uint64_t *hash, ofs_error *err) {
    ofsi_hasher *hasher = ofsi_hasher_new();
    char *piece = ofsi_malloc(PIECE);
    ofs_status status = hasher && piece ? OFS_OK : ofsi_fail_nomem(err);
    int fd = status == OFS_OK ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (status == OFS_OK && fd < 0)
        status = say_why(errno, err);
    while (status == OFS_OK) {
        ssize_t n = read(fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            status = say_why(errno, err);
        if (n <= 0)
            break;
        ofsi_hasher_add(hasher, piece, (size_t)n);
    }
    if (status == OFS_OK)
        *hash = ofsi_hasher_value(hasher);
    if (fd >= 0)
        close(fd);
    ofsi_free(piece);
    ofsi_hasher_free(hasher);
    return status;
}
