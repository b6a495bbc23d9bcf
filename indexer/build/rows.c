/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of a report, of a section and of a paragraph. */
#include "indexer/build/rows.h"

#include "indexer/base/provider_key.h"
#include "indexer/build/definitions.h"

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

static void append_keys(ofsi_buf *keys, const ofs_report *report) {
    ofsi_buf_reset(keys);
    append_key(keys, report->provider);
    append_key(keys, report->provider_name);
    for (uint32_t i = 0; i < report->provider_also_count; i++)
        append_key(keys, report->provider_also[i]);
}

ofs_status ofsi_row_of_report(const ofs_report *report, const char *id, const ofsi_source *source,
                              ofsi_buf *keys, ofsi_report_row *row, ofs_error *err) {
    append_keys(keys, report);
    if (keys->failed)
        return ofsi_fail_nomem(err);
    *row = (ofsi_report_row){
        .id = ofsi_span_of(id),
        .path = ofsi_span_of(report->path),
        .profile = ofsi_span_of(report->profile),
        .title = ofsi_span_of(report->title),
        .provider = ofsi_span_of(report->provider),
        .provider_id = ofsi_span_of(report->provider_id),
        .inspectorate = ofsi_span_of(report->inspectorate),
        .lead_inspector = ofsi_span_of(report->lead_inspector),
        .inspected_from = report->inspected_from,
        .inspected_to = report->inspected_to,
        .published = report->published,
        .pages = report->pages,
        .warning_count = report->warning_count + report->earlier_warnings,
        .inspection = ofsi_span_of(report->inspection),
        .provider_name = ofsi_span_of(report->provider_name),
        .provider_keys = ofsi_buf_span(keys),
        .overall = ofsi_span_of(report->overall.label),
        .overall_level = report->overall.level,
        .overall_levels = report->overall.levels,
        .confidence = (uint8_t)report->confidence,
        .has_scale = report->has_scale,
        .file_size = source->size,
        .file_mtime_ns = source->mtime_ns,
        .file_hash = source->hash,
        .generation = source->generation,
    };
    for (uint32_t i = 0; i < report->section_count; i++)
        row->graded_sections += report->sections[i].grade.label != NULL;
    if (row->graded_sections < report->graded_sections)
        row->graded_sections = report->graded_sections;
    return OFS_OK;
}

/* Headings nested deeper than an index holds: the outermost and the innermost ones stay. */
static uint32_t copy_path(const ofs_section *section, ofsi_span *path) {
    uint32_t depth = section->depth < OFSI_SECTION_DEPTH_MAX ? section->depth : OFSI_SECTION_DEPTH_MAX;
    for (uint32_t d = 0; d < depth; d++)
        path[d] = ofsi_span_of(section->path[d + 1 == depth ? section->depth - 1 : d]);
    return depth;
}

void ofsi_row_of_paragraph(const ofs_report *report, uint32_t i, uint32_t length, ofsi_span *path,
                           ofsi_doc_row *row) {
    const ofs_paragraph *p = &report->paragraphs[i];
    *row = (ofsi_doc_row){.path = path,
                          .kind = (uint8_t)p->kind,
                          .page = p->page,
                          .item = p->item,
                          .length = length,
                          .number = ofsi_span_of(p->number),
                          .timescale = ofsi_span_of(p->timescale),
                          .text = {p->text, p->text_size}};
    if (p->section >= report->section_count)
        return;
    const ofs_section *section = &report->sections[p->section];
    row->depth = copy_path(section, path);
    row->role = ofsi_span_of(section->role);
    row->grade = ofsi_span_of(section->grade.label);
    row->level = section->grade.level;
    row->levels = section->grade.levels;
}

static ofs_status define(void *context, const ofsi_definition_row *row, ofs_error *err) {
    const ofsi_rows *rows = context;
    return ofsi_segment_define(rows->writer, row, rows->report_count, err);
}

ofs_status ofsi_rows_write(ofsi_rows *rows, const ofs_report *report, const char *id,
                           const ofsi_source *source, const uint32_t *lengths, ofs_error *err) {
    ofsi_report_row row;
    ofs_status status = ofsi_row_of_report(report, id, source, &rows->keys, &row, err);
    if (status == OFS_OK)
        status = ofsi_segment_add_report(rows->writer, &row, err);
    for (uint32_t i = 0; i < report->paragraph_count && status == OFS_OK; i++) {
        ofsi_span path[OFSI_SECTION_DEPTH_MAX];
        ofsi_doc_row doc;
        ofsi_row_of_paragraph(report, i, lengths[i], path, &doc);
        status = ofsi_segment_add_doc(rows->writer, &doc, err);
        rows->token_count += lengths[i];
        if (status == OFS_OK)
            status = ofsi_define_from_text(doc.text, rows->analyzer, &rows->tokens, define, rows, err);
    }
    rows->report_count++;
    return status;
}

void ofsi_rows_free(ofsi_rows *rows) {
    ofsi_segment_abandon(rows->writer);
    ofsi_buf_free(&rows->keys);
    ofsi_tokens_free(&rows->tokens);
}
