/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofindex remove` and `ofindex compact`: changes to an index that read no file. */
#include <inttypes.h>

#include "indexer/cli/cli.h"

/* A writer on an index that is there: changing what does not exist would make it. */
static ofs_status open_existing(const args *a, ofs_index_stats *stats, ofs_writer **writer, ofs_error *err) {
    *writer = NULL;
    ofs_status status = ofs_index_stat(a->index, stats, err);
    return status == OFS_OK ? ofs_writer_open(a->index, NULL, writer, err) : status;
}

int run_remove(const args *a) {
    ofs_writer *writer;
    ofs_index_stats stats;
    ofs_error err;
    uint64_t total = 0;
    int missing = EXIT_DONE;
    if (a->operand_count == 0) {
        say("remove: no report was named");
        return EXIT_USAGE;
    }
    ofs_status status = open_existing(a, &stats, &writer, &err);
    for (int i = 0; i < a->operand_count && status == OFS_OK; i++) {
        uint64_t removed = 0;
        status = ofs_writer_remove(writer, a->operands[i], &removed, &err);
        total += removed;
        if (status == OFS_E_NOT_FOUND) {
            complain(&err);
            missing = EXIT_SOME;
            status = OFS_OK;
        }
    }
    if (status == OFS_OK)
        status = ofs_writer_commit(writer, &err);
    ofs_writer_close(writer);
    if (status != OFS_OK)
        return complain(&err);
    if (!a->quiet)
        say("removed %" PRIu64 " %s", total, total == 1 ? "report" : "reports");
    return missing;
}

int run_compact(const args *a) {
    ofs_writer *writer;
    ofs_index_stats before, after;
    ofs_error err;
    ofs_status status = open_existing(a, &before, &writer, &err);
    if (status == OFS_OK)
        status = ofs_writer_compact(writer, &err);
    if (status == OFS_OK)
        status = ofs_writer_commit(writer, &err);
    ofs_writer_close(writer);
    if (status == OFS_OK)
        status = ofs_index_stat(a->index, &after, &err);
    if (status != OFS_OK)
        return complain(&err);
    if (!a->quiet)
        say("%u %s with %" PRIu64 " bytes %s now %u with %" PRIu64, before.segments,
            before.segments == 1 ? "segment" : "segments", before.bytes, before.segments == 1 ? "is" : "are",
            after.segments, after.bytes);
    return EXIT_DONE;
}
