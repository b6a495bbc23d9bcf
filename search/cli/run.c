/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search itself: one query, or a file of them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/base/utf8.h"
#include "search/cli/cli.h"
#include "search/present/fields.h"
#include "search/present/head.h"

enum { DEFAULT_LIMIT = 10, MOST_TRIES = 10 };

/* One that shows what the filters alone leave, where they leave anything out: "12 of the 31 reports". */
static bool wants_base(const args *a, const char *query) {
    switch (a->format) {
    case OFSI_FORMAT_TEXT:
    case OFSI_FORMAT_JSON:
        return !a->batch && (a->filter_count > 0 || strchr(query, ':') != NULL);
    case OFSI_FORMAT_JSONL:
    case OFSI_FORMAT_TREC:
        return false;
    default:
        return true;
    }
}

static bool wants_notes(const args *a) {
    return !a->batch && (a->format == OFSI_FORMAT_JSON || (a->format == OFSI_FORMAT_TEXT && !a->quiet));
}

static bool is_json(ofsi_format format) { return format == OFSI_FORMAT_JSON || format == OFSI_FORMAT_JSONL; }

/* Those of the request that are to be counted, into `facets` of ARGS_FACETS_MAX + 1. */
static void fill_facets(const args *a, ofs_facet_request *facets, ofs_search_request *request) {
    size_t count = 0;
    if (a->reports) {
        facets[count++] = (ofs_facet_request){.field = OFS_FACET_REPORT};
    } else if (!a->count) {
        for (; count < a->facet_count; count++) {
            facets[count] = a->facets[count];
            facets[count].share = !is_json(a->format) || facets[count].field == OFS_FACET_YEAR;
        }
        if (count == 0 && a->format == OFSI_FORMAT_TEXT) {
            facets[count++] = (ofs_facet_request){.field = OFS_FACET_GRADE};
            facets[count++] = (ofs_facet_request){.field = OFS_FACET_SECTION};
        }
        if (a->group)
            facets[count++] = (ofs_facet_request){.field = OFS_FACET_REPORT};
    }
    request->facets = facets;
    request->facet_count = count;
}

/* Ids alone, or fields that are not of the text, in formats that show nothing else. */
static bool needs_no_text(const args *a) {
    if (a->format == OFSI_FORMAT_TREC)
        return true;
    return a->fields && !a->kwic && !ofsi_fields_need_text(a->fields, a->field_count) &&
           (is_json(a->format) || a->format == OFSI_FORMAT_CSV || a->format == OFSI_FORMAT_TSV ||
            a->format == OFSI_FORMAT_XLSX);
}

/* Formats of hits alone tell no totals: then a search need not visit every match. */
static bool needs_no_totals(const args *a) {
    return (a->format == OFSI_FORMAT_TREC || (a->format == OFSI_FORMAT_JSONL && !a->fields)) && !a->count &&
           !a->reports && !a->log && !a->mark && !a->kwic && a->facet_count == 0;
}

void fill_request(const args *a, const char *query, ofs_facet_request *facets, ofs_search_request *request) {
    bool all = a->all || (!a->limit_set && (a->mark || ofsi_format_exports_all(a->format)));
    *request = (ofs_search_request){
        .query = query,
        .any = a->any,
        .plain = a->plain,
        .limit = a->count || a->reports ? 0
                 : all                  ? OFS_ALL
                 : a->limit_set         ? a->limit
                                        : DEFAULT_LIMIT,
        .offset = a->offset,
        .k1_set = a->k1_set,
        .b_set = a->b_set,
        .k1 = a->k1,
        .b = a->b,
        .filters = a->filters,
        .filter_count = a->filter_count,
        .sort = a->sort,
        .explain = a->explain,
        .totals = needs_no_totals(a) ? OFS_TOTALS_NONE : OFS_TOTALS_ALL,
        .no_text = needs_no_text(a),
        .fold_duplicates = a->fold_duplicates,
        .base = wants_base(a, query),
        .alternatives = true,
        .synonyms = a->synonyms,
        .synonym_groups = a->synonym_groups,
        .synonym_group_count = a->synonym_group_count,
        .notes = wants_notes(a),
    };
    fill_facets(a, facets, request);
}

/* The paragraphs around each hit; *kept holds what contexts point into. */
static ofs_status fetch_contexts(session *s, const ofs_results *results, ofsi_context *contexts,
                                 ofs_results **kept, ofs_error *err) {
    uint32_t n = (uint32_t)s->args->context;
    for (size_t i = 0; i < results->hit_count; i++) {
        const ofs_hit *hit = &results->hits[i];
        uint32_t before = hit->place < n ? hit->place : n;
        ofs_status status = ofs_index_paragraphs(s->index, hit->report->id, hit->place - before,
                                                 before + 1 + n, &kept[i], err);
        if (status != OFS_OK)
            return status;
        size_t got = kept[i]->hit_count;
        contexts[i].before = kept[i]->hits;
        contexts[i].before_count = before < got ? before : got;
        contexts[i].after_count = got > (size_t)before + 1 ? got - before - 1 : 0;
        contexts[i].after = contexts[i].after_count ? kept[i]->hits + before + 1 : NULL;
    }
    return OFS_OK;
}

/* -n 0 with facets: in the formats that have no place for both, the counts are the table. */
static bool is_counts_table(const args *a) {
    return (a->format == OFSI_FORMAT_CSV || a->format == OFSI_FORMAT_TSV || a->format == OFSI_FORMAT_JSONL) &&
           a->facet_count > 0 && a->limit_set && a->limit == 0;
}

static ofs_status present_with_contexts(session *s, const ofs_results *results, ofsi_present_options *options,
                                        ofsi_buf *out, ofs_error *err) {
    ofs_status status = OFS_OK;
    ofsi_context *contexts = ofsi_calloc(results->hit_count, sizeof *contexts);
    ofs_results **kept = ofsi_calloc(results->hit_count, sizeof(ofs_results *));
    if (!contexts || !kept) {
        status = ofsi_fail_nomem(err);
        goto done;
    }
    status = fetch_contexts(s, results, contexts, kept, err);
    options->contexts = contexts;
    if (status == OFS_OK)
        ofsi_present_results(results, options, out);
done:
    for (size_t i = 0; kept && i < results->hit_count; i++)
        ofs_results_free(kept[i]);
    ofsi_free(kept);
    ofsi_free(contexts);
    return status;
}

static ofs_status present_grouped(session *s, const ofs_results *results, ofsi_present_options *options,
                                  ofsi_buf *out, ofs_error *err) {
    ofs_results grouped = *results;
    ofs_hit *hits = ofsi_calloc(results->hit_count, sizeof *hits);
    ofs_status status = hits ? ofsi_group_hits(results, hits, err) : ofsi_fail_nomem(err);
    grouped.hits = hits;
    if (status == OFS_OK && s->args->context)
        status = present_with_contexts(s, &grouped, options, out, err);
    else if (status == OFS_OK)
        ofsi_present_results(&grouped, options, out);
    ofsi_free(hits);
    return status;
}

/* -l: as many reports as -n says, behind the first --offset. */
static void present_reports(session *s, const ofs_results *results, const ofsi_present_options *options,
                            ofsi_buf *out) {
    const args *a = s->args;
    ofs_facet shown = results->facets[0];
    ofs_results windowed = *results;
    uint32_t passed = a->offset < shown.value_count ? (uint32_t)a->offset : shown.value_count;
    shown.value_count -= passed;
    if (shown.values)
        shown.values += passed;
    if (a->limit_set && a->limit < shown.value_count)
        shown.value_count = (uint32_t)a->limit;
    windowed.facets = &shown;
    ofsi_present_reports(&windowed, options, out);
}

static ofs_status present_answer(session *s, const ofs_results *results, ofsi_present_options *options,
                                 ofsi_buf *out, ofs_error *err) {
    const args *a = s->args;
    begin_output(s, out);
    options->sheet = s->present.sheet;
    if (a->count)
        ofsi_present_count(results, options, out);
    else if (a->reports)
        present_reports(s, results, options, out);
    else if (is_counts_table(a))
        ofsi_present_counts(results, options, out);
    else if (a->kwic)
        ofsi_present_kwic(results, a->kwic_order, options, out);
    else if (a->group)
        return present_grouped(s, results, options, out, err);
    else if (a->context)
        return present_with_contexts(s, results, options, out, err);
    else
        ofsi_present_results(results, options, out);
    return OFS_OK;
}

/* Whether a match is neither printed nor, with -l, counted at a report that is. */
static bool leaves_unshown(const args *a, const ofs_results *results) {
    uint64_t hits = results->distinct ? results->distinct : results->total;
    if (a->count)
        return results->total > 0;
    if (a->reports)
        return results->total && (a->offset || (a->limit_set && a->limit < results->facets[0].value_count));
    return results->hit_count < hits;
}

/* csv and tsv carry the search log in their rows: without one it goes to standard error, unless --log keeps it. */
static bool has_lost_log(const args *a, const ofs_results *results) {
    size_t rows = a->reports || is_counts_table(a) ? results->report_total : results->hit_count;
    if ((a->format != OFSI_FORMAT_CSV && a->format != OFSI_FORMAT_TSV) || a->count || a->log || a->quiet)
        return false;
    return rows == 0 || (a->fields && !ofsi_fields_have_log(a->fields, a->field_count));
}

/* On standard error: why nothing was found, and what is worth telling of the query. */
static void tell_beside(const session *s, const ofs_results *results, const ofsi_present_options *options,
                        ofsi_buf *out) {
    const args *a = s->args;
    bool nothing_new = results->total == 0 && a->newer_only && results->index_generation <= a->since;
    fflush(stdout);
    if (has_lost_log(a, results)) {
        ofsi_append_head_line(out, results, options);
        ofsi_buf_byte(out, '\n');
    }
    if (nothing_new && !options->batch)
        ofsi_buf_printf(out, "nothing new since generation %" PRIu64 " of the index\n", a->since);
    else if (results->total == 0 && s->like)
        ofsi_buf_text(out, "no other report has a paragraph like it\n");
    else if (results->total == 0 && !options->batch)
        ofsi_present_nothing(results, out);
    if (a->format == OFSI_FORMAT_TEXT && !nothing_new && !options->batch)
        ofsi_present_notes(results, out);
    if (!out->failed && out->data)
        fwrite(out->data, 1, out->size, stderr);
    ofsi_buf_reset(out);
}

/* Only what goes to standard output says so in the answer itself. */
static bool shows_missing(const args *a) {
    return a->format == OFSI_FORMAT_JSON ||
           (a->format == OFSI_FORMAT_TEXT && !a->count && !a->reports && !a->kwic);
}

static ofs_status try_answer(session *s, const char *query, const char *name, ofsi_buf *out, uint64_t *total,
                             ofs_error *err) {
    ofs_search_request request;
    ofs_facet_request facets[ARGS_FACETS_MAX + 1];
    ofs_results *results = NULL;
    ofsi_present_options options = s->present;
    if (name)
        options.name = name;
    options.batch = name != NULL;
    if (options.batch)
        options.indent = false;
    if (s->pivot)
        return add_to_pivot(s, s->pivot, query, name, err);
    if (s->args->pivot_set || s->args->keywords || s->args->compare[0]) {
        ofs_status status =
            (s->args->pivot_set ? answer_pivot : answer_keywords)(s, query, &options, total, err);
        s->present.continued = true;
        s->unshown = s->unshown || *total > 0;
        return status;
    }
    fill_request(s->args, query, facets, &request);
    ofs_status status = s->like ? ofs_search_similar(s->index, s->like, &request, &results, err)
                                : ofs_search(s->index, &request, &results, err);
    if (status != OFS_OK)
        return status;
    *total = results->total;
    status = present_answer(s, results, &options, out, err);
    if (s->args->context && (status == OFS_OK || status == OFS_E_NOT_FOUND)) {
        ofs_status checked = check_shards(s, shards_of(results), err);
        status = checked == OFS_OK ? status : checked;
    }
    if (status == OFS_OK)
        status = log_search(s, results, name, err);
    if (status == OFS_OK)
        status = emit(out, err);
    s->present.continued = s->present.continued || status == OFS_OK;
    s->unshown = s->unshown || leaves_unshown(s->args, results);
    s->partial = s->partial || results->missing_count;
    if (status == OFS_OK && !shows_missing(s->args))
        tell_missing(s, results->missing, results->missing_count);
    if (status == OFS_OK && !s->args->quiet)
        tell_beside(s, results, &options, out);
    ofs_results_free(results);
    return status;
}

/* Asks, prints; *total gets the number of matches. What changed while its parts were asked for is asked for again. */
static ofs_status answer_query(session *s, const char *query, const char *name, ofsi_buf *out,
                               uint64_t *total, ofs_error *err) {
    ofs_status status = try_answer(s, query, name, out, total, err);
    for (int tries = 0; status == OFS_E_MODIFIED && !s->pivot && tries < MOST_TRIES; tries++) {
        ofsi_buf_reset(out);
        status = try_answer(s, query, name, out, total, err);
    }
    if (status == OFS_OK && (s->args->pivot_set || s->args->keywords || s->args->compare[0]))
        tell_missing_now(s, s->pivot || s->args->format != OFSI_FORMAT_JSON);
    return status;
}

static bool is_utf8(const char *text) { return ofsi_utf8_valid_prefix(text, strlen(text)) == strlen(text); }

int run_search(session *s, const char *query) {
    ofsi_buf out = {0};
    ofs_error err;
    uint64_t total = 0;
    ofs_status status = is_utf8(query) ? answer_query(s, query, NULL, &out, &total, &err)
                                       : ofsi_fail(&err, OFS_E_QUERY, "the query is not UTF-8");
    ofsi_buf_free(&out);
    if (status != OFS_OK)
        return complain_query(&err, query, NULL);
    return total ? EXIT_FOUND : EXIT_NOTHING;
}

int run_similar(session *s, const char *ref) {
    ofsi_buf out = {0};
    ofs_error err;
    ofs_results *results = NULL;
    const ofs_hit *hit = NULL;
    uint64_t total = 0;
    ofs_status status = find_paragraph(s, ref, &results, &hit, &err);
    if (status == OFS_OK) {
        const ofs_place place = {hit->report->id, hit->place};
        s->like = &place;
        status = answer_query(s, "", NULL, &out, &total, &err);
        s->like = NULL;
    }
    ofsi_buf_free(&out);
    ofs_results_free(results);
    if (status == OFS_OK)
        return total ? EXIT_FOUND : EXIT_NOTHING;
    int exit_status = complain_query(&err, "", NULL);
    return status == OFS_E_NOT_FOUND ? EXIT_NOTHING : exit_status;
}

/* Parts "name<TAB>query"; without a tab the line's number is the name. */
static char *split_name(char *line, uint64_t number, char digits[24], const char **name) {
    char *tab = strchr(line, '\t');
    if (!tab) {
        snprintf(digits, 24, "%" PRIu64, number);
        *name = digits;
        return line;
    }
    *tab = '\0';
    *name = line;
    return tab + 1;
}

/* Servers that cannot be reached now may be there for the next query. */
static bool may_pass(ofs_status status) {
    return status == OFS_E_NETWORK || status == OFS_E_TIMEOUT || status == OFS_E_MODIFIED;
}

/*
 * One line of a batch. A line that fails is named and the rest goes on; only trouble with the index that will not pass ends the
 * run, as does any that leaves a pivot half counted.
 */
static int run_line(session *s, char *line, uint64_t number, ofsi_buf *out, uint64_t *total, bool *ends) {
    char digits[24];
    const char *name;
    ofs_error err;
    char *query = split_name(line, number, digits, &name);
    ofs_status status = !is_utf8(name)    ? ofsi_fail(&err, OFS_E_QUERY, "the name is not UTF-8")
                        : !is_utf8(query) ? ofsi_fail(&err, OFS_E_QUERY, "the query is not UTF-8")
                                          : answer_query(s, query, name, out, total, &err);
    if (status == OFS_OK)
        return EXIT_FOUND;
    ofsi_buf_reset(out);
    fflush(stdout);
    ofs_error named = err;
    ofsi_fail_at(&named, err.status, err.offset, err.length, "%s: line %" PRIu64 ": %s", s->args->batch,
                 number, err.message);
    int exit_status = complain_query(&named, query, NULL);
    *ends = exit_status == EXIT_TROUBLE && !may_pass(status);
    return exit_status;
}

/* The table of the whole batch; *found when anything is in it. */
static ofs_status finish_pivot(session *s, bool *found, ofs_error *err) {
    const ofs_pivot_table *table;
    ofs_status status = ofs_pivot_read(s->pivot, &table, err);
    for (size_t i = 0; status == OFS_OK && i < (size_t)table->row_count * table->column_count; i++)
        *found = *found || table->cells[i].count;
    s->unshown = *found;
    return status == OFS_OK ? print_pivot(s, s->pivot, s->args->batch, &s->present, err) : status;
}

int run_batch(session *s) {
    bool is_stdin = strcmp(s->args->batch, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(s->args->batch, "r");
    ofs_error err;
    if (!file) {
        ofsi_fail_errno(&err, errno, "cannot open", s->args->batch);
        return complain(&err);
    }
    ofsi_buf out = {0};
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    int worst = EXIT_FOUND;
    uint64_t number = 0;
    if (pivots_batch(s->args) && ofs_pivot_open(&s->args->pivot, &s->pivot, &err) != OFS_OK)
        worst = complain(&err);
    bool ends = worst == EXIT_TROUBLE;
    for (ssize_t n; !ends && (n = getline(&line, &capacity, file)) != -1;) {
        uint64_t total = 0;
        number++;
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = '\0';
        char *begin = line;
        if (number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0)
            begin += 3;
        if (*begin == '\0' || *begin == '#')
            continue;
        int status = run_line(s, begin, number, &out, &total, &ends);
        worst = status > worst ? status : worst;
        found = found || total > 0;
    }
    if (ferror(file)) {
        ofsi_fail_errno(&err, errno, "cannot read", s->args->batch);
        worst = complain(&err);
    }
    if (s->pivot && !ends && finish_pivot(s, &found, &err) != OFS_OK)
        worst = complain(&err);
    drop_pivot(s);
    free(line);
    ofsi_buf_free(&out);
    if (!is_stdin)
        fclose(file);
    return worst != EXIT_FOUND ? worst : found ? EXIT_FOUND : EXIT_NOTHING;
}
