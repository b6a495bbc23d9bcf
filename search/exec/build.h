/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files share that turn a plan into iterators: build.c the groups, build_phrase.c the phrases. */
#ifndef OFSI_EXEC_BUILD_H
#define OFSI_EXEC_BUILD_H

#include "search/exec/iter.h"

/* Stores "out of memory" in the scan; NULL. */
void *ofsi_build_fail_nomem(ofsi_scan *scan);

/* A new iterator, with a cursor of its own (into *cursor_out, which may be NULL), of the plan's term. */
ofsi_iter *ofsi_build_term(ofsi_scan *scan, uint32_t number, bool shares, ofsi_postings **cursor_out);

ofsi_iter *ofsi_build_phrase(ofsi_scan *scan, const ofsi_plan_node *node, bool shares);
/*
 * A phrase without joins over the cursors of its words, one for each edge, that somebody else moves: it is only asked to
 * confirm the document that its `doc` was set to and all of them stand at. At OFSI_DOC_END: nothing here can match.
 */
ofsi_iter *ofsi_build_phrase_at(ofsi_scan *scan, const ofsi_plan_node *node, ofsi_postings **cursors);

/* A part of the plan, with cursors of its own. */
ofsi_iter *ofsi_build_node(ofsi_scan *scan, const ofsi_plan_node *node);

#endif
