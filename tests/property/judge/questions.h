/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random questions of every form of QUERY.md, of the words and values that the hits of an index have. */
#ifndef OFS_TESTS_JUDGE_QUESTIONS_H
#define OFS_TESTS_JUDGE_QUESTIONS_H

#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ofsearch/search.h>

typedef struct judge_asker {
    test_rng *rng;
    const ofs_results *facts; /* paragraphs to take words from */
    char text[8192];
    size_t size;
} judge_asker;

static inline void judge_put(judge_asker *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void judge_put(judge_asker *a, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(a->text + a->size, sizeof a->text - a->size, format, arguments);
    va_end(arguments);
    if (n > 0 && a->size + (size_t)n < sizeof a->text)
        a->size += (size_t)n;
}

static inline const ofs_hit *judge_hit(judge_asker *a) {
    return &a->facts->hits[test_rng_below(a->rng, (uint32_t)a->facts->hit_count)];
}

/* Up to `most` words side by side in some paragraph, blanks between, without quotation marks; never empty. */
static inline void judge_words(judge_asker *a, uint32_t most, char *out, size_t room) {
    const ofs_hit *hit = judge_hit(a);
    size_t at = hit->text_size ? test_rng_below(a->rng, (uint32_t)hit->text_size) : 0, n = 0;
    while (at && hit->text[at - 1] != ' ')
        at--;
    for (uint32_t words = 0; at < hit->text_size && n + 8 < room; at++) {
        char c = hit->text[at];
        if (c == ' ' && ++words >= most)
            break;
        if (c == '"' || c == '\n' || c == '\\')
            c = ' ';
        out[n++] = c;
    }
    /* Not within a character. */
    while (n && ((unsigned char)out[n - 1] & 0xC0) == 0x80)
        n--;
    if (n && (unsigned char)out[n - 1] >= 0xC0)
        n--;
    out[n] = '\0';
    if (strstr(out, "\u201C") || strstr(out, "\u201D") || strspn(out, " -.,()") == n)
        snprintf(out, room, "children");
}

/* A word of ASCII letters. */
static inline void judge_letters(judge_asker *a, char *out, size_t room) {
    for (int tries = 0; tries < 20; tries++) {
        judge_words(a, 1, out, room);
        size_t n = strspn(out, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (n > 2 && n < 30) {
            out[n] = '\0';
            return;
        }
    }
    snprintf(out, room, "missing");
}

static inline void judge_weight(judge_asker *a) {
    if (test_rng_chance(a->rng, 12))
        judge_put(a, "^%u.%u", test_rng_below(a->rng, 4), test_rng_between(a->rng, 1, 9));
}

static inline void judge_pattern(judge_asker *a, const char *word) {
    int n = (int)strlen(word);
    int cut = (int)test_rng_between(a->rng, 2, (uint32_t)n - 1);
    switch (test_rng_below(a->rng, 4)) {
    case 0:
        judge_put(a, "%.*s*", cut, word);
        break;
    case 1:
        judge_put(a, "%.*s%c%s", cut - 1, word, "?*"[test_rng_below(a->rng, 2)], word + cut);
        break;
    case 2:
        judge_put(a, "*%s", word + cut);
        break;
    default:
        judge_put(a, "%.*sx%s~%s", cut, word, word + cut, test_rng_chance(a->rng, 40) ? "2" : "");
        break;
    }
}

static inline void judge_leaf(judge_asker *a) {
    char word[256], several[256];
    judge_letters(a, word, sizeof word);
    judge_words(a, test_rng_between(a->rng, 1, 4), several, sizeof several);
    switch (test_rng_below(a->rng, 12)) {
    case 0:
        judge_put(a, "\"%s\"", several);
        break;
    case 1:
        judge_put(a, "~\"%s\"", several);
        break;
    case 2:
        judge_put(a, "=\"%s\"", several);
        break;
    case 3:
        judge_put(a, "=%s", word);
        break;
    case 4:
    case 5:
        judge_pattern(a, word);
        break;
    case 6:
        judge_put(a, "@%s", word);
        break;
    case 7:
        judge_put(a, "multi-agency");
        break;
    default:
        judge_put(a, "(%s)", word); /* in parentheses, so that AND is no operator */
        break;
    }
    judge_weight(a);
}

static inline void judge_member(judge_asker *a) {
    if (!test_rng_chance(a->rng, 30)) {
        judge_leaf(a);
        return;
    }
    judge_put(a, "(");
    judge_leaf(a);
    judge_put(a, " OR ");
    judge_leaf(a);
    judge_put(a, ")");
}

static inline void judge_near(judge_asker *a) {
    uint32_t members = test_rng_chance(a->rng, 70) ? 2 : 3, distance = test_rng_between(a->rng, 1, 9);
    const char *near = test_rng_chance(a->rng, 50) ? "NEAR" : "BEFORE";
    for (uint32_t i = 0; i < members; i++) {
        if (i)
            judge_put(a, " %s/%u ", near, distance);
        judge_member(a);
    }
}

static inline void judge_value(judge_asker *a, const char *field, const char *value) {
    if (value && *value && !strchr(value, '"'))
        judge_put(a, "%s:\"%s\"", field, value);
    else
        judge_put(a, "%s:nothing", field);
}

static inline void judge_dates(judge_asker *a, const char *field) {
    uint32_t year = test_rng_between(a->rng, 2008, 2016), month = test_rng_between(a->rng, 1, 12);
    switch (test_rng_below(a->rng, 5)) {
    case 0:
        judge_put(a, "%s:%u", field, year);
        break;
    case 1:
        judge_put(a, "%s:%u-%02u..", field, year, month);
        break;
    case 2:
        judge_put(a, "%s:..%u-%02u-15", field, year, month);
        break;
    case 3:
        judge_put(a, "%s:%u-%02u", field, year, month);
        break;
    default:
        judge_put(a, "%s:%u-%02u..%u", field, year, month, year + test_rng_below(a->rng, 3));
        break;
    }
}

static inline void judge_numbers(judge_asker *a, const char *field, uint32_t most) {
    uint32_t from = test_rng_between(a->rng, 1, most);
    switch (test_rng_below(a->rng, 4)) {
    case 0:
        judge_put(a, "%s:%u", field, from);
        break;
    case 1:
        judge_put(a, "%s:%u..", field, from);
        break;
    case 2:
        judge_put(a, "%s:..%u", field, from);
        break;
    default:
        judge_put(a, "%s:%u..%u", field, from, from + test_rng_below(a->rng, most));
        break;
    }
}

static inline void judge_filter(judge_asker *a) {
    static const char *const kinds[] = {"paragraph", "recommendation", "statement", "note"};
    static const char *const dates[] = {"published", "date", "inspected"};
    const ofs_hit *hit = judge_hit(a);
    const ofs_report_ref *ref = hit->report;
    switch (test_rng_below(a->rng, 18)) {
    case 0:
        judge_value(a, "grade", hit->grade.label);
        break;
    case 1:
        judge_numbers(a, test_rng_chance(a->rng, 50) ? "grade" : "overall", 4);
        break;
    case 2:
    case 3:
        judge_value(a, "section",
                    hit->section_depth ? hit->section[test_rng_below(a->rng, hit->section_depth)] : NULL);
        break;
    case 4:
        judge_value(a, "provider", test_rng_chance(a->rng, 50) ? ref->provider : ref->provider_name);
        break;
    case 5:
        judge_value(a, "title", ref->title);
        break;
    case 6:
    case 7:
        judge_put(a, "kind:%s", kinds[test_rng_below(a->rng, 4)]);
        break;
    case 8:
        judge_numbers(a, "para", 20);
        break;
    case 9:
        judge_value(a, "para", hit->number);
        break;
    case 10:
        judge_value(a, "report", ref->id);
        break;
    case 11:
        judge_put(a, "report:%.*s*", (int)test_rng_between(a->rng, 1, 3), ref->id);
        break;
    case 12:
        judge_value(a, "inspectorate", ref->inspectorate);
        break;
    case 13:
        judge_value(a, "role", hit->role);
        break;
    case 14:
        judge_value(a, "overall", ref->overall.label);
        break;
    case 15:
        judge_value(a, "inspection", ref->inspection);
        break;
    case 16:
        judge_numbers(a, "generation", 4);
        break;
    default:
        judge_dates(a, dates[test_rng_below(a->rng, 3)]);
        break;
    }
}

static inline void judge_query(judge_asker *a, uint32_t depth) {
    uint32_t kind = test_rng_below(a->rng, depth ? 10 : 5);
    if (kind == 0) {
        judge_filter(a);
    } else if (kind == 1) {
        judge_near(a);
    } else if (kind < 5) {
        judge_leaf(a);
    } else if (kind == 5) {
        judge_put(a, "-(");
        judge_query(a, depth - 1);
        judge_put(a, ")");
    } else {
        uint32_t members = test_rng_between(a->rng, 2, 4);
        const char *between = kind < 8 ? " " : " OR ";
        for (uint32_t i = 0; i < members; i++) {
            judge_put(a, "%s%s", i ? between : "", kind < 8 && i && test_rng_chance(a->rng, 15) ? "-(" : "(");
            judge_query(a, depth - 1);
            judge_put(a, ")");
        }
    }
}

/* A new question, as text, until the next. */
static inline const char *judge_ask(judge_asker *a) {
    a->size = 0;
    a->text[0] = '\0';
    judge_query(a, test_rng_below(a->rng, 4));
    return a->text;
}

#endif
