/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The term dictionary: writing, exact look-up, ordered scan. */
#include "indexer/format/dictionary.h"

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"

enum { TERM_MAX = 245 };

/* The first eight bytes as a number that orders as they do. */
static uint64_t prefix_of(ofsi_span term) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < term.size ? (uint8_t)term.data[i] : 0);
    return prefix;
}

/* ---- writing ---- */

static void close_block(ofsi_dictionary_writer *w, ofsi_buf *done) {
    w->size += w->block.size;
    ofsi_buf_append(done, w->block.data, w->block.size);
    if (w->block.failed)
        done->failed = true;
    ofsi_buf_reset(&w->block);
    w->in_block = 0;
}

static void open_block(ofsi_dictionary_writer *w, const ofsi_dictionary_entry *entry) {
    ofsi_buf_u64(&w->index, prefix_of(entry->term));
    ofsi_buf_u64(&w->offsets, w->size);
    ofsi_buf_varint(&w->block, entry->postings_offset);
    ofsi_buf_varint(&w->block, entry->positions_offset);
    ofsi_buf_varint(&w->block, entry->forms_offset);
    w->last_size = 0;
}

static size_t shared_prefix(const uint8_t *a, size_t a_size, ofsi_span b) {
    size_t n = 0;
    while (n < a_size && n < b.size && a[n] == (uint8_t)b.data[n])
        n++;
    return n;
}

void ofsi_dictionary_add(ofsi_dictionary_writer *w, const ofsi_dictionary_entry *entry, ofsi_buf *done) {
    if (w->in_block == 0)
        open_block(w, entry);
    ofsi_buf *out = &w->block;
    size_t shared = shared_prefix(w->last, w->last_size, entry->term);
    ofsi_buf_varint(out, shared);
    ofsi_buf_string(out, (ofsi_span){entry->term.data + shared, entry->term.size - shared});
    ofsi_buf_varint(out, entry->df);
    ofsi_buf_varint(out, entry->forms_size);
    if (entry->forms_size)
        ofsi_buf_varint(out, entry->form_count - 1);
    ofsi_buf_varint(out, entry->cf - entry->df);
    if (entry->df == 1) {
        ofsi_buf_string(out, entry->inline_posting);
    } else {
        ofsi_buf_varint(out, entry->postings_size);
        ofsi_buf_varint(out, entry->positions_size);
    }
    memcpy(w->last, entry->term.data, entry->term.size);
    w->last_size = entry->term.size;
    w->term_count++;
    if (++w->in_block == OFSI_DICTIONARY_BLOCK)
        close_block(w, done);
}

void ofsi_dictionary_end(ofsi_dictionary_writer *w, ofsi_buf *done, ofsi_buf *index) {
    if (w->in_block)
        close_block(w, done);
    ofsi_buf_append(index, w->index.data, w->index.size);
    ofsi_buf_append(index, w->offsets.data, w->offsets.size);
    ofsi_buf_u64(index, w->size);
    if (w->index.failed || w->offsets.failed)
        index->failed = true;
}

void ofsi_dictionary_writer_free(ofsi_dictionary_writer *w) {
    ofsi_buf_free(&w->block);
    ofsi_buf_free(&w->index);
    ofsi_buf_free(&w->offsets);
}

/* ---- reading ---- */

struct ofsi_term_scan {
    ofsi_segment *segment;
    uint64_t block;                      /* whose entries are read; == dictionary_blocks behind the last */
    ofsi_cursor cursor;                  /* before the next entry of the block */
    uint64_t left;                       /* entries left in the block */
    uint64_t postings, positions, forms; /* running offsets */
    uint8_t text[256];
    size_t text_size;
    bool held; /* `term` was read and is to be given next */
    ofsi_term term;
};

static ofs_status damaged(ofsi_segment *s, uint64_t offset, const char *what, ofs_error *err) {
    return ofsi_container_damaged(&s->file, OFSI_CHUNK_DICTIONARY, offset, what, err);
}

ofs_status ofsi_dictionary_open(ofsi_segment *s, ofs_error *err) {
    uint64_t size = ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY_INDEX)->size;
    s->dictionary_blocks =
        s->term_count / OFSI_DICTIONARY_BLOCK + (s->term_count % OFSI_DICTIONARY_BLOCK != 0);
    if (size / 16 != s->dictionary_blocks || size % 16 != 8)
        return ofsi_container_damaged(&s->file, OFSI_CHUNK_DICTIONARY_INDEX, 0,
                                      "the index does not fit the number of terms", err);
    return OFS_OK;
}

static uint64_t index_prefix(const ofsi_segment *s, uint64_t block) {
    return ofsi_load_u64(ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY_INDEX)->data + block * 8);
}

static uint64_t index_offset(const ofsi_segment *s, uint64_t block) {
    return ofsi_load_u64(ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY_INDEX)->data +
                         (s->dictionary_blocks + block) * 8);
}

/* Verifies a block's bytes and puts a scan at its first entry. */
static ofs_status enter_block(ofsi_term_scan *scan, uint64_t block, ofs_error *err) {
    ofsi_segment *s = scan->segment;
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY);
    scan->block = block;
    scan->left = 0;
    scan->held = false;
    scan->text_size = 0;
    if (block >= s->dictionary_blocks) {
        scan->block = s->dictionary_blocks;
        return OFS_OK;
    }
    ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_DICTIONARY_INDEX,
                                              (s->dictionary_blocks + block) * 8, 16, err);
    if (status != OFS_OK)
        return status;
    uint64_t start = index_offset(s, block), end = index_offset(s, block + 1);
    if (start > end || end > chunk->size)
        return damaged(s, 0, "a block lies outside the dictionary", err);
    status = ofsi_container_verify(&s->file, OFSI_CHUNK_DICTIONARY, start, end - start, err);
    if (status != OFS_OK)
        return status;
    scan->cursor = ofsi_cursor_of(chunk->data + start, (size_t)(end - start));
    scan->postings = ofsi_cursor_varint(&scan->cursor);
    scan->positions = ofsi_cursor_varint(&scan->cursor);
    scan->forms = ofsi_cursor_varint(&scan->cursor);
    uint64_t before = block * OFSI_DICTIONARY_BLOCK;
    scan->left =
        s->term_count - before < OFSI_DICTIONARY_BLOCK ? s->term_count - before : OFSI_DICTIONARY_BLOCK;
    return scan->cursor.bad ? damaged(s, start, "a block's head does not decode", err) : OFS_OK;
}

/* Adds a size from the file to a running offset; bad when it wraps. */
static uint64_t take_offset(ofsi_cursor *c, uint64_t *running, uint64_t size) {
    uint64_t offset = *running;
    if (__builtin_add_overflow(*running, size, running))
        c->bad = true;
    return offset;
}

static void read_locations(ofsi_term_scan *scan, ofsi_cursor *c) {
    ofsi_term *term = &scan->term;
    term->forms_size = ofsi_cursor_varint(c);
    term->forms_offset = take_offset(c, &scan->forms, term->forms_size);
    term->form_count = term->forms_size ? (uint32_t)ofsi_cursor_varint_max(c, UINT32_MAX - 1) + 1 : 1;
    uint64_t more = ofsi_cursor_varint(c);
    if (__builtin_add_overflow(more, term->df, &term->cf))
        c->bad = true;
    term->entry = NULL;
    term->entry_size = 0;
    if (term->df == 1) {
        ofsi_span posting = ofsi_cursor_string(c);
        term->entry = (const uint8_t *)posting.data;
        term->entry_size = (uint32_t)posting.size;
        term->postings_size = term->positions_size = 0;
    } else {
        term->postings_size = ofsi_cursor_varint(c);
        term->positions_size = ofsi_cursor_varint(c);
    }
    term->postings_offset = take_offset(c, &scan->postings, term->postings_size);
    term->positions_offset = take_offset(c, &scan->positions, term->positions_size);
}

/* The next entry of the block into text and term. */
static ofs_status read_entry(ofsi_term_scan *scan, ofs_error *err) {
    ofsi_cursor *c = &scan->cursor;
    size_t shared = (size_t)ofsi_cursor_varint_max(c, scan->text_size);
    ofsi_span suffix = ofsi_cursor_string(c);
    if (c->bad || suffix.size > TERM_MAX - shared || shared + suffix.size == 0)
        return damaged(scan->segment, index_offset(scan->segment, scan->block), "a term does not decode",
                       err);
    if (suffix.size)
        memcpy(scan->text + shared, suffix.data, suffix.size);
    scan->text_size = shared + suffix.size;
    scan->term.df = (uint32_t)ofsi_cursor_varint_max(c, scan->segment->doc_count);
    read_locations(scan, c);
    if (c->bad || scan->term.df == 0 || (scan->term.df == 1 && !scan->term.entry))
        return damaged(scan->segment, index_offset(scan->segment, scan->block),
                       "a term's entry does not decode", err);
    scan->left--;
    return OFS_OK;
}

/* The first term of a block, for the index's search where prefixes are equal. */
static ofs_status first_term(ofsi_term_scan *scan, uint64_t block, ofsi_span *text, ofs_error *err) {
    ofs_status status = enter_block(scan, block, err);
    if (status == OFS_OK)
        status = read_entry(scan, err);
    *text = (ofsi_span){(const char *)scan->text, scan->text_size};
    return status;
}

/* The last block whose first term is <= text, 0 when none is. */
static ofs_status find_block(ofsi_term_scan *scan, ofsi_span text, uint64_t *block, ofs_error *err) {
    ofsi_segment *s = scan->segment;
    uint64_t low = 0, high = s->dictionary_blocks, prefix = prefix_of(text);
    ofs_status status =
        ofsi_container_verify(&s->file, OFSI_CHUNK_DICTIONARY_INDEX, 0, s->dictionary_blocks * 8, err);
    while (status == OFS_OK && low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint64_t at = index_prefix(s, middle);
        bool not_after = at < prefix;
        if (at == prefix) {
            ofsi_span first;
            status = first_term(scan, middle, &first, err);
            not_after = ofsi_span_compare(first, text) <= 0;
        }
        if (not_after)
            low = middle + 1;
        else
            high = middle;
    }
    *block = low ? low - 1 : 0;
    return status;
}

/* Puts the scan before the first term >= text, holding it if it was read. */
static ofs_status seek(ofsi_term_scan *scan, ofsi_span text, ofs_error *err) {
    uint64_t block;
    ofs_status status = find_block(scan, text, &block, err);
    if (status == OFS_OK)
        status = enter_block(scan, block, err);
    while (status == OFS_OK && scan->left) {
        status = read_entry(scan, err);
        if (status == OFS_OK &&
            ofsi_span_compare((ofsi_span){(const char *)scan->text, scan->text_size}, text) >= 0) {
            scan->held = true;
            break;
        }
    }
    return status;
}

ofs_status ofsi_segment_find_term(ofsi_segment *segment, ofsi_span text, ofsi_term *term, bool *found,
                                  ofs_error *err) {
    ofsi_term_scan scan = {.segment = segment};
    *found = false;
    if (text.size == 0 || text.size > TERM_MAX)
        return OFS_OK;
    ofs_status status = seek(&scan, text, err);
    if (status != OFS_OK || !scan.held ||
        !ofsi_span_equal((ofsi_span){(const char *)scan.text, scan.text_size}, text))
        return status;
    *term = scan.term;
    *found = true;
    return OFS_OK;
}

ofs_status ofsi_term_scan_open(ofsi_segment *segment, ofsi_span from, ofsi_term_scan **out, ofs_error *err) {
    *out = NULL;
    ofsi_term_scan *scan = ofsi_calloc(1, sizeof *scan);
    if (!scan)
        return ofsi_fail_nomem(err);
    scan->segment = segment;
    ofs_status status = ofsi_term_scan_seek(scan, from, err);
    if (status != OFS_OK) {
        ofsi_free(scan);
        return status;
    }
    *out = scan;
    return OFS_OK;
}

ofs_status ofsi_term_scan_seek(ofsi_term_scan *scan, ofsi_span from, ofs_error *err) {
    return seek(scan, from, err);
}

ofs_status ofsi_term_scan_next(ofsi_term_scan *scan, ofsi_span *text, ofsi_term *term, bool *more,
                               ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!scan->held && scan->left == 0 && scan->block < scan->segment->dictionary_blocks)
        status = enter_block(scan, scan->block + 1, err);
    *more = status == OFS_OK && (scan->held || scan->left);
    if (*more && !scan->held)
        status = read_entry(scan, err);
    scan->held = false;
    if (status != OFS_OK || !*more)
        return status;
    *text = (ofsi_span){(const char *)scan->text, scan->text_size};
    *term = scan->term;
    return OFS_OK;
}

void ofsi_term_scan_close(ofsi_term_scan *scan) { ofsi_free(scan); }

/* Ascending terms, an index that agrees, offsets that follow one another, and every list of postings. */
ofs_status ofsi_segment_check_dictionary(ofsi_segment *s, ofs_error *err) {
    ofsi_term_scan scan = {.segment = s};
    uint8_t before[256];
    size_t before_size = 0;
    ofs_status status = enter_block(&scan, 0, err);
    for (uint64_t block = 0; status == OFS_OK && block < s->dictionary_blocks;) {
        bool first = scan.left && block * OFSI_DICTIONARY_BLOCK + scan.left ==
                                      (s->term_count < (block + 1) * OFSI_DICTIONARY_BLOCK
                                           ? s->term_count
                                           : (block + 1) * OFSI_DICTIONARY_BLOCK);
        status = read_entry(&scan, err);
        if (status != OFS_OK)
            break;
        ofsi_span text = {(const char *)scan.text, scan.text_size};
        if (ofsi_span_compare((ofsi_span){(const char *)before, before_size}, text) >= 0)
            return damaged(s, index_offset(s, block), "terms do not ascend", err);
        if (first && index_prefix(s, block) != prefix_of(text))
            return damaged(s, index_offset(s, block), "the index and a block differ", err);
        memcpy(before, scan.text, scan.text_size);
        before_size = scan.text_size;
        status = ofsi_segment_check_term(s, text, &scan.term, err);
        if (status == OFS_OK && scan.left == 0) {
            if (ofsi_cursor_left(&scan.cursor))
                return damaged(s, index_offset(s, block), "a block holds more than its terms", err);
            status = enter_block(&scan, ++block, err);
        }
    }
    return status;
}
