/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inverting paragraphs into streams, and reading those. */
#include "indexer/build/lane.h"

#include "indexer/base/alloc.h"

/* Chunks with the link at their end. Half of all stems occur once. */
enum { LINK = sizeof(uint8_t *), FIRST_CHUNK = 16, LARGEST_CHUNK = 4096 };
/* Less of them stay in the processor's cache as they are. */
enum { MANY_WORDS = 4096, AHEAD = 8 };

/* ---- writing ---- */

static bool add_chunk(ofsi_lane *lane, ofsi_lane_stem *stem) {
    size_t size = FIRST_CHUNK;
    if (stem->first) {
        memcpy(&size, stem->end, sizeof size);
        size = size < LARGEST_CHUNK ? size * 2 : size;
    }
    uint8_t *chunk = ofsi_arena_alloc(&lane->chunks, size);
    if (!chunk)
        return false;
    if (stem->first)
        memcpy(stem->end, &chunk, sizeof chunk);
    else
        stem->first = chunk;
    stem->next = chunk;
    stem->end = chunk + size - LINK;
    memcpy(stem->end, &size, sizeof size);
    return true;
}

static bool put_slow(ofsi_lane *lane, ofsi_lane_stem *stem, uint64_t value) {
    for (;; value >>= 7) {
        if (stem->next == stem->end && !add_chunk(lane, stem))
            return false;
        if (value < 0x80) {
            *stem->next++ = (uint8_t)value;
            return true;
        }
        *stem->next++ = (uint8_t)(value | 0x80);
    }
}

static inline bool put(ofsi_lane *lane, ofsi_lane_stem *stem, uint64_t value) {
    if (value >= 0x80 || stem->next == stem->end)
        return put_slow(lane, stem, value);
    *stem->next++ = (uint8_t)value;
    return true;
}

static inline bool add_occurrence(ofsi_lane *lane, uint32_t doc, const ofsi_token *token) {
    ofsi_lane_stem *stem = &lane->stems[token->stem_id];
    uint64_t other = token->form != 0;
    bool good;
    if (stem->next_doc != doc + 1) {
        good = put(lane, stem, (uint64_t)(doc - stem->next_doc) << 1 | 1) &&
               put(lane, stem, (uint64_t)token->position << 1 | other);
        stem->next_doc = doc + 1;
    } else {
        good = put(lane, stem, (uint64_t)(token->position - stem->position) << 2 | other << 1);
    }
    stem->position = token->position;
    lane->counts[token->word]++;
    return good && (!other || put(lane, stem, token->form - 1));
}

/* Room for every stem and word that the analyzer knows by now. */
static bool reach(ofsi_lane *lane, const ofsi_analyzer *analyzer) {
    uint32_t stems = ofsi_analyzer_stem_count(analyzer), words = ofsi_analyzer_word_count(analyzer);
    if (!ofsi_grow(&lane->stems, &lane->stem_capacity, stems, sizeof *lane->stems) ||
        !ofsi_grow(&lane->counts, &lane->word_capacity, words, sizeof *lane->counts))
        return false;
    for (; lane->stem_count < stems; lane->stem_count++)
        lane->stems[lane->stem_count] = (ofsi_lane_stem){0};
    for (; lane->word_count < words; lane->word_count++)
        lane->counts[lane->word_count] = 0;
    return true;
}

ofs_status ofsi_lane_add(ofsi_lane *lane, ofsi_analyzer *analyzer, uint32_t doc, ofsi_span text,
                         uint32_t *length, ofs_error *err) {
    ofs_status status = ofsi_analyze(analyzer, text, &lane->tokens, err);
    if (status != OFS_OK)
        return status;
    *length = lane->tokens.length;
    if (lane->word_count > MANY_WORDS)
        ofsi_tokens_keep_words(&lane->tokens);
    bool good = reach(lane, analyzer);
    const ofsi_token *tokens = lane->tokens.items;
    size_t count = lane->tokens.count;
    for (size_t i = 0; good && i < count; i++) {
        /* What memory has to bring is asked for in time: first the stem's place, then the end of its stream. */
        if (i + 2 * AHEAD < count) {
            __builtin_prefetch(&lane->stems[tokens[i + 2 * AHEAD].stem_id], 1);
            __builtin_prefetch(&lane->counts[tokens[i + 2 * AHEAD].word], 1);
        }
        if (i + AHEAD < count)
            __builtin_prefetch(lane->stems[tokens[i + AHEAD].stem_id].next, 1);
        good = add_occurrence(lane, doc, &tokens[i]);
    }
    return good ? OFS_OK : ofsi_fail_nomem(err);
}

size_t ofsi_lane_bytes(const ofsi_lane *lane) {
    return lane->chunks.reserved + lane->stem_count * sizeof *lane->stems +
           lane->word_count * sizeof *lane->counts + lane->tokens.capacity * sizeof *lane->tokens.items;
}

void ofsi_lane_empty(ofsi_lane *lane) {
    ofsi_arena_free(&lane->chunks);
    if (lane->stem_count)
        memset(lane->stems, 0, lane->stem_count * sizeof *lane->stems);
}

void ofsi_lane_reset(ofsi_lane *lane) {
    ofsi_arena_free(&lane->chunks);
    lane->stem_count = lane->word_count = 0;
}

void ofsi_lane_free(ofsi_lane *lane) {
    ofsi_arena_free(&lane->chunks);
    ofsi_tokens_free(&lane->tokens);
    ofsi_free(lane->stems);
    ofsi_free(lane->counts);
    *lane = (ofsi_lane){0};
}

/* ---- reading ---- */

static void enter_chunk(ofsi_lane_cursor *c, const uint8_t *chunk, size_t size) {
    c->at = chunk;
    c->size = size;
    c->end = c->stop >= chunk && c->stop <= chunk + size - LINK ? c->stop : chunk + size - LINK;
}

bool ofsi_lane_cursor_next_chunk(ofsi_lane_cursor *c) {
    const uint8_t *chunk;
    if (c->end == c->stop)
        return false;
    memcpy(&chunk, c->end, sizeof chunk);
    enter_chunk(c, chunk, c->size < LARGEST_CHUNK ? c->size * 2 : c->size);
    return true;
}

static uint8_t next_byte(ofsi_lane_cursor *c) {
    if (c->at == c->end)
        (void)ofsi_lane_cursor_next_chunk(c);
    return *c->at++;
}

uint64_t ofsi_lane_cursor_slow(ofsi_lane_cursor *c) {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = next_byte(c);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
}

bool ofsi_lane_enter(const ofsi_lane *lane, uint32_t stem, ofsi_lane_cursor *cursor) {
    *cursor = (ofsi_lane_cursor){0};
    if (stem >= lane->stem_count || !lane->stems[stem].first)
        return false;
    cursor->stop = lane->stems[stem].next;
    enter_chunk(cursor, lane->stems[stem].first, FIRST_CHUNK);
    return true;
}

bool ofsi_lane_read(const ofsi_lane *lane, uint32_t stem, ofsi_lane_cursor *cursor) {
    bool found = ofsi_lane_enter(lane, stem, cursor);
    if (found)
        ofsi_lane_cursor_begin(cursor);
    return found;
}
