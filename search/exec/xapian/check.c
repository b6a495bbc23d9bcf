/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Matches looked at one by one, for what Xapian's operators cannot say: chains of NEAR, NEAR of phrases, and phrases of too many
 * ways. Positions are read and asked by the very functions of our own iterators (extents.h). The parts of the plan that
 * Xapian can say are asked of it first, each as a set of documents; where all of a query must hold, what it found holds
 * already.
 */
#include "indexer/base/alloc.h"
#include "search/exec/extents.h"
#include "search/exec/xapian/engine.h"

/* The documents that match a part of the plan, among the candidates; a bit each. */
typedef struct known_part {
    const ofsi_plan_node *node;
    uint64_t *words;
} known_part;

/* Terms of the document at hand with the prefix of forms. */
typedef struct form_list {
    uint32_t docid; /* 0: none is at hand */
    ofsi_arena arena;
    ofsi_span *items;
    size_t count, capacity;
} form_list;

struct ofsi_xcheck {
    ofsi_xengine *e;
    const ofsi_xweighed *weighed;
    bool careful;
    known_part *parts; /* owned, with their words; of notes that are not wanted, a part without a node */
    size_t part_count, part_capacity;
    size_t word_count;
    form_list forms;
    ofsi_phrase_work work;
    ofs_error *err;
    ofs_status status; /* the first failure */
};

static void fail(ofsi_xcheck *check, ofs_status status) {
    if (check->status == OFS_OK)
        check->status = status;
}

/* ---- what Xapian finds ---- */

/* Every match of the query as bits. */
static ofs_status find_all(ofsi_xcheck *check, const ofsi_xmaker *m, ofsi_xquery query, uint64_t *words) {
    const ofsi_xapian *x = check->e->x;
    const ofs_xapian_page page = {.count = (uint32_t)check->e->documents};
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_mset *mset = NULL;
    ofs_xapian_matches matches = {0};
    ofs_error *err = m->err;
    ofs_status status = x->enquire_new(check->e->all, &enquire, err);
    if (status == OFS_OK)
        status = ofsi_xmaker_set(m, enquire, query);
    if (status == OFS_OK)
        status = x->enquire_search(enquire, &page, &mset, err);
    if (status == OFS_OK)
        status = x->mset_matches(mset, &matches, err);
    for (uint32_t i = 0; i < matches.size && status == OFS_OK; i++) {
        ofs_xapian_item item;
        status = x->mset_item(mset, i, &item, err);
        if (status == OFS_OK && item.docid / 64 < check->word_count)
            words[item.docid / 64] |= UINT64_C(1) << item.docid % 64;
    }
    x->mset_free(mset);
    x->enquire_free(enquire);
    return status;
}

static ofs_status add_part(ofsi_xcheck *check, ofsi_xmaker *m, ofsi_xquery candidates,
                           const ofsi_plan_node *node, ofsi_xquery part_query) {
    if (!ofsi_grow(&check->parts, &check->part_capacity, check->part_count + 1, sizeof *check->parts))
        return ofsi_fail_nomem(m->err);
    known_part *part = &check->parts[check->part_count];
    *part = (known_part){node, ofsi_calloc(check->word_count, sizeof *part->words)};
    if (!part->words)
        return ofsi_fail_nomem(m->err);
    check->part_count++;
    ofsi_xquery query = ofsi_xmaker_pair(m, OFS_XAPIAN_AND, candidates, part_query);
    return m->status == OFS_OK ? find_all(check, m, query, part->words) : m->status;
}

/* Asks for the parts that Xapian can say; with `holds`, candidates match the node as far as it can. */
static ofs_status add_parts(ofsi_xcheck *check, ofsi_xmaker *m, ofsi_xquery candidates,
                            const ofsi_plan_node *node, bool holds) {
    ofs_status status = OFS_OK;
    if (ofsi_xnode_is_exact(node, check->careful))
        return holds ? OFS_OK : add_part(check, m, candidates, node, ofsi_xmaker_node(m, node, false));
    if (node->type == OFSI_PLAN_NEAR || node->type == OFSI_PLAN_PHRASE)
        return OFS_OK;
    for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
        status = add_parts(check, m, candidates, node->children[i], holds && node->type == OFSI_PLAN_AND);
    return status;
}

/* ---- positions ---- */

typedef struct position_list {
    uint32_t *items;
    size_t count, capacity;
    bool failed;
} position_list;

static ofs_status take_position(void *context, uint32_t position) {
    position_list *list = context;
    if (!ofsi_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        list->failed = true;
        return OFS_E_NOMEM;
    }
    list->items[list->count++] = position;
    return OFS_OK;
}

/* Where the term stands in the document; the caller frees the items. */
static position_list read_positions(ofsi_xcheck *check, uint32_t docid, ofs_xapian_bytes term) {
    position_list list = {0};
    ofs_status status =
        check->e->x->database_visit_positions(check->e->all, docid, term, take_position, &list, check->err);
    if (status != OFS_OK) {
        fail(check, list.failed ? ofsi_fail_nomem(check->err) : status);
        list.count = 0;
    }
    return list;
}

static void push_term(ofsi_xcheck *check, uint32_t docid, ofsi_span term, ofsi_extents *out) {
    position_list list = read_positions(check, docid, ofsi_xbytes(term));
    for (size_t i = 0; i < list.count; i++)
        ofsi_extents_push(out, list.items[i], list.items[i] + 1);
    ofsi_free(list.items);
}

static ofs_status take_form(void *context, const ofs_xapian_term *term) {
    ofsi_xcheck *check = context;
    form_list *forms = &check->forms;
    if (term->name.size == 0 || term->name.data[0] != *OFSI_XAPIAN_FORM)
        return OFS_OK;
    const char *copy = ofsi_arena_strndup(&forms->arena, term->name.data, term->name.size);
    if (!copy || !ofsi_grow(&forms->items, &forms->capacity, forms->count + 1, sizeof *forms->items))
        return ofsi_fail_nomem(check->err);
    forms->items[forms->count++] = (ofsi_span){copy, term->name.size};
    return OFS_OK;
}

static void load_forms(ofsi_xcheck *check, uint32_t docid) {
    const ofsi_xapian *x = check->e->x;
    ofs_xapian_document *document = NULL;
    if (check->forms.docid == docid)
        return;
    check->forms.count = 0;
    ofsi_arena_reset(&check->forms.arena);
    ofs_status status = x->database_document(check->e->all, docid, &document, check->err);
    if (status == OFS_OK)
        status = x->document_visit_terms(document, take_form, check, check->err);
    x->document_free(document);
    check->forms.docid = docid;
    if (status != OFS_OK)
        fail(check, status);
}

/* Forms of the document that the pattern has, each with its positions. */
static void push_pattern(ofsi_xcheck *check, uint32_t docid, const ofsi_xleaf *leaf, ofsi_extents *out) {
    load_forms(check, docid);
    for (size_t i = 0; i < check->forms.count; i++)
        if (ofsi_map_find(&leaf->index, check->forms.items[i]) != OFSI_MAP_NONE)
            push_term(check, docid, check->forms.items[i], out);
}

/* The term of a phrase's word. */
static ofs_status find_edge_term(ofsi_xcheck *check, const ofsi_plan_edge *edge, ofs_xapian_bytes *term) {
    if (edge->rule == OFSI_FORM_ANY) {
        *term = ofsi_xbytes(check->weighed->terms[edge->term].terms[0]);
        return OFS_OK;
    }
    const char *prefix = edge->rule == OFSI_FORM_FOLDED ? OFSI_XAPIAN_FORM : OFSI_XAPIAN_CAPITALS;
    return ofsi_xengine_term(check->e, prefix, edge->form, term, check->err);
}

/* The positions of each word of the phrase. */
static ofs_status load_edges(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node, ofsi_edge *edges,
                             position_list *lists) {
    for (uint32_t i = 0; i < node->edge_count; i++) {
        ofs_xapian_bytes term;
        ofs_status status = find_edge_term(check, &node->edges[i], &term);
        if (status != OFS_OK)
            return status;
        lists[i] = read_positions(check, docid, term);
        edges[i] =
            (ofsi_edge){node->edges[i].from, node->edges[i].to, lists[i].items, (uint32_t)lists[i].count};
    }
    return OFS_OK;
}

static void push_phrase(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node, ofsi_extents *out) {
    ofsi_edge *edges = ofsi_calloc(node->edge_count, sizeof *edges);
    position_list *lists = ofsi_calloc(node->edge_count, sizeof *lists);
    ofs_status status =
        edges && lists ? load_edges(check, docid, node, edges, lists) : ofsi_fail_nomem(check->err);
    if (status == OFS_OK && !ofsi_find_phrase(edges, node->edge_count, node->length, &check->work, out))
        status = ofsi_fail_nomem(check->err);
    for (uint32_t i = 0; lists && i < node->edge_count; i++)
        ofsi_free(lists[i].items);
    ofsi_free(lists);
    ofsi_free(edges);
    if (status != OFS_OK)
        fail(check, status);
}

static void push_node(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node, ofsi_extents *out);

static void push_near(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node, ofsi_extents *out) {
    bool all = true;
    ofsi_extents *places = ofsi_calloc(node->child_count, sizeof *places);
    if (!places) {
        fail(check, ofsi_fail_nomem(check->err));
        return;
    }
    for (uint32_t i = 0; i < node->child_count && all && check->status == OFS_OK; i++) {
        push_node(check, docid, node->children[i], &places[i]);
        ofsi_extents_sort(&places[i]);
        if (places[i].failed)
            fail(check, ofsi_fail_nomem(check->err));
        all = places[i].count > 0;
    }
    const ofsi_near near = {places, node->child_count, node->distance, node->ordered};
    if (all && check->status == OFS_OK && !ofsi_find_near(&near, out))
        fail(check, ofsi_fail_nomem(check->err));
    for (uint32_t i = 0; i < node->child_count; i++)
        ofsi_extents_free(&places[i]);
    ofsi_free(places);
}

/* Where in the document the node stands. */
static void push_node(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node, ofsi_extents *out) {
    if (check->status != OFS_OK)
        return;
    switch (node->type) {
    case OFSI_PLAN_TERM:
        push_term(check, docid, check->weighed->terms[node->number].terms[0], out);
        break;
    case OFSI_PLAN_PATTERN:
        push_pattern(check, docid, &check->weighed->patterns[node->number], out);
        break;
    case OFSI_PLAN_PHRASE:
        push_phrase(check, docid, node, out);
        break;
    case OFSI_PLAN_NEAR:
        push_near(check, docid, node, out);
        break;
    default:
        for (uint32_t i = 0; node->type == OFSI_PLAN_OR && i < node->child_count; i++)
            push_node(check, docid, node->children[i], out);
        break;
    }
}

/* ---- one document ---- */

static bool has_document(const known_part *part, uint32_t docid) {
    return part->words[docid / 64] >> docid % 64 & 1;
}

static const known_part *find_part(const ofsi_xcheck *check, const ofsi_plan_node *node) {
    for (size_t i = 0; i < check->part_count; i++)
        if (check->parts[i].node == node)
            return &check->parts[i];
    return NULL;
}

static bool stands(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node) {
    ofsi_extents places = {0};
    push_node(check, docid, node, &places);
    bool found = places.count > 0;
    if (places.failed)
        fail(check, ofsi_fail_nomem(check->err));
    ofsi_extents_free(&places);
    return found;
}

static bool matches_node(ofsi_xcheck *check, uint32_t docid, const ofsi_plan_node *node) {
    bool any = node->type == OFSI_PLAN_OR;
    if (ofsi_xnode_is_exact(node, check->careful)) {
        const known_part *part = find_part(check, node);
        return !part || has_document(part, docid);
    }
    if (node->type == OFSI_PLAN_NOT)
        return !matches_node(check, docid, node->children[0]);
    if (node->type != OFSI_PLAN_AND && !any)
        return stands(check, docid, node);
    for (uint32_t i = 0; i < node->child_count; i++)
        if (matches_node(check, docid, node->children[i]) == any)
            return any;
    return !any;
}

ofs_status ofsi_xcheck_document(ofsi_xcheck *check, uint32_t docid, bool *matches, ofs_error *err) {
    const known_part *notes = find_part(check, NULL);
    check->err = err;
    *matches = false;
    if (docid / 64 >= check->word_count)
        return OFS_OK;
    if (notes && has_document(notes, docid))
        return OFS_OK;
    *matches = matches_node(check, docid, check->weighed->plan->root) && check->status == OFS_OK;
    return check->status;
}

ofs_status ofsi_xcheck_open(ofsi_xmaker *m, ofsi_xquery candidates, ofsi_xcheck **out, ofs_error *err) {
    ofs_xapian_info info;
    ofsi_xcheck *check = ofsi_calloc(1, sizeof *check);
    *out = check;
    if (!check)
        return ofsi_fail_nomem(err);
    check->e = m->e;
    check->careful = m->careful;
    check->weighed = m->weighed;
    check->err = err;
    ofs_status status = m->e->x->database_info(m->e->all, &info, err);
    if (status != OFS_OK)
        return status;
    /* The last id is one of the shards', so that the whole's are below this. */
    check->word_count = ((size_t)info.lastdocid + m->e->shard_count) / 64 + 1;
    status = add_parts(check, m, candidates, m->weighed->plan->root, true);
    if (status == OFS_OK && m->careful && !m->weighed->plan->notes)
        status = add_part(check, m, candidates, NULL,
                          ofsi_xmaker_term(m, OFSI_XAPIAN_KIND, ofsi_span_of(ofs_kind_name(OFS_KIND_NOTE))));
    return status;
}

void ofsi_xcheck_close(ofsi_xcheck *check) {
    if (!check)
        return;
    for (size_t i = 0; i < check->part_count; i++)
        ofsi_free(check->parts[i].words);
    ofsi_free(check->parts);
    ofsi_free(check->forms.items);
    ofsi_arena_free(&check->forms.arena);
    ofsi_phrase_work_free(&check->work);
    ofsi_free(check);
}
