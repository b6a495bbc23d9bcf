/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two lists side by side on a page ("Local authority | Integrated care board", the inspectors of two inspectorates): in
 * which order the page's runs are read. Called by pdf_layout.c, which makes lines of the runs.
 */
#ifndef OFSI_REPORT_PDF_LISTS_H
#define OFSI_REPORT_PDF_LISTS_H

#include "indexer/report/pdf_layout.h"

/*
 * Puts the numbers of the runs into `order` as they are to be read: poppler's order, but of two lists side by side the
 * left one first. list[i] is the list that run i stands in, from 1 on this page, 0: in none; runs of different lists never
 * share a line. Both arrays have room for `count`. False when out of memory.
 */
bool ofsi_pdf_find_lists(const ofsi_pdf_run *runs, uint32_t count, uint32_t *list, uint32_t *order);

#endif
