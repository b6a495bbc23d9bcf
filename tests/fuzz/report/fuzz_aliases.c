/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a table of aliases and as a provider's name: a line is told that is wrong, and the key of a key is itself. */
#include <stdlib.h>

#include "indexer/base/provider_key.h"
#include "indexer/report/aliases.h"
#include "tests/fuzz/fuzz.h"

static void hold(int condition) {
    if (!condition)
        abort();
}

static void check_name(ofsi_span name) {
    ofsi_buf key = {0}, again = {0};
    ofsi_provider_key(name, &key);
    ofsi_provider_key(ofsi_buf_span(&key), &again);
    hold(!key.failed && !again.failed);
    /* What a long name was cut to may end in a custom wording; a whole one has none left. */
    hold(again.size <= key.size &&
         (name.size >= 60 || ofsi_span_equal(ofsi_buf_span(&key), ofsi_buf_span(&again))));
    ofsi_span core = ofsi_provider_core(name);
    hold(core.size <= name.size &&
         (core.size == 0 || (core.data >= name.data && core.data + core.size <= name.data + name.size)));
    ofsi_buf_free(&key);
    ofsi_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ofsi_span text = {(const char *)data, size};
    ofsi_aliases aliases = {0};
    ofs_error err = {0};
    ofs_status status = ofsi_aliases_add(&aliases, text, "table", &err);
    hold(status == OFS_OK || status == OFS_E_INPUT);
    for (size_t i = 0; i < aliases.count; i++)
        check_name(ofsi_span_of(aliases.entries[i].name));
    ofsi_aliases_free(&aliases);
    check_name(text);
    return 0;
}
