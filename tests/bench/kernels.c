/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hot kernels one by one, to be counted by callgrind: instructions do not vary with the machine's other tenants, so a
 * change of a few percent shows. `bench-kernels` lists them (name, units of work, unit), `bench-kernels INDEX NAME` runs
 * one over an index that ofindex made. Called by tests/bench/run, which has bench_measured alone counted: what a kernel
 * prepares, and a first run of it that warms up, are not.
 */
#include <inttypes.h>
#include <ofsearch/search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/analysis/analyzer.h"
#include "indexer/base/storage.h"
#include "indexer/format/codec.h"
#include "indexer/format/manifest.h"

enum { BLOCKS = 64, LOOKUPS = 1024, POSTINGS = 8192, ADVANCES = 512, PARAGRAPHS = 256, QUERIES = 8 };

typedef struct bench {
    const char *directory;
    ofsi_storage *storage;
    ofsi_snapshot *snapshot;
    ofsi_segment *segment; /* the first */
    ofsi_buf packed;
    size_t packed_at[BLOCKS]; /* where a block begins in it */
    uint32_t values[OFSI_BLOCK];
    char *names[LOOKUPS];
    ofsi_analyzer *analyzer;
    ofsi_tokens tokens;
    char *texts[PARAGRAPHS];
    ofs_index *index;
    uint64_t result; /* kept, so that no work is left out */
} bench;

static void must(bool good, const char *what) {
    if (!good) {
        fprintf(stderr, "bench-kernels: %s\n", what);
        exit(3);
    }
}

static void must_do(ofs_status status, const ofs_error *err) { must(status == OFS_OK, err->message); }

static char *copy_of(ofsi_span text) {
    char *copy = malloc(text.size + 1);
    must(copy != NULL, "out of memory");
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

/* ---- blocks ---- */

/* Gaps of about 20, one in forty far above: six bits and a few exceptions. */
static void start_decode(bench *b) {
    uint64_t state = 1;
    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t j = 0; j < OFSI_BLOCK; j++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            uint32_t random = (uint32_t)(state >> 33);
            b->values[j] = random % 40 == 0 ? random % 3000 : random % 50;
        }
        b->packed_at[i] = b->packed.size;
        ofsi_pfor_encode(b->values, &b->packed);
    }
    /* Reading may go past the end of a block, not of memory. */
    static const uint8_t slack[1024];
    ofsi_buf_append(&b->packed, slack, sizeof slack);
}

static void run_decode(bench *b) {
    for (size_t i = 0; i < BLOCKS; i++) {
        ofsi_cursor c = ofsi_cursor_of(b->packed.data + b->packed_at[i], b->packed.size - b->packed_at[i]);
        ofsi_pfor_decode(&c, b->values);
        b->result += b->values[0];
    }
}

static void run_sum_gaps(bench *b) {
    for (size_t i = 0; i < BLOCKS; i++) {
        memset(b->values, 0, sizeof b->values);
        b->result += ofsi_sum_gaps(b->values, (uint32_t)i);
    }
}

/* ---- a segment ---- */

static void open_segment(bench *b) {
    ofs_error err;
    must_do(ofsi_storage_open_dir(b->directory, false, &b->storage, &err), &err);
    must_do(ofsi_snapshot_open(b->storage, &b->snapshot, &err), &err);
    must(b->snapshot->segment_count > 0, "the index is empty");
    b->segment = b->snapshot->segments[0].segment;
}

/* Terms from the whole dictionary, in an order that has nothing to do with it. */
static void start_lookup(bench *b) {
    ofs_error err;
    ofsi_term_scan *scan = NULL;
    ofsi_span text;
    ofsi_term term;
    bool more = true;
    open_segment(b);
    uint64_t step = ofsi_segment_term_count(b->segment) / LOOKUPS;
    must(step > 0, "the index has too few terms");
    must_do(ofsi_term_scan_open(b->segment, (ofsi_span){"", 0}, &scan, &err), &err);
    for (uint64_t i = 0; i < step * LOOKUPS && more; i++) {
        must_do(ofsi_term_scan_next(scan, &text, &term, &more, &err), &err);
        if (i % step == 0)
            b->names[i / step * 389 % LOOKUPS] = copy_of(text);
    }
    ofsi_term_scan_close(scan);
}

static void run_lookup(bench *b) {
    ofs_error err;
    for (size_t i = 0; i < LOOKUPS; i++) {
        ofsi_term term;
        bool found = false;
        ofsi_span name = {b->names[i], strlen(b->names[i])};
        must_do(ofsi_segment_find_term(b->segment, name, &term, &found, &err), &err);
        b->result += found ? term.df : 0;
    }
}

static ofsi_postings *open_postings(const bench *b, const char *name) {
    ofs_error err;
    ofsi_term term;
    bool found = false;
    ofsi_postings *postings = NULL;
    must_do(ofsi_segment_find_term(b->segment, (ofsi_span){name, strlen(name)}, &term, &found, &err), &err);
    must(found && term.df >= POSTINGS, "the index is not of generated paragraphs, or of too few");
    must_do(ofsi_postings_open(b->segment, &term, &postings, &err), &err);
    return postings;
}

static void start_segment(bench *b) { open_segment(b); }

static void run_next(bench *b) {
    ofsi_postings *postings = open_postings(b, "care");
    for (size_t i = 0; i < POSTINGS; i++) {
        b->result += ofsi_postings_next(postings);
        b->result += ofsi_postings_tf(postings);
    }
    ofsi_postings_close(postings);
}

static void run_advance(bench *b) {
    ofsi_postings *postings = open_postings(b, "care");
    uint32_t step = ofsi_segment_doc_count(b->segment) / (ADVANCES + 1);
    for (uint32_t i = 0; i < ADVANCES; i++)
        b->result += ofsi_postings_advance(postings, i * step);
    ofsi_postings_close(postings);
}

static void run_positions(bench *b) {
    ofs_error err;
    const uint32_t *positions;
    ofsi_postings *postings = open_postings(b, "care");
    for (size_t i = 0; i < POSTINGS; i++) {
        ofsi_postings_next(postings);
        must_do(ofsi_postings_positions(postings, &positions, NULL, &err), &err);
        b->result += positions[0];
    }
    ofsi_postings_close(postings);
}

/* ---- text ---- */

static void start_texts(bench *b) {
    ofs_error err;
    ofsi_store_cache cache = {0};
    open_segment(b);
    must(ofsi_segment_doc_count(b->segment) >= PARAGRAPHS, "the index has too few paragraphs");
    must_do(ofsi_analyzer_open("english", &b->analyzer, &err), &err);
    for (uint32_t i = 0; i < PARAGRAPHS; i++) {
        ofsi_span text;
        must_do(ofsi_segment_text(b->segment, i, &cache, &text, NULL, &err), &err);
        b->texts[i] = copy_of(text);
    }
    ofsi_store_cache_free(&cache);
}

static void run_analyze(bench *b) {
    ofs_error err;
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        ofsi_span text = {b->texts[i], strlen(b->texts[i])};
        must_do(ofsi_analyze(b->analyzer, text, &b->tokens, &err), &err);
        b->result += b->tokens.length;
    }
}

static void run_read_text(bench *b) {
    ofs_error err;
    ofsi_store_cache cache = {0};
    uint32_t step = ofsi_segment_doc_count(b->segment) / PARAGRAPHS;
    for (uint32_t i = 0; i < PARAGRAPHS; i++) {
        ofsi_span text;
        must_do(ofsi_segment_text(b->segment, i * step, &cache, &text, NULL, &err), &err);
        b->result += text.size;
    }
    ofsi_store_cache_free(&cache);
}

/* ---- whole queries, through the public face ---- */

static void start_query(bench *b) {
    ofs_error err;
    must_do(ofs_index_open(b->directory, &b->index, &err), &err);
}

static void ask(bench *b, ofs_search_request request, const char *const queries[QUERIES]) {
    ofs_error err;
    request.no_text = true;
    for (size_t i = 0; i < QUERIES; i++) {
        ofs_results *results = NULL;
        request.query = queries[i];
        must_do(ofs_search(b->index, &request, &results, &err), &err);
        b->result += results->hit_count;
        ofs_results_free(results);
    }
}

static const char *const words[QUERIES] = {"missing children",           "care leavers accommodation",
                                           "social workers supervision", "domestic abuse",
                                           "strategy police health",     "early help thresholds",
                                           "placement stability",        "quality of practice"};

static void run_top_or(bench *b) { ask(b, (ofs_search_request){.limit = 10, .any = true}, words); }

static void run_top_and(bench *b) { ask(b, (ofs_search_request){.limit = 10}, words); }

static void run_count_or(bench *b) { ask(b, (ofs_search_request){.limit = 0, .any = true}, words); }

static void run_top_phrase(bench *b) {
    static const char *const phrases[QUERIES] = {"~\"return home interviews\"", "~\"care leavers\"",
                                                 "~\"social workers\"",         "~\"domestic abuse\"",
                                                 "~\"local authority\"",        "~\"early help\"",
                                                 "~\"foster carers\"",          "~\"quality of practice\""};
    ask(b, (ofs_search_request){.limit = 10}, phrases);
}

static void run_top_facets(bench *b) {
    static const ofs_facet_request facets[] = {{.field = OFS_FACET_GRADE}, {.field = OFS_FACET_SECTION}};
    ask(b, (ofs_search_request){.limit = 10, .facets = facets, .facet_count = 2}, words);
}

/* ---- the table ---- */

typedef struct kernel {
    const char *name;
    void (*start)(bench *b);
    void (*run)(bench *b);
    uint32_t work;
    const char *unit;
} kernel;

static const kernel kernels[] = {
    {"decode", start_decode, run_decode, BLOCKS, "a block of 256 numbers of 6 bits with exceptions"},
    {"sum_gaps", start_decode, run_sum_gaps, BLOCKS, "a block of 256 gaps"},
    {"lookup", start_lookup, run_lookup, LOOKUPS, "a term found in the dictionary"},
    {"next", start_segment, run_next, POSTINGS, "a document and its frequency"},
    {"advance", start_segment, run_advance, ADVANCES, "a skip ahead"},
    {"positions", start_segment, run_positions, POSTINGS, "a document's positions"},
    {"analyze", start_texts, run_analyze, PARAGRAPHS, "a paragraph of known words made terms"},
    {"read_text", start_texts, run_read_text, PARAGRAPHS, "a paragraph's text read from far apart"},
    {"top_or", start_query, run_top_or, QUERIES, "a query, any of two or three words, top 10"},
    {"top_and", start_query, run_top_and, QUERIES, "a query, all of two or three words, top 10"},
    {"count_or", start_query, run_count_or, QUERIES, "a query, any of two or three words, counted"},
    {"top_phrase", start_query, run_top_phrase, QUERIES, "a phrase of two or three words, top 10"},
    {"top_facets", start_query, run_top_facets, QUERIES, "a query, all of its words, top 10 and facets"}};
enum { KERNELS = sizeof kernels / sizeof kernels[0] };

void bench_measured(bench *b, void (*run)(bench *b));

/* A name that callgrind can be told; nothing else goes through it. */
__attribute__((noinline)) void bench_measured(bench *b, void (*run)(bench *b)) {
    run(b);
    b->result++;
}

static void finish(bench *b) {
    for (size_t i = 0; i < LOOKUPS; i++)
        free(b->names[i]);
    for (size_t i = 0; i < PARAGRAPHS; i++)
        free(b->texts[i]);
    ofsi_buf_free(&b->packed);
    ofsi_tokens_free(&b->tokens);
    ofsi_analyzer_close(b->analyzer);
    ofs_index_close(b->index);
    ofsi_snapshot_close(b->snapshot);
    ofsi_storage_close(b->storage);
}

int main(int argc, char **argv) {
    static bench b;
    if (argc == 1) {
        for (size_t i = 0; i < KERNELS; i++)
            printf("%s\t%" PRIu32 "\t%s\n", kernels[i].name, kernels[i].work, kernels[i].unit);
        return 0;
    }
    for (size_t i = 0; argc == 3 && i < KERNELS; i++)
        if (strcmp(kernels[i].name, argv[2]) == 0) {
            b.directory = argv[1];
            kernels[i].start(&b);
            kernels[i].run(&b);
            bench_measured(&b, kernels[i].run);
            printf("%" PRIu64 "\n", b.result);
            finish(&b);
            return 0;
        }
    fputs("usage: bench-kernels [INDEX NAME]\n", stderr);
    return 2;
}
