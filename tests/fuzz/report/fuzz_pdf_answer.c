/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the answer of a PDF worker: refused or decoded to lines that a parser may trust. */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "indexer/base/utf8.h"
#include "indexer/report/pdf_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ofsi_arena arena = {0};
    ofsi_document document = {.arena = &arena, .is_pdf = true};
    ofs_error err;
    if (ofsi_pdf_decode("fuzz.pdf", (ofsi_span){(const char *)data, size}, &document, &err) == OFS_OK) {
        if (document.line_count == 0 || document.page_count == 0)
            abort();
        for (uint32_t i = 0; i < document.line_count; i++) {
            ofsi_span text = document.lines[i].text;
            if (text.size == 0 || strlen(text.data) != text.size || strchr(text.data, '\n') ||
                ofsi_utf8_valid_prefix(text.data, text.size) != text.size || document.lines[i].page == 0 ||
                document.lines[i].page > document.page_count)
                abort();
        }
    }
    ofsi_arena_free(&arena);
    return 0;
}
