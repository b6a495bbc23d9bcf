/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A segment: an immutable file that holds a run of reports with their paragraphs, inverted. FORMAT.md has its grammar.
 * Written front to back by ofsi_segment_writer (called by build's flush and merge), read by ofsi_segment (called by
 * the searcher, the merger and `check`).
 *
 * Documents are paragraphs, numbered from 0 in the segment; the paragraphs of a report are consecutive, in reading
 * order, and reports ascend by id in byte order: so equal scores in a segment are ordered by document number.
 */
#ifndef OFSI_FORMAT_SEGMENT_H
#define OFSI_FORMAT_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/storage.h"

/* Behind the last document. Documents of a segment are below 2^31. */
#define OFSI_DOC_END UINT32_MAX
enum { OFSI_BLOCK_SIZE = 256 }; /* postings in a full block; positions in a full block of positions */

/* ---- rows: what is stored of a report and a paragraph; spans are borrowed ---- */

typedef struct ofsi_report_row {
    ofsi_span id, path, profile, title, provider, provider_id, inspectorate,
        lead_inspector;                              /* size 0: not known */
    int32_t inspected_from, inspected_to, published; /* OFSI_DATE_NONE */
    uint32_t pages;
    uint32_t warning_count;
    /* The rest of what is known of the report; all of it 0 in a segment that was written before there was any. */
    ofsi_span inspection, provider_name;
    ofsi_span provider_keys; /* keys (provider_key.h) that find the provider, a newline around each */
    ofsi_span overall;       /* label; size 0: no grade */
    uint8_t overall_level, overall_levels;
    uint8_t confidence; /* ofs_confidence */
    bool has_scale;     /* such reports give grades */
    uint32_t graded_sections;
    uint64_t file_size;    /* of the source file, bytes */
    int64_t file_mtime_ns; /* of the source file, ns since 1970 */
    uint64_t file_hash;    /* XXH3-64 of the source file */
    uint64_t generation;   /* of the commit that added the report */
    uint32_t first_doc;    /* set by the writer */
    uint32_t doc_count;    /* set by the writer */
    uint64_t token_count;  /* sum of the paragraphs' lengths; set by the writer */
} ofsi_report_row;

typedef struct ofsi_doc_row {
    const ofsi_span *path; /* section headings, outermost first */
    uint32_t depth;        /* 0: no section */
    ofsi_span role;        /* of the section; size 0: none */
    ofsi_span grade;       /* label; size 0: no grade */
    uint8_t level, levels;
    uint8_t kind;     /* ofs_kind */
    uint32_t page;    /* 0: none */
    uint32_t item;    /* 0: none */
    uint32_t length;  /* words: positions of the analyzer */
    ofsi_span number; /* as printed; size 0: none */
    ofsi_span timescale;
    ofsi_span text;
} ofsi_doc_row;

/* An abbreviation with what it stands for, as a report defines it. */
typedef struct ofsi_definition_row {
    ofsi_span term; /* stems of the short form, the s of its plural aside */
    ofsi_span short_form, long_form;
    const uint8_t
        *reports; /* when read: of the reports that define it so, for ofsi_segment_definition_reports() */
    uint32_t reports_size, report_count;
} ofsi_definition_row;
enum { OFSI_REPORT_DEFINITIONS_MAX = 1000 };

/* ---- writing ---- */

typedef struct ofsi_segment_writer ofsi_segment_writer;

/* Creates `name` (and temporary files beside it, removed at the end). */
ofs_status ofsi_segment_create(ofsi_storage *storage, const char *name, ofsi_segment_writer **out,
                               ofs_error *err);
/* Reports in ascending order of id (OFS_E_USAGE otherwise), each followed by its paragraphs. */
ofs_status ofsi_segment_add_report(ofsi_segment_writer *writer, const ofsi_report_row *row, ofs_error *err);
ofs_status ofsi_segment_add_doc(ofsi_segment_writer *writer, const ofsi_doc_row *row, ofs_error *err);
/*
 * Then terms in ascending byte order, each 1..245 bytes. `forms`: the surface forms of the term that occur, in the
 * order of their codes: most frequent first, ties in byte order (counts are the occurrences of each).
 */
ofs_status ofsi_segment_begin_term(ofsi_segment_writer *writer, ofsi_span term, const ofsi_span *forms,
                                   const uint64_t *counts, uint32_t form_count, ofs_error *err);
/* Its postings in ascending order of doc; positions ascend; a code for each position. tf >= 1. */
ofs_status ofsi_segment_add_posting(ofsi_segment_writer *writer, uint32_t doc, uint32_t tf,
                                    const uint32_t *positions, const uint32_t *codes, ofs_error *err);
ofs_status ofsi_segment_end_term(ofsi_segment_writer *writer, ofs_error *err);
/*
 * At any time before the end: report number `report` of this segment (from 0) defines an abbreviation. `term`: the stems
 * of the short form, the s of its plural aside, a blank between them. The same again is nothing new; of a report, calls beyond
 * OFSI_REPORT_DEFINITIONS_MAX are passed over.
 */
ofs_status ofsi_segment_define(ofsi_segment_writer *writer, const ofsi_definition_row *row, uint32_t report,
                               ofs_error *err);
/*
 * Or a whole term that was encoded apart (term_write.h), in place of these three. ofsi_segment_begin_terms() ends the
 * paragraphs; their lengths, which an encoder needs, stay where they are from then on.
 */
typedef struct ofsi_lengths {
    const uint8_t *bytes;     /* by document; 255: in the rows */
    const uint8_t *long_rows; /* u32 doc, u32 length, ascending */
    size_t long_count;
} ofsi_lengths;
typedef struct ofsi_encoded_term {
    ofsi_span text;
    uint32_t df, form_count;
    uint64_t cf;
    ofsi_span forms, inline_posting, postings, positions;
    uint64_t postings_sent, positions_sent; /* bytes before these, which went into the segment already */
} ofsi_encoded_term;
ofs_status ofsi_segment_begin_terms(ofsi_segment_writer *writer, ofsi_lengths *lengths, ofs_error *err);
ofs_status ofsi_segment_add_term(ofsi_segment_writer *writer, const ofsi_encoded_term *term, ofs_error *err);
/* The length of a document that is longer than a byte tells. */
uint32_t ofsi_long_length_at(const ofsi_lengths *lengths, uint32_t doc);
static inline uint32_t ofsi_length_at(const ofsi_lengths *lengths, uint32_t doc) {
    uint8_t length = lengths->bytes[doc];
    return length < 255 ? length : ofsi_long_length_at(lengths, doc);
}
/* Heap bytes of what grows with the paragraphs and the reports. */
uint64_t ofsi_segment_writer_bytes(const ofsi_segment_writer *writer);
/* Completes and syncs the file. The writer is gone afterwards, also on failure (then the file is removed). */
ofs_status ofsi_segment_finish(ofsi_segment_writer *writer, uint64_t *file_size, ofs_error *err);
/* Gives up and removes the files. NULL is allowed. */
void ofsi_segment_abandon(ofsi_segment_writer *writer);

/* ---- reading: a segment may be used by many threads at once; cursors by one each ---- */

typedef struct ofsi_segment ofsi_segment;

/* Checks magic, table and footer; pages are verified when first touched. OFS_E_CORRUPT names file, chunk and offset. */
ofs_status ofsi_segment_open(ofsi_storage *storage, const char *name, ofsi_segment **out, ofs_error *err);
void ofsi_segment_close(ofsi_segment *segment);
/* Lets go of the memory of pages read so far, for long sequential reading; cursors and spans stay valid. */
void ofsi_segment_release(ofsi_segment *segment);
const char *ofsi_segment_name(const ofsi_segment *segment);
uint32_t ofsi_segment_doc_count(const ofsi_segment *segment);
uint32_t ofsi_segment_report_count(const ofsi_segment *segment);
uint64_t ofsi_segment_term_count(const ofsi_segment *segment);
uint64_t ofsi_segment_token_count(const ofsi_segment *segment);
uint64_t ofsi_segment_file_size(const ofsi_segment *segment);
/* Verifies every checksum and invariant; the first damage is the error. */
ofs_status ofsi_segment_check(ofsi_segment *segment, ofs_error *err);
/* Components for `stats`: names ("postings", "positions", ...) and bytes; returns false behind the last. */
bool ofsi_segment_component(const ofsi_segment *segment, uint32_t i, const char **name, uint64_t *bytes);

/* A term in the dictionary. The first fields are for all; the rest is where the format finds its data. */
typedef struct ofsi_term {
    uint32_t df;         /* documents that hold it, dead ones included */
    uint64_t cf;         /* occurrences */
    uint32_t form_count; /* at least 1 */
    uint64_t postings_offset, postings_size;
    uint64_t positions_offset, positions_size;
    uint64_t forms_offset, forms_size;
    const uint8_t *entry; /* inline posting of a term of one document, in the mapped dictionary */
    uint32_t entry_size;
} ofsi_term;

ofs_status ofsi_segment_find_term(ofsi_segment *segment, ofsi_span text, ofsi_term *term, bool *found,
                                  ofs_error *err);

/* Ordered scan of the dictionary. */
typedef struct ofsi_term_scan ofsi_term_scan;
/* Stands before the first term >= `from`. */
ofs_status ofsi_term_scan_open(ofsi_segment *segment, ofsi_span from, ofsi_term_scan **out, ofs_error *err);
/* The next term; *more false at the end. *text is borrowed until the next call. */
ofs_status ofsi_term_scan_next(ofsi_term_scan *scan, ofsi_span *text, ofsi_term *term, bool *more,
                               ofs_error *err);
/* As above, of the text alone. */
ofs_status ofsi_term_scan_next_text(ofsi_term_scan *scan, ofsi_span *text, bool *more, ofs_error *err);
/* The term whose text was given last. */
ofs_status ofsi_term_scan_term(ofsi_term_scan *scan, ofsi_term *term, ofs_error *err);
/* Moves forward to before the first term >= `from`; stays where it is when that lies behind. */
ofs_status ofsi_term_scan_seek(ofsi_term_scan *scan, ofsi_span from, ofs_error *err);
void ofsi_term_scan_close(ofsi_term_scan *scan);

/* The term's surface forms, by code, in `arena`. counts may be NULL. */
ofs_status ofsi_segment_term_forms(ofsi_segment *segment, ofsi_span text, const ofsi_term *term,
                                   ofsi_arena *arena, const ofsi_span **forms, const uint64_t **counts,
                                   ofs_error *err);

/* The same one after another and without memory for each: for looking at many terms. */
enum { OFSI_FORM_MAX = 4096 }; /* bytes of a form beyond what it shares with its term */
typedef struct ofsi_form_scan {
    const ofsi_segment *segment;
    uint64_t offset; /* of the term's forms */
    const uint8_t *next, *end;
    uint32_t left;           /* forms */
    bool alone;              /* the one form is the term */
    uint64_t count;          /* occurrences of the form given last */
    size_t shared;           /* its first bytes that are the term's */
    bool capitalised, upper; /* its first ASCII letter, or every one, stands as a capital */
    ofsi_span term;
    size_t kept; /* bytes of the text that are the term's */
    char text[OFSI_FORM_MAX + 256];
} ofsi_form_scan;
/* The term's text is borrowed while the scan is used. */
ofs_status ofsi_form_scan_open(ofsi_segment *segment, ofsi_span text, const ofsi_term *term,
                               ofsi_form_scan *scan, ofs_error *err);
/* The next of the term's form_count forms, in small letters where the scan tells of capitals; borrowed until the next. */
ofs_status ofsi_form_scan_next(ofsi_form_scan *scan, ofsi_span *form, ofs_error *err);

/* ---- postings ---- */

/* An upper corner of (tf, length) pairs: every posting it stands for has tf <= some .tf with length >= its .length. */
typedef struct ofsi_impact {
    uint32_t tf;
    uint32_t length;
} ofsi_impact;

typedef struct ofsi_postings ofsi_postings;

/*
 * A cursor before the first document. Errors while moving are sticky: the cursor then stands at OFSI_DOC_END, and
 * ofsi_postings_status tells why; ask it once at the end.
 */
ofs_status ofsi_postings_open(ofsi_segment *segment, const ofsi_term *term, ofsi_postings **out,
                              ofs_error *err);
void ofsi_postings_close(ofsi_postings *postings);
/* The next document, or OFSI_DOC_END. */
uint32_t ofsi_postings_next(ofsi_postings *postings);
/* The first document >= target (which is not below the current one), or OFSI_DOC_END. */
uint32_t ofsi_postings_advance(ofsi_postings *postings, uint32_t target);
/* The same wherever the cursor stands: forth or back. */
uint32_t ofsi_postings_seek(ofsi_postings *postings, uint32_t target);
/* Back before the first document. */
void ofsi_postings_rewind(ofsi_postings *postings);
/* Of the current document. */
uint32_t ofsi_postings_doc(const ofsi_postings *postings);
uint32_t ofsi_postings_tf(ofsi_postings *postings);
/* tf positions, and their form codes unless codes is NULL; borrowed until the cursor moves. */
ofs_status ofsi_postings_positions(ofsi_postings *postings, const uint32_t **positions,
                                   const uint32_t **codes, ofs_error *err);
/* Of document `doc`, wherever the cursor stands; *count 0: the list has not got it. Borrowed until the cursor moves. */
ofs_status ofsi_postings_positions_in(ofsi_postings *postings, uint32_t doc, const uint32_t **positions,
                                      uint32_t *count, ofs_error *err);
/* Where the positions of a posting stand among all of its term, and how many there are. */
typedef struct ofsi_position_run {
    uint64_t at;
    uint32_t tf;
} ofsi_position_run;
/* Ascending documents docs[kept[0 .. count)], at most 256, by whose numbers `places` is. */
typedef struct ofsi_candidates {
    const uint32_t *docs;
    uint16_t *kept;
    uint32_t count;
    ofsi_position_run *places;
} ofsi_candidates;
/*
 * Of the candidates those that the list holds: their numbers stay in `kept`, how many there are is returned, and `places`
 * has where their positions are. The cursor may have stood anywhere, and stands at no document then.
 */
uint32_t ofsi_postings_keep_places(ofsi_postings *postings, const ofsi_candidates *candidates);
/*
 * Words that stand side by side, in one comparison: bit s % 64 of a mark is set where the word stands `offset` words behind
 * place s of the text. Takes the bits that are not set out of marks[], by the candidates' numbers, and those candidates
 * that have none left out of `kept`; their places are of this cursor. What is left may still be no phrase.
 */
ofs_status ofsi_postings_keep_marked(ofsi_postings *postings, ofsi_candidates *candidates, uint32_t offset,
                                     uint64_t *marks, ofs_error *err);
/*
 * Of a place that this cursor gave: the first position, then what each is more than the one before, and the form codes
 * unless codes is NULL. Borrowed until the cursor is asked again.
 */
ofs_status ofsi_postings_gaps(ofsi_postings *postings, const ofsi_position_run *place, const uint32_t **gaps,
                              const uint32_t **codes, ofs_error *err);
/* Documents in the list. */
uint32_t ofsi_postings_df(const ofsi_postings *postings);
/* The impacts of the whole list. */
void ofsi_postings_impacts(const ofsi_postings *postings, const ofsi_impact **impacts, uint32_t *count);
/*
 * Without decoding: the block that would hold `target` (>= the current document): *last is its last document (impacts
 * hold for documents from target to *last), or OFSI_DOC_END with no impacts when the list ends before target.
 */
void ofsi_postings_block_impacts(ofsi_postings *postings, uint32_t target, uint32_t *last,
                                 const ofsi_impact **impacts, uint32_t *count);
ofs_status ofsi_postings_status(const ofsi_postings *postings, ofs_error *err);

/* ---- whole blocks of postings (postings_bulk.c), for whoever works through a list ---- */

/* A block as it is stored: ascending documents, or a bitmap whose bit 0 is document `first`. Borrowed while it is current. */
typedef struct ofsi_posting_block {
    uint32_t count;
    const uint32_t *docs; /* NULL: bits */
    const uint8_t *bits;  /* bytes behind them may be read as far as a last word needs */
    uint32_t first, range;
    bool ones; /* every tf is 1 */
} ofsi_posting_block;

uint32_t ofsi_postings_block_count(const ofsi_postings *postings);
/* The last document of a block, without decoding; of a list of one block any document not below it. */
uint32_t ofsi_postings_block_last(const ofsi_postings *postings, uint32_t block);
/* The first block from `block` on that may hold a document >= target; the number of blocks: none does. */
uint32_t ofsi_postings_find(const ofsi_postings *postings, uint32_t block, uint32_t target);
/* Impacts of a block, and of the OFSI_SUPER blocks from super * OFSI_SUPER on; borrowed until the next call. 0: damaged. */
enum { OFSI_SUPER = 32 };
uint32_t ofsi_postings_block_front(ofsi_postings *postings, uint32_t block, const ofsi_impact **impacts);
uint32_t ofsi_postings_super_front(ofsi_postings *postings, uint32_t super, const ofsi_impact **impacts);
/* Makes the block current, standing nowhere in it. False: behind the last one, or damaged. */
bool ofsi_postings_load(ofsi_postings *postings, uint32_t block, ofsi_posting_block *out);
/* The documents and the frequencies of the current block, decoded; NULL when they are damaged. */
const uint32_t *ofsi_postings_block_docs(ofsi_postings *postings);
const uint32_t *ofsi_postings_block_tfs(ofsi_postings *postings);
/* Stands at posting `index` of the current block, which is document `doc`; UINT32_MAX: to be counted when it is needed. */
void ofsi_postings_stand(ofsi_postings *postings, uint32_t index, uint32_t doc);
/*
 * Of the ascending documents docs[kept[0 .. count)] those that the list holds: their numbers stay in `kept`, and how many
 * there are is returned. The cursor may have stood anywhere, and stands at no document then.
 */
uint32_t ofsi_postings_keep(ofsi_postings *postings, const uint32_t *docs, uint16_t *kept, uint32_t count);
/*
 * Sets bit doc - first of `words` for each document in [first, end), and stands at the first document >= end.
 */
void ofsi_postings_fill(ofsi_postings *postings, uint32_t first, uint32_t end, uint64_t *words);

/* ---- columns and tables: document and report numbers must be in range; a value that is not reads as "none" ---- */

/* What can be loaded by itself; the functions below read the parts of their names. */
enum ofsi_part {
    OFSI_PART_LENGTHS = 1 << 0,
    OFSI_PART_STARTS = 1 << 1, /* the documents of reports, and the report of a document */
    OFSI_PART_KIND = 1 << 2,   /* columns */
    OFSI_PART_SECTION = 1 << 3,
    OFSI_PART_GRADE = 1 << 4,
    OFSI_PART_PAGE = 1 << 5,
    OFSI_PART_ITEM = 1 << 6,
    OFSI_PART_NUMBER = 1 << 7,
    OFSI_PART_HEADINGS = 1 << 8, /* tables */
    OFSI_PART_SECTIONS = 1 << 9,
    OFSI_PART_GRADES = 1 << 10,
    OFSI_PART_NUMBERS = 1 << 11,
    OFSI_PART_STRINGS = 1 << 12,
    OFSI_PART_PROVIDERS = 1 << 13,
    OFSI_PART_REPORTS = 1 << 14,
    OFSI_PART_DETAILS = 1 << 15,
    OFSI_PART_COUNT = 16,
    OFSI_PART_ALL = (1 << OFSI_PART_COUNT) - 1,
    OFSI_PART_RANKING = OFSI_PART_LENGTHS | OFSI_PART_STARTS | OFSI_PART_KIND
};

/* Verifies the parts, once; then the functions below may be called for every document. Thread-safe, cheap again. */
ofs_status ofsi_segment_load(ofsi_segment *segment, unsigned parts, ofs_error *err);
/* All of them. */
ofs_status ofsi_segment_load_columns(ofsi_segment *segment, ofs_error *err);
/* Verifies what there is of one document and its report, or of one report: then the functions may be called for it. */
ofs_status ofsi_segment_load_doc(ofsi_segment *segment, uint32_t doc, ofs_error *err);
ofs_status ofsi_segment_load_report(ofsi_segment *segment, uint32_t report, ofs_error *err);

uint32_t ofsi_segment_length(const ofsi_segment *segment, uint32_t doc); /* words */
/* A byte a document: the length, 255 when it is that or more. */
const uint8_t *ofsi_segment_short_lengths(const ofsi_segment *segment);
uint32_t ofsi_segment_report_of(const ofsi_segment *segment, uint32_t doc);
uint8_t ofsi_segment_kind(const ofsi_segment *segment, uint32_t doc);
uint32_t ofsi_segment_page(const ofsi_segment *segment, uint32_t doc);
uint32_t ofsi_segment_item(const ofsi_segment *segment, uint32_t doc);
ofsi_span ofsi_segment_number(const ofsi_segment *segment, uint32_t doc);
/* Number in the table of section paths; the table's entry 0 is "no section". */
uint32_t ofsi_segment_section(const ofsi_segment *segment, uint32_t doc);
/* Number in the table of grades; entry 0 is "no grade". */
uint32_t ofsi_segment_grade(const ofsi_segment *segment, uint32_t doc);

/* A run of documents from `first`, a bit each: document first + i is bit i % 64 of words[i / 64]. */
typedef struct ofsi_bits {
    uint32_t first;
    uint32_t word_count;
    const uint64_t *words;
} ofsi_bits;
/* Adds to counts[value] how many of the documents have that number of a section, grade or kind. */
void ofsi_segment_tally_sections(const ofsi_segment *segment, const ofsi_bits *bits, uint32_t *counts);
void ofsi_segment_tally_grades(const ofsi_segment *segment, const ofsi_bits *bits, uint32_t *counts);
void ofsi_segment_tally_kinds(const ofsi_segment *segment, const ofsi_bits *bits, uint32_t *counts);
/* Clears the bits of documents whose section, or grade, has a 0 in `table`, which is indexed by their numbers. */
void ofsi_segment_keep_sections(const ofsi_segment *segment, uint32_t first, uint32_t word_count,
                                uint64_t *words, const uint8_t *table);
void ofsi_segment_keep_grades(const ofsi_segment *segment, uint32_t first, uint32_t word_count,
                              uint64_t *words, const uint8_t *table);
/*
 * The documents of kind note, a bit each from document 0, made when first asked for; NULL: there is none. Thread-safe. The
 * column of kinds is loaded before.
 */
ofs_status ofsi_segment_notes(ofsi_segment *segment, const uint64_t **words, ofs_error *err);

uint32_t ofsi_segment_section_count(const ofsi_segment *segment);
/* Fills up to `capacity` heading numbers of a path, outermost first; returns its depth. */
uint32_t ofsi_segment_section_path(const ofsi_segment *segment, uint32_t section, uint32_t *headings,
                                   uint32_t capacity);
ofsi_span ofsi_segment_section_role(const ofsi_segment *segment, uint32_t section);
/* Distinct headings. */
uint32_t ofsi_segment_heading_count(const ofsi_segment *segment);
ofsi_span ofsi_segment_heading(const ofsi_segment *segment, uint32_t heading);
uint32_t ofsi_segment_grade_count(const ofsi_segment *segment);
ofsi_span ofsi_segment_grade_label(const ofsi_segment *segment, uint32_t grade, uint8_t *level,
                                   uint8_t *levels);
/* Longest depth of a section path that a segment holds at most. */
enum { OFSI_SECTION_DEPTH_MAX = 16 };

/* Spans are borrowed from the segment. */
void ofsi_segment_report(const ofsi_segment *segment, uint32_t report, ofsi_report_row *row);
/* The documents of a report: cheaper than its row. */
void ofsi_segment_report_docs(const ofsi_segment *segment, uint32_t report, uint32_t *first, uint32_t *end);
/* Distinct providers, for facets: a number for each report's provider; entry 0 is "not known". */
uint32_t ofsi_segment_provider_of(const ofsi_segment *segment, uint32_t report);
uint32_t ofsi_segment_provider_count(const ofsi_segment *segment);
ofsi_span ofsi_segment_provider(const ofsi_segment *segment, uint32_t provider);

/* ---- abbreviations, ascending by term, then short form, then long form ---- */

/* Verifies the table; *count is 0 when there is none. Thread-safe, cheap again. */
ofs_status ofsi_segment_definition_count(ofsi_segment *segment, uint32_t *count, ofs_error *err);
/* Number i of the table, which was counted; OFS_E_CORRUPT. */
ofs_status ofsi_segment_definition(ofsi_segment *segment, uint32_t i, ofsi_definition_row *row,
                                   ofs_error *err);
/* The numbers of the reports that define it, ascending, into `reports`, which has room for row->report_count. */
ofs_status ofsi_segment_definition_reports(ofsi_segment *segment, const ofsi_definition_row *row,
                                           uint32_t *reports, ofs_error *err);

/* ---- paragraph store ---- */

/* Inflated blocks lately used: one for each thread that reads texts. All zeros is ready. */
typedef struct ofsi_store_cache {
    char *data;
    size_t capacity;
    const ofsi_segment *segment;
    uint32_t block; /* number of the block held, when segment is set */
    uint32_t size;
} ofsi_store_cache;

/* Text (and timescale, may be NULL) of a paragraph; borrowed until the next call with this cache. */
ofs_status ofsi_segment_text(ofsi_segment *segment, uint32_t doc, ofsi_store_cache *cache, ofsi_span *text,
                             ofsi_span *timescale, ofs_error *err);
/* The block of texts that a paragraph's is in, for whoever keeps several caches; unverified, so a hint alone. */
uint32_t ofsi_segment_text_block(const ofsi_segment *segment, uint32_t doc);
void ofsi_store_cache_free(ofsi_store_cache *cache);

#endif
