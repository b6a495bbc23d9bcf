/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A query written back in its language, so that it parses to the same tree. */
#include "search/query/weight.h"

#include "search/query/tree.h"

static void print_node(const ofsi_node *node, ofsi_buf *out);

static void print_text(const char *before, const ofsi_node *node, const char *after, ofsi_buf *out) {
    ofsi_buf_text(out, before);
    ofsi_buf_append(out, node->text.data, node->text.size);
    ofsi_buf_text(out, after);
}

static void print_leaf(const ofsi_node *node, ofsi_buf *out) {
    switch (node->type) {
    case OFSI_NODE_PHRASE:
        print_text(node->stemmed ? "~\"" : "\"", node, "\"", out);
        break;
    case OFSI_NODE_EXACT:
        print_text(node->quoted ? "=\"" : "=", node, node->quoted ? "\"" : "", out);
        break;
    case OFSI_NODE_PREFIX:
        print_text("", node, "*", out);
        break;
    case OFSI_NODE_FUZZY:
        print_text("", node, node->distance == 1 ? "~" : "~2", out);
        break;
    case OFSI_NODE_SYNONYM:
        print_text(node->quoted ? "@\"" : "@", node, node->quoted ? "\"" : "", out);
        break;
    case OFSI_NODE_FIELD:
        ofsi_buf_text(out, ofsi_field_name(node->field));
        print_text(node->quoted ? ":\"" : ":", node, node->quoted ? "\"" : "", out);
        break;
    default:
        print_text("", node, "", out);
        break;
    }
    if (node->type != OFSI_NODE_FIELD)
        ofsi_weight_print(node->weight, out);
}

/* In parentheses where it has parts. */
static void print_part(const ofsi_node *node, ofsi_buf *out) {
    if (node->child_count == 0) {
        print_leaf(node, out);
        return;
    }
    ofsi_buf_byte(out, '(');
    print_node(node, out);
    ofsi_buf_byte(out, ')');
}

static void print_near(const ofsi_node *node, ofsi_buf *out) {
    for (uint32_t i = 0; i < node->child_count; i++) {
        if (i)
            ofsi_buf_printf(out, " %s/%u ", node->ordered ? "BEFORE" : "NEAR", (unsigned)node->distance);
        print_part(node->children[i], out);
    }
}

static void print_node(const ofsi_node *node, ofsi_buf *out) {
    switch (node->type) {
    case OFSI_NODE_AND:
    case OFSI_NODE_OR:
        for (uint32_t i = 0; i < node->child_count; i++) {
            const ofsi_node *child = node->children[i];
            ofsi_buf_text(out, i == 0 ? "" : node->type == OFSI_NODE_OR ? " OR " : " ");
            if (child->type == OFSI_NODE_NOT || child->type == OFSI_NODE_NEAR)
                print_node(child, out);
            else
                print_part(child, out);
        }
        break;
    case OFSI_NODE_NOT:
        ofsi_buf_byte(out, '-');
        print_part(node->children[0], out);
        break;
    case OFSI_NODE_NEAR:
        print_near(node, out);
        break;
    default:
        print_leaf(node, out);
        break;
    }
}

void ofsi_query_print(const ofsi_node *root, ofsi_buf *out) {
    if (root)
        print_node(root, out);
}
