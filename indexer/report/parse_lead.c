/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who led the inspection, where the cover does not say: reports list their inspectors at the end ("Lead inspector: ...", or
 * "..., Ofsted lead inspector" in a column), so every line is looked at, and stays what it is. Called by parse.c between
 * cover and judgements; parse_cover.c reads names with the same function.
 */
#include "indexer/report/parse.h"

enum { MOST_NAME_WORDS = 6, LEAST_NAME_WORDS = 2 };

/* Two to six words, each with a capital or of two or three letters ("de", "van", "O'"). */
static bool is_name(ofsi_span name) {
    uint32_t words = ofsi_word_count(name);
    if (words < LEAST_NAME_WORDS || words > MOST_NAME_WORDS || ofsi_ends_sentence(name))
        return false;
    for (uint32_t w = 0; w < words; w++) {
        ofsi_span word = ofsi_words(name, w, 1);
        bool capital = ofsi_is_upper(word.data[0]) || (unsigned char)word.data[0] >= 0x80;
        if (!capital && (word.size > 3 || w + 1 == words))
            return false;
    }
    return true;
}

ofsi_span ofsi_person(ofsi_span value) {
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] == ',' || value.data[i] == '(' || value.data[i] == '\t')
            value.size = i;
    value = ofsi_span_trim(value);
    static const char *const titles[] = {" HMI",         " SHMI",        " Senior H",
                                         " Her Majesty", " His Majesty", " Ofsted Inspector"};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        const char *at = memmem(value.data, value.size, titles[i], strlen(titles[i]));
        if (at)
            value.size = (size_t)(at - value.data);
    }
    value = ofsi_span_trim(value);
    return is_name(value) ? value : (ofsi_span){"", 0};
}

static ofsi_span value_behind(ofsi_span text, const ofsi_span *label) {
    uint32_t words = ofsi_word_count(*label);
    ofsi_span value = ofsi_words(text, words, UINT32_MAX - words);
    while (value.size && (value.data[0] == ':' || ofsi_is_blank(value.data[0])))
        value = ofsi_span_after(value, 1);
    return value;
}

/* The name in one cell of a row; empty when it names nobody as the leader. */
static ofsi_span leader_in(const ofsi_parse *parse, ofsi_span cell, ofsi_span folded) {
    const ofsi_labels *labels = &parse->profile.labels;
    const ofsi_span *label = ofsi_patterns_begin(&labels->lead, folded);
    if (label)
        return ofsi_person(value_behind(cell, label));
    return ofsi_patterns_fit(&labels->lead_lines, folded) ? ofsi_person(cell) : (ofsi_span){"", 0};
}

void ofsi_parse_lead(ofsi_parse *parse) {
    ofs_report *report = parse->report;
    for (uint32_t i = 0; i < parse->document->line_count && !report->lead_inspector && !parse->nomem; i++) {
        const ofsi_mark *mark = &parse->marks[i];
        if (mark->use != OFSI_USE_BODY)
            continue;
        /* Words of folded and printed text go together, tabs are blanks in the first. */
        ofsi_span rest = mark->text;
        uint32_t words = 0;
        while (rest.size && !report->lead_inspector) {
            const char *tab = memchr(rest.data, '\t', rest.size);
            ofsi_span cell = {rest.data, tab ? (size_t)(tab - rest.data) : rest.size};
            uint32_t count = ofsi_word_count(cell);
            ofsi_span name = leader_in(parse, cell, ofsi_words(mark->folded, words, count));
            if (name.size)
                report->lead_inspector = ofsi_keep(parse, name);
            words += count;
            rest = ofsi_span_after(rest, cell.size + (tab != NULL));
        }
    }
}
