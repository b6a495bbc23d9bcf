/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two windows are slid over the text, one of whole sentences and one of highlights, and the better one is taken; where that
 * leaves words out, again for those, with less room for each.
 */
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

/* Highlights [first, end) of a window, and what they hold of the words that are looked for. */
typedef struct window {
    uint64_t wanted; /* bits */
    uint32_t first, end;
    uint32_t counts[64]; /* by bit */
    uint32_t words;      /* bits that are held */
    uint32_t places;     /* highlights that hold one */
} window;

static uint64_t words_of(const ofs_hit *hit, uint32_t highlight) {
    return hit->highlight_words ? hit->highlight_words[highlight] : 1;
}

static void count_words(window *w, const ofs_hit *hit, uint32_t highlight, bool more) {
    uint64_t bits = words_of(hit, highlight) & w->wanted;
    if (bits)
        w->places += more ? 1 : UINT32_MAX;
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
    return w->words > best->words || (w->words == best->words && w->places > best->places);
}

static uint32_t without_blanks(const ofs_hit *hit, uint32_t start, uint32_t end) {
    while (end > start && is_blank(hit->text[end - 1]))
        end--;
    return end;
}

/* A word that is looked for begins in the window before `end`. */
static bool begins_before(const window *w, const ofs_hit *hit, uint32_t end) {
    for (uint32_t i = w->first; i < w->end && hit->highlights[i].start < end; i++)
        if (words_of(hit, i) & w->wanted)
            return true;
    return false;
}

/* The best run of whole sentences of at most `most` bytes that begins with one that holds a wanted word. */
static run best_sentences(const ofs_hit *hit, uint32_t total, uint64_t wanted, uint32_t most) {
    run best = {0, 0, 0, 0};
    window w = {.wanted = wanted};
    for (uint32_t start = 0, end = 0; start < total;) {
        uint32_t first_end = next_sentence(hit, total, start);
        for (uint32_t next; end < total; end = next) {
            next = end > start ? next_within(hit, total, end, (uint64_t)start + most) : first_end;
            if (next == TOO_FAR || without_blanks(hit, start, next) - start > most)
                break;
            while (w.end < hit->highlight_count && hit->highlights[w.end].end <= next)
                add_highlight(&w, hit);
        }
        if (end > start && is_better(&w, &best) && begins_before(&w, hit, first_end))
            best = (run){start, without_blanks(hit, start, end), w.words, w.places};
        start = first_end;
        end = end > start ? end : start;
        while (w.first < hit->highlight_count && hit->highlights[w.first].start < start)
            drop_highlight(&w, hit);
    }
    return best;
}

/* The best run of highlights of at most `most` bytes; a single one may be longer. */
static run best_highlights(const ofs_hit *hit, uint64_t wanted, uint32_t most) {
    run best = {0, 0, 0, 0};
    window w = {.wanted = wanted};
    for (uint32_t first = 0; first < hit->highlight_count; first++) {
        uint32_t start = hit->highlights[first].start;
        while (w.end < hit->highlight_count && (w.end == first || hit->highlights[w.end].end - start <= most))
            add_highlight(&w, hit);
        if (is_better(&w, &best) && words_of(hit, first) & wanted)
            best = (run){start, hit->highlights[w.end - 1].end, w.words, w.places};
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

static uint32_t with_quarter(uint32_t size) {
    return size < UINT32_MAX - size / 4 ? size + size / 4 : UINT32_MAX;
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

/*
 * The best passage for the wanted words, some of which are highlighted; whole sentences may be a quarter longer. `alone`:
 * sentences before it are shown too, as long as there is room.
 */
static run best_passage(const ofs_hit *hit, uint32_t total, uint64_t wanted, uint32_t size, bool alone) {
    uint32_t most = with_quarter(size);
    run words = best_highlights(hit, wanted, size), r = best_sentences(hit, total, wanted, most);
    if (r.words >= words.words) {
        r.start = alone ? extend_back(hit, &r, most) : r.start;
        return r;
    }
    uint32_t room = words.end - words.start < size ? size - (words.end - words.start) : 0;
    words.start = begin_before(hit, words.start, room);
    words.end = end_at(hit, total, words.start, size, words.end);
    return words;
}

/* ---- several passages ---- */

/* The words that are highlighted within a passage. */
static uint64_t words_within(const ofs_hit *hit, uint32_t start, uint32_t end) {
    uint64_t words = 0;
    for (uint32_t i = 0; i < hit->highlight_count; i++)
        if (hit->highlights[i].start >= start && hit->highlights[i].end <= end)
            words |= words_of(hit, i);
    return words;
}

static void add_passage(ofsi_snippet *s, uint32_t start, uint32_t end) {
    uint32_t at = s->count++;
    for (; at > 0 && s->passages[at - 1].start > start; at--)
        s->passages[at] = s->passages[at - 1];
    s->passages[at] = (ofsi_passage){start, end};
}

/* Passages that overlap, or have but blanks between them, become one. */
static void join_passages(ofsi_snippet *s, const ofs_hit *hit) {
    uint32_t kept = 0;
    for (uint32_t i = 1; i < s->count; i++) {
        ofsi_passage *last = &s->passages[kept], next = s->passages[i];
        if (next.start <= last->end || without_blanks(hit, last->end, next.start) == last->end)
            last->end = next.end > last->end ? next.end : last->end;
        else
            s->passages[++kept] = next;
    }
    s->count = kept + 1;
}

/*
 * Up to `count` passages, each for the words that those before lack, with what room they leave. Returns the words that are
 * shown.
 */
static uint64_t choose_passages(const ofs_hit *hit, uint32_t total, uint64_t wanted, uint32_t size,
                                uint32_t count, ofsi_snippet *s) {
    uint64_t shown = 0;
    s->count = 0;
    for (uint32_t left = size; count > 0 && left >= count && (wanted & ~shown); count--) {
        uint32_t room = left / count;
        run r = best_passage(hit, total, wanted & ~shown, room, false);
        uint32_t used =
            (r.end - r.start) - (r.end - r.start) / 5; /* of `size`, which sentences may pass by a quarter */
        if (r.words == 0 || r.end == r.start)
            break;
        add_passage(s, r.start, r.end);
        shown |= words_within(hit, r.start, r.end);
        left = left > used ? left - used : 0;
    }
    if (s->count)
        join_passages(s, hit);
    return shown;
}

ofsi_snippet ofsi_snippet_of(const ofs_hit *hit, uint32_t size) {
    uint32_t total = hit->text_size > UINT32_MAX ? UINT32_MAX : (uint32_t)hit->text_size;
    uint32_t most = with_quarter(size);
    uint64_t all = words_within(hit, 0, total);
    ofsi_snippet best = {.passages = {{0, total}}, .count = 1};
    if (total <= most)
        return best;
    if (hit->highlight_count == 0) {
        run r = begin_of_text(hit, total, size, most);
        best.passages[0] = (ofsi_passage){r.start, r.end};
    } else {
        run r = best_passage(hit, total, all, size, true);
        best.passages[0] = (ofsi_passage){r.start, r.end};
    }
    uint64_t shown = words_within(hit, best.passages[0].start, best.passages[0].end);
    for (uint32_t n = 2; n <= OFSI_SNIPPET_PASSAGES && shown != all; n++) {
        ofsi_snippet several;
        uint64_t words = choose_passages(hit, total, all, size, n, &several);
        if (__builtin_popcountll(words) > __builtin_popcountll(shown)) {
            best = several;
            shown = words;
        }
    }
    best.cut_before = best.passages[0].start > 0;
    best.cut_after = best.passages[best.count - 1].end < total;
    return best;
}

uint32_t ofsi_snippet_append(ofsi_buf *out, const ofs_hit *hit, const ofsi_snippet *snippet,
                             ofs_highlight *moved) {
    uint32_t count = 0, at = 0;
    for (uint32_t p = 0; p < snippet->count; p++) {
        const ofsi_passage *passage = &snippet->passages[p];
        if (p || snippet->cut_before)
            ofsi_buf_text(out, p ? " … " : "… ");
        uint32_t shift = (uint32_t)out->size;
        ofsi_buf_append(out, hit->text + passage->start, passage->end - passage->start);
        for (; moved && at < hit->highlight_count && hit->highlights[at].start < passage->end; at++) {
            ofs_highlight h = hit->highlights[at];
            if (h.start >= passage->start && h.end <= passage->end)
                moved[count++] =
                    (ofs_highlight){h.start - passage->start + shift, h.end - passage->start + shift};
        }
    }
    if (snippet->cut_after)
        ofsi_buf_text(out, " …");
    return count;
}
