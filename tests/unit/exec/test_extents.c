/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phrases and NEAR over positions, against trying every way. */
#include "tests/support/support.h"

#include <stdlib.h>

#include "search/exec/extents.h"

/* ---- phrase ---- */

typedef struct phrase_case {
    ofsi_edge edges[8];
    uint32_t positions[8][16];
    uint32_t edge_count, length;
} phrase_case;

static bool has(const ofsi_extents *list, uint32_t start, uint32_t end) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].start == start && list->items[i].end == end)
            return true;
    return false;
}

/* Goes every way from (place, at), noting where the end is reached. */
static void go(const phrase_case *c, uint32_t place, uint32_t at, uint32_t start, ofsi_extents *out) {
    if (place == c->length) {
        if (!has(out, start, at))
            ofsi_extents_push(out, start, at);
        return;
    }
    for (uint32_t e = 0; e < c->edge_count; e++)
        for (uint32_t i = 0; i < c->edges[e].count && c->edges[e].from == place; i++)
            if (place == 0 || c->edges[e].positions[i] == at)
                go(c, c->edges[e].to, c->edges[e].positions[i] + 1,
                   place == 0 ? c->edges[e].positions[i] : start, out);
}

static void random_phrase(test_rng *rng, phrase_case *c) {
    c->length = test_rng_between(rng, 1, 4);
    c->edge_count = 0;
    for (uint32_t from = 0; from < c->length; from++)
        for (uint32_t to = from + 1; to <= c->length && c->edge_count < 8; to++) {
            if (to > from + 1 && !test_rng_chance(rng, 25))
                continue;
            ofsi_edge *edge = &c->edges[c->edge_count];
            uint32_t *positions = c->positions[c->edge_count++];
            *edge = (ofsi_edge){from, to, positions, 0};
            for (uint32_t p = 0; p < 16; p++)
                if (test_rng_chance(rng, 35))
                    positions[edge->count++] = p;
        }
}

static void phrases_are_found_by_every_way(void **state) {
    (void)state;
    test_rng rng = test_rng_start(11);
    ofsi_phrase_work work = {0};
    for (int round = 0; round < 5000; round++) {
        phrase_case c;
        ofsi_extents got = {0}, want = {0};
        random_phrase(&rng, &c);
        assert_true(ofsi_find_phrase(c.edges, c.edge_count, c.length, &work, &got));
        go(&c, 0, 0, 0, &want);
        ofsi_extents_sort(&got);
        assert_int_equal(got.count, want.count);
        for (size_t i = 0; i < got.count; i++)
            assert_true(has(&want, got.items[i].start, got.items[i].end));
        ofsi_extents_free(&got);
        ofsi_extents_free(&want);
    }
    ofsi_phrase_work_free(&work);
}

/* ---- NEAR ---- */

static bool follows(ofsi_extent a, ofsi_extent b, uint32_t distance) {
    return a.end <= b.start && b.start - (a.end - 1) <= distance;
}

/* Every chain of members from `member` on. */
static void chain(const ofsi_near *near, uint32_t member, ofsi_extent last, ofsi_extent whole,
                  ofsi_extents *out) {
    if (member == near->count) {
        if (!has(out, whole.start, whole.end))
            ofsi_extents_push(out, whole.start, whole.end);
        return;
    }
    for (size_t i = 0; i < near->members[member].count; i++) {
        ofsi_extent e = near->members[member].items[i], wider = whole;
        bool fits = member == 0 || follows(last, e, near->distance) ||
                    (!near->ordered && follows(e, last, near->distance));
        if (!fits)
            continue;
        if (member == 0)
            wider = e;
        wider.start = e.start < wider.start ? e.start : wider.start;
        wider.end = e.end > wider.end ? e.end : wider.end;
        chain(near, member + 1, e, wider, out);
    }
}

static void keep_smallest(ofsi_extents *list) {
    ofsi_extents kept = {0};
    for (size_t i = 0; i < list->count; i++) {
        bool smallest = true;
        for (size_t k = 0; k < list->count; k++)
            smallest = smallest && (k == i || list->items[k].start < list->items[i].start ||
                                    list->items[k].end > list->items[i].end);
        if (smallest)
            ofsi_extents_push(&kept, list->items[i].start, list->items[i].end);
    }
    ofsi_extents_free(list);
    *list = kept;
}

static void near_gives_the_smallest_chains(void **state) {
    (void)state;
    test_rng rng = test_rng_start(12);
    for (int round = 0; round < 5000; round++) {
        ofsi_extents members[4] = {{0}}, got = {0}, want = {0};
        ofsi_near near = {members, test_rng_between(&rng, 2, 4), test_rng_between(&rng, 1, 6),
                          test_rng_chance(&rng, 50)};
        for (uint32_t m = 0; m < near.count; m++) {
            uint32_t n = test_rng_below(&rng, 7);
            for (uint32_t i = 0; i < n; i++) {
                uint32_t start = test_rng_below(&rng, 20);
                ofsi_extents_push(&members[m], start, start + 1 + (test_rng_chance(&rng, 30) ? 2 : 0));
            }
            ofsi_extents_sort(&members[m]);
        }
        assert_true(ofsi_find_near(&near, &got));
        chain(&near, 0, (ofsi_extent){0, 0}, (ofsi_extent){0, 0}, &want);
        keep_smallest(&want);
        assert_int_equal(got.count, want.count);
        for (size_t i = 0; i < got.count; i++)
            assert_true(has(&want, got.items[i].start, got.items[i].end));
        for (uint32_t m = 0; m < near.count; m++)
            ofsi_extents_free(&members[m]);
        ofsi_extents_free(&got);
        ofsi_extents_free(&want);
    }
}

static void neighbours_never_share_a_word(void **state) {
    (void)state;
    ofsi_extents members[2] = {{0}}, got = {0};
    ofsi_extents_push(&members[0], 4, 5);
    ofsi_extents_push(&members[1], 4, 5);
    const ofsi_near near = {members, 2, 5, false};
    assert_true(ofsi_find_near(&near, &got));
    assert_int_equal(got.count, 0);
    ofsi_extents_push(&members[1], 5, 6);
    assert_true(ofsi_find_near(&near, &got));
    assert_int_equal(got.count, 1);
    for (int i = 0; i < 2; i++)
        ofsi_extents_free(&members[i]);
    ofsi_extents_free(&got);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_found_by_every_way),
        cmocka_unit_test(near_gives_the_smallest_chains),
        cmocka_unit_test(neighbours_never_share_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
