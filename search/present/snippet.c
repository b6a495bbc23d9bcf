/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Choosing a snippet: the window of the wanted size that covers most highlights (most bytes of them on a tie, then the
 * first), then begun at a sentence where one begins just before, else at a word.
 */
#include "search/present/snippet.h"

#include "indexer/base/utf8.h"

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t'; }

/* First highlight of the window that holds most of them. */
static uint32_t best_first(const ofs_hit *hit, uint32_t size) {
    uint32_t best = 0, best_count = 0;
    for (uint32_t first = 0, last = 0; first < hit->highlight_count; first++) {
        if (last < first)
            last = first;
        while (last < hit->highlight_count &&
               hit->highlights[last].end - hit->highlights[first].start <= size)
            last++;
        if (last > first && last - first > best_count) {
            best = first;
            best_count = last - first;
        }
    }
    return best;
}

/* The start of the sentence that holds `at`, if it is at most `reach` bytes before; else a word's start. */
static uint32_t begin_before(const ofs_hit *hit, uint32_t at, uint32_t reach) {
    uint32_t least = at > reach ? at - reach : 0;
    for (uint32_t i = at; i > least + 1; i--)
        if (is_blank(hit->text[i - 1]) && (hit->text[i - 2] == '.' || hit->text[i - 2] == '!' ||
                                           hit->text[i - 2] == '?' || hit->text[i - 1] == '\n'))
            return i;
    if (least == 0)
        return 0;
    uint32_t start = at > reach / 2 ? at - reach / 2 : 0;
    while (start < at && !is_blank(hit->text[start]))
        start++;
    while (start < at && is_blank(hit->text[start]))
        start++;
    return start;
}

static uint32_t end_at(const ofs_hit *hit, uint32_t start, uint32_t size, uint32_t least) {
    uint32_t total = (uint32_t)hit->text_size;
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

ofsi_snippet ofsi_snippet_of(const ofs_hit *hit, uint32_t size) {
    uint32_t total = hit->text_size > UINT32_MAX ? UINT32_MAX : (uint32_t)hit->text_size;
    if (total <= size + size / 4)
        return (ofsi_snippet){0, total, false, false};
    uint32_t start = 0, least = 0;
    if (hit->highlight_count) {
        const ofs_highlight *first = &hit->highlights[best_first(hit, size)];
        start = begin_before(hit, first->start, size / 2);
        least = first->end;
    }
    uint32_t end = end_at(hit, start, size, least);
    return (ofsi_snippet){start, end, start > 0, end < total};
}
