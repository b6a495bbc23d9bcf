/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An inverter that sets postings aside says when a write or an allocation fails, and leaves no file of its own behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/build/inverter.h"
#include "tests/support/support.h"

enum { REPORTS = 12, PARAGRAPHS = 120, MEMORY = 400 << 10, AMPLE = 8 << 20 };

typedef struct run {
    ofsi_report_sink *sink;
    uint32_t segments, docs;
} run;

/* Few words and many occurrences, so that postings are what takes memory. */
static int make_reports(void **state) {
    char *folder = test_temp_dir(), *path = test_format("%s/all.jsonl", folder);
    test_rng rng = test_rng_start(78);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (uint32_t r = 0; r < REPORTS; r++)
        for (uint32_t p = 0; p < PARAGRAPHS; p++) {
            fprintf(out, "{\"report\":\"r%02u\",\"text\":\"A", r);
            for (uint32_t w = 0; w < 70; w++)
                fprintf(out, " w%x", test_rng_below(&rng, 60));
            fputs("\"}\n", out);
        }
    fclose(out);
    free(folder);
    *state = path;
    return 0;
}

static int drop_reports(void **state) {
    char *path = *state;
    *strrchr(path, '/') = '\0';
    test_temp_remove(path);
    return 0;
}

static ofs_status name_segment(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    (void)context;
    (void)err;
    snprintf(name, OFSI_SEGMENT_NAME_SIZE, "s-00000000.seg");
    return OFS_OK;
}

static ofs_status take_segment(void *context, const ofsi_manifest_segment *row, const uint32_t *entries,
                               ofs_error *err) {
    run *r = context;
    (void)entries;
    (void)err;
    r->segments++;
    r->docs += row->doc_count;
    return OFS_OK;
}

static ofs_status add_report(void *context, ofs_report *report, ofs_error *err) {
    run *r = context;
    ofsi_source source = {.generation = 1};
    char id[16];
    snprintf(id, sizeof id, "%s", report->id);
    return r->sink->methods->add(r->sink, report, id, &source, err);
}

static ofs_status index_reports(const char *path, ofsi_storage *storage, uint64_t memory, run *r,
                                ofs_error *err) {
    ofsi_analyzer *analyzer = NULL;
    ofsi_inverter_options options = {.storage = storage,
                                     .memory = memory,
                                     .threads = 1,
                                     .name = name_segment,
                                     .take = take_segment,
                                     .context = r};
    *r = (run){0};
    ofs_status status = ofsi_analyzer_open("none", &analyzer, err);
    options.analyzer = analyzer;
    if (status == OFS_OK)
        status = ofsi_inverter_open(&options, &r->sink, err);
    if (status == OFS_OK)
        status = ofs_report_read(path, NULL, add_report, r, err);
    if (status == OFS_OK)
        status = r->sink->methods->flush(r->sink, err);
    if (r->sink)
        r->sink->methods->close(r->sink);
    ofsi_analyzer_close(analyzer);
    return status;
}

static ofs_status find_file(void *context, const char *name, uint64_t size, ofs_error *err) {
    (void)size;
    (void)err;
    *(bool *)context |= strstr(name, ".tmp") != NULL;
    return OFS_OK;
}

static bool has_leavings(ofsi_storage *storage) {
    bool found = false;
    ofs_error err;
    assert_int_equal(ofsi_storage_list(storage, find_file, &found, &err), OFS_OK);
    return found;
}

static uint64_t count_operations(const char *path, uint64_t memory) {
    ofsi_storage *inner, *storage;
    ofs_error err;
    run r;
    assert_int_equal(ofsi_storage_open_memory(&inner, &err), OFS_OK);
    assert_int_equal(ofsi_storage_open_faulty(inner, 0, &storage, &err), OFS_OK);
    assert_int_equal(index_reports(path, storage, memory, &r, &err), OFS_OK);
    uint64_t operations = ofsi_storage_operations(storage);
    assert_int_equal(r.segments, 1);
    assert_int_equal(r.docs, REPORTS * PARAGRAPHS);
    assert_false(has_leavings(inner));
    ofsi_storage_close(storage);
    ofsi_storage_close(inner);
    return operations;
}

static void every_failed_write_is_said(void **state) {
    uint64_t total = count_operations(*state, MEMORY);
    assert_true(total >
                count_operations(*state, AMPLE) + 60); /* streams were set aside, one write for each */
    for (uint64_t at = 1; at <= total; at += 1 + at / 16) {
        ofsi_storage *inner, *storage;
        ofs_error err;
        run r;
        assert_int_equal(ofsi_storage_open_memory(&inner, &err), OFS_OK);
        assert_int_equal(ofsi_storage_open_faulty(inner, at, &storage, &err), OFS_OK);
        ofs_status status = index_reports(*state, storage, MEMORY, &r, &err);
        /* That what was set aside cannot be removed does not change the result. */
        assert_true(status == OFS_E_IO || r.segments == 1);
        ofsi_storage_close(storage);
        ofsi_storage_close(inner);
    }
}

static void every_failed_allocation_is_said(void **state) {
    bool finished = false;
    for (size_t n = 1; !finished; n += 1 + n / 12) {
        ofsi_storage *storage;
        ofs_error err;
        run r;
        assert_int_equal(ofsi_storage_open_memory(&storage, &err), OFS_OK);
        ofsi_alloc_fail_after(n);
        ofs_status status = index_reports(*state, storage, MEMORY, &r, &err);
        ofsi_alloc_fail_after(0);
        finished = status == OFS_OK;
        if (!finished && status != OFS_E_NOMEM)
            fail_msg("allocation %zu: %s", n, err.message);
        if (finished)
            assert_int_equal(r.docs, REPORTS * PARAGRAPHS);
        ofsi_storage_close(storage);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_write_is_said),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests(tests, make_reports, drop_reports);
}
