/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an index holds depends on the reports in it, not on the way they came: in one run or in many, by one thread or by
 * four, with a large budget or a small one, with others added and removed in between.
 */
#include <string.h>

#include "indexer/build/writer.h"
#include "indexer/format/manifest.h"
#include "tests/support/reports.h"
#include "tests/support/support.h"

enum { REPORTS = 40 };

typedef struct fixture {
    char *folder;
    char *paths[REPORTS];
} fixture;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        fail_msg("%s", err->message);
}

static int make_reports(void **state) {
    fixture *f = calloc(1, sizeof *f);
    test_rng rng = test_rng_start(40);
    f->folder = test_temp_dir();
    for (uint32_t i = 0; i < REPORTS; i++) {
        char id[16];
        /* Neither files nor ids in the order of the other. */
        snprintf(id, sizeof id, "%c%c%u", (char)('a' + (i * 7 + 3) % 26), (char)('a' + i % 3), i);
        f->paths[i] = test_format("%s/%02u.jsonl", f->folder, i);
        test_write_report(f->paths[i], id, 60, &rng);
    }
    *state = f;
    return 0;
}

static int drop_reports(void **state) {
    fixture *f = *state;
    for (uint32_t i = 0; i < REPORTS; i++)
        free(f->paths[i]);
    test_temp_remove(f->folder);
    free(f);
    return 0;
}

/* A storage that outlives its writers: each gets a wrapper of it. */
static ofs_writer *open_writer(ofsi_storage *storage, uint32_t threads, uint64_t memory) {
    ofsi_storage *wrapper;
    ofs_writer *writer;
    ofs_error err;
    ofs_writer_options options = {.threads = threads, .memory = memory};
    check(ofsi_storage_open_faulty(storage, 0, &wrapper, &err), &err);
    check(ofsi_writer_open_storage(wrapper, &options, &writer, &err), &err);
    return writer;
}

static void add(ofs_writer *writer, const fixture *f, uint32_t first, uint32_t end) {
    ofs_error err;
    check(ofs_writer_add(writer, (const char *const *)f->paths + first, end - first, NULL, &err), &err);
}

static void finish(ofs_writer *writer) {
    ofs_error err;
    check(ofs_writer_compact(writer, &err), &err);
    check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
}

/* The bytes of the one segment of an index, checked on the way. */
static ofsi_blob *read_only_segment(ofsi_storage *storage) {
    ofsi_snapshot *snapshot;
    ofsi_blob *blob;
    ofs_error err;
    check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    assert_int_equal(snapshot->segment_count, 1);
    check(ofsi_segment_check(snapshot->segments[0].segment, &err), &err);
    check(ofsi_storage_read(storage, snapshot->manifest.segments[0].name, &blob, &err), &err);
    ofsi_snapshot_close(snapshot);
    return blob;
}

static void assert_same_segment(ofsi_storage *a, ofsi_storage *b) {
    ofsi_blob *x = read_only_segment(a), *y = read_only_segment(b);
    assert_true(ofsi_span_equal(ofsi_blob_data(x), ofsi_blob_data(y)));
    ofsi_blob_close(x);
    ofsi_blob_close(y);
}

static ofsi_storage *memory(void) {
    ofsi_storage *storage;
    ofs_error err;
    check(ofsi_storage_open_memory(&storage, &err), &err);
    return storage;
}

static void index_at_once(ofsi_storage *storage, const fixture *f, uint32_t threads) {
    ofs_writer *writer = open_writer(storage, threads, 0);
    add(writer, f, 0, REPORTS);
    finish(writer);
}

static void many_segments_merge_to_the_bytes_of_one(void **state) {
    const fixture *f = *state;
    ofsi_storage *once = memory(), *parts = memory();
    index_at_once(once, f, 1);
    ofs_writer *writer = open_writer(parts, 1, 0);
    for (uint32_t i = REPORTS; i > 0; i -= 5)
        add(writer, f, i - 5, i);
    finish(writer);
    assert_same_segment(once, parts);
    ofsi_storage_close(once);
    ofsi_storage_close(parts);
}

static void threads_do_not_change_a_byte(void **state) {
    const fixture *f = *state;
    ofsi_storage *one = memory(), *four = memory();
    index_at_once(one, f, 1);
    index_at_once(four, f, 4);
    assert_same_segment(one, four);
    ofsi_storage_close(one);
    ofsi_storage_close(four);
}

static void removed_reports_leave_nothing(void **state) {
    const fixture *f = *state;
    ofsi_storage *fewer = memory(), *removed = memory();
    ofs_error err;
    uint64_t count;
    ofs_writer *writer = open_writer(fewer, 2, 0);
    add(writer, f, 10, 30);
    finish(writer);
    writer = open_writer(removed, 2, 0);
    add(writer, f, 20, REPORTS);
    add(writer, f, 0, 20);
    for (uint32_t i = 0; i < REPORTS; i++)
        if (i < 10 || i >= 30) {
            check(ofs_writer_remove(writer, f->paths[i], &count, &err), &err);
            assert_int_equal(count, 1);
        }
    assert_int_equal(ofs_writer_remove(writer, f->paths[0], &count, &err), OFS_E_NOT_FOUND);
    finish(writer);
    assert_same_segment(fewer, removed);
    ofsi_storage_close(fewer);
    ofsi_storage_close(removed);
}

static void a_second_run_changes_nothing(void **state) {
    const fixture *f = *state;
    ofsi_storage *storage = memory();
    ofsi_snapshot *snapshot;
    ofs_run run = {0};
    ofs_error err;
    index_at_once(storage, f, 2);
    ofs_writer *writer = open_writer(storage, 2, 0);
    check(ofs_writer_add(writer, (const char *const *)f->paths, REPORTS, &run, &err), &err);
    check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
    assert_true(run.files_unchanged == REPORTS && run.files_added == 0 && run.reports == 0);
    check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    assert_true(snapshot->manifest.generation == 1);
    ofsi_snapshot_close(snapshot);
    ofsi_storage_close(storage);
}

static void a_changed_file_replaces_its_report(void **state) {
    const fixture *f = *state;
    ofsi_storage *storage = memory(), *fresh = memory();
    ofsi_snapshot *snapshot;
    ofs_run run = {0};
    ofs_error err;
    size_t size;
    char *kept = test_read_file(f->paths[4], &size);
    index_at_once(storage, f, 2);
    test_write_text(f->paths[4], "{\"report\":\"changed\",\"text\":\"entirely new words\"}\n");
    ofs_writer *writer = open_writer(storage, 2, 0);
    check(ofs_writer_add(writer, (const char *const *)f->paths, REPORTS, &run, &err), &err);
    check(ofs_writer_commit(writer, &err), &err);
    ofs_writer_close(writer);
    assert_true(run.files_replaced == 1 && run.files_unchanged == REPORTS - 1);
    check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    assert_int_equal(snapshot->live_reports, REPORTS);
    uint64_t docs = snapshot->live_docs, tokens = snapshot->live_tokens;
    ofsi_snapshot_close(snapshot);
    index_at_once(fresh, f, 1);
    check(ofsi_snapshot_open(fresh, &snapshot, &err), &err);
    assert_true(snapshot->live_docs == docs && snapshot->live_tokens == tokens);
    ofsi_snapshot_close(snapshot);
    test_write_file(f->paths[4], kept, size);
    free(kept);
    ofsi_storage_close(storage);
    ofsi_storage_close(fresh);
}

/* Two files with the same id: both stay, under two ids, and the next run finds them unchanged. */
static void ids_stay_unique(void **state) {
    const fixture *f = *state;
    ofsi_storage *storage = memory();
    ofsi_snapshot *snapshot;
    ofsi_report_row row;
    ofs_error err;
    char *twin = test_format("%s/zz-twin.jsonl", f->folder);
    const char *paths[] = {twin, f->paths[0]};
    test_copy_file(f->paths[0], twin);
    for (int round = 0; round < 2; round++) {
        ofs_writer *writer = open_writer(storage, 1, 0);
        check(ofs_writer_add(writer, paths, 2, NULL, &err), &err);
        finish(writer);
        check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
        assert_int_equal(snapshot->live_reports, 2);
        check(ofsi_segment_load_columns(snapshot->segments[0].segment, &err), &err);
        ofsi_segment_report(snapshot->segments[0].segment, 1, &row);
        assert_true(row.id.size > 2 && memcmp(row.id.data + row.id.size - 2, "~2", 2) == 0);
        assert_true(ofsi_span_equal(row.path, ofsi_span_of(twin)));
        ofsi_snapshot_close(snapshot);
    }
    test_temp_remove(NULL);
    remove(twin);
    free(twin);
    ofsi_storage_close(storage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_segments_merge_to_the_bytes_of_one),
        cmocka_unit_test(threads_do_not_change_a_byte),
        cmocka_unit_test(removed_reports_leave_nothing),
        cmocka_unit_test(a_second_run_changes_nothing),
        cmocka_unit_test(a_changed_file_replaces_its_report),
        cmocka_unit_test(ids_stay_unique),
    };
    return cmocka_run_group_tests(tests, make_reports, drop_reports);
}
