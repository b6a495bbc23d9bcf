/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a .jsonl of invented paragraphs for measuring: `generate PARAGRAPHS [SEED] > file.jsonl`. The same arguments give
 * the same bytes. Words follow Zipf's law over 200,000 invented forms with a report's own topic words coming in bursts;
 * paragraphs have 15 to 200 words, 100 to a report, with sections, grades, numbers and pages as real ones have.
 */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VOCABULARY = 200000, PARAGRAPHS_A_REPORT = 100, TOPICS = 12, WORD_MAX = 24 };

static uint64_t state;

/* SplitMix64 (Steele, Lea, Flood, 2014). */
static uint64_t next_random(void) {
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static double next_unit(void) { return (double)(next_random() >> 11) / 9007199254740992.0; }

static uint32_t below(uint32_t bound) { return (uint32_t)(next_random() % bound); }

/* A rank with probability about 1 / rank: the inverse of the logarithm. */
static uint32_t zipf(void) {
    double rank = exp(next_unit() * log((double)VOCABULARY + 1.0));
    uint32_t index = (uint32_t)rank - 1;
    return index < VOCABULARY ? index : VOCABULARY - 1;
}

/* The word of a rank: frequent ones are real English, so that queries can be written; the rest syllables. */
static void word_of(uint32_t rank, char out[WORD_MAX]) {
    static const char *const frequent[] = {
        "the",       "and",        "of",        "to",          "in",           "a",          "are",
        "is",        "for",        "children",  "with",        "that",         "by",         "care",
        "social",    "young",      "people",    "their",       "have",         "services",   "workers",
        "not",       "health",     "families",  "been",        "from",         "as",         "authority",
        "local",     "needs",      "plans",     "on",          "well",         "support",    "risk",
        "this",      "missing",    "school",    "home",        "assessment",   "protection", "good",
        "staff",     "managers",   "education", "team",        "foster",       "review",     "carers",
        "quality",   "partners",   "police",    "leaders",     "improve",      "return",     "interviews",
        "placement", "effective",  "adoption",  "supervision", "safeguarding", "agencies",   "exploitation",
        "court",     "attendance", "practice",  "decisions",   "records",      "referrals"};
    static const char *const syllables[] = {"ba",  "cor", "den", "fi",  "gol", "ham", "ist",  "jo",
                                            "ker", "lun", "mer", "nor", "op",  "pra", "quin", "ros",
                                            "sta", "tem", "ur",  "vel", "wis", "yor", "zan",  "che"};
    uint32_t count = sizeof frequent / sizeof frequent[0];
    if (rank < count) {
        strcpy(out, frequent[rank]);
        return;
    }
    size_t used = 0;
    for (uint32_t left = rank - count + 24; left && used + 6 < WORD_MAX; left /= 24) {
        const char *syllable = syllables[left % 24];
        memcpy(out + used, syllable, strlen(syllable));
        used += strlen(syllable);
    }
    out[used] = '\0';
}

static uint32_t length_of_paragraph(void) {
    double length = exp(4.25 + 0.5 * (next_unit() + next_unit() + next_unit() - 1.5) * 2.0);
    return length < 15 ? 15 : length > 200 ? 200 : (uint32_t)length;
}

static void print_text(const uint32_t topics[TOPICS]) {
    char word[WORD_MAX];
    uint32_t words = length_of_paragraph(), burst = topics[below(TOPICS)];
    for (uint32_t i = 0, sentence = 0; i < words; i++) {
        uint32_t chance = below(100);
        word_of(chance < 4 ? burst : chance < 12 ? topics[below(TOPICS)] : zipf(), word);
        if (sentence == 0 && word[0] >= 'a')
            word[0] = (char)(word[0] - 32);
        sentence = sentence > 8 && below(8) == 0 ? 0 : sentence + 1;
        printf("%s%s%s", i ? " " : "", word, sentence == 0 || i + 1 == words ? "." : "");
    }
}

static void print_report_fields(uint32_t report) {
    static const char *const providers[] = {"Ashcombe", "Northmere", "Wexborough",
                                            "Tarnford", "Halesmoor", "Brackwater"};
    printf("{\"report\":\"r%07" PRIu32 "\",\"title\":\"Inspection %" PRIu32 "\",\"provider\":\"%s %" PRIu32
           "\",\"inspectorate\":\"Ofsted\",\"published\":\"%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32 "\"",
           report, report, providers[report % 6], report / 6 % 150, 2005 + report % 20, report % 12 + 1,
           report % 28 + 1);
}

int main(int argc, char **argv) {
    static const char *const grades[] = {"Outstanding", "Good", "Requires improvement", "Inadequate"};
    static const char *const sections[] = {
        "Overall effectiveness", "Quality of provision", "Leadership and management",
        "Staying safe",          "Being healthy",        "Partnership working",
        "Care leavers"};
    uint64_t paragraphs = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    uint32_t topics[TOPICS];
    if (paragraphs == 0) {
        fputs("usage: generate PARAGRAPHS [SEED]\n", stderr);
        return 2;
    }
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    for (uint64_t p = 0; p < paragraphs; p++) {
        uint32_t report = (uint32_t)(p / PARAGRAPHS_A_REPORT), place = (uint32_t)(p % PARAGRAPHS_A_REPORT);
        if (place == 0)
            for (int t = 0; t < TOPICS; t++)
                topics[t] = 20 + below(8000);
        print_report_fields(report);
        printf(",\"section\":[\"%s\",\"%s\"],\"grade\":\"%s\",\"paragraph\":\"%" PRIu32 "\",\"page\":%" PRIu32
               ",\"text\":\"",
               place < 60 ? "Safeguarding services" : "Services for looked after children",
               sections[place / 9 % 7], grades[(report * 7 + place / 9) % 4], place + 1, place / 4 + 1);
        print_text(topics);
        puts("\"}");
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
