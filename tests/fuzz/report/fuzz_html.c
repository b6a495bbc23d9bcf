/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a page of HTML: refused or read to a report whose parts fit together. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/report/read_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    read_bytes(data, size, ".html");
    return 0;
}
