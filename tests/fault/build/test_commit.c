/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run that dies at any write, sync or rename leaves the index at the old or at the new commit, sound, and the next run
 * goes on from there. A run out of memory says so.
 */
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/build/writer.h"
#include "indexer/format/manifest.h"
#include "tests/support/reports.h"
#include "tests/support/support.h"

enum { REPORTS = 6 };

typedef struct fixture {
    char *folder;
    char *paths[REPORTS];
    uint32_t threads;
} fixture;

static int make_reports(void **state) {
    fixture *f = calloc(1, sizeof *f);
    test_rng rng = test_rng_start(41);
    f->folder = test_temp_dir();
    f->threads = 1;
    for (uint32_t i = 0; i < REPORTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "report-%u", i);
        f->paths[i] = test_format("%s/%u.jsonl", f->folder, i);
        test_write_report(f->paths[i], id, 12, &rng);
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

/* Adds reports [first, end), removes `removed` unless NULL, compacts, commits: the status of the first that fails. */
static ofs_status run(ofsi_storage *inner, uint64_t fail_at, const fixture *f, uint32_t first, uint32_t end,
                      uint64_t *operations, ofs_error *err) {
    ofsi_storage *storage;
    ofs_writer *writer;
    ofs_writer_options options = {.threads = f->threads};
    ofs_status status = ofsi_storage_open_faulty(inner, fail_at, &storage, err);
    if (status == OFS_OK)
        status = ofsi_writer_open_storage(storage, &options, &writer, err);
    if (status != OFS_OK)
        return status;
    status = ofs_writer_add(writer, (const char *const *)f->paths + first, end - first, NULL, err);
    if (status == OFS_OK && first)
        status = ofs_writer_remove(writer, f->paths[0], NULL, err);
    if (status == OFS_OK)
        status = ofs_writer_compact(writer, err);
    if (status == OFS_OK)
        status = ofs_writer_commit(writer, err);
    if (operations)
        *operations = ofsi_storage_operations(storage);
    ofs_writer_close(writer);
    return status;
}

static void assert_sound(ofsi_storage *storage, uint64_t *generation, uint64_t *docs) {
    ofsi_snapshot *snapshot;
    ofs_error err;
    if (ofsi_snapshot_open(storage, &snapshot, &err) != OFS_OK)
        fail_msg("%s", err.message);
    for (uint32_t i = 0; i < snapshot->segment_count; i++)
        if (ofsi_segment_check(snapshot->segments[i].segment, &err) != OFS_OK)
            fail_msg("%s", err.message);
    *generation = snapshot->manifest.generation;
    *docs = snapshot->live_docs;
    ofsi_snapshot_close(snapshot);
}

static void every_death_leaves_a_commit_whole(void **state) {
    const fixture *f = *state;
    uint64_t total = 1, old_docs = 0, new_docs = 0, old_seen = 0, new_seen = 0;
    for (uint64_t fail_at = 0; fail_at <= total; fail_at++) {
        ofsi_storage *storage;
        ofs_error err;
        uint64_t generation, docs;
        assert_int_equal(ofsi_storage_open_memory(&storage, &err), OFS_OK);
        assert_int_equal(run(storage, 0, f, 0, 3, NULL, &err), OFS_OK);
        assert_sound(storage, &generation, &docs);
        old_docs = docs;
        ofs_status status = run(storage, fail_at, f, 3, REPORTS, fail_at ? NULL : &total, &err);
        assert_sound(storage, &generation, &docs);
        if (fail_at == 0) {
            assert_int_equal(status, OFS_OK);
            assert_true(generation == 2 && total > 20);
            new_docs = docs;
        } else if (generation == 1) {
            assert_int_equal(status, OFS_E_IO);
            assert_true(docs == old_docs);
            old_seen++;
        } else {
            assert_true(generation == 2 && docs == new_docs);
            new_seen++;
        }
        assert_int_equal(run(storage, 0, f, 3, REPORTS, NULL, &err) == OFS_OK || generation == 2, 1);
        assert_sound(storage, &generation, &docs);
        assert_true(docs == new_docs);
        ofsi_storage_close(storage);
    }
    assert_true(old_seen > 20 && new_seen > 0);
}

static void so_it_is_with_several_threads(void **state) {
    fixture *f = *state;
    f->threads = 3;
    every_death_leaves_a_commit_whole(state);
    f->threads = 1;
}

static void running_out_of_memory_is_said(void **state) {
    const fixture *f = *state;
    bool finished = false;
    for (size_t n = 1; !finished; n += 1 + n / 8) {
        ofsi_storage *storage;
        ofs_error err;
        assert_int_equal(ofsi_storage_open_memory(&storage, &err), OFS_OK);
        ofsi_alloc_fail_after(n);
        ofs_status status = run(storage, 0, f, 0, 3, NULL, &err);
        ofsi_alloc_fail_after(0);
        finished = status == OFS_OK;
        if (!finished && status != OFS_E_NOMEM)
            fail_msg("allocation %zu: %s", n, err.message);
        ofsi_storage_close(storage);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_death_leaves_a_commit_whole),
        cmocka_unit_test(so_it_is_with_several_threads),
        cmocka_unit_test(running_out_of_memory_is_said),
    };
    return cmocka_run_group_tests(tests, make_reports, drop_reports);
}
