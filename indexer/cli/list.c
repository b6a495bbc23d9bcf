/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ofindex list`: the reports in the index, or the files that could not be read. */
#include "indexer/base/clean_text.h"
#include "indexer/base/date.h"
#include "indexer/cli/cli.h"

typedef struct listing {
    ofsi_buf text;
    json_t *array; /* NULL for text */
} listing;

bool is_ungraded(const ofs_report_info *info) { return info->has_scale && info->graded_sections == 0; }

static json_t *grade_object(ofs_grade grade) {
    if (!grade.label)
        return json_null();
    return json_pack("{so sI sI}", "label", json_text(grade.label), "level", (json_int_t)grade.level,
                     "levels", (json_int_t)grade.levels);
}

static json_t *info_object(const ofs_report_info *info) {
    return json_pack("{so so so so so so so so so sI sI sI so so so so sI sb so}", "id", json_text(info->id),
                     "path", json_text(info->path), "profile", json_text(info->profile), "title",
                     json_text(info->title), "provider", json_text(info->provider), "inspectorate",
                     json_text(info->inspectorate), "inspected_from", json_date(info->inspected_from),
                     "inspected_to", json_date(info->inspected_to), "published", json_date(info->published),
                     "pages", (json_int_t)info->pages, "paragraphs", (json_int_t)info->paragraphs, "warnings",
                     (json_int_t)info->warnings, "provider_name", json_text(info->provider_name),
                     "provider_id", json_text(info->provider_id), "inspection", json_text(info->inspection),
                     "overall", grade_object(info->overall), "graded_sections",
                     (json_int_t)info->graded_sections, "ungraded", (int)is_ungraded(info), "confidence",
                     json_text(ofs_confidence_name(info->confidence)));
}

static void append_cell(ofsi_buf *out, const char *text) {
    ofsi_buf_byte(out, '\t');
    ofsi_append_clean(out, text ? text : "-", strlen(text ? text : "-"));
}

/* id, date, provider, paragraphs, profile, inspection, overall grade, graded sections, confidence: parted by tabs, for cut and sort. */
static void append_row(ofsi_buf *out, const ofs_report_info *info) {
    char date[11] = "-";
    ofs_date day = info->published != OFS_NO_DATE ? info->published : info->inspected_to;
    if (day != OFS_NO_DATE)
        ofsi_date_format(day, date);
    const char *provider = info->provider ? info->provider : "-",
               *profile = info->profile ? info->profile : "-";
    ofsi_append_clean(out, info->id, strlen(info->id));
    ofsi_buf_printf(out, "\t%s\t", date);
    ofsi_append_clean(out, provider, strlen(provider));
    ofsi_buf_printf(out, "\t%u %s\t", info->paragraphs, info->paragraphs == 1 ? "paragraph" : "paragraphs");
    ofsi_append_clean(out, profile, strlen(profile));
    append_cell(out, info->inspection);
    append_cell(out, info->overall.label);
    if (info->graded_sections)
        ofsi_buf_printf(out, "\t%u graded", info->graded_sections);
    else
        append_cell(out, is_ungraded(info) ? "ungraded" : NULL);
    append_cell(out, ofs_confidence_name(info->confidence));
    ofsi_buf_byte(out, '\n');
}

static ofs_status visit(void *context, const ofs_report_info *info, ofs_error *err) {
    listing *l = context;
    if (!l->array) {
        append_row(&l->text, info);
        return l->text.failed ? ofsi_fail_nomem(err) : OFS_OK;
    }
    return json_array_append_new(l->array, info_object(info)) == 0 ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status visit_failure(void *context, const char *path, const char *reason, ofs_error *err) {
    listing *l = context;
    if (!l->array) {
        ofsi_append_clean(&l->text, path, strlen(path));
        append_cell(&l->text, reason);
        ofsi_buf_byte(&l->text, '\n');
        return l->text.failed ? ofsi_fail_nomem(err) : OFS_OK;
    }
    json_t *object = json_pack("{so so}", "path", json_text(path), "reason", json_text(reason));
    return json_array_append_new(l->array, object) == 0 ? OFS_OK : ofsi_fail_nomem(err);
}

int run_list(const args *a) {
    listing l = {.array = a->json ? json_array() : NULL};
    ofs_error err;
    ofs_status status = a->failed ? ofs_index_failures(a->index, visit_failure, &l, &err)
                                  : ofs_index_list(a->index, visit, &l, &err);
    if (status != OFS_OK) {
        json_decref(l.array);
        ofsi_buf_free(&l.text);
        return complain(&err);
    }
    return a->json ? print_json(l.array) : print_buf(&l.text);
}
