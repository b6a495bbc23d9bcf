/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of providers for comparing: "London Borough of Lambeth", "Lambeth Council" and "LAMBETH" are one. Knows how names
 * are written, not which there are. Used by the table of aliases when reports are read, and by the filter `provider:`.
 */
#ifndef OFSI_BASE_PROVIDER_KEY_H
#define OFSI_BASE_PROVIDER_KEY_H

#include "indexer/base/buf.h"
#include "indexer/base/span.h"

/*
 * Appends the key of a name: its words in small ASCII letters parted by one blank, "&", "and" and "the" left out, "saint" as
 * "st", hyphens as blanks, no apostrophes, and without what stands around the name of a place ("Royal Borough of",
 * "City Council", "local authority children's services"). A name of such words alone keeps its last one. Equal keys are
 * one name. Of a name of more than 40 words the first 40 count.
 */
void ofsi_provider_key(ofsi_span name, ofsi_buf *key);

/*
 * The part of a name that is a council's without what a council is called: "Ashcombe" of "Ashcombe Borough Council". The
 * whole name where nothing tells that it is a council's ("City of Hope School").
 */
ofsi_span ofsi_provider_core(ofsi_span name);

#endif
