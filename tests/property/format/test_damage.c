/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage: a changed bit of a segment is found by check or changes nothing that is read; with its checksums made right
 * again no reader fails otherwise than by a status; and where check is content, so is every reader.
 */
#include "tests/support/support.h"

#include "indexer/format/segment_impl.h"
#include "tests/unit/format/segment_tools.h"

enum { DOCS_SMALL = 40, DOCS_BLOCKS = 700, DOCS_MANY = 30000, ALL = 100000 };

typedef struct original {
    ofsi_storage *storage;
    uint8_t *bytes;
    size_t size;
    uint64_t digest;
    uint32_t tables; /* where the columns and tables begin */
} original;

static void check(ofs_status status, const ofs_error *err) {
    if (status != OFS_OK)
        test_die("%s", err->message);
}

static original make_original(uint32_t docs) {
    original o = {0};
    ofs_error err;
    ofsi_blob *blob;
    ofsi_segment *segment;
    tool_walk walk = {0, ALL, ALL};
    check(ofsi_storage_open_memory(&o.storage, &err), &err);
    check(tool_write_segment(o.storage, "a.seg", docs, &err), &err);
    check(ofsi_storage_read(o.storage, "a.seg", &blob, &err), &err);
    o.size = ofsi_blob_data(blob).size;
    o.bytes = malloc(o.size);
    assert_non_null(o.bytes);
    memcpy(o.bytes, ofsi_blob_data(blob).data, o.size);
    ofsi_blob_close(blob);
    check(ofsi_segment_open(o.storage, "a.seg", &segment, &err), &err);
    check(ofsi_segment_check(segment, &err), &err);
    check(tool_walk_segment(segment, &walk, &err), &err);
    o.digest = walk.digest;
    o.tables = (uint32_t)ofsi_segment_chunk(segment, OFSI_CHUNK_LENGTHS)->offset;
    ofsi_segment_close(segment);
    return o;
}

static void free_original(original *o) {
    free(o->bytes);
    ofsi_storage_close(o->storage);
}

static bool is_damage(ofs_status status) { return status == OFS_E_CORRUPT || status == OFS_E_UNSUPPORTED; }

/* Opens the bytes, checks and walks them; what must hold for any bytes is asserted here. *sound: check was content. */
static uint64_t read_bytes(original *o, const uint8_t *bytes, size_t size, bool *sound) {
    ofs_error err = {0};
    ofsi_segment *segment;
    tool_walk walk = {0, ALL, ALL};
    check(tool_put_file(o->storage, "b.seg", bytes, size, &err), &err);
    ofs_status status = ofsi_segment_open(o->storage, "b.seg", &segment, &err);
    *sound = status == OFS_OK;
    if (status != OFS_OK) {
        assert_true(is_damage(status));
        assert_true(err.message[0] != '\0');
        return 0;
    }
    status = ofsi_segment_check(segment, &err);
    *sound = status == OFS_OK;
    if (status != OFS_OK && !is_damage(status))
        test_die("check failed with status %d: %s", (int)status, err.message);
    status = tool_walk_segment(segment, &walk, &err);
    if (status != OFS_OK && !is_damage(status))
        test_die("a reader failed with: %s", err.message);
    if (*sound && status != OFS_OK)
        test_die("check is content, but a reader is not: %s", err.message);
    ofsi_segment_close(segment);
    return walk.digest;
}

static void every_flipped_bit_is_found_or_harmless(void **state) {
    (void)state;
    original o = make_original(DOCS_SMALL);
    size_t harmless = 0;
    for (size_t bit = 0; bit < o.size * 8; bit++) {
        bool sound;
        o.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        uint64_t digest = read_bytes(&o, o.bytes, o.size, &sound);
        o.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (sound && digest != o.digest)
            test_die("bit %zu of byte %zu changes what is read and check says nothing", bit % 8, bit / 8);
        harmless += sound;
    }
    /* The bytes between chunks: less than 64 for each of them. */
    assert_true(harmless < (size_t)64 * 8 * 25);
    free_original(&o);
}

static void damage_with_right_checksums_never_crashes_a_reader(void **state) {
    (void)state;
    test_rng rng = test_rng_start(11);
    original o = make_original(DOCS_BLOCKS);
    uint8_t *bytes = malloc(o.size);
    assert_non_null(bytes);
    size_t found = 0;
    for (int round = 0; round < 1500; round++) {
        bool sound;
        memcpy(bytes, o.bytes, o.size);
        uint32_t changes = test_rng_between(&rng, 1, 3);
        for (uint32_t i = 0; i < changes; i++) {
            uint32_t at = test_rng_below(&rng, (uint32_t)o.size);
            uint8_t flipped = (uint8_t)(bytes[at] ^ (uint8_t)(1U << test_rng_below(&rng, 8)));
            uint8_t extreme = test_rng_chance(&rng, 50) ? 0xFF : 0;
            bytes[at] = test_rng_chance(&rng, 50) ? flipped : extreme;
        }
        tool_reseal(bytes, o.size);
        read_bytes(&o, bytes, o.size, &sound);
        found += !sound;
    }
    assert_true(found > 300); /* most bytes of this segment are text of the store or numbers that matter */
    free(bytes);
    free_original(&o);
}

/* Who loads single documents finds the damage that changes them, wherever the others are damaged. */
static void damage_is_found_by_who_reads_a_document(void **state) {
    (void)state;
    enum { SAMPLE = 64, STRIDE = DOCS_MANY / SAMPLE };
    test_rng rng = test_rng_start(12);
    original o = make_original(DOCS_MANY);
    uint64_t digests[SAMPLE];
    size_t found = 0, equal = 0;
    for (int round = 0; round < 300; round++) {
        ofsi_segment *segment;
        ofs_error err;
        uint32_t at = o.tables + test_rng_below(&rng, (uint32_t)o.size - o.tables);
        uint8_t change = (uint8_t)(round ? 1U << test_rng_below(&rng, 8) : 0);
        o.bytes[at] ^= change;
        check(tool_put_file(o.storage, "b.seg", o.bytes, o.size, &err), &err);
        ofs_status status = ofsi_segment_open(o.storage, "b.seg", &segment, &err);
        for (uint32_t i = 0; i < SAMPLE && status == OFS_OK; i++) {
            tool_walk walk = {0, ALL, ALL};
            ofs_status read = tool_walk_doc(segment, i * STRIDE, &walk, &err);
            if (read != OFS_OK && read != OFS_E_CORRUPT)
                test_die("a reader failed with: %s", err.message);
            if (round == 0)
                digests[i] = walk.digest;
            else if (read == OFS_OK && walk.digest != digests[i])
                test_die("a changed byte %u changes document %u, and loading it says nothing", (unsigned)at,
                         (unsigned)(i * STRIDE));
            found += read != OFS_OK;
            equal += read == OFS_OK;
        }
        if (status == OFS_OK)
            ofsi_segment_close(segment);
        o.bytes[at] ^= change;
    }
    assert_true(found > 300 && equal > 3000);
    free_original(&o);
}

static void a_file_cut_short_is_found_at_opening(void **state) {
    (void)state;
    original o = make_original(DOCS_SMALL);
    for (size_t size = 0; size < o.size; size += size < 128 ? 1 : 13) {
        bool sound;
        read_bytes(&o, o.bytes, size, &sound);
        assert_false(sound);
    }
    free_original(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_flipped_bit_is_found_or_harmless),
                                       cmocka_unit_test(damage_with_right_checksums_never_crashes_a_reader),
                                       cmocka_unit_test(damage_is_found_by_who_reads_a_document),
                                       cmocka_unit_test(a_file_cut_short_is_found_at_opening)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
