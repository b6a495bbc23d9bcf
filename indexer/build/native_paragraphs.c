/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every live paragraph of a native index, in the order of reports and places, as public structs: for who writes them out in some
 * form. Holds a paragraph, its section and its report at a time, and of each segment one block of texts.
 */
#include "indexer/base/alloc.h"
#include "indexer/build/inspect.h"
#include "indexer/build/places.h"

/* Pages of the segments that were looked at are let go of each time so many paragraphs are through. */
enum { RELEASE_EVERY = 65536 };

typedef struct walk {
    ofsi_snapshot *snapshot;
    ofs_paragraph_visit visit;
    void *context;
    ofsi_store_cache *caches; /* one for each segment: reports of several may alternate */
    ofsi_arena report_arena, section_arena, arena; /* the last for a paragraph's own strings */
    ofs_report_info info;
    const ofsi_segment *segment; /* of `section`; NULL: none is known */
    uint32_t section_number, grade_number;
    ofs_section section;
    uint64_t since_release;
} walk;

/* ---- sections ---- */

static bool fill_section(walk *w, const ofsi_segment *segment, uint32_t section, uint32_t grade) {
    uint32_t headings[OFSI_SECTION_DEPTH_MAX];
    bool failed = false;
    ofsi_arena *arena = &w->section_arena;
    ofsi_arena_reset(arena);
    uint32_t depth = ofsi_segment_section_path(segment, section, headings, OFSI_SECTION_DEPTH_MAX);
    const char **path = ofsi_arena_calloc(arena, OFSI_SECTION_DEPTH_MAX, sizeof *path);
    w->section = (ofs_section){.path = path, .depth = depth};
    for (uint32_t d = 0; path && d < depth; d++) {
        ofsi_span heading = ofsi_segment_heading(segment, headings[d]);
        path[d] = ofsi_arena_strndup(arena, heading.data, heading.size);
        failed |= !path[d];
    }
    w->section.role = ofsi_text_or_null(arena, ofsi_segment_section_role(segment, section), &failed);
    if (grade) {
        ofsi_span label =
            ofsi_segment_grade_label(segment, grade, &w->section.grade.level, &w->section.grade.levels);
        w->section.grade.label = ofsi_text_or_null(arena, label, &failed);
    }
    return path && !failed;
}

/* *section NULL: the paragraph stands outside all. A paragraph's section is mostly that of the one before. */
static ofs_status find_section(walk *w, const ofsi_segment *segment, uint32_t doc, const ofs_section **out,
                               ofs_error *err) {
    uint32_t section = ofsi_segment_section(segment, doc), grade = ofsi_segment_grade(segment, doc);
    *out = NULL;
    if (!section && !grade)
        return OFS_OK;
    if (w->segment != segment || w->section_number != section || w->grade_number != grade) {
        w->segment = NULL;
        if (!fill_section(w, segment, section, grade))
            return ofsi_fail_nomem(err);
        w->segment = segment;
        w->section_number = section;
        w->grade_number = grade;
    }
    *out = &w->section;
    return OFS_OK;
}

/* ---- paragraphs ---- */

static ofs_status visit_doc(walk *w, const ofsi_place *place, uint32_t doc, uint32_t number, ofs_error *err) {
    ofsi_segment *segment = place->segment;
    ofsi_span text, timescale;
    ofs_listed_paragraph listed = {.report = &w->info, .place = number};
    bool failed = false;
    ofs_status status = find_section(w, segment, doc, &listed.section, err);
    if (status == OFS_OK)
        status = ofsi_segment_text(segment, doc, &w->caches[place->number], &text, &timescale, err);
    if (status != OFS_OK)
        return status;
    ofs_paragraph p = {
        .number = ofsi_text_or_null(&w->arena, ofsi_segment_number(segment, doc), &failed),
        .item = ofsi_segment_item(segment, doc),
        .page = ofsi_segment_page(segment, doc),
        .section = listed.section ? 0 : OFS_NO_SECTION,
        .kind = (ofs_kind)ofsi_segment_kind(segment, doc),
        .text = ofsi_arena_strndup(&w->arena, text.data, text.size),
        .text_size = text.size,
        .timescale = ofsi_text_or_null(&w->arena, timescale, &failed),
    };
    listed.paragraph = &p;
    status = failed || !p.text ? ofsi_fail_nomem(err) : w->visit(w->context, &listed, err);
    ofsi_arena_reset(&w->arena);
    return status;
}

static void release_pages(walk *w) {
    for (uint32_t s = 0; s < w->snapshot->segment_count; s++)
        ofsi_segment_release(w->snapshot->segments[s].segment);
    w->since_release = 0;
}

static ofs_status visit_report(walk *w, const ofsi_place *place, ofs_error *err) {
    uint32_t first, end;
    ofsi_segment_report_docs(place->segment, place->report, &first, &end);
    ofsi_arena_reset(&w->report_arena);
    ofs_status status = ofsi_place_info(place, &w->report_arena, &w->info, err);
    if (status == OFS_OK && first == end) {
        ofs_listed_paragraph none = {.report = &w->info};
        return w->visit(w->context, &none, err);
    }
    for (uint32_t doc = first; status == OFS_OK && doc < end; doc++) {
        status = visit_doc(w, place, doc, doc - first, err);
        if (++w->since_release == RELEASE_EVERY)
            release_pages(w);
    }
    return status;
}

ofs_status ofsi_native_visit(const ofsi_inspected *index, ofs_paragraph_visit visit, void *context,
                             ofs_error *err) {
    walk w = {.visit = visit, .context = context, .report_arena = {.block_size = 4096}};
    ofsi_place *places = NULL;
    size_t count = 0;
    ofs_status status = ofsi_snapshot_open(index->storage, &w.snapshot, err);
    if (status == OFS_OK) {
        w.caches = ofsi_calloc((size_t)w.snapshot->segment_count + 1, sizeof *w.caches);
        status = w.caches ? ofsi_places_of(w.snapshot, &places, &count, err) : ofsi_fail_nomem(err);
    }
    for (size_t i = 0; i < count && status == OFS_OK; i++)
        status = visit_report(&w, &places[i], err);
    for (uint32_t s = 0; w.caches && s < w.snapshot->segment_count; s++)
        ofsi_store_cache_free(&w.caches[s]);
    ofsi_free(w.caches);
    ofsi_free(places);
    ofsi_arena_free(&w.report_arena);
    ofsi_arena_free(&w.section_arena);
    ofsi_arena_free(&w.arena);
    ofsi_snapshot_close(w.snapshot);
    return status;
}
