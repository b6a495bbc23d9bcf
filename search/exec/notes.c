/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leaves of the query as it was written, each looked up once. */
#include "search/exec/notes.h"

#include "indexer/base/alloc.h"
#include "search/exec/thesaurus.h"
#include "search/query/advice.h"

enum { MOST_WORDS = 64 };

typedef struct noting {
    const ofsi_hints *hints;
    ofsi_thesaurus thesaurus; /* for its stems */
    ofsi_span seen[MOST_WORDS];
    uint32_t seen_count;
    ofs_abbreviation *items; /* owned */
    size_t count, capacity;
    ofs_error *err;
} noting;

static bool is_seen(noting *n, ofsi_span stems) {
    for (uint32_t i = 0; i < n->seen_count; i++)
        if (ofsi_span_equal(n->seen[i], stems))
            return true;
    if (n->seen_count == MOST_WORDS)
        return true;
    n->seen[n->seen_count++] = stems;
    return false;
}

static ofs_status add_meaning(noting *n, ofsi_span word, const ofsi_meaning *meaning) {
    if (!ofsi_grow(&n->items, &n->capacity, n->count + 1, sizeof *n->items))
        return ofsi_fail_nomem(n->err);
    ofs_abbreviation *item = &n->items[n->count++];
    *item = (ofs_abbreviation){
        .word = ofsi_arena_strndup(n->hints->arena, word.data, word.size),
        .stands_for = ofsi_arena_strndup(n->hints->arena, meaning->long_form.data, meaning->long_form.size),
        .reports = meaning->reports};
    return item->word && item->stands_for ? OFS_OK : ofsi_fail_nomem(n->err);
}

static ofs_status note_leaf(noting *n, const ofsi_node *node) {
    ofsi_meanings meanings = {0};
    ofsi_span stems;
    bool outright = node->type == OFSI_NODE_SYNONYM;
    ofs_status status = ofsi_thesaurus_stems(&n->thesaurus, node->text, &stems, n->err);
    if (status != OFS_OK || stems.size == 0 || is_seen(n, stems))
        return status;
    status = ofsi_thesaurus_meant(&n->thesaurus, node->text,
                                  outright ? OFSI_ASKED_OUTRIGHT : OFSI_ASKED_IF_MEANT, &meanings, n->err);
    for (uint32_t i = 0; i < meanings.count && status == OFS_OK; i++) {
        status = add_meaning(n, node->text, &meanings.items[i]);
        if (status == OFS_OK)
            n->items[n->count - 1].widened =
                outright || (n->hints->everywhere && node->type != OFSI_NODE_EXACT);
    }
    return status;
}

static ofs_status note_words(noting *n, const ofsi_node *node) {
    ofs_status status = OFS_OK;
    switch (node->type) {
    case OFSI_NODE_WORD:
    case OFSI_NODE_PHRASE:
    case OFSI_NODE_EXACT:
    case OFSI_NODE_SYNONYM:
        return note_leaf(n, node);
    case OFSI_NODE_AND:
    case OFSI_NODE_OR:
    case OFSI_NODE_NEAR:
        for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
            status = note_words(n, node->children[i]);
        return status;
    default:
        return OFS_OK;
    }
}

ofs_status ofsi_note_abbreviations(const ofsi_hints *hints, ofs_results *results, ofs_error *err) {
    noting n = {.hints = hints, .thesaurus = {.engine = hints->engine, .arena = hints->work}, .err = err};
    if (!hints->question->asked || !hints->engine->meanings_of)
        return OFS_OK;
    ofs_status status = note_words(&n, hints->question->asked);
    ofs_abbreviation *copy =
        status == OFS_OK ? ofsi_arena_calloc(hints->arena, n.count + 1, sizeof *copy) : NULL;
    if (status == OFS_OK && !copy)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK && n.count)
        memcpy(copy, n.items, n.count * sizeof *copy);
    results->abbreviations = status == OFS_OK ? copy : NULL;
    results->abbreviation_count = status == OFS_OK ? (uint32_t)n.count : 0;
    ofsi_thesaurus_free(&n.thesaurus);
    ofsi_free(n.items);
    return status;
}

/* ---- filters that nothing passes ---- */

enum { MOST_VALUES = 8 };

static bool is_filter(const ofsi_node *node) {
    if (node->type == OFSI_NODE_OR) {
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!is_filter(node->children[i]))
                return false;
        return true;
    }
    return node->type == OFSI_NODE_FIELD;
}

/* The counts that name a field's values; false when none do, or they are too many to be told. */
static bool find_facet(ofsi_field field, ofs_facet_field *facet) {
    static const struct {
        ofsi_field field;
        ofs_facet_field facet;
    } counted[] = {{OFSI_FIELD_GRADE, OFS_FACET_GRADE},
                   {OFSI_FIELD_OVERALL, OFS_FACET_OVERALL},
                   {OFSI_FIELD_ROLE, OFS_FACET_ROLE},
                   {OFSI_FIELD_INSPECTORATE, OFS_FACET_INSPECTORATE},
                   {OFSI_FIELD_INSPECTION, OFS_FACET_INSPECTION},
                   {OFSI_FIELD_PROVIDER, OFS_FACET_PROVIDER}};
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++)
        if (counted[i].field == field) {
            *facet = counted[i].facet;
            return true;
        }
    return false;
}

/* "; this index has Good, Adequate, ..." */
static ofs_status append_values(const ofsi_hints *hints, const ofsi_node *filter, ofsi_buf *line,
                                ofs_error *err) {
    const ofsi_node *first = filter->child_count ? filter->children[0] : filter;
    ofs_facet_request facet = {.limit = MOST_VALUES};
    ofsi_engine_answer answer;
    uint32_t told = 0;
    if (!find_facet(first->field, &facet.field))
        return OFS_OK;
    const ofsi_engine_request request = {
        .k1 = 1.2, .b = 0.75, .totals = OFS_TOTALS_ALL, .facets = &facet, .facet_count = 1};
    ofs_status status = hints->engine->search(hints->engine, &request, hints->work, &answer, err);
    for (uint32_t i = 0; status == OFS_OK && i < answer.facets[0].value_count; i++) {
        const ofs_facet_value *value = &answer.facets[0].values[i];
        if (value->path)
            ofsi_buf_printf(line, "%s%s", told++ ? ", " : "; this index has ", value->path[0]);
    }
    if (status == OFS_OK && told && answer.facets[0].distinct > answer.facets[0].value_count)
        ofsi_buf_text(line, " and others");
    return status;
}

static ofs_status note_filter(const ofsi_hints *hints, const ofsi_node *filter, ofsi_advice *advice,
                              ofs_error *err) {
    uint64_t count = 0;
    ofsi_buf line = {0};
    ofs_status status = ofsi_hint_count(hints, filter, &count, err);
    if (status != OFS_OK || count)
        return status;
    ofsi_buf_text(&line, "no paragraph passes ");
    ofsi_query_print(filter, &line);
    status = append_values(hints, filter, &line, err);
    const char *copy = line.failed ? NULL : ofsi_arena_strndup(hints->arena, line.data, line.size);
    ofsi_buf_free(&line);
    if (status == OFS_OK && !copy)
        status = ofsi_fail_nomem(err);
    if (status == OFS_OK)
        advice->lines[advice->count++] = copy;
    return status;
}

/* Of a query that found nothing, the parts that are filters. */
static ofs_status note_filters(const ofsi_hints *hints, const ofsi_node *root, ofsi_advice *advice,
                               ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!root)
        return OFS_OK;
    if (is_filter(root))
        return advice->count < OFSI_ADVICE_MAX ? note_filter(hints, root, advice, err) : OFS_OK;
    for (uint32_t i = 0; root->type == OFSI_NODE_AND && i < root->child_count && status == OFS_OK; i++)
        if (is_filter(root->children[i]) && advice->count < OFSI_ADVICE_MAX)
            status = note_filter(hints, root->children[i], advice, err);
    return status;
}

/* Of a query that found nothing: that notes match it, which are left out of a search that does not ask for them. */
static ofs_status note_notes(const ofsi_hints *hints, ofsi_advice *advice, ofs_error *err) {
    uint64_t count = 0;
    if (!hints->question->words || advice->count == OFSI_ADVICE_MAX)
        return OFS_OK;
    ofs_status status = ofsi_hint_notes(hints, hints->question->root, &count, err);
    if (status != OFS_OK || count == 0)
        return status;
    const char *line =
        ofsi_arena_printf(hints->arena,
                          "%llu %s: legends, footnotes, back matter and the like are left out of a search "
                          "without kind:note",
                          (unsigned long long)count, count == 1 ? "note matches" : "notes match");
    if (!line)
        return ofsi_fail_nomem(err);
    advice->lines[advice->count++] = line;
    return OFS_OK;
}

ofs_status ofsi_note_advice(const ofsi_hints *hints, const ofs_search_request *request, ofs_results *results,
                            ofs_error *err) {
    ofsi_advice advice = {.count = 0};
    ofs_status status = OFS_OK;
    if (request->query && !request->plain)
        status = ofsi_query_advise(ofsi_span_of(request->query), hints->arena, &advice, err);
    if (status == OFS_OK && results->total == 0)
        status = note_filters(hints, hints->question->words, &advice, err);
    if (status == OFS_OK && results->total == 0)
        status = note_filters(hints, hints->question->filters, &advice, err);
    if (status == OFS_OK && results->total == 0)
        status = note_notes(hints, &advice, err);
    if (hints->question->nothing && advice.count < OFSI_ADVICE_MAX)
        advice.lines[advice.count++] = "there is no word and no filter in the query";
    const char **copy =
        status == OFS_OK ? ofsi_arena_calloc(hints->arena, advice.count + 1, sizeof(char *)) : NULL;
    if (status == OFS_OK && !copy)
        status = ofsi_fail_nomem(err);
    if (status != OFS_OK)
        return status;
    memcpy(copy, advice.lines, advice.count * sizeof(char *));
    results->advice = copy;
    results->advice_count = advice.count;
    return OFS_OK;
}
