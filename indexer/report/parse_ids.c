/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The number under which the inspectorate keeps the provider (a school's or home's URN), by the profile's labels.
 * Reports print it on the cover or among the details at their end, so every line is looked at, and stays what it is:
 * those details are a note. Called by parse.c between cover and judgements.
 */
#include "indexer/report/parse.h"

/* The longest number met (CQC's 1-1234567890) has room; a sentence that begins like the label has not. */
enum { MOST_ID = 24 };

/* Letters and digits, a dash or slash between them, at least one digit. */
static bool is_id(ofsi_span text) {
    bool digit = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool edge = i == 0 || i + 1 == text.size;
        digit |= ofsi_is_digit(c);
        if (!ofsi_is_digit(c) && !ofsi_is_lower(c) && !ofsi_is_upper(c) && (edge || (c != '-' && c != '/')))
            return false;
    }
    return digit && text.size <= MOST_ID;
}

/* A row may go on with the next column; a label may have a colon behind it. */
static ofsi_span value_behind(ofsi_span text, ofsi_span label) {
    uint32_t words = ofsi_word_count(label);
    ofsi_span value = ofsi_words(text, words, UINT32_MAX - words);
    while (value.size && (value.data[0] == ':' || ofsi_is_blank(value.data[0])))
        value = ofsi_span_after(value, 1);
    const char *tab = value.size ? memchr(value.data, '\t', value.size) : NULL;
    if (tab)
        value.size = (size_t)(tab - value.data);
    return ofsi_span_trim(value);
}

void ofsi_parse_ids(ofsi_parse *parse) {
    const ofsi_patterns *labels = &parse->profile.labels.provider_id;
    if (labels->count == 0)
        return;
    for (uint32_t i = 0; i < parse->document->line_count && !parse->report->provider_id; i++) {
        const ofsi_mark *mark = &parse->marks[i];
        const ofsi_span *label = ofsi_patterns_begin(labels, mark->folded);
        if (!label || mark->use == OFSI_USE_FURNITURE || mark->use == OFSI_USE_CONTENTS)
            continue;
        ofsi_span value = value_behind(mark->text, *label);
        uint32_t next = value.size ? UINT32_MAX : ofsi_next_line(parse, i);
        if (next != UINT32_MAX)
            value = parse->marks[next].text;
        if (is_id(value))
            parse->report->provider_id = ofsi_keep(parse, value);
    }
}
