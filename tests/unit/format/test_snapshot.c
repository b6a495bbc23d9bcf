/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A snapshot: one commit, whole, whatever is committed and removed afterwards or in between. */
#include "tests/support/support.h"

#include "indexer/base/storage_impl.h"
#include "indexer/format/manifest.h"
#include "tests/unit/format/segment_tools.h"

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static ofsi_manifest_segment describe(ofsi_storage *storage, const char *name) {
    ofsi_manifest_segment info = {0};
    ofsi_segment *segment;
    ofs_error err;
    check(ofsi_segment_open(storage, name, &segment, &err), &err);
    snprintf(info.name, sizeof info.name, "%s", name);
    info.file_size = ofsi_segment_file_size(segment);
    info.doc_count = ofsi_segment_doc_count(segment);
    info.report_count = ofsi_segment_report_count(segment);
    info.token_count = ofsi_segment_token_count(segment);
    ofsi_segment_close(segment);
    return info;
}

static void commit(ofsi_storage *storage, ofsi_manifest_segment *info, uint64_t generation) {
    ofs_error err;
    ofsi_manifest m = {.generation = generation,
                       .stemmer = ofsi_span_of("none"),
                       .fingerprint = ofsi_span_of("x"),
                       .segments = info,
                       .segment_count = 1};
    check(ofsi_manifest_write(storage, &m, &err), &err);
}

static ofsi_storage *open_index(uint32_t docs) {
    ofsi_storage *storage;
    ofs_error err;
    check(ofsi_storage_open_memory(&storage, &err), &err);
    check(tool_write_segment(storage, "s-00000001.seg", docs, &err), &err);
    ofsi_manifest_segment info = describe(storage, "s-00000001.seg");
    commit(storage, &info, 1);
    return storage;
}

static void later_commits_do_not_change_it(void **state) {
    (void)state;
    ofsi_storage *storage = open_index(40);
    ofsi_snapshot *old, *new;
    ofs_error err;
    tool_walk before = {0, 100, 100}, after = before;
    check(ofsi_snapshot_open(storage, &old, &err), &err);
    check(tool_walk_segment(old->segments[0].segment, &before, &err), &err);
    check(tool_write_segment(storage, "s-00000002.seg", 70, &err), &err);
    ofsi_manifest_segment info = describe(storage, "s-00000002.seg");
    commit(storage, &info, 2);
    check(ofsi_storage_remove(storage, "s-00000001.seg", &err), &err);
    check(ofsi_snapshot_open(storage, &new, &err), &err);
    assert_true(old->live_docs == 40 && new->live_docs == 70);
    check(tool_walk_segment(old->segments[0].segment, &after, &err), &err);
    assert_true(before.digest == after.digest);
    ofsi_snapshot_close(old);
    ofsi_snapshot_close(new);
    ofsi_storage_close(storage);
}

static void dead_reports_are_marked_and_counted(void **state) {
    (void)state;
    ofsi_storage *storage = open_index(40);
    ofsi_manifest_segment info = describe(storage, "s-00000001.seg");
    ofsi_snapshot *snapshot;
    ofsi_report_row row;
    ofs_error err;
    uint32_t dead[] = {1, 3};
    check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    check(ofsi_segment_load_columns(snapshot->segments[0].segment, &err), &err);
    assert_false(ofsi_snapshot_is_dead(&snapshot->segments[0], 12));
    for (int i = 0; i < 2; i++) {
        ofsi_segment_report(snapshot->segments[0].segment, dead[i], &row);
        info.dead_docs += row.doc_count;
        info.dead_tokens += row.token_count;
    }
    ofsi_snapshot_close(snapshot);
    info.dead = dead;
    info.dead_count = 2;
    commit(storage, &info, 2);
    check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    for (uint32_t doc = 0; doc < 40; doc++)
        assert_int_equal(ofsi_snapshot_is_dead(&snapshot->segments[0], doc), doc / 10 == 1 || doc / 10 == 3);
    assert_true(snapshot->live_docs == 20 && snapshot->live_reports == 2);
    assert_true(snapshot->live_tokens == info.token_count - info.dead_tokens);
    ofsi_snapshot_close(snapshot);
    info.dead_docs++;
    commit(storage, &info, 3);
    assert_int_equal(ofsi_snapshot_open(storage, &snapshot, &err), OFS_E_CORRUPT);
    ofsi_storage_close(storage);
}

static void a_file_that_is_gone_or_another_is_damage(void **state) {
    (void)state;
    ofsi_storage *storage = open_index(40);
    ofsi_snapshot *snapshot;
    ofs_error err;
    check(tool_write_segment(storage, "s-00000001.seg", 41, &err), &err);
    assert_int_equal(ofsi_snapshot_open(storage, &snapshot, &err), OFS_E_CORRUPT);
    check(ofsi_storage_remove(storage, "s-00000001.seg", &err), &err);
    assert_int_equal(ofsi_snapshot_open(storage, &snapshot, &err), OFS_E_CORRUPT);
    assert_null(snapshot);
    ofsi_storage_close(storage);
}

/* A storage in which a commit replaces the segment just before it would be opened. */
typedef struct racing {
    ofsi_storage base;
    ofsi_storage *inner;
    int races;
} racing;

static ofs_status racing_read(ofsi_storage *base, const char *name, ofsi_blob **out, ofs_error *err) {
    racing *r = (racing *)base;
    if (strncmp(name, "s-", 2) == 0 && r->races > 0) {
        char next[OFSI_SEGMENT_NAME_SIZE];
        r->races--;
        snprintf(next, sizeof next, "s-%08x.seg", 100 - (unsigned)r->races);
        check(tool_write_segment(r->inner, next, 40 + (uint32_t)r->races, err), err);
        ofsi_manifest_segment info = describe(r->inner, next);
        commit(r->inner, &info, 10 - (uint64_t)r->races);
        check(ofsi_storage_remove(r->inner, name, err), err);
    }
    return ofsi_storage_read(r->inner, name, out, err);
}

static void a_commit_in_between_begins_again(void **state) {
    (void)state;
    static char path[] = "(racing)";
    const ofsi_storage_methods methods = {.read = racing_read};
    racing r = {{&methods, path}, open_index(60), 3};
    ofsi_snapshot *snapshot;
    ofs_error err;
    check(ofsi_snapshot_open(&r.base, &snapshot, &err), &err);
    assert_true(r.races == 0 && snapshot->live_docs == 40 && snapshot->segment_count == 1);
    assert_true(snapshot->manifest.generation == 10);
    ofsi_snapshot_close(snapshot);
    ofsi_storage_close(r.inner);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(later_commits_do_not_change_it),
                                       cmocka_unit_test(dead_reports_are_marked_and_counted),
                                       cmocka_unit_test(a_file_that_is_gone_or_another_is_damage),
                                       cmocka_unit_test(a_commit_in_between_begins_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
