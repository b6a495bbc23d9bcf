/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small PDFs made in a test: pages of content streams, Helvetica as F1, its bold and italic as F2 and F3. */
#ifndef OFS_TESTS_MINI_PDF_H
#define OFS_TESTS_MINI_PDF_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

enum { MINI_PAGES_MOST = 8 };

/* Writes a PDF 1.4 with a page for each content stream (NULL ends them) and a title. */
static inline void mini_pdf(const char *path, const char *title, const char *const *contents) {
    static const char *const fonts[] = {"Helvetica", "Helvetica-Bold", "Helvetica-Oblique"};
    long offsets[8 + 2 * MINI_PAGES_MOST];
    int pages = 0, object = 0;
    while (contents[pages])
        pages++;
    assert_true(pages <= MINI_PAGES_MOST);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs("%PDF-1.4\n", file);
    offsets[object++] = ftell(file);
    fputs("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n", file);
    offsets[object++] = ftell(file);
    fputs("2 0 obj\n<</Type/Pages/Kids[", file);
    for (int i = 0; i < pages; i++)
        fprintf(file, "%d 0 R ", 7 + 2 * i);
    fprintf(file, "]/Count %d>>\nendobj\n", pages);
    for (int i = 0; i < 3; i++) {
        offsets[object++] = ftell(file);
        fprintf(file, "%d 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>\nendobj\n",
                object, fonts[i]);
    }
    offsets[object++] = ftell(file);
    fprintf(file, "%d 0 obj\n<</Title(%s)>>\nendobj\n", object, title);
    for (int i = 0; i < pages; i++) {
        offsets[object++] = ftell(file);
        fprintf(file,
                "%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
                "/Resources<</Font<</F1 3 0 R/F2 4 0 R/F3 5 0 R>>>>>>\nendobj\n",
                object, object + 1);
        offsets[object++] = ftell(file);
        fprintf(file, "%d 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", object,
                strlen(contents[i]), contents[i]);
    }
    long table = ftell(file);
    fprintf(file, "xref\n0 %d\n0000000000 65535 f \n", object + 1);
    for (int i = 0; i < object; i++)
        fprintf(file, "%010ld 00000 n \n", offsets[i]);
    fprintf(file, "trailer\n<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%ld\n%%%%EOF\n", object + 1,
            table);
    assert_int_equal(fclose(file), 0);
}

/* One page that says `text`. */
static inline void mini_pdf_saying(const char *path, const char *text) {
    char *content = test_format("BT /F1 12 Tf 70 700 Td (%s) Tj ET", text);
    mini_pdf(path, "", (const char *const[]){content, NULL});
    free(content);
}

#endif
