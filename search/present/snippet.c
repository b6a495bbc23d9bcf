/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two windows are slid over the text, one of whole sentences and one of highlights, and the better one is taken. */
#include "search/present/snippet.h"

#include <string.h>

#include "indexer/base/utf8.h"

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t'; }
static bool is_small(char c) { return c >= 'a' && c <= 'z'; }
static bool is_letter(char c) { return is_small(c) || (c >= 'A' && c <= 'Z'); }

/* ---- sentences ---- */

/* The full stop at `at` is that of "Mr.", "e.g.", "J." or "para.": it ends no sentence. */
static bool is_short_for(const char *text, size_t at) {
    static const char *const words[] = {"Mr",   "Mrs",   "Ms", "Dr", "St", "No", "no",
                                        "para", "paras", "pp", "vs", "eg", "ie", "cf"};
    size_t start = at;
    while (start > 0 && is_letter(text[start - 1]))
        start--;
    size_t n = at - start;
    if (n == 1)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == n && memcmp(words[i], text + start, n) == 0)
            return true;
    return false;
}

bool ofsi_begins_sentence(const char *text, size_t size, size_t at) {
    if (at == 0)
        return true;
    if (at >= size || is_blank(text[at]) || !is_blank(text[at - 1]))
        return false;
    size_t end = at;
    while (end > 0 && is_blank(text[end - 1])) {
        if (text[end - 1] == '\n')
            return true;
        end--;
    }
    /* Closing quotation marks and parentheses belong to the sentence before; ’ and ” are E2 80 99 and E2 80 9D. */
    while (end > 1 && (text[end - 1] == ')' || text[end - 1] == '"' || text[end - 1] == '\''))
        end--;
    while (end > 3 && memcmp(text + end - 3, "\xE2\x80", 2) == 0)
        end -= 3;
    char mark = end > 0 ? text[end - 1] : ' ';
    return (mark == '.' || mark == '!' || mark == '?') && !is_small(text[at]) &&
           !(mark == '.' && is_short_for(text, end - 1));
}

static uint32_t next_sentence(const ofs_hit *hit, uint32_t total, uint32_t at) {
    for (at++; at < total && !ofsi_begins_sentence(hit->text, total, at); at++)
        ;
    return at < total ? at : total;
}

#define TOO_FAR UINT32_MAX

/*
 * The same, or TOO_FAR when the sentence at `at` reaches beyond `last`: it is not read to its end, so that a long one is not
 * read again for each one before it.
 */
static uint32_t next_within(const ofs_hit *hit, uint32_t total, uint32_t at, uint64_t last) {
    for (at++; at < total && !ofsi_begins_sentence(hit->text, total, at); at++)
        if (at >= last && !is_blank(hit->text[at]))
            return TOO_FAR;
    return at < total ? at : total;
}

/* ---- windows ---- */

/* Highlights [first, end) of a window, and what they hold. */
typedef struct window {
    uint32_t first, end;
    uint32_t counts[64]; /* by bit */
    uint32_t words;      /* bits that are held */
} window;

static void count_words(window *w, const ofs_hit *hit, uint32_t highlight, bool more) {
    uint64_t bits = hit->highlight_words ? hit->highlight_words[highlight] : 1;
    for (; bits; bits &= bits - 1) {
        uint32_t *count = &w->counts[__builtin_ctzll(bits)];
        if (more)
            w->words += (*count)++ == 0;
        else
            w->words -= --*count == 0;
    }
}

static void add_highlight(window *w, const ofs_hit *hit) { count_words(w, hit, w->end++, true); }

static void drop_highlight(window *w, const ofs_hit *hit) {
    if (w->first == w->end)
        w->end++;
    else
        count_words(w, hit, w->first, false);
    w->first++;
}

/* A run of the text and how much is in it. */
typedef struct run {
    uint32_t start, end, words, places;
} run;

static bool is_better(const window *w, const run *best) {
    return w->words > best->words || (w->words == best->words && w->end - w->first > best->places);
}

static uint32_t without_blanks(const ofs_hit *hit, uint32_t start, uint32_t end) {
    while (end > start && is_blank(hit->text[end - 1]))
        end--;
    return end;
}

/* The best run of whole sentences of at most `most` bytes that begins with one that holds a highlight. */
static run best_sentences(const ofs_hit *hit, uint32_t total, uint32_t most) {
    run best = {0, 0, 0, 0};
    window w = {0};
    for (uint32_t start = 0, end = 0; start < total;) {
        uint32_t first_end = next_sentence(hit, total, start);
        for (uint32_t next; end < total; end = next) {
            next = end > start ? next_within(hit, total, end, (uint64_t)start + most) : first_end;
            if (next == TOO_FAR || without_blanks(hit, start, next) - start > most)
                break;
            while (w.end < hit->highlight_count && hit->highlights[w.end].end <= next)
                add_highlight(&w, hit);
        }
        bool begins = w.first < w.end && hit->highlights[w.first].start < first_end;
        if (end > start && begins && is_better(&w, &best))
            best = (run){start, without_blanks(hit, start, end), w.words, w.end - w.first};
        start = first_end;
        end = end > start ? end : start;
        while (w.first < hit->highlight_count && hit->highlights[w.first].start < start)
            drop_highlight(&w, hit);
    }
    return best;
}

/* The best run of highlights of at most `most` bytes; a single one may be longer. */
static run best_highlights(const ofs_hit *hit, uint32_t most) {
    run best = {0, 0, 0, 0};
    window w = {0};
    for (uint32_t first = 0; first < hit->highlight_count; first++) {
        uint32_t start = hit->highlights[first].start;
        while (w.end < hit->highlight_count && (w.end == first || hit->highlights[w.end].end - start <= most))
            add_highlight(&w, hit);
        if (is_better(&w, &best))
            best = (run){start, hit->highlights[w.end - 1].end, w.words, w.end - first};
        drop_highlight(&w, hit);
    }
    return best;
}

/* ---- edges ---- */

/* Sentences before the run, as long as there is room. */
static uint32_t extend_back(const ofs_hit *hit, const run *r, uint32_t most) {
    uint32_t start = r->start;
    for (uint32_t at = start; at > 0 && r->end - (at - 1) <= most;)
        if (ofsi_begins_sentence(hit->text, hit->text_size, --at))
            start = at;
    return start;
}

/* The start of the sentence that holds `at`, if it is at most `reach` bytes before; else a word's start. */
static uint32_t begin_before(const ofs_hit *hit, uint32_t at, uint32_t reach) {
    uint32_t least = at > reach ? at - reach : 0;
    for (uint32_t i = at + 1; i > least; i--)
        if (ofsi_begins_sentence(hit->text, hit->text_size, i - 1))
            return i - 1;
    uint32_t start = at > reach / 2 ? at - reach / 2 : 0;
    while (start < at && !is_blank(hit->text[start]))
        start++;
    while (start < at && is_blank(hit->text[start]))
        start++;
    return start;
}

/* The end of a word at most `size` bytes behind `start`, not before `least`. */
static uint32_t end_at(const ofs_hit *hit, uint32_t total, uint32_t start, uint32_t size, uint32_t least) {
    uint32_t end = total - start > size ? start + size : total;
    if (end < least)
        end = least;
    if (end >= total)
        return total;
    uint32_t cut = end;
    while (cut > least && cut > start && !is_blank(hit->text[cut]))
        cut--;
    while (cut > least && cut > start && is_blank(hit->text[cut - 1]))
        cut--;
    if (cut > start)
        return cut;
    while (end < total && ofsi_utf8_is_continuation(hit->text[end]))
        end++;
    return end;
}

/* Whole sentences from the start, or words where the first one is too long: nothing is highlighted. */
static run begin_of_text(const ofs_hit *hit, uint32_t total, uint32_t size, uint32_t most) {
    run r = {0, 0, 0, 0};
    for (uint32_t next = next_sentence(hit, total, 0); without_blanks(hit, 0, next) <= most;
         next = next_sentence(hit, total, next)) {
        r.end = without_blanks(hit, 0, next);
        if (next == total)
            break;
    }
    if (r.end == 0)
        r.end = end_at(hit, total, 0, size, 0);
    return r;
}

ofsi_snippet ofsi_snippet_of(const ofs_hit *hit, uint32_t size) {
    uint32_t total = hit->text_size > UINT32_MAX ? UINT32_MAX : (uint32_t)hit->text_size;
    uint32_t most = size < UINT32_MAX - size / 4 ? size + size / 4 : UINT32_MAX;
    if (total <= most)
        return (ofsi_snippet){0, total, false, false};
    run r;
    if (hit->highlight_count == 0) {
        r = begin_of_text(hit, total, size, most);
    } else {
        run words = best_highlights(hit, size);
        r = best_sentences(hit, total, most);
        if (r.words >= words.words) {
            r.start = extend_back(hit, &r, most);
        } else {
            uint32_t room = words.end - words.start < size ? size - (words.end - words.start) : 0;
            r.start = begin_before(hit, words.start, room);
            r.end = end_at(hit, total, r.start, size, words.end);
        }
    }
    return (ofsi_snippet){r.start, r.end, r.start > 0, r.end < total};
}
