/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FORMAT.md's dumps are what the writer makes, byte for byte, and open: the page and the code cannot part unseen. */
#include "tests/support/support.h"

#include "indexer/format/deflate.h"
#include "indexer/format/manifest.h"
#include "tests/unit/format/segment_tools.h"

typedef struct dump {
    uint8_t bytes[16384];
    size_t size;
} dump;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

/* A row "offset  hex hex ...  |text|"; "*" before it stands for zeros up to its offset. */
static void read_row(dump *d, const char *line) {
    char *at;
    unsigned long offset = strtoul(line, &at, 16);
    assert_true(offset >= d->size && offset < sizeof d->bytes - 16);
    d->size = offset; /* the bytes between are zero */
    for (int i = 0; i < 16; i++) {
        while (*at == ' ')
            at++;
        if (*at == '|')
            break;
        d->bytes[d->size++] = (uint8_t)strtoul(at, &at, 16);
    }
}

/* The rows of the page's block of that name. */
static void read_dump(const char *name, dump *d) {
    char *path = test_format("%s/indexer/format/FORMAT.md", test_source());
    char *page = test_read_file(path, NULL), *fence = test_format("```%s\n", name);
    const char *line = strstr(page, fence);
    assert_non_null(line);
    *d = (dump){.size = 0};
    bool gap = false;
    for (line = strchr(line, '\n') + 1; strncmp(line, "```", 3) != 0; line = strchr(line, '\n') + 1) {
        if (*line == '*') {
            gap = true;
            continue;
        }
        size_t before = d->size;
        read_row(d, line);
        assert_true(gap || (size_t)strtoul(line, NULL, 16) == before);
        gap = false;
        assert_non_null(strchr(line, '\n'));
    }
    free(fence);
    free(page);
    free(path);
}

static void add_paragraphs(ofsi_segment_writer *w) {
    ofs_error err;
    const ofsi_span care = ofsi_span_of("Care");
    const ofsi_report_row report = {.id = ofsi_span_of("r1"),
                                    .provider = ofsi_span_of("Ashcombe"),
                                    .inspected_from = INT32_MIN,
                                    .inspected_to = INT32_MIN,
                                    .published = 15000,
                                    .generation = 1};
    const ofsi_doc_row docs[] = {{.path = &care,
                                  .depth = 1,
                                  .grade = ofsi_span_of("Good"),
                                  .level = 2,
                                  .levels = 4,
                                  .page = 1,
                                  .length = 2,
                                  .number = ofsi_span_of("1"),
                                  .text = ofsi_span_of("Children safe")},
                                 {.kind = 2, .page = 1, .length = 1, .text = ofsi_span_of("Child")}};
    check(ofsi_segment_add_report(w, &report, &err), &err);
    for (int i = 0; i < 2; i++)
        check(ofsi_segment_add_doc(w, &docs[i], &err), &err);
}

static void add_terms(ofsi_segment_writer *w) {
    ofs_error err;
    const ofsi_span child[] = {ofsi_span_of("Child"), ofsi_span_of("Children")}, safe = ofsi_span_of("safe");
    const uint64_t ones[] = {1, 1};
    const uint32_t positions[] = {0, 1}, codes[] = {1, 0};
    check(ofsi_segment_begin_term(w, ofsi_span_of("child"), child, ones, 2, &err), &err);
    for (uint32_t doc = 0; doc < 2; doc++)
        check(ofsi_segment_add_posting(w, doc, 1, &positions[0], &codes[doc], &err), &err);
    check(ofsi_segment_end_term(w, &err), &err);
    check(ofsi_segment_begin_term(w, safe, &safe, ones, 1, &err), &err);
    check(ofsi_segment_add_posting(w, 0, 1, &positions[1], &codes[1], &err), &err);
    check(ofsi_segment_end_term(w, &err), &err);
}

/*
 * A text may be packed in several ways, and the page has libdeflate's: built with zlib, the file is other bytes, though both
 * are read.
 */
static bool packs_as_the_page(const dump *d) {
    static const char block[] = "\x0d\0Children safe\x05\0Child";
    ofsi_deflater *deflater = ofsi_deflater_open();
    ofsi_buf packed = {0};
    ofs_error err;
    assert_non_null(deflater);
    check(ofsi_deflate(deflater, (ofsi_span){block, sizeof block - 1}, &packed, &err), &err);
    bool same = memcmp(packed.data, d->bytes + 64, packed.size) == 0;
    ofsi_deflater_close(deflater);
    ofsi_buf_free(&packed);
    if (!same)
        print_message("skipped: the bytes of the worked segment are those of a build with libdeflate\n");
    return same;
}

static void compare_file(ofsi_storage *storage, const char *name, const dump *d) {
    ofsi_blob *blob;
    ofs_error err;
    check(ofsi_storage_read(storage, name, &blob, &err), &err);
    assert_int_equal(ofsi_blob_data(blob).size, d->size);
    assert_memory_equal(ofsi_blob_data(blob).data, d->bytes, d->size);
    ofsi_blob_close(blob);
}

/* The dump itself, as a file, says what the page says of it. */
static void read_back(ofsi_storage *storage, const dump *d) {
    ofsi_segment *s;
    ofsi_store_cache cache = {0};
    ofsi_span text;
    ofsi_term term;
    ofs_error err;
    bool found;
    check(tool_put_file(storage, "page.seg", d->bytes, d->size, &err), &err);
    check(ofsi_segment_open(storage, "page.seg", &s, &err), &err);
    check(ofsi_segment_check(s, &err), &err);
    check(ofsi_segment_text(s, 0, &cache, &text, NULL, &err), &err);
    assert_true(ofsi_span_equal(text, ofsi_span_of("Children safe")));
    check(ofsi_segment_find_term(s, ofsi_span_of("child"), &term, &found, &err), &err);
    assert_true(found && term.df == 2 && term.cf == 2 && term.form_count == 2);
    /* It has no report details: nothing is known of them, and it opens all the same. */
    ofsi_report_row row;
    ofsi_segment_report(s, 0, &row);
    assert_true(row.inspection.size == 0 && row.overall.size == 0 && row.confidence == 0 && !row.has_scale);
    ofsi_store_cache_free(&cache);
    ofsi_segment_close(s);
}

static void the_worked_segment_is_what_the_writer_makes(void **state) {
    (void)state;
    ofsi_storage *storage;
    ofsi_segment_writer *w;
    ofs_error err;
    uint64_t size;
    static dump d;
    read_dump("segment", &d);
    check(ofsi_storage_open_memory(&storage, &err), &err);
    check(ofsi_segment_create(storage, "a.seg", &w, &err), &err);
    add_paragraphs(w);
    add_terms(w);
    check(ofsi_segment_finish(w, &size, &err), &err);
    read_back(storage, &d);
    if (packs_as_the_page(&d))
        compare_file(storage, "a.seg", &d);
    ofsi_storage_close(storage);
}

static void the_worked_manifest_is_what_the_writer_makes(void **state) {
    (void)state;
    ofsi_storage *storage;
    ofs_error err;
    static dump d, segment;
    read_dump("manifest", &d);
    read_dump("segment", &segment);
    ofsi_manifest_segment info = {.name = "s-00000001.seg",
                                  .file_size = segment.size,
                                  .doc_count = 2,
                                  .report_count = 1,
                                  .token_count = 3};
    ofsi_manifest_failure failure = {ofsi_span_of("x.pdf"), ofsi_span_of("it is empty")};
    ofsi_manifest m = {.generation = 1,
                       .next_segment = 2,
                       .stemmer = ofsi_span_of("english"),
                       .fingerprint = ofsi_span_of("words 1"),
                       .segments = &info,
                       .segment_count = 1,
                       .failures = &failure,
                       .failure_count = 1};
    check(ofsi_storage_open_memory(&storage, &err), &err);
    check(ofsi_manifest_write(storage, &m, &err), &err);
    compare_file(storage, OFSI_MANIFEST_NAME, &d);
    check(tool_put_file(storage, info.name, segment.bytes, segment.size, &err), &err);
    ofsi_snapshot *snapshot;
    check(ofsi_snapshot_open(storage, &snapshot, &err), &err);
    assert_true(snapshot->live_docs == 2);
    ofsi_snapshot_close(snapshot);
    ofsi_storage_close(storage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_worked_segment_is_what_the_writer_makes),
                                       cmocka_unit_test(the_worked_manifest_is_what_the_writer_makes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
