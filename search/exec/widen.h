/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing out what stands for the same: @word becomes (word OR ~"what it stands for"), so that `interpreted` says what was
 * asked, and asks the same again. With `everywhere` (--synonyms) every word and phrase is taken so, and words side by side that
 * are a long form, the longest such row first; exact forms and patterns stay as they are. A widened word matches and scores
 * as what is written: the sum over its alternatives. Called by request.c between parsing and planning.
 */
#ifndef OFSI_EXEC_WIDEN_H
#define OFSI_EXEC_WIDEN_H

#include "search/exec/thesaurus.h"

/*
 * Widens *root (may be NULL) in place of it; nodes live in the thesaurus's arena. OFS_E_LIMIT when the query becomes larger
 * than one may be written.
 */
ofs_status ofsi_widen(ofsi_thesaurus *thesaurus, bool everywhere, ofsi_node **root, ofs_error *err);

/* Whether the tree has an @ in it. */
bool ofsi_holds_synonym(const ofsi_node *root);

#endif
