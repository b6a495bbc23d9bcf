/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a query: it parses or says where not; what parses, written back, parses to the same tree. */
#include <stdlib.h>

#include "search/query/tree.h"
#include "tests/fuzz/fuzz.h"

static void hold(int condition) {
    if (!condition)
        abort();
}

static void check_query(ofsi_span query, const ofsi_query_options *options, ofsi_arena *arena) {
    ofs_error err;
    ofsi_node *root = NULL, *again = NULL;
    ofsi_buf printed = {0};
    ofs_status status = ofsi_query_parse(query, options, arena, &root, &err);
    if (status == OFS_E_QUERY || status == OFS_E_LIMIT)
        hold(err.offset >= -1 && err.offset <= (int64_t)query.size);
    if (status != OFS_OK || !root)
        return;
    ofsi_query_print(root, &printed);
    hold(!printed.failed);
    status = ofsi_query_parse((ofsi_span){printed.data, printed.size}, NULL, arena, &again, &err);
    /* Written back a query may be longer than what was typed, and so pass a limit that it did not. */
    hold(status == OFS_E_LIMIT || (status == OFS_OK && again && ofsi_query_equal(root, again)));
    ofsi_buf_free(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const ofsi_query_options ways[] = {
        {0}, {.any = true}, {.plain = true}, {.any = true, .plain = true}};
    ofsi_arena arena = {0};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        check_query((ofsi_span){(const char *)data, size}, &ways[i], &arena);
    ofsi_arena_free(&arena);
    return 0;
}
