/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and comparing nodes of a query. */
#include "search/query/tree.h"

ofsi_node *ofsi_node_new(ofsi_arena *arena, ofsi_node_type type) {
    ofsi_node *node = ofsi_arena_calloc(arena, 1, sizeof *node);
    if (node) {
        node->type = type;
        node->weight = 1;
    }
    return node;
}

static uint32_t count_joined(ofsi_node_type type, ofsi_node *const *nodes, uint32_t count) {
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i])
            total += nodes[i]->type == type ? nodes[i]->child_count : 1;
    return total;
}

ofsi_node *ofsi_node_join(ofsi_arena *arena, ofsi_node_type type, ofsi_node *const *nodes, uint32_t count,
                          bool *failed) {
    ofsi_node *only = NULL;
    uint32_t given = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!nodes[i])
            continue;
        only = nodes[i];
        given++;
    }
    if (given < 2)
        return only;
    ofsi_node *join = ofsi_node_new(arena, type);
    if (join)
        join->children = ofsi_arena_calloc(arena, count_joined(type, nodes, count), sizeof(ofsi_node *));
    if (!join || !join->children) {
        *failed = true;
        return NULL;
    }
    join->start = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        ofsi_node *node = nodes[i];
        if (!node)
            continue;
        join->start = node->start < join->start ? node->start : join->start;
        join->end = node->end > join->end ? node->end : join->end;
        if (node->type != type) {
            join->children[join->child_count++] = node;
            continue;
        }
        memcpy(join->children + join->child_count, node->children, node->child_count * sizeof(ofsi_node *));
        join->child_count += node->child_count;
    }
    return join;
}

bool ofsi_query_equal(const ofsi_node *a, const ofsi_node *b) {
    if (!a || !b)
        return a == b;
    if (a->type != b->type || !ofsi_span_equal(a->text, b->text) || a->weight < b->weight ||
        a->weight > b->weight || a->stemmed != b->stemmed || a->quoted != b->quoted ||
        a->ordered != b->ordered || a->distance != b->distance || a->child_count != b->child_count)
        return false;
    if (a->type == OFSI_NODE_FIELD &&
        (a->field != b->field || a->is_range != b->is_range || a->has_numbers != b->has_numbers ||
         a->from != b->from || a->to != b->to))
        return false;
    for (uint32_t i = 0; i < a->child_count; i++)
        if (!ofsi_query_equal(a->children[i], b->children[i]))
            return false;
    return true;
}
