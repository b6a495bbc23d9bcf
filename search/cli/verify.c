/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofsearch verify FILE`: whether each quotation of an evidence file stands where its citation says. */
#include <errno.h>
#include <inttypes.h>

#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "indexer/base/error.h"
#include "indexer/base/utf8.h"
#include "search/cli/cli.h"
#include "search/present/citation.h"
#include "search/present/evidence.h"

static ofs_status read_file(const char *path, ofsi_buf *bytes, ofs_error *err) {
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    char chunk[65536];
    if (!file)
        return ofsi_fail_errno(err, errno, "cannot open", path);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        ofsi_buf_append(bytes, chunk, n);
    bool failed = ferror(file) != 0;
    if (!is_stdin)
        fclose(file);
    if (failed)
        return ofsi_fail_errno(err, EIO, "cannot read", path);
    return bytes->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static bool has_citation(const ofs_hit *hit, const char *citation, ofsi_buf *work) {
    ofsi_buf_reset(work);
    ofsi_append_citation(work, hit);
    return ofsi_span_equal(ofsi_buf_span(work), ofsi_span_of(citation));
}

/* About as much of the quotation as tells where it goes astray, whole characters. */
static void append_astray(ofsi_buf *out, const char *quote, size_t at) {
    enum { SHOWN = 40 };
    size_t from = at > SHOWN ? at - SHOWN : 0, end = at;
    while (from > 0 && ofsi_utf8_is_continuation(quote[from]))
        from--;
    while (quote[end] && (end < at + SHOWN || ofsi_utf8_is_continuation(quote[end])))
        end++;
    ofsi_buf_text(out, from ? "…" : "");
    ofsi_append_clean(out, quote + from, end - from);
    ofsi_buf_text(out, quote[end] ? "…" : "");
}

/* "25" of ", paragraph 25, page 9"; size 0: none. */
static ofsi_span cited_number(const char *citation) {
    static const char mark[] = ", paragraph ";
    const char *at = NULL;
    for (const char *next = citation; (next = strstr(next, mark)) != NULL; next += sizeof mark - 1)
        at = next + sizeof mark - 1;
    return (ofsi_span){at, at ? strspn(at, "0123456789.") : 0};
}

/* As much of a quotation as tells where it may stand: whole words. */
static char *copy_words(const char *text) {
    enum { MOST = 1000 };
    size_t size = strlen(text);
    if (size > MOST)
        for (size = MOST; size > 0 && text[size] != ' '; size--)
            ;
    return ofsi_strndup(text, size);
}

/*
 * The paragraphs that have this citation, as find_paragraphs_named() gives those of a ref: among those of its number, or,
 * where it has none, those that hold the quotation's words.
 */
static ofs_status find_cited(session *s, const ofsi_quote *quote, ofs_results **results, ofs_hit **wanted,
                             size_t *count, ofs_error *err) {
    ofsi_buf work = {0};
    ofsi_span number = cited_number(quote->citation);
    char para[64];
    bool numbered = number.size > 0 && number.size <= 40;
    *count = 0;
    snprintf(para, sizeof para, "para:\"%.*s\"", numbered ? (int)number.size : 0,
             numbered ? number.data : "");
    char *words = numbered ? NULL : copy_words(quote->text);
    const ofs_search_request request = {
        .query = numbered ? para : words, .plain = !numbered, .limit = OFS_ALL, .sort = OFS_SORT_REPORT};
    ofs_status status =
        numbered || words ? ofs_search(s->index, &request, results, err) : ofsi_fail_nomem(err);
    ofsi_free(words);
    if (status == OFS_E_QUERY || status == OFS_E_LIMIT) /* nothing has such a number or such words */
        return OFS_OK;
    if (status == OFS_OK) {
        *wanted = ofsi_reallocarray(NULL, (*results)->hit_count + 1, sizeof **wanted);
        status = *wanted ? OFS_OK : ofsi_fail_nomem(err);
    }
    for (size_t i = 0; status == OFS_OK && i < (*results)->hit_count; i++)
        if (has_citation(&(*results)->hits[i], quote->citation, &work))
            (*wanted)[(*count)++] = (*results)->hits[i];
    if (status == OFS_OK && work.failed)
        status = ofsi_fail_nomem(err);
    ofsi_buf_free(&work);
    return status;
}

/* What is wrong with a quotation of these paragraphs, behind "FILE:LINE: "; nothing when it stands. */
static void judge(const ofsi_quote *quote, const ofs_hit *hits, size_t count, ofsi_buf *problem) {
    ofsi_buf work = {0};
    size_t differs = 0, furthest = 0;
    const char *place = quote->ref ? quote->ref : quote->citation;
    bool stands = false, cited = !quote->citation;
    for (size_t i = 0; i < count && !(stands && cited); i++) {
        stands = ofsi_quote_stands(quote->text, (ofsi_span){hits[i].text, hits[i].text_size}, &differs);
        furthest = differs > furthest ? differs : furthest;
        cited = !quote->citation || has_citation(&hits[i], quote->citation, &work);
    }
    if (!stands) {
        ofsi_buf_printf(problem, "does not stand so in %s: ", place);
        append_astray(problem, quote->text, furthest);
    } else if (!cited) {
        ofsi_buf_printf(problem, "the citation of %s is: ", quote->ref);
        ofsi_buf_reset(&work);
        ofsi_append_citation(&work, &hits[0]);
        ofsi_append_clean(problem, work.data, work.size);
    }
    problem->failed = problem->failed || work.failed;
    ofsi_buf_free(&work);
}

static ofs_status check_quote(session *s, const ofsi_quote *quote, ofsi_buf *problem, ofs_error *err) {
    ofs_results *results = NULL;
    ofs_hit *wanted = NULL;
    size_t count = 0;
    if (!quote->ref && !quote->citation) {
        ofsi_buf_text(problem, "names no place where it should stand");
        return OFS_OK;
    }
    ofs_status status = quote->ref ? find_paragraphs_named(s, quote->ref, &results, &wanted, &count, err)
                                   : find_cited(s, quote, &results, &wanted, &count, err);
    if (status == OFS_E_NOT_FOUND ||
        (status == OFS_OK && count == 0 && quote->ref)) { /* or a report without any */
        ofsi_buf_printf(problem, "the index has no paragraph %s", quote->ref);
        status = OFS_OK;
    } else if (status == OFS_OK && count == 0) {
        ofsi_buf_printf(problem,
                        cited_number(quote->citation).size
                            ? "no paragraph of the index has the citation %s"
                            : "no paragraph of the index with the citation %s has these words",
                        quote->citation);
    } else if (status == OFS_OK) {
        judge(quote, wanted, count, problem);
    }
    ofsi_free(wanted);
    ofs_results_free(results);
    return status == OFS_OK && problem->failed ? ofsi_fail_nomem(err) : status;
}

static ofs_status check_quotes(session *s, const char *path, const ofsi_quotes *quotes, size_t *wrong,
                               ofs_error *err) {
    ofsi_buf problem = {0}, out = {0};
    ofs_status status = OFS_OK;
    *wrong = 0;
    for (size_t i = 0; i < quotes->count && status == OFS_OK; i++) {
        ofsi_buf_reset(&problem);
        status = check_quote(s, &quotes->items[i], &problem, err);
        if (status != OFS_OK || !problem.size)
            continue;
        ++*wrong;
        ofsi_append_clean(&out, path, strlen(path));
        ofsi_buf_printf(&out, ":%zu: ", quotes->items[i].line);
        ofsi_append_clean(&out, problem.data, problem.size);
        ofsi_buf_byte(&out, '\n');
        status = emit(&out, err);
    }
    if (status == OFS_OK && !s->args->quiet) {
        ofsi_buf_printf(&out, "%zu of %zu %s word for word\n", quotes->count - *wrong, quotes->count,
                        quotes->count == 1 ? "quotation stands" : "quotations stand");
        status = emit(&out, err);
    }
    ofsi_buf_free(&problem);
    ofsi_buf_free(&out);
    return status;
}

int run_verify(session *s, const char *path) {
    ofs_error err;
    ofsi_buf bytes = {0};
    ofsi_quotes quotes = {0};
    size_t wrong = 0;
    ofs_status status = read_file(path, &bytes, &err);
    if (status == OFS_OK) {
        status = ofsi_evidence_read(ofsi_buf_span(&bytes), &quotes, &err);
        if (status == OFS_E_INPUT) {
            ofs_error named = err;
            status = ofsi_fail(&err, OFS_E_INPUT, "%s: %s", path, named.message);
        }
    }
    if (status == OFS_OK && quotes.count == 0)
        status = ofsi_fail(&err, OFS_E_INPUT, "%s: no quotation is in it", path);
    if (status == OFS_OK)
        status = check_quotes(s, path, &quotes, &wrong, &err);
    ofsi_quotes_free(&quotes);
    ofsi_buf_free(&bytes);
    if (status != OFS_OK)
        return complain(&err);
    return wrong ? EXIT_NOTHING : EXIT_FOUND;
}
