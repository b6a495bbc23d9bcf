/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which options make sense side by side, in which format and with which command: an option that would do nothing is
 * refused, so that nobody takes an answer for one to it.
 */
#include "search/cli/args.h"
#include "search/cli/option_ids.h"

#define BIT(id)            (UINT64_C(1) << (id))
#define FORMAT_BIT(format) (1U << (format))

enum {
    TABLES = FORMAT_BIT(OFSI_FORMAT_CSV) | FORMAT_BIT(OFSI_FORMAT_TSV) | FORMAT_BIT(OFSI_FORMAT_XLSX),
    JSONS = FORMAT_BIT(OFSI_FORMAT_JSON) | FORMAT_BIT(OFSI_FORMAT_JSONL),
    PAGES = FORMAT_BIT(OFSI_FORMAT_TEXT) | FORMAT_BIT(OFSI_FORMAT_MARKDOWN) | FORMAT_BIT(OFSI_FORMAT_HTML)
};

/* "-n" or "--offset": what the user wrote, as far as it can be told. */
static const char *const option_names[] = {
#define OFS_OPTION(id, letter, name, argument, help) [id] = name,
#include "search/cli/options.def"
#undef OFS_OPTION
};

static bool is_given(const args *a, int id) { return (a->given & BIT(id)) != 0; }

/* The first option given that is among `refused`; OPTION_COUNT: none. */
static int find_refused(const args *a, uint64_t refused) {
    for (int id = 0; id < OPTION_COUNT; id++)
        if (a->given & refused & BIT(id))
            return id;
    return OPTION_COUNT;
}

/* ---- formats ---- */

static ofs_status check_format(const args *a, ofs_error *err) {
    static const struct {
        int id;
        unsigned formats;
        const char *where;
    } shown_in[] = {
        {OPT_EXPLAIN, FORMAT_BIT(OFSI_FORMAT_TEXT) | JSONS, "text, json and jsonl"},
        {OPT_CONTEXT, PAGES | JSONS, "text, json, jsonl, markdown and html"},
        {OPT_GROUP, PAGES, "text, markdown and html"},
        {OPT_FIELDS, TABLES | JSONS, "csv, tsv, xlsx, json and jsonl"},
    };
    for (size_t i = 0; i < sizeof shown_in / sizeof shown_in[0]; i++)
        if (is_given(a, shown_in[i].id) && !(shown_in[i].formats & FORMAT_BIT(a->format)))
            return ofsi_fail(err, OFS_E_USAGE, "--%s is for the formats %s, not for %s",
                             option_names[shown_in[i].id], shown_in[i].where, ofsi_format_name(a->format));
    if (a->excel && a->format != OFSI_FORMAT_CSV && a->format != OFSI_FORMAT_TSV)
        return ofsi_fail(err, OFS_E_USAGE, "--excel is for --format csv and tsv; --format xlsx needs none");
    if ((a->pivot_set || a->keywords || a->compare[0] || a->kwic) && a->format == OFSI_FORMAT_TREC)
        return ofsi_fail(err, OFS_E_USAGE,
                         "--pivot, --keywords, --compare and --kwic do not go with --format trec");
    if (a->fields && (a->explain || a->context))
        return ofsi_fail(err, OFS_E_USAGE, "--fields chooses all that a hit has: %s does not go with it",
                         a->explain ? "--explain" : "-C");
    return OFS_OK;
}

/* ---- what is printed in place of hits ---- */

static ofs_status check_kinds(const args *a, ofs_error *err) {
    static const uint64_t of_hits = BIT(OPT_EXPLAIN) | BIT(OPT_CONTEXT) | BIT(OPT_GROUP) | BIT(OPT_FIELDS);
    int kinds = a->count + a->reports + a->pivot_set + (a->keywords || a->compare[0]) + a->kwic;
    if (a->count && a->reports)
        return ofsi_fail(err, OFS_E_USAGE, "-c and -l exclude each other");
    if (kinds > 1)
        return ofsi_fail(err, OFS_E_USAGE,
                         "-c, -l, --pivot, --keywords or --compare, and --kwic exclude each other");
    if (is_given(a, OPT_COUNT_BY) && !a->pivot_set)
        return ofsi_fail(err, OFS_E_USAGE, "--count-by says what --pivot counts, and there is no --pivot");
    int id = kinds ? find_refused(a, of_hits | BIT(OPT_FACET)) : OPTION_COUNT;
    if (id < OPTION_COUNT)
        return ofsi_fail(
            err, OFS_E_USAGE,
            "--%s goes with hits, which -c, -l, --pivot, --keywords, --compare and --kwic do not "
            "print as such",
            option_names[id]);
    return OFS_OK;
}

/* ---- commands ---- */

static const struct {
    const char *name, *operand;
    command_id command;
    uint64_t taken; /* options */
} commands[] = {
    {"show", "REPORT[#PARA]", COMMAND_SHOW,
     BIT(OPT_INDEX) | BIT(OPT_PARTIAL) | BIT(OPT_TIMEOUT) | BIT(OPT_FORMAT) | BIT(OPT_FIELDS) |
         BIT(OPT_EXCEL) | BIT(OPT_CITE) | BIT(OPT_FULL) | BIT(OPT_COLOR) | BIT(OPT_NO_PAGER) | BIT(OPT_LOG) |
         BIT(OPT_QUIET)},
    {"verify", "FILE", COMMAND_VERIFY,
     BIT(OPT_INDEX) | BIT(OPT_TIMEOUT) | BIT(OPT_COLOR) | BIT(OPT_NO_PAGER) | BIT(OPT_LOG) | BIT(OPT_QUIET)},
    {"similar", "REPORT#PARA", COMMAND_SIMILAR,
     ~(BIT(OPT_PIVOT) | BIT(OPT_COUNT_BY) | BIT(OPT_KEYWORDS) | BIT(OPT_COMPARE) | BIT(OPT_ANY) |
       BIT(OPT_PLAIN))},
};

static ofs_status find_command(args *a, ofs_error *err) {
    if (a->batch || a->operand_count == 0)
        return OFS_OK;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *name = commands[i].name;
        if (strcmp(a->operands[0], name) != 0)
            continue;
        if (a->operand_count != 2)
            return ofsi_fail(err, OFS_E_USAGE, "%s takes one %s; a query with this word has it as '(%s)'",
                             name, commands[i].operand, name);
        a->command = commands[i].command;
        int id = find_refused(a, ~commands[i].taken);
        if (id < OPTION_COUNT)
            return ofsi_fail(err, OFS_E_USAGE, "--%s does not go with %s", option_names[id], name);
    }
    return OFS_OK;
}

ofs_status args_check(args *a, ofs_error *err) {
    if (a->limit_set && a->all)
        return ofsi_fail(err, OFS_E_USAGE, "-n and --all exclude each other");
    if (a->mark && a->since_set)
        return ofsi_fail(err, OFS_E_USAGE, "--since and --mark exclude each other");
    ofs_status status = find_command(a, err);
    if (status == OFS_OK)
        status = check_kinds(a, err);
    return status == OFS_OK ? check_format(a, err) : status;
}
