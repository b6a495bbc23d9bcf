/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random paragraphs and terms: what a segment is given is what it gives back, by every way of reading it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/arena.h"
#include "indexer/format/segment.h"
#include "tests/support/support.h"

enum { MOST_TF = 6 };

typedef struct posting {
    uint32_t doc, tf, positions[MOST_TF], codes[MOST_TF];
} posting;

typedef struct term_model {
    char text[40];
    posting *postings;
    uint32_t df, form_count;
    ofsi_span forms[4];
    uint64_t counts[4];
} term_model;

typedef struct model {
    ofsi_arena arena;
    uint32_t docs, reports, terms;
    uint32_t *lengths, *starts;
    ofsi_doc_row *rows;
    term_model *list;
} model;

static ofsi_span text_of(model *m, const char *format, uint32_t number) {
    const char *text = ofsi_arena_printf(&m->arena, format, number);
    return ofsi_span_of(text);
}

static void make_docs(model *m, test_rng *rng) {
    m->rows = ofsi_arena_calloc(&m->arena, m->docs + 1, sizeof *m->rows);
    m->lengths = ofsi_arena_calloc(&m->arena, m->docs + 1, sizeof *m->lengths);
    for (uint32_t d = 0; d < m->docs; d++) {
        ofsi_doc_row *row = &m->rows[d];
        ofsi_span *path = ofsi_arena_calloc(&m->arena, 3, sizeof *path);
        row->depth = test_rng_below(rng, 4);
        for (uint32_t i = 0; i < row->depth; i++)
            path[i] = text_of(m, "Heading %u", test_rng_below(rng, 12));
        row->path = path;
        row->role = test_rng_chance(rng, 20) ? ofsi_span_of("summary") : (ofsi_span){NULL, 0};
        if (test_rng_chance(rng, 70)) {
            row->level = (uint8_t)test_rng_between(rng, 1, 4);
            row->levels = 4;
            row->grade = text_of(m, "Grade %u", row->level);
        }
        row->kind = (uint8_t)test_rng_below(rng, 4);
        row->page = test_rng_below(rng, 50);
        row->item = test_rng_chance(rng, 10) ? test_rng_below(rng, 12) : 0;
        row->number = test_rng_chance(rng, 80) ? text_of(m, "%u", d + 1) : (ofsi_span){NULL, 0};
        row->length = m->lengths[d] =
            test_rng_chance(rng, 3) ? test_rng_between(rng, 250, 900) : test_rng_between(rng, 20, 120);
        row->text = text_of(m, "The text of paragraph %u, as long as chance has it.", d);
        if (test_rng_chance(rng, 1)) {
            char *long_text = ofsi_arena_bytes(&m->arena, 60001);
            memset(long_text, 'x', 60000);
            long_text[60000] = '\0';
            row->text = ofsi_span_of(long_text);
        }
        row->timescale = row->item ? ofsi_span_of("Within three months") : (ofsi_span){NULL, 0};
    }
}

static void make_postings(model *m, term_model *t, uint32_t percent, test_rng *rng) {
    uint64_t counts[4] = {0};
    t->postings = ofsi_arena_calloc(&m->arena, m->docs, sizeof *t->postings);
    for (uint32_t d = 0; d < m->docs; d++) {
        if (!(percent == 0 ? d == m->docs / 2 : test_rng_chance(rng, percent)))
            continue;
        posting *p = &t->postings[t->df++];
        p->doc = d;
        p->tf = test_rng_chance(rng, 80) ? 1 : test_rng_between(rng, 1, MOST_TF);
        uint32_t at = test_rng_below(rng, 4);
        for (uint32_t i = 0; i < p->tf; i++) {
            p->positions[i] = at;
            at += test_rng_between(rng, 1, 3);
            /* Codes descend in frequency, as a writer gives them. */
            p->codes[i] = counts[0] > 3 * counts[1] && t->form_count > 1 ? 1 : 0;
            counts[p->codes[i]]++;
        }
    }
    if (t->form_count > 1 && counts[1] == 0)
        t->form_count = 1;
    memcpy(t->counts, counts, sizeof counts);
}

static void make_terms(model *m, test_rng *rng) {
    static const uint32_t percents[] = {0, 1, 3, 10, 40, 90, 100};
    m->list = ofsi_arena_calloc(&m->arena, m->terms, sizeof *m->list);
    for (uint32_t i = 0; i < m->terms; i++) {
        term_model *t = &m->list[i];
        snprintf(t->text, sizeof t->text, "%s%05u", i % 3 ? "safeguard" : "a", i);
        t->form_count = test_rng_chance(rng, 50) ? 2 : 1;
        t->forms[0] = ofsi_span_of(t->text);
        t->forms[1] = text_of(m, "Safeguard%05u", i);
        while (t->df == 0)
            make_postings(m, t, percents[test_rng_below(rng, 7)], rng);
    }
}

static int compare_terms(const void *a, const void *b) {
    return strcmp(((const term_model *)a)->text, ((const term_model *)b)->text);
}

static model make_model(test_rng *rng, uint32_t docs) {
    model m = {.docs = docs, .reports = test_rng_between(rng, 1, 7), .terms = test_rng_between(rng, 1, 70)};
    make_docs(&m, rng);
    make_terms(&m, rng);
    qsort(m.list, m.terms, sizeof *m.list, compare_terms);
    m.starts = ofsi_arena_calloc(&m.arena, m.reports + 1, sizeof *m.starts);
    for (uint32_t r = 0; r <= m.reports; r++)
        m.starts[r] = (uint32_t)((uint64_t)docs * r / m.reports);
    return m;
}

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        fail_msg("%s", err->message);
}

static void write_model(const model *m, ofsi_storage *storage, const char *name) {
    ofsi_segment_writer *w;
    ofs_error err;
    uint64_t size;
    check(ofsi_segment_create(storage, name, &w, &err), &err);
    for (uint32_t r = 0; r < m->reports; r++) {
        char id[32];
        snprintf(id, sizeof id, "report-%03u", r);
        ofsi_report_row row = {.id = ofsi_span_of(id),
                               .provider = ofsi_span_of(r % 2 ? "Ashcombe" : "Northmere"),
                               .published = (int32_t)r - 3,
                               .inspected_from = INT32_MIN,
                               .file_size = r};
        check(ofsi_segment_add_report(w, &row, &err), &err);
        for (uint32_t d = m->starts[r]; d < m->starts[r + 1]; d++)
            check(ofsi_segment_add_doc(w, &m->rows[d], &err), &err);
    }
    for (uint32_t i = 0; i < m->terms; i++) {
        const term_model *t = &m->list[i];
        check(ofsi_segment_begin_term(w, ofsi_span_of(t->text), t->forms, t->counts, t->form_count, &err),
              &err);
        for (uint32_t p = 0; p < t->df; p++)
            check(ofsi_segment_add_posting(w, t->postings[p].doc, t->postings[p].tf, t->postings[p].positions,
                                           t->postings[p].codes, &err),
                  &err);
        check(ofsi_segment_end_term(w, &err), &err);
    }
    check(ofsi_segment_finish(w, &size, &err), &err);
}

static bool is_bounded(const ofsi_impact *impacts, uint32_t count, uint32_t tf, uint32_t length) {
    for (uint32_t i = 0; i < count; i++)
        if (tf <= impacts[i].tf && length >= impacts[i].length)
            return true;
    return false;
}

static void compare_posting(const model *m, const term_model *t, const posting *wanted, ofsi_postings *p) {
    const uint32_t *positions, *codes;
    const ofsi_impact *impacts;
    uint32_t count, last;
    ofs_error err;
    assert_int_equal(ofsi_postings_doc(p), wanted->doc);
    assert_int_equal(ofsi_postings_tf(p), wanted->tf);
    check(ofsi_postings_positions(p, &positions, &codes, &err), &err);
    for (uint32_t i = 0; i < wanted->tf; i++) {
        assert_int_equal(positions[i], wanted->positions[i]);
        assert_int_equal(codes[i], t->form_count > 1 ? wanted->codes[i] : 0);
    }
    ofsi_postings_impacts(p, &impacts, &count);
    assert_true(is_bounded(impacts, count, wanted->tf, m->lengths[wanted->doc]));
    ofsi_postings_block_impacts(p, wanted->doc, &last, &impacts, &count);
    assert_true(last >= wanted->doc && is_bounded(impacts, count, wanted->tf, m->lengths[wanted->doc]));
}

static ofsi_postings *open_postings(ofsi_segment *s, const term_model *t, ofsi_term *term) {
    ofsi_postings *p;
    bool found;
    ofs_error err;
    check(ofsi_segment_find_term(s, ofsi_span_of(t->text), term, &found, &err), &err);
    assert_true(found);
    assert_int_equal(term->df, t->df);
    check(ofsi_postings_open(s, term, &p, &err), &err);
    return p;
}

/* Candidates of which some are postings: the numbers of the postings go to `wanted`, by candidate. */
static uint32_t make_candidates(const model *m, const term_model *t, uint32_t *docs, uint16_t *kept,
                                const posting **wanted, test_rng *rng) {
    uint32_t step = 1 + test_rng_below(rng, test_rng_chance(rng, 50) ? 3 : 60), count = 0, i = 0;
    for (uint32_t doc = test_rng_below(rng, m->docs); doc < m->docs && count < OFSI_BLOCK_SIZE;
         doc += 1 + test_rng_below(rng, step), count++) {
        while (i < t->df && t->postings[i].doc < doc)
            i++;
        docs[count] = doc;
        kept[count] = (uint16_t)count;
        wanted[count] = i < t->df && t->postings[i].doc == doc ? &t->postings[i] : NULL;
    }
    return count;
}

static uint64_t mark_of(const posting *p, uint32_t offset) {
    uint64_t marks = 0;
    for (uint32_t i = 0; i < p->tf; i++)
        marks |= UINT64_C(1) << (p->positions[i] - offset) % 64;
    return marks;
}

static void compare_place(const term_model *t, const posting *wanted, ofsi_postings *p,
                          const ofsi_position_run *place, bool with_codes) {
    const uint32_t *gaps, *codes = NULL;
    uint32_t position = 0;
    ofs_error err;
    assert_int_equal(place->tf, wanted->tf);
    check(ofsi_postings_gaps(p, place, &gaps, with_codes ? &codes : NULL, &err), &err);
    for (uint32_t i = 0; i < wanted->tf; i++) {
        position += gaps[i];
        assert_int_equal(position, wanted->positions[i]);
        if (with_codes)
            assert_int_equal(codes[i], t->form_count > 1 ? wanted->codes[i] : 0);
    }
}

/* Blocks of candidates, forth and back, at the list's own documents too. */
static void compare_places(const model *m, ofsi_segment *s, const term_model *t, test_rng *rng) {
    uint32_t docs[OFSI_BLOCK_SIZE];
    uint16_t kept[OFSI_BLOCK_SIZE];
    const posting *wanted[OFSI_BLOCK_SIZE];
    ofsi_position_run places[OFSI_BLOCK_SIZE];
    uint64_t marks[OFSI_BLOCK_SIZE], all = test_rng_next(rng) | 1;
    ofsi_term term;
    ofs_error err;
    ofsi_postings *p = open_postings(s, t, &term);
    for (int round = 0; round < 12; round++) {
        ofsi_candidates c = {docs, kept, make_candidates(m, t, docs, kept, wanted, rng), places};
        uint32_t count = c.count, found = 0, offset = test_rng_below(rng, 4);
        bool with_codes = test_rng_chance(rng, 50);
        if (test_rng_chance(rng, 30))
            ofsi_postings_seek(p, test_rng_below(rng, m->docs));
        c.count = ofsi_postings_keep_places(p, &c);
        for (uint32_t i = 0; i < count; i++)
            if (wanted[i]) {
                marks[i] = all;
                assert_int_equal(kept[found++], i);
                compare_place(t, wanted[i], p, &places[i], with_codes);
            }
        assert_int_equal(c.count, found);
        found = 0;
        check(ofsi_postings_keep_marked(p, &c, offset, marks, &err), &err);
        for (uint32_t i = 0; i < count; i++)
            if (wanted[i] && (mark_of(wanted[i], offset) & all)) {
                assert_int_equal(kept[found++], i);
                assert_true(marks[i] == (mark_of(wanted[i], offset) & all));
            }
        assert_int_equal(c.count, found);
    }
    check(ofsi_postings_status(p, &err), &err);
    ofsi_postings_close(p);
}

/* The candidates are a block's own documents, as they are where this list leads. */
static void compare_own_places(ofsi_segment *s, const term_model *t) {
    uint16_t kept[OFSI_BLOCK_SIZE];
    ofsi_position_run places[OFSI_BLOCK_SIZE];
    ofsi_posting_block block;
    ofsi_term term;
    ofsi_postings *p = open_postings(s, t, &term);
    for (uint32_t b = 0; ofsi_postings_load(p, b, &block); b++) {
        for (uint32_t i = 0; i < block.count; i++)
            kept[i] = (uint16_t)i;
        const ofsi_candidates c = {ofsi_postings_block_docs(p), kept, block.count, places};
        assert_int_equal(ofsi_postings_keep_places(p, &c), block.count);
        for (uint32_t i = 0; i < block.count; i++)
            compare_place(t, &t->postings[b * OFSI_BLOCK_SIZE + i], p, &places[i], false);
    }
    ofsi_postings_close(p);
}

static void compare_term(const model *m, ofsi_segment *s, const term_model *t, test_rng *rng) {
    ofsi_term term;
    ofsi_arena arena = {0};
    const ofsi_span *forms;
    const uint64_t *counts;
    ofs_error err;
    ofsi_postings *p = open_postings(s, t, &term);
    for (uint32_t i = 0; i < t->df; i++) {
        ofsi_postings_next(p);
        compare_posting(m, t, &t->postings[i], p);
    }
    assert_int_equal(ofsi_postings_next(p), OFSI_DOC_END);
    assert_int_equal(ofsi_postings_advance(p, m->docs - 1), OFSI_DOC_END);
    ofsi_postings_close(p);
    p = open_postings(s, t, &term);
    for (uint32_t i = 0, target = 0;;) {
        target += test_rng_between(rng, 0, 1 + m->docs / 20);
        while (i < t->df && t->postings[i].doc < target)
            i++;
        uint32_t got = ofsi_postings_advance(p, target);
        assert_int_equal(got, i < t->df ? t->postings[i].doc : OFSI_DOC_END);
        if (i == t->df)
            break;
        compare_posting(m, t, &t->postings[i], p);
        target = got;
    }
    check(ofsi_postings_status(p, &err), &err);
    ofsi_postings_close(p);
    check(ofsi_segment_term_forms(s, ofsi_span_of(t->text), &term, &arena, &forms, &counts, &err), &err);
    assert_int_equal(term.form_count, t->form_count);
    for (uint32_t f = 0; f < t->form_count; f++) {
        assert_true(ofsi_span_equal(forms[f], t->forms[f]));
        assert_true(counts[f] == t->counts[f]);
    }
    ofsi_arena_free(&arena);
}

static void compare_scan(const model *m, ofsi_segment *s, test_rng *rng) {
    for (int round = 0; round < 5; round++) {
        uint32_t i = round ? test_rng_below(rng, m->terms) : 0;
        ofsi_term_scan *scan;
        ofsi_span text;
        ofsi_term term;
        ofs_error err;
        bool more;
        check(ofsi_term_scan_open(s, round ? ofsi_span_of(m->list[i].text) : ofsi_span_of(""), &scan, &err),
              &err);
        for (; i < m->terms; i++) {
            check(ofsi_term_scan_next(scan, &text, &term, &more, &err), &err);
            assert_true(more && ofsi_span_equal(text, ofsi_span_of(m->list[i].text)));
            assert_int_equal(term.df, m->list[i].df);
        }
        check(ofsi_term_scan_next(scan, &text, &term, &more, &err), &err);
        assert_false(more);
        ofsi_term_scan_close(scan);
    }
}

static void compare_rows(const model *m, ofsi_segment *s) {
    ofsi_store_cache cache = {0};
    ofs_error err;
    check(ofsi_segment_load_columns(s, &err), &err);
    for (uint32_t i = 0; i < m->docs; i++) {
        uint32_t d = (uint32_t)((uint64_t)i * 7919 % m->docs), headings[OFSI_SECTION_DEPTH_MAX];
        const ofsi_doc_row *row = &m->rows[d];
        ofsi_span text, timescale;
        uint8_t level, levels;
        check(ofsi_segment_text(s, d, &cache, &text, &timescale, &err), &err);
        assert_true(ofsi_span_equal(text, row->text) && ofsi_span_equal(timescale, row->timescale));
        uint32_t section = ofsi_segment_section(s, d);
        assert_int_equal(ofsi_segment_section_path(s, section, headings, OFSI_SECTION_DEPTH_MAX), row->depth);
        for (uint32_t h = 0; h < row->depth; h++)
            assert_true(ofsi_span_equal(ofsi_segment_heading(s, headings[h]), row->path[h]));
        assert_true(ofsi_span_equal(ofsi_segment_section_role(s, section), row->role));
        assert_true(ofsi_span_equal(ofsi_segment_grade_label(s, ofsi_segment_grade(s, d), &level, &levels),
                                    row->grade));
        assert_int_equal(level, row->level);
        assert_int_equal(ofsi_segment_kind(s, d), row->kind);
        assert_int_equal(ofsi_segment_page(s, d), row->page);
        assert_int_equal(ofsi_segment_item(s, d), row->item);
        assert_int_equal(ofsi_segment_length(s, d), row->length);
        assert_true(ofsi_span_equal(ofsi_segment_number(s, d), row->number));
        uint32_t report = ofsi_segment_report_of(s, d);
        assert_true(m->starts[report] <= d && d < m->starts[report + 1]);
    }
    ofsi_store_cache_free(&cache);
    for (uint32_t r = 0; r < m->reports; r++) {
        ofsi_report_row row;
        ofsi_segment_report(s, r, &row);
        assert_true(ofsi_span_equal(row.provider, ofsi_span_of(r % 2 ? "Ashcombe" : "Northmere")));
        assert_int_equal(row.published, (int32_t)r - 3);
        assert_int_equal(row.inspected_from, INT32_MIN);
        assert_int_equal(row.doc_count, m->starts[r + 1] - m->starts[r]);
        assert_true(row.file_size == r);
    }
}

static void everything_comes_back(void **state) {
    (void)state;
    test_rng rng = test_rng_start(6);
    static const uint32_t sizes[] = {1, 2, 255, 256, 257, 513, 1500, 9000};
    for (int round = 0; round < 16; round++) {
        ofsi_storage *storage;
        ofsi_segment *segment;
        ofs_error err;
        ofsi_span bytes[2];
        ofsi_blob *blobs[2];
        model m = make_model(&rng, sizes[round % 8]);
        check(ofsi_storage_open_memory(&storage, &err), &err);
        write_model(&m, storage, "one.seg");
        write_model(&m, storage, "two.seg");
        check(ofsi_segment_open(storage, "one.seg", &segment, &err), &err);
        check(ofsi_segment_check(segment, &err), &err);
        compare_rows(&m, segment);
        compare_scan(&m, segment, &rng);
        for (uint32_t i = 0; i < m.terms; i++)
            compare_term(&m, segment, &m.list[i], &rng);
        for (uint32_t i = 0; i < m.terms; i += 1 + i / 50) {
            compare_places(&m, segment, &m.list[i], &rng);
            compare_own_places(segment, &m.list[i]);
        }
        ofsi_term term;
        bool found;
        check(ofsi_segment_find_term(segment, ofsi_span_of("no such term"), &term, &found, &err), &err);
        assert_false(found);
        ofsi_segment_close(segment);
        for (int i = 0; i < 2; i++) {
            check(ofsi_storage_read(storage, i ? "two.seg" : "one.seg", &blobs[i], &err), &err);
            bytes[i] = ofsi_blob_data(blobs[i]);
        }
        assert_true(ofsi_span_equal(bytes[0], bytes[1]));
        ofsi_blob_close(blobs[0]);
        ofsi_blob_close(blobs[1]);
        ofsi_storage_close(storage);
        ofsi_arena_free(&m.arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_comes_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
