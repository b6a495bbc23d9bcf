/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fifth stage: the report's own tables of grades, on its first page or at its end. A row is a label and a
 * grade, either of them broken over lines. Called by parse.c.
 */
#include "indexer/report/parse.h"

#include "indexer/base/alloc.h"

enum {
    MOST_SENTENCES = 2, /* findings in sentences that may stand before the table */
    ROW_LINES = 5,      /* of a row without columns */
    OVERALL_LINES = 3,  /* lines of a sentence that gives the overall grade */
    FRONT_LINES = 80,   /* the first page's table is looked for among so many lines */
    MOST_ROWS = 200,    /* of one table */
    MOST_LABEL = 400,   /* bytes */
    MOST_PATH = 6,      /* headings above a row */
    LONG_LINE = 140     /* prose, in a table no more */
};

typedef struct table {
    ofsi_parse *parse;
    bool closing;               /* the table with a heading of its own, not the first page's */
    ofsi_span heads[MOST_PATH]; /* headings of the table by level, as kept in the report */
    ofsi_buf pending;           /* lines of a label whose grade is still to come */
    uint32_t pending_lines[8];
    uint32_t pending_count;
    ofsi_buf label;   /* of the open row */
    ofsi_buf partial; /* folded words of a grade that is still to be completed */
    ofsi_buf said;    /* folded words of the grade as read, as more may follow ("to be good") */
    ofs_grade grade;
    bool open;   /* a row has begun */
    bool none;   /* its grade is "not judged" */
    bool headed; /* its head row was met */
    uint32_t rows;
} table;

/* A line parted at its last tab; right.size 0 when there is none. The right cell folded. */
typedef struct cells {
    ofsi_span left, right;
} cells;

static cells cells_of(const ofsi_mark *mark) {
    cells c = {mark->text, {NULL, 0}};
    for (size_t i = mark->text.size; i > 0; i--)
        if (mark->text.data[i - 1] == '\t') {
            c.left = ofsi_span_trim((ofsi_span){mark->text.data, i - 1});
            uint32_t words = ofsi_word_count(c.left);
            c.right = ofsi_words(mark->folded, words, UINT32_MAX - words);
            break;
        }
    return c;
}

/* Profile's level of a text that is a known heading, 0 when it is none. */
static uint32_t known_level(const ofsi_parse *parse, ofsi_span folded) {
    if (folded.size && folded.data[folded.size - 1] == ':')
        folded.size--;
    for (uint32_t i = 0; i < parse->profile.heading_count; i++)
        if (ofsi_patterns_fit(&parse->profile.headings[i].texts, folded))
            return parse->profile.headings[i].level;
    return 0;
}

/* "2.1 Adoption": bytes of the number with its blanks; *depth: numbers in it. */
static size_t row_number(ofsi_span label, uint32_t *depth) {
    size_t at = 0;
    *depth = 0;
    while (at < label.size && ofsi_is_digit(label.data[at])) {
        while (at < label.size && ofsi_is_digit(label.data[at]))
            at++;
        ++*depth;
        if (at < label.size && label.data[at] == '.')
            at++;
    }
    if (at == 0 || at >= label.size || !ofsi_is_blank(label.data[at]) || *depth > 2) {
        *depth = 0;
        return 0;
    }
    while (at < label.size && ofsi_is_blank(label.data[at]))
        at++;
    return at;
}

static void add_judgement(table *t, ofsi_span label, uint32_t level) {
    ofsi_parse *parse = t->parse;
    ofs_report *report = parse->report;
    const char *path[MOST_PATH];
    uint32_t depth = 0;
    for (uint32_t i = 0; i + 1 < MOST_PATH && (level == 0 || i + 1 < level); i++)
        if (t->heads[i].size)
            path[depth++] = t->heads[i].data;
    path[depth++] = ofsi_keep(parse, label);
    const char **kept = ofsi_arena_calloc(parse->arena, depth, sizeof *kept);
    if (!kept || !ofsi_grow(&report->judgements, &parse->judgement_capacity,
                            (size_t)report->judgement_count + 1, sizeof *report->judgements)) {
        parse->nomem = true;
        return;
    }
    memcpy(kept, path, depth * sizeof *kept);
    report->judgements[report->judgement_count++] =
        (ofs_judgement){kept, depth, ofsi_keep_grade(parse, t->grade)};
}

static void close_row(table *t) {
    if (!t->open)
        return;
    t->open = false;
    ofsi_span label = ofsi_span_trim(ofsi_buf_span(&t->label));
    ofsi_span folded = ofsi_fold_line(&t->parse->scratch, label);
    t->parse->nomem |= !folded.data || t->label.failed || t->partial.failed;
    if (t->parse->nomem || t->partial.size || label.size == 0 || (!t->grade.label && !t->none))
        return;
    if (ofsi_patterns_fit(&t->parse->profile.not_judgements, folded))
        return;
    uint32_t depth, words = ofsi_word_count(folded);
    label = ofsi_span_after(label, row_number(label, &depth));
    /* "The effectiveness of the board is", with its grade in a cell or on the next line */
    if (words > 1 && ofsi_span_equal(ofsi_words(folded, words - 1, 1), ofsi_span_of("is")))
        label = ofsi_words(label, 0, ofsi_word_count(label) - 1);
    if (depth == 1) {
        add_judgement(t, label, 1);
        t->heads[0] = ofsi_span_of(ofsi_keep(t->parse, label));
    } else {
        add_judgement(t, label, depth ? depth : known_level(t->parse, folded));
    }
    t->rows++;
}

static void set_head(table *t, uint32_t level, ofsi_span text) {
    if (level == 0 || level > MOST_PATH)
        return;
    for (uint32_t i = level - 1; i < MOST_PATH; i++)
        t->heads[i] = (ofsi_span){NULL, 0};
    if (text.size && text.data[text.size - 1] == ':')
        text.size--;
    t->heads[level - 1] = ofsi_span_of(ofsi_keep(t->parse, text));
}

static void drop_pending(table *t) {
    t->pending_count = 0;
    ofsi_buf_reset(&t->pending);
}

/* Begins a row whose label ends in `left`; what is pending goes before it. */
static void begin_row(table *t, ofsi_span left) {
    close_row(t);
    ofsi_buf_reset(&t->label);
    ofsi_buf_reset(&t->partial);
    ofsi_buf_reset(&t->said);
    ofsi_buf_append(&t->label, t->pending.data, t->pending.size);
    for (uint32_t i = 0; i < t->pending_count; i++)
        t->parse->marks[t->pending_lines[i]].use = OFSI_USE_JUDGEMENT;
    drop_pending(t);
    if (left.size)
        ofsi_join_line(t->parse, &t->label, left);
    t->open = true;
    t->none = false;
    t->grade = (ofs_grade){0};
}

/* Goes on with a grade of which a part was read: true when the words belong to it. */
static bool complete_grade(table *t, ofsi_span folded) {
    ofsi_span was = ofsi_buf_span(t->partial.size ? &t->partial : &t->said);
    if (was.size == 0)
        return false;
    ofsi_buf both = {0};
    ofsi_buf_append(&both, was.data, was.size);
    ofsi_buf_byte(&both, ' ');
    ofsi_buf_append(&both, folded.data, folded.size);
    t->parse->nomem |= both.failed;
    ofs_grade grade;
    bool none;
    bool whole = !both.failed && ofsi_grade_whole(&t->parse->profile, ofsi_buf_span(&both), &grade, &none);
    bool more = !both.failed && ofsi_grade_begins(&t->parse->profile, ofsi_buf_span(&both));
    if (whole) {
        ofsi_buf_reset(&t->partial);
        t->grade = grade;
        t->none = none;
    } else if (more && t->partial.size) {
        ofsi_buf_byte(&t->partial, ' ');
        ofsi_buf_append(&t->partial, folded.data, folded.size);
    }
    ofsi_buf_free(&both);
    return whole || (more && t->partial.size);
}

/* A row's right cell: true when it is a grade or begins one. */
static bool take_grade(table *t, ofsi_span left, ofsi_span right) {
    ofs_grade grade;
    bool none;
    bool whole = ofsi_grade_whole(&t->parse->profile, right, &grade, &none);
    if (!whole && !ofsi_grade_begins(&t->parse->profile, right))
        return false;
    begin_row(t, left);
    if (whole) {
        t->grade = grade;
        t->none = none;
        ofsi_buf_append(&t->said, right.data, right.size);
    } else {
        ofsi_buf_append(&t->partial, right.data, right.size);
    }
    return true;
}

static void hold(table *t, uint32_t line) {
    if (t->pending_count == sizeof t->pending_lines / sizeof t->pending_lines[0])
        drop_pending(t);
    t->pending_lines[t->pending_count++] = line;
    ofsi_join_line(t->parse, &t->pending, t->parse->marks[line].text);
}

/*
 * Whether the next line is a grade: then this one is a row's label, though it may be a heading's name as
 * well.
 */
static bool grade_follows(const table *t, uint32_t line) {
    uint32_t next = ofsi_next_line(t->parse, line);
    ofs_grade grade;
    bool none;
    return next != UINT32_MAX &&
           ofsi_grade_whole(&t->parse->profile, t->parse->marks[next].folded, &grade, &none);
}

/* A label whose grade stands beside one of its further lines: those follow without room, and one ends in a grade's cell. */
static bool grade_beside_below(const table *t, uint32_t line) {
    const ofsi_parse *parse = t->parse;
    for (uint32_t n = 1; n < ROW_LINES; n++) {
        ofs_grade grade;
        bool none;
        if (parse->marks[line].text.size > LONG_LINE || ofsi_ends_sentence(parse->marks[line].text))
            return false;
        line = ofsi_next_line(parse, line);
        if (line == UINT32_MAX || parse->marks[line].use != OFSI_USE_BODY || parse->marks[line].gap)
            return false;
        cells c = cells_of(&parse->marks[line]);
        if (c.left.size && c.right.size)
            return ofsi_grade_whole(&parse->profile, c.right, &grade, &none) ||
                   ofsi_grade_begins(&parse->profile, c.right);
    }
    return false;
}

/* A line without a tab inside a table: true when it belongs there. */
static bool take_single(table *t, uint32_t line) {
    const ofsi_mark *mark = &t->parse->marks[line];
    const ofsi_profile *profile = &t->parse->profile;
    ofs_grade grade;
    bool none;
    if (t->open && complete_grade(t, mark->folded))
        return true;
    if (ofsi_grade_whole(profile, mark->folded, &grade, &none) && t->pending_count) {
        begin_row(t, (ofsi_span){"", 0});
        t->grade = grade;
        t->none = none;
        return true;
    }
    uint32_t level = t->closing ? known_level(t->parse, mark->folded) : 0;
    if (t->open && !mark->gap && level == 0 &&
        (t->partial.size || ofsi_begins_lower(mark->text) || t->parse->document->is_pdf) &&
        t->label.size < MOST_LABEL && !ofsi_ends_sentence(mark->text)) {
        ofsi_join_line(t->parse, &t->label, mark->text);
        return true;
    }
    uint32_t words = t->closing ? ofsi_grade_suffix(profile, mark->folded, true, &grade) : 0;
    if (words) {
        begin_row(t, ofsi_words(mark->text, 0, ofsi_word_count(mark->text) - words));
        t->grade = grade;
        return true;
    }
    close_row(t);
    if (level && !grade_follows(t, line)) {
        drop_pending(t);
        set_head(t, level, mark->text);
        return true;
    }
    bool label = t->closing || (t->parse->document->is_pdf && (t->pending_count || mark->gap) &&
                                grade_beside_below(t, line));
    if (!label || mark->text.size > LONG_LINE || ofsi_ends_sentence(mark->text))
        return false;
    hold(t, line);
    return true;
}

static bool take_line(table *t, uint32_t line) {
    ofsi_mark *mark = &t->parse->marks[line];
    if (ofsi_patterns_fit(&t->parse->profile.table_heads, mark->folded)) {
        close_row(t);
        t->headed = true;
        mark->use = OFSI_USE_JUDGEMENT;
        return true;
    }
    cells c = cells_of(mark);
    bool taken = c.right.size && take_grade(t, c.left, c.right);
    /* The lower half of a broken row: "improvement" at the right, more of the label at the left. */
    if (!taken && c.right.size && t->open && complete_grade(t, c.right)) {
        ofsi_join_line(t->parse, &t->label, c.left);
        taken = true;
    }
    if (!taken && c.right.size)
        return false;
    uint32_t held = t->pending_count;
    if (!taken && !take_single(t, line))
        return false;
    if (t->pending_count <= held || taken)
        mark->use = OFSI_USE_JUDGEMENT;
    return true;
}

static void end_table(table *t) {
    close_row(t);
    ofsi_buf_free(&t->pending);
    ofsi_buf_free(&t->label);
    ofsi_buf_free(&t->partial);
    ofsi_buf_free(&t->said);
}

/* "Children's services in Gateshead are good": a finding in a sentence. */
static bool take_overall(ofsi_parse *parse, uint32_t line) {
    table t = {.parse = parse};
    uint32_t lines = 0, words = 0;
    uint32_t last = line;
    for (uint32_t n = 1; n <= OVERALL_LINES && last != UINT32_MAX; n++, last = ofsi_next_line(parse, last)) {
        ofs_grade grade;
        ofsi_span own = parse->marks[last].text;
        uint32_t depth;
        if (n > 1 && (parse->marks[last].gap || memchr(own.data, '\t', own.size) || row_number(own, &depth)))
            break;
        ofsi_span folded = ofsi_joined(parse, line, n);
        uint32_t suffix = ofsi_patterns_fit(&parse->profile.overall, folded)
                              ? ofsi_grade_suffix(&parse->profile, folded, false, &grade)
                              : 0;
        if (suffix) {
            t.grade = grade;
            lines = n;
            words = ofsi_word_count(folded) - suffix;
        }
    }
    if (lines == 0)
        return false;
    for (uint32_t n = 0; n < lines; n++, line = ofsi_next_line(parse, line)) {
        ofsi_join_line(parse, &t.label, parse->marks[line].text);
        parse->marks[line].use = OFSI_USE_JUDGEMENT;
    }
    add_judgement(&t, ofsi_words(ofsi_buf_span(&t.label), 0, words), 1);
    end_table(&t);
    return true;
}

/* What was taken for a table and has no row is text. */
static void give_back(ofsi_parse *parse, uint32_t first, uint32_t end) {
    for (uint32_t i = first; i < end && i < parse->document->line_count; i++)
        if (parse->marks[i].use == OFSI_USE_JUDGEMENT)
            parse->marks[i].use = OFSI_USE_BODY;
}

/*
 * Whether a first page's row may have this label: numbered, expected, or anything once the table has begun.
 */
static bool may_be_label(const ofsi_parse *parse, ofsi_span text, ofsi_span folded, bool begun) {
    uint32_t depth;
    if (begun)
        return ofsi_begins_upper(text) || row_number(text, &depth);
    /* One table is enough: further down such lines are headings. */
    return parse->report->judgement_count <= MOST_SENTENCES &&
           (row_number(text, &depth) || ofsi_patterns_fit(&parse->profile.expected, folded));
}

/* "...: good" and "... is good" are headings, not rows. */
static bool has_joint(const ofsi_profile *profile, ofsi_span folded, uint32_t suffix) {
    ofs_grade grade;
    bool none;
    uint32_t before = ofsi_word_count(folded) - suffix;
    ofsi_span label = ofsi_words(folded, 0, before);
    return !ofsi_grade_whole(profile, ofsi_words(folded, before, suffix), &grade, &none) || label.size == 0 ||
           label.data[label.size - 1] == ':';
}

typedef struct read_grade {
    ofs_grade grade;
    bool none;     /* it is "not judged" */
    uint32_t more; /* lines below the first that belong to it */
} read_grade;

/* Whether a grade begins at the line and ends with it or, if parted, below: "Requires", "improvement", "to be good". */
static bool grade_at(ofsi_parse *parse, uint32_t line, bool parted, read_grade *out) {
    enum { MOST_PARTS = 3 };
    *out = (read_grade){0};
    bool whole = ofsi_grade_whole(&parse->profile, parse->marks[line].folded, &out->grade, &out->none);
    uint32_t last = line;
    for (uint32_t n = 2; parted && n <= MOST_PARTS; n++) {
        read_grade longer = {.more = n - 1};
        last = ofsi_next_line(parse, last);
        if (last == UINT32_MAX || parse->marks[last].use != OFSI_USE_BODY ||
            !ofsi_grade_begins(&parse->profile, ofsi_joined(parse, line, n - 1)))
            break;
        if (ofsi_grade_whole(&parse->profile, ofsi_joined(parse, line, n), &longer.grade, &longer.none)) {
            *out = longer;
            whole = true;
        }
    }
    return whole;
}

/*
 * pdftotext puts the grade of a first page's row on a line of its own, below its label, between its lines, or
 * parted around it; -raw behind it. The lines of the row that begins at `line` up to its grade, 0 when none
 * does.
 */
static uint32_t plain_row(table *t, uint32_t line, bool begun) {
    ofsi_parse *parse = t->parse;
    read_grade read;
    uint32_t at = line;
    if (ofsi_patterns_fit(&parse->profile.table_heads, parse->marks[line].folded))
        return 0;
    for (uint32_t n = 1; n <= ROW_LINES && at != UINT32_MAX; n++, at = ofsi_next_line(parse, at)) {
        const ofsi_mark *mark = &parse->marks[at];
        if (mark->use != OFSI_USE_BODY || mark->text.size > LONG_LINE || ofsi_ends_sentence(mark->text) ||
            memchr(mark->text.data, '\t', mark->text.size))
            return 0;
        bool whole = grade_at(parse, at, n > 1, &read);
        if (whole && n == 1)
            return 0;
        uint32_t words = ofsi_word_count(mark->folded);
        uint32_t suffix = whole ? words : ofsi_grade_suffix(&parse->profile, mark->folded, true, &read.grade);
        if (suffix && !whole && has_joint(&parse->profile, mark->folded, suffix))
            return 0;
        ofsi_span label = ofsi_joined(parse, line, whole ? n - 1 : n);
        if (suffix && !whole)
            label = ofsi_words(label, 0, ofsi_word_count(label) - suffix);
        if (suffix && may_be_label(parse, parse->marks[line].text, label, begun)) {
            for (uint32_t i = 1; i < n + (whole ? 0 : 1); i++, line = ofsi_next_line(parse, line)) {
                ofsi_span text = parse->marks[line].text;
                bool last = i == n;
                /* The mark of a footnote of the page, in the middle of the table. */
                if (!last && ofsi_is_digit(text.data[0]) && text.size <= 2)
                    continue;
                ofsi_join_line(parse, &t->pending, last ? ofsi_words(text, 0, words - suffix) : text);
            }
            begin_row(t, (ofsi_span){"", 0});
            t->grade = read.grade;
            t->none = read.none;
            return n + read.more;
        }
    }
    return 0;
}

/* "Requires", then the label, then "improvement": 3, or 0. */
static uint32_t parted_row(table *t, uint32_t line, bool begun) {
    ofsi_parse *parse = t->parse;
    uint32_t label = ofsi_next_line(parse, line);
    uint32_t rest = label == UINT32_MAX ? UINT32_MAX : ofsi_next_line(parse, label);
    if (rest == UINT32_MAX || !ofsi_grade_begins(&parse->profile, parse->marks[line].folded) ||
        !may_be_label(parse, parse->marks[label].text, parse->marks[label].folded, begun))
        return 0;
    ofsi_buf both = {0};
    ofs_grade grade;
    bool none;
    ofsi_buf_append(&both, parse->marks[line].folded.data, parse->marks[line].folded.size);
    ofsi_buf_byte(&both, ' ');
    ofsi_buf_append(&both, parse->marks[rest].folded.data, parse->marks[rest].folded.size);
    bool whole = !both.failed && ofsi_grade_whole(&parse->profile, ofsi_buf_span(&both), &grade, &none);
    parse->nomem |= both.failed;
    ofsi_buf_free(&both);
    if (!whole)
        return 0;
    begin_row(t, parse->marks[label].text);
    t->grade = grade;
    t->none = none;
    return 3;
}

/*
 * A row of a first page without columns; its lines, 0 when there is none. Tables with a heading are read
 * otherwise.
 */
static uint32_t take_plain_row(table *t, uint32_t line) {
    if (t->closing || t->parse->document->is_pdf || t->parse->profile.tables.count)
        return 0;
    bool begun = t->rows > 0 || t->open || t->headed;
    uint32_t lines = parted_row(t, line, begun);
    if (lines == 0)
        lines = plain_row(t, line, begun);
    for (uint32_t n = 0; n < lines; n++, line = ofsi_next_line(t->parse, line))
        t->parse->marks[line].use = OFSI_USE_JUDGEMENT;
    return lines;
}

/*
 * Whether a row of a first-page table begins at the line: its right cell is a grade, or it is one without
 * columns.
 */
static bool begins_front_table(ofsi_parse *parse, uint32_t line) {
    ofs_grade grade;
    bool none;
    table t = {.parse = parse};
    bool plain = !parse->document->is_pdf && parse->profile.tables.count == 0 &&
                 (parted_row(&t, line, false) || plain_row(&t, line, false));
    t.open = false;
    end_table(&t);
    if (plain)
        return true;
    cells c = cells_of(&parse->marks[line]);
    return ofsi_patterns_fit(&parse->profile.table_heads, parse->marks[line].folded) ||
           (c.right.size && c.left.size &&
            (ofsi_grade_whole(&parse->profile, c.right, &grade, &none) ||
             ofsi_grade_begins(&parse->profile, c.right)));
}

/* Takes the rows from `line` on; the line after the table. */
static uint32_t take_table(ofsi_parse *parse, uint32_t line, bool closing) {
    table t = {.parse = parse, .closing = closing};
    const uint32_t first = line;
    while (line != UINT32_MAX && t.rows < MOST_ROWS && !parse->nomem &&
           parse->marks[line].use == OFSI_USE_BODY) {
        uint32_t lines = take_plain_row(&t, line);
        if (lines == 0 && !take_line(&t, line))
            break;
        for (uint32_t n = 0; n < (lines ? lines : 1); n++)
            line = ofsi_next_line(parse, line);
    }
    end_table(&t);
    if (t.rows == 0)
        give_back(parse, first, line);
    return line;
}

static void check_expected(ofsi_parse *parse) {
    const ofs_report *report = parse->report;
    for (uint32_t e = 0; report->judgement_count && e < parse->profile.expected.count; e++) {
        bool found = false;
        for (uint32_t j = 0; j < report->judgement_count && !found; j++) {
            const ofs_judgement *row = &report->judgements[j];
            ofsi_span folded = ofsi_fold_line(&parse->scratch, ofsi_span_of(row->path[row->depth - 1]));
            parse->nomem |= !folded.data;
            found = folded.data && ofsi_glob(parse->profile.expected.items[e], folded);
        }
        if (!found)
            ofsi_warn(parse, "The table of judgements has no row \"%.*s\", which such reports have.",
                      (int)parse->profile.expected.items[e].size, parse->profile.expected.items[e].data);
    }
}

void ofsi_parse_judgements(ofsi_parse *parse) {
    uint32_t line = 0, seen = 0;
    const uint32_t count = parse->document->line_count;
    while (line < count && !parse->nomem) {
        if (parse->marks[line].use != OFSI_USE_BODY) {
            line++;
            continue;
        }
        seen++;
        uint32_t after = line + 1;
        if (ofsi_patterns_fit(&parse->profile.tables, parse->marks[line].folded)) {
            uint32_t before = parse->report->judgement_count;
            after = take_table(parse, ofsi_next_line(parse, line), true);
            if (parse->report->judgement_count > before)
                parse->marks[line].use = OFSI_USE_JUDGEMENT;
            after = after == UINT32_MAX ? count : after;
        } else if (seen <= FRONT_LINES && parse->document->lines[line].page <= 1 &&
                   !take_overall(parse, line) && !parse->profile.no_front_table &&
                   begins_front_table(parse, line)) {
            after = take_table(parse, line, false);
            after = after == UINT32_MAX ? count : after;
        }
        line = after > line ? after : line + 1;
    }
    check_expected(parse);
}
