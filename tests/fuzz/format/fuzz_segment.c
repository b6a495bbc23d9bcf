/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a segment, as they are and with their checksums made right: opened, checked, read by every way there is. */
#include "tests/fuzz/fuzz.h"

#include "tests/unit/format/segment_tools.h"

static void read_segment(ofsi_storage *storage, const uint8_t *data, size_t size) {
    ofsi_segment *segment;
    ofs_error err;
    tool_walk walk = {0, 200, 300};
    if (tool_put_file(storage, "f.seg", data, size, &err) != OFS_OK ||
        ofsi_segment_open(storage, "f.seg", &segment, &err) != OFS_OK)
        return;
    /* First the readers, which must not count on check. */
    ofs_status walked = tool_walk_segment(segment, &walk, &err);
    if (ofsi_segment_check(segment, &err) == OFS_OK && walked != OFS_OK && walked != OFS_E_NOMEM)
        abort();
    ofsi_segment_close(segment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ofsi_storage *storage;
    ofs_error err;
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy || ofsi_storage_open_memory(&storage, &err) != OFS_OK) {
        free(copy);
        return 0;
    }
    read_segment(storage, data, size);
    if (size)
        memcpy(copy, data, size);
    tool_reseal(copy, size);
    read_segment(storage, copy, size);
    ofsi_storage_close(storage);
    free(copy);
    return 0;
}
