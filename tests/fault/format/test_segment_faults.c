/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every write that fails, and every allocation that fails, while a segment or a manifest is written or read. */
#include "tests/support/support.h"

#include "indexer/base/alloc.h"
#include "indexer/format/manifest.h"
#include "tests/unit/format/segment_tools.h"

enum { DOCS = 300 };

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static ofsi_storage *open_memory(void) {
    ofsi_storage *storage;
    ofs_error err;
    check(ofsi_storage_open_memory(&storage, &err), &err);
    return storage;
}

static ofs_status write_manifest(ofsi_storage *storage, uint64_t generation, ofs_error *err) {
    ofsi_manifest m = {
        .generation = generation, .stemmer = ofsi_span_of("none"), .fingerprint = ofsi_span_of("x")};
    return ofsi_manifest_write(storage, &m, err);
}

static uint64_t read_generation(ofsi_storage *storage) {
    ofsi_arena arena = {0};
    ofsi_manifest m;
    ofs_error err;
    check(ofsi_manifest_read(storage, &arena, &m, &err), &err);
    uint64_t generation = m.generation;
    ofsi_arena_free(&arena);
    return generation;
}

static void every_operation_of_writing_a_segment_may_fail(void **state) {
    (void)state;
    ofsi_storage *faulty, *inner = open_memory();
    ofs_error err;
    check(ofsi_storage_open_faulty(inner, 0, &faulty, &err), &err);
    check(tool_write_segment(faulty, "a.seg", DOCS, &err), &err);
    uint64_t operations = ofsi_storage_operations(faulty);
    ofsi_storage_close(faulty);
    ofsi_storage_close(inner);
    assert_true(operations > 10);
    for (uint64_t n = 1; n <= operations; n++) {
        ofsi_segment *segment;
        inner = open_memory();
        check(ofsi_storage_open_faulty(inner, n, &faulty, &err), &err);
        assert_int_equal(tool_write_segment(faulty, "a.seg", DOCS, &err), OFS_E_IO);
        assert_true(err.message[0] != '\0');
        /* What is left, if anything is, is either no whole segment or a sound one. */
        if (ofsi_segment_open(inner, "a.seg", &segment, &err) == OFS_OK) {
            check(ofsi_segment_check(segment, &err), &err);
            ofsi_segment_close(segment);
        }
        ofsi_storage_close(faulty);
        ofsi_storage_close(inner);
    }
}

static void a_manifest_that_fails_leaves_the_one_before(void **state) {
    (void)state;
    ofsi_storage *faulty, *inner = open_memory();
    ofs_error err;
    check(write_manifest(inner, 1, &err), &err);
    check(ofsi_storage_open_faulty(inner, 0, &faulty, &err), &err);
    check(write_manifest(faulty, 1, &err), &err);
    uint64_t operations = ofsi_storage_operations(faulty);
    ofsi_storage_close(faulty);
    assert_true(operations >= 5); /* create, write, sync, rename, sync of the folder */
    for (uint64_t n = 1; n <= operations; n++) {
        check(ofsi_storage_open_faulty(inner, n, &faulty, &err), &err);
        assert_int_equal(write_manifest(faulty, 2, &err), OFS_E_IO);
        ofsi_storage_close(faulty);
        /* Only the sync of the folder comes behind the rename. */
        assert_true(read_generation(inner) == (n == operations ? 2 : 1));
    }
    ofsi_storage_close(inner);
}

typedef ofs_status (*attempt)(ofsi_storage *storage, ofs_error *err);

static ofs_status attempt_write(ofsi_storage *storage, ofs_error *err) {
    ofs_status status = tool_write_segment(storage, "w.seg", DOCS, err);
    return status == OFS_OK ? write_manifest(storage, 3, err) : status;
}

static ofs_status attempt_read(ofsi_storage *storage, ofs_error *err) {
    ofsi_segment *segment;
    tool_walk walk = {0, 100, 40};
    ofs_status status = ofsi_segment_open(storage, "a.seg", &segment, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_segment_check(segment, err);
    if (status == OFS_OK)
        status = tool_walk_segment(segment, &walk, err);
    ofsi_segment_close(segment);
    return status;
}

static ofs_status attempt_snapshot(ofsi_storage *storage, ofs_error *err) {
    ofsi_snapshot *snapshot;
    ofs_status status = ofsi_snapshot_open(storage, &snapshot, err);
    if (status == OFS_OK)
        ofsi_snapshot_close(snapshot);
    return status;
}

/* Makes the nth allocation fail for n = 1, 2, ...: OFS_E_NOMEM each time until there are no more, and nothing leaks. */
static void fail_each_allocation(attempt try, uint32_t stride) {
    ofsi_storage *storage = open_memory();
    ofs_error err;
    check(tool_write_segment(storage, "a.seg", DOCS, &err), &err);
    check(write_manifest(storage, 1, &err), &err);
    ofs_status status = OFS_E_NOMEM;
    size_t n = 1, failures = 0;
    for (; status == OFS_E_NOMEM; n += failures > 100 ? stride : 1) {
        ofsi_alloc_fail_after(n);
        status = try(storage, &err);
        ofsi_alloc_fail_after(0);
        failures += status == OFS_E_NOMEM;
    }
    if (status != OFS_OK)
        test_die("allocation %zu: %s", n, err.message);
    assert_true(failures > 0);
    ofsi_storage_close(storage);
}

static void every_allocation_of_writing_may_fail(void **state) {
    (void)state;
    fail_each_allocation(attempt_write, 3);
}

static void every_allocation_of_reading_may_fail(void **state) {
    (void)state;
    fail_each_allocation(attempt_read, 7);
}

static void every_allocation_of_a_snapshot_may_fail(void **state) {
    (void)state;
    fail_each_allocation(attempt_snapshot, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_operation_of_writing_a_segment_may_fail),
                                       cmocka_unit_test(a_manifest_that_fails_leaves_the_one_before),
                                       cmocka_unit_test(every_allocation_of_writing_may_fail),
                                       cmocka_unit_test(every_allocation_of_reading_may_fail),
                                       cmocka_unit_test(every_allocation_of_a_snapshot_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
