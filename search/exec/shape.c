/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk counts, so that the lists have room; the next fills them. */
#include "search/exec/shape.h"

/* Upper limit of what a node puts into any one list. */
static uint32_t count_items(const ofsi_plan_node *node) {
    uint32_t count = node->type == OFSI_PLAN_PHRASE ? node->edge_count + 1 : 1;
    for (uint32_t i = 0; i < node->child_count; i++)
        count += count_items(node->children[i]);
    return count;
}

static bool is_leaf(const ofsi_plan_node *node) {
    return node->type == OFSI_PLAN_TERM || node->type == OFSI_PLAN_PATTERN;
}

static ofsi_leaf leaf_of(const ofsi_plan_node *node) {
    return (ofsi_leaf){node->type == OFSI_PLAN_PATTERN, node->number};
}

static void push(ofsi_nodes *nodes, const ofsi_plan_node *node) { nodes->items[nodes->count++] = node; }

/* Whether the node is an OR of leaves, through other ORs too. */
static bool is_either(const ofsi_plan_node *node) {
    if (node->type != OFSI_PLAN_OR)
        return false;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!is_leaf(node->children[i]) && !is_either(node->children[i]))
            return false;
    return true;
}

static void take_either(const ofsi_plan_node *node, ofsi_shape *shape) {
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (is_leaf(node->children[i]))
            shape->either[shape->either_count++] = leaf_of(node->children[i]);
        else
            take_either(node->children[i], shape);
    }
}

static void take_phrase(const ofsi_plan_node *node, ofsi_shape *shape) {
    for (uint32_t i = 0; i < node->edge_count; i++)
        shape->all[shape->all_count++] = (ofsi_leaf){false, node->edges[i].term};
    push(&shape->phrases, node);
}

/* NEAR is asked as a whole, but of no document without the words of its members. */
static void take_members(const ofsi_plan_node *near, ofsi_shape *shape) {
    for (uint32_t i = 0; i < near->child_count; i++) {
        const ofsi_plan_node *member = near->children[i];
        if (is_leaf(member))
            shape->all[shape->all_count++] = leaf_of(member);
        for (uint32_t e = 0; member->type == OFSI_PLAN_PHRASE && e < member->length; e++)
            if (member->edge_count == member->length)
                shape->all[shape->all_count++] = (ofsi_leaf){false, member->edges[e].term};
    }
}

static void take(const ofsi_plan_node *node, ofsi_shape *shape) {
    switch (node->type) {
    case OFSI_PLAN_TERM:
    case OFSI_PLAN_PATTERN:
        shape->all[shape->all_count++] = leaf_of(node);
        break;
    case OFSI_PLAN_PHRASE:
        if (node->edge_count == node->length)
            take_phrase(node, shape);
        else
            push(&shape->others, node);
        break;
    case OFSI_PLAN_AND:
        for (uint32_t i = 0; i < node->child_count; i++)
            take(node->children[i], shape);
        break;
    case OFSI_PLAN_NEAR:
        take_members(node, shape);
        push(&shape->others, node);
        break;
    case OFSI_PLAN_NOT:
        push(&shape->nots, node->children[0]);
        break;
    default:
        push(&shape->others, node);
        break;
    }
}

/* Where no word must be there, the first OR of words says where matches may be. */
static void find_either(ofsi_shape *shape) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < shape->others.count; i++) {
        if (shape->all_count == 0 && shape->either_count == 0 && is_either(shape->others.items[i]))
            take_either(shape->others.items[i], shape);
        else
            shape->others.items[kept++] = shape->others.items[i];
    }
    shape->others.count = kept;
}

bool ofsi_shape_make(const ofsi_plan *plan, ofsi_arena *arena, ofsi_shape *shape) {
    *shape = (ofsi_shape){0};
    if (!plan->root)
        return true;
    uint32_t room = count_items(plan->root);
    shape->all = ofsi_arena_calloc(arena, room, sizeof *shape->all);
    shape->either = ofsi_arena_calloc(arena, room, sizeof *shape->either);
    ofsi_nodes *lists[] = {&shape->phrases, &shape->others, &shape->nots};
    bool good = shape->all && shape->either;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        lists[i]->items = ofsi_arena_calloc(arena, room, sizeof *lists[i]->items);
        good = good && lists[i]->items;
    }
    if (!good)
        return false;
    take(plan->root, shape);
    find_either(shape);
    return true;
}
