/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the text of a Word document, and as its lists: refused or read to a report whose parts fit together. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/report/read_member.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    zip_part parts[] = {
        {"word/document.xml", NULL}, {"word/numbering.xml", NULL}, {"word/styles.xml", NULL}, {NULL, NULL}};
    read_member(data, size, ".docx", parts);
    return 0;
}
