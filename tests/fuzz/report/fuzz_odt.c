/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the content of an OpenDocument text: refused or read to a report whose parts fit together. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/report/read_member.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    zip_part parts[] = {{"content.xml", NULL}, {NULL, NULL}};
    read_member(data, size, ".odt", parts);
    return 0;
}
