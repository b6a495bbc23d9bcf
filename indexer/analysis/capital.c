/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capital letters of any script. Called by the search's plan. */
#include <utf8proc.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/utf8.h"

bool ofsi_has_capital(ofsi_span surface) {
    for (size_t i = 0; i < surface.size;) {
        uint32_t code;
        size_t n = ofsi_utf8_decode(surface.data + i, surface.size - i, &code);
        if (n == 0) {
            i++;
            continue;
        }
        utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
        if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT)
            return true;
        i += n;
    }
    return false;
}
