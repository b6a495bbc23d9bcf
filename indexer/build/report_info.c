/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of reports as public structs. */
#include "indexer/build/report_info.h"

#include "indexer/base/buf.h"
#include "indexer/base/provider_key.h"
#include "indexer/base/utf8.h"

const char *ofsi_text_or_null(ofsi_arena *arena, ofsi_span text, bool *failed) {
    if (text.size == 0)
        return NULL;
    char *copy = ofsi_arena_strndup(arena, text.data, text.size);
    *failed = *failed || !copy;
    return copy;
}

/* ---- keys of the provider ---- */

static bool is_key_of(ofsi_span key, ofsi_span name, ofsi_buf *scratch) {
    ofsi_buf_reset(scratch);
    ofsi_provider_key(name, scratch);
    return name.size && ofsi_span_equal(key, ofsi_buf_span(scratch));
}

/* The keys that its two names do not give. One cut in the middle of a character (a word of over 60 bytes) is passed over. */
static void list_keys(const ofsi_report_row *row, ofsi_arena *arena, ofs_report_info *info, bool *failed) {
    ofsi_span keys = row->provider_keys;
    ofsi_buf scratch = {0};
    size_t most = 0;
    for (size_t i = 0; i < keys.size; i++)
        most += keys.data[i] == '\n';
    const char **list = most ? ofsi_arena_calloc(arena, most, sizeof *list) : NULL;
    *failed |= most && !list;
    uint32_t count = 0;
    for (size_t at = 0, end; list && at < keys.size; at = end + 1) {
        for (end = at; end < keys.size && keys.data[end] != '\n';)
            end++;
        ofsi_span key = {keys.data + at, end - at};
        if (key.size && ofsi_utf8_valid_prefix(key.data, key.size) == key.size &&
            !is_key_of(key, row->provider, &scratch) && !is_key_of(key, row->provider_name, &scratch))
            list[count++] = ofsi_text_or_null(arena, key, failed);
    }
    *failed |= scratch.failed;
    ofsi_buf_free(&scratch);
    info->provider_also = list;
    info->provider_also_count = count;
}

ofs_status ofsi_info_of_row(const ofsi_report_row *row, ofsi_arena *arena, ofs_report_info *info,
                            ofs_error *err) {
    bool failed = false;
    *info = (ofs_report_info){
        .id = ofsi_text_or_null(arena, row->id, &failed),
        .path = ofsi_text_or_null(arena, row->path, &failed),
        .profile = ofsi_text_or_null(arena, row->profile, &failed),
        .title = ofsi_text_or_null(arena, row->title, &failed),
        .provider = ofsi_text_or_null(arena, row->provider, &failed),
        .inspectorate = ofsi_text_or_null(arena, row->inspectorate, &failed),
        .inspected_from = row->inspected_from,
        .inspected_to = row->inspected_to,
        .published = row->published,
        .pages = row->pages,
        .paragraphs = row->doc_count,
        .warnings = row->warning_count,
        .provider_name = ofsi_text_or_null(arena, row->provider_name, &failed),
        .provider_id = ofsi_text_or_null(arena, row->provider_id, &failed),
        .inspection = ofsi_text_or_null(arena, row->inspection, &failed),
        .overall = {ofsi_text_or_null(arena, row->overall, &failed), row->overall_level, row->overall_levels},
        .has_scale = row->has_scale,
        .confidence = (ofs_confidence)row->confidence,
        .graded_sections = row->graded_sections,
        .lead_inspector = ofsi_text_or_null(arena, row->lead_inspector, &failed),
    };
    list_keys(row, arena, info, &failed);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}
