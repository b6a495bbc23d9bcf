/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facets as inline SVG: bars with their names and counts, for years columns from the first to the last. Colours are the
 * page's (html.c), so that a chart reads on light and dark and in print.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "search/present/counts.h"
#include "search/present/markup.h"
#include "search/present/printers.h"

enum {
    WIDTH = 640,
    BAR_LEFT = 300,
    BAR_ROOM = 230,
    ROW = 22,
    COLUMN_HEIGHT = 140,
    MOST_BARS = 20,
    MOST_YEARS = 60
};

static uint64_t most_of(const ofs_facet_value *values, uint32_t count) {
    uint64_t most = 1;
    for (uint32_t i = 0; i < count; i++)
        most = values[i].count > most ? values[i].count : most;
    return most;
}

static void append_share(ofsi_buf *out, const ofs_facet_value *value) {
    ofsi_buf_printf(out, "%" PRIu64, value->count);
    if (value->of)
        ofsi_buf_printf(out, " (%.1f%% of %" PRIu64 ")", 100.0 * (double)value->count / (double)value->of,
                        value->of);
}

/* A name of more characters than fit is cut; the whole stands in the title. */
static void append_name(ofsi_buf *out, const ofs_facet *facet, const ofs_facet_value *value) {
    enum { FITTING = 44 };
    ofsi_buf name = {0};
    ofsi_append_value(&name, facet, value);
    size_t at = 0, characters = 0;
    while (at < name.size && characters < FITTING) {
        at++;
        while (at < name.size && ((unsigned char)name.data[at] & 0xC0) == 0x80)
            at++;
        characters++;
    }
    ofsi_append_html(out, (ofsi_span){name.data, at});
    ofsi_buf_text(out, at < name.size ? "…<title>" : "<title>");
    ofsi_append_html(out, ofsi_buf_span(&name));
    ofsi_buf_text(out, "</title>");
    out->failed = out->failed || name.failed;
    ofsi_buf_free(&name);
}

static void append_bars(ofsi_buf *out, const ofs_facet *facet) {
    uint32_t shown = facet->value_count < MOST_BARS ? facet->value_count : MOST_BARS;
    double most = (double)most_of(facet->values, facet->value_count);
    ofsi_buf_printf(out,
                    "<svg role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %d %u\" width=\"%d\" height=\"%u\">\n",
                    ofs_facet_field_name(facet->field), WIDTH, shown * ROW + 4, WIDTH, shown * ROW + 4);
    for (uint32_t i = 0; i < shown; i++) {
        const ofs_facet_value *value = &facet->values[i];
        double width = (double)value->count / most * BAR_ROOM;
        ofsi_buf_printf(out, "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">", BAR_LEFT - 8, i * ROW + 16);
        append_name(out, facet, value);
        ofsi_buf_printf(out,
                        "</text><rect x=\"%d\" y=\"%u\" width=\"%.1f\" height=\"%d\"/>"
                        "<text x=\"%.1f\" y=\"%u\">",
                        BAR_LEFT, i * ROW + 3, width, ROW - 6, BAR_LEFT + width + 6, i * ROW + 16);
        append_share(out, value);
        ofsi_buf_text(out, "</text>\n");
    }
    ofsi_buf_text(out, "</svg>\n");
    if (shown < facet->distinct)
        ofsi_buf_printf(out, "<p class=\"more\">and %u more</p>\n", facet->distinct - shown);
}

static void append_column(ofsi_buf *out, const ofs_facet_value *value, double x, double width,
                          double height) {
    ofsi_buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>", x,
                    COLUMN_HEIGHT + 20.0 - height, width, height);
    ofsi_append_html(out, ofsi_span_of(value->path[0]));
    ofsi_buf_text(out, ": ");
    append_share(out, value);
    ofsi_buf_printf(out, "</title></rect><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x + width / 2,
                    COLUMN_HEIGHT + 36);
    ofsi_append_html(out, ofsi_span_of(value->path[0]));
    ofsi_buf_printf(out, "</text><text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%" PRIu64 "</text>\n",
                    x + width / 2, COLUMN_HEIGHT + 14.0 - height, value->count);
}

/* False where the years do not make a chart: none, or a span that no page holds. */
static bool append_columns(ofsi_buf *out, const ofs_facet_value *values, uint32_t count) {
    while (count && !values[count - 1].path)
        count--;
    if (!count)
        return false;
    long first = strtol(values[0].path[0], NULL, 10), last = strtol(values[count - 1].path[0], NULL, 10);
    if (last < first || last - first >= MOST_YEARS)
        return false;
    double step = (double)WIDTH / (double)(last - first + 1), most = (double)most_of(values, count);
    step = step > 60 ? 60 : step;
    ofsi_buf_printf(out,
                    "<svg role=\"img\" aria-label=\"year\" class=\"years\" viewBox=\"0 0 %d %d\" "
                    "width=\"%d\" height=\"%d\">\n",
                    WIDTH, COLUMN_HEIGHT + 44, WIDTH, COLUMN_HEIGHT + 44);
    for (uint32_t i = 0; i < count; i++)
        append_column(out, &values[i], (double)(strtol(values[i].path[0], NULL, 10) - first) * step + 2,
                      step - 4, (double)values[i].count / most * (COLUMN_HEIGHT - 20));
    ofsi_buf_text(out, "</svg>\n");
    return true;
}

void ofsi_append_chart(ofsi_buf *out, const ofs_facet *facet) {
    ofsi_arena arena = {0};
    const ofs_facet_value *values = ofsi_values_in_order(facet, &arena);
    ofsi_buf_printf(out, "<figure>\n<figcaption>%s</figcaption>\n", ofs_facet_field_name(facet->field));
    if (!values)
        out->failed = true;
    else if (facet->field != OFS_FACET_YEAR || !append_columns(out, values, facet->value_count))
        append_bars(out, facet);
    ofsi_buf_text(out, "</figure>\n");
    ofsi_arena_free(&arena);
}
