/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes to tokens: places lie in the text and ascend, words have a term that fits, the length is what is counted. */
#include <stdlib.h>

#include "indexer/analysis/analyzer.h"
#include "tests/fuzz/fuzz.h"

static void hold(int condition) {
    if (!condition)
        abort();
}

static void check_token(const ofsi_analyzer *analyzer, const ofsi_tokens *tokens, size_t i, size_t size) {
    const ofsi_token *t = &tokens->items[i];
    hold(t->start < t->end && t->end <= size);
    hold(t->span >= 1 && t->position < tokens->length && t->span <= tokens->length - t->position);
    hold(i == 0 || tokens->items[i - 1].position <= t->position);
    hold(t->word < ofsi_analyzer_word_count(analyzer));
    const ofsi_word *word = ofsi_analyzer_word(analyzer, t->word);
    hold(word->stem.size >= 1 && word->stem.size <= OFSI_TERM_MAX);
    hold(word->stem_id < ofsi_analyzer_stem_count(analyzer));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    ofsi_analyzer *analyzer = NULL;
    ofsi_tokens tokens = {0};
    ofs_error err;
    hold(ofsi_analyzer_open("english", &analyzer, &err) == OFS_OK);
    if (ofsi_analyze(analyzer, (ofsi_span){(const char *)data, size}, &tokens, &err) == OFS_OK)
        for (size_t i = 0; i < tokens.count; i++)
            check_token(analyzer, &tokens, i, size);
    ofsi_tokens_free(&tokens);
    ofsi_analyzer_close(analyzer);
    return 0;
}
