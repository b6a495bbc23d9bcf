/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An evidence file of any bytes is read or refused, in every format; each quotation stands in itself, if it has a word. */
#include "search/present/evidence.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ofsi_quotes quotes = {0};
    ofs_error err;
    ofs_status status = ofsi_evidence_read((ofsi_span){(const char *)data, size}, &quotes, &err);
    if (status != OFS_OK && status != OFS_E_INPUT && status != OFS_E_NOMEM && status != OFS_E_LIMIT)
        abort();
    for (size_t i = 0; status == OFS_OK && i < quotes.count; i++) {
        const char *text = quotes.items[i].text;
        size_t differs;
        bool stands = ofsi_quote_stands(text, ofsi_span_of(text), &differs);
        if (!stands && (differs > strlen(text) || strspn(text, " \t\r\n.[]\xE2\x80\xA6") != strlen(text)))
            abort();
    }
    ofsi_quotes_free(&quotes);
    return 0;
}
