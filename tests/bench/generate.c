/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a .jsonl of invented paragraphs for measuring: `generate PARAGRAPHS [SEED [WORDS [PHRASES]]] > file.jsonl`. The
 * same arguments and files give the same bytes. WORDS and PHRASES are files of a line each, most frequent first; without
 * them the rarer words are syllables. Called by tests/bench/run; its numbers are those of 11,209 paragraphs of 118 real
 * reports: Weibull lengths (median 61 words, one in a hundred under 4 or over 188), a Zipf-Mandelbrot vocabulary, words
 * that follow one another by habit (real text repeats four of five bigrams), words and phrases that are a report's or a
 * paragraph's own, 24 to 294 paragraphs a report under one of three layouts of headings, each graded or not.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INVENTED = 200000, /* words when no file gives any */
    WORD_MAX = 48,
    TOPICS = 12, /* words of a report's own */
    REPORT_PHRASES = 4,
    FOLLOWERS = 16, /* words that a word likes to be followed by */
    KERNEL = 5000,  /* words of the first slope */
    PROVIDERS = 152,
    PATHS = 8, /* sections of a layout */
    LAYOUTS = 3
};

static const char *const frequent[] = {"the",
                                       "and",
                                       "of",
                                       "to",
                                       "children",
                                       "in",
                                       "are",
                                       "a",
                                       "is",
                                       "for",
                                       "that",
                                       "with",
                                       "their",
                                       "this",
                                       "care",
                                       "not",
                                       "young",
                                       "have",
                                       "people",
                                       "has",
                                       "support",
                                       "they",
                                       "by",
                                       "services",
                                       "from",
                                       "at",
                                       "social",
                                       "work",
                                       "local",
                                       "child",
                                       "on",
                                       "or",
                                       "well",
                                       "as",
                                       "who",
                                       "needs",
                                       "there",
                                       "authority",
                                       "been",
                                       "family",
                                       "plans",
                                       "workers",
                                       "families",
                                       "risk",
                                       "all",
                                       "be",
                                       "each",
                                       "good",
                                       "health",
                                       "education",
                                       "when",
                                       "assessments",
                                       "home",
                                       "school",
                                       "staff",
                                       "which",
                                       "protection",
                                       "effective",
                                       "planning",
                                       "however",
                                       "help",
                                       "most",
                                       "some",
                                       "foster",
                                       "carers",
                                       "leavers",
                                       "looked",
                                       "after",
                                       "timely",
                                       "managers",
                                       "also",
                                       "quality",
                                       "practice",
                                       "information",
                                       "missing",
                                       "assessment",
                                       "early",
                                       "partners",
                                       "agencies",
                                       "where",
                                       "leaders",
                                       "more",
                                       "council",
                                       "improve",
                                       "experience",
                                       "impact",
                                       "progress",
                                       "police",
                                       "safeguarding",
                                       "strong",
                                       "parents",
                                       "decisions",
                                       "placement",
                                       "permanence",
                                       "adoption",
                                       "supervision",
                                       "return",
                                       "interviews",
                                       "exploitation",
                                       "court",
                                       "attendance",
                                       "records",
                                       "referrals",
                                       "reviews",
                                       "board",
                                       "understand",
                                       "independent",
                                       "clear",
                                       "appropriate",
                                       "visits",
                                       "oversight",
                                       "training",
                                       "response",
                                       "thresholds",
                                       "strategy",
                                       "inspectors",
                                       "number",
                                       "emotional",
                                       "wellbeing",
                                       "sexual",
                                       "abuse",
                                       "domestic",
                                       "neglect",
                                       "concerns",
                                       "accommodation",
                                       "personal",
                                       "advisers",
                                       "pathway",
                                       "achievement",
                                       "performance",
                                       "management",
                                       "recommendations"};

typedef struct generator {
    uint64_t state;
    const char **words; /* by rank */
    uint32_t word_count;
    uint32_t *alias; /* Vose's alias method over the ranks */
    double *keep;
    char **phrases;
    uint32_t phrase_count;
    char *invented; /* spelling of the words that are syllables */
    char *word_file, *phrase_file;
    uint32_t last; /* the word written before, word_count: none */
    bool capital;  /* the next word begins a sentence */
    uint32_t sentence;
} generator;

typedef struct report {
    uint32_t number, paragraphs, layout, grades; /* two bits a section: its grade */
    uint32_t topics[TOPICS];
    uint32_t phrases[REPORT_PHRASES];
} report;

/* SplitMix64 (Steele, Lea, Flood, 2014). */
static uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint64_t next_random(generator *g) { return mix(g->state += UINT64_C(0x9E3779B97F4A7C15)); }

static double to_unit(uint64_t random) { return (double)(random >> 11) / 9007199254740992.0; }

static uint32_t below(generator *g, uint32_t bound) {
    return (uint32_t)((next_random(g) >> 32) * bound >> 32);
}

/* 0 to bound - 1 with a probability about 1 / (value + 1): the inverse of the logarithm. */
static uint32_t log_uniform(generator *g, uint32_t bound) {
    uint32_t value = (uint32_t)exp(to_unit(next_random(g)) * log((double)bound + 1.0)) - 1;
    return value < bound ? value : bound - 1;
}

/* ---- vocabulary ---- */

static void *must_have(void *memory) {
    if (!memory) {
        fputs("generate: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void spell(uint32_t number, char out[WORD_MAX]) {
    static const char *const syllables[] = {"ba",  "cor", "den", "fi",  "gol", "ham", "ist",  "jo",
                                            "ker", "lun", "mer", "nor", "op",  "pra", "quin", "ros",
                                            "sta", "tem", "ur",  "vel", "wis", "yor", "zan",  "che"};
    size_t used = 0;
    for (uint32_t left = number + 24; left && used + 6 < WORD_MAX; left /= 24) {
        const char *syllable = syllables[left % 24];
        memcpy(out + used, syllable, strlen(syllable));
        used += strlen(syllable);
    }
    out[used] = '\0';
}

/* A file's lines, each ended by NUL; only lower-case words parted by single blanks are taken. */
static char *read_lines(const char *path, char ***lines, uint32_t *count) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    long size = ftell(file);
    if (size < 0 || size > 1L << 28 || fseek(file, 0, SEEK_SET) != 0) {
        fprintf(stderr, "generate: %s: not a list of words\n", path);
        exit(1);
    }
    char *text = must_have(malloc((size_t)size + 1));
    text[fread(text, 1, (size_t)size, file)] = '\0';
    fclose(file);
    *lines = must_have(calloc((size_t)size / 2 + 1, sizeof **lines));
    *count = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (strspn(line, "abcdefghijklmnopqrstuvwxyz ") == strlen(line) && line[0] != ' ')
            (*lines)[(*count)++] = line;
    if (*count == 0) {
        fprintf(stderr, "generate: %s: no words\n", path);
        exit(1);
    }
    return text;
}

/* The frequent words of reports come first, so that what is asked of reports finds something. */
static void start_words(generator *g, const char *path) {
    uint32_t first = sizeof frequent / sizeof frequent[0], more = INVENTED;
    char **lines = NULL;
    if (path)
        g->word_file = read_lines(path, &lines, &more);
    else
        g->invented = must_have(malloc((size_t)more * WORD_MAX));
    g->words = must_have(calloc((size_t)first + more, sizeof *g->words));
    memcpy(g->words, frequent, sizeof frequent);
    for (uint32_t i = 0; i < more; i++) {
        if (!lines)
            spell(i, g->invented + (size_t)i * WORD_MAX);
        g->words[first + i] = lines ? lines[i] : g->invented + (size_t)i * WORD_MAX;
    }
    free(lines);
    g->word_count = first + more;
}

/*
 * Zipf-Mandelbrot with two slopes, as large collections have it (Ferrer i Cancho, Solé, "Two regimes in the frequency of
 * words", 2001), as alias table (Vose, "A linear algorithm for generating random numbers", 1991).
 */
static void start_alias(generator *g) {
    uint32_t n = g->word_count, small_count = 0, large_count = 0;
    uint32_t *small = must_have(calloc(n, sizeof *small)), *large = must_have(calloc(n, sizeof *large));
    double *weight = must_have(calloc(n, sizeof *weight)), sum = 0;
    g->alias = must_have(calloc(n, sizeof *g->alias));
    g->keep = must_have(calloc(n, sizeof *g->keep));
    for (uint32_t i = 0; i < n; i++)
        sum += weight[i] = i < KERNEL ? 1 / (i + 2.7) : pow((double)KERNEL / i, 0.7) / (i + 2.7);
    for (uint32_t i = 0; i < n; i++) {
        weight[i] *= n / sum;
        if (weight[i] < 1)
            small[small_count++] = i;
        else
            large[large_count++] = i;
    }
    while (small_count && large_count) {
        uint32_t less = small[--small_count], more = large[large_count - 1];
        g->keep[less] = weight[less];
        g->alias[less] = more;
        weight[more] -= 1 - weight[less];
        if (weight[more] < 1) {
            large_count--;
            small[small_count++] = more;
        }
    }
    while (large_count)
        g->keep[large[--large_count]] = 1;
    while (small_count)
        g->keep[small[--small_count]] = 1;
    free(small);
    free(large);
    free(weight);
}

static uint32_t word_by_chance(const generator *g, uint64_t random) {
    uint32_t i = (uint32_t)((random >> 32) * g->word_count >> 32);
    double share = (double)(random & UINT32_MAX) / 4294967296.0;
    return share < g->keep[i] ? i : g->alias[i];
}

/* ---- text ---- */

static void write_word(generator *g, const char *word, uint32_t left) {
    if (g->last != g->word_count || g->sentence)
        putchar(' ');
    putchar(g->capital ? word[0] >= 'a' ? word[0] - 32 : word[0] : word[0]);
    fputs(word + 1, stdout);
    g->sentence++;
    g->capital = left == 0 || (g->sentence > 7 && below(g, 15) == 0);
    if (g->capital) {
        putchar('.');
        g->sentence = left ? 1 : 0;
    } else if (below(g, 18) == 0)
        putchar(',');
}

/* A phrase's words; one time in four another word stands in between. Returns the words written. */
static uint32_t write_phrase(generator *g, const char *phrase, uint32_t left) {
    char word[WORD_MAX];
    uint32_t written = 0;
    bool loose = below(g, 4) == 0;
    while (*phrase && written < left) {
        size_t size = strcspn(phrase, " ");
        size_t kept = size < WORD_MAX ? size : WORD_MAX - 1;
        memcpy(word, phrase, kept);
        word[kept] = '\0';
        phrase += size + (phrase[size] == ' ');
        written++;
        write_word(g, word, left - written);
        if (loose && *phrase && written < left) {
            written++;
            write_word(g, g->words[word_by_chance(g, next_random(g))], left - written);
            loose = false;
        }
    }
    g->last = g->word_count;
    return written;
}

/* One of the words that the last likes to be followed by; a frequent one is not followed by a rare one out of habit. */
static uint32_t follower(const generator *g, uint64_t which) {
    uint32_t word = word_by_chance(g, mix(mix(((uint64_t)g->last << 8 | which) + 1)));
    uint64_t bound = 20 * ((uint64_t)g->last + 40);
    return word < bound ? word : (uint32_t)(word % bound);
}

/* In a thousand: 70 words of the paragraph, 60 of the report, 700 of habit, the rest by chance. */
static uint32_t choose_word(generator *g, const report *r, const uint32_t own[2]) {
    uint32_t chance = below(g, 1000), word;
    if (chance < 70)
        return own[chance & 1];
    if (chance < 130)
        return r->topics[log_uniform(g, TOPICS)];
    if (chance < 830 && g->last != g->word_count) {
        word = follower(g, log_uniform(g, FOLLOWERS));
        if (word != g->last)
            return word;
    }
    word = word_by_chance(g, next_random(g));
    return word != g->last ? word : word_by_chance(g, next_random(g));
}

static void write_text(generator *g, const report *r) {
    uint32_t words = (uint32_t)(75.0 * pow(-log(1.0 - to_unit(next_random(g))), 1.0 / 1.55));
    uint32_t own[2] = {30 + log_uniform(g, g->word_count - 30), 30 + log_uniform(g, g->word_count - 30)};
    words = words < 2 ? 2 : words > 400 ? 400 : words;
    g->last = g->word_count;
    g->sentence = 0;
    g->capital = true;
    for (uint32_t i = 0; i < words;) {
        uint32_t chance = below(g, 1000);
        if (chance < 10) {
            char number[16];
            snprintf(number, sizeof number, "%" PRIu32, chance < 4 ? 1998 + below(g, 28) : below(g, 120));
            write_word(g, number, words - ++i);
            g->last = g->word_count;
        } else if (chance < 19 && g->phrase_count) {
            uint32_t phrase =
                chance < 14 ? r->phrases[below(g, REPORT_PHRASES)] : log_uniform(g, g->phrase_count);
            i += write_phrase(g, g->phrases[phrase], words - i);
        } else {
            uint32_t word = choose_word(g, r, own);
            write_word(g, g->words[word], words - ++i);
            g->last = word;
        }
    }
}

/* ---- reports ---- */

/* Paths of sections, "outer|inner" or one heading alone; the last of each layout bear no grade. */
static const char *const layouts[LAYOUTS][PATHS] = {
    {"Safeguarding services|Overall effectiveness", "Safeguarding services|Quality of provision",
     "Safeguarding services|Leadership and management", "Safeguarding services|Children are safe",
     "Services for looked after children|Being healthy", "Services for looked after children|Staying safe",
     "Services for looked after children|Ambition and prioritisation", "Summary"},
    {"The experiences and progress of children who need help and protection",
     "The experiences and progress of children looked after|Adoption performance",
     "The experiences and progress of children looked after|Care leavers",
     "The experiences and progress of children looked after|Permanence", "Leadership and governance",
     "The local safeguarding board", "Information about this inspection", "Recommendations"},
    {"The impact of leaders on social work practice", "Children who need help and protection",
     "Children in care", "Experiences of care leavers", "Findings|Strengths", "Findings|Areas of practice",
     "Main findings", "What needs to improve"}};

static void start_report(generator *g, report *r, uint32_t number) {
    double more = -71.0 * log(1.0 - to_unit(next_random(g)));
    r->number = number;
    r->paragraphs = 24 + (more < 270 ? (uint32_t)more : 270);
    r->layout = below(g, LAYOUTS);
    r->grades = below(g, UINT32_C(1) << 16);
    for (int i = 0; i < TOPICS; i++)
        r->topics[i] = 30 + log_uniform(g, g->word_count - 30);
    for (int i = 0; i < REPORT_PHRASES; i++)
        r->phrases[i] = g->phrase_count ? log_uniform(g, g->phrase_count) : 0;
}

static void write_fields(const report *r, uint32_t place) {
    static const char *const grades[] = {"Outstanding", "Good", "Requires improvement", "Inadequate"};
    static const char *const providers[] = {"Ashcombe",  "Northmere",  "Wexborough",  "Tarnford",
                                            "Halesmoor", "Brackwater", "Quernhollow", "Fennholme"};
    uint32_t provider = (uint32_t)(mix(r->number) % PROVIDERS), section = place * PATHS / r->paragraphs;
    uint64_t day = mix((uint64_t)r->number + 1);
    const char *path = layouts[r->layout][section], *bar = strchr(path, '|');
    printf("{\"report\":\"r%07" PRIu32 "\",\"title\":\"Inspection %" PRIu32 "\",\"provider\":\"%s %" PRIu32
           "\",\"inspectorate\":\"Ofsted\",\"published\":\"%04u-%02u-%02u\"",
           r->number, r->number, providers[provider % 8], provider / 8, 2005U + (unsigned)(day % 20),
           1U + (unsigned)(day >> 8) % 12, 1U + (unsigned)(day >> 16) % 28);
    printf(",\"section\":[\"%.*s%s%s\"]", bar ? (int)(bar - path) : (int)strlen(path), path,
           bar ? "\",\"" : "", bar ? bar + 1 : "");
    if (section < PATHS - 1U - r->layout / 2)
        printf(",\"grade\":\"%s\"", grades[r->grades >> 2 * section & 3]);
    printf(",\"paragraph\":\"%" PRIu32 "\",\"page\":%" PRIu32 ",\"text\":\"", place + 1, place / 6 + 1);
}

static void write_paragraphs(generator *g, uint64_t paragraphs) {
    report r = {.number = 0};
    uint32_t place = 0, number = 0;
    for (uint64_t p = 0; p < paragraphs; p++, place++) {
        if (place == r.paragraphs) {
            start_report(g, &r, number++);
            place = 0;
        }
        write_fields(&r, place);
        write_text(g, &r);
        puts("\"}");
    }
}

int main(int argc, char **argv) {
    uint64_t paragraphs = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    generator g = {.state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1};
    if (paragraphs == 0 || argc > 5) {
        fputs("usage: generate PARAGRAPHS [SEED [WORDS [PHRASES]]]\n", stderr);
        return 2;
    }
    start_words(&g, argc > 3 ? argv[3] : NULL);
    start_alias(&g);
    if (argc > 4)
        g.phrase_file = read_lines(argv[4], &g.phrases, &g.phrase_count);
    write_paragraphs(&g, paragraphs);
    free(g.words);
    free(g.alias);
    free(g.keep);
    free(g.phrases);
    free(g.invented);
    free(g.word_file);
    free(g.phrase_file);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
