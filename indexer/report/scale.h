/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspectorates' scales of grades, for inputs that give a label alone. Used by the jsonl reader. */
#ifndef OFSI_REPORT_SCALE_H
#define OFSI_REPORT_SCALE_H

#include <ofsearch/report.h>

#include "indexer/base/span.h"

/*
 * The grade a label means on the scale of an inspectorate (its name as a report gives it; empty: Ofsted's). The
 * label is spelled as the scale spells it, static storage. False when the scale has no such label.
 */
bool ofsi_scale_grade(ofsi_span inspectorate, ofsi_span label, ofs_grade *grade);

#endif
