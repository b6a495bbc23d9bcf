/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The term dictionary: exact look-up, ordered scan, check. A look-up finds its block by the sparse index, then passes
 * over the block's texts without putting them together, and only where one is equal reads the numbers of that one.
 */
#include "indexer/format/dictionary.h"

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"

/*
 * A block's parts. Numbers are loaded eight bytes at a time from anywhere in it: behind every chunk stands the container's
 * table, which is longer than that.
 */
typedef struct block {
    uint64_t number, start; /* start: in the chunk, for messages */
    uint64_t widths;        /* a byte each */
    const uint8_t *bits, *heads, *rests, *end;
    uint32_t count;
    unsigned row, first_row; /* bits: of a term's ends, before the first of them */
} block;

/* Eight bytes as one number: each of them 1, the low half of each, the high bit of each. */
#define ONES  UINT64_C(0x0101010101010101)
#define LOWS  UINT64_C(0x0F0F0F0F0F0F0F0F)
#define HIGHS UINT64_C(0x8080808080808080)

struct ofsi_term_scan {
    ofsi_segment *segment;
    block block;         /* .number == dictionary_blocks behind the last */
    uint32_t at;         /* the next term of the block */
    const uint8_t *rest; /* of its text */
    bool held;           /* term `at - 1` was read and is to be given next */
    uint8_t text[256];
    size_t text_size;
};

static ofs_status damaged(ofsi_segment *s, uint64_t offset, const char *what, ofs_error *err) {
    return ofsi_container_damaged(&s->file, OFSI_CHUNK_DICTIONARY, offset, what, err);
}

/* ---- the index ---- */

ofs_status ofsi_dictionary_open(ofsi_segment *s, ofs_error *err) {
    uint64_t size = ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY_INDEX)->size;
    s->dictionary_blocks =
        s->term_count / OFSI_DICTIONARY_BLOCK + (s->term_count % OFSI_DICTIONARY_BLOCK != 0);
    if (size / 16 != s->dictionary_blocks || size % 16 != 8)
        return ofsi_container_damaged(&s->file, OFSI_CHUNK_DICTIONARY_INDEX, 0,
                                      "the index does not fit the number of terms", err);
    return OFS_OK;
}

/* All of the index, once: it is small, and every look-up reads far-apart places of it. */
static ofs_status verify_index(ofsi_segment *s, ofs_error *err) {
    if (atomic_load_explicit(&s->dictionary_verified, memory_order_relaxed))
        return OFS_OK;
    ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_DICTIONARY_INDEX, 0,
                                              ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY_INDEX)->size, err);
    if (status == OFS_OK)
        atomic_store_explicit(&s->dictionary_verified, true, memory_order_relaxed);
    return status;
}

static uint64_t index_row(const ofsi_segment *s, uint64_t row) {
    return ofsi_load_u64(ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY_INDEX)->data + row * 8);
}
static uint64_t index_prefix(const ofsi_segment *s, uint64_t number) { return index_row(s, number); }
static uint64_t index_offset(const ofsi_segment *s, uint64_t number) {
    return index_row(s, s->dictionary_blocks + number);
}

/* ---- a block ---- */

static uint64_t load_bits(const uint8_t *bits, uint64_t at, unsigned width) {
    return ofsi_load_u64(bits + at / 8) >> at % 8 & ((UINT64_C(1) << width) - 1);
}

static unsigned width_of(const block *b, unsigned field) {
    return (unsigned)(b->widths >> (8 * field)) & 0xFF;
}

/* Sets the parts apart; false when they do not fit in the block's bytes. */
static bool part_block(block *b, uint32_t count, const uint8_t *data, uint64_t size) {
    if (size < OFSI_DICTIONARY_HEAD)
        return false;
    uint64_t widths = ofsi_load_u64(data) & (UINT64_MAX >> (64 - 8 * OFSI_DICTIONARY_HEAD));
    uint64_t over = widths + (0x7F - OFSI_DICTIONARY_WIDTH_MAX) * ONES;
    if ((widths | over) & HIGHS)
        return false;
    b->widths = widths;
    b->bits = data + OFSI_DICTIONARY_HEAD;
    b->first_row = width_of(b, 0) + width_of(b, 1) + width_of(b, 2);
    b->row = (unsigned)((widths >> (8 * OFSI_DICTIONARY_BASES)) * ONES >> 24) & 0xFF; /* at most 224 */
    uint64_t before = OFSI_DICTIONARY_HEAD + ((uint64_t)b->first_row + (uint64_t)b->row * count + 7) / 8;
    if (before + count > size)
        return false;
    b->count = count;
    b->heads = data + before;
    b->rests = b->heads + count;
    b->end = data + size;
    return true;
}

/* Verifies a block's bytes and sets its parts apart. The number is below dictionary_blocks, the index verified. */
static ofs_status enter_block(ofsi_segment *s, uint64_t number, block *b, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_DICTIONARY);
    uint64_t start = index_offset(s, number), end = index_offset(s, number + 1);
    uint64_t left = s->term_count - number * OFSI_DICTIONARY_BLOCK;
    b->count = 0;
    if (start > end || end > chunk->size || !chunk->data)
        return damaged(s, 0, "a block lies outside the dictionary", err);
    if (!ofsi_container_is_checked(&s->file, OFSI_CHUNK_DICTIONARY, start, end - start)) {
        ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_DICTIONARY, start, end - start, err);
        if (status != OFS_OK)
            return status;
    }
    b->number = number;
    b->start = start;
    uint32_t count = left < OFSI_DICTIONARY_BLOCK ? (uint32_t)left : OFSI_DICTIONARY_BLOCK;
    return part_block(b, count, chunk->data + start, end - start)
               ? OFS_OK
               : damaged(s, start, "a block's parts do not fit in it", err);
}

/* The sizes of a term's text, and *rest moved to its own bytes; false when they lie outside the block. */
static inline bool read_head(const block *b, uint32_t i, const uint8_t **rest, size_t *shared, size_t *size) {
    const uint8_t *at = *rest;
    size_t left = (size_t)(b->end - at);
    *shared = b->heads[i] >> 4;
    *size = b->heads[i] & OFSI_DICTIONARY_NIBBLE;
    if (*shared == OFSI_DICTIONARY_NIBBLE || *size == OFSI_DICTIONARY_NIBBLE) {
        if (left < 2)
            return false;
        if (*shared == OFSI_DICTIONARY_NIBBLE)
            *shared += *at++;
        if (*size == OFSI_DICTIONARY_NIBBLE)
            *size += *at++;
        left = (size_t)(b->end - at);
    }
    *rest = at;
    return *size <= left;
}

/* Where a search for a text stands in a block. */
typedef struct search {
    ofsi_span text;
    size_t matched; /* bytes of the text that are those of the term before, which is less */
    bool equal;
} search;

/*
 * The next term, of which `rest` follows what it shares: true when it is not less than the text. One that shares more
 * than was matched is less, as the term before was; one that shares fewer is greater.
 */
static inline bool stops_at(search *find, size_t shared, const uint8_t *rest, size_t size) {
    if (shared != find->matched)
        return shared < find->matched;
    size_t left = find->text.size - find->matched, same = 0;
    const char *wanted = find->text.data + find->matched;
    while (same < size && same < left && rest[same] == (uint8_t)wanted[same])
        same++;
    if (same == left) { /* the text is the term, or a beginning of it */
        find->equal = same == size;
        return true;
    }
    find->matched += same;
    return same < size && rest[same] > (uint8_t)wanted[same];
}

/* The first term not less than the text into *at (count when there is none); false when the texts do not decode. */
static bool find_by_each(const block *b, search *find, uint32_t *at) {
    const uint8_t *rest = b->rests;
    size_t shared, size;
    for (*at = 0; *at < b->count; ++*at, rest += size) {
        if (!read_head(b, *at, &rest, &shared, &size))
            return false;
        if (stops_at(find, shared, rest, size))
            return true;
    }
    return true;
}

/*
 * The same for a full block of texts with no long rests, as nearly all are, eight heads in a step: ends of the rests by
 * one multiplication, and only terms that share no more than was matched are looked at.
 */
static bool find_in_block(const block *b, search *find, uint32_t *at) {
    if (b->count != OFSI_DICTIONARY_BLOCK)
        return find_by_each(b, find, at);
    uint64_t heads[2] = {ofsi_load_u64(b->heads), ofsi_load_u64(b->heads + 8)};
    uint64_t sizes[2] = {heads[0] & LOWS, heads[1] & LOWS};
    uint64_t shares[2] = {heads[0] >> 4 & LOWS, heads[1] >> 4 & LOWS};
    uint64_t full = (sizes[0] + ONES) | (sizes[1] + ONES) | (shares[0] + ONES) | (shares[1] + ONES);
    uint64_t before = 0; /* bytes of the rests before this half */
    if (full & ~LOWS)
        return find_by_each(b, find, at);
    for (unsigned half = 0; half < 2; half++) {
        uint64_t ends = sizes[half] * ONES, left = HIGHS;
        if (before + (ends >> 56) > (uint64_t)(b->end - b->rests))
            return false;
        for (;;) {
            uint64_t most = find->matched < OFSI_DICTIONARY_NIBBLE ? find->matched : OFSI_DICTIONARY_NIBBLE;
            uint64_t may = ((most * ONES | HIGHS) - shares[half]) & left;
            if (!may)
                break;
            unsigned shift = (unsigned)__builtin_ctzll(may) - 7;
            uint64_t end = ends >> shift & 0xFF, size = sizes[half] >> shift & 0xFF;
            *at = half * 8 + shift / 8;
            if (stops_at(find, shares[half] >> shift & 0xFF, b->rests + before + end - size, size))
                return true;
            left = shift == 56 ? 0 : left & UINT64_MAX << (shift + 8);
        }
        before += ends >> 56;
    }
    *at = b->count;
    return true;
}

/* ---- a term ---- */

typedef struct ends {
    uint64_t of[OFSI_DICTIONARY_ENDS];
} ends;

static ends read_ends(const block *b, uint32_t i) {
    uint64_t at = b->first_row + (uint64_t)i * b->row;
    ends e;
    if (b->row <= OFSI_DICTIONARY_WIDTH_MAX) {
        uint64_t bits = ofsi_load_u64(b->bits + at / 8) >> at % 8;
        for (unsigned f = 0; f < OFSI_DICTIONARY_ENDS; f++) {
            unsigned width = width_of(b, OFSI_DICTIONARY_BASES + f);
            e.of[f] = bits & ((UINT64_C(1) << width) - 1);
            bits >>= width;
        }
        return e;
    }
    for (unsigned f = 0; f < OFSI_DICTIONARY_ENDS; f++) {
        unsigned width = width_of(b, OFSI_DICTIONARY_BASES + f);
        e.of[f] = load_bits(b->bits, at, width);
        at += width;
    }
    return e;
}

/* Bytes of all the block's records: the end of the last. */
static uint64_t records_size(const block *b) {
    unsigned width = width_of(b, OFSI_DICTIONARY_BASES + OFSI_END_RECORD);
    return load_bits(b->bits, b->first_row + (uint64_t)b->count * b->row - width, width);
}

static void read_locations(const block *b, const ends *before, const ends *after, ofsi_term *term) {
    uint64_t starts[OFSI_DICTIONARY_BASES];
    for (unsigned f = 0, at = 0; f < OFSI_DICTIONARY_BASES; at += width_of(b, f++))
        starts[f] = load_bits(b->bits, at, width_of(b, f)) + before->of[f]; /* each below 2^56 */
    term->postings_offset = starts[OFSI_END_POSTINGS];
    term->postings_size = after->of[OFSI_END_POSTINGS] - before->of[OFSI_END_POSTINGS];
    term->positions_offset = starts[OFSI_END_POSITIONS];
    term->positions_size = after->of[OFSI_END_POSITIONS] - before->of[OFSI_END_POSITIONS];
    term->forms_offset = starts[OFSI_END_FORMS];
    term->forms_size = after->of[OFSI_END_FORMS] - before->of[OFSI_END_FORMS];
}

/* The varints of a record; what is left of it is an inline posting. */
static bool read_record(ofsi_cursor c, uint32_t doc_count, ofsi_term *term) {
    term->df = (uint32_t)ofsi_cursor_varint_max(&c, doc_count);
    uint64_t more = ofsi_cursor_varint(&c);
    term->form_count = term->forms_size ? (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX - 1) + 1 : 1;
    term->entry = term->df == 1 ? c.next : NULL;
    term->entry_size = term->df == 1 ? (uint32_t)ofsi_cursor_left(&c) : 0;
    return !c.bad && term->df > 0 && !__builtin_add_overflow(more, term->df, &term->cf) &&
           (term->entry_size > 0) == (ofsi_cursor_left(&c) > 0) && (term->df > 1 || term->entry_size);
}

static ofs_status read_term(ofsi_segment *s, const block *b, uint32_t i, ofsi_term *term, ofs_error *err) {
    ends before = {{0}}, after = read_ends(b, i);
    uint64_t records = records_size(b);
    if (i)
        before = read_ends(b, i - 1);
    bool good = records <= (uint64_t)(b->end - b->rests);
    for (size_t f = 0; f < OFSI_DICTIONARY_ENDS; f++)
        good = good && before.of[f] <= after.of[f];
    if (!good || after.of[OFSI_END_RECORD] > records)
        return damaged(s, b->start, "a term's bytes end before they begin", err);
    read_locations(b, &before, &after, term);
    const uint8_t *record = b->end - records + before.of[OFSI_END_RECORD];
    ofsi_cursor c = ofsi_cursor_of(record, (size_t)(after.of[OFSI_END_RECORD] - before.of[OFSI_END_RECORD]));
    return read_record(c, s->doc_count, term) ? OFS_OK
                                              : damaged(s, b->start, "a term's record does not decode", err);
}

/* ---- finding ---- */

/* The first term of a block against the text. */
static ofs_status compare_first(ofsi_segment *s, uint64_t number, ofsi_span text, int *order,
                                ofs_error *err) {
    block b;
    size_t shared, size;
    ofs_status status = enter_block(s, number, &b, err);
    if (status != OFS_OK)
        return status;
    const uint8_t *rest = b.rests;
    if (!read_head(&b, 0, &rest, &shared, &size) || shared)
        return damaged(s, b.start, "a term does not decode", err);
    *order = ofsi_span_compare((ofsi_span){(const char *)rest, size}, text);
    return OFS_OK;
}

/* The first block from `low` on whose prefix is not below. */
static uint64_t find_prefix(const ofsi_segment *s, uint64_t low, uint64_t prefix) {
    uint64_t count = s->dictionary_blocks - low;
    while (count > 1) { /* no branch depends on what is read */
        uint64_t half = count / 2;
        low += index_prefix(s, low + half - 1) < prefix ? half : 0;
        count -= half;
    }
    return low + (count && index_prefix(s, low) < prefix);
}

/* The last block whose first term is <= text, `low` when none is. */
static ofs_status find_block(ofsi_segment *s, uint64_t low, ofsi_span text, uint64_t *number,
                             ofs_error *err) {
    uint64_t prefix = ofsi_dictionary_prefix(text), least = low;
    ofs_status status = OFS_OK;
    low = find_prefix(s, low, prefix);
    /* Of the blocks that begin alike, few as a rule, the texts tell. */
    for (uint64_t step = 1; low < s->dictionary_blocks && index_prefix(s, low) == prefix;) {
        uint64_t middle = low + step - 1;
        int order = 1;
        if (middle < s->dictionary_blocks && index_prefix(s, middle) == prefix)
            status = compare_first(s, middle, text, &order, err);
        if (status != OFS_OK)
            return status;
        if (order > 0 && step == 1)
            break;
        low = order > 0 ? low : middle + 1;
        step = order > 0 ? 1 : step * 2;
    }
    *number = low > least ? low - 1 : least;
    return OFS_OK;
}

ofs_status ofsi_segment_find_term(ofsi_segment *segment, ofsi_span text, ofsi_term *term, bool *found,
                                  ofs_error *err) {
    uint64_t number;
    uint32_t at;
    block b;
    *found = false;
    if (text.size == 0 || text.size > OFSI_DICTIONARY_TERM_MAX || segment->dictionary_blocks == 0)
        return OFS_OK;
    ofs_status status = verify_index(segment, err);
    if (status == OFS_OK)
        status = find_block(segment, 0, text, &number, err);
    if (status == OFS_OK)
        status = enter_block(segment, number, &b, err);
    if (status != OFS_OK)
        return status;
    search find = {.text = text};
    if (!find_in_block(&b, &find, &at))
        return damaged(segment, b.start, "a term does not decode", err);
    if (find.equal)
        status = read_term(segment, &b, at, term, err);
    *found = find.equal && status == OFS_OK;
    return status;
}

/* ---- scanning ---- */

/* Puts the scan before the first term of a block, or behind the last block. */
static ofs_status begin_block(ofsi_term_scan *scan, uint64_t number, ofs_error *err) {
    ofsi_segment *s = scan->segment;
    scan->at = 0;
    scan->held = false;
    scan->text_size = 0;
    scan->block.count = 0;
    scan->block.number = s->dictionary_blocks;
    ofs_status status = verify_index(s, err);
    if (status == OFS_OK && number < s->dictionary_blocks)
        status = enter_block(s, number, &scan->block, err);
    if (status != OFS_OK) {
        scan->block.count = 0;
        scan->block.number = s->dictionary_blocks;
        return status;
    }
    scan->rest = scan->block.rests;
    return OFS_OK;
}

/* Puts the text of the block's next term together. */
static ofs_status read_text(ofsi_term_scan *scan, ofs_error *err) {
    size_t shared, size;
    bool good = read_head(&scan->block, scan->at, &scan->rest, &shared, &size);
    if (!good || shared > scan->text_size || size > OFSI_DICTIONARY_TERM_MAX - shared || shared + size == 0)
        return damaged(scan->segment, scan->block.start, "a term does not decode", err);
    memcpy(scan->text + shared, scan->rest, size);
    scan->text_size = shared + size;
    scan->rest += size;
    scan->at++;
    return OFS_OK;
}

ofs_status ofsi_term_scan_open(ofsi_segment *segment, ofsi_span from, ofsi_term_scan **out, ofs_error *err) {
    *out = NULL;
    ofsi_term_scan *scan = ofsi_calloc(1, sizeof *scan);
    if (!scan)
        return ofsi_fail_nomem(err);
    scan->segment = segment;
    ofs_status status = begin_block(scan, 0, err);
    if (status == OFS_OK && from.size)
        status = ofsi_term_scan_seek(scan, from, err);
    if (status != OFS_OK) {
        ofsi_free(scan);
        return status;
    }
    *out = scan;
    return OFS_OK;
}

/* Whether the first term >= from is in the scan's block or is the next one's first. */
static bool is_near(const ofsi_term_scan *scan, ofsi_span from) {
    uint64_t next = scan->block.number + 1;
    return next >= scan->segment->dictionary_blocks ||
           index_prefix(scan->segment, next) > ofsi_dictionary_prefix(from);
}

/*
 * Goes on in the block to the first term not less than `from`. Only that one's text is put together: what it shares with
 * the term before is less than it, and so are bytes of `from`.
 */
static ofs_status seek_in_block(ofsi_term_scan *scan, ofsi_span from, ofs_error *err) {
    search find = {.text = from};
    size_t shared, size;
    while (find.matched < scan->text_size && find.matched < from.size &&
           scan->text[find.matched] == (uint8_t)from.data[find.matched])
        find.matched++;
    if (scan->text_size > find.matched &&
        (find.matched == from.size || scan->text[find.matched] > (uint8_t)from.data[find.matched]))
        return OFS_OK; /* it lies behind */
    while (scan->at < scan->block.count) {
        if (!read_head(&scan->block, scan->at, &scan->rest, &shared, &size))
            return damaged(scan->segment, scan->block.start, "a term does not decode", err);
        if (stops_at(&find, shared, scan->rest, size)) {
            if (shared > from.size || shared > OFSI_DICTIONARY_TERM_MAX ||
                size > OFSI_DICTIONARY_TERM_MAX - shared || shared + size == 0)
                return damaged(scan->segment, scan->block.start, "a term does not decode", err);
            memcpy(scan->text, from.data, shared);
            memcpy(scan->text + shared, scan->rest, size);
            scan->text_size = shared + size;
            scan->held = true;
        }
        scan->rest += size;
        scan->at++;
        if (scan->held)
            break;
    }
    return OFS_OK;
}

ofs_status ofsi_term_scan_seek(ofsi_term_scan *scan, ofsi_span from, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (scan->block.number >= scan->segment->dictionary_blocks || from.size == 0)
        return OFS_OK;
    ofsi_span text = {(const char *)scan->text, scan->text_size};
    if (scan->held && ofsi_span_compare(text, from) >= 0)
        return OFS_OK;
    scan->held = false;
    if (!is_near(scan, from)) {
        uint64_t number;
        status = find_block(scan->segment, scan->block.number, from, &number, err);
        if (status == OFS_OK && number > scan->block.number)
            status = begin_block(scan, number, err);
    }
    return status == OFS_OK ? seek_in_block(scan, from, err) : status;
}

ofs_status ofsi_term_scan_next_text(ofsi_term_scan *scan, ofsi_span *text, bool *more, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!scan->held && scan->at == scan->block.count && scan->block.number < scan->segment->dictionary_blocks)
        status = begin_block(scan, scan->block.number + 1, err);
    *more = status == OFS_OK && (scan->held || scan->at < scan->block.count);
    if (*more && !scan->held)
        status = read_text(scan, err);
    scan->held = false;
    *text = (ofsi_span){(const char *)scan->text, scan->text_size};
    return status;
}

ofs_status ofsi_term_scan_term(ofsi_term_scan *scan, ofsi_term *term, ofs_error *err) {
    return read_term(scan->segment, &scan->block, scan->at - 1, term, err);
}

ofs_status ofsi_term_scan_next(ofsi_term_scan *scan, ofsi_span *text, ofsi_term *term, bool *more,
                               ofs_error *err) {
    ofs_status status = ofsi_term_scan_next_text(scan, text, more, err);
    return status == OFS_OK && *more ? ofsi_term_scan_term(scan, term, err) : status;
}

void ofsi_term_scan_close(ofsi_term_scan *scan) { ofsi_free(scan); }

/* ---- checking ---- */

/* What a look-up does not see: that the parts of a block fill it, and that a block's offsets begin where the last ended. */
static ofs_status check_block(ofsi_term_scan *scan, const ofsi_term *last, ofs_error *err) {
    ofsi_segment *s = scan->segment;
    const block *b = &scan->block;
    ofsi_term first;
    ofs_status status = read_term(s, b, 0, &first, err);
    if (status != OFS_OK)
        return status;
    if (first.postings_offset != last->postings_offset + last->postings_size ||
        first.positions_offset != last->positions_offset + last->positions_size ||
        first.forms_offset != last->forms_offset + last->forms_size)
        return damaged(s, b->start, "a block does not begin where the one before ends", err);
    if (b->heads[0] >> 4)
        return damaged(s, b->start, "a block's first term shares with one before", err);
    return OFS_OK;
}

/* Ascending terms, an index that agrees, offsets that follow one another, and every list of postings. */
ofs_status ofsi_segment_check_dictionary(ofsi_segment *s, ofs_error *err) {
    ofsi_term_scan scan = {.segment = s};
    ofsi_term term = {0};
    uint8_t before[256];
    size_t before_size = 0;
    ofs_status status = begin_block(&scan, 0, err);
    while (status == OFS_OK && scan.block.count) {
        if (scan.at == 0)
            status = check_block(&scan, &term, err);
        if (status == OFS_OK)
            status = read_text(&scan, err);
        if (status == OFS_OK)
            status = ofsi_term_scan_term(&scan, &term, err);
        if (status != OFS_OK)
            break;
        ofsi_span text = {(const char *)scan.text, scan.text_size};
        if (ofsi_span_compare((ofsi_span){(const char *)before, before_size}, text) >= 0)
            return damaged(s, scan.block.start, "terms do not ascend", err);
        if (scan.at == 1 && index_prefix(s, scan.block.number) != ofsi_dictionary_prefix(text))
            return damaged(s, scan.block.start, "the index and a block differ", err);
        memcpy(before, scan.text, scan.text_size);
        before_size = scan.text_size;
        status = ofsi_segment_check_term(s, text, &term, err);
        if (status == OFS_OK && scan.at == scan.block.count) {
            if ((uint64_t)(scan.block.end - scan.rest) != records_size(&scan.block))
                return damaged(s, scan.block.start, "a block holds more than its terms", err);
            status = begin_block(&scan, scan.block.number + 1, err);
        }
    }
    return status;
}
