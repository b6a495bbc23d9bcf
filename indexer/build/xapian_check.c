/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether Xapian databases are sound: libxapian's own check of its tables, and then what only we know: every report has its
 * paragraphs, every paragraph decodes, and has the terms and values that its text gives.
 */
#include <stdlib.h>
#include <string.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"
#include "indexer/build/xapian_reader.h"
#include "indexer/build/xapian_terms.h"

#define BAD_BLOCK "%s is damaged: a block of it is not of the commit that it belongs to"
enum { OPEN_TRIES = 3 };

/* A run over the reports of one database. */
typedef struct checking {
    const ofsi_xapian *x;
    const ofs_xapian_database *database;
    const char *name, *path; /* of the database; the path NULL for a server */
    uint64_t generation;
    ofsi_analyzer *analyzer;
    ofsi_tokens tokens;
    ofsi_findings *findings;
    uint64_t reports, paragraphs;
    ofs_xapian_document *document;
    ofs_xapian_string text, value;
    ofsi_map terms; /* that the paragraph is to have */
    uint32_t *wdfs; /* of them */
    size_t wdfs_capacity;
    uint32_t found; /* of them */
    ofs_error *err; /* of the visit that is under way */
} checking;

/* ---- a paragraph ---- */

static ofs_status expect_term(void *context, ofsi_span term, uint32_t position, uint32_t wdf,
                              ofs_error *err) {
    checking *c = context;
    bool added;
    (void)position;
    uint32_t number = ofsi_map_intern(&c->terms, term, &added);
    if (number == OFSI_MAP_NONE ||
        !ofsi_grow(&c->wdfs, &c->wdfs_capacity, (size_t)number + 1, sizeof *c->wdfs))
        return ofsi_fail_nomem(err);
    c->wdfs[number] = wdf + (added ? 0 : c->wdfs[number]);
    return OFS_OK;
}

static ofs_status expect_cut(void *context, ofsi_span term, ofsi_span value, ofs_error *err) {
    checking *c = context;
    ofsi_buf key = {0};
    ofsi_xapian_value_key(term, &key);
    ofs_status status = key.failed
                            ? ofsi_fail_nomem(err)
                            : ofsi_xapian_metadata(c->x, c->database, ofsi_buf_span(&key), &c->value, err);
    ofsi_buf_free(&key);
    if (status == OFS_OK && !ofsi_span_equal(ofsi_xapian_span(&c->value), value))
        status = ofsi_fail(err, OFS_E_CORRUPT,
                           "%s is damaged: it has lost a value that was too long for a term", c->name);
    return status;
}

static ofs_status expect_value(void *context, uint32_t slot, ofsi_span value, ofs_error *err) {
    checking *c = context;
    ofs_status status = c->x->document_value(c->document, slot, &c->value, err);
    if (status == OFS_OK && !ofsi_span_equal(ofsi_xapian_span(&c->value), value))
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: document %u has a wrong value in slot %u",
                           c->name, c->x->document_id(c->document), slot);
    return status;
}

static ofs_status find_term(void *context, const ofs_xapian_term *term) {
    checking *c = context;
    uint32_t number = ofsi_map_find(&c->terms, (ofsi_span){term->name.data, term->name.size});
    if (number == OFSI_MAP_NONE || c->wdfs[number] != term->wdf)
        return ofsi_fail(
            c->err, OFS_E_CORRUPT,
            "%s is damaged: document %u has a term that its text does not give, or another count of it",
            c->name, c->x->document_id(c->document));
    c->found++;
    return OFS_OK;
}

static ofs_status compare_terms(checking *c, uint32_t docid, ofs_error *err) {
    c->found = 0;
    c->err = err;
    ofs_status status = c->x->database_visit_document(c->database, docid, find_term, c, err);
    if (status == OFS_OK && c->found != c->terms.count)
        status = ofsi_fail(err, OFS_E_CORRUPT,
                           "%s is damaged: document %u has lost a term that its text gives", c->name, docid);
    return status;
}

static ofs_status check_words(checking *c, const ofsi_report_row *report, const ofsi_xapian_doc *doc,
                              uint32_t docid, ofs_error *err) {
    const ofsi_xapian_receiver receiver = {c, expect_term, expect_cut, expect_value};
    if (!c->analyzer)
        return OFS_OK;
    ofs_status status = ofsi_analyze(c->analyzer, doc->row.text, &c->tokens, err);
    if (status != OFS_OK)
        return status;
    if (c->tokens.length != doc->row.length)
        return ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: document %u has %u words and says %u", c->name,
                         docid, c->tokens.length, doc->row.length);
    const ofsi_xapian_paragraph paragraph = {report, &doc->row, doc->place, &c->tokens, c->analyzer};
    ofsi_map_reset(&c->terms);
    status = ofsi_xapian_describe(&paragraph, &receiver, err);
    return status == OFS_OK ? compare_terms(c, docid, err) : status;
}

static ofs_status check_paragraph(checking *c, const ofsi_report_row *report, uint32_t place,
                                  ofs_error *err) {
    uint32_t docid = report->first_doc + place;
    ofsi_xapian_doc doc;
    ofs_status status = c->x->database_document(c->database, docid, &c->document, err);
    if (status == OFS_E_NOT_FOUND)
        return ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: it has lost a paragraph of '%.*s'", c->name,
                         (int)(report->id.size < 200 ? report->id.size : 200), report->id.data);
    if (status == OFS_OK)
        status = c->x->document_data(c->document, &c->text, err);
    if (status == OFS_OK)
        status = ofsi_xapian_doc_read(ofsi_xapian_span(&c->text), c->name, &doc, err);
    if (status == OFS_OK && (doc.place != place || !ofsi_span_equal(doc.report.id, report->id)))
        status =
            ofsi_fail(err, OFS_E_CORRUPT,
                      "%s is damaged: document %u is of another report than its place says", c->name, docid);
    if (status == OFS_OK)
        status = check_words(c, report, &doc, docid, err);
    c->x->document_free(c->document);
    c->document = NULL;
    return status;
}

/* ---- a database ---- */

/*
 * libxapian takes a block with too high a number for one that a later commit wrote. Where there was none, it is damage; where there
 * was, what was read is not.
 */
static void note(const checking *c, ofs_status status, ofs_error *damage) {
    ofs_xapian_database *now = NULL;
    uint64_t generation = c->generation;
    if (status == OFS_E_MODIFIED) {
        ofs_error ignored;
        if (c->path && c->x->database_open(c->path, &now, &ignored) == OFS_OK)
            (void)ofsi_xapian_metadata_count(c->x, now, OFSI_XAPIAN_KEY_GENERATION, c->name, &generation,
                                             &ignored);
        c->x->database_free(now);
        status = generation > c->generation
                     ? ofsi_fail(damage, OFS_E_MODIFIED,
                                 "%s was written to while it was checked; check it again", c->name)
                     : ofsi_fail(damage, OFS_E_CORRUPT, BAD_BLOCK, c->name);
    }
    ofsi_note_finding(c->findings, status, damage);
}

/* The first damage of a report is told; the next report may have its own. */
static ofs_status check_report(void *context, const ofsi_report_row *report, ofs_error *err) {
    checking *c = context;
    ofs_error damage = {0};
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < report->doc_count && status == OFS_OK; i++)
        status = check_paragraph(c, report, i, &damage);
    c->reports++;
    c->paragraphs += report->doc_count;
    if (status == OFS_E_CORRUPT)
        note(c, status, &damage);
    if (status == OFS_OK || status == OFS_E_CORRUPT)
        return OFS_OK;
    if (err)
        *err = damage;
    return status;
}

static ofs_status check_totals(checking *c, ofs_error *err) {
    ofs_xapian_info info;
    uint64_t reports;
    ofs_status status =
        ofsi_xapian_metadata_count(c->x, c->database, OFSI_XAPIAN_KEY_REPORTS, c->name, &reports, err);
    if (status == OFS_OK)
        status = c->x->database_info(c->database, &info, err);
    if (status == OFS_OK && reports != c->reports)
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: it has %llu reports and says %llu", c->name,
                           (unsigned long long)c->reports, (unsigned long long)reports);
    if (status == OFS_OK && info.doccount != c->paragraphs)
        status = ofsi_fail(err, OFS_E_CORRUPT,
                           "%s is damaged: it has %u paragraphs, of which its reports name %llu", c->name,
                           info.doccount, (unsigned long long)c->paragraphs);
    return status;
}

/* The analyzer that made the database's terms; NULL when this program breaks words by other rules. */
static ofs_status open_analyzer(checking *c, ofs_error *err) {
    ofs_xapian_string stemmer = {0}, fingerprint = {0};
    ofs_status status =
        ofsi_xapian_metadata(c->x, c->database, ofsi_span_of(OFSI_XAPIAN_KEY_STEMMER), &stemmer, err);
    if (status == OFS_OK)
        status = ofsi_xapian_metadata(c->x, c->database, ofsi_span_of(OFSI_XAPIAN_KEY_FINGERPRINT),
                                      &fingerprint, err);
    if (status == OFS_OK)
        status = ofsi_analyzer_open(stemmer.data ? stemmer.data : "", &c->analyzer, err);
    if (status == OFS_E_USAGE) /* a stemmer that this build has not got */
        status = OFS_OK;
    if (c->analyzer && !ofsi_span_equal(ofsi_xapian_span(&fingerprint),
                                        ofsi_span_of(ofsi_analyzer_fingerprint(c->analyzer)))) {
        ofsi_analyzer_close(c->analyzer);
        c->analyzer = NULL;
    }
    c->x->string_free(&stemmer);
    c->x->string_free(&fingerprint);
    return status;
}

static void check_contents(const ofsi_xapian_reader *r, uint32_t i, ofsi_findings *findings) {
    checking c = {.x = r->x,
                  .database = r->databases[i],
                  .name = r->shards.items[i].name,
                  .path = r->shards.items[i].path,
                  .generation = r->generations[i],
                  .findings = findings};
    ofs_error damage;
    ofs_status status = open_analyzer(&c, &damage);
    if (status == OFS_OK)
        status = ofsi_xapian_each_report(c.x, c.database, c.name, check_report, &c, &damage);
    if (status == OFS_OK)
        status = check_totals(&c, &damage);
    note(&c, status, &damage);
    c.x->string_free(&c.text);
    c.x->string_free(&c.value);
    ofsi_analyzer_close(c.analyzer);
    ofsi_tokens_free(&c.tokens);
    ofsi_map_free(&c.terms);
    ofsi_free(c.wdfs);
}

/* libxapian's own check; a server's files are its own affair. */
static ofs_status check_tables(const ofsi_xapian *x, const ofsi_shard *shard, ofs_error *err) {
    size_t faults = 0;
    ofs_xapian_string report = {0};
    if (!shard->path)
        return OFS_OK;
    ofs_status status = x->check(shard->path, &faults, &report, err);
    if (status == OFS_OK && faults)
        status = ofsi_fail(err, OFS_E_CORRUPT, "%s is damaged: libxapian finds %zu faults in its tables",
                           shard->path, faults);
    x->string_free(&report);
    return status;
}

void ofsi_xapian_check_index(const ofsi_inspected *index, ofsi_findings *findings) {
    ofsi_xapian_reader r;
    ofs_error damage;
    ofs_status status = ofsi_xapian_reader_open(index, &r, &damage);
    for (int i = 0; i < OPEN_TRIES && status == OFS_E_MODIFIED; i++)
        status = ofsi_xapian_reader_open(index, &r, &damage);
    if (status == OFS_E_MODIFIED) /* no writer is as quick as that each time */
        status = ofsi_fail(&damage, OFS_E_CORRUPT, BAD_BLOCK, index->directory);
    ofsi_note_finding(findings, status, &damage);
    for (uint32_t i = 0; i < r.shards.count && status == OFS_OK; i++) {
        const ofsi_shard *shard = &r.shards.items[i];
        const checking c = {.x = r.x,
                            .name = shard->name,
                            .path = shard->path,
                            .generation = r.generations[i],
                            .findings = findings};
        note(&c, check_tables(r.x, shard, &damage), &damage);
        check_contents(&r, i, findings);
    }
    ofsi_xapian_reader_close(&r);
}
