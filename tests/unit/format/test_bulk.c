/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole blocks of postings: what damage with right checksums must not do, and how a cursor may be moved after one. */
#include "tests/support/support.h"

#include "indexer/format/postings_impl.h"
#include "tests/unit/format/segment_tools.h"

enum { DOCS = 700 }; /* % 6 is 4 */

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

/* A segment, and the list of one of its words. */
typedef struct opened {
    ofsi_storage *storage;
    ofsi_segment *segment;
    ofsi_postings *list;
} opened;

/* Four of six documents: a list of bitmaps. */
static ofs_status add_most(ofsi_segment_writer *w, ofs_error *err) {
    const ofsi_span form = ofsi_span_of("most");
    const uint64_t count = DOCS / 6 * 4 + DOCS % 6;
    const uint32_t position = 0, code = 0;
    ofs_status status = ofsi_segment_begin_term(w, form, &form, &count, 1, err);
    for (uint32_t d = 0; d < DOCS && status == OFS_OK; d++)
        if (d % 6 < 4)
            status = ofsi_segment_add_posting(w, d, 1, &position, &code, err);
    return status == OFS_OK ? ofsi_segment_end_term(w, err) : status;
}

static void write_segment(opened *o) {
    ofs_error err;
    ofsi_segment_writer *w;
    uint64_t size;
    check(ofsi_storage_open_memory(&o->storage, &err), &err);
    check(ofsi_segment_create(o->storage, "a.seg", &w, &err), &err);
    check(tool_add_docs(w, DOCS, &err), &err);
    check(tool_add_term(w, "all", DOCS, 1, 2, &err), &err);
    check(add_most(w, &err), &err);
    check(ofsi_segment_finish(w, &size, &err), &err);
}

static void open_list(opened *o, const char *name, const char *word) {
    ofs_error err;
    ofsi_term term;
    bool found;
    check(ofsi_segment_open(o->storage, name, &o->segment, &err), &err);
    check(ofsi_segment_find_term(o->segment, ofsi_span_of(word), &term, &found, &err), &err);
    assert_true(found);
    check(ofsi_postings_open(o->segment, &term, &o->list, &err), &err);
}

static void close_list(opened *o) {
    ofsi_postings_close(o->list);
    ofsi_segment_close(o->segment);
}

static opened open_new(const char *word) {
    opened o = {0};
    write_segment(&o);
    open_list(&o, "a.seg", word);
    return o;
}

/* The segment again, with the occurrences before the list's second block said to be none. */
static void spoil_sums(opened *o) {
    ofs_error err;
    ofsi_blob *blob;
    check(ofsi_storage_read(o->storage, "a.seg", &blob, &err), &err);
    ofsi_span file = ofsi_blob_data(blob);
    const ofsi_chunk *chunk = ofsi_segment_chunk(o->segment, OFSI_CHUNK_POSTINGS);
    uint64_t at = chunk->offset + (uint64_t)(o->list->sums + o->list->number_size - chunk->data);
    uint8_t *bytes = malloc(file.size);
    assert_non_null(bytes);
    memcpy(bytes, file.data, file.size);
    memset(bytes + at, 0, o->list->number_size);
    tool_reseal(bytes, file.size);
    check(tool_put_file(o->storage, "b.seg", bytes, file.size, &err), &err);
    free(bytes);
    ofsi_blob_close(blob);
    close_list(o);
    open_list(o, "b.seg", "all");
}

static void places_that_do_not_ascend_are_damage(void **state) {
    (void)state;
    opened o = open_new("all");
    ofs_error err;
    /* By the spoilt sums the second one's occurrences are in a block of positions before the first one's. */
    const uint32_t docs[] = {200, 300};
    uint16_t kept[] = {0, 1};
    ofsi_position_run places[2];
    const ofsi_candidates candidates = {docs, kept, 2, places};
    assert_int_equal(ofsi_postings_keep_places(o.list, &candidates), 2);
    assert_true(places[0].at / OFSI_BLOCK == 1 && places[1].at > places[0].at);
    spoil_sums(&o);
    assert_int_equal(ofsi_postings_keep_places(o.list, &candidates), 0);
    assert_int_equal(ofsi_postings_status(o.list, &err), OFS_E_CORRUPT);
    close_list(&o);
    ofsi_storage_close(o.storage);
}

static void a_cursor_that_kept_candidates_may_be_moved(void **state) {
    (void)state;
    opened o = open_new("most");
    const uint32_t docs[] = {8, 20};
    uint16_t kept[] = {0, 1};
    assert_int_equal(ofsi_postings_keep(o.list, docs, kept, 2), 2);
    assert_false(o.list->docs_ready); /* it went by the bits */
    assert_int_equal(ofsi_postings_block_docs(o.list)[255], 381);
    assert_int_equal(ofsi_postings_advance(o.list, 30), 30);
    assert_int_equal(ofsi_postings_next(o.list), 31);
    assert_int_equal(ofsi_postings_keep(o.list, docs, kept, 2), 2);
    assert_int_equal(ofsi_postings_seek(o.list, 16), 18);
    close_list(&o);
    ofsi_storage_close(o.storage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(places_that_do_not_ascend_are_damage),
                                       cmocka_unit_test(a_cursor_that_kept_candidates_may_be_moved)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
