/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --keywords and --compare. */
#include "search/present/keywords.h"

#include "indexer/base/error.h"
#include "search/cli/cli.h"

ofs_status answer_keywords(session *s, const char *query, const ofsi_present_options *options,
                           uint64_t *total, ofs_error *err) {
    const args *a = s->args;
    ofs_search_request first, second;
    ofs_facet_request facets[ARGS_FACETS_MAX + 1];
    ofs_keywords *keywords = NULL;
    uint64_t shards = 0;
    ofs_results *results = NULL;
    ofsi_buf out = {0};
    fill_request(a, query, facets, &first);
    second = first;
    first.also = a->compare[0];
    second.also = a->compare[1];
    const ofs_keywords_request request = {&first, a->compare[0] ? &second : NULL, (uint32_t)a->keyword_count};
    ofs_status status = ofs_keywords_find(s->index, &request, &keywords, err);
    if (status == OFS_OK)
        status = note_shards(s, &shards, err);
    if (status == OFS_OK)
        status = describe_search(s, query, &results, err);
    if (status == OFS_OK)
        status = check_shards(s, shards, err);
    if (status == OFS_OK) {
        const char *const names[2] = {a->compare[0] ? a->compare[0]
                                      : *query      ? query
                                                    : "matches",
                                      a->compare[1]};
        ofsi_present_options shown = *options;
        begin_output(s, &out);
        shown.sheet = s->present.sheet;
        *total = keywords->sides[0].total + (a->compare[0] ? keywords->sides[1].total : 0);
        ofsi_present_keywords(keywords, names, results, &shown, &out);
        status = emit(&out, err);
    }
    ofsi_buf_free(&out);
    ofs_results_free(results);
    ofs_keywords_free(keywords);
    return status;
}
