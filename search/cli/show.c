/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofsearch show REPORT[#PARA]`: a whole report with its headings, or one paragraph of it. */
#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "search/cli/cli.h"

/* "25" is paragraph 25 with its recommendations; "25.3" the third of them, unless a paragraph is numbered "25.3". */
static bool is_wanted(const ofs_hit *hit, const char *number) {
    size_t size = hit->number ? strlen(hit->number) : 0;
    if (!hit->number || strncmp(hit->number, number, size) != 0)
        return false;
    if (number[size] == '\0')
        return true;
    uint64_t item;
    return hit->item && number[size] == '.' && ofsi_parse_count(number + size + 1, 1, UINT32_MAX, &item) &&
           item == hit->item;
}

/* A paragraph without a number is named by its place: "@3" is the fourth unit of the report. */
static bool is_wanted_place(const ofs_hit *hit, const char *name) {
    uint64_t place;
    return name[0] == '@' && ofsi_parse_count(name + 1, 0, UINT32_MAX, &place) && place == hit->place;
}

static ofs_status select_paragraphs(const ofs_results *results, const char *number, ofs_hit *wanted,
                                    size_t *count, ofs_error *err) {
    *count = 0;
    for (size_t i = 0; i < results->hit_count; i++)
        if (is_wanted(&results->hits[i], number) || is_wanted_place(&results->hits[i], number))
            wanted[(*count)++] = results->hits[i];
    if (*count == 0)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "the report has no paragraph %s", number);
    return OFS_OK;
}

/* Opens REPORT, or what stands before the last '#' with the rest as paragraph. */
static ofs_status find_paragraphs(session *s, const char *place, ofs_results **results, const char **number,
                                  ofs_error *err) {
    *number = NULL;
    ofs_status status = ofs_index_paragraphs(s->index, place, 0, UINT32_MAX, results, err);
    const char *hash = strrchr(place, '#');
    if (status != OFS_E_NOT_FOUND || !hash)
        return status;
    char *report = ofsi_strndup(place, (size_t)(hash - place));
    if (!report)
        return ofsi_fail_nomem(err);
    status = ofs_index_paragraphs(s->index, report, 0, UINT32_MAX, results, err);
    *number = hash + 1;
    ofsi_free(report);
    return status;
}

ofs_status find_paragraph(session *s, const char *ref, ofs_results **results, const ofs_hit **hit,
                          ofs_error *err) {
    const char *number;
    *hit = NULL;
    ofs_status status = find_paragraphs(s, ref, results, &number, err);
    if (status != OFS_OK)
        return status;
    const ofs_hit *hits = (*results)->hits;
    for (size_t i = 0; hits && number && i < (*results)->hit_count && !*hit; i++)
        if (is_wanted(&hits[i], number) || is_wanted_place(&hits[i], number))
            *hit = &hits[i];
    if (*hit)
        return OFS_OK;
    return number ? ofsi_fail(err, OFS_E_NOT_FOUND, "the report has no paragraph %s", number)
                  : ofsi_fail(err, OFS_E_USAGE, "a paragraph is wanted: REPORT#PARA");
}

ofs_status find_paragraphs_named(session *s, const char *ref, ofs_results **results, ofs_hit **wanted,
                                 size_t *count, ofs_error *err) {
    const char *number;
    *wanted = NULL;
    ofs_status status = find_paragraphs(s, ref, results, &number, err);
    if (status != OFS_OK)
        return status;
    *wanted = ofsi_reallocarray(NULL, (*results)->hit_count + 1, sizeof **wanted);
    if (!*wanted)
        return ofsi_fail_nomem(err);
    *count = 0;
    if (number)
        return select_paragraphs(*results, number, *wanted, count, err);
    for (; *count < (*results)->hit_count; ++*count)
        (*wanted)[*count] = (*results)->hits[*count];
    return OFS_OK;
}

int run_show(session *s, const char *place) {
    ofs_error err;
    ofs_results *results = NULL;
    ofs_hit *wanted = NULL;
    const char *number;
    ofsi_buf out = {0};
    size_t count = 0;
    ofs_status status = find_paragraphs(s, place, &results, &number, &err);
    if (status != OFS_OK)
        goto done;
    if (number) {
        wanted = ofsi_reallocarray(NULL, results->hit_count, sizeof *wanted);
        status = wanted ? select_paragraphs(results, number, wanted, &count, &err) : ofsi_fail_nomem(&err);
    } else {
        count = results->hit_count;
    }
    if (status != OFS_OK)
        goto done;
    begin_output(s, &out);
    ofsi_present_paragraphs(wanted ? wanted : results->hits, count, &s->present, &out);
    status = emit(&out, &err);
done:
    ofsi_buf_free(&out);
    ofsi_free(wanted);
    ofs_results_free(results);
    tell_missing_now(s, true);
    if (status == OFS_E_NOT_FOUND) {
        complain(&err);
        return EXIT_NOTHING;
    }
    return status == OFS_OK ? EXIT_FOUND : complain(&err);
}
