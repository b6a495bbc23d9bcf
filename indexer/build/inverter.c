/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native sink: analyses paragraphs, gathers postings under a budget, and writes them out as a segment. */
#include "indexer/build/inverter.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/base/map.h"
#include "indexer/base/provider_key.h"
#include "indexer/build/definitions.h"
#include "indexer/build/postings.h"

#define NONE UINT32_MAX

/* A stem in this batch. */
typedef struct stem_state {
    ofsi_stream stream;
    uint32_t last_doc; /* of the stream, plus 1; 0: none */
    uint32_t df;
    uint32_t first_word; /* its forms met in this batch, by analyzer word, linked by word_state.next */
    uint32_t last_word;
    uint32_t form_count;
    uint32_t head, tail, tf; /* the current paragraph's tokens */
} stem_state;

/* A surface word in this batch. */
typedef struct word_state {
    uint64_t count;
    uint32_t code; /* among its stem's forms; NONE: not met in this batch */
    uint32_t next;
} word_state;

typedef struct doc_state {
    const ofsi_span *path;
    uint32_t depth;
    ofsi_span role, grade, number, timescale, text;
    uint8_t level, levels, kind;
    uint32_t page, item, length;
} doc_state;

typedef struct report_state {
    ofsi_report_row row;
    uint32_t first_doc, doc_count;
    uint32_t entry;
} report_state;

typedef struct inverter {
    ofsi_report_sink base;
    ofsi_inverter_options options;
    ofsi_arena texts; /* paragraphs and their strings */
    ofsi_arena streams;
    ofsi_tokens tokens;
    uint32_t *next_token; /* of the same stem, by token */
    size_t next_capacity;
    stem_state *stems; /* by stem id */
    size_t stem_count, stem_capacity;
    word_state *words; /* by word */
    size_t word_count, word_capacity;
    uint32_t *touched; /* stems of the current paragraph */
    size_t touched_capacity;
    doc_state *docs;
    size_t doc_count, doc_capacity;
    report_state *reports;
    size_t report_count, report_capacity;
} inverter;

/* ---- taking in ---- */

static uint64_t bytes_held(const inverter *v) {
    return v->texts.reserved + v->streams.reserved + v->stem_capacity * sizeof *v->stems +
           v->word_capacity * sizeof *v->words + v->doc_capacity * sizeof *v->docs +
           v->report_capacity * sizeof *v->reports + ofsi_analyzer_bytes(v->options.analyzer);
}

static ofsi_span copy_text(inverter *v, const char *text, bool *failed) {
    if (!text || !*text)
        return (ofsi_span){NULL, 0};
    size_t size = strlen(text);
    char *copy = ofsi_arena_strndup(&v->texts, text, size);
    *failed = *failed || !copy;
    return (ofsi_span){copy, copy ? size : 0};
}

/* "\nlambeth\n": each key once. */
static void append_key(ofsi_buf *keys, const char *name) {
    ofsi_buf key = {0};
    ofsi_buf_byte(&key, '\n');
    ofsi_provider_key(ofsi_span_of(name), &key);
    ofsi_buf_byte(&key, '\n');
    keys->failed |= key.failed;
    bool known = key.failed || key.size <= 2 ||
                 (keys->size && memmem(keys->data, keys->size, key.data, key.size) != NULL);
    if (!known)
        ofsi_buf_append(keys, key.data + (keys->size > 0), key.size - (keys->size > 0));
    ofsi_buf_free(&key);
}

static ofsi_span copy_keys(inverter *v, const ofs_report *report, bool *failed) {
    ofsi_buf keys = {0};
    append_key(&keys, report->provider);
    append_key(&keys, report->provider_name);
    for (uint32_t i = 0; i < report->provider_also_count; i++)
        append_key(&keys, report->provider_also[i]);
    const char *copy = keys.size ? ofsi_arena_strndup(&v->texts, keys.data, keys.size) : NULL;
    ofsi_span span = {copy, copy ? keys.size : 0};
    *failed = *failed || keys.failed || (keys.size && !copy);
    ofsi_buf_free(&keys);
    return span;
}

static void copy_details(inverter *v, const ofs_report *report, ofsi_report_row *row, bool *failed) {
    row->inspection = copy_text(v, report->inspection, failed);
    row->provider_name = copy_text(v, report->provider_name, failed);
    row->provider_keys = copy_keys(v, report, failed);
    row->overall = copy_text(v, report->overall.label, failed);
    row->overall_level = report->overall.level;
    row->overall_levels = report->overall.levels;
    row->has_scale = report->has_scale;
    row->confidence = (uint8_t)report->confidence;
    for (uint32_t i = 0; i < report->section_count; i++)
        row->graded_sections += report->sections[i].grade.label != NULL;
}

static ofs_status add_row(inverter *v, const ofs_report *report, const char *id, const ofsi_source *source,
                          ofs_error *err) {
    bool failed = false;
    if (!ofsi_grow(&v->reports, &v->report_capacity, v->report_count + 1, sizeof *v->reports))
        return ofsi_fail_nomem(err);
    report_state *state = &v->reports[v->report_count];
    *state = (report_state){
        .first_doc = (uint32_t)v->doc_count, .doc_count = report->paragraph_count, .entry = source->entry};
    ofsi_report_row *row = &state->row;
    row->id = copy_text(v, id, &failed);
    row->path = copy_text(v, report->path, &failed);
    row->profile = copy_text(v, report->profile, &failed);
    row->title = copy_text(v, report->title, &failed);
    row->provider = copy_text(v, report->provider, &failed);
    row->provider_id = copy_text(v, report->provider_id, &failed);
    row->inspectorate = copy_text(v, report->inspectorate, &failed);
    row->lead_inspector = copy_text(v, report->lead_inspector, &failed);
    row->inspected_from = report->inspected_from;
    row->inspected_to = report->inspected_to;
    row->published = report->published;
    row->pages = report->pages;
    row->warning_count = report->warning_count;
    row->file_size = source->size;
    row->file_mtime_ns = source->mtime_ns;
    row->file_hash = source->hash;
    row->generation = source->generation;
    copy_details(v, report, row, &failed);
    v->report_count++;
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

typedef struct section_copy {
    const ofsi_span *path;
    uint32_t depth;
    ofsi_span role, grade;
    uint8_t level, levels;
} section_copy;

static bool copy_section(inverter *v, const ofs_section *section, section_copy *copy) {
    bool failed = false;
    uint32_t depth = section->depth < OFSI_SECTION_DEPTH_MAX ? section->depth : OFSI_SECTION_DEPTH_MAX;
    ofsi_span *path = ofsi_arena_calloc(&v->texts, depth, sizeof *path);
    /* Headings nested deeper than a segment holds: the outermost and the innermost ones stay. */
    for (uint32_t d = 0; path && d < depth; d++) {
        uint32_t from = d + 1 == depth ? section->depth - 1 : d;
        path[d] = copy_text(v, section->path[from], &failed);
    }
    *copy = (section_copy){
        .path = path, .depth = depth, .level = section->grade.level, .levels = section->grade.levels};
    copy->role = copy_text(v, section->role, &failed);
    copy->grade = copy_text(v, section->grade.label, &failed);
    return path && !failed;
}

static bool reach(inverter *v) {
    uint32_t stems = ofsi_analyzer_stem_count(v->options.analyzer),
             words = ofsi_analyzer_word_count(v->options.analyzer);
    if (!ofsi_grow(&v->stems, &v->stem_capacity, stems, sizeof *v->stems) ||
        !ofsi_grow(&v->words, &v->word_capacity, words, sizeof *v->words) ||
        !ofsi_grow(&v->next_token, &v->next_capacity, v->tokens.count, sizeof *v->next_token) ||
        !ofsi_grow(&v->touched, &v->touched_capacity, v->tokens.count, sizeof *v->touched))
        return false;
    for (; v->stem_count < stems; v->stem_count++)
        v->stems[v->stem_count] = (stem_state){.first_word = NONE, .last_word = NONE};
    for (; v->word_count < words; v->word_count++)
        v->words[v->word_count] = (word_state){.code = NONE, .next = NONE};
    return true;
}

/* The word's code among its stem's forms of this batch. */
static uint32_t code_of(inverter *v, uint32_t word, stem_state *stem) {
    word_state *state = &v->words[word];
    if (state->code == NONE) {
        state->code = stem->form_count++;
        if (stem->last_word == NONE)
            stem->first_word = word;
        else
            v->words[stem->last_word].next = word;
        stem->last_word = word;
    }
    state->count++;
    return state->code;
}

/* Groups the paragraph's tokens by stem: lists through next_token, in order of position. */
static size_t group_tokens(inverter *v) {
    size_t touched = 0;
    for (uint32_t i = 0; i < v->tokens.count; i++) {
        uint32_t id = ofsi_analyzer_word(v->options.analyzer, v->tokens.items[i].word)->stem_id;
        stem_state *stem = &v->stems[id];
        v->next_token[i] = NONE;
        if (stem->tf++ == 0) {
            v->touched[touched++] = id;
            stem->head = i;
        } else {
            v->next_token[stem->tail] = i;
        }
        stem->tail = i;
    }
    return touched;
}

static bool append_posting(inverter *v, uint32_t doc, stem_state *stem) {
    ofsi_stream *stream = &stem->stream;
    uint32_t before = 0;
    bool good = ofsi_stream_varint(stream, &v->streams, doc + 1 - stem->last_doc) &&
                ofsi_stream_varint(stream, &v->streams, stem->tf);
    for (uint32_t t = stem->head; good && t != NONE; t = v->next_token[t]) {
        const ofsi_token *token = &v->tokens.items[t];
        good = ofsi_stream_varint(stream, &v->streams, token->position - before) &&
               ofsi_stream_varint(stream, &v->streams, code_of(v, token->word, stem));
        before = token->position;
    }
    stem->last_doc = doc + 1;
    stem->df++;
    stem->tf = 0;
    return good;
}

static ofs_status invert(inverter *v, doc_state *doc, ofs_error *err) {
    ofs_status status = ofsi_analyze(v->options.analyzer, doc->text, &v->tokens, err);
    if (status != OFS_OK)
        return status;
    if (!reach(v))
        return ofsi_fail_nomem(err);
    doc->length = v->tokens.length;
    size_t touched = group_tokens(v);
    for (size_t i = 0; i < touched; i++)
        if (!append_posting(v, (uint32_t)v->doc_count, &v->stems[v->touched[i]]))
            return ofsi_fail_nomem(err);
    return OFS_OK;
}

static ofs_status add_paragraph(inverter *v, const ofs_paragraph *p, const section_copy *sections,
                                uint32_t section_count, ofs_error *err) {
    bool failed = false;
    if (!ofsi_grow(&v->docs, &v->doc_capacity, v->doc_count + 1, sizeof *v->docs))
        return ofsi_fail_nomem(err);
    doc_state *doc = &v->docs[v->doc_count];
    *doc = (doc_state){.kind = (uint8_t)p->kind, .page = p->page, .item = p->item};
    if (p->section < section_count) {
        const section_copy *s = &sections[p->section];
        doc->path = s->path;
        doc->depth = s->depth;
        doc->role = s->role;
        doc->grade = s->grade;
        doc->level = s->level;
        doc->levels = s->levels;
    }
    doc->number = copy_text(v, p->number, &failed);
    doc->timescale = copy_text(v, p->timescale, &failed);
    char *text = ofsi_arena_strndup(&v->texts, p->text, p->text_size);
    if (failed || !text)
        return ofsi_fail_nomem(err);
    doc->text = (ofsi_span){text, p->text_size};
    ofs_status status = invert(v, doc, err);
    if (status == OFS_OK)
        v->doc_count++;
    return status;
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err);

static ofs_status take_in(inverter *v, const ofs_report *report, const char *id, const ofsi_source *source,
                          ofs_error *err) {
    if (v->doc_count + (uint64_t)report->paragraph_count > INT32_MAX) {
        ofs_status flushed = flush(&v->base, err);
        if (flushed != OFS_OK)
            return flushed;
    }
    ofs_status status = add_row(v, report, id, source, err);
    section_copy *sections = ofsi_arena_calloc(&v->texts, report->section_count, sizeof *sections);
    if (status == OFS_OK && !sections)
        status = ofsi_fail_nomem(err);
    for (uint32_t i = 0; status == OFS_OK && i < report->section_count; i++)
        if (!copy_section(v, &report->sections[i], &sections[i]))
            status = ofsi_fail_nomem(err);
    for (uint32_t i = 0; status == OFS_OK && i < report->paragraph_count; i++)
        status = add_paragraph(v, &report->paragraphs[i], sections, report->section_count, err);
    if (status == OFS_OK && bytes_held(v) >= v->options.memory)
        status = flush(&v->base, err);
    return status;
}

static ofs_status add_report(ofsi_report_sink *base, ofs_report *report, const char *id,
                             const ofsi_source *source, ofs_error *err) {
    ofs_status status = take_in((inverter *)base, report, id, source, err);
    ofs_report_free(report);
    return status;
}

/* ---- writing out ---- */

typedef struct posting_ref {
    uint32_t doc, tf;
    size_t at; /* in the decoded numbers */
} posting_ref;

/* What a flush needs beside the inverter; scratch that is reused from term to term. */
typedef struct flushing {
    inverter *v;
    ofsi_segment_writer *writer;
    uint32_t *order;    /* reports by id */
    uint32_t *new_docs; /* by old document; NULL when reports came in order */
    uint32_t *stem_order;
    size_t stem_total;
    ofsi_buf bytes;
    posting_ref *refs;
    size_t refs_capacity;
    uint32_t *numbers; /* positions and codes of a term's postings */
    size_t numbers_capacity;
    ofsi_span *forms;
    uint64_t *counts;
    uint32_t *codes; /* from the batch's code to the segment's */
    uint32_t *sorted;
    size_t forms_capacity, counts_capacity, codes_capacity, sorted_capacity;
} flushing;

static int compare_reports(const void *a, const void *b, void *context) {
    const inverter *v = context;
    return ofsi_span_compare(v->reports[*(const uint32_t *)a].row.id,
                             v->reports[*(const uint32_t *)b].row.id);
}

/* Reports by id, and with it the new numbers of their paragraphs. */
static ofs_status order_reports(flushing *f, ofs_error *err) {
    inverter *v = f->v;
    bool sorted = true;
    f->order = ofsi_reallocarray(NULL, v->report_count, sizeof *f->order);
    if (!f->order)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < v->report_count; i++) {
        f->order[i] = i;
        sorted = sorted && (i == 0 || ofsi_span_compare(v->reports[i - 1].row.id, v->reports[i].row.id) < 0);
    }
    if (sorted)
        return OFS_OK;
    qsort_r(f->order, v->report_count, sizeof *f->order, compare_reports, v);
    f->new_docs = ofsi_reallocarray(NULL, v->doc_count, sizeof *f->new_docs);
    if (!f->new_docs)
        return ofsi_fail_nomem(err);
    uint32_t next = 0;
    for (size_t i = 0; i < v->report_count; i++) {
        const report_state *report = &v->reports[f->order[i]];
        for (uint32_t d = 0; d < report->doc_count; d++)
            f->new_docs[report->first_doc + d] = next++;
    }
    return OFS_OK;
}

static ofs_status write_docs(flushing *f, ofs_error *err) {
    inverter *v = f->v;
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < v->report_count && status == OFS_OK; i++) {
        const report_state *report = &v->reports[f->order[i]];
        status = ofsi_segment_add_report(f->writer, &report->row, err);
        for (uint32_t d = 0; d < report->doc_count && status == OFS_OK; d++) {
            const doc_state *doc = &v->docs[report->first_doc + d];
            ofsi_doc_row row = {doc->path,   doc->depth,     doc->role, doc->grade, doc->level,
                                doc->levels, doc->kind,      doc->page, doc->item,  doc->length,
                                doc->number, doc->timescale, doc->text};
            status = ofsi_segment_add_doc(f->writer, &row, err);
            if (status == OFS_OK)
                status = ofsi_define_from_text(f->writer, (uint32_t)i, doc->text, v->options.analyzer,
                                               &v->tokens, err);
        }
    }
    return status;
}

static ofsi_span stem_text(const inverter *v, uint32_t stem) {
    return ofsi_analyzer_word(v->options.analyzer, v->stems[stem].first_word)->stem;
}

static int compare_stems(const void *a, const void *b, void *context) {
    return ofsi_span_compare(stem_text(context, *(const uint32_t *)a),
                             stem_text(context, *(const uint32_t *)b));
}

static ofs_status order_stems(flushing *f, ofs_error *err) {
    inverter *v = f->v;
    f->stem_order = ofsi_reallocarray(NULL, v->stem_count, sizeof *f->stem_order);
    if (!f->stem_order)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < v->stem_count; i++)
        if (v->stems[i].df)
            f->stem_order[f->stem_total++] = i;
    if (f->stem_total)
        qsort_r(f->stem_order, f->stem_total, sizeof *f->stem_order, compare_stems, v);
    return OFS_OK;
}

static int compare_forms(const void *a, const void *b, void *context) {
    const flushing *f = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint64_t cx = f->v->words[x].count, cy = f->v->words[y].count;
    if (cx != cy)
        return cx > cy ? -1 : 1;
    return ofsi_span_compare(ofsi_analyzer_word(f->v->options.analyzer, x)->surface,
                             ofsi_analyzer_word(f->v->options.analyzer, y)->surface);
}

/* The stem's forms as a segment codes them: most frequent first. */
static ofs_status order_forms(flushing *f, const stem_state *stem, ofs_error *err) {
    uint32_t n = 0;
    if (!ofsi_grow(&f->forms, &f->forms_capacity, stem->form_count, sizeof *f->forms) ||
        !ofsi_grow(&f->counts, &f->counts_capacity, stem->form_count, sizeof *f->counts) ||
        !ofsi_grow(&f->codes, &f->codes_capacity, stem->form_count, sizeof *f->codes) ||
        !ofsi_grow(&f->sorted, &f->sorted_capacity, stem->form_count, sizeof *f->sorted))
        return ofsi_fail_nomem(err);
    for (uint32_t w = stem->first_word; w != NONE; w = f->v->words[w].next)
        f->sorted[n++] = w;
    qsort_r(f->sorted, n, sizeof *f->sorted, compare_forms, f);
    for (uint32_t i = 0; i < n; i++) {
        const word_state *word = &f->v->words[f->sorted[i]];
        f->forms[i] = ofsi_analyzer_word(f->v->options.analyzer, f->sorted[i])->surface;
        f->counts[i] = word->count;
        f->codes[word->code] = i;
    }
    return OFS_OK;
}

static int compare_refs(const void *a, const void *b) {
    uint32_t x = ((const posting_ref *)a)->doc, y = ((const posting_ref *)b)->doc;
    return (x > y) - (x < y);
}

/* Decodes a stem's stream: refs by posting, numbers = tf positions then tf codes for each. */
static ofs_status decode_stream(flushing *f, const stem_state *stem, ofs_error *err) {
    ofsi_buf_reset(&f->bytes);
    ofsi_stream_copy(&stem->stream, &f->bytes);
    if (f->bytes.failed || !ofsi_grow(&f->refs, &f->refs_capacity, stem->df, sizeof *f->refs) ||
        !ofsi_grow(&f->numbers, &f->numbers_capacity, f->bytes.size, sizeof *f->numbers))
        return ofsi_fail_nomem(err);
    ofsi_cursor c = ofsi_cursor_of(f->bytes.data, f->bytes.size);
    uint32_t doc = 0;
    size_t at = 0;
    for (uint32_t i = 0; i < stem->df; i++) {
        doc += (uint32_t)ofsi_cursor_varint(&c);
        uint32_t tf = (uint32_t)ofsi_cursor_varint(&c), position = 0;
        f->refs[i] = (posting_ref){f->new_docs ? f->new_docs[doc - 1] : doc - 1, tf, at};
        for (uint32_t k = 0; k < tf; k++) {
            position += (uint32_t)ofsi_cursor_varint(&c);
            f->numbers[at + k] = position;
            f->numbers[at + tf + k] = f->codes[ofsi_cursor_varint(&c)];
        }
        at += (size_t)tf * 2;
    }
    if (f->new_docs)
        qsort(f->refs, stem->df, sizeof *f->refs, compare_refs);
    return OFS_OK;
}

static ofs_status write_term(flushing *f, uint32_t id, ofs_error *err) {
    const stem_state *stem = &f->v->stems[id];
    ofs_status status = order_forms(f, stem, err);
    if (status == OFS_OK)
        status = decode_stream(f, stem, err);
    if (status == OFS_OK)
        status = ofsi_segment_begin_term(f->writer, stem_text(f->v, id), f->forms, f->counts,
                                         stem->form_count, err);
    for (uint32_t i = 0; i < stem->df && status == OFS_OK; i++) {
        const posting_ref *ref = &f->refs[i];
        const uint32_t *positions = f->numbers + ref->at;
        status = ofsi_segment_add_posting(f->writer, ref->doc, ref->tf, positions, positions + ref->tf, err);
    }
    return status == OFS_OK ? ofsi_segment_end_term(f->writer, err) : status;
}

/* Forgets the batch. Words stay interned, so that each is stemmed once, until they alone take a quarter of the budget. */
static void start_batch(inverter *v) {
    ofsi_arena_free(&v->texts);
    ofsi_arena_free(&v->streams);
    v->doc_count = v->report_count = 0;
    v->stem_count = v->word_count = 0;
    if (ofsi_analyzer_bytes(v->options.analyzer) > v->options.memory / 4)
        ofsi_analyzer_forget(v->options.analyzer);
}

/* Tells whose segment it is; the batch is not needed for that any more, but what its reports are called is. */
static ofs_status hand_over(flushing *f, const ofsi_manifest_segment *row, ofs_error *err) {
    inverter *v = f->v;
    for (uint32_t i = 0; i < v->report_count; i++)
        f->order[i] = v->reports[f->order[i]].entry;
    start_batch(v);
    return v->options.take(v->options.context, row, f->order, err);
}

static void free_flushing(flushing *f) {
    ofsi_segment_abandon(f->writer);
    ofsi_free(f->order);
    ofsi_free(f->new_docs);
    ofsi_free(f->stem_order);
    ofsi_free(f->refs);
    ofsi_free(f->numbers);
    ofsi_free(f->forms);
    ofsi_free(f->counts);
    ofsi_free(f->codes);
    ofsi_free(f->sorted);
    ofsi_buf_free(&f->bytes);
}

static ofs_status flush(ofsi_report_sink *base, ofs_error *err) {
    inverter *v = (inverter *)base;
    flushing f = {.v = v};
    ofsi_manifest_segment row = {.doc_count = (uint32_t)v->doc_count,
                                 .report_count = (uint32_t)v->report_count};
    if (v->report_count == 0)
        return OFS_OK;
    ofs_status status = v->options.name(v->options.context, row.name, err);
    if (status == OFS_OK)
        status = ofsi_segment_create(v->options.storage, row.name, &f.writer, err);
    if (status == OFS_OK)
        status = order_reports(&f, err);
    if (status == OFS_OK)
        status = write_docs(&f, err);
    if (status == OFS_OK)
        status = order_stems(&f, err);
    for (size_t i = 0; i < f.stem_total && status == OFS_OK; i++)
        status = write_term(&f, f.stem_order[i], err);
    for (size_t d = 0; d < v->doc_count; d++)
        row.token_count += v->docs[d].length;
    if (status == OFS_OK) {
        ofsi_segment_writer *writer = f.writer;
        f.writer = NULL;
        status = ofsi_segment_finish(writer, &row.file_size, err);
    }
    if (status == OFS_OK)
        status = hand_over(&f, &row, err);
    free_flushing(&f);
    return status;
}

static void close_inverter(ofsi_report_sink *base) {
    inverter *v = (inverter *)base;
    if (!v)
        return;
    ofsi_arena_free(&v->texts);
    ofsi_arena_free(&v->streams);
    ofsi_tokens_free(&v->tokens);
    ofsi_free(v->next_token);
    ofsi_free(v->stems);
    ofsi_free(v->words);
    ofsi_free(v->touched);
    ofsi_free(v->docs);
    ofsi_free(v->reports);
    ofsi_free(v);
}

static const ofsi_sink_methods methods = {add_report, flush, close_inverter};

ofs_status ofsi_inverter_open(const ofsi_inverter_options *options, ofsi_report_sink **out, ofs_error *err) {
    *out = NULL;
    inverter *v = ofsi_calloc(1, sizeof *v);
    if (!v)
        return ofsi_fail_nomem(err);
    v->base.methods = &methods;
    v->options = *options;
    *out = &v->base;
    return OFS_OK;
}
