/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the tree to the plan: groups, weights, filters. */
#include "search/exec/plan.h"

#include <ofsearch/report.h>

#include "indexer/base/alloc.h"
#include "search/exec/planner.h"

static ofs_status plan_node(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out);

ofsi_plan_node *ofsi_planner_node(ofsi_planner *planner, ofsi_plan_type type) {
    ofsi_plan_node *node = ofsi_arena_calloc(planner->arena, 1, sizeof *node);
    if (node)
        node->type = type;
    return node;
}

ofs_status ofsi_planner_group(ofsi_planner *planner, ofsi_plan_type type, ofsi_plan_node **children,
                              uint32_t count, ofsi_plan_node **out) {
    uint32_t kept = 0;
    *out = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (children[i])
            children[kept++] = children[i];
    if (kept <= 1) {
        *out = kept ? children[0] : NULL;
        return OFS_OK;
    }
    ofsi_plan_node *node = ofsi_planner_node(planner, type);
    if (!node)
        return ofsi_fail_nomem(planner->err);
    node->children = children;
    node->child_count = kept;
    *out = node;
    return OFS_OK;
}

ofs_status ofsi_planner_score(ofsi_planner *planner, bool is_pattern, uint32_t number) {
    ofsi_plan *plan = planner->plan;
    if (planner->nots)
        return OFS_OK;
    if (!ofsi_grow(&plan->scores, &plan->score_capacity, (size_t)plan->score_count + 1, sizeof *plan->scores))
        return ofsi_fail_nomem(planner->err);
    plan->scores[plan->score_count++] = (ofsi_plan_score){is_pattern, number, planner->weight};
    return OFS_OK;
}

static ofs_status plan_children(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node ***children) {
    *children = ofsi_arena_calloc(planner->arena, node->child_count, sizeof **children);
    if (!*children)
        return ofsi_fail_nomem(planner->err);
    for (uint32_t i = 0; i < node->child_count; i++) {
        ofs_status status = plan_node(planner, node->children[i], &(*children)[i]);
        if (status != OFS_OK)
            return status;
    }
    return OFS_OK;
}

static ofs_status plan_group(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    ofsi_plan_node **children = NULL;
    ofs_status status = plan_children(planner, node, &children);
    if (status != OFS_OK)
        return status;
    return ofsi_planner_group(planner, node->type == OFSI_NODE_AND ? OFSI_PLAN_AND : OFSI_PLAN_OR, children,
                              node->child_count, out);
}

/* Only what has places in the text can be near something. */
static ofs_status check_member(const ofsi_node *node, ofs_error *err) {
    switch (node->type) {
    case OFSI_NODE_AND:
    case OFSI_NODE_NOT:
    case OFSI_NODE_FIELD:
        return ofsi_fail_at(err, OFS_E_QUERY, node->start, (int64_t)node->end - node->start,
                            "NEAR and BEFORE take words, phrases and alternatives of them");
    case OFSI_NODE_OR:
        for (uint32_t i = 0; i < node->child_count; i++) {
            ofs_status status = check_member(node->children[i], err);
            if (status != OFS_OK)
                return status;
        }
        return OFS_OK;
    default:
        return OFS_OK;
    }
}

static ofs_status plan_near(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    ofsi_plan_node **children = NULL;
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
        status = check_member(node->children[i], planner->err);
    if (status == OFS_OK)
        status = plan_children(planner, node, &children);
    if (status == OFS_OK)
        status = ofsi_planner_group(planner, OFSI_PLAN_NEAR, children, node->child_count, out);
    if (status == OFS_OK && *out && (*out)->type == OFSI_PLAN_NEAR && (*out)->children == children) {
        (*out)->distance = node->distance;
        (*out)->ordered = node->ordered;
    }
    return status;
}

static ofs_status plan_not(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    ofsi_plan_node **child = ofsi_arena_calloc(planner->arena, 1, sizeof *child);
    if (!child)
        return ofsi_fail_nomem(planner->err);
    planner->nots++;
    ofs_status status = plan_node(planner, node->children[0], child);
    planner->nots--;
    if (status != OFS_OK || !*child)
        return status;
    *out = ofsi_planner_node(planner, OFSI_PLAN_NOT);
    if (!*out)
        return ofsi_fail_nomem(planner->err);
    (*out)->children = child;
    (*out)->child_count = 1;
    return OFS_OK;
}

static ofs_status plan_filter(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    uint8_t kind;
    *out = ofsi_planner_node(planner, OFSI_PLAN_FILTER);
    if (!*out)
        return ofsi_fail_nomem(planner->err);
    ofs_status status =
        ofsi_filter_make(node, planner->analyzer, planner->arena, &(*out)->filter, planner->err);
    if (status == OFS_OK && node->field == OFSI_FIELD_KIND && ofsi_filter_kind((*out)->filter, &kind) &&
        kind == OFS_KIND_NOTE && planner->nots % 2 == 0)
        planner->plan->notes = true;
    return status;
}

static ofs_status plan_by_type(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    switch (node->type) {
    case OFSI_NODE_WORD:
    case OFSI_NODE_PHRASE:
    case OFSI_NODE_EXACT:
    case OFSI_NODE_SYNONYM: /* what stands for the same was written out before (widen.h) */
        return ofsi_planner_words(planner, node, out);
    case OFSI_NODE_PREFIX:
    case OFSI_NODE_WILDCARD:
    case OFSI_NODE_FUZZY:
        return ofsi_planner_pattern(planner, node, out);
    case OFSI_NODE_AND:
    case OFSI_NODE_OR:
        return plan_group(planner, node, out);
    case OFSI_NODE_NOT:
        return plan_not(planner, node, out);
    case OFSI_NODE_NEAR:
        return plan_near(planner, node, out);
    case OFSI_NODE_FIELD:
        return plan_filter(planner, node, out);
    }
    return ofsi_fail(planner->err, OFS_E_USAGE, "a query node of unknown type %d", (int)node->type);
}

static ofs_status plan_node(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    double around = planner->weight;
    *out = NULL;
    planner->weight *= node->weight;
    ofs_status status = plan_by_type(planner, node, out);
    planner->weight = around;
    return status;
}

ofs_status ofsi_plan_make(const ofsi_node *root, const ofsi_plan_tools *tools, ofsi_plan *plan,
                          ofs_error *err) {
    ofs_status status;
    ofsi_planner planner = {
        .plan = plan, .analyzer = tools->analyzer, .arena = tools->arena, .weight = 1.0, .err = err};
    if (root) {
        status = plan_node(&planner, root, &plan->root);
    } else {
        plan->root = ofsi_planner_node(&planner, OFSI_PLAN_ALL);
        status = plan->root ? OFS_OK : ofsi_fail_nomem(err);
    }
    ofsi_tokens_free(&planner.tokens);
    return status;
}

void ofsi_plan_free(ofsi_plan *plan) {
    ofsi_map_free(&plan->terms);
    ofsi_free(plan->patterns);
    ofsi_free(plan->scores);
    *plan = (ofsi_plan){0};
}
