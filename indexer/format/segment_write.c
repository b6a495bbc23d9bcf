/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing a segment: reports and paragraphs first (texts go to the store at once, the rest into columns), then terms.
 * What grows beside the postings (columns, positions, dictionary, forms) waits in files beside the segment until the end: of
 * a paragraph a byte stays in memory, its length.
 */
#include <ofsearch/report.h>

#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/format/columns.h"
#include "indexer/format/definitions.h"
#include "indexer/format/dictionary.h"
#include "indexer/format/forms.h"
#include "indexer/format/postings_write.h"
#include "indexer/format/store.h"
#include "indexer/format/term_write.h"

enum { SIDE_POSITIONS, SIDE_DICTIONARY, SIDE_FORMS, SIDE_COUNT, SIDE_NAME_SIZE = 64, TERM_MAX = 245 };

static const char *const side_suffixes[SIDE_COUNT] = {".positions.tmp", ".dictionary.tmp", ".forms.tmp"};
static const uint32_t side_chunks[SIDE_COUNT] = {OFSI_CHUNK_POSITIONS, OFSI_CHUNK_DICTIONARY,
                                                 OFSI_CHUNK_FORMS};

struct ofsi_segment_writer {
    ofsi_storage *storage;
    char name[SIDE_NAME_SIZE];
    ofsi_container_writer *file;
    ofsi_output *sides[SIDE_COUNT];
    char side_names[SIDE_COUNT][SIDE_NAME_SIZE];
    bool in_terms; /* paragraphs are complete */

    uint32_t doc_count, report_count;
    uint64_t token_count;
    ofsi_store_writer store;
    ofsi_columns_writer columns;
    ofsi_buf lengths, long_lengths;
    ofsi_map headings, sections, grades, numbers, strings,
        providers;    /* sections: u32 words; grades: level, levels, label */
    ofsi_buf reports; /* rows */
    ofsi_buf details; /* rows; written only where one of them says something */
    bool has_details;
    ofsi_definitions_writer definitions;
    ofsi_buf key; /* scratch */
    ofsi_buf last_id;

    ofsi_dictionary_writer dictionary;
    ofsi_postings_writer postings;
    ofsi_dictionary_entry entry; /* of the open term */
    uint8_t term[256];
    bool term_open;
    ofsi_buf scratch, inline_posting;
    uint32_t inline_doc;
    uint64_t postings_offset;
};

/* ---- creation ---- */

static ofs_status write_postings(void *context, const void *data, size_t size, ofs_error *err) {
    ofsi_segment_writer *w = context;
    return ofsi_container_write(w->file, data, size, err);
}

static ofs_status write_positions(void *context, const void *data, size_t size, ofs_error *err) {
    ofsi_segment_writer *w = context;
    return ofsi_output_write(w->sides[SIDE_POSITIONS], data, size, err);
}

/* Entry 0 of every table is "none". Most tables stay small. */
static bool intern_nothing(ofsi_segment_writer *w) {
    enum { FIRST_BLOCK = 1024 };
    static const char no_grade[2] = {0, 0}, no_section[4] = {0, 0, 0, 0};
    ofsi_map *maps[] = {&w->headings, &w->sections, &w->grades, &w->numbers, &w->strings, &w->providers};
    ofsi_span nothing = {"", 0};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        maps[i]->arena.block_size = FIRST_BLOCK;
    return ofsi_map_intern(&w->headings, nothing, NULL) == 0 &&
           ofsi_map_intern(&w->numbers, nothing, NULL) == 0 &&
           ofsi_map_intern(&w->strings, nothing, NULL) == 0 &&
           ofsi_map_intern(&w->providers, nothing, NULL) == 0 &&
           ofsi_map_intern(&w->sections, (ofsi_span){no_section, 4}, NULL) == 0 &&
           ofsi_map_intern(&w->grades, (ofsi_span){no_grade, 2}, NULL) == 0;
}

static ofs_status open_files(ofsi_segment_writer *w, ofs_error *err) {
    ofs_status status = ofsi_container_create(w->storage, w->name, &w->file, err);
    for (int i = 0; i < SIDE_COUNT && status == OFS_OK; i++) {
        snprintf(w->side_names[i], SIDE_NAME_SIZE, "%s%s", w->name, side_suffixes[i]);
        status = ofsi_storage_create(w->storage, w->side_names[i], &w->sides[i], err);
    }
    return status == OFS_OK ? ofsi_container_begin(w->file, OFSI_CHUNK_STORE, err) : status;
}

ofs_status ofsi_segment_create(ofsi_storage *storage, const char *name, ofsi_segment_writer **out,
                               ofs_error *err) {
    *out = NULL;
    if (strlen(name) + 20 > SIDE_NAME_SIZE)
        return ofsi_fail(err, OFS_E_USAGE, "the name '%s' of a segment is too long", name);
    ofsi_segment_writer *w = ofsi_calloc(1, sizeof *w);
    if (!w)
        return ofsi_fail_nomem(err);
    w->storage = storage;
    snprintf(w->name, sizeof w->name, "%s", name);
    w->columns.storage = storage;
    snprintf(w->columns.name, sizeof w->columns.name, "%s.columns.tmp", name);
    w->postings.postings = (ofsi_sink){write_postings, w};
    w->postings.positions = (ofsi_sink){write_positions, w};
    ofs_status status = intern_nothing(w) ? open_files(w, err) : ofsi_fail_nomem(err);
    if (status != OFS_OK) {
        ofsi_segment_abandon(w);
        return status;
    }
    *out = w;
    return OFS_OK;
}

static void free_writer(ofsi_segment_writer *w) {
    ofsi_map *maps[] = {&w->headings, &w->sections, &w->grades, &w->numbers, &w->strings, &w->providers};
    ofsi_buf *bufs[] = {&w->lengths, &w->long_lengths, &w->reports,        &w->key,
                        &w->last_id, &w->scratch,      &w->inline_posting, &w->details};
    ofsi_columns_writer_free(&w->columns);
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        ofsi_map_free(maps[i]);
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        ofsi_buf_free(bufs[i]);
    ofsi_store_writer_free(&w->store);
    ofsi_dictionary_writer_free(&w->dictionary);
    ofsi_definitions_writer_free(&w->definitions);
    ofsi_postings_writer_free(&w->postings);
    ofsi_free(w);
}

void ofsi_segment_abandon(ofsi_segment_writer *w) {
    if (!w)
        return;
    for (int i = 0; i < SIDE_COUNT; i++) {
        ofsi_output_abandon(w->sides[i]);
        if (w->side_names[i][0])
            (void)ofsi_storage_remove(w->storage, w->side_names[i], NULL);
    }
    ofsi_container_abandon(w->file);
    free_writer(w);
}

/* ---- reports and paragraphs ---- */

static ofs_status intern(ofsi_map *map, ofsi_span text, uint32_t *number, ofs_error *err) {
    *number = ofsi_map_intern(map, text, NULL);
    return *number == OFSI_MAP_NONE ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofs_status check_order(ofsi_segment_writer *w, ofsi_span id, ofs_error *err) {
    if (w->in_terms)
        return ofsi_fail(err, OFS_E_USAGE, "a report was added behind the terms of a segment");
    if (w->report_count && ofsi_span_compare(ofsi_buf_span(&w->last_id), id) >= 0)
        return ofsi_fail(err, OFS_E_USAGE, "reports of a segment must ascend by id");
    ofsi_buf_reset(&w->last_id);
    ofsi_buf_append(&w->last_id, id.data, id.size);
    return w->last_id.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofs_status intern_grade(ofsi_segment_writer *w, ofsi_span label, uint8_t level, uint8_t levels,
                               uint32_t *number, ofs_error *err) {
    ofsi_buf_reset(&w->key);
    ofsi_buf_byte(&w->key, label.size ? level : 0);
    ofsi_buf_byte(&w->key, label.size ? levels : 0);
    ofsi_buf_append(&w->key, label.data, label.size);
    return w->key.failed ? ofsi_fail_nomem(err) : intern(&w->grades, ofsi_buf_span(&w->key), number, err);
}

static ofs_status add_details(ofsi_segment_writer *w, const ofsi_report_row *row, ofs_error *err) {
    uint32_t inspection = 0, name = 0, keys = 0, overall = 0;
    ofs_status status = intern(&w->strings, row->inspection, &inspection, err);
    if (status == OFS_OK)
        status = intern(&w->strings, row->provider_name, &name, err);
    if (status == OFS_OK)
        status = intern(&w->strings, row->provider_keys, &keys, err);
    if (status == OFS_OK)
        status = intern_grade(w, row->overall, row->overall_level, row->overall_levels, &overall, err);
    ofsi_buf_u32(&w->details, inspection);
    ofsi_buf_u32(&w->details, name);
    ofsi_buf_u32(&w->details, overall);
    ofsi_buf_u32(&w->details, row->graded_sections);
    ofsi_buf_byte(&w->details, row->confidence);
    ofsi_buf_byte(&w->details, row->has_scale);
    ofsi_buf_u16(&w->details, 0);
    ofsi_buf_u32(&w->details, keys);
    w->has_details |=
        inspection || name || keys || overall || row->graded_sections || row->confidence || row->has_scale;
    return status == OFS_OK && w->details.failed ? ofsi_fail_nomem(err) : status;
}

ofs_status ofsi_segment_add_report(ofsi_segment_writer *w, const ofsi_report_row *row, ofs_error *err) {
    const ofsi_span strings[] = {
        row->id,          row->path,         row->profile,       row->title, (ofsi_span){NULL, 0},
        row->provider_id, row->inspectorate, row->lead_inspector};
    ofs_status status = check_order(w, row->id, err);
    for (size_t i = 0; i < 8 && status == OFS_OK; i++) {
        uint32_t number = 0;
        status = i == 4 ? intern(&w->providers, row->provider, &number, err)
                        : intern(&w->strings, strings[i], &number, err);
        ofsi_buf_u32(&w->reports, number);
    }
    ofsi_buf_u32(&w->reports, (uint32_t)row->inspected_from);
    ofsi_buf_u32(&w->reports, (uint32_t)row->inspected_to);
    ofsi_buf_u32(&w->reports, (uint32_t)row->published);
    ofsi_buf_u32(&w->reports, row->pages);
    ofsi_buf_u32(&w->reports, row->warning_count);
    ofsi_buf_u32(&w->reports, w->doc_count);
    ofsi_buf_u32(&w->reports, 0); /* paragraphs: counted as they come */
    ofsi_buf_u32(&w->reports, 0);
    ofsi_buf_u64(&w->reports, row->file_size);
    ofsi_buf_u64(&w->reports, (uint64_t)row->file_mtime_ns);
    ofsi_buf_u64(&w->reports, row->file_hash);
    ofsi_buf_u64(&w->reports, row->generation);
    ofsi_buf_u64(&w->reports, 0); /* words: likewise */
    if (status == OFS_OK)
        status = add_details(w, row, err);
    w->report_count++;
    return status == OFS_OK && w->reports.failed ? ofsi_fail_nomem(err) : status;
}

/* Adds to a little-endian number in the row of the last report. */
static void add_to_row(ofsi_segment_writer *w, size_t field, unsigned bytes, uint64_t more) {
    uint8_t *at = (uint8_t *)w->reports.data + w->reports.size - OFSI_REPORT_ROW_SIZE + field;
    uint64_t value = (bytes == 8 ? ofsi_load_u64(at) : ofsi_load_u32(at)) + more;
    for (unsigned b = 0; b < bytes; b++)
        at[b] = (uint8_t)(value >> (8 * b));
}

/* A section's key: role, then headings, as numbers. */
static ofs_status intern_section(ofsi_segment_writer *w, const ofsi_doc_row *row, uint32_t *section,
                                 ofs_error *err) {
    uint32_t number;
    if (row->depth > OFSI_SECTION_DEPTH_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a section lies deeper than %d headings", OFSI_SECTION_DEPTH_MAX);
    ofsi_buf_reset(&w->key);
    ofs_status status = intern(&w->headings, row->role, &number, err);
    ofsi_buf_u32(&w->key, number);
    for (uint32_t d = 0; d < row->depth && status == OFS_OK; d++) {
        status = intern(&w->headings, row->path[d], &number, err);
        ofsi_buf_u32(&w->key, number);
    }
    if (status == OFS_OK && w->key.failed)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = intern(&w->sections, ofsi_buf_span(&w->key), section, err);
    return status;
}

static void add_length(ofsi_segment_writer *w, uint32_t length) {
    ofsi_buf_byte(&w->lengths, length < 255 ? (uint8_t)length : 255);
    if (length >= 255) {
        ofsi_buf_u32(&w->long_lengths, w->doc_count);
        ofsi_buf_u32(&w->long_lengths, length);
    }
}

ofs_status ofsi_segment_add_doc(ofsi_segment_writer *w, const ofsi_doc_row *row, ofs_error *err) {
    uint32_t columns[OFSI_COLUMN_COUNT] = {
        [OFSI_COLUMN_KIND] = row->kind, [OFSI_COLUMN_PAGE] = row->page, [OFSI_COLUMN_ITEM] = row->item};
    if (w->in_terms || w->report_count == 0)
        return ofsi_fail(err, OFS_E_USAGE, "a paragraph was added outside a report");
    if (row->kind >= OFS_KIND_COUNT)
        return ofsi_fail(err, OFS_E_USAGE, "a paragraph has the unknown kind %d", row->kind);
    if (w->doc_count == INT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a segment holds at most 2,147,483,647 paragraphs");
    ofs_status status = ofsi_store_add(&w->store, w->file, row->text, row->timescale, err);
    if (status == OFS_OK)
        status = intern_section(w, row, &columns[OFSI_COLUMN_SECTION], err);
    if (status == OFS_OK)
        status = intern_grade(w, row->grade, row->level, row->levels, &columns[OFSI_COLUMN_GRADE], err);
    if (status == OFS_OK)
        status = intern(&w->numbers, row->number, &columns[OFSI_COLUMN_NUMBER], err);
    if (status == OFS_OK)
        status = ofsi_columns_add(&w->columns, columns, err);
    if (status != OFS_OK)
        return status;
    add_length(w, row->length);
    add_to_row(w, 56, 4, 1);
    add_to_row(w, 96, 8, row->length);
    w->doc_count++;
    w->token_count += row->length;
    return w->lengths.failed || w->long_lengths.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

ofs_status ofsi_segment_define(ofsi_segment_writer *w, const ofsi_definition_row *row, uint32_t report,
                               ofs_error *err) {
    if (report >= w->report_count)
        return ofsi_fail(err, OFS_E_USAGE, "an abbreviation is of a report that the segment has not got");
    return ofsi_definitions_add(&w->definitions, row, report, err);
}

uint64_t ofsi_segment_writer_bytes(const ofsi_segment_writer *w) {
    const ofsi_map *maps[] = {&w->headings, &w->sections,  &w->grades,          &w->numbers,
                              &w->strings,  &w->providers, &w->definitions.rows};
    const ofsi_buf *bufs[] = {&w->lengths,          &w->long_lengths,  &w->reports,     &w->details,
                              &w->definitions.uses, &w->store.offsets, &w->store.sizes, &w->store.first_docs};
    uint64_t bytes = 0;
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        bytes += ofsi_map_bytes(maps[i]);
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        bytes += bufs[i]->capacity;
    return bytes;
}

/* ---- terms ---- */

static ofs_status begin_terms(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_buf index = {0};
    ofs_status status = ofsi_store_end(&w->store, w->file, &index, err);
    if (status == OFS_OK)
        status = ofsi_container_end(w->file, err);
    if (status == OFS_OK)
        status = ofsi_container_chunk(w->file, OFSI_CHUNK_STORE_INDEX, index.data, index.size, err);
    if (status == OFS_OK)
        status = ofsi_container_begin(w->file, OFSI_CHUNK_POSTINGS, err);
    ofsi_buf_free(&index);
    w->in_terms = true;
    return status;
}

static ofsi_lengths lengths_of(const ofsi_segment_writer *w) {
    return (ofsi_lengths){(const uint8_t *)w->lengths.data, (const uint8_t *)w->long_lengths.data,
                          w->long_lengths.size / 8};
}

ofs_status ofsi_segment_begin_terms(ofsi_segment_writer *w, ofsi_lengths *lengths, ofs_error *err) {
    ofs_status status = w->in_terms ? OFS_OK : begin_terms(w, err);
    *lengths = lengths_of(w);
    return status;
}

uint32_t ofsi_long_length_at(const ofsi_lengths *lengths, uint32_t doc) {
    size_t low = 0, high = lengths->long_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ofsi_load_u32(lengths->long_rows + middle * 8) <= doc)
            low = middle;
        else
            high = middle;
    }
    return ofsi_load_u32(lengths->long_rows + low * 8 + 4);
}

/* Terms ascend and are neither empty nor too long. */
static ofs_status check_term(const ofsi_segment_writer *w, ofsi_span term, uint32_t form_count,
                             ofs_error *err) {
    ofsi_span before = {(const char *)w->dictionary.last, w->dictionary.last_size};
    if (w->term_open || term.size == 0 || term.size > TERM_MAX || form_count == 0 ||
        (w->dictionary.term_count && ofsi_span_compare(before, term) >= 0))
        return ofsi_fail(err, OFS_E_USAGE,
                         "terms of a segment must ascend, and have 1 to %d bytes and a form", TERM_MAX);
    return OFS_OK;
}

static ofs_status write_entry(ofsi_segment_writer *w, const ofsi_dictionary_entry *entry, ofs_error *err) {
    ofsi_buf_reset(&w->scratch);
    ofsi_dictionary_add(&w->dictionary, entry, &w->scratch);
    if (w->scratch.failed || w->dictionary.block.failed)
        return ofsi_fail_nomem(err);
    return ofsi_output_write(w->sides[SIDE_DICTIONARY], w->scratch.data, w->scratch.size, err);
}

ofs_status ofsi_segment_add_term(ofsi_segment_writer *w, const ofsi_encoded_term *term, ofs_error *err) {
    ofs_status status = w->in_terms ? check_term(w, term->text, term->form_count, err)
                                    : ofsi_fail(err, OFS_E_USAGE, "a term was added among paragraphs");
    if (status != OFS_OK)
        return status;
    ofsi_dictionary_entry entry = {.term = term->text,
                                   .df = term->df,
                                   .cf = term->cf,
                                   .form_count = term->form_count,
                                   .forms_offset = ofsi_output_offset(w->sides[SIDE_FORMS]),
                                   .forms_size = term->forms.size,
                                   .postings_offset = ofsi_container_offset(w->file) - term->postings_sent,
                                   .postings_size = term->postings_sent + term->postings.size,
                                   .positions_offset =
                                       ofsi_output_offset(w->sides[SIDE_POSITIONS]) - term->positions_sent,
                                   .positions_size = term->positions_sent + term->positions.size,
                                   .inline_posting = term->inline_posting};
    if (term->forms.size)
        status = ofsi_output_write(w->sides[SIDE_FORMS], term->forms.data, term->forms.size, err);
    if (status == OFS_OK && term->postings.size)
        status = write_postings(w, term->postings.data, term->postings.size, err);
    if (status == OFS_OK && term->positions.size)
        status = write_positions(w, term->positions.data, term->positions.size, err);
    return status == OFS_OK ? write_entry(w, &entry, err) : status;
}

void ofsi_segment_term_sinks(ofsi_segment_writer *w, ofsi_sink *postings, ofsi_sink *positions) {
    *postings = w->postings.postings;
    *positions = w->postings.positions;
}

ofs_status ofsi_segment_begin_term(ofsi_segment_writer *w, ofsi_span term, const ofsi_span *forms,
                                   const uint64_t *counts, uint32_t form_count, ofs_error *err) {
    ofs_status status = w->in_terms ? OFS_OK : begin_terms(w, err);
    if (status != OFS_OK)
        return status;
    status = check_term(w, term, form_count, err);
    if (status != OFS_OK)
        return status;
    memcpy(w->term, term.data, term.size);
    w->entry.term = (ofsi_span){(const char *)w->term, term.size};
    w->entry.form_count = form_count;
    w->entry.forms_offset = ofsi_output_offset(w->sides[SIDE_FORMS]);
    ofsi_buf_reset(&w->scratch);
    ofsi_forms_encode(term, forms, counts, form_count, &w->scratch);
    if (w->scratch.failed)
        return ofsi_fail_nomem(err);
    w->entry.forms_size = w->scratch.size;
    w->postings_offset = ofsi_container_offset(w->file);
    w->entry.positions_offset = ofsi_output_offset(w->sides[SIDE_POSITIONS]);
    ofsi_postings_writer_start(&w->postings, form_count > 1);
    ofsi_buf_reset(&w->inline_posting);
    w->term_open = true;
    return ofsi_output_write(w->sides[SIDE_FORMS], w->scratch.data, w->scratch.size, err);
}

/* The bytes of a posting that stays in the dictionary if no second one comes. */
static void encode_inline(ofsi_segment_writer *w, uint32_t doc, uint32_t tf, const uint32_t *positions,
                          const uint32_t *codes) {
    ofsi_buf *out = &w->inline_posting;
    uint32_t before = 0;
    ofsi_buf_varint(out, doc);
    ofsi_buf_varint(out, tf - 1);
    for (uint32_t i = 0; i < tf; i++) {
        ofsi_buf_varint(out, positions[i] - before);
        before = positions[i];
    }
    for (uint32_t i = 0; i < tf && w->postings.has_codes; i++)
        ofsi_buf_varint(out, codes[i]);
}

static ofs_status check_posting(const ofsi_segment_writer *w, uint32_t doc, uint32_t tf,
                                const uint32_t *positions, const uint32_t *codes, ofs_error *err) {
    bool good =
        w->term_open && tf > 0 && doc < w->doc_count && (w->postings.df == 0 || doc > w->postings.last_doc);
    for (uint32_t i = 0; good && i < tf; i++)
        good = (i == 0 || positions[i] >= positions[i - 1]) &&
               (!w->postings.has_codes || codes[i] < w->entry.form_count);
    return good ? OFS_OK : ofsi_fail(err, OFS_E_USAGE, "a posting is out of order or out of range");
}

static ofs_status add_posting(ofsi_segment_writer *w, uint32_t doc, uint32_t tf, const uint32_t *positions,
                              const uint32_t *codes, ofs_error *err) {
    ofsi_lengths lengths = lengths_of(w);
    ofs_status status = OFS_OK;
    uint32_t before = 0;
    for (uint32_t i = 0; i < tf && status == OFS_OK; i++) {
        status = ofsi_postings_writer_position(&w->postings, positions[i] - before,
                                               w->postings.has_codes ? codes[i] : 0, err);
        before = positions[i];
    }
    return status == OFS_OK
               ? ofsi_postings_writer_add(&w->postings, doc, tf, ofsi_length_at(&lengths, doc), err)
               : status;
}

/*
 * A term's first posting is held back: only when a second one comes does it go into blocks, so that a term of one
 * document costs nothing outside the dictionary. Its positions are encoded again from the inline bytes.
 */
static ofs_status release_inline(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_cursor c = ofsi_cursor_of(w->inline_posting.data, w->inline_posting.size);
    uint32_t doc = (uint32_t)ofsi_cursor_varint(&c), tf = (uint32_t)ofsi_cursor_varint(&c) + 1;
    ofsi_buf_reset(&w->scratch);
    uint32_t *numbers = ofsi_buf_extend(&w->scratch, (size_t)tf * 2 * sizeof *numbers);
    if (!numbers)
        return ofsi_fail_nomem(err);
    uint32_t position = 0;
    for (uint32_t i = 0; i < tf; i++)
        numbers[i] = position += (uint32_t)ofsi_cursor_varint(&c);
    for (uint32_t i = 0; i < tf && w->postings.has_codes; i++)
        numbers[tf + i] = (uint32_t)ofsi_cursor_varint(&c);
    w->postings.df = 0;
    w->postings.cf = 0;
    w->postings.last_doc = UINT32_MAX;
    return add_posting(w, doc, tf, numbers, numbers + tf, err);
}

ofs_status ofsi_segment_add_posting(ofsi_segment_writer *w, uint32_t doc, uint32_t tf,
                                    const uint32_t *positions, const uint32_t *codes, ofs_error *err) {
    ofs_status status = check_posting(w, doc, tf, positions, codes, err);
    if (status != OFS_OK)
        return status;
    if (w->postings.df == 0) {
        encode_inline(w, doc, tf, positions, codes);
        w->postings.df = 1;
        w->postings.cf = tf;
        w->postings.last_doc = doc;
        return w->inline_posting.failed ? ofsi_fail_nomem(err) : OFS_OK;
    }
    if (w->postings.df == 1)
        status = release_inline(w, err);
    return status == OFS_OK ? add_posting(w, doc, tf, positions, codes, err) : status;
}

ofs_status ofsi_segment_end_term(ofsi_segment_writer *w, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!w->term_open || w->postings.df == 0)
        return ofsi_fail(err, OFS_E_USAGE, "a term without postings was ended");
    if (w->postings.df > 1)
        status = ofsi_postings_writer_end(&w->postings, err);
    if (status != OFS_OK)
        return status;
    w->entry.df = w->postings.df;
    w->entry.cf = w->postings.cf;
    w->entry.postings_offset = w->postings_offset;
    w->entry.postings_size = w->postings.postings_size;
    w->entry.positions_size = w->postings.positions_size;
    w->entry.inline_posting = ofsi_buf_span(&w->inline_posting);
    w->term_open = false;
    return write_entry(w, &w->entry, err);
}

/* ---- the end ---- */

/*
 * In pieces, so that a large file does not take its size in memory. Small ones: a system may map as much at once, when the
 * segment is read, as it was given at once.
 */
static ofs_status copy_blob(ofsi_segment_writer *w, ofsi_blob *blob, ofs_error *err) {
    enum { PIECE = 128 << 10, RELEASE = 4 << 20 };
    ofsi_span data = ofsi_blob_data(blob);
    ofs_status status = OFS_OK;
    for (size_t at = 0; at < data.size && status == OFS_OK; at += PIECE) {
        size_t left = data.size - at;
        status = ofsi_container_write(w->file, data.data + at, left < PIECE ? left : PIECE, err);
        if (at % RELEASE == 0)
            ofsi_blob_release(blob);
    }
    return status;
}

static ofs_status append_side(ofsi_segment_writer *w, int side, ofs_error *err) {
    ofsi_blob *blob = NULL;
    ofsi_output *output = w->sides[side];
    w->sides[side] = NULL;
    ofs_status status = ofsi_output_close(output, false, err);
    if (status == OFS_OK)
        status = ofsi_storage_read(w->storage, w->side_names[side], &blob, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_container_begin(w->file, side_chunks[side], err);
    if (status == OFS_OK)
        status = copy_blob(w, blob, err);
    if (status == OFS_OK)
        status = ofsi_container_end(w->file, err);
    ofsi_blob_close(blob);
    return status == OFS_OK ? ofsi_storage_remove(w->storage, w->side_names[side], err) : status;
}

static ofs_status write_dictionary(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_buf index = {0};
    ofsi_buf_reset(&w->scratch);
    ofsi_dictionary_end(&w->dictionary, &w->scratch, &index);
    ofs_status status = w->scratch.failed || index.failed ? ofsi_fail_nomem(err) : OFS_OK;
    if (status == OFS_OK)
        status = ofsi_output_write(w->sides[SIDE_DICTIONARY], w->scratch.data, w->scratch.size, err);
    for (int i = 0; i < SIDE_COUNT && status == OFS_OK; i++)
        status = append_side(w, i, err);
    if (status == OFS_OK)
        status = ofsi_container_chunk(w->file, OFSI_CHUNK_DICTIONARY_INDEX, index.data, index.size, err);
    ofsi_buf_free(&index);
    return status;
}

static ofs_status write_columns(ofsi_segment_writer *w, ofs_error *err) {
    ofs_status status =
        ofsi_container_chunk(w->file, OFSI_CHUNK_LENGTHS, w->lengths.data, w->lengths.size, err);
    if (status == OFS_OK)
        status = ofsi_container_chunk(w->file, OFSI_CHUNK_LONG_LENGTHS, w->long_lengths.data,
                                      w->long_lengths.size, err);
    return status == OFS_OK ? ofsi_columns_write(&w->columns, w->file, err) : status;
}

/* u32 count, u32 offsets[count + 1] in words, words: role, headings. */
static ofs_status write_sections(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_buf out = {0};
    uint32_t words = 0;
    ofsi_buf_u32(&out, w->sections.count);
    ofsi_buf_u32(&out, 0);
    for (uint32_t i = 0; i < w->sections.count; i++)
        ofsi_buf_u32(&out, words += (uint32_t)(w->sections.keys[i].size / 4));
    for (uint32_t i = 0; i < w->sections.count; i++)
        ofsi_buf_append(&out, w->sections.keys[i].data, w->sections.keys[i].size);
    ofs_status status = out.failed
                            ? ofsi_fail_nomem(err)
                            : ofsi_container_chunk(w->file, OFSI_CHUNK_SECTIONS, out.data, out.size, err);
    ofsi_buf_free(&out);
    return status;
}

/* Rows { u32 label in strings, u8 level, u8 levels, u16 0 }. */
static ofs_status write_grades(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_buf out = {0};
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < w->grades.count && status == OFS_OK; i++) {
        ofsi_span key = w->grades.keys[i];
        uint32_t label;
        status = intern(&w->strings, (ofsi_span){key.data + 2, key.size - 2}, &label, err);
        ofsi_buf_u32(&out, label);
        ofsi_buf_append(&out, key.data, 2);
        ofsi_buf_u16(&out, 0);
    }
    if (status == OFS_OK)
        status = out.failed ? ofsi_fail_nomem(err)
                            : ofsi_container_chunk(w->file, OFSI_CHUNK_GRADES, out.data, out.size, err);
    ofsi_buf_free(&out);
    return status;
}

static ofs_status write_reports(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_buf starts = {0};
    for (uint32_t i = 0; i < w->report_count; i++)
        ofsi_buf_u32(&starts, ofsi_load_u32(w->reports.data + (size_t)i * OFSI_REPORT_ROW_SIZE + 52));
    ofsi_buf_u32(&starts, w->doc_count);
    ofs_status status = starts.failed ? ofsi_fail_nomem(err) : OFS_OK;
    if (status == OFS_OK)
        status = ofsi_container_chunk(w->file, OFSI_CHUNK_REPORTS, w->reports.data, w->reports.size, err);
    if (status == OFS_OK)
        status = ofsi_container_chunk(w->file, OFSI_CHUNK_REPORT_STARTS, starts.data, starts.size, err);
    if (status == OFS_OK && w->has_details)
        status = ofsi_container_chunk(w->file, OFSI_CHUNK_DETAILS, w->details.data, w->details.size, err);
    ofsi_buf_free(&starts);
    return status;
}

static ofs_status write_header(ofsi_segment_writer *w, ofs_error *err) {
    ofsi_buf out = {0};
    ofsi_buf_u32(&out, w->doc_count);
    ofsi_buf_u32(&out, w->report_count);
    ofsi_buf_u64(&out, w->token_count);
    ofsi_buf_u64(&out, w->dictionary.term_count);
    ofsi_buf_u32(&out, w->sections.count);
    ofsi_buf_u32(&out, w->grades.count);
    ofsi_buf_u64(&out, 0);
    ofs_status status = out.failed
                            ? ofsi_fail_nomem(err)
                            : ofsi_container_chunk(w->file, OFSI_CHUNK_HEADER, out.data, out.size, err);
    ofsi_buf_free(&out);
    return status;
}

static ofs_status write_tables(ofsi_segment_writer *w, ofs_error *err) {
    ofs_status status = write_columns(w, err);
    if (status == OFS_OK)
        status = ofsi_strings_write(&w->headings, w->file, OFSI_CHUNK_HEADINGS, err);
    if (status == OFS_OK)
        status = write_sections(w, err);
    if (status == OFS_OK)
        status = write_grades(w, err);
    if (status == OFS_OK)
        status = ofsi_strings_write(&w->numbers, w->file, OFSI_CHUNK_NUMBERS, err);
    if (status == OFS_OK)
        status = ofsi_strings_write(&w->strings, w->file, OFSI_CHUNK_STRINGS, err);
    if (status == OFS_OK)
        status = ofsi_strings_write(&w->providers, w->file, OFSI_CHUNK_PROVIDERS, err);
    if (status == OFS_OK)
        status = write_reports(w, err);
    if (status == OFS_OK)
        status = ofsi_definitions_write(&w->definitions, w->file, err);
    return status == OFS_OK ? write_header(w, err) : status;
}

ofs_status ofsi_segment_finish(ofsi_segment_writer *w, uint64_t *file_size, ofs_error *err) {
    ofs_status status = w->in_terms ? OFS_OK : begin_terms(w, err);
    if (status == OFS_OK)
        status = ofsi_container_end(w->file, err);
    if (status == OFS_OK)
        status = write_dictionary(w, err);
    if (status == OFS_OK)
        status = write_tables(w, err);
    if (status != OFS_OK) {
        ofsi_segment_abandon(w);
        return status;
    }
    ofsi_container_writer *file = w->file;
    w->file = NULL;
    status = ofsi_container_finish(file, file_size, err);
    if (status != OFS_OK)
        (void)ofsi_storage_remove(w->storage, w->name, NULL);
    free_writer(w);
    return status;
}
