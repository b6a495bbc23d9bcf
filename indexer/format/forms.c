/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms of a term: a case class and what follows the prefix shared with the term. Classes are ASCII's, so that they do
 * not depend on a version of Unicode: a form with other capitals is written as it is.
 */
#include "indexer/format/forms.h"

#include "indexer/base/cursor.h"
#include "indexer/format/segment_impl.h"

enum form_class { CLASS_AS_IS = 0, CLASS_CAPITALISED = 1, CLASS_UPPER = 2 };

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static char to_lower(char c) { return is_upper(c) ? (char)(c + 32) : c; }
static char to_upper(char c) { return is_lower(c) ? (char)(c - 32) : c; }

static enum form_class classify(ofsi_span form) {
    size_t uppers = 0, lowers = 0;
    for (size_t i = 0; i < form.size; i++) {
        uppers += is_upper(form.data[i]);
        lowers += is_lower(form.data[i]);
    }
    if (uppers > 1 && lowers == 0)
        return CLASS_UPPER;
    return uppers == 1 && is_upper(form.data[0]) ? CLASS_CAPITALISED : CLASS_AS_IS;
}

static char lowered(ofsi_span form, size_t i, enum form_class class) {
    return class == CLASS_AS_IS ? form.data[i] : to_lower(form.data[i]);
}

void ofsi_forms_encode(ofsi_span term, const ofsi_span *forms, const uint64_t *counts, uint32_t count,
                       ofsi_buf *out) {
    if (count == 1 && ofsi_span_equal(forms[0], term))
        return;
    for (uint32_t f = 0; f < count; f++) {
        enum form_class class = classify(forms[f]);
        size_t shared = 0;
        while (shared < term.size && shared < forms[f].size &&
               term.data[shared] == lowered(forms[f], shared, class))
            shared++;
        ofsi_buf_varint(out, (uint64_t)shared << 2 | (unsigned)class);
        ofsi_buf_varint(out, forms[f].size - shared);
        for (size_t i = shared; i < forms[f].size; i++)
            ofsi_buf_byte(out, (uint8_t)lowered(forms[f], i, class));
        ofsi_buf_varint(out, counts[f]);
    }
}

ofs_status ofsi_form_scan_open(ofsi_segment *segment, ofsi_span text, const ofsi_term *term,
                               ofsi_form_scan *scan, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(segment, OFSI_CHUNK_FORMS);
    scan->segment = segment;
    scan->offset = term->forms_offset;
    scan->left = term->form_count;
    scan->alone = term->forms_size == 0;
    scan->count = term->cf;
    scan->term = text;
    scan->kept = 0;
    scan->next = scan->end = (const uint8_t *)"";
    if (term->forms_offset > chunk->size || term->forms_size > chunk->size - term->forms_offset ||
        (term->forms_size ? term->form_count > term->forms_size / 3 : term->form_count != 1) ||
        text.size > sizeof scan->text - OFSI_FORM_MAX)
        return ofsi_container_damaged(&segment->file, OFSI_CHUNK_DICTIONARY, 0,
                                      "a term's forms lie outside their chunk", err);
    if (chunk->data) {
        scan->next = chunk->data + term->forms_offset;
        scan->end = scan->next + term->forms_size;
    }
    return ofsi_container_verify(&segment->file, OFSI_CHUNK_FORMS, term->forms_offset, term->forms_size, err);
}

/* The form's own bytes go over the term's, which are put back as far as the next form shares them. */
static ofsi_span put_form(ofsi_form_scan *scan, ofsi_span rest) {
    size_t shared = scan->shared;
    if (shared > scan->kept)
        memcpy(scan->text + scan->kept, scan->term.data + scan->kept, shared - scan->kept);
    if (rest.size)
        memcpy(scan->text + shared, rest.data, rest.size);
    if (shared > scan->kept || rest.size)
        scan->kept = shared;
    return (ofsi_span){scan->text, shared + rest.size};
}

ofs_status ofsi_form_scan_next(ofsi_form_scan *scan, ofsi_span *form, ofs_error *err) {
    ofsi_cursor c = {scan->next, scan->end, false};
    scan->capitalised = scan->upper = false;
    scan->shared = scan->term.size;
    if (scan->alone && scan->left == 1) {
        scan->left = 0;
        *form = put_form(scan, (ofsi_span){NULL, 0});
        return OFS_OK;
    }
    uint64_t head = ofsi_cursor_varint_max(&c, (uint64_t)scan->term.size << 2 | 3);
    ofsi_span rest = ofsi_cursor_string(&c);
    scan->count = ofsi_cursor_varint(&c);
    scan->next = c.next;
    scan->shared = (size_t)(head >> 2);
    scan->capitalised = (head & 3) == CLASS_CAPITALISED;
    scan->upper = (head & 3) == CLASS_UPPER;
    if (c.bad || scan->left == 0 || (head & 3) > CLASS_UPPER || rest.size > OFSI_FORM_MAX ||
        (--scan->left == 0 && ofsi_cursor_left(&c)))
        return ofsi_container_damaged(&scan->segment->file, OFSI_CHUNK_FORMS, scan->offset,
                                      "forms do not decode", err);
    *form = put_form(scan, rest);
    return OFS_OK;
}

/* The form with its capitals, in the arena. */
static bool copy_form(const ofsi_form_scan *scan, ofsi_span form, ofsi_arena *arena, ofsi_span *copy) {
    char *text = ofsi_arena_strndup(arena, form.data, form.size);
    if (!text)
        return false;
    for (size_t i = 0; i < form.size && (scan->upper || (scan->capitalised && i == 0)); i++)
        text[i] = to_upper(text[i]);
    *copy = (ofsi_span){text, form.size};
    return true;
}

ofs_status ofsi_segment_term_forms(ofsi_segment *segment, ofsi_span text, const ofsi_term *term,
                                   ofsi_arena *arena, const ofsi_span **forms, const uint64_t **counts,
                                   ofs_error *err) {
    ofsi_form_scan scan;
    ofsi_span form = {NULL, 0};
    ofs_status status = ofsi_form_scan_open(segment, text, term, &scan, err);
    if (status != OFS_OK)
        return status;
    ofsi_span *list = ofsi_arena_calloc(arena, term->form_count, sizeof *list);
    uint64_t *numbers = ofsi_arena_calloc(arena, term->form_count, sizeof *numbers);
    if (!list || !numbers)
        return ofsi_fail_nomem(err);
    for (uint32_t f = 0; status == OFS_OK && f < term->form_count; f++) {
        status = ofsi_form_scan_next(&scan, &form, err);
        if (status == OFS_OK && !copy_form(&scan, form, arena, &list[f]))
            status = ofsi_fail_nomem(err);
        numbers[f] = scan.count;
    }
    if (status != OFS_OK)
        return status;
    *forms = list;
    if (counts)
        *counts = numbers;
    return OFS_OK;
}
