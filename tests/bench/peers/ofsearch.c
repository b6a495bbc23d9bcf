/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The project's own library under the line protocol of tests/bench/run: `bench-ofsearch DIR` answers requests
 * `COMMAND TAB query` on standard input with `count TAB nanoseconds TAB best score`, or UNSUPPORTED. It stands on the
 * public headers alone, so what is measured is what any program that links the library gets. Indexes are built by ofindex.
 */
#include <inttypes.h>
#include <ofsearch/search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUERY_MAX = 8192 };

/* A query in the project's own language; what must not hold stands behind the rest. */
typedef struct translation {
    char text[QUERY_MAX], negated[QUERY_MAX];
    size_t size, negated_size;
    uint32_t must, may, filters;
    bool bad;
} translation;

static void append(char *to, size_t *size, bool *bad, const char *from) {
    size_t more = strlen(from);
    if (*size + more >= QUERY_MAX) {
        *bad = true;
        return;
    }
    memcpy(to + *size, from, more + 1);
    *size += more;
}

/*
 * Takes one clause off `*at`: `+`, `-` or nothing, then a word, a word and `*`, "words", or field:"value". A phrase is
 * of stems, as the peers' are; `heading` is the peers' field for what `section` asks here.
 */
static void take_clause(const char **at, translation *t) {
    char body[QUERY_MAX];
    char sign = **at == '+' || **at == '-' ? *(*at)++ : ' ';
    size_t field = strspn(*at, "abcdefghijklmnopqrstuvwxyz"), size;
    bool filter = (*at)[field] == ':' && (*at)[field + 1] == '"';
    const char *quote = filter ? *at + field + 1 : **at == '"' ? *at : NULL;
    const char *end = quote ? strchr(quote + 1, '"') : *at + strcspn(*at, " ");
    if (!end || (size = (size_t)(end - *at) + (quote != NULL)) + 4 > sizeof body || (filter && sign != '+')) {
        t->bad = true;
        *at += strlen(*at);
        return;
    }
    if (filter && field == 7 && strncmp(*at, "heading", field) == 0)
        snprintf(body, sizeof body, "section%.*s", (int)(size - field), *at + field);
    else
        snprintf(body, sizeof body, "%s%.*s", quote && !filter ? "~" : "", (int)size, *at);
    *at += size;
    *at += strspn(*at, " ");
    if (sign == '-') {
        append(t->negated, &t->negated_size, &t->bad, " -");
        append(t->negated, &t->negated_size, &t->bad, body);
        return;
    }
    append(t->text, &t->size, &t->bad, t->size == 0 ? "" : sign == '+' ? " " : " OR ");
    append(t->text, &t->size, &t->bad, body);
    t->filters += filter;
    t->may += sign == ' ';
    t->must += sign == '+';
}

/* False where the language has no such query: what may hold beside what must. */
static bool translate(const char *query, translation *t) {
    t->size = t->negated_size = t->must = t->may = t->filters = 0;
    t->bad = false;
    t->text[0] = t->negated[0] = '\0';
    query += strspn(query, " ");
    while (*query && !t->bad)
        take_clause(&query, t);
    append(t->text, &t->size, &t->bad, t->negated);
    return !t->bad && (t->must == 0 || t->may == 0);
}

/* The request of a command; false when there is no such command. */
static bool prepare(const char *command, ofs_search_request *request) {
    static const ofs_facet_request facets[] = {{.field = OFS_FACET_GRADE}, {.field = OFS_FACET_SECTION}};
    *request = (ofs_search_request){.bare = true, .limit = 10, .totals = OFS_TOTALS_PARAGRAPHS};
    if (strcmp(command, "TOP_10_COUNT") == 0)
        return true;
    if (strcmp(command, "TOP_10") == 0 || strcmp(command, "TOP_100") == 0) {
        request->limit = strcmp(command, "TOP_10") == 0 ? 10 : 100;
        request->totals = OFS_TOTALS_NONE;
    } else if (strcmp(command, "COUNT") == 0)
        request->limit = 0;
    else if (strcmp(command, "TOP_10_FACETS") == 0) {
        request->facets = facets;
        request->facet_count = sizeof facets / sizeof facets[0];
    } else
        return false;
    return true;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

/* False ends the program: the index cannot be read. */
static bool answer(ofs_index *index, const char *command, const char *query, translation *t) {
    uint64_t start = now();
    ofs_search_request request;
    ofs_results *results = NULL;
    ofs_error err;
    if (!prepare(command, &request) || !translate(query, t)) {
        puts("UNSUPPORTED");
        return true;
    }
    request.query = t->text;
    if (ofs_search(index, &request, &results, &err) != OFS_OK) {
        fprintf(stderr, "bench-ofsearch: %s: %s\n", t->text, err.message);
        return false;
    }
    bool top = strcmp(command, "TOP_10") == 0 || strcmp(command, "TOP_100") == 0;
    uint64_t count = top ? results->hit_count : results->total;
    double best = results->hit_count ? results->hits[0].score : 0;
    ofs_results_free(results);
    printf("%" PRIu64 "\t%" PRIu64 "\t%g\n", count, now() - start, best);
    return true;
}

int main(int argc, char **argv) {
    static translation t;
    char line[QUERY_MAX];
    ofs_index *index = NULL;
    ofs_error err;
    bool good = true;
    if (argc != 2) {
        fputs("usage: bench-ofsearch DIR\n", stderr);
        return 2;
    }
    if (ofs_index_open(argv[1], &index, &err) != OFS_OK) {
        fprintf(stderr, "bench-ofsearch: %s\n", err.message);
        return 3;
    }
    puts("ready");
    fflush(stdout);
    while (good && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *tab = strchr(line, '\t');
        if (!tab)
            break;
        *tab = '\0';
        good = answer(index, line, tab + 1, &t);
        fflush(stdout);
    }
    ofs_index_close(index);
    return good ? 0 : 3;
}
