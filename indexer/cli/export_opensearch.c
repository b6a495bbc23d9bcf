/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A paragraph as OpenSearch takes it, and the mapping that says what each field is. The two stand in one file because each
 * field of the one has its type in the other: the mapping is strict, so that a field it has not got is refused there.
 */
#include "indexer/base/json_out.h"
#include "indexer/base/map.h"
#include "indexer/base/utf8.h"
#include "indexer/cli/export.h"

/* OpenSearch's limits: bytes of a document's id, and of an index's name. */
enum { ID_MOST = 512, NAME_MOST = 255, ID_KEPT = 400 };

/* ---- documents ---- */

/* "report#@place", as `ofsearch show` names a paragraph without a number. Of an id that is very long or not plain the first part and its hash. */
static void append_id(ofsi_buf *out, const char *report, uint32_t place) {
    ofsi_buf id = {0};
    size_t size = strlen(report);
    if (size <= ID_MOST - 12 && export_is_plain(report)) {
        ofsi_buf_text(&id, report);
    } else {
        ofsi_buf_append(&id, report, ofsi_utf8_valid_prefix(report, size < ID_KEPT ? size : ID_KEPT));
        ofsi_buf_printf(&id, "~%016llx", (unsigned long long)ofsi_hash64(report, size));
    }
    ofsi_buf_printf(&id, "#@%u", place);
    out->failed |= id.failed;
    ofsi_json_key(out, "_id");
    ofsi_json_string(out, ofsi_buf_span(&id));
    ofsi_buf_free(&id);
}

static void append_provider(ofsi_buf *out, const ofs_report_info *info) {
    export_text(out, "provider", info->provider);
    export_text(out, "provider_name", info->provider_name);
    export_text(out, "provider_id", info->provider_id);
    if (info->provider_also_count)
        export_list(out, "provider_also", info->provider_also, info->provider_also_count);
}

static void append_report(ofsi_buf *out, const ofs_report_info *info) {
    export_id(out, "report", info->id);
    export_text(out, "path", info->path);
    export_text(out, "title", info->title);
    append_provider(out, info);
    export_about(out, info);
    export_text(out, "confidence", ofs_confidence_name(info->confidence));
}

/* The headings one by one, which filters and counts want, and as one path, which tells equal headings of two areas apart. */
static void append_section(ofsi_buf *out, const ofs_section *section) {
    if (section->depth) {
        ofsi_buf path = {0};
        for (uint32_t i = 0; i < section->depth; i++) {
            ofsi_buf_text(&path, i ? " \u203A " : "");
            ofsi_buf_text(&path, section->path[i]);
        }
        export_list(out, "section", section->path, section->depth);
        out->failed |= path.failed;
        ofsi_json_key(out, "section_path");
        ofsi_json_string(out, ofsi_buf_span(&path));
        ofsi_buf_free(&path);
    }
    export_text(out, "role", section->role);
    export_grade(out, "grade", section->grade);
}

void export_bulk(ofsi_buf *out, const ofs_listed_paragraph *listed, const char *index) {
    const ofs_paragraph *p = listed->paragraph;
    if (!p)
        return;
    ofsi_buf_text(out, "{\"index\":{");
    export_text(out, "_index", index);
    append_id(out, listed->report->id, listed->place);
    ofsi_buf_text(out, "}}\n{");
    append_report(out, listed->report);
    if (listed->section)
        append_section(out, listed->section);
    export_text(out, "kind", ofs_kind_name(p->kind));
    ofsi_json_key(out, "place");
    ofsi_buf_count(out, listed->place);
    export_text(out, "paragraph", p->number);
    export_number(out, "item", p->item);
    export_number(out, "page", p->page);
    export_text(out, "timescale", p->timescale);
    ofsi_json_key(out, "text");
    ofsi_json_string(out, (ofsi_span){p->text, p->text_size});
    ofsi_buf_text(out, "}\n");
}

/* ---- the mapping ---- */

/* A keyword of more characters than that could pass the 32,766 bytes of a term, for which OpenSearch refuses the document. */
#define KEYWORD "{\"type\":\"keyword\",\"ignore_above\":8191}"
#define WORDS   "{\"type\":\"text\",\"analyzer\":\"reports\",\"fields\":{\"keyword\":" KEYWORD "}}"
#define NAMES                                                                                                \
    "{\"type\":\"keyword\",\"ignore_above\":8191,\"fields\":{\"words\":{\"type\":\"text\",\"analyzer\":"     \
    "\"reports\"}}}"
#define NUMBER "{\"type\":\"integer\"}"
#define DAY    "{\"type\":\"date\",\"format\":\"strict_date\"}"
#define GRADE                                                                                                \
    "{\"properties\":{\"label\":" KEYWORD ",\"level\":{\"type\":\"short\"},\"levels\":{\"type\":\"short\"}}" \
    "}"

static const struct {
    const char *name, *type;
} fields[] = {
    {"report", KEYWORD},
    {"path", KEYWORD},
    {"title", WORDS},
    {"provider", NAMES},
    {"provider_name", NAMES},
    {"provider_id", KEYWORD},
    {"provider_also", NAMES},
    {"inspectorate", NAMES},
    {"inspection", NAMES},
    {"lead_inspector", NAMES},
    {"inspected_from", DAY},
    {"inspected_to", DAY},
    {"published", DAY},
    {"overall", GRADE},
    {"pages", "{\"type\":\"long\"}"},
    {"profile", KEYWORD},
    {"confidence", KEYWORD},
    {"section", NAMES},
    {"section_path", KEYWORD},
    {"role", KEYWORD},
    {"grade", GRADE},
    {"kind", KEYWORD},
    {"place", NUMBER},
    {"paragraph", KEYWORD},
    {"item", "{\"type\":\"long\"}"},
    {"page", "{\"type\":\"long\"}"},
    {"timescale", WORDS},
    {"text", "{\"type\":\"text\",\"analyzer\":\"reports\","
             "\"fields\":{\"exact\":{\"type\":\"text\",\"analyzer\":\"standard\"}}}"},
};

/*
 * Words are stemmed, and none is left out, as here: phrases need every one of them. k1 and b are those that both have unless
 * told.
 */
void export_mapping(ofsi_buf *out) {
    ofsi_buf_text(out, "{\"settings\":{\"analysis\":{\"filter\":{"
                       "\"possessive\":{\"type\":\"stemmer\",\"language\":\"possessive_english\"},"
                       "\"stems\":{\"type\":\"stemmer\",\"language\":\"english\"}},\n"
                       "\"analyzer\":{\"reports\":{\"type\":\"custom\",\"tokenizer\":\"standard\","
                       "\"filter\":[\"possessive\",\"lowercase\",\"stems\"]}}}},\n"
                       "\"mappings\":{\"dynamic\":\"strict\",\"properties\":{\n");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        ofsi_buf_printf(out, "%s\"%s\":%s", i ? ",\n" : "", fields[i].name, fields[i].type);
    ofsi_buf_text(out, "}}}\n");
}

bool export_is_index_name(const char *name) {
    if (!*name || strlen(name) > NAME_MOST || strchr("-_+", *name) || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0)
        return false;
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7F || (*c >= 'A' && *c <= 'Z') ||
            strchr("\\/*?\"<>|,#:+", *c))
            return false;
    return true;
}
