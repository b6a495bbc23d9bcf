/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How paragraphs are written as lines, each form in a file of its own: they know the public structs of an index's contents, not
 * where those come from. Used by export.c, which reads the index and owns the output.
 */
#ifndef OFSI_INDEXER_CLI_EXPORT_H
#define OFSI_INDEXER_CLI_EXPORT_H

#include <ofsearch/index.h>

#include "indexer/base/buf.h"

/* Key and value of what is known; nothing of what is not (NULL, 0, OFS_NO_DATE, no grade). */
void export_text(ofsi_buf *out, const char *key, const char *text);
/* Whether an id, which comes from a file's name, is UTF-8 without control characters. */
bool export_is_plain(const char *id);
/* The id of a report; of one that is not plain its hash is part. */
void export_id(ofsi_buf *out, const char *key, const char *id);
void export_number(ofsi_buf *out, const char *key, uint32_t number);
void export_date(ofsi_buf *out, const char *key, ofs_date date);
void export_grade(ofsi_buf *out, const char *key, ofs_grade grade);
/* Key and an array of strings, which may be empty. */
void export_list(ofsi_buf *out, const char *key, const char *const *texts, uint32_t count);
/* What both forms say of a report in the same way: whose it is, its days, overall grade, pages and profile. */
void export_about(ofsi_buf *out, const ofs_report_info *info);

/* One line of the .jsonl that ofindex reads: indexing it gives the same paragraph again. */
void export_jsonl(ofsi_buf *out, const ofs_listed_paragraph *listed);

/* Two lines for OpenSearch's bulk API, the action and the document. `index`: the name of its index. None for no paragraph. */
void export_bulk(ofsi_buf *out, const ofs_listed_paragraph *listed, const char *index);
/* The settings and mappings of that index. */
void export_mapping(ofsi_buf *out);
/* Whether OpenSearch takes this as the name of an index. */
bool export_is_index_name(const char *name);

#endif
