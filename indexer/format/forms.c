/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms of a term: a case class and what follows the prefix shared with the term. Classes are ASCII's, so that they do
 * not depend on a version of Unicode: a form with other capitals is written as it is.
 */
#include "indexer/format/forms.h"

#include "indexer/base/cursor.h"
#include "indexer/format/segment_impl.h"

enum form_class { CLASS_AS_IS = 0, CLASS_CAPITALISED = 1, CLASS_UPPER = 2 };
enum { FORM_MAX = 4096 };

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

static ofs_status decode_form(ofsi_cursor *c, ofsi_span term, ofsi_arena *arena, ofsi_span *form,
                              ofs_error *err) {
    uint64_t head = ofsi_cursor_varint_max(c, (uint64_t)term.size << 2 | 3);
    enum form_class class = (enum form_class)(head & 3);
    size_t shared = (size_t)(head >> 2);
    ofsi_span suffix = ofsi_cursor_string(c);
    if (class > CLASS_UPPER || shared > term.size || suffix.size > FORM_MAX)
        c->bad = true;
    if (c->bad)
        return OFS_OK;
    char *text = ofsi_arena_bytes(arena, shared + suffix.size + 1);
    if (!text)
        return ofsi_fail_nomem(err);
    memcpy(text, term.data, shared);
    if (suffix.size)
        memcpy(text + shared, suffix.data, suffix.size);
    text[shared + suffix.size] = '\0';
    for (size_t i = 0; i < shared + suffix.size; i++)
        if (class == CLASS_UPPER || (class == CLASS_CAPITALISED && i == 0))
            text[i] = to_upper(text[i]);
    *form = (ofsi_span){text, shared + suffix.size};
    return OFS_OK;
}

ofs_status ofsi_segment_term_forms(ofsi_segment *segment, ofsi_span text, const ofsi_term *term,
                                   ofsi_arena *arena, const ofsi_span **forms, const uint64_t **counts,
                                   ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(segment, OFSI_CHUNK_FORMS);
    if (term->forms_offset > chunk->size || term->forms_size > chunk->size - term->forms_offset ||
        (term->forms_size && term->form_count > term->forms_size / 3))
        return ofsi_container_damaged(&segment->file, OFSI_CHUNK_DICTIONARY, 0,
                                      "a term's forms lie outside their chunk", err);
    ofsi_span *list = ofsi_arena_calloc(arena, term->form_count, sizeof *list);
    uint64_t *numbers = ofsi_arena_calloc(arena, term->form_count, sizeof *numbers);
    if (!list || !numbers)
        return ofsi_fail_nomem(err);
    if (term->forms_size == 0) {
        char *copy = ofsi_arena_strndup(arena, text.data, text.size);
        if (!copy)
            return ofsi_fail_nomem(err);
        list[0] = (ofsi_span){copy, text.size};
        numbers[0] = term->cf;
    }
    ofs_status status =
        ofsi_container_verify(&segment->file, OFSI_CHUNK_FORMS, term->forms_offset, term->forms_size, err);
    ofsi_cursor c =
        ofsi_cursor_of(chunk->data ? chunk->data + term->forms_offset : NULL, (size_t)term->forms_size);
    for (uint32_t f = 0; status == OFS_OK && term->forms_size && f < term->form_count && !c.bad; f++) {
        status = decode_form(&c, text, arena, &list[f], err);
        numbers[f] = ofsi_cursor_varint(&c);
    }
    if (status != OFS_OK)
        return status;
    if (c.bad || ofsi_cursor_left(&c))
        return ofsi_container_damaged(&segment->file, OFSI_CHUNK_FORMS, term->forms_offset,
                                      "forms do not decode", err);
    *forms = list;
    if (counts)
        *counts = numbers;
    return OFS_OK;
}
