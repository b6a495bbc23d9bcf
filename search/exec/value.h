/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A single paragraph's value of a facet's field, named as facets.c names values; a single term's paragraphs. For native.c. */
#ifndef OFSI_EXEC_VALUE_H
#define OFSI_EXEC_VALUE_H

#include "search/exec/run.h"

/* Replaces *value. Loads the segment's columns. */
ofs_status ofsi_run_value(const ofsi_run *run, uint64_t doc, ofs_facet_field field, ofsi_value *value,
                          ofs_error *err);

/* Live paragraphs that hold a term. */
ofs_status ofsi_run_frequency(const ofsi_run *run, ofsi_span term, uint64_t *paragraphs, ofs_error *err);

#endif
