/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is worth telling of the words of a query beside its answer: what they stand for. Used by search.c. */
#ifndef OFSI_EXEC_NOTES_H
#define OFSI_EXEC_NOTES_H

#include "search/exec/hints.h"

/*
 * Fills abbreviations: of the words under no NOT, the first 64, those that are written as an abbreviation of the index, or that hardly
 * occur otherwise, and those asked for by @.
 */
ofs_status ofsi_note_abbreviations(const ofsi_hints *hints, ofs_results *results, ofs_error *err);

#endif
