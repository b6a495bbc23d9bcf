/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a manifest, as they are and with their checksum made right; what is read can be written and read again. */
#include "tests/fuzz/fuzz.h"

#include "indexer/format/manifest.h"
#include "tests/unit/format/segment_tools.h"

static void read_manifest(ofsi_storage *storage, const uint8_t *data, size_t size) {
    ofsi_arena arena = {0};
    ofsi_manifest m, again;
    ofs_error err;
    if (tool_put_file(storage, OFSI_MANIFEST_NAME, data, size, &err) == OFS_OK &&
        ofsi_manifest_read(storage, &arena, &m, &err) == OFS_OK &&
        ofsi_manifest_write(storage, &m, &err) == OFS_OK) {
        if (ofsi_manifest_read(storage, &arena, &again, &err) != OFS_OK || again.generation != m.generation ||
            again.segment_count != m.segment_count || again.failure_count != m.failure_count)
            abort();
    }
    ofsi_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ofsi_storage *storage;
    ofs_error err;
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy || ofsi_storage_open_memory(&storage, &err) != OFS_OK) {
        free(copy);
        return 0;
    }
    read_manifest(storage, data, size);
    if (size >= 8) {
        memcpy(copy, data, size);
        tool_store_u64(copy + size - 8, ofsi_hash64(copy, size - 8));
        read_manifest(storage, copy, size);
    }
    ofsi_storage_close(storage);
    free(copy);
    return 0;
}
