/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of a filter, made ready once for all segments; filter_scan.c asks a segment. */
#include "search/exec/filter.h"

#include <ofsearch/report.h>

#include "indexer/base/provider_key.h"

/* Folds a name of any length, word by word: folding takes one word at a time. */
static ofs_status fold_name(ofsi_span text, ofsi_arena *arena, ofsi_span *out, ofs_error *err) {
    char folded[OFSI_TERM_MAX * 4];
    size_t size = text.size <= OFSI_TERM_MAX ? ofsi_fold(text, folded, sizeof folded) : 0;
    ofsi_span value = size ? (ofsi_span){folded, size} : text;
    out->data = ofsi_arena_strndup(arena, value.data, value.size);
    out->size = value.size;
    return out->data ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status keep_stems(const ofsi_tokens *tokens, ofsi_analyzer *analyzer, ofsi_arena *arena,
                             ofsi_filter *filter, ofs_error *err) {
    filter->stems = ofsi_arena_calloc(arena, tokens->count, sizeof *filter->stems);
    if (!filter->stems && tokens->count)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->items[i].span == 1)
            filter->stems[filter->stem_count++] =
                ofsi_analyzer_word(analyzer, tokens->items[i].word)->stem_id;
    return OFS_OK;
}

/* The value as a provider's key, between the newlines that stand around keys in an index. */
static ofs_status make_key(ofsi_span text, ofsi_arena *arena, ofsi_span *out, ofs_error *err) {
    ofsi_buf key = {0};
    ofsi_buf_byte(&key, '\n');
    ofsi_provider_key(text, &key);
    ofsi_buf_byte(&key, '\n');
    const char *copy = key.failed ? NULL : ofsi_arena_strndup(arena, key.data, key.size);
    *out = (ofsi_span){copy, copy && key.size > 2 ? key.size : 0};
    ofsi_buf_free(&key);
    return copy ? OFS_OK : ofsi_fail_nomem(err);
}

ofs_status ofsi_filter_make(const ofsi_node *node, ofsi_analyzer *analyzer, ofsi_arena *arena,
                            ofsi_filter **out, ofs_error *err) {
    ofsi_tokens tokens = {0};
    ofs_status status = OFS_OK;
    ofsi_filter *filter = ofsi_arena_calloc(arena, 1, sizeof *filter);
    if (!filter)
        return ofsi_fail_nomem(err);
    filter->node = node;
    *out = filter;
    switch (node->field) {
    case OFSI_FIELD_GRADE:
    case OFSI_FIELD_OVERALL:
    case OFSI_FIELD_INSPECTION:
    case OFSI_FIELD_SECTION:
    case OFSI_FIELD_PROVIDER:
    case OFSI_FIELD_TITLE:
    case OFSI_FIELD_INSPECTORATE:
        if (node->has_numbers)
            break;
        status = ofsi_analyze(analyzer, node->text, &tokens, err);
        if (status == OFS_OK)
            status = keep_stems(&tokens, analyzer, arena, filter, err);
        if (status == OFS_OK && node->field == OFSI_FIELD_PROVIDER)
            status = make_key(node->text, arena, &filter->folded, err);
        break;
    case OFSI_FIELD_ROLE:
    case OFSI_FIELD_KIND:
        status = fold_name(node->text, arena, &filter->folded, err);
        break;
    default:
        break;
    }
    ofsi_tokens_free(&tokens);
    return status;
}

ofs_status ofsi_filter_words(const ofsi_filter *filter, ofsi_analyzer *analyzer, ofsi_tokens *tokens,
                             ofsi_span text, bool *passes, ofs_error *err) {
    *passes = false;
    if (filter->stem_count == 0 || text.size == 0)
        return OFS_OK;
    ofs_status status = ofsi_analyze(analyzer, text, tokens, err);
    if (status != OFS_OK)
        return status;
    for (uint32_t s = 0; s < filter->stem_count; s++) {
        bool found = false;
        for (size_t t = 0; t < tokens->count && !found; t++)
            found = ofsi_analyzer_word(analyzer, tokens->items[t].word)->stem_id == filter->stems[s];
        if (!found)
            return OFS_OK;
    }
    *passes = true;
    return OFS_OK;
}

bool ofsi_filter_kind(const ofsi_filter *filter, uint8_t *kind) {
    for (int k = 0; k < OFS_KIND_COUNT; k++)
        if (ofsi_span_equal(filter->folded, ofsi_span_of(ofs_kind_name((ofs_kind)k)))) {
            *kind = (uint8_t)k;
            return true;
        }
    return false;
}
