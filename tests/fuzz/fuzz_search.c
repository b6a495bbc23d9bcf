/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a query to a small index: it is answered or refused, and answers are consistent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ofsearch/index.h>
#include <ofsearch/search.h>

#include "tests/fuzz/fuzz.h"

static void hold(int condition) {
    if (!condition)
        abort();
}

static const char paragraphs[] =
    "{\"report\":\"a\",\"provider\":\"Ashcombe\",\"published\":\"2011-05-01\",\"section\":[\"Staying safe\"],"
    "\"grade\":\"Good\",\"paragraph\":\"1\",\"text\":\"Missing children are found by the multi-agency "
    "team.\"}\n"
    "{\"report\":\"a\",\"paragraph\":\"2\",\"text\":\"a a a a b a b b a; Guy's 2011/12 \\u00a31.5m, U.K. and "
    "UK\"}\n"
    "{\"report\":\"b\",\"paragraph\":\"2.1\",\"text\":\"MASH mash Mash; safeguarding safeguards, caf\\u00e9 "
    "cafe\"}\n";

/* An index whose files are gone from the folder as soon as they are open. */
static ofs_index *open_index(void) {
    char directory[] = "/tmp/ofs-fuzz-XXXXXX", path[64], index_path[64], command[128];
    const char *paths[] = {path};
    ofs_writer *writer = NULL;
    ofs_index *index = NULL;
    ofs_error err;
    hold(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/texts.jsonl", directory);
    snprintf(index_path, sizeof index_path, "%s/index", directory);
    FILE *file = fopen(path, "w");
    hold(file && fputs(paragraphs, file) >= 0 && fclose(file) == 0);
    hold(ofs_writer_open(index_path, NULL, &writer, &err) == OFS_OK);
    hold(ofs_writer_add(writer, paths, 1, NULL, &err) == OFS_OK);
    hold(ofs_writer_commit(writer, &err) == OFS_OK);
    ofs_writer_close(writer);
    hold(ofs_index_open(index_path, &index, &err) == OFS_OK);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    hold(system(command) == 0);
    return index;
}

static void check_results(const ofs_results *results) {
    hold(results->hit_count <= results->total);
    for (size_t i = 0; i < results->hit_count; i++) {
        const ofs_hit *hit = &results->hits[i];
        double sum = 0.0;
        hold(i == 0 || results->hits[i - 1].score >= hit->score);
        for (uint32_t h = 0; h < hit->highlight_count; h++)
            hold(hit->highlights[h].start < hit->highlights[h].end &&
                 hit->highlights[h].end <= hit->text_size &&
                 (h == 0 || hit->highlights[h - 1].end < hit->highlights[h].start));
        for (uint32_t t = 0; t < hit->term_count; t++)
            sum += hit->terms[t].score;
        hold(!(sum < hit->score) && !(sum > hit->score));
    }
    hold(results->total > 0 || results->facet_count == 0 || results->facets[0].value_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static ofs_index *index; /* kept between the calls */
    static const ofs_facet_request facet = {.field = OFS_FACET_SECTION, .limit = 0};
    if (!index)
        index = open_index();
    char *query = malloc(size + 1);
    hold(query != NULL);
    memcpy(query, data, size);
    query[size] = '\0';
    for (int any = 0; any < 2; any++) {
        ofs_results *results = NULL;
        ofs_error err;
        const ofs_search_request request = {.query = query,
                                            .any = any != 0,
                                            .limit = OFS_ALL,
                                            .explain = true,
                                            .facets = &facet,
                                            .facet_count = 1};
        ofs_status status = ofs_search(index, &request, &results, &err);
        hold(status == OFS_OK || status == OFS_E_QUERY || status == OFS_E_LIMIT ||
             status == OFS_E_UNSUPPORTED);
        if (status == OFS_OK)
            check_results(results);
        ofs_results_free(results);
    }
    free(query);
    return 0;
}
