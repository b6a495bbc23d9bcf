/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patterns against words, character by character (code points of the folded forms). */
#include "search/exec/pattern.h"

#include "indexer/analysis/analyzer.h"
#include "indexer/base/utf8.h"

static bool is_wild(char c) { return c == '*' || c == '?'; }

/* Folds the stretches between wildcards; the size, or SIZE_MAX when it does not fit. */
static size_t fold_around_wildcards(ofsi_span text, char *out, size_t capacity) {
    char folded[OFSI_TERM_MAX * 4];
    size_t size = 0;
    for (size_t i = 0; i < text.size;) {
        size_t end = i;
        while (end < text.size && !is_wild(text.data[end]))
            end++;
        size_t n = 0;
        if (end > i) {
            if (end - i > OFSI_TERM_MAX)
                return SIZE_MAX;
            n = ofsi_fold((ofsi_span){text.data + i, end - i}, folded, sizeof folded);
        }
        if (n + 1 > capacity - size)
            return SIZE_MAX;
        memcpy(out + size, folded, n);
        size += n;
        if (end < text.size && !(text.data[end] == '*' && size && out[size - 1] == '*'))
            out[size++] = text.data[end];
        i = end < text.size ? end + 1 : end;
    }
    return size;
}

size_t ofsi_pattern_decode(ofsi_span text, size_t at, uint32_t *code) {
    size_t n = ofsi_utf8_decode(text.data + at, text.size - at, code);
    if (n == 0) {
        *code = (unsigned char)text.data[at];
        return 1;
    }
    return n;
}

/* The characters of `text` into `codes`; how many, or UINT32_MAX when there are more than `most`. */
static uint32_t decode_all(ofsi_span text, uint32_t *codes, uint32_t most) {
    uint32_t count = 0;
    for (size_t at = 0; at < text.size;) {
        if (count == most)
            return UINT32_MAX;
        at += ofsi_pattern_decode(text, at, &codes[count++]);
    }
    return count;
}

/* The characters of a pattern in the arena; NULL when out of memory. */
static const uint32_t *copy_codes(const uint32_t *codes, uint32_t count, ofsi_arena *arena) {
    uint32_t *copy = ofsi_arena_calloc(arena, (size_t)count + 1, sizeof *copy);
    if (copy)
        memcpy(copy, codes, count * sizeof *copy);
    return copy;
}

/* What comes before the first `*`. */
static bool set_head(ofsi_pattern *pattern, uint32_t *codes, uint32_t count, ofsi_arena *arena) {
    bool wild = pattern->kind == OFSI_PATTERN_WILDCARD;
    uint32_t n = 0;
    for (; n < count && !(wild && codes[n] == '*'); n++)
        if (wild && codes[n] == '?')
            codes[n] = OFSI_PATTERN_ANY;
    pattern->open = !wild || n < count;
    pattern->head_count = n;
    pattern->head = copy_codes(codes, n, arena);
    return pattern->head != NULL;
}

ofs_status ofsi_pattern_make(ofsi_pattern_kind kind, ofsi_span text, uint32_t distance, ofsi_arena *arena,
                             ofsi_pattern *pattern, bool *empty, ofs_error *err) {
    char folded[OFSI_TERM_MAX * 4];
    uint32_t codes[OFSI_PATTERN_MAX], count = UINT32_MAX;
    size_t size = fold_around_wildcards(text, folded, sizeof folded);
    if (size != SIZE_MAX)
        count = decode_all((ofsi_span){folded, size}, codes, OFSI_PATTERN_MAX);
    if (count == UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "a word with wildcards of %zu bytes: no word is longer than %d",
                         text.size, (int)OFSI_TERM_MAX);
    size_t literal = 0, wild = 0;
    while (literal < size && !is_wild(folded[literal]))
        literal++;
    for (size_t i = 0; i < size; i++)
        wild += is_wild(folded[i]);
    *empty = wild == size;
    if (*empty)
        return OFS_OK;
    *pattern = (ofsi_pattern){.kind = kind, .distance = distance};
    pattern->text = (ofsi_span){ofsi_arena_strndup(arena, folded, size), size};
    if (!pattern->text.data)
        return ofsi_fail_nomem(err);
    pattern->literal = (ofsi_span){pattern->text.data, kind == OFSI_PATTERN_FUZZY ? 0 : literal};
    if (kind != OFSI_PATTERN_FUZZY)
        return set_head(pattern, codes, count, arena) ? OFS_OK : ofsi_fail_nomem(err);
    pattern->codes = copy_codes(codes, count, arena);
    pattern->code_count = count;
    return pattern->codes ? OFS_OK : ofsi_fail_nomem(err);
}

static bool starts_with(ofsi_span text, ofsi_span prefix) {
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

/* The usual glob: on a mismatch the last `*` takes one character more. */
static bool fits_wildcard(ofsi_span pattern, ofsi_span word) {
    size_t p = 0, w = 0, star = SIZE_MAX, star_word = 0;
    uint32_t code;
    while (w < word.size) {
        if (p < pattern.size && pattern.data[p] == '*') {
            star = p++;
            star_word = w;
        } else if (p < pattern.size && pattern.data[p] == '?') {
            p++;
            w += ofsi_pattern_decode(word, w, &code);
        } else if (p < pattern.size && pattern.data[p] == word.data[w]) {
            p++;
            w++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            star_word += ofsi_pattern_decode(word, star_word, &code);
            w = star_word;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.data[p] == '*')
        p++;
    return p == pattern.size;
}

/* Levenshtein's distance by rows, given up when a whole row is over the limit. */
static bool fits_fuzzy(const ofsi_pattern *pattern, ofsi_span word) {
    uint32_t codes[OFSI_PATTERN_MAX], row[OFSI_PATTERN_MAX + 1];
    uint32_t n = pattern->code_count, m = decode_all(word, codes, OFSI_PATTERN_MAX);
    if (m == UINT32_MAX || (m > n ? m - n : n - m) > pattern->distance)
        return false;
    for (uint32_t j = 0; j <= m; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= n; i++) {
        uint32_t diagonal = row[0], least = i;
        row[0] = i;
        for (uint32_t j = 1; j <= m; j++) {
            uint32_t change = diagonal + (pattern->codes[i - 1] != codes[j - 1]);
            diagonal = row[j];
            uint32_t skip = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < skip ? change : skip;
            least = row[j] < least ? row[j] : least;
        }
        if (least > pattern->distance)
            return false;
    }
    return row[m] <= pattern->distance;
}

bool ofsi_pattern_fits(const ofsi_pattern *pattern, ofsi_span folded) {
    switch (pattern->kind) {
    case OFSI_PATTERN_PREFIX:
        return starts_with(folded, pattern->text);
    case OFSI_PATTERN_WILDCARD:
        return starts_with(folded, pattern->literal) && fits_wildcard(pattern->text, folded);
    case OFSI_PATTERN_FUZZY:
        return fits_fuzzy(pattern, folded);
    }
    return false;
}
