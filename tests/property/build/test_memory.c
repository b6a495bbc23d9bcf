/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an inverter holds stays within its budget and a constant, however much it is given and whatever that is made of:
 * many reports of a line, long paragraphs of many words, more words than the budget holds, one word all the time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/build/inverter.h"
#include "tests/support/support.h"

/* The constant: buffers of files, of an encoder and of the compressor, a few runs of terms, a report that is being read. */
enum { BESIDE = 5 << 20, ROUNDS = 3 };

/* What reports are like. */
typedef struct shape {
    uint32_t reports, paragraphs, words; /* of a report, of a paragraph at most */
    uint32_t vocabulary;
    uint32_t common; /* of 100 words: the same one */
} shape;

typedef struct building {
    ofsi_storage *storage;
    ofsi_report_sink *sink;
    uint32_t named, entry;
    uint64_t docs, segments;
} building;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        fail_msg("%s", err->message);
}

static ofs_status name_segment(void *context, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err) {
    building *b = context;
    (void)err;
    snprintf(name, OFSI_SEGMENT_NAME_SIZE, "s-%08u.seg", b->named++);
    return OFS_OK;
}

static ofs_status take_segment(void *context, const ofsi_manifest_segment *row, const uint32_t *entries,
                               ofs_error *err) {
    (void)entries;
    (void)err;
    ((building *)context)->docs += row->doc_count;
    ((building *)context)->segments++;
    return OFS_OK;
}

static ofs_status add_report(void *context, ofs_report *report, ofs_error *err) {
    building *b = context;
    ofsi_source source = {.generation = 1, .entry = b->entry++};
    char id[32];
    snprintf(id, sizeof id, "%s", report->id);
    return b->sink->methods->add(b->sink, report, id, &source, err);
}

/* Reports in the order of their ids; *docs gets their paragraphs. */
static void write_reports(const char *path, const shape *s, test_rng *rng, uint64_t *docs) {
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    *docs = 0;
    for (uint32_t r = 0; r < s->reports; r++)
        for (uint32_t p = test_rng_between(rng, 1, s->paragraphs); p > 0; p--) {
            fprintf(out, "{\"report\":\"r%07u\",\"title\":\"Visit %u of %u\",\"text\":\"A", r, r, s->reports);
            for (uint32_t w = test_rng_between(rng, 1, s->words); w > 0; w--)
                if (test_rng_below(rng, 100) < s->common)
                    fputs(" so", out);
                else
                    fprintf(out, " w%xq", test_rng_below(rng, s->vocabulary));
            fputs("\"}\n", out);
            *docs += 1;
        }
    fclose(out);
}

/* The most that was held at once. What is written when memory is used up is worth a segment: 10 reports or more. */
static size_t build(const char *folder, const char *path, uint64_t memory, uint64_t docs) {
    building b = {0};
    ofsi_analyzer *analyzer = NULL;
    ofs_error err;
    check(ofsi_storage_open_dir(folder, true, &b.storage, &err), &err);
    ofsi_alloc_count(true);
    check(ofsi_analyzer_open("none", &analyzer, &err), &err);
    ofsi_inverter_options options = {.storage = b.storage,
                                     .analyzer = analyzer,
                                     .memory = memory,
                                     .threads = 1,
                                     .name = name_segment,
                                     .take = take_segment,
                                     .context = &b};
    check(ofsi_inverter_open(&options, &b.sink, &err), &err);
    check(ofs_report_read(path, NULL, add_report, &b, &err), &err);
    check(b.sink->methods->flush(b.sink, &err), &err);
    b.sink->methods->close(b.sink);
    ofsi_analyzer_close(analyzer);
    size_t most = ofsi_alloc_most();
    ofsi_alloc_count(false);
    ofsi_storage_close(b.storage);
    assert_true(b.docs == docs);
    assert_true(b.segments <= 1 + b.entry / 10);
    return most;
}

static void assert_same_file(const char *one, const char *other) {
    size_t size, other_size;
    char *bytes = test_read_file(one, &size), *others = test_read_file(other, &other_size);
    assert_int_equal(size, other_size);
    assert_memory_equal(bytes, others, size);
    free(bytes);
    free(others);
}

/* With `same` the budget changes no byte of the one segment either. */
static void stays_within(const shape *s, uint64_t memory, bool same, test_rng *rng) {
    char *folder = test_temp_dir(), *path = test_format("%s/all.jsonl", folder),
         *index = test_format("%s/index", folder), *ample = test_format("%s/ample", folder);
    uint64_t docs;
    write_reports(path, s, rng, &docs);
    size_t most = build(index, path, memory, docs);
    if (most > memory + BESIDE)
        fail_msg("%u reports of up to %u paragraphs of up to %u words of %u, budget %llu KiB: %zu KiB held",
                 s->reports, s->paragraphs, s->words, s->vocabulary, (unsigned long long)memory >> 10,
                 most >> 10);
    if (same) {
        char *one = test_format("%s/s-00000000.seg", index), *other = test_format("%s/s-00000000.seg", ample);
        build(ample, path, UINT64_C(1) << 40, docs);
        assert_same_file(one, other);
        free(one);
        free(other);
    }
    free(path);
    free(index);
    free(ample);
    test_temp_remove(folder);
}

static void many_reports_of_a_line(void **state) {
    test_rng rng = test_rng_start(81);
    const shape s = {60000, 1, 3, 500, 0};
    (void)state;
    stays_within(&s, 1 << 20, false, &rng);
}

static void many_words_set_aside_many_times(void **state) {
    test_rng rng = test_rng_start(82);
    const shape s = {300, 100, 800, 2500, 0};
    (void)state;
    stays_within(&s, 1400 << 10, true, &rng);
}

static void more_words_than_the_budget_holds(void **state) {
    test_rng rng = test_rng_start(85);
    const shape s = {4000, 10, 60, 100000, 0};
    (void)state;
    stays_within(&s, 1 << 20, false, &rng);
}

static void one_word_all_the_time(void **state) {
    test_rng rng = test_rng_start(83);
    const shape s = {200, 100, 1200, 20, 98};
    (void)state;
    stays_within(&s, 1 << 20, true, &rng);
}

static void anything(void **state) {
    test_rng rng = test_rng_start(84);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t paragraphs = test_rng_between(&rng, 1, 100), words = test_rng_between(&rng, 1, 400);
        const shape s = {.reports = 6000000 / (paragraphs * words + 300),
                         .paragraphs = paragraphs,
                         .words = words,
                         .vocabulary = test_rng_between(&rng, 1, 6000),
                         .common = test_rng_below(&rng, 100)};
        stays_within(&s, (uint64_t)test_rng_between(&rng, 2048, 4096) << 10, false, &rng);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_reports_of_a_line),
        cmocka_unit_test(many_words_set_aside_many_times),
        cmocka_unit_test(more_words_than_the_budget_holds),
        cmocka_unit_test(one_word_all_the_time),
        cmocka_unit_test(anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
