/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From argv to struct args, by the table in options.def; and the help text from the same table. */
#include "search/cli/args.h"

#include <inttypes.h>

#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "indexer/base/utf8.h"
#include "search/cli/option_ids.h"
#include "search/present/fields.h"

#define SERVER "xapian+tcp://"

static const ofsi_option option_table[] = {
#define OFS_OPTION(id, letter, name, argument, help) {id, letter, name, argument, help},
#include "search/cli/options.def"
#undef OFS_OPTION
};

static ofs_status bad_value(ofs_error *err, const char *option, const char *value, const char *wanted) {
    return ofsi_fail(err, OFS_E_USAGE, "%s %s: %s", option, value, wanted);
}

static void add_filter(args *a, const char *field, const char *value) {
    a->filters[a->filter_count++] = (ofs_filter){field, value};
}

static bool find_facet(ofsi_span name, ofs_facet_field *field) {
    for (int i = 0; i < OFS_FACET_FIELD_COUNT; i++)
        if (ofsi_span_equal(name, ofsi_span_of(ofs_facet_field_name((ofs_facet_field)i)))) {
            *field = (ofs_facet_field)i;
            return true;
        }
    return false;
}

/* The N of FIELD:N; 0 is all. */
static bool parse_top(const char *text, uint64_t *limit) {
    *limit = 0;
    return strcmp(text, "all") == 0 || ofsi_parse_count(text, 1, UINT32_MAX, limit);
}

/* One FIELD or FIELD:N of --facet. */
static ofs_status add_facet(args *a, ofsi_span text, ofs_error *err) {
    ofs_facet_request facet = {0};
    const char *colon = text.size ? memchr(text.data, ':', text.size) : NULL;
    ofsi_span name = {text.data, colon ? (size_t)(colon - text.data) : text.size};
    char *whole = ofsi_arena_strndup(&a->arena, text.data, text.size);
    if (!whole)
        return ofsi_fail_nomem(err);
    if (!find_facet(name, &facet.field))
        return bad_value(err, "--facet", whole,
                         "is not one of grade, section, role, provider, inspectorate, inspection, overall, "
                         "year, kind, report");
    if (colon) {
        uint64_t limit = 0;
        if (!parse_top(whole + name.size + 1, &limit))
            return bad_value(err, "--facet", whole, "behind ':' stands a number, 1 at the least, or all");
        facet.limit = (uint32_t)limit;
    }
    for (size_t i = 0; i < a->facet_count; i++)
        if (a->facets[i].field == facet.field) {
            a->facets[i] = facet;
            return OFS_OK;
        }
    a->facets[a->facet_count++] = facet;
    return OFS_OK;
}

/* FIELD, FIELD:N or query of --pivot. */
static ofs_status read_axis(ofsi_span text, ofs_axis *axis, const char *whole, ofs_error *err) {
    const char *colon = text.size ? memchr(text.data, ':', text.size) : NULL;
    ofsi_span name = {text.data, colon ? (size_t)(colon - text.data) : text.size};
    char digits[16] = "";
    uint64_t limit = 0;
    *axis = (ofs_axis){.is_query = ofsi_span_equal(name, ofsi_span_of("query"))};
    if (!axis->is_query && !find_facet(name, &axis->field))
        return bad_value(err, "--pivot", whole,
                         "must be two of query, grade, section, role, provider, inspectorate, inspection, "
                         "overall, year, kind, report");
    size_t size = text.size - name.size;
    if (colon && size <= sizeof digits)
        memcpy(digits, colon + 1, size - 1);
    if (colon && !parse_top(digits, &limit))
        return bad_value(err, "--pivot", whole, "behind ':' stands a number, 1 at the least, or all");
    axis->limit = (uint32_t)limit;
    return OFS_OK;
}

static ofs_status set_pivot(args *a, const char *value, ofs_error *err) {
    const char *comma = strchr(value, ',');
    a->pivot_set = true;
    if (!comma)
        return bad_value(err, "--pivot", value, "must be two fields, as grade,year");
    ofs_status status = read_axis((ofsi_span){value, (size_t)(comma - value)}, &a->pivot.rows, value, err);
    if (status == OFS_OK)
        status = read_axis(ofsi_span_of(comma + 1), &a->pivot.columns, value, err);
    if (status == OFS_OK && a->pivot.rows.is_query == a->pivot.columns.is_query &&
        (a->pivot.rows.is_query || a->pivot.rows.field == a->pivot.columns.field))
        status = bad_value(err, "--pivot", value, "rows and columns must differ");
    return status;
}

static ofs_status set_count_by(args *a, const char *value, ofs_error *err) {
    if (strcmp(value, "paragraph") == 0)
        a->pivot.count_by = OFS_COUNT_PARAGRAPHS;
    else if (strcmp(value, "report") == 0)
        a->pivot.count_by = OFS_COUNT_REPORTS;
    else
        return bad_value(err, "--count-by", value, "must be paragraph or report");
    return OFS_OK;
}

static ofs_status add_facets(args *a, const char *list, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (const char *at = list; status == OFS_OK;) {
        size_t n = strcspn(at, ",");
        status = add_facet(a, (ofsi_span){at, n}, err);
        if (!at[n])
            break;
        at += n + 1;
    }
    return status;
}

ofs_status args_set_since(args *a, uint64_t generation, ofs_error *err) {
    const char *value = ofsi_arena_printf(&a->arena, "%" PRIu64 "..", generation + 1);
    const char *asked = ofsi_arena_printf(&a->arena, "--since %" PRIu64, generation);
    if (!value || !asked)
        return ofsi_fail_nomem(err);
    a->newer_only = true;
    a->since = generation;
    add_filter(a, "generation", value);
    a->asked[a->asked_count++] = asked;
    return OFS_OK;
}

static ofs_status set_since(args *a, const char *value, ofs_error *err) {
    uint64_t generation;
    if (a->since_set)
        return ofsi_fail(err, OFS_E_USAGE, "--since is given twice");
    a->since_set = true;
    if (!ofsi_parse_count(value, 0, ARGS_GENERATION_MAX, &generation))
        return bad_value(
            err, "--since", value,
            "must be the number of a commit, as 'ofindex stats' and the heads of exports have it");
    return args_set_since(a, generation, err);
}

/* A and B, parted at the first comma that stands in no quotation marks and no parentheses. */
static ofs_status set_compare(args *a, const char *value, ofs_error *err) {
    bool quoted = false;
    int depth = 0;
    const char *at = value;
    for (; *at && (*at != ',' || quoted || depth > 0); at++) {
        quoted = *at == '"' ? !quoted : quoted;
        depth += quoted ? 0 : *at == '(' ? 1 : *at == ')' ? -1 : 0;
    }
    if (!*at || at == value || !at[1])
        return bad_value(err, "--compare", value,
                         "must be two filters, as grade:inadequate,grade:outstanding");
    a->compare[0] = ofsi_arena_strndup(&a->arena, value, (size_t)(at - value));
    a->compare[1] = ofsi_arena_strndup(&a->arena, at + 1, strlen(at + 1));
    return a->compare[0] && a->compare[1] ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status set_kwic(args *a, const char *value, ofs_error *err) {
    a->kwic = true;
    a->kwic_order = OFSI_KWIC_RANK;
    if (!value)
        return OFS_OK;
    if (strcmp(value, "left") == 0)
        a->kwic_order = OFSI_KWIC_LEFT;
    else if (strcmp(value, "right") == 0)
        a->kwic_order = OFSI_KWIC_RIGHT;
    else
        return bad_value(err, "--kwic", value, "must be left or right");
    return OFS_OK;
}

static ofs_status set_keywords(args *a, const char *value, ofs_error *err) {
    a->keywords = true;
    if (!value)
        return OFS_OK;
    return ofsi_parse_count(value, 1, UINT32_MAX, &a->keyword_count)
               ? OFS_OK
               : bad_value(err, "--keywords", value, "must be a number, 1 at the least");
}

static ofs_status add_fields(args *a, const char *list, ofs_error *err) {
    a->fields = ofsi_arena_calloc(&a->arena, strlen(list) + 1, 1);
    a->field_count = 0;
    if (!a->fields)
        return ofsi_fail_nomem(err);
    for (const char *at = list;;) {
        size_t n = strcspn(at, ",");
        if (!ofsi_hit_field_find((ofsi_span){at, n}, &a->fields[a->field_count]))
            return ofsi_fail(err, OFS_E_USAGE, "--fields: there is no field '%.*s'; see ofsearch(1)", (int)n,
                             at);
        for (size_t i = 0; i < a->field_count; i++)
            if (a->fields[i] == a->fields[a->field_count])
                return ofsi_fail(err, OFS_E_USAGE, "--fields: '%.*s' stands twice", (int)n, at);
        a->field_count++;
        if (!at[n])
            return OFS_OK;
        at += n + 1;
    }
}

static ofs_status set_sort(args *a, const char *value, ofs_error *err) {
    static const char *const names[] = {"score", "date", "report"};
    for (int i = 0; i < 3; i++)
        if (strcmp(names[i], value) == 0) {
            a->sort = (ofs_sort)i;
            return OFS_OK;
        }
    return bad_value(err, "--sort", value, "must be score, date or report");
}

static ofs_status set_number(args *a, int id, const char *value, ofs_error *err) {
    switch (id) {
    case OPT_LIMIT:
        a->limit_set = true;
        return ofsi_parse_count(value, 0, UINT64_MAX - 1, &a->limit)
                   ? OFS_OK
                   : bad_value(err, "-n", value, "must be a number");
    case OPT_OFFSET:
        return ofsi_parse_count(value, 0, INT64_MAX, &a->offset)
                   ? OFS_OK
                   : bad_value(err, "--offset", value, "must be a number");
    case OPT_CONTEXT:
        return ofsi_parse_count(value, 0, ARGS_CONTEXT_MAX, &a->context)
                   ? OFS_OK
                   : bad_value(err, "-C", value, "must be a number up to 1000");
    case OPT_K1:
        a->k1_set = true;
        return ofsi_parse_real(value, &a->k1) && a->k1 >= 0
                   ? OFS_OK
                   : bad_value(err, "--k1", value, "must be a number, 0 or more");
    default:
        a->b_set = true;
        return ofsi_parse_real(value, &a->b) && a->b >= 0 && a->b <= 1
                   ? OFS_OK
                   : bad_value(err, "--b", value, "must be a number from 0 to 1");
    }
}

static ofs_status set_word(args *a, int id, const char *value, ofs_error *err) {
    switch (id) {
    case OPT_FORMAT:
        a->format_set = true;
        return ofsi_format_find(value, &a->format)
                   ? OFS_OK
                   : bad_value(err, "--format", value,
                               "must be text, json, jsonl, csv, tsv, xlsx, markdown, html or trec");
    case OPT_COLOR:
        return ofsi_parse_when(value, &a->color)
                   ? OFS_OK
                   : bad_value(err, "--color", value, "must be auto, always or never");
    case OPT_SORT:
        return set_sort(a, value, err);
    case OPT_SINCE:
        return set_since(a, value, err);
    case OPT_COMPARE:
        return set_compare(a, value, err);
    case OPT_PIVOT:
        return set_pivot(a, value, err);
    case OPT_COUNT_BY:
        return set_count_by(a, value, err);
    case OPT_FIELDS:
        return add_fields(a, value, err);
    case OPT_GROUP:
        a->group = true;
        return strcmp(value, "report") == 0 ? OFS_OK : bad_value(err, "--group", value, "must be report");
    default:
        return add_facets(a, value, err);
    }
}

static void set_flag(args *a, int id) {
    switch (id) {
    case OPT_ALL:
        a->all = true;
        break;
    case OPT_COUNT:
        a->count = true;
        break;
    case OPT_REPORTS:
        a->reports = true;
        break;
    case OPT_ANY:
        a->any = true;
        break;
    case OPT_PLAIN:
        a->plain = true;
        break;
    case OPT_EXPLAIN:
        a->explain = true;
        break;
    case OPT_CITE:
        a->cite = true;
        break;
    case OPT_EXCEL:
        a->excel = true;
        break;
    case OPT_PARTIAL:
        a->partial = true;
        break;
    case OPT_FOLD:
        a->fold_duplicates = true;
        break;
    case OPT_NO_PAGER:
        a->no_pager = true;
        break;
    case OPT_QUIET:
        a->quiet = true;
        break;
    case OPT_FULL:
        a->full = true;
        break;
    case OPT_SYNONYMS:
        a->synonyms = true;
        break;
    case OPT_SHORT_HELP:
        a->action = ACTION_SHORT_HELP;
        break;
    case OPT_HELP:
        a->action = ACTION_HELP;
        break;
    case OPT_VERSION:
        a->action = ACTION_VERSION;
        break;
    default:
        break;
    }
}

/* Servers add up; of folders and files the last one counts. */
static ofs_status set_index(args *a, const char *value, ofs_error *err) {
    bool is_server = strncmp(value, SERVER, strlen(SERVER)) == 0;
    if (a->index && is_server != (strncmp(a->index, SERVER, strlen(SERVER)) == 0))
        return ofsi_fail(err, OFS_E_USAGE,
                         "-i %s and -i %s: servers and folders go together in an index file only; see "
                         "ofsearch(1)",
                         a->index, value);
    if (!*value)
        return ofsi_fail(err, OFS_E_USAGE, "-i '': must name an index");
    if (a->index && !is_server)
        return ofsi_fail(err, OFS_E_USAGE,
                         "-i %s and -i %s: folders go together in an index file only; see ofsearch(1)",
                         a->index, value);
    if (a->index && is_server)
        value = ofsi_arena_printf(&a->arena, "%s,%s", a->index, value);
    a->index = value;
    return value ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status set_timeout(args *a, const char *value, ofs_error *err) {
    double seconds;
    if (!ofsi_parse_real(value, &seconds) || seconds < 0.01 || seconds > 86400)
        return bad_value(err, "--timeout", value, "must be a number of seconds, from 0.01 to 86400");
    a->timeout_ms = (uint32_t)(seconds * 1000);
    return OFS_OK;
}

/* Options that decide what matches, and in which order, are told in the heads of exports. */
static bool decides(int id) {
    static const int deciding[] = {OPT_GRADE,    OPT_SECTION,      OPT_PROVIDER,     OPT_ROLE, OPT_OVERALL,
                                   OPT_KIND,     OPT_INSPECTION,   OPT_INSPECTORATE, OPT_FROM, OPT_TO,
                                   OPT_SORT,     OPT_ANY,          OPT_PLAIN,        OPT_K1,   OPT_B,
                                   OPT_SYNONYMS, OPT_SYNONYM_FILE, OPT_FOLD};
    for (size_t i = 0; i < sizeof deciding / sizeof deciding[0]; i++)
        if (deciding[i] == id)
            return true;
    return false;
}

const char *args_utf8(args *a, const char *text) {
    size_t size = strlen(text);
    if (ofsi_utf8_valid_prefix(text, size) == size)
        return text;
    ofsi_buf clean = {0};
    ofsi_append_clean(&clean, text, size);
    const char *copy = clean.failed ? NULL : ofsi_arena_strndup(&a->arena, clean.data, clean.size);
    ofsi_buf_free(&clean);
    return copy;
}

static ofs_status note_option(args *a, int id, const char *value, ofs_error *err) {
    const char *blank = value && (!*value || strpbrk(value, " \t\"'")) ? "'" : "";
    const char *text =
        value ? ofsi_arena_printf(&a->arena, "--%s %s%s%s", option_table[id].name, blank, value, blank)
              : ofsi_arena_printf(&a->arena, "--%s", option_table[id].name);
    text = text ? args_utf8(a, text) : NULL;
    if (!text)
        return ofsi_fail_nomem(err);
    a->asked[a->asked_count++] = text;
    return OFS_OK;
}

static ofs_status take_option(void *context, int id, const char *value, ofs_error *err) {
    args *a = context;
    a->given |= UINT64_C(1) << id;
    ofs_status status = decides(id) ? note_option(a, id, value, err) : OFS_OK;
    if (status != OFS_OK)
        return status;
    if (id == OPT_KWIC)
        return set_kwic(a, value, err);
    if (id == OPT_KEYWORDS)
        return set_keywords(a, value, err);
    if (!value) {
        set_flag(a, id);
        return OFS_OK;
    }
    switch (id) {
    case OPT_INDEX:
        return set_index(a, value, err);
    case OPT_TIMEOUT:
        return set_timeout(a, value, err);
    case OPT_BATCH:
        a->batch = value;
        return OFS_OK;
    case OPT_SYNONYM_FILE:
        a->synonym_file = value;
        return OFS_OK;
    case OPT_MARK:
        a->mark = value;
        return OFS_OK;
    case OPT_LOG:
        a->log = value;
        return OFS_OK;
    case OPT_GRADE:
    case OPT_SECTION:
    case OPT_PROVIDER:
    case OPT_ROLE:
    case OPT_OVERALL:
    case OPT_INSPECTION:
    case OPT_KIND:
    case OPT_INSPECTORATE:
    case OPT_FROM:
    case OPT_TO:
        add_filter(a, option_table[id].name, value);
        return OFS_OK;
    case OPT_LIMIT:
    case OPT_OFFSET:
    case OPT_CONTEXT:
    case OPT_K1:
    case OPT_B:
        return set_number(a, id, value, err);
    default:
        return set_word(a, id, value, err);
    }
}

ofs_status args_parse(args *a, int argc, char **argv, ofs_error *err) {
    int first = argc;
    a->keyword_count = ARGS_KEYWORDS;
    a->filters = ofsi_arena_calloc(&a->arena, (size_t)argc + 2, sizeof *a->filters);
    a->asked = ofsi_arena_calloc(&a->arena, (size_t)argc + 3, sizeof(char *));
    if (!a->filters || !a->asked)
        return ofsi_fail_nomem(err);
    ofs_status status =
        ofsi_options_parse(option_table, OPTION_COUNT, argc, argv, take_option, a, &first, err);
    a->operands = argv + first;
    a->operand_count = argc - first;
    return status == OFS_OK && a->action == ACTION_SEARCH ? args_check(a, err) : status;
}

void args_free(args *a) {
    ofsi_free(a->synonym_groups);
    ofsi_arena_free(&a->arena);
}

static const char usage[] = "Usage: ofsearch [OPTIONS] QUERY...\n"
                            "       ofsearch [OPTIONS] --batch FILE\n"
                            "       ofsearch [OPTIONS] show REPORT[#PARA]\n"
                            "       ofsearch [OPTIONS] similar REPORT#PARA\n"
                            "       ofsearch [OPTIONS] verify FILE\n"
                            "Find paragraphs of inspection reports, best first.\n";

static const char manual[] =
    "\nQuery language:\n"
    "  missing children           both words, in any form of the word\n"
    "  \"missing from care\"        these words as written, side by side\n"
    "  ~\"missing child\"           side by side, in any form of each word\n"
    "  =missing  =MASH            exactly this form; with a capital letter, that case\n"
    "  a OR b   NOT a   -a   ( )  alternatives, exclusion, grouping\n"
    "  missing NEAR/5 return      within 5 words; BEFORE/5 in this order\n"
    "  safeguard*  m?sh  lambth~  prefix, wildcard, within one edit\n"
    "  grade:inadequate  grade:3..4  section:\"quality of provision\"  provider:lambeth\n"
    "  title:  kind:recommendation  para:25  report:ID  inspectorate:ofsted  role:summary\n"
    "  overall:good  inspection:\"focused visit\"\n"
    "  published:2012  published:2011-06..2013  inspected:2012-04\n"
    "  word^2                     weight\n"
    "  @LADO                      the word, and what reports say it stands for\n"
    "  kind:note                  legends, footnotes, contents, back matter: left out of every other search\n"
    "\nExamples:\n"
    "  ofsearch missing children\n"
    "  ofsearch '\"return interviews\" grade:inadequate' --cite\n"
    "  ofsearch --facet grade,section --format json 'missing children'\n"
    "  ofsearch late return interviews --grade inadequate --format markdown >evidence.md\n"
    "  ofsearch -l 'supervision NEAR/5 regular' --from 2015\n"
    "  ofsearch --batch themes.tsv --pivot query,overall --count-by report --format xlsx >matrix.xlsx\n"
    "  ofsearch --keywords --overall inadequate missing children\n"
    "  ofsearch --kwic=right 'return interview*'\n"
    "  ofsearch --mark news.mark --format html 'grade:inadequate missing' >new.html\n"
    "  ofsearch show REPORT#25\n"
    "  ofsearch similar REPORT#25\n"
    "  ofsearch verify evidence.md\n"
    "\nExit status: 0 something matched, 1 nothing matched, 2 wrong usage or query,\n"
    "3 no index, a damaged one, a server that is missing, or an input/output error.\n";

void args_help(bool full, ofsi_buf *out) {
    ofsi_buf_text(out, usage);
    ofsi_buf_text(out, "\nOptions:\n");
    ofsi_options_help(option_table, OPTION_COUNT, out);
    if (full)
        ofsi_buf_text(out, manual);
    else
        ofsi_buf_text(out, "\n'ofsearch --help' has the query language and examples.\n");
}
