/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A paragraph as a line of .jsonl, the inverse of its reader (report/jsonl_values.c): every key that the index knows a value
 * of. A line says all of its report, so that it keeps its meaning also where lines are picked out or put together anew.
 */
#include "indexer/base/date.h"
#include "indexer/base/json_out.h"
#include "indexer/base/map.h"
#include "indexer/base/utf8.h"
#include "indexer/cli/export.h"

void export_text(ofsi_buf *out, const char *key, const char *text) {
    if (!text)
        return;
    ofsi_json_key(out, key);
    ofsi_json_text(out, text);
}

bool export_is_plain(const char *id) {
    size_t size = strlen(id);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)id[i] < ' ' || id[i] == 0x7F ||
            (i && id[i - 1] == '\xC2' && (unsigned char)id[i] < 0xA0))
            return false;
    return ofsi_utf8_valid_prefix(id, size) == size;
}

/* Its hash keeps ids apart that would else be one when they are read. */
void export_id(ofsi_buf *out, const char *key, const char *id) {
    size_t size = strlen(id);
    if (export_is_plain(id)) {
        export_text(out, key, id);
        return;
    }
    ofsi_buf marked = {0};
    ofsi_buf_printf(&marked, "%s~%016llx", id, (unsigned long long)ofsi_hash64(id, size));
    out->failed |= marked.failed;
    ofsi_json_key(out, key);
    ofsi_json_string(out, ofsi_buf_span(&marked));
    ofsi_buf_free(&marked);
}

void export_number(ofsi_buf *out, const char *key, uint32_t number) {
    if (!number)
        return;
    ofsi_json_key(out, key);
    ofsi_buf_count(out, number);
}

void export_date(ofsi_buf *out, const char *key, ofs_date date) {
    char text[11];
    if (date == OFS_NO_DATE)
        return;
    ofsi_date_format(date, text);
    export_text(out, key, text);
}

/* Always with its levels: a label alone would be looked up on the inspectorate's scale. */
void export_grade(ofsi_buf *out, const char *key, ofs_grade grade) {
    if (!grade.label)
        return;
    ofsi_json_key(out, key);
    ofsi_buf_byte(out, '{');
    export_text(out, "label", grade.label);
    ofsi_json_key(out, "level");
    ofsi_buf_count(out, grade.level);
    ofsi_json_key(out, "levels");
    ofsi_buf_count(out, grade.levels);
    ofsi_buf_byte(out, '}');
}

void export_list(ofsi_buf *out, const char *key, const char *const *texts, uint32_t count) {
    ofsi_json_key(out, key);
    ofsi_buf_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        ofsi_json_comma(out);
        ofsi_json_text(out, texts[i]);
    }
    ofsi_buf_byte(out, ']');
}

void export_about(ofsi_buf *out, const ofs_report_info *info) {
    export_text(out, "inspectorate", info->inspectorate);
    export_text(out, "inspection", info->inspection);
    export_text(out, "lead_inspector", info->lead_inspector);
    export_date(out, "inspected_from", info->inspected_from);
    export_date(out, "inspected_to", info->inspected_to);
    export_date(out, "published", info->published);
    export_grade(out, "overall", info->overall);
    export_number(out, "pages", info->pages);
    export_text(out, "profile", info->profile);
}

static void append_report(ofsi_buf *out, const ofs_report_info *info) {
    export_id(out, "report", info->id);
    export_text(out, "title", info->title);
    export_text(out, "provider", info->provider);
    export_text(out, "provider_name", info->provider_name);
    export_text(out, "provider_id", info->provider_id);
    /* Also where there is none, else the reader would take those of its own table. */
    if (info->provider || info->provider_also_count)
        export_list(out, "provider_also", info->provider_also, info->provider_also_count);
    export_about(out, info);
    if (info->has_scale) {
        ofsi_json_key(out, "has_scale");
        ofsi_buf_text(out, "true");
    }
    export_number(out, "graded_sections", info->graded_sections);
    export_text(out, "confidence", ofs_confidence_name(info->confidence));
    export_number(out, "warning_count", info->warnings);
}

static void append_paragraph(ofsi_buf *out, const ofs_section *section, const ofs_paragraph *p) {
    if (section && section->depth)
        export_list(out, "section", section->path, section->depth);
    if (section) {
        export_text(out, "role", section->role);
        export_grade(out, "grade", section->grade);
    }
    export_text(out, "kind", ofs_kind_name(p->kind));
    export_text(out, "paragraph", p->number);
    export_number(out, "item", p->item);
    export_number(out, "page", p->page);
    export_text(out, "timescale", p->timescale);
    ofsi_json_key(out, "text");
    ofsi_json_string(out, (ofsi_span){p->text, p->text_size});
}

void export_jsonl(ofsi_buf *out, const ofs_listed_paragraph *listed) {
    ofsi_buf_byte(out, '{');
    append_report(out, listed->report);
    ofsi_json_key(out, "verbatim");
    ofsi_buf_text(out, "true");
    if (listed->paragraph) {
        append_paragraph(out, listed->section, listed->paragraph);
    } else {
        ofsi_json_key(out, "paragraph_count");
        ofsi_buf_byte(out, '0');
    }
    ofsi_buf_text(out, "}\n");
}
