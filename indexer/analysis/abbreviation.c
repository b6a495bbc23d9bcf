/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schwartz and Hearst: parentheses, then a walk over both forms from their ends. */
#include "indexer/analysis/abbreviation.h"

#include <string.h>

enum { MOST_SHORT_WORDS = 2, FEWEST_SHORT = 2 };

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
static bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/* A letter or digit; bytes that are not ASCII count as letters. */
static bool is_letter(char c) {
    return is_capital(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

/* The character at `at` begins a word, or a part of one behind a hyphen or a quotation mark (E2 80 xx in UTF-8). */
static bool is_initial(ofsi_span text, size_t at) {
    return at == 0 || !is_letter(text.data[at - 1]) ||
           (at >= 3 && memcmp(text.data + at - 3, "\xE2\x80", 2) == 0);
}

static char small(char c) { return is_capital(c) ? (char)(c - 'A' + 'a') : c; }

static ofsi_span slice(ofsi_span text, size_t start, size_t end) {
    return (ofsi_span){text.data + start, end - start};
}

static bool starts_with(ofsi_span text, const char *mark) {
    size_t n = strlen(mark);
    return text.size >= n && memcmp(text.data, mark, n) == 0;
}

static bool ends_with(ofsi_span text, const char *mark) {
    size_t n = strlen(mark);
    return text.size >= n && memcmp(text.data + text.size - n, mark, n) == 0;
}

/* Without blanks and quotation marks around it. */
static ofsi_span trim(ofsi_span text) {
    static const char *const marks[] = {" ",  "\n",     "\t",     "\r",     "'",
                                        "\"", "\u2018", "\u2019", "\u201C", "\u201D"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t n = strlen(marks[i]);
        if (starts_with(text, marks[i])) {
            text = slice(text, n, text.size);
            i = (size_t)-1;
        } else if (ends_with(text, marks[i])) {
            text.size -= n;
            i = (size_t)-1;
        }
    }
    return text;
}

static size_t count_words(ofsi_span text) {
    size_t words = 0;
    for (size_t i = 0; i < text.size; i++)
        words += !is_blank(text.data[i]) && (i == 0 || is_blank(text.data[i - 1]));
    return words;
}

/* ---- short forms ---- */

/* "core CAMHS" is no name of its own. */
static bool all_have_capitals(ofsi_span text) {
    bool has = false;
    for (size_t i = 0; i < text.size; i++) {
        if (is_blank(text.data[i]) && !has)
            return false;
        has = !is_blank(text.data[i]) && (has || is_capital(text.data[i]));
    }
    return has;
}

static bool is_short_form(ofsi_span text) {
    size_t capitals = 0, letters = 0;
    if (text.size > OFSI_SHORT_FORM_MAX || text.size < FEWEST_SHORT || !is_letter(text.data[0]) ||
        count_words(text) > MOST_SHORT_WORDS)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if ((c & 0x80) || (!is_letter(c) && !strchr(" &-/.", c)))
            return false;
        capitals += is_capital(c);
        letters += is_letter(c) && !(c >= '0' && c <= '9');
    }
    return letters > 0 && (capitals >= 2 || (capitals == 1 && is_capital(text.data[0]))) &&
           all_have_capitals(text);
}

ofsi_span ofsi_short_form_base(ofsi_span short_form) {
    size_t n = short_form.size;
    return n > 2 && short_form.data[n - 1] == 's' && is_capital(short_form.data[n - 2])
               ? slice(short_form, 0, n - 1)
               : short_form;
}

/* ---- long forms ---- */

/* A word that a long form does not begin with, unless no other is there: "assessed and supported year" is not "and ...". */
static bool is_joining_word(ofsi_span text, size_t at) {
    static const char *const words[] = {"a ",  "an ", "and ", "at ",  "for ", "in ",
                                        "of ", "on ", "or ",  "the ", "to ",  "with "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (starts_with(slice(text, at, text.size), words[i]))
            return true;
    return false;
}

static size_t count_joining_words(ofsi_span text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += (i == 0 || is_blank(text.data[i - 1])) && is_joining_word(text, i);
    return count;
}

/* Where the long form begins in `text`, which ends with it; text.size when there is none. */
static size_t find_long_form(ofsi_span text, ofsi_span shorter) {
    size_t at = text.size;
    for (size_t s = shorter.size; s > 0; s--) {
        char wanted = small(shorter.data[s - 1]);
        if (!is_letter(wanted))
            continue;
        bool first = s == 1, found = false;
        while (at > 0 && !found) {
            at--;
            found = small(text.data[at]) == wanted &&
                    (!first || (is_initial(text, at) && !is_joining_word(text, at)));
        }
        if (!found)
            return text.size;
    }
    return at;
}

static size_t count_letters(ofsi_span text) {
    size_t letters = 0;
    for (size_t i = 0; i < text.size; i++)
        letters += is_letter(text.data[i]);
    return letters;
}

static size_t most_words(ofsi_span shorter) {
    size_t n = count_letters(shorter);
    return n + 5 < 2 * n ? n + 5 : 2 * n;
}

static size_t count_capitals(ofsi_span text) {
    size_t capitals = 0;
    for (size_t i = 0; i < text.size; i++)
        capitals += is_capital(text.data[i]);
    return capitals;
}

/* How many of the short form's letters begin words of the long one, in order: the longest such row of them. */
static size_t count_initials(ofsi_span shorter, ofsi_span longer) {
    size_t best[OFSI_SHORT_FORM_MAX + 1] = {
        0}; /* by the short form's beginnings, for what was read of the long one */
    for (size_t i = 0; i < longer.size; i++) {
        if (!is_letter(longer.data[i]) || !is_initial(longer, i))
            continue;
        for (size_t s = shorter.size; s > 0; s--)
            if (small(shorter.data[s - 1]) == small(longer.data[i]) && best[s - 1] + 1 > best[s])
                best[s] = best[s - 1] + 1;
        for (size_t s = 1; s <= shorter.size; s++)
            best[s] = best[s - 1] > best[s] ? best[s - 1] : best[s];
    }
    return best[shorter.size];
}

/* A pair that is none: too long, no longer than the short form, the short form itself within it, one lucky letter. */
static bool is_pair(ofsi_span shorter, ofsi_span longer) {
    size_t words = count_words(longer), initials = count_initials(shorter, longer);
    if (longer.size > OFSI_LONG_FORM_MAX || longer.size <= shorter.size || words < 2 ||
        words > most_words(shorter) || memchr(longer.data, '(', longer.size) ||
        memchr(longer.data, ')', longer.size) || memmem(longer.data, longer.size, shorter.data, shorter.size))
        return false;
    /* "governance of the board (Good)": letters in capitals stand for words, of a name with one capital nearly all do. */
    size_t capitals = count_capitals(shorter);
    return capitals >= 2 ? initials * 2 >= capitals : initials + 1 >= count_letters(shorter);
}

/* The start of the `words` words that end at `end`, none of them behind the end of a sentence. */
static size_t find_start(ofsi_span text, size_t end, size_t words) {
    size_t at = end;
    for (; at > 0 && end - at < OFSI_LONG_FORM_MAX; at--) {
        char c = text.data[at - 1];
        if (strchr(".!?;:()", c) && (at == text.size || is_blank(text.data[at]) || c == '(' || c == ')'))
            break;
        if (is_blank(c) && at < end && !is_blank(text.data[at]) && words-- == 1)
            break;
    }
    return at;
}

/* The short form stands in the parentheses, the long one before them. */
static bool find_before(ofsi_span text, size_t open, ofsi_span inner, ofsi_definition *definition) {
    size_t end = open;
    while (end > 0 && is_blank(text.data[end - 1]))
        end--;
    ofsi_span before = trim(slice(text, find_start(text, end, most_words(inner)), end));
    size_t start = find_long_form(before, inner);
    if (start == before.size)
        return false;
    *definition = (ofsi_definition){inner, slice(before, start, before.size)};
    return is_pair(inner, definition->long_form);
}

/* The long form stands in the parentheses, whole but for an article, the short one is the word before them. */
static bool find_within(ofsi_span text, size_t open, ofsi_span inner, ofsi_definition *definition) {
    static const char *const articles[] = {"the ", "The ", "a ", "an "};
    size_t end = open;
    while (end > 0 && is_blank(text.data[end - 1]))
        end--;
    size_t start = end;
    while (start > 0 && !is_blank(text.data[start - 1]) && end - start <= OFSI_SHORT_FORM_MAX)
        start--;
    ofsi_span shorter = trim(slice(text, start, end));
    if (!is_short_form(shorter) || count_capitals(shorter) < 2)
        return false;
    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++)
        if (starts_with(inner, articles[i])) {
            inner = trim(slice(inner, strlen(articles[i]), inner.size));
            break;
        }
    *definition = (ofsi_definition){shorter, inner};
    return find_long_form(inner, shorter) == 0 && is_pair(shorter, inner) &&
           count_initials(shorter, inner) >= count_capitals(shorter) &&
           count_words(inner) <= count_letters(shorter) + count_joining_words(inner) + 1;
}

/* What stands in the parentheses that open at `open`: up to a comma or semicolon; size 0 when they do not close. */
static ofsi_span read_inner(ofsi_span text, size_t open, size_t *close) {
    size_t most = open + 1 + OFSI_LONG_FORM_MAX < text.size ? open + 1 + OFSI_LONG_FORM_MAX : text.size;
    size_t end = 0;
    for (size_t i = open + 1; i < most && text.data[i] != '('; i++) {
        if (!end && (text.data[i] == ',' || text.data[i] == ';' || text.data[i] == ')'))
            end = i;
        if (text.data[i] == ')') {
            *close = i;
            return trim(slice(text, open + 1, end));
        }
    }
    return (ofsi_span){NULL, 0};
}

bool ofsi_definition_next(ofsi_span text, size_t *at, ofsi_definition *definition) {
    while (*at < text.size) {
        const char *found = memchr(text.data + *at, '(', text.size - *at);
        if (!found)
            break;
        size_t open = (size_t)(found - text.data), close;
        *at = open + 1;
        ofsi_span inner = read_inner(text, open, &close);
        if (inner.size == 0)
            continue;
        *at = close + 1;
        if (is_short_form(inner) ? find_before(text, open, inner, definition)
                                 : find_within(text, open, inner, definition))
            return true;
    }
    *at = text.size;
    return false;
}
