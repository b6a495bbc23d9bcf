/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A workbook for spreadsheet programs (xlsx), by libxlsxwriter: tables become worksheets. The library writes to files alone,
 * so the workbook is made in $TMPDIR (else /tmp) and read back.
 */
#ifndef OFSI_PRESENT_SHEET_H
#define OFSI_PRESENT_SHEET_H

#include "search/present/table.h"

/* NULL when out of memory or where the library is missing. */
ofsi_sheet *ofsi_sheet_open(void);
/* Rows for the worksheet of the table's title, which is begun with the column names when it is the first. Copies. */
void ofsi_sheet_add(ofsi_sheet *sheet, const ofsi_table *table, ofsi_buf *out);
/* Appends the file's bytes and gives everything back; a failure sets out->failed. NULL: failed. */
void ofsi_sheet_close(ofsi_sheet *sheet, ofsi_buf *out);

#endif
