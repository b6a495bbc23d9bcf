/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search log as JSON, and texts for it. Each is the caller's; NULL without memory. */
#ifndef OFSI_PRESENT_HEAD_JSON_H
#define OFSI_PRESENT_HEAD_JSON_H

#include <jansson.h>

#include "search/present/present.h"

/* A string; null for NULL. What is not UTF-8, as names of files may be, is replaced, as json_out.h does. */
json_t *ofsi_text_json(const char *text);
/* The options that decide what matches, an array of strings. */
json_t *ofsi_asked_json(const ofsi_present_options *options);
/* What was searched. */
json_t *ofsi_index_json(const ofs_results *results, const ofsi_present_options *options);
/* How many files could not be read; null: not known. */
json_t *ofsi_failed_json(const ofs_results *results);
/* The shards that the answer is without, as "partial", into the object; nothing when there are none. False without memory. */
bool ofsi_missing_json(json_t *object, const ofs_results *results);
/* query, interpreted (of a batch as a whole: queries), options, index, found; in a batch the name. */
json_t *ofsi_head_json(const ofs_results *results, const ofsi_present_options *options);

#endif
