/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How reports stand in a Xapian database: names of terms, value slots, the bytes of values, of a document's data and of
 * metadata. Both directions are here; build's Xapian writer makes them, the Xapian engine reads them. It knows nothing of
 * libxapian. XAPIAN.md has the page for people.
 *
 * A paragraph is a document; the documents of a report have consecutive ids, in reading order. What is read may come from
 * anyone: each decoder checks what it is given.
 */
#ifndef OFSI_FORMAT_XAPIAN_SCHEMA_H
#define OFSI_FORMAT_XAPIAN_SCHEMA_H

#include <ofsearch/search.h>

#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"
#include "indexer/base/error.h"
#include "indexer/format/manifest.h"
#include "indexer/format/segment.h"

/* ---- terms: a prefix, and behind it the value ---- */

#define OFSI_XAPIAN_STEM     "S" /* wdf: occurrences; positions are the token's + 1 */
#define OFSI_XAPIAN_FORM     "F" /* likewise of the folded form */
#define OFSI_XAPIAN_CAPITALS "C" /* likewise of the surface, where it has a capital */
#define OFSI_XAPIAN_FILLER   "L" /* no value; wdf makes up a length of OFSI_XAPIAN_LENGTH_FACTOR * words */
#define OFSI_XAPIAN_EVERY    "A" /* no value; in every document, wdf 0 */
/* Values that filters ask for; wdf 0; a document without the value has no such term. */
#define OFSI_XAPIAN_GRADE        "XG" /* ofsi_xapian_grade() */
#define OFSI_XAPIAN_HEADING      "XH" /* each distinct heading on the section's path */
#define OFSI_XAPIAN_PROVIDER     "XP" /* ofsi_xapian_provider() */
#define OFSI_XAPIAN_TITLE        "XT"
#define OFSI_XAPIAN_INSPECTORATE "XI"
#define OFSI_XAPIAN_INSPECTION   "XN"
#define OFSI_XAPIAN_OVERALL      "XO" /* ofsi_xapian_grade() */
#define OFSI_XAPIAN_KIND         "XK" /* ofs_kind_name() */
#define OFSI_XAPIAN_ROLE         "XR"
#define OFSI_XAPIAN_NUMBER       "XM" /* as printed */
#define OFSI_XAPIAN_REPORT       "XD" /* id */
#define OFSI_XAPIAN_FILE         "XF" /* path */

/*
 * A document's length in Xapian is so many times its length in words: stems, forms and capitals count, joined words too, of
 * which there are at most half as many as words, and the filler makes up the rest. So length by average length is what it is
 * in our own index.
 */
enum { OFSI_XAPIAN_LENGTH_FACTOR = 5 };

/* Bytes of a term, a NUL counting twice as it does in Xapian, up to which it holds its value whole. */
enum { OFSI_XAPIAN_TERM_MAX = 240, OFSI_XAPIAN_TERM_CUT = 180 };

/*
 * Replaces *out by the term of a value. One that would be longer than OFSI_XAPIAN_TERM_MAX is the prefix, the value's
 * first bytes up to OFSI_XAPIAN_TERM_CUT, 0x01 and the 32 hexadecimal digits of the value's XXH128; so is one that looks
 * like that. The whole value then stands in the metadata under ofsi_xapian_value_key().
 */
void ofsi_xapian_term(const char *prefix, ofsi_span value, ofsi_buf *out);
/* Whether a term with this prefix stands for a value that is longer: then the metadata has it. */
bool ofsi_xapian_term_is_cut(const char *prefix, ofsi_span term);
/* Replaces *out by the metadata's key for the value of such a term. */
void ofsi_xapian_value_key(ofsi_span term, ofsi_buf *out);

/* Replaces *out by "label\tlevel\tlevels"; empty when there is no label. */
void ofsi_xapian_grade(ofsi_span label, uint8_t level, uint8_t levels, ofsi_buf *out);
/* The parts again; false when it is none. */
bool ofsi_xapian_grade_read(ofsi_span value, ofsi_span *label, uint8_t *level, uint8_t *levels);
/* Replaces *out by provider, name and keys (ofsi_report_row) with 0x01 between; empty when there is none of them. */
void ofsi_xapian_provider(ofsi_span provider, ofsi_span name, ofsi_span keys, ofsi_buf *out);
bool ofsi_xapian_provider_read(ofsi_span value, ofsi_span *provider, ofsi_span *name, ofsi_span *keys);

/* ---- value slots; what is not known has no value ---- */

enum ofsi_xapian_slot {
    OFSI_XAPIAN_SLOT_ORDER = 0,      /* ofsi_xapian_order_key() */
    OFSI_XAPIAN_SLOT_LENGTH = 1,     /* u32: words */
    OFSI_XAPIAN_SLOT_DATE_ORDER = 2, /* ofsi_xapian_date_key() */
    OFSI_XAPIAN_SLOT_PUBLISHED = 3,  /* a day, as the next three */
    OFSI_XAPIAN_SLOT_INSPECTED_FROM = 4,
    OFSI_XAPIAN_SLOT_INSPECTED_TO = 5,
    OFSI_XAPIAN_SLOT_DATE = 6,   /* published, else the inspection's last day */
    OFSI_XAPIAN_SLOT_NUMBER = 7, /* u64: the first part of the printed number; ofsi_xapian_number_part() */
    OFSI_XAPIAN_SLOT_GENERATION = 8, /* u64 */
    OFSI_XAPIAN_SLOT_FACETS = 16     /* + ofs_facet_field: ofsi_xapian_facet() */
};

/* Numbers and days as bytes that sort as they do, appended to *out: big-endian, a day with its sign bit turned. */
void ofsi_xapian_put_u32(ofsi_buf *out, uint32_t value);
void ofsi_xapian_put_u64(ofsi_buf *out, uint64_t value);
void ofsi_xapian_put_day(ofsi_buf *out, int32_t day);
/* And back; false when it has not got that size. */
bool ofsi_xapian_read_u32(ofsi_span value, uint32_t *out);
bool ofsi_xapian_read_u64(ofsi_span value, uint64_t *out);
bool ofsi_xapian_read_day(ofsi_span value, int32_t *out);

/* Appends id, NUL, u32 place: ascending it is the order of equal scores and of --sort report. */
void ofsi_xapian_order_key(ofsi_buf *out, ofsi_span id, uint32_t place);
/* The parts again; false when it is none. */
bool ofsi_xapian_order_key_read(ofsi_span key, ofsi_span *id, uint32_t *place);
/* Appends a day, turned so that the newest is first and OFSI_DATE_NONE last, and the order key: ascending, --sort date. */
void ofsi_xapian_date_key(ofsi_buf *out, int32_t date, ofsi_span id, uint32_t place);
/* Published, else the inspection's last day, else OFSI_DATE_NONE. */
int32_t ofsi_xapian_date(const ofsi_report_row *report);

/* The whole number that a printed number begins with, and whether it is all of it; false when it begins with none. */
bool ofsi_xapian_number_part(ofsi_span number, uint64_t *value, bool *whole);

/* Appends what a facet counts the paragraph as (a path: each heading with a NUL behind it); nothing: it has no value. */
void ofsi_xapian_facet(ofs_facet_field field, const ofsi_report_row *report, const ofsi_doc_row *row,
                       ofsi_buf *out);

/* ---- a document's data: all that a hit shows ---- */

typedef struct ofsi_xapian_doc {
    ofsi_report_row report; /* of it id, path, profile, title, provider, provider_id, inspectorate, the dates,
                               inspection, provider_name, overall; the rest is 0 */
    ofsi_doc_row row;       /* its path is the one below: the struct may not be copied */
    ofsi_span path[OFSI_SECTION_DEPTH_MAX];
    uint32_t place; /* in the report, from 0 */
} ofsi_xapian_doc;

/* Appends the data of a paragraph. */
void ofsi_xapian_doc_write(const ofsi_report_row *report, const ofsi_doc_row *row, uint32_t place,
                           ofsi_buf *out);
/*
 * Decodes; spans are borrowed from `data` and hold no NUL. OFS_E_CORRUPT or, made by a newer version, OFS_E_UNSUPPORTED;
 * the message begins with `database`.
 */
ofs_status ofsi_xapian_doc_read(ofsi_span data, const char *database, ofsi_xapian_doc *out, ofs_error *err);

/* ---- metadata ---- */

#define OFSI_XAPIAN_KEY_HEAD        "ofsearch"    /* ofsi_xapian_head_write() */
#define OFSI_XAPIAN_KEY_STEMMER     "stemmer"     /* text, as the next */
#define OFSI_XAPIAN_KEY_FINGERPRINT "fingerprint" /* ofsi_analyzer_fingerprint() */
#define OFSI_XAPIAN_KEY_GENERATION  "generation"  /* decimal, as the next */
#define OFSI_XAPIAN_KEY_REPORTS     "reports"     /* how many reports the database has */
#define OFSI_XAPIAN_KEY_DISTRUSTED  "distrusted"  /* decimal; absent: 0. See XAPIAN.md */
#define OFSI_XAPIAN_KEY_SHARD       "shard"       /* "number count" in decimal, from 0; absent: not split */
#define OFSI_XAPIAN_KEY_ARCHIVE     "archive"  /* of a split index, the same in its databases; absent: none */
#define OFSI_XAPIAN_KEY_FAILURES    "failures" /* ofsi_xapian_failures_write(); absent: none */
enum { OFSI_XAPIAN_ARCHIVE_SIZE = 32 };        /* random hexadecimal digits */
/* Kinds of keys, of which there is one a report: ofsi_xapian_report_key(). */
#define OFSI_XAPIAN_REPORT_ROW         "report\t"      /* ofsi_xapian_report_write() */
#define OFSI_XAPIAN_REPORT_DEFINITIONS "definitions\t" /* ofsi_xapian_definitions_write(); absent: none */

/* Replaces *out by the key of that kind for a report; a long id is cut as a long term is. */
void ofsi_xapian_report_key(const char *kind, ofsi_span id, ofsi_buf *out);

/* What a reader and a writer must know to use the database; a line each. */
void ofsi_xapian_head_write(ofsi_buf *out);
/*
 * OFS_E_NO_INDEX when `head` is empty: a database of something else. OFS_E_UNSUPPORTED names the version or the feature
 * that is not known here, of which a writer (`writes`) must know more than a reader.
 */
ofs_status ofsi_xapian_head_check(ofsi_span head, const char *database, bool writes, ofs_error *err);

/* Decimal digits, the whole text. */
bool ofsi_xapian_read_count(ofsi_span text, uint64_t *value);

/* A shard's place: 0 <= number < count, which is OFSI_SHARDS_MOST (xapian_shards.h) at the most. */
void ofsi_xapian_shard_write(uint32_t number, uint32_t count, ofsi_buf *out);
bool ofsi_xapian_shard_read(ofsi_span text, uint32_t *number, uint32_t *count);

/* A report's row: all of ofsi_report_row, whose first_doc is the id of the first document (0: it has none). */
void ofsi_xapian_report_write(const ofsi_report_row *row, ofsi_buf *out);
/* As ofsi_xapian_doc_read(). */
ofs_status ofsi_xapian_report_read(ofsi_span data, const char *database, ofsi_report_row *row,
                                   ofs_error *err);

/* The files that could not be read, ascending by path. */
void ofsi_xapian_failures_write(const ofsi_manifest_failure *failures, size_t count, ofsi_buf *out);
/* In `arena`, with a NUL behind each text. */
ofs_status ofsi_xapian_failures_read(ofsi_span data, const char *database, ofsi_arena *arena,
                                     ofsi_manifest_failure **failures, uint32_t *count, ofs_error *err);

/* The abbreviations that a report defines, ascending by term, short form and long form, each once. */
void ofsi_xapian_definitions_write(const ofsi_definition_row *rows, size_t count, ofsi_buf *out);
/* Reads them one by one: opens the cursor, then `next` until *more is false. Spans are borrowed from `data`. */
ofs_status ofsi_xapian_definitions_open(ofsi_span data, const char *database, ofsi_cursor *cursor,
                                        ofs_error *err);
ofs_status ofsi_xapian_definitions_next(ofsi_cursor *cursor, const char *database, ofsi_definition_row *row,
                                        bool *more, ofs_error *err);

#endif
