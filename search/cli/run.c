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

enum { DEFAULT_LIMIT = 10 };

static void fill_request(const args *a, const char *query, ofs_search_request *request) {
    static const ofs_facet_request reports = {OFS_FACET_REPORT, 0};
    static const ofs_facet_request usual[] = {{OFS_FACET_GRADE, 0}, {OFS_FACET_SECTION, 0}};
    bool all = a->all || (!a->limit_set && ofsi_format_exports_all(a->format));
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
        .facets = a->facets,
        .facet_count = a->facet_count,
        .sort = a->sort,
        .explain = a->explain,
        .no_text = a->format == OFSI_FORMAT_TREC,
    };
    if (a->reports) {
        request->facets = &reports;
        request->facet_count = 1;
    } else if (a->count) {
        request->facet_count = 0;
    } else if (a->facet_count == 0 && a->format == OFSI_FORMAT_TEXT) {
        request->facets = usual;
        request->facet_count = sizeof usual / sizeof usual[0];
    }
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

static ofs_status present_answer(session *s, const ofs_results *results, ofsi_present_options *options,
                                 ofsi_buf *out, ofs_error *err) {
    const args *a = s->args;
    if (a->count)
        ofsi_present_count(results, options, out);
    else if (a->reports)
        ofsi_present_reports(results, options, out);
    else if (a->context)
        return present_with_contexts(s, results, options, out, err);
    else
        ofsi_present_results(results, options, out);
    return OFS_OK;
}

/* Asks, prints; *total gets the number of matches. */
static ofs_status answer_query(session *s, const char *query, const char *name, ofsi_buf *out,
                               uint64_t *total, ofs_error *err) {
    ofs_search_request request;
    ofs_results *results = NULL;
    ofsi_present_options options = s->present;
    if (name)
        options.name = name;
    options.batch = name != NULL;
    if (options.batch)
        options.indent = false;
    fill_request(s->args, query, &request);
    ofs_status status = ofs_search(s->index, &request, &results, err);
    if (status != OFS_OK)
        return status;
    *total = results->total;
    status = present_answer(s, results, &options, out, err);
    if (status == OFS_OK)
        status = emit(out, err);
    if (status == OFS_OK && results->total == 0 && !name && !s->args->quiet) {
        fflush(stdout);
        ofsi_present_nothing(results, out);
        if (!out->failed && out->data)
            fwrite(out->data, 1, out->size, stderr);
        ofsi_buf_reset(out);
    }
    ofs_results_free(results);
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

/* One line of a batch. A line that fails is named and the rest goes on; only trouble with the index ends the run. */
static int run_line(session *s, char *line, uint64_t number, ofsi_buf *out, uint64_t *total) {
    char digits[24];
    const char *name;
    ofs_error err;
    char *query = split_name(line, number, digits, &name);
    ofs_status status = is_utf8(query) ? answer_query(s, query, name, out, total, &err)
                                       : ofsi_fail(&err, OFS_E_QUERY, "the query is not UTF-8");
    if (status == OFS_OK)
        return EXIT_FOUND;
    ofsi_buf_reset(out);
    fflush(stdout);
    ofs_error named = err;
    ofsi_fail_at(&named, err.status, err.offset, err.length, "%s: line %" PRIu64 ": %s", s->args->batch,
                 number, err.message);
    return complain_query(&named, query, NULL);
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
    for (ssize_t n; worst != EXIT_TROUBLE && (n = getline(&line, &capacity, file)) != -1;) {
        uint64_t total = 0;
        number++;
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            line[--n] = '\0';
        if (n == 0)
            continue;
        int status = run_line(s, line, number, &out, &total);
        worst = status > worst ? status : worst;
        found = found || total > 0;
    }
    if (ferror(file)) {
        ofsi_fail_errno(&err, errno, "cannot read", s->args->batch);
        worst = complain(&err);
    }
    free(line);
    ofsi_buf_free(&out);
    if (!is_stdin)
        fclose(file);
    return worst != EXIT_FOUND ? worst : found ? EXIT_FOUND : EXIT_NOTHING;
}
