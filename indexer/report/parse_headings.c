/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sixth stage: which lines are headings, over how many lines they run, and the grade printed with them. A
 * heading is known by the profile or the table of contents, by its type in a PDF, by its mark in Markdown, or
 * by standing alone in a text. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum {
    HEADING_LINES = 4,
    MOST_HEADING = 250,     /* bytes; longer is prose in bold */
    MOST_TEXT_HEADING = 90, /* of a heading known by nothing but its place in a text */
    MOST_TEXT_WORDS = 14
};

typedef struct finder {
    ofsi_parse *parse;
    uint32_t line;                   /* looked at */
    uint32_t previous;               /* text line before it, UINT32_MAX when first */
    ofsi_buf text, folded;           /* heading as gathered so far */
    ofsi_buf bare_text, bare_folded; /* the same without a grade at the end of one of its lines */
    ofsi_buf cell;                   /* folded: what stands in a column at its right */
    ofs_grade bare_grade;            /* that grade; no label: there was none */
    ofs_grade grade;
    bool graded;
    ofsi_map contents; /* folded entries */
    bool begun;        /* a known heading was met, or there are none to meet */
    bool in_notes;  /* the known heading above holds no findings: its short lines are lists, not headings */
    bool in_letter; /* the letter's text has begun and is not over; true for what is no letter */
} finder;

typedef struct found {
    const ofsi_known_heading *known;
    uint32_t lines; /* 0: no heading */
    uint8_t level;
} found;

static const ofsi_line *line_of(const finder *f, uint32_t line) { return &f->parse->document->lines[line]; }

/* Larger type is heavier; bold a little heavier than the same size plain. */
static float weight_of(const ofsi_line *line) { return line->size + (line->bold ? 0.6f : 0); }

static bool stands_out(const finder *f, uint32_t line) {
    const ofsi_look *look = &f->parse->look;
    const ofsi_line *l = line_of(f, line);
    return l->size > look->size + 0.8f || (l->bold && !look->bold && l->size > look->size - 1.1f);
}

/* A text's bullet may end without a stop: it does where its line ends early and what comes next begins anew. */
static bool ends_bullet(const finder *f) {
    enum { MOST_LINES = 8 };
    uint32_t next = ofsi_next_line(f->parse, f->line), line = f->previous;
    bool nested;
    if (f->parse->document->is_pdf || !f->parse->marks[f->line].short_above ||
        (next != UINT32_MAX && ofsi_begins_lower(ofsi_line_text(f->parse, next))))
        return false;
    for (uint32_t n = 0; n < MOST_LINES && line != UINT32_MAX && f->parse->marks[line].use == OFSI_USE_BODY;
         n++) {
        if (ofsi_bullet(ofsi_line_text(f->parse, line), &nested))
            return true;
        line = ofsi_previous_line(f->parse, line);
    }
    return false;
}

/* Whether the text before may be over here. */
static bool may_begin(const finder *f) {
    if (f->parse->marks[f->line].gap || f->previous == UINT32_MAX ||
        line_of(f, f->previous)->page != line_of(f, f->line)->page)
        return true;
    if (ends_bullet(f))
        return true;
    ofsi_use use = f->parse->marks[f->previous].use;
    return use != OFSI_USE_BODY || ofsi_ends_sentence(ofsi_line_text(f->parse, f->previous));
}

/*
 * A part of the cell at the heading's right: "Requires", "improvement", "to be good", a line each. True when what is there
 * so far is a grade, or begins one.
 */
static bool takes_part(finder *f, ofsi_span part) {
    const ofsi_profile *profile = &f->parse->profile;
    size_t before = f->cell.size;
    bool none;
    ofs_grade grade;
    if (before)
        ofsi_buf_byte(&f->cell, ' ');
    ofsi_buf_append(&f->cell, part.data, part.size);
    f->parse->nomem |= f->cell.failed;
    ofsi_span cell = ofsi_buf_span(&f->cell);
    if (!f->cell.failed && ofsi_grade_whole(profile, cell, &grade, &none)) {
        f->grade = grade;
        f->graded = true;
        return true;
    }
    if (!f->cell.failed && ofsi_grade_begins(profile, cell))
        return true;
    f->cell.size = before;
    return false;
}

/* The cell began on a line above, and its rest ends this one with no more than a blank before it. */
static void cut_rest_of_cell(finder *f, ofsi_span *text, ofsi_span *folded) {
    enum { MOST_REST = 4 };
    uint32_t words = ofsi_word_count(*folded);
    if (ofsi_word_count(*text) != words)
        return;
    for (uint32_t n = 1; n <= MOST_REST && n < words; n++) {
        if (!takes_part(f, ofsi_words(*folded, words - n, n)))
            continue;
        if (f->graded) {
            *text = ofsi_words(*text, 0, words - n);
            *folded = ofsi_words(*folded, 0, words - n);
            return;
        }
    }
}

/* The line ends a sentence or a wording that the lines above have begun: "... that it is", "require improvement to be". */
static bool ends_grade_above(finder *f, ofsi_span folded) {
    size_t before = f->folded.size;
    ofs_grade grade;
    ofsi_buf_byte(&f->folded, ' ');
    ofsi_buf_append(&f->folded, folded.data, folded.size);
    f->parse->nomem |= f->folded.failed;
    uint32_t words = f->folded.failed
                         ? 0
                         : ofsi_grade_suffix(&f->parse->profile, ofsi_buf_span(&f->folded), false, &grade);
    f->folded.size = before;
    return words > ofsi_word_count(folded);
}

/* pdftotext: the cell with the grade, or a part of it, stands on a line of its own between those of the heading. */
static bool takes_cell(finder *f, uint32_t line) {
    const ofsi_mark *mark = &f->parse->marks[line];
    return line != f->line && !f->parse->document->is_pdf &&
           !memchr(mark->text.data, '\t', mark->text.size) && !ends_grade_above(f, mark->folded) &&
           takes_part(f, mark->folded);
}

/* Adds a line to the heading gathered; a grade in a column at its right is taken off. */
static void gather(finder *f, uint32_t line) {
    const ofsi_mark *mark = &f->parse->marks[line];
    ofsi_span text = mark->text, folded = mark->folded;
    const char *tab = memrchr(text.data, '\t', text.size);
    if (takes_cell(f, line))
        return;
    if (tab) {
        ofsi_span left = {text.data, (size_t)(tab - text.data)};
        uint32_t words = ofsi_word_count(left);
        if (takes_part(f, ofsi_words(folded, words, UINT32_MAX - words))) {
            text = left;
            folded = ofsi_words(folded, 0, words);
        }
    } else if (f->cell.size && !f->graded) {
        cut_rest_of_cell(f, &text, &folded);
    }
    ofsi_join_line(f->parse, &f->text, text);
    if (f->folded.size)
        ofsi_buf_byte(&f->folded, ' ');
    ofsi_buf_append(&f->folded, folded.data, folded.size);
    ofs_grade grade;
    uint32_t words = ofsi_word_count(folded),
             cut = ofsi_grade_suffix(&f->parse->profile, folded, true, &grade);
    if (cut && !f->bare_grade.label && ofsi_word_count(text) == words) {
        text = ofsi_words(text, 0, words - cut);
        folded = ofsi_words(folded, 0, words - cut);
        f->bare_grade = grade;
    }
    ofsi_join_line(f->parse, &f->bare_text, text);
    if (f->bare_folded.size)
        ofsi_buf_byte(&f->bare_folded, ' ');
    ofsi_buf_append(&f->bare_folded, folded.data, folded.size);
    f->parse->nomem |= f->text.failed || f->folded.failed || f->bare_text.failed || f->bare_folded.failed;
}

static void start_gathering(finder *f) {
    ofsi_buf_reset(&f->text);
    ofsi_buf_reset(&f->folded);
    ofsi_buf_reset(&f->bare_text);
    ofsi_buf_reset(&f->bare_folded);
    ofsi_buf_reset(&f->cell);
    f->bare_grade = (ofs_grade){0};
    f->graded = false;
    f->grade = (ofs_grade){0};
}

/* Without what may part a heading from the grade behind it. */
static ofsi_span without_joint(ofsi_span text) {
    text = ofsi_without_colon(text);
    if (text.size && memchr(",;.(", text.data[text.size - 1], 4))
        text.size--;
    return text;
}

/* Without a footnote's mark at the end of the last word, as a text has it ("improve?1"). */
static ofsi_span without_note_mark(ofsi_span text) {
    size_t size = text.size;
    while (size && ofsi_is_digit(text.data[size - 1]))
        size--;
    if (size < text.size && text.size - size <= 2 && size &&
        (ofsi_is_lower(text.data[size - 1]) || text.data[size - 1] == '?' || text.data[size - 1] == ')'))
        text.size = size;
    return text;
}

static const ofsi_known_heading *known_heading(const finder *f, ofsi_span folded) {
    for (uint32_t i = 0; i < f->parse->profile.heading_count; i++)
        if (ofsi_patterns_fit(&f->parse->profile.headings[i].texts, folded))
            return &f->parse->profile.headings[i];
    return NULL;
}

static bool is_known(const finder *f, ofsi_span folded, const ofsi_known_heading **known) {
    folded = without_note_mark(ofsi_without_colon(folded));
    *known = folded.size ? known_heading(f, folded) : NULL;
    return *known || (folded.size && ofsi_map_find(&f->contents, folded) != OFSI_MAP_NONE);
}

/* How much of what is gathered is a known heading. */
typedef enum known_part {
    KNOWN_NOT,
    KNOWN_WHOLE,
    KNOWN_BEFORE_GRADE, /* without the grade at its end */
    KNOWN_AROUND_GRADE, /* without a grade at the end of one of its lines */
    KNOWN_AT_START      /* without a few words that are no wording of a grade */
} known_part;

/*
 * Words of a graded section's name that the text begins with, 0 when it begins with none. Only long names, and only in
 * type of their own or over a numbered paragraph: prose may begin with the same words.
 */
static uint32_t known_start(const finder *f, ofsi_span folded, const ofsi_known_heading **known) {
    enum { LEAST_NAME = 6, MOST_REST = 8 };
    uint32_t all = ofsi_word_count(folded), best = 0;
    bool own_type = f->parse->document->is_pdf ? stands_out(f, f->line) : f->parse->marks[f->line].gap;
    if (!own_type || f->parse->profile.scale_count == 0 || ofsi_ends_sentence(folded))
        return 0;
    for (uint32_t n = LEAST_NAME; n < all; n++) {
        ofsi_span name = without_joint(ofsi_words(folded, 0, n));
        const ofsi_known_heading *here = all - n <= MOST_REST ? known_heading(f, name) : NULL;
        if (here && !here->ungraded) {
            *known = here;
            best = n;
        }
    }
    for (uint32_t w = best; best && w < all; w++) {
        ofsi_span word = ofsi_words(folded, w, 1);
        if (ofsi_is_digit(word.data[0]) || word.data[word.size - 1] == '.')
            return 0;
    }
    return best;
}

/* "The graded judgement for adoption performance is that it is": without what led to a grade that was taken off. */
static ofsi_span without_joints(ofsi_span text) {
    static const char *const joints[] = {" is", " that", " it"};
    for (size_t i = 0; i < sizeof joints / sizeof joints[0];) {
        size_t size = strlen(joints[i]);
        bool ends = text.size > size && memcmp(text.data + text.size - size, joints[i], size) == 0;
        text.size -= ends ? size : 0;
        i = ends ? 0 : i + 1;
    }
    return text;
}

/* *words: of the part before the grade; *grade: that grade. */
static known_part gathered_known(const finder *f, const ofsi_known_heading **known, uint32_t *words,
                                 ofs_grade *grade) {
    ofsi_span folded = ofsi_buf_span(&f->folded);
    if (is_known(f, folded, known))
        return KNOWN_WHOLE;
    if (f->graded) {
        ofsi_span before = without_joints(folded);
        return before.size < folded.size && is_known(f, before, known) ? KNOWN_WHOLE : KNOWN_NOT;
    }
    uint32_t all = ofsi_word_count(folded);
    uint32_t suffix = ofsi_grade_suffix(&f->parse->profile, folded, true, grade);
    *words = all - suffix;
    if (suffix && ofsi_word_count(ofsi_buf_span(&f->text)) == all &&
        is_known(f, without_joint(ofsi_words(folded, 0, *words)), known))
        return KNOWN_BEFORE_GRADE;
    *grade = f->bare_grade;
    if (f->bare_grade.label && is_known(f, without_joint(ofsi_buf_span(&f->bare_folded)), known))
        return KNOWN_AROUND_GRADE;
    *grade = (ofs_grade){0};
    *words = known_start(f, folded, known);
    return *words && ofsi_word_count(ofsi_buf_span(&f->text)) == all ? KNOWN_AT_START : KNOWN_NOT;
}

/* Cuts the grade off what is gathered. */
static void settle_known(finder *f, known_part part, uint32_t words, ofs_grade grade) {
    if (part == KNOWN_BEFORE_GRADE || part == KNOWN_AT_START) {
        f->text.size = without_joint(ofsi_words(ofsi_buf_span(&f->text), 0, words)).size;
    } else if (part == KNOWN_AROUND_GRADE) {
        ofsi_buf_reset(&f->text);
        ofsi_buf_append(&f->text, f->bare_text.data, f->bare_text.size);
        f->parse->nomem |= f->text.failed;
    } else {
        return;
    }
    f->grade = grade;
    f->graded = part != KNOWN_AT_START;
}

/* Whether `line`, n lines below the first, may be a further line of the same heading. */
static bool may_go_on(const finder *f, uint32_t line, uint32_t above) {
    const ofsi_mark *mark = &f->parse->marks[line];
    if (mark->use != OFSI_USE_BODY || line_of(f, line)->page != line_of(f, f->line)->page)
        return false;
    if (!f->parse->document->is_pdf)
        return !mark->gap;
    const ofsi_line *first = line_of(f, f->line), *l = line_of(f, line), *a = line_of(f, above);
    float difference = weight_of(l) - weight_of(first);
    return difference < 0.3f && difference > -0.3f && l->y0 > a->y0 && l->y0 - a->y1 < 0.45f * l->size;
}

static bool has_bullet(ofsi_span text) {
    bool nested;
    return ofsi_bullet(text, &nested) > 0;
}

static bool is_grade_line(const finder *f, uint32_t line) {
    ofs_grade grade;
    bool none;
    return line != UINT32_MAX &&
           ofsi_grade_whole(&f->parse->profile, f->parse->marks[line].folded, &grade, &none);
}

/*
 * A text may leave no room below a heading. A pattern that ends in `*` fits with the prose there as well as without it:
 * a line that begins anew, and whose paragraph goes on or ends in a stop, is that prose.
 */
static bool is_prose_below(const finder *f, uint32_t line) {
    ofsi_span text = ofsi_line_text(f->parse, line);
    uint32_t below = ofsi_next_line(f->parse, line);
    return !f->parse->document->is_pdf && ofsi_begins_upper(text) && !is_grade_line(f, line) &&
           (ofsi_ends_sentence(text) || (below != UINT32_MAX && !f->parse->marks[below].gap));
}

/* A heading of the profile or the contents; the longest that fits. */
static found find_known(finder *f) {
    found best = {0};
    uint32_t line = f->line, above = f->line, words = 0;
    ofs_grade grade = {0};
    bool settled = false;
    start_gathering(f);
    for (uint32_t n = 1; n <= HEADING_LINES && f->text.size < MOST_HEADING && !f->parse->nomem; n++) {
        const ofsi_known_heading *known;
        if (n > 1 && (!may_go_on(f, line, above) || has_bullet(ofsi_line_text(f->parse, line))))
            break;
        gather(f, line);
        known_part part = f->parse->nomem ? KNOWN_NOT : gathered_known(f, &known, &words, &grade);
        /* In a text the lines below may be prose; a name that is known but for its end takes no more of them. */
        bool sure = part != KNOWN_NOT && part != KNOWN_AT_START;
        if (sure && settled && known && known == best.known && is_prose_below(f, line))
            break;
        uint32_t below = ofsi_next_line(f->parse, line);
        if (part == KNOWN_AT_START && below != UINT32_MAX && !f->parse->marks[below].gap &&
            !ofsi_begins_number(ofsi_line_text(f->parse, below)))
            part = KNOWN_NOT;
        if (sure || (part == KNOWN_AT_START && (best.lines == 0 || (f->parse->document->is_pdf && !settled))))
            best = (found){known, n, 0};
        settled |= sure;
        above = line;
        line = ofsi_next_line(f->parse, line);
        if (line == UINT32_MAX)
            break;
    }
    if (best.lines == 0)
        return best;
    /* Once more, as lines that do not belong may have been gathered on trial. */
    start_gathering(f);
    line = f->line;
    for (uint32_t n = 0; n < best.lines && line != UINT32_MAX; n++, line = ofsi_next_line(f->parse, line))
        gather(f, line);
    if (!f->parse->nomem) {
        const ofsi_known_heading *known;
        known_part part = gathered_known(f, &known, &words, &grade);
        settle_known(f, part, words, grade);
    }
    return best;
}

/* "12." and nothing or a blank behind it. */
static bool begins_paragraph(ofsi_span text) {
    size_t digits = 0;
    while (digits < text.size && ofsi_is_digit(text.data[digits]))
        digits++;
    return digits > 0 && digits < 4 && digits < text.size && text.data[digits] == '.' &&
           (digits + 1 == text.size || !ofsi_is_digit(text.data[digits + 1]));
}

/*
 * A known heading in the type of prose is one only where it stands free, as its words may fill a line of
 * prose.
 */
static bool known_holds(const finder *f, uint32_t lines) {
    uint32_t last = f->line;
    for (uint32_t n = 1; n < lines; n++)
        last = ofsi_next_line(f->parse, last);
    uint32_t next = ofsi_next_line(f->parse, last);
    /* pdftotext -raw leaves no room anywhere: there a number or grade that follows tells. */
    if (!may_begin(f) && (next == UINT32_MAX || !(f->graded || is_grade_line(f, next) ||
                                                  ofsi_begins_number(ofsi_line_text(f->parse, next)))))
        return false;
    if (!f->parse->document->is_pdf || stands_out(f, f->line))
        return true;
    return f->parse->marks[f->line].gap && (next == UINT32_MAX || f->parse->marks[next].gap);
}

/* Cuts a grade off the end of a heading that is known by its look alone. */
static void cut_suffix(finder *f) {
    ofsi_span folded = ofsi_buf_span(&f->folded), text = ofsi_buf_span(&f->text);
    if (f->graded || !(f->parse->profile.grade_places & (OFSI_GRADE_SUFFIX | OFSI_GRADE_SENTENCE)))
        return;
    ofs_grade grade;
    uint32_t words = ofsi_grade_suffix(&f->parse->profile, folded, false, &grade),
             all = ofsi_word_count(folded);
    if (words == 0 || words >= all || ofsi_word_count(text) != all)
        return;
    f->grade = grade;
    f->graded = true;
    f->text.size = ofsi_words(text, 0, all - words).size;
}

/* A page's number may be in any type. */
static bool has_letter(ofsi_span text) {
    for (size_t i = 0; i < text.size; i++)
        if (ofsi_is_lower(text.data[i]) || ofsi_is_upper(text.data[i]) || (unsigned char)text.data[i] >= 0x80)
            return true;
    return false;
}

/* A heading by its type: larger than prose, or bold where prose is not. */
static found find_by_type(finder *f) {
    found none = {0};
    ofsi_span first = ofsi_line_text(f->parse, f->line);
    if (!stands_out(f, f->line) || !may_begin(f) || has_bullet(first) || ofsi_begins_lower(first) ||
        !has_letter(first))
        return none;
    uint32_t line = f->line, above = f->line, lines = 0;
    start_gathering(f);
    while (line != UINT32_MAX && lines < HEADING_LINES + 1 && (lines == 0 || may_go_on(f, line, above)) &&
           !(lines && has_bullet(ofsi_line_text(f->parse, line)))) {
        gather(f, line);
        lines++;
        above = line;
        line = ofsi_next_line(f->parse, line);
    }
    ofsi_span text = ofsi_buf_span(&f->text);
    char last = text.size ? text.data[text.size - 1] : '.';
    bool run_in = line != UINT32_MAX && f->parse->marks[line].use == OFSI_USE_BODY &&
                  !f->parse->marks[line].gap && ofsi_begins_lower(ofsi_line_text(f->parse, line));
    bool bold_only = line_of(f, f->line)->size < f->parse->look.size + 0.8f;
    if (lines > HEADING_LINES || text.size > MOST_HEADING || run_in ||
        (bold_only && (last == '.' || last == ',' || last == ';')) ||
        (bold_only && ofsi_begins_number(first)))
        return none;
    cut_suffix(f);
    return (found){NULL, lines, 0};
}

static found find_markdown(finder *f) {
    const ofsi_mark *mark = &f->parse->marks[f->line];
    if (mark->hashes == 0)
        return (found){0};
    start_gathering(f);
    gather(f, f->line);
    const ofsi_known_heading *known = NULL;
    if (!f->parse->nomem) {
        uint32_t words = 0;
        ofs_grade grade = {0};
        known_part part = gathered_known(f, &known, &words, &grade);
        settle_known(f, part, words, grade);
        if (part == KNOWN_NOT)
            cut_suffix(f);
    }
    return (found){known, 1, mark->hashes};
}

/*
 * A heading that nothing in a text tells but its place: a short line or two alone, over text that begins
 * anew.
 */
static found find_alone(finder *f) {
    found none = {0};
    ofsi_span text = ofsi_line_text(f->parse, f->line);
    uint32_t next = ofsi_next_line(f->parse, f->line);
    if (f->in_notes || !f->parse->marks[f->line].gap || next == UINT32_MAX || text.size > MOST_TEXT_HEADING ||
        ofsi_word_count(text) > MOST_TEXT_WORDS || !ofsi_begins_upper(text) ||
        ofsi_ends_sentence(text) != (text.data[text.size - 1] == '?'))
        return none;
    char last = text.data[text.size - 1];
    if (last == ',' || last == ';' || last == ':' || memchr(text.data, '\t', text.size))
        return none;
    if (f->previous != UINT32_MAX && f->parse->marks[f->previous].use == OFSI_USE_BODY &&
        !ofsi_ends_sentence(ofsi_line_text(f->parse, f->previous)) && !f->parse->look.unwrapped)
        return none;
    /* "25." with its text below */
    if (f->previous != UINT32_MAX && begins_paragraph(ofsi_line_text(f->parse, f->previous)) &&
        ofsi_word_count(ofsi_line_text(f->parse, f->previous)) == 1)
        return none;
    bool grade = is_grade_line(f, next);
    ofsi_span below = ofsi_line_text(f->parse, next);
    bool anew = f->parse->marks[next].gap || begins_paragraph(below);
    if (!grade && !(anew && (ofsi_begins_upper(below) || begins_paragraph(below) || has_bullet(below))))
        return none;
    start_gathering(f);
    gather(f, f->line);
    cut_suffix(f);
    return (found){NULL, 1, 0};
}

static void keep_heading(finder *f, const found *h) {
    ofsi_parse *parse = f->parse;
    if (!ofsi_grow(&parse->headings, &parse->heading_capacity, parse->heading_count + 1,
                   sizeof *parse->headings)) {
        parse->nomem = true;
        return;
    }
    uint32_t index = (uint32_t)parse->heading_count++;
    if (h->known)
        f->in_notes = h->known->notes;
    ofsi_span text = without_note_mark(ofsi_without_colon(ofsi_buf_span(&f->text)));
    if (f->graded)
        text = without_joints(text);
    parse->headings[index] = (ofsi_heading){
        .text = ofsi_keep(parse, h->known && h->known->name ? ofsi_span_of(h->known->name) : text),
        .known = h->known,
        .line = f->line,
        .line_count = h->lines,
        .level = h->level ? h->level : (h->known ? h->known->level : 0),
        .weight = weight_of(line_of(f, f->line)),
        .grade = f->grade,
        .unjudged = f->graded && !f->grade.label,
    };
    uint32_t line = f->line;
    for (uint32_t n = 0; n < h->lines && line != UINT32_MAX; n++, line = ofsi_next_line(parse, line)) {
        parse->marks[line].use = OFSI_USE_HEADING;
        parse->marks[line].heading = index;
        parse->marks[line].first = n == 0;
    }
}

/* The grade in a line of its own under the heading, also when that is broken in two. */
static void take_grade_below(finder *f, uint32_t line) {
    ofsi_parse *parse = f->parse;
    ofsi_heading *heading = &parse->headings[parse->heading_count - 1];
    for (uint32_t n = 1; n <= 2 && line != UINT32_MAX; n++) {
        uint32_t next = n == 2 ? ofsi_next_line(parse, line) : line;
        if (next == UINT32_MAX || parse->marks[next].use != OFSI_USE_BODY)
            return;
        ofs_grade grade;
        bool none;
        if (!ofsi_grade_whole(&parse->profile, ofsi_joined(parse, line, n), &grade, &none))
            continue;
        if (heading->grade.label && grade.label && heading->grade.level != grade.level)
            ofsi_warn(parse, "The section \"%.200s\" has two grades, %s and %s; the first is kept.",
                      heading->text, heading->grade.label, grade.label);
        if (!heading->grade.label)
            heading->grade = grade;
        heading->unjudged = !heading->grade.label;
        for (uint32_t i = 0; i < n; i++, line = ofsi_next_line(parse, line)) {
            parse->marks[line].use = OFSI_USE_GRADE;
            parse->marks[line].heading = (uint32_t)parse->heading_count - 1;
        }
        return;
    }
}

/* Whether the document has the salutation that its profile's letters begin with. */
static bool has_salutation(const ofsi_parse *parse) {
    for (uint32_t i = 0; parse->profile.salutations.count && i < parse->document->line_count; i++)
        if (ofsi_patterns_fit(&parse->profile.salutations, parse->marks[i].folded))
            return true;
    return false;
}

/* The grade that a pattern of the profile captures in a line, or in it and the next; how many lines, 0 when none does. */
static uint32_t grade_in_lines(finder *f, ofs_grade *grade, bool *sentence) {
    const ofsi_parse *parse = f->parse;
    uint32_t next = ofsi_next_line(parse, f->line);
    uint32_t most = next != UINT32_MAX && !parse->marks[next].gap ? 2 : 1;
    for (uint32_t n = 1; n <= most; n++)
        for (uint32_t p = 0; p < parse->profile.grade_lines.count; p++) {
            uint32_t first, words;
            bool none;
            ofsi_span pattern = parse->profile.grade_lines.items[p], text = ofsi_joined(f->parse, f->line, n);
            if (ofsi_title_fits(pattern, text, &first, &words) && words &&
                ofsi_grade_whole(&parse->profile, ofsi_words(text, first, words), grade, &none)) {
                *sentence = memchr(pattern.data, '*', pattern.size) != NULL;
                return n;
            }
        }
    return 0;
}

/* "Judgment: Compliant" under a heading is its grade; "Outcomes were good against this test" is, and stays text. */
static bool take_grade_line(finder *f) {
    ofsi_parse *parse = f->parse;
    ofs_grade grade = {0};
    bool sentence = false;
    if (parse->heading_count == 0 || parse->profile.grade_lines.count == 0)
        return false;
    uint32_t lines = grade_in_lines(f, &grade, &sentence);
    if (lines == 0)
        return false;
    ofsi_heading *heading = &parse->headings[parse->heading_count - 1];
    if (grade.label && !heading->grade.label)
        heading->grade = grade;
    uint32_t line = f->line;
    for (uint32_t n = 0; !sentence && n < lines && line != UINT32_MAX;
         n++, line = ofsi_next_line(parse, line)) {
        parse->marks[line].use = OFSI_USE_GRADE;
        parse->marks[line].heading = (uint32_t)parse->heading_count - 1;
    }
    return true;
}

/* Marks what the line at f->line is; true when that is a heading. */
static bool look_at(finder *f) {
    ofsi_parse *parse = f->parse;
    ofsi_mark *mark = &parse->marks[f->line];
    if (ofsi_is_timescale(parse, f->line, f->previous)) {
        mark->use = OFSI_USE_TIMESCALE;
        return false;
    }
    /* A greeting may be in bold, and is no heading. */
    if (ofsi_patterns_fit(&parse->profile.salutations, mark->folded)) {
        f->in_letter = true;
        return false;
    }
    if (ofsi_patterns_fit(&parse->profile.closings, mark->folded))
        f->in_letter = false;
    if (ofsi_patterns_fit(&parse->profile.table_heads, mark->folded)) {
        mark->use = OFSI_USE_JUDGEMENT;
        return false;
    }
    if (ofsi_patterns_fit(&parse->profile.legends, mark->folded)) {
        mark->use = OFSI_USE_LEGEND;
        mark->first = true;
        return false;
    }
    if (mark->text.size > MOST_HEADING || parse->document->lines[f->line].role == OFSI_ROLE_CELL)
        return false;
    if (take_grade_line(f))
        return false;
    found h = {0};
    if (parse->document->is_markdown)
        h = find_markdown(f);
    if (!h.lines && !ofsi_begins_lower(mark->text)) {
        h = find_known(f);
        if (h.lines && !known_holds(f, h.lines))
            h.lines = 0;
    }
    if (!h.lines && parse->document->is_pdf && f->in_letter)
        h = find_by_type(f);
    f->begun |= h.known != NULL;
    bool bold = parse->document->lines[f->line].bold;
    if (!h.lines && !parse->document->is_pdf && (f->begun || bold) && f->in_letter)
        h = find_alone(f);
    if (h.lines && !parse->nomem)
        keep_heading(f, &h);
    return h.lines > 0;
}

static void intern_contents(finder *f) {
    for (size_t i = 0; i < f->parse->contents_count; i++)
        f->parse->nomem |=
            ofsi_map_intern(&f->contents, without_note_mark(ofsi_without_colon(f->parse->contents[i])),
                            NULL) == OFSI_MAP_NONE;
}

void ofsi_parse_headings(ofsi_parse *parse) {
    finder f = {.parse = parse,
                .previous = UINT32_MAX,
                .begun = parse->profile.heading_count == 0,
                .in_letter = !has_salutation(parse)};
    intern_contents(&f);
    uint32_t line = 0;
    while (line < parse->document->line_count && !parse->nomem) {
        ofsi_use use = parse->marks[line].use;
        if (use == OFSI_USE_FURNITURE || use == OFSI_USE_FOOTNOTE) {
            line++;
            continue;
        }
        f.line = line;
        if (use == OFSI_USE_BODY && look_at(&f) && !parse->nomem) {
            uint32_t last = line, next;
            for (uint32_t n = 1; n < parse->headings[parse->heading_count - 1].line_count; n++)
                last = ofsi_next_line(parse, last);
            next = ofsi_next_line(parse, last);
            take_grade_below(&f, next);
            line = last;
        }
        f.previous = line;
        line++;
    }
    ofsi_map_free(&f.contents);
    ofsi_buf_free(&f.text);
    ofsi_buf_free(&f.folded);
    ofsi_buf_free(&f.bare_text);
    ofsi_buf_free(&f.bare_folded);
    ofsi_buf_free(&f.cell);
}
