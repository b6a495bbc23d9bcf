/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every paragraph of Xapian databases, in the order of reports and places, as public structs. Holds one at a time. */
#include "indexer/base/alloc.h"
#include "indexer/build/xapian_reader.h"

typedef struct walk {
    ofsi_xapian_reader reader;
    ofs_paragraph_visit visit;
    void *context;
    ofsi_arena report_arena, arena; /* the last for a paragraph's own strings */
    ofs_report_info info;
    ofs_xapian_string data;
} walk;

static bool fill_section(walk *w, const ofsi_doc_row *row, ofs_section *section) {
    bool failed = false;
    const char **path = ofsi_arena_calloc(&w->arena, (size_t)row->depth + 1, sizeof *path);
    *section = (ofs_section){.path = path, .depth = row->depth};
    for (uint32_t d = 0; path && d < row->depth; d++) {
        path[d] = ofsi_arena_strndup(&w->arena, row->path[d].data, row->path[d].size);
        failed |= !path[d];
    }
    section->role = ofsi_text_or_null(&w->arena, row->role, &failed);
    section->grade = (ofs_grade){ofsi_text_or_null(&w->arena, row->grade, &failed), row->level, row->levels};
    return path && !failed;
}

static ofs_status give_paragraph(walk *w, const ofsi_xapian_doc *doc, ofs_error *err) {
    const ofsi_doc_row *row = &doc->row;
    ofs_section section;
    bool failed = !fill_section(w, row, &section),
         outside = !row->depth && !row->role.size && !row->grade.size;
    ofs_paragraph p = {
        .number = ofsi_text_or_null(&w->arena, row->number, &failed),
        .item = row->item,
        .page = row->page,
        .section = outside ? OFS_NO_SECTION : 0,
        .kind = (ofs_kind)row->kind,
        .text = ofsi_arena_strndup(&w->arena, row->text.data, row->text.size),
        .text_size = row->text.size,
        .timescale = ofsi_text_or_null(&w->arena, row->timescale, &failed),
    };
    const ofs_listed_paragraph listed = {&w->info, doc->place, outside ? NULL : &section, &p};
    return failed || !p.text ? ofsi_fail_nomem(err) : w->visit(w->context, &listed, err);
}

static ofs_status visit_document(walk *w, uint32_t database, uint32_t docid, ofs_error *err) {
    const ofsi_xapian *x = w->reader.x;
    const char *name = w->reader.shards.items[database].name;
    ofs_xapian_document *document = NULL;
    ofsi_xapian_doc doc;
    ofs_status status = x->database_document(w->reader.databases[database], docid, &document, err);
    if (status == OFS_E_NOT_FOUND)
        status =
            ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: it has lost a paragraph of '%s'", name, w->info.id);
    if (status == OFS_OK)
        status = x->document_data(document, &w->data, err);
    x->document_free(document);
    if (status == OFS_OK)
        status = ofsi_xapian_doc_read(ofsi_xapian_span(&w->data), name, &doc, err);
    if (status == OFS_OK)
        status = give_paragraph(w, &doc, err);
    ofsi_arena_reset(&w->arena);
    return status;
}

static ofs_status visit_report(walk *w, const ofsi_xapian_report *report, ofs_error *err) {
    ofsi_arena_reset(&w->report_arena);
    ofs_status status = ofsi_info_of_row(&report->row, &w->report_arena, &w->info, err);
    if (status == OFS_OK && report->row.doc_count == 0) {
        ofs_listed_paragraph none = {.report = &w->info};
        return w->visit(w->context, &none, err);
    }
    for (uint32_t i = 0; i < report->row.doc_count && status == OFS_OK; i++)
        status = visit_document(w, report->database, report->row.first_doc + i, err);
    return status;
}

ofs_status ofsi_xapian_visit(const ofsi_inspected *index, ofs_paragraph_visit visit, void *context,
                             ofs_error *err) {
    walk w = {.visit = visit, .context = context, .report_arena = {.block_size = 4096}};
    ofsi_xapian_rows rows = {0};
    ofs_status status = ofsi_xapian_reader_open(index, &w.reader, err);
    if (status == OFS_OK)
        status = ofsi_xapian_reader_rows(&w.reader, &rows, err);
    for (size_t i = 0; i < rows.count && status == OFS_OK; i++)
        status = visit_report(&w, &rows.items[i], err);
    if (w.reader.x)
        w.reader.x->string_free(&w.data);
    ofsi_xapian_rows_free(&rows);
    ofsi_arena_free(&w.report_arena);
    ofsi_arena_free(&w.arena);
    ofsi_xapian_reader_close(&w.reader);
    return status;
}
