/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice that needs the index: what a query perhaps meant shows by what the index has, and by what would be found. Each
 * question is a count; most are asked only where nothing was found.
 */
#include "search/exec/notes.h"

#include <inttypes.h>

#include "search/query/advice.h"

typedef struct advising {
    const ofsi_hints *hints;
    const char *query; /* as it was written */
    ofsi_advice *advice;
    ofs_error *err;
} advising;

static bool has_room(const advising *a) { return a->advice->count < OFSI_ADVICE_MAX; }

/* Takes what the buffer holds for a line; frees it. */
static ofs_status add_line(advising *a, ofsi_buf *line) {
    const char *copy = line->failed ? NULL : ofsi_arena_strndup(a->hints->arena, line->data, line->size);
    ofsi_buf_free(line);
    if (!copy)
        return ofsi_fail_nomem(a->err);
    if (has_room(a))
        a->advice->lines[a->advice->count++] = copy;
    return OFS_OK;
}

/* ---- values of the index ---- */

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

/* The field's values in the index, the most frequent first; none where they are not counted. */
static ofs_status list_values(advising *a, ofsi_field field, uint32_t limit, const ofs_facet **values) {
    static const ofs_facet none;
    ofs_facet_request facet = {.limit = limit};
    ofsi_engine_answer answer;
    *values = &none;
    if (!find_facet(field, &facet.field))
        return OFS_OK;
    const ofsi_engine_request request = {
        .k1 = 1.2, .b = 0.75, .totals = OFS_TOTALS_ALL, .facets = &facet, .facet_count = 1};
    ofs_status status = a->hints->engine->search(a->hints->engine, &request, a->hints->work, &answer, a->err);
    if (status == OFS_OK)
        *values = &answer.facets[0];
    return status;
}

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static bool begins_with(const char *text, const char *beginning) {
    while (*beginning && small(*text) == small(*beginning)) {
        text++;
        beginning++;
    }
    return !*beginning;
}

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (small(c) >= 'a' && small(c) <= 'z') || (unsigned char)c >= 0x80;
}

/* The longest value with a blank in it that stands at `text` and goes on behind the first `size` bytes. */
static const char *find_longer(const ofs_facet *values, const char *text, size_t size) {
    const char *found = NULL;
    for (uint32_t i = 0; i < values->value_count; i++) {
        const char *label = values->values[i].path ? values->values[i].path[0] : "";
        size_t n = strlen(label);
        bool longer = n > size && label[size] == ' ' && begins_with(text, label) && !is_word_byte(text[n]);
        if (longer && (!found || n > strlen(found)))
            found = label;
    }
    return found;
}

/* grade:Requires improvement: the filter ends at the blank, where a value of the index goes on. */
static ofs_status advise_quotes(advising *a, const ofsi_node *node) {
    const char *start = a->query + node->start, *end = a->query + node->end;
    const char *colon = memchr(start, ':', (size_t)(end - start));
    const ofs_facet *values;
    if (node->quoted || node->has_numbers || !colon || *end != ' ')
        return OFS_OK;
    ofs_status status = list_values(a, node->field, 0, &values);
    const char *label = status == OFS_OK ? find_longer(values, colon + 1, (size_t)(end - colon - 1)) : NULL;
    if (!label)
        return status;
    ofsi_buf line = {0};
    ofsi_buf_printf(&line, "%.*s ends at the blank: a value of several words stands in quotes, %s:\"%s\"",
                    (int)(end - start), start, ofsi_field_name(node->field), label);
    return add_line(a, &line);
}

static ofs_status advise_filters(advising *a, const ofsi_node *node) {
    ofs_status status = OFS_OK;
    if (node->type == OFSI_NODE_FIELD && has_room(a))
        return advise_quotes(a, node);
    for (uint32_t i = 0; i < node->child_count && status == OFS_OK; i++)
        status = advise_filters(a, node->children[i]);
    return status;
}

/* ---- what would match ---- */

/* The whole question with `words` for its query. */
static ofs_status count_with(advising *a, ofsi_node *words, uint64_t *count) {
    const ofsi_question *q = a->hints->question;
    ofsi_node *all[] = {words, q->filters, q->also};
    bool failed = false;
    ofsi_node *root = ofsi_node_join(a->hints->work, OFSI_NODE_AND, all, 3, &failed);
    return failed ? ofsi_fail_nomem(a->err) : ofsi_hint_count(a->hints, root, count, a->err);
}

/* "late return interviews inadequate": the last `size` words of the query are a grade of the index; `filter` asks for it. */
static ofs_status find_grade(advising *a, ofsi_field field, const ofsi_node *root, uint32_t size,
                             ofsi_node **filter) {
    const ofs_facet *values;
    ofsi_buf text = {0};
    *filter = NULL;
    for (uint32_t i = root->child_count - size; i < root->child_count; i++) {
        if (root->children[i]->type != OFSI_NODE_WORD) {
            ofsi_buf_free(&text);
            return OFS_OK;
        }
        ofsi_buf_text(&text, i > root->child_count - size ? " " : "");
        ofsi_buf_append(&text, root->children[i]->text.data, root->children[i]->text.size);
    }
    ofsi_buf_byte(&text, 0);
    ofs_status status = text.failed ? ofsi_fail_nomem(a->err) : list_values(a, field, 0, &values);
    for (uint32_t i = 0; status == OFS_OK && i < values->value_count && !*filter; i++) {
        const char *label = values->values[i].path ? values->values[i].path[0] : "";
        if (*label && strlen(label) == text.size - 1 && begins_with(text.data, label))
            status = ofsi_query_filter(field, ofsi_span_of(label), a->hints->work, filter, a->err);
    }
    ofsi_buf_free(&text);
    return status;
}

/* The query with that filter in place of its last words, when it finds something. */
static ofs_status try_grade(advising *a, ofsi_field field, uint32_t size, bool *found) {
    const ofsi_node *root = a->hints->question->words;
    ofsi_node *filter, *kept;
    bool failed = false;
    uint64_t count = 0;
    ofs_status status = find_grade(a, field, root, size, &filter);
    if (status != OFS_OK || !filter)
        return status;
    ofsi_node **parts = ofsi_arena_calloc(a->hints->work, root->child_count, sizeof *parts);
    if (!parts)
        return ofsi_fail_nomem(a->err);
    memcpy(parts, root->children, (root->child_count - size) * sizeof *parts);
    parts[root->child_count - size] = filter;
    kept = ofsi_node_join(a->hints->work, OFSI_NODE_AND, parts, root->child_count - size + 1, &failed);
    status = failed ? ofsi_fail_nomem(a->err) : count_with(a, kept, &count);
    if (status != OFS_OK || count == 0)
        return status;
    *found = true;
    ofsi_buf line = {0};
    ofsi_buf_text(&line, "as a grade, which is a filter, it finds ");
    ofsi_buf_printf(&line, "%" PRIu64 ": ", count);
    ofsi_query_print(kept, &line);
    return add_line(a, &line);
}

static ofs_status advise_grade(advising *a) {
    const ofsi_node *root = a->hints->question->words;
    bool found = false;
    ofs_status status = OFS_OK;
    if (!root || root->type != OFSI_NODE_AND)
        return OFS_OK;
    /* "Requires improvement to be good" is the longest there is. */
    for (uint32_t size = 5; size > 0 && status == OFS_OK && !found; size--) {
        if (size >= root->child_count)
            continue;
        status = try_grade(a, OFSI_FIELD_GRADE, size, &found);
        if (status == OFS_OK && !found)
            status = try_grade(a, OFSI_FIELD_OVERALL, size, &found);
    }
    return status;
}

/* published:2012 passes only what gives that date; date: takes an inspection's last day where none is given. */
static ofs_status advise_date(advising *a) {
    const ofsi_node *root = a->hints->question->words;
    bool failed = false, any = false;
    uint64_t count = 0;
    uint32_t n = !root ? 0 : root->type == OFSI_NODE_AND ? root->child_count : 1;
    ofsi_node **parts = ofsi_arena_calloc(a->hints->work, (size_t)n + 1, sizeof *parts);
    if (!parts)
        return ofsi_fail_nomem(a->err);
    for (uint32_t i = 0; i < n; i++) {
        parts[i] = root->type == OFSI_NODE_AND ? root->children[i] : a->hints->question->words;
        if (parts[i]->type != OFSI_NODE_FIELD || parts[i]->field != OFSI_FIELD_PUBLISHED)
            continue;
        ofs_status status =
            ofsi_query_filter(OFSI_FIELD_DATE, parts[i]->text, a->hints->work, &parts[i], a->err);
        if (status != OFS_OK)
            return status;
        any = true;
    }
    if (!any)
        return OFS_OK;
    ofsi_node *dated = ofsi_node_join(a->hints->work, OFSI_NODE_AND, parts, n, &failed);
    ofs_status status = failed ? ofsi_fail_nomem(a->err) : count_with(a, dated, &count);
    if (status != OFS_OK || count == 0)
        return status;
    ofsi_buf line = {0};
    ofsi_buf_printf(&line,
                    "date:, which takes the inspection's last day where no date of publication is given, "
                    "finds %" PRIu64 ": ",
                    count);
    ofsi_query_print(dated, &line);
    return add_line(a, &line);
}

/* That notes match, which are left out of a search that does not ask for them. */
static ofs_status advise_notes(advising *a) {
    uint64_t count = 0;
    if (!a->hints->question->words)
        return OFS_OK;
    ofs_status status = ofsi_hint_notes(a->hints, a->hints->question->root, &count, a->err);
    if (status != OFS_OK || count == 0)
        return status;
    ofsi_buf line = {0};
    ofsi_buf_printf(&line,
                    "%" PRIu64 " %s: legends, footnotes, back matter and the like are left out of a search "
                    "without kind:note",
                    count, count == 1 ? "note matches" : "notes match");
    return add_line(a, &line);
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

/* "; this index has Good, Adequate, ..." */
static ofs_status append_values(advising *a, const ofsi_node *filter, ofsi_buf *line) {
    const ofsi_node *first = filter->child_count ? filter->children[0] : filter;
    const ofs_facet *values;
    uint32_t told = 0;
    ofs_status status = list_values(a, first->field, MOST_VALUES, &values);
    for (uint32_t i = 0; status == OFS_OK && i < values->value_count; i++)
        if (values->values[i].path)
            ofsi_buf_printf(line, "%s%s", told++ ? ", " : "; this index has ", values->values[i].path[0]);
    if (status == OFS_OK && told && values->distinct > values->value_count)
        ofsi_buf_text(line, " and others");
    return status;
}

static ofs_status advise_filter(advising *a, const ofsi_node *filter) {
    uint64_t count = 0;
    ofsi_buf line = {0};
    ofs_status status = ofsi_hint_count(a->hints, filter, &count, a->err);
    if (status != OFS_OK || count)
        return status;
    if (filter->field == OFSI_FIELD_GENERATION && filter->is_range && filter->to == INT64_MAX) {
        ofsi_buf_printf(&line, "no report was added or replaced since generation %" PRId64, filter->from - 1);
    } else {
        ofsi_buf_text(&line, "no paragraph passes ");
        ofsi_query_print(filter, &line);
    }
    status = append_values(a, filter, &line);
    if (status == OFS_OK)
        return add_line(a, &line);
    ofsi_buf_free(&line);
    return status;
}

/* Of a query that found nothing, the parts that are filters. */
static ofs_status advise_passing(advising *a, const ofsi_node *root) {
    ofs_status status = OFS_OK;
    if (!root)
        return OFS_OK;
    if (is_filter(root))
        return has_room(a) ? advise_filter(a, root) : OFS_OK;
    for (uint32_t i = 0; root->type == OFSI_NODE_AND && i < root->child_count && status == OFS_OK; i++)
        if (is_filter(root->children[i]) && has_room(a))
            status = advise_filter(a, root->children[i]);
    return status;
}

/* ---- all of it ---- */

static ofs_status advise_nothing(advising *a) {
    ofs_status status = advise_passing(a, a->hints->question->words);
    if (status == OFS_OK)
        status = advise_passing(a, a->hints->question->filters);
    if (status == OFS_OK)
        status = advise_grade(a);
    if (status == OFS_OK)
        status = advise_date(a);
    return status == OFS_OK ? advise_notes(a) : status;
}

ofs_status ofsi_note_advice(const ofsi_hints *hints, const ofs_search_request *request, ofs_results *results,
                            ofs_error *err) {
    ofsi_advice advice = {.count = 0};
    advising a = {hints, request->query, &advice, err};
    ofs_status status = OFS_OK;
    if (request->query && !request->plain)
        status = ofsi_query_advise(ofsi_span_of(request->query), hints->arena, &advice, err);
    if (status == OFS_OK && request->query && !request->plain && hints->question->asked)
        status = advise_filters(&a, hints->question->asked);
    if (status == OFS_OK && results->total == 0)
        status = advise_nothing(&a);
    if (hints->question->nothing && has_room(&a))
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
