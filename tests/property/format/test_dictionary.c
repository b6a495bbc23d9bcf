/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dictionary alone, against a sorted list: vocabularies of words that begin alike, short and long ones, few and many,
 * with sizes up to what a file of petabytes would have. Every term is found with what was written of it, no other is,
 * and a scan stands where it is sent.
 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/format/dictionary.h"

enum { DOCS = 1000000, TERMS_MOST = 3000, TEXT_MOST = OFSI_DICTIONARY_TERM_MAX };

typedef struct word {
    char text[TEXT_MOST + 1];
    size_t size;
    ofsi_dictionary_entry entry;
} word;

static word words[TERMS_MOST];
static uint32_t word_count;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static ofsi_span text_of(const word *w) { return (ofsi_span){w->text, w->size}; }

static int by_text(const void *a, const void *b) { return ofsi_span_compare(text_of(a), text_of(b)); }

/* A beginning that many share, then letters of few kinds, so that all lengths of shared beginnings come up. */
static void random_text(test_rng *rng, word *w, uint32_t letters) {
    static const char *const beginnings[] = {"", "", "a", "counter", "electroencephalograph", "\xc3\xa9"};
    const char *beginning = beginnings[test_rng_below(rng, 6)];
    w->size = strlen(beginning);
    memcpy(w->text, beginning, w->size);
    uint32_t most = test_rng_chance(rng, 3) ? TEXT_MOST - 30 : test_rng_chance(rng, 20) ? 30 : 8;
    for (uint32_t n = test_rng_between(rng, 1, most); n; n--)
        w->text[w->size++] = (char)(test_rng_chance(rng, 2) ? test_rng_between(rng, 0, 255)
                                                            : 'a' + test_rng_below(rng, letters));
}

static uint64_t random_size(test_rng *rng, uint32_t bits) {
    return test_rng_next(rng) >> (64 - test_rng_between(rng, 1, bits));
}

/* Offsets follow one another, as the writer of segments has them. */
static void fill_entries(test_rng *rng, uint32_t bits) {
    static const char posting[] = "a posting";
    uint64_t postings = 0, positions = 0, forms = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        bool single = test_rng_chance(rng, 40), has_forms = test_rng_chance(rng, 60);
        ofsi_dictionary_entry *e = &words[i].entry;
        *e = (ofsi_dictionary_entry){.term = text_of(&words[i]),
                                     .df = single ? 1 : test_rng_between(rng, 2, DOCS),
                                     .postings_offset = postings,
                                     .positions_offset = positions,
                                     .forms_offset = forms,
                                     .forms_size = has_forms ? random_size(rng, 8) + 1 : 0,
                                     .postings_size = single ? 0 : random_size(rng, bits),
                                     .positions_size = single ? 0 : random_size(rng, bits)};
        e->cf = e->df + (test_rng_chance(rng, 50) ? 0 : random_size(rng, 40));
        e->form_count = has_forms ? test_rng_between(rng, 1, 300) : 1;
        if (single)
            e->inline_posting = (ofsi_span){posting, test_rng_between(rng, 1, sizeof posting - 1)};
        postings += e->postings_size;
        positions += e->positions_size;
        forms += e->forms_size;
    }
}

static void make_words(test_rng *rng, uint32_t count, uint32_t letters, uint32_t bits) {
    for (uint32_t i = 0; i < count; i++)
        random_text(rng, &words[i], letters);
    qsort(words, count, sizeof *words, by_text);
    word_count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (word_count == 0 || by_text(&words[word_count - 1], &words[i]) != 0)
            words[word_count++] = words[i];
    fill_entries(rng, bits);
}

/* A segment of nothing but a dictionary, or, where `blocks` is empty, of its index alone; frees both. */
static ofsi_segment *write_segment(ofsi_storage *storage, ofsi_buf *blocks, ofsi_buf *index) {
    ofsi_container_writer *file;
    ofsi_segment *segment;
    ofsi_buf header = {0};
    ofs_error err;
    uint64_t size;
    static const char store_index[12];
    assert_false(blocks->failed || index->failed);
    ofsi_buf_u32(&header, DOCS);
    ofsi_buf_u32(&header, 0);
    ofsi_buf_u64(&header, 0);
    ofsi_buf_u64(&header, word_count);
    ofsi_buf_u32(&header, 1);
    ofsi_buf_u32(&header, 1);
    ofsi_buf_u64(&header, 0);
    check(ofsi_container_create(storage, "d.seg", &file, &err), &err);
    check(ofsi_container_chunk(file, OFSI_CHUNK_STORE_INDEX, store_index, sizeof store_index, &err), &err);
    if (blocks->size)
        check(ofsi_container_chunk(file, OFSI_CHUNK_DICTIONARY, blocks->data, blocks->size, &err), &err);
    check(ofsi_container_chunk(file, OFSI_CHUNK_DICTIONARY_INDEX, index->data, index->size, &err), &err);
    check(ofsi_container_chunk(file, OFSI_CHUNK_HEADER, header.data, header.size, &err), &err);
    check(ofsi_container_finish(file, &size, &err), &err);
    check(ofsi_segment_open(storage, "d.seg", &segment, &err), &err);
    ofsi_buf_free(blocks);
    ofsi_buf_free(index);
    ofsi_buf_free(&header);
    return segment;
}

static ofsi_segment *write_words(ofsi_storage *storage, bool with_blocks) {
    ofsi_dictionary_writer writer = {0};
    ofsi_buf blocks = {0}, index = {0};
    for (uint32_t i = 0; i < word_count; i++)
        ofsi_dictionary_add(&writer, &words[i].entry, &blocks);
    ofsi_dictionary_end(&writer, &blocks, &index);
    ofsi_dictionary_writer_free(&writer);
    for (size_t i = index.size / 2; i < index.size && !with_blocks; i++)
        index.data[i] = 0; /* offsets that lie within what is not there */
    if (!with_blocks)
        ofsi_buf_reset(&blocks);
    return write_segment(storage, &blocks, &index);
}

static void compare_term(const word *w, const ofsi_term *term) {
    const ofsi_dictionary_entry *e = &w->entry;
    assert_true(term->df == e->df && term->cf == e->cf && term->form_count == e->form_count);
    assert_true(term->forms_offset == e->forms_offset && term->forms_size == e->forms_size);
    assert_true(term->postings_offset == e->postings_offset && term->postings_size == e->postings_size);
    assert_true(term->positions_offset == e->positions_offset && term->positions_size == e->positions_size);
    assert_int_equal(term->entry_size, e->inline_posting.size);
    assert_memory_equal(term->entry ? term->entry : (const uint8_t *)"", e->inline_posting.data,
                        e->inline_posting.size);
}

/* Number of the first word not less. */
static uint32_t first_from(ofsi_span text) {
    uint32_t i = 0;
    while (i < word_count && ofsi_span_compare(text_of(&words[i]), text) < 0)
        i++;
    return i;
}

static void find_words(ofsi_segment *segment, test_rng *rng) {
    ofsi_term term;
    ofs_error err;
    bool found;
    for (uint32_t i = 0; i < word_count; i++) {
        check(ofsi_segment_find_term(segment, text_of(&words[i]), &term, &found, &err), &err);
        assert_true(found);
        compare_term(&words[i], &term);
    }
    for (int round = 0; round < 2000; round++) {
        word other;
        random_text(rng, &other, 3);
        uint32_t at = first_from(text_of(&other));
        check(ofsi_segment_find_term(segment, text_of(&other), &term, &found, &err), &err);
        assert_int_equal(found, at < word_count && by_text(&words[at], &other) == 0);
    }
}

static void scan_words(ofsi_segment *segment, test_rng *rng) {
    ofsi_term_scan *scan;
    ofsi_span text;
    ofsi_term term;
    ofs_error err;
    bool more;
    for (int round = 0; round < 200; round++) {
        uint32_t at = 0, step = test_rng_between(rng, 1, 20);
        check(ofsi_term_scan_open(segment, ofsi_span_of(""), &scan, &err), &err);
        do {
            word target;
            if (test_rng_chance(rng, 50 / step)) {
                random_text(rng, &target, 3);
                uint32_t to = first_from(text_of(&target));
                at = to > at ? to : at; /* forward only */
                check(ofsi_term_scan_seek(scan, text_of(&target), &err), &err);
            }
            check(ofsi_term_scan_next_text(scan, &text, &more, &err), &err);
            assert_int_equal(more, at < word_count);
            if (more) {
                assert_true(ofsi_span_equal(text, text_of(&words[at])));
                check(ofsi_term_scan_term(scan, &term, &err), &err);
                compare_term(&words[at++], &term);
            }
        } while (more);
        ofsi_term_scan_close(scan);
    }
}

static void a_dictionary_is_a_sorted_list(void **state) {
    (void)state;
    static const uint32_t counts[] = {1, 2, 15, 16, 17, 33, 300, TERMS_MOST};
    test_rng rng = test_rng_start(61);
    for (int round = 0; round < 24; round++) {
        ofsi_storage *storage;
        ofs_error err;
        make_words(&rng, counts[round % 8], round % 3 ? 3 : 26, round % 4 == 3 ? 40 : 14);
        check(ofsi_storage_open_memory(&storage, &err), &err);
        ofsi_segment *segment = write_words(storage, true);
        find_words(segment, &rng);
        scan_words(segment, &rng);
        ofsi_segment_close(segment);
        ofsi_storage_close(storage);
    }
}

static void an_index_without_blocks_is_damage(void **state) {
    (void)state;
    test_rng rng = test_rng_start(62);
    ofsi_storage *storage;
    ofsi_term_scan *scan;
    ofsi_term term;
    ofs_error err;
    bool found;
    make_words(&rng, 100, 3, 14);
    check(ofsi_storage_open_memory(&storage, &err), &err);
    ofsi_segment *segment = write_words(storage, false);
    assert_int_equal(ofsi_segment_find_term(segment, text_of(&words[20]), &term, &found, &err),
                     OFS_E_CORRUPT);
    assert_int_equal(ofsi_term_scan_open(segment, ofsi_span_of(""), &scan, &err), OFS_E_CORRUPT);
    assert_null(scan);
    ofsi_segment_close(segment);
    ofsi_storage_close(storage);
}

/* What a scan puts together is no longer than a term may be, whatever the texts of a block say. */
static void texts_that_are_too_long_are_damage(void **state) {
    (void)state;
    enum { SHARED = 247, LONGEST = 15 + 255 };
    char from[SHARED + 1];
    ofsi_buf blocks = {0}, index = {0};
    ofsi_storage *storage;
    ofsi_term_scan *scan;
    ofs_error err;
    memset(from, 'a', SHARED);
    from[SHARED] = 'b';
    for (int i = 0; i < OFSI_DICTIONARY_HEAD; i++)
        ofsi_buf_byte(&blocks, 0); /* numbers of no bits */
    ofsi_buf_byte(&blocks, 0x0F);  /* nothing shared, 15 bytes and more */
    ofsi_buf_byte(&blocks, 0xFF);  /* 15 and more of both */
    ofsi_buf_byte(&blocks, SHARED + 1 - 15);
    for (int i = 0; i < SHARED + 1; i++)
        ofsi_buf_byte(&blocks, 'a');
    ofsi_buf_byte(&blocks, SHARED - 15);
    ofsi_buf_byte(&blocks, LONGEST - 15);
    for (int i = 0; i < LONGEST; i++)
        ofsi_buf_byte(&blocks, 'c');
    ofsi_buf_text(&index, "aaaaaaaa");
    ofsi_buf_u64(&index, 0);
    ofsi_buf_u64(&index, blocks.size);
    word_count = 2;
    check(ofsi_storage_open_memory(&storage, &err), &err);
    ofsi_segment *segment = write_segment(storage, &blocks, &index);
    check(ofsi_term_scan_open(segment, ofsi_span_of(""), &scan, &err), &err);
    assert_int_equal(ofsi_term_scan_seek(scan, (ofsi_span){from, sizeof from}, &err), OFS_E_CORRUPT);
    ofsi_term_scan_close(scan);
    ofsi_segment_close(segment);
    ofsi_storage_close(storage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_dictionary_is_a_sorted_list),
                                       cmocka_unit_test(an_index_without_blocks_is_damage),
                                       cmocka_unit_test(texts_that_are_too_long_are_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
