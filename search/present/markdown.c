/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The markdown format: quotations with their citations, ready to be pasted into a document. A quotation is the whole
 * paragraph, its matches bold; its citation is a link to the report's page whose title is the paragraph's ref, by which
 * `ofsearch verify` finds it again.
 */
#include "search/present/citation.h"
#include "search/present/counts.h"
#include "search/present/fields.h"
#include "search/present/head.h"
#include "search/present/markup.h"
#include "search/present/printers.h"

static void append_text(ofsi_buf *out, const char *text) { ofsi_append_markdown(out, ofsi_span_of(text)); }

/* Bold cannot begin or end with a blank, and a match never does. */
static void append_marked(ofsi_buf *out, const ofs_hit *hit) {
    uint32_t from = 0;
    for (uint32_t i = 0; i < hit->highlight_count; i++) {
        const ofs_highlight *mark = &hit->highlights[i];
        (from ? ofsi_append_markdown
              : ofsi_append_markdown_line)(out, (ofsi_span){hit->text + from, mark->start - from});
        ofsi_buf_text(out, "**");
        ofsi_append_markdown(out, (ofsi_span){hit->text + mark->start, mark->end - mark->start});
        ofsi_buf_text(out, "**");
        from = mark->end;
    }
    (from ? ofsi_append_markdown
          : ofsi_append_markdown_line)(out, (ofsi_span){hit->text + from, hit->text_size - from});
}

/* Within the quotation marks of a link's title. */
static void append_link_title(ofsi_buf *out, ofsi_span text) {
    for (size_t from = 0; from < text.size;) {
        const char *mark = memchr(text.data + from, '"', text.size - from);
        size_t end = mark ? (size_t)(mark - text.data) : text.size;
        ofsi_append_markdown(out, (ofsi_span){text.data + from, end - from});
        if (mark)
            ofsi_buf_text(out, "\\\"");
        from = end + 1;
    }
}

static void append_citation(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_buf citation = {0}, ref = {0};
    ofsi_append_citation(&citation, hit);
    ofsi_append_ref(&ref, hit);
    ofsi_buf_byte(out, '[');
    ofsi_append_markdown(out, ofsi_buf_span(&citation));
    ofsi_buf_text(out, "](<");
    ofsi_append_link(out, hit);
    ofsi_buf_text(out, "> \"");
    append_link_title(out, ofsi_buf_span(&ref));
    ofsi_buf_text(out, "\")");
    out->failed = out->failed || citation.failed || ref.failed;
    ofsi_buf_free(&citation);
    ofsi_buf_free(&ref);
}

static void append_hit(ofsi_buf *out, const ofs_hit *hit) {
    ofsi_buf_text(out, "> ");
    append_marked(out, hit);
    ofsi_buf_text(out, "\n>\n> — ");
    append_citation(out, hit);
    if (hit->folded_count)
        ofsi_buf_printf(out, " (and %u %s like it)", hit->folded_count,
                        hit->folded_count == 1 ? "paragraph" : "paragraphs");
    ofsi_buf_text(out, "\n\n");
}

static void append_context(ofsi_buf *out, const char *where, const ofs_hit *hits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ofsi_buf_printf(out, "*%s:* ", where);
        ofsi_append_markdown(out, (ofsi_span){hits[i].text, hits[i].text_size});
        ofsi_buf_text(out, "\n\n");
    }
}

static void append_report_heading(ofsi_buf *out, const ofs_hit *hit) {
    int year = ofsi_report_year(hit->report);
    ofsi_buf_text(out, "## ");
    append_text(out, hit->report->provider ? hit->report->provider : hit->report->id);
    if (year)
        ofsi_buf_printf(out, " (%d)", year);
    ofsi_buf_text(out, "\n\n");
}

static void append_head(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options) {
    ofsi_table head = {0};
    ofsi_head_fill(&head, results, options);
    for (size_t i = 0; i + 1 < head.cell_count; i += 2) {
        ofsi_buf_text(out, "- ");
        ofsi_append_markdown(out, head.cells[i]);
        ofsi_buf_text(out, ": ");
        ofsi_append_markdown(out, head.cells[i + 1]);
        ofsi_buf_byte(out, '\n');
    }
    if (head.cell_count)
        ofsi_buf_byte(out, '\n');
    out->failed = out->failed || head.failed;
    ofsi_table_free(&head);
}

static void append_facet(ofsi_buf *out, const ofs_facet *facet) {
    ofsi_table counts = {0};
    const ofs_results one = {.facets = facet, .facet_count = 1};
    const ofsi_present_options plain = {.format = OFSI_FORMAT_MARKDOWN};
    ofsi_counts_fill(&counts, &one, &plain);
    ofsi_present_table(&counts, &plain, out);
    ofsi_table_free(&counts);
}

void ofsi_append_title(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options) {
    if (options->batch)
        ofsi_buf_text(out, options->name);
    else if (results->query && *results->query)
        ofsi_buf_text(out, results->query);
    else
        ofsi_buf_text(out, "Paragraphs");
}

void ofsi_print_markdown(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_buf title = {0};
    ofsi_append_title(&title, results, options);
    ofsi_buf_text(out, "# ");
    ofsi_append_markdown(out, ofsi_buf_span(&title));
    ofsi_buf_text(out, "\n\n");
    out->failed = out->failed || title.failed;
    ofsi_buf_free(&title);
    append_head(out, results, options);
    for (size_t f = 0; f < ofsi_shown_facets(results, options); f++)
        append_facet(out, &results->facets[f]);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ofs_hit *hit = &results->hits[i];
        const ofsi_context *context = options->contexts ? &options->contexts[i] : NULL;
        if (options->group && (i == 0 || strcmp(results->hits[i - 1].report->id, hit->report->id) != 0))
            append_report_heading(out, hit);
        if (context)
            append_context(out, "before", context->before, context->before_count);
        append_hit(out, hit);
        if (context)
            append_context(out, "after", context->after, context->after_count);
    }
}
