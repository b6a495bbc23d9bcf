/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fourth stage: title, provider, dates and lead inspector from the first page, by the profile's patterns and
 * labels. What the text does not say stays unset. Called by parse.c.
 */
#include "indexer/report/parse.h"

enum {
    COVER_LINES = 80,     /* the first page, or a letter's head and first paragraphs */
    TITLE_LINES = 7,      /* lines of the longest title met, plus one */
    SUBJECT_LINES = 4,    /* of a letter's longest subject, plus one */
    PROVIDER_LINES = 3,   /* lines of the longest name met, plus one */
    DATE_LINES = 3,       /* lines that one date may be broken over */
    MOST_NAME_WORDS = 10, /* of a provider's name in prose */
    MOST_TITLE = 300      /* bytes of a title taken by its size alone, and of a line of any */
};

typedef struct cover {
    ofsi_parse *parse;
    uint32_t lines[COVER_LINES]; /* the body lines looked at */
    uint32_t count;
    bool greeted;                /* a letter with a salutation */
    uint32_t prose;              /* index of the first line that may be prose: behind a letter's salutation */
    uint32_t title, title_count; /* index into lines; count 0: no title found */
    ofsi_buf text;               /* lines joined, as printed */
} cover;

static void gather_lines(cover *c) {
    uint32_t line = c->parse->document->line_count ? 0 : UINT32_MAX;
    if (line == 0 && c->parse->marks[0].use != OFSI_USE_BODY)
        line = ofsi_next_line(c->parse, 0);
    for (; line != UINT32_MAX && c->count < COVER_LINES; line = ofsi_next_line(c->parse, line))
        c->lines[c->count++] = line;
}

static const ofsi_line *line_at(const cover *c, uint32_t i) {
    return &c->parse->document->lines[c->lines[i]];
}
static ofsi_mark *mark_at(const cover *c, uint32_t i) { return &c->parse->marks[c->lines[i]]; }

static ofsi_span join_at(cover *c, uint32_t first, uint32_t count) {
    ofsi_buf_reset(&c->text);
    for (uint32_t n = 0; n < count; n++)
        ofsi_join_line(c->parse, &c->text, mark_at(c, first + n)->text);
    c->parse->nomem |= c->text.failed;
    return c->text.failed ? (ofsi_span){"", 0} : ofsi_buf_span(&c->text);
}

/* Whether line i goes on with what line i - 1 began: same type, no room between. */
static bool goes_on(const cover *c, uint32_t i) {
    const ofsi_line *above = line_at(c, i - 1), *line = line_at(c, i);
    if (above->page != line->page)
        return false;
    if (!c->parse->document->is_pdf)
        return !mark_at(c, i)->gap;
    return above->bold == line->bold && above->size < line->size + 0.5f && above->size > line->size - 0.5f &&
           line->y0 - above->y1 < line->size * 0.4f;
}

/* ---- labels ---- */

static const ofsi_patterns *label_of(const ofsi_profile *profile, ofsi_span folded, const ofsi_span **label) {
    const ofsi_patterns *kinds[] = {&profile->labels.inspected, &profile->labels.published,
                                    &profile->labels.lead, &profile->labels.provider,
                                    &profile->labels.ignored};
    const ofsi_patterns *best = NULL;
    *label = NULL;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const ofsi_span *found = ofsi_patterns_begin(kinds[k], folded);
        if (found && (!*label || found->size > (*label)->size)) {
            *label = found;
            best = kinds[k];
        }
    }
    return best;
}

/* What stands behind the label on its line. */
static ofsi_span value_behind(const ofsi_mark *mark, const ofsi_span *label) {
    uint32_t words = ofsi_word_count(*label);
    ofsi_span value = ofsi_words(mark->text, words, UINT32_MAX - words);
    while (value.size && (value.data[0] == ':' || ofsi_is_blank(value.data[0])))
        value = ofsi_span_after(value, 1);
    return value;
}

static bool is_label(const cover *c, uint32_t i) {
    const ofsi_span *label;
    return label_of(&c->parse->profile, mark_at(c, i)->folded, &label) != NULL;
}

/* Whether more of the date must follow: nothing yet, or a joint at the end. */
static bool wants_more(ofsi_span text) {
    static const char *const ends[] = {"-", "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x94\x80", " to", " and",
                                       ","};
    text = ofsi_span_trim(text);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t size = strlen(ends[i]);
        if (text.size >= size && memcmp(text.data + text.size - size, ends[i], size) == 0)
            return true;
    }
    ofsi_days days;
    return !ofsi_find_days(text, &days);
}

/* What of a line may go on with a value that stands in a right column: the cell of that column, or all. */
static ofsi_span last_cell(const ofsi_mark *mark) {
    const char *tab = memrchr(mark->text.data, '\t', mark->text.size);
    return tab ? ofsi_span_trim(ofsi_span_after(mark->text, (size_t)(tab - mark->text.data) + 1))
               : mark->text;
}

/* The date behind a label, over as many lines as it takes; how many are used up, 0 when there is no date. */
static uint32_t read_days(cover *c, uint32_t i, ofsi_span value, ofsi_days *days) {
    ofsi_buf text = {0};
    uint32_t used = 1;
    ofsi_buf_append(&text, value.data, value.size);
    while (used < DATE_LINES && i + used < c->count && wants_more(ofsi_buf_span(&text)) &&
           (!is_label(c, i + used) ||
            memchr(mark_at(c, i + used)->text.data, '\t', mark_at(c, i + used)->text.size))) {
        ofsi_span more = is_label(c, i + used) ? last_cell(mark_at(c, i + used)) : mark_at(c, i + used)->text;
        ofsi_buf_byte(&text, ' ');
        ofsi_buf_append(&text, more.data, more.size);
        used++;
    }
    c->parse->nomem |= text.failed;
    bool found = !text.failed && ofsi_find_days(ofsi_buf_span(&text), days);
    ofsi_buf_free(&text);
    return found ? used : 0;
}

static void consume(cover *c, uint32_t first, uint32_t count) {
    for (uint32_t n = 0; n < count && first + n < c->count; n++)
        mark_at(c, first + n)->use = OFSI_USE_COVER;
}

static void read_label(cover *c, uint32_t i, const ofsi_patterns *kind, ofsi_span value) {
    ofs_report *report = c->parse->report;
    const ofsi_labels *labels = &c->parse->profile.labels;
    ofsi_days days;
    uint32_t used = 1;
    if (kind == &labels->inspected || kind == &labels->published) {
        uint32_t lines = read_days(c, i, value, &days);
        if (lines == 0) {
            ofsi_warn(c->parse, "The date in \"%.*s\" could not be read.",
                      (int)(value.size > 100 ? 100 : value.size), value.data);
        } else if (kind == &labels->published) {
            report->published = days.first;
        } else {
            report->inspected_from = days.first;
            report->inspected_to = days.last;
        }
        used = lines ? lines : 1;
    } else if (kind == &labels->lead || kind == &labels->provider) {
        if (value.size == 0 && i + 1 < c->count && !is_label(c, i + 1)) {
            value = mark_at(c, i + 1)->text;
            used = 2;
        }
        ofsi_span name = kind == &labels->lead ? ofsi_person(value) : value;
        const char **out = kind == &labels->lead ? &report->lead_inspector : &report->provider;
        if (name.size && !*out)
            *out = ofsi_keep(c->parse, name);
    }
    consume(c, i, used);
}

static void read_labels(cover *c) {
    const ofsi_patterns *seen[8] = {0};
    size_t seen_count = 0;
    for (uint32_t i = 0; i < c->count && !c->parse->nomem; i++) {
        const ofsi_span *label;
        if (mark_at(c, i)->use != OFSI_USE_BODY)
            continue;
        const ofsi_patterns *kind = label_of(&c->parse->profile, mark_at(c, i)->folded, &label);
        bool again = false;
        for (size_t s = 0; s < seen_count; s++)
            again |= seen[s] == kind;
        if (!kind || (again && kind != &c->parse->profile.labels.ignored))
            continue;
        ofsi_span value = value_behind(mark_at(c, i), label);
        /*
         * Prose may begin with the same words: a value is short, and a date's has a figure in it or is still
         * to come.
         */
        if (ofsi_word_count(value) > 16)
            continue;
        if (!again && seen_count < sizeof seen / sizeof seen[0])
            seen[seen_count++] = kind;
        read_label(c, i, kind, value);
    }
}

/* A label in a column at the right, beside an address, with its date behind it or in that column below. */
static void read_right_label(cover *c, uint32_t i) {
    const ofsi_labels *labels = &c->parse->profile.labels;
    const ofsi_mark *mark = mark_at(c, i);
    ofsi_span cell = last_cell(mark);
    uint32_t words = ofsi_word_count(mark->text), in_cell = ofsi_word_count(cell);
    const ofsi_span *label;
    ofsi_span folded = ofsi_words(mark->folded, words - in_cell, in_cell);
    const ofsi_patterns *kind = label_of(&c->parse->profile, folded, &label);
    if (in_cell == words || (kind != &labels->inspected && kind != &labels->published))
        return;
    ofs_date *first =
        kind == &labels->inspected ? &c->parse->report->inspected_from : &c->parse->report->published;
    ofsi_days days;
    ofsi_span value = ofsi_words(cell, ofsi_word_count(*label), UINT32_MAX - ofsi_word_count(*label));
    for (uint32_t n = 0; *first == OFS_NO_DATE && n < DATE_LINES && i + n < c->count; n++) {
        if (!ofsi_find_days(n ? last_cell(mark_at(c, i + n)) : value, &days))
            continue;
        *first = days.first;
        if (kind == &labels->inspected)
            c->parse->report->inspected_to = days.last;
    }
}

/* ---- title and provider ---- */

static bool has_capture(ofsi_span pattern) { return ofsi_span_contains(pattern, ofsi_span_of("{provider}")); }

/* Whether a name does not break off: "Royal Borough of Windsor and". */
static bool is_whole_name(ofsi_span name) {
    static const char *const parts[] = {" and", " of",    " upon",         " the", " on",
                                        " &",   " Local", " Metropolitan", "-"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t size = strlen(parts[i]);
        if (name.size >= size && memcmp(name.data + name.size - size, parts[i], size) == 0)
            return false;
    }
    return name.size > 0;
}

/* The first n lines from line i as printed and folded, with the same words; kept in the scratch arena. */
static void keep_joined(cover *c, uint32_t i, uint32_t n, ofsi_span *printed, ofsi_span *folded) {
    ofsi_span text = join_at(c, i, n);
    char *copy = ofsi_arena_strndup(&c->parse->scratch, text.data, text.size);
    *printed = (ofsi_span){copy, copy ? text.size : 0};
    *folded = ofsi_fold_line(&c->parse->scratch, *printed);
    c->parse->nomem |= !copy || !folded->data;
}

/* The title that begins at line i: its lines, 0 when none does. Captured words of a provider in *name. */
static uint32_t title_at(cover *c, uint32_t i, ofsi_span *name) {
    const ofsi_profile *profile = &c->parse->profile;
    ofsi_span printed[TITLE_LINES + 1] = {{NULL, 0}}, folded[TITLE_LINES + 1] = {{NULL, 0}};
    uint32_t best = 0;
    if (ofsi_begins_lower(mark_at(c, i)->text))
        return 0;
    for (uint32_t p = 0; p < profile->titles.count && !c->parse->nomem; p++) {
        ofsi_span pattern = profile->titles.items[p];
        bool capture = has_capture(pattern);
        for (uint32_t n = 1; n <= TITLE_LINES && i + n <= c->count; n++) {
            uint32_t first, words;
            const ofsi_mark *last = mark_at(c, i + n - 1);
            if (last->use != OFSI_USE_BODY || last->text.size > MOST_TITLE ||
                (capture && n > 1 && !goes_on(c, i + n - 1)))
                break;
            if (!folded[n].data)
                keep_joined(c, i, n, &printed[n], &folded[n]);
            if (c->parse->nomem || !ofsi_title_fits(pattern, folded[n], &first, &words) ||
                words > MOST_NAME_WORDS)
                continue;
            ofsi_span captured = words ? ofsi_words(printed[n], first, words) : (ofsi_span){"", 0};
            if (n > best) {
                best = n;
                *name = captured;
            }
            /* Type tells where a PDF's title ends; in a text a name that is whole does. */
            if (!capture || (!c->parse->document->is_pdf && is_whole_name(captured)))
                break;
        }
    }
    return best;
}

static ofsi_span without_end_marks(ofsi_span text) {
    while (text.size && (ofsi_is_digit(text.data[text.size - 1]) || text.data[text.size - 1] == ':') &&
           text.size > 1 && (ofsi_is_lower(text.data[text.size - 2]) || text.data[text.size - 1] == ':'))
        text.size--; /* a footnote's mark glued to the last word */
    return ofsi_span_trim(text);
}

/* "the London Borough of Merton" */
static ofsi_span without_article(ofsi_span name) {
    static const char article[] = "the ";
    return ofsi_span_begins(name, ofsi_span_of(article)) ? ofsi_span_after(name, sizeof article - 1) : name;
}

/* "WS10 8NQ" at the end: a line of an address. */
static bool ends_in_postcode(ofsi_span text) {
    const char *at = text.data + text.size;
    if (text.size < 6 || !ofsi_is_upper(at[-1]) || !ofsi_is_upper(at[-2]) || !ofsi_is_digit(at[-3]) ||
        !ofsi_is_blank(at[-4]))
        return false;
    at -= 5;
    size_t letters = 0, digits = 0, left = text.size - 4;
    for (; left && letters + digits < 4 && (ofsi_is_digit(*at) || ofsi_is_upper(*at)); at--, left--) {
        digits += ofsi_is_digit(*at);
        letters += ofsi_is_upper(*at);
    }
    return digits && letters && (left == 0 || ofsi_is_blank(*at));
}

static bool is_provider_line(const cover *c, uint32_t i) {
    return mark_at(c, i)->use == OFSI_USE_BODY && !is_label(c, i) && mark_at(c, i)->text.size < 100 &&
           !ofsi_patterns_fit(&c->parse->profile.not_provider, mark_at(c, i)->folded) &&
           !ofsi_ends_sentence(mark_at(c, i)->text) && !ends_in_postcode(mark_at(c, i)->text);
}

static void take_provider(cover *c, uint32_t first, uint32_t count) {
    if (count == 0)
        return;
    if (!c->parse->report->provider)
        c->parse->report->provider = ofsi_keep(c->parse, without_end_marks(join_at(c, first, count)));
    consume(c, first, count);
}

/* Lines under the title that may be the provider's name. */
static uint32_t count_below_title(cover *c, uint32_t first) {
    uint32_t count = 0;
    while (count < PROVIDER_LINES && first + count < c->count && is_provider_line(c, first + count) &&
           (count == 0 || goes_on(c, first + count)))
        count++;
    return count;
}

static void find_provider_beside(cover *c) {
    uint32_t first, count = 0;
    if (c->parse->profile.provider_place == OFSI_PROVIDER_BELOW_TITLE) {
        first = c->title + c->title_count;
        count = count_below_title(c, first);
    } else {
        first = c->title;
        while (count < PROVIDER_LINES && first > 0 && is_provider_line(c, first - 1) &&
               (count == 0 || goes_on(c, first))) {
            first--;
            count++;
        }
    }
    /* Nothing above the title: the name may stand between it and the first label. */
    if (count == 0 && c->parse->profile.provider_place == OFSI_PROVIDER_ABOVE_TITLE) {
        uint32_t below = c->title + c->title_count, lines = count_below_title(c, below);
        if (lines && below + lines < c->count && is_label(c, below + lines)) {
            first = below;
            count = lines;
        }
    }
    /* Markdown says itself which line the document is about. */
    for (uint32_t i = 0; count == 0 && i < c->count; i++)
        if (mark_at(c, i)->hashes == 1 && is_provider_line(c, i)) {
            first = i;
            count = 1;
        }
    take_provider(c, first, count);
}

static void find_title(cover *c) {
    ofs_report *report = c->parse->report;
    ofsi_span name = {"", 0};
    for (uint32_t i = 0; i < c->count && c->title_count == 0; i++)
        if (mark_at(c, i)->use == OFSI_USE_BODY) {
            c->title_count = title_at(c, i, &name);
            c->title = i;
        }
    if (c->title_count == 0)
        return;
    if (name.size && !report->provider)
        report->provider = ofsi_keep(c->parse, without_end_marks(without_article(name)));
    report->title = ofsi_keep(c->parse, without_end_marks(join_at(c, c->title, c->title_count)));
    consume(c, c->title, c->title_count);
    if (name.size == 0 && c->parse->profile.provider_place <= OFSI_PROVIDER_ABOVE_TITLE)
        find_provider_beside(c);
}

/*
 * Whether the text itself begins here, with a heading, a number or a bullet: then there is no title before
 * it.
 */
static bool begins_text(const cover *c, uint32_t i) {
    const ofsi_profile *profile = &c->parse->profile;
    ofsi_span text = mark_at(c, i)->text;
    bool nested;
    size_t digits = 0;
    for (uint32_t h = 0; h < profile->heading_count; h++)
        if (ofsi_patterns_fit(&profile->headings[h].texts, mark_at(c, i)->folded))
            return true;
    while (digits < text.size && ofsi_is_digit(text.data[digits]))
        digits++;
    return ofsi_bullet(text, &nested) || (digits && digits < text.size && text.data[digits] == '.');
}

/* A report of no known title: the largest type of the first page, or a text's first short line. */
static void find_title_by_look(cover *c) {
    uint32_t best = UINT32_MAX, count = 1;
    float size = c->parse->look.size + 0.9f;
    for (uint32_t i = 0; i < c->count; i++) {
        if (mark_at(c, i)->use != OFSI_USE_BODY || line_at(c, i)->page != line_at(c, 0)->page)
            continue;
        if (!c->parse->document->is_pdf && begins_text(c, i))
            break;
        if (c->parse->document->is_pdf && line_at(c, i)->size > size) {
            size = line_at(c, i)->size + 0.4f;
            best = i;
        } else if (!c->parse->document->is_pdf && best == UINT32_MAX) {
            best = i;
        }
    }
    if (best == UINT32_MAX)
        return;
    while (count < TITLE_LINES && best + count < c->count && mark_at(c, best + count)->use == OFSI_USE_BODY &&
           goes_on(c, best + count))
        count++;
    ofsi_span text = join_at(c, best, count);
    if (text.size == 0 || text.size > MOST_TITLE || ofsi_ends_sentence(text))
        return;
    c->parse->report->title = ofsi_keep(c->parse, text);
    consume(c, best, count);
}

/* ---- letters ---- */

/*
 * Lines before "Dear ..." are the letterhead, or those before the title of a letter that greets nobody; a date alone among
 * them is the day of the letter.
 */
static void read_letterhead(cover *c) {
    const ofsi_profile *profile = &c->parse->profile;
    uint32_t dear = 0;
    while (dear < c->count && !ofsi_patterns_fit(&profile->salutations, mark_at(c, dear)->folded))
        dear++;
    c->greeted = dear < c->count;
    if (!c->greeted && c->title_count == 0)
        return;
    if (!c->greeted)
        dear = c->title;
    c->prose = dear + (c->greeted ? 1 : c->title_count);
    for (uint32_t i = 0; i < dear; i++) {
        ofsi_days days;
        ofsi_span text = mark_at(c, i)->text;
        bool date = ofsi_word_count(text) <= 4 && text.size && ofsi_is_digit(text.data[0]) &&
                    ofsi_find_days(text, &days);
        if (date && days.first == days.last && c->parse->report->published == OFS_NO_DATE) {
            c->parse->report->published = days.first;
            consume(c, i, 1);
        }
    }
}

/* The letter's subject: what stands free under the greeting and is no sentence, in bold where there is type. */
static void find_subject(cover *c) {
    uint32_t first = c->prose, count = 1;
    bool pdf = c->parse->document->is_pdf;
    if (!c->greeted || first >= c->count || mark_at(c, first)->use != OFSI_USE_BODY ||
        (pdf && (!line_at(c, first)->bold || c->parse->look.bold)))
        return;
    while (count < SUBJECT_LINES && first + count < c->count && goes_on(c, first + count))
        count++;
    bool free = first + count < c->count && (pdf || mark_at(c, first + count)->gap);
    ofsi_span text = join_at(c, first, count);
    if (!free || text.size == 0 || text.size > MOST_TITLE || ofsi_ends_sentence(text) ||
        ofsi_begins_lower(text))
        return;
    c->parse->report->title = ofsi_keep(c->parse, text);
    c->title = first;
    c->title_count = count;
    consume(c, first, count);
}

/* What a sentence of the first page says of days and provider, for reports without labels for them. */
static void read_sentence(cover *c, ofsi_span sentence) {
    const ofsi_profile *profile = &c->parse->profile;
    ofs_report *report = c->parse->report;
    ofsi_span folded = ofsi_fold_line(&c->parse->scratch, sentence);
    ofsi_days days;
    c->parse->nomem |= !folded.data;
    if (!folded.data)
        return;
    if (report->inspected_from == OFS_NO_DATE && ofsi_patterns_within(&profile->inspected_near, folded) &&
        ofsi_find_days(sentence, &days)) {
        report->inspected_from = days.first;
        report->inspected_to = days.last;
    }
    for (uint32_t p = 0; !report->provider && p < profile->provider_in_text.count; p++) {
        uint32_t first, words;
        if (ofsi_title_fits(profile->provider_in_text.items[p], folded, &first, &words) &&
            words <= MOST_NAME_WORDS)
            report->provider = ofsi_keep(c->parse, without_article(ofsi_words(sentence, first, words)));
    }
}

/* "St. Somewhere", "Mr. Example": a stop that ends no sentence. */
static bool is_short_form(ofsi_span before) {
    static const char *const forms[] = {"St", "Mr", "Mrs", "Ms", "Dr"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t size = strlen(forms[i]);
        if (before.size >= size && memcmp(before.data + before.size - size, forms[i], size) == 0 &&
            (before.size == size || ofsi_is_blank(before.data[before.size - size - 1])))
            return true;
    }
    return false;
}

static void read_prose(cover *c) {
    const ofsi_profile *profile = &c->parse->profile;
    if (profile->inspected_near.count == 0 && profile->provider_in_text.count == 0)
        return;
    ofsi_buf text = {0};
    for (uint32_t i = c->prose; i < c->count; i++)
        if (mark_at(c, i)->use == OFSI_USE_BODY)
            ofsi_join_line(c->parse, &text, mark_at(c, i)->text);
    ofsi_span all = ofsi_buf_span(&text);
    size_t start = 0;
    for (size_t i = 0; i < all.size && !c->parse->nomem; i++) {
        if (all.data[i] != '.' || (i + 1 < all.size && !ofsi_is_blank(all.data[i + 1])) ||
            is_short_form((ofsi_span){all.data, i}))
            continue;
        read_sentence(c, ofsi_span_trim((ofsi_span){all.data + start, i - start}));
        start = i + 1;
    }
    c->parse->nomem |= text.failed;
    ofsi_buf_free(&text);
}

void ofsi_parse_cover(ofsi_parse *parse) {
    cover c = {.parse = parse};
    gather_lines(&c);
    find_title(&c);
    if (parse->profile.salutations.count)
        read_letterhead(&c);
    if (c.title_count == 0 && parse->profile.salutations.count)
        find_subject(&c);
    read_labels(&c);
    for (uint32_t i = 0; i < c.count && !parse->nomem; i++)
        if (mark_at(&c, i)->use == OFSI_USE_BODY)
            read_right_label(&c, i);
    if (c.title_count == 0 && !parse->report->title)
        find_title_by_look(&c);
    read_prose(&c);
    ofsi_buf_free(&c.text);
}
