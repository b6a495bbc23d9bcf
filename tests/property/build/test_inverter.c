/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A segment's bytes are those of its reports, whatever the threads, and whether they were streamed, set aside in files or
 * held in memory; reports in the order of their ids make one segment within any budget, others as many as they need.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/build/inverter.h"
#include "indexer/format/segment.h"
#include "tests/support/support.h"

enum { REPORTS = 24, PARAGRAPHS = 300, MOST_SEGMENTS = 64 };

typedef struct fixture {
    char *folder;
    char *path;  /* all reports, ids ascending */
    char *mixed; /* ids in no order */
} fixture;

typedef struct built {
    ofsi_storage *inner, *storage;
    ofsi_report_sink *sink;
    uint32_t named, taken, docs, reports, entry;
    uint64_t tokens, operations; /* of the storage: what is set aside takes some */
    char names[MOST_SEGMENTS][OFSI_SEGMENT_NAME_SIZE];
    bool seen[REPORTS];
} built;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        fail_msg("%s", err->message);
}

/* Many words, some of many forms, some rare; a few long paragraphs, and runs of hyphens that become joins. */
static void write_text(FILE *out, test_rng *rng) {
    uint32_t words = test_rng_chance(rng, 2) ? 700 : test_rng_between(rng, 1, 90);
    for (uint32_t w = 0; w < words; w++) {
        static const char *const endings[] = {"", "s", "ing", "ed"};
        uint32_t kind = test_rng_below(rng, 10), word = test_rng_below(rng, kind < 7 ? 20 : 150);
        fprintf(out, "%c%xx%s%s", kind == 7 ? 'B' : 'b', word, endings[test_rng_below(rng, 4)],
                kind == 9 ? "-" : " ");
    }
}

static char *write_reports(const char *folder, const char *name, uint32_t step, test_rng *rng) {
    char *path = test_format("%s/%s.jsonl", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (uint32_t r = 0; r < REPORTS; r++)
        for (uint32_t p = 0; p < PARAGRAPHS; p++) {
            fprintf(out, "{\"report\":\"r%02u\",\"section\":[\"S%u\"],\"grade\":\"Good\",\"text\":\"A ",
                    r * step % REPORTS, p / 7);
            write_text(out, rng);
            fputs("\"}\n", out);
        }
    fclose(out);
    return path;
}

static int make_reports(void **state) {
    fixture *f = calloc(1, sizeof *f);
    test_rng rng = test_rng_start(77), again = rng;
    f->folder = test_temp_dir();
    f->path = write_reports(f->folder, "ascending", 1, &rng);
    f->mixed = write_reports(f->folder, "mixed", 7, &again);
    *state = f;
    return 0;
}

static int drop_reports(void **state) {
    fixture *f = *state;
    free(f->path);
    free(f->mixed);
    test_temp_remove(f->folder);
    free(f);
    return 0;
}

static ofs_status name_segment(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    built *b = context;
    (void)err;
    assert_true(b->named < MOST_SEGMENTS);
    snprintf(name, OFSI_SEGMENT_NAME_SIZE, "s-%08u.seg", b->named);
    memcpy(b->names[b->named++], name, OFSI_SEGMENT_NAME_SIZE);
    return OFS_OK;
}

static ofs_status take_segment(void *context, const ofsi_manifest_segment *row, const uint32_t *entries,
                               ofs_error *err) {
    built *b = context;
    ofsi_segment *segment;
    check(ofsi_segment_open(b->storage, row->name, &segment, err), err);
    check(ofsi_segment_check(segment, err), err);
    assert_int_equal(ofsi_segment_doc_count(segment), row->doc_count);
    assert_int_equal(ofsi_segment_report_count(segment), row->report_count);
    assert_true(ofsi_segment_token_count(segment) == row->token_count);
    ofsi_segment_close(segment);
    for (uint32_t i = 0; i < row->report_count; i++) {
        assert_true(entries[i] < REPORTS && !b->seen[entries[i]]);
        b->seen[entries[i]] = true;
    }
    b->taken++;
    b->docs += row->doc_count;
    b->reports += row->report_count;
    b->tokens += row->token_count;
    return OFS_OK;
}

static ofs_status add_report(void *context, ofs_report *report, ofs_error *err) {
    built *b = context;
    ofsi_source source = {.generation = 1, .entry = b->entry++};
    char *id = test_format("%s", report->id);
    ofs_status status = b->sink->methods->add(b->sink, report, id, &source, err);
    free(id);
    return status;
}

static ofs_status leave_none(void *context, const char *name, uint64_t size, ofs_error *err) {
    (void)context;
    (void)size;
    (void)err;
    assert_null(strstr(name, ".tmp"));
    return OFS_OK;
}

static built build(const char *path, uint64_t memory, uint32_t threads) {
    built b = {0};
    ofs_error err;
    ofsi_analyzer *analyzer;
    check(ofsi_storage_open_memory(&b.inner, &err), &err);
    check(ofsi_storage_open_faulty(b.inner, 0, &b.storage, &err), &err);
    check(ofsi_analyzer_open("english", &analyzer, &err), &err);
    ofsi_inverter_options options = {.storage = b.storage,
                                     .analyzer = analyzer,
                                     .memory = memory,
                                     .threads = threads,
                                     .name = name_segment,
                                     .take = take_segment,
                                     .context = &b};
    check(ofsi_inverter_open(&options, &b.sink, &err), &err);
    check(ofs_report_read(path, NULL, add_report, &b, &err), &err);
    check(b.sink->methods->flush(b.sink, &err), &err);
    b.operations = ofsi_storage_operations(b.storage);
    b.sink->methods->close(b.sink);
    ofsi_analyzer_close(analyzer);
    check(ofsi_storage_list(b.storage, leave_none, NULL, &err), &err);
    assert_int_equal(b.docs, REPORTS * PARAGRAPHS);
    assert_int_equal(b.reports, REPORTS);
    assert_int_equal(b.taken, b.named);
    return b;
}

static void assert_same_segment(const built *a, const built *b) {
    ofsi_blob *x, *y;
    ofs_error err;
    assert_int_equal(a->taken, 1);
    assert_int_equal(b->taken, 1);
    check(ofsi_storage_read(a->storage, a->names[0], &x, &err), &err);
    check(ofsi_storage_read(b->storage, b->names[0], &y, &err), &err);
    assert_true(ofsi_span_equal(ofsi_blob_data(x), ofsi_blob_data(y)));
    ofsi_blob_close(x);
    ofsi_blob_close(y);
}

static void drop(built *b) {
    ofsi_storage_close(b->storage);
    ofsi_storage_close(b->inner);
}

static void budget_and_threads_change_no_byte(void **state) {
    const fixture *f = *state;
    const uint64_t memories[] = {1100 << 10, 1300 << 10, 2 << 20, 24 << 20, 64 << 20};
    built all = build(f->path, UINT64_C(1) << 40, 1); /* held in memory: nothing streams */
    built streamed = build(f->path, 64 << 20, 1);
    for (size_t m = 0; m < sizeof memories / sizeof *memories; m++)
        for (uint32_t threads = 1; threads <= 4; threads += 3) {
            built b = build(f->path, memories[m], threads);
            assert_same_segment(&all, &b);
            if (m == 0)
                assert_true(b.operations > streamed.operations + 500);
            drop(&b);
        }
    drop(&all);
    drop(&streamed);
}

static void reports_in_no_order_are_put_in_order(void **state) {
    const fixture *f = *state;
    built one = build(f->mixed, UINT64_C(1) << 40, 1), four = build(f->mixed, UINT64_C(1) << 40, 4);
    assert_same_segment(&one, &four);
    built few = build(f->mixed, 600 << 10, 1);
    assert_true(few.taken > 1 && few.tokens == one.tokens);
    drop(&one);
    drop(&four);
    drop(&few);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(budget_and_threads_change_no_byte),
        cmocka_unit_test(reports_in_no_order_are_put_in_order),
    };
    return cmocka_run_group_tests(tests, make_reports, drop_reports);
}
