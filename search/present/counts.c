/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facets as tables and bars. */
#include "search/present/counts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "indexer/base/clean_text.h"
#include "search/present/printers.h"
#include "search/present/terminal.h"

enum { BAR_CELLS = 12, VALUES_SHOWN = 6 };

size_t ofsi_shown_facets(const ofs_results *results, const ofsi_present_options *options) {
    return results->facet_count - (options->group && results->facet_count ? 1 : 0);
}

void ofsi_append_value(ofsi_buf *out, const ofs_facet *facet, const ofs_facet_value *value) {
    if (!value->path)
        ofsi_buf_text(out, facet->field == OFS_FACET_GRADE || facet->field == OFS_FACET_OVERALL ? "ungraded"
                                                                                                : "(none)");
    for (uint32_t i = 0; value->path && i < value->depth; i++) {
        ofsi_buf_text(out, i ? " › " : "");
        ofsi_append_clean(out, value->path[i], strlen(value->path[i]));
    }
}

static int by_name(const void *a, const void *b) {
    const ofs_facet_value *x = a, *y = b;
    if (!x->path || !y->path)
        return (y->path != NULL) - (x->path != NULL);
    return strcmp(x->path[0], y->path[0]);
}

const ofs_facet_value *ofsi_values_in_order(const ofs_facet *facet, ofsi_arena *arena) {
    if (facet->field != OFS_FACET_YEAR)
        return facet->values;
    ofs_facet_value *sorted = ofsi_arena_calloc(arena, (size_t)facet->value_count + 1, sizeof *sorted);
    if (sorted && facet->value_count) {
        memcpy(sorted, facet->values, facet->value_count * sizeof *sorted);
        qsort(sorted, facet->value_count, sizeof *sorted, by_name);
    }
    return sorted;
}

/* ---- the table ---- */

static void add_counts(ofsi_table *counts, const ofs_facet *facet, const ofsi_present_options *options) {
    const ofs_facet_value *values = ofsi_values_in_order(facet, &counts->arena);
    counts->failed = counts->failed || !values;
    for (uint32_t v = 0; !counts->failed && v < facet->value_count; v++) {
        const ofs_facet_value *value = &values[v];
        ofsi_buf name = {0};
        ofsi_append_value(&name, facet, value);
        if (options->batch)
            ofsi_table_string(counts, options->name);
        ofsi_table_string(counts, ofs_facet_field_name(facet->field));
        ofsi_table_text(counts, ofsi_buf_span(&name));
        ofsi_table_count(counts, value->count);
        if (value->of)
            ofsi_table_count(counts, value->of);
        else
            ofsi_table_none(counts);
        counts->failed = counts->failed || name.failed;
        ofsi_buf_free(&name);
    }
}

void ofsi_counts_fill(ofsi_table *counts, const ofs_results *results, const ofsi_present_options *options) {
    counts->title = "Counts";
    if (options->batch)
        ofsi_table_column(counts, "query", false);
    ofsi_table_column(counts, "field", false);
    ofsi_table_column(counts, "value", false);
    ofsi_table_column(counts, "paragraphs", true);
    ofsi_table_column(counts, "of", true);
    for (size_t f = 0; f < ofsi_shown_facets(results, options); f++)
        add_counts(counts, &results->facets[f], options);
}

/* ---- sections as a tree ---- */

typedef struct tree {
    ofsi_section_node *nodes;
    uint32_t count;
} tree;

static uint32_t find_child(tree *t, uint32_t parent, const char *heading) {
    uint32_t *link = &t->nodes[parent].first;
    while (*link && strcmp(t->nodes[*link].heading, heading) != 0)
        link = &t->nodes[*link].next;
    if (!*link) {
        *link = t->count;
        t->nodes[t->count++] = (ofsi_section_node){.heading = heading, .depth = t->nodes[parent].depth + 1};
    }
    return *link;
}

/* The list that begins at `first`, most frequent first, ties in name order; insertion keeps it simple. */
static uint32_t sort_list(tree *t, uint32_t first) {
    uint32_t sorted = 0;
    while (first) {
        uint32_t node = first, *link = &sorted;
        first = t->nodes[node].next;
        while (*link && (t->nodes[*link].total > t->nodes[node].total ||
                         (t->nodes[*link].total == t->nodes[node].total &&
                          strcmp(t->nodes[*link].heading, t->nodes[node].heading) < 0)))
            link = &t->nodes[*link].next;
        t->nodes[node].next = *link;
        *link = node;
    }
    return sorted;
}

const ofsi_section_node *ofsi_section_tree(const ofs_facet *facet, ofsi_arena *arena) {
    size_t most = 1;
    for (uint32_t v = 0; v < facet->value_count; v++)
        most += facet->values[v].depth;
    tree t = {ofsi_arena_calloc(arena, most, sizeof *t.nodes), 1};
    if (!t.nodes)
        return NULL;
    for (uint32_t v = 0; v < facet->value_count; v++) {
        const ofs_facet_value *value = &facet->values[v];
        uint32_t node = 0;
        t.nodes[0].total += value->count;
        t.nodes[0].of += value->of;
        for (uint32_t i = 0; value->path && i < value->depth; i++) {
            node = find_child(&t, node, value->path[i]);
            t.nodes[node].total += value->count;
            t.nodes[node].of += value->of;
        }
        t.nodes[node].count += value->count;
    }
    for (uint32_t i = 0; i < t.count; i++)
        t.nodes[i].first = sort_list(&t, t.nodes[i].first);
    return t.nodes;
}

/* ---- bars ---- */

/* A bar of `value` where BAR_CELLS cells are `most`, in eighths of a cell, padded. */
static void append_bar(ofsi_buf *out, uint64_t value, uint64_t most) {
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint32_t eighths = most ? (uint32_t)((double)value / (double)most * (BAR_CELLS * 8) + 0.5) : 0;
    if (value && eighths == 0)
        eighths = 1;
    for (uint32_t i = 0; i < eighths / 8; i++)
        ofsi_buf_text(out, "█");
    ofsi_buf_text(out, parts[eighths % 8]);
    for (uint32_t i = (eighths + 7) / 8; i < BAR_CELLS; i++)
        ofsi_buf_byte(out, ' ');
}

/* "       5  ████         " and the share, before the name. */
static void append_numbers(ofsi_buf *out, uint64_t count, uint64_t of, uint64_t most) {
    ofsi_buf_printf(out, "%8" PRIu64 "  ", count);
    append_bar(out, count, most);
    ofsi_buf_text(out, "  ");
    if (of)
        ofsi_buf_printf(out, "%5.1f%% of %-6" PRIu64 "  ", 100.0 * (double)count / (double)of, of);
}

static void append_node(ofsi_buf *out, const ofsi_section_node *nodes, uint32_t node, uint64_t most) {
    for (; node; node = nodes[node].next) {
        const ofsi_section_node *n = &nodes[node];
        append_numbers(out, n->total, n->of, most);
        for (uint32_t i = 1; i < n->depth; i++)
            ofsi_buf_text(out, "  ");
        ofsi_append_clean(out, n->heading, strlen(n->heading));
        ofsi_buf_byte(out, '\n');
        append_node(out, nodes, n->first, most);
    }
}

static void append_tree(ofsi_buf *out, const ofs_facet *facet) {
    ofsi_arena arena = {0};
    const ofsi_section_node *nodes = ofsi_section_tree(facet, &arena);
    if (nodes) {
        append_node(out, nodes, nodes[0].first, nodes[0].total);
        if (nodes[0].count) {
            append_numbers(out, nodes[0].count, 0, nodes[0].total);
            ofsi_buf_text(out, "(none)\n");
        }
    } else {
        out->failed = true;
    }
    ofsi_arena_free(&arena);
}

/* One character a year from the first to the last, years without matches too: the share where it is known, else the count. */
static void append_sparkline(ofsi_buf *out, const ofs_facet_value *values, uint32_t count) {
    static const char *const steps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double most = 0;
    long year = 0;
    for (uint32_t i = 0; i < count; i++) {
        double size = values[i].of ? (double)values[i].count / (double)values[i].of : (double)values[i].count;
        most = size > most ? size : most;
    }
    for (uint32_t i = 0; i < count && values[i].path; i++) {
        double size = values[i].of ? (double)values[i].count / (double)values[i].of : (double)values[i].count;
        long now = strtol(values[i].path[0], NULL, 10);
        for (; year && year + 1 < now; year++)
            ofsi_buf_text(out, " ");
        int step = most > 0 ? (int)(size / most * 7.0 + 0.5) : 0;
        ofsi_buf_text(out, steps[step > 7 ? 7 : step]);
        year = now;
    }
}

static void append_values(ofsi_buf *out, const ofs_facet *facet, const ofs_facet_value *values,
                          uint32_t shown) {
    uint64_t most = 0;
    for (uint32_t i = 0; i < shown; i++)
        most = values[i].count > most ? values[i].count : most;
    for (uint32_t i = 0; i < shown; i++) {
        append_numbers(out, values[i].count, values[i].of, most);
        ofsi_append_value(out, facet, &values[i]);
        ofsi_buf_text(out, values[i].selected ? " (chosen)\n" : "\n");
    }
}

void ofsi_append_facet_text(ofsi_buf *out, const ofs_facet *facet, const ofsi_present_options *options) {
    ofsi_arena arena = {0};
    const ofs_facet_value *values = ofsi_values_in_order(facet, &arena);
    uint32_t shown = facet->value_count;
    if (!values) {
        out->failed = true;
        return;
    }
    if (!options->facets_asked && shown > VALUES_SHOWN)
        shown = VALUES_SHOWN;
    ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
    ofsi_buf_text(out, ofs_facet_field_name(facet->field));
    ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
    if (facet->field == OFS_FACET_YEAR && facet->value_count > 1) {
        ofsi_buf_text(out, "  ");
        append_sparkline(out, values, facet->value_count);
    }
    ofsi_buf_byte(out, '\n');
    if (facet->field == OFS_FACET_SECTION && options->facets_asked && shown == facet->distinct)
        append_tree(out, facet);
    else
        append_values(out, facet, values, shown);
    if (shown < facet->distinct)
        ofsi_buf_printf(out, "%8s  and %u more\n", "", facet->distinct - shown);
    ofsi_arena_free(&arena);
}
