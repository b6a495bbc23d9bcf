/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manifest: what is written is read; damage, other versions and unknown features are told apart. */
#include "tests/support/support.h"

#include "indexer/format/manifest.h"
#include "tests/unit/format/segment_tools.h"

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static uint32_t dead[] = {0, 3, 4, 90};
static ofsi_manifest_segment segments[] = {{.name = "s-00000001.seg",
                                            .file_size = 123456,
                                            .doc_count = 1000,
                                            .report_count = 91,
                                            .token_count = 70000,
                                            .dead = dead,
                                            .dead_count = 4,
                                            .dead_docs = 40,
                                            .dead_tokens = 2900},
                                           {.name = "s-00000007.seg",
                                            .file_size = UINT64_MAX,
                                            .doc_count = INT32_MAX,
                                            .report_count = 1,
                                            .token_count = UINT64_MAX}};
static ofsi_manifest_failure failures[] = {{{"a/broken.pdf", 12}, {"it is no PDF", 12}}, {{"b", 1}, {"", 0}}};

static ofsi_manifest make_manifest(void) {
    return (ofsi_manifest){.generation = 5,
                           .next_segment = 8,
                           .stemmer = ofsi_span_of("english"),
                           .fingerprint = ofsi_span_of("words 1"),
                           .segments = segments,
                           .segment_count = 2,
                           .failures = failures,
                           .failure_count = 2};
}

static ofsi_storage *open_memory(void) {
    ofsi_storage *storage;
    ofs_error err;
    check(ofsi_storage_open_memory(&storage, &err), &err);
    return storage;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    ofsi_storage *storage = open_memory();
    ofsi_manifest m = make_manifest(), back;
    ofsi_arena arena = {0};
    ofs_error err;
    check(ofsi_manifest_write(storage, &m, &err), &err);
    check(ofsi_manifest_read(storage, &arena, &back, &err), &err);
    assert_true(back.generation == 5 && back.next_segment == 8);
    assert_true(ofsi_span_equal(back.stemmer, m.stemmer) && ofsi_span_equal(back.fingerprint, m.fingerprint));
    assert_int_equal(back.segment_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const ofsi_manifest_segment *a = &segments[i], *b = &back.segments[i];
        assert_string_equal(a->name, b->name);
        assert_true(a->file_size == b->file_size && a->doc_count == b->doc_count &&
                    a->report_count == b->report_count && a->token_count == b->token_count);
        assert_true(a->dead_count == b->dead_count && a->dead_docs == b->dead_docs &&
                    a->dead_tokens == b->dead_tokens);
        for (uint32_t d = 0; d < a->dead_count; d++)
            assert_int_equal(a->dead[d], b->dead[d]);
    }
    assert_int_equal(back.failure_count, 2);
    assert_true(ofsi_span_equal(back.failures[0].path, failures[0].path) &&
                ofsi_span_equal(back.failures[1].reason, failures[1].reason));
    ofsi_arena_free(&arena);
    ofsi_storage_close(storage);
}

static void no_manifest_is_no_index(void **state) {
    (void)state;
    ofsi_storage *storage = open_memory();
    ofsi_arena arena = {0};
    ofsi_manifest m;
    ofs_error err;
    assert_int_equal(ofsi_manifest_read(storage, &arena, &m, &err), OFS_E_NO_INDEX);
    ofsi_arena_free(&arena);
    ofsi_storage_close(storage);
}

/* The bytes of the manifest above; the caller's. */
static uint8_t *manifest_bytes(ofsi_storage *storage, size_t *size) {
    ofsi_manifest m = make_manifest();
    ofsi_blob *blob;
    ofs_error err;
    check(ofsi_manifest_write(storage, &m, &err), &err);
    check(ofsi_storage_read(storage, OFSI_MANIFEST_NAME, &blob, &err), &err);
    *size = ofsi_blob_data(blob).size;
    uint8_t *bytes = malloc(*size);
    assert_non_null(bytes);
    memcpy(bytes, ofsi_blob_data(blob).data, *size);
    ofsi_blob_close(blob);
    return bytes;
}

static ofs_status read_bytes(ofsi_storage *storage, const uint8_t *bytes, size_t size, ofs_error *err) {
    ofsi_arena arena = {0};
    ofsi_manifest m;
    check(tool_put_file(storage, OFSI_MANIFEST_NAME, bytes, size, err), err);
    ofs_status status = ofsi_manifest_read(storage, &arena, &m, err);
    ofsi_arena_free(&arena);
    return status;
}

static void seal(uint8_t *bytes, size_t size) {
    tool_store_u64(bytes + size - 8, ofsi_hash64(bytes, size - 8));
}

static void every_flipped_bit_is_found(void **state) {
    (void)state;
    ofsi_storage *storage = open_memory();
    size_t size;
    ofs_error err;
    uint8_t *bytes = manifest_bytes(storage, &size);
    for (size_t bit = 0; bit < size * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        ofs_status status = read_bytes(storage, bytes, size, &err);
        assert_true(status == OFS_E_CORRUPT || (bit < 16 * 8 && status == OFS_E_UNSUPPORTED));
        seal(bytes, size);
        (void)read_bytes(storage, bytes, size, &err);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        seal(bytes, size);
    }
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(read_bytes(storage, bytes, cut, &err), OFS_E_CORRUPT);
    free(bytes);
    ofsi_storage_close(storage);
}

static void a_feature_that_is_needed_and_unknown_is_named(void **state) {
    (void)state;
    ofsi_storage *storage = open_memory();
    size_t size;
    ofs_error err;
    uint8_t *bytes = manifest_bytes(storage, &size);
    /* magic, 1 feature, size 9, "segment-2" */
    assert_memory_equal(bytes + 18, "segment-2", 9);
    memcpy(bytes + 18, "segment-9", 9);
    seal(bytes, size);
    assert_int_equal(read_bytes(storage, bytes, size, &err), OFS_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "segment-9"));
    free(bytes);
    ofsi_storage_close(storage);
}

static void a_name_that_leads_elsewhere_is_damage(void **state) {
    (void)state;
    static const char *const names[] = {"../../evil.seg", "/etc/passwd.se", ".hidden000.seg"};
    ofsi_storage *storage = open_memory();
    size_t size;
    ofs_error err;
    uint8_t *bytes = manifest_bytes(storage, &size);
    uint8_t *at = memmem(bytes, size, "s-00000001.seg", 14);
    assert_non_null(at);
    for (int i = 0; i < 3; i++) {
        memcpy(at, names[i], 14);
        seal(bytes, size);
        assert_int_equal(read_bytes(storage, bytes, size, &err), OFS_E_CORRUPT);
    }
    free(bytes);
    ofsi_storage_close(storage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_written_is_read),
                                       cmocka_unit_test(no_manifest_is_no_index),
                                       cmocka_unit_test(every_flipped_bit_is_found),
                                       cmocka_unit_test(a_feature_that_is_needed_and_unknown_is_named),
                                       cmocka_unit_test(a_name_that_leads_elsewhere_is_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
