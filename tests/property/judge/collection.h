/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random reports as .jsonl files with everything that a report may say, in words that meet often: joined words, capitals,
 * accents, abbreviations that are defined, numbers, words too long for a term, texts without a word.
 */
#ifndef OFS_TESTS_JUDGE_COLLECTION_H
#define OFS_TESTS_JUDGE_COLLECTION_H

#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline const char *judge_pick(test_rng *rng, const char *const *from, uint32_t count) {
    return from[test_rng_below(rng, count)];
}
#define JUDGE_PICK(rng, array) judge_pick(rng, array, sizeof(array) / sizeof *(array))

/* A word; the first ones of the list are frequent. */
static inline void judge_print_word(FILE *file, test_rng *rng) {
    static const char *const words[] = {
        "the",          "of",           "children",     "child",        "missing",      "care",
        "safeguarding", "multi-agency", "agency",       "return",       "interviews",   "good",
        "Children",     "Missing",      "multiagency",  "Multi-Agency", "agencies",     "safeguard",
        "safeguards",   "returned",     "interview",    "MASH",         "mash",         "mashing",
        "women",        "woman",        "people",       "person",       "Guy's",        "children's",
        "2011/12",      "16-17",        "1.5",          "e.g.",         "U.K.",         "caf\u00e9",
        "Caf\u00e9",    "cafe",         "well-led",     "out-of-hours", "year-olds",    "risk",
        "risks",        "risky",        "dying",        "die",          "skies",        "sky",
        "lado",         "LADO",         "LADOs",        "SAFE",         "safe",         "safety",
        "inspection",   "inspections",  "re-inspected", "information",  "informed",     "fostering",
        "foster",       "fosters",      "adoption",     "adopted",      "leadership",   "leaders",
        "lead",         "led",          "\u00bd",       "na\u00efve",   "co-operation", "cooperation"};
    uint32_t count = sizeof words / sizeof *words, at = test_rng_below(rng, count);
    if (test_rng_chance(rng, 40))
        at = test_rng_below(rng, 12);
    if (test_rng_chance(rng, 3))
        fprintf(file, "rare%u", test_rng_below(rng, 300));
    else
        fputs(words[at], file);
}

static inline void judge_print_text(FILE *file, test_rng *rng) {
    uint32_t count = test_rng_between(rng, 1, test_rng_chance(rng, 4) ? 200 : 30);
    if (test_rng_chance(rng, 1)) {
        fputs("\u2014 ...", file);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        fputs(i ? test_rng_chance(rng, 8) ? ", " : " " : "", file);
        if (test_rng_chance(rng, 2))
            fputs("Local Authority Designated Officer (LADO)", file);
        else if (test_rng_chance(rng, 1))
            fputs("local adults designated officers (LADO)", file);
        else if (test_rng_chance(rng, 1))
            fputs("Multi-Agency Safeguarding Hub (MASH)", file);
        else
            judge_print_word(file, rng);
        if (test_rng_chance(rng, 1) && test_rng_chance(rng, 20))
            for (int k = 0; k < 244; k++)
                fputc("abc"[test_rng_below(rng, 3)], file);
    }
}

static inline void judge_print_key(FILE *file, const char *key, const char *value) {
    fprintf(file, "\"%s\":\"%s\",", key, value);
}

/* What one report says of itself. */
static inline void judge_print_report(FILE *file, const char *id, test_rng *head) {
    static const char *const providers[] = {"London Borough of Lambeth", "Lambeth",
                                            "Hull City Council",         "Kingston upon Hull",
                                            "Old-Town Council",          "St Thomas' Hospital"};
    static const char *const titles[] = {"Inspection of services for children in need", "Children's homes",
                                         "Fostering service", "Re-inspection"};
    static const char *const grades[] = {"Outstanding", "Good", "Requires improvement", "Inadequate"};
    judge_print_key(file, "report", id);
    if (test_rng_chance(head, 90))
        judge_print_key(file, "provider", JUDGE_PICK(head, providers));
    if (test_rng_chance(head, 80))
        judge_print_key(file, "title", JUDGE_PICK(head, titles));
    if (test_rng_chance(head, 80))
        judge_print_key(file, "inspectorate",
                        test_rng_chance(head, 60) ? "Ofsted" : "Care Quality Commission");
    if (test_rng_chance(head, 60))
        judge_print_key(file, "inspection", test_rng_chance(head, 50) ? "Focused visit" : "Full inspection");
    if (test_rng_chance(head, 70))
        fprintf(file, "\"published\":\"20%02u-%02u-%02u\",", test_rng_between(head, 9, 14),
                test_rng_between(head, 1, 12), test_rng_between(head, 1, 28));
    if (test_rng_chance(head, 60))
        fprintf(file, "\"inspected_from\":\"20%02u-03-%02u\",", test_rng_between(head, 9, 13),
                test_rng_between(head, 1, 28));
    if (test_rng_chance(head, 60))
        fprintf(file, "\"inspected_to\":\"20%02u-04-%02u\",", test_rng_between(head, 13, 14),
                test_rng_between(head, 1, 28));
    uint32_t level = test_rng_below(head, 4);
    if (test_rng_chance(head, 60))
        fprintf(file, "\"overall\":{\"label\":\"%s\",\"level\":%u,\"levels\":4},", grades[level], level + 1);
}

static inline void judge_print_place(FILE *file, uint32_t place, test_rng *rng) {
    static const char *const grades[] = {"Outstanding", "Good", "Requires improvement", "Inadequate"};
    static const char *const areas[] = {"Leadership", "Quality of provision", "Safeguarding children",
                                        "Areas for improvement"};
    static const char *const roles[] = {"summary", "findings", "Recommendations", "background"};
    static const char *const kinds[] = {"paragraph", "recommendation", "statement", "note"};
    uint32_t area = place / 9 % 4;
    if (area < 3)
        fprintf(file, "\"section\":[\"%s\"%s],", areas[area],
                place / 3 % 2 ? ",\"Leadership and governance\"" : "");
    if (area < 3 && place / 9 % 3)
        fprintf(file, "\"grade\":{\"label\":\"%s\",\"level\":%u,\"levels\":4},", grades[area], area + 1);
    else if (area == 1)
        judge_print_key(file, "grade", "Adequate");
    if (place / 5 % 3)
        judge_print_key(file, "role", roles[place / 5 % 4]);
    if (test_rng_chance(rng, 20))
        fprintf(file, "\"paragraph\":\"%u.%u\",", place / 4 + 1, place % 4);
    else if (test_rng_chance(rng, 80))
        fprintf(file, "\"paragraph\":\"%s%u\",", test_rng_chance(rng, 5) ? "0" : "", place + 1);
    if (test_rng_chance(rng, 30))
        judge_print_key(file, "timescale", "immediately");
    judge_print_key(file, "kind", test_rng_chance(rng, 75) ? "paragraph" : JUDGE_PICK(rng, kinds));
    fprintf(file, "\"page\":%u,", place / 4 + 1);
}

/* One report of up to `most` paragraphs. */
static inline void judge_write_report(const char *path, const char *id, uint32_t most, test_rng *rng) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    uint32_t count = test_rng_between(rng, 1, most);
    const test_rng head = {test_rng_next(rng)}; /* the same for each line */
    for (uint32_t p = 0; p < count; p++) {
        test_rng again = head;
        fputc('{', file);
        judge_print_report(file, id, &again);
        judge_print_place(file, p, rng);
        fputs("\"text\":\"", file);
        judge_print_text(file, rng);
        fputs("\"}\n", file);
    }
    assert_int_equal(fclose(file), 0);
}

#endif
