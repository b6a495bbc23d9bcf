/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which lines say by when the recommendations below them are to be done: "Within three months:". The same words are
 * common in prose, and a line of prose may begin or end with them; so the place of a line tells as much as its words.
 * Called by parse_headings.c.
 */
#include "indexer/report/parse.h"

static char last_sign(ofsi_span text) { return text.size ? text.data[text.size - 1] : '\0'; }

static bool leads_to_list(const ofsi_parse *parse, uint32_t line) {
    uint32_t next = ofsi_next_line(parse, line);
    bool nested;
    return next != UINT32_MAX && parse->marks[next].use == OFSI_USE_BODY &&
           (ofsi_bullet(ofsi_line_text(parse, next), &nested) > 0 ||
            ofsi_begins_number(ofsi_line_text(parse, next)));
}

/* Whether what stands above is over. `surely`: all else about the line says that it is a timescale. */
static bool begins_anew(const ofsi_parse *parse, uint32_t line, uint32_t previous, bool surely) {
    if (previous == UINT32_MAX || parse->marks[previous].use != OFSI_USE_BODY)
        return true;
    ofsi_span above = ofsi_line_text(parse, previous);
    if (ofsi_ends_sentence(above) || last_sign(above) == ':' || last_sign(above) == ';')
        return true;
    /* A bullet may end without a stop, and a sentence goes on in lower case, whatever room is left between its lines. */
    return ofsi_begins_upper(ofsi_line_text(parse, line)) && (surely || parse->marks[line].gap);
}

bool ofsi_is_timescale(const ofsi_parse *parse, uint32_t line, uint32_t previous) {
    enum { MOST_SIZE = 90, MOST_WORDS = 12 };
    const ofsi_mark *mark = &parse->marks[line];
    if (mark->text.size >= MOST_SIZE || ofsi_word_count(mark->text) > MOST_WORDS ||
        !ofsi_patterns_fit(&parse->profile.timescales, ofsi_without_colon(mark->folded)))
        return false;
    bool colon = last_sign(mark->text) == ':', list = leads_to_list(parse, line);
    return (colon || list) && begins_anew(parse, line, previous, colon && list);
}
