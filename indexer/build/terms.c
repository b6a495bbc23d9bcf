/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanes to terms: stems in order, the forms of each, its streams united by document, and the runs in between. */
#include "indexer/build/terms.h"

#include <pthread.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/format/term_write.h"

enum {
    RUNS_A_THREAD = 4,
    RUN_TERMS = 1024,             /* a run has at most so many */
    RUN_OCCURRENCES = 128 * 1024, /* and ends behind the term that brings it to so many */
    RELEASE_BYTES = 8 << 20,
    OCCURRENCE_BYTES = 2,     /* about what one takes, encoded */
    LEAST_LARGE = 256 * 1024, /* occurrences: no smaller term is worth a turn of its own */
    KEPT_BYTES = 1 << 20,     /* of a buffer that is used again */
    MOST_LANES = 64
};

typedef struct run {
    size_t first, end; /* in the order of stems */
    uint64_t weight;   /* about how many bytes it takes */
    bool large;        /* one term, encoded as it is written */
    bool ready;
    ofsi_encoded_term *terms; /* their bytes lie behind each other in `bytes` */
    size_t terms_capacity;
    ofsi_buf bytes;
} run;

struct ofsi_terms {
    ofsi_terms_options options;
    ofsi_lengths lengths;
    ofsi_ordered_stem *order; /* those that occur */
    size_t order_count;
    uint32_t *first_words; /* of each stem and the end, in `words` */
    uint32_t *words;       /* that occur, by stem */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    run *runs; /* a ring */
    uint64_t run_count, begun, written;
    size_t next;      /* in the order */
    uint64_t waiting; /* about how many bytes of runs begun and not written */
    uint64_t read;    /* about how many bytes of spills since their pages were let go of */
    bool writing;
    ofs_status status;
    ofs_error error;
};

/* A posting read ahead, where documents have to be put in order. */
typedef struct posting_ref {
    uint32_t doc, tf;
    size_t at; /* in the numbers: tf gaps, then tf codes */
} posting_ref;

/* What a thread has to encode with. */
typedef struct bench {
    const ofsi_terms *terms;
    ofsi_term_encoder encoder;
    bool large;    /* the term's blocks go out as they are encoded */
    uint64_t sent; /* bytes of it, when pages of spills were let go of last */
    ofsi_lane_cursor cursors[MOST_LANES];
    ofsi_spill_reader *readers; /* one a spill */
    uint32_t *sorted, *codes;   /* words of a stem; from the number of a form to its code */
    ofsi_span *forms;
    uint64_t *counts;
    size_t sorted_capacity, codes_capacity, forms_capacity, counts_capacity;
    posting_ref *refs;
    uint32_t *numbers;
    size_t refs_capacity, numbers_capacity;
} bench;

/* ---- stems and words ---- */

static uint64_t count_of(const ofsi_terms *t, uint32_t word) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < t->options.lane_count; i++)
        count += word < t->options.lanes[i].word_count ? t->options.lanes[i].counts[word] : 0;
    return count;
}

/* Groups the words that occur by stem. */
static bool group_words(ofsi_terms *t) {
    uint32_t stems = ofsi_analyzer_stem_count(t->options.analyzer),
             words = ofsi_analyzer_word_count(t->options.analyzer);
    t->first_words = ofsi_calloc((size_t)stems + 2, sizeof *t->first_words);
    t->words = ofsi_reallocarray(NULL, words, sizeof *t->words);
    if (!t->first_words || !t->words)
        return false;
    uint32_t *ends = t->first_words + 1; /* first counts, then starts, at last ends of the groups */
    for (uint32_t w = 0; w < words; w++)
        if (count_of(t, w))
            ends[ofsi_analyzer_word(t->options.analyzer, w)->stem_id + 1]++;
    for (uint32_t s = 0; s < stems; s++)
        ends[s + 1] += ends[s];
    for (uint32_t w = 0; w < words; w++)
        if (count_of(t, w))
            t->words[ends[ofsi_analyzer_word(t->options.analyzer, w)->stem_id]++] = w;
    return true;
}

static bool order_stems(ofsi_terms *t) {
    uint32_t stems = ofsi_analyzer_stem_count(t->options.analyzer);
    t->order = ofsi_reallocarray(NULL, stems, sizeof *t->order);
    if (!t->order)
        return false;
    for (uint32_t s = 0; s < stems; s++)
        if (t->first_words[s] != t->first_words[s + 1])
            t->order[t->order_count++].stem = s;
    ofsi_order_stems(t->options.analyzer, t->order, t->order_count);
    return true;
}

static int compare_words(const void *a, const void *b, void *context) {
    const ofsi_terms *t = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint64_t cx = count_of(t, x), cy = count_of(t, y);
    if (cx != cy)
        return cx > cy ? -1 : 1;
    return ofsi_span_compare(ofsi_analyzer_word(t->options.analyzer, x)->surface,
                             ofsi_analyzer_word(t->options.analyzer, y)->surface);
}

/* The stem's forms as a segment codes them: most frequent first. Returns how many there are; 0 when out of memory. */
static uint32_t order_forms(bench *b, uint32_t stem) {
    const ofsi_terms *t = b->terms;
    const uint32_t *words = t->words + t->first_words[stem];
    uint32_t n = t->first_words[stem + 1] - t->first_words[stem], most = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t form = ofsi_analyzer_word(t->options.analyzer, words[i])->form;
        most = form > most ? form : most;
    }
    if (!ofsi_grow(&b->sorted, &b->sorted_capacity, n, sizeof *b->sorted) ||
        !ofsi_grow(&b->forms, &b->forms_capacity, n, sizeof *b->forms) ||
        !ofsi_grow(&b->counts, &b->counts_capacity, n, sizeof *b->counts) ||
        !ofsi_grow(&b->codes, &b->codes_capacity, (size_t)most + 1, sizeof *b->codes))
        return 0;
    memcpy(b->sorted, words, n * sizeof *words);
    if (n > 1)
        qsort_r(b->sorted, n, sizeof *b->sorted, compare_words, (void *)(uintptr_t)t);
    for (uint32_t i = 0; i < n; i++) {
        const ofsi_word *word = ofsi_analyzer_word(t->options.analyzer, b->sorted[i]);
        b->forms[i] = word->surface;
        b->counts[i] = count_of(t, b->sorted[i]);
        b->codes[word->form] = i;
    }
    return n;
}

/* ---- postings ---- */

/* The lane that has the lowest document; NULL: all are at their end. */
static ofsi_lane_cursor *least_lane(bench *b) {
    ofsi_lane_cursor *least = NULL;
    for (uint32_t i = 0; i < b->terms->options.lane_count; i++)
        if (b->cursors[i].more && (!least || b->cursors[i].doc < least->doc))
            least = &b->cursors[i];
    return least;
}

static inline uint32_t read_code(bench *b, ofsi_lane_cursor *c, uint64_t other) {
    return b->codes[other ? ofsi_lane_cursor_varint(c) + 1 : 0];
}

/*
 * The next occurrence of the document that the cursor is in: false, and the cursor is at the next document, when there
 * is none.
 */
static inline bool read_further(bench *b, ofsi_lane_cursor *c, uint32_t *gap, uint32_t *code) {
    if (ofsi_lane_cursor_at_end(c)) {
        c->more = false;
        return false;
    }
    uint64_t item = ofsi_lane_cursor_varint(c);
    if (item & 1) {
        c->doc += (uint32_t)(item >> 1) + 1;
        return false;
    }
    *gap = (uint32_t)(item >> 2);
    *code = read_code(b, c, item >> 1 & 1);
    return true;
}

static inline void read_first(bench *b, ofsi_lane_cursor *c, uint32_t *gap, uint32_t *code) {
    uint64_t item = ofsi_lane_cursor_varint(c);
    *gap = (uint32_t)(item >> 1);
    *code = read_code(b, c, item & 1);
}

static void release_spills(const ofsi_terms *t) {
    for (uint32_t i = 0; i < t->options.spill_count; i++)
        ofsi_spill_release(t->options.spills[i]);
}

/* Before each posting of a large term: from the second one on its blocks go out; pages that it has read through go too. */
static void let_go(bench *b) {
    ofsi_postings_writer *w = &b->encoder.postings;
    if (w->df == 1) {
        ofsi_sink postings, positions;
        ofsi_segment_term_sinks(b->terms->options.writer, &postings, &positions);
        ofsi_term_encoder_send(&b->encoder, postings, positions);
    }
    if (w->postings_size + w->positions_size - b->sent >= RELEASE_BYTES) {
        b->sent = w->postings_size + w->positions_size;
        release_spills(b->terms);
    }
}

static ofs_status encode_in_order(bench *b, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (ofsi_lane_cursor *c; status == OFS_OK && (c = least_lane(b)) != NULL;) {
        if (b->large)
            let_go(b);
        uint32_t doc = c->doc, tf = 0, gap, code;
        read_first(b, c, &gap, &code);
        do {
            status = ofsi_term_encoder_position(&b->encoder, gap, code, err);
            tf++;
        } while (status == OFS_OK && read_further(b, c, &gap, &code));
        if (status == OFS_OK)
            status = ofsi_term_encoder_posting(&b->encoder, doc, tf, err);
    }
    return status;
}

static bool keep_number(bench *b, size_t *count, uint32_t gap, uint32_t code) {
    if (!ofsi_grow(&b->numbers, &b->numbers_capacity, *count + 2, sizeof *b->numbers))
        return false;
    b->numbers[(*count)++] = gap;
    b->numbers[(*count)++] = code;
    return true;
}

static int compare_refs(const void *a, const void *b) {
    uint32_t x = ((const posting_ref *)a)->doc, y = ((const posting_ref *)b)->doc;
    return (x > y) - (x < y);
}

/* Reads all postings of the term into refs and numbers; *count of them. */
static bool read_postings(bench *b, size_t *count) {
    size_t used = 0;
    *count = 0;
    for (ofsi_lane_cursor *c; (c = least_lane(b)) != NULL;) {
        if (!ofsi_grow(&b->refs, &b->refs_capacity, *count + 1, sizeof *b->refs))
            return false;
        posting_ref *ref = &b->refs[(*count)++];
        *ref = (posting_ref){b->terms->options.new_docs[c->doc], 0, used};
        uint32_t gap, code;
        read_first(b, c, &gap, &code);
        do {
            if (!keep_number(b, &used, gap, code))
                return false;
            ref->tf++;
        } while (read_further(b, c, &gap, &code));
    }
    return true;
}

static ofs_status encode_by_new_docs(bench *b, ofs_error *err) {
    size_t count;
    ofs_status status = OFS_OK;
    if (!read_postings(b, &count))
        return ofsi_fail_nomem(err);
    if (count)
        qsort(b->refs, count, sizeof *b->refs, compare_refs);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        const posting_ref *ref = &b->refs[i];
        const uint32_t *number = b->numbers + ref->at;
        if (b->large)
            let_go(b);
        for (uint32_t k = 0; k < ref->tf && status == OFS_OK; k++, number += 2)
            status = ofsi_term_encoder_position(&b->encoder, number[0], number[1], err);
        if (status == OFS_OK)
            status = ofsi_term_encoder_posting(&b->encoder, ref->doc, ref->tf, err);
    }
    return status;
}

static ofs_status encode_term(bench *b, uint32_t stem, const ofsi_encoded_term **term, ofs_error *err) {
    const ofsi_terms *t = b->terms;
    uint32_t form_count = order_forms(b, stem);
    if (form_count == 0)
        return ofsi_fail_nomem(err);
    ofsi_term_encoder_start(&b->encoder, ofsi_analyzer_stem(t->options.analyzer, stem), b->forms, b->counts,
                            form_count);
    ofs_status status = OFS_OK;
    for (uint32_t part = 0; part <= t->options.spill_count && status == OFS_OK; part++) {
        for (uint32_t i = 0; i < t->options.lane_count; i++)
            if (part < t->options.spill_count)
                ofsi_spill_read(&b->readers[part], i, stem, &b->cursors[i]);
            else
                ofsi_lane_read(&t->options.lanes[i], stem, &b->cursors[i]);
        status = t->options.new_docs ? encode_by_new_docs(b, err) : encode_in_order(b, err);
    }
    return status == OFS_OK ? ofsi_term_encoder_end(&b->encoder, term, err) : status;
}

/* ---- runs ---- */

static void seek_spills(bench *b, const run *r) {
    const ofsi_terms *t = b->terms;
    for (uint32_t i = 0; i < t->options.spill_count; i++)
        ofsi_spill_seek(t->options.spills[i], t->options.analyzer, t->order[r->first].stem, &b->readers[i]);
}

static ofs_status encode_run(bench *b, run *r, ofs_error *err) {
    const ofsi_terms *t = b->terms;
    ofs_status status = OFS_OK;
    seek_spills(b, r);
    ofsi_buf_reset(&r->bytes);
    if (!ofsi_grow(&r->terms, &r->terms_capacity, r->end - r->first, sizeof *r->terms))
        return ofsi_fail_nomem(err);
    for (size_t i = r->first; i < r->end && status == OFS_OK; i++) {
        const ofsi_encoded_term *term;
        status = encode_term(b, t->order[i].stem, &term, err);
        if (status != OFS_OK)
            break;
        const ofsi_span parts[] = {term->forms, term->inline_posting, term->postings, term->positions};
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
            ofsi_buf_append(&r->bytes, parts[p].data, parts[p].size);
        r->terms[i - r->first] = *term;
    }
    ofsi_term_encoder_trim(&b->encoder, KEPT_BYTES);
    return status == OFS_OK && r->bytes.failed ? ofsi_fail_nomem(err) : status;
}

/* A large term: nothing of it is held but what its last block waits for. */
static ofs_status write_large(bench *b, const run *r, ofs_error *err) {
    const ofsi_encoded_term *term;
    seek_spills(b, r);
    b->large = true;
    b->sent = 0;
    ofs_status status = encode_term(b, b->terms->order[r->first].stem, &term, err);
    b->large = false;
    return status == OFS_OK ? ofsi_segment_add_term(b->terms->options.writer, term, err) : status;
}

static ofs_status write_run(const ofsi_terms *t, const run *r, ofs_error *err) {
    const char *at = r->bytes.data;
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < r->end - r->first && status == OFS_OK; i++) {
        ofsi_encoded_term term = r->terms[i];
        ofsi_span *parts[] = {&term.forms, &term.inline_posting, &term.postings, &term.positions};
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            parts[p]->data = at;
            at += parts[p]->size;
        }
        status = ofsi_segment_add_term(t->options.writer, &term, err);
    }
    return status;
}

static uint64_t count_occurrences(const ofsi_terms *t, size_t i) {
    uint32_t stem = t->order[i].stem;
    uint64_t occurrences = 0;
    for (uint32_t w = t->first_words[stem]; w < t->first_words[stem + 1]; w++)
        occurrences += count_of(t, t->words[w]);
    return occurrences;
}

/* A term that alone would take a quarter of what may wait. */
static bool is_large(const ofsi_terms *t, uint64_t occurrences) {
    return occurrences >= LEAST_LARGE && occurrences * OCCURRENCE_BYTES > t->options.memory / 4;
}

/* Cuts off the next run of terms. */
static run *begin_run(ofsi_terms *t) {
    run *r = &t->runs[t->begun++ % t->run_count];
    uint64_t occurrences = 0;
    r->first = t->next;
    r->large = false;
    while (t->next < t->order_count && t->next - r->first < RUN_TERMS && occurrences < RUN_OCCURRENCES &&
           !r->large) {
        uint64_t more = count_occurrences(t, t->next);
        bool large = is_large(t, more);
        if (large && t->next > r->first)
            break;
        r->large = large;
        occurrences += more;
        t->next++;
    }
    r->end = t->next;
    r->weight = r->large ? 0 : occurrences * OCCURRENCE_BYTES;
    t->waiting += r->weight;
    return r;
}

/* Whether one more run may be begun; its weight shows only then, but is at most a quarter of what may wait. */
static bool may_begin(const ofsi_terms *t) {
    return t->next < t->order_count && t->begun - t->written < t->run_count &&
           (t->begun == t->written || t->waiting <= t->options.memory / 4 * 3);
}

static void settle(ofsi_terms *t, ofs_status status, const ofs_error *error) {
    if (status != OFS_OK && t->status == OFS_OK) {
        t->status = status;
        t->error = *error;
    }
    pthread_cond_broadcast(&t->changed);
}

/* Writes the next run, with the lock, which is let go of meanwhile. */
static ofs_status finish_run(ofsi_terms *t, bench *b, run *r, ofs_error *err) {
    t->writing = true;
    pthread_mutex_unlock(&t->lock);
    ofs_status status = r->large ? write_large(b, r, err) : write_run(t, r, err);
    pthread_mutex_lock(&t->lock);
    t->read += r->weight;
    if (t->read >= RELEASE_BYTES) {
        t->read = 0;
        release_spills(t);
    }
    if (r->bytes.capacity > KEPT_BYTES)
        ofsi_buf_free(&r->bytes);
    t->waiting -= r->weight;
    t->writing = r->ready = false;
    t->written++;
    return status;
}

/* One piece of work, with the lock, which is let go of meanwhile; false: there is none for now. */
static bool do_something(ofsi_terms *t, bench *b) {
    ofs_error error;
    ofs_status status = OFS_OK;
    run *r = &t->runs[t->written % t->run_count];
    if (!t->writing && t->written < t->begun && r->ready) {
        status = finish_run(t, b, r, &error);
    } else if (may_begin(t)) {
        r = begin_run(t);
        if (!r->large) {
            pthread_mutex_unlock(&t->lock);
            status = encode_run(b, r, &error);
            pthread_mutex_lock(&t->lock);
        }
        r->ready = true;
    } else {
        return false;
    }
    settle(t, status, &error);
    return true;
}

static void free_bench(bench *b) {
    ofsi_term_encoder_free(&b->encoder);
    ofsi_free(b->readers);
    ofsi_free(b->sorted);
    ofsi_free(b->codes);
    ofsi_free(b->forms);
    ofsi_free(b->counts);
    ofsi_free(b->refs);
    ofsi_free(b->numbers);
}

void ofsi_terms_work(ofsi_terms *t) {
    bench b = {.terms = t, .encoder = {.lengths = t->lengths}};
    ofs_error error;
    b.readers = ofsi_calloc(t->options.spill_count, sizeof *b.readers);
    pthread_mutex_lock(&t->lock);
    if (!b.readers)
        settle(t, ofsi_fail_nomem(&error), &error);
    while (t->status == OFS_OK && (t->next < t->order_count || t->written < t->begun))
        if (!do_something(t, &b))
            pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
    free_bench(&b);
}

/* ---- beginning and end ---- */

ofs_status ofsi_terms_open(const ofsi_terms_options *options, ofsi_terms **out, ofs_error *err) {
    *out = NULL;
    if (options->lane_count > MOST_LANES)
        return ofsi_fail(err, OFS_E_USAGE, "postings of more than %d threads", MOST_LANES);
    ofsi_terms *t = ofsi_calloc(1, sizeof *t);
    if (!t)
        return ofsi_fail_nomem(err);
    t->options = *options;
    t->run_count = (uint64_t)(options->threads ? options->threads : 1) * RUNS_A_THREAD;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, NULL);
    t->runs = ofsi_calloc((size_t)t->run_count, sizeof *t->runs);
    ofs_status status = t->runs && group_words(t) && order_stems(t) ? OFS_OK : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = ofsi_segment_begin_terms(options->writer, &t->lengths, err);
    if (status != OFS_OK) {
        ofsi_terms_close(t, NULL);
        return status;
    }
    *out = t;
    return OFS_OK;
}

ofs_status ofsi_terms_close(ofsi_terms *t, ofs_error *err) {
    ofs_status status = t->status;
    if (status != OFS_OK && err)
        *err = t->error;
    for (uint64_t i = 0; t->runs && i < t->run_count; i++) {
        ofsi_buf_free(&t->runs[i].bytes);
        ofsi_free(t->runs[i].terms);
    }
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->changed);
    ofsi_free(t->runs);
    ofsi_free(t->order);
    ofsi_free(t->first_words);
    ofsi_free(t->words);
    ofsi_free(t);
    return status;
}
